"""Groups served one after the other, with any pooled key inside a group."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from gettext import gettext as _

import numpy as np

from acc.arrays import FloatArray, IntArray, KeyParameters
from acc.exchange import Exchange
from acc.i18n import N_
from acc.keys.rule import EnedisType, KeyContext, KeyRule, Rewards, shares_for, unknown_name
from acc.problem import InputError, Problem, refuse
from acc.settle import Key, Past, looks_back

BuildKey = Callable[[str, KeyParameters, KeyContext], Key]


@dataclass(frozen=True, slots=True, eq=False)
class Priority:
    """Group 1 shares `P`, group 2 what group 1 leaves, and so on (dynamique simple).

    Production 1, needs B 0.4 and C 0.8, ranks [[C], [B]]: C receives 0.8, and B the 0.2 that is left.

    Attributes:
        groups: columns of each group, in the order in which they are served, and the key inside it.
    """

    groups: tuple[tuple[IntArray, Key], ...]

    @property
    def looks_back(self) -> bool:
        """Whether a key inside a group asks for the past."""
        return any(looks_back(key) for _columns, key in self.groups)

    def shares(self, exchange: Exchange, past: Past) -> FloatArray:
        """Return the coefficients, shape (T, N)."""
        pool = exchange.production_kwh.sum(axis=1)
        received = np.zeros_like(exchange.consumption_kwh)
        left = pool
        for columns, key in self.groups:
            part = _members(exchange, columns, left)
            inside = key.shares(part, past.of(columns))
            served = np.minimum(inside * left[:, None], part.consumption_kwh)
            received[:, columns] = served
            left = np.maximum(left - served.sum(axis=1), 0.0)
        return shares_for(received, exchange.consumption_kwh, pool)


def _members(exchange: Exchange, columns: IntArray, pool_kwh: FloatArray) -> Exchange:
    """Return the exchange of some participants with a pool of their own."""
    pool = pool_kwh[:, None]
    return Exchange(exchange.steps, exchange.consumption_kwh[:, columns], pool, np.zeros_like(pool))


def priority_rule(build_key: BuildKey, pooled: Sequence[str]) -> KeyRule:
    """Return the line of the table for `ranks = [["a"], ["b", "c"]]` and `inside = "prorata"`.

    Args:
        build_key: builds the key inside a group, by name.
        pooled: names of the keys that may stand inside a group.
    """

    def build(parameters: KeyParameters, context: KeyContext) -> Priority:
        ranks, problems = _read_ranks(parameters.get("ranks"), context)
        name, inside = _read_inside(parameters.get("inside", "prorata"))
        if name not in pooled:
            problems.append(Problem("key.inside", unknown_name(name, pooled)))
        refuse(problems)
        return Priority(tuple(_group(ids, name, inside, context) for ids in ranks))

    def _group(
        ids: Sequence[str], name: str, inside: KeyParameters, context: KeyContext
    ) -> tuple[IntArray, Key]:
        columns = np.array([n for n, p in enumerate(context.participants) if p.id in ids], dtype=np.int64)
        try:
            return columns, build_key(name, inside, context.part(columns.tolist()))
        except InputError as fault:
            raise InputError(
                [Problem(p.path.replace("key.", "key.inside.", 1), p.message) for p in fault.problems]
            ) from None

    return KeyRule(
        name="priority",
        title=N_("By priority"),
        short=N_("priority"),
        sentence=N_("A first group is served, then the next one takes what is left."),
        enedis=EnedisType.SIMPLE,
        rewards=Rewards(N_("its rank and those after"), false_word=N_("its rank")),
        build=build,
        parameters=("ranks", "inside"),
        # A static key inside a group leaves some production that its members could have used.
        wastes_nothing=False,
    )


def _read_inside(given: object) -> tuple[str, KeyParameters]:
    if isinstance(given, Mapping):
        return str(given.get("name", "")), {word: value for word, value in given.items() if word != "name"}
    return str(given), {}


def _read_ranks(given: object, context: KeyContext) -> tuple[list[list[str]], list[Problem]]:
    """Return the groups of active participants, and every fault: unknown, named twice, forgotten."""
    known = [p.id for p in context.participants]
    if not isinstance(given, list | tuple) or not all(isinstance(group, list | tuple) for group in given):
        message = _('groups are expected, the first served first: [["{one}"], ["{other}"]]')
        first, other = (known[0], known[-1]) if known else ("ecole", "mairie")
        return [], [Problem("key.ranks", message.format(one=first, other=other))]
    names = [(f"key.ranks[{rank}]", str(name)) for rank, group in enumerate(given) for name in group]
    every = [name for _where, name in names]
    problems = [
        Problem(where, unknown_name(name, known))
        for where, name in names
        if name not in known and name not in context.inactive_ids
    ]
    problems += [
        Problem("key.ranks", _("{name} stands twice: once is expected").format(name=name))
        for name in sorted({name for name in every if every.count(name) > 1})
    ]
    problems += [
        Problem("key.ranks", _("{name} stands in no group: every participant is expected").format(name=name))
        for name in known
        if name not in every
    ]
    groups = [[str(name) for name in group if name in known] for group in given]
    return [group for group in groups if group], problems
