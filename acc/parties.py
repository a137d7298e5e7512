"""Who the parties of contracts are, and who signs what: closed, read by papers and the road to them."""

from collections.abc import Iterable
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


DEROGATION, MEMBERSHIP, CONVENTION = "derogation", "membership", "convention"

PAPERS = (
    *("statutes", DEROGATION, "roof", "sale", "deliberation", MEMBERSHIP),
    *("operator", CONVENTION),
)
"""Papers in the order in which they are signed; the convention is the grid operator's own."""

BEFORE_DEROGATION = ("statutes", DEROGATION)
"""Papers that are signed while a derogation is awaited."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperSignature:
    """A line of `signatures.csv`.

    Attributes:
        id: the name of its file, as it was first written.
        paper: of `PAPERS`.
        who: whose it is, by id; None of the PMO.
        operation: its number in a plan of several; None of all of them, or of the only line.
        due: by when it is to be signed.
        signed: the day of the last signature; of a derogation, the day on which it was granted.
    """

    id: str
    paper: str
    who: str | None = None
    operation: int | None = None
    due: date | None = None
    sent: date | None = None
    signed: date | None = None
    note: str | None = None

    @property
    def key(self) -> tuple[str, str | None, int | None]:
        """What tells it from the others."""
        return self.paper, self.who, self.operation

    @property
    def is_filled(self) -> bool:
        """Whether somebody filled it in."""
        return any((self.due, self.sent, self.signed, self.note))


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """How many papers of a kind there are, how many were sent, how many are signed.

    Attributes:
        due: the next day by which one that is not signed is to be; None where no day is said.
    """

    count: int
    sent: int
    signed: int
    due: date | None


def agreed(signatures: Iterable[PaperSignature]) -> dict[str, Agreed]:
    """Count papers by kind, in the order in which they are signed: who has agreed, and to what."""
    every = tuple(signatures)
    kinds = {paper: [line for line in every if line.paper == paper] for paper in PAPERS}
    return {
        paper: Agreed(
            count=len(lines),
            sent=sum(bool(line.sent or line.signed) for line in lines),
            signed=sum(bool(line.signed) for line in lines),
            due=min((line.due for line in lines if line.due and not line.signed), default=None),
        )
        for paper, lines in kinds.items()
        if lines
    }


def awaits_derogation(signatures: Iterable[PaperSignature], operation: int | None) -> bool:
    """Whether the derogation of an operation was not granted yet, as far as the folder says."""
    return not any(
        line.paper == DEROGATION and line.operation == operation and line.signed for line in signatures
    )
