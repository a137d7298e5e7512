"""What makes a run repeatable: version, inputs, rates, seed."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from acc.bills.rate_used import RateUsed
from acc.result.result import Provenance
from acc.scenario import Regime, Scenario
from acc.version import VERSION
from scenarios.entry.folder.raw import inputs_of
from scenarios.operation.coefficient_files.write import key_files
from scenarios.operation.metering.meter import Metered
from scenarios.operation.store.digests import file_sha256
from scenarios.rates.table import read_rates


def files_used(scenario: Scenario, metered: Metered, folder: Path) -> Mapping[str, str]:
    """Return the sha256 of each file that an operation rests on, by name."""
    of_key = [path.relative_to(folder).as_posix() for path in key_files(scenario.key, folder)]
    names = (*inputs_of(folder), *scenario.files, *of_key)
    files = {name: file_sha256(folder / name) for name in names}
    return dict(sorted({**files, **metered.inputs}.items()))


def provenance(
    scenario: Scenario, metered: Metered, folder: Path, ran_on: date, warnings: tuple[str, ...]
) -> Provenance:
    """Provenance that makes the run repeatable: version, sha256 of every input, seed, the grid of density."""
    inputs = files_used(scenario, metered, folder)
    what: dict[str, object] = {
        "inputs": inputs,
        "variant": scenario.variant,
        "key": scenario.key.name,
        "version": VERSION,
    }
    if scenario.questions:
        what["asked"] = scenario.questions
    return Provenance(
        version=VERSION,
        inputs=inputs,
        digest=hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest(),
        ran_on=ran_on.isoformat(),
        seed=scenario.weather.seed,
        rates=_density_rates(scenario),
        warnings=warnings,
    )


def _density_rates(scenario: Scenario) -> tuple[RateUsed, ...]:
    """Return the dated row of the grid of density classes, where the distance permitted depends on them."""
    if scenario.regime not in {Regime.KM_10, Regime.KM_20}:
        return ()
    rows = read_rates().rows("perimeter_density_grid")
    return tuple(row.used for row in rows if row.value == scenario.density_vintage)
