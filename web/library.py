"""The operations at hand: those of the served folder, new ones, others; the screen that one begins from."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from gettext import gettext as _
from pathlib import Path

from starlette.datastructures import QueryParams
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from acc.i18n import reason_of
from acc.problem import InputError, Problem
from scenarios.entry.catalogue import copy_example
from scenarios.entry.columns.names import plain
from scenarios.entry.editing.tables import free_name
from scenarios.entry.editing.write import begin
from web.answers import SentForm, form_route
from web.screens import Screens, is_operation

HOME, EXAMPLE = "/accueil", "bergerac"
MOST_SHOWN = 200
"""Of the folders beside one another."""

MOST_LETTERS = 400
"""Of a name or a path that is typed."""


@dataclass(frozen=True, slots=True)
class OpenOperation:
    """An operation that the page has an address for."""

    name: str
    folder: Path
    site: ASGIApp


class Library:
    """Gives each operation its address, `/o/name`, as it is opened; writes nothing but new folders.

    Attributes:
        home: where new operations are made: the served folder, or the one that holds the served operation.
        is_local: whether this machine alone reaches the server: else nothing outside of `home` is opened.
    """

    def __init__(self, folder: Path, make: Callable[[Path, str], ASGIApp], *, is_local: bool) -> None:
        self.is_local = is_local
        self._served, self._make = folder, make
        self.home = folder.parent if is_operation(folder) and is_local else folder
        self._open: dict[str, OpenOperation] = {}
        for name in operations_in(folder):
            self.open(folder / name)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand over to the operation that an address names."""
        entry = self._open.get(scope["path_params"].get("name", ""))
        answer: ASGIApp = (
            PlainTextResponse(_("There is nothing here.") + "\n", 404) if entry is None else entry.site
        )
        await answer(scope, receive, send)

    @property
    def operations(self) -> list[OpenOperation]:
        """Those that have an address, in the order of their names."""
        return [self._open[name] for name in sorted(self._open)]

    def open(self, folder: Path) -> str:
        """Return the address of the operation of a folder.

        Raises:
            InputError: no folder, or one that may not be opened from here.
        """
        folder = folder.expanduser().resolve()
        if not folder.is_dir():
            raise InputError([Problem(str(folder), _("not a folder"))])
        if not self.is_local and folder.parent != self.home.resolve():
            message = _("others reach this page: only operations of {home} are opened")
            raise InputError([Problem(str(folder), message.format(home=self.home))])
        if folder == self._served.resolve() and not self._open:
            return ""
        for operation in self._open.values():
            if operation.folder == folder:
                return f"/o/{operation.name}"
        name = free_name(folder.name, self._open.__contains__)
        self._open[name] = OpenOperation(name, folder, self._make(folder, f"/o/{name}"))
        return f"/o/{name}"

    def new(self, name: str, today: date) -> str:
        """Make the folder of a new operation; return its address.

        Raises:
            InputError: no name, or a folder that cannot be written in.
        """
        if not name.strip():
            raise InputError([Problem(_("Name"), _("a name is expected"))])
        folder = self._place(name)
        begin(folder, name.strip(), today)
        return self.open(folder)

    def example(self) -> str:
        """Copy the example beside the others; return its address."""
        folder = self._place(_("example"))
        copy_example(EXAMPLE, folder)
        return self.open(folder)

    def _place(self, name: str) -> Path:
        stem = "-".join(plain(name).split())[:36] or "operation"
        return self.home / free_name(stem, lambda name: (self.home / name).exists())

    def folders_in(self, typed: str) -> tuple[Path, list[tuple[Path, bool]]]:
        """Return a folder and those in it, each with whether it is an operation.

        Raises:
            InputError: it cannot be read, or may not be looked into from here.
        """
        where = Path(typed).expanduser() if typed and self.is_local else self.home
        try:
            folders = sorted(path for path in where.resolve().iterdir() if _is_shown(path))
        except OSError as fault:
            raise InputError([Problem(str(where), reason_of(fault))]) from None
        return where.resolve(), [(path, is_operation(path)) for path in folders[:MOST_SHOWN]]


def operations_in(folder: Path) -> Iterator[str]:
    """Yield the names of the operations that a folder holds; none where it is one itself."""
    if is_operation(folder):
        return
    inside = folder.resolve()
    for path in sorted(folder.iterdir()):
        if path.is_dir() and path.resolve().parent == inside and is_operation(path):
            yield path.name


def _is_shown(path: Path) -> bool:
    try:
        return path.is_dir() and not path.name.startswith(".")
    except OSError:
        return False


class HomeSite:
    """The screen one begins from: an operation to choose, to make, to open elsewhere, or the example."""

    def __init__(self, library: Library, screens: Screens) -> None:
        self._library, self._screens = library, screens

    def routes(self) -> list[Route]:
        """List the addresses."""
        return [
            self._screens.route(HOME, self.page, "dans"),
            form_route(f"{HOME}/nouvelle", self._new, self._refused, most_fields=2),
            form_route(f"{HOME}/exemple", lambda _sent: self._library.example() + "/", self._refused),
            form_route(f"{HOME}/ouvrir", self._open, self._refused, most_fields=2),
        ]

    def _new(self, sent: SentForm) -> str:
        return self._library.new(sent.text("nom")[:MOST_LETTERS], self._screens.today()) + "/donnees"

    def _open(self, sent: SentForm) -> str:
        return self._library.open(self._library.home / sent.text("dossier")[:MOST_LETTERS]) + "/"

    def _refused(self, fault: InputError, _sent: SentForm) -> str:
        return self.page(QueryParams(), fault.problems)

    def page(self, query: QueryParams, problems: tuple[Problem, ...] = ()) -> str:
        """Render the screen; the folders of this machine are looked at where one asks for it."""
        library, typed = self._library, query.get("dans")
        where, folders = library.home, list[tuple[Path, bool]]()
        if typed is not None:
            try:
                where, folders = library.folders_in(typed)
            except InputError as fault:
                problems = (*problems, *fault.problems)
        return self._screens.page(
            "home.html",
            operations=library.operations,
            home=library.home,
            where=where,
            parent=str(where.parent) if library.is_local and where.parent != where else "",
            found=folders,
            is_local=library.is_local,
            looks=typed is not None,
            problems=problems,
        )
