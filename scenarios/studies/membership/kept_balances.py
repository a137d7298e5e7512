"""What is shared where a roof is not built, kept beside the meters: another price shares none of it anew."""

import io
from collections.abc import Mapping
from dataclasses import fields

import numpy as np

from acc.accounts.assemble import SharedKwh, balances
from acc.accounts.members import SlotVolumes
from acc.accounts.person_values import PersonMoney
from acc.indicators import Energy
from scenarios.operation.metering.depends_on import sharing_parts
from scenarios.operation.ready.operation import Operation
from scenarios.operation.store.store import KeptForm, KeptKind, KeptStore

SUMS = [field.name for field in fields(Energy)]
BY_SLOT = [field.name for field in fields(SlotVolumes) if field.name != "years"]
"""Years that differ are not kept: dated changes rarely stand beside a price that is asked again and again."""


def _write(shared: SharedKwh) -> bytes:
    out = io.BytesIO()
    sums = {name: getattr(shared.sums, name) for name in SUMS}
    np.savez(out, **sums, **{f"{name} by slot": getattr(shared.by_slot, name) for name in BY_SLOT})
    return out.getvalue()


def _read(body: bytes) -> SharedKwh:
    with np.load(io.BytesIO(body), allow_pickle=False) as held:
        sums = Energy(*(held[name] for name in SUMS))
        by_slot = SlotVolumes(*(held[f"{name} by slot"] for name in BY_SLOT))
        return SharedKwh(sums, by_slot, np.zeros((0, len(sums.surplus_kwh))))


SHARED = KeptKind("shared kWh", form=KeptForm(write=_write, read=_read, suffix=".shared", has_words=False))


def balances_of(operation: Operation) -> tuple[PersonMoney, ...]:
    """Return what the key of an operation brings each person, and no more; nothing without prices.

    Raises:
        InputError: parameters that the key cannot use.
    """
    scenario, tariffs = operation.scenario, operation.tariffs
    if tariffs is None:
        return ()
    shared = operation.shared_kwh(scenario.key, tariffs)
    return balances(scenario, operation.exchange, shared, tariffs)


def balances_kept(
    operation: Operation, inputs: Mapping[str, str], cache: KeptStore
) -> tuple[PersonMoney, ...]:
    """Return the balances of an operation under its own key, from the kWh that were kept, where some were.

    Args:
        inputs: sha256 of each file that the operation rests on.

    Raises:
        InputError: parameters that the key cannot use.
    """
    scenario, tariffs = operation.scenario, operation.tariffs
    if tariffs is None:
        return ()
    by_hour = any(plant.surplus is not None and plant.surplus.market is not None for plant in tariffs.plants)
    parts = None if by_hour or scenario.changes else sharing_parts(scenario)
    if parts is None:
        return balances_of(operation)
    rests_on = {"inputs": dict(inputs), "scenario": parts}
    shared = cache.get(SHARED, rests_on, lambda: operation.shared_kwh(scenario.key, tariffs))
    return balances(scenario, operation.exchange, shared, tariffs)
