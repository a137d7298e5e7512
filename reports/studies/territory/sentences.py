"""The words of a territory and of each operation: what they bring, members, rules; few are named."""

from collections import Counter
from collections.abc import Container, Iterator, Sequence
from gettext import gettext as _
from gettext import ngettext
from math import exp

from acc.i18n import N_
from acc.rules.check import State, status_of
from acc.sites import Participant, Plant, Said
from acc.territory.result import Known, Source, TerritoryOperation, TerritoryReport
from acc.units import THOUSAND
from acc.version import VERSION
from reports.format.gains import plan_words
from reports.format.labels import KINDS, RULE_SUBJECTS, STATE_TONES, STATES, WORST_FIRST, lowered
from reports.format.money import euros, money_range, thousands
from reports.format.numbers import (
    fr,
    listed,
    long_date,
    mwh_cell,
    percent,
    power,
    quantity,
    sites_count,
    span,
    unit,
)
from reports.format.quantity import PLAN, Notion, Quantity
from reports.format.rounding import borne_ends
from reports.format.unlawful import perimeter_text, status_text
from reports.format.wording import sentence
from reports.nodes.rows import RowColumn, column_table
from reports.nodes.tree import Frame, Paragraph, Status, TextTable, ValueBox, quantity_box
from reports.sentences.limits import RuleRow
from reports.sentences.moved import not_agreed_text
from reports.sentences.overview import label
from reports.studies.territory.data import displayed_need_kwh, main_commune, may_be_named, sites_of
from reports.view.privacy import LEAST_CLOSED

MOST_MEMBERS = 14
"""Public sites of an operation that a page names."""


def when_words(report: TerritoryReport) -> str:
    """Return over what euros are counted."""
    return _("over the period") if report.years is None else plan_words(report.years)


def eight_in_ten(report: TerritoryReport, ends: str) -> str:
    """Return a range that draws tell, refusals counted or not; nothing where none is."""
    if not ends:
        return ""
    if report.yes_ratio is None:
        return _("8 times in 10: {range}").format(range=ends)
    return _("Refusals counted, 8 times in 10: {range}").format(range=ends)


def shared_range(report: TerritoryReport, result: TerritoryReport | TerritoryOperation) -> str:
    """Range of shared energy, 8 times in 10, where draws give it."""
    drawn = result.draws if isinstance(result, TerritoryReport) else len(result.drawn_kwh)
    if not drawn:
        return ""
    low, high = result.shared_ends
    received_kwh = result.received_kwh if isinstance(result, TerritoryReport) else result.planned.received_kwh
    ends = borne_ends(low / THOUSAND, high / THOUSAND, 0, received_kwh / THOUSAND)
    return eight_in_ten(report, span(*ends, 0, "MWh"))


def operation_title(report: TerritoryReport, number: int) -> str:
    """Title of an operation: its rank, and its place."""
    where = main_commune(report, report.operations[number - 1])
    return " · ".join(filter(None, [_("Operation {number}").format(number=fr(number)), where]))


def operation_tiles(report: TerritoryReport, operation: TerritoryOperation) -> tuple[ValueBox, ...]:
    """Value of an operation, shared energy, members, and value per member."""
    planned, ends = operation.planned, ""
    shared = quantity(planned.received_kwh / THOUSAND, "MWh", 0 if planned.received_kwh > 1e5 else 1)
    if operation.drawn_eur:
        ends = eight_in_ten(report, money_range(*operation.drawn_ends, operation.added_eur))
    note = ". ".join(filter(None, [when_words(report), ends]))
    output = _of_output(operation.made_kwh, displayed_need_kwh(report, operation))
    shared_note = ". ".join(filter(None, [output, shared_range(report, operation)]))
    members = ngettext("member to convince", "members to convince", operation.members)
    each = _("{amount} each on average").format(amount=euros(operation.per_member_eur))
    return (
        quantity_box(thousands(operation.added_eur), _("beside its roofs alone"), note),
        quantity_box(shared, _("shared in the period"), shared_note),
        ValueBox(fr(operation.members), "", members, each),
        quantity_box(power(operation.power_kwp), _("of roofs"), _roofs_count(len(planned.plant_ids))),
    )


def _of_output(output_kwh: float, needed_kwh: float | None) -> str:
    output = unit(output_kwh / THOUSAND, "MWh")
    if needed_kwh is None:
        return _("of {made} made").format(made=output)
    return _("of {made} made, {needed} needed").format(made=output, needed=unit(needed_kwh / THOUSAND, "MWh"))


def _roofs_count(count: int) -> str:
    return ngettext("{count} roof", "{count} roofs", count).format(count=fr(count))


def operation_status_of(report: TerritoryReport, operation: TerritoryOperation) -> str:
    """Status of an operation by its rules."""
    checks = operation.planned.checks
    verify = sum(check.state is State.TO_VERIFY for check in checks)
    return status_text(status_of(checks, fictitious=report.scenario.fictitious), verify=verify)


def rules_of(report: TerritoryReport, operation: TerritoryOperation) -> list[RuleRow]:
    """Return the rules of an operation, worst first; sites that may not be named by what they are."""
    inside = set(operation.planned.ids)
    checks = sorted(operation.planned.checks, key=lambda check: WORST_FIRST.index(check.state))
    titles = without_names(report, [check.title for check in checks], inside)
    return [
        RuleRow(
            title,
            "",
            "" if check.state is State.MET else check.act,
            _(STATES[check.state]),
            STATE_TONES[check.state],
        )
        for title, check in zip(titles, checks, strict=True)
    ]


def without_names(report: TerritoryReport, texts: Sequence[str], ids: Container[str]) -> list[str]:
    """Return sentences about some sites and roofs; those that may not be named by what and where they are."""
    scenario = report.scenario
    every: list[Participant | Plant] = [*scenario.plants, *scenario.participants]
    hidden = [site for site in every if site.id in ids and not may_be_named(site)]
    shown = list(texts)
    for site in sorted(hidden, key=lambda site: -len(site.name)):
        shown = [text.replace(site.name, _what_and_where(site)) for text in shown]
    return shown


def _what_and_where(site: Participant | Plant) -> str:
    what = _("roof") if isinstance(site, Plant) else lowered(_(KINDS[site.kind]))
    return f"{what} ({site.commune})" if site.commune else what


def guessed(report: TerritoryReport, operation: TerritoryOperation) -> int:
    """Return of how many sites of an operation the need is estimated from a size."""
    return sum(site.said is Said.GUESS for site in sites_of(report, operation))


def more_members_text(sites: int, roofs: int) -> str:
    """Number of public sites and roofs left out of a list; empty where none."""
    parts = []
    if sites > 0:
        parts.append(ngettext("{count} public site", "{count} public sites", sites).format(count=fr(sites)))
    if roofs > 0:
        parts.append(_roofs_count(roofs))
    return _("And {which} more.").format(which=listed(parts)) if parts else ""


def others_text(report: TerritoryReport, operation: TerritoryOperation) -> str:
    """Return those who may not be named, counted by what they are and where."""
    hidden = [site for site in sites_of(report, operation) if not may_be_named(site)]
    counter = Counter((site.kind, site.commune or "") for site in hidden)
    if not counter:
        return ""
    words = [
        _("{count} × {kind} ({where})").format(count=fr(count), kind=lowered(_(KINDS[kind])), where=where)
        for (kind, where), count in sorted(counter.items(), key=lambda item: (-item[1], item[0]))
    ]
    return sentence("not-named-members", which=listed(words))


MOST_CHECKS = 5

OFTEN = 0.1
"""Part of draws from which on an operation that refusals end is named."""

LEAST_SHOWN_PART = 0.01
"""Part of the gap below which what a finer key would bring of it is not told."""

LEAST_SHOWN_RATIO = 0.0005
"""Part of a bound by which that of any key passes it at least where both are told."""

LEAST_GAIN_PART = 0.5
"""Of what all operations bring: the first ones that reach it are those to begin with."""


def territory_frame(report: TerritoryReport) -> Frame:
    """Frame of every page of the atlas, with the mark of invented data."""
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
    fictitious = report.scenario.fictitious
    statuses = [status_of(row.planned.checks, fictitious=fictitious) for row in report.operations]
    asking = sum(status.on_derogation for status in statuses)
    state = (
        sentence("operations-checked", len(statuses), asking=fr(asking)) if statuses else lead_text(report)
    )
    texts = filter(None, [state, to_verify_text(report), report.unsaid_prices])
    return Status(Paragraph(". ".join(texts), tone="sun_text"))


def lead_text(report: TerritoryReport) -> str:
    """Number of operations, their value, and number of sites."""
    count = len(report.operations)
    if not count:
        return _("No lawful operation of this territory brings more than its roofs alone.")
    return sentence(
        "lawful-operations-beside-roofs",
        count,
        added=euros(report.added_eur),
        when=when_words(report),
        sites=fr(report.sites_in),
        all=fr(len(report.scenario.participants)),
        kwp=unit(report.kwp, "kWc"),
    )


def first_ones_text(report: TerritoryReport) -> str:
    """Number of first operations that bring half of the total, with their part of the members.

    None of them often fails to pay its organiser: fewer than half where the others do.
    """
    added_eur, members = report.added_eur, sum(each.members for each in report.operations)
    first, total = [each for each in report.operations if not each.often_fails], 0.0
    for count, operation in enumerate(first, start=1):
        total += operation.added_eur
        if total >= LEAST_GAIN_PART * added_eur or count == len(first):
            contacted = sum(other.members for other in first[:count])
            words = {"part": percent(total / added_eur), "members": percent(contacted / members)}
            return sentence("first-ones-bring", count, **words)
    return ""


def order_text(report: TerritoryReport) -> str:
    """Return in which order the operations stand; none is said to be the one to begin with if all fail."""
    failing = [each.often_fails for each in report.operations]
    if all(failing):
        return _("None to begin with yet: each fails to pay its organiser in a third of draws or more")
    if any(failing):
        return _("Begin here: what each brings for each member to convince; those that often fail come last")
    return _("Begin here: what each brings for each member to convince, the highest first")


def operations_table(report: TerritoryReport) -> TextTable:
    """Return the operations in the order to found them in."""
    return column_table(
        enumerate(report.operations, start=1),
        RowColumn(_("No."), lambda row: fr(row[0])),
        RowColumn(_("Where"), lambda row: main_commune(report, row[1]), "left", width="rest"),
        RowColumn(_("Perimeter"), lambda row: perimeter_text(row[1].planned), "left", 2),
        RowColumn(_("Sites"), lambda row: fr(len(row[1].planned.participant_ids)), keep=3),
        RowColumn(_("Roofs"), lambda row: fr(len(row[1].planned.plant_ids)), keep=5),
        RowColumn("kWc", lambda row: fr(row[1].power_kwp), keep=4),
        RowColumn(_("Shared\nMWh"), lambda row: mwh_cell(row[1].planned.received_kwh), keep=6),
        RowColumn(_("Brings\nk€"), lambda row: fr(row[1].added_eur / THOUSAND)),
        RowColumn(_("Per member\nk€"), lambda row: fr(row[1].per_member_eur / THOUSAND, 1)),
        RowColumn(_("Key of the law\nk€"), lambda row: fr(row[1].default_key_eur / THOUSAND), keep=1),
        name="operations",
    )


def doubt_texts(report: TerritoryReport) -> Iterator[str]:
    """Yield the ranges under doubts, the operations that then stop paying, the answers to ask for first."""
    yield from drawn_texts(report)
    if text := answers_text(report):
        yield text


def drawn_texts(report: TerritoryReport) -> Iterator[str]:
    """Yield the range under doubts, and the operations that then stop paying."""
    if not report.draws:
        return
    name = "needs-and-answers-drawn" if report.estimated else "answers-drawn"
    name = "needs-drawn" if report.yes_ratio is None else name
    low, high = report.drawn_ends
    words = {"ratio": percent(report.yes_ratio or 1.0), "low": euros(low), "high": euros(high)}
    yield sentence(name, **words, count=fr(report.draws), estimated=sites_count(report.estimated))
    failing = [
        _("{number} ({ratio})").format(number=fr(number), ratio=percent(operation.failing_ratio))
        for number, operation in enumerate(report.operations, start=1)
        if operation.failing_ratio >= OFTEN
    ]
    if failing:
        yield _("Would then no longer pay, and how often: {which}.").format(which=listed(failing))


KNOWN = {
    Known.MEASURED: N_("measured by a meter"),
    Known.RAKED: N_("brought to a total"),
    Known.ESTIMATED: N_("estimated"),
}


def sources_table(report: TerritoryReport) -> TextTable:
    """Needs and roofs of each file: their year, how they are known, how far one strays."""
    return column_table(
        report.sources,
        RowColumn(_("File"), lambda source: source.file, "left", width="rest"),
        RowColumn(_("Known as"), lambda source: _(KNOWN[source.known]), "left", 3),
        RowColumn(_("Year"), lambda source: "" if source.year is None else str(source.year), keep=1),
        RowColumn(_("Sites\nor roofs"), lambda source: fr(len(source.ids))),
        RowColumn(_("MWh\nor kWc"), lambda source: _amount(report, source), keep=2),
        RowColumn(_("Each within\n× or ÷"), lambda source: fr(exp(source.own_ln), 1), keep=4),
        name="sources",
    )


def _amount(report: TerritoryReport, source: Source) -> str:
    """Sum of a source; nothing where it would disclose the need of one or two unnamed ones."""
    own = frozenset(source.ids)
    closed = sum(site.id in own and not may_be_named(site) for site in report.scenario.participants)
    if 0 < closed < LEAST_CLOSED:
        return "–"
    notion = Notion.PEAK_POWER if source.are_roofs else Notion.NEED
    return str(Quantity(notion=notion, value=source.amount, of=own, given=source.file))


def answers_text(report: TerritoryReport) -> str:
    """Return which bills and roofs would change the plan most; nothing where all is known."""
    sites, words = {site.id: site for site in report.units}, []
    for answer in report.answers:
        site = sites[answer.id]
        what = _("the survey of a {roof}") if isinstance(site, Plant) else _("the bill of {site}")
        name = site.name if may_be_named(site) else _what_and_where(site)
        name = f"{name}, {site.id}" if isinstance(site, Plant) else name
        of = frozenset({answer.id})
        swing = Quantity(notion=Notion.VALUE, value=answer.swing_eur, of=of, year=PLAN, given="swing")
        shown = {"number": fr(answer.operation), "amount": str(swing)}
        text = _("{what} (operation {number}: {amount} from one end to the other)")
        words.append(text.format(what=what.format(site=name, roof=name), **shown))
    return sentence("answers-to-ask", len(words), which=listed(words)) if words else ""


def bound_text(report: TerritoryReport) -> str:
    """Upper bound of any plan, and distance of this one to it, in EUR and in two parts."""
    if report.bound_eur <= 0.0:
        return _("It is proven: no lawful plan brings more than roofs alone.")
    return sentence(
        "no-plan-brings-more",
        bound=euros(report.bound_eur),
        gap=euros(report.gap_eur),
        net=_part(report.gap_eur, report.bound_eur),
        saved=_part(report.gap_eur, report.saved_eur),
    )


def proof_text(report: TerritoryReport) -> str:
    """Upper bound of any plan, of which keys and owners it holds."""
    proof = bound_text(report)
    if report.bound_eur <= 0.0:
        return proof
    if report.unknown_owners:
        proof = f"{proof} {sentence('missions-to-verify', report.unknown_owners)}"
    if report.any_key_eur > report.bound_eur:
        return " ".join(filter(None, [proof, _any_key_text(report)]))
    if report.by_plant_eur <= LEAST_SHOWN_PART * report.gap_eur:
        return proof
    return f"{proof} {sentence('key-by-plant', amount=euros(report.by_plant_eur))}"


def _any_key_text(report: TerritoryReport) -> str:
    """Additional bound of keys by plant; empty where it is small."""
    if report.any_key_eur <= report.bound_eur * (1.0 + LEAST_SHOWN_RATIO):
        return ""
    return sentence("keys-of-one-share", amount=euros(report.by_plant_eur), bound=euros(report.any_key_eur))


def checked_text(report: TerritoryReport) -> str:
    """Return that the bound was checked by another calculation; nothing where every place was listed."""
    if report.slack_eur is None:
        return ""
    return sentence("bound-checked", count=fr(report.places), excess=euros(max(0.0, report.slack_eur)))


def proof_nodes(report: TerritoryReport) -> tuple[Paragraph, ...]:
    """Return the proof, and its check where there is one."""
    checked = checked_text(report)
    return (Paragraph(proof_text(report)), *([Paragraph(checked, "note")] if checked else []))


def _part(part_eur: float, total_eur: float) -> str:
    return percent(part_eur / total_eur, 1) if total_eur > 0.0 else "–"


def to_verify_text(report: TerritoryReport) -> str:
    """Items to verify before founding, most frequent first."""
    open_checks = Counter(
        check.rule
        for operation in report.operations
        for check in operation.planned.checks
        if check.state is State.TO_VERIFY
    )
    if not open_checks:
        return ""
    words = [
        _("{title} ({count})").format(title=_(RULE_SUBJECTS.get(rule, rule)), count=fr(count))
        for rule, count in open_checks.most_common(MOST_CHECKS)
    ]
    return _("To verify before founding: {what}.").format(what=listed(words))


def moved_text(report: TerritoryReport) -> str:
    """Return how many did not agree, and what their data leave as it is; empty where none are moved."""
    scenario = report.scenario
    holders = {site.person or site.id for site in scenario.participants if site.id in scenario.moved_ids}
    rest = _("Sums follow; operations, their order and the part left to the bound come from true ones.")
    return f"{not_agreed_text(len(holders))} {rest}" if holders else ""


def limit_texts(report: TerritoryReport) -> Iterator[str]:
    """Yield whose data the figures move, and the items left out of them."""
    yield from filter(None, [moved_text(report)])
    yield _("Roofs stand on the network, each at its whole power or not at all.")
    if report.yes_ratio is None:
        yield _("Nobody's refusal is counted: give yes_ratio in [territory].")
    yield _("Figures are those of each operation run by itself; its key serves first whom a kWh spares most.")
    if any(operation.planned.regime != "2km" for operation in report.operations):
        yield _("Beyond 2 km the organiser of each operation asks for its own derogation.")


def drawn_range(report: TerritoryReport) -> str:
    """Return over what the whole is counted, and what it may be, 8 times in 10, where draws tell it."""
    ends = money_range(*report.drawn_ends, report.added_eur) if report.draws else ""
    return ". ".join(filter(None, [when_words(report), eight_in_ten(report, ends)]))


def sites_of_all(report: TerritoryReport) -> str:
    """Number of sites and roofs in an operation."""
    roofs = sum(len(operation.planned.plant_ids) for operation in report.operations)
    text = _("{sites} of {all_sites} sites, {roofs} of {all_roofs} roofs")
    return text.format(
        sites=fr(report.sites_in),
        all_sites=fr(len(report.scenario.participants)),
        roofs=fr(roofs),
        all_roofs=fr(len(report.scenario.plants)),
    )
