"""What a command hands over: the documents asked for, as files written whole."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, Any

from acc.result.change import PairedDraws
from acc.result.result import Result
from reports.data.encode import write_document
from reports.data.files import PUBLIC, STEPS, public_file, result_files
from reports.data.results import is_same_run
from reports.files import folder_name, slug, write_files
from reports.study import Variants, study_documents

if TYPE_CHECKING:
    from reports.figures.drawn import Illustrated

FORMATS = ("pdf", "png", "docx", "xlsx", "html")
COMPARED = ("pdf", "png", "xlsx")
SHEETS = ("pdf", "png", "docx", "html")
"""What a brief, a comparison and the sheets of members can be made in."""

OF_STUDIES = {"xlsx": "workbook", "html": "html"}
"""The study that makes each format."""


def write_figure(result: Result, name: str, size: str, folder: Path, *, force: bool) -> list[Path]:
    """Write one figure alone, as a PNG.

    Args:
        name: of `FIGURES`; size: "page" or "slide".

    Raises:
        InputError: too few households to be shown; a file that is there with other content (unless `force`).
    """
    from reports.documents.figure_catalogue import figure_png  # noqa: PLC0415 - matplotlib only here

    drawn = {f"{name if size == 'page' else f'{name}-{size}'}.png": figure_png(result, name, size)}
    return write_files(folder, drawn, force=force)


def draw_brief(
    result: Result,
    folder: Path,
    *,
    audience: str | None = None,
    person: str = "",
    formats: Sequence[str] = ("pdf", "png"),
    variants: Variants | None = None,
    force: bool,
) -> Callable[[], list[Path]]:
    """Draw a brief; return what writes it, and gives its paths.

    What writes does not hold the result: the pages of a year of many sites are composed once its steps are
    gone from memory.

    Args:
        audience: who reads it; None for all partners.
        person: id of the member whose note it is, which goes with its sheet; empty for all.
        variants: computes what the page shows, where a page is wanted; the result alone without it.

    Raises:
        InputError: too few households to be shown, a study that is not installed; when the files are
            written, one that is there with other content (unless `force`).
    """
    # matplotlib and typst only where drawn
    from reports.documents.brief import audience_view, brief_document  # noqa: PLC0415
    from reports.view.view import forget_views  # noqa: PLC0415

    files = dict[str, bytes]()
    view, document = audience_view(result, audience, person), brief_document(result, audience, person)
    where, stem = folder, f"brief-{audience}" if audience else "brief"
    if view.holder is not None:  # for its holder, as its sheet is
        where, stem = folder / _("sheets"), f"{stem}-{slug(view.holder.id)}"
    if not audience:
        files[PUBLIC] = public_file(result)
    for format_, study in OF_STUDIES.items():
        if format_ in formats:
            write = study_documents(study, "--format").BRIEF[format_]
            name, files[name] = write(result, variants or (lambda: (result,)))
    forget_views()
    return lambda: [
        *write_drawn(document, where, stem, formats, force=force),
        *write_files(folder, files, force=force),
    ]


def write_drawn(
    drawn: "Illustrated", folder: Path, stem: str, formats: Collection[str], *, force: bool
) -> list[Path]:
    """Write a brief that is drawn, without its result; files take their names once all are complete.

    Args:
        stem: of the names of its files.
        formats: "pdf", "docx" (one file), "png" (one a page).
    """
    from reports.paper.typeset import page_files  # noqa: PLC0415 - typst only where drawn

    written = write_files(folder, page_files(drawn, stem, formats), force=force)
    if "png" in formats:
        # A shorter brief than the one before must not leave its last pages behind.
        for path in set(folder.glob(f"{stem}-page-*.png")) - set(written):
            path.unlink()
    return written


def write_brief(result: Result, folder: Path) -> list[Path]:
    """Write the brief of all partners, PDF and PNG; what is there is replaced.

    Raises:
        InputError: as `draw_brief`.
    """
    return draw_brief(result, folder, force=True)()


def write_run(result: Result, folder: Path, *, steps: bool = False, force: bool) -> list[Path]:
    """Write the files of a run; its table of steps where asked, or where an older one lies."""
    files = result_files(result, steps=steps or (folder / STEPS).exists())
    return write_files(folder, files, force=force or is_same_run(folder, result))


def write_compared(
    results: Sequence[Result],
    document: Mapping[str, Any],
    folder: Path,
    formats: Sequence[str],
    words: Sequence[str] = (),
    *,
    drawn: PairedDraws | None = None,
    force: bool,
) -> list[Path]:
    """Write a comparison of keys, or of scenarios where there are several, and its documents where asked.

    Args:
        folder: of the first scenario.
        words: what tells other keys or variants: they make another comparison, in a folder of its own.

    Raises:
        InputError: as `publish`, where documents are asked for.
    """
    folder = folder / folder_name(("compare", *words)) if words else folder
    others = [(name, study) for name, study in OF_STUDIES.items() if name in formats]
    writers = {name: study_documents(study, "--format").COMPARISON[name] for name, study in others}
    written = write_files(folder, {"comparison.json": partial(write_document, document)}, force=force)
    for name, write in writers.items():
        written += write_files(folder, {f"comparison.{name}": write(results, drawn)}, force=force)
    if {"pdf", "png"} & {*formats}:
        from reports.documents.comparison import comparison_document  # noqa: PLC0415 - matplotlib only here
        from reports.paper.typeset import page_files  # noqa: PLC0415 - typst only where drawn

        pages = page_files(comparison_document(results, drawn), "comparison", formats)
        written += write_files(folder, pages, force=force)
    return written
