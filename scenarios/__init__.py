"""The only reader of an operation folder: validation, dated rates, runs, batch, sizing, uncertainty."""

import os

# Read by numpy when it is first imported. Sums in one order give the same bytes whatever else runs, and a
# second thread spins beside a browser or other workers, while it makes no command quicker.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
