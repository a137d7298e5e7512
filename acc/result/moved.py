"""What is told of moved data: of how many, and how far off what others read may be."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedData:
    """What is told of moved data, and no true figure.

    Attributes:
        holders: members whose data are moved.
        totals_ratio: at most so far are the sums of all, under the folder's key.
        rows_ratio, keys_ratio: so far what a member who is named receives and gains, under the folder's
            key and under the others; None where no other was compared.
        plan_ratio: so far, in parts of the investment, what is invested and the values over the plan; None
            without one.
        losers: who loses, on the true figures.
        unsure_ids: who is named, and gains on one side while it loses on the other.
    """

    holders: int
    totals_ratio: float
    rows_ratio: float
    keys_ratio: float | None
    plan_ratio: float | None
    losers: int
    unsure_ids: frozenset[str] = frozenset()
