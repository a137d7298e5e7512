"""What of a scenario the meters, and what is shared, depend on: what has to be the same for the same kWh."""

import json
from collections.abc import Mapping, Set
from dataclasses import asdict, replace
from functools import lru_cache
from hashlib import sha256

import numpy as np

from acc.keys import KEYS
from acc.scenario import Scenario
from acc.sites import Participant
from scenarios.operation.store.store import Same

TOLD = ("questions", "notes", "doubted", "assumptions", "accepted", "words", "parties", "organiser")
"""Of a scenario, what is told of it and shares no kWh."""


def unpriced(scenario: Scenario) -> tuple[Participant, ...]:
    """Return the participants without what their suppliers ask: neither kWh nor places depend on it."""
    return _unpriced(Same(scenario.participants))


@lru_cache(maxsize=4)  # an answer asks several times, of the very same sites
def _unpriced(sites: Same[tuple[Participant, ...]]) -> tuple[Participant, ...]:
    return tuple(
        replace(site, contract=replace(site.contract, energy_eur_per_kwh={})) for site in sites.thing
    )


def loads_parts(scenario: Scenario) -> tuple[object, ...]:
    """Return all that the loads of a scenario depend on beside its files."""
    sky = [site.position for site in scenario.plants]
    return unpriced(scenario), sky, scenario.steps, scenario.weather, scenario.holes, scenario.on


def sharing_parts(scenario: Scenario) -> Mapping[str, object] | None:
    """Return all of a scenario that the kWh it shares depend on, as JSON tells it, beside its files.

    That is all but the local price, whether one is decided apart; None where a price moves these kWh.
    """
    rule = KEYS.get(scenario.key.name)
    if scenario.sharing and (rule is None or rule.reads_prices):
        return None
    known = scenario.prices.local_eur_per_kwh is not None
    prices = replace(scenario.prices, local_eur_per_kwh=1.0 if known else None)
    parts = asdict(replace(scenario, prices=prices))
    plain: dict[str, object] = json.loads(
        json.dumps({name: part for name, part in parts.items() if name not in TOLD}, default=_plain)
    )
    return plain


def _plain(value: object) -> object:
    if isinstance(value, np.ndarray):
        return sha256(np.ascontiguousarray(value).data).hexdigest()
    return sorted(map(str, value)) if isinstance(value, Set) else str(value)
