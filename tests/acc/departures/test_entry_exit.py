"""The operation without a site is what it would be had the site never been written, under each key."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acc.accounts.persons import holdings
from acc.departures import entry_exit
from acc.departures.counterfactual import SubsetOutcome, subset_outcomes
from acc.departures.entry_exit import leavings_by, outcomes_of_subsets, persons_leaving
from acc.keys import KEYS
from acc.scenario import KeyChoice
from tests.members import context_for, leavings, settled, stage_for, without
from tests.operations import exchange_of, member, operations, plant, scenario
from tests.strategies import plain_parameters

NOON_JULY = 24 * 194 + 12 - 1


@pytest.mark.parametrize("name", sorted(KEYS))
@settings(max_examples=12, deadline=None)
@given(operation=operations(), data=st.data())
def test_the_fast_path_without_a_site_equals_settle_and_the_bills(name, operation, data) -> None:
    made, exchange = operation
    made = replace(made, plants=(replace(made.plants[0], owner="p0"), *made.plants[1:]))
    choice = KeyChoice(name=name, parameters=plain_parameters(name, exchange))
    members, plants = range(len(made.participants)), range(len(made.plants))
    gone = data.draw(st.sampled_from([(), *((i,) for i in members if i or name != "own-roof-first")]))
    idle = data.draw(st.sampled_from([(), *((i,) for i in plants if i)]))
    (found,) = subset_outcomes(stage_for(made, exchange), [choice], gone, idle)
    assert isinstance(found, SubsetOutcome)
    stay = [i for i in members if i not in gone]
    if not stay:
        assert not found.received_kwh.any()
        assert not found.saving_eur.any()
        return
    makes = [i for i in plants if i not in idle]
    rest, sub = without(made, exchange, gone, idle)
    context = context_for(made, exchange).part(stay, makes)
    allocation, euros = settled(rest, sub, name, choice.parameters, context)
    size = exchange.production_kwh.sum() + exchange.consumption_kwh.sum()
    close = {"rtol": 1e-9, "atol": 1e-9 * size}
    np.testing.assert_allclose(found.received_kwh[stay], allocation.received_kwh.sum(axis=0), **close)
    np.testing.assert_allclose(found.surplus_kwh[makes], allocation.surplus_kwh.sum(axis=0), **close)
    savings = [np.nan if p.saving_eur_ht is None else p.saving_eur_ht for p in euros.participants]
    np.testing.assert_allclose(found.saving_eur[stay], savings, **close)
    gains = [np.nan if p.gain_eur_ht is None else p.gain_eur_ht for p in euros.plants]
    np.testing.assert_allclose(found.gain_eur[makes], gains, **close)
    out = [*np.delete(found.received_kwh, stay), *np.delete(found.shared_kwh, makes)]
    assert not np.any(out)


def one_hour(needs, made_kwh, members=None, plants=None):
    made = scenario(
        members or [member(f"p{i}") for i in range(len(needs))],
        plants or [plant(f"r{i}", kwp=500.0) for i in range(len(made_kwh))],
    )
    return made, exchange_of(made, {NOON_JULY: needs}, {NOON_JULY: made_kwh})


def changes(made, exchange, name="prorata"):
    found, faults = leavings(stage_for(made, exchange), [KeyChoice(name=name)], holdings(made))
    assert not faults
    return {change.id: change for change in found[name]}


def test_what_one_leaves_the_others_take() -> None:
    # 300 made, needs 200 and 400: 100 and 200 received; alone, the second takes all 300.
    made, exchange = one_hour([200.0, 400.0], [300.0])
    found = changes(made, exchange)
    first = found["p0"]
    assert (first.before_kwh, first.after_kwh, first.own_kwh) == (300.0, 300.0, 100.0)
    assert first.received_change_kwh.tolist() == [0.0, pytest.approx(100.0)]
    assert first.worst is not None
    assert first.worst.id == "r0"  # the plant sells as much: what changes is nothing
    assert first.worst.change_eur == pytest.approx(0.0, abs=1e-9)
    # alone, the first takes its 200, and 100 are surplus
    second = found["p1"]
    assert (second.shared_change_kwh, second.surplus_change_kwh) == (pytest.approx(-100.0), 100.0)
    assert second.worst is not None
    assert second.worst.id == "r0"
    # 100 kWh sold at 50 EUR/MWh in place of 105
    assert second.worst.change_eur == pytest.approx(-5.5)
    assert second.others_change_eur == pytest.approx(second.saving_change_eur[0] - 5.5)


def test_of_many_sites_sums_are_kept_but_for_who_receives_most(monkeypatch: pytest.MonkeyPatch) -> None:
    made, exchange = one_hour([200.0, 400.0], [300.0])
    whole = changes(made, exchange)
    monkeypatch.setattr(entry_exit, "MOST_CHANGES", 0)
    stage, choices = stage_for(made, exchange), [KeyChoice(name="prorata")]
    stand = partial(outcomes_of_subsets, stage, choices)
    found, _faults = leavings_by(stage.context, choices, holdings(made), stand, of_each=False)
    slim = {change.id: change for change in found["prorata"]}
    assert slim["p1"].received_change_kwh.tolist() == whole["p1"].received_change_kwh.tolist()
    for name in ("p0", "r0"):
        assert slim[name].saving_change_eur.shape == (1,)
        assert slim[name].others_change_eur == pytest.approx(whole[name].others_change_eur, abs=1e-9)
        assert slim[name].worst == whole[name].worst


def test_a_plant_that_leaves_takes_its_kwh_to_its_contract() -> None:
    made, exchange = one_hour([400.0], [300.0, 50.0])
    found = changes(made, exchange)["r0"]
    assert (found.is_plant, found.before_kwh, found.after_kwh, found.own_kwh) == (True, 350.0, 50.0, 300.0)
    assert found.surplus_after_kwh == 0.0
    assert found.own_eur == pytest.approx(300.0 * (0.105 - 0.05))
    assert found.gain_change_eur.tolist() == [0.0, 0.0]
    assert found.worst is not None
    assert found.worst.id == "p0"


def test_who_leaves_takes_the_plant_behind_its_meter_but_not_the_one_it_owns_elsewhere() -> None:
    roofs = [plant("r0", kwp=100.0, behind="p0"), plant("r1", kwp=100.0, owner="p0")]
    made, exchange = one_hour([10.0, 400.0], [100.0, 100.0], plants=roofs)
    found = changes(made, exchange)["p0"]
    assert found.together_ids == ("p0", "r0")
    assert found.after_kwh == 100.0
    # its own plant elsewhere loses nothing of its own doing: it is not "hit"
    assert found.worst is not None
    assert found.worst.id == "p1"


def test_by_hand_a_tenant_who_leaves_loses_its_saving_and_the_owner_of_the_roof_loses_the_rest() -> None:
    roofs = [plant("r0", kwp=100.0, behind="p0", owner="p2"), plant("r1", kwp=100.0)]
    made, exchange = one_hour([40.0, 400.0, 40.0], [100.0, 100.0], plants=roofs)
    stage, choices, everyone = stage_for(made, exchange), [KeyChoice(name="prorata")], holdings(made)
    whole, left = (next(outcomes_of_subsets(stage, choices, [case]))[0] for case in (((), ()), ((0,), (0,))))
    found = changes(made, exchange)["p0"]
    assert found.own_eur == pytest.approx(whole.saving_eur[0])
    # 100 kWh of its roof go from 105 EUR/MWh to the 50 of its contract, and its own need is served less.
    assert whole.gain_eur[0] == pytest.approx(100.0 * (0.105 - 0.05))
    owner = left.saving_eur[2] - whole.saving_eur[2] - whole.gain_eur[0]
    assert found.worst is not None
    assert found.worst.id == "p2"
    assert found.worst.change_eur == pytest.approx(owner)
    others = (
        left.saving_eur[1:].sum() - whole.saving_eur[1:].sum() + left.gain_eur.sum() - whole.gain_eur.sum()
    )
    assert found.others_change_eur == pytest.approx(others)
    stand = partial(outcomes_of_subsets, stage, choices)
    (tenant, *_more) = persons_leaving(stage.context, choices, everyone, stand, everyone, ())
    assert (tenant.id, tenant.own_eur, tenant.worst) == ("p0", found.own_eur, found.worst)


def test_when_the_last_participant_or_plant_leaves_the_operation_ends() -> None:
    made, exchange = one_hour([400.0], [300.0])
    found = changes(made, exchange)
    assert found["p0"].after_kwh == found["r0"].after_kwh == 0.0
    assert found["p0"].worst is not None
    assert found["p0"].worst.change_eur == pytest.approx(-300.0 * 0.055)
    # the participant loses its saving, and no longer pays for taking part
    own = found["p0"].own_eur
    assert own is not None
    assert found["r0"].saving_change_eur.tolist() == [pytest.approx(-own)]


def test_a_plant_without_consumers_shares_nothing_and_hits_nobody() -> None:
    made, exchange = one_hour([0.0], [300.0])
    found = changes(made, exchange)
    assert found["r0"].before_kwh == found["r0"].after_kwh == 0.0
    assert found["p0"].surplus_before_kwh == 300.0


def test_a_site_without_which_a_key_cannot_be_built_is_a_fault_not_a_number() -> None:
    roofs = [plant("r0", owner="p0"), plant("r1")]
    made, exchange = one_hour([10.0, 20.0], [10.0, 10.0], plants=roofs)
    choices = [KeyChoice(name="own-roof-first"), KeyChoice(name="equal")]
    found, faults = leavings(stage_for(made, exchange), choices, holdings(made))
    assert set(faults) == {"own-roof-first p0", "own-roof-first r0"}
    assert [change.id for change in found["own-roof-first"]] == ["p1", "r1"]
    assert len(found["equal"]) == 4


def test_without_prices_the_worst_hit_is_told_in_kwh() -> None:
    made, exchange = one_hour([200.0, 400.0], [300.0])
    stage = replace(stage_for(made, exchange), prices=None)
    found, _faults = leavings(stage, [KeyChoice(name="prorata")], holdings(made))
    second = found["prorata"][1]
    assert second.worst is not None
    assert (second.worst.id, second.worst.change_eur) == ("r0", None)
    assert second.worst.change_kwh == pytest.approx(-100.0)
    assert second.own_eur is None
    assert second.others_change_eur is None
