"""The document and the page of the alternatives, as files."""

from pathlib import Path

from acc.worth.result import USUAL_DRAWS, Worth
from reports.data.encode import to_json
from reports.files import slug
from reports.paper.typeset import pages, pdf
from reports.register import publish
from reports.studies.worth.data import worth_document
from reports.studies.worth.pages import worth_page
from reports.view.publications import ShownRows


def worth_files(
    worth: Worth, key: str | None, out: Path, *, draws: int, ppa: float | None, brief: bool, day: str
) -> dict[str, bytes]:
    """Return the document of the alternatives, named after what was asked, and the page where it was.

    Raises:
        InputError: as `publish`, where the page is asked for.
    """
    settings = (None if ppa is None else f"ppa {ppa:g}", f"{draws}" if draws != USUAL_DRAWS else None)
    name = "-".join(slug(word) for word in ("worth", worth.scenario.label, key, *settings) if word)
    files = {f"{name}.json": to_json(worth_document(worth)).encode()}
    if brief:
        pages = worth_pages(worth, name, day)
        publish(out, out, dict.fromkeys(pages, (ShownRows.of_all(worth.scenario, day),)))
        files |= pages
    return files


def worth_pages(worth: Worth, name: str, ran_on: str) -> dict[str, bytes]:
    """Return the page on the alternatives of sharing as files, named `name`."""
    drawn = worth_page(worth, ran_on)
    first, *others = pages(drawn)
    more = {f"{name}-page-{n}.png": page for n, page in enumerate(others, start=2)}
    return {f"{name}.pdf": pdf(drawn), f"{name}.png": first, **more}
