"""The screen "Comparer": kept scenarios side by side, keys crossed with powers and prices, one put aside."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from gettext import gettext as _
from pathlib import Path
from urllib.parse import urlencode

from starlette.datastructures import QueryParams
from starlette.routing import Route

from acc.keys.optimal import OPTIMAL
from acc.problem import InputError, Problem
from acc.scenario import Scenario
from acc.sites import Plant
from reports.format.labels import label_title
from reports.page.comparer import MOST_CROSSED, ComparerScreen, comparer_screen, crossing_table, without_best
from scenarios.entry.editing.versions import KeptScenario, bring_back, kept_scenarios, put_aside, versions_of
from scenarios.entry.folder.question import read_question
from scenarios.entry.folder.raw import read_source
from scenarios.entry.folder.settings import Setting
from scenarios.session import PageQuestion
from scenarios.variants import scenarios_to_compare
from web.answers import SentForm, form_route
from web.controls import Radio, controls_of
from web.naming import EACH, Opaque, read_view
from web.screens import Screens

AT_ONCE = 3
"""Scenarios side by side."""

AS_KEPT = "jour:"
"""Begins the word of a kept scenario on the data of the day when it was kept."""

MOST_POWERS = 1000
"""Of the fields of a crossing."""

NOBODY = "-"
"""Value of a list that chooses none; an empty one is the folder as it stands."""

DRAWN = "tirages"
"""Word of the address that asks for the draws: they take seconds."""


class ComparerSite:
    """Kept scenarios side by side, keys crossed with powers and prices."""

    def __init__(self, screens: Screens, now: Callable[[], datetime]) -> None:
        self.screens, self._now = screens, now

    def routes(self) -> list[Route]:
        """List the addresses of the screen."""
        powers = [f"kwp.{place}" for place in range(MOST_POWERS)]
        return [
            self.screens.route("/comparer", self.page, "cas", "ecarte", "qui", "partie", DRAWN),
            self.screens.route("/comparer/croiser", self.crossed, "cle", "prix", "partie", DRAWN, *powers),
            form_route("/comparer/ecarter", self.aside, self.refused, most_fields=10),
            form_route("/comparer/remettre", self.back, self.refused, most_fields=10),
        ]

    def refused(self, fault: InputError, _sent: SentForm) -> str:
        """Page that says why nothing was written."""
        return self.screens.fault(fault, self.screens.root + "/comparer")

    def aside(self, sent: SentForm) -> str:
        """Put a scenario aside; return the address that says so."""
        at_hand, name = self.screens.at_hand, sent.text("nom")
        with at_hand.writing:
            put_aside(at_hand.folder, self.screens.opaque().open_by.get(name, name), self._now())
        return self.screens.root + "/comparer?" + urlencode({"ecarte": self._named(name)})

    def back(self, sent: SentForm) -> str:
        """Bring back what stood before a scenario was put aside."""
        at_hand, version = self.screens.at_hand, sent.text("nom")
        with at_hand.writing:
            last = versions_of(at_hand.folder)
            if not last or last[0].name != version:
                raise InputError([Problem("", _("something else was written since: see the versions"))])
            bring_back(at_hand.folder, version, self._now(), forget=True)
        return self.screens.root + "/comparer"

    def page(self, query: QueryParams) -> str:
        """Return the screen, or its figures alone where the address asks for a part."""
        at_hand, known = self.screens.at_hand, self.screens.opaque()
        try:
            base = at_hand.result(PageQuestion(), complete=False).scenario
            kept = kept_scenarios(read_source(at_hand.folder))
        except InputError as fault:
            return self.screens.empty(fault, "comparer")
        words = [_opened_word(word, known) for word in query.getlist("cas")]
        choices = _choices(kept, at_hand.changed_since)
        chosen = _chosen(words, choices, kept)
        as_kept = _("{name}, as it was kept")
        called = {
            word: (as_kept if word.startswith(AS_KEPT) else "{name}").format(name=self._named(choice.name))
            for word, choice in choices.items()
        }
        faults: list[str] = []
        shown, each = None, read_view(query).is_each
        if len(chosen) > 1:
            compared = {word: choices[word] for word in chosen}
            try:
                shown = self._comparison(compared, called, drawn=DRAWN in query, each=each)
            except InputError as fault:
                faults = self.screens.problem_texts(fault)
        last = versions_of(at_hand.folder)
        return self.screens.page(
            "_comparer.html" if "partie" in query else "comparer.html",
            screen="comparer",
            of=base,
            question=self.screens.read(query)[0],
            title=shown.title if shown else _("Compare"),
            s=shown,
            faults=faults,
            chosen=[_shut_word(word, known) for word in chosen],
            about=[self._about(word, choices) for word in chosen],
            choices=[(_shut_word(word, known), name) for word, name in called.items()],
            is_to_come=not any(word.startswith(AS_KEPT) for word in chosen),
            places=range(AT_ONCE),
            nobody=NOBODY,
            aside=query.get("ecarte", "") if last else "",
            version=last[0].name if last else "",
            each=EACH if each else "",
            one_by_one=urlencode([*(("cas", _shut_word(word, known)) for word in chosen), ("qui", EACH)]),
            keys=self._keys(base),
            plants=[(self.screens.names().sites[plant.id], plant.kwp) for plant in _crossable(base)],
        )

    def _comparison(
        self, chosen: Mapping[str, KeptScenario], called: Mapping[str, str], *, drawn: bool, each: bool
    ) -> ComparerScreen:
        """Return the scenarios side by side.

        Args:
            each: the keeper alone looks.

        Raises:
            InputError: a scenario at fault; one that beside another would tell who moved.
        """
        names = self.screens.names()
        page_questions = [PageQuestion(variant=s.name or None, each=each) for s in chosen.values()]
        as_kept = frozenset(at for at, word in enumerate(chosen) if word.startswith(AS_KEPT))
        compared = self.screens.at_hand.side_by_side(page_questions, drawn=drawn, as_kept=as_kept)
        titles, days = [called[word] for word in chosen], [scenario.kept_on for scenario in chosen.values()]
        naming = names.sites, names.closed
        shown = comparer_screen(compared.results, titles, days, compared.drawn, compared.changes, *naming)
        return replace(shown, rows=tuple(map(without_best, shown.rows))) if as_kept else shown

    def _named(self, name: str) -> str:
        return self.screens.names().unnamed(label_title(name)) if name else _("The folder")

    def _about(self, word: str, choices: Mapping[str, KeptScenario]) -> dict[str, object]:
        """Describe a scenario to a room: where it opens, who was there, what was to be remembered.

        `link` is empty where its data are no more; `since` sets it beside itself as it was kept.
        """
        choice, screens, as_kept = choices[word], self.screens, AS_KEPT + word
        is_of_today = not word.startswith(AS_KEPT)
        names, known = screens.names(), screens.opaque()
        return {
            "name": choice.name,
            "called": self._named(choice.name),
            "link": screens.link(PageQuestion(variant=choice.name or None)).rstrip("?")
            if is_of_today
            else "",
            "present": names.unnamed(choice.present),
            "note": names.unnamed(choice.note),
            "is_written": choice.is_written and is_of_today,
            "since": urlencode([("cas", _shut_word(each, known)) for each in (as_kept, word)])
            if as_kept in choices
            else "",
        }

    def _keys(self, base: Scenario) -> list[Radio]:
        """Return the keys that can be crossed: that of the front is chosen in a meeting, by its floor."""
        controls = controls_of(base, base, self.screens.names().sites)
        return [key for key in (*controls.keys, *controls.other_keys) if key.name != OPTIMAL.name]

    def crossed(self, query: QueryParams) -> str:
        """Return the table of keys x powers x prices, or it alone where the address asks for a part."""
        at_hand, screens = self.screens.at_hand, self.screens
        try:
            base = at_hand.result(PageQuestion(), complete=False).scenario
        except InputError as fault:
            return screens.empty(fault, "comparer")
        faults: list[str] = []
        table, links = None, list[str]()
        try:
            cases = self._crossed(query)
            questions = [PageQuestion(), *map(_typed, cases)]
            comparison = at_hand.side_by_side(questions, drawn=DRAWN in query)
            table = crossing_table(comparison.results, comparison.drawn)
            links = [screens.link(question) for question in (PageQuestion(), *map(_opened, cases))]
        except InputError as fault:
            faults = screens.problem_texts(fault)
        return screens.page(
            "_croiser.html" if "partie" in query else "croiser.html",
            screen="comparer",
            of=base,
            question=self.screens.read(query)[0],
            title=_("Keys, powers and prices crossed"),
            table=table,
            links=links,
            faults=faults,
            drawn=DRAWN in query,
        )

    def _crossed(self, query: QueryParams) -> list[tuple[Setting, ...]]:
        """Settings of each scenario of a crossing, the folder excepted.

        Raises:
            InputError: every key, power and price that cannot be; nothing crossed, or too much.
        """
        folder, keys = self.screens.at_hand.folder, query.getlist("cle")
        fields = self._typed_fields(query)
        settings = [setting for of in fields.values() for setting in of]
        # Keys alone would be compared on the exchange of the folder, in one scenario: they are asked apart.
        crossed, apart = (",".join(keys) or None, ()) if settings else (None, [f"cle={key}" for key in keys])
        try:
            scenarios = scenarios_to_compare(folder, keys=crossed, asks=apart, settings=settings)
        except InputError as fault:
            raise InputError(_by_field(folder, fields) or fault.problems) from None
        cases = [settings for _variant, settings in scenarios.cases]
        if not cases:
            raise InputError([Problem("", _("choose several keys, powers or prices"))])
        if len(cases) >= MOST_CROSSED:
            text = _("{count} scenarios: {most} at most are set side by side")
            raise InputError([Problem("", text.format(count=len(cases) + 1, most=MOST_CROSSED))])
        return cases

    def _typed_fields(self, query: QueryParams) -> dict[str, tuple[Setting, ...]]:
        """Typed values to cross, by title of the field, empty fields left out."""
        plants = _crossable(self.screens.at_hand.result(PageQuestion(), complete=False).scenario)
        names, price = self.screens.names().sites, query.get("prix", "").strip()
        fields = {
            names[plant.id]: read_question((), (), [f"{plant.id}={text}"])
            for at, plant in enumerate(plants)
            if (text := query.get(f"kwp.{at}", "").strip())
        }
        return fields | ({_("Local price"): read_question([f"prix={price}"])} if price else {})


def _by_field(folder: Path, fields: Mapping[str, Sequence[Setting]]) -> list[Problem]:
    """Problems of each field alone, by its title."""
    problems = []
    for title, settings in fields.items():
        try:
            scenarios_to_compare(folder, settings=settings)
        except InputError as fault:
            text = _("{name}: {text}")
            problems += [
                Problem(problem.path, text.format(name=title, text=problem.message))
                for problem in fault.problems
            ]
    return problems


FOLDER = KeptScenario("", is_written=False)
"""The folder as it stands, among its scenarios."""


def _choices(kept: Sequence[KeptScenario], changed: Callable[[str], bool]) -> dict[str, KeptScenario]:
    """Scenarios that can be compared, by word: the folder, the kept ones, and those as kept."""
    choices = {scenario.name: scenario for scenario in (FOLDER, *kept)}
    return choices | {
        AS_KEPT + scenario.name: scenario
        for scenario in kept
        if scenario.is_written and changed(scenario.name)
    }


def _chosen(
    words: Sequence[str], choices: Mapping[str, KeptScenario], kept: Sequence[KeptScenario]
) -> list[str]:
    """Return the scenarios asked for, the reference first; else the folder and the last ones kept."""
    chosen = list(dict.fromkeys(word for word in words if word in choices))
    if not chosen:
        chosen = ["", *[scenario.name for scenario in kept if scenario.is_written][1 - AT_ONCE :]]
    return chosen[:AT_ONCE]


def _opened_word(word: str, known: Opaque) -> str:
    start = AS_KEPT if word.startswith(AS_KEPT) else ""
    name = word.removeprefix(AS_KEPT)
    return start + known.open_by.get(name, name)


def _shut_word(word: str, known: Opaque) -> str:
    start = AS_KEPT if word.startswith(AS_KEPT) else ""
    return start + known.shut_name(word.removeprefix(AS_KEPT))


def _crossable(scenario: Scenario) -> list[Plant]:
    """Return the plants whose powers are crossed: not those whose power is moved."""
    return [plant for plant in scenario.plants if plant.kwp_ratio == 1.0]


def _typed(settings: Sequence[Setting]) -> PageQuestion:
    """Return a crossed scenario in the words that its title tells of."""
    words = [setting.place.partition(" ") for setting in settings]
    powers = tuple(text for option, _space, text in words if option == "--kwp")
    return PageQuestion(tuple(text for option, _space, text in words if option != "--kwp"), (), powers)


def _opened(settings: Sequence[Setting]) -> PageQuestion:
    """Return a crossed scenario as a state of a meeting, its key the one that is chosen there."""
    question = _typed([setting for setting in settings if setting.path != "key.name"])
    key = next((str(setting.value) for setting in settings if setting.path == "key.name"), None)
    return replace(question, key=key)
