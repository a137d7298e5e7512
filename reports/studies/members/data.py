"""Who adds what, as data: what `acc members --json` prints."""

from dataclasses import asdict
from math import isfinite

from acc.departures.entry_exit import Change
from acc.members.core import Breakaway, Stability
from acc.members.report import Contribution, Joining, MembersReport
from acc.rules.check import Check


def members_document(report: MembersReport) -> dict[str, object]:
    """Return a report as data: kWh and EUR over the period, without tax; unknown euros are null."""
    return {
        "name": report.scenario.name,
        "variant": report.scenario.variant,
        "fictitious": report.scenario.fictitious,
        "status": report.status.document,
        "key": report.key,
        "shared_kwh": report.shared_kwh,
        "surplus_kwh": report.surplus_kwh,
        "leaving": {
            key: [_change(report, change) for change in changes] for key, changes in report.leaving.items()
        },
        "persons_leaving": [_change(report, change) for change in report.persons_leaving],
        "over_plan": [asdict(change) for change in report.over_plan],
        "joining": [_joining(report, joining) for joining in report.joining],
        "order": [asdict(step) for step in report.order],
        "order_is_proven": report.order_is_proven,
        "shapley": {
            "exact": report.shapley.exact,
            "confidence": report.shapley.confidence,
            "orders": report.shapley.orders,
            "reached": report.shapley.reached,
            "players": [_brought(brought) for brought in report.brought],
        },
        "stability": [_stability(stability) for stability in report.stability],
        "broken": [_failed(check) for check in report.broken],
        "missing": [str(reason) for reason in report.missing],
        "notes": list(report.notes),
    }


def _change(report: MembersReport, change: Change) -> dict[str, object]:
    return {
        "id": change.id,
        "name": change.name,
        "is_plant": change.is_plant,
        "together_ids": list(change.together_ids),
        "shared_kwh": change.after_kwh,
        "shared_change_kwh": change.shared_change_kwh,
        "surplus_kwh": change.surplus_after_kwh,
        "surplus_change_kwh": change.surplus_change_kwh,
        "others_change_eur": change.others_change_eur,
        "own_kwh": change.own_kwh,
        "own_eur": change.own_eur,
        "worst": asdict(change.worst) if change.worst else None,
        **_of_each(report, change),
    }


def _of_each(report: MembersReport, change: Change) -> dict[str, object]:
    """Change of each of the others, as data; left out for thousands of sites."""
    members, plants = report.scenario.participants, report.scenario.plants
    if len(change.received_change_kwh) != len(members):
        return {"participants": None, "plants": None}
    return {
        "participants": [
            {
                "id": member.id,
                "received_change_kwh": float(change.received_change_kwh[i]),
                "saving_change_eur": _known(change.saving_change_eur[i]),
            }
            for i, member in enumerate(members)
        ],
        "plants": [
            {"id": plant.id, "gain_change_eur": _known(change.gain_change_eur[i])}
            for i, plant in enumerate(plants)
        ],
    }


def _known(value: float) -> float | None:
    return float(value) if isfinite(value) else None


def _joining(report: MembersReport, joining: Joining) -> dict[str, object]:
    return {
        **_change(report, joining.change),
        "state": str(joining.state),
        "broken": [_broken(check) for check in joining.broken],
    }


def _broken(check: Check) -> dict[str, object]:
    return {name: getattr(check, name) for name in ("rule", "title", "measured", "limit", "unit")}


def _failed(check: Check) -> dict[str, object]:
    return {**_broken(check), "culprits": list(check.culprits), "remedy": check.remedy}


def _brought(brought: Contribution) -> dict[str, object]:
    return {
        "id": brought.player.id,
        "name": brought.player.name,
        "value_kwh": brought.value_kwh,
        "half_width_kwh": brought.half_kwh,
        "key_kwh": brought.key_kwh,
        "reward_kwh": str(brought.reward_kwh),
        "value_eur": brought.value_eur,
        "half_width_eur": None if brought.value_eur is None else brought.half_eur,
        "key_eur": brought.key_eur,
        "reward_eur": str(brought.reward_eur) if brought.reward_eur else None,
    }


def _stability(stability: Stability) -> dict[str, object]:
    return {
        "key": stability.key,
        "verdict": str(stability.verdict),
        "whole_eur": stability.total_eur,
        "better_key_eur": stability.better_key_eur,
        "worst": _breakaway(stability.worst),
        "best_price_eur_per_kwh": stability.best_price_eur_per_kwh,
        "best_verdict": str(stability.best_verdict),
        "at_best": _breakaway(stability.at_best),
        "low_eur_per_kwh": stability.low_eur_per_kwh,
        "high_eur_per_kwh": stability.high_eur_per_kwh,
    }


def _breakaway(breakaway: Breakaway) -> dict[str, object]:
    return {**asdict(breakaway), "player_ids": list(breakaway.player_ids)}
