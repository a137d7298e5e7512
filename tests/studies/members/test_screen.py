"""The screen and the figure of `acc members` say what the report holds."""

import re
from dataclasses import replace

import numpy as np
import pytest
from matplotlib.figure import Figure

from acc.accounts.person_values import Missing
from acc.departures.counterfactual import SubsetOutcome
from acc.departures.entry_exit import Change, LargestLoss
from acc.departures.game import Player
from acc.members.core import Breakaway, Stability
from acc.members.report import Contribution, Invited, Joining, MembersReport, Shapley
from acc.problem import InputError
from acc.rules.check import Check, Legality, OperationStatus, State
from acc.sites import Kind
from reports.figures.axes import unique_labels, width_mm
from reports.figures.style import svg
from reports.studies.members.files import members_figures
from reports.studies.members.screen import hit_texts, members_nodes, members_text
from reports.terminal.screen import console, show
from tests.operations import member, plant, scenario

PLAYERS = (Player("a", "Alpha", 0, ()), Player("b", "Bravo", 1, ()), Player("r", "Roof", None, (0,)))
NAMES = {player.id: player.name for player in PLAYERS}


def change(
    name: str, after_kwh: float, *, is_plant: bool = False, worst: LargestLoss | None = None
) -> Change:
    return Change(
        id=name,
        name=NAMES.get(name, name.upper()),
        is_plant=is_plant,
        together_ids=(name,),
        before_kwh=30_000.0,
        after_kwh=after_kwh,
        surplus_before_kwh=5_000.0,
        surplus_after_kwh=35_000.0 - after_kwh,
        received_change_kwh=np.array([0.0, 1_000.0]),
        saving_change_eur=np.array([0.0, 35.0]),
        gain_change_eur=np.array([-40.0]),
        own_kwh=9_000.0,
        own_eur=700.0,
        worst=worst,
    )


def stability(key: str, gain: float, bound: float, better: float, span=(None, None)) -> Stability:
    return Stability(
        key=key,
        total_eur=3_000.0,
        better_key_eur=better,
        worst=Breakaway(player_ids=("a", "r"), gain_eur=gain, bound_eur=bound),
        best_price_eur_per_kwh=0.098,
        at_best=Breakaway(player_ids=("a",), gain_eur=min(gain, 250.0), bound_eur=bound),
        low_eur_per_kwh=span[0],
        high_eur_per_kwh=span[1],
    )


def report(**changes) -> MembersReport:
    hit = LargestLoss("r", "Roof", -2_000.0, -110.0)
    given = {
        "scenario": replace(
            scenario([member("a"), member("b")], [replace(plant("r"), name="Roof")]), fictitious=True
        ),
        "key": "prorata",
        "players": PLAYERS,
        "outcome": SubsetOutcome(
            np.array([20_000.0, 10_000.0]),
            np.array([700.0, 300.0]),
            np.array([30_000.0]),
            np.array([5_000.0]),
            np.array([2_000.0]),
        ),
        "need_kwh": np.array([50_000.0, 30_000.0]),
        "leaving": {
            "prorata": (
                change("a", 22_000.0, worst=hit),
                change("b", 26_000.0),
                change("r", 0.0, is_plant=True),
            )
        },
        "joining": (
            Joining(change=change("d", 34_000.0), state=State.MET),
            Joining(
                change=change("e", 33_000.0),
                state=State.NOT_MET,
                broken=(
                    Check(
                        rule="distance",
                        state=State.NOT_MET,
                        title="At most 2 km",
                        measured=4.31,
                        limit=2.0,
                        unit="km",
                    ),
                ),
            ),
        ),
        "order": (
            Invited(id="d", name="D", gain_kwh=4_000.0, total_kwh=4_000.0, bound_kwh=4_000.0),
            Invited(id="f", name="F", gain_kwh=1_500.0, total_kwh=5_500.0, bound_kwh=5_800.0),
        ),
        "order_is_proven": True,
        "shapley": Shapley(
            value=np.array([[9e3, 6e3, 15e3], [900.0, 600.0, 1500.0]]),
            half_width=np.zeros((2, 3)),
            exact=True,
        ),
        "brought": (
            Contribution(
                player=PLAYERS[0], value_kwh=9e3, half_kwh=0.0, key_kwh=10e3, value_eur=900.0, key_eur=700.0
            ),
            Contribution(
                player=PLAYERS[1], value_kwh=6e3, half_kwh=0.0, key_kwh=5e3, value_eur=600.0, key_eur=610.0
            ),
            Contribution(
                player=PLAYERS[2],
                value_kwh=15e3,
                half_kwh=0.0,
                key_kwh=15e3,
                value_eur=1_500.0,
                key_eur=2_000.0,
            ),
        ),
        "stability": (stability("prorata", 420.0, 431.0, 55.0),),
        "status": OperationStatus(lawful=Legality.TO_VERIFY, fictitious=False),
    }
    return MembersReport(**(given | changes))


def printed(found: MembersReport, capsys, monkeypatch) -> str:
    monkeypatch.setenv("COLUMNS", "200")
    show(members_nodes(found))
    return capsys.readouterr().out.replace("\u00a0", " ")


def test_a_site_and_its_plant_of_one_name_are_told_apart(capsys, monkeypatch) -> None:
    given = scenario([replace(member("a"), name="Alpha")], [replace(plant("r"), name="Alpha")])
    changes = (change("a", 22_000.0), replace(change("r", 0.0, is_plant=True), name="Alpha"))
    text = printed(report(scenario=given, leaving={"prorata": changes}), capsys, monkeypatch)
    assert "Alpha (plant)" in text


def test_amounts_that_print_alike_are_not_judged(capsys, monkeypatch) -> None:
    one = Contribution(
        player=PLAYERS[0], value_kwh=0.0, half_kwh=0.0, key_kwh=0.0, value_eur=-4.6, key_eur=-5.4
    )
    text = printed(report(brought=(one,)), capsys, monkeypatch)
    assert "−5 €" in text
    assert "has what it brings" in text


def test_a_member_leaves_with_all_it_holds(capsys, monkeypatch) -> None:
    whole = replace(change("ville", 9_000.0), name="Ville")
    text = printed(report(persons_leaving=(whole,)), capsys, monkeypatch)
    assert "If a member leaves with all its sites and plants:" in text
    assert "Ville" in text


def test_the_screen_holds_every_table(capsys, monkeypatch) -> None:
    text = printed(report(), capsys, monkeypatch)
    assert "EXAMPLE – INVENTED DATA" in text
    assert "30.0 MWh shared and 5.0 MWh of surplus" in text
    lines = text.splitlines()
    leaving = [line.split()[0] for line in lines if line.strip().startswith(("Alpha", "Bravo", "Roof"))][:3]
    assert leaving == ["Roof", "Alpha", "Bravo"], "the one that takes most along first"
    assert re.search(r"Roof +−110 €", text)
    assert "E: too far, 4.3 km, 2 at most." in text
    assert "1. D: 4.0 MWh more, 4.0 MWh together, 4.0 MWh at most" in text
    assert "at least 63% of the best choice" in text
    assert "has less than it brings" in text
    assert "has more than it brings" in text
    assert "has what it brings" in text
    assert "Values exact" in text


def test_who_would_leave_is_named_with_the_bound_and_the_price(capsys, monkeypatch) -> None:
    text = printed(report(), capsys, monkeypatch)
    assert "does not hold, 420 € more for Alpha and Roof without Bravo; 430 € at most" in text
    assert "430 € at most; the best key would bring everyone 55 €" in text
    assert "The local price that tempts least to leave is 98 €/MWh" in text


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (stability("equal", 1.0, 2.0, 0.0, (0.09, 0.11)), "proven: no part of the members gains by leaving"),
        (
            stability("equal", 1.0, 2.0, 0.0, (0.09, 0.11)),
            "It holds with a local price from 90 €/MWh to 110 €/MWh",
        ),
        (stability("equal", 40.0, 52.0, 55.0), "gains more by leaving together than the 55 €"),
        (stability("equal", 2.0, 90.0, 0.0), "up to 90 € is not ruled out"),
    ],
)
def test_each_verdict_has_its_words(found: Stability, words: str, capsys, monkeypatch) -> None:
    assert words in printed(report(stability=(found,)), capsys, monkeypatch)


def test_unknown_euros_are_dashes_and_the_reason_is_given(capsys, monkeypatch) -> None:
    kwh = Shapley(
        value=np.array([[9e3, 6e3, 15e3]]), half_width=np.full((1, 3), 40.0), exact=False, orders=64
    )
    brought = tuple(replace(one, value_eur=None, key_eur=None) for one in report().brought)
    found = report(
        shapley=kwh, brought=brought, stability=(), missing=(Missing.SUPPLY_PRICE,), notes=("A note.",)
    )
    text = printed(found, capsys, monkeypatch)
    assert "Unknown euros: the price of its supplier is not known" in text
    assert "Values sampled, within 0.0 MWh." in text
    assert "· A note." in text
    assert "Brings €" not in text


def test_the_figure_draws_each_site_and_each_member() -> None:
    upper, lower = members_figures(agreed())
    assert marks(upper, "o") == [30.0, 8.0, 4.0]
    assert marks(lower, "s") == [1500.0, 900.0, 600.0]
    assert [has - brings for has, brings in zip(marks(lower, "o"), marks(lower, "s"), strict=True)] == [
        500.0,
        -200.0,
        10.0,
    ]
    assert {"A", "B", "Roof", "−8.0", "+500", "−200"} <= drawn_texts(agreed())
    assert list(map(svg, (upper, lower))) == list(map(svg, members_figures(agreed())))


def marks(figure: Figure, shape: str) -> list[float]:
    """Return where the marks of a shape stand, from the top, without those of the names above."""
    axes = next(axes for axes in figure.axes if axes.get_xlim()[1] != 178.0)
    return [float(line.get_xdata()[0]) for line in axes.get_lines() if line.get_marker() == shape]


def agreed(*, publish: bool = True, **kinds: Kind) -> MembersReport:
    """Return the report of members that agreed to be shown, or not; some of another kind, by id."""
    people = [
        replace(p, publish=publish, kind=kinds.get(p.id, p.kind)) for p in report().scenario.participants
    ]
    return report(scenario=replace(report().scenario, participants=tuple(people)))


def test_the_figure_hides_homes_and_companies_that_did_not_agree() -> None:
    texts = drawn_texts(agreed(publish=False))
    assert not {"A", "B", "Alpha", "Bravo", "A company"} & texts
    assert "Roof" in texts
    homes = drawn_texts(agreed(a=Kind.HOUSEHOLD))
    assert {"Roof", "B"} <= homes
    assert not {"A", "Alpha"} & homes


def test_the_figure_says_nothing_of_a_roof_at_home_nor_whose_roof_it_is() -> None:
    def behind(shown: MembersReport) -> MembersReport:
        roofs = tuple(replace(roof, behind="a") for roof in shown.scenario.plants)
        return replace(shown, scenario=replace(shown.scenario, plants=roofs))

    assert not {"Roof", "A", "Alpha"} & drawn_texts(behind(agreed(a=Kind.HOUSEHOLD)))
    with pytest.raises(InputError, match="nobody agreed to be named"):
        drawn_texts(behind(agreed(publish=False)))


def drawn_texts(shown: MembersReport) -> set[str]:
    return {
        text.get_text()
        for figure in members_figures(shown)
        for axes in figure.axes
        for text in (*axes.texts, axes.xaxis.label)
    }


def test_the_figure_is_in_energy_where_euros_are_not_known() -> None:
    kwh = Shapley(value=np.array([[9e3, 6e3, 15e3]]), half_width=np.zeros((1, 3)), exact=True)
    brought = tuple(replace(one, value_eur=None, key_eur=None) for one in report().brought)
    assert "€" not in drawn_texts(report(shapley=kwh, brought=brought))


def test_few_members_are_named_and_many_are_counted() -> None:
    assert members_text(["a"], NAMES) == "Alpha"
    assert members_text(["a", "b"], NAMES) == "Alpha and Bravo"
    assert members_text(list("abcd"), NAMES) == "4 members"


def test_nobody_is_hit_by_a_gain() -> None:
    assert hit_texts(None) == ("–", "")
    assert hit_texts(LargestLoss("a", "A", 3.0, 0.2)) == ("–", "")
    assert hit_texts(LargestLoss("a", "A", -30_000.0, None)) == ("A", "−30.0\u00a0MWh")


def test_a_narrow_screen_has_fewer_columns_and_breaks_no_number(capsys, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    show(members_nodes(report()))
    text = capsys.readouterr().out
    assert "Surplus MWh" not in text
    assert "−110\u00a0€" in text
    assert max(len(line) for line in text.splitlines()) <= 80


@pytest.mark.parametrize("columns", range(20, 48))
def test_no_line_of_the_screen_parts_a_number_from_its_unit(columns: int, capsys, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    console().print(
        "  A local price from 101\u202f€/MWh to 118\u00a0€/MWh, 12\u202f000\u00a0€ in all.", style="dim"
    )
    text = capsys.readouterr().out
    for number in ("101\u202f€/MWh", "118\u00a0€/MWh", "12\u202f000\u00a0€"):
        assert number in text
    assert text.startswith("  A local")
    assert max(len(line) for line in text.splitlines()) <= columns


def test_a_rule_that_does_not_hold_is_said_first_with_what_to_do(capsys):
    check = Check(
        rule="distance",
        state=State.NOT_MET,
        title="The two farthest are at most 2 km apart",
        culprits=("b",),
        remedy="5.8 km too far. Take out: Bravo.",
    )
    show(members_nodes(report(broken=(check,))))
    shown = " ".join(capsys.readouterr().out.split())
    told = "not respected: The two farthest are at most 2 km apart because of: B → 5.8 km too far."
    assert told in shown
    assert shown.index(told) < shown.index("If one of them leaves")
    assert "acc members DIR --split" in shown


def test_long_names_that_begin_alike_stay_apart_in_the_figure():
    same = "Établissement public intercommunal "
    names = unique_labels([f"{same}de Lalinde", f"{same}d’Eymet", "Mairie", "Mairie"], 7.8, 42.0)
    assert len(set(names)) == 3
    assert names[0].endswith("Lalinde")
    assert names[1].endswith("Eymet")
    assert names[2:] == ["Mairie", "Mairie"]
    assert all(width_mm(name, 7.8) <= 42.0 for name in names)
    assert unique_labels(["ab", "ac"], 7.8, 0.1) == ["…", "…"]


def test_the_figure_says_how_many_it_does_not_draw():
    given = report()
    many = tuple(replace(given.leaving["prorata"][0], id=f"x{i}", name=f"X{i}") for i in range(20))
    people = [member("a"), member("b"), *(member(f"x{i}") for i in range(20))]
    whole = replace(given.scenario, participants=tuple(people))
    drawn = drawn_texts(report(scenario=whole, leaving={"prorata": many}))
    assert "MWh: the 14 largest of 20" in drawn
    assert {"what the key gives it", "what it brings"} <= drawn
