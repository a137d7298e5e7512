"""A plant of another power: what its row states for one power, told for another."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from acc.sites import Plant

FOLLOW = (
    "inverter_kva",
    "capex_eur",
    "connection_eur",
    "opex_eur_per_year",
    "insurance_eur_per_year",
    "inverter_eur",
    "grant_eur",
)
"""Figures of a row that follow the power: each is so much a kWp of this plant."""

STAY = ("rent_eur_per_year",)
"""What its landlord asks by year for the whole roof, or the whole ground: the same at any power."""

IFER, INJECTION = "ifer_eur_per_year", "injection_turpe_eur_per_year"
"""Figures of the law: those stated hold on their side of a bound of power, the dated rows beyond it."""


@dataclass(frozen=True, slots=True)
class PowerBounds:
    """Powers where the law asks for another amount.

    Attributes:
        ifer_kwp: from which IFER is due (CGI 1519 F).
        injection_kva: above which an injection point pays another network tariff.
    """

    ifer_kwp: float
    injection_kva: tuple[float, ...]


def at_another_power(
    figures: Mapping[str, float], kwp: float, bounds: PowerBounds
) -> dict[str, float | None]:
    """Return the figures of a plant at another power, those that change; None leaves one to the dated rows.

    Args:
        figures: what is stated of the plant, by column, its `kwp` among them.

    >>> roof = {"kwp": 180.0, "capex_eur": 180_000.0, "rent_eur_per_year": 600.0, "ifer_eur_per_year": 640.0}
    >>> at_another_power(roof, 90.0, PowerBounds(100.0, (36.0, 250.0)))
    {'kwp': 90.0, 'capex_eur': 90000.0, 'ifer_eur_per_year': None}
    """
    before = figures["kwp"]
    if kwp == before:
        return {}
    times = kwp / before
    found: dict[str, float | None] = {"kwp": kwp}
    found |= {name: figures[name] * times for name in FOLLOW if name in figures}
    if IFER in figures:
        same_side = (before < bounds.ifer_kwp) == (kwp < bounds.ifer_kwp)
        found[IFER] = figures[IFER] * times if same_side else None
    if INJECTION in figures:
        inverter = figures.get("inverter_kva", before)
        seen = min(before, inverter), min(kwp, inverter * times)
        if any((seen[0] > bound) != (seen[1] > bound) for bound in bounds.injection_kva):
            found[INJECTION] = None
    return found


def at_power(plant: Plant, kwp: float, bounds: PowerBounds) -> Plant:
    """Return a plant of another power, what is stated of it told for that power."""
    own = plant.costs
    stated = {"kwp": plant.kwp, "inverter_kva": plant.inverter_kva}
    if own is not None:
        stated |= {name: getattr(own, name) for name in (*FOLLOW[1:], IFER, INJECTION)}
    known = {name: value for name, value in stated.items() if value is not None}
    found = at_another_power(known, kwp, bounds)
    inverter = found.pop("inverter_kva", plant.inverter_kva)
    found.pop("kwp", None)
    return replace(
        plant,
        kwp=kwp,
        inverter_kva=inverter,
        costs=None if own is None else replace(own, **found),  # type: ignore[arg-type]
    )
