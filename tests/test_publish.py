"""Whose name others may read: a folder that says nothing opens public bodies only, `publish` decides."""

from pathlib import Path

import pypdf
import pytest
from click.testing import CliRunner

import cli
from acc.sites import Kind
from reports.view.privacy import drawn_names, public_groups
from scenarios.entry.folder.load import load

OPERATION = """
[operation]
name = "Essai"
start = 2025-06-02
rates_on = 2026-09-01
end = 2025-06-05

[prices]
local_eur_per_mwh = 90.0
surplus = "oa-2026-06"
"""
PLANTS = """id;name;owner;latitude;longitude;insee;kwp;surface_tilt;surface_azimuth
toit;Toit;;44,8575;0,4048;24340;60;20;180
hangar;Hangar Dupuy;quincaillerie;44,8575;0,4048;24340;60;20;180
"""
HEAD = "id;name;kind;households;publish;latitude;longitude;insee;profile;annual_kwh"
PUBLIC = {Kind.COMMUNE, Kind.EPCI, Kind.PUBLIC}
SINGLE = [kind for kind in Kind if kind is not Kind.HOUSEHOLD]


def write(folder: Path, *rows: tuple[str, str, str, str]) -> Path:
    """Write a folder of (name, kind, households, publish)."""
    folder.mkdir(exist_ok=True)
    (folder / "operation.toml").write_text(OPERATION, encoding="utf-8")
    (folder / "plants.csv").write_text(PLANTS, encoding="utf-8")
    lines = [
        f"{name.split()[0].lower()};{name};{kind};{count};{publish};44,8561;0,4011;24340;town-hall;"
        f"{45 + rank}000"
        for rank, (name, kind, count, publish) in enumerate(rows)
    ]
    (folder / "participants.csv").write_text("\n".join([HEAD, *lines, ""]), encoding="utf-8")
    return folder


def homes_of(kind: Kind) -> str:
    return "24" if kind is Kind.HOUSEHOLD_GROUP else ""


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize(("cell", "says"), [("", None), ("oui", True), ("non", False)])
def test_an_empty_cell_opens_public_bodies_only(tmp_path: Path, kind: Kind, cell: str, says: bool) -> None:
    scenario = load(write(tmp_path, ("Dupuy", kind, homes_of(kind), cell)))
    assert scenario.participants[0].publish is (kind in PUBLIC if says is None else says)


@pytest.mark.parametrize("kind", SINGLE)
@pytest.mark.parametrize("cell", ["", "non"])
def test_a_closed_name_is_in_no_row_nor_picture(tmp_path: Path, kind: Kind, cell: str) -> None:
    bodies = [(name, "commune", "", "") for name in ("Mairie", "Ecole", "Gymnase")]
    scenario = load(write(tmp_path, *bodies, ("Dupuy", kind, homes_of(kind), cell)))
    is_open = kind in PUBLIC and not cell
    names = [group.name for group in public_groups(scenario)]
    assert ("Dupuy" in names) is is_open
    assert (drawn_names(scenario)["dupuy"] == "Dupuy") is is_open
    assert "Gymnase" in names


def test_homes_that_did_not_agree_are_counted_together_without_their_name(tmp_path: Path) -> None:
    rows = [("Aulnes", "household-group", "24", ""), ("Buis", "household-group", "12", "oui")]
    scenario = load(write(tmp_path, ("Mairie", "commune", "", ""), *rows))
    assert [group.name for group in public_groups(scenario)] == [
        "Mairie",
        "24 households (together)",
        "Buis",
    ]
    assert drawn_names(scenario)["aulnes"] == "24 households (together)"
    alone = load(write(tmp_path, *rows, ("Dupont", "household", "", "")))
    assert [group.name for group in public_groups(alone)] == ["25 households (together)", "Buis"]


FIRMS = [
    ("Mairie", "commune", "", ""),
    ("Quincaillerie Dupuy", "company", "", ""),
    ("Scierie Lagrange", "company", "", "oui"),
    ("Foyer Rouget", "association", "", ""),
]


def test_a_brief_does_not_print_a_company_whose_cell_is_empty(tmp_path: Path) -> None:
    folder = write(tmp_path / "op", *FIRMS)
    made = CliRunner().invoke(
        cli.main, ["brief", str(folder), "--format", "pdf", "--quiet"], catch_exceptions=False
    )
    assert made.exit_code == 0
    (pdf,) = (folder / "out").rglob("brief*.pdf") or (folder / "out").rglob("*.pdf")
    text = "".join(page.extract_text() for page in pypdf.PdfReader(pdf).pages)
    assert "Lagrange" in text
    assert "Dupuy" not in text
    assert "Rouget" not in text
