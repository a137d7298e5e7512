"""A state as a body and as an address: every word kept, what is none refused."""

import json

import pytest
from starlette.datastructures import QueryParams

from reports.page.law import LawfulGroup
from scenarios.session import PageQuestion
from web.naming import PageView, Posted, StateError, address, group_alone, read_address, read_posted

WHOLE = {
    "number": 7,
    "set": ["prix=95"],
    "without": ["cave"],
    "kwp": ["toit=12"],
    "key": "equal",
    "variant": "plus",
    "order": ["b", "a"],
    "axis": [-1, 2.5],
    "face": "moins",
    "drawn": True,
    "tri": "name",
    "grouper": "kind",
    "jour": "2026-03-04",
}
ASKED = PageQuestion(("prix=95",), ("cave",), ("toit=12",), "equal", "plus")


def posted(**given: object) -> Posted:
    return read_posted(json.dumps({"number": 1, **given}).encode())


def test_every_word_of_a_body_is_read() -> None:
    view = PageView("name", "kind", "2026-03-04")
    expected = Posted(ASKED, 7, ("b", "a"), (-1.0, 2.5), "moins", drawn=True, view=view)
    assert posted(**WHOLE) == expected
    assert posted() == Posted(PageQuestion(), 1)
    assert posted(key="", face="", drawn="yes") == Posted(PageQuestion(), 1)


@pytest.mark.parametrize("axis", [[2, 1], [1, 1], [1], [1, 2, 3], ["1", "2"], [1, None], "12", None])
def test_an_axis_without_two_ends_in_order_is_none(axis: object) -> None:
    assert posted(axis=axis).axis is None


@pytest.mark.parametrize(
    "given", [{"number": True}, {"number": 1.0}, {"key": 3}, {"order": [1]}, {"kwp": "x"}]
)
def test_a_word_of_another_type_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(StateError):
        posted(**given)


def test_how_a_state_is_looked_at_is_a_short_word() -> None:
    assert posted(tri="x" * 90).view.sort == "x" * 60


def test_a_state_comes_back_from_its_address() -> None:
    words = address(ASKED, "moins")
    assert words == "set=prix%3D95&without=cave&kwp=toit%3D12&key=equal&variant=plus&face=moins"
    assert read_address(QueryParams(words)) == (ASKED, "moins")
    assert read_address(QueryParams("set=&key=&set=prix%3D95")) == (PageQuestion(("prix=95",)), None)


def test_a_group_alone_keeps_what_is_not_of_its_perimeter_nor_of_who_is_out() -> None:
    question = PageQuestion(
        sets=("prix=95", "perimetre=2km", "participants.cave.active=true", "participants.four.active=true"),
        without=("mairie",),
        powers=("toit=12", "halle=9", "pre=50"),
    )
    group = LawfulGroup(
        1, "", "", sets=("perimetre=20km",), without=("cave", "mairie"), powers=("halle=20",),
        ids=frozenset({"four", "toit", "halle"}),
    )  # fmt: skip
    alone = group_alone(question, group)
    assert alone.sets == ("prix=95", "participants.four.active=true", "perimetre=20km")
    assert alone.without == ("mairie", "cave")
    assert alone.powers == ("toit=12", "halle=20")
