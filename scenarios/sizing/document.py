"""A sizing as data: what `acc size --json` prints."""

from functools import partial
from typing import Any

from scenarios.sizing.battery import battery_document, sized_battery_document
from scenarios.sizing.values import Sized, Sizing


def size_document(sizing: Sizing) -> dict[str, Any]:
    """Return what was found as data, for `--json`."""
    result, choice = sizing.result, sizing.choice
    return {
        "objective": choice.aim.value,
        "floor_ratio": choice.floor_ratio,
        "budget_eur": choice.budget_eur,
        "power_cap_kwp": result.power_cap_kwp,
        "highest_ratio": result.highest_ratio,
        "best": _sized_document(sizing, result.best),
        "without_cap": None if result.without_cap is None else _sized_document(sizing, result.without_cap),
        "frontier": [_sized_document(sizing, sized) for sized in result.frontier],
        "compared": [
            {
                "plant": sizing.scenario.plants[outcome.column.roof].id,
                "alternative": outcome.column.alternative,
                "from_kwp": outcome.column.low_kwp,
                "to_kwp": outcome.column.high_kwp,
                "contract": outcome.column.contract.code,
                "value": None if outcome.sized is None else outcome.sized.value,
                "npv_eur_ht": None if outcome.sized is None else outcome.sized.npv_eur,
            }
            for outcome in result.compared
        ],
        "battery": battery_document(choice.battery, result, partial(_sized_document, sizing)),
        "notes": list(result.notes),
    }


def _sized_document(sizing: Sizing, sized: Sized) -> dict[str, Any]:
    return {
        "value": sized.value,
        "bound": sized.bound,
        "gap_ratio": sized.gap_ratio,
        "npv_eur_ht": sized.npv_eur,
        "capex_eur_ht": sized.capex_eur,
        "kwp": sized.kwp,
        "made_kwh": sized.made_kwh,
        "used_kwh": sized.used_kwh,
        "autoconsommation_ratio": sized.autoconsommation_ratio,
        "autoproduction_ratio": sized.autoproduction_ratio,
        "worst_member": sized.worst_member,
        "battery": sized_battery_document(sized.battery),
        "plants": [
            {
                "id": sizing.scenario.plants[roof.roof].id,
                "kwp": roof.kwp,
                "alternative": roof.column.alternative if roof.column else 0,
                "contract": roof.column.contract.code if roof.column else None,
                "next_kwp": roof.next_kwp_eur,
            }
            for roof in sized.roofs
        ],
    }
