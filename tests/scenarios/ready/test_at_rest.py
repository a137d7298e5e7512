"""What a page holds of a key by plant: no kWh of pairs, and no figure of a pool read by mistake."""

import numpy as np
import pytest

from acc.settle import Allocation
from scenarios.operation.ready.keys import at_rest, is_at_rest


def test_pairs_that_were_let_go_of_are_refused_to_who_reads_them() -> None:
    pairs = np.ones((4, 2, 3))
    whole = Allocation(pairs.sum(axis=1), np.zeros((4, 2)), pairs)
    held = at_rest(whole)
    assert is_at_rest(held)
    assert not is_at_rest(whole)
    assert held.received_kwh is whole.received_kwh
    with pytest.raises(IndexError):
        held.finest_kwh[np.arange(4)]


def test_a_pooled_allocation_is_itself() -> None:
    pooled = Allocation(np.ones((4, 3)), np.zeros((4, 2)))
    assert at_rest(pooled) is pooled
