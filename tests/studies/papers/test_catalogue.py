"""Tables of papers, by hand."""

from types import SimpleNamespace
from typing import Any

import pytest

from acc.parties import Organiser
from reports.studies.papers import catalogue
from reports.studies.papers.catalogue import _commune_rows


def place(commune: str | None, insee: str | None, density_class: int | None) -> Any:
    return SimpleNamespace(commune=commune, insee=insee, density_class=density_class)


def test_communes_come_by_name_each_once_with_what_is_known_of_them() -> None:
    """By name, not by number; where a commune has two densities, the unknown one comes first."""
    sites = [
        place("Lalinde", "24001", 4),
        place("Bergerac", "24037", 3),
        place("Lalinde", "24001", 4),
        place("Bergerac", "24037", None),
        place(None, None, None),
    ]
    scenario = SimpleNamespace(participants=sites, plants=[place("Creysse", "24010", 5)])
    case: Any = SimpleNamespace(scenario=scenario)
    assert _commune_rows(case) == [
        (None, None, None),
        ("Bergerac", "24037", None),
        ("Bergerac", "24037", "3"),
        ("Creysse", "24010", "5"),
        ("Lalinde", "24001", "4"),
    ]


@pytest.mark.parametrize(
    ("name", "legal_form", "paper"),
    [
        ("Commune de Lalinde", "commune", "pmo-decision"),
        ("Les voisins", "Association loi 1901", "statutes"),
        (None, "commune", "statutes"),
        ("Les voisins", None, "statutes"),
    ],
)
def test_a_body_that_is_named_decides_and_an_association_has_statutes(
    name: str | None, legal_form: str | None, paper: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "draft_of", lambda _paper, _who, _values, text: text)
    organiser = Organiser(name=name, legal_form=legal_form)
    case: Any = SimpleNamespace(
        scenario=SimpleNamespace(organiser=organiser),
        values=lambda **more: {"communes": "", "operation_name": "", **more},
    )
    assert list(catalogue.statutes([case])) == [paper]
    case.scenario.organiser = None
    assert list(catalogue.statutes([case])) == ["statutes"]
