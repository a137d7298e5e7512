"""The low, the middle and the high of draws: P10, P50 and P90."""

import numpy as np

from acc.arrays import FloatArray

QUANTILES = (0.1, 0.5, 0.9)


def quantiles(values: FloatArray) -> FloatArray:
    """Return P10, P50 and P90 over the draws, nan left out, shape (3, ...); nan where nothing is known.

    Of type 6 (Hyndman and Fan 1996): of n draws, a next one falls below the r-th in r cases of n + 1.
    numpy's usual type is too narrow: with 20 draws it holds 77 % in place of 80.

    >>> quantiles(np.array([[1.0], [2.0], [3.0], [4.0], [np.nan]])).ravel().tolist()
    [1.0, 2.5, 4.0]
    """
    known = np.isfinite(values).any(axis=0)
    filled = np.where(known, values, 0.0)
    lacking = np.isnan(filled).any(axis=0)
    bounds = np.quantile(filled, QUANTILES, axis=0, method="weibull")
    # Column by column, twenty times slower: for those that lack a draw only.
    bounds[:, lacking] = np.nanquantile(filled[:, lacking], QUANTILES, axis=0, method="weibull")
    return np.where(known, bounds, np.nan)
