"""HiGHS as the searches start it."""

import highspy


class SilentHighs(highspy.Highs):  # type: ignore[misc]
    """HiGHS without its banner: the wrapper's own start writes it on standard output, before any option."""

    def __init__(self) -> None:
        super(highspy.Highs, self).__init__()
        self.setOptionValue("output_flag", False)  # noqa: FBT003 - HiGHS takes its options so
