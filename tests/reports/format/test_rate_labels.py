"""What is said of figures that end within the year."""

from types import SimpleNamespace
from typing import Any

import pytest

from acc.result.rates import ExpiringRates
from reports.format.rate_labels import expiring_line, sale_sentences, short_expiring_line


def test_figures_that_end_are_said_from_the_day_after_and_nothing_where_none_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    result: Any = None
    ending: list[ExpiringRates] = []
    monkeypatch.setattr("reports.format.rate_labels.expiring_rates", lambda _result: ending)
    assert (expiring_line(result), short_expiring_line(result)) == ("", "")
    names = ("accise.household",)
    ending.append(ExpiringRates(subject="accise", valid_until="2027-01-31", ask="CRE", names=names))
    assert short_expiring_line(result).startswith("To ask for again, from 01/02/2027 on: accise")
    assert "after 31/01/2027 (CRE)" in expiring_line(result)


def test_the_first_day_without_a_figure_is_that_of_the_first_one_that_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """They come by day: one until 31 January and one until 31 July, both asked of their own."""
    days = (("accise", "2027-01-31", "CRE"), ("turpe", "2027-07-31", "Enedis"))
    ending = [
        ExpiringRates(subject=what, valid_until=day, ask=ask, names=(f"{what}.x",)) for what, day, ask in days
    ]
    monkeypatch.setattr("reports.format.rate_labels.expiring_rates", lambda _result: ending)
    result: Any = None
    assert short_expiring_line(result).startswith("To ask for again, from 01/02/2027 on: ")
    assert "(CRE)" in short_expiring_line(result)
    assert "(Enedis)" in short_expiring_line(result)


@pytest.mark.parametrize(
    ("flat_eur", "said"),
    [
        (900.0, ["At the mean of all hours the plants’ plan would be worth 100 € less."]),
        (1100.0, ["At the mean of all hours the plants’ plan would be worth 100 € more: too much."]),
        (1000.0, []),
    ],
)
def test_the_plan_at_the_mean_of_all_hours_is_said_where_it_is_another(
    flat_eur: float, said: list[str]
) -> None:
    """The plan is worth 1,000 EUR: 100 less or more at the mean of all hours; as much is not said."""
    plan = SimpleNamespace(npv_eur_ht=1000.0)
    money: Any = SimpleNamespace(sales=(), flat_npv_eur_ht=flat_eur, plan=plan)
    assert sale_sentences(money) == said
