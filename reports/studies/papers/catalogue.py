"""The papers to sign, by the words of the command line: whose each is, and what its text is filled with."""

from collections.abc import Callable, Iterator, Mapping
from gettext import gettext as _
from types import MappingProxyType

from acc.household_privacy import HOMES, homes
from acc.parties import Organiser
from acc.result.result import Result
from reports.format.labels import STATES
from reports.format.numbers import fr, unit
from reports.nodes.tree import Bullets
from reports.studies.papers.common import PaperCase, rules_table
from reports.studies.papers.deliberation import deliberations
from reports.studies.papers.derogation import requests
from reports.studies.papers.sale import sales
from reports.studies.papers.texts import Draft, draft_of, fields_of
from reports.view.view import holders_shown

ASSOCIATION = "association"


def agreements(case: PaperCase) -> Iterator[Draft]:
    """Yield the agreement of each member asked for with the organising legal person."""
    organiser, commitments = case.scenario.organiser or Organiser(), case.scenario.words.commitments
    for holder in case.holders:
        values = case.values(
            member=case.person(holder),
            sites=case.points(holder),
            plants=case.plants(holder),
            commitments=(Bullets(tuple(commitments)),) if commitments else (),
            receiver=organiser.mandatary or organiser.name,
            rules=(rules_table(case, holder),),
        )
        yield draft_of("agreement", values)


def letters(case: PaperCase) -> Iterator[Draft]:
    """Yield the request to the grid operator, which the PMO signs for all."""
    yield draft_of("operator", case.values(measured=fields_of(list(_measured(case.result)))))


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


def statutes(case: PaperCase) -> Iterator[Draft]:
    """Yield the decision of a body that is named and is no association, else the statutes of one."""
    organiser = case.scenario.organiser or Organiser()
    form = organiser.legal_form if organiser.name else None
    name = "pmo-decision" if form and ASSOCIATION not in form.lower() else "statutes"
    yield draft_of(name, case.values())


def consents(case: PaperCase) -> Iterator[Draft]:
    """Yield the consent of each home asked for, one box a purpose, and the form to withdraw."""
    organiser = case.scenario.organiser or Organiser()
    for holder in case.holders:
        if holder.kind in HOMES:
            count = sum(homes(case.scenario.participants[n]) for n in holder.sites)
            values = case.values(
                member=case.person(holder),
                sites=case.points(holder),
                homes=fr(count) if count > 1 else "",
                pmo_address=", ".join(filter(None, (organiser.name, organiser.contact))),
            )
            yield draft_of("consent", values)


def leases(case: PaperCase) -> Iterator[Draft]:
    """Yield the lease of each plant that stands on another's roof or land, of the holders asked for."""
    ids = {holder.id for holder in case.holders}
    for owner in holders_shown(case.result):
        for plant in (case.scenario.plants[m] for m in owner.plants):
            landlord = case.landlord(plant)
            if landlord is not None and landlord.id != owner.id and ids & {owner.id, landlord.id}:
                persons = {"landlord": case.person(landlord), "owner": case.person(owner)}
                yield draft_of("roof", case.values(plant=case.plant(plant), **persons))


PAPERS: Mapping[str, Callable[[PaperCase], Iterator[Draft]]] = MappingProxyType(
    {
        "agreement": agreements,
        "sale": sales,
        "deliberation": deliberations,
        "operator": letters,
        "derogation": requests,
        "statutes": statutes,
        "consent": consents,
        "roof": leases,
    }
)
