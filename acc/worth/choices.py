"""The choices that a group has, and whether each can be compared."""

from enum import StrEnum


class Way(StrEnum):
    """What can be done with the same roofs, the same sites and the same sun."""

    FOLDER = "folder"
    """The operation as it is written: what `acc run` tells."""
    NOTHING = "nothing"
    """No plant, no operation: every kWh is bought."""
    OWN_USE = "own-use"
    """Each roof serves the site under it; the rest is sold. A roof without a site is not built."""
    TOTAL_SALE = "total-sale"
    """All that is made is sold under the contract of the surplus."""
    SHARING = "sharing"
    """All that is made goes to the operation; what nobody takes is sold."""
    BOTH = "own-use-and-sharing"
    """Each roof serves the site under it first, the operation then."""
    BATTERY = "battery"
    """The same, with a shared battery."""
    PPA = "ppa"
    """All that is made is sold to one buyer at a long-term price."""

    @property
    def shares(self) -> bool:
        """Whether there is an operation; a folder says so itself (`operation.sharing`)."""
        return self in {Way.FOLDER, Way.SHARING, Way.BOTH, Way.BATTERY}


class WayState(StrEnum):
    """Whether a choice has figures."""

    COMPARED = "compared"
    NOT_COMPARABLE = "not comparable"
    """A price of it is not known."""
    NOT_POSSIBLE = "not possible"
    """Nobody could do it here."""
