"""The words of a comparison: cases, criteria, recommendation, who gains and loses, what each key rewards."""

from collections.abc import Sequence
from gettext import gettext as _

import numpy as np

from acc.arrays import FloatArray
from acc.keys import REWARDS
from acc.result.proposal import Proposal, Ranking
from acc.scenario import DecisionCriterion
from reports.format.gains import ranked_words
from reports.format.labels import key_sentence, key_title
from reports.format.numbers import fr, percent
from reports.format.proposals import ProposalWords
from reports.format.quantity import Notion, Quantity
from reports.format.wording import sentence, text_of
from reports.nodes.tree import Frame, TextCell, TextColumn, TextTable, first_column, table_by_column
from reports.sentences.overview import frame, key_heading, proposal_words, scenario_name
from reports.sentences.unlawful import decision_instead
from reports.view import quantities
from reports.view.comparison import ComparedScenario, Comparison


def rewards_table(names: Sequence[str]) -> TextTable | None:
    """Return the table of the keys named, in their order; None where nothing is known of any."""
    known = {name: REWARDS[name] for name in names if name in REWARDS}
    if not known:
        return None
    rewards, answers, says = known.values(), {True: _("yes"), False: _("no")}, _("{what}: yes")
    titles = [TextCell(key_title(name), "name", note=key_sentence(name)) for name in known]
    words = [
        says.format(what=_(key.false_word)) if key.false_word else _("nothing to say") for key in rewards
    ]
    return table_by_column(
        "rewards",
        (first_column(_("Key")), titles),
        (_("Consuming\nmore at noon"), [answers[key.consuming] for key in rewards]),
        (_("Being two\nin place of one"), [answers[key.splitting] for key in rewards]),
        (
            TextColumn(_("A false word\non oneself"), "auto", "left"),
            [TextCell(text, "small") for text in words],
        ),
        (
            TextColumn(_("Who receives less\nwhen one enters"), 56, "left"),
            [TextCell(_(key.hurt), "small") for key in rewards],
        ),
        title=_("What each key rewards, and whom it hurts"),
        note=text_of("rewards-note"),
    )


def compare_frame(comparison: Comparison) -> Frame:
    """Frame of every page of the comparison."""
    view, count = comparison.view, len(comparison.cases)
    subtitle = " · ".join([scenario_name(view.result.scenario), view.period, view.ran_on])
    title = sentence("ways-to-share" if comparison.are_keys else "scenarios", count, count=count)
    return frame(view, _("Collective self-consumption · comparison"), title, subtitle)


def lead(comparison: Comparison) -> str:
    """Return between what and what the cases lie."""
    ordered, ranked = sorted(comparison.cases, key=lambda case: case.shared_kwh), comparison.ranking
    least, most = (str(shared(comparison, case)) for case in (ordered[0], ordered[-1]))
    text = _("From {least} to {most} would be shared {period}.")
    if least == most:
        text = _("Each would share {least} {period}.")
    text = text.format(least=least, most=most, period=comparison.view.period)
    if ranked is None:
        return text
    name = "everybody-value-from-to" if ranked.is_value else "everybody-gains-from-to"
    totals = sorted(together(comparison, ranked), key=lambda worth: worth.value)
    return f"{text} " + sentence(name, low=totals[0], high=totals[-1])


def shared(comparison: Comparison, case: ComparedScenario) -> Quantity:
    """Energy shared by a case."""
    return quantities.energy(Notion.SHARED, case.shared_kwh, comparison.view.scale, _name(comparison, case))


def _name(comparison: Comparison, case: ComparedScenario) -> str:
    """Name of a case that is not the folder as it is."""
    return "" if comparison.cases[0] is case else case.name


def together(comparison: Comparison, ranked: Ranking) -> list[Quantity]:
    """Worth of each case to all: thousands of a present value, else euros of the period."""
    unit = "k€" if ranked.is_value else comparison.view.eur_writer
    return [
        quantities.case_worth(eur_, _name(comparison, case), is_value=ranked.is_value).as_(unit)
        for eur_, case in zip(ranked.together_eur, comparison.cases, strict=True)
    ]


def heading(comparison: Comparison) -> str:
    """Return whether the criteria keep what the folder writes; where nothing is proposed, what this is."""
    proposal = comparison.proposal
    if proposal is None or comparison.best is None:
        return _("Figures to compare: nothing here is lawful")
    if comparison.are_keys:
        return key_heading(proposal)
    if proposal.keeps_folder:
        return _("The criteria keep the first scenario")
    return _("The criteria choose another scenario: {title}").format(title=comparison.best.title)


def criteria(comparison: Comparison) -> list[str]:
    """Return the criteria in their order, with what each left, as far as several are left."""
    proposal = comparison.proposal
    if proposal is None:
        return []
    order, kept = comparison.view.result.scenario.decide.order, proposal.result.kept
    alone = next((place for place, criterion in enumerate(order) if kept[criterion] == 1), len(order))
    texts = [_criterion(comparison, proposal, criterion) for criterion in order[: alone + 1]]
    return [text for text in texts if text]


def _criterion(comparison: Comparison, proposal: Proposal, criterion: DecisionCriterion) -> str:
    """Return one criterion with what it left; empty where it tells nothing apart."""
    left_of, ranked, view = proposal.result, comparison.ranking, comparison.view
    kept, count = left_of.kept[criterion], len(proposal.names)
    counts = {"kept": fr(kept), "count": fr(count)}
    if criterion is DecisionCriterion.LAW:
        return "" if kept == count else sentence("criterion-law", kept, **counts)
    if criterion is DecisionCriterion.LOSERS:
        if ranked is None:
            return ""
        when = ranked_words(ranked.plan_years, is_year=view.is_year)
        return sentence("criterion-losers", kept, when=when, fewest=fr(left_of.fewest_losers), **counts)
    if criterion is DecisionCriterion.TOTAL:
        name = "criterion-euros" if comparison.in_euros else "criterion-energy"
        return sentence(name, kept, near=percent(view.result.scenario.decide.near_ratio), **counts)
    return _proposal_text(comparison, proposal).evener or text_of("criterion-even")


def advised(comparison: Comparison) -> str:
    """Recommendation by the criteria; where nothing may be proposed, the decision instead."""
    if comparison.proposal is not None and comparison.best is not None:
        return recommendation(comparison, comparison.proposal, comparison.best)
    return decision_instead(comparison.view) or text_of("nothing-proposed")


def recommendation(comparison: Comparison, proposal: Proposal, best: ComparedScenario) -> str:
    """Return the case that the criteria choose, and what choosing it means."""
    text = " ".join(_proposal_text(comparison, proposal).sentences)
    if best is comparison.cases[0]:
        return f"{text} " + _("The criteria are the group’s to change: they decide.")
    gains = _by_site(comparison, best)
    winners, losers = int((gains > _SMALL).sum()), int((gains < -_SMALL).sum())
    counts = {"winners": fr(winners), "losers": fr(losers), "same": fr(len(gains) - winners - losers)}
    return f"{text} {sentence('sites-changed', winners, **counts)}"


def _proposal_text(comparison: Comparison, proposal: Proposal) -> ProposalWords:
    names = {case.name: case.title for case in comparison.cases}
    return proposal_words(comparison.view, proposal, lambda name: names.get(name) or key_title(name))


def _by_site(comparison: Comparison, case: ComparedScenario) -> FloatArray:
    """Gain of each site over the first case, EUR; of each row of the table, kWh, without euros."""
    first = comparison.cases[0].money
    if not comparison.in_euros or first is None or case.money is None:
        return comparison.gains(case)
    before, after = ({p.id: p.saving_eur_ht for p in money.participants} for money in (first, case.money))
    both = [(before[id_], after[id_]) for id_ in before if id_ in after]
    return np.array([now - was for was, now in both if now is not None and was is not None])


_SMALL = 0.5
"""Half a euro, half a kWh: below it nobody gains or loses."""
