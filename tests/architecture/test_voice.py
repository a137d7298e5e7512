"""Texts and docstrings keep the words and the voice of the project: CONTRIBUTING.md, Words."""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.trees import nodes_of
from tests.messages import CATALOGUE, french_texts, read

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("acc", "profiles", "scenarios", "reports", "web", "commands")
DOCUMENTED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)

RULES = {
    "the future": r"\b(?:ser|aur|fer|pourr|devr|ir|recevr|pai?er|rest|gagner|perdr)(?:a|ont)\b",
    "an exclamation": r"!",
    "EUR for €": r"\bEUR\b",
    "another word for site": r"\b(?:participants(?!\.csv)|receveurs?|points? de livraison)\b",
    "another word for used on site": r"derrière le compteur|autoconsommation individuelle|autoconsommée?\b",
    "another word for shared": r"électricité locale|consommée? sur place",
    "another word for the part of the need": r"taux de couverture|\bcouverture\b",
    "another word for key": r"façons? de partager",
    "another word for NPV": r"valeur actuelle",
    "another word for paid back": r"mise récupérée",
    "another word for lawful": r"\b(?:licites?|légales?|permises)\b",
    "another word for range": r"\bP10\b|tirages sur 10|cas bas",
    "another word for surplus": r"au-dehors|trouvent pas preneur",
    "a name of theory": r"Shapley|Pareto|\bJain\b",
    "as it stands": r"le dossier tel quel",
}
"""What no French text holds, by what it stands for."""


@pytest.fixture(scope="module")
def french() -> list[str]:
    """Return every French text, commands and settings left out."""
    messages = [
        str(text)
        for message in read(CATALOGUE)
        for text in (message.string if isinstance(message.string, tuple) else (message.string,))
        if message.id
    ]
    return [re.sub(r"`[^`]*`|\{[^}]*\}", "", text) for text in (*messages, *french_texts().values())]


@pytest.mark.parametrize("what", RULES)
def test_no_french_text_holds(french: list[str], what: str) -> None:
    assert not [text for text in french if re.search(RULES[what], text)]


def test_docstrings_name_the_value() -> None:
    """Nouns, "Saving of each participant, (N,), EUR", not "Return what each participant saves"."""
    paths = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    assert not [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in (*paths, ROOT / "cli.py")
        for node in nodes_of(path)
        if isinstance(node, DOCUMENTED) and (ast.get_docstring(node) or "").startswith("Return what")
    ]


NO_NAMES = {
    *("told", "heard", "asked", "held", "beside", "stand", "stands", "standing", "weighed", "poured", "laid"),
    *("gone", "then", "there", "meant", "one", "whole", "found"),
}
"""Words that are no noun of the trade and no verb of programming: not a word of a name."""

MOST_SUCH_NAMES = 0
"""Names that still have one: fewer with each change, never more."""


def names(node: ast.AST) -> list[str]:
    """Return the names that a node gives: a variable, a parameter, a function, a class."""
    if isinstance(node, ast.Name):
        return [node.id] if isinstance(node.ctx, ast.Store) else []
    if isinstance(node, ast.arg):
        return [node.arg]
    return [node.name] if isinstance(node, DOCUMENTED) else []


def test_names_are_nouns_of_the_trade_or_verbs_of_programming() -> None:
    paths = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    such = [
        f"{path.relative_to(ROOT)}:{name}"
        for path in (*paths, ROOT / "cli.py")
        for node in nodes_of(path)
        for name in names(node)
        if NO_NAMES & set(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().strip("_").split("_"))
    ]
    assert len(such) <= MOST_SUCH_NAMES, f"{len(such)} names for {MOST_SUCH_NAMES}: {such[-20:]}"
