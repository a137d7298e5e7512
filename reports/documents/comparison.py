"""The comparison brief: keys or scenarios side by side on two pages, recommended by stated criteria."""

from collections.abc import Collection, Sequence
from pathlib import Path

from acc.result.result import Result
from reports.documents.brief import FORMATS
from reports.documents.typeset import Composition, pages, pdf
from reports.files import write_files
from reports.view.comparison import compared
from reports.words.comparison import compare_words


def write_comparison(
    results: Result | Sequence[Result],
    folder: Path,
    *,
    formats: Collection[str] = FORMATS,
    force: bool = False,
) -> list[Path]:
    """Write the comparison of the keys of one result, or of several results as scenarios.

    Raises:
        InputError: households that may not be shown, alone or by difference between scenarios.
    """
    document = comparison_document([results] if isinstance(results, Result) else results)
    files: dict[str, bytes] = {}
    if "pdf" in formats:
        files["comparison.pdf"] = pdf(document)
    if "png" in formats:
        files |= {f"comparison-page-{n}.png": page for n, page in enumerate(pages(document), start=1)}
    return write_files(folder, files, force=force)


def comparison_document(results: Sequence[Result]) -> Composition:
    """Return the comparison brief, ready to compose."""
    ran_on = max(result.provenance.ran_on for result in results)
    return Composition("compare.typ", compare_words(compared(results)), {}, ran_on)
