"""The sites of a row of the page, in a year, by hand."""

from types import SimpleNamespace
from typing import Any

from reports.page.row_detail import _a_year


def test_what_a_site_saves_in_a_year_is_that_of_its_period_over_its_years() -> None:
    """300 EUR in two years are 150; in half a year 600."""
    site: Any = SimpleNamespace(saving_eur_ht=300.0)
    two: Any = SimpleNamespace(period_years=2.0)
    half: Any = SimpleNamespace(period_years=0.5)
    assert (_a_year(site, two), _a_year(site, half)) == (150.0, 600.0)
    site.saving_eur_ht = None
    assert _a_year(site, two) is None
    assert _a_year(None, two) is None
