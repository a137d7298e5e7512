"""Own use behind a meter that is worth less than a local kWh: an answer with a bound, every power tried."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from acc.problem import InputError
from acc.size.result import Aim
from scenarios.studies.size.model import npv_eur, true_npv_eur
from scenarios.studies.size.run import size_folder
from scenarios.studies.size.search_all import size
from scenarios.studies.size.values import SizeGround
from tests.effort import few
from tests.scenarios.operation import PARTICIPANTS, write_operation
from tests.studies.size.test_size import choice, column, ground

STEPS = 24
AXIS = np.linspace(0.0, 10.0, 41)


def random_ground(seed: int) -> SizeGround:
    """Return two or three roofs of one or two meters, own use worth from half to all of a local kWh."""
    rng = np.random.default_rng(seed)
    roofs, hosts = (2, 1) if seed % 2 else (3, 2)
    units = rng.uniform(0.0, 1.0, (roofs, STEPS))
    need = rng.uniform(2.0, 9.0, STEPS)
    columns = [column(n, high=float(AXIS[-1])) for n in range(roofs)]
    whole = ground(units.tolist(), need.tolist(), columns, cost=rng.uniform(3.0, 9.0, roofs).tolist())
    inside = np.array([n % 2 if hosts == 2 else 0 for n in range(roofs)])
    parts = [need * rng.uniform(0.1, 0.5) for _host in range(hosts)]
    behind = tuple((np.where((inside == n)[:, None], units, 0.0), part) for n, part in enumerate(parts))
    return replace(whole, hosts=behind, own=rng.uniform(0.5, 1.0, (roofs, STEPS)))


def every_value(small: SizeGround, steps: int) -> float:
    """Return the most of all powers tried."""
    axis = np.linspace(0.0, AXIS[-1], steps)
    grids = np.meshgrid(*[axis] * len(small.columns), indexing="ij")
    return max(true_npv_eur(small, x) for x in np.stack([grid.ravel() for grid in grids], axis=1))


@pytest.mark.parametrize("seed", few(3, range(12)))
def test_the_bound_is_above_all_powers_and_the_answer_within_its_gap(seed: int) -> None:
    small = random_ground(seed)
    best = size(small, choice(len(small.columns)), compare=False).best
    x = np.array([roof.kwp for roof in best.plants])
    most = every_value(small, 41 if len(x) == 2 else 13)
    assert best.value == pytest.approx(npv_eur(small, x))
    assert best.bound >= max(most, best.value) - 1e-9
    assert best.gap_ratio == pytest.approx((best.bound - best.value) / max(1.0, abs(best.value)), abs=1e-9)
    assert most - best.value <= best.gap_ratio * max(1.0, abs(best.value)) + 1e-9


def test_a_least_present_value_is_met_though_the_search_only_bounds_it() -> None:
    small = random_ground(1)
    free = size(small, choice(2), compare=False).best
    asked = choice(2, aim=Aim.KWH, npv_min_eur=0.5 * free.value)
    assert size(small, asked, compare=False).best.npv_eur_ht >= 0.5 * free.value - 1e-6 * free.value


def test_a_host_that_pays_less_than_the_local_price_is_sized(tmp_path: Path) -> None:
    """A kWh spares the cellar 30 EUR/MWh and its network; its roof would sell it dearer to the others."""
    folder = write_operation(tmp_path / "op")
    table = folder / "participants.csv"
    table.write_text(PARTICIPANTS.replace(";110;", ";30;"), "utf-8")
    best = size_folder(folder, use_cache=False).best
    assert 0.0 < best.bound - best.value <= best.gap_ratio * max(1.0, abs(best.value)) * (1.0 + 1e-9)
    table.write_text(PARTICIPANTS.replace(";110;", ";;"), "utf-8")
    with pytest.raises(InputError, match="is not known"):
        size_folder(folder, use_cache=False)
