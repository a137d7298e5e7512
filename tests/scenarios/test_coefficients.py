"""What was returned, compared with a folder: gaps by meter and day, PRM masked, problems named."""

from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from acc.grid_operator.reconciliation import OperatorEnergy
from acc.problem import InputError
from reports.data.coefficients import checked_document, reconciled_document
from scenarios import coefficients
from scenarios.coefficients import check_files, reconcile_for, write_for
from scenarios.operation.coefficient_files.write import FileForm
from scenarios.operation.ready.operation import open_operation
from tests.scenarios.folder.test_battery_and_loads import BATTERY, FLEXIBLE, PLANTS, write

HEAD = "prm;jour;cons;autocons;complement;prod;surplus\n"
METERS = BATTERY + 'prm_charge = "30000000000008"\nprm_discharge = "30000000000009"\n'
RETURNED = HEAD + (
    "30000000000002;2025-06-02;2;0,405;1,595;;\n"
    "30000000000007;2025-06-02;;0,5;;2;1,5\n"
    "30000000000008;2025-06-02;0,5;0,5;0;;\n"
    "30000000000009;2025-06-02;;0,405;;0,405;0\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = write(tmp_path / "op", METERS)
    plants = PLANTS.replace("kwp;", "kwp;prm;").replace(";3;", ";3;30000000000007;")
    (folder / "plants.csv").write_text(plants, encoding="utf-8")
    return folder


def test_a_producer_and_a_battery_are_matched_by_their_prm(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "retours.csv"
    file.write_text(RETURNED, encoding="utf-8")
    operation, _metered = open_operation(folder)
    found = reconcile_for(operation, [file]).reconciliation
    assert found.problems == ()
    assert found.real_gaps == ()
    assert {(total.id, total.quantity) for total in found.by_meter} >= {
        ("atelier", OperatorEnergy.AUTOCONS),
        ("toit", OperatorEnergy.SURPLUS),
        ("bat", OperatorEnergy.CONS),
        ("bat", OperatorEnergy.PROD),
    }


def test_the_two_meters_of_a_battery_are_kept_apart(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "retours.csv"
    file.write_text(RETURNED, encoding="utf-8")
    operation, _metered = open_operation(folder)
    found = reconcile_for(operation, [file]).reconciliation
    local = {
        meter.masked_prm[-4:]: meter.returned_kwh
        for meter in found.by_meter
        if meter.id == "bat" and meter.quantity is OperatorEnergy.AUTOCONS
    }
    assert local == {"0008": 0.5, "0009": 0.405}


def test_the_coefficients_of_a_battery_are_written_and_checked(folder: Path, tmp_path: Path) -> None:
    operation, _metered = open_operation(folder)
    (name,) = write_for(operation, tmp_path / "cles", FileForm()).files
    file = Path(name)
    # The battery takes 0.5 of the 2 kWh of noon, whose step ends at 11:00 UTC.
    assert "30000000000008;2025-06-02T11:00:00Z;0.250000" in file.read_text(encoding="utf-8")
    (checked,) = check_files((file,), folder, None, None)
    assert checked.faults == ()
    assert checked_document((checked,))["files"] == [
        {
            "file": file.name,
            "layout": "documented",
            "month": "2025-06",
            "step_count": checked.step_count,
            "participant_count": 3,
            "findings": [asdict(finding) for finding in checked.findings],
            "counts": {finding.rule: 1 for finding in checked.findings},
        }
    ]


def test_a_gap_is_named_with_its_day_and_no_prm_is_shown(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "retours.csv"
    unknown = "30000000000099;2025-06-02;1;;;;\n"
    file.write_text(RETURNED.replace("2;0,405;1,595", "2;0,105;1,895") + unknown, encoding="utf-8")
    operation, _metered = open_operation(folder)
    document: Any = reconciled_document(reconcile_for(operation, [file]))
    assert {(gap["id"], gap["first_day"], round(gap["gap_kwh"], 9)) for gap in document["real_gaps"]} == {
        ("atelier", "2025-06-02", -0.3),
        ("atelier", "2025-06-02", 0.3),
    }
    (problem,) = document["problems"]
    assert "0099" in problem["message"]
    shown = str(document)
    assert not any(f"300000000000{number:02}" in shown for number in (2, 7, 8, 9, 99))


def test_faults_of_every_file_are_said_at_once(folder: Path, tmp_path: Path) -> None:
    operation, _metered = open_operation(folder)
    for name in ("un.csv", "deux.csv"):
        (tmp_path / name).write_text("a;b\n1;2\n", encoding="utf-8")
    with pytest.raises(InputError) as fault:
        reconcile_for(operation, [tmp_path / "un.csv", tmp_path / "deux.csv"])
    assert len(fault.value.problems) == 2


def test_a_folder_without_meters_says_where_to_write_them(tmp_path: Path) -> None:
    folder = write(tmp_path / "op", FLEXIBLE)
    table = (folder / "participants.csv").read_text(encoding="utf-8")
    table = table.replace("30000000000001", "").replace("30000000000002", "")
    (folder / "participants.csv").write_text(table, encoding="utf-8")
    file = tmp_path / "retours.csv"
    file.write_text(RETURNED, encoding="utf-8")
    with pytest.raises(InputError, match="no site has a PRM"):
        reconcile_for(open_operation(folder)[0], [file])


@pytest.mark.parametrize(
    ("off_peak", "peak", "hta", "known"),
    [
        ("22:00-06:00", "", False, True),
        ("22:00-06:00", "", True, False),  # its peak hours are not known
        ("22:00-06:00", "09:00-11:00", True, True),
        ("", "09:00-11:00", True, False),
        ("", "", False, False),
    ],
)
def test_the_slots_of_a_participant_are_known_where_all_its_hours_are_given(
    off_peak: str, peak: str, hta: bool, known: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coefficients, "slot_index", lambda steps, clock: (steps, clock))
    contract = SimpleNamespace(off_peak_winter_hours=None, off_peak_hours=off_peak, peak_hours=peak)
    clock = SimpleNamespace(hta=hta)
    operation: Any = SimpleNamespace(
        scenario=SimpleNamespace(participants=[SimpleNamespace(contract=contract)]),
        tariffs=SimpleNamespace(members=[SimpleNamespace(clock=clock)]),
        stored_exchange=SimpleNamespace(steps="steps"),
    )
    assert coefficients._known_slots(operation, 1) == [("steps", clock) if known else None]
    operation.tariffs = None
    assert coefficients._known_slots(operation, 2) == [None, None]
