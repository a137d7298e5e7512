"""The page of a brief."""

from collections.abc import Sequence
from dataclasses import replace

from acc.result.result import Result
from reports.studies.html.page import page, page_views
from reports.study import Variants
from reports.view.view import View


def brief_page(result: Result, variants: Variants) -> tuple[str, bytes, Sequence[View]]:
    """Name of the page of a brief, its content, the views that it shows."""
    first, *others = variants()
    content = page(replace(first, studies=result.studies), others)
    return "brief.html", content, page_views(first, others)[0]


BRIEF = {"html": brief_page}
