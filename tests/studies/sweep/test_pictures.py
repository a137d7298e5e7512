"""The pictures of a sweep draw nobody who did not agree; their totals go through the register."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from acc.result.sweep import KeyDraws, SweepReport, VariantDraws
from acc.rules.check import Legality, OperationStatus
from acc.scenario import Scenario
from acc.sites import Kind, Participant
from reports.register import REGISTER
from reports.studies.sweep.files import sweep_groups, sweep_pictures, write_sweep
from reports.view.publications import ShownRows
from tests.attacker import Attacker
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


def drawn(whole: Scenario, folder: Path) -> tuple[set[str], list[str]]:
    need = np.array([1000.0 * (ord(one.id) - 96) for one in whole.participants])
    paths, why = write_sweep(swept(whole), whole, need, folder, "2026-11-28")
    for path in paths:
        path.touch()
    return {path.name for path in paths}, why


def test_a_sweep_draws_those_who_have_a_row_in_the_brief_alone() -> None:
    whole = people(*"abcdef", closed="f")
    groups = sweep_groups(swept(whole), whole, np.arange(1.0, 7.0))
    named = {group.name for group in groups if group.is_named}
    assert named == {"C", "D", "E"}, "two others hide the one who did not agree"
    attack = Attacker({"f": 6000.0}, {"read": 3, "reckoned": 3})
    attack.read_column([(21_000.0, 0), *((1000.0 * (ord(name) - 64), 0) for name in named)], "the pictures")
    assert attack.found == []
    assert sweep_pictures(swept(whole), whole, groups).keys() == {
        "keys-saving_eur_ht.png",
        "members-saving_eur_ht.png",
    }


def test_totals_of_a_sweep_that_tell_who_came_are_not_drawn_and_the_reason_is_given(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    first, why = drawn(people(*"abcdef", closed="def"), out / "one")
    assert (len(first), why) == (2, [])
    second, why = drawn(people(*"abcdefg", closed="defg"), out / "two")
    assert second == {"members-saving_eur_ht.png"}
    assert "beside out/one/keys-saving_eur_ht.png" in why[0]
    assert "delete it and ask again" in why[0]
    assert "G" in why[0]
    assert (out / REGISTER).is_file()


def test_a_document_of_totals_is_one_row_of_everybody() -> None:
    rows = ShownRows.of_all(people(*"abc"), "2026-11-28")
    assert [group.members for group in rows.groups] == [(0, 1, 2)]


@pytest.mark.parametrize("closed", ["", "abcdef"])
def test_a_sweep_of_which_nobody_or_everybody_may_be_drawn_is_drawn(closed: str, tmp_path: Path) -> None:
    names, why = drawn(people(*"abcdef", closed=closed), tmp_path / "one")
    assert why == []
    assert ("members-saving_eur_ht.png" in names) is (not closed)
