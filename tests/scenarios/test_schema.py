"""`acc schema`: every section and column, each reference leading somewhere."""

import json
import re
from typing import Any

from click.testing import CliRunner

import cli
from scenarios.entry.columns.row_models import ROWS as TABLES
from scenarios.schema import SEVERAL, operation_sections, schema_document


def references(part: Any) -> list[str]:
    if isinstance(part, dict):
        own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
        return own + [ref for inner in part.values() for ref in references(inner)]
    return [ref for inner in part for ref in references(inner)] if isinstance(part, list) else []


def test_every_section_and_column_is_there() -> None:
    files = schema_document()["files"]
    sections = files["operation.toml"]["properties"]
    assert set(sections) == {*operation_sections(), *SEVERAL, "keys"}
    assert files["operation.toml"]["required"] == ["operation"]
    for name, model in TABLES.items():
        assert list(files[name]["properties"]) == list(model.model_fields)
        assert files[name]["additionalProperties"] is False
    assert files["plants.csv"]["required"] == ["id", "kwp"]


def test_every_reference_leads_somewhere_in_its_own_file() -> None:
    found = {name: references(schema) for name, schema in schema_document()["files"].items()}
    assert [name for name, refs in found.items() if not refs] == [
        "parties.csv",
        "quotes.csv",
        "signatures.csv",
    ]
    for name, refs in found.items():
        defined = schema_document()["files"][name].get("$defs", {})
        assert {ref.removeprefix("#/$defs/") for ref in refs} <= set(defined)


def test_the_command_prints_it_with_or_without_json() -> None:
    printed = [CliRunner().invoke(cli.main, ["schema", *words]) for words in ((), ("--json",))]
    assert [result.exit_code for result in printed] == [0, 0]
    assert [json.loads(result.stdout) for result in printed] == [schema_document()] * 2


def test_bounds_have_the_names_that_an_editor_knows() -> None:
    files = schema_document()["files"]
    kwp = files["plants.csv"]["properties"]["kwp"]
    assert (kwp["exclusiveMinimum"], kwp["maximum"]) == (0, 100_000)
    ratio = files["plants.csv"]["properties"]["losses_ratio"]["anyOf"][0]
    assert ratio == {"minimum": 0, "exclusiveMaximum": 1, "type": "number"}
    assert not {'"gt"', '"ge"', '"lt"', '"le"'} & set(re.findall(r'"\w+"', json.dumps(files)))
