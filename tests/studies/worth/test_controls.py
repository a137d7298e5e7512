"""The controls of the question: where each is, and between which ends."""

from dataclasses import replace

import pytest

from acc.finance import Finance
from tests.web.test_controls import ends, made_of
from web.studies.worth import what_if


@pytest.mark.parametrize(
    ("years", "base_years", "low", "high"),
    [(20, 20, "10", "30"), (20, 35, "10", "35"), (35, 20, "10", "35"), (5, 20, "5", "30")],
)
def test_the_years_counted_slide_from_10_to_30(years: int, base_years: int, low: str, high: str) -> None:
    base = made_of(finance=Finance(horizon_years=base_years))
    found = what_if(replace(base, finance=Finance(horizon_years=years)), base)
    assert [slider.id for slider in found] == ["prix", "fournisseurs", "duree"]
    assert (ends(found[2]), found[2].value, found[2].base) == ((low, high, "1"), f"{years}", f"{base_years}")
    assert len(what_if(made_of(), base)) == 2
