"""The atlas of a territory as one HTML file, with its maps: no network, the same bytes each time."""

from gettext import gettext as _

from acc.territory.result import TerritoryReport
from reports.html.page import page_file
from reports.html.writer import Placed, set_document
from reports.nodes.tree import Figure, walk
from reports.studies.html.page import Drawing, inline
from reports.studies.territory.atlas import atlas_document, atlas_figures


def atlas_page(report: TerritoryReport, ran_on: str) -> bytes:
    """Return the atlas; see `reports.studies.territory.atlas`."""
    document, maps = atlas_document(report, ran_on), atlas_figures(report)
    every = [node for section in document.sections for block in section.blocks for node in walk(block)]
    figures = [node for node in every if isinstance(node, Figure)]
    drawings = {figure.name: Drawing(maps[figure.name], figure.alt, figure.alt) for figure in figures}
    drawn, rules = inline(drawings)
    placed = {name: Placed(svg) for name, svg in drawn.items()}
    body = set_document(document, placed, {}, _("Go to the content"))
    return page_file(document.frame.title, body, rules, "")
