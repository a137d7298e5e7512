"""Steps that count, put side by side by pattern of prices."""

import numpy as np

from scenarios.studies.lawful.meters import sunny_steps


def test_steps_stand_by_pattern() -> None:
    steps = sunny_steps(np.array([True, True, False, True, True, True]), np.array([0, 1, 1, 0, 0, 1]))
    kwh = np.array([[1.0], [2.0], [9.0], [3.0], [4.0], [5.0]])
    # The first pattern holds steps 0, 3 and 4; the second 1 and 5.
    assert steps.rows(kwh).tolist() == [[1.0, 3.0, 4.0, 2.0, 5.0]]
    assert steps.edges == (0, 3, 5)


def test_where_no_step_counts_rows_are_empty() -> None:
    steps = sunny_steps(np.zeros(3, dtype=bool), np.zeros(3, dtype=np.int64))
    assert steps.rows(np.ones((3, 2))).shape == (2, 0)
    assert steps.edges == (0,)
