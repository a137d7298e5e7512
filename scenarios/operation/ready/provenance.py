"""What makes a run repeatable: version, inputs, rates, seed."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from acc.accounts.values import Money
from acc.bills.tariffs import RateUsed
from acc.indicators import Energy
from acc.legal.case import LegalCase
from acc.result.result import Provenance
from acc.rules.all_checks import checks
from acc.rules.check import Check, OperationStatus, status_of
from acc.scenario import Regime, Scenario
from acc.version import VERSION
from scenarios.entry.folder.raw import inputs_of
from scenarios.entry.folder.sections import checked_members
from scenarios.operation.coefficient_files.write import key_files
from scenarios.operation.metering.meter import Metered
from scenarios.operation.store.store import file_sha256
from scenarios.rates.table import DISPENSE, GRANT, PROCUREMENT, legal_figure, perimeter_rules, read_rates


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


def perimeter_checks(scenario: Scenario) -> tuple[Check, ...]:
    """Checks of the perimeter rules on an operation."""
    return checks(checked_members(scenario), scenario.regime, perimeter_rules(read_rates(), scenario.on))


def legal_case(scenario: Scenario, energy: Energy, money: Money | None) -> LegalCase:
    """Case for the checks of contracts and money under a key."""
    rates, on = read_rates(), scenario.on
    return LegalCase(
        scenario=scenario,
        energy=energy,
        money=money,
        procurement=legal_figure(rates, PROCUREMENT, on),
        dispense=legal_figure(rates, DISPENSE, on),
        grant=legal_figure(rates, GRANT, on),
    )


def operation_status(scenario: Scenario, money: Money | None) -> OperationStatus:
    """Status of an operation: its rules, and costs left out of its euros."""
    left_out = (*(money.costs_left_out if money is not None else ()), *scenario.left_out)
    return status_of(perimeter_checks(scenario), fictitious=scenario.fictitious, costs_left_out=left_out)
