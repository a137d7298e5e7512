"""What is unlikely beside another figure, a day, another line: most rules are a line of the table alone.

Its `needs` says how it is judged: `ratio` of two cells (or of a cell and its site), `day` in years from the
first day that is studied, `same` and `spelling` of a cell on several lines.
"""

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from gettext import gettext as _
from typing import TypeVar, cast

from acc.changes import ADDED, What
from acc.i18n import is_french
from acc.sites import Kind, PlantKind
from scenarios.entry.columns.bill_columns import energy_of, kva_of, read_horizon, read_shading, read_windows
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.input_columns import columns
from scenarios.entry.columns.meanings import added_kwh
from scenarios.entry.columns.names import CHANGES, PERSONS, as_typed, plain, said, unit_of, words
from scenarios.entry.columns.row_models import ROWS, ChangeRow, PersonRow, SiteRow
from scenarios.entry.columns.rows import read_rows
from scenarios.entry.plausibility.of_rows import HOMES
from scenarios.entry.plausibility.plant_kinds import ROOFS
from scenarios.entry.plausibility.remedies import shown_unit, unit_remedies
from scenarios.entry.plausibility.rules import (
    Doubt,
    FolderToCheck,
    ImplausibleValue,
    PlausibilityRule,
    Remedy,
    rules,
)

ValueT = TypeVar("ValueT")
DAYS_OF_A_YEAR = 365.25
SUM = r"(sous total|subtotal)\b.*|tota(l|ux)( (general|des|de|du|kwh)\b.*)?"
"""Names of lines of totals, plain; a filling station may be called Total."""

OF_A_STATION = frozenset({"poste", "source", "de", "du", "d", "la", "le", "hta", "bt"})
"""Words that may stand before the name of a substation."""

OF_A_SITE = {"need": ("annual_kwh", energy_of), "contract": ("kva", kva_of)}
"""What a rule of changes compares with: of the site that changes, its column, how it is known."""


def odd_pairs(folder: FolderToCheck) -> Iterator[ImplausibleValue]:
    """Yield what is unlikely by the rules of ratios and of equal cells, then by those below."""
    finds = {"ratio": _odd_ratios, "same": _odd_equals, "spelling": _odd_equals}
    for rule in rules().values():
        if find := finds.get(rule.needs):
            yield from (doubt.as_problem(rule.id) for doubt in find(folder, rule))
    for name, own in OF_LINES.items():
        yield from (doubt.as_problem(name) for doubt in own(folder))


def odd_days(folder: FolderToCheck, start: date) -> Iterator[ImplausibleValue]:
    """Yield the days, or the years, that are far from the first day that is studied."""
    for rule in rules().values():
        for row, line in _lines(folder, rule.table) if rule.needs == "day" else ():
            day = getattr(line, rule.cell)
            if day is None:
                continue
            years = day - start.year if isinstance(day, int) else (day - start).days / DAYS_OF_A_YEAR
            if not rule.is_usual(years):
                message = _("{day}, for a study that begins on {start}: is the year right?")
                text = message.format(day=day, start=start)
                yield Doubt(rule.table, row, line, rule.cell, text).as_problem(rule.id)


def _lines(folder: FolderToCheck, table: str) -> Sequence[tuple[Row, SiteRow]]:
    """Lines of a table that can be read, those of sites and plants that take part."""
    if table in {"participants", "plants"}:
        return getattr(folder, table)  # type: ignore[no-any-return]
    file = f"{table}.csv"
    return read_rows(folder.places.tables[file], cast("type[SiteRow]", ROWS[file]), [])


def _odd_ratios(folder: FolderToCheck, rule: PlausibilityRule) -> Iterator[Doubt]:
    sites = {site.id: site for _row, site in folder.participants}
    for row, line in _lines(folder, rule.table):
        over, known = OF_A_SITE.get(rule.over, (rule.over, None))
        site = sites.get(line.id)
        other = getattr(line, over, None) if known is None else known(site) if site else None
        value, cell, high = getattr(line, rule.cell), rule.cell, rule.high
        if isinstance(line, ChangeRow) and rule.over == "contract" and line.what in ADDED:
            value, cell = added_kwh(line), next((n for n in SIZES if getattr(line, n) is not None), cell)
            hours = sum(end - start for start, end in _read(read_windows, line.hours)) / 60.0
            high = hours * DAYS_OF_A_YEAR or high
        is_other = rule.of and getattr(line, "what", None) != rule.of
        if is_other or not value or not other or rule.low <= value / other <= high:
            continue
        message = _(
            "{value} {unit}, and {title} {other} {others}: usually {bound} times at most. Check both."
        )
        if value < rule.low * other:
            message = _("{value} {unit}, and {title} {other} {others}: usually {bound} times at least.")
        title = columns(f"{rule.table}.csv" if known is None else "participants.csv")[over]
        figures = {
            "value": value,
            "other": other,
            "bound": high if value > rule.low * other else rule.low,
        }
        text = message.format(
            unit=shown_unit(unit_of(rule.cell)),
            title=title.french.lower() if is_french() else over,
            others=shown_unit(unit_of(over)),
            **{name: said(figure) for name, figure in figures.items()},
        )
        # Of two prices of one unit, the one may stand in the cell of the other.
        swapped = Remedy({rule.cell: other, over: value}, _("Exchanged?"))
        remedies = (swapped,) if rule.high == 1.0 else tuple[Remedy, ...]()
        if rule.low > 0.0:
            bounds, column = (rule.low * other, rule.high * other), columns(f"{rule.table}.csv")[rule.cell]
            remedies = unit_remedies(column, {rule.cell: value}, {}, bounds)
        yield Doubt(rule.table, row, line, cell, text, remedies=remedies)


def _odd_equals(folder: FolderToCheck, rule: PlausibilityRule) -> Iterator[Doubt]:
    """Yield the cells that say what another line says, or say it in another spelling."""
    seen: dict[str, tuple[Row, str]] = {}
    is_spelling = rule.needs == "spelling"
    lines = [(table, row, line) for table in rule.table.split("+") for row, line in _lines(folder, table)]
    for table, row, line in lines:
        text, other = str(getattr(line, rule.cell) or ""), str(getattr(line, rule.over, "") or "")
        kept = [word for word in plain(text).split() if not (is_spelling and word in OF_A_STATION)]
        first, before = seen.setdefault(" ".join(kept), (row, text if is_spelling else other))
        message = _("the same as in {place}: one of the two is wrong")
        if is_spelling:
            message = _("spelled otherwise in {place}, “{before}”: they count as two")
        remedies = (Remedy({rule.cell: before}),) if is_spelling else ()
        if (
            text
            and first is not row
            and (before != text if is_spelling else not rule.over or other != before)
        ):
            filled = message.format(place=first.path(), before=before)
            yield Doubt(table, row, line, rule.cell, filled, remedies=remedies)


def public_buyer(folder: FolderToCheck) -> Iterator[Doubt]:
    """A commune or an EPCI that is said to buy by no public procurement."""
    for row, person in read_rows(folder.places.tables[PERSONS], PersonRow, []):
        if person.kind in {Kind.COMMUNE, Kind.EPCI} and person.public_buyer is False:
            message = _("no, and it is a commune or an EPCI: it buys by the code of public procurement")
            yes = Remedy({"public_buyer": _("yes")})
            yield Doubt("persons", row, person, "public_buyer", message, remedies=(yes,))


def plant_name(folder: FolderToCheck) -> Iterator[Doubt]:
    """A plant whose name is of a roof, and whose kind is not."""
    for row, plant in folder.plants:
        name = plant.name or plant.id
        if plant.kind not in {None, PlantKind.ROOF} and ROOFS & set(plain(name).split()):
            message = _("“{name}” sounds like a roof: is another kind chosen on purpose?")
            roof = words("plant_kind")[PlantKind.ROOF].french if is_french() else str(PlantKind.ROOF)
            remedies = (Remedy({"kind": roof}),)
            yield Doubt("plants", row, plant, "kind", message.format(name=name), remedies=remedies)


def subtotal(folder: FolderToCheck) -> Iterator[Doubt]:
    """A line of totals among the sites."""
    for row, site in folder.participants:
        if re.fullmatch(SUM, plain(site.name or site.id)):
            message = _("“{name}” is counted as a site: a line of totals begins with #, or is deleted")
            text = message.format(name=site.name or site.id)
            yield Doubt("participants", row, site, "name" if site.name else "id", text)


def same_place(folder: FolderToCheck) -> Iterator[Doubt]:
    """Many sites at one point, homes apart: told once."""
    placed = [(row, site) for row, site in folder.participants if site.latitude and site.kind not in HOMES]
    counts = Counter((site.latitude, site.longitude) for _row, site in placed)
    for point, count in counts.items():
        if not rules()["same_place"].is_usual(count):
            row, site = next(line for line in placed if (line[1].latitude, line[1].longitude) == point)
            message = _("{count} sites at this very point: was the place copied? A map gives that of each")
            yield Doubt("participants", row, site, "latitude", message.format(count=count))


def horizon(folder: FolderToCheck) -> Iterator[Doubt]:
    """A horizon that hides nearly all of the sky."""
    for row, plant in folder.plants:
        highest = max(_read(read_horizon, plant.horizon_deg), default=0.0)
        if not rules()["horizon"].is_usual(highest):
            message = _("a horizon of {degrees}°, as at the foot of a wall: heights above the ground?")
            yield Doubt("plants", row, plant, "horizon_deg", message.format(degrees=said(highest)))


def shading(folder: FolderToCheck) -> Iterator[Doubt]:
    """Shades that take nearly all: what is kept, in place of what is lost."""
    for row, plant in folder.plants:
        lost = _read(read_shading, plant.shading_ratio)
        if lost and not rules()["shading"].is_usual(sum(lost) / len(lost)):
            kept = " ".join(as_typed(1.0 - ratio) for ratio in lost)
            message = _("{percent} % of the sun is lost: are these the parts that are kept?")
            text = message.format(percent=said(100.0 * sum(lost) / len(lost)))
            remedy = Remedy({"shading_ratio": kept}, _("Did you mean {near}?").format(near=kept))
            yield Doubt("plants", row, plant, "shading_ratio", text, remedies=(remedy,))


def _read(read: Callable[[str | None], tuple[ValueT, ...]], text: str | None) -> tuple[ValueT, ...]:
    """Values of a cell that holds several; none where it cannot be read, which is told there."""
    with suppress(ValueError):
        return read(text)
    return ()


SIZES = ("kwh", "fuel_kwh", "km", "quantity", "ratio")


def same_change(folder: FolderToCheck) -> Iterator[Doubt]:
    """The same change of a site on two lines, at one date or at two."""
    seen: dict[Hashable, Row] = {}
    for row, change in _counted(folder):
        size = tuple(getattr(change, name) for name in SIZES)
        first = seen.setdefault((change.id, change.what, size), row)
        if first is not row:
            message = _("the change of line {line} once more: it counts twice. Delete one of the lines")
            yield Doubt("changes", row, change, "what", message.format(line=first.line))


def after_closing(folder: FolderToCheck) -> Iterator[Doubt]:
    """A change of a site that is closed, or left, by then."""
    changes = _counted(folder)
    ended = {c.id: c for _row, c in changes if c.what in {What.CLOSES, What.LEAVES} and not c.until}
    for row, change in changes:
        end = ended.get(change.id)
        if end and change is not end and change.since >= end.since and change.what is not What.JOINS:
            message = _("{since}, and {site} closes, or leaves, on {day}: which of the two is right?")
            text = message.format(since=change.since, site=change.id, day=end.since)
            yield Doubt("changes", row, change, "since", text)


def _counted(folder: FolderToCheck) -> list[tuple[Row, ChangeRow]]:
    read = read_rows(folder.places.tables[CHANGES], ChangeRow, [])
    return [(row, change) for row, change in read if change.active]


_FUNCTIONS: tuple[Callable[[FolderToCheck], Iterator[Doubt]], ...] = (
    *(public_buyer, plant_name, subtotal, same_place, horizon, shading, same_change, after_closing),
)
OF_LINES = {find.__name__: find for find in _FUNCTIONS}
"""By rule of the table, what finds it."""
