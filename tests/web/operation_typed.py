"""An operation as a small town types it, invented: members, their sites, four roofs; the same in files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from scenarios.entry.columns.names import PERSONS, choices, plain
from scenarios.entry.editing.write import begin
from scenarios.entry.folder.raw import PARTICIPANTS, PLANTS

NAME = "Notre zone"
TOWN, COUZE = "Lalinde", "Couze-et-Saint-Front"


@dataclass(frozen=True)
class TypedRows:
    """Rows of a tab of the page: texts by column, from the name on, as a person types them."""

    tab: str
    file: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def first(self, names: Sequence[str]) -> "TypedRows":
        """Return the rows of some names."""
        return TypedRows(
            self.tab, self.file, self.columns, tuple(row for row in self.rows if row[0] in names)
        )


MEMBERS = TypedRows(
    "personnes",
    PERSONS,
    ("name", "kind", "vat", "public_buyer"),
    (
        ("Commune de Lalinde", "Commune", "Rendue", "oui"),
        ("Communauté des Bastides", "EPCI", "Rendue", "oui"),
        ("Commune de Couze", "Commune", "Rendue", "oui"),
        ("Ehpad des Tilleuls", "Service", "Perdue", "oui"),
        ("Boulangerie Lafon", "Entreprise", "Récupérée", "non"),
        ("Supermarché du Pont", "Entreprise", "Récupérée", "non"),
        ("Scierie Delmas", "Entreprise", "Récupérée", "non"),
        ("Cave de Monbazès", "Entreprise", "Récupérée", "non"),
        ("Garage Roux", "Entreprise", "Récupérée", "non"),
        ("Hôtel du Lac", "Entreprise", "Récupérée", "non"),
        ("Papeterie du Moulin", "Entreprise", "Récupérée", "non"),
        ("Pharmacie Mazeau", "Entreprise", "Récupérée", "non"),
        ("Association des Berges", "Association", "Perdue", "non"),
        ("Maison de santé", "Association", "Perdue", "non"),
    ),
)
SITES = TypedRows(
    "membres",
    PARTICIPANTS,
    ("name", "person", "commune", "kind", "profile", "annual_kwh", "supply_eur_per_mwh", "kva"),
    (
        ("Mairie", "Commune de Lalinde", TOWN, "Commune", "mairie", "62000", "140", "36"),
        ("Groupe scolaire", "Commune de Lalinde", TOWN, "Commune", "école", "47500", "150", "42"),
        ("Gymnase", "Commune de Lalinde", TOWN, "Commune", "gymnase", "74000", "135,5", "60"),
        ("Salle des fêtes", "Commune de Lalinde", TOWN, "Commune", "gymnase", "31000", "152", "36"),
        ("Éclairage", "Commune de Lalinde", TOWN, "Commune", "éclairage", "88000", "121", "30"),
        ("Médiathèque", "Communauté des Bastides", TOWN, "EPCI", "bureaux", "39000", "148", "36"),
        ("Piscine", "Communauté des Bastides", TOWN, "EPCI", "piscine", "310000", "131", "120"),
        (
            "Station d’épuration",
            "Communauté des Bastides",
            COUZE,
            "EPCI",
            "station",
            "185000",
            "128",
            "80",
        ),
        ("Pompage", "Communauté des Bastides", COUZE, "EPCI", "pompage", "96000", "127", "60"),
        ("Mairie de Couze", "Commune de Couze", COUZE, "Commune", "mairie", "18500", "155", "18"),
        ("École de Couze", "Commune de Couze", COUZE, "Commune", "école", "22400", "151", "24"),
        ("Ehpad", "Ehpad des Tilleuls", TOWN, "Service", "ehpad", "402000", "129", "150"),
        ("Fournil", "Boulangerie Lafon", TOWN, "Entreprise", "commerce", "71000", "144", "42"),
        (
            "Supermarché",
            "Supermarché du Pont",
            TOWN,
            "Entreprise",
            "supermarché",
            "640000",
            "126",
            "210",
        ),
        ("Scierie", "Scierie Delmas", COUZE, "Entreprise", "atelier", "275000", "130", "160"),
        ("Chai", "Cave de Monbazès", COUZE, "Entreprise", "cave", "198000", "133", "100"),
        ("Garage", "Garage Roux", TOWN, "Entreprise", "atelier", "54000", "147,5", "36"),
        ("Hôtel", "Hôtel du Lac", TOWN, "Entreprise", "hôtel", "122000", "139", "72"),
        ("Papeterie", "Papeterie du Moulin", COUZE, "Entreprise", "usine", "890000", "118", "240"),
        ("Officine", "Pharmacie Mazeau", TOWN, "Entreprise", "commerce", "28500", "153", "24"),
        (
            "Foyer des Berges",
            "Association des Berges",
            TOWN,
            "Association",
            "logements",
            "67000",
            "149",
            "36",
        ),
        ("Cabinets", "Maison de santé", TOWN, "Association", "bureaux", "33500", "151", "30"),
    ),
)
ROOFS = TypedRows(
    "centrales",
    PLANTS,
    ("name", "person", "commune", "behind", "kind", "kwp"),
    (
        ("Toit du gymnase", "Commune de Lalinde", TOWN, "Gymnase", "Toiture", "99"),
        ("Ombrière de la piscine", "Communauté des Bastides", TOWN, "", "Ombrière", "180"),
        ("Toit de la scierie", "Scierie Delmas", COUZE, "Scierie", "Toiture", "120"),
        ("Toit du supermarché", "Supermarché du Pont", TOWN, "", "Toiture", "210,5"),
    ),
)
TABLES = (MEMBERS, SITES, ROOFS)
FEW = ("Commune de Lalinde", "Scierie Delmas", "Mairie", "Gymnase", "Éclairage", "Scierie", "Toit du gymnase")


def few(tables: Sequence[TypedRows] = TABLES) -> tuple[TypedRows, ...]:
    """Return two members, four sites and a roof of them."""
    return tuple(table.first(FEW) for table in tables)


def ids_of(tables: Sequence[TypedRows]) -> Mapping[str, str]:
    """Ids of the rows of tables, by name, as the page makes them."""
    return {row[0]: "-".join(plain(row[0]).split()) for table in tables for row in table.rows}


def cells_of(table: TypedRows, tables: Sequence[TypedRows]) -> list[dict[str, str]]:
    """Cells of each row as a table of a folder holds them: ids of names, words of lists by their ids."""
    ids, lines = ids_of(tables), []
    for row in table.rows:
        cells = {"id": ids[row[0]]}
        for column, text in zip(table.columns, row, strict=True):
            words = [word.id for word in choices(table.file, column).values() if word.french.startswith(text)]
            points = column in {"person", "behind"}
            cells[column] = ids[text] if points and text else words[0] if words and text else text
        lines.append({column: text for column, text in cells.items() if text})
    return lines


def by_hand(where: Path, tables: Sequence[TypedRows]) -> Path:
    """Write in text what is typed."""
    begin(where, NAME, date(2026, 1, 1))
    for table in tables:
        head = ("id", *table.columns)
        lines = [";".join(cells.get(name, "") for name in head) for cells in cells_of(table, tables)]
        (where / table.file).write_text("\n".join((";".join(head), *lines, "")), encoding="utf-8")
    return where
