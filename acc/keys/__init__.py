"""The table of keys: the one list that the command line, the batch, the docs and the laws read.

A new key is one module and one line here; every law of `tests/acc/test_laws.py` then holds it.
"""

from collections.abc import Mapping
from types import MappingProxyType

from acc.keys.prorata import PRORATA
from acc.keys.rule import EnedisType, KeyContext, KeyRule
from acc.keys.static import STATIC
from acc.problem import InputError, Problem
from acc.settle import Key

__all__ = ["KEYS", "EnedisType", "KeyContext", "KeyRule", "build_key"]

KEYS: Mapping[str, KeyRule] = MappingProxyType({rule.name: rule for rule in (PRORATA, STATIC)})


def build_key(name: str, parameters: Mapping[str, object], context: KeyContext) -> Key:
    """Return the key `name` with its parameters for the members of `context`.

    Raises:
        InputError: every parameter that is missing, unknown or out of bounds.
    """
    rule = KEYS[name]
    unknown = sorted(set(parameters) - set(rule.parameters))
    if unknown:
        raise InputError([Problem(f"key.{word}", rule.unknown_parameter(word)) for word in unknown])
    return rule.build(parameters, context)
