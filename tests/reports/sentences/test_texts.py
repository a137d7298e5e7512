"""The texts that documents take from a file: each name is a text, each text is taken."""

import ast
from pathlib import Path

from reports.sentences.wording import sentence, text_of, texts
from tests.architecture.trees import nodes_of

REPORTS = Path(__file__).resolve().parents[3] / "reports"


def names(room: str) -> set[str]:
    """Texts that the modules of a room name, in either part of a condition too."""
    return {
        given.value
        for path in sorted((REPORTS / room).glob("*.py"))
        for call in nodes_of(path)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in {"text_of", "sentence"}
        for given in ast.walk(call.args[0])
        if isinstance(given, ast.Constant) and isinstance(given.value, str)
    }


def test_each_name_is_that_of_a_text_and_no_text_is_left_over() -> None:
    assert names("sentences") | names("documents") == texts().keys()


def test_a_text_of_one_and_of_many_has_both() -> None:
    assert all(isinstance(text, str) or len(text) == 2 for text in texts().values())
    assert text_of("signing-owners") == "{count} owner of plants"
    assert sentence("signing-owners", 3) == "3 owners of plants"
