"""How an operation that no derogation can save is told: the lawful plan in its place, what to decide."""

from gettext import gettext as _
from gettext import ngettext

from acc.result.lawful_plan import LawfulPlan, PlannedOperation
from acc.rules.check import State
from acc.scenario import Regime
from reports.format.labels import regime_word
from reports.format.measures import plan_words
from reports.format.money import euros
from reports.format.numbers import fr


def way_text(plan: LawfulPlan | None) -> str:
    """Return which lawful operations could be formed instead, in a line; None where none was looked for."""
    if plan is None:
        return _("The lawful operations of these members are to be looked for: `acc members DIR --split`.")
    if not plan.operations:
        return _("No lawful operation brings these members more than their roofs alone.")
    to_verify = sum(is_to_verify(one) for one in plan.operations)
    text = ngettext(
        "Possible as {count} operation ({derogations}), {members}: {value}.",
        "Possible as {count} operations ({derogations}), {members}: {value}.",
        len(plan.operations),
    )
    return text.format(
        count=fr(len(plan.operations)),
        derogations=", ".join([_derogations(len(plan.derogations)), *_to_verify(to_verify)]),
        members=members_text(plan),
        value=value_text(plan),
    )


def members_text(plan: LawfulPlan) -> str:
    """Return "25 sites and 8 plants": those of the operations of a plan."""
    sites = sum(len(one.participant_ids) for one in plan.operations)
    roofs = sum(len(one.plant_ids) for one in plan.operations)
    return _("{sites} and {plants}").format(
        sites=ngettext("{count} site", "{count} sites", sites).format(count=fr(sites)),
        plants=ngettext("{count} plant", "{count} plants", roofs).format(count=fr(roofs)),
    )


def value_text(plan: LawfulPlan) -> str:
    """Return what a plan brings all persons, over how long, and how many lose."""
    return _("{value} for all {when}, {losers}").format(
        value=euros(plan.value_eur),
        when=_("over the period") if plan.years is None else plan_words(plan.years),
        losers=losers_text(len(plan.losers)),
    )


def losers_text(count: int) -> str:
    """Return how many members lose, over the plan or in the first year."""
    if not count:
        return _("nobody loses")
    return ngettext("{count} member loses", "{count} members lose", count).format(count=fr(count))


def perimeter_text(one: PlannedOperation) -> str:
    """Return the perimeter of an operation, and that it needs a derogation."""
    if one.regime is Regime.KM_2:
        return regime_word(one.regime)
    return _("{perimeter}, on derogation").format(perimeter=regime_word(one.regime))


def is_to_verify(one: PlannedOperation) -> bool:
    """Return whether something of an operation is not known to hold."""
    return any(check.binding and check.state is State.TO_VERIFY for check in one.checks)


def _derogations(count: int) -> str:
    if count == 0:
        return _("no derogation")
    return ngettext("{count} on derogation", "{count} on derogation", count).format(count=count)


def _to_verify(count: int) -> list[str]:
    text = ngettext("{count} to verify", "{count} to verify", count)
    return [text.format(count=count)] if count else []


def decision_text(plan: LawfulPlan | None) -> str:
    """Return the decision asked for in place of any other."""
    if plan is None or not plan.operations:
        return _("Sign nothing as it stands: change the members or the perimeter, then compute again.")
    count, asked = len(plan.operations), len(plan.derogations)
    to_verify = sum(is_to_verify(one) for one in plan.operations)
    first = ngettext(
        "Sign nothing as it stands: decide on {count} lawful operation in its place.",
        "Sign nothing as it stands: decide on {count} lawful operations in its place.",
        count,
    ).format(count=count)
    if to_verify:
        text = ngettext("{count} is to verify first.", "{count} are to verify first.", to_verify)
        first = f"{first} {text.format(count=to_verify)}"
    if not asked:
        return first
    ask = ngettext(
        "Their PMO would ask the energy minister for {count} derogation.",
        "Their PMO would ask the energy minister for {count} derogations.",
        asked,
    ).format(count=asked)
    return f"{first} {ask}"
