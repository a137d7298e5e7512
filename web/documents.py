"""The screen "Documents": what is made of a scenario, what was made, whether the data changed since."""

import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from gettext import gettext as _
from urllib.parse import quote, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from acc.problem import InputError
from reports.format.labels import label_title
from reports.format.numbers import FIXED, fr, long_date
from reports.format.unlawful import status_text
from scenarios.entry.folder.raw import read_source
from scenarios.session import PageQuestion
from web.making import MADE, MadeDocument, Making, Workshop, document_kinds
from web.own_pages import link_form
from web.screens import Screens

LEAST_LEFT_S = 2.0
"""Seconds left under which they are not told."""

OPENED = frozenset({".pdf"})
"""What a browser shows by itself."""


@dataclass(frozen=True, slots=True)
class Card:
    """A document to make: what is said of it, and where it stands when it is being made."""

    name: str
    title: str
    about: str
    doubt: str
    is_keepers: bool
    state: str
    id: str
    left: str
    ratio: float | None
    why: str


@dataclass(frozen=True, slots=True)
class MadeLine:
    """A document of the list, under its day."""

    hour: str
    title: str
    scenario: str
    size: str
    is_current: bool
    is_keepers: bool
    id: str
    opens: bool


def document_routes(screens: Screens, now: Callable[[], datetime]) -> list[Route]:
    """Return the addresses of the screen."""
    site = _DocumentSite(screens, Workshop(screens.at_hand.folder, now))
    return [
        Route("/documents", site.show),
        Route("/documents/faire", site.make, methods=["POST"]),
        Route("/documents/arreter", site.stop, methods=["POST"]),
        Route("/documents/fichier/{made}", site.file),
    ]


class _DocumentSite:
    def __init__(self, screens: Screens, workshop: Workshop) -> None:
        self.screens, self.workshop = screens, workshop

    async def show(self, request: Request) -> Response:
        return HTMLResponse(await run_in_threadpool(self.page, request.query_params))

    async def make(self, request: Request) -> Response:
        async with request.form(max_files=0, max_fields=4) as form:
            kind, variant = str(form.get("document") or ""), str(form.get("variant") or "")
        try:
            await run_in_threadpool(self._start, kind, self._opened(variant))
        except InputError as fault:
            back = self.screens.root + "/documents"
            return HTMLResponse(self.screens.fault(fault, back), status_code=422)
        return self._back(variant)

    def _opened(self, variant: str) -> str:
        """Return the name of a scenario that an address tells of."""
        return self.screens.opaque().open_by.get(variant, variant)

    def _called(self, variant: str) -> str:
        """Return how a room calls a scenario."""
        return self.screens.names().unnamed(label_title(variant)) if variant else _("The folder")

    def _start(self, kind: str, variant: str) -> None:
        if kind in document_kinds():
            self.workshop.start(kind, variant, self._data(kind, variant))

    def _data(self, kind: str, variant: str) -> str:
        """Digest of the data of a document."""
        if document_kinds()[kind].takes_variant:
            return self.screens.at_hand.data(variant or None)
        return self.screens.at_hand.data(None, all_kept=True)

    async def stop(self, request: Request) -> Response:
        async with request.form(max_files=0, max_fields=4) as form:
            id_, variant = str(form.get("id") or ""), str(form.get("variant") or "")
        await run_in_threadpool(self.workshop.stop, id_)
        return self._back(variant)

    def _back(self, variant: str) -> Response:
        words = f"?{urlencode({'variant': variant})}" if variant else ""
        return RedirectResponse(f"{self.screens.root}/documents{words}", status_code=303)

    async def file(self, request: Request) -> Response:
        """Give a document: shown where a browser can, else handed over; several files as an archive."""
        document = next((d for d in self.workshop.made() if d.id == request.path_params["made"]), None)
        if document is None:
            return PlainTextResponse(_("There is nothing here.") + "\n", status_code=404)
        where = self.workshop.folder / MADE / document.id
        if len(document.files) == 1:
            path = where / document.files[0]
            shown = path.suffix in OPENED and "voir" in request.query_params
            how = "inline" if shown else "attachment"
            return FileResponse(path, filename=path.name, content_disposition_type=how)
        content = await run_in_threadpool(self._archive, document)
        headers = {"content-disposition": f"attachment; filename*=utf-8''{quote(document.kind)}.zip"}
        return Response(content, media_type="application/zip", headers=headers)

    def _archive(self, document: MadeDocument) -> bytes:
        bytes_io = io.BytesIO()
        with zipfile.ZipFile(bytes_io, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in document.files:
                archive.write(self.workshop.folder / MADE / document.id / name, name)
        return bytes_io.getvalue()

    def page(self, query: QueryParams) -> str:
        """Return the screen, or what moves of it where the address asks for a part."""
        at_hand, variant = self.screens.at_hand, self._opened(str(query.get("variant") or ""))
        try:
            source = read_source(at_hand.folder)
            names = source.known_variants
            result = at_hand.result(PageQuestion(variant=variant if variant in names else None), whole=False)
        except InputError as fault:
            return self.screens.empty(fault, "documents")
        question, _face = self.screens.read(query)
        cards = [self._card(name, variant) for name in document_kinds()]
        lines = self._lines(self.workshop.made(), names)
        days = {
            day: [line for of, line in lines if of == day] for day in dict.fromkeys(day for day, _l in lines)
        }
        current = sum(line.is_current for _day, line in lines)
        return self.screens.page(
            "_documents.html" if "partie" in query else "documents.html",
            screen="documents",
            state=self.screens.link(question).partition("?")[2],
            title=_("Make a document"),
            cards=[card for card in cards if not card.is_keepers],
            keepers=[card for card in cards if card.is_keepers],
            days=days,
            count=len(lines),
            listed=_("Already made: {current} up to date, {older} from before the last change").format(
                current=fr(current), older=fr(len(lines) - current)
            ),
            going=any(making.is_going for making in self.workshop.going),
            variant=variant,
            choices=[(name, self._called(name)) for name in ("", *names)],
            unlawful=status_text(result.status) if result.status.is_unlawful else "",
            operation=result.scenario.name,
            fictitious=result.scenario.fictitious,
            **link_form(self.screens, question, "documents"),
        )

    def _card(self, name: str, variant: str) -> Card:
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
        return Card(
            name,
            _(kind.title),
            kind.about,
            _(kind.doubt) if kind.doubt else "",
            kind.is_keepers,
            making.state if making else "",
            making.id if making else "",
            left,
            ratio,
            self.screens.names().unnamed(making.why.strip("✗ ")) if making else "",
        )

    def _lines(self, documents: Sequence[MadeDocument], names: Sequence[str]) -> list[tuple[str, MadeLine]]:
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

    def _line(self, document: MadeDocument, *, is_current: bool) -> MadeLine:
        where, kind = self.workshop.folder / MADE / document.id, document_kinds()[document.kind]
        title = _(kind.title) if len(document.files) == 1 else f"{_(kind.title)} ({fr(len(document.files))})"
        return MadeLine(
            f"{document.when:%H} h {document.when:%M}",
            title,
            self._called(document.variant) if kind.takes_variant else _("all kept scenarios"),
            _size(sum((where / name).stat().st_size for name in document.files)),
            is_current,
            kind.is_keepers,
            document.id,
            len(document.files) == 1 and document.files[0].endswith(".pdf"),
        )


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
