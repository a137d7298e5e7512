"""What a person reads of a territory: where to begin, what it brings, how far from the best it may be."""

from collections.abc import Iterator
from gettext import gettext as _

from acc.territory.result import TerritoryReport
from reports.format.labels import by_cause
from reports.nodes.tree import Heading, Node, Paragraph
from reports.studies.territory import sentences as words
from reports.terminal.blocks import noted, warned


def territory_nodes(report: TerritoryReport) -> Iterator[Node]:
    """Yield the operations in the order to found them in, the proof, what is to verify."""
    if report.scenario.fictitious:
        yield Paragraph(_("Invented territory: no site, roof nor need of it is real."), tone="sun_text")
    yield Paragraph(words.lead_text(report), "lead")
    if report.operations:
        yield Heading(words.order_text(report))
        yield words.operations_table(report)
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
