"""How the operation of a folder stands, for commands that look at it without running it whole."""

from acc.accounts.values import Money
from acc.rules.all_checks import checks
from acc.rules.status import OperationStatus, status_of
from acc.scenario import Scenario
from scenarios.entry.folder.battery_and_loads import checked_members
from scenarios.rates.perimeter_rules import perimeter_rules
from scenarios.rates.table import read_rates


def standing(scenario: Scenario, money: Money | None) -> OperationStatus:
    """Return how an operation stands: its rules, and what its euros leave out, where it has some."""
    rules = perimeter_rules(read_rates(), scenario.on)
    found = checks(checked_members(scenario), scenario.regime, rules)
    left_out = money.costs_left_out if money is not None else ()
    return status_of(found, fictitious=scenario.fictitious, costs_left_out=left_out)
