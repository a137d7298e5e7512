"""An old console shows what it can: no answer ends on a letter that it lacks."""

import io
import json

import pytest

from reports.terminal.parameters import nearest, show_what_can_be
from tests.messages import CATALOGUE, read


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437", "cp850", "latin-1"])
def test_every_french_text_is_shown_by_every_console_and_no_letter_of_ours_is_lost(encoding: str) -> None:
    texts = [
        text
        for message in read(CATALOGUE)
        for text in (message.string if isinstance(message.string, tuple) else [message.string])
    ]
    assert [text for text in texts if nearest(text, encoding).count("?") > text.count("?")] == []


def test_a_console_without_accents_reads_french() -> None:
    kept = io.BytesIO()
    shown = io.TextIOWrapper(kept, encoding="ascii")
    show_what_can_be(["run"], [shown])
    shown.write("À 95 €/MWh, l’école gagne 1\u202f200 € → « oui »")
    shown.flush()
    assert kept.getvalue().decode() == 'A 95 EUR/MWh, l\'ecole gagne 1 200 EUR > " oui "'


def test_json_is_utf8_whatever_the_console() -> None:
    kept = io.BytesIO()
    shown = io.TextIOWrapper(kept, encoding="cp1252")
    show_what_can_be(["run", "op", "--json"], [shown])
    json.dump({"name": "École → mairie"}, shown, ensure_ascii=False)
    shown.flush()
    assert json.loads(kept.getvalue().decode("utf-8")) == {"name": "École → mairie"}


def test_utf8_is_left_alone() -> None:
    shown = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    show_what_can_be(["run"], [shown])
    assert shown.errors == "strict"
