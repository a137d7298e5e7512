"""The table of keys: the one list that the command line, the batch, the docs and the laws read.

A new key is one module and one line here; every law of `tests/acc/test_laws.py` then holds it.
"""

from collections.abc import Mapping
from types import MappingProxyType

from acc.arrays import KeyParameters
from acc.keys.catch_up import CATCH_UP
from acc.keys.custom import CUSTOM
from acc.keys.groups import with_sites
from acc.keys.nearest import NEAREST_FIRST, OWN_ROOF_FIRST
from acc.keys.optimal import OPTIMAL
from acc.keys.price import PRICE
from acc.keys.priority import priority_rule
from acc.keys.prorata import PRORATA
from acc.keys.rule import EnedisType, KeyContext, KeyRule, unknown_name
from acc.keys.weighted import EQUAL, STATIC, STATIC_REDISTRIBUTED, WEIGHTED
from acc.problem import InputError, Problem
from acc.settle import Key

__all__ = ["KEYS", "REWARDS", "EnedisType", "KeyContext", "KeyRule", "build_key"]


def build_key(name: str, parameters: KeyParameters, context: KeyContext) -> Key:
    """Return the key `name` with its parameters for the members of `context`.

    Raises:
        InputError: an unknown key, every parameter that is missing, unknown or out of bounds.
    """
    if name not in KEYS:
        raise InputError([Problem("key.name", unknown_name(name, KEYS))])
    rule = KEYS[name]
    unknown = sorted(set(parameters) - set(rule.parameters))
    if unknown:
        raise InputError([Problem(f"key.{word}", rule.unknown_parameter(word)) for word in unknown])
    return rule.build(with_sites(parameters, context), context)


_INSIDE_A_GROUP = (PRORATA, EQUAL, STATIC, STATIC_REDISTRIBUTED, WEIGHTED, PRICE, CATCH_UP)

KEYS: Mapping[str, KeyRule] = MappingProxyType(
    {
        rule.name: rule
        for rule in (
            PRORATA,
            STATIC,
            STATIC_REDISTRIBUTED,
            EQUAL,
            priority_rule(build_key, tuple(rule.name for rule in _INSIDE_A_GROUP)),
            WEIGHTED,
            PRICE,
            CATCH_UP,
            OWN_ROOF_FIRST,
            NEAREST_FIRST,
            OPTIMAL,
            CUSTOM,
        )
    }
)
"""Every key by name, in the order in which people read of them."""

REWARDS = {name: rule.rewards for name, rule in KEYS.items() if rule.rewards is not None}
