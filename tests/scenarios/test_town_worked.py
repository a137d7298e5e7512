"""The town's worked figure, whatever the sky: its kWh are given, its euros are found again by hand.

Five sites take 106,697.69 kWh in the year from the town's own roof of 99 kWc, at constant power; 4,705 kWh
are left. With only the cost lines of before, their bills fall by 14,167.12 EUR in the first year. The panels
fade by 0.5 % a year, and what is left over fades first: what is shared is the least of 106,697.69 kWh and of
111,402.69 x 0.995^(t-1), whole for nine years. Its worth over 20 years at 3 % is 14.69949 times the first,
208,251 EUR, less 68 EUR, since the management of the network tariff does not fade; the roof alone, paid
nothing, is worth -150,338 EUR, its surplus sold for 235 EUR in place of the 877 of one that fades by 0.5 %.
Together +57,844 EUR without the VAT of the bills, at 0 EUR/MWh as at 90; the town, which recovers none, saves
20 % more on what it no longer buys: 208,181 EUR of bills spare 41,636 EUR of VAT, +99,480 in all.
"""

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from acc.accounts.persons import Step
from acc.result.result import Result
from reports.data.results import results_document
from scenarios.run import run
from tests.scenarios.test_town import ONLY_FORMER_COSTS, OPERATION, ROOF, SITES

SHARED_KWH, SURPLUS_KWH = 106_697.69, 4_705.0
HOURS = 8760
"""Of 2026."""


def town(folder: Path, price: float, *, now: bool = False) -> Result:
    """Return the town under a local price, with the cost lines of before, or with all of them."""
    (folder / "curves").mkdir(parents=True)
    heads, cells = ("", "") if now else ONLY_FORMER_COSTS
    roof = ROOF.format(heads=heads + "curve;", cells=cells + "annee.csv#toit_kwh;")
    tables = {
        "operation.toml": OPERATION.format(price=price, growth=0.02 if now else 0.0),
        "participants.csv": _metered(SITES),
        "plants.csv": roof,
        "persons.csv": "id;name;kind\nville;Ville;commune\n",
        "curves/annee.csv": _curves(),
    }
    for name, text in tables.items():
        (folder / name).write_text(text, encoding="utf-8")
    return run(folder, ran_on=date(2026, 11, 25), use_cache=False)


def _metered(sites: str) -> str:
    """Return the table of sites with a curve in place of a profile and its energy."""
    head, *rows = sites.splitlines()
    lines = [head.replace("profile;annual_kwh", "curve")]
    for row in rows:
        cells = row.split(";")
        lines.append(";".join([*cells[:7], f"annee.csv#{cells[0]}_kwh", *cells[9:]]))
    return "\n".join(lines)


def _curves() -> str:
    """Return a year by the hour: each site draws what it receives, the roof injects the surplus beside."""
    names = [row.split(";")[0] for row in SITES.splitlines()[1:]]
    drawn = [repr(SHARED_KWH / len(names) / HOURS)] * len(names)
    values = ";".join([*drawn, repr((SHARED_KWH + SURPLUS_KWH) / HOURS)])
    start = datetime(2025, 12, 31, 23)
    rows = [f"{(start + timedelta(hours=hour)).isoformat()}Z;{values}" for hour in range(HOURS)]
    return "\n".join(["time;" + ";".join(f"{name}_kwh" for name in (*names, "toit")), *rows])


WORTH = [1.03 ** -(t + 1) for t in range(20)]
LEFT = [min(1.0, (SHARED_KWH + SURPLUS_KWH) * 0.995**t / SHARED_KWH) for t in range(20)]
"""What is left in each year of what is shared in the first one."""

VAT = 0.20
"""Of what is spared on bills: a town recovers none of it."""


def _surplus_eur(left_kwh: list[float]) -> float:
    """Return the worth of a surplus paid 11 EUR/MWh, 2 % more each year."""
    return sum(
        kwh * 0.011 * 1.02**t * worth for t, (kwh, worth) in enumerate(zip(left_kwh, WORTH, strict=True))
    )


@pytest.mark.parametrize(
    ("price", "bills", "fading_plan"), [(0, 14_167.12, -149_696), (90, 4_564.33, -12_749.5)]
)
def test_by_hand_the_town_gains_99_480_euros_at_any_price_that_it_pays_itself(
    tmp_path: Path, price: float, bills: float, fading_plan: float
) -> None:
    money = town(tmp_path / "ville", price).money
    assert money is not None
    assert money.plan is not None
    assert money.saving_eur_ht == pytest.approx(bills, abs=0.005)
    shared, whole = sum(map(float.__mul__, LEFT, WORTH)), sum(WORTH)
    fading = sum(0.995**t * worth for t, worth in enumerate(WORTH))
    assert (shared, fading) == pytest.approx((14.69949, 14.26112), abs=5e-6)
    # The plan of a roof whose sales and surplus would all fade by 0.5 %, then what they do in truth.
    made = [(SHARED_KWH + SURPLUS_KWH) * 0.995**t for t in range(20)]
    surplus = _surplus_eur([max(0.0, kwh - SHARED_KWH) for kwh in made])
    plan = fading_plan + SHARED_KWH * price / 1000.0 * (shared - fading)
    plan += surplus - _surplus_eur([SURPLUS_KWH * 0.995**t for t in range(20)])
    assert money.plan.npv_eur_ht == pytest.approx(plan, abs=0.05)
    (person,) = money.persons
    # Five sites pay 66.28 EUR of management more a year, 15 % of CTA on it: it does not fade with the panels.
    fees = 5 * 66.28 * 1.15 * (whole - shared)
    spared = bills * shared - fees
    # What it bills itself bears no VAT: what is no longer bought is the same at 0 and at 90.
    spared_vat = VAT * (14_167.12 * shared - fees)
    assert person.npv_eur_ht == pytest.approx(spared + spared_vat + plan, abs=0.05)
    # The same to the cent at 0 and at 90.
    assert person.npv_eur_ht == pytest.approx(99_479.98, abs=0.005)
    assert person.internal_eur_ht == pytest.approx(SHARED_KWH * price / 1000.0, abs=1e-6)


def test_each_step_from_that_figure_to_the_one_printed_is_told_by_the_program(tmp_path: Path) -> None:
    result = town(tmp_path / "ville", 0, now=True)
    document = results_document(result)["total"]
    steps = {one["step"]: one["eur"] for one in json.loads(json.dumps(document["npv_steps"]))}
    assert list(steps) == [
        Step.BILLS, Step.PLANTS, Step.COSTS_GROW, Step.FEES_GROW, Step.INJECTION_TURPE, Step.BILL_VAT
    ]  # fmt: skip
    assert steps[Step.BILLS] == pytest.approx(208_181.6, abs=0.05)
    assert steps[Step.PLANTS] == pytest.approx(-150_337.9, abs=0.05)
    worth = [1.03**-year for year in range(1, 21)]
    # Operation and insurance, 2,178 EUR in year 1, inverters, 13,612.50 EUR of today in year 13: + 2 %.
    more = (
        sum(2_178.0 * (1.02**t - 1.0) * worth[t] for t in range(20)) + 13_612.5 * (1.02**12 - 1.0) * worth[12]
    )
    assert steps[Step.COSTS_GROW] == pytest.approx(-more, abs=0.01)
    # Five sites pay 66.28 EUR of management more a year, 15 % of CTA on it; it does not fade.
    fees = sum(5 * 66.28 * 1.15 * (1.02**t - 1.0) * worth[t] for t in range(20))
    assert steps[Step.FEES_GROW] == pytest.approx(-fees, abs=0.01)
    # The injection point pays 222.61 EUR of management and 291.89 of metering a year, growing as costs do.
    network = sum((222.61 + 291.89) * 1.02**t * worth[t] for t in range(20))
    assert steps[Step.INJECTION_TURPE] == pytest.approx(-network, abs=0.05)
    # The fees that grow are on the bills too.
    assert steps[Step.BILL_VAT] == pytest.approx(VAT * (208_181.6 - fees), abs=0.05)
    assert sum(steps.values()) == pytest.approx(document["npv_eur_ht"], abs=1e-6)
