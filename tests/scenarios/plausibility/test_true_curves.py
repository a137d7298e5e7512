"""Curves that are true raise no doubt: the profiles, the shapes that were measured, the shared folder's."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from acc.sites import Position
from acc.steps import Steps
from profiles.curves.facts import curve_facts
from profiles.curves.formats.base import ReadOptions
from profiles.curves.read import Curve, read_curves
from profiles.reference.kinds import PROFILES
from profiles.reference.load import reference_load
from profiles.reference.shape_library import cell_of_steps, library
from profiles.weather.sun import zenith_at
from scenarios.entry.plausibility.of_curves import curve_oddities
from tests.effort import few
from tests.profiles.curves.test_resample import curve_of
from tests.scenarios.plausibility.test_rules import folder

YEAR = Steps.between(date(2025, 1, 1), date(2026, 1, 1), 60)


def doubts(name: str, curve: Curve, kind: str = "company") -> Iterator[str]:
    """Yield the rules that doubt the curve of a site of this name with panels, whatever its year."""
    facts = curve_facts(curve, lambda moments_utc: zenith_at(moments_utc, Position(44.85, 0.48)))
    site = {"name": name, "kind": kind, "profile": None, "curve": "a.csv"}
    asked = folder(site, plants=({"kwp": 36, "behind": "a"},))
    start = date.fromisoformat(facts.last_day)
    return (odd.rule for odd in curve_oddities(asked, {"participants.a": replace(facts, digest="a")}, start))


@pytest.mark.parametrize("kind", PROFILES)
def test_no_profile_is_doubted_under_its_own_name(kind: str) -> None:
    load = reference_load(kind, YEAR, annual_kwh=1e5, position=None, temperature_c=None, seed=7, site_id=kind)
    whose = "household-group" if kind == "household-group" else "company"
    assert not list(doubts(PROFILES[kind].french[0], curve_of(load.kwh, YEAR.start_utc, 60), whose))


@pytest.mark.parametrize("n", few(6, range(52)))
def test_no_measured_shape_is_doubted_as_an_office(n: int) -> None:
    shape = library().shape[n]
    told = set(doubts("Bureaux", curve_of(shape[cell_of_steps(YEAR)], YEAR.start_utc, 60)))
    # Days of one cell of the table are copies; the building heated by night is first in the order by daytime.
    assert told - {"copied_days"} == ({"curve_hours"} if n == 0 else set())


@pytest.mark.slow
@pytest.mark.shared
def test_no_curve_of_the_shared_folder_is_doubted(shared_data: Path) -> None:
    names = {"Schule": "École", "ecole": "École", "piscine": "Piscine", "cave": "Cave", "Buero": "Bureaux"}
    files = [*(shared_data / "loads").glob("*.csv"), *(shared_data / "op40" / "curves").glob("*.[cx]*")]
    tried = 0
    for file in [*files, *(shared_data / "cambridge").glob("*.csv")]:
        name = next((french for part, french in names.items() if part in file.name), "Site")
        clock = ReadOptions(clock="winter") if "cambridge" in str(file) else None
        for series, curve in read_curves(file, options=clock).items():
            tried += 1
            # One building of 2019 is heated by night: less than an even need is used by day.
            known = {"curve_hours"} if (series, file.stem) == ("b10_kwh", "calibration_2019") else set()
            assert set(doubts(name, curve)) == known, (file.name, series)
    assert tried == 3 + 4 + 21 + 31
