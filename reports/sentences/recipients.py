"""Who would receive what, in a table, and what each key would change."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from gettext import gettext as _
from math import isfinite

import numpy as np

from acc.i18n import semicolons
from acc.indicators import ratio
from acc.result.outcomes import SiteOutcome
from acc.sides import Side, loses
from acc.sites import NOT_METERED
from acc.time_aggregates import Example, telling_step
from reports.format.gains import before_investment
from reports.format.labels import GRADES, capital, key_sentence, lowered, not_counted
from reports.format.money import eur, eur_text
from reports.format.numbers import FIXED, clock, day_month, fr, listed, percent, unit
from reports.format.palette import KEY_MARKS
from reports.format.quantity import Notion, printed_together
from reports.format.rounding import energy_column, eur_column
from reports.format.wording import sentence, text_of
from reports.nodes.tree import Callout, Column, TextCell, TextColumn, TextTable, first_column, table_by_column
from reports.sentences.gains import (
    break_even_text,
    card_total,
    ends_with_zero,
    member_ids,
    range_cell,
    saving_cell,
    savings_ends,
)
from reports.sentences.limits import few_homes, homes_shown
from reports.sentences.money import band_text, few_draws, loser_texts, missing_texts
from reports.sentences.overview import key_heading, key_sentences
from reports.view import quantities
from reports.view.selection import in_euros
from reports.view.view import KeyView, View

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
    some = [PageRow(many)] if many else []
    return [*(PageRow((row,)) for row in first), *some, *(PageRow((row,)) for row in rest)]


def who_table(view: View, rows: Sequence[PageRow] | None = None) -> TextTable:
    """Return the table; by default every row, by what they save where known, else by what they receive."""
    shown = [PageRow((row,)) for row in view.order] if rows is None else rows
    sites = [*([id_ for n in row.rows for id_ in member_ids(view, n)] for row in shown), None]
    receipts, received = energies(view, quantities.shared, sites)
    needs, need = energies(view, quantities.need, sites)
    parts = list(map(ratio, received, need))
    names = [*(_name(view, row) for row in shown), TextCell(view.together, "name")]
    columns: list[Column] = [
        (first_column(_("Participant")), names),
        (need_head(view), needs),
        (_("Received\n{unit}").format(unit=view.unit), [TextCell(text, "shared") for text in receipts]),
    ]
    if view.has_savings:
        columns += [(part_head(view), list(map(percent, parts))), *_saving_columns(view, shown, sites)]
        return table_by_column("who", *columns, has_total=True)
    rest = [max(kwh - part, 0.0) for kwh, part in zip(need[:-1], received[:-1], strict=True)]
    left = energy_column(view.scale, rest, float(view.result.energy.complement_kwh.sum()))
    curves = [*(TextCell(_curve(view, row.rows), "small") for row in shown), TextCell("")]
    columns += [
        (TextColumn(part_head(view), 34), list(map(_bar, parts))),
        (_("Complement\n{unit}").format(unit=view.unit), left),
        (TextColumn(_("Consumption\ncurve"), "auto", "left"), curves),
    ]
    return table_by_column("who", *columns, has_total=True)


def _saving_columns(view: View, shown: Sequence[PageRow], sites: Sequence[quantities.Ids]) -> list[Column]:
    """Saving of each row and its range where it was drawn, else the supplier's threshold first."""
    saving = [float(view.chosen.saving_eur_ht[list(row.rows)].sum()) for row in shown]
    head, total_eur = _("Saving\n{unit}").format(unit=view.eur_unit), view.chosen.total_saving_eur_ht
    figures = [quantities.saving(view.result, ids) for ids in sites]
    texts = printed_together(figures, eur_column(saving, total_eur))
    if view.result.ranges is not None:
        few, ends = few_draws(view), savings_ends(view)
        title = _("Range\n(8 chances out of 10)")
        if few is not None:
            title = _("Range\n({draws} draws only)").format(draws=fr(few))
        cells = list(map(saving_cell, [*saving, total_eur]))
        ranges = [range_cell(view, [] if r.name is None else member_ids(view, r.name), ends) for r in shown]
        ranges.append(TextCell(band_text(view, "saving_eur_ht"), "range"))
        return [(head, _with_texts(texts, cells)), (TextColumn(title, 50), ranges)]
    alone = [None if r.name is None or view.groups[r.name].is_rest else r.name for r in shown]
    ends = ends_with_zero([eur for row, eur in zip(alone, saving, strict=True) if row is not None])
    pairs = zip([*alone, None], [*saving, total_eur], strict=True)
    cells = [saving_cell(eur) if row is None else _gain(eur, ends) for row, eur in pairs]
    thresholds = ["" if row is None else break_even_text(view, row) for row in alone]
    return [
        (_("Supplier’s threshold\n€/MWh"), [*thresholds, ""]),
        (TextColumn(head, 46), _with_texts(texts, cells)),
    ]


def _with_texts(texts: Sequence[str], cells: Sequence[TextCell]) -> list[TextCell]:
    return [replace(cell, text=text) for cell, text in zip(cells, texts, strict=True)]


def need_head(view: View) -> str:
    """Return the head of a column of needs: those left, where some are served on site first."""
    text = _("Need left\n{unit}") if view.has_own_use else _("Need\n{unit}")
    return text.format(unit=view.unit)


def energies(
    view: View,
    make: quantities.EnergyMaker,
    sites: Sequence[quantities.Ids],
) -> tuple[Sequence[str], list[float]]:
    """Return a column of energies of some sites, the last one their total, as they are printed, then in kWh.

    Args:
        make: `quantities.shared` or `quantities.need`.
    """
    figures = [make(view.result, view.scale, ids) for ids in sites]
    kwh = [figure.value for figure in figures]
    return printed_together(figures, energy_column(view.scale, kwh[:-1], kwh[-1])), kwh


def part_head(view: View) -> str:
    """Return the head of a column of parts of the need, or of the need left."""
    return _("Part of the\nneed left") if view.has_own_use else _("Part of\nthe need")


def _name(view: View, shown: PageRow) -> TextCell:
    if shown.name is not None:
        group = view.groups[shown.name]
        return TextCell(group.name, "name", note=group.kind.replace(" ", FIXED))
    count = len(shown.rows)
    text = sentence("other-sites", count)
    return TextCell(text, "name", note=_span(view, list(shown.rows)))


def _span(view: View, rows: Sequence[int]) -> str:
    """Return between what the savings of several rows lie; empty where they are not known."""
    saving = view.chosen.saving_eur_ht[list(rows)]
    known = saving[np.isfinite(saving)]
    if not len(known):
        return ""
    return _("{low} to {high} each").format(low=eur(float(known.min())), high=eur(float(known.max())))


def _gain(saving_eur: float, scale_eur: tuple[float, float]) -> TextCell:
    """Return the cell of a saving with its bar: where it starts and ends from 0 to 1, and where zero is."""
    cell = saving_cell(saving_eur)
    if not isfinite(saving_eur):
        return cell
    low, high = scale_eur
    zero, end = (-low / (high - low), (saving_eur - low) / (high - low))
    return replace(cell, look="gain", points=(min(zero, end), max(zero, end), zero))


def _bar(received_ratio: float) -> TextCell:
    value = min(1.0, max(0.0, received_ratio)) if isfinite(received_ratio) else 0.0
    return TextCell(percent(received_ratio), "bar", points=(value,))


def _curve(view: View, rows: Sequence[int]) -> str:
    grades = {_(GRADES[view.result.quality[i].grade]) for row in rows for i in view.groups[row].members}
    return grades.pop() if len(grades) == 1 else _("mixed")


MOST_LOSERS_IN_NOTE = 3
SAME_RATIO = 0.005
"""Keys whose totals differ by less than this are said to share as much."""


def who_heading(view: View) -> str:
    """Return the heading of the table: the least and the most served of those who can receive."""
    served = [float(ratio) for ratio in view.chosen.ratio[view.can_receive] if isfinite(ratio)]
    if not served:
        return _("Who would receive what")
    low, high = percent(min(served)), percent(max(served))
    if low == high:
        return _("Who would receive what: {part} of the need").format(part=low)
    money, losers = view.result.money, _losers(view)
    text = _("Who would gain what: from {low} to {high} of the need, everybody gains")
    if money is None or not view.has_savings:
        text = _("Who would receive what: from {low} to {high} of the need, by site")
    elif losers:
        gain = all(view.outcomes.member_of(loser.id).side is Side.GAINS for loser in losers)
        name = "who-sites-pay-more" if gain else "who-participants-lose"
        return sentence(name, len(losers), count=len(losers))
    elif money.unknown_ids or view.outcomes.losing_sites:
        text = _("Who would gain what: from {low} to {high} of the need, by site")
    elif view.outcomes.losers or view.outcomes.losers_over_plan:
        text = _("Who would gain what: from {low} to {high} of the need, and each site saves")
    return text.format(low=low, high=high)


def who_note(view: View) -> str:
    """Return the note under the table: the formula of the key, who is shown together, who is not counted."""
    left_out = () if _losers(view) else view.left_out
    return f"{_who_note(view)} {not_counted(left_out)}".rstrip()


def _losers(view: View) -> list[SiteOutcome]:
    """Losing sites among those on the page, for the heading."""
    people = view.result.scenario.participants
    rest = {people[n].id for group in view.groups if group.is_rest for n in group.members}
    return [losing_site for losing_site in view.outcomes.losing_sites if losing_site.id not in rest]


def _who_note(view: View) -> str:
    if view.has_savings:
        return _saving_note(view)
    sentences = [_("Part of the need served: shared energy / energy taken from the network.")]
    grades = {quality.grade for quality in view.result.quality}
    if grades & NOT_METERED:
        sentences.append(_("A profile is a usual curve scaled to a bill; an estimate has no bill."))
    sentences.append(homes_shown(view))
    return " ".join(sentences)


def _saving_note(view: View) -> str:
    losers = [capital(text) for text in loser_texts(view)]
    if (left := len(losers) - MOST_LOSERS_IN_NOTE) > 0:
        losers[MOST_LOSERS_IN_NOTE:] = [sentence("other-losers", left, count=left)]
    texts = (
        text_of("saving-formula"),
        few_homes(view),
        *losers,
        _members_of_losers(view),
        *missing_texts(view),
    )
    return " ".join(filter(None, texts))


def _members_of_losers(view: View) -> str:
    """Total gains of members with losing sites, only those whose sites have names."""
    outcomes, people = view.outcomes, view.result.scenario.participants
    named = {people[n].id for group in view.groups for n in group.named}
    members = {outcomes.member_of(site.id).id: outcomes.member_of(site.id) for site in outcomes.losing_sites}
    gain = [m for m in members.values() if m.side is Side.GAINS and named >= set(m.site_ids)]
    if not gain:
        return ""
    amounts = {member.name: quantities.gain(outcomes, [member.id]) for member in gain}
    lines = [f"{name} {amount.as_(view.eur_writer)}" for name, amount in amounts.items()]
    before = before_investment("", is_taxed=any(member.is_taxed for member in gain))
    return sentence("members-gain-in-all", before=before, names=listed(lines[:MOST_LOSERS_IN_NOTE]))


def keys_heading(view: View) -> str:
    """Return the heading of the keys: the energy that the best one shares more than another."""
    if len(view.keys) == 1:
        return _("How the key shares")
    received = np.stack([key.received_kwh for key in view.keys])
    if float(np.ptp(received, axis=0).max()) < 0.5 * view.scale.unit_kwh:
        return _("The keys compared give the same result here")
    if view.result.proposal is not None and view.result.scenario.has_criteria:
        return key_heading(view.result.proposal)
    if more := _saves_more(view):
        return more
    best = max(view.keys, key=lambda key: key.shared_kwh)
    gap_kwh = best.shared_kwh - min(key.shared_kwh for key in view.keys)
    if gap_kwh < SAME_RATIO * best.shared_kwh:
        return _("The keys share as much as each other, but do not serve the same participants")
    text = _("The key of the folder shares up to {gap} more than another")
    if best.shared_kwh - view.chosen.shared_kwh >= SAME_RATIO * best.shared_kwh:
        text = _("Another key would share {gap} more: {best}")
        gap_kwh = best.shared_kwh - view.chosen.shared_kwh
    return text.format(gap=view.scale.text(gap_kwh), best=lowered(best.title))


def _saves_more(view: View) -> str:
    """Return the key by which all would gain more, producers included; empty without one, or unlawful."""
    if not in_euros(view) or view.result.status.is_unlawful:
        return ""
    chosen = view.chosen
    best = max(view.keys, key=lambda key: key.everybody_eur_ht)
    more_eur = best.everybody_eur_ht - chosen.everybody_eur_ht
    if not more_eur > SAME_RATIO * abs(chosen.everybody_eur_ht):
        return ""
    name = "key-gains-more"
    if best.shared_kwh < (1.0 - SAME_RATIO) * chosen.shared_kwh:
        name = "key-gains-more-shares-less"
    elif best.shared_kwh > (1.0 + SAME_RATIO) * chosen.shared_kwh:
        name = "key-gains-and-shares-more"
    return sentence(name, gap=eur_text(more_eur, view.eur_unit), best=lowered(best.title))


def card(view: View, key: KeyView, index: int) -> Callout:
    """Card of a key: name, sentence, total."""
    total = card_total(view, _shared_text(view, key), key.total_saving_eur_ht)
    colour = KEY_MARKS[index % len(KEY_MARKS)][1]
    return Callout(key.marked, key_sentence(key.name), look="card", strong=total, mark=colour)


def _shared_text(view: View, key: KeyView) -> str:
    case = "" if key is view.chosen else key.name
    return str(quantities.energy(Notion.SHARED, key.shared_kwh, view.scale, case))


def keys_caption(view: View, shown: int) -> str:
    """Caption of the dot plot."""
    sentences = [text_of("part-of-need-by-key")]
    if in_euros(view):
        sentences = [_("What each participant saves under each key. The full dot is the key of the folder.")]
    if len(view.keys) > 1:
        sentences.append(text_of("longer-line"))
    sentences += key_sentences(view)
    if shown < len(view.groups):
        sentences.append(sentence("participants-shown", shown=shown, count=len(view.groups)))
    return " ".join(sentences)


def keys_alt(view: View) -> str:
    """Return the dot plot in words."""
    totals = semicolons(f"{key.title} {_shared_text(view, key)}" for key in view.keys)
    return sentence("keys-alt", totals=totals)


def example(view: View) -> Callout | None:
    """Return one step of the data, worked out in two sentences; None when there is none to tell."""
    step = telling_step(view.result.exchange, view.result.allocation)
    if step is None:
        return None
    end = (step.minute + view.result.scenario.steps.step_minutes) % (24 * 60)
    hours = {"start": clock(step.minute), "end": clock(end)}
    text = _("from {start} to {end} the plants inject {production} and the group asks for {need}.")
    text = text.format(production=_kwh(step.production_kwh), need=_kwh(step.need_kwh), **hours)
    head = _("An example, {day}:").format(day=day_month(step.day))
    return Callout(head, f"{text} {_served(view, step)}", look="example")


def _kwh(energy_kwh: float) -> str:
    return unit(energy_kwh, "kWh", 0 if energy_kwh >= 20.0 else 1)


def _served(view: View, step: Example) -> str:
    rows = [(float(step.served_ratio[g.members[0]]), g.name) for g in view.groups if len(g.members) == 1]
    rows = sorted(row for row in rows if isfinite(row[0]))
    if not rows or percent(rows[0][0]) == percent(rows[-1][0]):
        return sentence("served-equally", part=percent(step.group_ratio))
    names = {"low_name": rows[0][1], "high_name": rows[-1][1]}
    low, high = percent(rows[0][0]), percent(rows[-1][0])
    return sentence("served-unequally", part=percent(step.group_ratio), low=low, high=high, **names)
