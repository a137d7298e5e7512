"""On which quotes the costs of a plant rest, in words, at its own power or at another one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from gettext import gettext as _
from math import isclose

from acc.i18n import decimal, grouped
from acc.plan.another_power import QUOTED, cost_at, quoted_values
from acc.sites import Plant, PlantCosts, Quote


@dataclass(frozen=True, slots=True)
class QuotedCost:
    """A cost, EUR without tax, and the quotes that it rests on, in words."""

    eur: float
    basis: str


def quoted_costs(plant: Plant, kwp: float) -> dict[str, QuotedCost]:
    """Return the costs of a plant at a power that rest on quotes, by figure; none that it states itself."""
    costs = plant.costs or PlantCosts()
    quoted = {}
    for name in QUOTED:
        quotes, stated = plant.quotes, getattr(costs, name)
        by_kwp = quoted_values(quotes, name)
        if not by_kwp:
            continue
        if stated is not None and not isclose(stated, cost_at(by_kwp, plant.kwp)):
            if kwp == plant.kwp:
                continue
            quotes = (*quotes, replace(Quote(kwp=plant.kwp), **{name: stated}))
            by_kwp = quoted_values(quotes, name)
        quoted[name] = QuotedCost(cost_at(by_kwp, kwp), _basis(_in_words(quotes, name), kwp))
    return quoted


def _in_words(quotes: tuple[Quote, ...], name: str) -> Mapping[float, str]:
    return {
        quote.kwp: _quote(quote, eur) for quote in quotes for eur in quoted_values([quote], name).values()
    }


def _quote(quote: Quote, eur: float) -> str:
    day = quote.on.isoformat() if quote.on else None
    who = ", ".join(filter(None, (quote.by, day)))
    figures = _("{kwp} kWp, {eur} EUR").format(kwp=_number(quote.kwp), eur=grouped(eur))
    return f"{figures} ({who})" if who else figures


def _basis(quotes: Mapping[float, str], kwp: float) -> str:
    below, above = [p for p in quotes if p <= kwp], [p for p in quotes if p >= kwp]
    if kwp in quotes:
        return _("the quote of this power: {quote}").format(quote=quotes[kwp])
    if below and above:
        text = _("on the line between two quotes: {low}; {high}")
        return text.format(low=quotes[max(below)], high=quotes[min(above)])
    nearest = quotes[max(below) if below else min(above)]
    return _("in proportion to the nearest quote, {quote}; none is beyond").format(quote=nearest)


def _number(value: float) -> str:
    return grouped(value) if value.is_integer() else decimal(value, 1)
