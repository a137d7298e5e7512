"""The keys that are set beside that of a folder, on the same exchange, and what is said of them."""

from collections.abc import Iterable, Mapping
from gettext import gettext as _

from acc.i18n import semicolons
from acc.keys import KEYS
from acc.problem import InputError
from acc.result.result import KeyOutcome
from acc.scenario import Scenario
from scenarios.operation.metering.memory import check_key_is_light
from scenarios.operation.ready.operation import Operation


def other_key_outcomes(
    operation: Operation, names: Iterable[str], *, lenient: bool
) -> tuple[dict[str, KeyOutcome], dict[str, str]]:
    """Return the outcome of each key but the chosen one, and why each of the others is left out, by name.

    Raises:
        InputError: a key without its parameters, unless `lenient`.
    """
    scenario = operation.scenario
    outcomes_by_key: dict[str, KeyOutcome] = {}
    left_out: dict[str, str] = {}
    for name in names:
        try:
            if name != scenario.key.name:
                if lenient:
                    check_key_is_light(scenario, name)
                outcomes_by_key[name] = operation.compared_outcome(scenario.choice(name))
        except InputError as fault:
            if not lenient:
                raise
            left_out[name] = semicolons(problem.message for problem in fault.problems)
    return outcomes_by_key, left_out


def curve_notes(outcomes: Iterable[KeyOutcome]) -> tuple[str, ...]:
    """Return that some years under a key lie on a curve through those that were settled, and how far off."""
    plans = {
        outcome.name: outcome.years
        for outcome in outcomes
        if outcome.years is not None and not outcome.years.is_exact
    }
    if not plans:
        return ()
    fewest = min(plans.values(), key=lambda years: len(years.settled))
    message = _(
        "Key {keys}: {count} years of {horizon} are settled, the others lie on a curve through them. "
        "Measured on 40 members: all together within 25 kWh a year of 1.2 GWh, a member within 150 kWh over "
        "25 years, but up to 16 % of a year for one who receives 13 kWh"
    )
    keys = ", ".join(_(KEYS[name].short) for name in plans)
    count, horizon = len(fewest.settled), len(fewest.energies)
    return (message.format(keys=keys, count=count, horizon=horizon),)


def keys_left_out(scenario: Scenario, why: Mapping[str, str]) -> tuple[str, ...]:
    """Messages on keys left out of the comparison; `why` is by name."""
    message = _("{title} (`{name}`) is not compared: {why}. Its parameters go to [keys.{name}]")
    return tuple(
        message.format(title=_(KEYS[name].title), name=name, why=text)
        for name, text in why.items()
        if scenario.choice(name).parameters
    )
