"""What is said of figures that end within the year."""

from typing import Any

import pytest

from acc.result.rates import ExpiringRates
from reports.format.rate_labels import expiring_line, short_expiring_line


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
