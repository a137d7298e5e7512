"""The screens as HTML: what `reports.page` says of the engine's answer is put into templates."""

from collections.abc import Callable, Sequence, Set
from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from gettext import gettext as _
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from starlette.datastructures import QueryParams
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from acc.arrays import CellValue, JsonObject
from acc.i18n import N_
from acc.problem import InputError
from acc.result.result import Result
from acc.scenario import Scenario
from reports.format.numbers import fr
from reports.page.day import period_days, sketch
from reports.page.law import law_of
from reports.page.rows import Looking, MarkScale
from reports.page.seance import UNCOUNTED, Seance, SeanceInputs, seance_of
from scenarios.entry.editing.tables import look
from scenarios.entry.folder.fault_location import in_titles
from scenarios.entry.folder.phrases import settings_of_phrases, without_year
from scenarios.entry.folder.put import keep
from scenarios.entry.folder.question import read_question, source_with_settings
from scenarios.entry.folder.raw import OPERATION, read_source
from scenarios.entry.folder.settings import SHORT_NAMES
from scenarios.entry.folder.xlsx_tables import WORKBOOK
from scenarios.session import AtHand, PageQuestion
from web.answers import SentForm, page_route
from web.controls import (
    Controls,
    YearsControl,
    controls_of,
    kept_settings,
    power_text,
    switch_paths,
    switch_words,
    uncontrolled,
    words_of_fields,
    years_control,
)
from web.data_view import faults_said, to_mend
from web.naming import (
    STATE_WORDS,
    Naming,
    Opaque,
    PageView,
    Posted,
    fields_of,
    group_alone,
    leave_out,
    named,
    read_view,
)
from web.page_study import key_controls, links_screen, most_kwp, page_studies, screen_titles
from web.phrases import Phrase, question_with, with_shown_names

TEMPLATES = Path(__file__).parent / "templates"
BLOCKS = ("band", "list", "side")
"""Parts of the screen that an answer replaces, before those of controls under keys."""

HOURS = (2, 24, 168)
"""How long a link to a member's own page may last."""

OF_SEANCE = (*SHORT_NAMES, "annee", "phrase")
"""Words of an address that others do not read are led there."""

LONGEST_PHRASE = 400

LONGEST_WORD = 60
"""Of an address, as it is repeated."""

FORM = "formulaire"
"""Word of an address whose other words are fields of a form."""

FAILED = (
    N_("The calculation failed: the program is at fault."),
    N_(
        "The figures are the last known; nothing is lost. Undo the last change, or start acc serve again: "
        "the window where it runs says where it failed."
    ),
)


class Screens(Naming):
    """The screens of one folder.

    Attributes:
        has_links: whether members may be given addresses of their own pages.
    """

    def __init__(
        self, at_hand: AtHand, today: Callable[[], date], root: str = "", *, has_links: bool = False
    ) -> None:
        super().__init__(at_hand, root)
        self.today, self.has_links = today, has_links
        self._html = Environment(
            loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )
        self._html.globals |= {
            "sketch": sketch,
            "numbers": fr,
            "_": _,
            "screen_titles": screen_titles(),
            "failed_texts": FAILED,
            "key_controls": key_controls(),
            "links_screen": links_screen() if has_links else None,
            "lasting": HOURS,
            "without": leave_out,
            "only": group_alone,
            "state_fields": fields_of,
            "paths": {name: path for study in page_studies() for name, path in study.paths.items()},
        }
        self._html.filters |= {
            "named": named,
            "shut": pass_context(lambda page, text: page["known"].shut(text)),
            "shut_name": pass_context(lambda page, name: page["known"].shut_name(name)),
        }

    def seance(self, query: QueryParams) -> str:
        """Return the screen of a meeting in the state of an address, or of a form sent without JavaScript."""
        state, face = self.read(query)
        try:
            base = self.at_hand.result(state.of_variant(state.variant), complete=False)
            state = self._of_form(query, state, base.scenario) if FORM in query else self.state_of(query)
        except InputError as fault:
            return self.empty(fault, "seance")
        faults: list[str] = []
        try:
            result = self.at_hand.result(state, complete=False)
        except InputError as fault:
            faults, result, state = self.problem_texts(fault), base, state.of_variant(state.variant)
        phrase, view = Phrase(str(query.get("phrase") or "").strip()[:LONGEST_PHRASE]), read_view(query)
        if phrase.typed:
            state, result, phrase, view = self._with_phrase(state, result, base, phrase, view)
        try:
            self.at_hand.result(state.of_variant(face), complete=False)
        except InputError as fault:
            faults, face = [*faults, *self.problem_texts(fault)], None
        return self._seance(result, base, Posted(state, 0, face=face, view=view), faults, phrase)

    def state_of(self, query: QueryParams) -> PageQuestion:
        """Return the state of an address, with its short names (`prix=90`).

        Raises:
            InputError: the folder, or its variant, cannot be computed.
        """
        state, _face = self.read(query)
        short = [f"{name}={query[name]}" for name in SHORT_NAMES if query.get(name)]
        if not short or FORM in query:
            return state
        base = self.at_hand.result(state.of_variant(state.variant), complete=False)
        return question_with(state, read_question(short), base.scenario)

    def route(self, path: str, page: Callable[[QueryParams], str | Response], *words: str) -> Route:
        """Address of a screen: a word in it that the screen does not read is told, and nothing is shown.

        Args:
            words: that it reads, those of a state left out: the menu hands them on from screen to screen.
        """
        known = {*STATE_WORDS, *words}

        def show(query: QueryParams) -> str | Response:
            unknown = [] if FORM in query and FORM in known else [word for word in query if word not in known]
            return self._unknown(query, unknown, known) if unknown else page(query)

        return page_route(path, show)

    def _unknown(self, query: QueryParams, unknown: Sequence[str], known: Set[str]) -> Response:
        """Page that names the words of an address that are not read, and leads to where they are."""
        problems, ways, rest = [], [], [pair for pair in query.multi_items() if pair[0] not in unknown]
        for word in unknown:
            near = next(iter(get_close_matches(word, sorted({*known, *OF_SEANCE}), n=1)), "")
            text = _("“{word}” in the address is no word of this screen")
            problems.append(text.format(word=word[:LONGEST_WORD]))
            if near:
                screen = "" if near in known else self.root + "/seance"
                pair = near, query[word]
                ways.append((f"{screen}?{urlencode([*rest, pair])}", "=".join(pair)[:LONGEST_WORD]))
        ways.append((f"?{urlencode(rest)}", _("The address without it")))
        title = _("This address is not understood")
        page = self.page("fault.html", problems=problems, ways=ways, back="", title=title)
        return HTMLResponse(page, status_code=400)

    def _with_phrase(
        self, state: PageQuestion, result: Result, base: Result, phrase: Phrase, view: PageView
    ) -> tuple[PageQuestion, Result, Phrase, PageView]:
        """Return the state and the year that a phrase leads to, or the same ones with why it does not."""
        known, (names, everyone) = self.opaque(), self.everyone()
        source = source_with_settings(self.at_hand.folder, variant=state.variant)
        names = names.in_rows()
        try:
            shown = with_shown_names(source, names, everyone, known.shut)
            settings = settings_of_phrases(shown, [phrase.typed])
        except InputError as fault:  # no name is masked in it: that would tell who a pseudonym stands for
            texts = (in_titles(f"{problem.path} : {problem.message}") for problem in fault.problems)
            return state, result, replace(phrase, refused=tuple(texts)), view
        changes, year = without_year(settings)
        if year and (refusal := self._refused_year(year)):
            return state, result, replace(phrase, refused=(refusal,)), view
        opened = [replace(setting, path=known.opened(setting.path)) for setting in changes]
        wanted = question_with(state, opened, base.scenario)
        try:
            result = self.at_hand.result(wanted, complete=False)
        except InputError as fault:
            return state, result, replace(phrase, refused=tuple(self.problem_texts(fault))), view
        labels = " ; ".join(setting.words for setting in settings if setting.words)
        return wanted, result, replace(phrase, understood=labels), replace(view, year=str(year or view.year))

    def _refused_year(self, year: int) -> str:
        """Return why no year of that name can be shown; empty where it can."""
        calendar = self.calendar()
        if calendar is None:
            return _(UNCOUNTED)
        first, last = calendar.years[0], calendar.years[-1]
        message = _("{year} is not in the plan: {first} to {last}")
        return "" if first <= year <= last else message.format(year=year, first=first, last=last)

    def _seance(self, result: Result, base: Result, posted: Posted, faults: list[str], phrase: Phrase) -> str:
        names, question = self.names(), posted.question
        source = read_source(self.at_hand.folder)
        controls = controls_of(result.scenario, base.scenario, names.sites, most_kwp(source))
        seance = self._seance_of(self.result_shown(posted), posted)
        others = switch_paths(self.calendar()) | {control.path for control in key_controls()}
        return self.page(
            "seance.html",
            screen="seance",
            title=str(seance.sentence),
            of=result.scenario,
            state=self.link(question, posted.face).partition("?")[2],
            c=controls.shut(self.opaque().shut),
            faults=faults,
            phrase=phrase,
            variants=[(name, names.unnamed(name)) for name in source.known_variants],
            variant_said=names.unnamed(question.variant or ""),
            # Who is in at the start, for the page to tell what was ticked.
            start=" ".join(site.id for site in base.scenario.participants),
            proposed=_proposed(result, base, controls),
            more=[] if faults else uncontrolled(question.sets, controls.sliders, others),
            is_kept=question == question.of_variant(question.variant) and not posted.view.year,
            y=self._years(question, posted.view.year),
            **self._shown(posted, result, seance),
        )

    def _shown(self, posted: Posted, result: Result, seance: Seance) -> dict[str, Any]:
        """Template values of the blocks of a meeting."""
        first, last = period_days(result)
        question, hand = posted.question, self.at_hand
        return {
            "s": seance,
            "asked": question,
            "face": posted.face,
            "view": posted.view,
            "drawn": posted.drawn,
            "first_day": first.isoformat(),
            "last_day": last.isoformat(),
            "link": lambda other: self.link(other, posted.face),
            **{control.name: control.choice(hand, question, result) for control in key_controls()},
        }

    def texts(self, posted: Posted) -> JsonObject:
        """Return the printed strings of a state, and the blocks of the page that say more than it has.

        Raises:
            InputError: every fault of the folder and of the state.
        """
        result = self.result_shown(posted)
        seance = self._seance_of(result, posted)
        shared: dict[str, Any] = {"known": self.opaque(), **self._shown(posted, result, seance)}
        templates = {name: f"_{name}.html" for name in BLOCKS}
        templates |= {control.name: control.template for control in key_controls()}
        blocks = {name: self.page(template, **shared) for name, template in templates.items()}
        marks = {name: sha256(html.encode()).hexdigest()[:12] for name, html in blocks.items()}
        return {
            "texts": _texts(seance, self.opaque()),
            "blocks": {name: html for name, html in blocks.items() if marks[name] not in posted.has},
            "marks": marks,
            "axis": [seance.axis.low, seance.axis.high],
            "stamp": self.stamp(),
            "power": power_text(self.scenario_shown(result, posted)),
        }

    def _years(self, question: PageQuestion, year: str) -> YearsControl | None:
        """Return the controls of the years of the plan; None where none differ for the room."""
        kept = kept_settings(read_source(self.at_hand.folder), question.variant)
        return years_control(self.calendar(), read_question(question.sets), kept, year)

    def _seance_of(self, result: Result, posted: Posted) -> Seance:
        question, face = posted.question, posted.face or posted.question.variant
        folder, kept = (self.at_hand.result(question.of_variant(v), complete=False) for v in (None, face))
        names, everyone = self.everyone()
        calendar, year = self.year_shown(posted)
        title = _("“{name}”").format(name=names.unnamed(face)) if face else _("the folder")
        if calendar is not None and year is not None:
            title = _("{scenario} in {year}").format(scenario=title, year=calendar.names[0])
        inputs = SeanceInputs(
            everyone=everyone,
            names=names,
            obstacles=self.at_hand.obstacles(result.scenario, everyone),
            kept=kept,
            folder=folder,
            face=title,
            same=question == question.of_variant(face) and year is None,
            looking=Looking(
                posted.view.sort or "gap",
                posted.view.group or "effect",
                posted.order,
                MarkScale.BILL if posted.view.scale == MarkScale.BILL else MarkScale.EUR,
                self.opaque().opened(posted.view.pinned),
                posted.unfolded,
            ),
            day=posted.view.day or "sunny",
            axis=posted.axis,
            year=year,
            each=posted.view.is_each,
        )
        return seance_of(result, inputs)

    def _of_form(self, query: QueryParams, question: PageQuestion, base: Scenario) -> PageQuestion:
        """Return the state that the fields of a form say."""
        names, everyone = self.everyone()
        fields = {self.opaque().opened(name): str(query[name]) for name in query}
        sets, without, powers = words_of_fields(controls_of(base, base, names.sites).sliders, fields)
        inside = {site.id for site in base.participants}
        ticked = {site for box in query.getlist("avec") for site in self.opaque().opened(box).split()}
        sets += question.sets
        without += [site.id for site in base.participants if site.id not in ticked]
        come = [site.id for site in everyone.participants if site.id in ticked and site.id not in inside]
        sets += [f"participants.{name}.active=true" for name in come]
        sets += switch_words(
            self._years(question.of_variant(question.variant), ""), query.getlist("changement")
        )
        key = fields.get("cle")
        for control in key_controls():
            if control.key == key:
                sets.append(f"{control.path}={control.form_value(self.at_hand, question, fields)}")
        return PageQuestion(
            tuple(sets),
            tuple(without),
            tuple(powers),
            key if key != base.key.name else None,
            question.variant,
        )

    def keep(self, sent: SentForm) -> str:
        """Keep a state as a variant; return the address that shows it.

        Raises:
            InputError: a name that is taken, nothing to keep, a folder that cannot be written to.
        """
        question, _face = self.read(sent.fields)
        name, present, note = (sent.text(word).strip() for word in ("nom", "present", "note"))
        name = name or _("kept")
        settings = read_question(question.sets, question.without, question.powers)
        self.refuse_taken(name)
        if law_of(self.at_hand.result(question, complete=False), self.names()).broken:
            note = " ".join([_("Not lawful when it was kept."), note]).strip()
        about: dict[str, CellValue] = {"kept_on": self.today(), "present": present, "note": note}
        where = self.at_hand.folder
        if not any(control.keep(self.at_hand, question, name, about) for control in key_controls()):
            with self.at_hand.writing:
                keep(where, name, variant=question.variant, key=question.key, settings=settings, about=about)
        return self.link(PageQuestion(variant=name))

    def fault(self, fault: InputError, back: str) -> str:
        """Return the page that says why something was not done."""
        texts = self.problem_texts(fault, places=True)
        return self.page("fault.html", problems=texts, back=back, title=_("Nothing was written"))

    def failed(self) -> str:
        """Return the page that says that the program failed, and what to do."""
        title, text = map(_, FAILED)
        return self.page("fault.html", problems=[text], back=self.root + "/donnees", title=title)

    def empty(self, fault: InputError, screen: str) -> str:
        """Return a screen whose folder cannot be computed: how many faults it has, which its data tell."""
        folder, messages = self.at_hand.folder, []
        try:
            self.at_hand.stamp()
            faults = (
                sum(not data_fault.fault.is_odd for data_fault in faults_said(look(folder)))
                if is_operation(folder)
                else 0
            )
        except InputError:  # a link leads out of the folder: nothing is read there
            faults, messages = 0, [problem.message for problem in fault.problems]
        if is_operation(folder) and not faults and not messages:
            messages = self.problem_texts(fault)
        return self.page(
            "empty.html",
            screen=screen,
            messages=messages,
            is_blank=not messages and not is_operation(folder),
            faults=to_mend(faults) if faults else "",
            title=_("Nothing to compute yet"),
        )

    def page(
        self,
        template: str,
        *,
        screen: str = "",
        of: Scenario | None = None,
        question: PageQuestion | None = None,
        **values: object,
    ) -> str:
        """Render a template: what every page has, then its own values.

        Args:
            screen: of the menu.
            of: what is shown, named above the menu.
            question: state that the menu, links and forms go on with.
        """
        common: dict[str, object] = {
            "root": self.root,
            "known": self.opaque(),
            "stamp": self.stamp(),
            "screen": screen,
            "state": "",
            "operation": of.name if of else "",
            "fictitious": of is not None and of.fictitious,
        }
        if question is not None:
            common |= {"asked": question, "state": self.link(question).partition("?")[2]}
        return self._html.get_template(template).render(**common | values)

    def block(self, template: str, name: str, **values: object) -> str:
        """Render a block of a template alone, without hidden fields in its forms: a script adds its own."""
        made = self._html.get_template(template)
        own = made.new_context({"root": self.root, "hidden": str, **values})
        return "".join(made.blocks[name](own)).strip()


def is_operation(folder: Path) -> bool:
    """Return whether a folder holds an operation, as text files or as a workbook."""
    return any((folder / name).is_file() for name in (OPERATION, WORKBOOK))


def _proposed(result: Result, base: Result, controls: Controls) -> str:
    """Return a name for a state, from what moved."""
    parts = [slider.text for slider in controls.sliders if slider.moved]
    if result.scenario.key.name != base.scenario.key.name:
        parts.append(controls.key_text)
    return ", ".join(parts[:3])


def _texts(s: Seance, opaque: Opaque) -> JsonObject:
    lines = [line for group in s.groups for line in (*group.lines, *group.rest)]
    return {
        "sentence": str(s.sentence),
        "second": s.second,
        "title": s.title,
        "tiles": [[t.number, t.unit, t.words, t.range, t.difference, t.kept] for t in s.tiles],
        "rows": [[opaque.shut(line.id), line.name, line.mwh, line.eur, line.gap] for line in lines],
        "total": [s.total.mwh, s.total.eur, s.total.gap],
        "law": s.law.words,
        "broken": s.law.broken.title if s.law.broken else None,
    }
