"""A plant of another power: what its row states for one power, told for another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from gettext import gettext as _
from math import isclose
from typing import Any

import numpy as np

from acc.i18n import decimal, grouped
from acc.sites import Plant, PlantCosts, Quote

IFER, INJECTION = "ifer_eur_per_year", "injection_turpe_eur_per_year"
"""Figures of the law: those stated hold on their side of a bound of power, the dated rows beyond it."""


QUOTED = ("capex_eur", "connection_eur")
"""Figures of which quotes may say what they are at other powers."""


@dataclass(frozen=True, slots=True)
class PowerBounds:
    """What another power moves: figures that follow it, and powers where the law asks for another amount.

    Attributes:
        follow: figures of a plant, or of its costs, that are so much a kWp of this plant.
        ifer_kwp: from which IFER is due (CGI 1519 F).
        injection_kva: above which an injection point pays another network tariff.
    """

    follow: tuple[str, ...]
    ifer_kwp: float
    injection_kva: tuple[float, ...]


def quoted_values(quotes: Sequence[Quote], name: str) -> dict[float, float]:
    """Values of a figure in the quotes, EUR, by power, kWp."""
    return {quote.kwp: eur for quote in quotes if (eur := getattr(quote, name, None)) is not None}


def cost_at(known_eur: Mapping[float, float], power_kwp: float) -> float:
    """Return a cost at a power, on the line between the two around it, else in proportion to the nearest.

    >>> cost_at({100.0: 100_000.0, 200.0: 180_000.0}, 150.0), cost_at({100.0: 100_000.0}, 50.0)
    (140000.0, 50000.0)
    """
    powers = sorted(known_eur)
    end = min(max(power_kwp, powers[0]), powers[-1])
    if end != power_kwp:
        return known_eur[end] * (power_kwp / end)
    return float(np.interp(power_kwp, powers, [known_eur[power] for power in powers]))


def at_another_power(
    figures: Mapping[str, float], power_kwp: float, bounds: PowerBounds, quotes: Sequence[Quote] = ()
) -> dict[str, float | None]:
    """Return the figures of a plant at another power, those that change; None leaves one to the dated rows.

    Args:
        figures: what is stated of the plant, by column, its `kwp` among them.
        quotes: what it costs at other powers; at its own, what is stated holds.

    >>> roof = {"kwp": 180.0, "capex_eur": 180_000.0, "rent_eur_per_year": 600.0, "ifer_eur_per_year": 640.0}
    >>> at_another_power(roof, 90.0, PowerBounds(("capex_eur",), 100.0, (36.0, 250.0)))
    {'kwp': 90.0, 'capex_eur': 90000.0, 'ifer_eur_per_year': None}
    """
    before = figures["kwp"]
    if power_kwp == before:
        return {}
    times = power_kwp / before
    new_figures: dict[str, float | None] = {"kwp": power_kwp}
    new_figures |= {
        name: cost_at(quoted_values(quotes, name) | {before: figures[name]}, power_kwp)
        for name in bounds.follow
        if name in figures
    }
    if IFER in figures:
        same_side = (before < bounds.ifer_kwp) == (power_kwp < bounds.ifer_kwp)
        new_figures[IFER] = figures[IFER] * times if same_side else None
    if INJECTION in figures:
        inverter = figures.get("inverter_kva", before)
        seen = min(before, inverter), min(power_kwp, inverter * times)
        if any((seen[0] > bound) != (seen[1] > bound) for bound in bounds.injection_kva):
            new_figures[INJECTION] = None
    return new_figures


def at_power(plant: Plant, power_kwp: float, bounds: PowerBounds) -> Plant:
    """Return a plant of another power, what is stated of it told for that power."""
    own = plant.costs
    fields = ("kwp", *bounds.follow, IFER, INJECTION)
    stated = {name: getattr(plant if hasattr(plant, name) else own, name, None) for name in fields}
    known = {name: value for name, value in stated.items() if value is not None}
    new_figures = {**at_another_power(known, power_kwp, bounds, plant.quotes), "kwp": power_kwp}
    of_plant: dict[str, Any] = {name: value for name, value in new_figures.items() if hasattr(plant, name)}
    of_costs: dict[str, Any] = {name: value for name, value in new_figures.items() if name not in of_plant}
    return with_quoted(replace(plant, costs=own and replace(own, **of_costs), **of_plant))


def with_quoted(plant: Plant) -> Plant:
    """Return a plant with what its quotes say at its power, where nothing else states it."""
    own = plant.costs or PlantCosts()
    known = {name: quoted_values(plant.quotes, name) for name in QUOTED if getattr(own, name) is None}
    costs: dict[str, Any] = {name: cost_at(eur, plant.kwp) for name, eur in known.items() if eur}
    return replace(plant, costs=replace(own, **costs)) if costs else plant


@dataclass(frozen=True, slots=True)
class QuotedCost:
    """A cost, EUR without tax, and the quotes that it rests on, in words."""

    amount_eur: float
    basis: str


def quoted_costs(plant: Plant, power_kwp: float) -> dict[str, QuotedCost]:
    """Return the costs of a plant at a power that rest on quotes, by figure; none that it states itself."""
    costs = plant.costs or PlantCosts()
    quoted = {}
    for name in QUOTED:
        quotes, stated = plant.quotes, getattr(costs, name)
        by_kwp = quoted_values(quotes, name)
        if not by_kwp:
            continue
        if stated is not None and not isclose(stated, cost_at(by_kwp, plant.kwp)):
            if power_kwp == plant.kwp:
                continue
            quotes = (*quotes, replace(Quote(kwp=plant.kwp), **{name: stated}))
            by_kwp = quoted_values(quotes, name)
        quoted[name] = QuotedCost(cost_at(by_kwp, power_kwp), _basis(_in_words(quotes, name), power_kwp))
    return quoted


def _in_words(quotes: tuple[Quote, ...], name: str) -> Mapping[float, str]:
    return {
        quote.kwp: _quote(quote, eur) for quote in quotes for eur in quoted_values([quote], name).values()
    }


def _quote(quote: Quote, amount_eur: float) -> str:
    day = quote.on.isoformat() if quote.on else None
    who = ", ".join(filter(None, (quote.by, day)))
    kwp = grouped(quote.kwp) if quote.kwp.is_integer() else decimal(quote.kwp, 1)
    figures = _("{kwp} kWp, {eur} EUR").format(kwp=kwp, eur=grouped(amount_eur))
    return f"{figures} ({who})" if who else figures


def _basis(quotes: Mapping[float, str], power_kwp: float) -> str:
    below, above = [p for p in quotes if p <= power_kwp], [p for p in quotes if p >= power_kwp]
    if power_kwp in quotes:
        return _("the quote of this power: {quote}").format(quote=quotes[power_kwp])
    if below and above:
        text = _("on the line between two quotes: {low}; {high}")
        return text.format(low=quotes[max(below)], high=quotes[min(above)])
    nearest = quotes[max(below) if below else min(above)]
    return _("in proportion to the nearest quote, {quote}; none is beyond").format(quote=nearest)
