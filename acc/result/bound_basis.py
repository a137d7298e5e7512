"""What a bound counts of the value that stands beside it."""

from enum import StrEnum


class BoundBasis(StrEnum):
    """What a bound counts of the value that is given beside it."""

    VALUE = "value"
    """All of it: the gap is a proof."""
    FIRST_YEAR = "first-year-repeated"
    """Each year as the first: what later years add is in the value alone, and may be more elsewhere."""
    SETTLED_YEARS = "settled-years"
    """The years that the search settles, each for others: the rest as above."""
    SEARCH = "search"
    """What a search counts: a tax, an option of the network tariff or a key is in the value alone."""
