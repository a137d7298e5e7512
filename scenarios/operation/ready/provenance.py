"""What makes a run repeatable: version, inputs, rates, seed."""

import hashlib
import json
from datetime import date
from pathlib import Path

from acc.result.result import Provenance
from acc.scenario import Scenario
from acc.version import VERSION
from scenarios.entry.folder.raw import inputs_of
from scenarios.operation.coefficient_files.write import key_files
from scenarios.operation.metering.meter import Metered
from scenarios.operation.store.digests import file_sha256


def provenance(
    scenario: Scenario, metered: Metered, folder: Path, ran_on: date, warnings: tuple[str, ...]
) -> Provenance:
    """Return what makes the run repeatable: version, sha256 of every input, seed."""
    of_key = [path.relative_to(folder).as_posix() for path in key_files(scenario.key, folder)]
    names = (*inputs_of(folder), *scenario.files, *of_key)
    files = {name: file_sha256(folder / name) for name in names}
    inputs = dict(sorted({**files, **metered.inputs}.items()))
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
