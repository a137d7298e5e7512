"""`acc worth`: each alternative is a run, draws are the accounts, and sharing can be the wrong choice."""

import json
import re
from dataclasses import replace
from datetime import date
from functools import partial
from html import unescape
from io import BytesIO
from math import inf
from pathlib import Path
from random import Random

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from acc.problem import InputError
from acc.result.result import Result
from acc.rules.check import State
from acc.sides import loses
from acc.worth.result import Alternative, OwnChance, Way, WayState, Worth, value_eur
from cli import main
from reports.deliver import draw_brief
from reports.documents.brief import brief_document
from reports.format.draws import chances_words
from reports.nodes.tree import Callout
from reports.page.names import Names
from reports.paper.typeset import pdf
from reports.studies.worth.brief import alternatives
from reports.studies.worth.files import worth_document
from reports.studies.worth.labels import (
    chances_sentence,
    depends_on_connection,
    proposal_text,
    says_yes,
    tipping_sentences,
    value_words,
    verdict,
)
from reports.studies.worth.page import question_screen
from reports.studies.worth.screen import drawn_heading, who_sentences, worth_nodes
from reports.studies.worth.screen import table as choices_table
from reports.terminal.screen import show
from scenarios.entry.catalogue import copy_example
from scenarios.entry.folder.question import read_question
from scenarios.entry.folder.settings import read_setting
from scenarios.operation.draws.compute import drawn_gain
from scenarios.operation.ready.operation import open_operation
from scenarios.run import RunParts, run
from scenarios.studies.worth import drawn_choices
from scenarios.studies.worth.compare import AlternativeRequest, computed, neutral
from scenarios.studies.worth.run import brief_worth, worth_folder
from tests.effort import few, law
from tests.scenarios.operation import BEHIND_ANOTHERS, PLANTS, RENTED, write_operation

DAY = date(2026, 11, 25)
TEXT = r">([^<]+)<"
GRANT = "horizon_years = 20\ngrant_eur = 9000"
BATTERY = "[battery]\nenergy_kwh = 60\npower_kw = 30\nround_trip_ratio = 0.9\ncapex_eur = 20000\n"


def by_way(worth: Worth) -> dict[Way, Alternative]:
    return {one.choice: one for one in worth.alternatives}


def run_of(folder: Path, one: Alternative) -> Result:
    return run(
        folder, ran_on=DAY, settings=[read_setting(word) for word in one.words], parts=RunParts(other_keys=())
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    changes = {
        "[[variants]]": BATTERY + "\n[[variants]]",
        "horizon_years = 20": "horizon_years = 20\ngrant_eur = 9000",
    }
    return write_operation(tmp_path_factory.mktemp("worth") / "op", **changes)


@pytest.mark.slow
def test_another_price_draws_none_of_the_kwh_anew(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ways = partial(worth_folder, folder, draws=2, search=False)
    ways(settings=read_question(["prix=91"]))
    anew = ways(settings=read_question(["prix=92"]), use_cache=False)
    monkeypatch.setattr(drawn_choices, "drawn_kwh", None)
    assert ways(settings=read_question(["prix=92"])).alternatives == anew.alternatives


@pytest.fixture(scope="module")
def made(folder: Path) -> Worth:
    return worth_folder(folder, ppa_eur_per_mwh=80.0, draws=6)


def test_the_page_counts_what_is_to_verify_as_a_run_does(folder: Path, made: Worth) -> None:
    rules = run(folder, ran_on=date(2026, 8, 1)).rules
    assert made.to_verify == sum(check.state is State.TO_VERIFY for check in rules) > 2


def test_how_far_sharing_leads_lies_around_its_central_figure(made: Worth) -> None:
    assert made.ahead_eur is not None
    low, middle, high = made.ahead_eur
    assert low < middle < high
    assert middle == pytest.approx(made.lead_eur())
    assert made.sharing_ratio is not None
    assert (made.sharing_ratio >= 0.5) == (made.lead_eur() > 0.0)  # chances and ranges speak with one voice


def test_each_alternative_is_its_own_run_to_a_euro(folder: Path, made: Worth) -> None:
    assert [one.choice for one in made.alternatives] == list(Way)
    for one in made.alternatives:
        assert one.state is WayState.COMPARED, one.choice
        assert one.total is not None
        money = run_of(folder, one).money
        assert money is not None
        assert money.total is not None
        assert money.total.gain_eur_ht == pytest.approx(one.total.gain_eur_ht, abs=1.0)
        assert (money.total.npv_eur_ht or 0.0) == pytest.approx(one.total.npv_eur_ht, abs=1.0)
        for person in money.persons:
            assert person.gain_eur_ht == pytest.approx(one.persons[person.id].gain_eur_ht, abs=1.0)


def random_folder(where: Path, seed: int) -> Path:
    random = Random(seed)
    tax, shares = random.choice([0, 0.25]), random.choice(["true", "true", "false"])
    changes = {
        "local_eur_per_mwh = 105.0": f"local_eur_per_mwh = {random.randrange(40, 200)}",
        "pmo_eur_per_year = 300.0": f"pmo_eur_per_year = {random.randrange(0, 3000)}",
        "horizon_years = 20": f"horizon_years = {random.randrange(10, 26)}\ntax_ratio = {tax}",
        'name = "prorata"': f'name = "{random.choice(["prorata", "equal"])}"',
        "rates_on = 2026-09-01": f"rates_on = 2026-09-01\nsharing = {shares}",
    }
    if random.random() < 0.5:
        changes["[[variants]]"] = f"{BATTERY}\n[[variants]]"
    return write_operation(where, **changes)


def totals_of(document: dict[str, object]) -> list[float]:
    total = document["total"]
    assert isinstance(total, dict)
    return [total["gain_eur_ht"], total["npv_eur_ht"] or 0.0]


@pytest.mark.parametrize("seed", few(1, [None, *range(5)]))
def test_the_first_row_is_the_folder_as_run_tells_it_and_each_row_its_own_words_to_a_cent(
    tmp_path: Path, seed: int | None
) -> None:
    folder = tmp_path / "op"
    if seed is None:
        copy_example("bergerac", folder)
    else:
        random_folder(folder, seed)
    rows = worth_document(worth_folder(folder, draws=0))["alternatives"]
    assert isinstance(rows, list)
    assert (rows[0]["name"], rows[0]["set"]) == ("folder", [])
    compared = [row for row in rows if "total" in row]
    assert len(compared) >= 5
    for row in compared:
        sets = [word for text in row["set"] for word in ("--set", text)]
        told = CliRunner().invoke(main, ["run", str(folder), "--json", "--no-ranges", "--force", *sets])
        assert told.exit_code == 0, told.output
        assert totals_of(row) == pytest.approx(totals_of(json.loads(told.stdout)), abs=0.005), row["name"]


def test_sharing_is_compared_where_the_folder_shares_nothing(tmp_path: Path) -> None:
    folder = write_operation(tmp_path / "op")
    together = by_way(worth_folder(folder, draws=0))
    alone = by_way(worth_folder(folder, settings=(read_setting("operation.sharing=false"),), draws=0))
    assert not alone[Way.FOLDER].shares
    for way in (Way.SHARING, Way.BOTH, Way.OWN_USE):
        of_alone, of_together = alone[way].total, together[way].total
        assert of_alone is not None
        assert of_together is not None
        assert of_alone.npv_eur_ht == of_together.npv_eur_ht


def test_persons_that_are_told_move_no_roof(tmp_path: Path) -> None:
    # The gymnasium's roof is the town hall's, 350 m away; the school stands 78 m from it.
    plants = PLANTS.replace("gymnase;Gymnase;commune;44.8455;0.4835", "gymnase;Gymnase;mairie;44.8469;0.4893")
    folder = write_operation(tmp_path / "op")
    (folder / "plants.csv").write_text(plants, encoding="utf-8")
    before = worth_folder(folder, draws=0)
    (folder / "persons.csv").write_text(
        "id;name;kind\nville;Ville;commune\ncoop;Coop;company\n", encoding="utf-8"
    )
    holder = {"id": "person", "mairie": "ville", "ecole": "ville", "cave": "coop", "gymnase": "ville"}
    for name in ("participants.csv", "plants.csv"):
        rows = (folder / name).read_text(encoding="utf-8").splitlines()
        told = [f"{row};{holder.get(row.partition(';')[0], '')}" for row in rows]
        (folder / name).write_text("\n".join(told) + "\n", encoding="utf-8")
    after = worth_folder(folder, draws=0)
    assert len(after.names) == len(before.names) - 1
    assert after.roofs == before.roofs
    for one, other in zip(before.alternatives, after.alternatives, strict=True):
        assert other.words == one.words
        if one.total is not None and other.total is not None:
            # A person bills itself no VAT: the town keeps what it paid on the price of its own roof.
            assert (other.total.npv_eur_ht or 0.0) >= (one.total.npv_eur_ht or 0.0) - 0.005
            assert other.total.gain_eur_ht == pytest.approx(one.total.gain_eur_ht, abs=0.005)


def test_a_row_that_moves_plants_says_so(tmp_path: Path) -> None:
    folder = write_operation(tmp_path / "op")
    table = folder / "plants.csv"
    table.write_text(PLANTS.replace(";cave\n", ";\n"), encoding="utf-8")
    told = {row["name"]: row for row in worth_document(worth_folder(folder, draws=0))["alternatives"]}
    assert told["folder"]["changes"] == ""
    assert told["own-use-and-sharing"]["changes"] == "1 put behind a meter"
    assert told["own-use-and-sharing"]["set"] == ["plants.hangar.behind=cave"]
    assert told["own-use"]["changes"] == "1 put behind a meter and 1 not built"
    assert "1 put behind a meter" in str(choices_table(worth_folder(folder, draws=2)))


def test_parts_of_the_draws_sum_to_one_and_two_with_sharing_never_split_the_verdict(made: Worth) -> None:
    known = [one for one in made.alternatives if one.total is not None]
    assert sum(one.total.best_ratio for one in known if one.total) == pytest.approx(1.0)
    for id_ in made.names:
        assert sum(one.persons[id_].best_ratio for one in known) == pytest.approx(1.0)
    won = sum(one.total.best_ratio for one in known if one.total and one.choice.shares)
    assert made.sharing_ratio is not None
    assert made.sharing_ratio >= won - 1e-9 or made.sharing_ratio == pytest.approx(won)


@pytest.fixture(scope="module")
def another(tmp_path_factory: pytest.TempPathFactory) -> Worth:
    """Sharing wins 8 times in 10; the folder, that leaves a roof off the meter under it, is never best."""
    changes = {"horizon_years = 20": "horizon_years = 40"}
    folder = write_operation(tmp_path_factory.mktemp("another") / "op", **changes)
    (folder / "plants.csv").write_text(PLANTS.replace(";cave\n", ";\n"), encoding="utf-8")
    return worth_folder(folder, draws=20)


def test_a_folder_that_is_never_the_best_gets_no_yes_however_often_sharing_wins(another: Worth) -> None:
    own, folder = another.own_chance, by_way(another)[Way.FOLDER].total
    assert own is not None
    assert folder is not None
    assert another.sharing_ratio == another.connected_sharing_ratio == 0.85
    assert folder.best_ratio == own.best_ratio == own.connected_best_ratio == 0.0
    assert not says_yes(another)
    assert verdict(another).replace("\xa0", " ") == (
        "To compare: sharing in one form or another is better than not sharing, 8 chances in 10. Your folder "
        "as it is: better than not sharing, 5 chances in 10; the best choice, less than 1 chance in 10. The "
        "best most often: “Own roof first, then share”."
    )
    assert "Your folder as it is beats the best choice without sharing in 11, all choices in 0" in (
        chances_sentence(another)
    )
    assert verdict(replace(another, draws=0)).startswith("To compare: by the central figures “Own roof")
    page = alternatives(another)
    assert not [bar for bar in page if isinstance(bar, Callout) and bar.tone == "shared_dark"]
    assert json.loads(json.dumps(worth_document(another)))["folder_chance"]["best_ratio"] == 0.0


RATIO = st.sampled_from([0.0, 0.3, 0.45, 0.79, 0.8, 0.95, 1.0])


@law(200)
@given(
    sharing=st.tuples(RATIO, RATIO),
    own=st.one_of(st.none(), st.tuples(RATIO, RATIO, RATIO, RATIO)),
    draws=st.sampled_from([0, 20]),
)
def test_a_yes_rests_on_the_chances_of_the_folder_itself(
    another: Worth,
    sharing: tuple[float, float],
    own: tuple[float, float, float, float] | None,
    draws: int,
) -> None:
    names = ("best_ratio", "ahead_ratio", "connected_best_ratio", "connected_ahead_ratio")
    chance = None if own is None else OwnChance(**dict(zip(names, own, strict=True)))
    worth = replace(
        another, sharing_ratio=sharing[0], connected_sharing_ratio=sharing[1], own_chance=chance, draws=draws
    )
    said = verdict(worth)
    is_sure = chance is not None and min(chance.best_ratio, chance.connected_best_ratio) >= 0.8
    assert says_yes(worth) == said.startswith("Yes") == (is_sure and min(sharing) >= 0.8)
    if said.startswith("Yes") and draws:
        assert chance is not None
        assert chances_words(chance.least_best_ratio, draws) in said
    elif not said.startswith(("Yes", "Nobody")) and draws:
        assert "sharing in one form or another" in said


@pytest.mark.parametrize("seed", few(2, range(6)))
def test_the_chances_of_the_folder_are_those_of_its_row(tmp_path: Path, seed: int) -> None:
    worth = worth_folder(random_folder(tmp_path / "op", seed), draws=8)
    folder, own = worth.distinct[0], worth.own_chance
    assert (own is None) == (not folder.shares)
    if own is None:
        assert not says_yes(worth)
        return
    assert folder.total is not None
    assert worth.sharing_ratio is not None
    assert own.best_ratio <= own.ahead_ratio <= worth.sharing_ratio
    # Draws that a row has in part without a lead are those in which it equals doing without.
    assert folder.total.best_ratio <= own.best_ratio + 1.0 - own.ahead_ratio + 1e-9
    assert says_yes(worth) <= (own.least_best_ratio >= 0.8)


@pytest.mark.parametrize(
    ("ratio", "words"),
    [(1.0, "in all of the 200 draws"), (0.995, "more than 9 chances in 10"), (0.9, "9 chances in 10"),
     (0.84, "8 chances in 10")],
)  # fmt: skip
def test_a_chance_is_told_as_it_is(ratio: float, words: str) -> None:
    assert chances_words(ratio, 200) == words


def test_choices_that_are_one_here_have_one_row_and_one_figure(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    copy_example("bergerac", folder)
    worth = worth_folder(folder, draws=20)
    assert [one.choice for one in worth.distinct if one.choice is Way.BOTH] == []
    ours = worth.distinct[0]
    assert (ours.choice, ours.also) == (Way.FOLDER, (Way.BOTH,))
    assert ours.total is not None
    assert ours.total.best_ratio == worth.sharing_ratio
    assert sum(one.total.best_ratio for one in worth.distinct if one.total) == pytest.approx(1.0)
    titles = [row[0].text for row in choices_table(worth).rows]
    assert titles[0] == "Your folder (own roof first, then share)"
    rows = {row["name"]: row for row in json.loads(json.dumps(worth_document(worth)))["alternatives"]}
    assert rows["own-use-and-sharing"]["same_as"] == "folder"
    assert rows["own-use-and-sharing"]["total"] == rows["folder"]["total"]
    assert proposal_text(worth) == "The group’s criteria keep “Your folder”."


def test_a_better_way_to_share_is_told_with_what_it_brings(tmp_path: Path) -> None:
    worth = worth_folder(write_operation(tmp_path / "op"), draws=0)
    proposal, ways = worth.proposal, by_way(worth)
    assert proposal is not None
    assert proposal.names[0] == Way.FOLDER
    for place, name in enumerate(proposal.names):
        total = ways[Way(name)].total
        assert total is not None
        assert proposal.totals[place] == pytest.approx(value_eur(total), abs=1e-6)
        lose = [id_ for id_, gain in ways[Way(name)].persons.items() if loses(value_eur(gain))]
        assert sorted(proposal.loser_ids[place]) == sorted(lose)
    assert proposal_text(worth).startswith("The group’s criteria ")


@pytest.mark.parametrize("plants", few(1, [RENTED, PLANTS, BEHIND_ANOTHERS]))
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"horizon_years = 20": f"{GRANT}\ntax_ratio = 0.25\nindexation_ratio = 0.01"},
        {"horizon_years = 20": "horizon_years = 25\nsupply_indexation_ratio = 0.02\nmarket_eur_per_mwh = 40"},
        {"pmo_eur_per_year = 300.0": "pmo_eur_per_mwh = 4\nlocal_by_plant_eur_per_mwh = { hangar = 90 }"},
        {"[[variants]]": BATTERY + "\n[[variants]]"},
        {"rates_on = 2026-09-01": "rates_on = 2026-09-01\nsharing = false"},
    ],
)
def test_a_draw_that_changes_nothing_is_the_accounts(
    tmp_path: Path, changes: dict[str, str], plants: str
) -> None:
    folder = write_operation(tmp_path / "op", **changes)
    (folder / "plants.csv").write_text(plants, encoding="utf-8")
    operation, metered = open_operation(folder)
    found = computed(AlternativeRequest(choice=Way.BOTH), operation, metered, reformed=False)
    assert found is not None
    case = found.case
    drawn = drawn_gain(found.case, neutral(case.ids), "numpy")
    assert drawn.npv_eur is not None
    persons = {person.id: person for person in found.money.persons}
    for p, id_ in enumerate(case.persons):
        assert drawn.gain_eur[p] == pytest.approx(persons[id_].gain_eur_ht, abs=1e-6)
        assert drawn.npv_eur[p] == pytest.approx(persons[id_].npv_eur_ht, abs=1e-6)


def test_the_price_of_the_surplus_that_is_told_makes_both_sides_equal(tmp_path: Path) -> None:
    folder = write_operation(tmp_path / "op", **{'surplus = "oa-2026-06"': "surplus = 40"})
    tipping = worth_folder(folder, draws=2).tipping
    assert tipping is not None
    assert tipping.surplus_change_eur_per_kwh is not None
    price = 40.0 + 1000.0 * tipping.surplus_change_eur_per_kwh
    again = worth_folder(folder, settings=(read_setting(f"prices.surplus={price}"),), draws=2).tipping
    assert again is not None
    assert again.ahead_eur == pytest.approx(0.0, abs=1.0)


def test_a_taxed_profit_leaves_the_price_that_tips_unknown_never_absent(tmp_path: Path) -> None:
    folder = write_operation(tmp_path / "op", **{"[finance]": "[finance]\ntax_ratio = 0.25"})
    worth = worth_folder(folder, draws=2)
    assert worth.tipping is not None
    assert not worth.tipping.surplus_is_searched
    assert "not known: a profit is taxed" in tipping_sentences(worth)[0]


TAXED_OWNERS = "id;name;kind;profit_tax_ratio\ncommune;Commune;commune;0,25\ncave;Cave;company;0,25\n"


def test_gains_before_a_tax_on_profit_say_so_wherever_they_stand(tmp_path: Path) -> None:
    folder = write_operation(tmp_path / "op")
    plain, before = worth_folder(folder, draws=0), "before investment and tax on profit"
    (folder / "persons.csv").write_text(TAXED_OWNERS, encoding="utf-8")
    taxed = worth_folder(folder, draws=0)
    assert f"First year: {before}. Value: " in choices_table(taxed).note
    assert "First year: before investment. Value: " in choices_table(plain).note
    names = Names({}, {})
    screens = [
        question_screen(one, run(folder, ran_on=DAY, parts=RunParts(advice=False)), names)
        for one in (plain, taxed)
    ]
    assert [screen.table[0][1] for screen in screens] == [
        "First year, €",
        "First year, € (before tax on profit)",
    ]
    assert [f", a year {before}: " in screen.same_euros for screen in screens] == [False, True]
    bases = [worth_document(one)["bases"]["gain_eur_ht"] for one in (plain, taxed)]
    assert bases == ["before investment", before]
    text = (
        (folder / "operation.toml").read_text(encoding="utf-8").replace("[finance]\nhorizon_years = 20\n", "")
    )
    (folder / "operation.toml").write_text(text, encoding="utf-8")
    assert value_words(worth_folder(folder, draws=0)) == f"over the period, {before}"  # no plan: gains rank


def test_a_sale_above_the_size_of_any_contract_is_not_comparable_never_zero(tmp_path: Path) -> None:
    folder = write_operation(tmp_path / "op")
    table = folder / "plants.csv"
    table.write_text(table.read_text().replace(";90;", ";140;"), encoding="utf-8")
    worth = worth_folder(folder, draws=2)
    sale = by_way(worth)[Way.TOTAL_SALE]
    assert sale.state is WayState.NOT_COMPARABLE
    assert sale.total is None
    told = {one["name"]: one for one in json.loads(json.dumps(worth_document(worth)))["alternatives"]}
    assert told["total-sale"] == {
        "name": "total-sale",
        "set": list(sale.words),
        "state": "not comparable",
        "reason": sale.reason,
    }
    assert {name for name, one in told.items() if "total" not in one} == {"total-sale", "battery", "ppa"}
    priced = worth_folder(folder, settings=(read_setting("prix=90"),), draws=2)
    assert by_way(priced)[Way.SHARING].words[0] == "prices.local_eur_per_mwh=90"


def test_a_roof_serves_the_site_under_it_or_its_owners_within_100_m(tmp_path: Path) -> None:
    folder = write_operation(tmp_path / "op")
    table = folder / "plants.csv"
    # 0.0009 degree of latitude is 100 m: the school stands 78 m from its roof.
    text = table.read_text().replace(
        "gymnase;Gymnase;commune;44.8455;0.4835", "gymnase;Gymnase;ecole;44.8469;0.4893"
    )
    table.write_text(text, encoding="utf-8")
    worth = worth_folder(folder, draws=2)
    assert [(roof.plant, roof.host, roof.stated) for roof in worth.roofs] == [
        ("gymnase", "ecole", False),
        ("hangar", "cave", True),
    ]
    assert by_way(worth)[Way.OWN_USE].words == ("plants.gymnase.behind=ecole", "operation.sharing=false")
    table.write_text(text.replace("44.8469", "44.8479"), encoding="utf-8")
    far = worth_folder(folder, draws=2)
    assert far.roofs[0].host is None
    assert far.roofs[0].nearest_km == pytest.approx(0.189, abs=0.001)
    assert by_way(far)[Way.OWN_USE].words[0] == "plants.gymnase.active=false"


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """A week in which 1 kWh is made each hour, beside a town hall that uses 2: the surplus is well paid."""
    folder = tmp_path / "wrong"
    (folder / "curves").mkdir(parents=True)
    (folder / "operation.toml").write_text(
        '[operation]\nname = "Essai"\nstart = 2026-09-07\nend = 2026-09-14\nstep_minutes = 60\n'
        "rates_on = 2026-09-01\n[prices]\nlocal_eur_per_mwh = 80\nsurplus = 100\npmo_eur_per_year = 300\n",
        encoding="utf-8",
    )
    hours = [f"2026-09-{7 + h // 24:02}T{h % 24:02}:00:00+02:00" for h in range(168)]
    lines = [f"{hour},2,1" for hour in hours]
    curves = "\n".join(["time,mairie_kwh,toit_kwh", *lines])
    (folder / "curves" / "semaine.csv").write_text(curves + "\n", encoding="utf-8")
    (folder / "participants.csv").write_text(
        "id;name;kind;latitude;longitude;insee;kva;turpe;supply_eur_per_mwh;curve\n"
        "mairie;Mairie;commune;44.8478;0.4856;24037;36;CU4;60;semaine.csv#mairie\n",
        encoding="utf-8",
    )
    (folder / "plants.csv").write_text(
        "id;name;owner;latitude;longitude;insee;kwp;curve\n"
        "toit;Toit;voisin;44.8480;0.4860;24037;9;semaine.csv#toit\n",
        encoding="utf-8",
    )
    return folder


def test_sharing_is_wrong_where_the_surplus_is_paid_more_than_a_shared_kwh_spares(
    wrong: Path,
) -> None:
    worth = worth_folder(wrong, draws=20)
    ways = by_way(worth)
    sale, share = ways[Way.TOTAL_SALE].total, ways[Way.SHARING].total
    assert sale is not None
    assert share is not None
    assert sale.gain_eur_ht == pytest.approx(168 * 0.100)
    management_eur = (21.76 - 17.15) * 1.15 * 7 / 365
    by_hand = 168 * (0.060 + 0.03062) - 300 * 7 / 365 - management_eur
    assert share.gain_eur_ht == pytest.approx(by_hand, abs=0.01)
    assert ways[Way.OWN_USE].state is WayState.NOT_POSSIBLE
    assert worth.sharing_ratio == 0.0
    assert not worth.is_value
    assert verdict(worth).replace("\xa0", " ") == (
        "No: at 80 €/MWh, “Sell everything” is better than sharing, in all of the 20 draws. "
        "Investments are not counted."
    )
    assert chances_sentence(worth).startswith("Sharing wins in 0 draws of 20")
    assert tipping_sentences(worth)[0].startswith("The answer changes when the surplus is sold at ")


def test_the_command_prints_the_verdict_and_one_document(wrong: Path) -> None:
    screen = CliRunner().invoke(main, ["worth", str(wrong), "--draws", "3", "--lang", "fr"])
    assert screen.exit_code == 0, screen.output
    assert "vaut mieux que partager, dans les 3 tirages, sans exception" in " ".join(screen.output.split())
    told = CliRunner().invoke(main, ["worth", str(wrong), "--draws", "3", "--ppa", "120", "--json"])
    document = json.loads(told.stdout)
    assert [one["name"] for one in document["alternatives"]] == [way.value for way in Way]
    assert document["sharing_ratio"] == 0.0
    assert document["alternatives"][-1]["total"]["gain_eur_ht"] == pytest.approx(168 * 0.120)


def test_the_page_holds_the_verdict_on_one_page_and_names_nobody(folder: Path) -> None:
    asked = ["worth", str(folder), "--draws", "2", "--brief", "--lang", "en"]
    assert CliRunner().invoke(main, asked).exit_code == 0
    pages = PdfReader(folder / "out" / "worth-2.pdf").pages
    assert len(pages) == 1
    text = " ".join(pages[0].extract_text().split())
    assert "Is sharing worth it?" in text
    assert "chances in 10" in text or "times in 10" in text
    assert not any(name in text for name in ("Mairie", "Garage", "Foyer", "Bureau"))
    assert (folder / "out" / "worth-2.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.slow
def test_the_battery_is_the_best_that_the_search_finds_with_its_costs(tmp_path: Path) -> None:
    sought = (
        "[size.battery]\nmin_kwh = 20\nmax_kwh = 20\nhours = 2\nround_trip_ratio = 0.9\n"
        "capex_eur_per_kwh = 300\nopex_eur_per_kwh_year = 5\n"
    )
    folder = write_operation(tmp_path / "op", **{"[[variants]]": f"{sought}\n[[variants]]"})
    one = by_way(worth_folder(folder, draws=2))[Way.BATTERY]
    assert one.words == (
        "battery.energy_kwh=20.0",
        "battery.power_kw=10.0",
        "battery.round_trip_ratio=0.9",
        "battery.capex_eur=6000.0",
        "battery.opex_eur_per_year=100.0",
    )
    money = run_of(folder, one).money
    assert money is not None
    assert money.total is not None
    assert one.total is not None
    assert money.total.npv_eur_ht == pytest.approx(one.total.npv_eur_ht, abs=1.0)


def test_a_battery_that_no_search_can_find_is_not_comparable_and_the_rest_is_compared(tmp_path: Path) -> None:
    # A plant of measured output cannot be sized: the battery alone is left out, with the reason.
    sought = "[size.battery]\nmax_kwh = 20\nhours = 2\nround_trip_ratio = 0.9\ncapex_eur_per_kwh = 300\n"
    folder = write_operation(tmp_path / "op", **{"[[variants]]": f"{sought}\n[[variants]]"})
    (folder / "curves").mkdir()
    start = np.datetime64("2025-12-31T23:00")
    rows = [f"{start + np.timedelta64(h, 'h')}Z,{9.0 * (9 <= h % 24 < 15)}" for h in range(8760)]
    (folder / "curves" / "toit.csv").write_text("\n".join(["time,toit_kwh", *rows]), encoding="utf-8")
    plants = PLANTS.replace(";behind\n", ";behind;curve\n").replace(";165;\n", ";165;;toit.csv\n")
    (folder / "plants.csv").write_text(plants, encoding="utf-8")
    one = by_way(worth_folder(folder, draws=2))[Way.BATTERY]
    assert one.state is WayState.NOT_COMPARABLE
    assert one.reason.startswith("`acc size` cannot look for one: a measured curve is no roof to size")


def test_what_cannot_be_compared_at_all_is_refused(wrong: Path) -> None:
    toml = wrong / "operation.toml"
    toml.write_text(toml.read_text() + '[worth]\nppa_eur_per_mwh = "cher"\n', encoding="utf-8")
    with pytest.raises(InputError, match="worth"):
        worth_folder(wrong, draws=2)
    text = toml.read_text().replace("local_eur_per_mwh = 80\n", "")
    toml.write_text(text.partition("[worth]")[0], encoding="utf-8")
    with pytest.raises(InputError, match="local_eur_per_mwh"):
        worth_folder(wrong, draws=2)


def test_draws_do_not_depend_on_how_many_there_are(folder: Path, made: Worth) -> None:
    fewer = worth_folder(folder, draws=2)
    assert np.isfinite([one.total.middle_eur for one in fewer.alternatives if one.total]).all()
    assert fewer.draws == 2
    assert made.draws == 6


@pytest.mark.slow
def test_a_brief_holds_the_page_where_it_can_be_told_and_says_how_many_draws(tmp_path: Path) -> None:
    folder = write_operation(tmp_path / "op")
    result = run(folder, ran_on=DAY, parts=RunParts(other_keys=None, ranges_folder=tmp_path))
    found = brief_worth(folder, result)
    assert found is not None
    assert found.draws == 50
    plain, whole = (
        PdfReader(BytesIO(pdf(brief_document(one))))
        for one in (result, replace(result, studies={"worth": found}))
    )
    assert len(whole.pages) == len(plain.pages) + 1
    said = " ".join(" ".join(page.extract_text() for page in whole.pages).split())
    assert verdict(found) in said
    assert "of 50 (" in said
    assert "[worth]" not in said
    # The page is made of results that are run again for every key: its alternatives are those found once.
    told = replace(result, studies={"worth": found})
    formats, variants = ("html",), lambda: (result,)
    made = draw_brief(told, tmp_path / "prorata", formats=formats, variants=variants, force=True)()
    (written,) = [path for path in made if path.suffix == ".html"]
    html = unescape(written.read_text(encoding="utf-8"))
    assert 'id="worth-heading"' in html
    assert {verdict(found), chances_sentence(found), *tipping_sentences(found)} <= set(re.findall(TEXT, html))
    # Not where others would have to be formed first, nor where nothing was drawn.
    assert brief_worth(folder, replace(result, ranges=None)) is None
    far = replace(result.checks[0], state=State.NOT_MET)
    assert brief_worth(folder, replace(result, checks=(far,))) is None


def test_the_screen_holds_in_eighty_columns_with_names_uncut(
    made: Worth, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    show(worth_nodes(made))
    lines = capsys.readouterr().out.splitlines()
    assert max(len(line) for line in lines if "`acc run" not in line) <= 80  # a command is for copying
    first = [line.split()[0] for line in lines if line.strip()]
    assert {name.split()[0] for name in made.names.values()} <= set(first)
    said = " ".join(" ".join(lines).split())
    assert "Without, €: by “" in said
    assert "Sharing, €: by “" in said


def test_choices_that_are_one_and_the_same_are_said_so(wrong: Path) -> None:
    told = worth_folder(wrong, draws=2)
    titles = [row[0].text for row in choices_table(told).rows]
    assert "Your folder (share everything; own roof first, then share)" in titles
    assert not ("Share everything" in drawn_heading(told) and "Own roof" in drawn_heading(told))


AT_MOST = ("plants.toit-gymnase.connection_eur=45000", "plants.hangar-cave.connection_eur=60000")
"""What the connections of the bundled example cost at most: 250 EUR/kWp for 180 and 240 kWc."""


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("connection") / "demo"
    copy_example("bergerac", where)
    return where


@pytest.mark.slow
def test_connections_that_nobody_knows_count_as_if_they_were_typed_in(example: Path) -> None:
    found = worth_folder(example, draws=20)
    dearer = worth_folder(example, draws=20, settings=[read_setting(word) for word in AT_MOST])
    assert found.connected_sharing_ratio == dearer.sharing_ratio == dearer.connected_sharing_ratio
    for one, same in zip(found.distinct, dearer.distinct, strict=True):
        if one.total is None or same.total is None:
            assert one.total is same.total
            continue
        assert one.total.at_most.npv_eur_ht == pytest.approx(same.total.npv_eur_ht, abs=1e-6)
        assert one.total.at_most.low_eur == pytest.approx(same.total.low_eur, abs=1e-6)
        assert one.total.at_most.best_ratio == pytest.approx(same.total.best_ratio)
        later = one.payback_years if one.latest_payback_years is None else one.latest_payback_years
        assert (None if later in {None, inf} else later) == pytest.approx(same.payback_years)
        for id_, person in one.persons.items():
            assert person.at_most.npv_eur_ht == pytest.approx(same.persons[id_].npv_eur_ht, abs=1e-6)
    assert found.lead_eur(connected=True) == pytest.approx(dearer.lead_eur(), abs=1e-6)


def test_the_answer_is_yes_only_where_it_holds_whatever_the_connection_costs(example: Path) -> None:
    found = worth_folder(example, draws=20)
    assert found.sharing_ratio is not None
    assert found.sharing_ratio >= 0.8
    assert not says_yes(found)
    assert depends_on_connection(found)
    assert verdict(found).startswith(
        "To verify: sharing in one form or another wins 8 chances in 10 if the connection is free"
    )
    assert "105,000" in verdict(found)
    central = verdict(replace(found, draws=0))
    assert "120,100" in central
    assert "15,100" in central
    undrawn = replace(found, draws=0)
    told = [
        chances_sentence(undrawn),
        *(str(node) for node in (*alternatives(undrawn), *worth_nodes(undrawn))),
    ]
    assert not [text for text in told for word in ("chances in 10", "draws of", "Risk of") if word in text]
    assert "sharing in one form or another brings everybody together" in told[0]
    page = alternatives(found)
    assert not [bar for bar in page if isinstance(bar, Callout) and bar.tone == "shared_dark"]
    assert {row[0].look for row in choices_table(found).rows} == {"plain"}
    assert "connection up to 105,000 € counted" in str(choices_table(found).note).lower().replace("\xa0", " ")
    whom = " ".join(who_sentences(found))
    assert "nobody is worse off than by doing nothing. 1 loses over 25 years if the connection" in whom
    free = [read_setting(word.partition("=")[0] + "=0") for word in AT_MOST]
    assert says_yes(worth_folder(example, draws=20, settings=free))


def test_a_connection_without_an_upper_figure_leaves_the_answer_to_verify(example: Path) -> None:
    powers = [read_setting("plants.hangar-cave.kwp=260")]
    known = [read_setting("plants.toit-gymnase.connection_eur=0"), read_setting("finance.horizon_years=40")]
    found = worth_folder(example, draws=20, settings=[*powers, *known])
    assert found.sharing_ratio == found.connected_sharing_ratio
    assert found.sharing_ratio is not None
    assert found.sharing_ratio >= 0.8
    assert not says_yes(found)
    assert "which nobody knows above 250" in verdict(found)
