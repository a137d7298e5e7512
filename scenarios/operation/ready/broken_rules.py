"""The rules that a year of the plan, or a newcomer, would break."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from acc.rules.all_checks import RULES, check_perimeter, checks
from acc.rules.check import Check, State
from acc.rules.distance import check_distance, distance_state
from acc.rules.perimeter import PerimeterRules
from acc.scenario import Regime, Scenario
from acc.sites import Participant, Plant
from acc.years.states import anchors, away_in, year_of, years_of_plant
from scenarios.entry.folder.sections import checked_members
from scenarios.rates.table import perimeter_rules, read_rates


def broken_later(scenario: Scenario) -> tuple[tuple[int, Check], ...]:
    """Return the binding rules that a later year of the plan breaks, and the one before did not, by year.

    The figures are those of the day on which the rates are read.
    """
    if not scenario.tells_years_apart or scenario.finance is None:
        return ()
    rules, later, before = perimeter_rules(read_rates(), scenario.on), list[tuple[int, Check]](), set[str]()
    known: dict[object, Mapping[str, Check | None]] = {}
    for year in anchors(
        (*scenario.changes, *scenario.other_changes), scenario.steps, scenario.finance.horizon_years
    ):
        current = _in_year(scenario, year)
        # Most years have the very members and plants of another one.
        was_far = DISTANCE in before
        those = _ids(current.participants), _ids(current.plants), current.battery is not None, was_far
        if those not in known:
            known[those] = _broken(current, rules, was_far=was_far)
        broken = known[those]
        new = [(rule, check) for rule, check in broken.items() if check is not None and rule not in before]
        later += [(year, check) for _rule, check in new if year > 1]
        before = set(broken)
    return tuple(later)


DISTANCE = "distance"
"""Name of the rule for whose sake who leaves is looked for, a long search among many."""


def _broken(scenario: Scenario, rules: PerimeterRules, *, was_far: bool) -> dict[str, Check | None]:
    """Return the binding rules that are broken, by name; None where the year before told it already.

    Args:
        was_far: whether the rule of distance was broken the year before.
    """
    if not scenario.participants:
        return {}
    members, regime = checked_members(scenario), scenario.regime
    if was_far and regime in rules.distance_km and distance_state(members, regime, rules) is State.NOT_MET:
        others = (rule for rule in RULES[regime] if rule is not check_distance)
        checks = [check for rule in others for check in rule(members, regime, rules)]
        return {DISTANCE: None, **{check.rule: check for check in checks if check.forbids}}
    return {check.rule: check for check in check_perimeter(members, regime, rules) if check.forbids}


def _ids(those: Sequence[Participant | Plant]) -> tuple[str, ...]:
    return tuple(item.id for item in those)


def _in_year(scenario: Scenario, year: int) -> Scenario:
    """Return the scenario of those who take part in a year, and of the plants that run in it."""
    away = away_in(scenario.steps, scenario.changes, year)
    plants = []
    for plant in scenario.plants:
        first, last = years_of_plant(plant.id, scenario.changes, scenario.steps)
        if first <= year <= (year if last is None else last):
            plants.append(plant)
    sites = tuple(site for site in scenario.participants if site.id not in away)
    since, battery = scenario.battery_since, scenario.battery
    if since is not None and year >= year_of(since, scenario.steps):
        battery = scenario.later_battery
    return replace(scenario, participants=sites, plants=tuple(plants), battery=battery)


def obstacles(scenario: Scenario, everyone: Scenario) -> dict[str, Check | None]:
    """Return, for who is not in a scenario, the rule that its coming would break; None where it may come."""
    regime, rules = scenario.regime, perimeter_rules(read_rates(), scenario.on)
    inside = {site.id: site for site in scenario.participants}
    broken = {check.rule for check in _unmet(scenario, regime, rules)}
    barriers: dict[str, Check | None] = {}
    for newcomer in [site for site in everyone.participants if site.id not in inside]:
        # In the order of the folder: with one who came out this minute, it is a group looked at before.
        joined = inside | {newcomer.id: newcomer}
        sites = tuple(joined[site.id] for site in everyone.participants if site.id in joined)
        larger = replace(scenario, participants=sites)
        new = [check for check in _unmet(larger, regime, rules) if check.rule not in broken]
        barriers[newcomer.id] = new[0] if new else None
    return barriers


def _unmet(scenario: Scenario, regime: Regime, rules: PerimeterRules) -> list[Check]:
    checked = checks(checked_members(scenario), regime, rules)
    return [check for check in checked if check.binding and check.state is State.NOT_MET]
