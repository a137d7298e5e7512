"""The working page: what `acc serve` answers, on this machine only. No kWh and no euro is computed here."""

import os

# Read by numpy when it is first imported. Memory in huge pages is dear to touch for the first time, and each
# answer touches some: 20 to 40 ms of an answer in which a member leaves.
os.environ.setdefault("NUMPY_MADVISE_HUGEPAGE", "0")
