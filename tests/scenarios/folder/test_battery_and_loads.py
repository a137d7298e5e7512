"""A battery and flexible loads, from the folder to the sums: by hand, by their laws, and their faults."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from acc.indicators import energy
from acc.problem import InputError
from acc.result.result import Result
from acc.scenario import Battery
from acc.settle import settle
from scenarios.entry.columns.toml_text import toml_line
from scenarios.entry.folder.load import load
from scenarios.entry.folder.sections import battery_warnings, checked_members, left_out
from scenarios.operation.ready.operation import open_operation
from scenarios.run import run
from scenarios.studies.size.run import general_notes
from scenarios.studies.size.settings import SizeChoice

RELATIVE = 1e-9

DAY = """
[operation]
name = "Un jour"
start = 2025-06-02
end = 2025-06-03
step_minutes = 60
rates_on = 2026-09-01

[keys.priority]
ranks = [["mairie"], ["atelier"]]
[keys.weighted]
weights = { mairie = 1, atelier = 2 }
"""
BATTERY = """
[battery]
id = "bat"
energy_kwh = 10
power_kw = 0.5
round_trip_ratio = 0.81
latitude = 44.856
longitude = 0.402
"""
FLEXIBLE = """
[[flexible]]
participant = "atelier"
daily_kwh = 1.5
power_kw = 1
usual = "20:00-24:00"
"""
PARTICIPANTS = """id;name;kind;prm;latitude;longitude;curve
mairie;Mairie;commune;30000000000001;44.8561;0.4011;jour.csv#mairie
atelier;Atelier;company;30000000000002;44.8575;0.4048;jour.csv#atelier
"""
PLANTS = """id;name;owner;latitude;longitude;kwp;curve
toit;Toit;mairie;44.8575;0.4048;3;jour.csv#toit
"""
MORNING, SUN_HOUR, EVENING = 6, 12, (20, 21)


def write(folder: Path, *sections: str) -> Path:
    """Write a day: 2 kWh of sun at noon; 1 kWh used at 6:00 (mairie), at 20:00 and at 21:00 (atelier)."""
    rows = ["time,mairie_kwh,atelier_kwh,toit_kwh"]
    for hour in range(24):
        values = f"{1 if hour == MORNING else 0},{1 if hour in EVENING else 0},{2 if hour == SUN_HOUR else 0}"
        rows.append(f"2025-06-02T{hour:02}:00:00+02:00,{values}")
    (folder / "curves").mkdir(parents=True, exist_ok=True)
    (folder / "curves" / "jour.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (folder / "operation.toml").write_text(DAY + "".join(sections), encoding="utf-8")
    (folder / "participants.csv").write_text(PARTICIPANTS, encoding="utf-8")
    (folder / "plants.csv").write_text(PLANTS, encoding="utf-8")
    return folder


def result_of(folder: Path, **choice: str | None) -> Result:
    return run(folder, ran_on=date(2025, 7, 1), **choice)  # type: ignore[arg-type]


def faults(folder: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        load(folder)
    return [str(problem) for problem in caught.value.problems]


def test_a_battery_by_hand(tmp_path: Path) -> None:
    # Charged 0.5 kWh at noon (its power), 0.45 in it (0.9 one way), 0.405 given back at 20:00.
    found = result_of(write(tmp_path, BATTERY))
    used = found.storage
    assert used is not None
    assert (used.charge_kwh, used.discharge_kwh, used.lost_kwh) == pytest.approx((0.5, 0.405, 0.095))
    assert (used.start_kwh, used.end_kwh, used.unused_kwh) == pytest.approx((0.0, 0.0, 0.0))
    assert found.energy.received_kwh == pytest.approx([0.0, 0.405])
    assert found.energy.surplus_kwh == pytest.approx([1.5])
    assert found.energy.autoconsommation_ratio == pytest.approx(0.405 / 2.0)
    assert found.energy.autoproduction_ratio == pytest.approx(0.405 / 3.0)
    assert float(used.without.received_kwh.sum()) == 0.0
    assert found.allocation.received_kwh[EVENING[0]] == pytest.approx([0.0, 0.405])


def test_a_flexible_load_by_hand(tmp_path: Path) -> None:
    # 1.5 of the 2 kWh of the evening can move; under 1 kW, one of them finds the sun of noon.
    found = result_of(write(tmp_path, FLEXIBLE))
    assert found.shift is not None
    assert found.shift.loads == (("atelier", pytest.approx(1.5), pytest.approx(1.0)),)
    assert found.energy.received_kwh == pytest.approx([0.0, 1.0])
    assert found.energy.consumption_kwh == pytest.approx([1.0, 2.0])
    assert float(found.shift.without.received_kwh.sum()) == 0.0


@pytest.mark.parametrize("key", ["prorata", "static", "equal", "priority", "weighted", "catch-up"])
def test_energy_is_balanced_under_each_key_with_both(tmp_path: Path, key: str) -> None:
    found = result_of(write(tmp_path, BATTERY, FLEXIBLE), key=key)
    sums, used = found.energy, found.storage
    assert used is not None
    given = float(sums.received_kwh.sum() + sums.surplus_kwh.sum()) + used.charge_kwh + used.unused_kwh
    assert float(sums.production_kwh.sum()) + used.discharge_kwh == pytest.approx(given, rel=RELATIVE)
    held = used.start_kwh + used.charge_kwh - used.discharge_kwh - used.lost_kwh
    assert held == pytest.approx(used.end_kwh, abs=RELATIVE)
    assert (sums.received_kwh <= sums.consumption_kwh + RELATIVE).all()


def test_nothing_changes_without_them(tmp_path: Path) -> None:
    plain = result_of(write(tmp_path / "plain"))
    variant = '[[variants]]\nname = "rien"\n"battery.active" = false\n"flexible" = []\n'
    off = result_of(write(tmp_path / "off", BATTERY, FLEXIBLE, variant), variant="rien")
    assert off.storage is None
    assert off.shift is None
    for name in ("received_kwh", "surplus_kwh"):
        assert np.array_equal(getattr(off.allocation, name), getattr(plain.allocation, name))
    operation, metered = open_operation(tmp_path / "plain")
    assert operation.stored_exchange is operation.exchange is metered.exchange
    alone = settle(metered.exchange, operation.key(operation.scenario.key))
    assert np.array_equal(energy(metered.exchange, alone).received_kwh, plain.energy.received_kwh)


def test_each_euro_of_a_member_goes_to_someone_with_a_battery(tmp_path: Path) -> None:
    prices = "[prices]\nlocal_eur_per_mwh = 100\nsurplus = 20.0\n"
    folder = write(tmp_path, BATTERY, prices)
    table = PARTICIPANTS.replace(";curve\n", ";curve;supply_eur_per_mwh\n")
    table = table.replace("#mairie\n", "#mairie;150\n").replace("#atelier\n", "#atelier;150\n")
    (folder / "participants.csv").write_text(table, encoding="utf-8")
    money = result_of(folder).money
    assert money is not None
    (plant,) = money.plants
    assert plant.shared_kwh == pytest.approx(0.405)
    assert plant.local_eur_ht == pytest.approx(0.0405)
    # Without the operation all 2 kWh are sold at 0.02; with it 1.5, and 0.095 are lost in the battery.
    assert (plant.all_sold_eur_ht, plant.surplus_eur_ht) == pytest.approx((0.04, 0.03))
    assert money.closure is not None
    assert sum(line.after_eur for line in money.closure.lines) == pytest.approx(0.0, abs=1e-9)


def test_the_battery_is_driven_again_for_those_who_stay(tmp_path: Path) -> None:
    found = result_of(write(tmp_path, BATTERY))
    assert found.departure is not None
    assert found.departure.participant_id == "atelier"
    assert found.departure.lost_ratio == pytest.approx(1.0)


def test_variants_change_a_battery_and_a_flexible_load(tmp_path: Path) -> None:
    variant = (
        '[[variants]]\nname = "plus"\n"battery.energy_kwh" = 20\n"flexible.atelier.daily_kwh" = 0.5\n'
        '[[variants]]\nname = "faux"\n"flexible.ateler.daily_kwh" = 0.5\n'
    )
    folder = write(tmp_path, BATTERY, FLEXIBLE, variant)
    scenario = load(folder, variant="plus")
    assert isinstance(scenario.battery, Battery)
    assert scenario.battery.energy_kwh == 20.0
    assert scenario.flexible[0].daily_kwh == 0.5
    assert scenario.flexible[0].usual == ((1200, 1440),)
    with pytest.raises(InputError, match="atelier"):
        load(folder, variant="faux")


def test_a_flexible_load_leaves_with_its_participant(tmp_path: Path) -> None:
    variant = '[[variants]]\nname = "sans"\n"participants.atelier.active" = false\n'
    assert load(write(tmp_path, FLEXIBLE, variant), variant="sans").flexible == ()


def test_every_fault_has_its_line_its_value_and_the_way_out(tmp_path: Path) -> None:
    second = '\n[[flexible]]\nparticipant = "ateler"\ndaily_kwh = 90\npower_kw = 2\nusual = "22:00-06:00"\n'
    wrong = BATTERY.replace('"bat"', '"toit"').replace("power_kw = 0.5", "power_kw = 500")
    found = faults(write(tmp_path, wrong, FLEXIBLE, second))
    text = (tmp_path / "operation.toml").read_text(encoding="utf-8")
    line = toml_line(text, "flexible", "participant", rank=2)
    assert any(f"line {line}, [flexible] participant" in f and "`atelier`" in f for f in found)
    assert any("90 kWh a day" in fault and "at most 16 kWh" in fault for fault in found)
    assert any("500 kW for 10 kWh" in fault for fault in found)
    assert any("toit is the id of another site" in fault for fault in found)
    assert len(found) == 4


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("energy_kwh = 10", "energy_kwh = -3", "above 0"),
        ("energy_kwh = 10", "energy_kwh = 5e7", "at most"),
        ("round_trip_ratio = 0.81", "round_trip_ratio = 1.2", "at most 1"),
        ("round_trip_ratio = 0.81\n", "", "round_trip_ratio"),
        ("latitude = 44.856\n", "", "one is missing"),
        ("latitude = 44.856", "latitude = 60.0", "outside France"),
        ("power_kw = 0.5", "puissance = 0.5", "unknown"),
        ("longitude", 'prm_charge = "123"\nlongitude', "3 digits"),
    ],
)
def test_a_wrong_battery_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert any(said in fault for fault in faults(write(tmp_path, BATTERY.replace(old, new))))


def test_a_section_in_place_of_a_list_is_said(tmp_path: Path) -> None:
    found = faults(write(tmp_path, FLEXIBLE.replace("[[flexible]]", "[flexible]")))
    assert any("[[flexible]]" in fault for fault in found)


def test_what_leaves_the_battery_out_says_so(tmp_path: Path) -> None:
    scenario = load(write(tmp_path / "with", BATTERY, FLEXIBLE))
    (said,) = left_out(scenario)
    assert "Batterie" in said
    assert said in general_notes(scenario, SizeChoice())
    assert left_out(load(write(tmp_path / "without"))) == ()


def test_a_battery_with_a_place_is_a_site_of_the_perimeter(tmp_path: Path) -> None:
    far = BATTERY.replace("44.856", "44.95")
    found = result_of(write(tmp_path / "far", far))
    assert any(check.culprits == ("bat",) for check in found.checks)
    nowhere = load(write(tmp_path / "nowhere", BATTERY.replace("latitude = 44.856\nlongitude = 0.402\n", "")))
    assert len(checked_members(nowhere).sites) == 3
    assert any("perimeter" in text for text in battery_warnings(nowhere))
