"""The whole chain in a screenful: folder -> scenario -> exchange -> allocation -> indicators -> result."""

import hashlib
import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from acc.checks import checks
from acc.indicators import energy
from acc.keys import KeyContext, build_key
from acc.result import KeyOutcome, Provenance, Result
from acc.scenario import KeyChoice, Scenario
from acc.settle import settle
from acc.version import VERSION
from scenarios.cache import Cache, file_sha256
from scenarios.exchange import Metered, Progress, meter
from scenarios.geography import members_of
from scenarios.load import load
from scenarios.rates import read_rates
from scenarios.rules import perimeter_rules
from scenarios.source import OPERATION, PARTICIPANTS, PLANTS

CACHE = Path("out") / ".cache"


def run(
    folder: Path,
    *,
    ran_on: date,
    variant: str | None = None,
    key: str | None = None,
    others: Iterable[str] = (),
    use_cache: bool = True,
    progress: Progress = lambda _text: None,
) -> Result:
    """Return the result of an operation folder, and of `others` keys on the same exchange.

    Raises:
        InputError: every fault of the folder, its curves and its key.
    """
    scenario = load(folder, variant=variant, key=key)
    metered = meter(scenario, folder, Cache(folder / CACHE if use_cache else None), progress)
    return result_of(scenario, metered, folder, ran_on=ran_on, others=others)


def result_of(
    scenario: Scenario, metered: Metered, folder: Path, *, ran_on: date, others: Iterable[str] = ()
) -> Result:
    """Return the result of a scenario whose meters are known; see `run`."""
    members = members_of(scenario.participants, scenario.plants)
    chosen = outcome(scenario, metered, scenario.key)
    return Result(
        scenario=scenario,
        exchange=metered.exchange,
        allocation=chosen.allocation,
        energy=chosen.energy,
        checks=checks(members, scenario.regime, perimeter_rules(read_rates(), scenario.on)),
        quality=metered.quality,
        weather=metered.weather,
        provenance=provenance(scenario, metered, folder, ran_on),
        others={
            name: outcome(scenario, metered, KeyChoice(name=name))
            for name in others
            if name != scenario.key.name
        },
    )


def outcome(scenario: Scenario, metered: Metered, choice: KeyChoice) -> KeyOutcome:
    """Return what a key makes of the exchange."""
    context = KeyContext(
        scenario.participants,
        scenario.plants,
        metered.exchange.consumption_kwh.sum(axis=0),
        inactive_ids=scenario.inactive_ids,
    )
    allocation = settle(metered.exchange, build_key(choice.name, choice.parameters, context))
    return KeyOutcome(name=choice.name, allocation=allocation, energy=energy(metered.exchange, allocation))


def provenance(scenario: Scenario, metered: Metered, folder: Path, ran_on: date) -> Provenance:
    """Return what makes the run repeatable: version, sha256 of every input, seed."""
    files = {name: file_sha256(folder / name) for name in (OPERATION, PARTICIPANTS, PLANTS)}
    inputs = dict(sorted({**files, **metered.inputs}.items()))
    what = {"inputs": inputs, "variant": scenario.variant, "key": scenario.key.name, "version": VERSION}
    return Provenance(
        version=VERSION,
        inputs=inputs,
        digest=hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest(),
        ran_on=ran_on.isoformat(),
        seed=scenario.weather.seed,
        warnings=(*scenario.notes, *metered.warnings),
    )
