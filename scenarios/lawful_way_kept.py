"""What would make an unlawful operation lawful, found once and kept beside the meters of the folder."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from hashlib import sha256

import numpy as np

from acc.result.groups import LawfulWay
from acc.rules.check import Check
from scenarios.operation.ready.operation import Operation
from scenarios.operation.store.store import KeptForm, KeptKind, KeptStore
from scenarios.rates.perimeter_rules import perimeter_rules
from scenarios.rates.table import read_rates

WAY = KeptKind(
    "lawful way",
    form=KeptForm(
        write=lambda way: json.dumps(asdict(way)).encode(), read=lambda body: LawfulWay(**json.loads(body))
    ),
)


def lawful_way_of(operation: Operation, checks: Sequence[Check], cache: KeptStore) -> LawfulWay | None:
    """Return the operations to form in place of an unlawful one; None where no rule forbids it.

    It is kept by what it rests on alone, meters, places and powers: another price, another key ask for no
    new search.
    """
    if not any(check.forbids for check in checks):
        return None
    return cache.get(WAY, _digest(operation), lambda: _searched(operation))


def _digest(operation: Operation) -> str:
    """Return the sha256 of all that the search reads; the rates are part of the program."""
    members = operation.members
    told = sha256(repr((operation.scenario.on, members.participants, members.plants)).encode())
    for kwh in (operation.exchange.consumption_kwh, operation.exchange.production_kwh):
        told.update(np.ascontiguousarray(kwh).data)
    return told.hexdigest()


def _searched(operation: Operation) -> LawfulWay:
    # Solvers are imported for an unlawful operation that was not looked at before, and for no other.
    from scenarios.studies.splitting.search_all import lawful_way  # noqa: PLC0415 - scipy only where it is solved

    exchange = operation.exchange
    return lawful_way(
        operation.members,
        exchange.consumption_kwh,
        exchange.production_kwh,
        perimeter_rules(read_rates(), operation.scenario.on),
    )
