"""A figure that a document prints is a `Quantity`: amounts and energies printed bare only become fewer."""

import ast
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WRITERS = frozenset(
    {
        *("eur", "euros", "eur_text", "thousands", "millions", "to_the_euro", "signed_euros"),
        *("signed_to_the_euro", "money_range", "ends_text", "mwh", "mwh_text", "mwh_cell", "per_mwh"),
    }
)
"""Of `reports.format`: each prints a number and does not know of what."""

MOST = 288
"""How many there may be: bring it down with each one that becomes a quantity, never up."""


def bare_numbers(tree: ast.AST) -> int:
    """Number of calls, and of names handed on, of a writer of bare amounts or of a scale of energies."""
    count = 0
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            args = [arg.id for arg in node.args if isinstance(arg, ast.Name)]
            called = node.func.id if isinstance(node.func, ast.Name) else ""
            count += (called in WRITERS) + (called == "map" and bool(WRITERS & {*args[:1]}))
            if isinstance(node.func, ast.Attribute) and node.func.attr in {"text", "plain"}:
                owner = node.func.value
                count += getattr(owner, "attr", getattr(owner, "id", "")) == "scale"
            units = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
            count += called in {"unit", "quantity"} and any(
                str(unit) in {"€", "MWh", "kWh"} for unit in units
            )
    return count


def test_numbers_that_do_not_say_what_they_are_only_become_fewer() -> None:
    counts = Counter(
        {
            str(path.relative_to(ROOT)): bare_numbers(ast.parse(path.read_text(encoding="utf-8")))
            for path in sorted((ROOT / "reports").rglob("*.py"))
            if "format" not in path.relative_to(ROOT).parts
        }
    )
    assert counts.total() == MOST, counts.most_common(12)


def test_a_bare_number_is_counted_however_it_is_called() -> None:
    code = 'euros(1.0) + view.scale.text(kwh) + unit(3.0, "€") + "".join(map(eur, amounts)) + str(gain)'
    assert bare_numbers(ast.parse(code)) == 4
