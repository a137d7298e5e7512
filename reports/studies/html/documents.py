"""The page of a brief."""

from dataclasses import replace

from acc.result.result import Result
from reports.studies.html.page import page
from reports.study import Variants


def brief_page(result: Result, variants: Variants) -> tuple[str, bytes]:
    """Name of the page of a brief, and its content."""
    first, *others = variants()
    return "brief.html", page(replace(first, studies=result.studies), others)


BRIEF = {"html": brief_page}
