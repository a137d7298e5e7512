"""The encoder of results: a class is its fields, or the keys that the table names, all of which it has."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

import numpy as np
import pytest

from acc.accounts.persons import ValueStep
from acc.accounts.values import ActorLine, Carbon, Corridor, PlanAfter
from acc.changes import DatedChange
from acc.grid_operator.coefficients import Lost
from acc.grid_operator.reconciliation import Gap
from acc.result.cancelling import GainUnderCondition
from acc.result.change import Chance
from acc.result.files import WrittenCoefficients
from acc.result.lawful_plan import PlanConstraints, PlanDoubt, PlanOutlook, PlanWithout
from acc.result.outcomes import MemberOutcome
from acc.result.rates import RateInForce
from acc.rules.all_checks import Outlook
from acc.rules.check import OperationStatus
from acc.years.row_values import RowValue
from reports.data.encode import KEYS, NamedMeter, NamedSilence, encode, pick, to_json

CLASSES = (
    *(ActorLine, Carbon, Chance, Corridor, DatedChange, GainUnderCondition, Gap, MemberOutcome),
    *(OperationStatus, Outlook, PlanAfter, PlanConstraints, PlanDoubt, PlanOutlook, PlanWithout, RateInForce),
    *(Lost, NamedMeter, NamedSilence, RowValue, ValueStep, WrittenCoefficients),
)


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True)
class Point:
    id: str
    x: float


def test_every_line_of_keys_names_a_class_and_its_attributes() -> None:
    lines = {name: keys for name, keys in KEYS.items() if isinstance(keys, str)}
    assert set(lines) == {cls.__name__ for cls in CLASSES}
    for cls in CLASSES:
        for word in lines[cls.__name__].split():
            name, _equals, path = word.partition("=")
            first = (path or name.strip("*?-")).partition(".")[0]
            assert not first or hasattr(cls, first) or first in cls.__dataclass_fields__, (cls, word)


def test_values_are_encoded_to_the_last() -> None:
    given = {"day": date(2026, 1, 2), "at": Path("a") / "b", "c": Colour.RED, "x": np.array([1.0, np.nan])}
    assert encode(given) == {"day": "2026-01-02", "at": "a/b", "c": "red", "x": [1.0, None]}
    assert encode((Point("a", 1.0),)) == [{"id": "a", "x": 1.0}]
    assert to_json({"p": Point("a", float("inf"))}) == '{\n  "p": {\n    "id": "a",\n    "x": null\n  }\n}'


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("* y", {"id": "a", "x": 1.0, "y": 2.0}),
        ("* -x", {"id": "a"}),
        ("name=id gone?=x", {"name": "a", "gone": 1.0}),
        ("none? y", {"y": 2.0}),
        ("*rest id", {"x": 3.0, "id": "a"}),
    ],
)
def test_keys_are_picked_in_their_order(words: str, expected: dict[str, object]) -> None:
    picked = pick(Point("a", 1.0), words, y=2.0, none=None, rest={"x": 3.0})
    assert list(picked.items()) == list(expected.items())
