"""The words of the values of types: each value has its own, each table is taken."""

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
from acc.result.lawful_plan import Outside
from acc.result.lending import Strain
from acc.rules.check import State
from acc.scenario import Regime
from acc.sites import Grade, Kind
from reports.format.wording import word_tables
from tests.architecture.trees import nodes_of

REPORTS = Path(__file__).resolve().parents[3] / "reports"


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
    every = [node for path in sorted(REPORTS.rglob("*.py")) for node in nodes_of(path)]
    assert word_tables().keys() <= {node.value for node in every if isinstance(node, ast.Constant)}
