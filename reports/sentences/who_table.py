"""Who would receive and save what: the whole table, or for a page losers first and the many together."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from gettext import gettext as _
from gettext import ngettext
from math import isfinite

import numpy as np

from acc.indicators import ratio
from acc.sides import loses
from reports.format.labels import GRADES
from reports.format.money import eur
from reports.format.numbers import FIXED, fr, percent
from reports.format.parts import energy_column, eur_column
from reports.nodes.tree import TextCell, TextColumn, TextTable, table_of, with_texts
from reports.sentences.gains import break_even_text, member_ids, range_cell, saving_cell, savings_ends
from reports.sentences.money import band_text, few_draws
from reports.view.view import View

MOST_ROWS, MOST_LOSERS = 15, 7
"""Of a page: beyond, the many stand together in the last row; losers shown by themselves, worst first."""


@dataclass(frozen=True, slots=True)
class PageRow:
    """A row of the page: one row of the view, or the many together."""

    rows: tuple[int, ...]

    @property
    def name(self) -> int | None:
        """The row where it stands alone."""
        return self.rows[0] if len(self.rows) == 1 else None


def page_rows(view: View) -> list[PageRow]:
    """Return the rows of a page: losers, worst first, then by what they save or receive, then the many."""
    saving = view.chosen.saving_eur_ht
    losers = [row for row in view.order if loses(float(saving[row]))]
    losers.sort(key=lambda row: float(saving[row]))
    others = [row for row in view.order if row not in losers]
    rest = [row for row in others if view.groups[row].is_rest]
    if len(view.groups) <= MOST_ROWS:
        return [PageRow((row,)) for row in (*losers, *(row for row in others if row not in rest), *rest)]
    first = losers[:MOST_LOSERS]
    first += [row for row in others if row not in rest][: MOST_ROWS - 1 - len(first) - len(rest)]
    many = tuple(row for row in (*losers, *others) if row not in first and row not in rest)
    return [
        *(PageRow((row,)) for row in first),
        *([PageRow(many)] if many else []),
        *(PageRow((row,)) for row in rest),
    ]


def who_table(view: View, rows: Sequence[PageRow] | None = None) -> TextTable:
    """Return the table; by default every row, by what they save where known, else by what they receive."""
    shown = [PageRow((row,)) for row in view.order] if rows is None else rows
    ends, scale = savings_ends(view), _scale(view, shown)
    table = table_of("who", _columns(view), [_row(view, row, ends, scale) for row in shown], _total(view))
    return with_texts(table, _closed_texts(view, shown))


def _closed_texts(view: View, shown: Sequence[PageRow]) -> dict[int, list[str]]:
    """Printed texts of the columns that add up, by place, their totals last."""
    rows, energy = [list(row.rows) for row in shown], view.result.energy
    need = [float(view.need_kwh[row].sum()) for row in rows]
    received = [float(view.chosen.received_kwh[row].sum()) for row in rows]
    texts = {
        1: energy_column(view.scale, need, view.total_need_kwh),
        2: energy_column(view.scale, received, view.chosen.shared_kwh),
    }
    if not view.has_savings:
        rest = [max(kwh - part, 0.0) for kwh, part in zip(need, received, strict=True)]
        return texts | {4: energy_column(view.scale, rest, float(energy.complement_kwh.sum()))}
    saving = [float(view.chosen.saving_eur_ht[row].sum()) for row in rows]
    place = 4 if view.result.ranges is not None else 5
    return texts | {place: eur_column(saving, view.chosen.total_saving_eur_ht)}


def need_head(view: View) -> str:
    """Return the head of a column of needs: those left, where some are served on site first."""
    text = _("Need left\n{unit}") if view.has_own_use else _("Need\n{unit}")
    return text.format(unit=view.unit)


def part_head(view: View) -> str:
    """Return the head of a column of parts of the need, or of the need left."""
    return _("Part of the\nneed left") if view.has_own_use else _("Part of\nthe need")


def _columns(view: View) -> list[TextColumn]:
    columns = [
        TextColumn(_("Participant"), "rest", "left"),
        TextColumn(need_head(view)),
        TextColumn(_("Received\n{unit}").format(unit=view.unit)),
    ]
    if not view.has_savings:
        complement = TextColumn(_("Complement\n{unit}").format(unit=view.unit))
        part = TextColumn(part_head(view), 34)
        return [*columns, part, complement, TextColumn(_("Consumption\ncurve"), "auto", "left")]
    columns.append(TextColumn(part_head(view)))
    saving = _("Saving\n{unit}").format(unit=view.eur_unit)
    if view.result.ranges is not None:
        few = few_draws(view)
        title = (
            _("Range\n(8 chances out of 10)")
            if few is None
            else _("Range\n({draws} draws only)").format(draws=fr(few))
        )
        return [*columns, TextColumn(saving), TextColumn(title, 50)]
    return [*columns, TextColumn(_("Supplier’s threshold\n€/MWh")), TextColumn(saving, 46)]


def _row(view: View, shown: PageRow, ends: tuple[float, float], scale: tuple[float, float]) -> list[TextCell]:
    rows = list(shown.rows)
    need, received = float(view.need_kwh[rows].sum()), float(view.chosen.received_kwh[rows].sum())
    part = ratio(received, need)
    cells = [
        _name(view, shown),
        TextCell(view.scale.plain(need)),
        TextCell(view.scale.plain(received), "shared"),
    ]
    if not view.has_savings:
        complement = view.scale.plain(max(need - received, 0.0))
        return [*cells, _bar(part), TextCell(complement), TextCell(_curve(view, rows), "small")]
    saving, index = float(view.chosen.saving_eur_ht[rows].sum()), shown.name
    cells.append(TextCell(percent(part)))
    if view.result.ranges is not None:
        ids = [] if index is None else member_ids(view, index)
        return [*cells, saving_cell(saving), range_cell(view, ids, ends)]
    if index is None or view.groups[index].is_rest:
        return [*cells, TextCell(""), saving_cell(saving)]
    return [*cells, TextCell(break_even_text(view, index)), _gain(saving, scale)]


def _name(view: View, shown: PageRow) -> TextCell:
    if shown.name is not None:
        group = view.groups[shown.name]
        return TextCell(group.name, "name", note=group.kind.replace(" ", FIXED))
    count = len(shown.rows)
    text = ngettext("{count} other site", "{count} other sites", count).format(count=fr(count))
    return TextCell(text, "name", note=_span(view, list(shown.rows)))


def _span(view: View, rows: Sequence[int]) -> str:
    """Return between what the savings of several rows lie; empty where they are not known."""
    saving = view.chosen.saving_eur_ht[list(rows)]
    known = saving[np.isfinite(saving)]
    if not len(known):
        return ""
    return _("{low} to {high} each").format(low=eur(float(known.min())), high=eur(float(known.max())))


def _scale(view: View, shown: Sequence[PageRow]) -> tuple[float, float]:
    """Return the ends of the bars of savings, zero inside; rows of several have none."""
    alone = [row.name for row in shown if row.name is not None and not view.groups[row.name].is_rest]
    values = [float(view.chosen.saving_eur_ht[row]) for row in alone]
    known = [value for value in values if isfinite(value)]
    low, high = min([0.0, *known]), max([0.0, *known])
    return (low, high) if high > low else (0.0, 1.0)


def _gain(saving_eur: float, scale: tuple[float, float]) -> TextCell:
    """Return the cell of a saving with its bar: where it starts and ends from 0 to 1, and where zero is."""
    cell = saving_cell(saving_eur)
    if not isfinite(saving_eur):
        return cell
    low, high = scale
    zero, end = (-low / (high - low), (saving_eur - low) / (high - low))
    return replace(cell, look="gain", points=(min(zero, end), max(zero, end), zero))


def _total(view: View) -> list[TextCell]:
    energy = view.result.energy
    cells = [
        TextCell(_("Together"), "name"),
        TextCell(view.scale.plain(view.total_need_kwh)),
        TextCell(view.scale.plain(view.chosen.shared_kwh), "shared"),
    ]
    if not view.has_savings:
        complement = view.scale.plain(float(energy.complement_kwh.sum()))
        return [*cells, _bar(energy.autoproduction_ratio), TextCell(complement), TextCell("")]
    cells.append(TextCell(percent(energy.autoproduction_ratio)))
    saving = saving_cell(view.chosen.total_saving_eur_ht)
    if view.result.ranges is not None:
        return [*cells, saving, TextCell(band_text(view, "saving_eur_ht"), "range")]
    return [*cells, TextCell(""), saving]


def _bar(part: float) -> TextCell:
    value = min(1.0, max(0.0, part)) if isfinite(part) else 0.0
    return TextCell(percent(part), "bar", points=(value,))


def _curve(view: View, rows: Sequence[int]) -> str:
    grades = {_(GRADES[view.result.quality[i].grade]) for row in rows for i in view.groups[row].members}
    return grades.pop() if len(grades) == 1 else _("mixed")
