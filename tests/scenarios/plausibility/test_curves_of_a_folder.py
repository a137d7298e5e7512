"""Curves that are read, then doubted beside the rows: in the order in which a person meets it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from acc.problem import InputError
from acc.steps import Steps, local_calendar
from reports.format.language import use
from scenarios.operation.ready.operation import open_operation
from scenarios.operation.store.store import KeptStore
from tests.scenarios.operation import PARTICIPANTS, PLANTS, write_operation

YEAR = 2025


def written(path: Path, kw: Callable[[np.ndarray, np.ndarray], np.ndarray], prm: str = "") -> None:
    """Write an hourly curve of a year as Enedis' own site exports it, or without its PRM."""
    from datetime import date  # noqa: PLC0415 - of this alone

    steps = Steps.between(date(YEAR, 1, 1), date(YEAR + 1, 1, 1), 60)
    calendar = local_calendar(steps)
    values = kw(calendar.minute / 60.0, calendar.month)
    stamps = (steps.starts_utc + np.timedelta64(1, "h")).astype("datetime64[s]").astype(str)
    head = "time;courbe_kwh"
    lines = [f"{text}Z;{value:.3f}" for text, value in zip(steps.starts_utc.astype(str), values, strict=True)]
    if prm:
        head = (
            "Identifiant PRM;Type de donnees;Date de debut;Date de fin;Grandeur physique;Grandeur metier;"
            f"Etape metier;Unite;Pas en minutes\n{prm};Courbe de charge;01/01/{YEAR};31/12/{YEAR};"
            "Energie active;Consommation;Comptage Brut;W;60\nHorodate;Valeur"
        )
        lines = [f"{text}+00:00;{1000 * value:.0f}" for text, value in zip(stamps, values, strict=True)]
    path.write_text("\n".join([head, *lines]), encoding="utf-8")


def cellar(hour: np.ndarray, month: np.ndarray) -> np.ndarray:
    """16 kW, 4 by night: 113 MWh a year."""
    return np.where((hour >= 6) & (hour < 20), 19.0, 4.0) + month * 0.0


def sun(hour: np.ndarray, month: np.ndarray) -> np.ndarray:
    """A bell by day, three times as high in June as in December."""
    return (
        np.maximum(0.0, np.sin((hour - 9.0) / 8.0 * np.pi))
        * (hour > 9.0)
        * (hour < 17.0)
        * (30.0 - 15.0 * np.cos((month - 0.5) / 6 * np.pi))
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = write_operation(tmp_path / "op")
    (made / "curves").mkdir()
    text = PARTICIPANTS.replace("annual_kwh\n", "annual_kwh;curve;prm\n").replace(
        "110;town-hall;140000", "110;;110000;cave.csv;30000000000003"
    )
    text = text.replace("Garage", "Dépôt").replace("Bureau", "Cabinet")  # all have one profile there
    (made / "participants.csv").write_text(text, encoding="utf-8")
    plants = PLANTS.replace("behind\n", "behind;curve\n").replace("190;cave", "190;cave;toit.csv")
    (made / "plants.csv").write_text(plants, encoding="utf-8")
    written(made / "curves" / "cave.csv", cellar, "30000000000003")
    written(made / "curves" / "toit.csv", sun)
    return made


def doubts(folder: Path) -> dict[str, str]:
    use("fr")
    found = open_operation(folder, cache=KeptStore.of(folder))[0].scenario.doubted
    return {path: text for path, text in found.items() if path != "plants.hangar.kind"}


def test_sound_curves_are_no_doubt_and_the_same_is_said_once_they_are_kept(folder: Path) -> None:
    assert not doubts(folder)
    (folder / "curves" / "cave.csv").unlink()
    written(folder / "curves" / "cave.csv", sun, "30000000000009")
    first = doubts(folder)
    # The file is of another meter: that it looks like the sun, away from the bill, is told under it.
    assert set(first) == {"participants.cave.curve#curve_prm"}
    text = first["participants.cave.curve#curve_prm"].replace("\xa0", " ")
    assert "son PRM finit par 0009, celui de la ligne par 0003" in text
    assert "De là aussi, sans doute : la sortie d’une centrale" in text
    assert text.endswith("(participants.csv, ligne 4, curve)")
    assert doubts(folder) == first


def test_a_curve_that_cannot_be_read_is_a_fault_alone(folder: Path) -> None:
    (folder / "curves" / "cave.csv").write_text("rien", encoding="utf-8")
    with pytest.raises(InputError, match=r"cave\.csv"):
        doubts(folder)
