"""Prices change unit in one place."""

import ast
from pathlib import Path

import pytest

from acc.units import LEAST_KWH, for_each_kwh

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("acc", "profiles", "scenarios", "reports")
WORDS_OF_A_PRICE = ("eur_per", "price", "market")


def converted_by_hand(source: str) -> list[str]:
    """Return the products and quotients of a price by a thousand, as they are written."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div):
            sides = (node.left, node.right)
            if any(isinstance(s, ast.Constant) and s.value in {1000, 0.001} for s in sides):
                text = ast.unparse(node)
                found += [text] if any(word in text for word in WORDS_OF_A_PRICE) else []
    return found


@pytest.mark.parametrize("package", PACKAGES)
def test_no_price_changes_unit_by_hand(package: str) -> None:
    by_hand = {
        str(path.relative_to(ROOT)): converted_by_hand(path.read_text(encoding="utf-8"))
        for path in (ROOT / package).rglob("*.py")
    }
    assert {path: texts for path, texts in by_hand.items() if texts} == {}


def test_a_price_times_a_thousand_would_be_seen() -> None:
    assert converted_by_hand("x = one.eur_per_kwh * 1000.0") == ["one.eur_per_kwh * 1000.0"]
    assert converted_by_hand("x = local_eur_per_mwh / 1_000") == ["local_eur_per_mwh / 1000"]
    assert converted_by_hand("x = amount_eur / 1000.0") == []


def test_nothing_is_divided_by_next_to_no_energy() -> None:
    assert for_each_kwh(-56.0, 0.0) is None
    assert for_each_kwh(-56.0, 1e-12) is None
    assert for_each_kwh(-56.0, LEAST_KWH) == -56.0
