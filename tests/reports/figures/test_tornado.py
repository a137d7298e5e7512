"""What a hypothesis is called is read whole, however many stand in the figure."""

import pytest

from reports.figures.bars import tornado
from reports.view.selection import Swing

NAMES = [
    "hausse annuelle des prix des fournisseurs",
    "fournisseurs à la référence du marché",
    "investissement",
]


@pytest.mark.parametrize("rows", [3, 6, 9])
def test_names_are_whole(rows: int) -> None:
    swings = [
        Swing(name=NAMES[row % 3], tried="5 % par an", moves_keur=(-10.0 - row,)) for row in range(rows)
    ]
    figure = tornado(swings, "effet")
    told = " ".join(text.get_text() for axes in figure.axes for text in axes.texts)
    for name in NAMES:
        assert told.count(name) == rows // 3
