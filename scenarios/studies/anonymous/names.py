"""Who is called what in a folder to hand over: numbers in place of ids and names, wherever they stand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.folder.raw import RawFolder, variants_of

TABLES = ("participants", "plants", "persons")


@dataclass(frozen=True, slots=True)
class NewNames:
    """The new ids, by old one.

    Attributes:
        sites, plants, persons: of each table; a person that only a cell names has one too.
        others: third parties, substations and groups of communes, as they are written.
        variants: new names of variants.
        prms: the new number of each meter, by its 14 digits.
    """

    sites: Mapping[str, str]
    plants: Mapping[str, str]
    persons: Mapping[str, str]
    others: Mapping[str, str]
    variants: Mapping[str, str]
    prms: Mapping[str, str]
    every: Mapping[str, str] = field(default_factory=dict)

    def owner(self, written: str) -> str:
        """New name of the owner of a plant: a site, a person by id or by name, a third party."""
        return self.sites.get(written) or self.persons.get(written) or self.others.get(written, "tiers")


def new_names(source: RawFolder) -> NewNames:
    """Return the new names of a folder, numbered in the order of its tables: the order of results is kept."""
    sites = _numbered("site", _cells(source.participants, "id"))
    plants = _numbered("centrale", _cells(source.plants, "id"))
    rows = source.persons or ()
    named = (*_cells(rows, "id"), *_cells((*source.participants, *source.plants), "person"))
    # Without persons, a person is a site, or a plant: it keeps being that one.
    persons = _numbered("membre", [name for name in named if name not in sites])
    persons |= {name: sites[name] for name in named if name in sites}
    called = {str(row.cells["name"]): persons[str(row.cells["id"])] for row in rows if "name" in row.cells}
    owners = [name for name in _cells(source.plants, "owner") if name not in {*sites, *persons, *called}]
    both = (*source.participants, *source.plants)
    others = called | _numbered("tiers", owners) | _numbered("poste", _cells(both, "substation"))
    battery = source.sections.get("battery")
    prms = _cells(both, "prm")
    prms += [str(prm) for prm in map(_table(battery).get, ("prm_charge", "prm_discharge")) if prm]
    digits = dict.fromkeys("".join(prm.split()) for prm in prms)
    return NewNames(
        sites=sites,
        plants=plants,
        persons=persons,
        others=others,
        variants=_numbered("variante", [str(row.get("name", "")) for row in variants_of(source.sections)]),
        prms={prm: f"99{number:012d}" for number, prm in enumerate(digits, start=1)},
        every=persons | plants | sites,
    )


def _table(section: object) -> Mapping[str, object]:
    return section if isinstance(section, dict) else {}


def _cells(rows: Iterable[Row], column: str) -> list[str]:
    return [str(row.cells[column]) for row in rows if column in row.cells]


def _numbered(word: str, names: Iterable[str]) -> dict[str, str]:
    distinct = dict.fromkeys(names)
    width = max(2, len(str(len(distinct))))
    return {name: f"{word}-{number:0{width}d}" for number, name in enumerate(distinct, start=1)}


def title(new_id: str) -> str:
    """Return the printed name of a new id.

    >>> title("site-07")
    'Site 07'
    """
    return new_id.replace("-", " ").capitalize()


def renamed(value: object, names: Mapping[str, str]) -> object:
    """Return a value of a section where each id, as a key or as a text, is the new one.

    >>> renamed({"ranks": [["ecole"], ["*"]], "shares": {"ecole": 1}}, {"ecole": "site-01"})
    {'ranks': [['site-01'], ['*']], 'shares': {'site-01': 1}}
    """
    if isinstance(value, Mapping):
        return {names.get(str(key), str(key)): renamed(inner, names) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [renamed(inner, names) for inner in value]
    return names.get(value, value) if isinstance(value, str) else value


def renamed_path(path: str, names: NewNames) -> str:
    """Return a dotted path (`plants.toit.kwp`) with the new id in it."""
    own = {
        "participants": names.sites,
        "plants": names.plants,
        "persons": names.persons,
        "flexible": names.sites,
    }
    head, *rest = path.split(".")
    table = own.get(head, names.every)
    return ".".join([head, *(table.get(part, part) for part in rest)])
