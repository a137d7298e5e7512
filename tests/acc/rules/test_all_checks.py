"""Each rule by hand: what is measured, who breaks it, what to do."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from acc.rules.all_checks import check_perimeter, checks, worst_state
from acc.rules.check import Check, State
from acc.rules.perimeter import Body, Members, PerimeterRules
from acc.scenario import Regime
from acc.sites import Kind, Participant, Plant
from tests.perimeter_rules import RULES, figure


def town(name: str, kind: Kind = Kind.COMMUNE, density: int | None = 6, **given: object) -> Participant:
    place = {"insee": "24001", "epci": "CAB"} | given
    return Participant(id=name, name=name.title(), kind=kind, density_class=density, **place)


def roof(name: str, kwp: float = 100, density: int | None = 6, **given: object) -> Plant:
    place = {"insee": "24001", "epci": "CAB", "owner": "mairie"} | given
    return Plant(id=name, name=name.title(), kwp=kwp, density_class=density, **place)


def line(participants: list[Participant], plants: list[Plant], km: list[float]) -> Members:
    """Members on a straight road, at so many km from its start (nan: not placed)."""
    spot = np.array(km, dtype=float)
    return Members(tuple(participants), tuple(plants), np.abs(spot[:, None] - spot[None, :]))


def found(members: Members, regime: Regime, rule: str, rules: PerimeterRules = RULES) -> Check:
    return next(check for check in checks(members, regime, rules) if check.rule == rule)


MAIRIE, ECOLE, ROOF = town("mairie"), town("ecole"), roof("roof")


def test_two_kilometres_hold():
    check = found(line([MAIRIE, ECOLE], [ROOF], [0, 1.5, 0.5]), Regime.KM_2, "distance")
    assert check.state is State.MET
    assert (check.measured, check.limit, check.unit, check.culprits, check.remedy) == (1.5, 2, "km", (), "")
    assert "Mairie and Ecole" in check.title
    assert not check.forbids


def test_one_site_too_far_is_named_with_what_to_do():
    check = found(line([MAIRIE, ECOLE], [ROOF], [0, 2.5, 0.5]), Regime.KM_2, "distance")
    assert check.state is State.NOT_MET
    assert check.forbids
    assert check.culprits == ("ecole",)
    assert check.remedy == (
        "500\u00a0m too far. Take out: Ecole. Open to the same members: the regime 10km, 20km, epci."
    )


def test_a_circle_of_two_kilometres_across_would_refuse_three_sites_that_are_lawful():
    # An equilateral triangle of side 1.97 km needs a circle of 1.97 x 2 / sqrt(3) = 2.27 km across.
    side = 1.97
    members = Members((MAIRIE, ECOLE), (ROOF,), side * (1 - np.eye(3)))
    assert found(members, Regime.KM_2, "distance").state is State.MET


def test_a_circle_of_two_kilometres_radius_would_accept_two_sites_that_are_not():
    # Both stand 1.9 km from the plant, on either side: 3.8 km apart.
    check = found(line([MAIRIE, ECOLE], [ROOF], [0, 3.8, 1.9]), Regime.KM_2, "distance")
    assert check.state is State.NOT_MET
    assert check.measured == pytest.approx(3.8)


@pytest.mark.parametrize(("km", "metres"), [(1.985, 15), (2.0, 0), (2.015, 15)])
def test_within_one_percent_of_the_limit_the_method_of_measuring_decides(km, metres):
    check = found(line([MAIRIE, ECOLE], [ROOF], [0, km, 0.5]), Regime.KM_2, "distance")
    assert check.state is State.TO_VERIFY
    assert check.culprits == ("mairie", "ecole")
    assert check.remedy.startswith(f"{metres} m from the limit of 2 km")


@pytest.mark.parametrize(
    ("km", "within_km", "state"),
    [
        (1.5, 0.4, State.MET),
        (1.5, 0.6, State.TO_VERIFY),
        (2.5, 0.6, State.TO_VERIFY),
        (2.5, 0.4, State.NOT_MET),
    ],
)
def test_what_a_commune_leaves_open_is_added_on_both_sides_of_the_limit(km, within_km, state):
    """Known to 0.6 km, 1.5 km may be 2.1 and 2.5 may be 1.9: nothing is decided."""
    ecole = town("ecole", within_km=within_km)
    check = found(line([MAIRIE, ecole], [ROOF], [0, km, 0.5]), Regime.KM_2, "distance")
    assert check.state is state
    assert (check.culprits == ("ecole",)) is (state in {State.TO_VERIFY, State.NOT_MET})


@pytest.mark.parametrize(("within_km", "state"), [(0.4, State.MET), (0.6, State.ON_DEROGATION)])
def test_two_kilometres_spare_a_derogation_only_where_they_surely_hold(within_km, state):
    members = line([MAIRIE, town("ecole", within_km=within_km)], [ROOF], [0, 1.5, 0.5])
    assert found(members, Regime.KM_10, "distance").state is state


@pytest.mark.parametrize(("within_km", "state"), [(0.1, State.NOT_MET), (0.3, State.TO_VERIFY)])
def test_a_position_known_by_its_commune_may_still_be_in_the_building(within_km, state):
    """500 m apart, or 200 m: one place within 300 m."""
    members = line([MAIRIE, town("ecole", within_km=within_km)], [ROOF], [0, 0.5, 0])
    assert found(members, Regime.BUILDING, "building").state is state


def test_a_missing_position_is_to_verify_and_named():
    check = found(line([MAIRIE, ECOLE], [ROOF], [0, np.nan, 0.5]), Regime.KM_2, "distance")
    assert check.state is State.TO_VERIFY
    assert check.culprits == ("ecole",)
    assert check.remedy == "Give the latitude and longitude of: Ecole."


def test_a_missing_position_does_not_hide_a_distance_that_is_already_too_long():
    members = line([MAIRIE, ECOLE, town("pool")], [ROOF], [0, 5, np.nan, 0])
    check = found(members, Regime.KM_2, "distance")
    assert check.state is State.NOT_MET
    assert check.culprits == ("ecole",)
    assert "Give the latitude and longitude of: Pool." in check.remedy


def test_one_site_alone_has_no_distance_to_measure():
    check = found(line([MAIRIE], [], [0]), Regime.KM_2, "distance")
    assert (check.state, check.measured) == (State.MET, None)


def test_two_members_at_one_place_are_lawful():
    check = found(line([MAIRIE, ECOLE], [ROOF], [1, 1, 1]), Regime.KM_2, "distance")
    assert (check.state, check.measured) == (State.MET, 0.0)


def test_ten_kilometres_are_possible_on_derogation_in_rural_communes():
    members = line([MAIRIE, ECOLE], [ROOF], [0, 8, 3])
    assert found(members, Regime.KM_10, "distance").state is State.ON_DEROGATION
    assert found(members, Regime.KM_10, "density").state is State.MET
    assert worst_state(check_perimeter(members, Regime.KM_10, RULES)) is State.ON_DEROGATION


def test_the_two_kilometres_need_no_derogation_even_in_town():
    members = line([town("mairie", density=2), ECOLE], [ROOF], [0, 1, 0.5])
    assert found(members, Regime.KM_20, "distance").remedy == (
        "No derogation is needed: the 2 km regime holds."
    )
    assert "density" not in {check.rule for check in checks(members, Regime.KM_20, RULES)}


def test_one_site_in_bergerac_closes_ten_and_twenty_kilometres():
    hall = town("hall", density=2, commune="Bergerac", insee="24037")
    for regime in (Regime.KM_10, Regime.KM_20):
        check = found(line([MAIRIE, hall], [ROOF], [0, 8, 3]), regime, "density")
        assert check.state is State.NOT_MET
        assert check.culprits == ("hall",)
        assert "Take out: Hall." in check.remedy


def test_a_small_town_closes_twenty_kilometres_and_not_ten():
    members = line([town("sarlat", density=3), ECOLE], [ROOF], [0, 8, 3])
    assert found(members, Regime.KM_10, "density").state is State.MET
    assert found(members, Regime.KM_20, "density").state is State.NOT_MET


def test_the_density_classes_asked_for_are_those_of_both_ends():
    members = line([town("first", density=5), town("last", density=7)], [ROOF], [0, 8, 3])
    assert found(members, Regime.KM_20, "density").state is State.MET
    narrow = replace(RULES, class_max=figure(6))
    check = found(members, Regime.KM_20, "density", narrow)
    assert (check.state, check.culprits) == (State.NOT_MET, ("last",))


def test_an_unknown_class_is_to_verify_never_assumed():
    check = found(line([MAIRIE, town("ecole", density=None)], [ROOF], [0, 8, 3]), Regime.KM_20, "density")
    assert (check.state, check.culprits) == (State.TO_VERIFY, ("ecole",))


def test_the_class_of_a_plant_counts_too():
    check = found(line([MAIRIE], [roof("roof", density=2)], [0, 8]), Regime.KM_20, "density")
    assert check.culprits == ("roof",)


def test_an_epci_of_public_bodies_is_possible_whatever_the_distance():
    members = line([MAIRIE, town("pool", Kind.PUBLIC)], [ROOF], [0, 40, 3])
    assert worst_state(check_perimeter(members, Regime.EPCI, RULES)) is State.ON_DEROGATION
    assert found(members, Regime.EPCI, "territory").state is State.ON_DEROGATION


def test_one_company_closes_the_epci_case():
    members = line([MAIRIE, town("usine", Kind.COMPANY)], [ROOF], [0, 4, 3])
    check = found(members, Regime.EPCI, "public-bodies")
    assert (check.state, check.culprits) == (State.NOT_MET, ("usine",))
    assert "kind = public" in check.remedy


def test_a_company_that_owns_a_plant_closes_the_epci_case_too():
    members = line([MAIRIE, town("usine", Kind.COMPANY)], [roof("roof", owner="usine")], [0, 4, 3])
    assert found(members, Regime.EPCI, "public-bodies").culprits == ("usine", "roof")


def test_an_owner_who_takes_no_part_is_to_verify():
    members = line([MAIRIE], [roof("roof", owner="Third party")], [0, 4])
    check = found(members, Regime.EPCI, "public-bodies")
    assert (check.state, check.culprits) == (State.TO_VERIFY, ("roof",))


def test_a_plant_without_owner_belongs_to_whom_it_stands_behind():
    members = line([MAIRIE], [roof("roof", owner=None, behind="mairie")], [0, 0])
    assert [body.kind for body in members.persons] == [Kind.COMMUNE, Kind.COMMUNE]


def test_a_part_of_the_members_still_knows_who_owns_its_plants():
    part = line([MAIRIE, ECOLE], [ROOF], [0, 1, 2]).part([1, 2])
    assert [body.kind for body in part.persons] == [Kind.COMMUNE, Kind.COMMUNE]
    assert part.distances_km.tolist() == [[0, 1], [1, 0]]
    assert part.ids([0, 1]) == ("ecole", "roof")


def test_a_site_of_another_epci_is_named():
    members = line([MAIRIE, town("eymet", epci="CCPSP")], [ROOF], [0, 4, 3])
    check = found(members, Regime.EPCI, "territory")
    assert (check.state, check.culprits) == (State.NOT_MET, ("eymet",))


def test_a_site_of_an_unknown_epci_is_to_verify():
    members = line([MAIRIE, town("eymet", epci=None)], [ROOF], [0, 4, 3])
    check = found(members, Regime.EPCI, "territory")
    assert (check.state, check.culprits) == (State.TO_VERIFY, ("eymet",))


def test_the_epci_case_needs_a_commune_or_the_epci():
    pool = town("mairie", Kind.PUBLIC)
    assert found(line([pool], [ROOF], [0, 4]), Regime.EPCI, "local-authority").state is State.NOT_MET
    epci = town("mairie", Kind.EPCI)
    check = found(line([epci], [ROOF], [0, 4]), Regime.EPCI, "local-authority")
    assert check.state is State.MET
    assert "whose territory" in check.remedy


def test_the_power_cap_itself_is_too_much():
    roofs = [roof("a", 3000), roof("b", 1999)]
    assert found(line([MAIRIE], roofs, [0, 0, 0]), Regime.KM_2, "power").state is State.MET
    roofs = [roof("a", 3000), roof("b", 2000)]
    check = found(line([MAIRIE], roofs, [0, 0, 0]), Regime.KM_2, "power")
    assert (check.state, check.measured, check.limit, check.unit) == (State.NOT_MET, 5000, 5000, "kWp")
    assert check.culprits == ("a",)


def test_as_few_plants_as_it_takes_are_named_largest_first():
    roofs = [roof("a", 1000), roof("b", 4000), roof("c", 4500), roof("d", 900)]
    check = found(line([MAIRIE], roofs, [0] * 5), Regime.KM_2, "power")
    # 10.4 MW: without c 5.9, without b 1.9.
    assert check.culprits == ("c", "b")
    assert "more than 5400 kWp" in check.remedy


def test_the_epci_case_goes_to_ten_megawatts():
    roofs = [roof("a", 9000)]
    assert found(line([MAIRIE], roofs, [0, 0]), Regime.EPCI, "power").state is State.MET


def test_outside_continental_france_the_cap_is_half_a_megawatt_and_there_is_no_derogation():
    members = line([town("ajaccio", insee="2A004")], [roof("roof", 600)], [0, 5])
    assert found(members, Regime.KM_20, "power").limit == 500
    assert found(members, Regime.KM_20, "mainland").culprits == ("ajaccio",)


def test_one_building_has_no_cap_and_can_only_be_refuted():
    members = line([MAIRIE, ECOLE], [roof("roof", 9000)], [0, 0, 0.1])
    assert found(members, Regime.BUILDING, "building").state is State.TO_VERIFY
    assert "power" not in {check.rule for check in checks(members, Regime.BUILDING, RULES)}
    far = line([MAIRIE, ECOLE], [ROOF], [0, 1, 0])
    check = found(far, Regime.BUILDING, "building")
    assert (check.state, check.culprits) == (State.NOT_MET, ("ecole",))


def test_one_megawatt_on_one_site_loses_the_zero_rate_and_stays_lawful():
    check = found(line([MAIRIE], [roof("roof", 1000)], [0, 0]), Regime.KM_2, "accise")
    assert (check.state, check.measured, check.culprits) == (State.NOT_MET, 1000, ("roof",))
    assert not check.binding
    assert not check.forbids


def test_two_plants_of_one_owner_at_one_place_are_one_site_for_the_accise():
    members = line([MAIRIE], [roof("a", 600), roof("b", 600)], [0, 0.0, 0.2])
    assert found(members, Regime.KM_2, "accise").state is State.NOT_MET
    members = line([MAIRIE], [roof("a", 600), roof("b", 600)], [0, 0.0, 0.5])
    assert found(members, Regime.KM_2, "accise").state is State.MET


def test_two_plants_of_one_person_are_one_owners_for_the_accise_whatever_names_stand_beside():
    roofs = [roof("a", 600, person="ville"), roof("b", 600, owner="ecole", person="ville")]
    assert found(line([MAIRIE], roofs, [0, 0, 0]), Regime.KM_2, "accise").state is State.NOT_MET
    roofs = [roof("a", 600, person="ville"), roof("b", 600, person="region")]
    assert found(line([MAIRIE], roofs, [0, 0, 0]), Regime.KM_2, "accise").state is State.MET


def test_the_plant_of_a_neighbour_neither_harms_nor_softens_the_accise():
    beside = [roof("a", 600), roof("b", 600, owner="ecole")]
    assert found(line([MAIRIE], beside, [0, 0, 0]), Regime.KM_2, "accise").state is State.MET
    large = [roof("a", 1200), roof("b", 600, owner="ecole")]
    check = found(line([MAIRIE], large, [0, 0, 0]), Regime.KM_2, "accise")
    assert (check.state, check.measured, check.culprits) == (State.NOT_MET, 1200, ("a",))
    # Nor does it make one place of two: 200 m + 200 m.
    apart = [roof("a", 600), roof("b", 10, owner="ecole"), roof("c", 600)]
    assert found(line([MAIRIE], apart, [0, 0, 0.2, 0.4]), Regime.KM_2, "accise").state is State.MET


def test_plants_of_unknown_owners_at_one_place_are_to_verify():
    members = line([MAIRIE], [roof("a", 600), roof("b", 600, owner=None)], [0, 0, 0])
    check = found(members, Regime.KM_2, "accise")
    assert (check.state, check.measured, check.culprits) == (State.TO_VERIFY, 1200, ("a", "b"))
    assert "owner" in check.remedy


def test_no_plant_makes_no_accise_check():
    rules = {check.rule for check in checks(line([MAIRIE], [], [0]), Regime.KM_2, RULES)}
    assert rules == {"distance", "power", "network", "meters"}


def test_what_no_file_says_is_to_verify():
    members = line([MAIRIE], [ROOF], [0, 0])
    assert found(members, Regime.KM_2, "network").state is State.TO_VERIFY
    assert found(members, Regime.KM_2, "meters").state is State.TO_VERIFY


def test_a_regime_that_did_not_exist_yet_is_said():
    early = replace(RULES, on=date(2023, 1, 1), distance_km={Regime.KM_2: figure(2)}, power_epci_mw=None)
    members = line([MAIRIE, ECOLE], [ROOF], [0, 8, 3])
    for regime in (Regime.KM_20, Regime.EPCI):
        check = found(members, regime, "regime", early)
        assert check.state is State.NOT_MET
        assert "1 January 2023" in check.remedy


def test_before_the_grid_the_minister_judged():
    early = replace(RULES, class_min={}, class_max=None)
    check = found(line([MAIRIE, ECOLE], [ROOF], [0, 8, 3]), Regime.KM_20, "density", early)
    assert check.state is State.TO_VERIFY


def test_every_check_of_a_figure_quotes_its_text():
    for check in checks(line([MAIRIE, ECOLE], [ROOF], [0, 8, 3]), Regime.KM_20, RULES):
        assert check.reference


def test_distances_of_other_sites_are_refused():
    with pytest.raises(ValueError, match="same sites"):
        Members((MAIRIE,), (), np.zeros((2, 2)))


def test_no_regime_at_all_is_said():
    hall = town("hall", Kind.COMPANY, density=2)
    check = found(line([MAIRIE, hall], [ROOF], [0, 30, 0]), Regime.KM_2, "distance")
    assert check.remedy.endswith("No other regime is open to the same members.")


@pytest.mark.parametrize("seed", range(20))
def test_a_part_of_the_members_knows_of_each_site_what_the_whole_knows(seed):
    rng = np.random.default_rng(seed)
    holders = ["ville", "agglo", "x", None]
    sites = [
        town(f"s{n}", [*Kind][int(rng.integers(len(Kind)))], person=holders[int(rng.integers(4))])
        for n in range(6)
    ]
    owners = ["s0", "s3", "ville", "agglo", "x", "nobody", None]
    roofs = [roof(f"r{n}", owner=owners[int(rng.integers(7))]) for n in range(4)]
    said = {"ville": Body(Kind.COMMUNE), "agglo": Body(), "x": Body(None, bool(rng.integers(2)))}
    members = replace(line(sites, roofs, list(range(10))), bodies=said)
    kept = sorted(rng.choice(10, size=int(rng.integers(1, 11)), replace=False).tolist())
    assert members.part(kept).persons == [members.persons[n] for n in kept]
    assert members.part(kept).if_confirmed().unknown_owners == ()
