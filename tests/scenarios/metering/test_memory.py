from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from acc.arrays import let_go
from acc.finance import Finance
from acc.problem import InputError
from acc.steps import Steps
from scenarios.operation.metering import memory
from scenarios.operation.metering.memory import (
    check_key_fits,
    check_key_is_light,
    check_loads_fit,
    free_bytes,
    give_back,
    spooled,
)
from tests.operations import member, plant, scenario

MADE = scenario([member("a"), member("b")], [plant("r0"), plant("r1")])


def test_what_is_free_is_known_here_or_not_at_all() -> None:
    found = free_bytes()
    assert found is None or found > 1e6


def test_a_period_that_does_not_fit_is_refused_with_the_ways_on(monkeypatch: pytest.MonkeyPatch) -> None:
    century = replace(MADE, steps=Steps.between(date(1926, 1, 1), date(2026, 1, 1), 15))  # 84 MB of loads
    monkeypatch.setattr(memory, "free_bytes", lambda: 3.5e8)
    with pytest.raises(InputError, match=r"need about 0.4 GB of memory, 0.3 GB are free.*step_minutes = 60"):
        check_loads_fit(century)
    check_loads_fit(MADE)
    aged = replace(century, finance=Finance(), plants=(replace(century.plants[0], behind="a"),))
    monkeypatch.setattr(memory, "free_bytes", lambda: 4.2e8)
    check_loads_fit(century)
    with pytest.raises(InputError, match="GB of memory"):  # later years stand beside the first
        check_loads_fit(aged)
    monkeypatch.setattr(memory, "free_bytes", lambda: None)  # not known: nothing is refused
    check_loads_fit(century)


def test_a_key_that_tells_the_plants_apart_is_refused_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "free_bytes", lambda: 2e5)  # 4 pairs x 8,760 hours x 8 bytes: 0.28 MB
    with pytest.raises(InputError, match="the key nearest-first tells 4 pairs"):
        check_key_fits(MADE, "nearest-first")
    check_key_fits(MADE, "prorata")
    monkeypatch.setattr(memory, "free_bytes", lambda: 3e5)
    check_key_fits(MADE, "nearest-first")


def test_a_key_that_outweighs_the_rest_is_not_set_beside_the_others_unless_named() -> None:
    century = replace(MADE, steps=Steps.between(date(1926, 1, 1), date(2026, 1, 1), 15))  # 112 MB of pairs
    check_key_is_light(century, "nearest-first")
    many = replace(century, participants=tuple(member(f"m{n}") for n in range(6)))
    with pytest.raises(InputError, match=r"hold 0.3 GB to tell 12 pairs .* --key nearest-first"):
        check_key_is_light(many, "nearest-first")
    check_key_is_light(many, "prorata")


def test_what_was_freed_is_given_back_where_arrays_are_large(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(memory, "_of_libc", lambda _name: asked.append)
    give_back(np.zeros(memory.PAGED_BYTES // 8 - 1))
    assert asked == []
    give_back(np.zeros(memory.PAGED_BYTES // 8))
    assert asked == [0]


def test_pages_of_the_disk_that_were_let_go_are_read_again(tmp_path: Path) -> None:
    values = np.arange(5_000.0).reshape(50, 100)
    laid = spooled(values, tmp_path)
    for one in (laid, laid[:, 3:9], laid.T, values):
        let_go(one)
    assert (laid == values).all()
