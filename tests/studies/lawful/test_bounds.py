"""Rows of both bounds: above what every group shares; under the default key exact where they were made."""

from pathlib import Path

import numpy as np
import pytest

from acc.arrays import FloatArray
from scenarios.studies.lawful.evaluate import GroupValues, SharingGroup, group_values, powers_by_meter
from scenarios.studies.lawful.programme import AllocationProgramme, DefaultKeyProgramme, OperationsProgramme
from scenarios.studies.lawful.worth_of_kwh import kwh_worth
from tests.studies.lawful.small_cases import Case, random_case


def choice(
    programme: OperationsProgramme, c: int, rng: np.random.Generator
) -> tuple[FloatArray, SharingGroup]:
    """Return some sites and roofs of a place as values of columns, and as a group."""
    model, at, values = programme.model, programme.at, np.zeros(programme.count)
    values[at.founded[c]] = 1.0
    inside = [n for n in at.sites[c] if rng.random() < 0.7] or list(at.sites[c])[:1]
    for n in inside:
        values[at.sites[c][n]] = 1.0
    roofs: list[tuple[int, int]] = []
    for k in {k for k, _s in at.states[c]}:
        host = model.meters.every[k].host
        states = [(s, column) for (meter, s), column in at.states[c].items() if meter == k]
        if (host is None or host in inside) and rng.random() < 0.8:
            s, column = states[int(rng.integers(len(states)))]
            values[column] = 1.0
            roofs += programme.worth.states[k][s].roofs
    return values, SharingGroup(sum(1 << n for n in inside), tuple(sorted(roofs)))


def shared_eur(programme: OperationsProgramme, values: GroupValues, group: SharingGroup) -> float:
    """Return what a group shares, costs of being in it apart."""
    sites = [n for n in range(programme.model.sites) if group.sites >> n & 1]
    costs = programme.worth.fee_eur + float(programme.worth.fixed_eur[sites].sum())
    return values.value(group).total_eur + costs


def capped(case: Case, group: SharingGroup) -> bool:
    """Whether a contract does not pay all that a roof injects: the bound counts its surplus by the mean."""
    meters, by_meter = case.model.meters, powers_by_meter(case.model, group.roofs)
    return any(
        (made > rate.cap_kwh).any()
        for built in (meters.built(at, powers) for at, powers in by_meter)
        for rate, made in zip(built.rates, built.injected_kwh.sum(axis=2), strict=True)
    )


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return random_case(tmp_path_factory.mktemp("bounds"), 10, 8, fee=3000.0)


@pytest.mark.parametrize("bound", [AllocationProgramme, DefaultKeyProgramme])
def test_a_row_is_above_what_every_group_shares(case: Case, bound: type[OperationsProgramme]) -> None:
    rng, values = np.random.default_rng(3), group_values(case.model)
    programme = bound(case.model, kwh_worth(case.model), case.law, case.law.places())
    for c in range(len(programme.places)):
        rows = [programme._weights_at(c, choice(programme, c, rng)[0]) for _row in range(4)]
        for _group in range(20):
            x, group = choice(programme, c, rng)
            told = shared_eur(programme, values, group)
            assert all(float(x[columns] @ eur) >= told - 0.01 for columns, eur in rows)


def test_a_row_of_the_default_key_is_exact_where_it_was_made(tmp_path: Path) -> None:
    # VAT on what a site buys of others is not in the bound: here all recover it.
    case = random_case(tmp_path, 10, 8, fee=3000.0, recovered=True)
    rng, values = np.random.default_rng(4), group_values(case.model)
    programme = DefaultKeyProgramme(case.model, kwh_worth(case.model), case.law, case.law.places())
    exact = 0
    for c in range(len(programme.places)):
        for _group in range(10):
            x, group = choice(programme, c, rng)
            columns, eur = programme._weights_at(c, x)
            if values.value(group).received_kwh and not capped(case, group):
                assert float(x[columns] @ eur) == pytest.approx(
                    shared_eur(programme, values, group), abs=0.01
                )
                exact += 1
    assert exact


def test_a_row_counts_all_the_vat_on_the_fee_of_sites_that_all_bear_it(tmp_path: Path) -> None:
    case = random_case(tmp_path, 6, 8, fee=3000.0)
    rng, values, prices = np.random.default_rng(4), group_values(case.model), case.model.prices
    programme = DefaultKeyProgramme(case.model, kwh_worth(case.model), case.law, case.law.places())
    exact = 0
    for c in range(len(programme.places)):
        for _group in range(2000):
            x, group = choice(programme, c, rng)
            sites = [n for n in range(case.model.sites) if group.sites >> n & 1]
            # An owner of a roof, wherever that is, counts as if it bought of itself alone.
            if (
                prices.own[:, sites].any()
                or not prices.vat_ratio[sites].all()
                or not group.roofs
                or capped(case, group)
            ):
                continue
            columns, eur = programme._weights_at(c, x)
            told = shared_eur(programme, values, group)
            assert float(x[columns] @ eur) == pytest.approx(told, abs=0.01)
            exact += 1
    assert exact
