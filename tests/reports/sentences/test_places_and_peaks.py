"""Powers told of a group and of its places: worked by hand, one figure in the note and in the workbook."""

from dataclasses import replace

import numpy as np
import pytest

from acc.result.result import Result
from reports.sentences.audiences import peaks_heading
from reports.view.view import View, view_of
from tests.reports.make import make_result
from tests.reports.make_money import with_money


@pytest.fixture(scope="module")
def result() -> Result:
    return with_money(make_result())


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def with_noon(result: Result, need_kw: float, injected_kw: float) -> View:
    """Return the group that needs 100 kW all year, more at the first step, where its plants inject."""
    flows = result.exchange
    need, injected = np.zeros_like(flows.consumption_kwh), np.zeros_like(flows.production_kwh)
    need[:, 0], need[0, 0] = 100.0 * flows.steps.hours, need_kw * flows.steps.hours
    injected[0, 0] = injected_kw * flows.steps.hours
    return view_of(replace(result, exchange=replace(flows, consumption_kwh=need, production_kwh=injected)))


def test_the_plants_lower_the_highest_need_not_the_sharing(result: Result) -> None:
    # Nothing of what they inject is shared here, and the need falls all the same: 400 less 150.
    told = plain(peaks_heading(with_noon(result, 400.0, 150.0)))
    assert told == "The plants lower the highest need of the group from 400 kW to 250 kW, shared or not"
    assert "do not lower" in peaks_heading(with_noon(result, 100.0, 50.0))
