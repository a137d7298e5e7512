"""The figures of batches draw the numbers they are given, no more and no fewer."""

import pytest

from acc.result.result import Alone
from acc.result.sweep import DrawnSpread
from reports.format.draws import FACTOR_WORDS
from reports.studies.sweep.files import _most_telling, bands
from reports.studies.sweep.screen import _alone_table, _spread
from scenarios.operation.draws.cost_hypotheses import COST_FACTORS
from scenarios.operation.draws.draws import FACTORS


def test_every_factor_has_a_word() -> None:
    assert set(FACTOR_WORDS) == {*FACTORS, *COST_FACTORS, "churn", "rest"}


def test_of_many_members_those_who_lose_come_first_then_the_largest() -> None:
    rows = [(f"site {n}", n - 3.0, n - 2.0, n - 1.0) for n in range(40)]
    drawn = _most_telling(rows)
    assert [row[0] for row in drawn[:3]] == ["site 0", "site 1", "site 39"]
    assert len(drawn) == 20


def test_the_middle_of_each_is_written_on_its_row() -> None:
    figure = bands([("a", -1.0, 2.0, 3.0), ("b", 0.0, 4.0, 6.0)])
    texts = [text.get_text() for axes in figure.axes for text in axes.texts]
    assert [text for text in texts if text] == ["a", "2.0", "b", "4.0"]


@pytest.mark.parametrize(
    ("name", "spread", "said"),
    [
        ("capex", DrawnSpread(shape="fixed", middle=1.2), "+20%, not drawn"),
        ("capex", DrawnSpread(shape="fixed", middle=1.0), "0%, not drawn"),
        ("capex", DrawnSpread(shape="uniform", low=0.9, high=1.3), "from −10% to +30%, any as likely"),
        (
            "capex",
            DrawnSpread(shape="triangular", low=0.9, middle=1.0, high=1.2),
            "from −10% to +20%, most often 0%",
        ),
        (
            "capex",
            DrawnSpread(shape="normal", middle=1.0, spread=0.043),
            "around 0%, standard deviation 4.3%",
        ),
        ("load_growth", DrawnSpread(shape="fixed", middle=0.02), "+2%, not drawn"),
    ],
)
def test_a_distribution_is_said_as_changes_of_what_the_folder_says(
    name: str, spread: DrawnSpread, said: str
) -> None:
    """A ratio of 1.2 is 20 % more; the growth of loads is a change by itself."""
    assert _spread(name, spread).replace("\u00a0", " ") == said


def test_what_is_expected_stands_first_in_thousands_with_the_decimals_of_its_column() -> None:
    """345,400 kWh are 345 MWh, 25,678 EUR 25.7 thousands; below 20 a decimal more keeps figures apart."""
    alone = {
        "received_kwh": Alone(reference=345_400.0, effects=()),
        "saving_eur_ht": Alone(reference=25_678.0, effects=()),
        "npv_eur_ht": Alone(reference=12_345.0, effects=()),
    }
    first = [cell.text for cell in _alone_table(alone, {}).rows[0]]
    assert first == ["all as expected", "345", "25.7", "12.3"]
