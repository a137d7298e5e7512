"""The lawful operations of a folder, as values and as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from gettext import gettext as _
from pathlib import Path
from typing import Any

from acc.exchange import Exchange
from acc.rules.regimes import Outlook, what_if
from acc.scenario import Scenario
from acc.sites import Site
from scenarios.folder.battery_and_loads import left_out
from scenarios.folder.insee_density import epci_name
from scenarios.operation.operation import Operation, open_operation
from scenarios.rates.perimeter_rules import perimeter_rules
from scenarios.rates.table import read_rates
from scenarios.splitting.battery import Home, battery_home, home_document
from scenarios.splitting.folders import other_groups, write_groups
from scenarios.splitting.money import SplitWorth, Worth, split_worth, total
from scenarios.splitting.search_all import Group, Objective, Split, split


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitReport:
    """The split of a folder, what it is worth, and what each regime would allow its members as they are."""

    split: Split
    worth: SplitWorth
    outlooks: tuple[Outlook, ...]
    battery: Home | None


def split_for(
    operation: Operation, objective: Objective, seed: int, unshifted: Exchange | None = None
) -> SplitReport:
    """Return the best lawful operations of the members; see `splitting.search_all.split`.

    Args:
        unshifted: the exchange before the flexible loads moved; None without any.

    Raises:
        InputError: the key cannot be built.
    """
    rules = perimeter_rules(read_rates(), operation.scenario.on)
    exchange = operation.exchange
    found = split(
        operation.members,
        exchange.consumption_kwh,
        exchange.production_kwh,
        rules,
        objective=objective,
        seed=seed,
    )
    home = battery_home(operation.scenario, operation.members, found.groups, rules)
    worth = split_worth(operation, unshifted, found.groups, home)
    return SplitReport(split=found, worth=worth, outlooks=what_if(operation.members, rules), battery=home)


@dataclass(frozen=True, slots=True)
class WrittenSplit:
    """A split whose groups are folders: its document, and what a person should know."""

    document: Mapping[str, object]
    scenario: Scenario
    folders: tuple[Path, ...]
    notes: tuple[str, ...]


def split_folder(
    folder: Path, out: Path, *, objective: str, seed: int, force: bool = False, **opened: Any
) -> WrittenSplit:
    """Split an operation folder into lawful operations, a folder for each in `out`.

    Args:
        opened: variant, key, cache and progress; see `open_operation`.

    Raises:
        InputError: every fault of the folder, a group folder that is there already and not `force`.
    """
    operation, metered = open_operation(folder, **opened)
    report = split_for(operation, Objective(objective), seed, metered.unshifted)
    folders = write_groups(operation, report.split.groups, out, report.battery, force=force)
    message = _("{path} is of an earlier split: remove it, or keep it apart")
    earlier = [message.format(path=path) for path in other_groups(out, len(folders))]
    notes = (*left_out(operation.scenario), *earlier)
    return WrittenSplit(split_document(report, operation), operation.scenario, tuple(folders), notes)


def split_document(report: SplitReport, operation: Operation) -> dict[str, object]:
    """Return a split as data: kWh and EUR over the period, without tax; unknown euros are null.

    `shared_kwh` is what the default key shares, the most of any key; `received_kwh` and `eur` are those of
    the chosen key.
    """
    found, worth = report.split, report.worth
    return {
        "objective": str(found.objective),
        "shared_kwh": found.shared_kwh,
        "single_kwh": found.single_kwh,
        "lost_kwh": found.lost_kwh,
        "key": worth.key,
        "received_kwh": total([None if part is None else part.received_kwh for part in worth.groups]),
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
        "battery": None if report.battery is None else home_document(report.battery),
        "groups": [
            _group_document(group, part, operation)
            for group, part in zip(found.groups, worth.groups, strict=True)
        ],
        "sites": _site_documents(report, operation),
        "unplaced": [{"id": site.id, "reason": site.reason} for site in found.unplaced],
        "regimes": [
            {
                "regime": str(outlook.regime),
                "state": str(outlook.state),
                "leaving": list(outlook.leaving),
                "staying": list(outlook.staying),
                "shares": outlook.shares,
                "state_without": str(outlook.state_without),
            }
            for outlook in report.outlooks
        ],
        "notes": list(worth.notes),
        "warnings": list(operation.scenario.notes),
    }


def _site_documents(report: SplitReport, operation: Operation) -> list[dict[str, object]]:
    """Return each site with its group: by group, plants first, those in no group last."""
    reasons = {site.id: site.reason for site in report.split.unplaced}
    plants = {plant.id for plant in operation.scenario.plants}
    groups = {
        name: number
        for number, group in enumerate(report.split.groups, start=1)
        for name in (*group.plant_ids, *group.participant_ids)
    }
    sites = sorted(operation.members.sites, key=lambda s: (groups.get(s.id, len(groups)), s.id not in plants))
    return [_site_document(site, groups.get(site.id), report, reasons, site.id in plants) for site in sites]


def _site_document(
    site: Site, number: int | None, report: SplitReport, reasons: Mapping[str, str], is_plant: bool
) -> dict[str, object]:
    worth = None if number is None else report.worth.groups[number - 1]
    share = None if worth is None else worth.shares.get(site.id)
    return {
        "id": site.id,
        "name": site.name,
        "is_plant": is_plant,
        "commune": site.commune,
        "density_class": site.density_class,
        "epci": epci_name(site.epci),
        "group": number,
        "regime": None if number is None else str(report.split.groups[number - 1].regime),
        "kwh": None if share is None else share.kwh,
        "eur": None if share is None else share.eur,
        "regimes": [str(o.regime) for o in report.outlooks if o.shares and site.id in o.staying],
        "reason": reasons.get(site.id),
    }


def _group_document(group: Group, worth: Worth | None, operation: Operation) -> dict[str, object]:
    sites = operation.members.sites
    longest = group.longest
    return {
        "regime": str(group.regime),
        "participant_ids": list(group.participant_ids),
        "plant_ids": list(group.plant_ids),
        "longest_km": longest.distance_km if longest else None,
        "longest_ids": [sites[longest.first].id, sites[longest.second].id] if longest else [],
        "production_kwh": group.production_kwh,
        "consumption_kwh": group.consumption_kwh,
        "shared_kwh": group.shared_kwh,
        "received_kwh": None if worth is None else worth.received_kwh,
        "eur": None if worth is None else worth.eur,
        "worst_ratio": group.worst_ratio,
    }
