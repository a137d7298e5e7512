"""Breaks what a browser sends to the question: it answers in words, and never fails."""

from pathlib import Path

from tests.web.test_mutated_page import ASKED, Sent, ends


def test_whatever_a_browser_sends_is_answered_in_words(tmp_path: Path) -> None:
    sent = Sent("/question", b"formulaire=1&prix=90&fournisseurs=10&" + ASKED, daily=6)
    assert ends("the question", tmp_path, sent.daily, 36, sent)["answered"] >= 1
