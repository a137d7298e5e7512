"""Do P10 to P90 hold the truth in 8 cases out of 10? Measured buildings, fitted on a half, judged on another.

`pytest benchmarks/bench_coverage.py -s` holds what docs/fiabilite.md tells, which
`benchmarks/reliability.py` writes; `benchmarks/judge.py` says how. Minutes for 200 halves.
"""

import pytest

from benchmarks.judge import (
    ANNUAL,
    BILLS,
    FOLDER,
    FOUR,
    KNOWN_YEAR,
    RATIOS,
    Judged,
    Told,
    judge_bills,
    judge_curves,
    told,
)
from scenarios.operation.draws.unknowns import curve_spreads

MAIN = (0.6, 1.0)

pytestmark = pytest.mark.skipif(not FOLDER.exists(), reason="the measured buildings are not here")


@pytest.fixture(scope="module")
def drawn() -> list[Judged]:
    return judge_bills(curve_spreads()["common.measured"])


@pytest.fixture(scope="module")
def without_common() -> list[Judged]:
    return judge_bills(0.0)


def of(rows: list[Judged], known: str) -> list[Told]:
    """Return what is told of a bill at 60 and 100 %, printed too."""
    found = [told(rows, known, rows[0].common, ratio) for ratio in MAIN]
    for ratio, one in zip(MAIN, found, strict=True):
        print(f"\n{known}, common part {rows[0].common}, P/C {ratio:.0%}: {one}")
    return found


@pytest.mark.parametrize("known", BILLS)
def test_members_are_covered_four_times_in_five(drawn: list[Judged], known: str) -> None:
    widest = {ANNUAL: 0.26, FOUR: 0.125}.get(known, 0.2)
    for one in of(drawn, known):
        assert 0.75 <= one.members_inside <= 0.88
        assert one.lowest_year >= 0.68
        assert one.members_width <= widest


@pytest.mark.parametrize(("known", "widest"), [(ANNUAL, 0.14), (FOUR, 0.075)])
def test_groups_are_covered(drawn: list[Judged], known: str, widest: float) -> None:
    # A part that is to cover other owners' buildings over-covers groups of this one's.
    for one in of(drawn, known):
        assert one.group_inside >= 0.85
        assert one.group_width <= widest


@pytest.mark.parametrize("known", BILLS)
def test_groups_are_covered_where_the_sun_is_little_and_nearly_all_is_shared(
    drawn: list[Judged], known: str
) -> None:
    assert told(drawn, known, drawn[0].common, RATIOS[0]).group_inside >= 0.75


@pytest.mark.parametrize(("known", "widest"), [(ANNUAL, 0.11), (FOUR, 0.05)])
def test_without_the_common_part_groups_are_covered_less(
    without_common: list[Judged], known: str, widest: float
) -> None:
    for one in of(without_common, known):
        assert 0.75 <= one.group_inside <= 0.92
        assert one.group_width <= widest


def test_a_measured_year_and_the_kwh_of_the_next_cover_members() -> None:
    """What a row `scale` says of a year to come: the curve of this one, the total of that one."""
    rows = judge_curves(halves=80)
    for ratio in MAIN:
        one = told(rows, KNOWN_YEAR, rows[0].common, ratio)
        print(f"\n{KNOWN_YEAR}, P/C {ratio:.0%}: {one}")
        assert 0.75 <= one.members_inside <= 0.85
        assert one.error <= 0.045


def test_four_postes_beat_the_annual_bill(drawn: list[Judged]) -> None:
    for annual, four, least in zip(of(drawn, ANNUAL), of(drawn, FOUR), (8.8 / 3.8, 10.1 / 4.3), strict=True):
        assert annual.error / four.error >= least
