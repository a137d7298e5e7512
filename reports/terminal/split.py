"""What a person reads of a split: the lawful groups, who is left out, what each regime would allow."""

from collections.abc import Mapping, Sequence
from gettext import gettext as _
from gettext import ngettext
from pathlib import Path

from rich.console import Console

from acc.result.groups import BatteryHome, LawfulGroup, LawfulGroups, Objective, SplitReport
from acc.rules.check import State
from acc.rules.regimes import Outlook
from acc.scenario import Regime
from acc.time_aggregates import is_year
from reports.format.labels import by_cause, key_title, regime_word
from reports.format.measures import losers_head
from reports.format.money import eur, euros
from reports.format.numbers import fr, listed, mwh_cell, percent, unit
from reports.format.numbers import mwh_text as _mwh
from reports.terminal.console import STATE_STYLE, console, print_files, state_word, table_of

MOST_NAMES = 4
LEAST_GAP_RATIO = 0.001
"""A smaller gap to the bound is told as less than this."""
ROUNDING_RATIO = 1e-6
LEAST_KM = 0.05
"""Below, two sites are at one place."""


def print_split(report: SplitReport, files: Sequence[Path]) -> None:
    """Print the groups of a split, who is in none, and what each regime would allow."""
    out, names = console(), report.names
    if report.split.groups:
        _print_groups(out, report)
        out.print(_sums(report))
        _print_sums(out, report)
    else:
        message = _(
            "No lawful group can be formed; one single perimeter, were it lawful, would share {single}."
        )
        out.print(message.format(single=_mwh(report.split.single_kwh)), style="yellow")
    for text in _under_key(report):
        out.print(text)
    for text in by_cause(report.scenario.notes, list(names.values())):
        out.print(f"⚠ {text}", style="yellow")
    if report.battery is not None:
        out.print(_battery(report.battery))
    for item in report.split.unplaced:
        text = _("In no group: {name} – {why}").format(name=names[item.id], why=item.reason)
        out.print(text, style="yellow")
    out.print(_("Which perimeter would take whom, as one single operation:"), style="bold")
    for outlook in report.outlooks:
        _print_outlook(out, outlook, names)
    print_files(files)


def _print_groups(out: Console, report: SplitReport) -> None:
    groups, names = report.split.groups, report.names
    priced = report.worth.eur is not None
    table = table_of(
        (_("Group"), "left"),
        (_("Perimeter"), "left"),
        (_("Sites"), "right"),
        (_("Longest pair"), "right"),
        (_("Shared MWh"), "right"),
        *([(_("Gain €"), "right")] if priced else []),
    )
    for number, (group, worth) in enumerate(zip(groups, report.worth.groups, strict=True), start=1):
        gain = worth.eur if worth and priced else None
        table.add_row(
            fr(number),
            regime_word(group.regime),
            fr(len(group.plant_ids) + len(group.participant_ids)),
            "–" if group.longest_km is None else unit(group.longest_km, "km", 1),
            mwh_cell(group.shared_kwh),
            *([] if gain is None else [eur(gain)]),
        )
    out.print(table)
    if any(group.regime is not Regime.KM_2 for group in groups):
        out.print(
            _("Each group beyond 2 km needs a derogation of the energy minister, asked for by its PMO.")
        )
    for number, group in enumerate(groups, start=1):
        text = _("Group {number}: {plants}, with {participants}.")
        plants, people = _names(group.plant_ids, names), _names(group.participant_ids, names)
        out.print(text.format(number=fr(number), plants=plants, participants=people) + _ends(group, names))
        for check in group.to_verify:
            text = _("Group {number}, to verify: {what}")
            out.print(text.format(number=fr(number), what=check.remedy or check.title), style="yellow")


def _ends(group: LawfulGroup, names: Mapping[str, str]) -> str:
    if group.longest_km is None or group.longest_km < LEAST_KM:
        return ""
    first, second = (names[name] for name in group.longest_ids)
    return " " + _("Farthest apart: {first} and {second}.").format(first=first, second=second)


def _names(ids: Sequence[str], names: Mapping[str, str]) -> str:
    return listed([names[name] for name in ids])


def _sums(report: SplitReport) -> str:
    split, worth = report.split, report.worth
    loses = split.lost_kwh > ROUNDING_RATIO * split.single_kwh
    message = (
        _("Together {shared}; one single perimeter, were it lawful, would share {single}: {lost} more.")
        if loses
        else _("Together {shared}, all that one single perimeter would share.")
    )
    shared, single, lost = (_mwh(kwh) for kwh in (split.shared_kwh, split.single_kwh, split.lost_kwh))
    parts = [message.format(shared=shared, single=single, lost=lost)]
    if worth.lost_eur is not None:
        count = len(split.groups)
        message = ngettext(
            "Gain: {gain} in {count} operation, {single} in one alone.",
            "Gain: {gain} in {count} operations, {single} in one alone.",
            count,
        )
        words = {"gain": euros(worth.eur), "single": euros(worth.single.eur)}
        parts.append(message.format(**words, count=fr(count)))
    if split.objective is Objective.WORST:
        parts.append(_worst(split))
    by_bound = split.objective is Objective.KWH and split.gap_ratio <= ROUNDING_RATIO
    if split.exact or by_bound:
        parts.append(_("This split is proven the best."))
    else:
        message = _("No split shares more than {bound}: this one is within {gap} of it.")
        parts.append(message.format(bound=_mwh(split.bound_kwh), gap=_gap(split.gap_ratio)))
    return " ".join(parts)


def _print_sums(out: Console, report: SplitReport) -> None:
    """Print the groups together beside one single operation: who saves, who loses, which roofs stay."""
    if report.together is None or report.single is None:
        return
    both, finance, steps = (report.together, report.single), report.scenario.finance, report.scenario.steps
    plan = () if finance is None or report.together.npv_eur is None else (finance.horizon_years,)
    lose = losers_head(plan, is_year=is_year(steps)).replace("\n", " ")
    heads = [(_("Groups together"), "right"), (_("One operation, if lawful"), "right")]
    table = table_of((_("Under the key of the folder"), "left"), *heads)
    rows = [
        (_("Shared MWh"), [_known_mwh(one.received_kwh) for one in both]),
        (_("Savings of the sites €"), [euros(one.savings_eur) for one in both]),
        (_("Gain of all members €"), [euros(one.gain_eur) for one in both]),
        (_("Value over the plan €"), [euros(one.npv_eur) for one in both]),
        (lose, ["–" if one.losers is None else fr(one.losers) for one in both]),
        (
            _("Plants beside a site of their owner"),
            [_("{count} of {total}").format(count=fr(one.beside), total=fr(one.owned)) for one in both],
        ),
    ]
    for name, cells in rows:
        if any(text != "–" for text in cells):
            table.add_row(name, *cells)
    out.print(table)
    _print_rest(out, report)


def _print_rest(out: Console, report: SplitReport) -> None:
    """Print what parts the gain of all members from that of the sharing, where both sides have it alike."""
    worth = report.worth
    split = [(report.together, worth.eur), (report.single, worth.single.eur)]
    rests = [
        one.gain_eur - eur_
        for one, eur_ in split
        if one is not None and one.gain_eur is not None and eur_ is not None
    ]
    rest = rests[0] if len(rests) == 2 else 0.0
    if abs(rest) >= 1.0 and abs(rests[-1] - rest) < 1.0:
        text = _("Gain of all members: that of the sharing, and {rest} that the plants gain without it.")
        out.print(text.format(rest=euros(rest)))


def _known_mwh(energy_kwh: float | None) -> str:
    return "–" if energy_kwh is None else fr(energy_kwh / 1000.0, 1)


def _gap(ratio: float) -> str:
    if ratio < LEAST_GAP_RATIO:
        return _("less than {gap}").format(gap=percent(LEAST_GAP_RATIO, 1))
    return percent(ratio, 1)


def _under_key(report: SplitReport) -> list[str]:
    """Return what the chosen key makes of the groups, where it shares less than they could."""
    told = list(report.worth.notes)
    received = report.worth.received_kwh
    if received is not None and received < report.split.shared_kwh * (1.0 - ROUNDING_RATIO):
        message = _("Under the key “{key}” the groups share {shared}, of the most that any key shares.")
        told.insert(0, message.format(key=key_title(report.worth.key), shared=_mwh(received)))
    return told


def _worst(split: LawfulGroups) -> str:
    count, ratio = split.served, percent(split.worst_ratio, 1)
    if split.exact:
        message = _("{count} participants are served, the worst of them {ratio} of its need.")
        return message.format(count=fr(count), ratio=ratio)
    message = _(
        "{count} participants are served, the worst of them {ratio} of its need; no split that serves as "
        "many gives the worst more than {bound}."
    )
    return message.format(count=fr(count), ratio=ratio, bound=percent(split.worst_bound_ratio, 1))


def _battery(home: BatteryHome) -> str:
    if home.group is None:
        return _("{name}: {why}").format(name=home.name, why=home.why)
    message = _("{name} goes to group {number}: {why}")
    return message.format(name=home.name, number=fr(home.group), why=home.why)


def _few(ids: Sequence[str], names: Mapping[str, str]) -> str:
    """Return a list of names, cut and counted when it is long."""
    told = [names[name] for name in ids]
    more = len(told) - MOST_NAMES
    if more <= 1:
        return listed(told)
    others = ngettext("{count} other", "{count} others", more).format(count=more)
    return listed([*told[:MOST_NAMES], others])


def _print_outlook(out: Console, outlook: Outlook, names: Mapping[str, str]) -> None:
    state = outlook.state_without if outlook.leaving else outlook.state
    text = _("{regime}: {words}").format(regime=regime_word(outlook.regime), words=_allowed(outlook, names))
    if not outlook.shares:
        state = State.NOT_MET
    else:
        text = _("{words}: {state}").format(words=text, state=state_word(state))
    out.print(text, style=STATE_STYLE[state])


def _allowed(outlook: Outlook, names: Mapping[str, str]) -> str:
    """Return whom a regime takes: everyone, everyone but a few, or a few."""
    leaving, staying = outlook.leaving, outlook.staying
    if not outlook.shares:
        return _("nobody could share (no plant may stand with a participant)")
    if not leaving:
        return _("everyone")
    if len(leaving) <= len(staying):
        return _("everyone but {who}").format(who=_few(leaving, names))
    message = _("{count} of the {total} sites ({who})")
    total = len(leaving) + len(staying)
    return message.format(count=fr(len(staying)), total=fr(total), who=_few(staying, names))
