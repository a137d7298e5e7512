"""Ctrl-C while the program is imported ends it, without a traceback; imported before everything else.

Once commands can run, click hears it, and says so.
"""

import signal
from contextlib import suppress

HEARD = signal.getsignal(signal.SIGINT)
"""What it did before; a process that was started deaf to it stays so."""


def hear() -> None:
    """Let Ctrl-C be heard as before."""
    with suppress(ValueError):  # imported by a thread, which may set no signal
        signal.signal(signal.SIGINT, HEARD)


if HEARD is signal.default_int_handler:
    with suppress(ValueError):
        signal.signal(signal.SIGINT, signal.SIG_DFL)
