"""How often each choice is the best, over paired draws."""

import numpy as np

from acc.arrays import BoolArray, FloatArray

SAME_EUR = 0.01
"""Values that differ by less than a cent are equal."""


def best_ratios(values_eur: FloatArray) -> FloatArray:
    """Return the part of the draws in which each choice is the best; equals share, all sum to 1.

    Args:
        values_eur: of each choice in each draw, (A, D).

    >>> best_ratios(np.array([[1.0, 1.0], [1.0, 3.0]])).tolist()
    [0.25, 0.75]
    """
    best = values_eur >= values_eur.max(axis=0) - SAME_EUR
    part: FloatArray = (best / best.sum(axis=0)).mean(axis=1)
    return part


def sharing_ratio(values_eur: FloatArray, shares: BoolArray) -> float | None:
    """Return the part of the draws in which the best with sharing beats the best without; None without both.

    An equal is no win: sharing asks for more than doing nothing does.

    Args:
        values_eur: of each choice in each draw, (A, D).
        shares: which choices share, (A,).

    >>> sharing_ratio(np.array([[2.0, 0.0], [1.0, 0.0], [1.0, 1.0]]), np.array([True, True, False]))
    0.5
    """
    if shares.all() or not shares.any():
        return None
    ahead = values_eur[shares].max(axis=0) - values_eur[~shares].max(axis=0)
    return float((ahead > SAME_EUR).mean())


def own_chance(values_eur: FloatArray, shares: BoolArray, own: int) -> tuple[float, float]:
    """Return in which part of the draws one choice is the best of all, and beats the best without sharing.

    The best one has no other choice ahead of it, and beats those without sharing: an equal is no win.

    Args:
        values_eur: of each choice in each draw, (A, D).
        shares: which choices share, (A,); some do not.
        own: place of the choice.

    >>> values = np.array([[2.0, 3.0, 0.0, 1.0], [3.0, 2.0, 0.0, 1.0], [1.0, 1.0, 1.0, 1.0]])
    >>> own_chance(values, np.array([True, True, False]), 0)
    (0.25, 0.5)
    """
    value = values_eur[own]
    is_ahead = value > values_eur[~shares].max(axis=0) + SAME_EUR
    is_best = is_ahead & (value >= values_eur.max(axis=0) - SAME_EUR)
    return float(is_best.mean()), float(is_ahead.mean())


def tips_at(
    values_eur: FloatArray, slopes: FloatArray, shares: BoolArray, least: float = -np.inf
) -> float | None:
    """Return the smallest change of a price at which the best with sharing and the best without are equal.

    Each value is straight in the price. None where no change makes them equal.

    Args:
        values_eur, slopes: today, and for one more unit of the price, (A,).
        least: the lowest change that there can be: below it the price would be negative.

    >>> tips_at(np.array([100.0, 60.0]), np.array([1.0, 5.0]), np.array([True, False]))
    10.0
    """
    if shares.all() or not shares.any():
        return None

    def ahead(change: float) -> float:
        at = values_eur + slopes * change
        return float(at[shares].max() - at[~shares].max())

    pairs = [
        (values_eur[b] - values_eur[a]) / (slopes[a] - slopes[b])
        for a in np.flatnonzero(shares)
        for b in np.flatnonzero(~shares)
        if slopes[a] != slopes[b]
    ]
    scale = max(1.0, float(np.abs(values_eur).max()))
    possible = [change for change in pairs if change >= least]
    tips = [float(change) for change in possible if abs(ahead(float(change))) < 1e-9 * scale]
    return min(tips, key=abs, default=None)
