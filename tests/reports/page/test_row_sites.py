"""The sites of a row of the page, in a year, by hand."""

from types import SimpleNamespace
from typing import Any

from reports.page.amounts import Amounts
from reports.page.row_detail import Unfolding, _a_year


def test_what_a_site_saves_in_a_year_is_that_of_its_period_over_its_years() -> None:
    """300 EUR in two years are 150; in half a year 600."""
    site: Any = SimpleNamespace(saving_eur_ht=300.0)
    two: Any = SimpleNamespace(period_years=2.0)
    half: Any = SimpleNamespace(period_years=0.5)
    assert (_a_year(site, two), _a_year(site, half)) == (150.0, 600.0)
    site.saving_eur_ht = None
    assert _a_year(site, two) is None
    assert _a_year(None, two) is None


def test_a_site_of_a_row_has_its_mwh_and_euros_of_a_year_and_what_it_gains_more() -> None:
    """9,000 kWh and 300 EUR in two years: 4.5 MWh and 150 EUR, 50 more than 100 in one year before."""
    now: Any = SimpleNamespace(received_kwh=9_000.0, saving_eur_ht=300.0)
    kept: Any = SimpleNamespace(received_kwh=1_000.0, saving_eur_ht=100.0)
    rows: Any = SimpleNamespace(
        sites_now={"a": now, "b": now},
        sites_kept={"a": kept},
        now=SimpleNamespace(period_years=2.0),
        before=SimpleNamespace(period_years=1.0),
    )
    assert Unfolding._site_amounts(rows, "a") == Amounts(received_mwh=4.5, gain_eur=150.0, gap_eur=50.0)
    assert Unfolding._site_amounts(rows, "b") == Amounts(received_mwh=4.5, gain_eur=150.0, gap_eur=None)
