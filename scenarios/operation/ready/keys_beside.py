"""What other keys than the chosen one make of an operation."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from acc.i18n import semicolons
from acc.problem import InputError
from acc.result.result import KeyOutcome
from acc.scenario import KeyChoice
from scenarios.operation.metering.memory import check_key_is_light
from scenarios.operation.ready.operation import Operation


def outcomes_beside(
    operation: Operation, names: Iterable[str], *, lenient: bool
) -> tuple[dict[str, KeyOutcome], dict[str, str]]:
    """Return the outcome of each key but the chosen one, and why each of the others is left out, by name.

    Payments one by one are told of the chosen key alone.

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
                outcomes_by_key[name] = _outcome(operation, scenario.choice(name))
        except InputError as fault:
            if not lenient:
                raise
            left_out[name] = semicolons(problem.message for problem in fault.problems)
    return outcomes_by_key, left_out


def _outcome(operation: Operation, choice: KeyChoice) -> KeyOutcome:
    """Return an outcome without its allocation, which is settled again where it is asked for."""
    told = operation.outcome(choice)
    money = told.money and replace(told.money, ledger=(), year_ledger=())
    return replace(told, settled=partial(operation.allocation, choice), money=money)
