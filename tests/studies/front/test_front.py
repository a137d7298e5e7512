"""`acc front` on a small folder: the points, the keys, a point kept as a variant, what is refused."""

import itertools
import json
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest
from click.testing import CliRunner

from acc.front.result import Front, PointKind
from acc.problem import InputError
from cli import main
from reports.studies.front.files import front_document
from reports.studies.front.screen import answer_sentences
from scenarios.coefficients import check_files, write_for
from scenarios.entry.folder.raw import read_source
from scenarios.operation.coefficient_files.write import FileForm
from scenarios.operation.draws.settings import read_sweep
from scenarios.operation.fair_front.search import year_of
from scenarios.operation.ready.operation import Operation, open_operation
from scenarios.run import RunParts, run
from scenarios.studies.front.points import drawn_years
from scenarios.studies.front.run import front_folder, front_of, keep_point
from tests.scenarios.operation import write_operation

DAY = date(2026, 11, 25)


def folder_at(path: Path, **changes: str) -> Path:
    """Return a folder whose members all have a price and a meter, over two months."""
    folder = write_operation(path, **{"end = 2027-01-01": "end = 2026-03-01", **changes})
    table = folder / "participants.csv"
    # The office comes without a supply price.
    text = table.read_text().replace("24037;18;CU4;;", "24037;18;CU4;118;")
    lines = text.splitlines()
    rows = [f"{line};{24340000000001 + n}" for n, line in enumerate(lines[1:])]
    table.write_text("\n".join([lines[0] + ";prm", *rows]) + "\n")
    return folder


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Front, Operation]:
    folder = folder_at(tmp_path_factory.mktemp("front") / "op")
    operation, metered = open_operation(folder)
    years = partial(drawn_years, operation, metered, read_sweep(read_source(folder), draws=2))
    return front_of(operation, points=8, years=years, gini=True, monthly=True), operation


def test_points_rise_in_fairness_and_fall_in_euros_each_proven(made: tuple[Front, Operation]) -> None:
    front = made[0]
    worst = [point.values.worst_ratio for point in front.points]
    gains = [point.values.gain_eur_ht for point in front.points]
    assert all(b >= a - 1e-9 for a, b in itertools.pairwise(worst))
    assert all(b <= a + 0.01 for a, b in itertools.pairwise(gains))  # a cent: the gap asked for
    for point in front.points:
        assert point.gap_ratio <= 1e-9
        assert point.bound_eur_ht - point.values.gain_eur_ht <= 0.01
    assert [p.kind for p in front.points].count(PointKind.MOST_EUROS) == 1


def test_no_key_lies_above_the_front(made: tuple[Front, Operation]) -> None:
    front = made[0]
    assert {"prorata", "static", "price", "catch-up", "own-roof-first", "nearest-first"} <= set(front.keys)
    assert all(place.distance_eur_ht >= -0.01 for place in front.keys.values())
    first = front.points[0].values
    assert first.gain_eur_ht == pytest.approx(front.keys["price"].values.gain_eur_ht, abs=0.01)


def test_named_points_say_what_they_hold(made: tuple[Front, Operation]) -> None:
    front, here = made[0], made[0].here
    same, both = front.point(PointKind.SAME_WORST), front.point(PointKind.BETTER_ON_BOTH)
    free = front.point(PointKind.NO_COST)
    assert same is not None
    assert both is not None
    assert free is not None
    assert same.values.worst_ratio >= here.worst_ratio - 1e-9
    assert same.values.gain_eur_ht > both.values.gain_eur_ht > here.gain_eur_ht
    assert both.values.worst_ratio > here.worst_ratio
    assert free.values.gain_eur_ht >= here.gain_eur_ht - 0.01


def test_the_gini_front_starts_with_the_most_euros_and_grows_even(made: tuple[Front, Operation]) -> None:
    front = made[0]
    assert front.even_points[0].values.gain_eur_ht == pytest.approx(front.points[0].values.gain_eur_ht)
    ginis = [point.values.gini for point in front.even_points]
    assert all(b <= a + 1e-7 for a, b in itertools.pairwise(ginis))
    assert all(point.gap_ratio <= 1e-8 for point in front.even_points)


def test_a_kept_point_is_run_again_to_the_cent_and_its_files_pass_the_rules(
    made: tuple[Front, Operation], tmp_path: Path
) -> None:
    front, operation = made
    point = front.point(PointKind.SAME_WORST)
    assert point is not None
    number = front.points.index(point) + 1
    kept = keep_point(front, operation, "Au mieux", number)
    assert kept.file == "cles/optimal-au-mieux.csv"
    assert 0.0 <= abs(kept.lost_eur_ht) < 1.0
    result = run(operation.folder, ran_on=DAY, variant="Au mieux")
    assert result.scenario.key.parameters["floor_ratio"] == point.floor_ratio
    assert result.money is not None
    assert result.money.total is not None
    assert result.money.total.gain_eur_ht == pytest.approx(point.values.gain_eur_ht, abs=0.01)
    assert result.money.saving_eur_ht == pytest.approx(point.values.saving_eur_ht, abs=0.01)
    need = result.energy.consumption_kwh
    np.testing.assert_allclose(result.energy.received_kwh / need, point.coverage, atol=1e-9)
    again = open_operation(operation.folder, variant="Au mieux")[0]
    written = write_for(again, tmp_path, FileForm(decimals=6))
    checks = check_files([Path(name) for name in written.files], operation.folder, None, 6)
    assert [fault for check in checks for fault in check.faults] == []
    assert keep_point(front, operation, "Au mieux", number) == kept
    with pytest.raises(InputError, match="Au mieux"):
        keep_point(front, operation, "Au mieux", number, monthly=True)
    with pytest.raises(InputError, match="99"):
        keep_point(front, operation, "autre", 99)


def test_the_monthly_form_keeps_the_floor_alone_and_holds_it(made: tuple[Front, Operation]) -> None:
    front, operation = made
    point = front.point(PointKind.SAME_WORST)
    assert point is not None
    keep_point(front, operation, "chaque mois", front.points.index(point) + 1, monthly=True)
    result = run(operation.folder, ran_on=DAY, variant="chaque mois")
    coverage = result.energy.received_kwh / result.energy.consumption_kwh
    # Short by what the training years did not foresee: points, told by the command.
    assert coverage.min() >= point.floor_ratio - 0.02


def test_named_points_are_told_over_a_plan_whose_years_differ_as_their_runs_tell_it(tmp_path: Path) -> None:
    # Six years: each of them is settled, on both sides.
    whole = {"end = 2026-03-01": "end = 2027-01-01", "horizon_years = 20": "horizon_years = 6"}
    folder = folder_at(tmp_path / "op")
    text = (folder / "operation.toml").read_text(encoding="utf-8")
    for old, new in whole.items():
        text = text.replace(old, new)
    (folder / "operation.toml").write_text(text, encoding="utf-8")
    rows = "cave;scale;2028;2\nfoyer;joins;2027-05-01;\nbureau;leaves;2029;\nhangar;starts;2027;\n"
    (folder / "changes.csv").write_text(f"id;what;since;ratio\n{rows}", encoding="utf-8")
    front, _kept = front_folder(folder, points=4, draws=0)
    assert "later" in front.status.costs_left_out
    assert "foyer" not in front.never_ids
    number, point = next(
        (n, point) for n, point in enumerate(front.points, 1) if point.kind in front.over_plan
    )
    keep_point(front, open_operation(folder)[0], "gardé", number)
    runs = [
        run(folder, ran_on=DAY, variant=variant, parts=RunParts(advice=False)) for variant in ("gardé", None)
    ]
    moneys = [one.money for one in runs if one.money is not None]
    worth = [money.total.npv_eur_ht for money in moneys if money.total is not None]
    assert worth[0] is not None
    assert worth[1] is not None
    assert front.over_plan[point.kind] == pytest.approx(worth[0] - worth[1], abs=0.01)
    gains = [money.total.gain_eur_ht for money in moneys if money.total is not None]
    assert gains[0] == pytest.approx(point.values.gain_eur_ht, abs=0.01)


def test_a_floor_is_judged_on_years_it_was_not_chosen_on(made: tuple[Front, Operation]) -> None:
    front = made[0]
    assert {one.kind for one in front.robust} <= {
        PointKind.SAME_WORST, PointKind.BETTER_ON_BOTH, PointKind.NO_COST
    }  # fmt: skip
    ids = {site.id for site in front.scenario.participants}
    for one in front.robust:
        assert (one.trained, one.judged) == (1, 1)
        assert one.monthly is not None  # it was asked
        assert one.monthly.short_ratio <= one.kept.short_ratio + 0.005
        assert set(one.kept.short_ids) <= ids


def test_who_is_worst_served_is_named_and_one_floor_is_told_once(made: tuple[Front, Operation]) -> None:
    front, operation = made
    received = operation.outcome(operation.scenario.key).energy
    coverage = dict(
        zip(
            [site.id for site in front.scenario.participants],
            received.received_kwh / received.consumption_kwh,
            strict=True,
        )
    )
    assert coverage[front.worst_id or ""] == pytest.approx(front.here.worst_ratio, abs=1e-9)
    floors = [point.floor_ratio for point in front.points if point.kind is not PointKind.MOST_EUROS]
    assert all(b - a > 1e-7 for a, b in itertools.pairwise(floors))


def test_a_front_that_costs_nothing_says_so_with_the_key_that_does_as_well(
    made: tuple[Front, Operation],
) -> None:
    front = made[0]
    assert not any("costs nothing here" in said for said in answer_sentences(front))
    best = replace(
        front.keys["catch-up"],
        values=front.here._replace(worst_ratio=front.here.worst_ratio + 0.1),
        distance_eur_ht=0.0,
    )
    flat = replace(front, points=front.points[:1], keys={**front.keys, "catch-up": best})
    said = answer_sentences(flat)
    assert any("costs nothing here" in one for one in said)
    assert any(one.startswith("Ready-made: under ") for one in said)


def test_the_document_holds_what_the_contract_names(made: tuple[Front, Operation]) -> None:
    document = json.loads(json.dumps(front_document(made[0])))
    assert {"worst_ratio", "gain_eur_ht", "saving_eur_ht", "gap_ratio"} <= set(document["points"][0])
    assert {"worst_ratio", "gain_eur_ht", "saving_eur_ht"} <= set(document["keys"]["prorata"])


def test_a_battery_and_an_unknown_price_are_refused_with_the_way_out(tmp_path: Path) -> None:
    weather = "[weather]\nlatitude = 44.84"
    battery = "[battery]\nenergy_kwh = 20\npower_kw = 10\nround_trip_ratio = 0.9\n\n"
    folder = folder_at(tmp_path / "a", **{weather: battery + weather})
    with pytest.raises(InputError, match=r"battery\.active"):
        front_folder(folder, draws=0)
    unknown = write_operation(tmp_path / "b")
    with pytest.raises(InputError, match=r"bureau.*supply_eur_per_mwh"):
        front_folder(unknown, draws=0)


def test_the_command_prints_keeps_and_refuses(tmp_path: Path) -> None:
    folder = folder_at(tmp_path / "op")
    asked = ["front", str(folder), "--points", "4", "--draws", "0", "--lang", "en"]
    shown = CliRunner().invoke(main, [*asked, "--keep", "essai", "--point", "2"])
    assert shown.exit_code == 0, shown.output
    assert "Proven" in shown.output
    assert (folder / "out" / "front.png").exists()
    assert (folder / "cles" / "optimal-essai.csv").exists()
    text = (folder / "operation.toml").read_bytes()
    again = CliRunner().invoke(main, [*asked, "--force", "--keep", "essai", "--point", "2"])
    assert again.exit_code == 0, again.output
    assert "“essai” was there already, the same: left as it is" in again.output
    assert (folder / "operation.toml").read_bytes() == text
    assert CliRunner().invoke(main, [*asked, "--force", "--keep", "essai", "--point", "3"]).exit_code == 2
    assert CliRunner().invoke(main, [*asked, "--keep", "essai"]).exit_code == 2
    data = CliRunner().invoke(main, [*asked, "--json", "--force"])
    assert json.loads(data.output)["points"][0]["gap_ratio"] <= 1e-9


@pytest.mark.slow
@pytest.mark.shared
def test_forty_sites_are_solved_under_every_floor(shared_data: Path, tmp_path: Path) -> None:
    folder = Path(copytree(shared_data / "op40", tmp_path / "op40"))
    front = front_of(open_operation(folder)[0], points=4)
    assert len(front.points) >= 4
    assert max(point.gap_ratio for point in front.points) <= 1e-9
    assert min(place.distance_eur_ht for place in front.keys.values()) >= -0.01


def test_points_are_tried_on_draws_of_needs_sun_and_prices(tmp_path: Path) -> None:
    folder = folder_at(tmp_path / "op")
    operation, metered = open_operation(folder)
    own = year_of(operation.exchange, operation.worth(operation.exchange)).exchange
    years = drawn_years(operation, metered, read_sweep(read_source(folder), draws=2))
    assert len(years) == 2
    for drawn in (one.year.exchange for one in years):
        assert (np.abs(drawn.demand_kwh / own.demand_kwh - 1.0) > 1e-4).all()
        assert drawn.pool_kwh.sum() != pytest.approx(own.pool_kwh.sum(), rel=1e-4)
        assert drawn.everyone.max() != pytest.approx(own.everyone.max(), rel=1e-4)
