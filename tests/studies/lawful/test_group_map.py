"""What is written beside a group on the map."""

from types import SimpleNamespace
from typing import Any

import pytest

from reports.studies.lawful.group_map import GroupLine, _name_group


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (None, "3"),
        (GroupLine(0, 1, 1.94), "3 · 1.9 km"),
        (GroupLine(0, 1, 1.94, left_km=0.063), "3 · 1.9 km (60 m left)"),
    ],
)
def test_a_group_on_the_map_has_its_number_from_one_and_its_longest_distance_where_there_is_one(
    line: GroupLine | None, words: str
) -> None:
    """What the limit leaves is told to ten metres; nothing is written where there is no room."""
    tried: list[str] = []
    room: Any = SimpleNamespace(place=lambda _points, text, _size, **_style: tried.append(text))
    axes: Any = None
    _name_group(axes, room, 2, [[(0.0, 0.0)], [(1.0, 1.0)]], line)
    assert [text.replace("\u00a0", " ") for text in tried] == [words, words]
