"""What a person reads of a territory: where to begin, what it brings, how far from the best it may be."""

from collections.abc import Iterator
from gettext import gettext as _

from acc.territory.result import TerritoryReport
from reports.format.labels import by_cause
from reports.nodes.tree import Heading, Node, Paragraph
from reports.studies.territory import sentences as words
from reports.terminal.blocks import noted, warned


def _head(report: TerritoryReport) -> Iterator[Node]:
    if report.scenario.fictitious:
        yield Paragraph(_("Invented territory: no site, roof nor need of it is real."), tone="sun_text")
    yield Paragraph(words.lead_text(report), "lead")


def _operations(report: TerritoryReport) -> Iterator[Node]:
    if report.operations:
        yield Heading(words.order_text(report))
        yield words.operations_table(report)


def territory_summary(report: TerritoryReport) -> Iterator[Node]:
    """Yield the answer alone: what it brings and its range, the bound, where to begin, what was not read."""
    yield from _head(report)
    yield from warned(filter(None, [report.unsaid_prices]))
    yield from map(Paragraph, [*words.drawn_texts(report), words.bound_text(report)])
    yield from _operations(report)
    yield from map(Paragraph, filter(None, [words.answers_text(report)]))
    yield from noted(text for text in report.said if text != report.unsaid_prices)


def territory_nodes(report: TerritoryReport) -> Iterator[Node]:
    """Yield the operations in the order to found them in, the proof, what is to verify."""
    yield from _head(report)
    yield from _operations(report)
    for place, text in enumerate(words.doubt_texts(report)):
        yield Paragraph(text, tone="sun_text" if place else None)
    yield from words.proof_nodes(report)
    if verify := words.to_verify_text(report):
        yield Paragraph(verify, tone="sun_text")
    if report.sources:
        yield Heading(_("From which data"))
        yield words.sources_table(report)
    yield from noted(report.said)
    yield from noted(words.limit_texts(report))
    sites = (*report.scenario.participants, *report.scenario.plants)
    names = [site.name for site in sites]
    notes = by_cause(report.scenario.notes, names, counted=True)
    yield from warned(words.without_names(report, notes, {site.id for site in sites}))
