"""What is shared where a roof is not built, kept beside the meters: another price shares none of it anew."""

import io
from collections.abc import Mapping
from dataclasses import fields
from datetime import date

import numpy as np

from acc.accounts.assemble import SharedKwh, balances
from acc.accounts.members import SlotVolumes
from acc.accounts.person_values import PersonMoney
from acc.arrays import FloatArray
from acc.indicators import Energy
from acc.years.plan_years import PlanYears
from scenarios.operation.metering.depends_on import sharing_parts
from scenarios.operation.ready.operation import Operation
from scenarios.operation.store.store import KeptForm, KeptKind, KeptStore

SUMS = [field.name for field in fields(Energy)]
BY_SLOT = [field.name for field in fields(SlotVolumes) if field.name != "years"]
OF_YEARS = ("weights", "withdrawn_kwh", "local_kwh", "own_use_kwh")


def _write(shared: SharedKwh) -> bytes:
    out, years = io.BytesIO(), shared.by_slot.years
    arrays = {name: getattr(shared.sums, name) for name in SUMS}
    arrays |= {f"{name} by slot": getattr(shared.by_slot, name) for name in BY_SLOT}
    if years is not None:
        arrays |= {f"{name} of years": getattr(years, name) for name in OF_YEARS}
        arrays |= {
            f"{name} by year": np.stack([getattr(energy, name) for energy in years.energies]) for name in SUMS
        }
        arrays["settled"] = np.array(years.settled)
        arrays["start"] = np.array(years.start.toordinal())
    np.savez(out, **arrays)
    return out.getvalue()


def _read(body: bytes) -> SharedKwh:
    with np.load(io.BytesIO(body), allow_pickle=False) as scenario:
        sums = Energy(*(scenario[name] for name in SUMS))
        by_slot = SlotVolumes(
            **{name: scenario[f"{name} by slot"] for name in BY_SLOT}, years=_years(scenario)
        )
        return SharedKwh(sums, by_slot, np.zeros((0, len(sums.surplus_kwh))))


def _years(arrays: Mapping[str, FloatArray]) -> PlanYears | None:
    if "start" not in arrays:
        return None
    energies = zip(*(arrays[f"{name} by year"] for name in SUMS), strict=True)
    return PlanYears(
        start=date.fromordinal(int(arrays["start"])),
        energies=tuple(Energy(*year) for year in energies),
        settled=tuple(arrays["settled"].tolist()),
        **{name: arrays[f"{name} of years"] for name in OF_YEARS},
    )


SHARED = KeptKind("shared kWh", form=KeptForm(write=_write, read=_read, suffix=".shared", has_words=False))


def balances_of(operation: Operation) -> tuple[PersonMoney, ...]:
    """Balances of each person under the key of an operation alone; empty without prices.

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
    parts = None if tariffs.sells_by_hour else sharing_parts(scenario)
    if parts is None:
        return balances_of(operation)
    rests_on = {"inputs": dict(inputs), "scenario": parts}
    shared = cache.get(SHARED, rests_on, lambda: operation.shared_kwh(scenario.key, tariffs))
    return balances(scenario, operation.exchange, shared, tariffs)
