"""An operation without its largest receiver."""

from acc.departures.departure import Departure, largest_receiver, without_participant
from acc.problem import InputError
from acc.result.result import KeyOutcome
from scenarios.operation.ready.operation import Operation


def departure(operation: Operation, chosen: KeyOutcome) -> Departure | None:
    """Return the operation without its largest receiver; None when nothing is shared or nobody would stay."""
    received = chosen.energy.received_kwh
    if len(received) < 2 or not received.sum() > 0.0:
        return None
    leaver = largest_receiver(chosen.energy)
    try:
        return without_participant(
            operation.exchange,
            chosen.allocation,
            operation.context,
            operation.scenario.key,
            leaver,
            operation.scenario.battery,
            operation.battery_km,
        )
    except InputError:
        return None  # a key whose parameters name the one who leaves has no meaning without it
