"""Whether members would gain by leaving together: who, how much, which local price holds them."""

from collections.abc import Mapping, Sequence
from gettext import gettext as _
from gettext import ngettext
from types import MappingProxyType

from acc.i18n import N_, semicolons
from acc.members.core import Breakaway, Stability, Verdict
from reports.format.money import euros, per_mwh
from reports.format.numbers import fr, listed

MOST_NAMED = 3

VERDICT_TEXTS: Mapping[Verdict, str] = MappingProxyType(
    {
        Verdict.STABLE: N_("proven: no part of the members gains by leaving together"),
        Verdict.BETTER_KEY: N_(
            "proven: no part of the members gains more by leaving together than the {better} that everyone "
            "would gain by the best key, nobody leaving"
        ),
        Verdict.UNSTABLE: N_("does not hold, {gain} more for {who} without {rest}; {bound} at most"),
        Verdict.UNDECIDED: N_(
            "nobody was found who gains by leaving, but it is not proven: up to {bound} is not ruled out"
        ),
    }
)


def verdict_text(stability: Stability, verdict: Verdict, worst: Breakaway, names: Mapping[str, str]) -> str:
    """Return whether members would gain by leaving, who and how much.

    Args:
        names: what to call members, by id.
    """
    text = _(VERDICT_TEXTS[verdict]).format(
        who=members_text(worst.player_ids, names),
        rest=members_text([id_ for id_ in names if id_ not in worst.player_ids], names),
        gain=euros(worst.gain_eur),
        bound=euros(worst.bound_eur),
        better=euros(stability.better_key_eur),
    )
    if verdict is not Verdict.UNSTABLE or stability.better_key_eur < 1.0:
        return text
    more = _("the best key would bring everyone {better}").format(better=euros(stability.better_key_eur))
    return semicolons([text, more])


def price_text(stability: Stability, names: Mapping[str, str]) -> str:
    """Flat local price that holds the members together, or tempts them least."""
    if stability.low_eur_per_kwh is not None and stability.high_eur_per_kwh is not None:
        message = _("It holds with a local price from {low} to {high}.")
        return message.format(
            low=per_mwh(stability.low_eur_per_kwh), high=per_mwh(stability.high_eur_per_kwh)
        )
    message = _("The local price that tempts least to leave is {price}: {verdict}.")
    verdict = verdict_text(stability, stability.best_verdict, stability.at_best, names)
    return message.format(price=per_mwh(stability.best_price_eur_per_kwh), verdict=verdict)


def members_text(ids: Sequence[str], names: Mapping[str, str]) -> str:
    """Return some members by name; how many they are where they are more than three.

    >>> members_text(["a", "b"], {"a": "A", "b": "B"}), members_text(list("abcd"), {})
    ('A and B', '4 members')
    """
    if len(ids) <= MOST_NAMED:
        return listed([names.get(player, player) for player in ids])
    return ngettext("{count} member", "{count} members", len(ids)).format(count=fr(len(ids)))
