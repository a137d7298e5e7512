"""The words of a territory's plan, the same on the screen, in the atlas and in the workbook."""

from collections import Counter
from collections.abc import Iterator
from gettext import gettext as _
from gettext import ngettext

from acc.result.territory import TerritoryOperation, TerritoryReport
from acc.rules.check import State
from acc.rules.status import status_of
from acc.sites import Said, Site
from acc.units import THOUSAND
from acc.version import VERSION
from reports.format.labels import KINDS, RULE_SUBJECTS, STATE_TONES, STATES, WORST_FIRST, lowered
from reports.format.lawful_plan import perimeter_text
from reports.format.measures import plan_words
from reports.format.money import euros, money_range, thousands
from reports.format.numbers import fr, listed, long_date, mwh_cell, percent, power, quantity, unit
from reports.format.unlawful import standing_text
from reports.nodes.tree import (
    Frame,
    Paragraph,
    Status,
    TextCell,
    TextColumn,
    TextTable,
    ValueBox,
    quantity_box,
    table_of,
)
from reports.sentences.limits import RuleTold
from reports.sentences.overview import label
from reports.view.privacy import PUBLIC_BODIES

MOST_CHECKS = 5

MOST_MEMBERS = 14
"""Public sites of an operation that a page names."""

OFTEN = 0.1
"""Part of draws from which on an operation that refusals end is named."""

LEAST_GAIN_PART = 0.5
"""Of what all operations bring: the first ones that reach it are those to begin with."""


def territory_frame(report: TerritoryReport) -> Frame:
    """Return what every page of the atlas says: invented where it is."""
    scenario = report.scenario
    footer = _("{scenario} · simulator acc {version} · tariffs of {date} · search seed {seed}")
    return Frame(
        kind=_("Collective self-consumption · atlas of a territory"),
        title=_("Where to begin"),
        subtitle=scenario.name,
        label=label(scenario),
        footer=footer.format(
            scenario=scenario.name, version=VERSION, date=long_date(scenario.on), seed=report.seed
        ),
        is_example=scenario.fictitious,
    )


def territory_status(report: TerritoryReport) -> Status:
    """Return that no operation breaks a rule, how many ask for a derogation, what is to verify."""
    stands = [
        status_of(one.planned.checks, fictitious=report.scenario.fictitious) for one in report.operations
    ]
    asking = sum(one.on_derogation for one in stands)
    text = ngettext(
        "{count} operation checked by itself: no rule broken; {asking} on derogation",
        "{count} operations, each checked by itself: no rule broken; {asking} on derogation",
        len(stands),
    )
    told = text.format(count=fr(len(stands)), asking=fr(asking)) if stands else lead_text(report)
    return Status(Paragraph(". ".join(filter(None, [told, to_verify_text(report)])), tone="sun_text"))


def when_words(report: TerritoryReport) -> str:
    """Return over what euros are counted."""
    return _("over the period") if report.years is None else plan_words(report.years)


def lead_text(report: TerritoryReport) -> str:
    """Return how many operations bring how much, with how many of the sites."""
    count = len(report.operations)
    if not count:
        return _("No lawful operation of this territory brings more than its roofs alone.")
    text = ngettext(
        "{count} lawful operation: {added} {when} beside roofs alone, {sites} of {all} sites, {kwp}.",
        "{count} lawful operations: {added} {when} beside roofs alone, {sites} of {all} sites, {kwp}.",
        count,
    )
    return text.format(
        count=fr(count),
        added=euros(report.added_eur),
        when=when_words(report),
        sites=fr(report.sites_in),
        all=fr(len(report.scenario.participants)),
        kwp=unit(report.kwp, "kWc"),
    )


def first_ones_text(report: TerritoryReport) -> str:
    """Return how many of the first operations bring half of all, with what part of the members."""
    whole, members, total = report.added_eur, sum(one.members for one in report.operations), 0.0
    for count, one in enumerate(report.operations, start=1):
        total += one.added_eur
        if total >= LEAST_GAIN_PART * whole:
            asked = sum(other.members for other in report.operations[:count])
            text = ngettext(
                "The first one brings {part} of it, with {members} of the members to convince.",
                "The first {count} bring {part} of it, with {members} of the members to convince.",
                count,
            )
            words = {"part": percent(total / whole), "members": percent(asked / members)}
            return text.format(count=fr(count), **words)
    return ""


def operations_table(report: TerritoryReport) -> TextTable:
    """Return the operations in the order to found them in."""
    columns = (
        TextColumn(_("No.")),
        TextColumn(_("Where"), "rest", "left"),
        TextColumn(_("Perimeter"), align="left", keep=2),
        TextColumn(_("Sites"), keep=3),
        TextColumn(_("Roofs"), keep=5),
        TextColumn("kWc", keep=4),
        TextColumn(_("Shared\nMWh"), keep=6),
        TextColumn(_("Brings\nk€")),
        TextColumn(_("Per member\nk€")),
        TextColumn(_("Key of the law\nk€"), keep=1),
    )
    rows = [
        [
            fr(number),
            where_text(report, one),
            perimeter_text(one.planned),
            fr(len(one.planned.participant_ids)),
            fr(len(one.planned.plant_ids)),
            fr(one.kwp),
            mwh_cell(one.planned.received_kwh),
            fr(one.added_eur / THOUSAND),
            fr(one.per_member_eur / THOUSAND, 1),
            fr(one.default_key_eur / THOUSAND),
        ]
        for number, one in enumerate(report.operations, start=1)
    ]
    return table_of("operations", columns, [map(TextCell, row) for row in rows])


def where_text(report: TerritoryReport, one: TerritoryOperation) -> str:
    """Return the commune where most of its sites are."""
    inside = set(one.planned.participant_ids)
    held = Counter(
        site.commune for site in report.scenario.participants if site.id in inside and site.commune
    )
    return held.most_common(1)[0][0] if held else ""


def refusal_texts(report: TerritoryReport) -> Iterator[str]:
    """Yield what operations bring where some refuse, then those that would often not pay."""
    if report.yes_ratio is None or not report.operations:
        return
    text = _(
        "If each member says yes {ratio} of the time, they bring from {low} to {high} (8 times in 10, "
        "{count} draws); the order counts it."
    )
    low, high = report.refused_ends
    words = {"ratio": percent(report.yes_ratio), "low": euros(low), "high": euros(high)}
    yield text.format(**words, count=fr(len(report.operations[0].refused_eur)))
    failing = [
        _("{number} ({ratio})").format(number=fr(number), ratio=percent(one.failing_ratio))
        for number, one in enumerate(report.operations, start=1)
        if one.failing_ratio >= OFTEN
    ]
    if failing:
        yield _("Would then no longer pay, and how often: {which}.").format(which=listed(failing))


def proof_text(report: TerritoryReport) -> str:
    """Return what no plan passes, and how far this one is from it, in EUR and in two parts."""
    text = _(
        "No lawful plan brings more than {bound}: this one is at most {gap} below, {net} of the net and "
        "{saved} of what sharing saves before costs."
    )
    return text.format(
        bound=euros(report.bound_eur),
        gap=euros(report.gap_eur),
        net=_part(report.gap_eur, report.bound_eur),
        saved=_part(report.gap_eur, report.saved_eur),
    )


def checked_text(report: TerritoryReport) -> str:
    """Return that the bound was checked by another calculation; nothing where every place was listed."""
    if report.slack_eur is None:
        return ""
    text = _("Bound checked anew by another calculation over {count} places: largest excess {excess}.")
    return text.format(count=fr(report.places), excess=euros(max(0.0, report.slack_eur)))


def _part(part_eur: float, whole_eur: float) -> str:
    return percent(part_eur / whole_eur, 1) if whole_eur > 0.0 else "–"


def to_verify_text(report: TerritoryReport) -> str:
    """Return what is to verify before founding, the most frequent first."""
    open_checks = Counter(
        check.rule
        for one in report.operations
        for check in one.planned.checks
        if check.state is State.TO_VERIFY
    )
    if not open_checks:
        return ""
    words = [
        _("{title} ({count})").format(title=_(RULE_SUBJECTS.get(rule, rule)), count=fr(count))
        for rule, count in open_checks.most_common(MOST_CHECKS)
    ]
    return _("To verify before founding: {what}.").format(what=listed(words))


def limit_texts(report: TerritoryReport) -> Iterator[str]:
    """Yield what the figures leave out."""
    yield _("Roofs stand on the network, each at its whole power or not at all.")
    if report.yes_ratio is None:
        yield _("Nobody's refusal is counted: give yes_ratio in [territory].")
    yield _("Figures are those of `acc run` on each folder, whose key serves first whom a kWh spares most.")
    if any(one.planned.regime != "2km" for one in report.operations):
        yield _("Beyond 2 km the organiser of each operation asks for its own derogation.")


def refused_range(report: TerritoryReport) -> str:
    """Return over what the whole is counted, and what refusals leave of it, 8 times in 10, if counted."""
    told = [when_words(report)]
    if report.yes_ratio is not None and report.operations:
        text = _("8 times in 10 with refusals: {range}")
        told.append(text.format(range=money_range(*report.refused_ends)))
    return ". ".join(told)


def sites_of_all(report: TerritoryReport) -> str:
    """Return how many of the sites and roofs stand in an operation."""
    roofs = sum(len(one.planned.plant_ids) for one in report.operations)
    text = _("{sites} of {all_sites} sites, {roofs} of {all_roofs} roofs")
    return text.format(
        sites=fr(report.sites_in),
        all_sites=fr(len(report.scenario.participants)),
        roofs=fr(roofs),
        all_roofs=fr(len(report.scenario.plants)),
    )


def operation_title(report: TerritoryReport, number: int) -> str:
    """Return what an operation is called: its place in the order, and where it is."""
    where = where_text(report, report.operations[number - 1])
    return " · ".join(filter(None, [_("Operation {number}").format(number=fr(number)), where]))


def operation_tiles(report: TerritoryReport, one: TerritoryOperation) -> tuple[ValueBox, ...]:
    """Return what an operation brings, what it shares, its members and what each brings."""
    shared = quantity(one.planned.received_kwh / THOUSAND, "MWh", 0 if one.planned.received_kwh > 1e5 else 1)
    refused = money_range(*one.refused_ends) if one.refused_eur else ""
    note = _("8 times in 10 with refusals: {range}").format(range=refused) if refused else ""
    note = ". ".join(filter(None, [when_words(report), note]))
    made = _("of {made} made, {needed} needed").format(
        made=unit(one.made_kwh / THOUSAND, "MWh"), needed=unit(one.needed_kwh / THOUSAND, "MWh")
    )
    members = ngettext("member to convince", "members to convince", one.members)
    each = _("{amount} each on average").format(amount=euros(one.per_member_eur))
    return (
        quantity_box(thousands(one.added_eur), _("beside its roofs alone"), note),
        quantity_box(shared, _("shared in the period"), made),
        ValueBox(fr(one.members), "", members, each),
        quantity_box(power(one.kwp), _("of roofs"), _roofs_count(len(one.planned.plant_ids))),
    )


def _roofs_count(count: int) -> str:
    return ngettext("{count} roof", "{count} roofs", count).format(count=fr(count))


def standing(report: TerritoryReport, one: TerritoryOperation) -> str:
    """Return how an operation stands by its rules."""
    checks = one.planned.checks
    verify = sum(check.state is State.TO_VERIFY for check in checks)
    return standing_text(status_of(checks, fictitious=report.scenario.fictitious), verify=verify)


def rules_of(report: TerritoryReport, one: TerritoryOperation) -> list[RuleTold]:
    """Return the rules of an operation, worst first; sites that may not be named stand under their ids."""
    inside = {*one.planned.participant_ids, *one.planned.plant_ids}
    scenario = report.scenario
    hidden = [s for s in (*scenario.plants, *scenario.participants) if s.id in inside and not may_be_named(s)]
    hidden.sort(key=lambda site: -len(site.name))
    told = []
    for check in sorted(one.planned.checks, key=lambda check: WORST_FIRST.index(check.state)):
        title = check.title
        for site in hidden:
            title = title.replace(site.name, site.id)
        remedy = "" if check.state is State.MET else check.act
        told.append(RuleTold(title, "", remedy, _(STATES[check.state]), STATE_TONES[check.state]))
    return told


def may_be_named(site: Site) -> bool:
    """Return whether a site stands under its name in what is made of a territory: public bodies alone."""
    return getattr(site, "kind", None) in PUBLIC_BODIES


def guessed(report: TerritoryReport, one: TerritoryOperation) -> int:
    """Return of how many sites of an operation the need is estimated from a size."""
    inside = set(one.planned.participant_ids)
    return sum(site.id in inside and site.said is Said.GUESS for site in report.scenario.participants)


def more_members_text(sites: int, roofs: int) -> str:
    """Return how many public sites and roofs a list of an operation leaves out; nothing where none."""
    told = []
    if sites > 0:
        told.append(ngettext("{count} public site", "{count} public sites", sites).format(count=fr(sites)))
    if roofs > 0:
        told.append(_roofs_count(roofs))
    return _("And {which} more.").format(which=listed(told)) if told else ""


def others_text(report: TerritoryReport, one: TerritoryOperation) -> str:
    """Return those who may not be named, counted by what they are and where."""
    inside = set(one.planned.participant_ids)
    held = Counter(
        (site.kind, site.commune or "")
        for site in report.scenario.participants
        if site.id in inside and not may_be_named(site)
    )
    if not held:
        return ""
    words = [
        _("{count} × {kind} ({where})").format(count=fr(count), kind=lowered(_(KINDS[kind])), where=where)
        for (kind, where), count in sorted(held.items(), key=lambda item: (-item[1], item[0]))
    ]
    text = _("With them, not named: {which}. Their rows of the lists have the ids told in the folder.")
    return text.format(which=listed(words))
