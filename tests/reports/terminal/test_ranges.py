"""Every ratio and headline of `acc run` that was drawn has its range and its number of draws."""

from dataclasses import replace
from datetime import date

import pytest
from rich.console import Console

from acc.result.result import Result
from reports.terminal.blocks import everybody_ranges, plan_ranges, ratio_ranges
from reports.terminal.screen import show
from tests.reports.make import small


def said(of: Result) -> str:
    out = Console(width=200)
    with out.capture() as capture:
        for ranges in (ratio_ranges, plan_ranges, everybody_ranges):
            show(ranges(of), out)
    return capture.get().replace("\u00a0", " ")


@pytest.fixture
def drawn() -> Result:
    bands = {
        "autoconsommation_ratio": {"": (0.884, 0.93, 0.961)},
        "autoproduction_ratio": {"": (0.148, 0.17, 0.194)},
        "payback_years": {"": (9.0, 12.0, 16.0)},
        "npv_eur_ht": {"": (-18_200.0, 80_000.0, 181_400.0)},
        "everybody_npv_eur_ht": {"": (26_000.0, 90_000.0, 222_000.0)},
    }
    return replace(small(3, (date(2026, 6, 1), date(2026, 6, 2))), ranges=bands, ranges_draws=100)


def test_ratios_payback_and_values_have_their_ranges(drawn: Result) -> None:
    text = said(drawn)
    assert "From 88 to 96% of the injected shared; from 15 to 19% of the need" in text
    assert "Paid back in 9 to 16 years; NPV from \N{MINUS SIGN}20,000 to 180,000 €" in text
    assert "NPV from 20,000 to 220,000 €" in text
    assert text.count("(8 chances out of 10, 100 draws).") == 3


def test_a_few_draws_are_not_called_chances_and_what_was_not_drawn_is_not_told(drawn: Result) -> None:
    few = said(replace(drawn, ranges_draws=20))
    assert few.count("(20 draws only).") == 3
    assert "chances" not in few
    assert said(replace(drawn, ranges=None)) == ""
