"""What makes a run repeatable: version, inputs, rates, seed."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from acc.result.result import Provenance
from acc.scenario import Scenario
from acc.version import VERSION
from scenarios.entry.folder.raw import inputs_of
from scenarios.operation.coefficient_files.write import key_files
from scenarios.operation.metering.meter import Metered
from scenarios.operation.store.digests import file_sha256


def files_used(scenario: Scenario, metered: Metered, folder: Path) -> Mapping[str, str]:
    """Return the sha256 of each file that an operation rests on, by name."""
    of_key = [path.relative_to(folder).as_posix() for path in key_files(scenario.key, folder)]
    names = (*inputs_of(folder), *scenario.files, *of_key)
    files = {name: file_sha256(folder / name) for name in names}
    return dict(sorted({**files, **metered.inputs}.items()))


def provenance(
    scenario: Scenario, metered: Metered, folder: Path, ran_on: date, warnings: tuple[str, ...]
) -> Provenance:
    """Provenance of a run: version, sha256 of every input, seed."""
    inputs = files_used(scenario, metered, folder)
    what: dict[str, object] = {
        "inputs": inputs,
        "variant": scenario.variant,
        "key": scenario.key.name,
        "version": VERSION,
    }
    if scenario.asked:
        what["asked"] = scenario.asked
    return Provenance(
        version=VERSION,
        inputs=inputs,
        digest=hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest(),
        ran_on=ran_on.isoformat(),
        seed=scenario.weather.seed,
        warnings=warnings,
    )
