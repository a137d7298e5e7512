import numpy as np
import pytest
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from reports.figures.axes import Panel
from reports.figures.style import blank


def panel() -> Panel:
    """Return a frame from 10 to 50 mm across and 5 to 25 mm down, for 0 to 4 and 0 to 10."""
    return Panel(blank(60.0, 30.0), (10.0, 5.0, 40.0, 20.0), (0.0, 4.0), (0.0, 10.0))


def shape(frame: Panel) -> Path:
    (filled,) = [one for one in frame.figure.get_children() if isinstance(one, PathPatch)]
    return filled.get_path()


def test_values_stand_where_their_scales_say() -> None:
    frame = panel()
    assert frame.at_x([0.0, 1.0, 4.0]) == pytest.approx([10.0, 20.0, 50.0])
    assert frame.at_y([0.0, 2.5, 10.0]) == pytest.approx([25.0, 20.0, 5.0])


def test_what_is_not_known_is_left_out_not_drawn_as_zero() -> None:
    high = np.array([1.0, 2.0, np.nan, 2.0, 1.0])
    frame, x, nothing = panel(), np.arange(5.0), np.zeros(5)
    frame.area(x, nothing, high, "black")
    area = shape(frame)
    assert np.isfinite(area.vertices).all()
    assert int((area.codes == Path.MOVETO).sum()) == 2
    assert not ((area.vertices[:, 0] > 20.0 + 1e-9) & (area.vertices[:, 0] < 40.0 - 1e-9)).any()
    frame = panel()
    frame.bars(x, nothing, high, 0.5, "black")
    assert int((shape(frame).codes == Path.MOVETO).sum()) == 4
