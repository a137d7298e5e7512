"""The screen "La question": the alternatives of a state, by the central figures at once, then by draws."""

from dataclasses import replace
from functools import partial
from gettext import gettext as _

from starlette.datastructures import QueryParams

from acc.i18n import N_
from acc.problem import InputError
from acc.scenario import Scenario
from acc.worth.result import USUAL_DRAWS
from reports.page.law import law_of
from reports.studies.worth.page import question_screen
from scenarios.entry.folder.settings import SHORT_NAMES
from scenarios.session import PageQuestion
from scenarios.studies.worth.run import worth_of_page
from web.controls import Slider, local_price_slider, slider_of, supply_slider, words_of_fields
from web.naming import leave_out
from web.page_study import PageStudy
from web.screens import FORM, Screens

DRAWN = "tirages"
"""Word of the address that asks for the draws: they take seconds."""


def question_page(screens: Screens, query: QueryParams) -> str:
    """Render the screen, or its answer alone where the address asks for a part."""
    try:
        question = screens.state_of(query)
        base = screens.at_hand.result(question.of_variant(question.variant), complete=False)
        worth_of_page(screens.at_hand, question.of_variant(question.variant), 0)
    except InputError as fault:
        return screens.empty(fault, "question")
    if FORM in query:
        question = _of_form(query, question, base.scenario)
    faults: list[str] = []
    draws = USUAL_DRAWS if DRAWN in query else 0
    try:
        result = screens.at_hand.result(question, complete=False)
        worth = worth_of_page(screens.at_hand, question, draws)
        if draws:
            drawn = screens.at_hand.result(question, drawn=True, complete=False).drawn
            result = replace(result, drawn=drawn)
    except InputError as fault:
        faults, question = screens.problem_texts(fault), question.of_variant(question.variant)
        result, worth = base, worth_of_page(screens.at_hand, question, draws)
    return screens.page(
        "worth/_question.html" if "partie" in query else "worth/question.html",
        screen="question",
        of=base.scenario,
        question=question,
        q=question_screen(worth, result, screens.names()),
        law=law_of(result, screens.names()),
        link=lambda other: screens.link(other, screen="question"),
        sliders=what_if(result.scenario, base.scenario),
        faults=faults,
        trial=lambda sites: screens.link(leave_out(question, *sites)),
    )


def what_if(now: Scenario, base: Scenario) -> tuple[Slider, ...]:
    """Build the controls of the question: the local price, the suppliers, the years counted."""
    controls = [local_price_slider(now, base), supply_slider(now, base)]
    if now.finance is not None and base.finance is not None:
        years = now.finance.horizon_years, base.finance.horizon_years
        words = ("duree", _("Years counted"), "finance.horizon_years")
        controls.append(slider_of(words, (float(years[0]), float(years[1])), (10.0, 30.0, 1.0), _("years")))
    return tuple(controls)


def _of_form(query: QueryParams, question: PageQuestion, base: Scenario) -> PageQuestion:
    """Read the state of the fields, over that of the address: three controls are moved here."""
    sliders = what_if(base, base)
    fields = {name: str(query[name]) for name in query}
    sets, _without, _powers = words_of_fields(sliders, fields)
    paths = {slider.path for slider in sliders}
    kept = [word for word in question.sets if word.partition("=")[0] not in paths]
    return replace(question, sets=(*kept, *sets))


PAGE = PageStudy(
    screen="question",
    title=N_("The question"),
    after="donnees",
    routes=lambda screens: [
        screens.route("/question", partial(question_page, screens), FORM, "partie", DRAWN, *SHORT_NAMES)
    ],
)
