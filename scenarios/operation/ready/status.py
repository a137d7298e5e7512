"""How the operation of a folder stands, for commands that look at it without running it whole."""

from acc.accounts.values import Money
from acc.indicators import Energy
from acc.legal.case import LegalCase
from acc.rules.all_checks import checks
from acc.rules.check import Check
from acc.rules.status import OperationStatus, status_of
from acc.scenario import Scenario
from scenarios.entry.folder.sections import checked_members
from scenarios.rates.legal_figures import DISPENSE, GRANT, PROCUREMENT, legal_figure
from scenarios.rates.perimeter_rules import perimeter_rules
from scenarios.rates.table import read_rates


def perimeter_checks(scenario: Scenario) -> tuple[Check, ...]:
    """Checks of the perimeter rules on an operation."""
    return checks(checked_members(scenario), scenario.regime, perimeter_rules(read_rates(), scenario.on))


def legal_case(scenario: Scenario, energy: Energy, money: Money | None) -> LegalCase:
    """Case for the checks of contracts and money under a key."""
    rates, on = read_rates(), scenario.on
    return LegalCase(
        scenario=scenario,
        energy=energy,
        money=money,
        procurement=legal_figure(rates, PROCUREMENT, on),
        dispense=legal_figure(rates, DISPENSE, on),
        grant=legal_figure(rates, GRANT, on),
    )


def operation_status(scenario: Scenario, money: Money | None) -> OperationStatus:
    """Status of an operation: its rules, and costs left out of its euros."""
    left_out = (*(money.costs_left_out if money is not None else ()), *scenario.left_out)
    return status_of(perimeter_checks(scenario), fictitious=scenario.fictitious, costs_left_out=left_out)
