"""Words of a lawful plan: its name beside others, why a site is outside, within how much it is the best."""

from collections.abc import Mapping, Sequence
from gettext import gettext as _
from gettext import ngettext
from math import isnan

from acc.result import lawful_plan as plans
from acc.rules.check import State
from acc.scenario import Regime
from reports.format.labels import regime_word
from reports.format.measures import plan_words
from reports.format.money import euros, signed_euros
from reports.format.numbers import fr, listed, mwh_text, percent

LEAST_GAP_RATIO = 0.001
"""A smaller gap to the bound is told as less than this."""


def plan_name(constraints: plans.PlanConstraints) -> str:
    """Name of a plan among others."""
    if constraints.owners_inside:
        return _("each roof with its owner")
    if constraints.confirmed:
        return _("once confirmed")
    if constraints.without is not None:
        return _("without {perimeter}").format(perimeter=regime_word(constraints.without))
    return _at_most(constraints.most)


def _at_most(most: int) -> str:
    if not most:
        return _("no operation")
    return ngettext("{count} operation", "{count} operations at most", most).format(count=fr(most))


def gap_text(gap_ratio: float | None) -> str:
    """Return within how much of the best a plan is proven; a dash where no bound was looked for.

    >>> gap_text(None), gap_text(0.0584)
    ('–', '5.8%')
    """
    if gap_ratio is None:
        return "–"
    if gap_ratio < LEAST_GAP_RATIO:
        return _("< {gap}").format(gap=percent(LEAST_GAP_RATIO, 1))
    return percent(gap_ratio, 1)


def why_outside(why: plans.Outside) -> str:
    """Reason why a site is in no operation."""
    return {
        plans.Outside.NO_POSITION: _("position unknown"),
        plans.Outside.COMMUNE_ONLY: _("position known by the commune only"),
        plans.Outside.NO_PLACE: _("no perimeter of the law takes it with a roof"),
        plans.Outside.COSTS_MORE: _("it would save less than its own management costs"),
        plans.Outside.OTHERS_HAVE_MORE: _("all have more, or nobody loses, without it"),
        plans.Outside.UNPRICED: _("supply price unknown: what it would save is not counted"),
        plans.Outside.ADDS_NO_KWH: _("no more would be shared with it"),
    }[why]


def members_text(plan: plans.LawfulPlan) -> str:
    """Return "25 sites and 8 plants": those of the operations of a plan."""
    sites = sum(len(operation.participant_ids) for operation in plan.operations)
    roofs = sum(len(operation.plant_ids) for operation in plan.operations)
    return _("{sites} and {plants}").format(
        sites=ngettext("{count} site", "{count} sites", sites).format(count=fr(sites)),
        plants=ngettext("{count} plant", "{count} plants", roofs).format(count=fr(roofs)),
    )


def value_text(plan: plans.LawfulPlan) -> str:
    """Value of a plan for all, its horizon and number of losers; or its shared kWh."""
    if not plan.euros_known:
        text = _("{shared} shared; euros unknown: no supply price is given")
        return text.format(shared=mwh_text(plan.received_kwh))
    return _("{value} for all {when}, {losers}").format(
        value=euros(plan.value_eur),
        when=_("over the period") if plan.years is None else plan_words(plan.years),
        losers=losers_text(len(plan.losers)) if plan.local_price_known else unknown_losers(),
    )


def operation_worth(operation: plans.PlannedOperation) -> str:
    """Value of an operation for its sites and roofs, or its shared kWh without euros."""
    if isnan(operation.value_eur):
        return _("{shared} shared").format(shared=mwh_text(operation.received_kwh))
    return euros(operation.value_eur)


def unknown_losers() -> str:
    """Return that who loses is not known."""
    return _("who loses is not known, as no local price is decided")


def confirmed_text(plan: plans.LawfulPlan, names: Sequence[str] = ()) -> str:
    """Sentence on the gain of a plan once owners are confirmed; empty where nothing is to confirm.

    Args:
        names: of these owners; they are counted where none is given.
    """
    if not plan.to_confirm:
        return ""
    count = len(plan.to_confirm)
    who = (
        listed([*names]) if names else ngettext("{count} owner", "{count} owners", count).format(count=count)
    )
    if plan.confirmed_eur is None:
        text = _("More would be shared if it is confirmed that {who} has a public-service mission.")
        return text.format(who=who)
    text = _("{more} for all if it is confirmed that {who} has a public-service mission (`public_mission`).")
    return text.format(more=signed_euros(plan.confirmed_eur - plan.value_eur), who=who)


def losers_text(count: int) -> str:
    """Number of losing members, over the plan or in the first year."""
    if not count:
        return _("nobody loses")
    return ngettext("{count} member loses", "{count} members lose", count).format(count=fr(count))


def perimeter_text(operation: plans.PlannedOperation) -> str:
    """Return the perimeter of an operation, and that it needs a derogation."""
    if operation.regime is Regime.KM_2:
        return regime_word(operation.regime)
    return _("{perimeter}, on derogation").format(perimeter=regime_word(operation.regime))


def is_to_verify(operation: plans.PlannedOperation) -> bool:
    """Return whether something of an operation is not known to hold."""
    return any(check.binding and check.state is State.TO_VERIFY for check in operation.checks)


def times_in_ten(chance_ratio: float) -> int:
    """Chances out of ten, from a fraction of the draws.

    >>> times_in_ten(0.25), times_in_ten(0.04)
    (3, 0)
    """
    return int(10.0 * chance_ratio + 0.5)


def doubt_text(plan: plans.LawfulPlan) -> str:
    """Uncertainty of a plan, in a sentence without names; empty without draws."""
    if not plan.doubts:
        return ""
    own, count = plan.doubts[0], len(plan.doubts)
    sentence = _("This plan, 8 chances in 10: {low} to {high} for all").format(
        low=euros(own.low_eur), high=euros(own.high_eur)
    )
    if count > 1:
        text = _("the best of {count} plans {n} times in 10")
        sentence = f"{sentence}, {text.format(count=count, n=times_in_ten(own.best_ratio))}"
    if not plan.losers_known:
        return f"{sentence}."
    often = [times_in_ten(ratio) for ratio in own.lose_ratios.values() if times_in_ten(ratio)]
    if not often:
        nobody = _("Nobody loses 1 time in 10.")
        return f"{sentence}. {nobody}"
    text = ngettext(
        "{count} member loses 1 time in 10 or more ({most} at most).",
        "{count} members lose 1 time in 10 or more ({most} at most).",
        len(often),
    )
    return f"{sentence}. {text.format(count=fr(len(often)), most=max(often))}"


def left_out_text(plan: plans.LawfulPlan) -> str:
    """Items that no figure of a plan counts; empty where there are none."""
    words = {"battery": _("battery"), "flexible": _("loads that move")}
    if not plan.left_out:
        return ""
    text = _("No figure counts: {what}. The folders do not have it.")
    return text.format(what=listed([words[name] for name in plan.left_out]))


def absence_name(absence: plans.PlanWithout, names: Mapping[str, str]) -> str:
    """Name of an absence; `names` are those of persons and of roofs, by id."""
    if absence.absent is plans.AbsentPart.DEROGATION:
        return _("derogation: {perimeter}").format(perimeter=regime_word(Regime(absence.id)))
    return names[absence.id]
