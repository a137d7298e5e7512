"""What comes back from the network operator, in three forms."""

import json
from datetime import date
from pathlib import Path

import pytest

from acc.grid_operator.reconciliation import OperatorEnergy, Returned
from acc.problem import InputError
from scenarios.operation.coefficient_files.operator_returns import read_returned

PRM = "30000000000001"

R15 = """<?xml version='1.0' encoding='UTF-8'?>
<R15><PRM><Id_PRM>30000000000001</Id_PRM><Donnees_Releve>
  <Id_Releve>77</Id_Releve>
  <Date_Releve>2024-07-30T00:01:00+02:00</Date_Releve>
  <Date_Releve_Precedent>2024-07-01T00:00:00+02:00</Date_Releve_Precedent>
  <Autoconsommation_Collective>1</Autoconsommation_Collective>
  {registers}
  <Classe_Temporelle><Id_Classe_Temporelle>BASE</Id_Classe_Temporelle><Classe_Mesure>3</Classe_Mesure>
    <Unite_Mesure>kWh</Unite_Mesure><Valeur>999</Valeur></Classe_Temporelle>
</Donnees_Releve></PRM></R15>"""


def register(kind: str, value: str, name: str = "BASE", unit: str = "kWh") -> str:
    return (
        f"<Classe_Temporelle_Distributeur><Id_Classe_Temporelle>{name}</Id_Classe_Temporelle>"
        f"<Classe_Mesure>{kind}</Classe_Mesure><Unite_Mesure>{unit}</Unite_Mesure><Valeur>{value}</Valeur>"
        "</Classe_Temporelle_Distributeur>"
    )


def read(folder: Path, text: str, name: str = "retour") -> tuple[Returned, ...]:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return read_returned(path)


def refused(folder: Path, text: str) -> list[str]:
    with pytest.raises(InputError) as fault:
        read(folder, text)
    return [str(problem) for problem in fault.value.problems]


def test_a_plain_csv_by_day(tmp_path: Path) -> None:
    text = f"prm;jour;cons;autocons;complement\n{PRM};2025-01-01;1 234,5;200;1034,5\n{PRM};2025-01-02;10;;\n"
    found = read(tmp_path, text)
    assert [(v.quantity, v.first_day.isoformat(), v.energy_kwh) for v in found] == [
        (OperatorEnergy.CONS, "2025-01-01", 1234.5),
        (OperatorEnergy.AUTOCONS, "2025-01-01", 200.0),
        (OperatorEnergy.COMPLEMENT, "2025-01-01", 1034.5),
        (OperatorEnergy.CONS, "2025-01-02", 10.0),
    ]
    assert found[3].where == "retour, line 3"


def test_steps_that_end_at_midnight_belong_to_the_day_before(tmp_path: Path) -> None:
    text = "prm,horodate_fin_utc,prod,classe\n" + "\n".join(
        f"{PRM},2025-06-01T{clock}:00Z,1,HPB" for clock in ("21:45", "22:00", "22:15")
    )
    found = read(tmp_path, text)
    # 22:00 UTC is midnight in Paris in summer.
    assert [(v.first_day, v.energy_kwh, v.slot) for v in found] == [
        (date(2025, 6, 1), 2.0, "hpb"),
        (date(2025, 6, 2), 1.0, "hpb"),
    ]


def test_every_fault_of_a_csv_has_its_line(tmp_path: Path) -> None:
    assert "columns prm, jour" in refused(tmp_path, "a;b\n1;2\n")[0]
    found = refused(tmp_path, f"prm;jour;cons\n{PRM};1er janvier;1\n{PRM};2025-01-02;beaucoup\n")
    assert found == [
        "retour, line 2: no day (AAAA-MM-JJ) or moment (2025-01-01T00:15:00Z) from 1990 to 2100",
        "retour, line 3, cons: “beaucoup” is not a number of kWh",
    ]


def test_the_registers_of_r15_are_told_apart(tmp_path: Path) -> None:
    registers = "".join(
        [
            register("1", "10160"),
            register("3", "500"),
            register("4", "400"),
            register("5", "70", "HP"),
            register("5", "30000", "HC", "Wh"),
            register("6", "50"),
        ]
    )
    found = read(tmp_path, R15.format(registers=registers))
    assert [(v.quantity, v.energy_kwh, v.slot) for v in found] == [
        (OperatorEnergy.AUTOCONS, 500.0, ""),
        (OperatorEnergy.COMPLEMENT, 400.0, ""),
        (OperatorEnergy.AUTOCONS, 70.0, "hp"),
        (OperatorEnergy.AUTOCONS, 30.0, "hc"),
        (OperatorEnergy.SURPLUS, 50.0, ""),
    ]
    assert {(v.prm, v.first_day, v.end_day) for v in found} == {(PRM, date(2024, 7, 1), date(2024, 7, 30))}
    assert found[0].resolution_kwh == 1.0


def test_an_r15_that_cannot_be_understood_is_said_with_its_reading(tmp_path: Path) -> None:
    (fault,) = refused(tmp_path, R15.format(registers=register("3", "beaucoup")))
    assert "•••• 0001, 77: a register without a value in kWh: beaucoup kWh" in fault
    assert PRM not in fault
    (fault,) = refused(tmp_path, R15.format(registers=register("3", "1")).replace("2024-07-01T", "juillet "))
    assert "no dates of the reading" in fault
    (fault,) = refused(tmp_path, "<R15><PRM>")
    assert "not a readable XML" in fault
    (fault,) = refused(tmp_path, R15.format(registers=""))
    assert "no energy of a collective operation" in fault


def test_an_xml_that_would_open_other_files_is_refused(tmp_path: Path) -> None:
    trap = '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]><R15>&x;</R15>'
    assert "not a readable XML" in refused(tmp_path, trap)[0]


def interface(**changes: object) -> dict[str, object]:
    return {
        "cons_id": PRM,
        "startDate": "2025-12-31T23:00:00Z",
        "endDate": "2026-01-31T23:00:00Z",
        "unit": "Wh",
        "quantities": [
            {"type": "autocons", "calendar_type": "DISTRIB", "quantities": [{"name": "HPH", "value": 1500}]},
            {"type": "complement", "quantities": [{"name": "P", "value": 2}, {"name": "HCH", "value": "3"}]},
        ],
    } | changes


def test_the_interface_gives_energies_by_class_of_hours(tmp_path: Path) -> None:
    found = read(tmp_path, json.dumps(interface()))
    assert [(v.quantity, v.slot, v.energy_kwh) for v in found] == [
        (OperatorEnergy.AUTOCONS, "hph", 1.5),
        (OperatorEnergy.COMPLEMENT, "pointe", 0.002),
        (OperatorEnergy.COMPLEMENT, "hch", 0.003),
    ]
    assert (found[0].first_day, found[0].end_day) == (date(2026, 1, 1), date(2026, 2, 1))
    assert len(read(tmp_path, json.dumps([interface(), interface(unit="kWh")]))) == 6


def test_an_answer_of_the_interface_that_lacks_something_says_what(tmp_path: Path) -> None:
    assert "unit (Wh or kWh)" in refused(tmp_path, json.dumps(interface(unit=None)))[0]
    other = interface(
        quantities=[{"type": "stock", "quantities": []}, {"type": "cons", "quantities": [{"value": "x"}]}]
    )
    found = refused(tmp_path, json.dumps(other))
    assert "unknown energy stock" in found[0]
    assert "“x” is not a number of kWh" in found[1]
    assert "an object is expected" in refused(tmp_path, "[3]")[0]
    assert "not a readable JSON" in refused(tmp_path, "{")[0]
    assert "no energy" in refused(tmp_path, json.dumps(interface(quantities="none")))[0]
