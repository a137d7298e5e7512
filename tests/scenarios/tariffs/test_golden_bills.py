"""Bills worked by hand, one for each family of the TURPE, on the figures of the tables, to the cent."""

from datetime import date

import numpy as np
import pytest

from acc.bills.bill import BillTerms, bill_terms, bills_after, bills_before, option_gain_eur
from acc.bills.tariff_slots import SLOTS
from acc.bills.turpe import power_eur_per_year
from scenarios.operation.tariffs.build import tariffs
from scenarios.rates.table import read_rates
from tests.operations import AUTUMN_2026, SPRING_2026, member, plant, scenario, with_prices

CENT = 0.005


def terms_of(code: str, kva: tuple[float, ...], on: date = SPRING_2026, **prices: object) -> BillTerms:
    made = with_prices(scenario([member("a", code, kva)], [plant()], on=on), **prices)
    return bill_terms(tariffs(read_rates(), made), made.prices, made.plants, period_years=1.0)


def slots(**kwh: float) -> np.ndarray:
    """Return kWh by slot of one participant, shape (1, S)."""
    return np.array([[kwh.get(slot, 0.0) for slot in SLOTS]])


def before(terms: BillTerms, kwh: np.ndarray):
    return bills_before(terms, kwh)


def test_cu4_of_the_fact_sheet_on_the_2025_grid() -> None:
    terms = terms_of("CU4", (9.0,), same_substation=True)
    kwh, local = slots(hpb=1000.0), slots(hpb=400.0)
    # standard: 1 000 x 1.66 c = 16.60; option: 400 x 0.76 c + 600 x 1.73 c = 3.04 + 10.38 = 13.42
    assert before(terms, kwh).withdrawal_eur_ht[0] == pytest.approx(16.60, abs=CENT)
    after = bills_after(terms, kwh, local[None])
    assert after.withdrawal_eur_ht[0] == pytest.approx(13.42, abs=CENT)
    assert option_gain_eur(terms, kwh, local)[0] == pytest.approx(16.60 - 13.42, abs=1e-9)


def test_cu4_fixed_part_and_cta_of_the_fact_sheet() -> None:
    terms = terms_of("CU4", (9.0,))
    without = before(terms, slots(hpb=1000.0))
    after = bills_after(terms, slots(hpb=1000.0), slots(hpb=400.0)[None])
    # 16.80 + 22.00 + 9 x 10.11 = 129.79; with the ACC management 21.27 + 22.00 + 90.99 = 134.26
    assert without.turpe_fixed_eur_ht[0] == pytest.approx(129.79, abs=CENT)
    assert after.turpe_fixed_eur_ht[0] == pytest.approx(134.26, abs=CENT)
    # 15 % of them: 19.4685 and 20.139
    assert without.cta_eur_ht[0] == pytest.approx(19.47, abs=CENT)
    assert after.cta_eur_ht[0] == pytest.approx(20.14, abs=CENT)


def test_cu4_on_the_2026_grid() -> None:
    terms = terms_of("CU4", (9.0,), AUTUMN_2026, same_substation=True)
    # 1 000 x 1.71 c = 17.10; 400 x 0.78 c + 600 x 1.78 c = 3.12 + 10.68 = 13.80
    assert before(terms, slots(hpb=1000.0)).withdrawal_eur_ht[0] == pytest.approx(17.10, abs=CENT)
    after = bills_after(terms, slots(hpb=1000.0), slots(hpb=400.0)[None])
    assert after.withdrawal_eur_ht[0] == pytest.approx(13.80, abs=CENT)


def test_cu4_whole_bill_before_and_after() -> None:
    """9 kVA, 1 000 kWh in HPB at 128 EUR/MWh, 400 of them local at 105, option not counted."""
    terms = terms_of("CU4", (9.0,))
    without = before(terms, slots(hpb=1000.0))
    after = bills_after(terms, slots(hpb=1000.0), slots(hpb=400.0)[None])
    # 128.00 + 129.79 + 16.60 + 1 000 x 3.085 c (30.85) + 19.4685 = 324.7085; x 1.2 = 389.6502
    assert without.total_eur_ht[0] == pytest.approx(324.71, abs=CENT)
    assert without.total_eur_ttc[0] == pytest.approx(389.65, abs=CENT)
    # 600 x 0.128 (76.80) + 400 x 0.105 (42.00) + 134.26 + 16.60 + 600 x 3.085 c (18.51) + 20.139 = 308.309
    assert after.total_eur_ht[0] == pytest.approx(308.31, abs=CENT)
    # saved: 51.20 of supply + 12.34 of accise - 42.00 - 4.47 of management - 0.6705 of CTA = 16.3995
    assert without.total_eur_ht[0] - after.total_eur_ht[0] == pytest.approx(16.3995, abs=1e-9)


def test_mu4_by_hand() -> None:
    """12 kVA; 1 500 / 900 / 2 000 / 1 100 kWh in HPH / HCH / HPB / HCB."""
    bill = before(terms_of("MU4", (12.0,)), slots(hph=1500.0, hch=900.0, hpb=2000.0, hcb=1100.0))
    assert bill.power_eur_ht[0] == pytest.approx(145.44, abs=CENT)  # 12 x 12.12
    # 16.80 + 22.00 + 145.44 = 184.24
    assert bill.turpe_fixed_eur_ht[0] == pytest.approx(184.24, abs=CENT)
    # 1 500 x 7.00 c (105.00) + 900 x 3.73 c (33.57) + 2 000 x 1.61 c (32.20)
    # + 1 100 x 1.11 c (12.21) = 182.98
    assert bill.withdrawal_eur_ht[0] == pytest.approx(182.98, abs=CENT)
    assert bill.cta_eur_ht[0] == pytest.approx(27.64, abs=CENT)  # 15 % of 184.24 = 27.636
    assert bill.accise_eur_ht[0] == pytest.approx(169.675, abs=CENT)  # 5 500 x 3.085 c
    # 5 500 x 0.128 (704.00) + 184.24 + 182.98 + 169.675 + 27.636 = 1 268.531
    assert bill.total_eur_ht[0] == pytest.approx(1268.53, abs=CENT)


def test_lu_by_hand() -> None:
    """18 kVA, one price all year: 30 000 kWh."""
    bill = before(terms_of("LU", (18.0,)), slots(hph=10_000.0, hcb=20_000.0))
    # 16.80 + 22.00 + 18 x 93.13 (1 676.34) = 1 715.14
    assert bill.turpe_fixed_eur_ht[0] == pytest.approx(1715.14, abs=CENT)
    assert bill.withdrawal_eur_ht[0] == pytest.approx(375.00, abs=CENT)  # 30 000 x 1.25 c
    assert bill.cta_eur_ht[0] == pytest.approx(257.27, abs=CENT)  # 15 % of 1 715.14 = 257.271
    # 3 840.00 + 1 715.14 + 375.00 + 30 000 x 3.085 c (925.50) + 257.271 = 7 112.911
    assert bill.total_eur_ht[0] == pytest.approx(7112.91, abs=CENT)


@pytest.mark.parametrize(
    ("code", "kva", "kwh", "fixed", "withdrawal"),
    [
        # 16.80 + 22.00 + 6 x 11.07 (66.42) = 105.22; 2 000 x 4.84 c = 96.80
        ("CU", 6.0, slots(hph=500.0, hch=500.0, hpb=500.0, hcb=500.0), 105.22, 96.80),
        # 16.80 + 22.00 + 9 x 13.49 (121.41) = 160.21
        # 2 500 x 4.94 c (123.50) + 1 500 x 3.50 c (52.50) = 176.00
        ("MUDT", 9.0, slots(hph=1000.0, hpb=1500.0, hch=700.0, hcb=800.0), 160.21, 176.00),
    ],
)
def test_versions_without_smart_meter_by_hand(code, kva, kwh, fixed, withdrawal) -> None:
    bill = before(terms_of(code, (kva,)), kwh)
    assert bill.turpe_fixed_eur_ht[0] == pytest.approx(fixed, abs=CENT)
    assert bill.withdrawal_eur_ht[0] == pytest.approx(withdrawal, abs=CENT)


def test_low_voltage_above_36_kva_short_use_by_hand() -> None:
    """60 / 60 / 80 / 100 kVA; 20 000 / 8 000 / 25 000 / 9 000 kWh; 12 000 of the HPB ones are local."""
    kwh = slots(hph=20_000.0, hch=8_000.0, hpb=25_000.0, hcb=9_000.0)
    terms = terms_of("BTSUP-CU", (60.0, 60.0, 80.0, 100.0), same_substation=True)
    bill = before(terms, kwh)
    # 60 x 17.61 (1 056.60) + 0 x 15.96 + 20 x 14.56 (291.20) + 20 x 11.98 (239.60) = 1 587.40
    assert bill.power_eur_ht[0] == pytest.approx(1587.40, abs=CENT)
    # 217.80 + 283.27 + 1 587.40 = 2 088.47
    assert bill.turpe_fixed_eur_ht[0] == pytest.approx(2088.47, abs=CENT)
    # 1 382.00 + 336.80 + 532.50 + 136.80 = 2 388.10
    assert bill.withdrawal_eur_ht[0] == pytest.approx(2388.10, abs=CENT)
    assert bill.cta_eur_ht[0] == pytest.approx(313.27, abs=CENT)  # 15 % of 2 088.47 = 313.2705
    assert bill.accise_eur_ht[0] == pytest.approx(1647.96, abs=CENT)  # 62 000 x 2.658 c
    # with the option: HPH 20 000 x 6.94 c (1 388.00) + HCH 8 000 x 4.25 c (340.00)
    # + HPB 12 000 x 1.07 c (128.40) + 13 000 x 2.19 c (284.70) + HCB 9 000 x 1.55 c (139.50) = 2 280.60
    after = bills_after(terms, kwh, slots(hpb=12_000.0)[None])
    assert after.withdrawal_eur_ht[0] == pytest.approx(2280.60, abs=CENT)
    assert after.management_eur_ht[0] == pytest.approx(282.12, abs=CENT)


def test_low_voltage_above_36_kva_long_use_by_hand() -> None:
    """120 kVA everywhere; 60 000 / 40 000 / 90 000 / 60 000 kWh."""
    kwh = slots(hph=60_000.0, hch=40_000.0, hpb=90_000.0, hcb=60_000.0)
    bill = before(terms_of("BTSUP-LU", (120.0,)), kwh)
    assert bill.power_eur_ht[0] == pytest.approx(3619.20, abs=CENT)  # 120 x 30.16
    assert bill.turpe_fixed_eur_ht[0] == pytest.approx(4120.27, abs=CENT)  # + 217.80 + 283.27
    # 3 414.00 + 1 388.00 + 1 809.00 + 894.00 = 7 505.00
    assert bill.withdrawal_eur_ht[0] == pytest.approx(7505.00, abs=CENT)
    assert bill.accise_eur_ht[0] == pytest.approx(6645.00, abs=CENT)  # 250 000 x 2.658 c
    # 32 000.00 + 4 120.27 + 7 505.00 + 6 645.00 + 618.0405 = 50 888.3105
    assert bill.total_eur_ht[0] == pytest.approx(50_888.31, abs=CENT)


def test_medium_voltage_short_use_fixed_peak_by_hand() -> None:
    """300 / 300 / 300 / 350 / 400 kW; 10 000 / 150 000 / 90 000 / 200 000 / 120 000 kWh."""
    kwh = slots(pointe=10_000.0, hph=150_000.0, hch=90_000.0, hpb=200_000.0, hcb=120_000.0)
    bill = before(terms_of("HTA-CU-PF", (300.0, 300.0, 300.0, 350.0, 400.0)), kwh)
    # 300 x 14.41 (4 323.00) + 50 x 12.55 (627.50) + 50 x 11.22 (561.00) = 5 511.50
    assert bill.power_eur_ht[0] == pytest.approx(5511.50, abs=CENT)
    assert bill.turpe_fixed_eur_ht[0] == pytest.approx(6323.61, abs=CENT)  # + 435.72 + 376.39
    # 574.00 + 6 345.00 + 1 791.00 + 2 020.00 + 828.00 = 11 558.00
    assert bill.withdrawal_eur_ht[0] == pytest.approx(11_558.00, abs=CENT)
    assert bill.cta_eur_ht[0] == pytest.approx(948.54, abs=CENT)  # 15 % of 6 323.61 = 948.5415
    assert bill.accise_eur_ht[0] == pytest.approx(15_150.60, abs=CENT)  # 570 000 x 2.658 c


def test_medium_voltage_long_use_fixed_peak_by_hand() -> None:
    """500 kW everywhere; 40 000 / 500 000 / 400 000 / 700 000 / 600 000 kWh; local kWh change no TURPE."""
    kwh = slots(pointe=40_000.0, hph=500_000.0, hch=400_000.0, hpb=700_000.0, hcb=600_000.0)
    terms = terms_of("HTA-LU-PF", (500.0,))
    bill, after = before(terms, kwh), bills_after(terms, kwh, slots(hpb=300_000.0)[None])
    assert bill.power_eur_ht[0] == pytest.approx(17_665.00, abs=CENT)  # 500 x 35.33
    assert bill.turpe_fixed_eur_ht[0] == pytest.approx(18_477.11, abs=CENT)
    # 1 060.00 + 10 500.00 + 5 880.00 + 6 440.00 + 4 080.00 = 27 960.00
    assert bill.withdrawal_eur_ht[0] == pytest.approx(27_960.00, abs=CENT)
    assert after.withdrawal_eur_ht[0] == pytest.approx(27_960.00, abs=CENT)
    assert after.management_eur_ht[0] - bill.management_eur_ht[0] == pytest.approx(128.52, abs=CENT)
    # accise spared: 300 000 x 2.658 c = 7 974.00
    assert bill.accise_eur_ht[0] - after.accise_eur_ht[0] == pytest.approx(7974.00, abs=CENT)


def test_a_power_by_slot_costs_its_steps() -> None:
    made = scenario([member("a", "BTSUP-LU", (40.0, 50.0, 50.0, 90.0))])
    turpe = tariffs(read_rates(), made).members[0].turpe
    # 40 x 30.16 (1 206.40) + 10 x 21.18 (211.80) + 0 + 40 x 12.37 (494.80) = 1 913.00
    assert power_eur_per_year(turpe, (40.0, 50.0, 50.0, 90.0)) == pytest.approx(1913.00, abs=1e-9)
