"""What is left of the loads once the plants behind a meter have served their hosts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from acc.arrays import BoolArray, FloatArray
from acc.exchange import Exchange, exchange_behind_meters
from acc.scenario import Scenario
from scenarios.metering.notes import MadeNotes


@dataclass(frozen=True, slots=True, eq=False)
class SiteLoads:
    """What the sites use, side by side, kWh (T, N), what is noted of each, and the files it was read from."""

    kwh: FloatArray
    kept: tuple[MadeNotes, ...]
    inputs: Mapping[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class UsedBehind:
    """The loads after own use.

    Attributes:
        inside: the exchange of the plants behind a meter alone.
        load_kwh: before own use, shape (T, N); None where no load moves, which would ask for it.
        kept, inputs: see `SiteLoads`.
    """

    inside: Exchange
    load_kwh: FloatArray | None
    kept: tuple[MadeNotes, ...]
    inputs: Mapping[str, str]


def used_behind(
    make: Callable[[], SiteLoads],
    output_kwh: FloatArray,
    behind: Sequence[int | None],
    scenario: Scenario,
) -> UsedBehind:
    """Return the loads that are made once each site has used its own production, in their own place.

    Args:
        output_kwh: what each plant makes, shape (T, M).
        behind: for each plant, the index of the participant behind whose meter it stands, or None.

    Raises:
        InputError: every curve that cannot be read or used.
    """
    hosts = [host for host in behind if host is not None]
    moves = bool(scenario.flexible)
    loads = make()
    own = output_kwh[:, _wired(behind)]
    inside = exchange_behind_meters(scenario.steps, loads.kwh, own, hosts, in_place=not moves)
    return UsedBehind(inside, loads.kwh if moves else None, loads.kept, loads.inputs)


def beside_network(inside: Exchange, output_kwh: FloatArray, behind: Sequence[int | None]) -> Exchange:
    """Return the exchange of all plants; one on the network changes nothing that is withdrawn."""
    wired = _wired(behind)
    injected, own_use = output_kwh.copy(), np.zeros_like(output_kwh)
    injected[:, wired], own_use[:, wired] = inside.production_kwh, inside.own_use_kwh
    return inside.injecting(injected, own_use)


def _wired(behind: Sequence[int | None]) -> BoolArray:
    return np.array([host is not None for host in behind], dtype=np.bool_)
