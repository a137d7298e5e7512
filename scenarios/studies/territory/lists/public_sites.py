"""Public sites of open lists: schools by their floors, wastewater plants by load, lighting by lamps.

And public buildings of which the BDNB says the electricity. One that stands at a measured address of its
division is that one: it is not counted twice.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from gettext import gettext as _
from gettext import ngettext

from acc.arrays import CellValue
from acc.i18n import N_, decimal, grouped
from acc.territory.result import Known
from profiles.data.sourced_figures import read_figures
from scenarios.entry.columns.csv_tables import Row
from scenarios.studies.territory.lists.activities import OPEN_FIGURES
from scenarios.studies.territory.lists.buildings import OpenBuilding
from scenarios.studies.territory.lists.kinds import Tables, heading, insee_in, number_in, text_in
from scenarios.studies.territory.lists.needs import (
    Degrees,
    NeedsRead,
    SiteNeed,
    commune_cells,
    degrees_in,
    near_known,
    place_cells,
)
from scenarios.studies.territory.lists.roof_layers import Ring
from scenarios.studies.territory.lists.shapes import Areas, area_m2, middle

NEAR_KM = 0.1
"""A site this near to a measured one of its division is that one."""

SECONDARY = ("college", "lycee")
LAGOONS = ("lagun", "filtresplantes", "rhizosphere", "epandage", "fosse", "decantation")
"""First letters of processes that use next to no electricity."""

YES = frozenset({"oui", "o", "1", "true", "vrai", "partielle", "totale"})

OFFICE = "84"

LEFT = {
    "near": N_("at a measured address of their activity"),
    "floors": N_("without a zone that gives their buildings: ask for a bill"),
    "lagoon": N_("lagoons or beds of reeds: next to no electricity"),
    "load": N_("without a load"),
    "meters": N_("of several owners or no public one"),
}


def figure(name: str) -> float:
    """Return a figure of `open_data.csv`."""
    return read_figures(OPEN_FIGURES)[name].value


def _need(
    row: Row, cells: Mapping[str, CellValue], division: str, kwh: float, spread: str, place: Degrees | None
) -> SiteNeed:
    year = number_in(row, "year")
    return SiteNeed(
        row=row,
        cells=cells,
        kwh_of={division: kwh},
        known=Known.ESTIMATED,
        year=None if year is None else int(year),
        own_ln=figure(spread),
        place=place,
    )


def schools(tables: Tables, buildings: Sequence[OpenBuilding], needs: Sequence[SiteNeed]) -> NeedsRead:
    """Return public schools, by the floors of the buildings in the zone that bears their code.

    Args:
        needs: measured ones, which a school may be.
    """
    floors, reading, left = _floors_m2(tables, buildings), NeedsRead(), Counter[str]()
    for row in _rows(tables, "school"):
        place, type_ = degrees_in(row), heading(text_in(row, "type"))
        if not heading(text_in(row, "status")).startswith("public"):
            continue
        is_secondary = type_.startswith(SECONDARY)
        cells: dict[str, CellValue] = {
            **commune_cells(row),
            "name": text_in(row, "name") or text_in(row, "id"),
            "kind": "public" if is_secondary else "commune",
            "profile": "college" if is_secondary else "primary-school",
        }
        m2 = floors.get(text_in(row, "id").upper())
        why = "near" if near_known(needs, place, ["85"], NEAR_KM) else "" if m2 else "floors"
        if why or not m2:
            left[why] += 1
            continue
        reading.needs.append(
            _need(row, cells, "85", m2 * figure("school_kwh_per_m2"), "school_spread", place)
        )
    text = _("{count} public schools, by their floors: {ratio} kWh/m²")
    reading.said.extend(
        _sentences(len(reading.needs), left, text, ratio=decimal(figure("school_kwh_per_m2"), 1))
    )
    return reading


def _floors_m2(tables: Tables, buildings: Sequence[OpenBuilding]) -> dict[str, float]:
    """Return the floors of each code of a school, m2: of nested zones that bear it the largest counts."""
    zones = list[tuple[str, Sequence[Ring]]]()
    for table in tables.get("zone", ()):
        for row, rings in zip(table.rows, table.rings, strict=True):
            codes = text_in(row, "ids").replace("MEN:", " ").replace("/", " ").replace(",", " ").split()
            zones.extend((code.upper(), rings) for code in codes)
    zones.sort(key=lambda zone: area_m2(zone[1]))
    areas, floors = Areas([rings for _code, rings in zones]), defaultdict[int, float](float)
    for building in buildings if zones else ():
        for number in areas.holding(middle(building.rings)):
            storeys = max(1.0, number_in(building.row, "storeys") or 1.0)
            floors[number] += area_m2(building.rings) * storeys * figure("storeys_ratio")
    return {code: floors[number] for number, (code, _rings) in enumerate(zones) if floors[number] > 0.0}


def _rows(tables: Tables, kind: str) -> Iterator[Row]:
    return (row for table in tables.get(kind, ()) for row in table.rows)


def wastewater(tables: Tables, needs: Sequence[SiteNeed]) -> NeedsRead:
    """Return wastewater plants by what they take in, their capacity where that is not said."""
    reading, left = NeedsRead(), Counter[str]()
    per_inhabitant = figure("bod_g_per_inhabitant") * 365.0 * figure("water_kwh_per_kg") / 1_000.0
    for row in _rows(tables, "water"):
        load, place = number_in(row, "load") or number_in(row, "capacity"), degrees_in(row)
        process = heading(text_in(row, "process"))
        is_lagoon = any(word in process for word in LAGOONS)
        why = "lagoon" if is_lagoon else "" if load else "load"
        why = why or ("near" if near_known(needs, place, ["37"], NEAR_KM) else "")
        if why or not load:
            left[why] += 1
            continue
        name = text_in(row, "name") or text_in(row, "code")
        cells = {**commune_cells(row), "name": name, "kind": "public", "profile": "wastewater-plant"}
        reading.needs.append(_need(row, cells, "37", load * per_inhabitant, "water_spread", place))
    text = _("{count} wastewater plants, by their load: {ratio} kWh a year for each inhabitant")
    reading.said.extend(_sentences(len(reading.needs), left, text, ratio=f"{per_inhabitant:.0f}"))
    return reading


def lighting(tables: Tables) -> NeedsRead:
    """Return public lighting, a site a cabinet: its watts and its hours, less the cut of the night."""
    reading, groups = NeedsRead(), defaultdict[tuple[str, str], list[Row]](list)
    for row in _rows(tables, "lighting"):
        groups[insee_in(row), text_in(row, "cabinet")].append(row)
    for (_commune, cabinet), rows in groups.items():
        kwh = sum(_lamp_kwh(row) for row in rows)
        is_cut = any(_is_cut(row) for row in rows)
        cells: dict[str, CellValue] = {
            **commune_cells(rows[0]),
            "name": _("Lighting {cabinet}").format(cabinet=cabinet),
            "kind": "commune",
            "profile": "street-lighting-part-night" if is_cut else "street-lighting",
        }
        places = [place for row in rows if (place := degrees_in(row))]
        place = (
            (sum(p[0] for p in places) / len(places), sum(p[1] for p in places) / len(places))
            if places
            else None
        )
        if kwh > 0.0:
            reading.needs.append(_need(rows[0], cells, "", kwh, "light_spread", place))
    text = _("{count} cabinets of public lighting, by their watts and {ratio} hours a year, less their cut")
    reading.said.extend(_sentences(len(reading.needs), Counter(), text, ratio=grouped(figure("light_hours"))))
    return reading


def _is_cut(row: Row) -> bool:
    hours = number_in(row, "hours")
    return text_in(row, "cut").lower() in YES or (
        hours is not None and hours < figure("light_hours") - 1_000.0
    )


def _lamp_kwh(row: Row) -> float:
    hours = number_in(row, "hours")
    if hours is None:
        hours = figure("light_hours") - (figure("light_cut_hours") if _is_cut(row) else 0.0)
    return (number_in(row, "points") or 0.0) * (number_in(row, "power_w") or 0.0) * hours / 1_000.0


def public_buildings(
    tables: Tables,
    buildings: Sequence[OpenBuilding],
    needs: Sequence[SiteNeed],
    to_degrees: Callable[[float, float], tuple[float, float]],
) -> NeedsRead:
    """Return the buildings of public bodies of which the BDNB says the electricity, in its last year.

    Args:
        to_degrees: longitude and latitude of east and north in Lambert-93.
    """
    reading, left = NeedsRead(), Counter[str]()
    latest = dict[str, Row]()
    for row in _rows(tables, "bdnb-electricity"):
        group = text_in(row, "group")
        if group not in latest or (number_in(row, "year") or 0) > (number_in(latest[group], "year") or 0):
            latest[group] = row
    of_group = defaultdict[str, list[OpenBuilding]](list)
    own = {building.id: building for building in buildings}
    for row in _rows(tables, "bdnb-link"):
        if building := own.get(text_in(row, "id")):
            of_group[text_in(row, "group")].append(building)
    for group, row in latest.items():
        kwh, some = number_in(row, "kwh"), of_group.get(group, [])
        owner = some[0].owner if some else None
        if not kwh or owner is None or not owner.is_public:
            left["meters"] += 1
            continue
        longitude, latitude = to_degrees(*middle(max((b.rings for b in some), key=area_m2)))
        place = latitude, longitude
        if near_known(needs, place, DIVISIONS, NEAR_KM):
            left["near"] += 1
            continue
        cells: dict[str, CellValue] = {"name": owner.name, "kind": "public", "profile": "office"}
        need = _need(row, cells | place_cells(place), OFFICE, kwh, "bdnb_spread", place)
        reading.needs.append(replace(need, siren=owner.siren, known=Known.MEASURED))
    text = _(
        "{count} public buildings with the electricity that the BDNB gives, their hours those of an office"
    )
    reading.said.extend(_sentences(len(reading.needs), left, text))
    return reading


DIVISIONS = ("84", "85", "86", "87", "88", "90", "91", "93")
"""Of public buildings."""


def _sentences(count: int, left: Counter[str], text: str, **words: str) -> Iterator[str]:
    if count:
        yield text.format(count=grouped(count), **words)
    for why, number in left.most_common():
        text = ngettext("{count} left out: {why}", "{count} left out: {why}", number)
        yield text.format(count=grouped(number), why=_(LEFT[why]))
