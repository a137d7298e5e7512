"""Who may stand with whom in a territory: bits for all units, tables for few of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from acc.arrays import BoolArray, FloatArray, IntArray
from acc.scenario import Regime
from scenarios.studies.lawful.law import ORDER, GroupLaw


@dataclass(frozen=True, slots=True, eq=False)
class TerritoryLaw:
    """Who may stand with whom, as tables: regimes R that somebody may use, units S.

    Attributes:
        near: (R, S, S).
        cap_kwp: power that must not be reached, (R,).
        limit_km: longest distance, the margin of the law kept, infinite under EPCI, (R,).
    """

    regimes: tuple[Regime, ...]
    near: BoolArray
    cap_kwp: FloatArray
    limit_km: FloatArray

    def allowed(self, regime: int) -> BoolArray:
        """Sites allowed under a regime, (S,)."""
        return np.diagonal(self.near[regime])

    def alike(self, regime: int) -> list[IntArray]:
        """Return the sets of a regime without a distance: those near the same ones."""
        rows = np.unique(self.near[regime][self.allowed(regime)], axis=0)
        return [np.flatnonzero(row) for row in rows]


@dataclass(frozen=True, slots=True, eq=False)
class PackedLaw:
    """The same in an eighth of the memory: 60 MB for 12,500 units.

    Attributes:
        near: bits of the tables, the first unit the lowest, (R, S, S / 8).
    """

    regimes: tuple[Regime, ...]
    near: npt.NDArray[np.uint8]
    cap_kwp: FloatArray
    limit_km: FloatArray

    def allowed(self, regime: int) -> BoolArray:
        """Sites allowed under a regime, (S,)."""
        own = np.arange(self.near.shape[1])
        may: BoolArray = (self.near[regime, own, own >> 3] >> (own & 7) & 1).astype(np.bool_)
        return may

    def alike(self, regime: int) -> list[IntArray]:
        """Return the sets of a regime without a distance: those near the same ones."""
        rows = np.unique(self.near[regime][self.allowed(regime)], axis=0)
        return [np.flatnonzero(row) for row in _unpacked(rows, self.near.shape[1])]

    def part(self, units: Sequence[int] | IntArray) -> TerritoryLaw:
        """Return the tables of some units."""
        count = self.near.shape[1]
        tables = [_unpacked(bits[units], count)[:, units] for bits in self.near]
        near = np.array(tables, dtype=np.bool_).reshape(len(tables), len(units), len(units))
        return TerritoryLaw(self.regimes, near, self.cap_kwp, self.limit_km)


def packed_law(law: GroupLaw, limits_km: dict[Regime, float]) -> PackedLaw:
    """Return the law of a territory, regimes under which nobody may share left out.

    Args:
        limits_km: by regime that has one.
    """
    used = [r for r in ORDER if r in law.near and any(bits >> law.sites for bits in law.near[r][: law.sites])]
    count = law.sites + len(law.owner)
    size = -(-count // 8)
    bits = [b"".join(row.to_bytes(size, "little") for row in law.near[regime]) for regime in used]
    near = np.frombuffer(b"".join(bits), dtype=np.uint8)
    return PackedLaw(
        regimes=tuple(used),
        near=near.reshape(len(used), count, size),
        cap_kwp=np.array([law.cap_kwp[regime] for regime in used]),
        limit_km=np.array([limits_km.get(regime, np.inf) for regime in used]),
    )


def _unpacked(rows: npt.NDArray[np.uint8], count: int) -> BoolArray:
    table: BoolArray = np.unpackbits(rows, axis=1, count=count, bitorder="little").astype(np.bool_)
    return table
