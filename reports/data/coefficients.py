"""Coefficient files as data: what the commands of `acc coefficients` print with `--json`."""

from collections.abc import Sequence
from dataclasses import asdict

from acc.grid_operator.reconciliation import Gap
from acc.result.files import FileCheck, Reconciled, WrittenCoefficients


def written_document(written: WrittenCoefficients) -> dict[str, object]:
    """Return the files that were written, and what rounding costs, kWh."""
    return {
        "files": list(written.files),
        "lost": asdict(written.lost),
        "notes": list(written.notes),
    }


def checks_document(checks: Sequence[FileCheck]) -> dict[str, object]:
    """Contents and failures of each file, in the given order, as data."""
    return {
        "files": [
            {
                "file": check.file,
                "layout": check.layout,
                "month": f"{check.first_day:%Y-%m}" if check.first_day else None,
                "step_count": check.step_count,
                "participant_count": check.participant_count,
                "findings": [asdict(finding) for finding in check.findings],
                "counts": dict(check.counts),
            }
            for check in checks
        ]
    }


def reconciliation_document(reconciled: Reconciled) -> dict[str, object]:
    """Return the gaps by meter, then one by one, kWh; PRM are masked."""
    outcome = reconciled.reconciliation
    return {
        "key": reconciled.key,
        "meters": [
            {
                "id": total.id,
                "name": reconciled.names[total.id],
                "prm": total.masked_prm,
                "quantity": str(total.quantity),
                "returned_kwh": total.returned_kwh,
                "simulated_kwh": total.simulated_kwh,
                "gap_kwh": total.gap_kwh,
                "worst": _gap(total.worst),
            }
            for total in outcome.by_meter
        ],
        "gaps": [_gap(gap) for gap in outcome.gaps],
        "real_gaps": [_gap(gap) for gap in outcome.real_gaps],
        "silent": [
            {
                "id": meter.id,
                "name": reconciled.names[meter.id],
                "prm": meter.masked_prm,
                "first_day": meter.first_day.isoformat(),
                "missing_days": meter.missing_days,
                "days": meter.days,
                "to_the_end": meter.to_the_end,
            }
            for meter in outcome.silent
        ],
        "problems": [asdict(problem) for problem in outcome.problems],
    }


def _gap(gap: Gap) -> dict[str, object]:
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
        "tolerance_kwh": gap.tolerance_kwh,
        "is_rounding": gap.is_rounding,
        "where": value.where,
    }
