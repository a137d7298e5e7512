"""The heading of the keys, by hand."""

from types import SimpleNamespace
from typing import Any

import numpy as np

from reports.sentences.recipients import keys_heading


def test_keys_that_give_each_the_same_are_known_whatever_sites_differ() -> None:
    # 1 and 50 MWh under both keys: the sites differ, the keys do not.
    keys = [SimpleNamespace(received_kwh=np.array([1_000.0, 50_000.0]))] * 2
    view: Any = SimpleNamespace(keys=keys, scale=SimpleNamespace(unit_kwh=1_000.0))
    assert keys_heading(view) == "The keys compared give the same result here"
