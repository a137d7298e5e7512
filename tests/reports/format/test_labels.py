"""Sentences that are true of several sites."""

from acc.keys import KEYS
from reports.format.labels import by_cause, key_short, key_title

NAMES = ["Mill", "Mill of the lake", "Forge", "School", "Pool", "Town hall"]


def test_what_is_said_of_several_sites_is_said_once_where_it_first_stood() -> None:
    texts = ["Mill: holes", "No sky.", "Mill of the lake: holes", "Forge\u00a0: another year"]
    assert by_cause(texts, NAMES) == [
        "Mill and Mill of the lake: holes",
        "No sky.",
        "Forge\u00a0: another year",
    ]


def test_a_long_list_ends_with_how_many_more() -> None:
    said = by_cause([f"{name}: holes" for name in NAMES], NAMES)
    assert said == ["Mill, Mill of the lake, Forge and 3 other sites: holes"]


def test_the_same_sentence_twice_is_one() -> None:
    assert by_cause(["No sky.", "No sky.", "Mill: holes", "Mill: holes"], NAMES) == ["No sky.", "Mill: holes"]


def test_a_sentence_that_only_starts_like_a_name_stays_whole() -> None:
    assert by_cause(["Milling is loud", "Forged: holes"], NAMES) == ["Milling is loud", "Forged: holes"]


def test_a_key_has_its_title_and_a_name_that_is_none_stays() -> None:
    assert (key_title("prorata"), key_title("mine")) == (KEYS["prorata"].title, "mine")
    assert (key_short("prorata"), key_short("mine")) == (KEYS["prorata"].short, "mine")
