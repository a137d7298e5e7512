"""The words of one operation of a territory: what it brings, members, rules; only public bodies are named."""

from collections import Counter
from collections.abc import Container, Sequence
from gettext import gettext as _
from gettext import ngettext

from acc.rules.check import State
from acc.rules.status import status_of
from acc.sites import Said
from acc.territory.result import TerritoryOperation, TerritoryReport
from acc.units import THOUSAND
from reports.format.drawn_ends import borne_ends
from reports.format.labels import KINDS, STATE_TONES, STATES, WORST_FIRST, lowered
from reports.format.measures import plan_words
from reports.format.money import euros, money_range, thousands
from reports.format.numbers import (
    fr,
    listed,
    power,
    quantity,
    span,
    unit,
)
from reports.format.unlawful import status_text
from reports.nodes.tree import (
    ValueBox,
    quantity_box,
)
from reports.sentences.limits import RuleRow
from reports.studies.territory.view import displayed_need_kwh, main_commune, may_be_named

MOST_MEMBERS = 14
"""Public sites of an operation that a page names."""


def when_words(report: TerritoryReport) -> str:
    """Return over what euros are counted."""
    return _("over the period") if report.years is None else plan_words(report.years)


def eight_in_ten(report: TerritoryReport, ends: str) -> str:
    """Return a range that draws tell, refusals counted or not; nothing where none is."""
    if not ends:
        return ""
    text = (
        _("8 times in 10: {range}")
        if report.yes_ratio is None
        else _("Refusals counted, 8 times in 10: {range}")
    )
    return text.format(range=ends)


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
    shared = quantity(
        operation.planned.received_kwh / THOUSAND, "MWh", 0 if operation.planned.received_kwh > 1e5 else 1
    )
    ends = eight_in_ten(
        report, money_range(*operation.drawn_ends, operation.added_eur) if operation.drawn_eur else ""
    )
    note = ". ".join(filter(None, [when_words(report), ends]))
    output = _of_output(operation.made_kwh, displayed_need_kwh(report, operation))
    members = ngettext("member to convince", "members to convince", operation.members)
    each = _("{amount} each on average").format(amount=euros(operation.per_member_eur))
    return (
        quantity_box(thousands(operation.added_eur), _("beside its roofs alone"), note),
        quantity_box(
            shared,
            _("shared in the period"),
            ". ".join(filter(None, [output, shared_range(report, operation)])),
        ),
        ValueBox(fr(operation.members), "", members, each),
        quantity_box(power(operation.kwp), _("of roofs"), _roofs_count(len(operation.planned.plant_ids))),
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
    """Return the rules of an operation, worst first; sites that may not be named stand under their ids."""
    inside = {*operation.planned.participant_ids, *operation.planned.plant_ids}
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
    """Return sentences about some sites and roofs; those that may not be named stand under their ids."""
    scenario = report.scenario
    hidden = [s for s in (*scenario.plants, *scenario.participants) if s.id in ids and not may_be_named(s)]
    shown = list(texts)
    for site in sorted(hidden, key=lambda site: -len(site.name)):
        shown = [text.replace(site.name, site.id) for text in shown]
    return shown


def guessed(report: TerritoryReport, operation: TerritoryOperation) -> int:
    """Return of how many sites of an operation the need is estimated from a size."""
    inside = set(operation.planned.participant_ids)
    return sum(site.id in inside and site.said is Said.GUESS for site in report.scenario.participants)


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
    inside = set(operation.planned.participant_ids)
    counter = Counter(
        (site.kind, site.commune or "")
        for site in report.scenario.participants
        if site.id in inside and not may_be_named(site)
    )
    if not counter:
        return ""
    words = [
        _("{count} × {kind} ({where})").format(count=fr(count), kind=lowered(_(KINDS[kind])), where=where)
        for (kind, where), count in sorted(counter.items(), key=lambda item: (-item[1], item[0]))
    ]
    text = _("With them, not named: {which}. Their rows of the lists have the ids told in the folder.")
    return text.format(which=listed(words))
