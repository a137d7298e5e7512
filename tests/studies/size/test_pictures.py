"""Which size of battery the picture marks."""

from dataclasses import replace

import pytest

from reports.studies.size import files
from reports.studies.size.files import size_pictures
from tests.studies.size.make_sizing import BATTERY, POWERS, sizing, worth


@pytest.mark.parametrize("best", [0, 1, 2])
def test_the_battery_that_is_proposed_is_marked_among_its_sizes(
    best: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """60 kWh add 500 EUR to 900, 120 kWh 100: the order of values is not that of energies."""
    drawn: list[tuple[list[tuple[float, float]], int]] = []
    monkeypatch.setattr(files, "battery_curve", lambda points, chosen: drawn.append((points, chosen)))
    monkeypatch.setattr(files, "mailed", lambda *_picture: b"")
    curve = [
        replace(POWERS, value=value, battery=replace(BATTERY, kwh=kwh))
        for kwh, value in ((0.0, 900.0), (60.0, 1400.0), (120.0, 1000.0))
    ]
    size_pictures(sizing(best=curve[best], battery=worth(*curve)), "size.json")
    assert drawn == [([(0.0, 0.0), (60.0, 500.0), (120.0, 100.0)], best)]
