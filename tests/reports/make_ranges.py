"""Invented draws around an invented result: ranges, and the effect of each hypothesis."""

from dataclasses import replace

from acc.plan.values import cumulated_eur
from acc.result.result import Alone, Effect, Result

EFFECTS_EUR = {
    "capex": ((-0.1, 0.178), (41_000.0, -73_000.0)),
    "solar_yield": ((-0.051, 0.051), (-22_000.0, 21_000.0)),
    "load_noise": ((-0.08, 0.08), (-9_000.0, 6_500.0)),
    "load_growth": ((-0.055, 0.055), (-6_000.0, 5_000.0)),
    "weather": ((), (-2_400.0, -300.0)),
}
"""What each hypothesis adds to the present value, at the values tried; both weather years are poor ones."""


def with_ranges(result: Result) -> Result:
    """Return a result with ranges, one of them through zero, and what each hypothesis does alone."""
    money = result.money
    assert money is not None
    assert money.plan is not None
    savings = {p.id: p.saving_eur_ht or 0.0 for p in money.participants}
    bands = {id_: (amount - 3000.0, amount, amount + 2500.0) for id_, amount in savings.items()}
    bands[""] = (12_000.0, 50_900.0, 78_000.0)
    return replace(
        result,
        ranges={
            "saving_eur_ht": bands,
            "gain_eur_ht": {"": (88_000.0, 126_800.0, 154_000.0)},
            "received_kwh": {"": (990_000.0, 1_045_000.0, 1_130_000.0)},
            "autoproduction_ratio": {"": (0.31, 0.33, 0.37)},
            "payback_years": {"": (14.0, 17.6, 22.0)},
            "cumulated_eur": {
                str(year): (amount - 20_000.0 * year - 90_000.0, amount, amount + 20_000.0 * year)
                for year, amount in enumerate(cumulated_eur(money.plan.flows).tolist())
            },
        },
        alone={"npv_eur_ht": _alone(money.plan.npv_eur_ht)},
    )


def _alone(npv_eur: float) -> Alone:
    effects = [
        Effect(factor=name, change=change, values=tuple(npv_eur + move for move in moves))
        for name, (change, moves) in EFFECTS_EUR.items()
    ]
    leaving = Effect(factor="withdrawal", change=(), values=(npv_eur - 31_000.0,), who="usine")
    return Alone(reference=npv_eur, effects=(effects[0], leaving, *effects[1:]))


def with_calendar(result: Result, steps: int) -> Result:
    """Return a result whose folder writes so many steps to come, as long as they may be."""
    calendar = tuple(
        (f"month {n}", f"what is done at step {n}, " + "and so on " * 5) for n in range(1, steps + 1)
    )
    words = replace(result.scenario.words, calendar=calendar)
    return replace(result, scenario=replace(result.scenario, words=words))
