from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acc.departures.counterfactual import subset_outcomes
from acc.departures.entry_exit import outcomes_of_subsets
from acc.exchange import Exchange
from acc.scenario import KeyChoice, Scenario
from tests.effort import law
from tests.members import stage_for
from tests.operations import member, plant, scenario

CHOICES = [KeyChoice(name="prorata"), KeyChoice(name="static")]


def _operation(seed: int, members: int, plants: int, largest: int = 12):
    rng = np.random.default_rng(seed)
    made = scenario(
        [member(f"p{i}") for i in range(members)],
        [plant(f"r{i}", kwp=100.0) for i in range(plants)],
        days=(date(2026, 7, 6), date(2026, 7, 8)),
    )
    rows = made.steps.count
    need = rng.uniform(0.0, 5.0, (rows, members)) * (rng.random((rows, members)) < 0.7)
    need[:, 0] *= 10.0 ** rng.integers(0, largest)  # one beside whom all the others are nearly nothing
    out = rng.uniform(0.0, 9.0, (rows, plants)) * (rng.random((rows, plants)) < 0.5)
    return made, Exchange(made.steps, need, out, np.zeros_like(out))


@law(40)
@given(st.integers(0, 10_000), st.integers(1, 6), st.integers(1, 4))
def test_the_product_gives_what_each_case_gives_by_itself(seed: int, members: int, plants: int) -> None:
    _agree(*_operation(seed, members, plants), CHOICES)


@law(15)
@given(st.integers(0, 10_000), st.integers(1, 6), st.integers(1, 4))
def test_cases_that_catch_up_side_by_side_give_what_each_gives_by_itself(
    seed: int, members: int, plants: int
) -> None:
    # The levels of one who uses a billion times what the others do are rounding: two ways round otherwise.
    _agree(*_operation(seed, members, plants, largest=2), [KeyChoice(name="catch-up")])


def _agree(made: Scenario, exchange: Exchange, choices: list[KeyChoice]) -> None:
    stage = stage_for(made, exchange)
    members, plants = len(made.participants), len(made.plants)
    cases = [
        ((), ()),
        ((0,), (0,)),
        *(((n,), ()) for n in range(members)),
        *(((), (m,)) for m in range(plants)),
    ]
    found = list(outcomes_of_subsets(stage, choices, cases))
    assert len(found) == len(cases)
    for (gone, idle), after in zip(cases, found, strict=True):
        for one, other in zip(after, subset_outcomes(stage, choices, gone, idle), strict=True):
            for name in ("received_kwh", "saving_eur", "shared_kwh", "surplus_kwh", "gain_eur"):
                expected = getattr(other, name)
                size = np.abs(expected).max(initial=1.0)
                np.testing.assert_allclose(getattr(one, name), expected, rtol=1e-9, atol=1e-12 * size)


def test_prices_that_differ_by_plant_go_the_long_way() -> None:
    made, exchange = _operation(1, 3, 2)
    stage = stage_for(made, exchange)
    prices = stage.prices
    assert prices is not None
    local = prices.terms.local_eur_per_kwh * np.array([1.0, 2.0])[:, None, None]
    dear = replace(stage, prices=replace(prices, terms=replace(prices.terms, local_eur_per_kwh=local)))
    assert dear.by_plant
    ((one,),) = outcomes_of_subsets(dear, CHOICES[:1], [((1,), ())])
    (other,) = subset_outcomes(dear, CHOICES[:1], (1,))
    assert one.gain_eur.tolist() == pytest.approx(other.gain_eur.tolist())
