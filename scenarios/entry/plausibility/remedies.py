"""What may be typed in place of an unlikely value: read by unit and column, tried before it is proposed."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from gettext import gettext as _

from scenarios.entry.columns.input_columns import InputColumn, columns
from scenarios.entry.columns.meanings import KWH_PER_VOLUME
from scenarios.entry.columns.names import SPELT_UNITS, as_typed, factor_of, header_of, said, unit_of
from scenarios.entry.plausibility.rules import ImplausibleCell, ImplausibleValue, Remedy, in_cell

MOST_READ, LEAST_TRIED = 2400, 4
"""Lines that trying remedies may read again: of forty sites some fifty are tried, of many sites the first."""


def most_tried(tables: Mapping[str, Sequence[object]]) -> int:
    """Remedies of a folder that are tried; the values beyond are said without one."""
    return max(LEAST_TRIED, MOST_READ // max(1, sum(map(len, tables.values()))))


FEW = 2
"""Figures of a column from which on its title is doubted, not each of them."""


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
    kwp = per.get("kwp") if any(span.per == "kwp" for span in column.usual) else None
    if kwp and unit.startswith("EUR"):
        yield value * kwp, unit.replace("EUR", "EUR/kWc")
        yield value * kwp * 1000.0, unit.replace("EUR", "EUR/Wc")
    if column.id == "fuel_kwh":
        yield value * KWH_PER_VOLUME, _("litres or m³")
    if column.id in {"losses_ratio", "degradation_ratio"}:
        yield 1.0 - value, _("as what is left")
    if column.id == "ratio" and per.get("part"):
        yield 1.0 - value, _("as what is taken off")
    if column.id == "grant_eur" and (capex := per.get("capex_eur")):
        yield value * capex, _("of the investment")
        yield value * capex / 100.0, _("% of the investment")


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


def with_titles(doubts: Sequence[ImplausibleValue], counts: Mapping[str, int]) -> Iterator[ImplausibleValue]:
    """Yield the doubts, those of a column whose title says another unit than its figures have as one.

    Args:
        counts: lines of each table.
    """
    by_column: dict[tuple[str, str], list[ImplausibleValue]] = {}
    for doubt in doubts:
        if _is_of_title(doubt):
            by_column.setdefault((doubt.table, doubt.column), []).append(doubt)
    blamed = {key: own for key, own in by_column.items() if len(own) >= max(FEW, counts[key[0]] / 2)}
    for doubt in doubts:
        own = blamed.get((doubt.table, doubt.column), [])
        if not own:
            yield doubt
        elif doubt is own[0] and doubt.row is not None:
            message = _(
                "the title “{title}”: its {count} figures look like {unit}. Write {unit} in the title"
            )
            unit = shown_unit(unit_of(doubt.column))
            text = message.format(title=doubt.row.heads[doubt.column], count=len(own), unit=unit)
            cell = ImplausibleCell(doubt.column, doubt.value, text)
            yield in_cell(doubt.table, doubt.row, str(doubt.row.cells.get("id", "")), cell, "title")


def _is_of_title(doubt: ImplausibleValue) -> bool:
    """Return whether a figure is usual as it is typed, and is not as the unit of its title has it."""
    head = doubt.row.heads.get(doubt.column, "") if doubt.row else ""
    header = header_of(f"{doubt.table}.csv", head) if head else None
    if header is None or header.unit_ratio in {None, 1.0} or not isinstance(doubt.value, float):
        return False
    bare = doubt.value / (header.unit_ratio or 1.0)
    usual = columns(f"{doubt.table}.csv")[doubt.column].usual
    return any(span.low <= bare <= span.high for span in usual if not span.per)
