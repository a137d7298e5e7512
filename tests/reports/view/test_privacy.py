from dataclasses import replace

import numpy as np

from acc.accounts.persons import holdings
from acc.scenario import Scenario
from acc.sites import Kind, Participant, Person, Plant
from reports.view.privacy import (
    public_groups,
    redacted,
    sheet_groups,
    shown_names,
)
from tests.reports.make import YEAR, scenario


def people(*given: tuple[str, Kind, int | None, bool]) -> Scenario:
    """Return a scenario of (name, kind, households, publish)."""
    participants = tuple(
        Participant(id=name.lower(), name=name, kind=kind, households=count, publish=publish)
        for name, kind, count, publish in given
    )
    return replace(scenario(days=YEAR), participants=participants, plants=())


def homes(count: int, names: str = "Home") -> list[tuple[str, Kind, int | None, bool]]:
    return [(f"{names}{index}", Kind.HOUSEHOLD, None, True) for index in range(count)]


SCHOOL = ("School", Kind.COMMUNE, None, True)


def told(given: Scenario, need: list[float] | None = None) -> list[str]:
    """Return the names of the rows that are told."""
    groups = public_groups(given, need_kwh=None if need is None else np.array(need))
    return [group.name for group in groups if not group.is_untold]


def test_ten_homes_are_shown_together_and_nine_have_no_row() -> None:
    assert told(people(SCHOOL, *homes(10))) == ["School", "10 households (together)"]
    assert told(people(SCHOOL, *homes(9))) == ["School"]


def test_a_group_of_nine_has_no_row_nor_one_that_does_not_say_how_many() -> None:
    for count in (9, None):
        assert told(people(SCHOOL, ("Block", Kind.HOUSEHOLD_GROUP, count, True))) == ["School"]


def test_a_few_homes_join_the_smallest_large_group() -> None:
    large = [("North", Kind.HOUSEHOLD_GROUP, 30, True), ("South", Kind.HOUSEHOLD_GROUP, 12, True)]
    groups = public_groups(people(*large, *homes(3)))
    assert [(group.name, group.members) for group in groups] == [
        ("North", (0,)),
        ("15 households (together)", (1, 2, 3, 4)),
    ]


def test_companies_that_did_not_agree_are_shown_together_without_a_name() -> None:
    closed = [("Mill", Kind.COMPANY, None, False), ("Forge", Kind.COMPANY, None, False)]
    third = ("Sawmill", Kind.COMPANY, None, False)
    groups = public_groups(people(SCHOOL, *closed, third))
    assert [group.name for group in groups] == ["School", "3 companies (together)"]


def test_one_or_two_who_did_not_agree_have_no_row_and_totals_count_them() -> None:
    mills = [("Mill", Kind.COMPANY, None, False), ("Forge", Kind.COMPANY, None, False)]
    for count in (1, 2):
        given = people(SCHOOL, *mills[:count])
        assert told(given) == ["School"]
        assert sum(len(group.members) for group in public_groups(given)) == 1 + count


def test_a_row_of_which_one_needs_nearly_all_is_not_told() -> None:
    closed = [(name, Kind.COMPANY, None, False) for name in ("Mill", "Kiln", "Press")]
    given = people(SCHOOL, *closed)
    assert told(given, [9.0, 10.0, 10.0, 110.0]) == ["School", "3 companies (together)"]
    assert told(given, [9.0, 10.0, 10.0, 120.0]) == ["School"]


def test_three_sites_of_one_company_are_one_holder() -> None:
    given = people(*[(name, Kind.COMPANY, None, False) for name in "ABC"], SCHOOL)
    owned = tuple(replace(one, person="firm") if one.name in "ABC" else one for one in given.participants)
    assert told(replace(given, participants=owned)) == ["School"]


def test_a_sentence_does_not_name_who_is_not_shown() -> None:
    closed = [(name, Kind.COMPANY, None, False) for name in ("Mill", "Kiln", "Press")]
    given = people(SCHOOL, *closed, *homes(10, "Dupont"))
    groups = public_groups(given)
    text = redacted("School, Mill and Dupont3 are far apart", given, groups)
    assert text == "School, a company and a household are far apart"
    names = shown_names(given, groups)
    assert names["mill"] == "a company"
    assert names["dupont3"] == "a household"


def test_a_sentence_does_not_name_the_plant_of_who_is_not_shown() -> None:
    closed = [(name, Kind.COMPANY, None, False) for name in ("Mill", "Kiln", "Press")]
    given = people(SCHOOL, *closed, ("Forge", Kind.COMPANY, None, True))
    plants = (
        Plant(id="p", name="Hall of the Mill", kwp=3.0, owner="mill"),
        Plant(id="q", name="Forge roof", kwp=3.0, owner="forge"),
    )
    given = replace(given, plants=plants)
    groups = public_groups(given)
    assert redacted("cost of Hall of the Mill, Forge roof", given, groups) == "cost of a plant, Forge roof"


def test_a_plant_at_home_bears_no_name() -> None:
    given = people(SCHOOL, *homes(10))
    plant = Plant(id="p", name="Roof of the Duponts", kwp=3.0, behind="home1")
    given = replace(given, plants=(plant,))
    assert "Dupont" not in shown_names(given, public_groups(given))["p"]


def test_a_sheet_names_its_holder_and_who_is_open_as_the_brief_does() -> None:
    forge, lime = ("Forge", Kind.COMPANY, None, True), ("Lime kiln", Kind.COMPANY, None, False)
    given = people(SCHOOL, ("Mill", Kind.COMPANY, None, True), forge, lime)
    groups = sheet_groups(given, holdings(given)[1])
    assert [(group.name, group.is_named) for group in groups] == [
        ("Mill", True),
        ("School", True),
        ("Forge", True),
        ("another participant", False),
    ]


def test_a_plant_is_hidden_with_the_person_that_holds_it_and_so_is_that_person() -> None:
    made = people(SCHOOL, ("Mill", Kind.COMPANY, None, False))
    mill = replace(made.participants[1], person="dupont")
    roof = Plant(id="roof", name="Roof of the mill", kwp=9.0, person="dupont")
    dupont = Person(id="dupont", name="Dupont SA")
    made = replace(made, participants=(made.participants[0], mill), plants=(roof,), persons=(dupont,))
    groups = public_groups(made)
    names = shown_names(made, groups)
    assert names["roof"] == "a plant"
    assert names["dupont"] == names["mill"]
    assert "Dupont" not in redacted("Dupont SA: its price is under its cost.", made, groups)


def test_an_owner_whose_own_site_takes_no_part_is_named_by_its_row_or_hidden_as_it_says() -> None:
    mill, town = (
        replace(people((name, kind, None, publish)).participants[0])
        for name, kind, publish in (("Mill", Kind.COMPANY, False), ("Town", Kind.COMMUNE, True))
    )
    plants = tuple(
        Plant(id=f"roof-{one.id}", name=f"{one.name} roof", kwp=9.0, owner=one.id) for one in (mill, town)
    )
    given = replace(people(SCHOOL), plants=plants, absent=(mill, town))
    owners = {one.id: (one.name, one.kind) for one in holdings(given) if one.plants}
    assert owners == {"mill": ("Mill", Kind.COMPANY), "town": ("Town", Kind.COMMUNE)}
    groups = public_groups(given)
    names = shown_names(given, groups)
    assert [names[id_] for id_ in ("mill", "roof-mill", "town", "roof-town")] == [
        "a company",
        "a plant",
        "Town",
        "Town roof",
    ]
    assert redacted("Mill sells to Town", given, groups) == "a company sells to Town"
