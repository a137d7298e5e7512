"""What a plan of a territory is handed over as."""

from gettext import gettext as _
from pathlib import Path

from acc.territory.result import TerritoryReport
from reports.files import write_files
from reports.paper.typeset import pdf
from reports.studies.territory.atlas import atlas
from reports.studies.territory.data import territory_document, territory_geojson, territory_geopackage

DOCUMENTS = {"territory": territory_document}
"""For `acc schema`."""


def write_territory(report: TerritoryReport, where: Path, day: str) -> list[Path]:
    """Write a territory's plan for a GIS, as an atlas and as a workbook; what is there was looked at before.

    Args:
        day: ISO date of the run.
    """
    from reports.studies.territory.html import atlas_page  # noqa: PLC0415 - matplotlib only where drawn
    from reports.studies.territory.workbook import territory_workbook  # noqa: PLC0415 - xlsxwriter only here

    name = _("territory")
    files = {
        "atlas.pdf": pdf(atlas(report, day)),
        "atlas.html": atlas_page(report, day),
        f"{name}.xlsx": territory_workbook(report, day),
        f"{name}.geojson": territory_geojson(report),
        f"{name}.gpkg": territory_geopackage(report),
    }
    return write_files(where, files, force=True)
