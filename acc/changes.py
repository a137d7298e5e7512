"""What a group knows of the years to come: dated changes of its sites and its plants."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class What(StrEnum):
    """What changes."""

    CLOSES = "closes"
    """A site uses nothing any more, or a part; a plant makes nothing any more."""
    LEAVES = "leaves"
    """A site is no participant any more."""
    JOINS = "joins"
    """A site was no participant before."""
    STARTS = "starts"
    """A plant makes nothing before."""
    SCALE = "scale"
    """What a site uses is multiplied."""


OF_PLANTS = frozenset({What.STARTS, What.CLOSES})
OF_SITES = frozenset(What) - {What.STARTS}


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedChange:
    """One dated change of one site or plant.

    Attributes:
        site: id of a participant or of a plant.
        since, until: first day on which it holds, and first on which it does no more; None for ever.
        ratio: what the need is multiplied by; of a site that closes, the part that stays.
        source: who said it.
    """

    site: str
    what: What
    since: date
    until: date | None = None
    ratio: float = 0.0
    source: str | None = None
