"""Figures rounded together: parts that add up to their total, ends of ranges that their draws bear."""

from collections.abc import Sequence
from math import ceil, floor, isfinite, log10

from acc.i18n import to_hundreds
from reports.format.numbers import FIXED, EnergyScale, fr

MOST_STEPS = 12.0
"""Of the last figure in a range.

From one seed of 200 draws to another an end moves by 4 to 6 % of the range (half of the time; 14 % once in
twenty): by less than two such steps, so that what is printed moves by one at most in 19 pairs of seeds of 20.
"""

LEAST_END_RATIO = 0.05
"""Of a range: an end that lies farther from nothing is not printed as nothing."""


def borne_ends(low: float, high: float, decimals: int, central: float | None = None) -> tuple[float, float]:
    """Return the ends of what was drawn with the figures that draws bear, `decimals` at most.

    They are counted in ones, twos or fives: in tens alone, an end could stray by a third of the range. A
    range that `decimals` would make one figure keeps those that tell its ends apart.

    Args:
        central: what is printed beside the range, between its ends: none is rounded to the wrong side of it.

    >>> borne_ends(7.26, 10.41, 1), borne_ends(285.6, 373.7, 0), borne_ends(-18.0, 181.0, 0)
    ((7.5, 10.5), (290.0, 370.0), (-20.0, 180.0))
    >>> borne_ends(99.52, 99.96, 0)
    (99.5, 99.95)
    >>> borne_ends(0.0, 103.4, 0), borne_ends(0.0, 103.4, 0, central=103.4)
    ((0.0, 100.0), (0.0, 110.0))
    """
    step = borne_step(low, high, decimals)
    least, most = _in_steps(low, step), _in_steps(high, step)
    if central is None or not (low <= central <= high and isfinite(high - low)):
        return least, most
    lower, upper = (round(to_step(central / step) * step, 9) + 0.0 for to_step in (floor, ceil))
    return min(least, lower), max(most, upper)


def borne_step(low: float, high: float, decimals: int) -> float:
    """Rounding step of both ends of a range; see `borne_ends`.

    >>> borne_step(7.26, 10.41, 1), borne_step(285.6, 373.7, 0), borne_step(285.6, 285.6, 0)
    (0.5, 10.0, 1.0)
    """
    wide, least = high - low, 10.0**-decimals
    if not (wide > 0.0 and isfinite(wide)):
        return least
    borne = wide / MOST_STEPS
    step = max(least, _round_step(borne))
    if any(abs(end) > LEAST_END_RATIO * wide and round(end / step) == 0.0 for end in (low, high)):
        step = max(least, _round_step(borne / 2.5))
    return step if round(low / step) != round(high / step) else _round_step(borne)


def _round_step(least: float) -> float:
    """Return the smallest of 1, 2, 5, 10, 20... and of their tenths that is no less."""
    ten = 10.0 ** floor(log10(least))
    return next(times * ten for times in (1.0, 2.0, 5.0, 10.0) if times * ten >= least)


def _in_steps(value: float, step: float) -> float:
    return round(round(value / step) * step, 9) + 0.0 if isfinite(value) else value


TOO_FAR, NOISE = 0.5 + 1e-6, 1e-9
"""In steps: parts that miss what is printed of their total by more leave something out, and are rounded one
by one; a part that lies so little below a step is that step."""


def closed_parts(parts: Sequence[float], total: float, decimals: int, within: float = TOO_FAR) -> list[float]:
    """Return parts rounded so that they sum to the rounded total: the largest remainders go up.

    Each differs from its part by less than a step. Where some part is not known, or they do not sum to the
    total, each is rounded by itself.

    Args:
        decimals: of all of them, as `round` takes them.
        within: how many steps they may miss their total by, below 1: of one that was rounded with others.

    >>> closed_parts([139_049.0, 115_438.0], 254_487.0, -2), closed_parts([0.5, 0.5, 0.5], 1.5, 0)
    ([139100.0, 115400.0], [1.0, 1.0, 0.0])
    >>> closed_parts([1.4, float("nan")], 1.4, 0), closed_parts([30.0, 30.0], 90.0, -1)
    ([1.0, nan], [30.0, 30.0])
    """
    steps = [part * 10.0**decimals for part in parts]
    scaled = round(total, decimals) * 10.0**decimals if isfinite(total) else total
    if not isfinite(scaled) or not all(map(isfinite, steps)) or abs(sum(steps) - scaled) > within:
        return [round(part, decimals) + 0.0 if isfinite(part) else part for part in parts]
    lows = [floor(step + NOISE) for step in steps]
    raised = round(scaled) - sum(lows)
    by_remainder = sorted(range(len(steps)), key=lambda n: lows[n] - steps[n])
    up = set(by_remainder[:raised])
    return [round((low + (n in up)) / 10.0**decimals, decimals) + 0.0 for n, low in enumerate(lows)]


def eur_decimals(amounts_eur: Sequence[float]) -> int:
    """Return the decimals of amounts that stand in one column: those in which the smallest is printed.

    To 100 where each is 1,000 EUR at least, to 10 from 100 EUR on, else to the euro.

    >>> eur_decimals([40_732.0, 1_234.0, 0.2]), eur_decimals([40_732.0, -120.0]), eur_decimals([76.0])
    (-2, -1, 0)
    """
    known = [abs(eur) for eur in amounts_eur if isfinite(eur) and abs(eur) >= 0.5]
    smallest = min(known, default=0.0)
    return -2 if smallest >= 1000.0 else -1 if smallest >= 100.0 else 0


def closed_eur(parts_eur: Sequence[float], total_eur: float) -> tuple[list[float], float]:
    """Return the amounts of a column and its total, all to the step that the smallest of them needs.

    Where some part is not known, or they do not sum to the total, each is rounded by itself.

    >>> closed_eur([139_049.0, 115_438.0], 254_487.0), closed_eur([1_234.4, 76.4], 1_310.8)
    (([139100.0, 115400.0], 254500.0), ([1235.0, 76.0], 1311.0))
    >>> closed_eur([1_234.4, 76.4], 9_999.0)
    ([1200.0, 76.0], 10000.0)
    """
    amounts = [*parts_eur, total_eur]
    if all(map(isfinite, amounts)):
        decimals = eur_decimals(amounts)
        parts, total = closed_parts(parts_eur, total_eur, decimals), round(total_eur, decimals) + 0.0
        if round(sum(parts) - total) == 0:
            return parts, total
    *alone, total = (to_hundreds(amount) + 0.0 if isfinite(amount) else amount for amount in amounts)
    return alone, total


def eur_column(parts_eur: Sequence[float], total_eur: float) -> list[str]:
    """Return the amounts of a column as text, its total last; see `closed_eur`.

    >>> eur_column([1_234.4, 76.4], 1_310.8), eur_column([1_234.4, float("nan")], 1_234.4)
    (['1,235', '76', '1,311'], ['1,200', '–', '1,200'])
    """
    parts, total = closed_eur(parts_eur, total_eur)
    return [fr(part) for part in (*parts, total)]


def closed_energies(scale: EnergyScale, parts_kwh: Sequence[float], total_kwh: float) -> list[str]:
    r"""Return energies in the unit of a document that sum to their total as it prints it.

    What is there but is printed as nothing stays "< 1".

    >>> closed_energies(EnergyScale("MWh", 1000.0, 0), [1_400.0, 1_400.0, 200.0], 3_000.0)
    ['2', '1', '<\xa01']
    """
    parts = closed_parts([*map(scale.value, parts_kwh)], scale.value(total_kwh), scale.decimals)
    nothing = fr(0.0, scale.decimals)
    least = f"<{FIXED}{fr(10.0**-scale.decimals, scale.decimals)}"
    texts = [fr(part, scale.decimals) for part in parts]
    return [
        least if text == nothing and kwh > 0.0 else text for text, kwh in zip(texts, parts_kwh, strict=True)
    ]


def energy_column(scale: EnergyScale, parts_kwh: Sequence[float], total_kwh: float) -> list[str]:
    """Return the energies of a column as text, its total last; see `closed_energies`."""
    return [*closed_energies(scale, parts_kwh, total_kwh), scale.plain(total_kwh)]


def printed_rest_kwh(scale: EnergyScale, total_kwh: float, part_kwh: float, rest_kwh: float) -> float:
    """Remainder of an energy next to a part of it, kWh, as both are printed; see `rest_of`.

    >>> printed_rest_kwh(EnergyScale("MWh", 1000.0, 0), 3_400.0, 1_700.0, 1_700.0)
    1000.0
    """
    if abs(total_kwh - part_kwh - rest_kwh) > NOISE * scale.unit_kwh:
        return rest_kwh  # something else is left of it too
    total, part = (round(kwh / scale.unit_kwh, scale.decimals) for kwh in (total_kwh, part_kwh))
    left = round(total - part, scale.decimals)
    return left * scale.unit_kwh if left else min(rest_kwh, NOISE)


def rest_of(scale: EnergyScale, total_kwh: float, part_kwh: float, rest_kwh: float) -> str:
    r"""Remainder of an energy next to a part of it, as both are printed.

    >>> rest_of(EnergyScale("MWh", 1000.0, 0), 3_400.0, 1_700.0, 1_700.0)
    '1'
    >>> rest_of(EnergyScale("MWh", 1000.0, 0), 3_400.0, 3_200.0, 200.0)
    '<\xa01'
    """
    return scale.plain(printed_rest_kwh(scale, total_kwh, part_kwh, rest_kwh))


def plant_energies(scale: EnergyScale, own_kwh: float, shared_kwh: float, surplus_kwh: float) -> list[str]:
    r"""Production, then its own use, shared part and surplus, which add up to it as printed.

    What is shared is rounded by itself, as everywhere; the surplus is what is then left of what is injected.

    >>> plant_energies(EnergyScale("MWh", 1000.0, 0), 1_400.0, 1_600.0, 200.0)
    ['3', '1', '2', '<\xa01']
    """
    injected_kwh = shared_kwh + surplus_kwh
    produced = sum(round(kwh / scale.unit_kwh, scale.decimals) for kwh in (own_kwh, injected_kwh))
    surplus = rest_of(scale, injected_kwh, shared_kwh, surplus_kwh)
    return [scale.plain(produced * scale.unit_kwh), scale.plain(own_kwh), scale.plain(shared_kwh), surplus]
