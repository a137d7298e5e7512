"""Public sites of open lists: schools by their floors, wastewater plants by load, lighting by lamps.

And public buildings of which the BDNB says the electricity. One that stands at a measured address of its
division is that one: it is not counted twice.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from gettext import gettext as _

from acc.arrays import CellValue
from acc.i18n import N_, decimal, grouped
from acc.territory.result import Known
from profiles.data.sourced_figures import read_figures
from scenarios.entry.columns.csv_tables import Row
from scenarios.studies.territory.lists.activities import OPEN_FIGURES
from scenarios.studies.territory.lists.buildings import OpenBuilding
from scenarios.studies.territory.lists.kinds import (
    TITLES,
    Tables,
    heading,
    insee_in,
    number_in,
    text_in,
    year_in,
)
from scenarios.studies.territory.lists.needs import NeedsRead, SiteNeed, commune_cells, degrees_in, near_known
from scenarios.studies.territory.lists.shapes import Areas, middle

NEAR_KM = 0.1
"""A site this near to a measured one of its division is that one."""

SECONDARY = ("college", "lycee")
LAGOONS = ("lagun", "filtresplantes", "rhizosphere", "epandage", "fosse", "decantation")
"""Parts of the names of processes that use next to no electricity."""

YES = frozenset({"oui", "o", "1", "true", "vrai", "partielle", "totale"})

SCHOOL, SPORTS, OFFICE = ("85", "primary-school"), ("93", "sports-hall"), ("84", "office")
"""Divisions and profiles of public buildings."""

DIVISIONS = ("84", "85", "86", "87", "88", "90", "91", "93")
"""Of public buildings."""

LEFT = {
    "near": N_("at a measured address of their activity"),
    "private": N_("private"),
    "floors": N_("without a zone that gives their buildings: ask for a bill"),
    "lagoon": N_("lagoons or beds of reeds: next to no electricity"),
    "load": N_("without a load"),
    "watts": N_("with lamps of unknown number or watts"),
    "owner": N_("without electricity, or whose owner is unknown or not public"),
}

NeedOrReason = SiteNeed | str
"""A need, or the reason in `LEFT` why there is none."""


def figure(name: str) -> float:
    """Return a figure of `open_data.csv`."""
    return read_figures(OPEN_FIGURES)[name].value


def public_sites(tables: Tables, buildings: Sequence[OpenBuilding], needs: Sequence[SiteNeed]) -> NeedsRead:
    """Return the public sites of every list.

    Args:
        needs: measured ones, which such a site may be.
    """
    reading, zones = NeedsRead(), _zones(tables)
    of_school, of_water = figure("school_kwh_per_m2"), _kwh_per_inhabitant()
    text = _("{count} public buildings with the electricity that the BDNB gives")
    reading.add(_collected("bdnb-electricity", text, _buildings(tables, buildings, needs, zones)))
    measured = [*needs, *reading.needs]
    text = _("{count} public schools, by their floors: {ratio} kWh/m²")
    text = text.replace("{ratio}", decimal(of_school, 1))
    reading.add(_collected("school", text, _schools(tables, _floors_m2(zones, buildings), measured)))
    text = _("{count} wastewater plants, by their load: {ratio} kWh a year for each inhabitant")
    text = text.replace("{ratio}", decimal(of_water, 0))
    reading.add(_collected("water", text, _stations(tables, measured)))
    text = _("{count} cabinets of public lighting, by their watts and {ratio} hours a year, less their cut")
    text = text.replace("{ratio}", grouped(figure("light_hours")))
    reading.add(_collected("lighting", text, _cabinets(tables)))
    return reading


def _collected(kind: str, text: str, every: Iterable[NeedOrReason]) -> NeedsRead:
    """Return needs with how many there are and why others are none, in sentences.

    Args:
        text: how many, `{count}`, and what they rest on.
    """
    reading, left = NeedsRead(), Counter[str]()
    for each in every:
        if isinstance(each, SiteNeed):
            reading.needs.append(each)
        else:
            left[each] += 1
    if reading.needs:
        reading.said.append(text.replace("{count}", grouped(len(reading.needs))))
    for why, count in left.most_common():
        words = {"kind": _(TITLES[kind]), "count": grouped(count), "why": _(LEFT[why])}
        reading.said.append(_("{kind}: {count} left out, {why}").format(**words))
    return reading


def _need(row: Row, cells: Mapping[str, CellValue], division: str, kwh: float, spread: str) -> SiteNeed:
    return SiteNeed(
        row=row,
        cells=cells,
        kwh_of={division: kwh},
        known=Known.ESTIMATED,
        year=year_in(row),
        own_ln=figure(spread),
        place=degrees_in(row),
    )


def _rows(tables: Tables, kind: str) -> Iterator[Row]:
    return (row for table in tables.get(kind, ()) for row in table.rows)


Zones = tuple[Sequence[str], Areas]
"""Codes of schools, and the zone that bears each."""


def _zones(tables: Tables) -> Zones:
    """Return the zones that bear the code of a school, the largest of nested ones last."""
    zones = [
        (code.upper(), shape)
        for table in tables.get("zone", ())
        for row, shape in zip(table.rows, table.shapes, strict=True)
        for code in text_in(row, "ids").replace("MEN:", " ").replace("/", " ").replace(",", " ").split()
    ]
    zones.sort(key=lambda zone: zone[1].area)
    return [code for code, _shape in zones], Areas([shape for _code, shape in zones])


def _floors_m2(zones: Zones, buildings: Sequence[OpenBuilding]) -> dict[str, float]:
    """Return the floors of each code of a school, m2."""
    (codes, areas), floors = zones, defaultdict[int, float](float)
    for building in buildings if codes else ():
        for number in areas.holding(middle(building.shape)):
            storeys = max(1.0, number_in(building.row, "storeys") or 1.0)
            floors[number] += building.shape.area * storeys * figure("storeys_ratio")
    return {code: floors[number] for number, code in enumerate(codes) if floors[number] > 0.0}


def _schools(
    tables: Tables, floors_m2: Mapping[str, float], needs: Sequence[SiteNeed]
) -> Iterator[NeedOrReason]:
    for row in _rows(tables, "school"):
        is_secondary = heading(text_in(row, "type")).startswith(SECONDARY)
        cells: dict[str, CellValue] = {
            **commune_cells(row),
            "name": text_in(row, "name") or text_in(row, "id"),
            "kind": "public" if is_secondary else "commune",
            "profile": "college" if is_secondary else SCHOOL[1],
        }
        m2 = floors_m2.get(text_in(row, "id").upper(), 0.0)
        if not heading(text_in(row, "status")).startswith("public"):
            yield "private"
        elif near_known(needs, degrees_in(row), SCHOOL[:1], NEAR_KM):
            yield "near"
        elif not m2:
            yield "floors"
        else:
            yield _need(row, cells, SCHOOL[0], m2 * figure("school_kwh_per_m2"), "school_spread")


def _kwh_per_inhabitant() -> float:
    return figure("bod_g_per_inhabitant") * 365.0 * figure("water_kwh_per_kg") / 1_000.0


def _stations(tables: Tables, needs: Sequence[SiteNeed]) -> Iterator[NeedOrReason]:
    """Yield wastewater plants by what they take in, their capacity where that is not said."""
    for row in _rows(tables, "water"):
        load = number_in(row, "load") or number_in(row, "capacity")
        process = heading(text_in(row, "process"))
        name = text_in(row, "name") or text_in(row, "code")
        cells = {**commune_cells(row), "name": name, "kind": "public", "profile": "wastewater-plant"}
        if any(word in process for word in LAGOONS):
            yield "lagoon"
        elif near_known(needs, degrees_in(row), ["37"], NEAR_KM):
            yield "near"
        elif not load:
            yield "load"
        else:
            yield _need(row, cells, "37", load * _kwh_per_inhabitant(), "water_spread")


def _cabinets(tables: Tables) -> Iterator[NeedOrReason]:
    """Yield public lighting, a site a cabinet, where its first lamp with a place is."""
    groups = defaultdict[tuple[str, str], list[Row]](list)
    for row in _rows(tables, "lighting"):
        groups[insee_in(row), text_in(row, "cabinet")].append(row)
    for (_commune, cabinet), rows in groups.items():
        kwh = [_lamp_kwh(row) for row in rows]
        row = next((row for row in rows if degrees_in(row)), rows[0])
        is_cut = any(map(_is_cut, rows))
        cells: dict[str, CellValue] = {
            **commune_cells(row),
            "name": _("Lighting {cabinet}").format(cabinet=cabinet),
            "kind": "commune",
            "profile": "street-lighting-part-night" if is_cut else "street-lighting",
        }
        yield _need(row, cells, "", sum(filter(None, kwh)), "light_spread") if all(kwh) else "watts"


def _is_cut(row: Row) -> bool:
    hours = number_in(row, "hours")
    is_short = hours is not None and hours < figure("light_hours") - 0.5 * figure("light_cut_hours")
    return is_short or text_in(row, "cut").lower() in YES


def _lamp_kwh(row: Row) -> float | None:
    """Yearly kWh of the lamps of a line, less their cut; None where it does not say them."""
    points, power_w, hours = (number_in(row, name) for name in ("points", "power_w", "hours"))
    if points is None or power_w is None:
        return None
    if hours is None:
        hours = figure("light_hours") - (figure("light_cut_hours") if _is_cut(row) else 0.0)
    return points * power_w * hours / 1_000.0


def _buildings(
    tables: Tables, buildings: Sequence[OpenBuilding], needs: Sequence[SiteNeed], zones: Zones
) -> Iterator[NeedOrReason]:
    """Yield the buildings of public bodies with the electricity of the BDNB in its last year."""
    latest, of_group = dict[str, Row](), defaultdict[str, list[OpenBuilding]](list)
    for row in sorted(_rows(tables, "bdnb-electricity"), key=lambda row: year_in(row) or 0):
        latest[text_in(row, "group")] = row
    own = {building.id: building for building in buildings} if latest else {}
    for row in _rows(tables, "bdnb-link"):
        if building := own.get(text_in(row, "id")):
            of_group[text_in(row, "group")].append(building)
    for group, row in latest.items():
        kwh, some = number_in(row, "kwh"), of_group.get(group, [])
        owner = some[0].owner if some else None
        if not kwh or owner is None or not owner.is_public:
            yield "owner"
            continue
        largest = max(some, key=lambda building: building.shape.area)
        place = degrees_in(largest.row)
        is_school = any(True for _number in zones[1].holding(middle(largest.shape)))
        use = SCHOOL if is_school else SPORTS if text_in(largest.row, "usage") == "Sportif" else OFFICE
        cells = {**commune_cells(row), "name": owner.name, "kind": "public", "profile": use[1]}
        if near_known(needs, place, DIVISIONS, NEAR_KM):
            yield "near"
        else:
            need = _need(row, cells, use[0], kwh, "bdnb_spread")
            yield replace(need, siren=owner.siren, known=Known.MEASURED, place=place)
