"""What a person reads after `acc members`: who leaves, could join, brings what; whether a key holds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from gettext import gettext as _
from gettext import ngettext
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

from acc.departures.entry_exit import Change, LargestLoss
from acc.i18n import N_, semicolons
from acc.members.core import Breakaway, Stability, Verdict
from acc.members.invitation_order import GREEDY_RATIO
from acc.members.report import REWARD_TEXTS, MembersReport, Reward
from acc.rules.check import Check
from reports.format.gains import value_basis
from reports.format.labels import STATE_TONES, key_title, lowered
from reports.format.money import euros, per_mwh, signed_euros
from reports.format.numbers import fr, listed, mwh_text, percent, unit
from reports.format.numbers import mwh as _mwh
from reports.format.palette import Tone
from reports.format.wording import sentence, text_of
from reports.nodes.rows import RowColumn, column_table
from reports.nodes.tree import Heading, Node, Paragraph, TextTable
from reports.terminal import blocks

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
    verdict = verdict_text(stability, stability.best_verdict, stability.at_best, names)
    return sentence("least-tempting-price", price=per_mwh(stability.best_price_eur_per_kwh), verdict=verdict)


def members_text(ids: Sequence[str], names: Mapping[str, str]) -> str:
    """Return some members by name; how many they are where they are more than three.

    >>> members_text(["a", "b"], {"a": "A", "b": "B"}), members_text(list("abcd"), {})
    ('A and B', '4 members')
    """
    if len(ids) <= MOST_NAMED:
        return listed([names.get(player, player) for player in ids])
    return ngettext("{count} member", "{count} members", len(ids)).format(count=fr(len(ids)))


REWARD_TONES: Mapping[Reward, Tone | None] = {
    Reward.OVER: "sun_text",
    Reward.UNDER: "worse",
    Reward.FAIR: None,
    Reward.UNSURE: "muted",
}
VERDICT_TONES: Mapping[Verdict, Tone] = {
    Verdict.STABLE: "shared_dark",
    Verdict.BETTER_KEY: "shared_dark",
    Verdict.UNSTABLE: "sun_text",
    Verdict.UNDECIDED: "muted",
}


def members_nodes(report: MembersReport, folder: Path | None = None) -> Iterator[Node]:
    """Yield the contributions to an operation under its key, and the stability of each key."""
    yield from blocks.unlawful(report.status)
    yield from blocks.title(report.scenario)
    yield from blocks.costs_left_out(report.status)
    shared, surplus = (mwh_text(kwh) for kwh in (report.shared_kwh, report.surplus_kwh))
    yield Paragraph(sentence("shared-under-key", shared=shared, surplus=surplus, key=key_title(report.key)))
    yield from blocks.rules(report.broken, blocks.site_names(report.scenario), folder)
    yield from _leaving(report)
    if report.joining:
        yield from _joining(report)
    yield from _brought(report)
    yield from blocks.unknown_euros(report.missing)
    names = {player.id: player.name for player in report.players}
    for stability in report.stability:
        yield _verdict_node(stability, names)
        yield Paragraph("  " + price_text(stability, names), "note")
    yield from blocks.noted(report.notes)


def _verdict_node(stability: Stability, names: Mapping[str, str]) -> Paragraph:
    """Whether a key holds the members together."""
    verdict = verdict_text(stability, stability.verdict, stability.worst, names)
    line = _("Key “{key}”: {verdict}.").format(key=key_title(stability.key), verdict=verdict)
    return Paragraph(line, tone=VERDICT_TONES[stability.verdict])


def members_summary(report: MembersReport, folder: Path | None = None) -> Iterator[Node]:
    """Yield who leaves with most, who could join, and whether the folder's key holds."""
    yield from blocks.head(report.scenario, report.status, folder)
    yield from blocks.costs_left_out(report.status)
    for part in (_leaving(report), _joining(report) if report.joining else ()):
        for heading, table in pairwise(part):
            if isinstance(heading, Heading) and isinstance(table, TextTable):
                yield replace(table, rows=table.rows[:MOST_NAMED], title=heading.text)
    names = {player.id: player.name for player in report.players}
    yield from (_verdict_node(stability, names) for stability in report.stability[:1])


def _leaving(report: MembersReport) -> Iterator[Node]:
    plants = {plant.id for plant in report.scenario.plants}
    names = {id_: name for id_, name in blocks.site_names(report.scenario).items() if id_ in plants}
    yield Heading(_("If one of them leaves, the one that takes most along first:"))
    yield _leavers(report.chosen, names)
    if report.persons_leaving:
        yield Heading(_("If a member leaves with all its sites and plants:"))
        yield _leavers(report.persons_leaving, {})
    if report.over_plan:
        yield Heading(text_of("over-plan-if-member-leaves"))
        yield column_table(
            report.over_plan,
            RowColumn(_("Who leaves"), lambda row: row.name, "left"),
            RowColumn(_("It loses €"), lambda row: euros(row.own_eur)),
            RowColumn(_("Others €"), lambda row: signed_euros(row.others_change_eur)),
            RowColumn(_("Hit worst"), lambda row: hit_texts(row.worst)[0], "left"),
            RowColumn("", lambda row: hit_texts(row.worst)[1]),
        )
        yield Paragraph(value_basis(), "note")


def _leavers(changes: Sequence[Change], names: Mapping[str, str]) -> TextTable:
    """Return the table of who leaves, a site and its plant told apart."""
    # What one loses itself is in the table below too, as what the key gives.
    return column_table(
        sorted(changes, key=lambda change: change.shared_change_kwh),
        RowColumn(_("Who leaves"), lambda change: names.get(change.id, change.name), "left"),
        RowColumn(_("Shared MWh"), lambda change: _mwh(change.shared_change_kwh)),
        RowColumn(_("Surplus MWh"), lambda change: _mwh(change.surplus_change_kwh), keep=1),
        RowColumn(_("It loses €"), lambda change: euros(change.own_eur), keep=2),
        RowColumn(_("Others €"), lambda change: signed_euros(change.others_change_eur)),
        RowColumn(_("Hit worst"), lambda change: hit_texts(change.worst)[0], "left"),
        RowColumn("", lambda change: hit_texts(change.worst)[1]),
    )


def _joining(report: MembersReport) -> Iterator[Node]:
    yield Heading(_("Who could join:"))
    yield column_table(
        report.joining,
        RowColumn(_("Who joins"), lambda join: join.change.name, "left"),
        RowColumn(_("Shared MWh"), lambda join: _mwh(join.change.shared_change_kwh)),
        RowColumn(_("It gains €"), lambda join: euros(join.change.own_eur)),
        RowColumn(_("Others €"), lambda join: signed_euros(join.change.others_change_eur)),
        RowColumn(_("Hit worst"), lambda join: hit_texts(join.change.worst)[0], "left", 1),
        RowColumn("", lambda join: hit_texts(join.change.worst)[1], keep=1),
        RowColumn(_("Perimeter"), lambda join: blocks.state_word(join.state), "left"),
        tone=lambda join: STATE_TONES[join.state] if join.broken else None,
    )
    for join in report.joining:
        if join.broken:
            why = semicolons([_rule(check) for check in join.broken])
            text = _("{name}: {text}").format(name=join.change.name, text=why)
            yield Paragraph(f"{text}.", tone=STATE_TONES[join.state])
    yield from _invitations(report)


def _rule(check: Check) -> str:
    if check.measured is None or check.limit is None or check.rule != "distance":
        return lowered(check.title).rstrip(".")
    text = _("too far, {measured}, {limit} at most")
    return text.format(measured=unit(check.measured, "km", 1), limit=fr(check.limit))


def _invitations(report: MembersReport) -> Iterator[Node]:
    if not report.order:
        return
    yield Heading(_("In which order to invite them, by shared MWh:"))
    line = _("{rank}. {name}: {gain} more, {total} together, {bound} at most")
    for rank, step in enumerate(report.order, start=1):
        gain, total, bound = (mwh_text(kwh) for kwh in (step.gain_kwh, step.total_kwh, step.bound_kwh))
        text = line.format(rank=rank, name=step.name, gain=gain, total=total, bound=bound)
        yield Paragraph(f"  {text}")
    if report.order_is_proven:
        yield Paragraph("  " + sentence("proven-part-of-best", part=percent(GREEDY_RATIO)), "note")


def _brought(report: MembersReport) -> Iterator[Node]:
    yield Heading(_("What each one brings (Shapley value), and what the key gives it:"))
    priced = report.shapley.eur is not None
    heads = [_("Member"), _("Brings MWh"), _("Key gives MWh")]
    heads += [_("Brings €"), _("By sharing alone €")] if priced else []
    rows, tones = [], dict[int, Tone | None]()
    for place, row in enumerate(sorted(report.brought, key=lambda row: -row.value_kwh)):
        amounts = [euros(row.value_eur), euros(row.key_eur)] if priced else []
        reward = Reward.FAIR if len(set(amounts)) == 1 else row.reward_eur or row.reward_kwh
        tones[place] = REWARD_TONES[reward]
        energies = (_mwh(row.value_kwh), _mwh(row.key_kwh))
        rows.append((row.player.name, *energies, *amounts, _(REWARD_TEXTS[reward])))
    last = len(heads)
    yield blocks.text_table(
        [*heads, _("In short")], rows, words=(0, last), keep={2: 1} if priced else {}, tones=tones
    )
    yield Paragraph(_precision(report), "note")
    yield Paragraph(text_of("half-to-each"), "note")


def _precision(report: MembersReport) -> str:
    values = report.shapley
    if values.exact:
        return _("Values exact: every subset of the members was weighed.")
    half_kwh = float(values.half_width[0].max())
    return _("Values sampled, within {kwh}.").format(kwh=unit(half_kwh / 1000.0, "MWh", 1))


def hit_texts(hit: LargestLoss | None) -> tuple[str, str]:
    """Largest loser and loss; dashes when nobody loses anything."""
    if hit is None:
        return "–", ""
    if hit.change_eur is None:
        return (hit.name, f"{_mwh(hit.change_kwh)}\u00a0MWh") if hit.change_kwh < 0.0 else ("–", "")
    return (hit.name, signed_euros(hit.change_eur)) if round(hit.change_eur) < 0 else ("–", "")
