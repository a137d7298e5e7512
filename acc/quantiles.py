"""The low, the middle and the high of draws: P10, P50 and P90."""

import numpy as np

from acc.arrays import BoolArray, FloatArray

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


def recentre_quantiles(
    middle: FloatArray | np.float64, values: FloatArray, usual: BoolArray | None = None, most: float = np.inf
) -> FloatArray:
    """Return P10, P50 and P90 laid around the figure that is printed, shape (3, ...).

    How far draws stray is theirs; what they stray around is what a run finds where nothing is drawn. On
    buildings held out, the middle of draws was no nearer the truth (`docs/fiabilite.md`).

    Args:
        middle: what is printed, (...); nan leaves the draws where they are.
        values: (draws, ...); what is never below nothing stays so.
        usual: which draws have what the figure rests on, as hours of today; all when None.
        most: what the figure cannot pass.

    >>> draws = np.array([[1.0], [2.0], [3.0], [4.0], [5.0]])
    >>> recentre_quantiles(np.array([2.5]), draws).ravel().tolist()
    [0.5, 2.5, 4.5]
    """
    ends, moved = quantiles(values), _moved(middle, values, usual)
    least = np.where(np.nanmin(np.where(np.isnan(values), np.inf, values), axis=0) >= 0.0, 0.0, -np.inf)
    low, high = np.maximum(ends[0] + moved, least), np.minimum(ends[2] + moved, most)
    centred = np.stack([np.minimum(low, middle), middle, np.maximum(high, middle)])
    return np.where(np.isfinite(moved), centred, ends)


def recentre_draws(
    middle: FloatArray | np.float64, values: FloatArray, usual: BoolArray | None = None
) -> FloatArray:
    """Return draws laid around the figure that is printed, (draws, ...): chances are counted on them.

    So what leads in print leads in half of the draws or more, whatever the bias between a run and its draws.

    Args:
        middle, values, usual: as of `recentre_quantiles`.

    >>> recentre_draws(np.array([2.5]), np.array([[1.0], [2.0], [3.0]])).ravel().tolist()
    [1.5, 2.5, 3.5]
    """
    moved = _moved(middle, values, usual)
    return values + np.where(np.isfinite(moved), moved, 0.0)


def _moved(
    middle: FloatArray | np.float64, values: FloatArray, usual: BoolArray | None
) -> FloatArray | np.float64:
    """Offset from the median of the draws to the printed value; nan where either is unknown."""
    of_usual = values if usual is None else values[usual]
    return middle - quantiles(of_usual)[1] if len(of_usual) else np.full(values.shape[1:], np.nan)


def widen_quantiles(middle: FloatArray | np.float64, values: FloatArray) -> FloatArray:
    """Return P10, P50 and P90 of draws that stay where they are, widened to the figure that is printed.

    Where what the figure rests on may fail to happen, it is an end of what may come rather than its middle.

    Args:
        middle: what is printed, (...); nan leaves the draws as they are.

    >>> widen_quantiles(np.array([9.0]), np.array([[1.0], [2.0], [3.0], [4.0], [5.0]])).ravel().tolist()
    [1.0, 9.0, 9.0]
    """
    ends = quantiles(values)
    widened = np.stack(
        [np.minimum(ends[0], middle), middle * np.ones_like(ends[1]), np.maximum(ends[2], middle)]
    )
    return np.where(np.isfinite(middle), widened, ends)


def quantiles_with_unknown_connection(
    printed_eur: tuple[float, float], eur: tuple[FloatArray, FloatArray], usual: BoolArray | None
) -> tuple[float, float, float]:
    """Return the low, the middle and the high of euros whose connections nobody knows.

    Args:
        printed_eur: what is printed with these connections at nothing, then at their upper figure.
        eur: the draws of the same, (D,) each; the low end is of the second.
        usual: as of `recentre_quantiles`; None where it may fail to happen, see `widen_quantiles`.

    >>> draws = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    >>> quantiles_with_unknown_connection((2.5, 1.5), (draws, draws - 1.0), np.ones(5, dtype=bool))
    (0.0, 2.5, 4.5)
    """
    free, dear = (
        widen_quantiles(np.float64(printed), of)
        if usual is None
        else recentre_quantiles(np.float64(printed), of, usual)
        for printed, of in zip(printed_eur, eur, strict=True)
    )
    return float(dear[0]), float(free[1]), float(free[2])
