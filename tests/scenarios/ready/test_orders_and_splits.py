"""When the orders of each month are made, and the split of some sites as one of all, by hand."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from acc.batch.sums import KeyForm, Split
from acc.problem import InputError
from acc.scenario import KeyChoice
from scenarios.operation.ready import summed_years
from scenarios.operation.ready.keys import has_orders, with_monthly_orders
from scenarios.operation.ready.summed_years import SummedYears


def made(**parameters: Any) -> KeyChoice:
    """The choice with the orders of each month; nothing else is read of the operation where none is asked."""
    nothing: Any = None
    choice = KeyChoice(name="optimal", parameters=parameters)
    return with_monthly_orders(choice, nothing, Path(), nothing, nothing)


@pytest.mark.parametrize(
    "parameters",
    [{}, {"floor_ratio": 0.2}, {"monthly": False}, {"orders": [[0]]}, {"monthly": True, "orders": [[0]]}],
)
def test_a_key_that_asks_for_no_month_or_has_its_orders_stays_as_it_is(parameters: dict[str, Any]) -> None:
    assert made(**parameters).parameters == parameters


@pytest.mark.parametrize("floor", [None, True, "0.2", -0.01, 1.01])
def test_orders_of_each_month_need_a_floor_from_nothing_to_one(floor: object) -> None:
    with pytest.raises(InputError, match=r"key\.floor_ratio.* is no floor"):
        made(monthly=True, floor_ratio=floor)


@pytest.mark.parametrize(
    ("parameters", "orders"),
    [({}, False), ({"monthly": False}, False), ({"monthly": True}, True), ({"orders": []}, True)],
)
def test_a_key_has_orders_where_it_holds_or_makes_them(parameters: dict[str, Any], orders: bool) -> None:
    assert has_orders(KeyChoice(name="optimal", parameters=parameters)) is orders


@pytest.mark.parametrize(
    ("number", "of_all"),
    [
        ([0.7, 0.3], [0.0, 0.3, 0.0, 0.7]),
        ([[1.0, 2.0], [3.0, 4.0]], [[0.0, 2.0, 0.0, 1.0], [0.0, 4.0, 0.0, 3.0]]),
    ],
)
def test_a_split_of_some_sites_has_their_numbers_in_their_places_and_none_elsewhere(
    number: list[Any], of_all: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of four sites those of columns 3 and 1, in that order, whose numbers may differ by group of steps."""
    split = Split(KeyForm.WEIGHTS, np.array(number), 0.8)
    monkeypatch.setattr(summed_years, "split_of", lambda _key, _sites, _sheet: split)
    years: Any = SimpleNamespace(sheet=None, need_kwh=np.zeros((4, 9)))
    key: Any = None
    found = SummedYears.split(years, key, [3, 1])
    assert found is not None
    assert (found.form, found.production_share) == (KeyForm.WEIGHTS, 0.8)
    assert found.number.tolist() == of_all
    assert SummedYears.split(years, key, range(4)) is split
    monkeypatch.setattr(summed_years, "split_of", lambda _key, _sites, _sheet: None)
    assert SummedYears.split(years, key, [3, 1]) is None
