"""How the compiled sums are compiled, and what their kernels share; needs numba (extra `[fast]`)."""

from typing import Any

from numba import njit

from acc.batch.sums import KeyForm

FIXED, RANKS = int(KeyForm.FIXED), int(KeyForm.RANKS)

REORDER = {"reassoc", "contract", "nsz", "arcp"}
"""Lets sums be taken several at a time; infinities and NaN keep their meaning."""


def compiled(function: Any) -> Any:
    """Return a function compiled on first use, kept on disk, that lets other threads run."""
    return njit(nogil=True, cache=True, fastmath=REORDER)(function)
