"""Settings and days beside all the rest: a fee of a month, a battery by the kWh, a weight, a grant twice."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from reports.format.language import use
from scenarios.entry.editing.tables import look
from scenarios.entry.plausibility.rules import rules
from tests.scenarios.plausibility.mended import BASE, SITES, Cells, follow, write
from tests.scenarios.plausibility.test_pairs import changes, roof

BATTERY = "[battery]\nenergy_kwh = 400\npower_kw = 200\nround_trip_ratio = 0.88\ncapex_eur = {}\n"
LOAD = (
    '[[flexible]]\nparticipant = "cave"\ndaily_kwh = 120\npower_kw = 40\nusual = "22:00-06:00"\n'
    'allowed = "{}"\n'
)
WEIGHTS = "[keys.weighted]\nweights = {{ mairie = 3, ecole = 3, cave = 1, halle = {} }}\n"
HALL: Cells = {
    SITES: (*BASE[SITES], {**BASE[SITES][0], "id": "halle", "name": "Halle", "annual_kwh": "41200"})
}
MANY: Cells = {
    SITES: tuple(
        {**BASE[SITES][0], "id": f"s{n}", "name": f"Site {n}", "annual_kwh": str(41_003 + 1_370 * n)}
        for n in range(20)
    ),
    "plants.csv": {"owner": "s0"},
}

SETTINGS: Mapping[str, tuple[Cells, str, str, str, str, str]] = {
    # 450 EUR for each of 400 kWh.
    "battery": ({}, BATTERY, "180000", "450", "battery.capex_eur", "180000"),
    # Twenty sites: 400 EUR at least.
    "pmo": (MANY, "[prices]\npmo_eur_per_year = {}\n", "3000", "250", "prices.pmo_eur_per_year", "3000"),
    "grant_twice": (
        roof(grant_eur="30000"),
        "[finance]\ngrant_eur = {}\n",
        "12000",
        "30000",
        "finance.grant_eur",
        "0",
    ),
    # Works of 140,000 EUR: 112,000 at most.
    "grant_works": ({}, "[finance]\ngrant_eur = {}\n", "50000", "900000", "finance.grant_eur", ""),
    "turned_hours": ({}, LOAD, "10:00-17:00", "17:00-10:00", "flexible.cave.allowed", ""),
    "loan": (
        {},
        "[finance]\ndebt_interest_ratio = {}\n",
        "0.038",
        "0.0038",
        "finance.debt_interest_ratio",
        "",
    ),
    "odd_weight": (HALL, WEIGHTS, "3", "300", "keys.weighted.weights.halle", ""),
}
"""What the tables are, the section, what is right and what is not there, where it is told, its remedy."""


def with_section(folder: Path, cells: Cells, text: str) -> Path:
    made = write(folder, cells)
    path = made / "operation.toml"
    path.write_text(f"{path.read_text('utf-8')}\n{text}", "utf-8")
    return made


@pytest.mark.parametrize("case", SETTINGS)
def test_a_setting_that_does_not_go_with_the_tables_is_told_and_its_remedy_ends_it(
    tmp_path: Path, case: str
) -> None:
    cells, section, right, wrong, where, remedy = SETTINGS[case]
    assert not look(with_section(tmp_path / "sound", cells, section.format(right))).faults
    folder = with_section(tmp_path / "op", cells, section.format(wrong))
    (fault,) = look(folder).faults
    assert (fault.path, fault.is_odd, list(fault.remedy.values())) == (where, True, [remedy] * bool(remedy))
    assert not remedy or not follow(folder, fault).faults


def test_prices_by_slot_with_vat_are_one_doubt_and_lose_it_together(tmp_path: Path) -> None:
    ht = {"supply_eur_per_mwh": "", "supply_hph_eur_per_mwh": "140", "supply_hpb_eur_per_mwh": "100"}
    rows = [{**row, **ht} for row in MANY[SITES] if isinstance(row, Mapping)][:9]
    assert not look(write(tmp_path / "sound", {**MANY, SITES: tuple(rows)})).faults
    rows[4] |= {"supply_hph_eur_per_mwh": "168", "supply_hpb_eur_per_mwh": "120"}
    folder = write(tmp_path / "op", {**MANY, SITES: tuple(rows)})
    (fault,) = look(folder).faults
    assert dict(fault.remedy) == {name: text for name, text in ht.items() if text}
    assert not follow(folder, fault).faults


def test_the_subscription_of_a_supplier_is_by_the_power_that_is_subscribed(tmp_path: Path) -> None:
    # 36 kVA: 80 EUR for each at most, 2,880 EUR.
    row = {**BASE[SITES][0], "kva": "36"}
    sound, slip = ({SITES: ({**row, "subscription_eur_per_year": text},)} for text in ("145", "14500"))
    assert not look(write(tmp_path / "sound", sound)).faults
    (fault,) = look(write(tmp_path / "op", slip)).faults
    assert fault.path.endswith("subscription_eur_per_year")
    assert fault.is_odd


def test_each_rule_of_settings_has_its_case() -> None:
    assert {name for name, rule in rules().items() if rule.needs == "settings"} <= set(SETTINGS)


def test_days_that_may_be_month_first_are_told_beside_one_that_is(tmp_path: Path) -> None:
    use("fr")
    days = {"0,9": "12/31/2027", "0,8": "03/04/2028", "0,7": "05/05/2028"}
    rows = [{"ratio": ratio, "since": day} for ratio, day in days.items()]
    folder = write(tmp_path / "op", changes(*rows))
    sure, unsure = look(folder).faults
    assert (sure.line, dict(sure.remedy)) == (2, {})
    assert (unsure.line, dict(unsure.remedy)) == (3, {"since": "2028-03-04"})
    (sure,) = follow(folder, unsure).faults
    assert dict(sure.remedy) == {"since": "2027-12-31"}
    assert not follow(folder, sure).faults
    # Day first for sure, and alone: nothing to ask.
    days = {"0,9": "31/12/2027", "0,8": "03/04/2028"}
    french = [{"ratio": ratio, "since": day} for ratio, day in days.items()]
    assert not look(write(tmp_path / "french", changes(*french))).faults
