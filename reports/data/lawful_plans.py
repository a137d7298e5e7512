"""The lawful plans as data: what `acc members --split --json` prints, and a table for a spreadsheet."""

import csv
import io
import os
from collections.abc import Sequence
from dataclasses import asdict
from gettext import gettext as _
from math import isnan
from pathlib import Path

from acc.i18n import semicolons
from acc.result.lawful_plan import (
    LawfulPlan,
    LawfulPlansReport,
    PlanConstraints,
    PlanDoubt,
    PlannedOperation,
    PlannedPerson,
)
from acc.rules.all_checks import Outlook
from acc.rules.check import State
from acc.sites import Plant, Site
from profiles.files.letters import as_words
from reports.format.labels import regime_word
from reports.format.lawful_plan import why_outside


def lawful_plans_document(
    report: LawfulPlansReport, folder: Path, folders: Sequence[Path] = (), files: Sequence[Path] = ()
) -> dict[str, object]:
    """Return the plans in EUR without tax: `npv_eur_ht` of all persons over the plan, roofs alone included.

    Args:
        folder: of the whole.
        folders: of the operations of the proposed plan.
        files: what was written of it.
    """
    plans, own = report.named, [_relative(folder, path) for path in folders]
    return {
        "status": report.status.document,
        "seed": report.seed,
        "plans": [
            {**_request_document(limits), **lawful_plan_document(plan, own if plan is report.best else ())}
            for limits, plan in plans
        ],
        "proposed": next(place for place, (_limits, plan) in enumerate(plans) if plan is report.best),
        "single": {
            "npv_eur_ht": report.single_eur,
            "losers": report.single_losers,
            "received_kwh": report.single_kwh,
        },
        "proven": report.is_proven,
        "bounded": report.is_bounded,
        "unpriced": list(report.unpriced),
        "search_only": list(report.search_only),
        "regimes": [_outlook(outlook) for outlook in report.outlooks],
        "warnings": list(report.scenario.notes),
        "files": [str(path) for path in files],
    }


def _relative(folder: Path, path: Path) -> str:
    """Return a path as it is found from a folder; whole where it is on another drive."""
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:
        return path.as_posix()


def lawful_plan_document(plan: LawfulPlan, folders: Sequence[str] = ()) -> dict[str, object]:
    """Return one plan: its operations, its roofs, its persons, who is outside and why."""
    built = [roof for roof in plan.roofs if roof.kwp > 0.0]
    names: Sequence[str | None] = folders or [None] * len(plan.operations)
    return {
        "operations": [
            _operation(operation, folder) for operation, folder in zip(plan.operations, names, strict=True)
        ],
        "outside": [{"id": site, "reason": str(why)} for site, why in plan.outside.items()],
        "npv_eur_ht": None if plan.years is None else plan.value_eur,
        "gain_eur_ht": _known(plan.year_eur),
        "received_kwh": plan.received_kwh,
        "bound_eur_ht": plan.bound_eur,
        "key_bound_eur_ht": plan.key_bound_eur,
        "bound_kwh": plan.bound_kwh,
        "searched_npv_eur_ht": plan.searched_eur,
        "bound_basis": str(plan.bound_basis),
        "gap_ratio": plan.gap_ratio,
        "to_confirm": list(plan.to_confirm),
        "confirmed_npv_eur_ht": plan.confirmed_eur,
        "losers": [person.id for person in plan.losers] if plan.losers_known else None,
        "capex_eur_ht": _known(plan.invested_eur),
        "derogations": [str(derogation) for derogation in plan.derogations],
        "owners_elsewhere": sum(roof.owner_elsewhere for roof in built),
        "roofs": [asdict(roof) for roof in plan.roofs],
        "persons": [_person(plan, person) for person in (plan.persons if plan.losers_known else ())],
        "found_by": plan.version or None,
        "left_out": list(plan.left_out),
        "draws": plan.draws,
        "doubts": [{**_request_document(doubt.constraints), **_doubt(doubt)} for doubt in plan.doubts],
        "without_each": [
            {
                "gone": str(loss.absent),
                "id": loss.id,
                "lost_eur_ht": loss.lost_eur,
                "unchanged_lost_eur_ht": loss.unchanged_eur,
                "losers": loss.losers,
            }
            for loss in plan.without
        ],
    }


def _person(plan: LawfulPlan, person: PlannedPerson) -> dict[str, object]:
    return {
        "id": person.id,
        "name": person.name,
        "npv_eur_ht": person.value_eur if person.is_known and plan.years is not None else None,
        "gain_eur_ht": person.year_eur if person.is_known else None,
        "sharing_eur_ht": person.sharing_eur if person.is_known else None,
        "recommended_npv_eur_ht": person.proposed_eur if plan.years is not None else None,
        "recommended_gain_eur_ht": person.proposed_year_eur,
        "loses": person.loses if person.is_known else None,
    }


def _request_document(constraints: PlanConstraints) -> dict[str, object]:
    without = None if constraints.without is None else str(constraints.without)
    named = {"most": constraints.most, "owners_inside": constraints.owners_inside, "without": without}
    return {**named, "if_confirmed": constraints.confirmed}


def _doubt(plan_doubt: PlanDoubt) -> dict[str, object]:
    return {
        "value_eur_ht": plan_doubt.value_eur,
        "p10_eur_ht": plan_doubt.low_eur,
        "p50_eur_ht": plan_doubt.middle_eur,
        "p90_eur_ht": plan_doubt.high_eur,
        "best_ratio": plan_doubt.best_ratio,
        "lose_ratios": dict(plan_doubt.lose_ratios),
    }


def _known(eur: float) -> float | None:
    return None if isnan(eur) else eur


def _operation(operation: PlannedOperation, folder: str | None) -> dict[str, object]:
    return {
        "folder": folder,
        "perimeter": str(operation.regime),
        "key": operation.key,
        "recommended_key": operation.proposed_key,
        "sites": list(operation.participant_ids),
        "plants": list(operation.plant_ids),
        "gain_eur_ht": _known(operation.year_eur),
        "npv_eur_ht": _known(operation.value_eur),
        "received_kwh": operation.received_kwh,
        "longest_km": operation.longest_km,
        "longest_ids": list(operation.longest_ids),
        "limit_km": operation.limit_km,
        "checks": {check.rule: str(check.state) for check in operation.checks},
    }


def _outlook(outlook: Outlook) -> dict[str, object]:
    return {
        "regime": str(outlook.regime),
        "state": str(outlook.state),
        "leaving": list(outlook.leaving),
        "staying": list(outlook.staying),
        "shares": outlook.shares,
        "state_without": str(outlook.state_without),
    }


def groups_csv(report: LawfulPlansReport) -> bytes:
    """Return one row a site and a roof, in the form that Excel reads in French."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    heads = [_("Operation"), _("Perimeter"), "id", _("Name"), _("What"), "kWc", _("Commune")]
    regimes = [regime_word(outlook.regime) for outlook in report.outlooks]
    writer.writerow([*heads, _("Density class"), *regimes, _("Remark")])
    places = {
        id_: place
        for place, operation in enumerate(report.best.operations)
        for id_ in (*operation.plant_ids, *operation.participant_ids)
    }
    sites = (*report.scenario.plants, *report.scenario.participants)
    for site in sorted(sites, key=lambda site: places.get(site.id, len(places))):
        writer.writerow(_cells(report, site, places.get(site.id)))
    # The mark at the head tells Excel that the accents are UTF-8.
    return ("\ufeff" + out.getvalue()).encode()


def _cells(report: LawfulPlansReport, site: Site, place: int | None) -> list[str]:
    operation = None if place is None else report.best.operations[place]
    kwp = {roof.id: roof.kwp for roof in report.best.roofs}
    opened = [outlook.shares and site.id in outlook.staying for outlook in report.outlooks]
    return [
        "" if place is None else str(place + 1),
        "" if operation is None else regime_word(operation.regime),
        site.id,
        as_words(site.name),
        _("plant") if isinstance(site, Plant) else _("participant"),
        f"{kwp[site.id]:g}" if isinstance(site, Plant) else "",
        as_words(site.commune or ""),
        _("to verify") if site.density_class is None else str(site.density_class),
        *(_("yes") if is_open else _("no") for is_open in opened),
        as_words(_remark(report.best, site, operation)),
    ]


def _remark(plan: LawfulPlan, site: Site, operation: PlannedOperation | None) -> str:
    """Reason why a site is in no operation, role of a roof there, or item to verify."""
    if site.id in plan.outside:
        return why_outside(plan.outside[site.id])
    if operation is None:
        return _("alone") if any(roof.id == site.id and roof.kwp for roof in plan.roofs) else _("not built")
    remarks = [
        check.title
        for check in operation.checks
        if check.state is State.TO_VERIFY and site.id in check.culprits
    ]
    return semicolons([_("to verify"), *remarks]) if remarks else ""
