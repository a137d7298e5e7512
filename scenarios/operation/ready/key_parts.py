"""What a key rests on beside the meters: what it shares is held as long as none of it moves."""

from acc.keys import KEYS, KeyContext
from acc.scenario import KeyChoice, Scenario
from scenarios.operation.ready.optimal_key import has_orders
from scenarios.operation.store.store import Same


def key_parts(scenario: Scenario, context: KeyContext, choice: KeyChoice) -> tuple[object, ...] | None:
    """Inputs of a key other than the meters; None for a key whose inputs cannot be listed."""
    rule, spared = KEYS.get(choice.name), context.saving_eur_per_kwh
    reads_more = rule is not None and rule.reads_prices and (spared is None or has_orders(choice))
    if rule is None or reads_more or "file" in choice.parameters:
        return None
    read = spared is not None and rule.reads_prices and (spared.tobytes(), Same(context.saving_row))
    return scenario.battery, choice, scenario.sharing, read
