"""The lawful plans as data: what `acc members --split --json` prints of them."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from acc.result.lawful_plan import LawfulPlan, LawfulPlansReport, PlannedOperation, WithoutOne


def lawful_plans_document(report: LawfulPlansReport, files: Sequence[Path] = ()) -> dict[str, object]:
    """Return plans in EUR without tax: `value_eur` over the plan, `year_eur` over the period.

    Args:
        files: what was written of them.
    """
    return {
        "status": report.status.document,
        "has_plan": report.has_plan,
        "seed": report.seed,
        "best": plan_document(report.best),
        "front": [_line(plan) for plan in report.front],
        "owners_inside": None if report.owners_inside is None else plan_document(report.owners_inside),
        "without_regime": {str(one): _line(plan) for one, plan in report.without_regime.items()},
        "without": [_without(one) for one in report.without],
        "search_only": list(report.search_only),
        "files": [str(path) for path in files],
    }


def plan_document(plan: LawfulPlan) -> dict[str, object]:
    """Return one plan in full."""
    return {
        **_line(plan),
        "operations": [_operation(one) for one in plan.operations],
        "roofs": [asdict(roof) for roof in plan.roofs],
        "persons": [
            asdict(person) | {"sharing_eur": person.sharing_eur, "loses": person.loses}
            for person in plan.persons
        ],
        "outside": {site: str(why) for site, why in plan.outside.items()},
    }


def _line(plan: LawfulPlan) -> dict[str, object]:
    built = [roof for roof in plan.roofs if roof.kwp > 0.0]
    return {
        "operation_count": len(plan.operations),
        "value_eur": plan.value_eur,
        "year_eur": plan.year_eur,
        "loser_ids": [person.id for person in plan.losers],
        "sites_inside": sum(len(one.participant_ids) for one in plan.operations),
        "roofs_built": len(built),
        "owners_elsewhere": sum(roof.owner_elsewhere for roof in built),
        "invested_eur": plan.invested_eur,
        "derogations": [str(one) for one in plan.derogations],
        "bound_eur": plan.bound_eur,
        "key_bound_eur": plan.key_bound_eur,
        "gap_ratio": plan.gap_ratio,
    }


def _operation(one: PlannedOperation) -> dict[str, object]:
    return {
        "regime": str(one.regime),
        "participant_ids": list(one.participant_ids),
        "plant_ids": list(one.plant_ids),
        "longest_ids": list(one.longest_ids),
        "longest_km": one.longest_km,
        "limit_km": one.limit_km,
        "sites_eur": one.sites_eur,
        "received_kwh": one.received_kwh,
        "checks": {check.rule: str(check.state) for check in one.checks},
    }


def _without(one: WithoutOne) -> dict[str, object]:
    return {
        "id": one.id,
        "unchanged": None if one.unchanged is None else _line(one.unchanged),
        "anew": None if one.anew is None else _line(one.anew),
    }
