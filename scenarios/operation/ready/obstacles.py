"""Who is not in a scenario: the rule that its coming would break."""

from dataclasses import replace

from acc.rules.all_checks import checks
from acc.rules.check import Check, State
from acc.rules.perimeter import PerimeterRules
from acc.scenario import Regime, Scenario
from scenarios.entry.folder.sections import checked_members
from scenarios.rates.perimeter_rules import perimeter_rules
from scenarios.rates.table import read_rates


def obstacles(scenario: Scenario, everyone: Scenario) -> dict[str, Check | None]:
    """Return, for who is not in a scenario, the rule that its coming would break; None where it may come."""
    regime, rules = scenario.regime, perimeter_rules(read_rates(), scenario.on)
    inside = {site.id: site for site in scenario.participants}
    broken = {check.rule for check in _broken(scenario, regime, rules)}
    barriers: dict[str, Check | None] = {}
    for newcomer in [site for site in everyone.participants if site.id not in inside]:
        # In the order of the folder: with one who came out this minute, it is a group looked at before.
        joined = inside | {newcomer.id: newcomer}
        sites = tuple(joined[site.id] for site in everyone.participants if site.id in joined)
        larger = replace(scenario, participants=sites)
        new = [check for check in _broken(larger, regime, rules) if check.rule not in broken]
        barriers[newcomer.id] = new[0] if new else None
    return barriers


def _broken(scenario: Scenario, regime: Regime, rules: PerimeterRules) -> list[Check]:
    checked = checks(checked_members(scenario), regime, rules)
    return [check for check in checked if check.binding and check.state is State.NOT_MET]
