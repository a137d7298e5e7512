"""The coefficient files of a folder: written for its key, checked against its meters, and what came back."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from gettext import gettext as _
from gettext import ngettext
from pathlib import Path

from acc.arrays import IntArray
from acc.bills.tariff_slots import off_peak_of, slot_index
from acc.devices.battery import battery_sites
from acc.grid_operator.coefficients import coefficients_of
from acc.grid_operator.reconciliation import Returned, meters_of, reconcile
from acc.i18n import semicolons
from acc.keys import KEYS, EnedisType
from acc.problem import Collecting, InputError, Problem, refuse
from acc.result.files import FileCheck, Reconciled, WrittenCoefficients
from acc.rules.all_checks import checks
from acc.rules.check import State
from acc.scenario import Scenario
from acc.settle import settle
from acc.sites import Participant, Plant
from scenarios.entry.folder.load import load
from scenarios.entry.folder.raw import OPERATION, PARTICIPANTS
from scenarios.entry.folder.sections import checked_members
from scenarios.operation.coefficient_files.check import check_file
from scenarios.operation.coefficient_files.operator_returns import read_returned
from scenarios.operation.coefficient_files.parse import LAYOUTS, LayoutName
from scenarios.operation.coefficient_files.write import FileForm, prms_of, write_coefficients
from scenarios.operation.ready.operation import Operation
from scenarios.rates.table import perimeter_rules, read_rates


def write_for(
    operation: Operation, folder: Path, form: FileForm, *, force: bool = False
) -> WrittenCoefficients:
    """Write the coefficients of a scenario's own key, one file a month (and a plant), into `folder`.

    Raises:
        InputError: participants or a battery without PRM, a file that is there already and not `force`.
    """
    scenario = operation.scenario
    check_prms(scenario)
    participants, plants = _sites(scenario)
    exact = coefficients_of(
        operation.stored_exchange,
        operation.key(scenario.key),
        [participant.id for participant in participants],
        [plant.id for plant in plants],
    )
    written = write_coefficients(
        exact, operation.stored_exchange, participants, folder, form=form, force=force
    )
    is_needed = KEYS[scenario.key.name].enedis is not EnedisType.DEFAULT
    return replace(written, notes=(*_before_sending(scenario), *written.notes), is_needed=is_needed)


def check_prms(scenario: Scenario) -> None:
    """Refuse participants or a battery without PRM: a coefficient file names meters alone.

    Raises:
        InputError: each of them.
    """
    if scenario.battery is not None and scenario.battery.prm_charge is None:
        message = _("no PRM: a coefficient file needs the 14 digits of the meter that charges the battery")
        raise InputError([Problem(f"{OPERATION}, [battery] prm_charge", message)])
    participants, _plants = _sites(scenario)
    prms_of([participant.id for participant in participants], participants)


def _before_sending(scenario: Scenario) -> Iterator[str]:
    """Warnings before sending: a key computed by the operator, broken rules."""
    if KEYS[scenario.key.name].enedis is EnedisType.DEFAULT:
        yield _("The grid operator computes this key itself: nothing has to be sent.")
    rules = perimeter_rules(read_rates(), scenario.on)
    checked = checks(checked_members(scenario), scenario.regime, rules)
    broken = [check.title for check in checked if check.state is State.NOT_MET and check.binding]
    if broken:
        message = ngettext(
            "The operation breaks {count} rule, these files cannot be sent as they stand: {rules}.",
            "The operation breaks {count} rules, these files cannot be sent as they stand: {rules}.",
            len(broken),
        )
        yield message.format(count=len(broken), rules=semicolons(broken))


def check_files(
    paths: Sequence[Path], operation: Path | None, first_day: date | None, decimals: int | None
) -> tuple[FileCheck, ...]:
    """Check each file; against the meters and period of an operation when named.

    Raises:
        InputError: an operation folder that cannot be read.
    """
    scenario = load(operation) if operation else None
    prms = [site.prm for site in _sites(scenario)[0] if site.prm] if scenario else []
    period = scenario.steps if scenario else None
    return tuple(
        check_file(path, prms=prms, first_day=first_day, period=period, decimals=decimals) for path in paths
    )


def reconcile_for(operation: Operation, paths: Sequence[Path], decimals: int | None = None) -> Reconciled:
    """Return the gaps between what was returned, in `paths`, and a scenario under its own key.

    Args:
        decimals: of the coefficients that were sent; None: as this program writes them.

    Raises:
        InputError: every value of every file that cannot be understood, or no PRM to match them with.
    """
    participants, plants = _sites(operation.scenario)
    returned = _returned(paths)
    meters = meters_of(
        operation.stored_exchange,
        settle(operation.stored_exchange, operation.key(operation.scenario.key)),
        [(site.id, site.prm) for site in participants],
        [(site.id, site.prm) for site in plants],
        _known_slots(operation, len(participants)),
        _decimals_sent(operation.scenario, decimals),
    )
    if not meters:
        message = _("no site has a PRM: fill in the column `prm` of participants.csv and plants.csv")
        raise InputError([Problem(PARTICIPANTS, message)])
    return Reconciled(
        key=operation.scenario.key.name,
        names={site.id: site.name for site in (*plants, *participants)},
        reconciliation=reconcile(returned, meters, operation.stored_exchange.steps),
    )


def _decimals_sent(scenario: Scenario, decimals: int | None) -> int | None:
    """Return with how many decimals coefficients were sent; None for the key of the operator itself."""
    if KEYS[scenario.key.name].enedis is EnedisType.DEFAULT:
        return None
    return LAYOUTS[LayoutName.DOCUMENTED].decimals if decimals is None else decimals


def _sites(scenario: Scenario) -> tuple[tuple[Participant, ...], tuple[Plant, ...]]:
    """Return the columns of what is shared: the battery, where there is one, stands last in both."""
    if scenario.battery is None:
        return scenario.participants, scenario.plants
    store, source = battery_sites(scenario.battery)
    return (*scenario.participants, store), (*scenario.plants, source)


def _returned(paths: Sequence[Path]) -> list[Returned]:
    values: list[Returned] = []
    problems: list[Problem] = []
    for path in paths:
        with Collecting(problems):
            values.extend(read_returned(path))
    refuse(problems)
    return values


def _known_slots(operation: Operation, count: int) -> list[IntArray | None]:
    """Return the tariff slot of each step, for the participants whose hours are given; nothing is assumed."""
    slots: list[IntArray | None] = [None] * count
    if operation.tariffs is None:
        return slots
    for n, (member, tariff) in enumerate(
        zip(operation.scenario.participants, operation.tariffs.members, strict=True)
    ):
        contract, clock = member.contract, tariff.clock
        if any(off_peak_of(contract)) and (contract.peak_hours or not clock.hta):
            slots[n] = slot_index(operation.stored_exchange.steps, clock)
    return slots
