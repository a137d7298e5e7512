"""What installed studies add to the working page: screens, controls, ends of sliders."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from starlette.routing import Route

from acc.arrays import CellValue
from acc.i18n import N_
from acc.result.result import Result
from scenarios.entry.folder.raw import RawFolder
from scenarios.session import AtHand, PageQuestion
from scenarios.study import study_modules

CORE_SCREENS: Mapping[str, str] = {
    "avancement": N_("Progress"),
    "donnees": N_("Data"),
    "seance": N_("Meeting"),
    "comparer": N_("Compare"),
    "documents": N_("Documents"),
}
"""Title of each screen of the core, in the order of the menu, by its name in addresses."""


@dataclass(frozen=True, slots=True)
class MadeKind:
    """A document that the page makes.

    Attributes:
        title, about: what it is called, in what form it comes.
        words: of the command line, the folder and the scenario left out.
        is_keepers: whether it names who may not be named to all: for whoever keeps the folder.
        doubt: what is not sure of it; empty where all is.
    """

    title: str
    about: str
    words: tuple[str, ...]
    is_keepers: bool = False
    takes_variant: bool = True
    doubt: str = ""


PDF = ("--format", "pdf")


def brief_kind(title: str, audience: str = "", *, is_keepers: bool = False) -> MadeKind:
    """Brief of an audience, of all partners without it."""
    words = ("--audience", audience) if audience else ()
    return MadeKind(title, "PDF", ("brief", *words, *PDF), is_keepers=is_keepers)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyControl:
    """A control of the screen "Séance" under an allocation key.

    Attributes:
        name: of its block, and of what its template shows.
        path: setting that it moves.
        choice: what the template shows of a state, None where its key is not chosen.
        form_value: value of the setting, from the fields of a form in which its key is chosen.
        keep: writes a state as a variant of a name, with words about it; False where it is not its own.
    """

    name: str
    template: str
    key: str
    path: str
    choice: Callable[[AtHand, PageQuestion, Result], object]
    form_value: Callable[[AtHand, PageQuestion, Mapping[str, str]], str]
    keep: Callable[[AtHand, PageQuestion, str, Mapping[str, CellValue]], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageStudy:
    """What a study adds to the page.

    Attributes:
        screen, title: name of its screen in addresses; what the menu calls it.
        documents: what the screen "Documents" makes of it, by name in addresses.
        after: screen, or document, of the core that it follows.
        routes: gives the addresses of one operation, from its `web.screens.Screens`.
        has_own_links: whether its screen makes the addresses of members' own pages, instead of "Documents".
        paths: addresses that the screen of a meeting leads to: `search` of lawful operations, `powers` with
            nearly no surplus.
        most_kwp: most power of roofs, kWp, by plant id.
    """

    screen: str = ""
    title: str = ""
    documents: Mapping[str, MadeKind] = field(default_factory=dict)
    after: str = ""
    routes: Callable[..., list[Route]] | None = None
    has_own_links: bool = False
    paths: Mapping[str, str] = field(default_factory=dict)
    most_kwp: Callable[[RawFolder], Mapping[str, float]] | None = None
    control: KeyControl | None = None


@cache
def page_studies() -> tuple[PageStudy, ...]:
    """Import what each installed study adds to the page."""
    return tuple(module.PAGE for module in study_modules("web.studies"))


def screen_titles() -> dict[str, str]:
    """Title of each screen of the core and of the studies, by name, in the order of the menu."""
    own = {study.screen: study for study in page_studies() if study.screen}
    titles = {**CORE_SCREENS, **{name: study.title for name, study in own.items()}}
    return {name: titles[name] for name in placed(CORE_SCREENS, {n: study.after for n, study in own.items()})}


def placed(core: Iterable[str], added: Mapping[str, str]) -> list[str]:
    """List names of the core, with each added one after the name that it gives.

    >>> placed(["data", "meeting"], {"question": "data"})
    ['data', 'question', 'meeting']
    """
    names = list(core)
    for name, after in added.items():
        names.insert(names.index(after) + 1, name)
    return names


def links_screen() -> str:
    """Name the screen where the keeper makes addresses of members' own pages."""
    return next((study.screen for study in page_studies() if study.has_own_links), "documents")


def study_routes(screens: object) -> list[Route]:
    """List the addresses of all studies."""
    return [route for study in page_studies() if study.routes for route in study.routes(screens)]


def key_controls() -> list[KeyControl]:
    """List the controls of all studies under keys."""
    return [study.control for study in page_studies() if study.control]


def most_kwp(source: RawFolder) -> dict[str, float]:
    """Read the most power of roofs, kWp, by plant id, where a study has one."""
    limits = [study.most_kwp(source) for study in page_studies() if study.most_kwp]
    return {plant_id: kwp for limit in limits for plant_id, kwp in limit.items()}
