"""Who is not in a scenario: the rule that its coming would break."""

from dataclasses import replace

from acc.rules.all_checks import checks
from acc.rules.check import Check, State
from acc.rules.perimeter import PerimeterRules
from acc.scenario import Regime, Scenario
from scenarios.entry.folder.battery_and_loads import checked_members
from scenarios.rates.perimeter_rules import perimeter_rules
from scenarios.rates.table import read_rates


def obstacles(scenario: Scenario, everyone: Scenario) -> dict[str, Check | None]:
    """Return, for who is not in a scenario, the rule that its coming would break; None where it may come."""
    regime, rules = scenario.regime, perimeter_rules(read_rates(), scenario.on)
    inside = {site.id: site for site in scenario.participants}
    broken = {check.rule for check in _broken(scenario, regime, rules)}
    found: dict[str, Check | None] = {}
    for one in [site for site in everyone.participants if site.id not in inside]:
        # In the order of the folder: with one who came out this minute, it is a group looked at before.
        with_one = inside | {one.id: one}
        sites = tuple(with_one[site.id] for site in everyone.participants if site.id in with_one)
        larger = replace(scenario, participants=sites)
        new = [check for check in _broken(larger, regime, rules) if check.rule not in broken]
        found[one.id] = new[0] if new else None
    return found


def _broken(scenario: Scenario, regime: Regime, rules: PerimeterRules) -> list[Check]:
    found = checks(checked_members(scenario), regime, rules)
    return [check for check in found if check.binding and check.state is State.NOT_MET]
