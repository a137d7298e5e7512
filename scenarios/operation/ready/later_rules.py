"""The rules of place and of power in each year of a plan: by who takes part, and the plants that run then."""

from collections.abc import Sequence
from dataclasses import replace

from acc.rules.all_checks import check_perimeter
from acc.rules.check import Check
from acc.scenario import Scenario
from acc.sites import Participant, Plant
from acc.years.states import anchors, away_in, year_of, years_of_plant
from scenarios.entry.folder.battery_and_loads import checked_members
from scenarios.rates.perimeter_rules import perimeter_rules
from scenarios.rates.table import read_rates


def broken_later(scenario: Scenario) -> tuple[tuple[int, Check], ...]:
    """Return the binding rules that a later year of the plan breaks, and the one before did not, by year.

    The figures are those of the day on which the rates are read.
    """
    if not scenario.tells_years_apart or scenario.finance is None:
        return ()
    rules, found, before = perimeter_rules(read_rates(), scenario.on), list[tuple[int, Check]](), set[str]()
    known: dict[object, tuple[Check, ...]] = {}
    for year in anchors(
        (*scenario.changes, *scenario.other_changes), scenario.steps, scenario.finance.horizon_years
    ):
        then = _in_year(scenario, year)
        # Most years have the very members and plants of another one.
        those = _ids(then.participants), _ids(then.plants), then.battery is not None
        if those not in known:
            members = checked_members(then)
            known[those] = check_perimeter(members, then.regime, rules) if then.participants else ()
        broken = {check.rule: check for check in known[those] if check.forbids}
        found += [(year, check) for rule, check in broken.items() if year > 1 and rule not in before]
        before = set(broken)
    return tuple(found)


def _ids(those: Sequence[Participant | Plant]) -> tuple[str, ...]:
    return tuple(one.id for one in those)


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
