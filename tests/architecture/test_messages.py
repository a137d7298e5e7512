"""Every message that people read has its French text, and the compiled catalogue is the one of the code."""

import ast
import re
import string
from copy import deepcopy

import pytest

from tests import messages
from tests.architecture.trees import nodes_of


@pytest.fixture(scope="module")
def extracted():
    return messages.extracted()


@pytest.fixture(scope="module")
def catalogue(extracted):
    return messages.translated(deepcopy(extracted), messages.read(messages.CATALOGUE))


def test_every_message_is_translated(catalogue) -> None:
    assert not messages.missing(catalogue), "run `make messages`, then write the French texts in acc.po"


def test_the_catalogue_is_up_to_date(extracted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "extracted", lambda: deepcopy(extracted))
    assert messages.main(["--check"]) == 0, "run `make messages`"


def test_every_literal_given_to_gettext_is_extracted(catalogue) -> None:
    """The extractor of some Pythons does not look inside f-strings: a text there would stay in English."""
    known = {text for message in catalogue for text in (message.id if message.id else ())} | {
        message.id for message in catalogue if isinstance(message.id, str)
    }
    lost = [
        f"{path.name}:{call.lineno}"
        for path in messages.sources()
        for call in nodes_of(path)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in {"_", "N_", "gettext", "ngettext"}
        for given in call.args
        if isinstance(given, ast.Constant) and isinstance(given.value, str) and given.value not in known
    ]
    assert lost == []


def test_translations_keep_every_placeholder(catalogue) -> None:
    for message in catalogue:
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        for text in texts:
            if not message.id or not text or "{" not in "".join(ids):
                continue
            # With their formats: a number told as one must not be asked of a word.
            assert written(text) <= set().union(*map(written, ids)), (ids, text)
            assert names(text) >= set.intersection(*map(names, ids)) - {"count", "n", "number_type"}, (
                ids,
                text,
            )


def written(text: str) -> set[tuple[str, str]]:
    return {(name, spec or "") for _text, name, spec, _conv in string.Formatter().parse(text) if name}


def names(text: str) -> set[str]:
    return {
        re.split(r"[.\[]", name)[0] for _text, name, _spec, _conv in string.Formatter().parse(text) if name
    }
