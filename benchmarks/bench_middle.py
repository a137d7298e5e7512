"""The figure of a run against the P50 of draws before they are laid around it, by kinds, bills and output.

`pytest benchmarks/bench_middle.py -s`: minutes. What is printed has the figure as its middle (the suite holds
it): this tells how far the draws are moved for that, which is a bias either of the run or of the draws.
"""

from pathlib import Path

import numpy as np
import pytest

from scenarios.operation.draws.compute import NUMPY
from scenarios.studies.sweep.run import prepare
from tests.scenarios.operation import PARTICIPANTS
from tests.studies.sweep.test_middle import BILLS, folder_of, received

DRAWS = 5000
RATIOS = (0.2, 0.5, 1.0, 1.5)
KINDS = (
    ("town-hall", "primary-school"),
    ("office", "shop"),
    ("workshop", "hotel-restaurant"),
    ("household-group", "college"),
    ("sports-hall", "care-home"),
)
"""What the two kinds of the folder of the suite become."""


@pytest.mark.parametrize("kinds", KINDS, ids="+".join)
@pytest.mark.parametrize("bill", BILLS)
def test_the_run_is_the_middle(tmp_path: Path, kinds: tuple[str, str], bill: str) -> None:
    table = PARTICIPANTS.replace("town-hall", kinds[0]).replace("primary-school", kinds[1])
    made = prepare(folder_of(tmp_path, BILLS[bill], table), tmp_path / "out", draws=DRAWS, engine=NUMPY)
    members = made.plan.cases[0].scenario.participants
    for ratio in RATIOS:
        run = received(made, ratio, drawn=False)[0]
        drawn = received(made, ratio, drawn=True, draws=DRAWS)
        gap, below = run[0] / np.median(drawn[:, 0]) - 1.0, (drawn < run).mean(axis=0)[1:]
        told = ", ".join(f"{one.id} P{100 * part:.0f}" for one, part in zip(members, below, strict=True))
        print(f"\n{'+'.join(kinds)}, {bill}, P/C {ratio}: group {gap:+.1%}; {told}")
        assert abs(gap) <= 0.03  # homes under little sun: 2.7 % (600 draws); the others under 1.6 %
