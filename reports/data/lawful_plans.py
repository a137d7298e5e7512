"""The lawful plans as data: what `acc members --split --json` prints, and a table for a spreadsheet."""

import csv
import io
import os
from collections.abc import Sequence
from dataclasses import dataclass
from gettext import gettext as _
from pathlib import Path
from typing import Annotated

from acc.i18n import semicolons
from acc.result.lawful_plan import (
    LawfulPlan,
    LawfulPlansReport,
    PlanConstraints,
    PlannedOperation,
)
from acc.rules.check import State
from acc.sites import Plant, Site
from profiles.files.letters import as_words
from reports.data.encode import Document, Keys, Picked, keyed, planned_operations
from reports.format.labels import regime_word
from reports.format.unlawful import why_outside


@dataclass(frozen=True, slots=True)
class WrittenPlans:
    """Lawful plans found for a folder.

    Attributes:
        folders: of the operations of the proposed plan, relative to that of the whole.
        files: what was written of it.
    """

    report: LawfulPlansReport
    folders: Sequence[str]
    files: Sequence[Path]


SINGLE = Keys(LawfulPlansReport, "npv_eur_ht=single_eur losers=single_losers received_kwh=single_kwh")


def _plans(written: WrittenPlans) -> list[Annotated[Picked, PlanConstraints, LawfulPlan]]:
    best = written.report.best
    return [
        {
            **keyed(limits),
            **keyed(plan),
            "operations": planned_operations(plan, written.folders if plan is best else ()),
        }
        for limits, plan in written.report.named
    ]


LAWFUL_PLANS = Keys(
    WrittenPlans,
    "status=report.status seed=report.seed plans proposed single proven=report.is_proven "
    "bounded=report.is_bounded unpriced=report.unpriced search_only=report.search_only "
    "regimes=report.outlooks warnings=report.scenario.notes files",
    plans=_plans,
    proposed=(int, lambda own: [plan is own.report.best for _limits, plan in own.report.named].index(True)),
    single=(Annotated[Picked, SINGLE], lambda own: SINGLE.record(own.report)),
)


def lawful_plans_document(
    report: LawfulPlansReport, folder: Path, folders: Sequence[Path] = (), files: Sequence[Path] = ()
) -> Annotated[Document, LAWFUL_PLANS]:
    """Document of the plans, EUR excl. VAT: `npv_eur_ht` of all persons over the plan, roofs alone included.

    Args:
        folder: of the whole.
        folders: of the operations of the proposed plan.
        files: what was written of it.
    """
    own = [_relative(folder, path) for path in folders]
    return LAWFUL_PLANS.document(WrittenPlans(report, own, files))


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
    places = report.best.places
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
    to_verify = (check for check in operation.checks if check.state is State.TO_VERIFY)
    remarks = [check.title for check in to_verify if site.id in check.culprits]
    return semicolons([_("to verify"), *remarks]) if remarks else ""
