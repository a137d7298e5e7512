"""What a program reads of a sizing: every figure under the name that it had before."""

from dataclasses import replace

from acc.size.result import Aim
from reports.studies.size.files import size_document
from tests.studies.size.make_sizing import BATTERY, POWERS, ROOF, sizing, worth


def test_a_solution_is_told_with_its_plants_and_its_battery() -> None:
    best = replace(POWERS, plants=(ROOF, replace(ROOF, id="hangar", kwp=9.0)), battery=BATTERY)
    document = size_document(sizing(aim=Aim.KWH, best=best, budget_eur=40_000.0, notes=("A note.",)))
    assert (document["objective"], document["budget_eur"]) == ("kwh", 40_000.0)
    assert document["best"] == {
        "value": 1000.0,
        "bound": 1000.0,
        "gap_ratio": 0.0,
        "npv_eur_ht": 1000.0,
        "capex_eur_ht": 36_000.0,
        "kwp": 45.0,
        "made_kwh": 40_000.0,
        "used_kwh": 36_000.0,
        "own_use_kwh": 0.0,
        "used_ratio": 0.9,
        "autoconsommation_ratio": 0.9,
        "autoproduction_ratio": 0.3,
        "worst_member": None,
        "battery": {
            "kwh": 120.0,
            "kw": 60.0,
            "next_kwh": -3.0,
            "taken_kwh": 10_000.0,
            "given_kwh": 9_000.0,
            "lost_kwh": 1_000.0,
            "capex_eur_ht": 48_000.0,
        },
        "plants": [
            {"id": "toit", "kwp": 36.0, "alternative": 0, "contract": "oa", "next_kwp": -12.0},
            {"id": "hangar", "kwp": 9.0, "alternative": 0, "contract": "oa", "next_kwp": -12.0},
        ],
    }
    assert document["battery"] is None
    assert document["notes"] == ["A note."]


def test_a_battery_is_told_with_what_each_size_of_it_is_worth() -> None:
    none, best = replace(POWERS, value=900.0), replace(POWERS, battery=BATTERY)
    document = size_document(sizing(best=best, battery=worth(none, best)))
    found = document["battery"]
    assert isinstance(found, dict)
    assert [row["value"] for row in found["curve"]] == [900.0, 1000.0]
    assert (found["max_kwh"], found["hours"], found["pays_below_eur_per_kwh"]) == (120.0, 2.0, 450.0)
    assert (found["without"]["value"], found["without"]["battery"]) == (900.0, None)
