"""The screen of documents: what is made of a scenario, what was made, each by a command of its own."""

import atexit
import io
import json
import logging
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import cache
from gettext import gettext as _
from pathlib import Path
from shutil import copyfile
from threading import Lock, Thread
from time import monotonic
from typing import Any
from urllib.parse import quote, urlencode

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from acc.i18n import N_, reason_of
from acc.problem import InputError
from profiles.files.atomic_write import make_closed_folder, write_atomic
from reports.format.labels import label_title
from reports.format.language import current
from reports.format.numbers import FIXED, fr, long_date
from reports.format.unlawful import status_text
from scenarios.entry.folder.raw import read_source
from scenarios.session import PageQuestion
from web.answers import SentForm, form_route
from web.page_study import PDF, MadeKind, brief_kind, page_studies, placed
from web.screens import Screens

MADE = Path("out") / "documents"
RECORD = "made.json"
STAMP = "%Y%m%dT%H%M%S%f"
FIRST_WORDS = 1_000
"""Letters of what went wrong that are shown."""

PATIENCE_S = 5.0
"""A process that was asked to stop has so long to put its files away."""

SHEETS, VARIANTS = ("sheets", "--one-file"), ("compare", "--variants", "all", *PDF)
CORE_KINDS: Mapping[str, MadeKind] = {
    "brief": brief_kind(N_("Brief for the partners")),
    "commune": brief_kind(N_("Brief for a commune"), "commune"),
    "company": brief_kind(N_("Brief for a company"), "company"),
    "syndicate": brief_kind(N_("Brief for the energy syndicate"), "syndicate"),
    "keys": MadeKind(N_("Comparison of the keys"), "PDF", ("compare", *PDF)),
    "scenarios": MadeKind(N_("Comparison of the kept scenarios"), "PDF", VARIANTS, takes_variant=False),
    "sheets": MadeKind(N_("Sheets of the members"), "PDF", SHEETS, is_keepers=True),
    "coefficients": MadeKind(
        N_("Coefficients for Enedis"),
        "CSV",
        ("coefficients", "write"),
        is_keepers=True,
        doubt=N_("layout to be confirmed by the grid operator"),
    ),
}
"""By the name that the address gives them."""


@cache
def document_kinds() -> Mapping[str, MadeKind]:
    """List the documents of the core and of studies in the order of the page, by name in addresses."""
    kinds, after = dict(CORE_KINDS), dict[str, str]()
    for study in page_studies():
        kinds |= study.documents
        after |= dict.fromkeys(study.documents, study.after)
    return {name: kinds[name] for name in placed(CORE_KINDS, after)}


@dataclass(frozen=True, slots=True)
class MadeDocument:
    """A document that was made: of which scenario, when, of which data, in how long; its files."""

    id: str
    kind: str
    variant: str
    data: str
    seconds: float
    files: tuple[str, ...]

    @property
    def when(self) -> datetime:
        """When it was made."""
        return datetime.strptime(self.id[:21], STAMP)  # noqa: DTZ007 - the clock of the room


@dataclass(slots=True)
class Making:
    """A document that is waited for: `state` is waiting, making, done, stopped or failed."""

    id: str
    kind: str
    variant: str
    data: str
    usual_s: float | None
    state: str = "waiting"
    began_s: float = 0.0
    why: str = ""
    process: "subprocess.Popen[str] | None" = None
    lock: Lock = field(default_factory=Lock)

    @property
    def is_going(self) -> bool:
        """Whether it is still waited for."""
        return self.state in {"waiting", "making"}

    @property
    def elapsed_s(self) -> float:
        """Seconds since it began."""
        return monotonic() - self.began_s if self.began_s else 0.0


class Workshop:
    """Makes the documents of a folder one after the other, beside the page."""

    def __init__(self, folder: Path, now: Callable[[], datetime]) -> None:
        self.folder, self._now = folder, now
        self.going: list[Making] = []
        self._turn = Lock()
        atexit.register(self.stop_all)

    def made(self) -> list[MadeDocument]:
        """Documents made, newest first; other files are ignored."""
        where = self.folder / MADE
        documents = []
        for path in sorted(where.iterdir(), reverse=True) if where.is_dir() else ():
            with suppress(OSError, ValueError, TypeError, KeyError):
                values = json.loads((path / RECORD).read_bytes())
                record = MadeDocument(**{**values, "files": tuple(values["files"])})
                inside = all(Path(name).name == name and (path / name).is_file() for name in record.files)
                if record.id == path.name and record.kind in document_kinds() and record.files and inside:
                    record.when  # noqa: B018 - a name that is no date is refused
                    documents.append(record)
        return documents

    def start(self, kind: str, variant: str, data: str) -> None:
        """Make a document, after those that are waited for; nothing where it is one of them."""
        self.going = [job for job in self.going if job.is_going or (job.kind, job.variant) != (kind, variant)]
        if any((job.kind, job.variant) == (kind, variant) for job in self.going):
            return
        usual = next((document.seconds for document in self.made() if document.kind == kind), None)
        making = Making(f"{self._now().strftime(STAMP)}-{kind}", kind, variant, data, usual)
        self.going.append(making)
        Thread(target=self._make, args=(making,), daemon=True).start()

    def stop(self, id_: str) -> None:
        """Stop a document that is waited for: what it had written goes."""
        for making in self.going:
            if making.id == id_:
                _stop(making)

    def stop_all(self) -> None:
        """Stop all of them: the program ends."""
        for making in self.going:
            _stop(making)

    def _make(self, making: Making) -> None:
        with self._turn:
            try:
                self._run(making)
            except OSError as fault:  # no process, no room: said, and the next one has its turn
                making.why, making.state = reason_of(fault), "failed"

    def _run(self, making: Making) -> None:
        with making.lock:
            if making.state != "waiting":
                return
            making.state, making.began_s = "making", monotonic()
            making.process = subprocess.Popen(  # noqa: S603 - our own program, words of a fixed table
                self._command(making),
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                start_new_session=True,
            )
        output, errors = making.process.communicate()
        if making.state == "stopped":
            return
        files = [path for line in output.splitlines() if (path := self._written(line)) is not None]
        if not files:
            logging.getLogger("uvicorn.error").error("%s: %s", making.kind, errors)
            making.why, making.state = errors.strip()[:FIRST_WORDS], "failed"
            return
        self._keep(making, files)
        making.state = "done"

    def _command(self, making: Making) -> list[str]:
        kind = document_kinds()[making.kind]
        variant = ["--variant", making.variant] if making.variant and kind.takes_variant else []
        first = 2 if kind.words[0] == "coefficients" else 1
        words = [*kind.words[:first], str(self.folder), *kind.words[first:], *variant, "--force"]
        return [sys.executable, "-m", "cli", *words, "--lang", current()]

    def _written(self, line: str) -> Path | None:
        """Return the file that a line of the screen names, within the results of the folder."""
        path = Path(line.strip())
        out = (self.folder / "out").resolve()
        fits = path.suffix in SUFFIXES and path.is_absolute() and path.resolve().is_relative_to(out)
        return path if fits and path.is_file() else None

    def _keep(self, making: Making, files: list[Path]) -> None:
        """Lay the files by: the next document of this kind does not replace them."""
        where = self.folder / MADE / making.id
        make_closed_folder(where)
        for path in files:
            copyfile(path, where / path.name)
            (where / path.name).chmod(0o600)
        names = tuple(dict.fromkeys(path.name for path in files))
        document = MadeDocument(
            making.id, making.kind, making.variant, making.data, round(making.elapsed_s, 1), names
        )
        write_atomic(where / RECORD, json.dumps(asdict(document), ensure_ascii=False))


SUFFIXES = frozenset({".pdf", ".xlsx", ".docx", ".csv"})
"""Of the documents, among what a command writes."""


def _stop(making: Making) -> None:
    with making.lock:
        if not making.is_going:
            return
        making.state = "stopped"
        process = making.process
    if process is None or process.poll() is not None:
        return
    for how in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, how)
        with suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE_S)
            return


LEAST_LEFT_S = 2.0
"""Seconds left under which they are not told."""

OPENED = ".pdf"
"""What a browser shows by itself."""


class DocumentsSite:
    """What is made of a scenario, what was made."""

    def __init__(self, screens: Screens, now: Callable[[], datetime]) -> None:
        self.screens, self.workshop = screens, Workshop(screens.at_hand.folder, now)

    def routes(self) -> list[Route]:
        """List the addresses of the screen."""
        return [
            self.screens.route("/documents", self.page, "partie"),
            form_route("/documents/faire", self.make, self.refused, most_fields=4),
            form_route("/documents/arreter", self.stop, self.refused, most_fields=4),
            Route("/documents/fichier/{made}", self.file),
        ]

    def refused(self, fault: InputError, _sent: SentForm) -> str:
        """Page that says why nothing is made."""
        return self.screens.fault(fault, self.screens.root + "/documents")

    def make(self, sent: SentForm) -> str:
        """Begin a document; return the address that shows it."""
        kind, variant = sent.text("document"), self._opened(sent.text("variant"))
        if kind in document_kinds():
            self.workshop.start(kind, variant, self._data(kind, variant))
        return self._back(sent)

    def stop(self, sent: SentForm) -> str:
        """Stop a document that is being made."""
        self.workshop.stop(sent.text("id"))
        return self._back(sent)

    def _back(self, sent: SentForm) -> str:
        variant = sent.text("variant")
        words = f"?{urlencode({'variant': variant})}" if variant else ""
        return f"{self.screens.root}/documents{words}"

    def _opened(self, variant: str) -> str:
        """Return the name of a scenario that an address tells of."""
        return self.screens.opaque().open_by.get(variant, variant)

    def _called(self, variant: str) -> str:
        """Return how a room calls a scenario."""
        return self.screens.names().unnamed(label_title(variant)) if variant else _("The folder")

    def _data(self, kind: str, variant: str) -> str:
        """Digest of the data of a document."""
        if document_kinds()[kind].takes_variant:
            return self.screens.at_hand.data(variant or None)
        return self.screens.at_hand.data(None, all_kept=True)

    def file(self, request: Request) -> Response:
        """Give a document: shown where a browser can, else handed over; several files as an archive."""
        document = next((d for d in self.workshop.made() if d.id == request.path_params["made"]), None)
        if document is None:
            return PlainTextResponse(_("There is nothing here.") + "\n", status_code=404)
        where = self.workshop.folder / MADE / document.id
        if len(document.files) == 1:
            path = where / document.files[0]
            shown = path.suffix == OPENED and "voir" in request.query_params
            how = "inline" if shown else "attachment"
            return FileResponse(path, filename=path.name, content_disposition_type=how)
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in document.files:
                archive.write(where / name, name)
        headers = {"content-disposition": f"attachment; filename*=utf-8''{quote(document.kind)}.zip"}
        return Response(out.getvalue(), media_type="application/zip", headers=headers)

    def page(self, query: QueryParams) -> str:
        """Return the screen, or what moves of it where the address asks for a part."""
        at_hand, variant = self.screens.at_hand, self._opened(str(query.get("variant") or ""))
        try:
            source = read_source(at_hand.folder)
            names = source.known_variants
            known = variant if variant in names else None
            result = at_hand.result(PageQuestion(variant=known), complete=False)
        except InputError as fault:
            return self.screens.empty(fault, "documents")
        question, _face = self.screens.read(query)
        cards = [self._card(name, variant) for name in document_kinds()]
        lines = self._lines(self.workshop.made(), names)
        days = {
            day: [line for of, line in lines if of == day] for day in dict.fromkeys(day for day, _l in lines)
        }
        current = sum(line["is_current"] for _day, line in lines)
        return self.screens.page(
            "_documents.html" if "partie" in query else "documents.html",
            screen="documents",
            of=result.scenario,
            question=question,
            title=_("Make a document"),
            cards=[card for card in cards if not card["kind"].is_keepers],
            keepers=[card for card in cards if card["kind"].is_keepers],
            days=days,
            count=len(lines),
            listed=_("Already made: {current} up to date, {older} from before the last change").format(
                current=fr(current), older=fr(len(lines) - current)
            ),
            going=any(making.is_going for making in self.workshop.going),
            variant=variant,
            choices=[(name, self._called(name)) for name in ("", *names)],
            unlawful=status_text(result.status) if result.status.is_unlawful else "",
        )

    def _card(self, name: str, variant: str) -> dict[str, Any]:
        """Describe a document to make, with where it stands when it is being made."""
        kind = document_kinds()[name]
        making = next(
            (
                running
                for running in reversed(self.workshop.going)
                if running.kind == name and (running.variant == variant or not kind.takes_variant)
            ),
            None,
        )
        left, ratio = _left(making) if making else ("", None)
        why = self.screens.names().unnamed(making.why.strip("✗ ")) if making else ""
        return {"name": name, "kind": kind, "making": making, "left": left, "ratio": ratio, "why": why}

    def _lines(
        self, documents: Sequence[MadeDocument], names: Sequence[str]
    ) -> list[tuple[str, dict[str, Any]]]:
        of = {
            (latest.kind, latest.variant): self._data(latest.kind, latest.variant)
            for latest in {(document.kind, document.variant): document for document in documents}.values()
            if not latest.variant or latest.variant in names
        }
        return [
            (
                long_date(document.when.date()),
                self._line(document, is_current=of.get((document.kind, document.variant)) == document.data),
            )
            for document in documents
        ]

    def _line(self, document: MadeDocument, *, is_current: bool) -> dict[str, Any]:
        """Describe a document of the list."""
        where, kind = self.workshop.folder / MADE / document.id, document_kinds()[document.kind]
        count = len(document.files)
        return {
            "id": document.id,
            "hour": f"{document.when:%H} h {document.when:%M}",
            "title": _(kind.title) if count == 1 else f"{_(kind.title)} ({fr(count)})",
            "scenario": self._called(document.variant) if kind.takes_variant else _("all kept scenarios"),
            "size": _size(sum((where / name).stat().st_size for name in document.files)),
            "is_current": is_current,
            "is_keepers": kind.is_keepers,
            "opens": count == 1 and document.files[0].endswith(OPENED),
        }


def _left(making: Making) -> tuple[str, float | None]:
    """Return how long it still takes and how far it is, as the last one took; nothing of a first one."""
    if making.state == "waiting":
        return _("waits for the one before"), None
    if making.usual_s is None or making.state != "making":
        return "", None
    left = making.usual_s - making.elapsed_s
    text = _("{seconds} s left").format(seconds=fr(left)) if left > LEAST_LEFT_S else _("soon")
    return text, min(making.elapsed_s / max(making.usual_s, 0.1), 0.97)


def _size(size: int) -> str:
    """Return the size of a file.

    >>> _size(301_000).replace(chr(160), " ")
    '301 kB'
    """
    if size >= 1_000_000:
        return f"{fr(size / 1e6, 1)}{FIXED}" + _("MB")
    return f"{fr(max(size / 1e3, 1.0))}{FIXED}" + _("kB")
