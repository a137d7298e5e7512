"""How an operation that no derogation can save is told: what fails, what would be lawful, what to decide."""

from gettext import gettext as _
from gettext import ngettext

from acc.result.groups import LawfulWay
from reports.format.numbers import mwh_text


def way_text(way: LawfulWay | None) -> str:
    """Return which lawful operations could be formed instead, in a line."""
    if way is None:
        return _("Lawful groups are still to be looked for.")
    if way.groups == 0:
        return _("No lawful group of these members would share anything.")
    text = ngettext(
        "Possible as {count} operation ({derogations}): {shared} shared of {single}.",
        "Possible as {count} operations ({derogations}): {shared} shared of {single}.",
        way.groups,
    )
    return text.format(
        count=way.groups,
        derogations=", ".join([_derogations(way.on_derogation), *_to_verify(way.to_verify)]),
        shared=mwh_text(way.shared_kwh),
        single=mwh_text(way.single_kwh),
    )


def _derogations(count: int) -> str:
    if count == 0:
        return _("no derogation")
    return ngettext("{count} on derogation", "{count} on derogation", count).format(count=count)


def _to_verify(count: int) -> list[str]:
    text = ngettext("{count} to verify", "{count} to verify", count)
    return [text.format(count=count)] if count else []


def decision_text(way: LawfulWay | None) -> str:
    """Return the decision asked for in place of any other."""
    if way is None or way.groups == 0:
        return _("Sign nothing as it stands: change the members or the perimeter, then compute again.")
    first = ngettext(
        "Sign nothing as it stands: decide on {count} lawful operation in its place.",
        "Sign nothing as it stands: decide on {count} lawful operations in its place.",
        way.groups,
    ).format(count=way.groups)
    if way.to_verify:
        text = ngettext(
            "{count} is to verify first.",
            "{count} are to verify first.",
            way.to_verify,
        )
        first = f"{first} {text.format(count=way.to_verify)}"
    if way.on_derogation == 0:
        return first
    ask = ngettext(
        "Their PMO would ask the energy minister for {count} derogation.",
        "Their PMO would ask the energy minister for {count} derogations.",
        way.on_derogation,
    ).format(count=way.on_derogation)
    return f"{first} {ask}"
