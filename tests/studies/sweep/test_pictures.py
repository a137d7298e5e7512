"""The pictures of a sweep draw nobody who did not agree."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from acc.result.sweep import KeyDraws, SweepReport, VariantDraws
from acc.rules.check import Legality, OperationStatus
from acc.scenario import Scenario
from acc.sites import Kind, Participant
from reports.studies.sweep.files import sweep_groups, sweep_pictures, write_sweep
from tests.operations import member, scenario


def people(*ids: str, closed: str = "") -> Scenario:
    """Return companies; those of `closed` did not agree."""
    made = [
        Participant(id=id_, name=id_.upper(), kind=Kind.COMPANY, publish=id_ not in closed) for id_ in ids
    ]
    return replace(scenario([member("a")]), participants=tuple(made))


def swept(whole: Scenario) -> SweepReport:
    """Return draws in which each saves what stands for its letter."""
    saved = {one.id: 1000.0 * (ord(one.id) - 96) for one in whole.participants}
    ranges = {
        name: {who: (eur * 0.9, eur, eur * 1.1) for who, eur in {**saved, "": sum(saved.values())}.items()}
        for name in ("saving_eur_ht", "received_kwh")
    }
    keys = {name: KeyDraws(ranges=ranges, chances=None, alone={}) for name in ("prorata", "equal")}
    variant = VariantDraws(name="", keys=keys, beats={}, ahead={}, best={}, regret={}, variance_shares={})
    return SweepReport(
        version="1",
        draws=10,
        seed=1,
        engine="numpy",
        weather_years=1,
        spreads={},
        variants=(variant,),
        status=OperationStatus(lawful=Legality.TO_VERIFY, fictitious=False),
    )


def test_a_sweep_draws_those_who_have_a_row_in_the_brief_alone() -> None:
    whole = people(*"abcdef", closed="f")
    groups = sweep_groups(swept(whole), whole, np.arange(1.0, 7.0))
    named = {group.name for group in groups if group.is_named}
    assert named == {"A", "B", "C", "D", "E"}
    assert sweep_pictures(swept(whole), whole, groups).keys() == {
        "keys-saving_eur_ht.png",
        "members-saving_eur_ht.png",
    }


@pytest.mark.parametrize("closed", ["", "abcdef"])
def test_a_sweep_of_which_nobody_or_everybody_may_be_drawn_is_drawn(closed: str, tmp_path: Path) -> None:
    whole = people(*"abcdef", closed=closed)
    names = {path.name for path in write_sweep(swept(whole), whole, np.arange(1.0, 7.0), tmp_path)}
    assert ("members-saving_eur_ht.png" in names) is (not closed)
