"""The best lawful groups: against brute force, under their bound, and in every awkward case."""

from itertools import combinations

import numpy as np
import pytest

from acc.result.groups import LawfulGroups, Objective
from acc.rules.all_checks import check_perimeter, worst_state
from acc.rules.check import State
from acc.rules.perimeter import Members
from acc.scenario import Regime
from acc.sites import Kind, Participant, Plant, Position
from scenarios.entry.places.geography import members_of
from scenarios.studies.splitting import search_all
from scenarios.studies.splitting.bound import upper_bound_kwh, worst_bound_ratio
from scenarios.studies.splitting.exact import best_split, lawful_groups
from scenarios.studies.splitting.ruin_recreate import search, total_score
from scenarios.studies.splitting.search_all import lawful_way, split
from scenarios.studies.splitting.units import ORDER, Units, _near_units, units_of
from tests.perimeter_rules import RULES

LAWFUL = {State.MET, State.ON_DEROGATION}
KM_PER_DEGREE = 111.13
KM_2_AND_20 = (Regime.KM_2, Regime.KM_20)


def at(north_km: float, east_km: float = 0.0) -> Position:
    return Position(44.8 + north_km / KM_PER_DEGREE, 0.5 + east_km / 79.0)


def town(name: str, where: Position | None, kind: Kind = Kind.COMMUNE, **given: object) -> Participant:
    place = {"density_class": 6, "epci": "CAB", "insee": "24001"} | given
    return Participant(id=name, name=name, kind=kind, position=where, **place)


def roof(name: str, where: Position | None, kwp: float = 100.0, **given: object) -> Plant:
    place = {"density_class": 6, "epci": "CAB", "insee": "24001", "owner": "a"} | given
    return Plant(id=name, name=name, kwp=kwp, position=where, **place)


def random_case(
    participants: int, plants: int, seed: int, spread_km: float = 14.0
) -> tuple[Members, np.ndarray, np.ndarray]:
    """Members spread at random, one in five in class 2, half of them public, two EPCI; a week of hours."""
    rng = np.random.default_rng(seed)

    def place() -> dict[str, object]:
        return {
            "density_class": int(rng.choice([2, 5, 6, 7, 6])),
            "epci": str(rng.choice(["CAB", "CCPSP"])),
            "insee": "24001",
        }

    def spot() -> Position:
        return at(*rng.uniform(0.0, spread_km, 2))

    kinds = [Kind.COMMUNE, Kind.PUBLIC, Kind.COMPANY, Kind.COMPANY]
    towns = [
        Participant(id=f"m{i}", name=f"m{i}", kind=kinds[int(rng.integers(4))], position=spot(), **place())
        for i in range(participants)
    ]
    owners = [town.id for town in towns]
    roofs = [
        Plant(
            id=f"p{i}",
            name=f"p{i}",
            kwp=float(rng.choice([500, 1500, 2500])),
            position=spot(),
            owner=str(rng.choice(owners)),
            **place(),
        )
        for i in range(plants)
    ]
    hours = np.arange(168)
    sun = np.maximum(np.sin((hours % 24 - 6) / 12 * np.pi), 0.0)
    made = sun[:, None] * rng.uniform(5, 60, plants)
    used = rng.lognormal(2.0, 0.8, participants) * rng.uniform(0.2, 1.8, (168, participants))
    return members_of(towns, roofs), used, made


def sure(members: Members) -> bool:
    """Whether a group surely is lawful, written again from the texts, without bits."""
    sites, kinds = members.sites, members.kinds
    classes = [site.density_class for site in sites]
    kwp = sum(plant.kwp for plant in members.plants)
    longest = float(members.distances_km.max()) / 0.99
    near = longest <= 2 or (longest <= 10 and min(classes) >= 3) or (longest <= 20 and min(classes) >= 5)
    epci = len({site.epci for site in sites}) == 1 and Kind.COMPANY not in kinds and Kind.COMMUNE in kinds
    return (near and kwp < 5000) or (epci and kwp < 10000)


def brute_force_kwh(members: Members, used: np.ndarray, made: np.ndarray) -> float:
    """The best partition, by subsets: best(S) = max over the groups that hold the first site of S."""
    count, participants = len(members.sites), len(members.participants)
    energy = np.concatenate([used, made], axis=1)
    worth = np.full(1 << count, -1.0)
    for group in range(1, 1 << count):
        own = [i for i in range(count) if group >> i & 1]
        if len(own) == 1 or sure(members.part(own)):
            load = energy[:, [i for i in own if i < participants]].sum(axis=1)
            output = energy[:, [i for i in own if i >= participants]].sum(axis=1)
            worth[group] = np.minimum(load, output).sum()
    best = np.zeros(1 << count)
    for whole in range(1, 1 << count):
        first = whole & -whole
        rest = whole ^ first
        part = rest
        while True:
            if worth[part | first] >= 0.0:
                best[whole] = max(best[whole], worth[part | first] + best[rest ^ part])
            if part == 0:
                break
            part = (part - 1) & rest
    return float(best[-1])


def check_split(found: LawfulGroups, members: Members, used: np.ndarray, made: np.ndarray) -> None:
    """What every split obeys: lawful disjoint groups, everyone accounted for, kWh that add up."""
    taken = [site for group in found.groups for site in group.sites]
    assert len(taken) == len(set(taken))
    assert sorted([*members.ids(taken), *(left.id for left in found.unplaced)]) == sorted(
        site.id for site in members.sites
    )
    for group in found.groups:
        part = members.part(group.sites)
        assert worst_state(check_perimeter(part, group.regime, RULES)) in LAWFUL
        first = len(members.participants)
        load = used[:, [i for i in group.sites if i < first]].sum(axis=1)
        output = made[:, [i - first for i in group.sites if i >= first]].sum(axis=1)
        assert group.shared_kwh == pytest.approx(np.minimum(load, output).sum(), rel=1e-12)
        assert group.longest_km is not None
        assert group.longest_km == part.distances_km.max()
    assert found.shared_kwh == pytest.approx(sum(group.shared_kwh for group in found.groups))
    assert found.shared_kwh <= found.bound_kwh * (1 + 1e-9)
    assert found.bound_kwh <= found.single_kwh * (1 + 1e-6)


@pytest.mark.parametrize(("seed", "spread_km"), [(1, 6.0), (2, 14.0), (3, 25.0)])
def test_twelve_random_members_are_split_as_brute_force_does(seed, spread_km):
    members, used, made = random_case(9, 3, seed, spread_km)
    found = split(members, used, made, RULES)
    assert found.exact
    assert found.shared_kwh == pytest.approx(brute_force_kwh(members, used, made), rel=1e-9)
    check_split(found, members, used, made)


@pytest.mark.parametrize("seed", range(4))
def test_the_search_stays_between_nothing_and_the_bound_and_comes_near_the_exact_split(seed):
    members, used, made = random_case(8, 4, seed)
    units = units_of(members, used, made, RULES, ORDER)
    groups = lawful_groups(units)
    assert groups is not None
    exact = sum(units.shared_kwh(g) for g in best_split(units, groups, worst_first=False))
    found = search(units, total_score, seed=seed, rounds=400)
    pooled = best_split(units, sorted(found.pool), worst_first=False)
    kwh = sum(units.shared_kwh(group) for group in pooled)
    assert found.score[0] <= kwh * (1 + 1e-9)
    assert kwh == pytest.approx(exact, rel=1e-9)
    assert exact <= upper_bound_kwh(units)


def test_the_bound_stays_one_when_two_regimes_allow_the_same():
    # All within 2 km and rural: the regimes of 2, 10 and 20 km are the same one.
    members, used, made = random_case(6, 3, 5, spread_km=1.2)
    found = split(members, used, made, RULES)
    units = units_of(members, used, made, RULES, ORDER)
    assert found.shared_kwh <= upper_bound_kwh(units)


def test_forty_members_get_lawful_groups_a_bound_and_the_same_answer_twice(monkeypatch):
    monkeypatch.setattr("scenarios.studies.splitting.search_all.ROUNDS", 150)
    members, used, made = random_case(30, 10, 24, spread_km=30.0)
    found = split(members, used, made, RULES, (Regime.KM_2, Regime.KM_20, Regime.EPCI))
    check_split(found, members, used, made)
    assert not found.exact
    assert found.gap_ratio < 0.05
    assert len(found.groups) >= 2
    assert split(members, used, made, RULES, (Regime.KM_2, Regime.KM_20, Regime.EPCI)) == found


def brute_force_worst(members: Members, used: np.ndarray, made: np.ndarray) -> tuple[int, float, float]:
    """The best partition by members served, worst ratio, kWh: every partition is tried."""
    first = len(members.participants)

    def score(groups: list[list[int]]) -> tuple[int, float, float]:
        ratios, kwh = [], 0.0
        for group in groups:
            load = used[:, [i for i in group if i < first]]
            output = made[:, [i - first for i in group if i >= first]].sum(axis=1)
            total = load.sum(axis=1)
            shared = np.minimum(total, output)
            kwh += shared.sum()
            if load.size:
                ratios += list((load * (shared / total)[:, None]).sum(axis=0) / load.sum(axis=0))
        served = [ratio for ratio in ratios if ratio > 0.0]
        return len(served), min(served, default=0.0), kwh

    def partitions(sites: list[int]):
        if not sites:
            yield []
            return
        for size in range(len(sites)):
            for others in combinations(sites[1:], size):
                group = [sites[0], *others]
                if size and not sure(members.part(group)):
                    continue
                rest = [site for site in sites[1:] if site not in others]
                yield from ([group, *more] for more in partitions(rest))

    return max(score(groups) for groups in partitions(list(range(len(members.sites)))))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_worst_served_member_is_served_as_brute_force_does(seed):
    members, used, made = random_case(4, 3, seed, spread_km=12.0)
    found = split(members, used, made, RULES, objective=Objective.WORST)
    served, worst, kwh = brute_force_worst(members, used, made)
    assert sum(len(group.participant_ids) for group in found.groups) == served
    assert min((group.worst_ratio for group in found.groups), default=0.0) == pytest.approx(worst)
    assert (found.served, found.worst_ratio) == (served, pytest.approx(worst))
    assert worst <= found.worst_bound_ratio + 1e-12
    assert found.shared_kwh == pytest.approx(kwh, rel=1e-9)
    check_split(found, members, used, made)


@pytest.mark.parametrize("seed", range(8))
def test_no_split_serves_as_many_members_better_than_the_bound_on_the_worst(seed):
    members, used, made = random_case(4, 2, seed, spread_km=9.0)
    units = units_of(members, used, made, RULES, ORDER)
    served, worst, _kwh = brute_force_worst(members, used, made)
    bound = worst_bound_ratio(units, served, upper_bound_kwh(units))
    assert worst <= bound + 1e-9
    assert bound <= 1.0


def test_the_bound_on_the_worst_served_by_hand():
    # 4 kWh made, 3 and 9 asked for at one step. One alone: all of its need, or 4/9. Together: 4 of 12.
    members = members_of([town("a", at(0)), town("b", at(0))], [roof("r", at(0))])
    used, made = np.array([[3.0, 9.0]]), np.array([[4.0]])
    units = units_of(members, used, made, RULES, ORDER)
    assert worst_bound_ratio(units, 2, 4.0) == pytest.approx(4.0 / 12.0)
    assert worst_bound_ratio(units, 1, 4.0) == pytest.approx(1.0)
    assert worst_bound_ratio(units, 2, 99.0) == pytest.approx(4.0 / 9.0)
    assert worst_bound_ratio(units, 0, 4.0) == 0.0
    found = split(members, used, made, RULES, objective=Objective.WORST)
    assert (found.served, found.worst_ratio, found.worst_bound_ratio) == (
        2,
        4.0 / 12.0,
        pytest.approx(4.0 / 12.0),
    )


def test_two_villages_make_two_operations_and_the_loss_is_said():
    # Two pairs 30 km apart: 1 kWh made and 2 used in each, plus a step where only one side needs.
    members = members_of(
        [town("a", at(0)), town("b", at(30))], [roof("ra", at(1)), roof("rb", at(31), owner="b")]
    )
    used = np.array([[2.0, 2.0], [3.0, 0.0]])
    made = np.array([[1.0, 1.0], [1.0, 1.0]])
    found = split(members, used, made, RULES, KM_2_AND_20)
    assert [group.participant_ids + group.plant_ids for group in found.groups] == [("a", "ra"), ("b", "rb")]
    # a: 1 + 1, b: 1 + 0; together it would have been 2 + 2.
    assert (found.shared_kwh, found.single_kwh, found.lost_kwh) == (3.0, 4.0, 1.0)
    assert [group.regime for group in found.groups] == [Regime.KM_2, Regime.KM_2]


def test_two_members_at_one_place_share_whatever_their_class():
    members = members_of([town("a", at(0), density_class=2)], [roof("r", at(0), density_class=2)])
    (group,) = split(members, np.ones((3, 1)), np.ones((3, 1)), RULES).groups
    assert (group.regime, group.shared_kwh, group.longest_km) == (Regime.KM_2, 3.0, 0.0)


@pytest.mark.parametrize(
    ("towns", "roofs", "reason"),
    [
        pytest.param([("a", 0)], [], "no plant within reach under any regime", id="alone"),
        pytest.param([], [("r", 0)], "no consumer within reach under any regime", id="plant alone"),
        pytest.param(
            [("a", 0)], [("r", 25)], "no plant within reach under any regime: the nearest, r,", id="too far"
        ),
        pytest.param([("a", None)], [("r", 0)], "no position: give its latitude and longitude", id="nowhere"),
    ],
)
def test_who_cannot_be_placed_is_told_why(towns, roofs, reason):
    members = members_of(
        [town(name, None if km is None else at(km)) for name, km in towns],
        [roof(name, at(km), owner="x") for name, km in roofs],
    )
    found = split(members, np.ones((2, len(towns))), np.ones((2, len(roofs))), RULES)
    assert (found.groups, found.shared_kwh, found.bound_kwh) == ((), 0.0, 0.0)
    assert found.unplaced[0].reason.startswith(reason)
    assert len(found.unplaced) == len(towns) + len(roofs)


def test_a_site_that_both_uses_and_injects_may_still_find_nobody():
    members = members_of([town("a", at(0))], [roof("r", None, behind="a")])
    found = split(
        members,
        np.array(
            [
                [
                    1.0,
                ],
                [0.0],
            ]
        ),
        np.array([[0.0], [1.0]]),
        RULES,
    )
    assert {left.reason for left in found.unplaced} == {"nobody within reach under any regime"}


def test_nobody_at_all_gives_no_group():
    found = split(members_of([], []), np.ones((2, 0)), np.ones((2, 0)), RULES)
    assert (found.groups, found.unplaced, found.lost_kwh, found.gap_ratio) == ((), (), 0.0, 0.0)


def test_an_unknown_class_is_not_assumed():
    members = members_of([town("a", at(0), density_class=None)], [roof("r", at(8))])
    found = split(members, np.ones((2, 1)), np.ones((2, 1)), RULES, (Regime.KM_20,))
    assert not found.groups
    assert {left.id: left.reason for left in found.unplaced}["a"].startswith("none of the regimes")


def test_a_plant_behind_a_meter_stays_with_it():
    # The plant of b would serve a better, but it stands behind the meter of b, 25 km away.
    members = members_of([town("a", at(0)), town("b", at(25))], [roof("r", None, behind="b", owner="b")])
    used = np.array([[9.0, 1.0]])
    found = split(members, used, np.array([[5.0]]), RULES, KM_2_AND_20)
    (group,) = found.groups
    assert (group.participant_ids, group.plant_ids, group.shared_kwh) == (("b",), ("r",), 1.0)


@pytest.mark.parametrize(("insee", "cap_kwp"), [("24001", 5000.0), ("2A004", 500.0)])
def test_the_cap_of_power_parts_plants_that_stand_together(insee, cap_kwp):
    """5 MW is too much for one operation, half a megawatt outside continental France."""
    members = members_of(
        [town("a", at(0), insee=insee), town("b", at(0), Kind.COMPANY, insee=insee)],
        [roof("r", at(0), 0.6 * cap_kwp, insee=insee), roof("s", at(0), 0.4 * cap_kwp, insee=insee)],
    )
    found = split(members, np.array([[1.0, 2.0]]), np.array([[2.0, 1.0]]), RULES)
    # r serves b (2 kWh), s serves a (1 kWh).
    assert found.shared_kwh == 3.0
    assert {group.participant_ids + group.plant_ids for group in found.groups} == {("b", "r"), ("a", "s")}


def test_public_bodies_of_one_epci_share_over_any_distance_when_a_commune_is_there():
    hospital = town("h", at(0), Kind.PUBLIC, density_class=2)
    members = members_of([hospital], [roof("r", at(28), owner="h")])
    assert not split(members, np.ones((2, 1)), np.ones((2, 1)), RULES).groups
    members = members_of([hospital, town("a", at(12))], [roof("r", at(28), owner="h")])
    (group,) = split(members, np.ones((2, 2)), np.ones((2, 1)), RULES).groups
    assert group.regime is Regime.EPCI
    assert group.participant_ids == ("h", "a")


def test_a_member_who_adds_no_kwh_still_joins_a_group():
    members = members_of([town("a", at(0)), town("b", at(1))], [roof("r", at(0))])
    found = split(members, np.array([[5.0, 5.0]]), np.array([[1.0]]), RULES)
    assert found.groups[0].participant_ids == ("a", "b")


def test_a_regime_not_asked_for_is_not_used():
    members = members_of([town("a", at(0))], [roof("r", at(8))])
    assert not split(members, np.ones((2, 1)), np.ones((2, 1)), RULES, (Regime.KM_2,)).groups
    assert split(members, np.ones((2, 1)), np.ones((2, 1)), RULES, (Regime.KM_10,)).groups


def reasons(members: list[Participant], plants: list[Plant]) -> dict[str, str]:
    whole = members_of(members, plants)
    made, need = np.ones((24, len(plants))), np.ones((24, len(members)))
    return {site.id: site.reason for site in split(whole, need, made, RULES).unplaced}


def test_a_class_that_is_not_known_is_said_to_be_what_keeps_a_site_out() -> None:
    found = reasons(
        [town("a", at(0)), town("b", at(6), Kind.COMPANY, density_class=None)], [roof("r", at(0.1))]
    )
    assert "within 10 km, but the density class of b is to verify" in found["b"]


def test_a_class_that_is_too_dense_is_said_to_be_what_keeps_a_site_out() -> None:
    dense = roof("r", at(0.1), density_class=2)
    found = reasons([town("a", at(0), density_class=2), town("b", at(6), Kind.COMPANY)], [dense])
    assert "within 10 km, but r stands in a commune of class 2" in found["b"]


def test_a_site_too_far_for_every_regime_is_given_its_distance_only() -> None:
    found = reasons([town("a", at(0)), town("b", at(60), Kind.COMPANY)], [roof("r", at(0.1))])
    assert found["b"].endswith("m away")


@pytest.mark.parametrize("seed", [1])
def test_the_way_of_many_is_lawful_to_the_kwh_whatever_is_put_together_to_search(seed, monkeypatch):
    members, used, made = random_case(12, 4, seed)
    whole = lawful_way(members, used, made, RULES)
    assert whole.shared_kwh == pytest.approx(split(members, used, made, RULES).shared_kwh, rel=1e-12)
    monkeypatch.setattr(search_all, "MOST_VALUES", 100)
    monkeypatch.setattr(search_all, "MOST_PLACED", 0)
    coarse = lawful_way(members, used, made, RULES)
    assert 0.0 < coarse.shared_kwh <= whole.shared_kwh * (1 + 1e-12)
    assert coarse.single_kwh == pytest.approx(whole.single_kwh, rel=1e-12)


def test_the_way_of_three_hundred_sites_looks_at_no_more_than_a_few_groups_a_site(monkeypatch):
    members, used, made = random_case(300, 10, 1, spread_km=60.0)
    looked_at = []
    worth = Units.worth
    monkeypatch.setattr(Units, "worth", lambda units, group: looked_at.append(group) or worth(units, group))
    assert lawful_way(members, used, made, RULES).groups > 1
    assert len(set(looked_at)) < 60 * 310


def test_units_are_near_when_all_their_sites_are():
    members, _used, _made = random_case(9, 4, 5)
    near = members.distances_km <= 2.0
    assert (members.apart.near(2.0) == near).all()
    groups = ((0, 9), (1,), (2, 10, 11), *((i,) for i in range(3, 9)), (12,))
    bits = [sum(1 << k for k, b in enumerate(groups) if near[np.ix_(a, b)].all()) for a in groups]
    assert _near_units(groups, near) == tuple(bits)
