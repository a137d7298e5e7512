"""How large an invented territory is, and how those who may not be named are counted."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from acc.sites import Kind
from reports.studies.territory.sentences import others_text
from scenarios.studies.territory import run


@pytest.mark.parametrize(
    ("sites", "roofs", "communes"),
    [
        (1, 1, 1),
        (40, 10, 10),
        (440, 110, 110),
        (2_000, 500, 110),
        (2_199, 549, 110),
        (2_200, 550, 110),
        (4_000, 1_000, 200),
        (10_060, 2_515, 503),
        (20_000, 5_000, 503),
    ],
)
def test_a_territory_has_a_roof_for_four_sites_and_communes_up_to_those_of_the_dordogne(
    sites: int, roofs: int, communes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many communes as roofs up to 110; from 2,200 sites on one for twenty, 503 at most."""
    made: dict[str, int] = {}
    monkeypatch.setattr(run, "write_demo", lambda _folder, **sizes: made.update(sizes) or [])
    assert run.demo_territory(Path("x"), sites, seed=7, force=False) == []
    assert made == {"sites": sites, "roofs": roofs, "communes": communes, "seed": 7, "force": False}


def others(*sites: tuple[str, Kind, str | None], planned: str) -> str:
    participants = [SimpleNamespace(id=name, kind=kind, commune=place) for name, kind, place in sites]
    report: Any = SimpleNamespace(scenario=SimpleNamespace(participants=participants))
    operation: Any = SimpleNamespace(planned=SimpleNamespace(participant_ids=tuple(planned)))
    return others_text(report, operation).replace("\u00a0", " ")


def test_those_who_may_not_be_named_are_counted_by_kind_and_place_the_most_first() -> None:
    sites = [
        ("a", Kind.COMPANY, "Lalinde"),
        ("b", Kind.HOUSEHOLD, "Bergerac"),
        ("c", Kind.HOUSEHOLD, "Bergerac"),
        ("d", Kind.COMMUNE, "Bergerac"),
        ("e", Kind.COMPANY, "Creysse"),
    ]
    said = others(*sites, planned="abcd")
    assert said == "With them, not named: 2 × household (Bergerac) and 1 × company (Lalinde)."
    assert others(*sites, planned="d") == ""
    assert others(*sites, planned="") == ""
