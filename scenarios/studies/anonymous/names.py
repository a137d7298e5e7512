"""Who is called what in a folder to hand over: numbers in place of ids and names, wherever they stand.

`operation.toml` of a folder to hand over: what is computed is kept, words that name somebody are not.

The tables of a folder to hand over: each row with its new names, its new place, its frozen curve.

Moves all places together, turned and set down elsewhere: the distances between them stay.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from gettext import gettext as _
from random import Random
from statistics import fmean

from pyproj import Geod

from acc.arrays import CellValue
from acc.scenario import Scenario
from acc.sites import Participant, Plant, Position, Site
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.input_columns import columns, with_trait
from scenarios.entry.columns.names import CHANGES, PARTICIPANTS, PERSONS, PLANTS, QUOTES
from scenarios.entry.columns.toml_text import section_values, variants_of
from scenarios.entry.folder.raw import COMPARE, OF_A_VARIANT, RawFolder
from scenarios.entry.places.geography import distances_km


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
    prms += [str(prm) for prm in map(section_values(battery).get, ("prm_charge", "prm_discharge")) if prm]
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


def renamed(value: CellValue, names: Mapping[str, str]) -> CellValue:
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


OF_OPERATION = ("start", "end", "step_minutes", "perimeter", "rates_on", "sharing", "holes", "fictitious")
DROPPED = ("operation", "words", "accepted", "variants", "weather", "battery", "pmo")
"""Sections that are left out, or written anew."""

FILES = ("file", "coefficients", "orders")
"""Parameters of a key that are read from a file: one names sites and meters, and is not handed over."""


def new_sections(
    source: RawFolder,
    names: NewNames,
    sky: Position | None,
    battery: Position | None,
    scaled: Collection[str],
) -> tuple[dict[str, CellValue], tuple[str, ...]]:
    """Return the new sections, and what could not be handed over, in sentences.

    Args:
        sky: where the sun is that of before, None where no site has a place.
        battery: its new place.
        scaled: ids of the sites whose curve follows a yearly kWh.
    """
    sentences: list[str] = []
    sections: dict[str, CellValue] = {"operation": _operation(source)}
    for name, content in source.sections.items():
        if name not in DROPPED:
            sections[name] = renamed(
                content, {**names.every, **names.variants} if name == "sweep" else names.every
            )
    for name in ("key", "keys"):
        sentences += _without_files(sections, name)
    if COMPARE in sections:
        sections[COMPARE] = _compared(sections[COMPARE], names)
    old = dict(section_values(source.sections.get("weather")))
    if sky:
        old |= {"latitude": sky.latitude_deg, "longitude": sky.longitude_deg}
    sections["weather"] = old
    if isinstance(own := source.sections.get("battery"), dict):
        sections["battery"] = _battery(own, names, battery)
    variants, left = _variants(source, names, scaled)
    if variants:
        sections["variants"] = variants
    return sections, (*sentences, *left)


def _operation(source: RawFolder) -> dict[str, CellValue]:
    old = section_values(source.sections.get("operation"))
    return {"name": _("Anonymous operation")} | {name: old[name] for name in OF_OPERATION if name in old}


def _battery(old: Mapping[str, CellValue], names: NewNames, place: Position | None) -> dict[str, CellValue]:
    new = {name: value for name, value in old.items() if name not in {"id", "name", "latitude", "longitude"}}
    new |= {
        c: names.prms["".join(str(old[c]).split())] for c in ("prm_charge", "prm_discharge") if old.get(c)
    }
    return new | ({"latitude": place.latitude_deg, "longitude": place.longitude_deg} if place else {})


def _compared(section: CellValue, names: NewNames) -> CellValue:
    """Renamed `[compare]` section, without powers of plants called by name, or of unknown ids."""
    if not isinstance(section, dict) or not isinstance(powers := section.get("kwp"), dict):
        return section
    return {**section, "kwp": {id_: own for id_, own in powers.items() if id_ in names.plants.values()}}


def _without_files(sections: dict[str, CellValue], name: str) -> list[str]:
    """Take out keys that are read from a file; say which."""
    message = _("the key that is read from a file names sites and meters: left out, {key} in its place")
    if name == "keys" and isinstance(keys := sections.get("keys"), dict):
        kept = {key: own for key, own in keys.items() if not _reads_file(own)}
        left = [key for key in keys if key not in kept]
        sections["keys"] = kept
        return [message.format(key=_("nothing")) for _key in left]
    if name == "key" and _reads_file(sections.get("key")):
        sections["key"] = {"name": "prorata"}
        return [message.format(key="prorata")]
    return []


def _reads_file(own: CellValue) -> bool:
    return isinstance(own, dict) and any(isinstance(own.get(name), str) for name in FILES)


def _variants(
    source: RawFolder, names: NewNames, scaled: Collection[str]
) -> tuple[list[dict[str, CellValue]], list[str]]:
    variants, sentences = [], []
    for variant in variants_of(source.sections):
        changes = {path: value for path, value in variant.items() if path not in OF_A_VARIANT}
        name = names.variants[str(variant.get("name", ""))]
        wrong = [path for path in changes if _is_of_what_goes(path, scaled)]
        if wrong:
            message = _("{variant} left out: it changes what is frozen or replaced ({columns})")
            columns = ", ".join(sorted({path.rpartition(".")[2] for path in wrong}))
            sentences.append(message.format(variant=name, columns=columns))
            continue
        new = {
            renamed_path(path.replace(".annual_kwh", ".scale_to_kwh"), names): renamed(value, names.every)
            for path, value in changes.items()
        }
        variants.append({"name": name, **new})
    return variants, sentences


def _is_of_what_goes(path: str, scaled: Collection[str]) -> bool:
    """Return whether a path leads to a curve, a place or a name: frozen, or replaced."""
    head, _dot, rest = path.partition(".")
    id_, _dot, column = rest.rpartition(".")
    if head == "weather":
        return True
    if head == "operation":
        return column not in OF_OPERATION or column in {"start", "end", "step_minutes"}
    if head in {"key", "keys"}:
        return column in FILES
    if head == "participants" and column == "annual_kwh":
        return id_ not in scaled
    known = columns(f"{head}.csv").get(column)
    return known is not None and known.anonymous != "kept" and column != "behind"


def new_tables(
    source: RawFolder,
    everyone: Scenario,
    names: NewNames,
    places: Mapping[str, Position],
    yearly_kwh: Mapping[str, float],
) -> dict[str, tuple[Row, ...]]:
    """Return the new rows by table.

    Args:
        everyone: the scenario with the inactive members too, communes and contracts looked up.
        places: the new place of each site and plant, by table and id (`participants.ecole`).
        yearly_kwh: yearly kWh of the sites whose curve follows one, by id.
    """
    every = dict.fromkeys(s.epci for s in (*everyone.participants, *everyone.plants) if s.epci)
    epcis = {epci: f"EPCI-{number}" for number, epci in enumerate(every, start=1)}
    sites = {site.id: site for site in everyone.participants}
    plants = {plant.id: plant for plant in everyone.plants}
    tables = {
        PARTICIPANTS: tuple(
            _row(PARTICIPANTS, row, names.sites, names, _where(row, "participants", sites, places, epcis))
            for row in source.participants
        ),
        PLANTS: tuple(
            _row(PLANTS, row, names.plants, names, _where(row, "plants", plants, places, epcis))
            for row in source.plants
        ),
    }
    tables[PARTICIPANTS] = tuple(
        _with(row, _load(old, names, yearly_kwh) | _contract(sites[str(old.cells["id"])]))
        for row, old in zip(tables[PARTICIPANTS], source.participants, strict=True)
    )
    tables[PLANTS] = tuple(
        _with(row, _output(old, names) | _kind(plants[str(old.cells["id"])]))
        for row, old in zip(tables[PLANTS], source.plants, strict=True)
    )
    if source.persons is not None:
        tables[PERSONS] = tuple(_row(PERSONS, row, names.persons, names, {}) for row in source.persons)
    if source.quotes:
        tables[QUOTES] = tuple(_renamed(QUOTES, row, names) for row in source.quotes)
    if source.changes:
        tables[CHANGES] = tuple(_renamed(CHANGES, row, names) for row in source.changes)
    return tables


def _renamed(file: str, row: Row, names: NewNames) -> Row:
    """Return a row that names a site or a plant; one that names all sites of a kind names nobody."""
    kept = {name: row.cells[name] for name in with_trait(file, "anonymous", "kept") if name in row.cells}
    old = str(row.cells["id"])
    return Row(row.file, row.line, {"id": names.sites.get(old) or names.plants.get(old, old), **kept})


def _row(file: str, row: Row, ids: Mapping[str, str], names: NewNames, where: Mapping[str, CellValue]) -> Row:
    kept = with_trait(file, "anonymous", "kept")
    old = {name: value for name, value in row.cells.items() if name in kept}
    new_id = ids[str(row.cells["id"])]
    new: dict[str, CellValue] = {"id": new_id, "name": title(new_id)}
    holders = {**names.sites, **names.persons}
    called: dict[str, Mapping[str, str]] = {
        column.id: holders for column in columns(file).values() if column.points_to
    }
    called["substation"] = names.others
    new |= {c: known[str(row.cells[c])] for c, known in called.items() if str(row.cells.get(c)) in known}
    if "owner" in row.cells:
        new["owner"] = names.owner(str(row.cells["owner"]))
    if "prm" in row.cells:
        new["prm"] = names.prms["".join(str(row.cells["prm"]).split())]
    return Row(row.file, row.line, new | dict(where) | old)


def _with(row: Row, cells: Mapping[str, CellValue]) -> Row:
    return replace(row, cells={**row.cells, **cells})


def _where(
    row: Row,
    table: str,
    sites: Mapping[str, Participant] | Mapping[str, Plant],
    places: Mapping[str, Position],
    epcis: Mapping[str, str],
) -> dict[str, CellValue]:
    """Return the new place of a row, with what its commune settled: its density class and its EPCI."""
    id_ = str(row.cells["id"])
    site: Site = sites[id_]
    cells: dict[str, CellValue] = {}
    if place := places.get(f"{table}.{id_}"):
        cells |= {"latitude": repr(place.latitude_deg), "longitude": repr(place.longitude_deg)}
    if site.density_class:
        cells["density"] = str(site.density_class)
    if site.epci:
        cells["epci"] = epcis[site.epci]
    return cells


def _load(row: Row, names: NewNames, yearly_kwh: Mapping[str, float]) -> dict[str, CellValue]:
    id_ = str(row.cells["id"])
    curve: dict[str, CellValue] = {"curve": f"sites.csv#{names.sites[id_]}_kwh"}
    return curve | ({"scale_to_kwh": repr(yearly_kwh[id_])} if id_ in yearly_kwh else {})


def _output(row: Row, names: NewNames) -> dict[str, CellValue]:
    own = names.plants[str(row.cells["id"])]
    return {"curve": f"centrales.csv#{own}_kwh"} if "curve" in row.cells else {}


def _kind(plant: Plant) -> dict[str, CellValue]:
    """Return the kind of a plant, written or kept by a person: what is kept is not handed over."""
    return {"kind": str(plant.kind)} if plant.kind else {}


def _contract(site: Participant) -> dict[str, CellValue]:
    """Contract values read from a C68 file, which is not handed over."""
    cells: dict[str, CellValue] = {}
    if site.contract.turpe:
        cells["turpe"] = site.contract.turpe
    if site.contract.subscribed_kva:
        cells["kva"] = "/".join(f"{kva:g}" for kva in site.contract.subscribed_kva)
    return cells


ELSEWHERE = Position(46.5, 2.5)
"""The middle of France: latitudes near to those of before keep distances to the millimetre."""


def moved(places: Mapping[str, Position], chance: Random) -> tuple[dict[str, Position], float]:
    """Return the places elsewhere, turned by chance and perhaps mirrored, and the largest change in km.

    Each keeps its distance and, but for the turn, its direction from the middle of them all.
    """
    if not places:
        return {}, 0.0
    geod, count = Geod(ellps="WGS84"), len(places)
    # Lists, not arrays: pyproj takes an array of one place for a number.
    latitude = [place.latitude_deg for place in places.values()]
    longitude = [place.longitude_deg for place in places.values()]
    azimuth, _back, metres = geod.inv(
        [fmean(longitude)] * count, [fmean(latitude)] * count, longitude, latitude
    )
    turn, mirror = chance.uniform(0.0, 360.0), chance.choice((-1.0, 1.0))
    elsewhere = [ELSEWHERE.longitude_deg] * count, [ELSEWHERE.latitude_deg] * count
    east, north, _back = geod.fwd(*elsewhere, [mirror * angle + turn for angle in azimuth], metres)
    new = {name: Position(float(lat), float(lon)) for name, lat, lon in zip(places, north, east, strict=True)}
    before, after = distances_km(list(places.values())), distances_km(list(new.values()))
    return new, float(abs(before - after).max())
