"""Roofs of open layers: a LiDAR tool's, under its own names, else footprints by a rule; and who owns them.

A tool's building is a plant for each of its sides that bears most, and one for its flat part. A footprint is
one plant of two halves, as nobody says which side is the south: power by a ratio of the footprint.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from gettext import gettext as _
from math import atan2, degrees
from statistics import median

from shapely.geometry.base import BaseGeometry

from acc.arrays import CellValue
from acc.i18n import N_, decimal, grouped
from acc.sites import PlantKind
from profiles.data.sourced_figures import read_figures
from profiles.pv.losses import default_losses, total_loss_ratio
from profiles.pv.plane_yield import plane_yield
from scenarios.entry.columns.csv_tables import Row
from scenarios.studies.territory.lists.activities import OPEN_FIGURES
from scenarios.studies.territory.lists.kinds import OpenTable, Tables, heading, number_in, text_in
from scenarios.studies.territory.lists.shapes import Areas, long_side, middle

SECTORS = ("N", "NE", "E", "SE", "S", "SO", "O", "NO")
"""Sides of a tool's roof, from the north on, 45 degrees each."""

SECTOR_DEG = 45.0

NOT_BUILT = ("enprojet", "enconstruction", "enruine", "nonrenseigne")
NO_ROOFS = ("eglise", "chapelle", "serre", "silo", "monument", "tour", "moulin", "arcdetriomphe", "tribune")
"""First letters of the natures of buildings that bear no modules."""

LIGHT = "02"
"""The cadastre's type of a light building: no kind of a plant."""

TRUE = frozenset({"1", "true", "vrai", "oui", "t"})

STEEPEST_DEG, FLATTEST_DEG = 45.0, 5.0

PUBLIC_GROUPS = ("1", "2", "3", "4", "5", "9")
"""Groups of legal persons that are public: State, region, department, commune, housing, establishments."""

PUBLIC_SIREN = ("1", "2")
"""First digits of the SIREN of public bodies."""

LEFT = {
    "light": N_("light, not built, churches or greenhouses"),
    "small": N_("below {least} kWc, or {public} where a public body owns it"),
    "many": N_("beyond the {most} largest"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Who owns a building: its siren, its name, whether it is a public body."""

    siren: str
    name: str
    is_public: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenBuilding:
    """A building: its line, its shape in metres, what it is, who owns it."""

    row: Row
    shape: BaseGeometry
    owner: Owner | None = None

    @property
    def id(self) -> str:
        """Its key in BD TOPO, empty in the cadastre."""
        return text_in(self.row, "id")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRoof:
    """A plant of a building: its line, its cells, its power, how far the latter strays (ln), its owner."""

    row: Row
    cells: Mapping[str, CellValue]
    kwp: float
    own_ln: float
    owner: Owner | None


@dataclass(frozen=True, slots=True)
class RoofsRead:
    """Roofs read, and what was taken or left, in sentences."""

    roofs: list[OpenRoof] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Least:
    """The least power of a roof, kWp: of whoever it is, and of a public body; the most roofs."""

    kwp: float = 36.0
    public_kwp: float = 9.0
    most: int = 2_500


def buildings_of(tables: Tables) -> list[OpenBuilding]:
    """Return the footprints: of BD TOPO, else of the cadastre."""
    footprints = tables.get("building", ()) or tables.get("cadastre", ())
    return [
        OpenBuilding(row=row, shape=shape)
        for table in footprints
        for row, shape in zip(table.rows, table.shapes, strict=True)
    ]


def owned(buildings: Sequence[OpenBuilding], tables: Tables) -> list[OpenBuilding]:
    """Return the buildings with their owners: by the BDNB, else by the parcel below them."""
    by_id, by_parcel = _owners_by_id(tables), _owners_by_parcel(tables)
    parcels = [
        (_parcel_key(row), shape)
        for table in tables.get("parcel", ())
        for row, shape in zip(table.rows, table.shapes, strict=True)
    ]
    areas = Areas([shape for _key, shape in parcels])

    def owner(building: OpenBuilding) -> Owner | None:
        of_id = by_id.get(building.id)
        if of_id or not parcels:
            return of_id
        keys = (parcels[number][0] for number in areas.holding(middle(building.shape)))
        return next((by_parcel[key] for key in keys if key in by_parcel), None)

    return [replace(building, owner=owner(building)) for building in buildings]


def _owners_by_id(tables: Tables) -> dict[str, Owner]:
    """Return the owners of the BDNB by key of BD TOPO: a group has several buildings."""
    of_group = {
        text_in(row, "group"): _owner(text_in(row, "siren"), text_in(row, "name"))
        for row in _rows(tables.get("bdnb-owner", ()))
    }
    links = _rows(tables.get("bdnb-link", ()))
    pairs = ((text_in(row, "id"), of_group.get(text_in(row, "group"))) for row in links)
    return {id_: owner for id_, owner in pairs if owner is not None}


def _owners_by_parcel(tables: Tables) -> dict[str, Owner]:
    owners = dict[str, Owner]()
    for row in _rows(tables.get("owner", ())):
        siren, name = text_in(row, "siren"), text_in(row, "name")
        owners[_owned_key(row)] = _owner(siren, name, text_in(row, "group"))
    return owners


def _owner(siren: str, name: str, group: str = "") -> Owner:
    # Since 2024 a cell holds "4 - Commune"; before, its code alone.
    is_public = siren.startswith(PUBLIC_SIREN) or group[:1] in PUBLIC_GROUPS
    return Owner(siren=siren, name=name, is_public=is_public)


def _rows(tables: Sequence[OpenTable]) -> Iterator[Row]:
    return (row for table in tables for row in table.rows)


def _parcel_key(row: Row) -> str:
    parts = (("commune", 5), ("prefix", 3), ("section", 2), ("plan", 4))
    return "".join(text_in(row, name).removesuffix(".0").zfill(width) for name, width in parts)


def _owned_key(row: Row) -> str:
    """Return the key of a parcel whose department and commune stand in two columns, without their zeros."""
    department, commune = text_in(row, "department")[:2], text_in(row, "commune")
    insee = commune.zfill(5) if len(commune) > 3 else department.zfill(2) + commune.zfill(3)
    parts = (("prefix", 3), ("section", 2), ("plan", 4))
    return insee + "".join(text_in(row, name).removesuffix(".0").zfill(width) for name, width in parts)


def roofs_of(buildings: Sequence[OpenBuilding], tables: Tables, least: Least) -> RoofsRead:
    """Return the roofs of a tool's layer, else of the footprints.

    Raises:
        InputError: a figure that is none.
    """
    read, left = RoofsRead(), Counter[str]()
    own = {building.id: building for building in buildings if building.id}
    tool = [roof for row in _rows(tables.get("roof", ())) if (roof := _tool_roof(row))]
    if tool:
        usual, owners = _usual(tool), _owners_by_id(tables)
        owners |= {id_: building.owner for id_, building in own.items() if building.owner}
        every = [part for roof in tool for part in _of_tool(roof, owners.get(text_in(roof.row, "id")), usual)]
    else:
        every = [roof for building in buildings for roof in _of_footprint(building, left)]
    large = [roof for roof in every if roof.kwp >= _least_kwp(roof, least)]
    left["small"] += len(every) - len(large)
    largest = sorted(large, key=lambda roof: -roof.kwp)
    left["many"] += max(0, len(largest) - least.most)
    read.roofs.extend(largest[: least.most])
    read.said.extend(_sentences(read.roofs, left, least, by_tool=bool(tool)))
    return read


def _least_kwp(roof: OpenRoof, least: Least) -> float:
    return least.public_kwp if roof.owner and roof.owner.is_public else least.kwp


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolRoof:
    """A building of a tool's layer: power by side (kWp, tilt, azimuth), its flat part the last, its yield.

    Attributes:
        yield_ratio: kWh a kWp over what its sides relatively yield, None where the tool says none.
    """

    row: Row
    sides: Sequence[tuple[float, float, float]]
    yield_ratio: float | None

    def chosen(self) -> Iterator[tuple[float, float, float]]:
        """Yield the side that bears most, its opposite and the flat part, those that bear anything."""
        main = max(range(len(SECTORS)), key=lambda at: self.sides[at][0])
        opposite = (main + len(SECTORS) // 2) % len(SECTORS)
        return (side for side in (self.sides[main], self.sides[opposite], self.sides[-1]) if side[0] > 0.0)


def _tool_roof(row: Row) -> ToolRoof | None:
    """Return a building of a tool's layer; None where it bears nothing."""
    figures, kwp = read_figures(OPEN_FIGURES), number_in(row, "kwp")
    sloped_kwp = [(number_in(row, name) or 0.0) * figures["sloped_kwp_per_m2"].value for name in SECTORS]
    flat_kwp = (number_in(row, "flat_m2") or 0.0) * figures["flat_kwp_per_m2"].value
    total, tilt = sum(sloped_kwp) + flat_kwp, number_in(row, "tilt") or figures["usual_tilt"].value
    if not kwp or total <= 0.0:
        return None
    sides = [(kwp * part / total, tilt, SECTOR_DEG * at) for at, part in enumerate(sloped_kwp)]
    sides.append((kwp * flat_kwp / total, figures["flat_tilt"].value, 180.0))
    expected, output_kwh = (
        sum(part * plane_yield(*plane) for part, *plane in sides),
        number_in(row, "output_kwh"),
    )
    return ToolRoof(row=row, sides=sides, yield_ratio=output_kwh / expected if output_kwh else None)


def _of_tool(roof: ToolRoof, owner: Owner | None, usual: float | None) -> Iterator[OpenRoof]:
    """Yield a plant a side of a tool's building, its shade as a loss.

    Args:
        usual: yield ratio of a roof that nothing shades, None where too few roofs say it.
    """
    figures, cells = read_figures(OPEN_FIGURES), dict[str, CellValue]()
    if usual and roof.yield_ratio and roof.yield_ratio < usual * (1.0 - figures["shade_gap"].value):
        kept = 1.0 - total_loss_ratio(default_losses(PlantKind.ROOF))
        cells["losses_ratio"] = f"{1.0 - kept * roof.yield_ratio / usual:.3f}"
    for power, tilt, azimuth in roof.chosen():
        yield OpenRoof(
            row=roof.row,
            cells=cells | {"surface_tilt": f"{tilt:.0f}", "surface_azimuth": f"{azimuth:.0f}"},
            kwp=power,
            own_ln=figures["roof_tool_spread"].value,
            owner=owner,
        )


def _usual(roofs: Sequence[ToolRoof]) -> float | None:
    """Return the median yield ratio of a layer, None of fewer roofs than a median needs."""
    ratios = [roof.yield_ratio for roof in roofs if roof.yield_ratio]
    return median(ratios) if len(ratios) >= read_figures(OPEN_FIGURES)["least_pairs"].value else None


def _of_footprint(building: OpenBuilding, left: Counter[str]) -> Iterator[OpenRoof]:
    """Yield the roof of a footprint, in two halves that look away from its longest wall."""
    row, figures = building.row, read_figures(OPEN_FIGURES)
    if not _bears(row):
        left["light"] += 1
        return
    kwp = building.shape.area * figures["roof_part"].value * figures["roof_kwp_per_m2"].value
    azimuth, width_m = long_side(building.shape)
    tilt = _tilt_deg(row, width_m)
    sides = sorted(((azimuth + 90.0) % 360.0, (azimuth + 270.0) % 360.0))
    planes = " ".join(f"{tilt:.0f}/{side:.0f}/0.5" for side in sides)
    yield OpenRoof(
        row=row, cells={"planes": planes}, kwp=kwp, own_ln=figures["roof_spread"].value, owner=building.owner
    )


def _bears(row: Row) -> bool:
    nature, state = heading(text_in(row, "nature")), heading(text_in(row, "state"))
    is_light = (
        text_in(row, "light").lower() in {"1", "true", "vrai", "oui", "t"} or text_in(row, "kind") == LIGHT
    )
    return not is_light and not nature.startswith(NO_ROOFS) and not state.startswith(NOT_BUILT)


def _tilt_deg(row: Row, width_m: float) -> float:
    """Return the slope from the heights of a roof over half its width, the usual one where they say none."""
    low, high = number_in(row, "low_m"), number_in(row, "high_m")
    if low is None or high is None or width_m <= 0.0:
        return read_figures(OPEN_FIGURES)["usual_tilt"].value
    tilt = degrees(atan2(high - low, width_m / 2.0))
    return tilt if FLATTEST_DEG <= tilt <= STEEPEST_DEG else read_figures(OPEN_FIGURES)["usual_tilt"].value


def _sentences(
    roofs: Sequence[OpenRoof], left: Counter[str], least: Least, *, by_tool: bool
) -> Iterator[str]:
    public = sum(roof.owner is not None and roof.owner.is_public for roof in roofs)
    if not roofs and not left:
        return
    text = _("{count} roofs of a LiDAR tool, {kwp} kWc; {public} of public bodies")
    if not by_tool:
        text = _(
            "{count} roofs by their footprints, {kwp} kWc (× {part} × {power} kWc/m², ± {spread} %, side "
            "unknown: two halves); {public} of public bodies"
        )
    figures = read_figures(OPEN_FIGURES)
    words = {
        "part": decimal(figures["roof_part"].value, 1),
        "power": decimal(figures["roof_kwp_per_m2"].value, 3),
    }
    kwp = grouped(sum(roof.kwp for roof in roofs))
    words |= {"spread": f"{100.0 * figures['roof_spread'].value:.0f}", "kwp": kwp, "public": grouped(public)}
    yield text.format(count=grouped(len(roofs)), **words)
    reasons = {"least": f"{least.kwp:g}", "public": f"{least.public_kwp:g}", "most": grouped(least.most)}
    shaded = sum("losses_ratio" in roof.cells for roof in roofs)
    if shaded:
        text = _("{count} of them yield less than the others by {gap} % and more: shade, counted as a loss")
        gap = f"{100.0 * figures['shade_gap'].value:.0f}"
        yield text.format(count=grouped(shaded), gap=gap)
    for why, count in left.items():
        if count:
            text = _("{count} roofs left out: {why}")
            yield text.format(count=grouped(count), why=_(LEFT[why]).format(**reasons))
