"""The lawful groups as data: what `--json` prints, and a table for a spreadsheet or a mail."""

import csv
import io
from collections.abc import Sequence
from dataclasses import asdict
from gettext import gettext as _
from pathlib import Path

from acc.i18n import semicolons
from acc.result.groups import GroupedSite, GroupWorth, LawfulGroup, SplitReport
from acc.rules.regimes import Outlook
from reports.format.labels import regime_word

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def split_document(report: SplitReport, files: Sequence[Path] = ()) -> dict[str, object]:
    """Return what `members --split --json` prints: kWh and EUR over the period, without tax.

    `shared_kwh` is what the default key shares, the most of any key; `received_kwh` and `eur` are those of
    the chosen key. Unknown euros are null.

    Args:
        files: what was written of it.
    """
    found, worth = report.split, report.worth
    return {
        "status": report.status.document,
        "objective": str(found.objective),
        "shared_kwh": found.shared_kwh,
        "single_kwh": found.single_kwh,
        "lost_kwh": found.lost_kwh,
        "key": worth.key,
        "received_kwh": worth.received_kwh,
        "eur": worth.eur,
        "single_eur": worth.single.eur,
        "lost_eur": worth.lost_eur,
        "bound_kwh": found.bound_kwh,
        "gap_ratio": found.gap_ratio,
        "served": found.served,
        "worst_ratio": found.worst_ratio,
        "worst_bound_ratio": found.worst_bound_ratio,
        "exact": found.exact,
        "seed": found.seed,
        "together": None if report.together is None else asdict(report.together),
        "single": None if report.single is None else asdict(report.single),
        "battery": None if report.battery is None else asdict(report.battery),
        "groups": [_group(group, part) for group, part in zip(found.groups, worth.groups, strict=True)],
        "sites": [_site(site) for site in report.sites],
        "unplaced": [asdict(site) for site in found.unplaced],
        "regimes": [_outlook(outlook) for outlook in report.outlooks],
        "notes": list(worth.notes),
        "warnings": list(report.scenario.notes),
        "files": [str(path) for path in files],
    }


def _group(group: LawfulGroup, worth: GroupWorth | None) -> dict[str, object]:
    return {
        "regime": str(group.regime),
        "state": str(group.state),
        "to_verify": [check.remedy for check in group.to_verify],
        "participant_ids": list(group.participant_ids),
        "plant_ids": list(group.plant_ids),
        "longest_km": group.longest_km,
        "longest_ids": list(group.longest_ids),
        "production_kwh": group.production_kwh,
        "consumption_kwh": group.consumption_kwh,
        "shared_kwh": group.shared_kwh,
        "received_kwh": None if worth is None else worth.received_kwh,
        "eur": None if worth is None else worth.eur,
        "worst_ratio": group.worst_ratio,
    }


def _site(site: GroupedSite) -> dict[str, object]:
    return {
        "id": site.id,
        "name": site.name,
        "is_plant": site.is_plant,
        "commune": site.commune,
        "density_class": site.density_class,
        "epci": site.epci,
        "group": site.group,
        "regime": None if site.regime is None else str(site.regime),
        "kwh": None if site.share is None else site.share.kwh,
        "eur": None if site.share is None else site.share.eur,
        "regimes": [str(regime) for regime in site.regimes],
        "reason": site.reason,
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


def groups_csv(report: SplitReport) -> bytes:
    """Return one row a site, in the form that Excel reads in French."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    regimes = [outlook.regime for outlook in report.outlooks]
    writer.writerow([*_heads(), *(regime_word(regime) for regime in regimes), _("Remark")])
    for site in report.sites:
        opened = [_("yes") if regime in site.regimes else _("no") for regime in regimes]
        writer.writerow([*_cells(site), *opened, _text(site.reason or _to_verify(report, site))])
    # The mark at the head tells Excel that the accents are UTF-8.
    return ("\ufeff" + out.getvalue()).encode()


def _to_verify(report: SplitReport, site: GroupedSite) -> str:
    """Return what is to verify of the group of a site, on the row of each site that makes it so."""
    checks = () if site.group is None else report.split.groups[site.group - 1].to_verify
    found = [check for check in checks if site.id in check.culprits]
    return semicolons([_("to verify"), *(check.title for check in found)]) if found else ""


def _heads() -> list[str]:
    return [
        _("Group"),
        _("Perimeter"),
        "id",
        _("Name"),
        _("What"),
        _("Commune"),
        _("Density class"),
        "EPCI",
        _("Received or shared kWh"),
        _("Saved or gained €"),
    ]


def _cells(site: GroupedSite) -> list[str]:
    share = site.share
    return [
        _whole(site.group),
        regime_word(site.regime) if site.regime else "",
        site.id,
        _text(site.name),
        _("plant") if site.is_plant else _("participant"),
        _text(site.commune or ""),
        _whole(site.density_class) or _("to verify"),
        _text(site.epci or ""),
        _whole(share.kwh if share else None),
        _whole(share.eur if share else None),
    ]


def _text(text: str) -> str:
    """Return a text that a spreadsheet takes as words: a partner's name must not run as a formula."""
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def _whole(value: float | None) -> str:
    return "" if value is None else str(round(value))
