"""Values have types: the list of the modules that may say `Any` only grows shorter."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SAYS_ANY = re.compile(r"\bAny\b|^class \w+\(Model\)|-> \"pa\.", re.MULTILINE)
"""By name, or through pydantic, whose classes hold it, or pyarrow, which has no types."""


def overrides() -> list[dict[str, object]]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found: list[dict[str, object]] = project["tool"]["mypy"]["overrides"]
    return [override for override in found if "disallow_any_explicit" in override]


def test_scenarios_and_reports_say_no_any_but_in_the_modules_of_a_list() -> None:
    wide, narrow = overrides()
    assert wide == {"module": ["scenarios.*", "reports.*"], "disallow_any_explicit": True}
    assert narrow["disallow_any_explicit"] is False
    modules = narrow["module"]
    assert isinstance(modules, list)
    assert not [name for name in modules if "*" in name]
    for name in modules:
        source = "".join(
            path.read_text(encoding="utf-8") for path in ROOT.glob(f"{name.replace('.', '/')}.py*")
        )
        assert SAYS_ANY.search(source), f"{name} says no Any: take it off the list"
