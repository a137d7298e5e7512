"""What `[size]` adds to the working page: ends of sliders, powers with nearly no surplus."""

from functools import partial
from gettext import gettext as _

from starlette.datastructures import QueryParams
from starlette.responses import PlainTextResponse, Response

from acc.problem import InputError
from reports.studies.size.screen import powers_by_use_text
from scenarios.entry.folder.settings import SHORT_NAMES
from scenarios.studies.size.settings import most_kwp
from scenarios.studies.size.surplus_powers import powers_by_use
from web.naming import VIEW
from web.page_study import PageStudy
from web.screens import Screens

PATH = "/puissances"


def powers_page(screens: Screens, query: QueryParams) -> str | Response:
    """Tell at which powers nearly nothing is left: in words alone where the address asks for a part."""
    try:
        question = screens.state_of(query)
        hand = screens.at_hand
        # A front of other prices serves: no key changes what is used.
        powers = powers_by_use(hand.folder, **hand.request(question, anew=False))
    except InputError as fault:
        return PlainTextResponse(" ".join(screens.problem_texts(fault)), status_code=422)
    text = powers_by_use_text(powers) or _(
        "Not counted with a battery or flexible loads, nor where nothing is shared."
    )
    if "partie" in query:
        return PlainTextResponse(text)
    return screens.page("size/powers.html", text=text, back=screens.link(question))


PAGE = PageStudy(
    most_kwp=most_kwp,
    paths={"powers": PATH},
    routes=lambda screens: [
        screens.route(PATH, partial(powers_page, screens), "partie", *VIEW, *SHORT_NAMES)
    ],
)
