"""The figure of a run is the middle of what is drawn around it, and seeds hardly move what is printed."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from acc.arrays import FloatArray
from acc.sites import Plant, Said
from scenarios.operation.draws.compute import NUMPY, work
from scenarios.operation.draws.draws import STRATA, draw, drawn_outputs
from scenarios.operation.draws.results import INDICATORS
from scenarios.operation.draws.settings import MODEL, Spread
from scenarios.studies.sweep.run import Sweep, prepare
from tests.effort import few
from tests.scenarios.draws.test_settings import choice_of
from tests.scenarios.operation import PARTICIPANTS, write_operation

DRAWS = 200
BILLS = {
    "a year": {},
    "two postes": {"mairie": (40e3, 22e3), "ecole": (62e3, 26e3), "cave": (92e3, 48e3)},
    "four postes": {
        "mairie": (19e3, 10e3, 21e3, 12e3),
        "ecole": (30e3, 12e3, 32e3, 14e3),
        "cave": (44e3, 22e3, 48e3, 26e3),
    },
}
COLUMNS = {0: (), 2: ("hp_kwh", "hc_kwh"), 4: ("hph_kwh", "hch_kwh", "hpb_kwh", "hcb_kwh")}


def folder_of(place: Path, postes: Mapping[str, tuple[float, ...]], participants: str = PARTICIPANTS) -> Path:
    folder = write_operation(place / "op", **{', "catch-up"': "", "weather_years = 2": "weather_years = 1"})
    names = COLUMNS[len(next(iter(postes.values()), ()))]
    head, *rows = participants.strip().split("\n")
    lines = [";".join((head, *names))]
    for row in rows:
        cells = row.split(";")
        told = postes.get(cells[0])
        lines.append(";".join([*cells[:-1], "", *map(str, told)] if told else [*cells, *("" for _ in names)]))
    (folder / "participants.csv").write_text("\n".join(lines), encoding="utf-8")
    return folder


def received(made: Sweep, ratio: float, *, drawn: bool, draws: int = DRAWS) -> FloatArray:
    """Of everybody, then of each: kWh where only the shapes of curves are drawn, (D, 1 + N)."""
    fixed = {name: replace(spread, shape="fixed") for name, spread in made.plan.choice.spreads.items()}
    choice = replace(made.plan.choice, spreads=fixed, load_noise=0.0, off_peak_reform_ratio=0.0)
    stands = work(replace(made.plan, choice=choice), 0, 1).values[0, 0, 0, 0]
    used, produced = (stands[INDICATORS.index(name)] for name in ("consumption_kwh", "production_kwh"))
    fixed["solar_yield"] = Spread("fixed", ratio * used / produced)
    choice = replace(choice, load_noise=float(drawn))
    values = work(replace(made.plan, choice=choice), 0, draws if drawn else 1).values
    kwh: FloatArray = values[:, 0, 0, :, INDICATORS.index("received_kwh")]
    return kwh


@pytest.mark.parametrize("bill", few(1, BILLS))
def test_the_run_is_the_middle_of_its_draws_whatever_the_bill_and_the_roofs(
    tmp_path: Path, bill: str
) -> None:
    folder = folder_of(tmp_path, BILLS[bill])
    made = prepare(folder, tmp_path / "out", draws=DRAWS, engine=NUMPY)
    for ratio in (0.2, 0.5, 1.0, 1.5):
        run, drawn = received(made, ratio, drawn=False)[0], received(made, ratio, drawn=True)
        assert run[0] == pytest.approx(np.median(drawn[:, 0]), rel=0.02)
        assert run[0] == pytest.approx(run[1:].sum(), rel=1e-9)
        buyers = 1 + np.flatnonzero([one.id != "cave" for one in made.plan.cases[0].scenario.participants])
        below = (drawn[:, buyers] < run[buyers]).mean(axis=0)  # a host buys what its own roof leaves
        assert below == pytest.approx(0.5, abs=0.15)  # P45 to P55 over many draws: benchmarks


def test_twenty_draws_in_a_row_share_out_each_law() -> None:
    choice = choice_of()
    for first in (0, 3 * STRATA):
        drawn = [draw(choice, n, {}).values["solar_yield"] for n in range(first, first + STRATA)]
        ends = [choice.spreads["solar_yield"].quantile(n / STRATA) for n in range(STRATA + 1)]
        assert np.histogram(drawn, ends)[0].tolist() == [1] * STRATA


def test_seeds_hardly_move_the_middle_of_a_law() -> None:
    middles = [
        np.median([draw(replace(choice_of(), seed=seed), n, {}).values["solar_yield"] for n in range(100)])
        for seed in range(12)
    ]
    assert np.std(middles) < 0.001  # 0.005 by pure chance


def test_seeds_hardly_move_the_middle_of_an_output() -> None:
    roof = Plant(id="p", name="P", kwp=9.0, said=Said.GUESS)
    middles = [
        np.median([drawn_outputs(choice_of().spreads[MODEL], seed, n).of_plane(roof) for n in range(100)])
        for seed in range(12)
    ]
    assert np.std(middles) < 0.0045  # 0.006 by pure chance
