"""The agreement of a member with the organising legal person: its points, its clauses, its five consents."""

from collections.abc import Iterator
from gettext import gettext as _

from acc.accounts.persons import Holding
from acc.holders import party_of
from acc.scenario import Scenario
from acc.sites import ContractCode, FixedPrice, MarketFile, Plant
from reports.format.labels import key_sentence, key_title
from reports.format.money import exact_per_mwh, pmo_fees
from reports.format.numbers import exact
from reports.nodes.tree import Boxes, Bullets, Fields, Heading, Node, Paragraph
from reports.studies.papers.common import (
    Draft,
    PaperCase,
    clauses,
    counsel,
    fields,
    holder_of_contract,
    is_home,
    margin,
    on_derogation,
    operation_fields,
    organiser_fields,
    organiser_of,
    organiser_signer,
    party_fields,
    party_signer,
    rules_table,
)


def agreements(case: PaperCase) -> Iterator[Draft]:
    """Yield the agreement of each member asked for."""
    for holder in case.holders:
        party = party_of(case.scenario, holder.id)
        yield Draft(
            title=_("Agreement of a member with the organising legal person (PMO)"),
            file=_("agreement") + f"-{holder.id}",
            about=holder.name,
            readers=counsel(),
            blocks=tuple(_blocks(case, holder)),
            signers=(party_signer(_("For the member"), party), organiser_signer(case.scenario)),
        )


def _blocks(case: PaperCase, holder: Holding) -> Iterator[Node]:
    scenario = case.scenario
    yield Heading(_("The member"))
    yield party_fields(party_of(scenario, holder.id), holder.name, is_home=is_home(holder))
    yield Heading(_("The organising legal person (PMO)"))
    yield organiser_fields(scenario)
    yield Heading(_("The operation"))
    yield operation_fields(scenario)
    yield from points(scenario, holder)
    yield Heading(_("What the PMO has decided"))
    yield decided(scenario)
    yield Heading(_("Clauses"))
    yield clauses(*_clauses(case, holder))
    if scenario.words.commitments:
        yield Paragraph(_("Commitments that the group has written:"))
        yield Bullets(tuple(scenario.words.commitments))
    yield margin(
        _(
            "The notice of an exit and who bears the cost of a change of key are read differently by those "
            "who write of them: they hold only as the statutes and the agreement with the grid operator say."
        )
    )
    yield Heading(_("Five separate agreements"))
    yield Paragraph(
        _("Each box is ticked, or not, by the member alone; each may be taken back later without the others.")
    )
    yield Boxes(_boxes(scenario))
    party = party_of(scenario, holder.id)
    yield fields((_("Day of these agreements"), party.consented_on), (_("Signed on"), party.signed_on))
    yield Heading(_("Rules that this member meets"))
    yield rules_table(case, holder)


def points(scenario: Scenario, holder: Holding) -> Iterator[Node]:
    """Yield the points of a party, their numbers whole: this is its own paper."""
    for n in holder.sites:
        site = scenario.participants[n]
        own = party_of(scenario, site.id)
        yield Heading(_("Point of withdrawal: {name}").format(name=site.name), 3)
        yield fields(
            (_("Number (PRM)"), site.prm),
            (_("Commune"), site.commune or site.insee),
            (_("Holder of the supply contract"), holder_of_contract(own)),
            (_("Supplier of the complement"), own.supplier),
            (_("End of the supply contract"), site.contract.until),
        )
    for m in holder.plants:
        yield Heading(_("Plant: {name}").format(name=scenario.plants[m].name), 3)
        yield plant_fields(scenario, scenario.plants[m])


def plant_fields(scenario: Scenario, plant: Plant) -> Fields:
    """Description of a plant, and buyer of its surplus."""
    return fields(
        (_("Number of the injection point (PRM)"), plant.prm),
        (_("Commune"), plant.commune or plant.insee),
        (_("Peak power"), exact(plant.kwp, _("kWp"))),
        (
            _("Power of the inverters"),
            None if plant.inverter_kva is None else exact(plant.inverter_kva, "kVA"),
        ),
        (_("Sale of the surplus"), surplus_text(scenario, plant)),
        (_("Who takes the surplus"), party_of(scenario, plant.id).surplus_taker),
    )


def surplus_text(scenario: Scenario, plant: Plant) -> str | None:
    """Sale of the surplus of a plant, in words; None where the folder does not say."""
    match plant.surplus or scenario.prices.surplus:
        case FixedPrice(eur_per_kwh=price):
            return _("{price} without tax").format(price=exact_per_mwh(price))
        case ContractCode(code=code):
            return _("contract {code}").format(code=code)
        case MarketFile(file=file):
            return _("prices by the hour ({file})").format(file=file)
        case _:
            return None


def decided(scenario: Scenario) -> Fields:
    """Decisions of the organising legal person, as far as the folder says."""
    organiser = organiser_of(scenario)
    return fields(
        (_("Key"), f"{key_title(scenario.key.name)}. {key_sentence(scenario.key.name)}".strip()),
        (_("Who decides a change of the key"), organiser.key_decision),
        (_("Fee of the PMO, without tax"), pmo_fees(scenario.prices)),
        (_("VAT on the fee"), organiser.fee_vat),
        (_("Notice of an exit"), organiser.exit_notice),
        (_("Cases of exclusion"), organiser.exclusion),
        (_("Mandatary before the grid operator"), organiser.mandatary),
        (_("How long metering data are kept"), organiser.retention),
        (_("Mediator"), organiser.mediator),
    )


def _clauses(case: PaperCase, holder: Holding) -> Iterator[str]:
    yield _(
        "Object. The member joins the organising legal person (PMO), within which all producers and "
        "consumers of the operation are linked (code de l’énergie, L315-2), and takes part in the operation "
        "with the points named above."
    )
    yield on_derogation(case.result)
    yield _(
        "Key. The energy is shared by the key named above; it changes only as decided above, and members are "
        "told before it applies."
    )
    yield _("Fee. The member pays the fee named above; it changes as the statutes say, told beforehand.")
    yield _(
        "Duration and exit. The agreement runs as long as the member takes part. It may leave with the "
        "notice named above; the PMO then has its points taken out of the agreement with the grid operator."
    )
    yield _("Exclusion. A member is excluded in the cases named above alone, once it has been heard.")
    if holder.sites:
        yield _(
            "Supply. The member keeps a contract with a supplier of its choice for all that the operation "
            "does not deliver (code de l’énergie, D315-9)."
        )
    if holder.plants:
        yield _(
            "Surplus. For each of its plants the member has a buyer, or another taker, of what nobody in the "
            "operation uses (code de l’énergie, D315-9)."
        )
    yield _("One operation. None of these points takes part in another collective operation.")
    yield _("Changes. The member tells a move, a change of holder or of supplier of a point without delay.")
    yield _(
        "No promise. What is shared follows the sun and the uses of all: neither an amount of energy nor a "
        "saving is promised; the figures of studies are indicative."
    )
    yield _(
        "Liability. Each is liable for its own faults; the PMO does not stand for producers nor suppliers."
    )
    yield _(
        "Data. The PMO uses the metering data for the operation alone, keeps them for the time named above "
        "and shows them to nobody without the agreement of the member."
    )
    yield _("Disputes. Parties first seek an agreement, before the mediator where there is one. French law.")


def _boxes(scenario: Scenario) -> tuple[str, ...]:
    third = organiser_of(scenario).mandatary or organiser_of(scenario).name or _("the PMO")
    return (
        _("I agree that the grid operator collects the load curve of my points."),
        _("I agree that the grid operator sends this load curve to my supplier."),
        _("I agree that the grid operator sends my consumption data to {third}.").format(third=third),
        _("I agree that the grid operator sends my production data to {third}.").format(third=third),
        _("I agree to take part in the operation with the points named above."),
    )
