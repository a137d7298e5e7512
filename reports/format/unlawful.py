"""How it is told how an operation stands: a word, and where it is unlawful what would be lawful instead."""

from collections.abc import Sequence
from gettext import gettext as _
from gettext import ngettext

from acc.i18n import N_
from acc.result.lawful_plan import LawfulPlan
from acc.rules.check import OperationStatus
from reports.format.labels import RULE_SUBJECTS
from reports.format.lawful_plan import confirmed_text, is_to_verify, members_text, value_text
from reports.format.numbers import fr, listed

PERIMETER = N_("rules of the perimeter")


def status_text(operation_status: OperationStatus, *, mend: int = 0, verify: int = 0) -> str:
    """Return "Lawful, 7 points to verify"; what a folder leaves undecided is never told as lawful.

    Args:
        mend, verify: points told beside, those that decide among them.
    """
    if operation_status.is_unlawful:
        parts = [
            _("{title}: {rest}").format(title=_("Not lawful"), rest=broken_text(len(operation_status.broken)))
        ]
    elif operation_status.undecided:
        parts = [undecided_text(operation_status)]
    else:
        parts = [_("Possible on derogation") if operation_status.on_derogation else _("Lawful")]
    if mend:
        parts.append(ngettext("{count} point to mend", "{count} points to mend", mend).format(count=fr(mend)))
    if verify:
        text = ngettext("{count} point to verify", "{count} points to verify", verify)
        parts.append(text.format(count=fr(verify)))
    return ", ".join(parts)


def titles_with_status(titles: Sequence[str], operation_status: Sequence[OperationStatus]) -> tuple[str, ...]:
    """Return the titles of scenarios side by side; each that is not lawful, or undecided, says so.

    Where none is lawful none says so: what stands above them does.
    """
    if none_lawful(operation_status):
        return tuple(titles)
    return tuple(_title_with_status(*pair) for pair in zip(titles, operation_status, strict=True))


def none_lawful(operation_status: Sequence[OperationStatus]) -> bool:
    """Return whether something forbids each of several scenarios."""
    return len(operation_status) > 1 and all(status.is_unlawful for status in operation_status)


def _title_with_status(title: str, operation_status: OperationStatus) -> str:
    if operation_status.is_unlawful:
        return _("{title} (not lawful)").format(title=title)
    return _("{title} (to verify)").format(title=title) if operation_status.undecided else title


def none_lawful_text(count: int) -> str:
    """Return in place of "Not lawful" that none of several scenarios is."""
    text = ngettext("The scenario is not lawful", "None of the {count} scenarios is lawful", count)
    return text.format(count=fr(count))


def broken_text(count: int) -> str:
    """Return "2 rules broken", where nobody is named."""
    return ngettext("{count} rule broken", "{count} rules broken", count).format(count=fr(count))


def undecided_text(operation_status: OperationStatus) -> str:
    """Rules left undecided by the folder, in words."""
    # The title of a rule may name sites: here nobody is.
    subjects = dict.fromkeys(
        _(RULE_SUBJECTS.get(check.rule, PERIMETER)) for check in operation_status.undecided
    )
    return _("Whether it is lawful is to verify ({subjects})").format(subjects=listed(list(subjects)))


def compares_text(operation_status: OperationStatus) -> str:
    """Warning above figures that only compare; empty where nothing forbids."""
    if not operation_status.is_unlawful:
        return ""
    return f"{status_text(operation_status)}. {_('These figures only compare.')}"


def caveats(operation_status: OperationStatus) -> list[str]:
    """Caveats on the figures: invented data, undecided rules, costs left out."""
    return [
        *([_("EXAMPLE – INVENTED DATA")] if operation_status.fictitious else []),
        *(
            [undecided_text(operation_status)]
            if operation_status.undecided and not operation_status.is_unlawful
            else []
        ),
        *left_out(operation_status),
    ]


def left_out(operation_status: OperationStatus) -> list[str]:
    """Costs left out of the euros, in words."""
    costs = {
        "investment": _("investment not counted"),
        "connection": _("connection of the plants not counted"),
        "changes": _("dated changes not counted: panels alone age"),
        "later": _("the first year alone: what is dated after it is not in it"),
    }
    return [costs[name] for name in operation_status.costs_left_out if name in costs]


def way_text(plan: LawfulPlan | None) -> str:
    """Lawful operations possible instead, in a line; None where none was searched."""
    if plan is None:
        return _("The lawful operations of these members are still to be looked for.")
    if not plan.operations:
        if not plan.euros_known:
            return _("No lawful operation of these members shares anything.")
        return _("No lawful operation brings these members more than their roofs alone.")
    to_verify = sum(is_to_verify(operation) for operation in plan.operations)
    text = ngettext(
        "Possible as {count} operation ({derogations}), {members}: {value}.",
        "Possible as {count} operations ({derogations}), {members}: {value}.",
        len(plan.operations),
    )
    sentence = text.format(
        count=fr(len(plan.operations)),
        derogations=", ".join([_derogations(len(plan.derogations)), *_to_verify(to_verify)]),
        members=members_text(plan),
        value=value_text(plan),
    )
    return " ".join(filter(None, [sentence, confirmed_text(plan), version_text(plan)]))


def version_text(plan: LawfulPlan) -> str:
    """Return that another version of the program found a plan; empty where this one did."""
    if not plan.version:
        return ""
    text = _("Found by another version of the program ({version}): figures of then, to be found again.")
    return text.format(version=plan.version)


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
    count, derogations = len(plan.operations), len(plan.derogations)
    to_verify = sum(is_to_verify(operation) for operation in plan.operations)
    first = ngettext(
        "Sign nothing as it stands: decide on {count} lawful operation in its place.",
        "Sign nothing as it stands: decide on {count} lawful operations in its place.",
        count,
    ).format(count=count)
    if to_verify:
        text = ngettext("{count} is to verify first.", "{count} are to verify first.", to_verify)
        first = f"{first} {text.format(count=to_verify)}"
    if not derogations:
        return first
    ask = ngettext(
        "Their PMO would ask the energy minister for {count} derogation.",
        "Their PMO would ask the energy minister for {count} derogations.",
        derogations,
    ).format(count=derogations)
    return f"{first} {ask}"
