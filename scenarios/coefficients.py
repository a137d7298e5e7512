"""The coefficient files of a folder: written for its key, checked against its meters, and what came back."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from gettext import gettext as _
from pathlib import Path
from typing import Any

from acc.arrays import IntArray
from acc.bills.tariff_slots import slot_index
from acc.devices.battery import battery_sites
from acc.grid_operator.coefficients import coefficients_of
from acc.grid_operator.reconciliation import Gap, Reconciliation, Returned, meters_of, reconcile
from acc.problem import InputError, Problem
from acc.scenario import Scenario
from acc.settle import settle
from acc.sites import Participant, Plant, masked_prm
from scenarios.coefficient_files.check import check_file
from scenarios.coefficient_files.operator_returns import read_returned
from scenarios.coefficient_files.write import Form, Written, write_coefficients
from scenarios.folder.load import load
from scenarios.folder.raw import OPERATION, PARTICIPANTS
from scenarios.operation.operation import Operation


def write_for(operation: Operation, folder: Path, form: Form, *, force: bool = False) -> Written:
    """Write the coefficients of a scenario's own key, one file a month (and a plant), into `folder`.

    Raises:
        InputError: participants or a battery without PRM, a file that is there already and not `force`.
    """
    scenario = operation.scenario
    if scenario.battery is not None and scenario.battery.prm_charge is None:
        message = _("no PRM: a coefficient file needs the 14 digits of the meter that charges the battery")
        raise InputError([Problem(f"{OPERATION}, [battery] prm_charge", message)])
    participants, plants = _sites(scenario)
    exact = coefficients_of(
        operation.whole,
        operation.key(scenario.key),
        [participant.id for participant in participants],
        [plant.id for plant in plants],
    )
    return write_coefficients(exact, operation.whole, participants, folder, form=form, force=force)


def check_documents(
    paths: tuple[Path, ...], operation: Path | None, first_day: date | None, decimals: int | None
) -> list[dict[str, Any]]:
    """Return what each file breaks; the meters and period of an operation are known when it is named.

    Raises:
        InputError: an operation folder that cannot be read.
    """
    scenario = load(operation) if operation else None
    prms = [site.prm for site in _sites(scenario)[0] if site.prm] if scenario else []
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


def reconcile_for(operation: Operation, paths: Sequence[Path]) -> Reconciliation:
    """Return the gaps between what was returned, in `paths`, and a scenario under its own key.

    Raises:
        InputError: every value of every file that cannot be understood, or no PRM to match them with.
    """
    participants, plants = _sites(operation.scenario)
    returned = _returned(paths)
    meters = meters_of(
        operation.whole,
        settle(operation.whole, operation.key(operation.scenario.key)),
        [(site.id, site.prm) for site in participants],
        [(site.id, site.prm) for site in plants],
        _known_slots(operation, len(participants)),
    )
    if not meters:
        message = _("no site has a PRM: fill in the column `prm` of participants.csv and plants.csv")
        raise InputError([Problem(PARTICIPANTS, message)])
    return reconcile(returned, meters, operation.whole.steps)


def reconciliation_document(operation: Operation, found: Reconciliation) -> dict[str, Any]:
    """Return what `--json` prints of a reconciliation; PRM are masked."""
    participants, plants = _sites(operation.scenario)
    names = {site.id: site.name for site in (*plants, *participants)}
    return {
        "key": operation.scenario.key.name,
        "meters": [
            {
                "id": total.id,
                "name": names[total.id],
                "prm": masked_prm(total.worst.returned.prm),
                "quantity": str(total.quantity),
                "returned_kwh": total.returned_kwh,
                "simulated_kwh": total.simulated_kwh,
                "gap_kwh": total.gap_kwh,
                "worst": _gap_document(total.worst),
            }
            for total in found.by_meter
        ],
        "gaps": [_gap_document(gap) for gap in found.gaps],
        "real_gaps": [_gap_document(gap) for gap in found.real_gaps],
        "problems": [asdict(problem) for problem in found.problems],
    }


def _gap_document(gap: Gap) -> dict[str, Any]:
    value = gap.returned
    return {
        "id": gap.id,
        "quantity": str(value.quantity),
        "first_day": value.first_day.isoformat(),
        "end_day": value.end_day.isoformat(),
        "slot": value.slot,
        "returned_kwh": value.kwh,
        "simulated_kwh": gap.simulated_kwh,
        "gap_kwh": gap.gap_kwh,
        "is_rounding": gap.is_rounding,
        "where": value.where,
    }


def _sites(scenario: Scenario) -> tuple[tuple[Participant, ...], tuple[Plant, ...]]:
    """Return the columns of what is shared: the battery, where there is one, stands last in both."""
    if scenario.battery is None:
        return scenario.participants, scenario.plants
    store, source = battery_sites(scenario.battery)
    return (*scenario.participants, store), (*scenario.plants, source)


def _returned(paths: Sequence[Path]) -> list[Returned]:
    values: list[Returned] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            values.extend(read_returned(path))
        except InputError as fault:
            problems.extend(fault.problems)
    if problems:
        raise InputError(problems)
    return values


def _known_slots(operation: Operation, count: int) -> list[IntArray | None]:
    """Return the tariff slot of each step, for the participants whose hours are given; nothing is assumed."""
    slots: list[IntArray | None] = [None] * count
    if operation.tariffs is None:
        return slots
    for n, (member, tariff) in enumerate(
        zip(operation.scenario.participants, operation.tariffs.members, strict=True)
    ):
        contract, clock = member.contract, tariff.clock
        if contract.off_peak_hours and (contract.peak_hours or not clock.hta):
            slots[n] = slot_index(operation.whole.steps, clock)
    return slots
