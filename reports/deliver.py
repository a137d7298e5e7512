"""What a command hands over: the documents asked for, as files written whole."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from gettext import gettext as _
from pathlib import Path
from typing import Any

from acc.arrays import FloatArray
from acc.problem import InputError, Problem
from acc.result.change import PairedDraws
from acc.result.result import Result
from acc.sites import Position
from reports.data.encode import write_document
from reports.data.files import PUBLIC, public_file, result_files
from reports.data.results import is_same_run
from reports.files import folder_name, write_files
from reports.register import publish
from reports.view.places import place_rows
from reports.view.view import View, view_of, views_of

FORMATS = ("pdf", "png", "xlsx", "html")
COMPARED = ("pdf", "png", "xlsx")
"""What a comparison can be made in."""
IN_FRENCH = {
    "entreprise": "company",
    "syndicat": "syndicate",
    "preteur": "lender",
    "tresorier": "treasurer",
    "ingenieur": "engineer",
}
"""Audiences by the names that they have in French, where it is another."""

EXCLUSIVE_OPTIONS = ("figure", "person", "participant", "audience", "papers")
"""Options of a brief that each ask for another document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which documents of a result: sheets of `person`, or figures alone, else the brief.

    Attributes:
        formats: None takes those that each document is usually made in.
        figure, size: names of FIGURES, and "page" or "slide".
        person: an id, several between commas, or "all"; `single_file` binds their sheets. A site or a
            plant gives the sheet of who holds it.
        papers: who must act, of `READERS`.
        every: gives what the page shows: the result under every key, then the variants; asked for where the
            page is wanted. The result alone without it.
    """

    audience: str | None = None
    formats: Sequence[str] | None = None
    figure: str | None = None
    size: str = "page"
    person: str | None = None
    single_file: bool = False
    papers: str | None = None
    every: Callable[[], Sequence[Result]] | None = None

    @property
    def is_brief(self) -> bool:
        """Whether it is the brief that all partners read."""
        return not any((self.audience, self.figure, self.person, self.papers))

    @classmethod
    def of(cls, options: Mapping[str, Any], every: Callable[[], Sequence[Result]] | None = None) -> "Wanted":
        """Documents requested by named options.

        Raises:
            InputError: options that ask for two documents at once, formats that sheets do not have.
        """
        _check_single_document(options)
        return cls(
            audience=IN_FRENCH.get(options["audience"], options["audience"]),
            formats=options["format"],
            person=options["person"] or options["participant"],
            single_file=options["one_file"],
            every=every,
            **{name: options[name] for name in ("figure", "size", "papers")},
        )


def _check_single_document(options: Mapping[str, Any]) -> None:
    given = [f"--{name}" for name in EXCLUSIVE_OPTIONS if options[name]]
    if len(given) > 1:
        message = _("{first} and {second} ask for two documents: give one at a time")
        raise InputError([Problem(given[1], message.format(first=given[0], second=given[1]))])
    sheets = options["person"] or options["participant"]
    if options["one_file"] and not sheets:
        raise InputError([Problem("--one-file", _("it goes with --person"))])
    if sheets and "xlsx" in (options["format"] or ()):
        message = _("a member's sheet is made in pdf, png and html, not in {name}")
        raise InputError([Problem("--format", message.format(name="xlsx"))])


def deliver(
    result: Result,
    wanted: Wanted,
    folder: Path,
    progress: Callable[[str], None],
    *,
    force: bool,
    distances_km: Callable[[Sequence[Position | None]], FloatArray],
) -> Callable[[], list[Path]]:
    """Draw the documents asked for; return what writes them, and gives their paths.

    What writes holds the result for sheets alone, which are drawn one by one: the pages of a year of many
    sites are composed once its steps are gone from memory.

    Args:
        distances_km: gives the distances between places, for the papers of the grid operator.

    Raises:
        InputError: an unknown participant, too few households to be shown; when they are written, a file
            that is there with other content (unless `force`).
    """
    write = partial(write_files, force=force)
    if wanted.figure:
        from reports.documents.figure_catalogue import figure_png  # noqa: PLC0415 - matplotlib only here

        name = wanted.figure if wanted.size == "page" else f"{wanted.figure}-{wanted.size}"
        drawn = {f"{name}.png": figure_png(result, wanted.figure, wanted.size)}
        publish(folder.parent, folder, dict.fromkeys(drawn, (view_of(result),)))
        return partial(write, folder, drawn)
    if wanted.papers:
        sites = (*result.scenario.participants, *result.scenario.plants)
        files = papers_files(result, wanted.papers, distances_km([site.position for site in sites]))
        if wanted.papers == "syndicate":  # the others are for who signs, or for the grid operator alone
            rows = place_rows(view_of(result))
            publish(folder.parent, folder / _("papers"), dict.fromkeys(files, (rows,)))
        return partial(write, folder / _("papers"), files)
    if wanted.person:
        from reports.sheets import write_bound, write_sheets  # noqa: PLC0415 - the same

        ids = [word.strip() for word in wanted.person.split(",") if word.strip()]
        # Sheets are for their holder alone: they go to a folder of their own.
        own, formats = folder / _("sheets"), wanted.formats or ("pdf",)
        if wanted.single_file:
            return partial(write_bound, result, ids, own, progress, force=force)
        return partial(write_sheets, result, ids, own, progress, formats=formats, force=force)
    return _brief(result, wanted, folder, force=force)


def _brief(result: Result, wanted: Wanted, folder: Path, *, force: bool) -> Callable[[], list[Path]]:
    # matplotlib and typst only where drawn
    from reports.documents.brief import AUDIENCES, brief_document  # noqa: PLC0415
    from reports.pages import drawn_names, write_drawn  # noqa: PLC0415
    from reports.view.view import forget_views  # noqa: PLC0415

    formats, files, reader = wanted.formats or ("pdf", "png"), dict[str, bytes](), wanted.audience
    document = brief_document(result, reader)
    shown: dict[str, Sequence[View]] = {}
    shown |= dict.fromkeys(drawn_names(reader, formats), (AUDIENCES[reader].view(result),))
    if not reader:
        files[PUBLIC], shown[PUBLIC] = public_file(result), [view_of(result)]
    if "xlsx" in formats:
        from reports.workbook.write import workbook  # noqa: PLC0415 - xlsxwriter only where written

        files[name := _("results") + ".xlsx"] = workbook(result)
        shown[name] = [view_of(result)]
    if "html" in formats:
        from reports.html.page import page, page_views  # noqa: PLC0415 - matplotlib only where drawn

        first, *variants = wanted.every() if wanted.every else (result,)
        files["brief.html"] = page(replace(first, studies=result.studies), variants)
        shown["brief.html"] = page_views(first, variants)[0]
    publish(folder.parent, folder, shown)
    forget_views()
    return lambda: [
        *write_drawn(document, folder, reader, formats, force=force),
        *write_files(folder, files, force=force),
    ]


def write_brief(result: Result, folder: Path) -> list[Path]:
    """Write the brief of all partners, PDF and PNG; what is there is replaced.

    Raises:
        InputError: as `deliver`.
    """
    return _brief(result, Wanted(), folder, force=True)()


def write_run(result: Result, folder: Path, *, force: bool) -> list[Path]:
    """Write the files of a run."""
    return write_files(folder, result_files(result), force=force or is_same_run(folder, result))


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
    out, folder = folder.parent, folder / folder_name(("compare", *words)) if words else folder
    if formats:
        names = [f"comparison.{name}" if name != "png" else "comparison-page-*.png" for name in formats]
        publish(out, folder, dict.fromkeys(names, views_of(results)))
    written = write_files(folder, {"comparison.json": partial(write_document, document)}, force=force)
    if "xlsx" in formats:
        from reports.workbook.comparison import comparison_workbook  # noqa: PLC0415 - xlsxwriter only here

        written += write_files(folder, {"comparison.xlsx": comparison_workbook(results, drawn)}, force=force)
    if pages := [name for name in formats if name in {"pdf", "png"}]:
        from reports.pages import write_comparison  # noqa: PLC0415 - typst only where drawn

        result = results if len(results) > 1 else results[0]
        written += write_comparison(result, folder, drawn=drawn, formats=pages, force=force)
    return written


def papers_files(result: Result, reader: str, distances_km: FloatArray) -> dict[str, bytes]:
    """Return the papers of who must act, by name; with the map where a derogation is asked for."""
    from reports.workbook.papers import derogations, papers  # noqa: PLC0415 - xlsxwriter only here

    files = papers(result, reader, distances_km)
    if reader == "operator" and derogations(result):
        files |= derogation_map(result)
    return files


def derogation_map(result: Result) -> dict[str, bytes]:
    """Return the map that goes with the request for a derogation; nothing where no position is known."""
    from reports.documents.figure_catalogue import FIGURES, figure_png  # noqa: PLC0415 - matplotlib only here

    if not FIGURES["map"].exists(view_of(result)):
        return {}
    return {_("derogation-map") + ".png": figure_png(result, "map", "slide")}
