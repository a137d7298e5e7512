"""What a person reads of a split: the lawful groups, who is left out, what each regime would allow."""

from collections.abc import Iterator, Mapping, Sequence
from gettext import gettext as _
from gettext import ngettext
from pathlib import Path

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
from reports.nodes.tree import Heading, Node, Paragraph
from reports.terminal.blocks import STATE_TONES, some_of, state_word, text_table, warned, written_files

MOST_NAMES = 4
LEAST_GAP_RATIO = 0.001
"""A smaller gap to the bound is told as less than this."""
ROUNDING_RATIO = 1e-6
LEAST_KM = 0.05
"""Below, two sites are at one place."""


def split_nodes(report: SplitReport, files: Sequence[Path]) -> Iterator[Node]:
    """Yield the groups of a split, who is in none, what each regime would allow, then the files written."""
    names = report.names
    if report.split.groups:
        yield from _groups(report)
        yield Paragraph(_sums(report))
        yield from _beside_one_operation(report)
    else:
        message = _(
            "No lawful group can be formed; one single perimeter, were it lawful, would share {single}."
        )
        yield Paragraph(message.format(single=_mwh(report.split.single_kwh)), tone="sun_text")
    yield from map(Paragraph, _under_key(report))
    yield from warned(by_cause(report.scenario.notes, list(names.values())))
    if report.battery is not None:
        yield Paragraph(_battery(report.battery))
    for item in report.split.unplaced:
        text = _("In no group: {name} – {why}").format(name=names[item.id], why=item.reason)
        yield Paragraph(text, tone="sun_text")
    yield Heading(_("Which perimeter would take whom, as one single operation:"))
    yield from (_outlook(outlook, names) for outlook in report.outlooks)
    yield from written_files(files)


def _groups(report: SplitReport) -> Iterator[Node]:
    groups, names = report.split.groups, report.names
    priced = report.worth.eur is not None
    heads = [_("Group"), _("Perimeter"), _("Sites"), _("Longest pair"), _("Shared MWh")]
    rows = [
        (
            fr(number),
            regime_word(group.regime),
            fr(len(group.plant_ids) + len(group.participant_ids)),
            "–" if group.longest_km is None else unit(group.longest_km, "km", 1),
            mwh_cell(group.shared_kwh),
            *([eur(worth.eur) if worth and worth.eur is not None else ""] if priced else []),
        )
        for number, (group, worth) in enumerate(zip(groups, report.worth.groups, strict=True), start=1)
    ]
    yield text_table([*heads, *([_("Gain €")] if priced else [])], rows, words=(0, 1))
    if any(group.regime is not Regime.KM_2 for group in groups):
        text = _("Each group beyond 2 km needs a derogation of the energy minister, asked for by its PMO.")
        yield Paragraph(text)
    for number, group in enumerate(groups, start=1):
        text = _("Group {number}: {plants}, with {participants}.")
        plants, people = (
            listed([names[id_] for id_ in ids]) for ids in (group.plant_ids, group.participant_ids)
        )
        told = text.format(number=fr(number), plants=plants, participants=people)
        yield Paragraph(told + _ends(group, names))
        for check in group.to_verify:
            text = _("Group {number}, to verify: {what}")
            what = check.remedy or check.title
            yield Paragraph(text.format(number=fr(number), what=what), tone="sun_text")


def _ends(group: LawfulGroup, names: Mapping[str, str]) -> str:
    if group.longest_km is None or group.longest_km < LEAST_KM:
        return ""
    first, second = (names[name] for name in group.longest_ids)
    return " " + _("Farthest apart: {first} and {second}.").format(first=first, second=second)


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


def _beside_one_operation(report: SplitReport) -> Iterator[Node]:
    """Yield the groups together beside one single operation: who saves, who loses, which roofs stay."""
    if report.together is None or report.single is None:
        return
    both, finance, steps = (report.together, report.single), report.scenario.finance, report.scenario.steps
    plan = () if finance is None or report.together.npv_eur is None else (finance.horizon_years,)
    lose = losers_head(plan, is_year=is_year(steps)).replace("\n", " ")
    rows = [
        (_("Shared MWh"), *(_known_mwh(one.received_kwh) for one in both)),
        (_("Savings of the sites €"), *(euros(one.savings_eur) for one in both)),
        (_("Gain of all members €"), *(euros(one.gain_eur) for one in both)),
        (_("Value over the plan €"), *(euros(one.npv_eur) for one in both)),
        (lose, *("–" if one.losers is None else fr(one.losers) for one in both)),
        (
            _("Plants beside a site of their owner"),
            *(_("{count} of {total}").format(count=fr(one.beside), total=fr(one.owned)) for one in both),
        ),
    ]
    heads = [_("Under the key of the folder"), _("Groups together"), _("One operation, if lawful")]
    yield text_table(heads, [(name, *cells) for name, *cells in rows if any(text != "–" for text in cells)])
    rests = [
        side.gain_eur - sharing_eur
        for side, sharing_eur in zip(both, (report.worth.eur, report.worth.single.eur), strict=True)
        if side.gain_eur is not None and sharing_eur is not None
    ]
    # What parts the gain of all members from that of the sharing is told where both sides have it alike.
    if len(rests) == 2 and abs(rests[0]) >= 1.0 and abs(rests[1] - rests[0]) < 1.0:
        text = _("Gain of all members: that of the sharing, and {rest} that the plants gain without it.")
        yield Paragraph(text.format(rest=euros(rests[0])))


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


def _outlook(outlook: Outlook, names: Mapping[str, str]) -> Node:
    state = outlook.state_without if outlook.leaving else outlook.state
    text = _("{regime}: {words}").format(regime=regime_word(outlook.regime), words=_allowed(outlook, names))
    if not outlook.shares:
        return Paragraph(text, tone=STATE_TONES[State.NOT_MET])
    text = _("{words}: {state}").format(words=text, state=state_word(state))
    return Paragraph(text, tone=STATE_TONES[state])


def _allowed(outlook: Outlook, names: Mapping[str, str]) -> str:
    """Return whom a regime takes: everyone, everyone but a few, or a few."""
    leaving, staying = outlook.leaving, outlook.staying
    if not outlook.shares:
        return _("nobody could share (no plant may stand with a participant)")
    if not leaving:
        return _("everyone")
    if len(leaving) <= len(staying):
        return _("everyone but {who}").format(who=some_of([names[id_] for id_ in leaving], MOST_NAMES))
    message = _("{count} of the {total} sites ({who})")
    total, who = len(leaving) + len(staying), some_of([names[id_] for id_ in staying], MOST_NAMES)
    return message.format(count=fr(len(staying)), total=fr(total), who=who)
