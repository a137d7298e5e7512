"""What would cancel an operation, in words: one sentence a condition, whatever the medium."""

from collections.abc import Mapping
from gettext import gettext as _

from acc.accounts.values import Money
from acc.bills.tariffs import Segment
from acc.result.result import Cancelling, Condition
from acc.units import eur_per_mwh
from acc.years.plan_years import year_name
from reports.format.numbers import fr, long_date, percent


def condition_text(line: Cancelling, money: Money | None, names: Mapping[str, str]) -> str:
    """Condition of a cancelling line, in words.

    Args:
        money: that of the operation, which holds the market reference.
        names: what each plant may be called, by id.
    """
    if line.condition is Condition.UNCHANGED:
        return _("This folder, as it stands")
    if line.day is not None:
        return _("Accise in full from {day} (one source)").format(day=long_date(line.day))
    if line.condition is Condition.MARKET_SUPPLY:
        return _market(money)
    if line.condition is Condition.DEPARTURES:
        ratio = percent(line.leaving_ratio or 0.0)
        if line.gain_from is None:
            return _("{ratio} of the members leave each year").format(ratio=ratio)
        text = _("{ratio} of the members leave each year (gain of {year})")
        return text.format(ratio=ratio, year=year_name(line.gain_from))
    return _("Not built: {name}").format(name=names[line.plant_id or ""])


def _market(money: Money | None) -> str:
    market = None if money is None else money.market
    if market is None:
        return _("Suppliers at the market reference")
    large, small = (fr(eur_per_mwh(market.prices[of].eur_per_kwh)) for of in (Segment.HTA, Segment.BT_INF))
    text = _("Suppliers at the market: {large} €/MWh, {small} up to 36 kVA")
    return text.format(large=large, small=small)
