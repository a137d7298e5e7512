"""Off-peak hours of after the reform: supposed from dated rows; a variant that nobody writes, and a draw."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from acc.bills.tariff_slots import SLOTS, SlotClock
from acc.problem import InputError
from acc.sites import SupplyContract
from scenarios.entry.folder.load import load
from scenarios.entry.folder.raw import read_source
from scenarios.operation.draws.compute import NUMPY, engine_of
from scenarios.operation.draws.draws import Draw
from scenarios.operation.draws.results import GROUP, INDICATORS
from scenarios.operation.draws.settings import SPREADS
from scenarios.operation.tariffs.member import reformed, reformed_hours
from scenarios.rates.reader import RateReader
from scenarios.rates.table import read_rates
from scenarios.run import run
from scenarios.studies.sweep.run import prepare
from scenarios.studies.sweep.statistics import alone
from tests.draws import case_results
from tests.operations import exchange_of, member, money_of, plant, scenario, with_prices
from tests.scenarios.operation import PARTICIPANTS, write_operation

VARIANT = "reforme-heures-creuses"
WINTER, SUMMER = ((1380, 1440), (0, 420)), ((120, 420), (750, 930))
"""23:00-07:00; 02:00-07:00 and 12:30-15:30: three hours of the day, the middle of 11:00 to 17:00."""

ONE_PM_JULY = 24 * 194 + 13 - 1


def by_poste(folder: Path, **changes: str) -> Path:
    """Write the small operation, its suppliers' prices by poste."""
    write_operation(folder, **changes)
    head, *rows = PARTICIPANTS.splitlines()
    names = head.split(";")
    place = names.index("supply_eur_per_mwh")
    names[place : place + 1] = [f"supply_{slot}_eur_per_mwh" for slot in ("hph", "hpb", "hch", "hcb")]
    lines = [";".join(names)]
    for row in rows:
        cells = row.split(";")
        price = cells[place]
        cells[place : place + 1] = ["", "", "", ""] if not price else [price, "90", "80", "50"]
        lines.append(";".join(cells))
    (folder / "participants.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def test_the_hours_are_those_that_the_rows_allow() -> None:
    hours = reformed_hours(RateReader(read_rates(), date(2026, 9, 1)))
    assert hours == (WINTER, SUMMER)
    clock = reformed(SlotClock(off_peak=((1320, 360),)), SupplyContract(), hours)
    assert (clock.off_peak, clock.off_peak_summer) == (WINTER, SUMMER)
    assert clock.off_peak_minutes == 480
    moved = SupplyContract(off_peak_winter_hours=((0, 480),), off_peak_summer_hours=((720, 1200),))
    own = SlotClock(off_peak=((0, 480),), off_peak_summer=((720, 1200),))
    assert reformed(own, moved, hours) == own


def test_a_kwh_of_summer_noon_spares_the_off_peak_price_once_hours_have_moved() -> None:
    one = member("a", energy_eur_per_kwh={"hp": 0.09, "hc": 0.06})
    made = scenario([one], [plant(kwp=500.0, inverter_kva=250.0)])
    exchange = exchange_of(made, {ONE_PM_JULY: [1000.0]}, {ONE_PM_JULY: [400.0]})
    before, after = (money_of(with_prices(made, off_peak_reform=moved), exchange) for moved in (False, True))
    # 400 kWh at 60 instead of 90 EUR/MWh: 0.4 x 30 = 12 EUR less spared; the TURPE is due on every kWh anyway
    assert before.participants[0].saving_eur_ht - after.participants[0].saving_eur_ht == pytest.approx(12.0)
    assert after.participants[0].received_by_slot_kwh[SLOTS.index("hcb")] == pytest.approx(400.0)
    told = [line for line in after.assumptions if line[1] == "after the reform"]
    assert len(told) == 1


def test_the_variant_exists_in_every_folder_without_being_written(tmp_path: Path) -> None:
    folder = write_operation(tmp_path / "op")
    assert not load(folder).prices.off_peak_reform
    assert load(folder, variant=VARIANT).prices.off_peak_reform
    assert read_source(folder).known_variants == ("sans la cave", VARIANT)
    with pytest.raises(InputError, match=VARIANT):
        load(folder, variant="reforme-heure-creuse")
    own = '[[variants]]\nname = "reforme-heures-creuses"\n"prices.local_eur_per_mwh" = 90.0\n\n[sweep]'
    written = load(write_operation(tmp_path / "own", **{"[sweep]": own}), variant=VARIANT)
    assert (written.prices.off_peak_reform, written.prices.local_eur_per_kwh) == (False, 0.09)


def test_a_draw_of_the_reform_is_a_run_of_the_variant(tmp_path: Path) -> None:
    folder = by_poste(tmp_path / "op")
    made = prepare(folder, folder / "out", draws=1)
    even = dict.fromkeys(SPREADS, 1.0) | {"load_growth": 0.0}
    drawn = Draw(0, 0, even, dict.fromkeys(made.plan.members, 1.0), None)
    for moved, variant in ((False, None), (True, VARIANT)):
        result = run(folder, ran_on=date(2026, 9, 1), variant=variant)
        found = case_results(made.plan.cases[0], replace(drawn, reformed=moved), engine_of(NUMPY))
        values = dict(zip(INDICATORS, found.values[0].T, strict=True))
        saving = [np.nan if p.saving_eur_ht is None else p.saving_eur_ht for p in result.money.participants]
        np.testing.assert_allclose(values["saving_eur_ht"][1:], saving, rtol=1e-8, atol=1e-6)
        close = 0.01 if moved else 1e-6  # what panels that age leave is told by the hours of today
        assert values["npv_eur_ht"][GROUP] == pytest.approx(result.money.plan.npv_eur_ht, rel=close)


def test_a_sweep_draws_the_reform_where_postes_have_prices_of_their_own(tmp_path: Path) -> None:
    flat = prepare(write_operation(tmp_path / "flat"), tmp_path / "flat" / "out", draws=1)
    assert flat.plan.cases[0].reformed_slots is None
    folder = by_poste(tmp_path / "op", **{'"static", "equal", "weighted", "catch-up"': '"static"'})
    sweep = prepare(folder, folder / "out", draws=40)
    assert sweep.plan.cases[0].reformed_slots is not None
    (effect,) = [
        one
        for one in alone(sweep.plan)["prorata"]["saving_eur_ht"].effects
        if one.factor == "off_peak_reform"
    ]
    assert effect.values[0] < effect.values[1]
    never = 'keys = ["static"]\noff_peak_reform_ratio = 0\nweather'
    text = (folder / "operation.toml").read_text(encoding="utf-8")
    text = text.replace('keys = ["static"]\nweather', never)
    (folder / "operation.toml").write_text(text, encoding="utf-8")
    assert prepare(folder, folder / "out", draws=1).plan.cases[0].reformed_slots is None
