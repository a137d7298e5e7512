"""An operation as a small town types it, invented: members, their sites, four roofs; the same in files."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

from scenarios.entry.columns.bill_columns import MONTHS
from scenarios.entry.columns.input_columns import columns
from scenarios.entry.columns.names import CHANGES, PARTIES, PERSONS, choices, plain
from scenarios.entry.editing.write import begin
from scenarios.entry.folder.raw import PARTICIPANTS, PLANTS, read_source
from scenarios.entry.folder.sheets import open_sheets
from scenarios.entry.folder.xlsx_edit import edited
from scenarios.entry.folder.xlsx_tables import TABLE_SHEETS, WORKBOOK
from scenarios.entry.workbook.write import workbook_bytes

NAME = "Notre zone"
TOWN, COUZE = "Lalinde", "Couze-et-Saint-Front"


@dataclass(frozen=True)
class TypedRows:
    """Rows of a tab of the page: texts by column, from the name on, as a person types them.

    Attributes:
        whole: whether they are typed among every column, or among the usual ones.
    """

    tab: str
    file: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    whole: bool = False

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
    named = (table for table in tables if "name" in table.columns)
    return {row[0]: "-".join(plain(row[0]).split()) for table in named for row in table.rows}


def cells_of(table: TypedRows, tables: Sequence[TypedRows]) -> list[dict[str, str]]:
    """Cells of each row as a table of a folder holds them: ids of names, words of lists by their ids."""
    ids, lines = ids_of(tables), []
    for row in table.rows:
        cells = {} if "id" in table.columns else {"id": ids[row[0]]}
        for column, text in zip(table.columns, row, strict=True):
            words = [word.id for word in choices(table.file, column).values() if word.french.startswith(text)]
            points = column in {"person", "behind", "id"}
            cells[column] = ids.get(text, text) if points else words[0] if words and text else text
        lines.append({column: text for column, text in cells.items() if text})
    return lines


def by_hand(where: Path, tables: Sequence[TypedRows]) -> Path:
    """Write in text what is typed."""
    begin(where, NAME, date(2026, 1, 1))
    for table in tables:
        lines = cells_of(table, tables)
        head = list(dict.fromkeys(("id", *table.columns)))
        texts = [";".join(cells.get(name, "") for name in head) for cells in lines]
        (where / table.file).write_text("\n".join((";".join(head), *texts, "")), encoding="utf-8")
    return where


def by_workbook(where: Path, tables: Sequence[TypedRows]) -> Path:
    """Type in the cells of the workbook: words of its lists, figures, ids of the lines that are named."""
    begin(where / "begun", NAME, date(2026, 1, 1))
    path = where / WORKBOOK
    path.write_bytes(workbook_bytes(read_source(where / "begun")))
    sheets, ids = open_sheets(path), ids_of(tables)
    typed: dict[str, dict[str, object]] = {}
    for table in tables:
        sheet, known = sheets[plain(TABLE_SHEETS[table.file])], columns(table.file)
        top, letters = next(
            (line, heads)
            for line, cells in sheet.rows.items()
            for heads in [{str(cell.value): cell.address.rstrip("0123456789") for cell in cells}]
            if known["id"].header in heads
        )
        own = typed.setdefault(sheet.title, {})
        for rank, row in enumerate(table.rows, start=top + 1):
            cells = dict(zip(table.columns, row, strict=True))
            cells.setdefault("id", ids.get(row[0], ""))
            for column, text in cells.items():
                head = known[column].header
                letter = letters.setdefault(head, f"B{chr(ord('A') + len(letters) % 26)}")
                own[f"{letter}{top}"] = head
                value = ids.get(text, text) if column in {"person", "behind", "id"} else text
                if value:
                    listed = choices(table.file, column).values()
                    value = next((w.french for w in listed if w.french.startswith(value)), value)
                    is_number = known[column].is_number
                    own[f"{letter}{rank}"] = float(value.replace(",", ".")) if is_number else value
    path.write_bytes(edited(path.read_bytes(), typed, WORKBOOK))  # type: ignore[arg-type]
    return where


WORDS = ("Halle", "Chai", "Lavoir", "Moulin", "Pré", "Ruche", "Tuilerie", "Forge", "Verger", "École", "Bief")
HOMES = ("Commune", "EPCI", "Association", "Entreprise")
USES = ("mairie", "bureaux", "école", "gymnase", "atelier", "commerce", "ehpad", "pompage")
LOADS = (
    ("annual_kwh",),
    ("hph_kwh", "hch_kwh", "hpb_kwh", "hcb_kwh"),
    ("hp_kwh", "hc_kwh"),
    tuple(f"{name}_kwh" for name in MONTHS),
)


def drawn(seed: int) -> tuple[TypedRows, ...]:
    """Draw an operation: members, sites with a year, postes or months, roofs, changes, parties."""
    draw = Random(seed)
    members = [(f"{name} de {seed}", draw.choice(HOMES)) for name in draw.sample(WORDS, draw.randint(2, 4))]
    sites = list(_sites(draw, members))
    columns_of_sites = tuple(dict.fromkeys(column for site in sites for column in site))
    roofs = list(_roofs(draw, sites))
    changed = draw.sample(sites, 2)
    changes = (
        (changed[0]["name"], "Ferme", f"{draw.randint(2028, 2034)}-09-01", ""),
        (changed[1]["name"], "Multiplie le besoin", f"{draw.randint(2028, 2034)}-01-01", "0,9"),
    )
    parties = [("-".join(plain(name).split()), name, draw.choice(WORDS), "maire") for name, _kind in members]
    return (
        TypedRows(
            "personnes",
            PERSONS,
            ("name", "kind", "vat"),
            tuple((*m, draw.choice(("Perdue", ""))) for m in members),
        ),
        TypedRows(
            "membres",
            PARTICIPANTS,
            columns_of_sites,
            tuple(tuple(site.get(column, "") for column in columns_of_sites) for site in sites),
            whole=any(column.startswith(("hp", "jan")) for column in columns_of_sites),
        ),
        TypedRows("centrales", PLANTS, ROOF, tuple(tuple(roof[column] for column in ROOF) for roof in roofs)),
        TypedRows("changements", CHANGES, ("id", "what", "since", "ratio"), changes),
        TypedRows("parties", PARTIES, ("id", "legal_name", "signatory", "signs_as"), tuple(parties)),
    )


ROOF = ("name", "person", "commune", "behind", "kind", "kwp", "surface_tilt", "surface_azimuth", "capex_eur")


def _sites(draw: Random, members: Sequence[tuple[str, str]]) -> Iterator[dict[str, str]]:
    for rank in range(draw.randint(3, 5)):
        member, kind = members[rank % len(members)]
        load = draw.choice(LOADS)
        yield {
            "name": f"{draw.choice(WORDS)} {rank}",
            "person": member,
            "commune": draw.choice((TOWN, COUZE)),
            "kind": kind,
            "profile": draw.choice(USES),
            "supply_eur_per_mwh": f"{draw.randint(110, 159)},5",
            "kva": "36/36/48/48" if len(load) == 4 else str(draw.randint(18, 36)),
            **{column: str(draw.randint(24000, 99999) // len(load)) for column in load},
        }


def _roofs(draw: Random, sites: Sequence[dict[str, str]]) -> Iterator[dict[str, str]]:
    for rank, site in enumerate(draw.sample(sites, 2)):
        kwp = draw.randint(9, 99)
        yield {
            "name": f"Toit {rank}",
            "person": site["person"],
            "commune": site["commune"],
            "behind": draw.choice((site["name"], "")),
            "kind": draw.choice(("Toiture", "Ombrière")),
            "kwp": f"{kwp},5",
            "surface_tilt": str(draw.randint(5, 35)),
            "surface_azimuth": str(draw.randint(120, 240)),
            "capex_eur": str(kwp * 1100),
        }
