"""The letter to the grid operator: the request to start, its annexes, what the convention has to hold."""

from collections.abc import Iterator
from gettext import gettext as _

from acc.result.result import Result
from reports.format.labels import STATES, key_sentence, key_title
from reports.format.numbers import unit
from reports.nodes.tree import Bullets, Heading, Node, Paragraph
from reports.studies.papers.common import (
    Draft,
    PaperCase,
    counsel,
    fields,
    margin,
    on_derogation,
    operation_fields,
    organiser_fields,
    organiser_of,
    organiser_signer,
)


def letters(case: PaperCase) -> Iterator[Draft]:
    """Yield the request to the grid operator, which the PMO signs for all."""
    yield Draft(
        title=_("Request to start a collective self-consumption operation"),
        file=_("grid-operator-letter"),
        about=_("to the grid operator"),
        readers=counsel(),
        blocks=tuple(_blocks(case)),
        signers=(organiser_signer(case.scenario),),
    )


def _blocks(case: PaperCase) -> Iterator[Node]:
    scenario = case.scenario
    yield Heading(_("From: the organising legal person (PMO)"))
    yield organiser_fields(scenario)
    yield fields((_("Mandatary before the grid operator"), organiser_of(scenario).mandatary))
    yield Heading(_("To: the grid operator"))
    yield fields((_("Name of the grid operator and of its desk"), None), (_("Address or mail"), None))
    yield Heading(_("The operation"))
    yield operation_fields(scenario)
    yield fields(*_measured(case.result))
    yield fields((_("Key"), f"{key_title(scenario.key.name)}. {key_sentence(scenario.key.name)}".strip()))
    yield Heading(_("Request"))
    yield Paragraph(
        _(
            "The organising legal person declares the operation named above (code de l’énergie, L315-2) and "
            "asks for the agreement that links it with the grid operator (L315-4, D315-9)."
        )
    )
    text = on_derogation(case.result)
    if text:
        yield Paragraph(text)
    yield Paragraph(_("It declares that:"))
    yield Bullets(
        (
            _("none of these points takes part in another collective operation;"),
            _("each consumer has a supplier for what the operation does not deliver, as the list says;"),
            _("the surplus of each plant has a taker, as the list says;"),
            _("it holds the agreement of each member to take part, and to the use of its data."),
        )
    )
    yield Heading(_("Joined"))
    yield Bullets(
        (
            _("the list of points and holders (annex 2.1): PMO and mandatary, producers, consumers;"),
            _("the annex of the agreement that holds the coefficients or the method of the key;"),
            _("the mandate, where there is a mandatary;"),
            _("the decision on the derogation, where one is needed."),
        )
    )
    yield margin(
        _(
            "The holder of each point must be the holder of the contract on that point; a wrong one stops "
            "the request. The numbers of the other annexes were not read: the desk of the grid operator "
            "gives them."
        )
    )


def _measured(result: Result) -> Iterator[tuple[str, str]]:
    """Yield the first checks of the desk: total power and farthest sites, with their limits."""
    names = {"power": _("Power of the plants together"), "distance": _("Distance of the two farthest sites")}
    text = _("{measured}, {limit} allowed: {state}")
    for check in result.checks:
        if check.rule in names and check.measured is not None and check.limit is not None:
            measured_in, digits = ("km", 2) if check.rule == "distance" else (_("kWp"), 0)
            measured, limit = unit(check.measured, measured_in, digits), unit(check.limit, measured_in)
            line = text.format(measured=measured, limit=limit, state=_(STATES[check.state]))
            yield names[check.rule], line
