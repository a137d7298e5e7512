"""The bound of keys that pool the roofs, beside every plan of small territories."""

from itertools import product
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from acc.rules.largest_group import bits_of
from acc.scenario import Regime
from scenarios.studies.lawful.law import GroupLaw, LawfulPlace
from scenarios.studies.lawful.model import GroupModel
from scenarios.studies.lawful.worth_of_kwh import KwhWorth, MeterState
from tests.effort import few

pytest.importorskip("numba")

from scenarios.studies.territory.solve import PooledProgramme

SITES, ROOFS, STEPS = 4, 4, 6


def small_worth(rng: np.random.Generator) -> KwhWorth:
    """Return what kWh are worth: surplus paid from 10 to 90 % of what a kWh spares, more made than needed."""
    states = tuple(
        (
            MeterState(
                meter=roof,
                powers=(0,),
                roofs=((roof, 0),),
                power_kwp=1.0,
                alone_eur=0.0,
                host_kwh=None,
                injected_kwh=rng.uniform(0.0, 900.0, (1, STEPS)),
                surplus_eur_per_kwh=np.full((1, STEPS), rng.uniform(0.1, 0.9)),
            ),
        )
        for roof in range(ROOFS)
    )
    return KwhWorth(
        spared_eur_per_kwh=rng.uniform(1.0, 2.0, (2, SITES)),
        pattern_of=np.arange(STEPS) % 2,
        load_kwh=rng.uniform(0.0, 600.0, (SITES, STEPS)),
        fixed_eur=rng.uniform(0.0, 300.0, SITES),
        fee_eur=float(rng.uniform(0.0, 900.0)),
        states=states,
        must=(False,) * ROOFS,
    )


def shared_eur(worth: KwhWorth, group: list[int], *, by_plant: bool) -> float:
    """Return what a group is worth: the dearest served first, from all roofs or the least paid first."""
    sites, states = [u for u in group if u < SITES], [worth.states[u - SITES][0] for u in group if u >= SITES]
    if not sites or not states:
        return 0.0 if not group else -1e9
    total = -worth.fee_eur - float(worth.fixed_eur[sites].sum())
    states.sort(key=lambda state: float(state.surplus_eur_per_kwh[0, 0]))
    for t in range(STEPS):
        made = np.array([state.injected_kwh[0, t] for state in states])
        paid = np.array([state.surplus_eur_per_kwh[0, 0] for state in states])
        shared = left = min(float(made.sum()), float(worth.load_kwh[sites, t].sum()))
        for site in sorted(sites, key=lambda n: -float(worth.by_step(n)[t])):
            kwh = min(left, float(worth.load_kwh[site, t]))
            total += kwh * float(worth.by_step(site)[t])
            left -= kwh
        first = np.clip(shared - np.concatenate([[0.0], np.cumsum(made)[:-1]]), 0.0, made)
        total -= float((first if by_plant else made * shared / made.sum()) @ paid)
    return total


@pytest.mark.parametrize("seed", few(3, range(12)))
def test_no_plan_passes_the_bound_of_its_keys_and_one_reaches_it(seed: int) -> None:
    rng = np.random.default_rng(seed)
    worth, count = small_worth(rng), SITES + ROOFS
    sets = [sorted({0, SITES, *np.flatnonzero(rng.random(count) < 0.75).tolist()}) for _place in range(2)]
    places = [LawfulPlace(Regime.KM_2, bits_of(units), 1e9) for units in sets]
    meters = SimpleNamespace(every=[SimpleNamespace(host=None) for _roof in range(ROOFS)])
    model = cast("GroupModel", SimpleNamespace(sites=SITES, roofs=ROOFS, meters=meters))
    programme = PooledProgramme(model, worth, cast("GroupLaw", None), places)
    any_key, pooled = programme.best(2), programme.pooled(2)
    may = [[-1, *(c for c in (0, 1) if u in sets[c])] for u in range(count)]
    values = {
        by_plant: {
            (c, group): shared_eur(worth, list(group), by_plant=by_plant)
            for c in (0, 1)
            for keep in product((False, True), repeat=len(sets[c]))
            for group in [tuple(u for u, stays in zip(sets[c], keep, strict=True) if stays)]
        }
        for by_plant in (False, True)
    }
    for by_plant, bound in ((True, any_key), (False, pooled)):
        best = max(
            sum(values[by_plant][c, tuple(u for u in range(count) if labels[u] == c)] for c in (0, 1))
            for labels in product(*may)
        )
        assert bound.bound_eur >= best - 1e-6
        # The programme stops at a ten-thousandth, once for its plan and once for what each place shares.
        assert bound.bound_eur <= best + 1.0 + 5e-4 * best
    assert pooled.bound_eur <= any_key.bound_eur + 1.0
