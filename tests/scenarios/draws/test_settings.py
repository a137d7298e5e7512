"""`[sweep]`: defaults that name their source, nonsense refused in one go, draws from seed and number."""

from pathlib import Path

import numpy as np
import pytest

from acc.problem import InputError
from acc.result.result import NINE_IN_TEN
from profiles.data.sourced_figures import table_rows
from profiles.reference.shape_library import library
from scenarios.entry.folder.raw import RawFolder
from scenarios.operation.draws.draws import draw, factor_table
from scenarios.operation.draws.settings import SPREADS, Spread, SweepChoice, default_spreads, read_sweep
from scenarios.operation.draws.unknowns import Rule, Unknown, published_yields


def source(**section: object) -> RawFolder:
    sections = {"sweep": section, "variants": [{"name": "sans"}]}
    return RawFolder(Path(), sections, "", (), ())


def messages(**section: object) -> str:
    with pytest.raises(InputError) as fault:
        read_sweep(source(**section))
    return "\n".join(str(problem) for problem in fault.value.problems)


def test_a_silent_folder_takes_defaults_and_says_so() -> None:
    choice = read_sweep(RawFolder(Path(), {}, "", (), ()))
    assert choice.draws == 200
    assert {name for name, _value, _why in choice.assumptions} == set(SPREADS)
    assert all(why for _name, _value, why in choice.assumptions)
    assert all(spread.source for spread in default_spreads().values())


def test_the_command_line_takes_over() -> None:
    choice = read_sweep(source(draws=10, seed=1), draws=30, seed=7)
    assert (choice.draws, choice.seed) == (30, 7)


def test_every_fault_is_shown_at_once() -> None:
    found = messages(draws=0, unknown=3)
    assert "[sweep] draws: 0 is refused: at least 1 is expected" in found
    assert "[sweep] unknown" in found


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"shape": "normal", "middle": 1.0, "spread": -0.1}, "at least 0"),
        ({"shape": "normal", "middle": 1.0}, "`middle` and `spread`"),
        ({"shape": "triangular", "low": 0.9}, "`low` and `high`"),
        ({"low": 1.2, "middle": 1.0, "high": 1.3}, "growing order"),
        ({"shape": "normal", "middle": 1.0, "spread": 0.5}, "as low as -0.5"),
        ({"shape": "uniform", "low": -1.0, "high": 1.0}, "as low as -1"),
    ],
)
def test_a_spread_that_means_nothing_is_refused(table: dict[str, object], words: str) -> None:
    assert words in messages(capex=table)


def test_unknown_keys_and_variants_get_the_nearest_name() -> None:
    found = messages(keys=["prorrata"], variants=["sasn"])
    assert "did you mean prorata?" in found
    assert "did you mean sans?" in found


def test_spreads_draw_what_they_say() -> None:
    generator = np.random.default_rng(1)
    triangular = Spread("triangular", 1.0, 0.8, 1.3)
    values = [triangular.quantile(generator.random()) for _n in range(2000)]
    assert min(values) >= 0.8
    assert max(values) <= 1.3
    assert np.median(values) == pytest.approx(1.0, abs=0.01)  # what is printed is the middle of the draws
    assert np.mean(values) == pytest.approx((0.8 + 1.0 + 1.0 + 1.0 + 1.0 + 1.3) / 6.0, abs=0.01)
    normal = [Spread("normal", 1.0, 0.1).quantile(generator.random()) for _n in range(2000)]
    assert np.std(normal) == pytest.approx(0.1, rel=0.1)
    lognormal = [Spread("lognormal", 2.0, 0.1).quantile(generator.random()) for _n in range(2000)]
    assert np.median(lognormal) == pytest.approx(2.0, rel=0.02)
    assert Spread("triangular", 1.0, 1.0, 1.0).quantile(generator.random()) == 1.0


def unknown(
    rule: Rule = Rule.PROFILE, *, sites: int = 1, own_level: float = 0.0, common_level: float = 0.0
) -> Unknown:
    return Unknown(rule, rule.value, sites, 0.3, common_level, own_level, library().likeness(50e3))


BANDS = {
    "a": unknown(Rule.OTHER_YEAR, own_level=0.05 / NINE_IN_TEN),
    "b": unknown(own_level=0.3 / NINE_IN_TEN),
    "c": unknown(Rule.MEASURED),
}


def choice_of(**changes: object) -> SweepChoice:
    return read_sweep(source(**changes))


def test_a_draw_depends_on_seed_and_number_only() -> None:
    choice = choice_of(seed=5)
    assert draw(choice, 17, BANDS) == draw(choice, 17, BANDS)
    assert draw(choice, 17, BANDS) != draw(choice, 18, BANDS)
    assert draw(choice, 17, BANDS) != draw(choice_of(seed=6), 17, BANDS)


def test_one_more_participant_changes_nobody_else() -> None:
    choice = choice_of()
    assert (
        draw(choice, 3, BANDS).load_ratio["b"]
        == draw(choice, 3, BANDS | {"d": unknown(Rule.MEASURED)}).load_ratio["b"]
    )


def test_a_band_holds_eight_draws_in_ten() -> None:
    choice = choice_of(load_growth={"shape": "fixed", "middle": 0.0})
    loads = np.array([draw(choice, n, BANDS).load_ratio["b"] for n in range(1500)])
    assert np.mean(np.abs(loads - 1.0) <= 0.3) == pytest.approx(0.8, abs=0.03)
    assert all(draw(choice, n, BANDS).load_ratio["c"] == 1.0 for n in range(5))


def test_withdrawals_come_as_often_as_asked() -> None:
    choice = choice_of(withdrawal_ratio=0.25)
    leavers = [draw(choice, n, BANDS).leaver for n in range(1000)]
    assert np.mean([who is not None for who in leavers]) == pytest.approx(0.25, abs=0.04)
    assert set(leavers) == {None, "a", "b", "c"}


def test_factors_are_numbers_of_each_draw() -> None:
    draws = [draw(choice_of(), n, BANDS) for n in range(4)]
    table = factor_table(draws, {"a": 1.0, "b": 3.0, "c": 0.0})
    growth = 1.0 + draws[2].values["load_growth"]
    by_day = {name: draws[2].load_ratio[name] * draws[2].daytime[name] for name in "ab"}
    expected = (by_day["a"] + 3.0 * by_day["b"]) / 4.0 / growth
    assert table["load_noise"][2] == pytest.approx(expected)
    assert table["withdrawal"].tolist() == [-1.0] * 4


def test_the_published_yields_told_are_those_of_the_table() -> None:
    told = published_yields()
    assert told.count == len(table_rows("published_yields.csv"))
    assert abs(told.gap_ratio) <= 0.03
