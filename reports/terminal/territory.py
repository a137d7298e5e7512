"""What a person reads of a territory: where to begin, what it brings, how far from the best it may be."""

from collections import Counter
from collections.abc import Iterator
from gettext import gettext as _
from gettext import ngettext

import numpy as np

from acc.result.territory import TerritoryOperation, TerritoryReport
from acc.rules.check import State
from acc.units import THOUSAND
from reports.format.labels import by_cause
from reports.format.lawful_plan import perimeter_text
from reports.format.measures import plan_words
from reports.format.money import euros
from reports.format.numbers import fr, listed, mwh_cell, percent, unit
from reports.nodes.tree import Heading, Node, Paragraph
from reports.terminal.blocks import noted, text_table, warned

MOST_CHECKS = 5

OFTEN = 0.1
"""Part of draws from which on an operation that refusals end is named."""


def territory_nodes(report: TerritoryReport) -> Iterator[Node]:
    """Yield the operations in the order to found them in, the proof, what is to verify."""
    if report.scenario.fictitious:
        yield Paragraph(_("Invented territory: no site, roof nor need of it is real."), tone="sun_text")
    yield Paragraph(_lead(report), "lead")
    if report.operations:
        yield Heading(_("Begin here: what each brings for each member to convince, the highest first"))
        yield _table(report)
    yield from _refusals(report)
    yield from _proof(report)
    yield from _to_verify(report)
    yield from noted(report.said)
    yield from noted(_limits(report))
    names = [site.name for site in report.scenario.participants]
    yield from warned(by_cause(report.scenario.notes, names, counted=True))


def _lead(report: TerritoryReport) -> str:
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
        when=_("over the period") if report.years is None else plan_words(report.years),
        sites=fr(sum(len(one.planned.participant_ids) for one in report.operations)),
        all=fr(len(report.scenario.participants)),
        kwp=unit(sum(one.kwp for one in report.operations), "kWc"),
    )


def _table(report: TerritoryReport) -> Node:
    heads = [
        _("No."),
        _("Where"),
        _("Perimeter"),
        _("Sites"),
        _("Roofs"),
        "kWc",
        _("Shared\nMWh"),
        _("Brings\nk€"),
        _("Per member\nk€"),
        _("Key of the law\nk€"),
    ]
    communes = {site.id: site.commune or "" for site in report.scenario.participants}
    rows = [
        (
            fr(number),
            _where(one, communes),
            perimeter_text(one.planned),
            fr(len(one.planned.participant_ids)),
            fr(len(one.planned.plant_ids)),
            fr(one.kwp),
            mwh_cell(one.planned.received_kwh),
            fr(one.added_eur / THOUSAND),
            fr(one.per_member_eur / THOUSAND, 1),
            fr(one.default_key_eur / THOUSAND),
        )
        for number, one in enumerate(report.operations, start=1)
    ]
    return text_table(heads, rows, words=(1, 2), keep={2: 3, 3: 5, 4: 2, 5: 4, 6: 6, 9: 1})


def _where(one: TerritoryOperation, communes: dict[str, str]) -> str:
    """Return the commune where most of its sites are."""
    held = Counter(communes[id_] for id_ in one.planned.participant_ids if communes[id_])
    return held.most_common(1)[0][0] if held else ""


def _refusals(report: TerritoryReport) -> Iterator[Node]:
    """Yield what operations bring where some refuse, and those that would often not pay."""
    if report.yes_ratio is None or not report.operations:
        return
    text = _(
        "If each member says yes {ratio} of the time, they bring from {low} to {high} (8 times in 10, "
        "{count} draws); the order counts it."
    )
    draws = np.array([one.refused_eur for one in report.operations])
    low, high = np.quantile(draws.sum(axis=0), (0.1, 0.9), method="weibull")
    words = {"ratio": percent(report.yes_ratio), "low": euros(low), "high": euros(high)}
    yield Paragraph(text.format(**words, count=fr(draws.shape[1])))
    failing = [
        _("{number} ({ratio})").format(number=fr(number), ratio=percent(ratio))
        for number, ratio in enumerate((draws == 0.0).mean(axis=1).tolist(), start=1)
        if ratio >= OFTEN
    ]
    if failing:
        text = _("Would then no longer pay, and how often: {which}.")
        yield Paragraph(text.format(which=listed(failing)), tone="sun_text")


def _proof(report: TerritoryReport) -> Iterator[Node]:
    text = _(
        "No lawful plan brings more than {bound}: this one is at most {gap} below, {net} of the net and "
        "{saved} of what sharing saves before costs."
    )
    yield Paragraph(
        text.format(
            bound=euros(report.bound_eur),
            gap=euros(report.gap_eur),
            net=_part(report.gap_eur, report.bound_eur),
            saved=_part(report.gap_eur, report.saved_eur),
        )
    )
    if report.slack_eur is not None:
        text = _("Bound checked anew by another calculation over {count} places: largest excess {excess}.")
        yield Paragraph(
            text.format(count=fr(report.places), excess=euros(max(0.0, report.slack_eur))), "note"
        )


def _part(part_eur: float, whole_eur: float) -> str:
    return percent(part_eur / whole_eur, 1) if whole_eur > 0.0 else "–"


def _to_verify(report: TerritoryReport) -> Iterator[Node]:
    open_checks = Counter(
        check.title
        for one in report.operations
        for check in one.planned.checks
        if check.state is State.TO_VERIFY
    )
    if open_checks:
        text = _("To verify before founding: {what}.")
        words = [
            _("{title} ({count})").format(title=title, count=fr(count))
            for title, count in open_checks.most_common(MOST_CHECKS)
        ]
        yield Paragraph(text.format(what=listed(words)), tone="sun_text")


def _limits(report: TerritoryReport) -> Iterator[str]:
    yield _("Roofs stand on the network, each at its whole power or not at all.")
    if report.yes_ratio is None:
        yield _("Nobody's refusal is counted: give yes_ratio in [territory].")
    yield _("Figures are those of `acc run` on each folder, whose key serves first whom a kWh spares most.")
    if any(one.planned.regime != "2km" for one in report.operations):
        yield _("Beyond 2 km the organiser of each operation asks for its own derogation.")
