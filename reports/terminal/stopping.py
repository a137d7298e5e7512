"""Ctrl-C while the program is imported ends it, without a traceback; imported before everything else.

Once commands can run, click hears it, and says so. A process that ends so soon hardly looks for garbage.
"""

import atexit
import gc
import signal
from contextlib import suppress

FORMER_HANDLER = signal.getsignal(signal.SIGINT)
"""What it did before; a process that was started deaf to it stays so."""


def hear() -> None:
    """Let Ctrl-C be heard as before."""
    with suppress(ValueError):  # imported by a thread, which may set no signal
        signal.signal(signal.SIGINT, FORMER_HANDLER)


def seldom_collect() -> None:
    """Let a short process leave its garbage."""
    # Looking for it again and again among all that is imported took 0.1 s of a cold run.
    gc.set_threshold(50_000)
    # Nor is it looked at once more, 0.05 s, when the process ends and all of it goes anyway.
    atexit.register(gc.freeze)


if FORMER_HANDLER is signal.default_int_handler:
    with suppress(ValueError):
        signal.signal(signal.SIGINT, signal.SIG_DFL)
