"""What a folder leaves unsaid is drawn once for all; what a bill, a curve or a plan says is not."""

from dataclasses import replace

import numpy as np
import pytest

from acc.result.result import LoadQuality
from acc.sites import Grade, Kind, LoadSource, Participant, Said
from profiles.reference.shape_library import CELLS, library
from scenarios.operation.draws.draws import Draw, draw
from scenarios.operation.draws.settings import SweepChoice, read_sweep
from scenarios.operation.draws.unknowns import (
    UNSAID,
    Unknown,
    heating_part,
    heating_shape,
    unknown_of,
)
from tests.scenarios.draws.test_settings import source

CHOICE: SweepChoice = read_sweep(source(seed=7))


def known(
    grade: Grade, profile: str = "primary-school", said: Said | None = None, kwh: float = 8e4
) -> Unknown:
    site = Participant(id="a", name="A", kind=Kind.COMMUNE, source=LoadSource(profile=profile), said=said)
    return unknown_of(site, LoadQuality(grade=grade, source="", band_ratio=0.3), kwh, library())


def same(one: Draw, other: Draw) -> bool:
    shapes = all(np.array_equal(one.shape[name], other.shape[name]) for name in other.shape)
    return shapes and one.load_ratio == other.load_ratio and one.values == other.values


@pytest.mark.parametrize(
    ("grade", "said"), [(Grade.A, None), (Grade.FITTED, None), (Grade.PROFILE, Said.PLAN)]
)
def test_nothing_is_drawn_of_what_is_said(grade: Grade, said: Said | None) -> None:
    of = known(grade, said=said)
    assert of.unsaid is None
    for number in range(5):
        drawn = draw(CHOICE, number, {"a": of})
        assert same(drawn, draw(CHOICE, number, {"a": replace(of, unsaid=None)}))
        assert not drawn.unsaid


def test_what_is_unsaid_depends_on_what_is_known() -> None:
    found = [known(Grade.PROFILE), known(Grade.PROFILE, "office"), known(Grade.ESTIMATE)]
    found.append(known(Grade.PROFILE, said=Said.GUESS))
    unsaid = [one.unsaid for one in found]
    assert [(u.daylight_ratio, u.level_ratio, u.split_ratio) for u in unsaid if u] == [
        (0.33, 0.0, 0.0), (0.16, 0.0, 0.0), (0.33, 0.10, 0.0), (0.33, 0.10, 0.35),
    ]  # fmt: skip


def test_without_noise_nothing_unsaid_is_drawn() -> None:
    drawn = draw(replace(CHOICE, load_noise=0.0), 3, {"a": known(Grade.ESTIMATE)})
    assert (drawn.unsaid, drawn.shape) == ({}, {})


def test_one_more_unsaid_site_changes_nothing_of_the_others() -> None:
    of = known(Grade.PROFILE)
    alone, beside = draw(CHOICE, 2, {"a": of}), draw(CHOICE, 2, {"a": of, "b": known(Grade.ESTIMATE, "shop")})
    assert np.array_equal(alone.shape["a"], beside.shape["a"])
    assert alone.load_ratio["a"] == beside.load_ratio["a"]
    assert alone.unsaid["heating"] == beside.unsaid["heating"]


def test_guesses_keep_their_total_but_for_the_level_they_share() -> None:
    sites = {name: known(Grade.PROFILE, said=Said.GUESS, kwh=kwh) for name, kwh in (("a", 9e4), ("b", 2e4))}
    drawn = draw(CHOICE, 4, sites)
    total = 9e4 * drawn.load_ratio["a"] + 2e4 * drawn.load_ratio["b"]
    wanted = 11e4 * np.exp(0.10 * drawn.unsaid["need_level"]) * (1.0 + drawn.values["load_growth"])
    assert total == pytest.approx(wanted, rel=1e-12)
    assert drawn.load_ratio["a"] != pytest.approx(drawn.load_ratio["b"], rel=1e-3)


def test_heating_bends_a_profile_by_season() -> None:
    part = heating_part("household-group")
    assert 0.15 < part[-1] < 0.35
    assert len(part) == CELLS + 1
    more, less = heating_shape("household-group", 0.95), heating_shape("household-group", 0.05)
    winter, summer = slice(0, 48), slice(6 * 48, 7 * 48)
    assert more[winter].mean() > 1.0 > less[winter].mean()
    assert more[summer].mean() < 1.0 < less[summer].mean()
    assert np.array_equal(heating_shape("street-lighting", 0.9), np.ones(CELLS))


def test_the_names_of_what_is_unsaid_are_those_drawn() -> None:
    assert set(draw(CHOICE, 1, {"a": known(Grade.ESTIMATE)}).unsaid) == set(UNSAID)
