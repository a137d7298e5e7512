"""Who the parties of contracts are, as papers to sign name them: closed, read by papers alone."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from acc.scenario import Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """What papers say of a person, or of one site or plant alone; None where nobody said it.

    Attributes:
        id: of the person, site or plant of which it is said.
        siret: fourteen digits of the establishment that signs.
        address: of the seat, or of the home, as one line.
        signatory, signs_as: who signs, and in which quality.
        contact: mail or telephone of who answers for it.
        holder: who the supplier's contract of the delivery point is in the name of.
        supplier: of the complement.
        surplus_taker: who takes what nobody in the operation uses, and balances it.
        roof_title: by which the plant stands where it stands (lease, occupation, own roof).
        parcel: cadastral parcels of that roof or ground.
        sales_vat: of its sales, as its accountant said.
        billing: how often it bills, or pays.
        signed_at: where a home signs, on which the right of withdrawal rests.
        deliberation: number of the decision of its council or board.
        deliberated_on, consented_on, signed_on: days of that decision, of its consent to the use of its data,
            of its agreement.
    """

    id: str
    legal_name: str | None = None
    legal_form: str | None = None
    siret: str | None = None
    address: str | None = None
    signatory: str | None = None
    signs_as: str | None = None
    contact: str | None = None
    holder: str | None = None
    supplier: str | None = None
    surplus_taker: str | None = None
    roof_title: str | None = None
    parcel: str | None = None
    sales_vat: str | None = None
    billing: str | None = None
    signed_at: str | None = None
    deliberation: str | None = None
    deliberated_on: date | None = None
    consented_on: date | None = None
    signed_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Organiser:
    """The legal person that links all members and signs with the grid operator (L315-2); None: not said.

    Attributes:
        mandatary: who acts in its name before the grid operator.
        fee_vat: VAT on its fee, as its accountant said.
        exit_notice: how long before a member tells that it leaves.
        key_decision: who decides on a change of the key, and by which majority.
        exclusion: in which cases a member is excluded.
        retention: how long it keeps the metering data.
        mediator: to whom a household turns.
        decided_on: day on which its founders, or its board, decided that it organises the operation.
    """

    name: str | None = None
    legal_form: str | None = None
    siret: str | None = None
    address: str | None = None
    signatory: str | None = None
    signs_as: str | None = None
    contact: str | None = None
    mandatary: str | None = None
    fee_vat: str | None = None
    exit_notice: str | None = None
    key_decision: str | None = None
    exclusion: str | None = None
    retention: str | None = None
    mediator: str | None = None
    decided_on: date | None = None


def party_of(scenario: "Scenario", id_: str) -> Party:
    """Return what papers say of a person, or of a site or plant: its own row over that of its person."""
    _sites, owners = holders_of(scenario, [plant.producer for plant in scenario.plants])
    holder = dict(zip((plant.id for plant in scenario.plants), owners, strict=True))
    holder |= {site.id: site.person or site.id for site in (*scenario.absent, *scenario.participants)}
    said: dict[str, Any] = {}
    for key in (holder.get(id_, id_), id_):
        row = asdict(scenario.parties.get(key, Party(id=key)))
        said |= {name: value for name, value in row.items() if value is not None}
    return Party(**said | {"id": id_})


def holders_of(scenario: "Scenario", owners: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the person of each participant and, from who produces it, of each plant, by id.

    The stated one; else each participant is its own person, and a plant is its owner's: a participant, a
    person, or a third party that the folder only names.
    """
    of_site = {site.id: site.person or site.id for site in scenario.participants}
    by_name = {person.name: person.id for person in scenario.persons or ()}
    of_plant = tuple(of_site.get(owner) or by_name.get(owner) or owner for owner in owners)
    return tuple(of_site.values()), of_plant
