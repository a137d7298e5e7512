"""The euros of operations that hold every clause of the accounts stay what they were, to 1e-8."""

import json

import numpy as np
import pytest

from tests.acc.ledger.golden_cases import CASES, KEPT, of_case

GOLDEN = json.loads(KEPT.read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES)
def test_every_figure_of_a_case_is_the_one_kept(case: str) -> None:
    told, kept = of_case(case), GOLDEN[case]
    assert set(told) == set(kept)
    for name, values in kept.items():
        found, expected = (np.array(of, dtype=np.float64) for of in (told[name], values))
        np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-8, err_msg=name)


def test_no_case_is_kept_that_is_not_computed() -> None:
    assert set(GOLDEN) == set(CASES)


def test_the_cases_hold_each_clause_of_the_accounts() -> None:
    hard = GOLDEN["hard"]
    lines = ("vat_eur", "profit_tax_eur", "running_vat_eur", "investment_vat_eur", "own_sale_eur_ht")
    for line in (*lines, "grant_eur", "own_use_eur_ht", "rent_eur_ht", "ifer_eur", "inverter_eur_ht"):
        assert abs(hard[f"worth of {line}"][0]) > 1.0, line
    assert abs(hard["worth left-out"][0]) > 1.0
