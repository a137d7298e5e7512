"""What a sweep rests on, in one hash: its folder is named after it, and is resumed only under the same."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace

from acc.bills.tariffs import Tariffs
from acc.version import VERSION
from scenarios.operation.draws.settings import SweepChoice
from scenarios.operation.store.digests import code_sha256


def sweep_digest(
    choice: SweepChoice,
    keys: tuple[str, ...],
    engine: str,
    inputs: Mapping[str, str],
    tariffs: Sequence[Tariffs | None],
) -> str:
    """Return the sha256 of everything that a result rests on; the number of draws only adds parts.

    Args:
        tariffs: of each variant: the regulated rates as they were read, whatever they were read from.
    """
    what = {
        "choice": asdict(replace(choice, draws=1)),
        "keys": keys,
        "engine": engine,
        "inputs": dict(inputs),
        "rates": [_rates_read(tariff) for tariff in tariffs],
        "version": VERSION,
        "code": code_sha256(),
    }
    return hashlib.sha256(json.dumps(what, sort_keys=True, default=str).encode()).hexdigest()


def _rates_read(tariffs: Tariffs | None) -> dict[str, object] | None:
    """Return every figure that turns kWh into euros; sentences are left out, they are in a language."""
    return None if tariffs is None else asdict(replace(tariffs, assumptions=(), warnings=()))
