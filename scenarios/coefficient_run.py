"""The coefficient files of a folder: written for its key, checked against its meters."""

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from acc.coefficients import coefficients_of
from acc.storage import battery_sites
from scenarios.coefficient_check import check_file
from scenarios.coefficient_files import Form, Written, write_coefficients
from scenarios.load import load
from scenarios.run import Ground


def write_for(ground: Ground, folder: Path, form: Form, *, force: bool = False) -> Written:
    """Write the coefficients of a scenario's own key, one file a month (and a plant), into `folder`.

    Raises:
        InputError: participants without PRM, a file that is there already and not `force`.
    """
    scenario = ground.scenario
    participants, plants = scenario.participants, scenario.plants
    if scenario.battery is not None:
        store, source = battery_sites(scenario.battery)
        participants, plants = (*participants, store), (*plants, source)
    exact = coefficients_of(
        ground.whole,
        ground.key(scenario.key),
        [participant.id for participant in participants],
        [plant.id for plant in plants],
    )
    return write_coefficients(exact, ground.whole, participants, folder, form=form, force=force)


def check_documents(
    paths: tuple[Path, ...], operation: Path | None, first_day: date | None, decimals: int | None
) -> list[dict[str, Any]]:
    """Return what each file breaks; the meters and period of an operation are known when it is named.

    Raises:
        InputError: an operation folder that cannot be read.
    """
    scenario = load(operation) if operation else None
    prms = [p.prm for p in scenario.participants if p.prm] if scenario else []
    period = scenario.steps if scenario else None
    checks = [
        check_file(path, prms=prms, first_day=first_day, period=period, decimals=decimals) for path in paths
    ]
    return [
        {
            "file": check.file,
            "layout": str(check.layout.name) if check.layout else None,
            "month": f"{check.first_day:%Y-%m}" if check.first_day else None,
            "step_count": check.step_count,
            "participant_count": check.participant_count,
            "findings": [asdict(finding) for finding in check.findings],
            "counts": dict(check.counts),
        }
        for check in checks
    ]
