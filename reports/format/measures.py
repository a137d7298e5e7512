"""Over what a gain or a loss is counted, in words: the first year or a period, or the years of a plan."""

from collections.abc import Sequence
from gettext import gettext as _

from reports.format.numbers import fr


def period_words(*, is_year: bool) -> str:
    """Return "the first year", or that it is of another period."""
    return _("the first year") if is_year else _("over the period")


def plan_words(years: int) -> str:
    """Return over how many years a plan counts."""
    return _("over {years} years, investment counted").format(years=fr(years))


def ranked_words(plan_years: Sequence[int], *, is_year: bool) -> str:
    """Return over what the losers of a comparison are counted.

    Args:
        plan_years: lengths of the plans of the cases; empty where they are told by the period.
    """
    if not plan_years:
        return period_words(is_year=is_year)
    if len(plan_years) > 1:  # `--set` may ask for another length
        return _("over the plan")
    return _("over {years} years").format(years=fr(plan_years[0]))


def losers_head(plan_years: Sequence[int], *, is_year: bool) -> str:
    """Return the head of a count of members who lose, in two lines; see `ranked_words`."""
    return _("Lose\n{when}").format(when=ranked_words(plan_years, is_year=is_year))
