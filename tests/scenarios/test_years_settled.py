"""Every year of the folder's own key is settled: a change that changes nothing moves nothing.

Of a key by plant that is only compared four years are, the others on a curve, and it is said.
"""

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acc.accounts.values import Money
from acc.years.plan_years import curve_weights, filled
from scenarios.entry.folder.question import read_question
from scenarios.run import RunParts, run
from scenarios.session import AtHand, PageQuestion
from tests.effort import law
from tests.scenarios.operation import BEHIND_ANOTHERS, PLANTS, RENTED, write_operation

ON = date(2026, 11, 29)
SITES = ("mairie", "ecole", "cave", "garage", "foyer", "bureau")
KEYS = ("prorata", "equal", "weighted", "static", "priority", "catch-up", "own-roof-first", "nearest-first")
RANKS = "key.ranks=[['mairie', 'garage'], ['ecole', 'foyer', 'cave', 'bureau']]"


def money_of(folder: Path, plants: str, asked: tuple[str, ...], change: str = "") -> Money:
    write_operation(folder)
    (folder / "plants.csv").write_text(plants, encoding="utf-8")
    (folder / "changes.csv").unlink(missing_ok=True)
    if change:
        (folder / "changes.csv").write_text(f"id;what;since;until;ratio\n{change}\n", encoding="utf-8")
    found = run(
        folder, ran_on=ON, settings=read_question(asked), parts=RunParts(advice=False, change_values=False)
    ).money
    assert found is not None
    return found


@st.composite
def questions(draw: st.DrawFn) -> tuple[str, ...]:
    """Return a random folder as what is asked over one: key, needs, powers, wear, lives, horizon, price."""
    horizon = draw(st.integers(3, 30))
    sites = draw(st.lists(st.sampled_from(SITES), unique=True, max_size=3))
    needs = (f"participants.{site}.annual_kwh={draw(st.integers(500, 150_000))}" for site in sites)
    lives = draw(st.sampled_from([(), (f"plants.hangar.life_years={draw(st.integers(1, 30))}",)]))
    key = draw(st.sampled_from(KEYS))
    return (
        f"key.name={key}",
        *([RANKS] if key == "priority" else []),
        f"finance.horizon_years={horizon}",
        f"finance.degradation_ratio={draw(st.sampled_from([0, 0.005, 0.02]))}",
        f"plants.gymnase.kwp={draw(st.integers(3, 250))}",
        f"prices.local_eur_per_mwh={draw(st.integers(40, 180))}",
        *lives,
        *needs,
    )


@law(40)
@given(
    asked=questions(),
    plants=st.sampled_from([PLANTS, BEHIND_ANOTHERS, RENTED]),
    site=st.sampled_from(SITES),
    year=st.integers(2027, 2070),
)
def test_a_change_that_changes_nothing_moves_nothing(
    asked: tuple[str, ...], plants: str, site: str, year: int
) -> None:
    beyond = year >= 2026 + 30  # no plan is longer: nothing of it is counted
    change = f"{site};scale;{year};;{'1,000001' if beyond else '1'}"
    with TemporaryDirectory() as name:
        still, moved = (money_of(Path(name), plants, asked, one) for one in ("", change))
    assert still.total is not None
    assert moved.total is not None
    assert moved.total.npv_eur_ht == pytest.approx(still.total.npv_eur_ht, abs=1e-6)
    for mine, other in zip(moved.persons, still.persons, strict=True):
        assert mine.npv_eur_ht == pytest.approx(other.npv_eur_ht, abs=1e-6), mine.id
        assert mine.by_year_eur_ht == pytest.approx(other.by_year_eur_ht, abs=1e-6), mine.id
        assert mine.without_sharing_npv_eur_ht == pytest.approx(other.without_sharing_npv_eur_ht, abs=1e-6)


@pytest.mark.parametrize("key", ["catch-up", "own-roof-first", "nearest-first"])
def test_a_key_by_plant_that_is_compared_is_near_its_own_run_and_says_so(tmp_path: Path, key: str) -> None:
    write_operation(tmp_path)
    beside = run(tmp_path, ran_on=ON, parts=RunParts(other_keys=[key], advice=False))
    alone = run(tmp_path, ran_on=ON, key=key, parts=RunParts(advice=False))
    few = beside.others[key].years
    assert few is not None
    assert few.settled == (1, 7, 13, 20)
    (note,) = [text for text in beside.provenance.warnings if "curve" in text]
    assert "4 years of 20" in note
    assert not [text for text in alone.provenance.warnings if "curve" in text]
    compared = beside.others[key].money
    assert compared is not None
    assert alone.money is not None
    for mine, own in zip(compared.persons, alone.money.persons, strict=True):
        # The error of a curve through four years of twenty: a euro and a half of thousands.
        assert mine.npv_eur_ht == pytest.approx(own.npv_eur_ht, abs=1.5)


def test_a_page_takes_few_years_of_a_key_by_plant_and_says_so(tmp_path: Path) -> None:
    write_operation(tmp_path)
    page = AtHand(tmp_path, lambda: ON)
    shown = page.result(PageQuestion(key="nearest-first"))
    assert [text for text in shown.provenance.warnings if "curve" in text]
    assert not [text for text in page.result(PageQuestion()).provenance.warnings if "curve" in text]


@law(100)
@given(
    turns=st.lists(st.integers(1, 40), max_size=6),
    horizon=st.integers(1, 40),
    wear=st.sampled_from([0.0, 0.005, 0.03]),
    dropped=st.integers(0, 6),
)
def test_a_curve_keeps_settled_years_and_polynomials_of_the_third_degree(
    turns: list[int], horizon: int, wear: float, dropped: int
) -> None:
    apart = sorted({year for year in turns if 1 < year < horizon})
    settled = filled({1, horizon, *apart[dropped:]})
    weights = curve_weights(settled, horizon, wear, apart)
    np.testing.assert_allclose(weights.sum(axis=1), 1.0, atol=1e-9)
    np.testing.assert_allclose(weights[np.array(settled) - 1], np.eye(len(settled)), atol=1e-12)
    if not apart and horizon > 17:  # four years or more are settled
        left = (1.0 - wear) ** np.arange(horizon) if wear else np.arange(horizon) / horizon
        curve = 1.0 - 2.0 * left + left**3
        np.testing.assert_allclose(weights @ curve[np.array(settled) - 1], curve, atol=1e-9)
