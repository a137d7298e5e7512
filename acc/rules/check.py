"""The outcome of a regulatory check, as a value: a state, a measure against a limit, and who is the cause."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


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
