"""What the grid operator's file of contracts (C68) says of sites, where their cells are empty."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from acc.scenario import Scenario
from acc.sites import Participant

if TYPE_CHECKING:
    from profiles.curves.formats.enedis_c68 import Contract


def with_contracts(scenario: Scenario, path: Path) -> Scenario:
    """Return the scenario with the subscribed power and TURPE version of Enedis' C68, where cells are empty.

    Raises:
        InputError: a file that is no C68.
    """
    from profiles.curves.formats.enedis_c68 import read_contracts  # noqa: PLC0415 - only for this file

    rows = {row.prm: row for row in read_contracts(path)}
    return replace(
        scenario, participants=tuple(_with_contract(p, rows.get(p.prm or "")) for p in scenario.participants)
    )


def _with_contract(participant: Participant, row: "Contract | None") -> Participant:
    if row is None:
        return participant
    given = participant.contract
    power = (row.subscribed_kva,) if row.subscribed_kva else ()
    contract = replace(
        given, turpe=given.turpe or row.turpe or None, subscribed_kva=given.subscribed_kva or power
    )
    return replace(participant, contract=contract)
