"""What is left of the loads once the plants behind a meter have served their hosts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from acc.arrays import BoolArray, FloatArray, IntArray
from acc.exchange import Exchange, exchange_behind_meters
from acc.scenario import Scenario
from scenarios.operation.metering.kept_meters import MadeNotes


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
    own_kwh: FloatArray,
    behind: Sequence[int | None],
    scenario: Scenario,
) -> UsedBehind:
    """Return the loads that are made once each site has used its own production, in their own place.

    Args:
        own_kwh: what each plant behind a meter makes, one column each.
        behind: for each plant, the index of the participant behind whose meter it stands, or None.

    Raises:
        InputError: every curve that cannot be read or used.
    """
    hosts = [host for host in behind if host is not None]
    moves = bool(scenario.flexible)
    loads = make()
    inside = exchange_behind_meters(scenario.steps, loads.kwh, own_kwh, hosts, in_place=not moves)
    return UsedBehind(inside, loads.kwh if moves else None, loads.kept, loads.inputs)


def with_network_plants(inside: Exchange, output_kwh: FloatArray, behind: Sequence[int | None]) -> Exchange:
    """Return the exchange of all plants; one on the network changes nothing that is withdrawn.

    Args:
        output_kwh: what each plant makes, shape (T, M); what it injects is written in its place.
    """
    own, own_use = wired(behind), np.zeros(output_kwh.shape)
    output_kwh[:, own], own_use[:, own] = inside.production_kwh, inside.own_use_kwh
    return inside.injecting(output_kwh, own_use)


def wired(behind: Sequence[int | None]) -> BoolArray:
    """Return whether each plant stands behind a meter, shape (M,)."""
    return np.array([host is not None for host in behind], dtype=np.bool_)


def site_load_kwh(exchange: Exchange, behind: IntArray) -> FloatArray:
    """Consumption of each site, own use included, (T, N), kWh; read only."""
    load = exchange.consumption_kwh
    if (behind >= 0).any():
        load = load.copy()
    for plant, host in enumerate(behind):
        if host >= 0:
            load[:, host] += exchange.own_use_kwh[:, plant]
    return load


def behind_of(scenario: Scenario) -> IntArray:
    """Index of the participant that hosts each plant, -1 for none, (M,)."""
    place = {participant.id: n for n, participant in enumerate(scenario.participants)}
    return np.array([place.get(plant.behind or "", -1) for plant in scenario.plants], dtype=np.int64)


def hosts_of(scenario: Scenario) -> list[int | None]:
    """Return the same, None for none, as `exchange_behind_meters` takes it."""
    return [None if host < 0 else host for host in behind_of(scenario).tolist()]
