"""The screen, the table and the map of a split say what its report holds."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from acc.finance import Finance
from acc.result.groups import (
    GroupedSite,
    GroupWorth,
    LawfulGroup,
    LawfulGroups,
    Objective,
    Share,
    SplitReport,
    SplitSums,
    SplitWorth,
    Unplaced,
)
from acc.rules.check import State
from acc.rules.regimes import Outlook
from acc.rules.status import Legality, OperationStatus
from acc.scenario import Regime
from acc.sites import Position
from reports.data.groups import groups_csv
from reports.figures.group_map import LEGEND_MM, SIZE_MM, Box, GroupLine, Room, Spot, group_map
from reports.figures.style import svg
from reports.terminal.screen import show
from reports.terminal.split import split_nodes
from tests.operations import scenario

BIG_NAMES = ("Alpha", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot")


IDS = tuple(name.lower() for name in BIG_NAMES)


def site(name: str, group: int | None, **given: Any) -> GroupedSite:
    found = {
        "id": name.lower(),
        "name": name,
        "is_plant": False,
        "commune": "Bergerac",
        "density_class": 2,
        "epci": "CA Bergeracoise",
        "group": group,
        "regime": Regime.KM_20 if group else None,
        "share": Share(kwh=1234.4, eur=56.7) if group else None,
        "regimes": (Regime.KM_2,) if group else (),
        "reason": None if group else "no plant within reach",
    }
    return GroupedSite(**(found | given))


def outlook(regime: Regime, leaving: tuple[str, ...], staying: tuple[str, ...]) -> Outlook:
    return Outlook(
        regime=regime,
        state=State.NOT_MET if leaving else State.MET,
        leaving=leaving,
        staying=staying,
        shares=bool(staying),
        state_without=State.MET,
        checks=(),
    )


GROUP = LawfulGroup(
    regime=Regime.KM_20,
    sites=(1, 0),
    participant_ids=("bravo",),
    plant_ids=("alpha",),
    longest_ids=("alpha", "bravo"),
    longest_km=12.3,
    production_kwh=1_500_000.0,
    consumption_kwh=1_000_000.0,
    shared_kwh=900_000.0,
    worst_ratio=0.9,
    checks=(),
)
WORTH = GroupWorth(shares={}, received_kwh=900_000.0, eur=80_000.0)
SPLIT = LawfulGroups(
    groups=(GROUP,),
    unplaced=(Unplaced("charlie", "no plant within reach"),),
    objective=Objective.KWH,
    shared_kwh=900_000.0,
    single_kwh=1_000_000.0,
    bound_kwh=900_010.0,
    served=1,
    worst_ratio=0.4,
    worst_bound_ratio=0.5,
    exact=False,
    seed=24,
)
WARNINGS = ("Alpha: class 5 is written", "Bravo: class 5 is written")


def report(
    *,
    group: Mapping[str, Any] | None = None,
    worth: GroupWorth = WORTH,
    notes: tuple[str, ...] = (),
    sites: Sequence[GroupedSite] | None = None,
    **split: Any,
) -> SplitReport:
    """A split of six sites, two of them in a group; `split` and `group` change fields of its values."""
    groups = (replace(GROUP, **(group or {})),)
    found = replace(SPLIT, **({"groups": groups} | split))
    single = GroupWorth(shares={}, received_kwh=1_000_000.0, eur=95_000.0)
    named = [site("Alpha", 1, is_plant=True), site("Bravo", 1), *(site(n, None) for n in BIG_NAMES[2:])]
    return SplitReport(
        scenario=replace(scenario([], []), notes=WARNINGS),
        split=found,
        worth=SplitWorth(key="prorata", single=single, groups=(worth,) * len(found.groups), notes=notes),
        sites=tuple(named if sites is None else sites),
        outlooks=(
            outlook(Regime.KM_2, (), IDS),
            outlook(Regime.KM_10, IDS[:1], IDS[1:]),
            outlook(Regime.KM_20, IDS[2:], IDS[:2]),
            outlook(Regime.EPCI, IDS, ()),
        ),
        battery=None,
        status=OperationStatus(lawful=Legality.TO_VERIFY, fictitious=False),
    )


def shown(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, **given: Any) -> str:
    monkeypatch.setenv("COLUMNS", "80")
    show(split_nodes(report(**given), []))
    text = capsys.readouterr().out
    assert max(map(len, text.splitlines())) <= 80
    return " ".join(text.split())


def test_the_screen_says_the_groups_their_ends_and_what_is_lost(capsys, monkeypatch) -> None:
    text = shown(capsys, monkeypatch)
    assert "20 km 2 12.3 km 900 80,000" in text
    assert "Group 1: Alpha, with Bravo. Farthest apart: Alpha and Bravo." in text
    assert "would share 1,000 MWh: 100 MWh more" in text
    assert "80,000 € in 1 operation, 95,000 € in one alone" in text
    assert "within less than 0.1% of it" in text
    assert "needs a derogation" in text
    assert "In no group: Charlie – no plant within reach" in text


def test_by_hand_the_groups_together_stand_beside_one_single_operation(capsys, monkeypatch) -> None:
    # The town has a site in each group: 30 - 50 = -20 the first year, it loses; the mill gains 70 in one of
    # them. Over the plan the town gains 500 - 200 = 300 and nobody loses, which decides where it is known.
    first = GroupWorth(
        shares={}, received_kwh=2_000.0, eur=1.0, savings_eur=40.0, persons_eur={"town": 30.0},
        persons_npv_eur={"town": 500.0}, npv_eur=500.0,
    )  # fmt: skip
    second = replace(
        first, received_kwh=1_000.0, persons_eur={"town": -50.0, "mill": 70.0},
        persons_npv_eur={"town": -200.0, "mill": 100.0}, npv_eur=-100.0,
    )  # fmt: skip
    planned = SplitSums.of([first, second], beside=1, owned=3)
    assert planned == SplitSums(
        received_kwh=3_000.0, savings_eur=80.0, gain_eur=50.0, npv_eur=400.0, losers=0, beside=1, owned=3
    )
    first, second = (replace(one, persons_npv_eur={}, npv_eur=None) for one in (first, second))
    sums = SplitSums.of([first, second], beside=1, owned=3)
    assert sums == replace(planned, npv_eur=None, losers=1)
    assert SplitSums.of([first, None], beside=1, owned=3).gain_eur is None
    single = SplitSums.of([replace(first, received_kwh=5_000.0)], beside=3, owned=3)
    monkeypatch.setenv("COLUMNS", "80")
    show(split_nodes(replace(report(), together=sums, single=single), []))
    text = " ".join(capsys.readouterr().out.replace("\u00a0", " ").split())
    assert "Shared MWh 3.0 5.0" in text
    assert "Gain of all members € 50 € 30 €" in text
    assert "that the plants gain without it" not in text  # not the same on both sides
    assert "Lose the first year 1 0" in text
    assert "1 of 3 3 of 3" in text
    told = report()
    finance = replace(told.scenario, finance=Finance(horizon_years=20))
    show(split_nodes(replace(told, scenario=finance, together=planned, single=planned), []))
    assert "Lose over 20 years 0 0" in " ".join(capsys.readouterr().out.replace("\u00a0", " ").split())
    worth = told.worth
    both = [replace(sums, gain_eur=(eur or 0.0) + 70.0) for eur in (worth.eur, worth.single.eur)]
    show(split_nodes(replace(report(), together=both[0], single=both[1]), []))
    text = " ".join(capsys.readouterr().out.replace("\u00a0", " ").split())
    assert "that of the sharing, and 70 € that the plants gain without it." in text


def test_large_amounts_are_never_cut_at_eighty_columns(capsys, monkeypatch) -> None:
    worth = replace(WORTH, eur=1_234_567.0)
    text = shown(capsys, monkeypatch, group={"shared_kwh": 12_345_678.0}, worth=worth)
    assert "12,346 1,234,600" in text


def test_the_screen_carries_what_to_read_with_care(capsys, monkeypatch) -> None:
    assert "⚠ Alpha and Bravo: class 5 is written" in shown(capsys, monkeypatch)


def test_a_split_that_loses_nothing_says_so(capsys, monkeypatch) -> None:
    text = shown(capsys, monkeypatch, single_kwh=900_000.0 + 1e-9)
    assert "Together 900 MWh, all that one single perimeter would share." in text


def test_a_split_that_reaches_its_bound_is_proven_the_best(capsys, monkeypatch) -> None:
    assert "proven the best" in shown(capsys, monkeypatch, bound_kwh=900_000.0)
    assert "proven the best" not in shown(capsys, monkeypatch)
    worst = shown(capsys, monkeypatch, bound_kwh=900_000.0, objective=Objective.WORST)
    assert "No split shares more" in worst


def test_sites_at_one_place_are_not_called_farthest_apart(capsys, monkeypatch) -> None:
    assert "Farthest" not in shown(capsys, monkeypatch, group={"longest_km": 0.0})


def test_the_screen_says_whom_each_regime_would_take(capsys, monkeypatch) -> None:
    text = shown(capsys, monkeypatch)
    assert "2 km: everyone: respected" in text
    assert "10 km: everyone but Alpha: respected" in text
    assert "20 km: 2 of the 6 sites (Alpha and Bravo): respected" in text
    assert "EPCI: nobody could share" in text


def test_without_any_group_nothing_is_called_the_best(capsys, monkeypatch) -> None:
    text = shown(capsys, monkeypatch, groups=(), exact=True)
    assert "No lawful group can be formed" in text
    assert "proven" not in text


def test_a_key_that_shares_less_and_unknown_euros_are_said(capsys, monkeypatch) -> None:
    worth = replace(WORTH, received_kwh=800_000.0, eur=None)
    text = shown(capsys, monkeypatch, worth=worth, notes=("No key.",))
    assert "the groups share 800 MWh" in text
    assert "No key." in text
    assert "€" not in text


def test_the_table_has_a_row_for_each_site() -> None:
    text = groups_csv(report()).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert [row["id"] for row in rows] == [name.lower() for name in BIG_NAMES]
    assert rows[0]["Group"] == "1"
    assert rows[0]["Received or shared kWh"] == "1234"
    assert rows[0]["2 km"] == "yes"
    assert rows[0]["20 km"] == "no"
    assert rows[2]["Group"] == ""
    assert rows[2]["Remark"] == "no plant within reach"


def test_an_unknown_class_is_to_verify_in_the_table() -> None:
    text = groups_csv(report(sites=[site("Alpha", 1, density_class=None)])).decode("utf-8-sig")
    assert ";to verify;" in text


def spots(count: int) -> list[Spot]:
    return [
        Spot(
            f"Site {i}",
            Position(44.8 + 0.01 * (i % 5), 0.4 + 0.02 * (i // 5)),
            i % 8,
            i % 4 == 0,
            f"Town {i % 7}",
        )
        for i in range(count)
    ]


def test_no_text_of_the_map_leaves_the_page_or_meets_another() -> None:
    room = Room()
    for i in range(60):
        box = room.place([(SIZE_MM[0] - 1.0 - i, 20.0 + i)], "1 · 19,0 km", 7.2, bold=True)
        if box is not None:
            assert LEGEND_MM <= box.left < box.right <= SIZE_MM[0]
            assert not any(box.meets(other) for other in room.texts)
            room.texts.append(box)
    assert len(room.texts) > 10
    assert room.place([(SIZE_MM[0] - 1.0, 20.0)], "1 · 19,0 km", 7.2) is None


def test_the_map_tells_eight_groups_apart_by_their_marks_and_names_the_towns() -> None:
    lines = [GroupLine(i, i + 8, 1.0 + i) for i in range(8)]
    drawn = svg(group_map(spots(40), lines, [f"2 km, {i} MWh" for i in range(8)]))
    texts = re.findall(r">([^<>]+)</text>", drawn)
    assert {f"{i + 1} · {1 + i}.0\xa0km" for i in range(8)} <= {
        text.replace(" km", "\xa0km") for text in texts
    }
    assert "Town 0" in texts
    assert "longest pair" in texts


def test_boxes_meet_where_they_have_something_in_common() -> None:
    assert Box(0, 0, 2, 2).meets(Box(1, 1, 3, 3))
    assert not Box(0, 0, 2, 2).meets(Box(2, 0, 3, 2))


def test_a_name_that_looks_like_a_formula_stays_words_in_the_table() -> None:
    row = site('=HYPERLINK("http://x")', 1, reason="-2")
    text = groups_csv(report(sites=[row])).decode("utf-8-sig")
    assert "'=HYPERLINK" in text
    assert ";'-2" in text
    assert ";=" not in text
