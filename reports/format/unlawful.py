"""How an operation stands, in words; where it is unlawful, the lawful operations possible instead."""

from collections.abc import Mapping, Sequence
from gettext import gettext as _
from gettext import ngettext
from math import ceil, isnan

from acc.i18n import N_, semicolons
from acc.result import lawful_plan as plans
from acc.result.lawful_plan import LawfulPlan
from acc.rules.check import OperationStatus, State
from acc.scenario import Regime
from reports.format.gains import plan_words
from reports.format.labels import RULE_SUBJECTS, capital, regime_word
from reports.format.money import euros, signed_euros
from reports.format.numbers import fr, listed, mwh_text, percent, plants_count, sites_count
from reports.format.quantity import FIRST_YEAR, PLAN, Basis, Notion, Quantity
from reports.format.wording import sentence, word_tables

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
    most = constraints.most
    text = ngettext("{count} operation", "{count} operations at most", most)
    return text.format(count=fr(most)) if most else _("no operation")


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
    reasons = word_tables()["outside"]
    return _(reasons[why])


def members_text(plan: plans.LawfulPlan) -> str:
    """Return "25 sites and 8 plants": those of the operations of a plan."""
    sites = sum(len(operation.participant_ids) for operation in plan.operations)
    plants = sum(len(operation.plant_ids) for operation in plan.operations)
    return _("{sites} and {plants}").format(sites=sites_count(sites), plants=plants_count(plants))


def plan_worth(plan: plans.LawfulPlan) -> Quantity:
    """Worth of a lawful plan to all its persons, over its years or over the period, EUR."""
    each = (",".join((*operation.participant_ids, *operation.plant_ids)) for operation in plan.operations)
    given = f"lawful plan {semicolons(each)}"
    notion, year = (Notion.GAIN, FIRST_YEAR) if plan.years is None else (Notion.VALUE, PLAN)
    return Quantity(notion=notion, value=plan.value_eur, basis=Basis.VAT_BORNE, year=year, given=given)


def value_text(plan: plans.LawfulPlan) -> str:
    """Value of a plan for all, its horizon and number of losers; or its shared kWh."""
    if not plan.euros_known:
        return sentence("shared-euros-unknown", shared=mwh_text(plan.received_kwh))
    when = _("over the period") if plan.years is None else plan_words(plan.years)
    losers = _("who loses is not known, as no local price is decided")
    if plan.local_price_known:
        losers = losers_text(len(plan.losers))
    return _("{value} for all {when}, {losers}").format(value=plan_worth(plan), when=when, losers=losers)


def operation_worth(operation: plans.PlannedOperation) -> str:
    """Value of an operation for its sites and roofs, or its shared kWh without euros."""
    if isnan(operation.value_eur):
        return _("{shared} shared").format(shared=mwh_text(operation.received_kwh))
    return euros(operation.value_eur)


def confirmed_text(plan: plans.LawfulPlan, names: Sequence[str] = ()) -> str:
    """Sentence on the gain of a plan once owners are confirmed; empty where nothing is to confirm.

    Args:
        names: of these owners; they are counted where none is given.
    """
    if not plan.to_confirm:
        return ""
    count = len(plan.to_confirm)
    who = listed([*names]) if names else sentence("owners", count, count=count)
    if plan.confirmed_eur is None:
        return sentence("more-shared-if-confirmed", who=who)
    return sentence("more-if-confirmed", more=signed_euros(plan.confirmed_eur - plan.value_eur), who=who)


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
    """Uncertainty of a plan, without names; empty where it founds nothing, or no euro is known."""
    if not plan.doubts:
        return chances_text(plan)
    low, high = euros(plan.doubts[0].low_eur), euros(plan.doubts[0].high_eur)
    return f"{sentence('plan-ends', low=low, high=high)}. {chances_text(plan)}".rstrip()


def chances_text(plan: plans.LawfulPlan) -> str:
    """How often a plan is the best and who loses in draws, or that none were made; empty as `doubt_text`."""
    if not plan.operations or not plan.euros_known:
        return ""
    if not plan.doubts:
        return sentence("plan-not-drawn")
    own, count, texts = plan.doubts[0], len(plan.doubts), list[str]()
    if count > 1:
        words = sentence("best-of-plans", count=count, n=times_in_ten(own.best_ratio))
        texts.append(f"{capital(words)}.")
    often = [n for n in map(times_in_ten, own.lose_shares.values()) if n]
    if often:
        texts.append(sentence("lose-one-in-ten", len(often), most=max(often)))
    elif plan.losers_known:
        texts.append(_("Nobody loses 1 time in 10."))
    return " ".join(texts)


def left_out_text(plan: plans.LawfulPlan) -> str:
    """Items that no figure of a plan counts; empty where there are none."""
    words = {"battery": _("battery"), "flexible": _("loads that move")}
    if not plan.left_out:
        return ""
    return sentence("uncounted-figure", what=listed([words[name] for name in plan.left_out]))


def absence_name(absence: plans.PlanWithout, names: Mapping[str, str]) -> str:
    """Name of an absence; `names` are those of persons and of roofs, by id."""
    if absence.absent is plans.AbsentPart.DEROGATION:
        return _("derogation: {perimeter}").format(perimeter=regime_word(Regime(absence.id)))
    return names[absence.id]


SEARCH_SECONDS, SECONDS_PER_VALUE = 5.0, 1.6e-6
"""Of a search of lawful operations: to begin, and for each step and pair of sites or roofs.

Processor time measured: 13 s for 14 sites, 3 roofs and 135 s for 40 sites, 8 roofs, a year of 15 min each.
"""

MOST_MINUTES = 15
"""Beyond what was measured: a search is then cut short, which no formula tells."""


def search_time(sites: int, plants: int, steps: int) -> str:
    """Time that a search of lawful operations takes on a machine that does nothing else.

    >>> search_time(40, 8, 35_040), search_time(10, 2, 35_040)
    ('3 minutes or so', '1 minute or so')
    """
    minutes = ceil((SEARCH_SECONDS + SECONDS_PER_VALUE * (sites + plants) ** 2 * steps) / 60.0)
    if minutes > MOST_MINUTES:
        return _("more than {count} minutes").format(count=fr(MOST_MINUTES))
    return ngettext("{count} minute or so", "{count} minutes or so", minutes).format(count=fr(minutes))


PERIMETER = N_("rules of the perimeter")


def status_text(status: OperationStatus, *, mend: int = 0, verify: int = 0, own: bool = False) -> str:
    """Return "Lawful, 7 points to verify"; what a folder leaves undecided is never told as lawful.

    Args:
        mend, verify: points told beside, those that decide among them.
        own: whether they are those that bear on one member alone.
    """
    first = _("Possible on derogation") if status.on_derogation else _("Lawful")
    if status.is_unlawful:
        first = _("{title}: {rest}").format(title=_("Not lawful"), rest=broken_text(len(status.broken)))
    elif status.undecided:
        first = undecided_text(status)
    names = ("points-to-mend", "points-to-verify")
    if own:
        names = ("points-to-mend-on-you", "points-to-verify-on-you")
    points = [sentence(name, count) for name, count in zip(names, (mend, verify), strict=True) if count]
    return ", ".join([first, *points])


def titles_with_status(titles: Sequence[str], statuses: Sequence[OperationStatus]) -> tuple[str, ...]:
    """Return the titles of scenarios side by side; each that is not lawful, or undecided, says so.

    Where none is lawful none says so: what stands above them does.
    """
    if none_lawful(statuses):
        return tuple(titles)
    texts = (
        _("{title} (not lawful)")
        if status.is_unlawful
        else _("{title} (to verify)")
        if status.undecided
        else "{title}"
        for status in statuses
    )
    return tuple(text.format(title=title) for text, title in zip(texts, titles, strict=True))


def none_lawful(statuses: Sequence[OperationStatus]) -> bool:
    """Return whether something forbids each of several scenarios."""
    return len(statuses) > 1 and all(status.is_unlawful for status in statuses)


def broken_text(count: int) -> str:
    """Return "2 rules broken", where nobody is named."""
    return ngettext("{count} rule broken", "{count} rules broken", count).format(count=fr(count))


def undecided_text(status: OperationStatus) -> str:
    """Rules left undecided by the folder, in words."""
    # The title of a rule may name sites: here nobody is.
    subjects = dict.fromkeys(_(RULE_SUBJECTS.get(check.rule, PERIMETER)) for check in status.undecided)
    return _("Whether it is lawful is to verify ({subjects})").format(subjects=listed(list(subjects)))


def compares_text(status: OperationStatus) -> str:
    """Warning above figures that only compare; empty where nothing forbids."""
    if not status.is_unlawful:
        return ""
    return f"{status_text(status)}. {_('These figures only compare.')}"


def caveats(status: OperationStatus) -> list[str]:
    """Caveats on the figures: invented data, undecided rules, costs left out."""
    return [
        *([_("EXAMPLE – INVENTED DATA")] if status.fictitious else []),
        *([_("data of who is not named: moved")] if status.moved else []),
        *([undecided_text(status)] if status.undecided and not status.is_unlawful else []),
        *left_out(status),
    ]


def left_out(status: OperationStatus) -> list[str]:
    """Costs left out of the euros, in words."""
    costs = word_tables()["costs-left-out"]
    return [_(costs[name]) for name in status.costs_left_out if name in costs]


def way_text(plan: LawfulPlan | None) -> str:
    """Lawful operations possible instead, in a line; None where none was searched."""
    if plan is None:
        return _("The lawful operations of these members are still to be looked for.")
    if not plan.operations:
        if not plan.euros_known:
            return _("No lawful operation of these members shares anything.")
        return _("No lawful operation brings these members more than their roofs alone.")
    derogations, to_verify = len(plan.derogations), sum(map(is_to_verify, plan.operations))
    counts = sentence("on-derogation", derogations) if derogations else _("no derogation")
    counts += f", {sentence('to-verify', to_verify)}" if to_verify else ""
    words = {"derogations": counts, "members": members_text(plan), "value": value_text(plan)}
    line = sentence("lawful-operations", len(plan.operations), **words)
    return " ".join(filter(None, [line, confirmed_text(plan), version_text(plan)]))


def version_text(plan: LawfulPlan) -> str:
    """Return that another version of the program found a plan; empty where this one did."""
    return sentence("found-by-another-version", version=plan.version) if plan.version else ""


def decision_text(plan: LawfulPlan | None) -> str:
    """Return the decision asked for in place of any other."""
    if plan is None or not plan.operations:
        return _("Sign nothing as it stands: change the members or the perimeter, then compute again.")
    texts = [sentence("decide-in-place", len(plan.operations))]
    if to_verify := sum(map(is_to_verify, plan.operations)):
        texts.append(sentence("to-verify-first", to_verify))
    if derogations := len(plan.derogations):
        texts.append(sentence("ask-derogations", derogations))
    return " ".join(texts)
