"""The lawful operations of a folder: found, weighed, written as folders."""

from dataclasses import dataclass, replace
from gettext import gettext as _
from pathlib import Path
from typing import Unpack

from acc.exchange import Exchange
from acc.result.groups import GroupedSite, LawfulGroups, Objective, SplitReport, SplitWorth
from acc.rules.regimes import Outlook, what_if
from scenarios.entry.folder.battery_and_loads import left_out
from scenarios.entry.places.insee_density import epci_name
from scenarios.operation.ready.operation import Operation, open_operation
from scenarios.operation.ready.request import OperationRequest
from scenarios.operation.ready.status import standing
from scenarios.rates.perimeter_rules import perimeter_rules
from scenarios.rates.table import read_rates
from scenarios.studies.splitting.battery import battery_home, with_battery
from scenarios.studies.splitting.folders import other_groups, write_groups
from scenarios.studies.splitting.money import split_worth, sums_of
from scenarios.studies.splitting.search_all import split


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
    found = replace(found, groups=with_battery(operation.scenario, found.groups, home, rules))
    worth = split_worth(operation, unshifted, found.groups, home)
    outlooks = what_if(operation.members, rules)
    together, single = sums_of(operation.scenario, found.groups, worth) if found.groups else (None, None)
    return SplitReport(
        scenario=operation.scenario,
        split=found,
        worth=worth,
        sites=_grouped_sites(operation, found, worth, outlooks),
        outlooks=outlooks,
        battery=home,
        status=standing(operation.scenario, None),
        together=together,
        single=single,
    )


def _grouped_sites(
    operation: Operation, found: LawfulGroups, worth: SplitWorth, outlooks: tuple[Outlook, ...]
) -> tuple[GroupedSite, ...]:
    """Return each site with its group: by group, plants first, those in no group last."""
    reasons = {site.id: site.reason for site in found.unplaced}
    plants = {plant.id for plant in operation.scenario.plants}
    places = {
        name: place
        for place, group in enumerate(found.groups)
        for name in (*group.plant_ids, *group.participant_ids)
    }
    regimes = {name: found.groups[place].regime for name, place in places.items()}
    shares = {name: share for part in worth.groups if part is not None for name, share in part.shares.items()}
    sites = sorted(
        operation.members.sites, key=lambda s: (places.get(s.id, len(found.groups)), s.id not in plants)
    )
    return tuple(
        GroupedSite(
            id=site.id,
            name=site.name,
            is_plant=site.id in plants,
            commune=site.commune,
            density_class=site.density_class,
            epci=epci_name(site.epci),
            group=places[site.id] + 1 if site.id in places else None,
            regime=regimes.get(site.id),
            share=shares.get(site.id),
            regimes=tuple(o.regime for o in outlooks if o.shares and site.id in o.staying),
            reason=reasons.get(site.id),
        )
        for site in sites
    )


@dataclass(frozen=True, slots=True)
class WrittenSplit:
    """A split whose groups are folders, and what a person should know of these."""

    report: SplitReport
    folders: tuple[Path, ...]
    notes: tuple[str, ...]


def split_folder(
    folder: Path,
    out: Path,
    *,
    objective: str,
    seed: int,
    force: bool = False,
    **request: Unpack[OperationRequest],
) -> WrittenSplit:
    """Split an operation folder into lawful operations, a folder for each in `out`.

    Raises:
        InputError: every fault of the folder, a group folder that is there already and not `force`.
    """
    operation, metered = open_operation(folder, **request)
    report = split_for(operation, Objective(objective), seed, metered.unshifted)
    folders = write_groups(operation, report.split.groups, out, report.battery, force=force)
    message = _("{path} is of an earlier split: remove it, or keep it apart")
    earlier = [message.format(path=path) for path in other_groups(out, len(folders))]
    notes = (*left_out(operation.scenario), *earlier)
    return WrittenSplit(report, tuple(folders), notes)
