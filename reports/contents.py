"""`out/index.html`: what was made in a folder, dated, the latest on top, each under its name."""

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from gettext import gettext as _
from itertools import islice
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from acc.i18n import N_
from reports.files import write_files
from reports.format.labels import key_title, label_title
from reports.format.language import current
from reports.format.numbers import long_date
from reports.format.wording import text_of
from reports.html.writer import filled

NAME = "index.html"
MOST_LINES, LONGEST_LINE = 200, 4_000
"""Read of a results file for the name of its scenario; past them the folder's name says enough."""
DRAWN = {"received_kwh": N_("kWh shared"), "saving_eur_ht": N_("savings"), "npv_eur_ht": N_("present value")}
KEEPERS = {".json", ".parquet"}, {"pairs", "ranges", "keys", "beats"}
"""Formats, and tables by name, that tell everybody by name, homes too: for who keeps the folder."""
OF_STUDIES = {"size", "front", "members", "keys", "tornado", "map"}
"""First words of pictures of the true figures of all: for who keeps the folder too."""
PAGE = re.compile(r"-page-(\d+)$")


class ListedFile(NamedTuple):
    """One document: its path, and its pages as pictures."""

    path: Path
    pictures: tuple[Path, ...] = ()

    @property
    def is_keepers(self) -> bool:
        """Whether it is for who keeps the folder alone."""
        if self.path.stem.endswith("-public"):
            return False
        if self.path.suffix == ".png":
            return self.path.stem.partition("-")[0] in OF_STUDIES
        suffixes, tables = KEEPERS
        is_table = self.path.suffix == ".csv" and self.path.stem in {*tables, _("groups")}
        return is_table or self.path.suffix in suffixes

    @property
    def label(self) -> str:
        """What it is called, and its format."""
        kind = self.path.suffix.removeprefix(".").upper()
        return _("{name} ({kind})").format(name=document_name(self.path), kind=kind)


@dataclass(frozen=True, slots=True)
class Shelf:
    """A folder of results: what it is, when its newest file was written, its documents."""

    title: str
    when: datetime
    documents: tuple[ListedFile, ...]

    @property
    def when_text(self) -> str:
        """The day and the hour of `when`, in words."""
        return _("{day}, {hour}").format(day=long_date(self.when.date()), hour=self.when.strftime("%H:%M"))


def write_contents(out: Path) -> Path | None:
    """Write the page that names all that `out` holds; return it, None where there is nothing to name.

    Raises:
        InputError: the folder cannot be written.
    """
    runs = sorted(_runs(out), key=lambda run: run.when, reverse=True)
    if not runs:
        return None
    return write_files(out, {NAME: _page(runs, out).encode()}, force=True)[0]


def _runs(out: Path) -> Iterator[Shelf]:
    inner = [path for path in out.iterdir() if path.is_dir()] if out.is_dir() else []
    others = [path for path in out.iterdir() if path.name != NAME] if out.is_dir() else []
    for title, paths in [
        (_("Sizes, members, groups"), others),
        *((_title(path), _shown(path)) for path in inner),
    ]:
        files = [path for path in paths if path.is_file() and not path.name.startswith(".")]
        if files and not title.startswith("."):
            newest = max(path.stat().st_mtime for path in files)
            yield Shelf(title, datetime.fromtimestamp(newest, UTC).astimezone(), _documents(files))


def _shown(folder: Path) -> list[Path]:
    """Return the files of a run and of its folder of sheets; not what draws keep, nor folders of groups."""
    kept = ("results", "stock")
    inner = [path for path in folder.iterdir() if path.is_dir() and path.name not in kept]
    inner = [path for path in inner if not (path / "operation.toml").exists()]
    return sorted([*folder.iterdir(), *(path for below in inner for path in below.iterdir())])


def _title(folder: Path) -> str:
    """Return the scenario of a folder as people call it: its variant, else its operation, and its key."""
    with suppress(OSError, ValueError):
        document = json.loads(_head(folder / "results.json"))
        if isinstance(document, dict) and isinstance(document.get("name"), str):
            words = [
                document["name"],
                label_title(str(document.get("variant") or "")),
                key_title(str(document.get("key"))),
            ]
            return " · ".join(str(word) for word in words if word)
    return _("Draws") if folder.name.startswith("sweep-") else folder.name


def _head(path: Path) -> str:
    """Beginning of a run's file, up to its key: all of each run took 4 ms, a year of them 1 s."""
    lines: list[str] = []
    with path.open(encoding="utf-8") as file:
        for line in islice(iter(lambda: file.readline(LONGEST_LINE), ""), MOST_LINES):
            lines.append(line)
            if line.startswith('  "key":'):
                return "".join(lines).rstrip().removesuffix(",") + "}"
    return "".join(lines)


def _documents(files: Iterable[Path]) -> tuple[ListedFile, ...]:
    """Return documents in the order in which they are read, the pictures of its pages beside each."""
    pictures: dict[tuple[Path, str], list[tuple[int, Path]]] = {}
    alone = []
    for path in files:
        if path.suffix == ".png" and (page := PAGE.search(path.stem)):
            key = (path.parent, path.stem[: page.start()])
            pictures.setdefault(key, []).append((int(page.group(1)), path))
        else:
            alone.append(path)
    listed = []
    for path in alone:
        pages = pictures.pop((path.parent, path.stem), []) if path.suffix == ".pdf" else []
        listed.append(ListedFile(path, tuple(page for _n, page in sorted(pages))))
    listed += [ListedFile(page) for pages in pictures.values() for _n, page in sorted(pages)]
    order = [".pdf", ".html", ".docx", ".xlsx", ".png", ".csv", ".geojson", ".gpkg", ".json", ".parquet"]
    rank = {suffix: place for place, suffix in enumerate(order)}
    return tuple(sorted(listed, key=lambda file: (rank.get(file.path.suffix, len(order)), str(file.path))))


def document_name(path: Path) -> str:
    """Title of a file of results.

    >>> document_name(Path("brief-commune.pdf"))
    'Brief for a commune'
    >>> document_name(Path("something.pdf"))
    'something'
    """
    names = {
        "brief": _("Brief"),
        "brief-commune": _("Brief for a commune"),
        "brief-company": _("Brief for a company"),
        "brief-syndicate": _("Brief for the energy syndicate"),
        "comparison": _("Comparison"),
        "results-public": _("Results that may be handed round, for programs"),
        "results": _("Results, for programs") if path.suffix == ".json" else _("Results"),
        "steps": _("Every quarter of an hour, for programs"),
        "summary": _("Draws, for programs"),
        "draws": _("Every draw, for programs"),
        "ranges": _("Ranges"),
        "keys": _("Keys"),
        "beats": _("Which key beats which"),
        "pairs": _("Who receives from which plant"),
        "map": _("Map"),
    }
    what = path.stem.partition("-")[0]
    drawn = {
        "tornado": _("One hypothesis at a time: {what}"),
        "members": _("Members, draw by draw: {what}"),
        "keys": _("Keys, draw by draw: {what}"),
    }
    if path.suffix == ".png" and what in drawn and (quantity := DRAWN.get(path.stem.partition("-")[2])):
        return drawn[what].format(what=_(quantity))
    return names.get(path.stem, path.stem)


def _page(runs: Iterable[Shelf], out: Path) -> str:
    return filled(
        "contents.html",
        lang=current(),
        title=_("What was made here"),
        note=_("The latest on top. Nothing here leaves your machine."),
        keepers=_("not to be handed over"),
        whose=text_of("keeper-files"),
        page_by_page=_("page by page:"),
        runs=runs,
        link=lambda path: quote(path.relative_to(out).as_posix()),
    )
