"""The kWh of the years of a key, kept beside the meters: another price settles none of them anew."""

import io
from collections.abc import Mapping
from dataclasses import fields

import numpy as np

from acc.indicators import Energy
from acc.years.plan_years import BY_SLOT, YearKwh
from scenarios.operation.store.store import KeptForm, KeptKind

SUMS = [field.name for field in fields(Energy)]


def _write(years: Mapping[int, YearKwh]) -> bytes:
    out, every = io.BytesIO(), [*years.values()]
    arrays = {name: np.stack([getattr(year.energy, name) for year in every]) for name in SUMS if every}
    if every and every[0].local_kwh is not None:
        arrays |= {f"{name} by slot": np.stack([getattr(year, name) for year in every]) for name in BY_SLOT}
    np.savez(out, np.array([*years], dtype=np.int64), **arrays)  # type: ignore[arg-type]  # none is a flag
    return out.getvalue()


def _read(body: bytes) -> dict[int, YearKwh]:
    with np.load(io.BytesIO(body), allow_pickle=False) as kept:
        arrays = {name: kept[name] for name in kept.files}
    slots = {name: arrays[f"{name} by slot"] for name in BY_SLOT if f"{name} by slot" in arrays}
    return {
        year: YearKwh(
            energy=Energy(*(arrays[name][at] for name in SUMS)),
            **{name: kwh[at] for name, kwh in slots.items()},
        )
        for at, year in enumerate(arrays["arr_0"].tolist())
    }


YEARS: KeptKind[Mapping[int, YearKwh]] = KeptKind(
    "years of a key", form=KeptForm(write=_write, read=_read, suffix=".years", has_words=False)
)
