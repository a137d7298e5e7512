"""The sums of keys on one exchange by an engine: how the fast paths are held against settle."""

from collections.abc import Sequence

from acc.batch.key_forms import SumSplits, settled_sums, split_of
from acc.batch.sums import KeySums, Needs, ProductiveSteps
from acc.exchange import Exchange
from acc.settle import Key


def key_sums(
    sum_splits: SumSplits,
    exchange: Exchange,
    keys: Sequence[Key],
    sheet: ProductiveSteps,
    *,
    by_plant: bool = False,
) -> tuple[KeySums, ...]:
    """Return the sums of several keys on one exchange, in their order.

    Args:
        sheet: must hold every step with production.
    """
    members = exchange.consumption_kwh.shape[1]
    splits = [split_of(key, members, sheet) for key in keys]
    needs = Needs.of(sheet.take(exchange.consumption_kwh))
    made = sheet.take(exchange.production_kwh)
    fast = iter(sum_splits(sheet, needs, made, [s for s in splits if s is not None], by_plant=by_plant))
    return tuple(
        next(fast) if split is not None else settled_sums(exchange, key, sheet, by_plant=by_plant)
        for key, split in zip(keys, splits, strict=True)
    )
