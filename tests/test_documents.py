"""`acc schema --document`: what commands print is what its schema says, in several states of the example."""

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pydantic import TypeAdapter, ValidationError

import cli
from reports.data.schema import document_types
from scenarios.schema import document_schema
from scenarios.study import study_modules

TYPES = dict(document_types(study_modules("reports.studies", "files")))

COMMANDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "with ranges": ("run", ("run", "FOLDER")),
    "without ranges": ("results", ("run", "FOLDER", "--no-ranges", "--set", "prix=150")),
    "unlawful": ("run", ("run", "FOLDER", "--no-ranges", "--set", "perimetre=bâtiment")),
    "keys": ("comparison", ("compare", "FOLDER")),
    "scenarios in the same draws": ("comparison", ("compare", "FOLDER", "--ask", "prix=95", "--draws", "2")),
    "a valid folder": ("check", ("check", "FOLDER")),
    "rates": ("rates", ("rates", "--on", "2026-03-01")),
    "coefficients": ("coefficients-write", ("coefficients", "write", "FOLDER", "--out", "OUT")),
    "size": ("size", ("size", "FOLDER")),
    "front": ("front", ("front", "FOLDER", "--points", "2", "--draws", "0")),
    "worth": ("worth", ("worth", "FOLDER", "--draws", "2")),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("documents") / "op"
    assert CliRunner().invoke(cli.main, ["new", str(made), "--example", "bergerac"]).exit_code == 0
    return made


def printed(folder: Path, words: tuple[str, ...]) -> Any:
    places = {"FOLDER": str(folder), "OUT": str(folder / "coefficients")}
    given = CliRunner().invoke(cli.main, [*(places.get(word, word) for word in words), "--json"])
    return json.loads(given.stdout)


@cache
def adapter(name: str) -> TypeAdapter[Any]:
    return TypeAdapter(TYPES[name])


def is_valid(name: str, document: object) -> bool:
    try:
        adapter(name).validate_json(json.dumps(document), strict=True)
    except ValidationError:
        return False
    return True


SLOW = {"with ranges", "keys"}
"""States of a document that a faster one gives too."""


@pytest.mark.parametrize(
    "state", [pytest.param(state, marks=[pytest.mark.slow] * (state in SLOW)) for state in COMMANDS]
)
def test_what_a_command_prints_is_valid_and_no_other_key_nor_type_is(folder: Path, state: str) -> None:
    name, words = COMMANDS[state]
    if name not in TYPES:
        pytest.skip("its study is not installed")
    document = printed(folder, words)
    adapter(name).validate_json(json.dumps(document), strict=True)
    schema = document_schema(name, TYPES[name])
    for key in schema["required"]:
        assert not is_valid(name, {own: value for own, value in document.items() if own != key}), key
    for place, part in objects(document):
        closed = at(schema, schema, place)
        if closed is not None and closed.get("additionalProperties") is False:
            part["unforeseen"] = 1
            assert not is_valid(name, document), place
            del part["unforeseen"]
    for key, value in document.items():
        if isinstance(value, int | float) and not isinstance(value, bool):
            assert not is_valid(name, document | {key: "text"}), key


def objects(document: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Yield the object and those right under it, the first of each list, each with its keys on the way."""
    yield (), document
    for key, value in document.items():
        first = value[0] if isinstance(value, list) and value else value
        if isinstance(first, dict):
            yield (key,), first


def at(schema: dict[str, Any], part: dict[str, Any], place: tuple[str, ...]) -> dict[str, Any] | None:
    """Schema of what is at a place of a document; None where it is one of several."""
    while "$ref" in part or "items" in part or "anyOf" in part:
        parts = [own for own in part.get("anyOf", [part]) if own.get("type") != "null"]
        if len(parts) > 1:
            return None
        (part,) = parts
        if "$ref" in part:
            part = schema["$defs"][part["$ref"].rpartition("/")[2]]
        part = part.get("items", part)
    return at(schema, part["properties"][place[0]], place[1:]) if place else part


def words_of(part: Any, key: str) -> Iterator[str]:
    if isinstance(part, dict):
        yield from ([part[key]] if isinstance(part.get(key), str) else [])
        part = list(part.values())
    for own in part if isinstance(part, list) else []:
        yield from words_of(own, key)


@pytest.mark.parametrize("name", TYPES)
def test_references_lead_somewhere_and_no_class_gives_its_words(name: str) -> None:
    schema = document_schema(name, TYPES[name])
    defined = {f"#/$defs/{own}" for own in schema["$defs"]}
    assert set(words_of(schema, "$ref")) <= defined
    assert not [own for own in schema["$defs"] if "__" in own]
    assert [*words_of(schema, "title"), *words_of(schema, "description")] == []


def test_the_command_prints_the_schema_of_a_document_and_names_the_nearest() -> None:
    run: Callable[..., Any] = lambda *words: CliRunner().invoke(cli.main, ["schema", "--document", *words])  # noqa: E731
    assert json.loads(run("results").stdout) == document_schema("results", TYPES["results"])
    wrong = run("resultss")
    assert wrong.exit_code == 2
    assert "results" in wrong.output
