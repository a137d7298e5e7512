"""The lawful plans as data: what `acc members --split --json` prints, and a table for a spreadsheet."""

import csv
import io
import os
from collections.abc import Sequence
from gettext import gettext as _
from pathlib import Path

from acc.i18n import semicolons
from acc.result.lawful_plan import (
    LawfulPlan,
    LawfulPlansReport,
    PlannedOperation,
)
from acc.rules.check import State
from acc.sites import Plant, Site
from profiles.files.letters import as_words
from reports.data.encode import Document, document, keyed, lawful_plan, pick
from reports.format.labels import regime_word
from reports.format.unlawful import why_outside


def lawful_plans_document(
    report: LawfulPlansReport, folder: Path, folders: Sequence[Path] = (), files: Sequence[Path] = ()
) -> Document:
    """Return the plans in EUR without tax: `npv_eur_ht` of all persons over the plan, roofs alone included.

    Args:
        folder: of the whole.
        folders: of the operations of the proposed plan.
        files: what was written of it.
    """
    plans, own = report.named, [_relative(folder, path) for path in folders]
    return document(
        report,
        "status seed plans proposed single proven=is_proven bounded=is_bounded unpriced search_only "
        "regimes=outlooks warnings=scenario.notes files",
        plans=[
            {**keyed(limits), **lawful_plan(plan, own if plan is report.best else ())}
            for limits, plan in plans
        ],
        proposed=next(place for place, (_limits, plan) in enumerate(plans) if plan is report.best),
        single=pick(report, "npv_eur_ht=single_eur losers=single_losers received_kwh=single_kwh"),
        files=files,
    )


def _relative(folder: Path, path: Path) -> str:
    """Return a path as it is found from a folder; whole where it is on another drive."""
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:
        return path.as_posix()


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
