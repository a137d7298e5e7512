"""What a local kWh is worth once the hosts have used their own, by hand."""

import numpy as np
import pytest

from acc.size.result import Aim, BoundBasis
from scenarios.studies.size.values import RoofWorths
from tests.studies.size.make_sizing import sizing


def test_what_hosts_use_at_home_leaves_the_others_worth_to_a_local_kwh() -> None:
    """10 kWh needed by all are worth 2.0 EUR; hosts use 4 and 1, worth 0.4 and 0.3: 1.3 EUR for 5 kWh."""
    local, first, second = (np.full((2, 2), eur) for eur in (0.2, 0.1, 0.3))
    worths = RoofWorths(local, np.zeros((2, 2)), (first, second))
    need, own = np.array([10.0, 5.0]), (np.array([4.0, 4.0]), np.array([1.0, 1.0]))
    found = worths.left_to([1], need, own)
    # At the second step nothing is left: what it would be worth stays as it was.
    assert found == pytest.approx(np.array([[1.3 / 5.0, 0.2]]))
    assert local.tolist() == [[0.2, 0.2], [0.2, 0.2]]


def test_hosts_differ_where_one_of_them_gains_otherwise() -> None:
    local, own = np.full((1, 2), 0.2), np.zeros((1, 2))
    assert not RoofWorths(local, own).differ
    assert not RoofWorths(local, own, (local, local)).differ
    assert RoofWorths(local, own, (local, np.array([[0.2, 0.2001]]))).differ


@pytest.mark.parametrize(
    ("aim", "later_eur", "basis"),
    [
        (Aim.NPV, 0.0, BoundBasis.VALUE),
        (Aim.NPV, -0.99, BoundBasis.VALUE),
        (Aim.NPV, 1.0, BoundBasis.FIRST_YEAR),
        (Aim.NPV, -1.0, BoundBasis.FIRST_YEAR),
        (Aim.KWH, 500.0, BoundBasis.VALUE),
    ],
)
def test_a_bound_is_that_of_the_first_year_where_later_ones_add_a_euro(
    aim: Aim, later_eur: float, basis: BoundBasis
) -> None:
    assert sizing(aim=aim, later_years_eur=later_eur).bound_basis is basis
