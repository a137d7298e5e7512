"""Files of coefficients, there and back."""

from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from acc.exchange import Exchange
from acc.grid_operator.coefficients import Coefficients, coefficients_of
from acc.keys import KEYS, build_key
from acc.problem import InputError
from acc.scenario import KeyChoice
from acc.settle import settle
from acc.sites import Kind, Participant, Plant
from acc.steps import Steps
from scenarios.operation.coefficient_files.check import check_file
from scenarios.operation.coefficient_files.parse import LAYOUTS, LayoutName, stamps_of
from scenarios.operation.coefficient_files.write import (
    FileForm,
    read_coefficients,
    with_coefficients,
    write_coefficients,
)
from tests.community import community
from tests.effort import few
from tests.strategies import context_of, plain_parameters


def members(count: int) -> tuple[Participant, ...]:
    return tuple(
        Participant(id=f"p{n}", name=f"P {n}", kind=Kind.COMPANY, prm=f"{30_000_000_000_000 + n}")
        for n in range(count)
    )


def roofs(count: int) -> tuple[Plant, ...]:
    return tuple(Plant(id=f"r{m}", name=f"R {m}", kwp=9.0) for m in range(count))


def even(steps: Steps, count: int) -> Coefficients:
    ids = tuple(f"p{n}" for n in range(count))
    return Coefficients(steps, ids, (), np.full((steps.count, count), 1.0 / count))


def written(folder: Path, steps: Steps, count: int, form: FileForm | None = None) -> tuple[Path, ...]:
    nothing = np.zeros((steps.count, 1))
    exchange = Exchange(steps, np.ones((steps.count, count)), nothing, nothing)
    written = write_coefficients(even(steps, count), exchange, members(count), folder, form=form)
    return tuple(Path(name) for name in written.files)


@pytest.mark.parametrize(("name", "layout"), few(2, product(sorted(KEYS), LayoutName)))
def test_a_month_of_40_participants_comes_back_with_the_same_kwh(
    tmp_path: Path, name: str, layout: LayoutName
) -> None:
    exchange = community(5, members=40, days=31, step_minutes=15)
    context = replace(context_of(exchange), steps=exchange.steps)
    key = build_key(name, plain_parameters(name, exchange), context)
    ids, plants = [p.id for p in context.participants], [p.id for p in context.plants]
    exact = coefficients_of(exchange, key, ids, plants)
    done = write_coefficients(
        exact, exchange, members(40), tmp_path, form=FileForm(layout=layout, decimals=5)
    )

    prms = [participant.prm or "" for participant in members(40)]
    for path in map(Path, done.files):
        assert check_file(path, prms=prms, decimals=5).faults == ()
    read = read_coefficients([Path(name) for name in done.files], exchange.steps, members(40), roofs(2))
    again = settle(exchange, build_key("custom", {"coefficients": read}, context)).received_kwh
    first = settle(exchange, key).received_kwh
    most_kwh = exchange.production_kwh.sum(axis=1).max()
    assert np.abs(again - first).max() <= 2e-5 * most_kwh + 1e-9  # a unit of 1e-5 of what is produced
    assert abs(done.lost.lost_kwh) <= 1e-5 * exchange.production_kwh.sum()
    if name != "custom":  # its sums are not whole units
        assert done.lost.lost_share == pytest.approx(0.0, abs=1e-9)
    if KEYS[name].enedis == "full dynamique":
        assert [Path(name).stem.rpartition("_")[2] for name in done.files] == ["r0", "r1"]
    else:
        assert len(done.files) == 1


def test_the_documented_layout_says_the_end_of_the_step_in_utc(tmp_path: Path) -> None:
    (path,) = written(tmp_path, Steps.between(date(2025, 1, 1), date(2025, 2, 1), 15), 2)
    assert path.name == "coefficients_2025-01.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[:3] == [
        "prm_consommateur;horodate_fin_utc;coefficient",
        "30000000000000;2024-12-31T23:15:00Z;0.500000",
        "30000000000001;2024-12-31T23:15:00Z;0.500000",
    ]
    assert len(lines) == 1 + 2 * 31 * 96


def test_the_layout_seen_in_public_has_its_name_and_its_percentages(tmp_path: Path) -> None:
    form = FileForm(layout=LayoutName.PUBLIC, agreement="ACC00001234")
    (path,) = written(tmp_path, Steps.between(date(2024, 11, 1), date(2024, 12, 1), 15), 3, form)
    assert path.name == "ACC00001234_15_01112024_30112024.txt"
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "Horodate;30000000000000;30000000000001;30000000000002"
    assert lines[1] == "01/11/2024 00:00;33,34;33,33;33,33"
    assert not LAYOUTS[LayoutName.PUBLIC].verified


@pytest.mark.parametrize(
    ("first", "end", "count"),
    [
        pytest.param(date(2025, 3, 1), date(2025, 4, 1), 31 * 96 - 4, id="a day of 23 h"),
        pytest.param(date(2025, 10, 1), date(2025, 11, 1), 31 * 96 + 4, id="a day of 25 h"),
        pytest.param(date(2024, 2, 1), date(2024, 3, 1), 29 * 96, id="a leap February"),
    ],
)
@pytest.mark.parametrize("layout", list(LayoutName))
def test_months_with_a_change_of_clock_are_whole(
    tmp_path: Path, first: date, end: date, count: int, layout: LayoutName
) -> None:
    steps = Steps.between(first, end, 15)
    assert steps.count == count
    (path,) = written(tmp_path, steps, 3, FileForm(layout=layout))
    check = check_file(path)
    assert check.findings == ()
    assert (check.step_count, check.participant_count, check.first_day) == (count, 3, first)
    read = read_coefficients([path], steps, members(3), roofs(1))
    assert read.share.sum() == pytest.approx(count)


def test_the_hour_that_comes_twice_keeps_its_order(tmp_path: Path) -> None:
    steps = Steps.between(date(2025, 10, 26), date(2025, 10, 27), 15)
    stamps = stamps_of(LAYOUTS[LayoutName.PUBLIC], steps)
    assert stamps[8:16] == [f"26/10/2025 02:{m:02}" for m in (0, 15, 30, 45)] * 2
    share = np.linspace(0.0, 0.9, steps.count).round(2)[:, None]
    exact = Coefficients(steps, ("p0",), (), share)
    whole = community(1, members=1, days=2, step_minutes=15)
    exchange = replace(whole.part(0, steps.count), steps=steps)
    done = write_coefficients(
        exact, exchange, members(1), tmp_path, form=FileForm(layout=LayoutName.PUBLIC, decimals=4)
    )
    read = read_coefficients([Path(name) for name in done.files], steps, members(1), roofs(1))
    np.testing.assert_allclose(read.share, share, atol=1e-9)


def test_a_year_makes_twelve_files_that_are_read_as_one(tmp_path: Path) -> None:
    steps = Steps.between(date(2025, 1, 1), date(2026, 1, 1), 60)
    paths = written(tmp_path, steps, 2)
    assert [path.name for path in paths] == [f"coefficients_2025-{m:02}.csv" for m in range(1, 13)]
    read = read_coefficients(paths, steps, members(2), roofs(1))
    assert read.share.shape == (8760, 2)
    with pytest.raises(InputError) as refused:
        read_coefficients(paths[:-1], steps, members(2), roofs(1))
    assert [problem.message for problem in refused.value.problems] == ["no coefficients for 2025-12"]


def test_participants_without_a_meter_are_named(tmp_path: Path) -> None:
    exchange = community(1, members=3, days=1)
    known = members(3)
    who = (known[0], replace(known[1], prm=None), replace(known[2], prm=known[0].prm))
    with pytest.raises(InputError) as refused:
        write_coefficients(even(exchange.steps, 3), exchange, who, tmp_path)
    assert [problem.path for problem in refused.value.problems] == [
        "participants.p1.prm",
        "participants.p0.prm",
        "participants.p2.prm",
    ]
    assert "no PRM" in refused.value.problems[0].message
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_is_not_written_over_without_being_told(tmp_path: Path) -> None:
    steps = Steps.between(date(2025, 1, 1), date(2025, 1, 3), 60)
    exchange = community(1, members=2, days=2)
    done = write_coefficients(even(steps, 2), exchange, members(2), tmp_path)
    with pytest.raises(InputError, match="there already"):
        write_coefficients(even(steps, 2), exchange, members(2), tmp_path)
    again = write_coefficients(even(steps, 2), exchange, members(2), tmp_path, force=True)
    assert again.files == done.files
    assert any("60 min" in note for note in again.notes)
    assert [path.name for path in tmp_path.iterdir()] == ["coefficients_2025-01.csv"]


def test_the_key_custom_reads_its_files(tmp_path: Path) -> None:
    steps = Steps.between(date(2025, 1, 1), date(2025, 3, 1), 60)
    written(tmp_path / "cles", steps, 2)
    choice = KeyChoice(name="custom", parameters={"file": "cles/*.csv"})
    found = with_coefficients(choice, tmp_path, steps, members(2), roofs(1))
    assert isinstance(found.parameters["coefficients"], Coefficients)
    assert with_coefficients(KeyChoice(), tmp_path, steps, members(2), roofs(1)) == KeyChoice()
    for wrong, said in (("../secret.csv", "outside the folder"), ("none.csv", "no file none.csv")):
        with pytest.raises(InputError, match=said):
            with_coefficients(
                KeyChoice(name="custom", parameters={"file": wrong}), tmp_path, steps, members(2), ()
            )


def test_a_file_of_another_month_or_of_no_plant_is_refused(tmp_path: Path) -> None:
    steps = Steps.between(date(2025, 1, 1), date(2025, 2, 1), 60)
    (path,) = written(tmp_path, steps, 2)
    with pytest.raises(InputError, match="not in the period"):
        read_coefficients([path], Steps.between(date(2025, 5, 1), date(2025, 6, 1), 60), members(2), roofs(1))
    other = path.with_name("coefficients_2025-01_r0.csv")
    other.write_bytes(path.read_bytes())
    with pytest.raises(InputError, match="does not end with the id of a plant"):
        read_coefficients([path, other], steps, members(2), roofs(1))
