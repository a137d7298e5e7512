"""How an operation stands: the one value that is asked before anything is recommended, offered or tinted."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from acc.rules.check import Check, State


class Legality(StrEnum):
    """Whether an operation may be founded as it is written."""

    YES = "yes"
    TO_VERIFY = "to-verify"
    """Nothing forbids it; something that decides is not known, or a derogation is to be asked for."""
    NO = "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationStatus:
    """What stands over every figure of an operation.

    Attributes:
        broken: the rules that forbid it; none of them where it is not unlawful.
        fictitious: whether its data are invented.
        costs_left_out: what its euros leave out: "connection", "investment", "euros" where none are known.
    """

    lawful: Legality
    fictitious: bool
    broken: tuple[Check, ...] = ()
    costs_left_out: tuple[str, ...] = ()

    @property
    def document(self) -> dict[str, object]:
        """What every JSON document says of it."""
        return {
            "lawful": str(self.lawful),
            "fictitious": self.fictitious,
            "costs_left_out": list(self.costs_left_out),
        }


def status_of(
    checks: Sequence[Check], *, fictitious: bool, costs_left_out: Sequence[str] = ()
) -> OperationStatus:
    """Return how an operation stands by its rules.

    >>> status_of([Check(rule="density", state=State.NOT_MET, title="Too dense")], fictitious=True).lawful
    <Legality.NO: 'no'>
    >>> status_of([Check(rule="network", state=State.TO_VERIFY, title="?")], fictitious=True).lawful
    <Legality.TO_VERIFY: 'to-verify'>
    """
    broken = tuple(check for check in checks if check.forbids)
    open_ = any(check.binding and check.state in {State.TO_VERIFY, State.ON_DEROGATION} for check in checks)
    lawful = Legality.NO if broken else Legality.TO_VERIFY if open_ else Legality.YES
    return OperationStatus(
        lawful=lawful, fictitious=fictitious, broken=broken, costs_left_out=tuple(costs_left_out)
    )
