"""The words of a comparison: the table of cases, the criteria, the recommendation, who gains and loses."""

from dataclasses import replace
from gettext import gettext as _
from gettext import ngettext
from math import isfinite

import numpy as np

from acc.arrays import FloatArray
from acc.i18n import to_hundreds
from acc.result.proposal import Proposal
from acc.scenario import DecisionCriterion
from reports.format.labels import capital, key_title, not_counted
from reports.format.measures import losers_head, ranked_words
from reports.format.money import eur, eur_text, thousands
from reports.format.numbers import Quantity, fr, percent, signed
from reports.format.proposal_labels import ProposalWords
from reports.format.unlawful import left_out
from reports.nodes.tree import Callout, Frame, TextCell, TextColumn, TextTable, table_of
from reports.sentences.gains import saving_cell
from reports.sentences.overview import frame, scenario_name
from reports.sentences.proposal import key_heading, told_proposal
from reports.sentences.unlawful import decision_instead
from reports.sentences.who_table import part_head
from reports.view.comparison import ComparedScenario, Comparison


def compare_frame(made: Comparison) -> Frame:
    """Frame of every page of the comparison."""
    view = made.view
    subtitle = " · ".join([scenario_name(view.result.scenario), view.period, view.ran_on])
    return replace(
        frame(view, _("Collective self-consumption · comparison")), title=_title(made), subtitle=subtitle
    )


def cards(made: Comparison) -> list[Callout]:
    """Return a card each case: its sentence and its totals."""
    return [
        Callout(case.title, case.sentence, look="card", strong=total_text(made, case)) for case in made.cases
    ]


def _title(made: Comparison) -> str:
    count = len(made.cases)
    if made.are_keys:
        return ngettext("{count} way to share", "{count} ways to share", count).format(count=count)
    return ngettext("{count} scenario", "{count} scenarios", count).format(count=count)


def lead(made: Comparison) -> str:
    """Return between what and what the cases lie."""
    shared = sorted(made.cases, key=lambda case: case.shared_kwh)
    scale = made.view.scale
    text = _("From {least} to {most} would be shared {period}.").format(
        least=scale.text(shared[0].shared_kwh),
        most=scale.text(shared[-1].shared_kwh),
        period=made.view.period,
    )
    if scale.text(shared[0].shared_kwh) == scale.text(shared[-1].shared_kwh):
        text = _("Each would share {energy} {period}.").format(
            energy=scale.text(shared[0].shared_kwh), period=made.view.period
        )
    if not made.in_euros:
        return text
    ranked = made.ranking
    if ranked is None:
        return text
    money = _("Everybody together, producers included, would gain from {low} to {high} without tax.")
    if ranked.is_value:
        money = _("Everybody together, producers included: present value from {low} to {high}, without tax.")
    totals = sorted(ranked.together_eur)
    return f"{text} " + money.format(low=together(made, totals[0]), high=together(made, totals[-1]))


def together(made: Comparison, value_eur: float) -> str:
    """Gain of all: thousands of a present value, else euros of the period."""
    ranked = made.ranking
    if ranked is not None and ranked.is_value:
        return str(thousands(value_eur))
    return eur_text(value_eur, made.view.eur_unit)


def heading(made: Comparison) -> str:
    """Return whether the criteria keep what the folder writes; where nothing is proposed, what this is."""
    proposal = made.proposal
    if proposal is None or made.best is None:
        return _("Figures to compare: nothing here is lawful")
    if made.are_keys:
        return key_heading(proposal)
    if proposal.keeps_folder:
        return _("The criteria keep the first scenario")
    return _("The criteria choose another scenario: {title}").format(title=made.best.title)


def table(made: Comparison) -> TextTable:
    """Return the cases side by side."""
    view = made.view
    columns = [
        TextColumn(_("Key") if made.are_keys else _("Scenario"), "rest", "left"),
        TextColumn(_("Shared\n{unit}").format(unit=view.unit)),
        TextColumn(part_head(view)),
        TextColumn(_("Surplus\n{unit}").format(unit=view.unit)),
        TextColumn(_("Least and most\nserved")),
        TextColumn(_("Equality\n(Gini)")),
    ]
    if made.in_euros:
        columns.append(TextColumn(_("Saving\n{unit}").format(unit=view.eur_unit)))
    if made.ranking is not None:
        title = _("NPV of\neverybody") if made.ranking.is_value else _("Everybody\n{unit}")
        lose = losers_head(made.ranking.plan_years, is_year=view.is_year)
        columns += [TextColumn(lose), TextColumn(title.format(unit=view.eur_unit))]
    rows = [_row(made, index, is_best=case is made.best) for index, case in enumerate(made.cases)]
    return replace(table_of("cases", columns, rows), title=heading(made), note=note(made))


def _row(made: Comparison, index: int, *, is_best: bool) -> list[TextCell]:
    case, ranked = made.cases[index], made.ranking
    scale, energy = made.view.scale, case.energy
    served = case.served
    ends = f"{percent(served[0])} – {percent(served[1])}" if served else "–"
    cells = [
        TextCell(case.title, "shared" if is_best else "plain"),
        TextCell(scale.plain(case.shared_kwh), "strong"),
        TextCell(percent(energy.autoproduction_ratio)),
        TextCell(scale.plain(float(energy.surplus_kwh.sum()))),
        TextCell(ends),
        TextCell(fr(case.fairness.gini, 2)),
    ]
    if made.in_euros:
        cells.append(saving_cell(case.total_saving_eur_ht))
    if ranked is not None:
        cells += [
            TextCell(fr(ranked.losers[index])),
            TextCell(together(made, ranked.together_eur[index]), "strong"),
        ]
    return cells


def note(made: Comparison) -> str:
    """Note on the table."""
    sentences = [
        _("Least and most served: part of its need that each participant covers, of those who can receive."),
        _("Gini index: zero when all cover the same part, near one when one takes all."),
    ]
    sentences.append(not_counted(made.left_out))
    if not made.in_euros:
        sentences.append(_("Euros are not computed."))
    sentences += [f"{capital(text)}." for text in left_out(made.view.result.status)]
    return " ".join(filter(None, sentences))


def criteria(made: Comparison) -> list[str]:
    """Return the criteria in their order, with what each left, as far as several are left."""
    proposal = made.proposal
    if proposal is None:
        return []
    order, kept = made.view.result.scenario.decide.order, proposal.found.kept
    alone = next((place for place, criterion in enumerate(order) if kept[criterion] == 1), len(order))
    texts = [_criterion(made, proposal, criterion) for criterion in order[: alone + 1]]
    return [text for text in texts if text]


def _criterion(made: Comparison, proposal: Proposal, criterion: DecisionCriterion) -> str:
    """Return one criterion with what it left; empty where it tells nothing apart."""
    left_of, count = proposal.found, len(proposal.names)
    kept = fr(left_of.kept[criterion])
    if criterion is DecisionCriterion.LAW:
        law = ngettext(
            "No binding rule broken: {kept} of {count} is kept.",
            "No binding rule broken: {kept} of {count} are kept.",
            left_of.kept[criterion],
        )
        return law.format(kept=kept, count=fr(count)) if left_of.kept[criterion] < count else ""
    if criterion is DecisionCriterion.LOSERS:
        fewest = ngettext(
            "The fewest members who lose {when}, producers included ({fewest}): {kept} of {count} is kept.",
            "The fewest members who lose {when}, producers included ({fewest}): {kept} of {count} are kept.",
            left_of.kept[criterion],
        )
        if made.ranking is None:
            return ""
        when = ranked_words(made.ranking.plan_years, is_year=made.view.is_year)
        return fewest.format(when=when, fewest=fr(left_of.fewest_losers), kept=kept, count=fr(count))
    if criterion is DecisionCriterion.TOTAL:
        total = ngettext(
            "The most energy shared, within {near}: {kept} is kept.",
            "The most energy shared, within {near}: {kept} are kept.",
            left_of.kept[criterion],
        )
        if made.in_euros:
            total = ngettext(
                "Among them, the most that everybody gains together, within {near}: {kept} is kept.",
                "Among them, the most that everybody gains together, within {near}: {kept} are kept.",
                left_of.kept[criterion],
            )
        return total.format(near=percent(made.view.result.scenario.decide.near_ratio), kept=kept)
    return _told(made, proposal).evener or _("Among those, the most even sharing (lowest Gini index).")


def advised(made: Comparison) -> str:
    """Recommendation by the criteria; where nothing may be proposed, the decision instead."""
    if made.proposal is not None and made.best is not None:
        return recommendation(made, made.proposal, made.best)
    return decision_instead(made.view) or _("What the criteria choose is not lawful: nothing is proposed.")


def recommendation(made: Comparison, proposal: Proposal, best: ComparedScenario) -> str:
    """Return the case that the criteria choose, and what choosing it means."""
    text = " ".join(_told(made, proposal).sentences)
    gains = _by_site(made, best)
    winners, losers = int((gains > _SMALL).sum()), int((gains < -_SMALL).sum())
    if best is made.cases[0]:
        return f"{text} " + _("The criteria are the group’s to change: they decide.")
    change = ngettext(
        "{winners} site would gain more, {losers} less and {same} as much.",
        "{winners} sites would gain more, {losers} less and {same} as much.",
        winners,
    )
    same = len(gains) - winners - losers
    sentence = change.format(winners=fr(winners), losers=fr(losers), same=fr(same))
    return f"{text} {sentence}"


def _told(made: Comparison, proposal: Proposal) -> ProposalWords:
    names = {case.name: case.title for case in made.cases}
    return told_proposal(made.view, proposal, lambda name: names.get(name) or key_title(name))


def _by_site(made: Comparison, case: ComparedScenario) -> FloatArray:
    """Gain of each site over the first case, EUR; of each row of the table, kWh, without euros."""
    first = made.cases[0].money
    if not made.in_euros or first is None or case.money is None:
        return made.gains(case)
    before = {site.id: site.saving_eur_ht for site in first.participants}
    after = {site.id: site.saving_eur_ht for site in case.money.participants}
    both = [(before[id_], after[id_]) for id_ in before if id_ in after]
    return np.array([now - was for was, now in both if now is not None and was is not None])


_SMALL = 0.5
"""Half a euro, half a kWh: below it nobody gains or loses."""


def total_text(made: Comparison, case: ComparedScenario) -> str:
    """Return the kWh shared by a case and, where euros are known, what it brings everybody."""
    energy = made.view.scale.text(case.shared_kwh)
    ranked = made.ranking
    if ranked is None:
        return _("{energy} shared").format(energy=energy)
    amount = together(made, ranked.together_eur[made.cases.index(case)])
    return _("{energy} shared · {gain} for everybody").format(energy=energy, gain=amount)


def gains_heading(made: Comparison) -> str:
    """Heading on the largest gain and loss by the choice."""
    changes = [
        (float(gain), name)
        for case in made.cases[1:]
        for name, gain in zip(made.rows, made.gains(case), strict=True)
        if isfinite(gain)
    ]
    change, name = max(changes, key=lambda one: (abs(one[0]), one[0]), default=(0.0, ""))
    if abs(change) < _SMALL:
        return _("Nobody gains or loses by the choice")
    text = _("Who gains and who loses: up to {change} ({name})")
    return text.format(change=_signed(made, change), name=name)


def _signed(made: Comparison, change: float) -> str:
    """Return a change with its sign and unit: euros to a hundred from a thousand on, else energy."""
    if made.in_euros:
        eur_ = to_hundreds(change) if abs(change) >= HUNDREDS_FROM else change
        return str(Quantity(signed(eur_), made.view.eur_unit))
    return str(Quantity(signed(made.view.scale.value(change), made.view.scale.decimals), made.view.unit))


def gains_caption(made: Comparison) -> str:
    """Caption of the table of gains and losses."""
    text = _(
        "Difference with “{first}”, {unit}, for each participant, worst hit first. Blue: more; "
        "orange, a bar: less."
    )
    unit = made.view.eur_unit if made.in_euros else made.view.unit
    return text.format(first=made.cases[0].title, unit=unit)


MOST_ROWS = 34
"""Of the table of who gains and who loses, on one page; beyond, those it changes least stand together."""


def who_by_case(made: Comparison) -> TextTable:
    """Return the rows x the cases: what the first case gives, then what each other one changes."""
    scale = 1.0 if made.in_euros else made.view.scale.kwh
    changes = np.stack([made.gains(case) for case in made.cases[1:]] or [np.zeros(len(made.rows))]) / scale
    most = float(np.nan_to_num(np.abs(changes)).max(initial=0.0)) or 1.0
    order = sorted(
        range(len(made.rows)), key=lambda row: float(np.nan_to_num(changes[:, row]).min(initial=0.0))
    )
    left: list[int] = []
    if len(order) > MOST_ROWS:
        widest = sorted(
            order, key=lambda row: -float(np.nan_to_num(np.abs(changes[:, row])).max(initial=0.0))
        )
        left = widest[MOST_ROWS - 1 :]
    rows = [_who(made, made.rows[row], [row], changes[:, row], most) for row in order if row not in left]
    if left:
        name = ngettext("{count} other site", "{count} other sites", len(left)).format(count=fr(len(left)))
        rows.append(_who(made, name, left, np.nansum(changes[:, left], axis=1), most))
    heads = [case.title for case in made.cases]
    table = table_of("gains", [TextColumn(head) for head in (_("Participant"), *heads)], rows)
    return replace(table, title=gains_heading(made), note=gains_caption(made))


def _who(made: Comparison, name: str, rows: list[int], changes: FloatArray, most: float) -> list[TextCell]:
    first = made.cases[0]
    if made.in_euros:
        level = eur(float(first.saving_eur_ht[rows].sum()))
    else:
        level = made.view.scale.plain(float(first.received_kwh[rows].sum()))
    known = changes if len(made.cases) > 1 else changes[:0]
    return [
        TextCell(name, "name"),
        TextCell(level, "strong"),
        *(_change(made, one, most) for one in known.tolist()),
    ]


def _change(made: Comparison, value: float, most: float) -> TextCell:
    """Return the cell of a change: its tint from -1 to 1, for the worst and the best of the table."""
    if not isfinite(value):
        return TextCell(fr(value), "tint", points=(0.0,))
    shown = to_hundreds(value) if made.in_euros and abs(value) >= HUNDREDS_FROM else value
    return TextCell(signed(shown), "tint", value, points=(max(-1.0, min(1.0, value / most)),))


HUNDREDS_FROM = 1000.0
"""Euros from which a difference is rounded to a hundred."""
