"""The day at which regulated figures are read: as given, else the newest known; the first before it."""

from datetime import date
from gettext import gettext as _

from acc.i18n import long_day
from scenarios.rates.table import read_rates


def rates_day(given: date | None) -> tuple[date, tuple[tuple[str, str, str], ...]]:
    """Return the day, and the hypothesis of it where the folder does not say it, or says one too old.

    Energy is not refused for want of a tariff: a study of an older year takes the first figures known.
    """
    rates = read_rates()
    if given is None:
        day, why = rates.newest, _("not given (`rates_on`): the newest figures known")
    elif given < rates.first_grid:
        day, why = rates.first_grid, too_old(given)[0]
    else:
        return given, ()
    return day, ((_("Date of the tariffs"), long_day(day), why),)


def too_old(given: date | None) -> tuple[str, ...]:
    """Return a sentence where the tariffs are asked for at a day before the first ones known."""
    first = read_rates().first_grid
    if given is None or given >= first:
        return ()
    text = _(
        "no tariff of {asked} is known (`rates_on`): euros are those of {first}, the first known; leave "
        "`rates_on` out for the newest"
    )
    return (text.format(asked=long_day(given), first=long_day(first)),)
