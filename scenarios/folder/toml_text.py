"""Values as TOML writes them."""

import json
from collections.abc import Mapping, Sequence


def toml_of(value: object) -> str:
    """Return a value as TOML writes it.

    >>> toml_of({"name": "équipe", "ranks": [["a"], ["b"]], "on": True})
    '{ "name" = "équipe", "ranks" = [["a"], ["b"]], "on" = true }'
    """
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{toml_of(key)} = {toml_of(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(toml_of(inner) for inner in value) + "]"
    if isinstance(value, str | bool | int | float):
        return json.dumps(value, ensure_ascii=False)
    return str(value)  # a date
