"""The screen of the question: bars from hand-made figures, who loses, what is said before the draws."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from acc.worth.result import Alternative, Gain, OwnChance, Way, Worth
from reports.format.draws import question_text
from reports.page.amounts import signed_eur
from reports.page.names import Names
from reports.studies.worth.labels import depends_on_connection
from reports.studies.worth.page import question_screen
from reports.studies.worth.screen import _persons
from scenarios.entry.catalogue import copy_example
from scenarios.entry.folder.question import read_question
from scenarios.session import AtHand, PageQuestion
from scenarios.studies.worth.run import worth_folder, worth_of_page
from tests.web.test_guard import client_of, today

NAMES = Names({}, {})


def gain(value: float, best: float = 0.0) -> Gain:
    return Gain(
        gain_eur_ht=value / 20.0,
        npv_eur_ht=value,
        low_eur=value - 1000.0,
        middle_eur=value,
        high_eur=value + 1000.0,
        loss_ratio=0.0,
        best_ratio=best,
    )


@pytest.fixture(scope="module")
def hand(tmp_path_factory: pytest.TempPathFactory) -> AtHand:
    folder = tmp_path_factory.mktemp("question") / "demo"
    copy_example("bergerac", folder)
    return AtHand(folder, today)


@pytest.fixture(scope="module")
def worth(hand: AtHand) -> Worth:
    made = worth_of_page(hand, PageQuestion(), 0)
    shared = Alternative(
        choice=Way.SHARING, words=("a",), total=gain(6000.0, 1.0), plants_npv_eur={"a": -3000.0, "b": 1000.0}
    )
    own = Alternative(choice=Way.OWN_USE, words=("b",), total=gain(-4000.0))
    none = Alternative(choice=Way.NOTHING, total=gain(0.0))
    unsold = Alternative(choice=Way.PPA, reason="aucun prix")
    ways = (none, own, shared, unsold)
    sure = OwnChance(best_ratio=1.0, ahead_ratio=1.0, connected_best_ratio=1.0, connected_ahead_ratio=1.0)
    wins = {"sharing_ratio": 1.0, "connected_sharing_ratio": 1.0, "own_chance": sure}
    return replace(made, alternatives=ways, draws=0, **wins)


def test_bars_stand_best_first_and_close_on_their_value(hand: AtHand, worth: Worth) -> None:
    screen = question_screen(worth, hand.result(PageQuestion(), complete=False), NAMES)
    assert [bar.value for bar in screen.bars] == ["+6,000", "0", "−4,000"]
    # Sharing: plants −3000 + 1000 = −2000 to the left of nothing, members 8000 to its right.
    # The axis goes from −4000 to 8000, 2 % of its 12,000 more at each end: −4240 to 8240, 12,480 long.
    zero = 4240.0 / 12480.0
    assert screen.axis.zero_share == pytest.approx(zero, abs=1e-4)
    members, plants = screen.bars[0].parts
    assert (members.kind, plants.kind) == ("members", "plants")
    assert members.width_share == pytest.approx(8000.0 / 12480.0, abs=2e-4)
    assert plants.start_share + plants.width_share == pytest.approx(zero, abs=2e-4)
    assert screen.bars[2].parts[0].kind == "loss"
    assert screen.bars[0].is_best
    assert not screen.bars[1].parts
    assert screen.missing[0].endswith("aucun prix.")


def test_where_no_plan_counts_investments_the_answer_says_so_and_is_not_green(
    hand: AtHand, worth: Worth
) -> None:
    result = hand.result(PageQuestion(), complete=False)
    drawn = replace(worth, draws=200)
    assert "not counted" not in question_screen(drawn, result, NAMES).verdict
    screen = question_screen(replace(drawn, is_value=False), result, NAMES)
    assert screen.verdict.endswith("Investments are not counted.")
    assert not screen.is_yes


def test_before_the_draws_no_chance_is_said(hand: AtHand, worth: Worth) -> None:
    screen = question_screen(worth, hand.result(PageQuestion(), complete=False), NAMES)
    assert "chances" not in screen.verdict
    assert not screen.is_yes
    assert "draws" not in screen.second
    assert all(bar.low_share is None for bar in screen.bars)
    drawn = question_screen(replace(worth, draws=200), hand.result(PageQuestion(), complete=False), NAMES)
    assert "in all of the 200 draws" in drawn.verdict
    assert drawn.is_yes
    assert drawn.bars[0].low_share is not None


def test_the_one_thing_to_ask_is_that_of_the_run_once_draws_are_made(hand: AtHand, worth: Worth) -> None:
    result = hand.result(PageQuestion(), drawn=True, complete=False)
    screen = question_screen(worth, result, NAMES)
    assert screen.ask == question_text(
        result.drawn, {site.id: site.name for site in result.scenario.participants}
    )
    assert screen.ask.startswith("To know more: ")
    assert result.drawn is not None
    asked = next(iter(result.drawn.narrowing))
    if asked in {site.id for site in result.scenario.participants}:
        closed = question_screen(worth, result, replace(NAMES, closed=frozenset({asked})))
        assert closed.ask != screen.ask
    assert question_screen(worth, hand.result(PageQuestion(), complete=False), NAMES).ask == ""
    client = client_of(hand.folder)
    assert screen.ask not in client.get("/question").text
    assert screen.ask in client.get("/question?tirages=1").text


def test_no_green_where_the_connection_may_change_the_answer(hand: AtHand, worth: Worth) -> None:
    dear = replace(worth, draws=200, connected_sharing_ratio=0.05)
    screen = question_screen(dear, hand.result(PageQuestion(), complete=False), NAMES)
    assert screen.verdict.startswith("To verify: sharing wins")
    assert "less than 1 chance in 10 if it costs 105,000" in screen.verdict
    assert not screen.is_yes
    assert {bar.tone for bar in screen.bars} == {"", "worse"}
    assert not any(bar.is_best for bar in screen.bars)


def test_the_central_figures_are_those_of_the_draws_without_any(hand: AtHand) -> None:
    made = worth_of_page(hand, PageQuestion(), 0)
    for one in made.alternatives:
        if one.total is not None:
            assert one.total.middle_eur == pytest.approx(one.total.npv_eur_ht or 0.0, rel=1e-9, abs=1e-4)


def test_who_loses_is_told_with_the_amount_of_a_run(hand: AtHand) -> None:
    result = hand.result(PageQuestion(sets=("prix=100",)), complete=False)
    assert result.money is not None
    lost = [p for p in result.money.persons if p.gain_eur_ht <= -0.5]
    screen = question_screen(worth_of_page(hand, PageQuestion(), 0), result, NAMES)
    worst = min(lost, key=lambda person: person.gain_eur_ht)
    assert screen.losers[0].sites == worst.participant_ids
    assert screen.losers[0].text.startswith(f"{worst.name}, {signed_eur(worst.gain_eur_ht)}")
    assert screen.losers_title == f"Who loses by it: {len(lost)} members"
    assert all(loser.why.endswith(".") for loser in screen.losers)


def test_the_screen_keeps_its_state_without_javascript(hand: AtHand) -> None:
    client = client_of(hand.folder)
    fields = {"formulaire": "1", "without": ["cave"], "prix": "90", "fournisseurs": "1", "duree": "25"}
    shown = client.get("/question", params=fields).text
    assert "90" in shown
    assert 'value="cave"' in shown
    assert "/seance?set=prices.local_eur_per_mwh%3D90&amp;without=cave" in shown
    part = client.get("/question?partie=1").text
    assert "<html" not in part
    assert client.get("/question?set=prix=-3").status_code == 200


def test_a_state_that_breaks_a_rule_opens_with_it(hand: AtHand) -> None:
    shown = client_of(hand.folder).get("/question?set=participants.usine.active=true").text
    assert shown.index("alert-title") < shown.index("<h1>")


@pytest.mark.slow
def test_what_a_move_keeps_changes_no_figure(hand: AtHand) -> None:
    for asked in (PageQuestion(("prix=91",)), PageQuestion(("fournisseurs=1.2", "prix=80"))):
        settings = read_question(asked.sets)
        fresh = worth_folder(hand.folder, settings=settings, use_cache=False, draws=0)
        assert worth_of_page(hand, asked, 0).alternatives == fresh.alternatives
        assert worth_of_page(hand, asked, 0).tipping == fresh.tipping


def test_a_moved_control_takes_the_place_of_what_the_address_held_of_it(hand: AtHand) -> None:
    held = ["prices.local_eur_per_mwh=95", "prices.pmo_eur_per_mwh=2"]
    fields = {"formulaire": "1", "set": held, "prix": "90", "fournisseurs": "1", "duree": "25"}
    shown = client_of(hand.folder).get("/question", params=fields).text
    state = "set=prices.pmo_eur_per_mwh%3D2&amp;set=prices.local_eur_per_mwh%3D90"
    assert state in shown
    assert "local_eur_per_mwh%3D95" not in shown


def test_the_screen_asks_for_no_second_run_and_no_draw_by_itself(
    hand: AtHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They take seconds: what needs a second run is on another screen, draws are a button."""
    asked: list[object] = []
    result = AtHand.result

    def seen_result(self: AtHand, question: PageQuestion, **how: bool) -> object:
        asked.append(("result", how))
        return result(self, question, **how)

    def seen_worth(hand: AtHand, question: PageQuestion, draws: int) -> object:
        asked.append(("worth", draws))
        return worth_of_page(hand, question, draws)

    monkeypatch.setattr(AtHand, "result", seen_result)
    monkeypatch.setattr("web.studies.worth.worth_of_page", seen_worth)
    client = client_of(hand.folder)
    for path in ("/question", "/question?set=prix=90", "/question?set=prix=-3"):
        assert client.get(path).status_code == 200
        assert ("result", {"complete": False}) in asked
        assert ("worth", 0) in asked
        assert all(one in (("result", {"complete": False}), ("worth", 0)) for one in asked)
        asked.clear()


@pytest.mark.parametrize("draws", [0, 200])
def test_words_of_the_table_of_persons_are_on_the_left_and_its_figures_on_the_right(
    worth: Worth, draws: int
) -> None:
    """Without draws nobody knows a chance: neither that of the best choice nor that of losing is a column."""
    columns = _persons(replace(worth, draws=draws, names={})).columns
    assert [column.align for column in columns[:2]] == ["left", "left"]
    assert {column.align for column in columns[2:]} == {"right"}
    assert len(columns) == (6 if draws else 4)
    assert [column.keep for column in columns] == ([9, 9, 1, 9, 9, 9] if draws else [9] * 4)


@pytest.mark.parametrize(
    ("sharing", "late", "unbounded", "depends"),
    [
        (0.9, 0.9, (), False),
        (0.9, 0.8, (), False),
        (0.9, 0.79, (), True),
        (0.9, None, (), True),
        (0.9, 0.9, ("toit",), True),
        (0.7, 0.1, ("toit",), False),  # it does not win
    ],
)
def test_what_wins_depends_on_a_connection_that_would_make_it_unsure(
    worth: Worth, sharing: float, late: float | None, unbounded: tuple[str, ...], depends: bool
) -> None:
    """Sure from 8 draws in 10 on."""
    plan: Any = SimpleNamespace(connection_unbounded_ids=unbounded)
    status: Any = SimpleNamespace(is_unlawful=False)
    asked = replace(worth, sharing_ratio=sharing, connected_sharing_ratio=late, plan=plan, status=status)
    assert depends_on_connection(asked) is depends
