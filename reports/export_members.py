"""Who adds what as data: what `acc members --json` prints. kWh over the period, EUR without tax."""

from dataclasses import asdict
from math import isfinite
from typing import Any

from acc.coming import Change
from acc.members import Brought, Joining, MembersReport
from acc.stability import Breakaway, Stability


def members_document(report: MembersReport) -> dict[str, Any]:
    """Return a report as data; unknown euros are null, changes are told once the site has left or joined."""
    scenario = report.scenario
    values = report.shapley
    return {
        "name": scenario.name,
        "variant": scenario.variant,
        "key": report.key,
        "fictitious": scenario.fictitious,
        "shared_kwh": report.shared_kwh,
        "surplus_kwh": report.surplus_kwh,
        "leaving": {
            key: [_change(report, change) for change in changes] for key, changes in report.leaving.items()
        },
        "joining": [_joining(report, join) for join in report.joining],
        "order": [asdict(step) for step in report.order],
        "order_is_proven": report.order_is_proven,
        "shapley": {
            "exact": values.exact,
            "orders": values.orders,
            "confidence": values.confidence,
            "reached": values.reached,
            "members": [_brought(one) for one in report.brought],
        },
        "stability": [_stability(found) for found in report.stability],
        "missing": [str(reason) for reason in report.missing],
        "notes": list(report.notes),
    }


def _change(report: MembersReport, change: Change) -> dict[str, Any]:
    members, plants = report.scenario.participants, report.scenario.plants
    return {
        "id": change.id,
        "is_plant": change.is_plant,
        "together_ids": list(change.together_ids),
        "shared_kwh": change.after_kwh,
        "shared_change_kwh": change.shared_change_kwh,
        "surplus_kwh": change.surplus_after_kwh,
        "surplus_change_kwh": change.surplus_change_kwh,
        "own_kwh": change.own_kwh,
        "own_eur_ht": change.own_eur,
        "others_change_eur_ht": change.others_change_eur,
        "worst": None if change.worst is None else asdict(change.worst),
        "participants": [
            {
                "id": member.id,
                "received_change_kwh": float(change.received_change_kwh[i]),
                "saving_change_eur_ht": _known(change.saving_change_eur[i]),
            }
            for i, member in enumerate(members)
        ],
        "plants": [
            {"id": plant.id, "gain_change_eur_ht": _known(change.gain_change_eur[i])}
            for i, plant in enumerate(plants)
        ],
    }


def _joining(report: MembersReport, join: Joining) -> dict[str, Any]:
    return {
        **_change(report, join.change),
        "perimeter": str(join.state),
        "broken": [
            {"rule": check.rule, "measured": check.measured, "limit": check.limit} for check in join.broken
        ],
    }


def _brought(one: Brought) -> dict[str, Any]:
    return {
        "id": one.player.id,
        "name": one.player.name,
        "value_kwh": one.value_kwh,
        "half_width_kwh": one.half_kwh,
        "key_kwh": one.key_kwh,
        "reward_kwh": str(one.reward_kwh),
        "value_eur_ht": one.value_eur,
        "half_width_eur_ht": None if one.value_eur is None else one.half_eur,
        "key_eur_ht": one.key_eur,
        "reward_eur": None if one.reward_eur is None else str(one.reward_eur),
    }


def _stability(found: Stability) -> dict[str, Any]:
    return {
        "key": found.key,
        "whole_eur_ht": found.whole_eur,
        "better_key_eur_ht": found.better_key_eur,
        "verdict": str(found.verdict),
        "worst": _breakaway(found.worst),
        "best_price_eur_per_kwh": found.best_price_eur_per_kwh,
        "best_price_verdict": str(found.best_verdict),
        "worst_at_best_price": _breakaway(found.at_best),
        "stable_from_eur_per_kwh": found.low_eur_per_kwh,
        "stable_to_eur_per_kwh": found.high_eur_per_kwh,
    }


def _breakaway(found: Breakaway) -> dict[str, Any]:
    return {"ids": list(found.player_ids), "gain_eur_ht": found.gain_eur, "bound_eur_ht": found.bound_eur}


def _known(value: float) -> float | None:
    return float(value) if isfinite(value) else None
