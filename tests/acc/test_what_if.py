"""Which regime would allow whom, by hand."""

from dataclasses import replace

import numpy as np
import pytest

from acc.check import State
from acc.perimeter import Members
from acc.scenario import Regime
from acc.sites import Kind, Participant, Plant
from acc.what_if import what_if
from tests.perimeter_rules import RULES, figure


def town(name: str, kind: Kind = Kind.COMMUNE, density: int | None = 6, epci: str = "CAB") -> Participant:
    return Participant(id=name, name=name, kind=kind, density_class=density, epci=epci, insee="24001")


def roof(name: str, kwp: float = 100, owner: str = "hall") -> Plant:
    return Plant(id=name, name=name, kwp=kwp, density_class=6, epci="CAB", owner=owner, insee="24001")


def outlooks(participants: list[Participant], plants: list[Plant], km: list[float], rules=RULES):
    spot = np.array(km, dtype=float)
    members = Members(tuple(participants), tuple(plants), np.abs(spot[:, None] - spot[None, :]))
    return {outlook.regime: outlook for outlook in what_if(members, rules)}


def test_each_regime_says_who_must_leave():
    # On a road: hall 0, school 1, pool 8, factory (company) 15, Bergerac (class 2) 1.5, roof 0.5 km.
    members = [
        town("hall"),
        town("school"),
        town("pool"),
        town("factory", Kind.COMPANY),
        town("bergerac", density=2),
    ]
    found = outlooks(members, [roof("roof")], [0, 1, 8, 15, 1.5, 0.5])
    assert found[Regime.KM_2].leaving == ("pool", "factory")
    assert found[Regime.KM_10].leaving == ("factory", "bergerac")
    assert found[Regime.KM_20].leaving == ("bergerac",)
    assert found[Regime.EPCI].leaving == ("factory",)
    assert all(outlook.state is State.NOT_MET for outlook in found.values())
    assert found[Regime.KM_2].state_without is State.MET
    assert found[Regime.KM_20].state_without is State.ON_DEROGATION
    assert found[Regime.EPCI].staying == ("hall", "school", "pool", "bergerac", "roof")


def test_nobody_leaves_where_the_two_kilometres_hold():
    found = outlooks([town("hall"), town("bergerac", density=2)], [roof("roof")], [0, 1, 0.5])
    assert [found[r].leaving for r in (Regime.KM_2, Regime.KM_10, Regime.KM_20)] == [(), (), ()]


def test_the_epci_of_most_members_is_kept():
    members = [town("hall"), town("eymet", epci="CCPSP"), town("pool")]
    found = outlooks(members, [roof("roof")], [0, 1, 2, 3])
    assert found[Regime.EPCI].leaving == ("eymet",)


def test_plants_leave_too_when_the_power_passes_the_cap():
    found = outlooks([town("hall")], [roof("a", 4000), roof("b", 3000)], [0, 0, 0])
    assert found[Regime.KM_2].leaving == ("a",)
    assert found[Regime.EPCI].leaving == ()


def test_what_is_missing_stays_and_is_to_verify():
    found = outlooks([town("hall"), town("school", density=None)], [roof("roof")], [0, 8, np.nan])
    assert found[Regime.KM_20].leaving == ()
    assert found[Regime.KM_20].state_without is State.TO_VERIFY


def test_a_regime_that_does_not_exist_allows_nobody():
    early = replace(RULES, distance_km={Regime.KM_2: figure(2)}, power_epci_mw=None)
    found = outlooks([town("hall")], [roof("roof")], [0, 1], early)
    for regime in (Regime.KM_20, Regime.EPCI):
        assert found[regime].staying == ()
        assert found[regime].state_without is State.NOT_MET


@pytest.mark.parametrize("regime", [Regime.KM_2, Regime.EPCI])
def test_no_member_at_all_gives_an_empty_answer(regime):
    assert outlooks([], [], [])[regime].staying == ()
