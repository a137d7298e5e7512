"""The screen "Documents": what is made of a scenario, what was made, whether the data changed since."""

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import datetime
from gettext import gettext as _
from typing import Any
from urllib.parse import quote, urlencode

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from acc.problem import InputError
from reports.format.labels import label_title
from reports.format.numbers import FIXED, fr, long_date
from reports.format.unlawful import status_text
from scenarios.entry.folder.raw import read_source
from scenarios.session import PageQuestion
from web.answers import SentForm, form_route, page_route
from web.making import MADE, MadeDocument, Making, Workshop, document_kinds
from web.screens import Screens

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
            page_route("/documents", self.page),
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
            result = at_hand.result(PageQuestion(variant=variant if variant in names else None), whole=False)
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
