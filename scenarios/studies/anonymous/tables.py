"""The tables of a folder to hand over: each row with its new names, its new place, its frozen curve."""

from collections.abc import Mapping
from dataclasses import replace

from acc.scenario import Scenario
from acc.sites import Participant, Plant, Position, Site
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.input_columns import columns, with_trait
from scenarios.entry.columns.names import CHANGES, PARTICIPANTS, PERSONS, PLANTS, QUOTES
from scenarios.entry.folder.raw import RawFolder
from scenarios.studies.anonymous.names import NewNames, title


def new_tables(
    source: RawFolder,
    everyone: Scenario,
    names: NewNames,
    places: Mapping[str, Position],
    scales: Mapping[str, float],
) -> dict[str, tuple[Row, ...]]:
    """Return the new rows by table.

    Args:
        everyone: the scenario with the inactive members too, communes and contracts looked up.
        places: the new place of each site and plant, by table and id (`participants.ecole`).
        scales: yearly kWh of the sites whose curve follows one, by id.
    """
    epcis = {epci: f"EPCI-{number}" for number, epci in enumerate(_epcis(everyone), start=1)}
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
        _with(row, _load(old, names, scales) | _contract(sites[str(old.cells["id"])]))
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


def _epcis(scenario: Scenario) -> list[str]:
    return list(dict.fromkeys(s.epci for s in (*scenario.participants, *scenario.plants) if s.epci))


def _renamed(file: str, row: Row, names: NewNames) -> Row:
    """Return a row that names a site or a plant; one that names all sites of a kind names nobody."""
    kept = {name: row.cells[name] for name in with_trait(file, "anonymous", "kept") if name in row.cells}
    old = str(row.cells["id"])
    return Row(row.file, row.line, {"id": names.sites.get(old) or names.plants.get(old, old), **kept})


def _row(file: str, row: Row, ids: Mapping[str, str], names: NewNames, where: Mapping[str, object]) -> Row:
    kept = with_trait(file, "anonymous", "kept")
    old = {name: value for name, value in row.cells.items() if name in kept}
    new_id = ids[str(row.cells["id"])]
    new: dict[str, object] = {"id": new_id, "name": title(new_id)}
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


def _with(row: Row, cells: Mapping[str, object]) -> Row:
    return replace(row, cells={**row.cells, **cells})


def _where(
    row: Row,
    table: str,
    sites: Mapping[str, Participant] | Mapping[str, Plant],
    places: Mapping[str, Position],
    epcis: Mapping[str, str],
) -> dict[str, object]:
    """Return the new place of a row, with what its commune settled: its density class and its EPCI."""
    id_ = str(row.cells["id"])
    site: Site = sites[id_]
    cells: dict[str, object] = {}
    if place := places.get(f"{table}.{id_}"):
        cells |= {"latitude": repr(place.latitude_deg), "longitude": repr(place.longitude_deg)}
    if site.density_class:
        cells["density"] = str(site.density_class)
    if site.epci:
        cells["epci"] = epcis[site.epci]
    return cells


def _load(row: Row, names: NewNames, scales: Mapping[str, float]) -> dict[str, object]:
    id_ = str(row.cells["id"])
    curve: dict[str, object] = {"curve": f"sites.csv#{names.sites[id_]}_kwh"}
    return curve | ({"scale_to_kwh": repr(scales[id_])} if id_ in scales else {})


def _output(row: Row, names: NewNames) -> dict[str, object]:
    own = names.plants[str(row.cells["id"])]
    return {"curve": f"centrales.csv#{own}_kwh"} if "curve" in row.cells else {}


def _kind(plant: Plant) -> dict[str, object]:
    """Return the kind of a plant, written or kept by a person: what is kept is not handed over."""
    return {"kind": str(plant.kind)} if plant.kind else {}


def _contract(site: Participant) -> dict[str, object]:
    """Contract values read from a C68 file, which is not handed over."""
    cells: dict[str, object] = {}
    if site.contract.turpe:
        cells["turpe"] = site.contract.turpe
    if site.contract.subscribed_kva:
        cells["kva"] = "/".join(f"{kva:g}" for kva in site.contract.subscribed_kva)
    return cells
