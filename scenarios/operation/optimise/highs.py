"""HiGHS as the searches start it."""

import highspy

TIGHT = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}
"""The tolerances of searches that prove what they find."""


class SilentHighs(highspy.Highs):  # type: ignore[misc]
    """HiGHS without its banner: the wrapper's own start writes it on standard output, before any option.

    One thread: what several find may differ in its last digits from one run to the next.
    """

    def __init__(self, **options: float | str) -> None:
        super(highspy.Highs, self).__init__()
        self.setOptionValue("output_flag", False)  # noqa: FBT003 - HiGHS takes its options so
        for option, value in {"threads": 1, **options}.items():
            self.setOptionValue(option, value)
