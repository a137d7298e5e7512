"""Between what and what the cases of a comparison lie, by hand."""

from types import SimpleNamespace
from typing import Any

import pytest

from reports.format.numbers import EnergyScale
from reports.sentences.comparison import lead


def comparison(*kwh: float, eur: tuple[float, ...] = (), is_value: bool = False) -> Any:
    ranking = SimpleNamespace(is_value=is_value, together_eur=eur) if eur else None
    return SimpleNamespace(
        cases=[SimpleNamespace(name=str(place), shared_kwh=each) for place, each in enumerate(kwh)],
        view=SimpleNamespace(scale=EnergyScale("kWh", 1.0, 0), period="a year", eur_writer="€"),
        in_euros=bool(eur),
        ranking=ranking,
    )


def said(made: Any) -> str:
    return lead(made).replace("\u00a0", " ")


@pytest.mark.parametrize("kwh", [(10.0, 30.0, 20.0), (30.0, 20.0, 10.0), (10.0, 20.0, 20.0, 30.0)])
def test_the_ends_are_the_least_and_the_most_whatever_the_order(kwh: tuple[float, ...]) -> None:
    assert said(comparison(*kwh)) == "From 10 kWh to 30 kWh would be shared a year."


def test_cases_that_share_as_much_as_printed_are_one_figure() -> None:
    assert said(comparison(10.1, 9.9, 10.4)) == "Each would share 10 kWh a year."


def test_euros_of_all_have_their_ends_too_of_a_year_or_as_a_present_value() -> None:
    made = comparison(10.0, 20.0, 30.0, eur=(500.0, 200.0, 300.0))
    assert said(made).endswith("would gain from 200 € to 500 € without tax.")
    made = comparison(10.0, 20.0, 30.0, eur=(50_000.0, 20_000.0, 30_000.0), is_value=True)
    assert said(made).endswith("present value from 20 k€ to 50 k€, without tax.")
