"""A proposed group stands as `acc check` says of the folder that is written for it."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from acc.result.groups import Objective, SplitReport
from acc.rules.all_checks import regime_checks, worst_state
from acc.rules.check import State
from acc.scenario import Regime
from reports.data.groups import groups_csv, split_document
from reports.format.unlawful import decision_text, way_text
from scenarios.entry.folder.battery_and_loads import checked_members
from scenarios.entry.folder.load import load
from scenarios.operation.ready.operation import Operation, open_operation
from scenarios.rates.perimeter_rules import perimeter_rules
from scenarios.rates.table import read_rates
from scenarios.run import run
from scenarios.split import split_for
from scenarios.studies.splitting.folders import write_groups

OPERATION = """[operation]
name = "Bourgs"
start = 2025-06-02
end = 2025-06-03
step_minutes = 60
rates_on = 2026-09-01
perimeter = "2km"

[key]
name = "prorata"

[prices]
local_eur_per_mwh = 105.0
surplus = 30.0
"""
SITES = "id;name;kind;latitude;longitude;insee;kva;turpe;supply_eur_per_mwh;profile;annual_kwh"
ROOFS = "id;name;owner;latitude;longitude;insee;kwp;surface_tilt;surface_azimuth"
BERGERAC, MONTASTRUC, PRIGONRIEUX, BEAUMONTOIS = "24037", "24224", "24340", "24028"


def folder_of(where: Path, sites: list[str], roofs: list[str], more: str = "") -> Path:
    where.mkdir(parents=True)
    tail = ";36;CU4;120;town-hall;30000"
    (where / "operation.toml").write_text(OPERATION + more, encoding="utf-8")
    people = "\n".join([SITES, *(line + tail for line in sites)])
    (where / "participants.csv").write_text(people + "\n", encoding="utf-8")
    plants = "\n".join([ROOFS, *(line + ";60;20;180" for line in roofs)])
    (where / "plants.csv").write_text(plants + "\n", encoding="utf-8")
    return where


def split_of(folder: Path) -> tuple[Operation, SplitReport]:
    operation, _metered = open_operation(folder)
    return operation, split_for(operation, Objective.KWH, 24)


def state_of_folder(folder: Path) -> State:
    """How a folder stands under its own regime, as `acc check` reads it."""
    made = load(folder)
    rules = perimeter_rules(read_rates(), made.on)
    return worst_state(regime_checks(checked_members(made), made.regime, rules))


def by_commune_only(tmp_path: Path) -> Path:
    """A roof 200 m from the middle of Montastruc, a site of which only that commune is known."""
    far = f"far;Autre;company;44,6000;0,9000;{BEAUMONTOIS}"
    sites = [f"bourg;Bourg;company;;;{MONTASTRUC}", f"four;Four;company;44,9020;0,5890;{MONTASTRUC}", far]
    return folder_of(tmp_path / "all", sites, [f"toit;Toit;four;44,9022;0,5900;{MONTASTRUC}"])


def outside_owner(tmp_path: Path) -> Path:
    """A public roof and a public site of one EPCI, far apart; the roof's owner stands in another EPCI."""
    sites = [
        f"mairie;Mairie;commune;44,8540;0,4860;{BERGERAC}",
        f"sdis;Caserne;public;44,7360;0,7550;{BEAUMONTOIS}",
    ]
    return folder_of(tmp_path / "all", sites, [f"toit;Toit;sdis;44,8690;0,4100;{PRIGONRIEUX}"])


def test_a_site_known_by_its_commune_leaves_its_group_to_verify(tmp_path: Path) -> None:
    operation, report = split_of(by_commune_only(tmp_path))
    (group,) = report.split.groups
    assert group.regime is Regime.KM_2
    assert set(group.participant_ids) == {"bourg", "four"}
    assert group.state is State.TO_VERIFY
    (check,) = group.to_verify
    assert (check.rule, check.culprits) == ("distance", ("bourg",))
    assert "Only the commune is known of Bourg" in check.remedy
    (folder,) = write_groups(operation, report.split.groups, tmp_path / "groups", report.battery)
    assert state_of_folder(folder) is State.TO_VERIFY


def test_a_roof_whose_owner_is_elsewhere_leaves_its_epci_group_to_verify(tmp_path: Path) -> None:
    operation, report = split_of(outside_owner(tmp_path))
    (group,) = report.split.groups
    assert (group.regime, group.participant_ids, group.plant_ids) == (Regime.EPCI, ("mairie",), ("toit",))
    assert group.state is State.TO_VERIFY
    assert [check.rule for check in group.to_verify] == ["public-bodies"]
    (folder,) = write_groups(operation, report.split.groups, tmp_path / "groups", report.battery)
    assert state_of_folder(folder) is State.TO_VERIFY
    (epci,) = [outlook for outlook in report.outlooks if outlook.regime is Regime.EPCI]
    assert (epci.leaving, epci.state_without) == (("sdis",), State.TO_VERIFY)


@pytest.mark.parametrize("made", [by_commune_only, outside_owner])
def test_what_is_to_verify_is_told_in_each_medium(
    tmp_path: Path, made: Callable[[Path], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    from reports.terminal.screen import show  # noqa: PLC0415 - the same
    from reports.terminal.split import split_nodes  # noqa: PLC0415 - rich, for the screen alone

    folder = made(tmp_path)
    _operation, report = split_of(folder)
    show(split_nodes(report, []))
    assert "Group 1, to verify: " in capsys.readouterr().out
    told = split_document(report)["groups"][0]  # type: ignore[index]
    assert told["state"] == "to-verify"
    assert len(told["to_verify"]) == 1
    assert "to verify;" in groups_csv(report).decode()
    way = run(folder, ran_on=date(2026, 11, 25), way=True).way
    assert way is not None
    assert (way.groups, way.to_verify) == (1, 1)
    assert "1 to verify" in way_text(way)
    assert "1 is to verify first" in decision_text(way)
    assert run(folder, ran_on=date(2026, 11, 25), way=True).way == way  # as it was kept


def random_folder(where: Path, seed: int) -> Path:
    """Four to six sites and two or three roofs around Bergerac; a third have their commune alone."""
    rng = np.random.default_rng(seed)
    middles = {
        BERGERAC: (44.854, 0.486),
        MONTASTRUC: (44.902, 0.588),
        PRIGONRIEUX: (44.869, 0.410),
        BEAUMONTOIS: (44.736, 0.755),
    }

    def place() -> str:
        insee = str(rng.choice(list(middles)))
        if rng.random() < 0.35:
            return f";;{insee}"
        north, east = (float(v) for v in rng.normal(0.0, 0.008, 2))
        latitude, longitude = middles[insee]
        return f"{latitude + north:.4f};{longitude + east:.4f};{insee}".replace(".", ",")

    kinds = ["commune", "public", "public", "company"]
    names = [f"m{i}" for i in range(int(rng.integers(4, 7)))]
    sites = [f"{name};{name.upper()};{rng.choice(kinds)};{place()}" for name in names]
    owners = [*names, "Tiers"]
    roofs = [f"p{i};P{i};{rng.choice(owners)};{place()}" for i in range(int(rng.integers(2, 4)))]
    battery = (
        "\n[battery]\nenergy_kwh = 40.0\npower_kw = 20.0\nround_trip_ratio = 0.9\n"
        f"latitude = {44.854 + rng.normal(0.0, 0.01):.4f}\nlongitude = 0.4860\n"
    )
    return folder_of(where, sites, roofs, battery if rng.random() < 0.5 else "")


def test_each_group_stands_as_the_folder_that_is_written_for_it(tmp_path: Path) -> None:
    met = set()
    for seed in range(12):
        operation, report = split_of(random_folder(tmp_path / f"all-{seed}", seed))
        groups = report.split.groups
        folders = write_groups(operation, groups, tmp_path / f"groups-{seed}", report.battery)
        found = [state_of_folder(folder) for folder in folders]
        assert [group.state for group in groups] == found, seed
        met |= {(group.regime, group.state) for group in groups}
    # The cases that were called sure are among them.
    assert {(Regime.KM_2, State.TO_VERIFY), (Regime.EPCI, State.TO_VERIFY), (Regime.KM_2, State.MET)} <= met
