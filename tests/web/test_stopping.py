"""What takes seconds is stopped at its next step, and leaves the place to the next one."""

from collections.abc import Callable

import pytest

from web.answers import Stoppable, StoppedError


def test_a_calculation_is_stopped_at_its_next_step_and_the_next_one_has_its_turn() -> None:
    work = Stoppable()

    def make(tell: Callable[[str], None]) -> int:
        tell("first")
        work.stop()
        tell("second")
        return 1

    with pytest.raises(StoppedError):
        work.run(make)
    assert work.far == "first"
    assert work.run(lambda tell: (tell("anew"), 2)[1]) == 2
    assert work.far == "anew"
