"""The value of a group to each person equals `acc run` of it, whatever prices, owners and roofs."""

from pathlib import Path

import numpy as np
import pytest

from acc.arrays import FloatArray
from acc.rules.largest_group import positions_of
from scenarios.operation.ready.operation import open_operation
from scenarios.studies.lawful.evaluate import SharingGroup, group_values, powers_by_meter
from scenarios.studies.lawful.model import GroupModel, group_model
from tests.effort import few
from tests.scenarios.operation import BEHIND_ANOTHERS, PLANTS, RENTED, write_operation
from tests.studies.lawful.small_cases import random_case

CENT = 1e-8
"""EUR: sums in another order, and nothing else."""

BY_SLOT = {
    "local_eur_per_mwh = 105.0": "local_eur_per_mwh = 105.0\n"
    "local_by_slot_eur_per_mwh = { hc = 80.0, hph = 120.0 }"
}
BY_PLANT = {
    "pmo_eur_per_year = 300.0": "pmo_eur_per_year = 300.0\npmo_eur_per_mwh = 2.0\n"
    "[prices.local_by_plant_eur_per_mwh]\nhangar = 90.0"
}
GROWING = {
    "horizon_years = 20": "horizon_years = 32\nsupply_indexation_ratio = 0.01\nindexation_ratio = 0.025"
}
TAXED = {"pmo_eur_per_year = 300.0": "pmo_eur_per_year = 300.0\nfull_accise_from = 2028-07-01"}
SHORT = {"end = 2027-01-01": "end = 2026-04-01"}


def persons_of(model: GroupModel, group: SharingGroup) -> FloatArray:
    """Return what persons have of a group, its roofs counted."""
    total = group_values(model).value(group).persons_eur
    for meter, powers in powers_by_meter(model, group.roofs):
        total = total + model.meters.built(meter, powers).alone_eur
    return total


def persons_run(model: GroupModel, group: SharingGroup) -> FloatArray:
    """Return the same by the whole chain of `acc run`."""
    part = model.meters.part(positions_of(group.sites), group.roofs, sharing=True)
    money = part.outcome(part.scenario.key, leaving=False).money
    assert money is not None
    return model.meters.persons_eur(money, part.scenario)


@pytest.mark.usefixtures("first_year_repeated")
@pytest.mark.parametrize("plants", few(1, [RENTED, PLANTS, BEHIND_ANOTHERS]))
@pytest.mark.parametrize("changes", [{}, BY_SLOT, BY_PLANT, GROWING, TAXED, SHORT])
def test_a_group_has_the_euros_of_its_own_run(tmp_path: Path, plants: str, changes: dict[str, str]) -> None:
    folder = write_operation(tmp_path, **changes)
    (folder / "plants.csv").write_text(plants, encoding="utf-8")
    operation, _metered = open_operation(folder, use_cache=False)
    model = group_model(operation)
    for group in (
        SharingGroup(0b111111, ((0, 0), (1, 0))),
        SharingGroup(0b010111, ((0, 2), (1, 1))),
        SharingGroup(0b110100, ((0, 3),)),  # the cellar's own roof is not built: it needs all it uses
        SharingGroup(0b000100, ((1, 0),)),
    ):
        np.testing.assert_allclose(persons_of(model, group), persons_run(model, group), rtol=0, atol=CENT)


@pytest.mark.usefixtures("first_year_repeated")
def test_everybody_together_has_the_euros_of_the_folder(tmp_path: Path) -> None:
    operation, _metered = open_operation(write_operation(tmp_path), use_cache=False)
    model = group_model(operation)
    money = operation.outcome(operation.scenario.key, leaving=False).money
    assert money is not None
    whole = persons_of(model, SharingGroup(0b111111, ((0, 0), (1, 0))))
    assert whole[0].tolist() == pytest.approx([p.npv_eur_ht for p in money.persons], abs=CENT)
    assert whole[1].tolist() == pytest.approx([p.gain_eur_ht for p in money.persons], abs=CENT)


@pytest.mark.usefixtures("first_year_repeated")
@pytest.mark.parametrize("seed", range(3))
def test_random_groups_have_the_euros_of_their_own_run(tmp_path: Path, seed: int) -> None:
    model = random_case(tmp_path, seed, 8).model
    rng = np.random.default_rng(seed)
    for _group in range(6):
        sites = int(rng.integers(1, 1 << model.sites))
        roofs = [(m, int(rng.integers(2))) for m in range(model.roofs) if rng.random() < 0.6]
        for m, _power in roofs:
            host = model.meters.every[model.meter_of[m]].host
            sites |= 0 if host is None else 1 << host
        if roofs:
            group = SharingGroup(sites, tuple(roofs))
            np.testing.assert_allclose(persons_of(model, group), persons_run(model, group), rtol=0, atol=CENT)


def test_merging_two_groups_of_one_place_spares_a_fee_and_loses_no_kwh(tmp_path: Path) -> None:
    case = random_case(tmp_path, 2, 8, fee=5000.0)
    values, model = group_values(case.model), case.model
    one, other = SharingGroup(0b00001111, ((1, 0),)), SharingGroup(0b11110000, ((2, 0),))
    merged = SharingGroup(0b11111111, ((1, 0), (2, 0)))
    apart = values.value(one).total_eur + values.value(other).total_eur
    fee = 5000.0 * float(model.meters.built(int(model.meter_of[1]), (0,)).rates[0].yearly[:, 0].sum())
    assert (
        values.value(merged).received_kwh
        >= values.value(one).received_kwh + values.value(other).received_kwh - 1e-6
    )
    assert values.value(merged).total_eur >= apart + fee - 1.0


@pytest.mark.parametrize("group", [SharingGroup(0, ((0, 0), (1, 0))), SharingGroup(0b111111, ())])
def test_sites_without_a_roof_and_roofs_without_a_site_share_nothing(
    tmp_path: Path, group: SharingGroup
) -> None:
    operation, _metered = open_operation(write_operation(tmp_path), use_cache=False)
    found = group_values(group_model(operation)).value(group)
    assert not found.persons_eur.any()
    assert (found.sites_eur, found.received_kwh) == (0.0, 0.0)
