"""The texts that documents and screens take from files: each name is a text, each text is taken."""

import ast
from enum import StrEnum
from pathlib import Path

import pytest

from acc.accounts.values import MEMBERS, PRODUCERS, PriceMoved
from acc.bills.tariffs import CarbonBasis
from acc.changes import What
from acc.ledger.chart import Account
from acc.plan.values import RootState
from acc.result.change import ChangeCause
from acc.result.lawful_plan import AbsentPart, Outside
from acc.result.lending import Strain
from acc.rules.check import State
from acc.scenario import Regime
from acc.sites import Grade, Kind
from reports.format.wording import sentence, text_of, texts, word_tables
from tests.architecture.trees import nodes_of

REPORTS = Path(__file__).resolve().parents[3] / "reports"


NODES = [node for path in sorted(REPORTS.rglob("*.py")) for node in nodes_of(path)]


def parts(given: ast.expr) -> list[ast.expr]:
    """Both parts of a condition; else what is given."""
    return [*parts(given.body), *parts(given.orelse)] if isinstance(given, ast.IfExp) else [given]


def test_each_name_is_that_of_a_text() -> None:
    calls = [
        node
        for node in NODES
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"text_of", "sentence"}
    ]
    named = [part for call in calls for part in parts(call.args[0])]
    assert {part.value for part in named if isinstance(part, ast.Constant)} <= texts().keys()


def test_no_text_is_left_over() -> None:
    assert texts().keys() <= {node.value for node in NODES if isinstance(node, ast.Constant)}


@pytest.mark.parametrize(
    ("table", "members"),
    [
        ("kinds", Kind),
        ("states", State),
        ("lamp", State),
        ("perimeter-lamp", State),
        ("regimes", Regime),
        ("grades", Grade),
        ("carbon-bases", CarbonBasis),
        ("causes", ChangeCause),
        ("strains", Strain),
        ("outside", Outside),
        ("absent-parts", AbsentPart),
    ],
)
def test_each_value_of_a_type_has_its_words(table: str, members: type[StrEnum]) -> None:
    assert word_tables()[table].keys() == {*members}


def test_the_words_of_some_values_alone_are_theirs() -> None:
    assert word_tables()["changes"].keys() == {*What} - {What.KWP}
    assert word_tables()["roots"].keys() <= {*RootState}
    assert word_tables()["moved-prices"].keys() <= {*PriceMoved}
    assert word_tables()["actors"].keys() <= {*Account, MEMBERS, PRODUCERS}


def test_no_table_of_words_is_left_over() -> None:
    assert word_tables().keys() <= {node.value for node in NODES if isinstance(node, ast.Constant)}


def test_a_text_of_one_and_of_many_has_both() -> None:
    assert all(isinstance(text, str) or len(text) == 2 for text in texts().values())
    assert text_of("signing-owners") == "{count} owner of plants"
    assert sentence("signing-owners", 3) == "3 owners of plants"
