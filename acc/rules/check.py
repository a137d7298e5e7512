"""The outcome of a regulatory check, as a value: a state, a measure against a limit, and who is the cause."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Annotated, TypedDict

from acc.arrays import JsonObject


class State(StrEnum):
    """How a rule stands; each value is a fixed word of the results, translated where it is shown."""

    MET = "respected"
    ON_DEROGATION = "possible-on-derogation"
    TO_VERIFY = "to-verify"
    NOT_MET = "not-respected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One rule applied to one operation.

    Attributes:
        rule: short name ("distance", "power", "density", "public-bodies", ...).
        title: what is asked, in a sentence with its figures, already translated; where it fails, the failure.
        measured, limit: the figures compared, in `unit`; None when there is nothing to measure.
        culprits: ids of the sites that decide the state, worst first.
        between: ids of the two sites that the measure lies between, where it is a distance.
        remedy: what to do, in a sentence already translated; empty when the rule is met.
        act: the same for a document that lists the culprits beside, each under the name that it may show;
            empty where the remedy names nobody.
        reference, in_force_from, confidence: the text, its date, and how sure we are (H, M, L).
        binding: whether the operation is unlawful without it; False for a condition of a tax.
    """

    rule: str
    state: State
    title: str
    measured: float | None = None
    limit: float | None = None
    unit: str = ""
    culprits: tuple[str, ...] = ()
    between: tuple[str, ...] = ()
    remedy: str = ""
    act: str = ""
    reference: str = ""
    in_force_from: date | None = None
    confidence: str = "H"
    binding: bool = True

    @property
    def forbids(self) -> bool:
        """Whether the operation is unlawful as it stands, without a derogation that could be asked for."""
        return self.binding and self.state is State.NOT_MET


CONFIRMED_BY_OPERATOR = ("network", "meters")
"""Rules that the network operator alone can verify, of every operation: no folder says them."""


class Legality(StrEnum):
    """Whether an operation may be founded as it is written."""

    YES = "yes"
    TO_VERIFY = "to-verify"
    """Nothing forbids it; something that decides is not known, or a derogation is to be asked for."""
    NO = "no"


class StatusDocument(TypedDict):
    """Status of an operation as every JSON document gives it."""

    lawful: str
    undecided: list[str]
    on_derogation: bool
    fictitious: bool
    costs_left_out: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationStatus:
    """What stands over every figure of an operation.

    Attributes:
        broken: the rules that forbid it; none of them where it is not unlawful.
        undecided: binding rules that the folder should decide and does not: a position is unknown.
        on_derogation: whether a derogation is to be asked for.
        fictitious: whether its data are invented.
        costs_left_out: what its euros leave out: "connection", "investment", "euros" where none are known,
            "changes" where the first year is repeated though dated changes stand in the folder, "later" where
            it is told alone.
        moved: whether the data of who did not agree to be shown are moved.
    """

    lawful: Legality
    fictitious: bool
    broken: tuple[Check, ...] = ()
    undecided: tuple[Check, ...] = ()
    on_derogation: bool = False
    costs_left_out: tuple[str, ...] = ()
    moved: bool = False

    @property
    def is_unlawful(self) -> bool:
        """Whether it only compares: nothing may be offered, recommended or shown as a gain to take."""
        return self.lawful is Legality.NO

    def leaving_out(self, cost: str) -> "OperationStatus":
        """Return the same where figures leave out one cost more; see `costs_left_out`."""
        return replace(self, costs_left_out=(*self.costs_left_out, cost))

    @property
    def document(self) -> Annotated[JsonObject, StatusDocument]:
        """What every JSON document says of it."""
        return {
            "lawful": str(self.lawful),
            "undecided": [check.rule for check in self.undecided],
            "on_derogation": self.on_derogation,
            "fictitious": self.fictitious,
            "costs_left_out": list(self.costs_left_out),
        }


def status_of(
    checks: Sequence[Check], *, fictitious: bool, costs_left_out: Sequence[str] = ()
) -> OperationStatus:
    """Status of an operation by its rules.

    >>> status_of([Check(rule="density", state=State.NOT_MET, title="Too dense")], fictitious=True).lawful
    <Legality.NO: 'no'>
    >>> status_of([Check(rule="network", state=State.TO_VERIFY, title="?")], fictitious=True).lawful
    <Legality.TO_VERIFY: 'to-verify'>
    """
    binding = [check for check in checks if check.binding]
    broken = tuple(check for check in binding if check.forbids)
    open_ = [check for check in binding if check.state is State.TO_VERIFY]
    on_derogation = any(check.state is State.ON_DEROGATION for check in binding)
    return OperationStatus(
        lawful=Legality.NO if broken else Legality.TO_VERIFY if open_ or on_derogation else Legality.YES,
        fictitious=fictitious,
        broken=broken,
        undecided=tuple(check for check in open_ if check.rule not in CONFIRMED_BY_OPERATOR),
        on_derogation=on_derogation,
        costs_left_out=tuple(costs_left_out),
    )
