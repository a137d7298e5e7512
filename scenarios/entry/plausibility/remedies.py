"""What may be typed in place of an unlikely value: read by unit and column, tried before it is proposed."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from gettext import gettext as _
from itertools import product
from math import atan, degrees, isnan, nan

from acc.i18n import is_french
from acc.problem import Problem
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.input_columns import InputColumn, columns
from scenarios.entry.columns.meanings import KWH_PER_VOLUME
from scenarios.entry.columns.names import (
    SPELT_UNITS,
    as_typed,
    factor_of,
    header_of,
    plain_number,
    said,
    unit_of,
)
from scenarios.entry.plausibility.rules import ImplausibleValue, Remedy

MOST_READ, LEAST_TRIED = 2400, 4
"""Lines that trying remedies may read again: of forty sites some fifty are tried, of many sites the first."""


def most_tried(tables: Mapping[str, Sequence[object]]) -> int:
    """Remedies of a folder that are tried; the values beyond are said without one."""
    return max(LEAST_TRIED, MOST_READ // max(1, sum(map(len, tables.values()))))


OF_INVESTMENT = frozenset({"grant_eur", "insurance_eur_per_year", "opex_eur_per_year"})
"""Columns that a quote or an insurer gives in per cent of the investment."""

M2_PER_KWP = 5.0
"""Of modules."""

LEAST_WC = 10_000.0
"""Below, a power that is too large may as well have a zero too many as be in Wc."""

FEW = 2
"""Figures of a column from which on its title, which says no other unit, is doubted, not each of them."""


def shown_unit(unit: str) -> str:
    """Unit as a sentence has it; empty for a part of one."""
    return "" if unit[:1].isdigit() else unit.replace("EUR", _("EUR"))


def readings(
    column: InputColumn, value: float, per: Mapping[str, float | None]
) -> Iterator[tuple[float, str]]:
    """Yield what a figure makes in the unit of its column, and the unit that it may be typed in.

    Args:
        per: the figures that the usual ranges are by; `part` where a factor is the part that stays.

    >>> list(readings(columns("plants.csv")["capex_eur"], 1000.0, {"kwp": 140.0}))[:2]
    [(1000000.0, 'k€'), (140000.0, 'EUR/kWc')]
    """
    unit = unit_of(column.id) or next((unit_of(span.per) for span in column.usual if per.get(span.per)), "")
    for typed in SPELT_UNITS.get(unit, ())[1:]:
        yield value * (factor_of(unit, typed) or 1.0), typed
    for span in column.usual if unit.startswith("EUR") else ():
        if (per_unit := unit_of(span.per)) and (size := per.get(span.per)):
            yield value * size, unit.replace("EUR", f"EUR/{per_unit}")
            yield value * size * 1000.0, unit.replace("EUR", f"EUR/{per_unit.removeprefix('k')}")
    yield from _of_this_column(column.id, value)
    if column.id == "p50_kwh_per_kwp" and (power := per.get("kwp")):
        yield value / power, _("kWh of the whole plant")
        yield value * 1000.0 / power, _("MWh of the whole plant")
    if column.id in {"losses_ratio", "degradation_ratio"}:
        yield 1.0 - value, _("as what is left")
    if unit == "0 à 1" and column.id != "losses_ratio":
        yield value / 10.0, _("with its mark one digit off")
    if column.id == "kwp" and value < LEAST_WC:
        yield value / 10.0, _("with a digit too many")
    if column.id == "ratio" and per.get("part"):
        yield 1.0 - value, _("as what is taken off")
        yield 1.0 + value, _("as what is added")
    yield from _by_habit(column, value, per)


def _by_habit(
    column: InputColumn, value: float, per: Mapping[str, float | None]
) -> Iterator[tuple[float, str]]:
    """Yield what a cost makes that is given by the investment, or by the area of modules."""
    capex, kwp = per.get("capex_eur"), per.get("kwp")
    if capex and column.id == "grant_eur":
        yield value * capex, _("of the investment")
    if capex and column.id in OF_INVESTMENT:
        yield value * capex / 100.0, _("% of the investment")
    if kwp and column.id == "rent_eur_per_year":
        yield value * kwp * M2_PER_KWP, _("EUR/m² of modules")


def _of_this_column(name: str, value: float) -> Iterator[tuple[float, str]]:
    """Yield the readings of figures of one column alone: a fee of a month, a slope."""
    if name == "pmo_eur_per_year":
        yield value * 12.0, _("€ a month")
    if name == "surface_tilt":
        yield float(f"{degrees(atan(value / 100.0)):.1f}"), _("% (the other slopes too?)")
        yield float(f"{degrees(atan(value)):.1f}"), "m/m"
    if name == "fuel_kwh":
        yield value * KWH_PER_VOLUME, _("litres or m³")


def unit_remedies(
    column: InputColumn,
    cells: Mapping[str, float],
    per: Mapping[str, float | None],
    bounds: tuple[float, float],
) -> tuple[Remedy, ...]:
    """Remedies of a figure, or of several cells that add up to it, that bring it to its usual range.

    Of several, that which alone lies in the middle half of the range, in factors, is the likely one.
    """
    low, high = bounds
    value = sum(cells.values())
    usual = {figure: typed for figure, typed in readings(column, value, per) if low <= figure <= high}
    middle = [guess for guess in usual if is_in_middle(guess, bounds)]
    likely = middle if len(middle) == 1 else usual
    return tuple(_converted(column, cells, guess, usual[guess]) for guess in likely)


def is_in_middle(value: float, bounds: tuple[float, float]) -> bool:
    """Return whether a figure lies in the middle half of a range, in factors.

    >>> is_in_middle(947.0, (300.0, 5000.0)), is_in_middle(3683.0, (300.0, 5000.0))
    (True, False)
    """
    low, high = bounds
    if low <= 0.0:
        return low <= value <= high
    edge: float = (high / low) ** 0.25
    return low * edge <= value <= high / edge


def _converted(column: InputColumn, cells: Mapping[str, float], guess: float, typed: str) -> Remedy:
    """Remedy of cells typed in another unit, all of them by one factor."""
    value = sum(cells.values())
    first, *others = cells.values()
    message = _("{value} {typed}: {guess} {unit}?")
    if others:
        message = _("{value} {typed}: {guess} {unit}, and the other cells likewise?")
    figures = {name: own * guess / value for name, own in cells.items()}
    shown = {
        "value": said(first),
        "guess": said(next(iter(figures.values()))),
        "unit": shown_unit(unit_of(column.id)),
    }
    words = message.format(typed=shown_unit(typed), **shown)
    return Remedy(figures, re.sub(r" (?=[\xa0\u202f]?[?,:])", "", words))


Tried = Callable[[ImplausibleValue, Remedy], Collection[str] | None]
"""Paths of all that is unlikely once a remedy is applied, None where the folder is refused."""


def with_proven(
    doubts: Sequence[ImplausibleValue], tried: Tried, *, most: int = MOST_READ, in_words: bool = False
) -> Iterator[ImplausibleValue]:
    """Yield the doubts, each with the remedies after which it is over and nothing new is doubted.

    Args:
        most: remedies that are tried.
        in_words: for a sentence alone: what it proposes in no words is not tried.
    """
    known = {doubt.path for doubt in doubts}
    count = 0
    for doubt in doubts:
        proven = []
        for remedy in (remedy for remedy in doubt.remedies if remedy.words or not in_words):
            count += 1
            after = None if count > most else tried(doubt, remedy)
            if after is not None and doubt.path not in after and known.issuperset(after):
                proven.append(remedy)
        yield replace(doubt, remedies=tuple(proven)) if doubt.remedies else doubt


def typed_cells(doubt: ImplausibleValue, remedy: Remedy, *, in_titles: bool) -> dict[str, str]:
    """Texts to type in the cells of a row, in the units of its titles where `in_titles`."""
    texts = {}
    for name, value in remedy.cells.items():
        head = doubt.row.heads.get(name, "") if doubt.row and in_titles else ""
        header = header_of(f"{doubt.table}.csv", head) if head else None
        factor = (header.unit_ratio if header else 1.0) or 1.0
        texts[name] = as_typed(value if isinstance(value, str) else value / factor)
    return texts


def with_titles(
    doubts: Sequence[ImplausibleValue], tables: Mapping[str, Sequence[Row]]
) -> Iterator[ImplausibleValue]:
    """Yield the doubts, those of a column whose title says another unit than its figures have as one."""
    by_table: dict[str, set[str]] = {}
    for doubt in doubts:
        if doubt.row:
            by_table.setdefault(f"{doubt.table}.csv", set()).add(doubt.column)
    lying = {
        file: lying_titles(file, tables[file], names) or exchanged_titles(file, tables[file], names)
        for file, names in by_table.items()
    }
    seen = set()
    for doubt in doubts:
        title = lying.get(f"{doubt.table}.csv", {}).get(doubt.column) if doubt.row else None
        if title is None:
            yield doubt
        elif title not in seen:
            seen.add(title)
            path = f"{doubt.path.partition('#')[0]}#title"
            yield replace(
                doubt, path=path, place=title.path, message=title.message, remedies=(), about="", where=""
            )


def lying_titles(file: str, rows: Sequence[Row], names: Iterable[str]) -> dict[str, Problem]:
    """Return the fault of a title whose figures are seldom usual as it says, and all are in one other unit.

    None where another column has its figures as odd: two titles may have changed places.

    Args:
        names: the columns that are looked at.
    """
    units = {name: _likely_units(columns(file)[name], rows) for name in names if name in columns(file)}
    lying = {name: own[0] for name, own in units.items() if own and len(own) == 1}
    if len(lying) != 1:
        return {}
    ((name, unit),) = lying.items()
    column = columns(file)[name]
    factor = (factor_of(column.unit, unit) or 1.0) / _unit_ratio(column, rows)
    mended = [
        replace(row, cells={**row.cells, name: as_typed(figure_of(row, name) * factor)})
        if row.cells.get(name)
        else row
        for row in rows
    ]
    if any(_likely_units(column, mended) is not None for column in columns(file).values()):
        return {}
    return {name: _title_fault(column, rows, unit)}


def exchanged_titles(file: str, rows: Sequence[Row], names: Iterable[str]) -> dict[str, Problem]:
    """Return the fault of two titles: most lines are odd in them, and none once they are exchanged."""
    usual = {name: column for name, column in columns(file).items() if column.usual}
    odd_names = [name for name in sorted(names) if _is_often_odd(usual.get(name), rows)]
    for first, other in product(odd_names, usual):
        pair = {first: usual[first], other: usual[other]}
        filled = [row for row in rows if all(row.cells.get(name) for name in pair)]
        odd = [row for row in filled if not _is_usual(usual[first], row, figure_of(row, first))]
        if len(odd) <= FEW or 2 * len(odd) < len(filled):
            continue
        exchanged = [
            replace(row, cells={**row.cells, first: row.cells[other], other: row.cells[first]})
            for row in filled
        ]
        if all(_is_usual(pair[name], row, figure_of(row, name)) for row in exchanged for name in pair):
            titles = [filled[0].heads.get(name, name) for name in pair]
            message = _("the titles {one} and {other}: exchange them, the figures below are each other’s")
            path = _("{file}, column {name}").format(file=filled[0].file, name=titles[0])
            return dict.fromkeys(pair, Problem(path, message.format(one=titles[0], other=titles[1])))
    return {}


def _is_often_odd(column: InputColumn | None, rows: Sequence[Row]) -> bool:
    """Return whether a column has figures that are not usual in more than a few rows."""
    if column is None:
        return False
    filled = (row for row in rows if row.cells.get(column.id))
    return sum(not _is_usual(column, row, figure_of(row, column.id)) for row in filled) > FEW


def _likely_units(column: InputColumn, rows: Sequence[Row]) -> tuple[str, ...] | None:
    """Return the units in which all figures of a column would be usual, None where most are as they are."""
    cells = [row for row in rows if row.cells.get(column.id) not in {None, ""}]
    figures = [(row, figure_of(row, column.id)) for row in cells]
    ratio = _unit_ratio(column, cells)
    odd = sum(not _is_usual(column, row, value) for row, value in figures)
    if not column.usual or not odd or 2 * odd < len(cells) or (ratio == 1.0 and len(cells) < FEW):
        return None
    factors = {unit: factor_of(column.unit, unit) or ratio for unit in SPELT_UNITS.get(column.unit, ())}
    return tuple(
        unit
        for unit, factor in factors.items()
        if factor != ratio and all(_is_usual(column, row, v / ratio * factor) for row, v in figures)
    )


def _unit_ratio(column: InputColumn, rows: Sequence[Row]) -> float:
    head = next((row.heads[column.id] for row in rows if column.id in row.heads), "")
    header = header_of(column.table, head) if head else None
    return (header.unit_ratio if header else 1.0) or 1.0


def _title_fault(column: InputColumn, rows: Sequence[Row], unit: str) -> Problem:
    row = next(row for row in rows if row.cells.get(column.id) not in {None, ""})
    title = row.heads.get(column.id, column.id)
    name, unit = column.french if is_french() else column.id, shown_unit(unit)
    message = _("the title “{title}”: the figures below it look like {unit}. Write “{new}” in its place")
    text = message.format(title=title, unit=unit, new=f"{name} ({unit})")
    return Problem(_("{file}, column {name}").format(file=row.file, name=title), text)


def figure_of(row: Row, name: str) -> float:
    """Return the figure of a cell, NaN where it is none."""
    return figure_in(str(row.cells.get(name, "")))


def figure_in(text: str) -> float:
    """Return the figure that a text is, NaN where it is none."""
    try:
        return float(plain_number(text))
    except ValueError:
        return nan


def _is_usual(column: InputColumn, row: Row, value: float) -> bool:
    """Return whether a figure is usual for any kind, and beside the figures of its row."""
    kinds = [span for span in column.usual if not span.per]
    pairs = [(span, figure_of(row, span.per)) for span in column.usual if span.per]
    bounds = [(span.low * per, span.high * per) for span, per in pairs if not isnan(per)]
    of_kind = any(span.low <= value <= span.high for span in kinds) or not kinds
    return bool(kinds or bounds) and of_kind and all(low <= value <= high for low, high in bounds)
