"""Where the CPU of a command goes: `python -m benchmarks.stages run DIR --set prix=95`, on standard error.

Each 5 ms of CPU the command is looked at: the first mark that it stands under counts.
"""

import signal
import sys
from collections import Counter
from collections.abc import Iterator
from types import FrameType

STEP_S = 0.005
STAGES = {
    "importing modules": ("_find_and_load",),
    "reading the folder": ("open_operation",),
    "draws": ("drawn_choices", "robust_points", "quick_ranges"),
    "who brings what": ("shapley", "stability"),
    "what would cancel it": ("cancelling",),
    "writing and printing": ("write_files", "finish", "members_png"),
}
"""Stages by the functions that they are done under."""

REST = "the rest"


def names_above(frame: FrameType | None) -> Iterator[str]:
    """Yield the functions that a frame is under, its own first."""
    while frame is not None:
        yield frame.f_code.co_name
        frame = frame.f_back


def main() -> None:
    """Run a command of `acc` and say where its CPU went."""
    taken: Counter[str] = Counter()

    def look(_signal: int, frame: FrameType | None) -> None:
        names = set(names_above(frame))
        taken[next((stage for stage, marks in STAGES.items() if names.intersection(marks)), REST)] += 1

    signal.signal(signal.SIGPROF, look)
    signal.setitimer(signal.ITIMER_PROF, STEP_S, STEP_S)
    try:
        from cli import main as command  # what it imports counts

        command(sys.argv[1:])
    except SystemExit as end:
        if end.code:
            raise
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)
    every = max(1, taken.total())
    print(", ".join(f"{stage} {count / every:.0%}" for stage, count in taken.most_common()), file=sys.stderr)


if __name__ == "__main__":
    main()
