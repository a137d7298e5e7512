"""The powers where the law asks another amount of a plant, from the dated rows."""

from datetime import date

from acc.plan.another_power import PowerBounds
from scenarios.rates.table import Rates, read_rates

IFER = "pv.ifer.threshold"
INJECTION = ("pv.injection.small-up-to", "pv.connection.hta-from")


def power_bounds(follow: tuple[str, ...], rates: Rates | None = None) -> PowerBounds:
    """Return the newest bounds, whatever the date of the run: what is stated stands on a side of them.

    Args:
        follow: figures of a plant that follow its power.
    """
    known = read_rates() if rates is None else rates
    injection = tuple(known.value(name, date.max) for name in INJECTION)
    return PowerBounds(follow, known.value(IFER, date.max), injection)
