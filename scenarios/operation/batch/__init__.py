"""Compiled sums and linear cash flows, equal to those of `acc`.

`numba_sums.split_sums` takes the place of `acc.batch.sums` where numba is installed.
"""
