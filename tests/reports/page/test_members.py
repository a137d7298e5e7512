"""Members of the page are persons where the folder tells of them; homes are shown ten together or never."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acc.result.outcomes import outcomes
from acc.result.result import Result
from acc.scenario import Scenario
from acc.sites import Kind
from reports.page.amounts import Amounts, printed_list
from reports.page.member_outcome import (
    MemberSituation,
    changes,
    in_rows,
    member_situations,
    second_line,
    sentence,
)
from reports.page.names import HOMES_ROW, Names, names_of
from reports.page.rows import Line, Looking, axis_of
from reports.page.seance import Seance, SeanceInputs, seance_of
from scenarios.entry.catalogue import copy_example
from scenarios.entry.folder.load import scenario_of
from scenarios.entry.folder.raw import read_source
from scenarios.session import AtHand, PageQuestion
from tests.effort import few, law
from tests.reports.make import stand
from tests.web.test_guard import today

LOOKING = Looking()


@pytest.fixture(scope="module")
def hand(tmp_path_factory: pytest.TempPathFactory) -> AtHand:
    folder = tmp_path_factory.mktemp("members") / "demo"
    copy_example("bergerac", folder)
    return AtHand(folder, today)


@pytest.fixture(scope="module")
def everyone(hand: AtHand) -> Scenario:
    return scenario_of(read_source(hand.folder), everyone=True)


def screen(hand: AtHand, everyone: Scenario, result: Result, looking: Looking = LOOKING) -> Seance:
    kept = hand.result(PageQuestion(), complete=False)
    obstacles = hand.obstacles(result.scenario, everyone)
    names = names_of(everyone)
    return seance_of(
        result,
        SeanceInputs(
            kept=kept,
            folder=kept,
            face="x",
            same=False,
            everyone=everyone,
            names=names,
            obstacles=obstacles,
            looking=looking,
        ),
    )


def test_a_member_gains_what_its_person_gains_and_its_sites_and_plants_add_up_to_it(
    hand: AtHand, everyone: Scenario
) -> None:
    result = hand.result(PageQuestion(sets=("prix=95",)), complete=False)
    assert result.money is not None
    assert result.money.total is not None
    stands = member_situations(outcomes(result), names_of(everyone))
    assert {s.id: s.eur for s in stands} == {p.id: p.gain_eur_ht for p in result.money.persons}
    assert sum(s.eur or 0.0 for s in stands) == pytest.approx(result.money.total.gain_eur_ht)
    assert sum(s.kwh for s in stands) == pytest.approx(float(result.energy.received_kwh.sum()))
    shown = {line.id: line for line in screen(hand, everyone, result).groups[0].lines}
    town = shown["ville"]
    assert [site.name for site in town.sites] == [
        "Mairie annexe",
        "Groupe scolaire",
        "Gymnase",
        "Éclairage public",
        "Toiture du gymnase",
    ]
    assert town.box == "mairie ecole gymnase eclairage"
    assert not shown["hopital"].sites
    assert shown["cave"].sites[0].box == "cave"


def test_the_band_is_green_only_where_more_gain_than_lose(hand: AtHand, everyone: Scenario) -> None:
    good, bad = (
        screen(hand, everyone, hand.result(PageQuestion(sets=(f"prix={price}",)), complete=False))
        for price in (80, 140)
    )
    assert good.is_favourable
    assert "; 6 lose." in str(bad.sentence)
    assert not bad.is_favourable


def test_a_member_taken_out_takes_its_sites_and_the_plant_behind_their_meter(
    hand: AtHand, everyone: Scenario
) -> None:
    gone = ("mairie", "ecole", "gymnase", "eclairage")
    apart = screen(hand, everyone, hand.result(PageQuestion(without=gone), complete=False)).apart
    assert [line.id for line in apart] == ["ville", "usine"]
    assert apart[0].box.split() == list(gone)
    assert "Toiture du gymnase left too" in apart[0].note


def test_a_plant_that_stands_free_stays_when_the_sites_of_its_member_leave(
    hand: AtHand, everyone: Scenario
) -> None:
    asked = PageQuestion(sets=("plants.ombrieres.active=true",), without=("piscine", "bureaux"))
    line = next(
        one
        for one in screen(hand, everyone, hand.result(asked, complete=False)).groups[0].lines
        if one.id == "agglo"
    )
    assert not line.is_in
    assert line.note.startswith("Its sites are out; Ombrières du parking stays")
    assert [site.is_in for site in line.sites] == [False, False, True]


def test_a_site_of_a_member_that_is_out_alone_says_why_under_its_member(
    hand: AtHand, everyone: Scenario
) -> None:
    result = hand.result(PageQuestion(without=("ecole",)), complete=False)
    shown = screen(hand, everyone, result)
    town = next(line for line in shown.groups[0].lines if line.id == "ville")
    assert not town.is_in
    assert [site.note for site in town.sites if not site.is_in] == ["may come"]
    assert "ville" not in {line.id for line in shown.apart}


def test_marks_of_the_axis_do_not_run_into_one_another(hand: AtHand, everyone: Scenario) -> None:
    result = hand.result(PageQuestion(), complete=False)
    found = changes(member_situations(outcomes(result), names_of(everyone)), [])
    for held in ((0.0, 30_500.0), (-3_100.0, 100.0), (-1_000_000.0, 900_000.0)):
        marks = axis_of(found, held).marks
        assert len(marks) > 1
        for (one, text), (other, next_) in pairwise(marks):
            assert other - one > 0.02 * (len(text) + len(next_)) or "0" in (text, next_)


def homes(count: int, eur: float = 5.0) -> list[MemberSituation]:
    return [stand(f"h{n}", "Household", eur, homes=1) for n in range(count)]


def test_homes_are_one_row_of_ten_or_more() -> None:
    firm = stand("firm", "Firm", 50.0, kwh=900.0)
    rows = in_rows(changes([firm, *homes(12)], [firm, *homes(12, 4.0)]))
    assert [row.situation.id for row in rows] == ["firm", HOMES_ROW]
    assert (rows[1].situation.eur, rows[1].eur, rows[1].situation.kwh) == (60.0, 12.0, 1200.0)
    few = in_rows(changes([firm, *homes(3)], []))[1].situation
    assert (few.name, few.eur, few.kwh) == ("3 households", None, 0.0)


def test_no_amount_of_a_home_is_told_in_a_sentence() -> None:
    stands = [stand("firm", "Firm", 50.0), *homes(11), *homes(1, -7.0)]
    assert str(sentence("Now", stands)).endswith("; 1 loses.")
    kept = [stand("firm", "Firm", 50.0), *homes(12)]
    assert "(−" not in second_line(changes(stands, kept), "x", same=False)


def test_homes_of_the_folder_are_told_apart_nowhere(everyone: Scenario) -> None:
    people = [
        replace(site, kind=Kind.HOUSEHOLD, person=None, publish=True) if n < 3 else site
        for n, site in enumerate(everyone.participants)
    ]
    names = names_of(replace(everyone, participants=tuple(people), persons=()))
    assert {names.members[site.id] for site in people[:3]} == {"Household"}
    assert names.homes == {site.id: 1 for site in people[:3]}


def test_a_member_one_of_whose_sites_is_not_published_is_not_named(everyone: Scenario) -> None:
    people = [replace(site, publish=site.person != "froid") for site in everyone.participants]
    names = names_of(replace(everyone, participants=tuple(people)))
    assert names.members["froid"] == "A company"
    assert names.members["ville"] == "Ville de Bergerac"


def test_without_persons_a_member_is_a_site_or_who_owns_a_plant(everyone: Scenario) -> None:
    bare = [replace(site, person=None) for site in everyone.participants]
    roofs = [replace(roof, owner="sem", person=None) for roof in everyone.plants]
    names = names_of(replace(everyone, persons=None, participants=tuple(bare), plants=tuple(roofs)))
    assert set(names.members) == {*(site.id for site in bare), "sem"}
    assert isinstance(names, Names)


def test_the_row_of_homes_has_the_range_of_what_they_gain_together(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("homes") / "demo"
    copy_example("bergerac", folder)
    path = folder / "participants.csv"
    head, *lines = path.read_text(encoding="utf-8-sig").splitlines()
    many = {"froid": "6", "atelier": "8"}  # homes: fewer than ten each, fourteen together
    told = [f"{line};{many.get(line.partition(';')[0], '')}" for line in lines]
    told = [line.replace(";company;", ";household-group;", 1) if line[-1] in "68" else line for line in told]
    path.write_text("\n".join([f"{head};households", *told]) + "\n", encoding="utf-8")
    hand = AtHand(folder, today)
    result = hand.result(PageQuestion(), drawn=True, complete=False)
    row = next(line for line in screen_of(hand, result) if line.id == HOMES_ROW)
    assert row.name == "14 households"
    drawn = result.persons_ranges["gain_eur_ht"]
    low, middle, high = drawn["atelier froid"]
    assert low < middle < high
    assert middle == pytest.approx(drawn["atelier"][1] + drawn["froid"][1], rel=0.25)
    assert row.low_share is not None
    assert row.at_share is not None
    assert row.high_share is not None
    assert row.low_share < row.at_share < row.high_share


def screen_of(hand: AtHand, result: Result) -> list[Line]:
    everyone = scenario_of(read_source(hand.folder), everyone=True)
    return [line for group in screen(hand, everyone, result).groups for line in group.lines]


def figure(text: str) -> float:
    """Return a figure of the page; 0 for "=", which rounds to nothing."""
    plain = text.replace(",", "").replace("\N{MINUS SIGN}", "-").replace("\N{NARROW NO-BREAK SPACE}", "")
    return 0.0 if text == "=" else float(plain.replace("\N{NO-BREAK SPACE}", ""))


@pytest.mark.parametrize("group", few(2, ["effect", "kind", "commune", "none"]))
@pytest.mark.parametrize("price", few(2, [80, 104, 95, 140, 0]))
def test_sites_members_groups_and_all_together_add_up_as_they_are_printed(
    hand: AtHand, everyone: Scenario, group: str, price: int
) -> None:
    result = hand.result(PageQuestion(sets=(f"prix={price}",)), complete=False)
    shown = screen(hand, everyone, result, looking=Looking(group=group))
    lines = [line for one in shown.groups for line in (*one.lines, *one.rest)]
    assert sum(bool(line.sites) for line in lines) > 1
    for name in ("mwh", "eur", "gap"):
        rows = [figure(getattr(line, name)) for line in lines]
        assert sum(rows) == figure(getattr(shown.total, name)), name
        for line in lines:
            parts = [getattr(site, name) for site in line.sites if site.is_in or not site.id]
            told = [figure(text) for text in parts if text not in {"", "–"}]
            assert not told or sum(told) == figure(getattr(line, name)), (name, line.name)
    for one in shown.groups:
        if one.eur:
            assert figure(one.eur) == sum(figure(line.eur) for line in (*one.lines, *one.rest))
            assert figure(one.gap) == sum(figure(line.gap) for line in (*one.lines, *one.rest))


AMOUNTS = st.one_of(st.floats(1.0, 9e4), st.floats(-9e4, -1.0))


@law(200)
@given(parts=st.lists(st.lists(AMOUNTS, min_size=1, max_size=5), min_size=1, max_size=8))
def test_amounts_of_a_list_close_on_their_row_and_rows_on_their_total(parts: list[list[float]]) -> None:
    inside = {str(n): [Amounts(gain_eur=eur) for eur in row] for n, row in enumerate(parts)}
    rows = {str(n): Amounts(gain_eur=sum(row)) for n, row in enumerate(parts)}
    made = printed_list(rows, inside, Amounts(gain_eur=sum(map(sum, parts))))
    shown = [row.gain_eur or 0.0 for row in made.rows.values()]
    assert all(
        abs(eur - (row.gain_eur or 0.0)) < 100.0 for eur, row in zip(shown, rows.values(), strict=True)
    )
    if all(abs(row.gain_eur or 0.0) >= 0.5 for row in rows.values()):
        assert sum(shown) == pytest.approx(made.total.gain_eur, abs=1e-6)
        for id_, row in made.rows.items():
            assert sum(part.gain_eur or 0.0 for part in made.parts[id_]) == pytest.approx(
                row.gain_eur, abs=1e-6
            )
