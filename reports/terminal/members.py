"""What a person reads after `acc members`: who leaves, who could join, who brings what, who would leave."""

from collections.abc import Mapping, Sequence
from gettext import gettext as _
from gettext import ngettext
from pathlib import Path
from types import MappingProxyType

from rich.console import Console
from rich.table import Table

from acc.coalition.core import Breakaway, Stability, Verdict
from acc.coalition.entry_exit import Change, LargestLoss
from acc.coalition.invitation_order import GREEDY_RATIO
from acc.coalition.report import REWARD_TEXTS, MembersReport, Reward
from acc.i18n import N_, semicolons
from acc.rules.check import Check
from reports.format.labels import key_title, lowered
from reports.format.money import euros, missing_texts, per_mwh, signed_euros
from reports.format.numbers import fr, listed, mwh_text, percent, unit
from reports.format.numbers import mwh as _mwh
from reports.terminal.console import (
    STATE_STYLE,
    console,
    print_rules,
    print_title,
    print_unlawful,
    site_names,
    state_word,
    table_of,
)

MOST_NAMED = 3

WIDE = 96
"""Columns of a screen that has room for every column of the tables."""

REWARD_STYLE = {Reward.OVER: "yellow", Reward.UNDER: "magenta", Reward.FAIR: "green", Reward.UNSURE: "dim"}
VERDICT_STYLE = {
    Verdict.STABLE: "green",
    Verdict.BETTER_KEY: "green",
    Verdict.UNSTABLE: "yellow",
    Verdict.UNDECIDED: "dim",
}

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


def print_members(report: MembersReport, folder: Path | None = None) -> None:
    """Print who adds what to an operation, under its key, and whether each key holds its members together."""
    out = console()
    print_unlawful(out, report.status)
    _print_title(out, report)
    print_rules(out, report.broken, site_names(report.scenario), folder)
    _print_leaving(out, report)
    if report.joining:
        _print_joining(out, report)
    _print_brought(out, report)
    for text in missing_texts(report.missing):
        out.print(_("Unknown euros: {why}").format(why=text), style="yellow")
    names = {player.id: player.name for player in report.players}
    for stability in report.stability:
        _print_stability(out, stability, names)
    for note in report.notes:
        out.print(f"· {note}", style="dim")


def _print_title(out: Console, report: MembersReport) -> None:
    print_title(out, report.scenario)
    message = _("{shared} shared and {surplus} of surplus under the key “{key}”.")
    shared, surplus = (mwh_text(kwh) for kwh in (report.shared_kwh, report.surplus_kwh))
    out.print(message.format(shared=shared, surplus=surplus, key=key_title(report.key)))


def _print_leaving(out: Console, report: MembersReport) -> None:
    out.print(_("If one of them leaves, the one that takes most along first:"), style="bold")
    plants = {plant.id for plant in report.scenario.plants}
    names = {id_: name for id_, name in site_names(report.scenario).items() if id_ in plants}
    out.print(_leavers(out, report.chosen, names))
    if report.persons_leaving:
        out.print(_("If a member leaves with all its sites and plants:"), style="bold")
        out.print(_leavers(out, report.persons_leaving, {}))


def _leavers(out: Console, changes: Sequence[Change], names: Mapping[str, str]) -> Table:
    """Return the table of who leaves, a site and its plant told apart."""
    # A narrow screen leaves out the surplus, and what one loses itself: it is below, as what the key gives.
    wide = out.width >= WIDE
    table = table_of(
        (_("Who leaves"), "left"),
        (_("Shared MWh"), "right"),
        *([(_("Surplus MWh"), "right"), (_("It loses €"), "right")] if wide else []),
        (_("Others €"), "right"),
        (_("Hit worst"), "left"),
        ("", "right"),
    )
    for change in sorted(changes, key=lambda change: change.shared_change_kwh):
        table.add_row(
            names.get(change.id, change.name),
            _mwh(change.shared_change_kwh),
            *([_mwh(change.surplus_change_kwh), euros(change.own_eur)] if wide else []),
            signed_euros(change.others_change_eur),
            *hit_texts(change.worst),
        )
    return table


def _print_joining(out: Console, report: MembersReport) -> None:
    out.print(_("Who could join:"), style="bold")
    wide = out.width >= WIDE
    table = table_of(
        (_("Who joins"), "left"),
        (_("Shared MWh"), "right"),
        (_("It gains €"), "right"),
        (_("Others €"), "right"),
        *([(_("Hit worst"), "left"), ("", "right")] if wide else []),
        (_("Perimeter"), "left"),
    )
    for join in report.joining:
        change = join.change
        table.add_row(
            change.name,
            _mwh(change.shared_change_kwh),
            euros(change.own_eur),
            signed_euros(change.others_change_eur),
            *(hit_texts(change.worst) if wide else ()),
            state_word(join.state),
            style=STATE_STYLE[join.state] if join.broken else "",
        )
    out.print(table)
    for join in report.joining:
        if join.broken:
            text = _("{name}: {text}").format(
                name=join.change.name, text=semicolons([_rule(check) for check in join.broken])
            )
            out.print(text + ".", style=STATE_STYLE[join.state])
    _print_order(out, report)


def _rule(check: Check) -> str:
    if check.measured is None or check.limit is None or check.rule != "distance":
        return lowered(check.title).rstrip(".")
    text = _("too far, {measured}, {limit} at most")
    return text.format(measured=unit(check.measured, "km", 1), limit=fr(check.limit))


def _print_order(out: Console, report: MembersReport) -> None:
    if not report.order:
        return
    out.print(_("In which order to invite them, by shared MWh:"), style="bold")
    for rank, step in enumerate(report.order, start=1):
        line = _("{rank}. {name}: {gain} more, {total} together, {bound} at most")
        gain, total, bound = (mwh_text(kwh) for kwh in (step.gain_kwh, step.total_kwh, step.bound_kwh))
        out.print("  " + line.format(rank=rank, name=step.name, gain=gain, total=total, bound=bound))
    if report.order_is_proven:
        message = _(
            "Proven for keys that waste nothing: each line brings at least {part} of the best choice."
        )
        out.print("  " + message.format(part=percent(GREEDY_RATIO)), style="dim")


def _print_brought(out: Console, report: MembersReport) -> None:
    out.print(_("What each one brings (Shapley value), and what the key gives it:"), style="bold")
    with_euros = report.shapley.eur is not None
    with_key = out.width >= WIDE or not with_euros
    heads = [(_("Brings €"), "right"), (_("Key gives €"), "right")] if with_euros else []
    table = table_of(
        (_("Member"), "left"),
        (_("Brings MWh"), "right"),
        *([(_("Key gives MWh"), "right")] if with_key else []),
        *heads,
        (_("In short"), "left"),
    )
    for one in sorted(report.brought, key=lambda one: -one.value_kwh):
        reward = one.reward_eur or one.reward_kwh
        amounts = [euros(one.value_eur), euros(one.key_eur)] if with_euros else []
        if len(set(amounts)) == 1:
            reward = Reward.FAIR
        table.add_row(
            one.player.name,
            _mwh(one.value_kwh),
            *([_mwh(one.key_kwh)] if with_key else []),
            *amounts,
            _(REWARD_TEXTS[reward]),
            style=REWARD_STYLE[reward] if reward is not Reward.FAIR else "",
        )
    out.print(table)
    out.print(_precision(report), style="dim")
    message = _("A shared kWh takes one who makes it and one who uses it: half is counted to each.")
    out.print(message, style="dim")


def _precision(report: MembersReport) -> str:
    values = report.shapley
    if values.exact:
        return _("Values exact: every subset of the members was weighed.")
    half_kwh = float(values.half_width[0].max())
    return _("Values sampled, within {kwh}.").format(kwh=unit(half_kwh / 1000.0, "MWh", 1))


def _print_stability(out: Console, found: Stability, names: Mapping[str, str]) -> None:
    now = verdict_text(found, found.verdict, found.worst, names)
    line = _("Key “{key}”: {verdict}.").format(key=key_title(found.key), verdict=now)
    out.print(line, style=VERDICT_STYLE[found.verdict])
    out.print("  " + price_text(found, names), style="dim")


def verdict_text(found: Stability, verdict: Verdict, worst: Breakaway, names: Mapping[str, str]) -> str:
    """Return whether members would gain by leaving, who and how much.

    Args:
        names: what to call members, by id.
    """
    text = _(VERDICT_TEXTS[verdict]).format(
        who=members_text(worst.player_ids, names),
        rest=members_text([id_ for id_ in names if id_ not in worst.player_ids], names),
        gain=euros(worst.gain_eur),
        bound=euros(worst.bound_eur),
        better=euros(found.better_key_eur),
    )
    if verdict is not Verdict.UNSTABLE or found.better_key_eur < 1.0:
        return text
    more = _("the best key would bring everyone {better}").format(better=euros(found.better_key_eur))
    return semicolons([text, more])


def price_text(found: Stability, names: Mapping[str, str]) -> str:
    """Return which flat local price holds the members together, or tempts them least."""
    if found.low_eur_per_kwh is not None and found.high_eur_per_kwh is not None:
        message = _("It holds with a local price from {low} to {high}.")
        return message.format(low=per_mwh(found.low_eur_per_kwh), high=per_mwh(found.high_eur_per_kwh))
    message = _("The local price that tempts least to leave is {price}: {verdict}.")
    verdict = verdict_text(found, found.best_verdict, found.at_best, names)
    return message.format(price=per_mwh(found.best_price_eur_per_kwh), verdict=verdict)


def members_text(ids: Sequence[str], names: Mapping[str, str]) -> str:
    """Return some members by name; how many they are where they are more than three.

    >>> members_text(["a", "b"], {"a": "A", "b": "B"}), members_text(list("abcd"), {})
    ('A and B', '4 members')
    """
    if len(ids) <= MOST_NAMED:
        return listed([names.get(player, player) for player in ids])
    return ngettext("{count} member", "{count} members", len(ids)).format(count=fr(len(ids)))


def hit_texts(hit: LargestLoss | None) -> tuple[str, str]:
    """Return who is hit worst and by how much; dashes when nobody loses anything."""
    if hit is None:
        return "–", ""
    if hit.change_eur is None:
        return (hit.name, f"{_mwh(hit.change_kwh)}\u00a0MWh") if hit.change_kwh < 0.0 else ("–", "")
    return (hit.name, signed_euros(hit.change_eur)) if round(hit.change_eur) < 0 else ("–", "")
