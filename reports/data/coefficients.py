"""Coefficient files as data: what was written, checked, and compared with what the grid operator returned."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from typing_extensions import TypedDict

from acc.grid_operator.coefficients import Lost
from acc.grid_operator.reconciliation import Gap, MeterGap, Silence
from acc.result.files import FileCheck, Reconciled, WrittenCoefficients
from reports.data.encode import Document, Keys, Picked, encode

LOST = Keys(Lost, "share=lost_share kwh=lost_kwh largest_kwh")

WRITTEN = Keys(WrittenCoefficients, "files lost notes", lost=LOST)

CHECKED = Keys(
    FileCheck,
    "file layout month step_count participant_count findings counts",
    month=(str | None, lambda check: f"{check.first_day:%Y-%m}" if check.first_day else None),
)

GAP = Keys(
    Gap,
    "id quantity=returned.quantity first_day=returned.first_day end_day=returned.end_day slot=returned.slot "
    "returned_kwh=returned.energy_kwh simulated_kwh gap_kwh tolerance_kwh is_rounding where=returned.where",
)


@dataclass(frozen=True, slots=True)
class NamedMeter:
    """Gaps of a meter, and its name."""

    name: str
    meter: MeterGap


@dataclass(frozen=True, slots=True)
class NamedSilence:
    """Days that a meter misses, and its name."""

    name: str
    meter: Silence


METER = Keys(
    NamedMeter,
    "id=meter.id name prm=meter.masked_prm quantity=meter.quantity returned_kwh=meter.returned_kwh "
    "simulated_kwh=meter.simulated_kwh gap_kwh=meter.gap_kwh worst=meter.worst",
    worst=GAP,
)

SILENCE = Keys(
    NamedSilence,
    "id=meter.id name prm=meter.masked_prm first_day=meter.first_day missing_days=meter.missing_days "
    "days=meter.days to_the_end=meter.to_the_end",
)

RECONCILED = Keys(
    Reconciled,
    "key meters gaps=reconciliation.gaps real_gaps=reconciliation.real_gaps silent "
    "problems=reconciliation.problems",
    gaps=GAP,
    real_gaps=GAP,
    meters=(
        list[Annotated[Picked, METER]],
        lambda own: [METER.record(NamedMeter(own.names[gap.id], gap)) for gap in own.reconciliation.by_meter],
    ),
    silent=(
        list[Annotated[Picked, SILENCE]],
        lambda own: [
            SILENCE.record(NamedSilence(own.names[gap.id], gap)) for gap in own.reconciliation.silent
        ],
    ),
)


class CheckedFiles(TypedDict):
    """Document of `acc coefficients check`."""

    files: list[Annotated[Picked, CHECKED]]


def written_document(written: WrittenCoefficients) -> Annotated[Document, WRITTEN]:
    """Document of the files that were written."""
    return WRITTEN.document(written)


def checked_document(checks: Sequence[FileCheck]) -> Annotated[Document, CheckedFiles]:
    """Document of the faults of each file."""
    return {"files": encode([CHECKED.record(check) for check in checks])}


def reconciled_document(reconciled: Reconciled) -> Annotated[Document, RECONCILED]:
    """Document of the gaps by meter."""
    return RECONCILED.document(reconciled)
