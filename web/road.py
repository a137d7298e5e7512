"""The first screen, "Avancement": the road of an operation, one act for each thing that is missing."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from gettext import gettext as _
from urllib.parse import urlencode

from starlette.datastructures import QueryParams
from starlette.routing import Route

from acc.i18n import N_
from acc.problem import InputError
from reports.page.names import Names
from reports.sentences.steps import (
    COMPARE,
    FORMS,
    LAW,
    MOST_ACTS,
    PAPERS,
    PLANTS,
    SITES,
    Act,
    Stage,
    begun_acts,
    stages_from,
    steps_of,
)
from scenarios.entry.columns.input_columns import ranked
from scenarios.entry.editing.drafts import begun_lines
from scenarios.entry.editing.tables import look
from scenarios.entry.folder.fault_location import in_titles
from scenarios.entry.folder.xlsx_tables import TABLE_SHEETS
from scenarios.forms import forms_state
from scenarios.session import PageQuestion
from web.data_view import SETTINGS, TABS, faults_said, to_mend
from web.page_study import screen_titles
from web.screens import Screens, is_operation

SCREENS = {LAW: "seance", COMPARE: "comparer", PAPERS: "documents"}
"""The screen of the page where what a command does is done."""

BY_COMMAND = (
    ("acc size", N_("the best power of each roof")),
    ("acc sweep", N_("ranges and chances of each key")),
    ("acc territory", N_("where to begin in a territory")),
    ("acc export --anonymous", N_("the folder under no name, to hand to others")),
    ("acc rates", N_("regulated rates and their sources")),
)
"""What the page does not do, and the command that does."""


@dataclass(frozen=True, slots=True)
class RoadAct:
    """One thing that is missing, as the page says it; its link and words, empty where it has none."""

    text: str
    link: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class RoadStage:
    """One stage of the road, as the page shows it."""

    title: str
    reached: str
    acts: tuple[RoadAct, ...]


class RoadSite:
    """The screen that one arrives at."""

    def __init__(self, screens: Screens) -> None:
        self._screens = screens

    def routes(self) -> list[Route]:
        """List the addresses of the screen."""
        return [self._screens.route("/avancement", self.page)]

    def page(self, query: QueryParams) -> str:
        """Return the road of the folder as it stands; that of its faults where it cannot be computed."""
        screens, result = self._screens, None
        folder = screens.at_hand.folder
        try:
            screens.at_hand.stamp()
        except InputError as fault:  # a link leads out of the folder: nothing is read there
            return screens.empty(fault, "avancement")
        try:
            result = screens.at_hand.result(PageQuestion(), complete=False)
            names = screens.names()
            stages = [_shown(stage, names) for stage in steps_of(result, forms_state(folder), folder)]
        except InputError as fault:
            stages = self._of_faults(fault)
        begun = [(file, TABLE_SHEETS.get(file, file)) for file, _name in begun_lines(folder)]
        acts = tuple(_act(act, Names({}, {})) for act in begun_acts(begun, folder))
        stages[0] = replace(stages[0], acts=(*acts, *stages[0].acts))
        return screens.page(
            "road.html",
            screen="avancement",
            of=result.scenario if result else None,
            question=screens.read(query)[0],
            title=_("Where the operation stands"),
            stages=stages,
            is_blank=result is None,
            commands=BY_COMMAND,
        )

    def _of_faults(self, fault: InputError) -> list[RoadStage]:
        folder = self._screens.at_hand.folder
        looked = look(folder) if is_operation(folder) else None
        acts = []
        if looked is None or not looked.totals.active:
            acts.append(_act(Act(_("no site: nobody uses electricity yet"), at=SITES), Names({}, {})))
        if looked is None or not looked.totals.plants:
            acts.append(_act(Act(_("no plant: nothing is produced"), at=PLANTS), Names({}, {})))
        said = faults_said(looked) if looked else []
        # What an empty table lacks is told above: its own fault is of no line.
        faults = [each for each in said if not each.fault.is_odd and (each.fault.line or not acts)]
        label = _("Mend it")
        acts += [RoadAct(each.text, each.link or "donnees", label) for each in faults[:MOST_ACTS]]
        if len(faults) > MOST_ACTS:
            acts.append(RoadAct(to_mend(len(faults)), "donnees", _("See them all")))
        acts = acts or [RoadAct(text, "donnees", label) for text in self._screens.problem_texts(fault)]
        first, *later = stages_from(())
        return [RoadStage(first.title, "", tuple(acts)), *(_shown(stage, Names({}, {})) for stage in later)]


def _shown(stage: Stage, names: Names) -> RoadStage:
    return RoadStage(stage.title, stage.reached, tuple(_act(act, names) for act in stage.missing))


def _act(act: Act, names: Names) -> RoadAct:
    """Act in the words of the page; who may not be named is called as the page does."""
    words = [act.what, act.ask or ("" if act.do.startswith("acc ") else act.do)]
    text = ". ".join(word[:1].upper() + word[1:] for word in filter(None, words))
    link, label = _place(act.at, names.closed)
    return RoadAct(in_titles(names.veiled(text)), link, label)


def _place(at: str, closed: Iterable[str]) -> tuple[str, str]:
    """Address and words of the place of an act; no id of anybody who is not to be named is in it."""
    titles = screen_titles()
    if not at:
        return "", ""
    if at == FORMS:
        return "donnees/formulaires", _("Forms to send (.zip)")
    if at == LAW:
        return SCREENS[at], _("Map and rules")
    if at in SCREENS:
        return SCREENS[at], _(titles[SCREENS[at]])
    table, id_, column = (*at.split(":"), "", "")[:3]
    tab = next((name for name, (file, _title) in TABS.items() if file == table), "")
    if not tab:
        return f"donnees?onglet={SETTINGS}#{at}", _("Fill it in")
    words = {"onglet": tab}
    if column and column not in ranked(table, "page"):
        words["colonnes"] = "toutes"
    place = f"#ligne-{id_}" if id_ and id_ not in closed else ""
    return f"donnees?{urlencode(words)}{place}", _("Fill it in")
