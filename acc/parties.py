"""Who the parties of contracts are, as papers to sign name them: closed, read by papers alone."""

from dataclasses import dataclass
from datetime import date


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
