"""The organising legal person: statutes of an association, or the decision of a body that exists already."""

from collections.abc import Iterator
from gettext import gettext as _

from reports.nodes.tree import Heading, Node
from reports.studies.papers.common import (
    Draft,
    PaperCase,
    Signer,
    clauses,
    communes,
    counsel,
    fields,
    margin,
    organiser_fields,
    organiser_of,
    organiser_signer,
)
from reports.studies.papers.member import decided

ASSOCIATION = "association"


def statutes(case: PaperCase) -> Iterator[Draft]:
    """Yield the decision of a body that is named and is no association, else the statutes of one."""
    organiser = organiser_of(case.scenario)
    if organiser.name and organiser.legal_form and ASSOCIATION not in organiser.legal_form.lower():
        yield _decision(case)
        return
    yield Draft(
        title=_("Statutes of the association that organises the operation (PMO)"),
        file=_("statutes"),
        about=organiser.name or "",
        readers=counsel(),
        blocks=tuple(_statutes(case)),
        signers=(
            Signer(whom=_("First founder")),
            Signer(whom=_("Second founder")),
        ),
    )


def _statutes(case: PaperCase) -> Iterator[Node]:
    scenario, organiser = case.scenario, organiser_of(case.scenario)
    yield Heading(_("The association"))
    yield fields(
        (_("Title"), organiser.name),
        (_("Seat"), organiser.address),
        (_("Communes"), ", ".join(communes(scenario))),
        (_("Duration"), None),
        (_("Day of the founding meeting"), organiser.decided_on),
        (_("Represented by"), organiser.signatory),
        (_("In the quality of"), organiser.signs_as),
    )
    yield Heading(_("Articles"))
    yield clauses(*_articles())
    yield Heading(_("What the statutes leave to be decided"))
    yield decided(scenario)
    yield fields(
        (_("Categories of members, and their votes"), None),
        (_("Majority for the price rule and the waiting list"), None),
        (_("Board: number, term, election"), None),
        (_("Contribution of a member"), None),
        (_("Taker of what is left on dissolution"), None),
    )
    yield margin(
        _(
            "A commune that is one member among private ones does not control the association as its own "
            "service: its purchases are not exempt of competition for that reason (CCP, L2511-1)."
        )
    )
    yield margin(
        _(
            "The list of follow-up data that the PMO owes (annex of the arrêté of 21 November 2019) was not "
            "read: to be asked of the grid operator."
        )
    )


def _articles() -> Iterator[str]:
    yield _(
        "Form. An association under the law of 1 July 1901, of two members at least, declared at the "
        "prefecture."
    )
    yield _(
        "Object. To organise a collective self-consumption operation (code de l’énergie, L315-2), to sign "
        "the agreement with the grid operator and to send it the key; without gain for itself."
    )
    yield _(
        "Members. Every producer and every consumer of the operation is a member, from its first to its last "
        "day in it."
    )
    yield _(
        "Admission. By the board, of points within the perimeter; on a derogation, in the communes named "
        "above alone as long as no other one is granted."
    )
    yield _(
        "Exit and exclusion. As decided below; the PMO then has the points taken out by the grid operator."
    )
    yield _(
        "General meeting. It meets once a year, votes the accounts, the fee, the key and the rule of prices."
    )
    yield _("Board. It represents the association and names the mandatary before the grid operator, if any.")
    yield _(
        "Data. The association holds the metering data for the operation alone, for the time decided below."
    )
    yield _(
        "If the only producer leaves, the board calls a meeting at once: it finds another one or ends the "
        "operation."
    )
    yield _("Resources. The fees of members and grants; the accounts are shown to each member that asks.")
    yield _("Change and dissolution. By a general meeting called for it; what is left goes where it decides.")


def _decision(case: PaperCase) -> Draft:
    scenario, organiser = case.scenario, organiser_of(case.scenario)
    doubt = margin(
        _(
            "Whether this body may organise an operation under its own statutes, and a syndicate in "
            "particular, is not settled by a text that was read: to be asked before the decision."
        )
    )
    decides = clauses(
        _(
            "To organise the operation named below as its organising legal person (code de l’énergie, "
            "L315-2)."
        ),
        _(
            "To link within itself every producer and every consumer of the operation, by an agreement with "
            "each."
        ),
        _("To sign the agreement with the grid operator, and to send it the key."),
        _("To name who represents it, and a mandatary if any."),
    )
    return Draft(
        title=_("Decision of an existing body to organise the operation (PMO)"),
        file=_("pmo-decision"),
        about=organiser.name or "",
        readers=counsel(),
        blocks=(
            Heading(_("The body")),
            organiser_fields(scenario),
            fields((_("Day of the decision"), organiser.decided_on), (_("Number"), None)),
            Heading(_("It decides")),
            decides,
            doubt,
            Heading(_("The operation")),
            fields((_("Name"), scenario.name), (_("Communes"), ", ".join(communes(scenario)))),
            decided(scenario),
        ),
        signers=(organiser_signer(scenario),),
    )
