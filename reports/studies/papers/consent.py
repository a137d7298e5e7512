"""The consent of a home, one box a purpose, with its sheet of information and the form to withdraw."""

from collections.abc import Iterator
from gettext import gettext as _

from acc.accounts.persons import Holding
from acc.holders import party_of
from acc.household_privacy import homes
from acc.sites import Participant
from reports.format.numbers import fr
from reports.nodes.tree import Boxes, Heading, Node, Paragraph
from reports.studies.papers.common import (
    Draft,
    PaperCase,
    clauses,
    counsel,
    fields,
    is_home,
    margin,
    organiser_fields,
    organiser_of,
    party_fields,
    party_signer,
)


def consents(case: PaperCase) -> Iterator[Draft]:
    """Yield the consent of each home asked for."""
    for holder in case.holders:
        if is_home(holder):
            party = party_of(case.scenario, holder.id)
            yield Draft(
                title=_("Consents of a home, and right to withdraw"),
                file=_("consent") + f"-{holder.id}",
                about=holder.name,
                readers=counsel(),
                blocks=tuple(_blocks(case, holder)),
                signers=(party_signer(_("The member of the home who holds the contract"), party),),
                annex=tuple(_withdrawal(case)),
            )


def _blocks(case: PaperCase, holder: Holding) -> Iterator[Node]:
    scenario, party = case.scenario, party_of(case.scenario, holder.id)
    organiser = organiser_of(scenario)
    yield Heading(_("The home"))
    yield party_fields(party, holder.name, is_home=True)
    yield fields(
        *((_("Number (PRM): {name}").format(name=site.name), site.prm) for site in _sites(case, holder)),
        (_("Signed at the home, at a distance, or at an office"), party.signed_at),
    )
    if (count := sum(homes(site) for site in _sites(case, holder))) > 1:
        text = _("{name} stands for {count} homes: one copy for each, signed by who holds its own contract.")
        yield margin(text.format(name=holder.name, count=fr(count)))
    yield Heading(_("Who uses the data"))
    yield organiser_fields(scenario)
    yield fields(
        (_("Mandatary, who receives the data in its name"), organiser.mandatary),
        (_("How long metering data are kept"), organiser.retention),
        (_("Mediator"), organiser.mediator),
    )
    yield Heading(_("Consents, one a purpose"))
    yield Paragraph(
        _(
            "A load curve tells of private life. Each box is yours to tick or to leave; none depends on "
            "another, and each consent may be taken back at any time, in writing, to the contact above."
        )
    )
    yield Boxes(
        (
            _("My past load curve may be read for the study of the operation."),
            _("My load curve may be collected by the grid operator during the operation."),
            _("It may be sent to the PMO, or to its mandatary, to share the energy."),
            _("It may be used to make the invoices of what I buy."),
            _("My home may be counted in a group smaller than ten homes in documents that others read."),
        )
    )
    yield fields((_("Day of these consents"), party.consented_on))
    yield from _purchase()


def _purchase() -> Iterator[Node]:
    yield Heading(_("Before you sign a purchase"))
    yield clauses(
        _("You keep your supplier for all that the operation does not deliver."),
        _("No amount of energy and no saving is promised; a study is indicative."),
        _(
            "You have 14 days from the signature to withdraw, without a reason, where you sign at a distance "
            "or outside an office (code de la consommation, L221-18)."
        ),
        _(
            "If you want the contract to start before these 14 days, you ask for it below, expressly. You "
            "may still withdraw; you then pay what was delivered until that day (L221-25)."
        ),
    )
    yield Boxes((_("I expressly ask that the contract starts before the end of the 14 days."),))
    yield margin(
        _(
            "Whether the producer is a “supplier” in the sense of the consumer code (L224-3) is not settled; "
            "the information that this article lists is given all the same."
        )
    )


def _sites(case: PaperCase, holder: Holding) -> list[Participant]:
    return [case.scenario.participants[n] for n in holder.sites]


def _withdrawal(case: PaperCase) -> Iterator[Node]:
    organiser = organiser_of(case.scenario)
    yield Heading(_("Form to withdraw (to be sent back only if you withdraw)"))
    yield fields(
        (_("To (seller: name, address, mail)"), None),
        (_("Copy to the PMO"), ", ".join(filter(None, (organiser.name, organiser.contact)))),
    )
    yield Paragraph(_("I tell you hereby that I withdraw from the purchase of shared electricity."))
    yield fields(
        (_("Signed on"), None),
        (_("Name and address"), None),
        (_("Date and signature of the withdrawal"), None),
    )
