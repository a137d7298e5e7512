"""The road of the example, and of folders that lack something: each stage names its act."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from acc.parties import PaperSignature
from acc.problem import Problem
from acc.result.files import FormsState
from acc.result.result import Result
from reports.sentences.steps import TITLES, Stage, steps_of, steps_of_faults
from reports.terminal.check import understood_nodes
from scenarios.run import run
from tests.scenarios.operation import write_operation

FOLDER = Path("op")
SENT = FormsState(names={"a": "Mairie", "b": "Cave"}, answered=("a",), consents={}, unread=(), estimated={})


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    folder = tmp_path_factory.mktemp("steps") / "op"
    write_operation(folder)
    return run(folder, ran_on=date(2026, 9, 1))


def acts(steps: list[Stage], place: int) -> list[str]:
    return [f"{act.what} -> {act.ask or act.do}" for act in steps[place].missing]


def test_the_stages_come_in_their_order_with_what_they_have(result: Result) -> None:
    steps = steps_of(result, None, FOLDER)
    assert [step.title for step in steps] == list(TITLES)
    assert steps[0].reached.startswith("6 sites, 2 plants, ")
    assert steps[0].missing == ()


def test_a_price_that_is_missing_is_asked_of_its_site(result: Result) -> None:
    acts_of_euros = acts(steps_of(result, None, FOLDER), 1)
    # The office of the test operation has no supply price.
    assert acts_of_euros == [
        "Bureau: the price of its supplier is not known (`supply_eur_per_mwh`) -> "
        "ask Bureau: what does a kWh cost on your last bill, without network or tax?"
    ]
    (act,) = steps_of(result, None, FOLDER)[1].missing
    assert act.at == "participants.csv:bureau:supply_eur_per_mwh"


def test_a_roof_of_nobody_asks_whose_it_is_on_the_road_and_in_check(result: Result) -> None:
    """Else it is one more member, called by its id, whose signature is awaited."""
    roof, *others = result.scenario.plants
    nobodys = replace(roof, owner=None, person=None, behind=None)
    unsaid = replace(result, scenario=replace(result.scenario, plants=(nobodys, *others)))
    assert acts(steps_of(unsaid, None, FOLDER), 0) == [
        f"{roof.name}: no producer is written, a member of its own is counted -> "
        "whose is it? `owner` of plants.csv"
    ]
    (act,) = steps_of(unsaid, None, FOLDER)[0].missing
    assert act.at == f"plants.csv:{roof.id}:owner"
    first, _places = (str(node) for node in understood_nodes(unsaid))
    assert f"{roof.name} (its producer is not written)" in first


def test_without_a_local_price_the_first_euro_waits_for_it(result: Result) -> None:
    steps = steps_of(replace(result, money=None), None, FOLDER)
    assert acts(steps, 1) == [
        "the local price is not decided (`prices.local_eur_per_mwh`) -> acc run op --set prix=90"
    ]
    assert acts(steps, 3) == ["it waits for the steps above -> "]


def test_signatures_wait_for_holders_and_for_the_forms_that_are_out(result: Result) -> None:
    assert acts(steps_of(result, None, FOLDER), 4)[-1] == "no form was sent -> acc forms op"
    holders, answers = acts(steps_of(result, SENT, FOLDER), 4)
    assert holders.startswith("no holder of the contract for Mairie, Ecole, Cave and 3 others -> ")
    assert answers == "no answer yet from Cave -> acc forms op"


def test_the_last_stage_tells_how_many_papers_are_signed_and_what_is_left(result: Result) -> None:
    day, who = date(2027, 1, 31), ("ecole", "usine", "cave")
    acts_ = [PaperSignature(id=id_, paper="membership", who=id_, due=day) for id_ in who]
    lines = (
        PaperSignature(id="statutes", paper="statutes", signed=day),
        replace(acts_[0], signed=day),
        replace(acts_[1], sent=day),
        acts_[2],
        PaperSignature(id="convention", paper="convention"),
    )
    followed = replace(result, scenario=replace(result.scenario, signatures=lines))
    last = steps_of(followed, SENT, FOLDER)[-1]
    assert last.reached == "2 of 5 papers signed"
    assert acts([last], 0)[-2:] == [
        "Act of membership: 2 to sign, 1 of them sent, by 31\xa0January 2027 -> signatures.csv",
        "Agreement with the grid operator, which writes it: 1 to sign, 0 of them sent -> signatures.csv",
    ]


def test_the_faults_of_a_folder_come_before_everything_else() -> None:
    problems = [Problem("plants.csv, line 3, kwp", f"fault {n}") for n in range(7)]
    first, *others = steps_of_faults(problems)
    assert [act.what for act in first.missing][:2] == [
        "plants.csv, line 3, kwp: fault 0",
        "plants.csv, line 3, kwp: fault 1",
    ]
    assert len(first.missing) == 6
    assert (first.missing[-1].what, first.missing[-1].do) == ("2 other faults", "acc check")
    assert not any(step.reached or step.missing for step in others)


def test_what_is_missing_may_be_on_its_way() -> None:
    first, *_others = steps_of_faults([Problem("participants.csv", "no kWh")], ("Cave",))
    assert [f"{act.what} -> {act.do}" for act in first.missing] == [
        "participants.csv: no kWh -> ",
        "no answer yet from Cave -> acc forms",
    ]
