"""What the table of keys says of each key, and what a key may know of the operation.

From what each one should receive to the coefficients that a key proposes.

What full dynamique keys share: kWh of each plant to each participant.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from enum import StrEnum
from gettext import gettext as _

import numpy as np

from acc.arrays import FloatArray, IntArray, KeyParameters
from acc.problem import Problem
from acc.settle import Key
from acc.sites import Participant, Plant
from acc.steps import Steps
from acc.water_filling import ROUNDING, divided


class EnedisType(StrEnum):
    """The four ways in which a key is declared to Enedis; each value is the French trade term."""

    STATIC = "statique"
    DEFAULT = "dynamique par défaut"
    SIMPLE = "dynamique simple"
    FULL = "full dynamique"


@dataclass(frozen=True, slots=True, eq=False)
class KeyContext:
    """The members a key is built for; positions in the tuples are the columns of the arrays.

    Attributes:
        consumption_kwh: what each participant consumes over the period, shape (N,).
        distances_km: between each plant and participant, shape (M, N); None where a place is unknown.
        inactive_ids: participants of the folder that do not take part in this run, and its persons: names
            that parameters may hold.
        saving_eur_per_kwh: what a local kWh spares each participant, shape (N,), or (R, N) where it changes
            with the hour; None until money is known.
        saving_row: which row of it each of the `steps` has, shape (T,); None where every step has its own.
        worth_eur_per_kwh: what a kWh shared with each participant adds to the gain of everybody, the surplus
            it takes the place of counted, (T, N) over `steps`; None where it was not asked for.
        steps: the period, needed where something is given step by step.
    """

    participants: tuple[Participant, ...]
    plants: tuple[Plant, ...]
    consumption_kwh: FloatArray
    distances_km: FloatArray | None = None
    inactive_ids: frozenset[str] = frozenset()
    saving_eur_per_kwh: FloatArray | None = None
    saving_row: IntArray | None = None
    steps: Steps | None = None
    worth_eur_per_kwh: FloatArray | None = None

    def part(self, members: Sequence[int], plants: Sequence[int] | None = None) -> "KeyContext":
        """Return the context of some participants and plants, by column; None keeps every plant.

        The other participants are known names that do not take part.
        """
        columns = np.array(members, dtype=np.int64)
        rows = np.arange(len(self.plants)) if plants is None else np.array(plants, dtype=np.int64)
        stay = tuple(self.participants[n] for n in columns)
        distances, spared, worth = self.distances_km, self.saving_eur_per_kwh, self.worth_eur_per_kwh
        return replace(
            self,
            participants=stay,
            plants=tuple(self.plants[m] for m in rows),
            consumption_kwh=self.consumption_kwh[columns],
            distances_km=None if distances is None else distances[np.ix_(rows, columns)],
            inactive_ids=self.inactive_ids
            | {p.id for p in self.participants} - {p.id for p in stay}
            | {p.person for p in self.participants if p.person},
            saving_eur_per_kwh=None if spared is None else spared[..., columns],
            worth_eur_per_kwh=None if worth is None else worth[..., columns],
        )


@dataclass(frozen=True, slots=True)
class Rewards:
    """What a key does when there is not enough for all: told before people choose, tried on many groups.

    Under none does a plant more take kWh from anybody, nor do those who were there gain kWh, all together,
    by an arrival.

    Attributes:
        hurt: who receives less when another one enters.
        consuming: whether a site that is short gains kWh by consuming more at noon.
        splitting: whether it gains by being two sites, each with the share, weight or rank of the whole.
        false_word: what it has to say of itself that would bring it kWh if it were false; None where there
            is nothing to say.
    """

    hurt: str
    consuming: bool = True
    splitting: bool = False
    false_word: str | None = None


@dataclass(frozen=True, slots=True)
class KeyRule:
    """One line of the table of keys.

    Attributes:
        name: what a person writes in `operation.toml` and on the command line.
        title, short, sentence: how it is named, in a narrow column too, and explained; English, translated
            where shown.
        enedis: how it is declared.
        parameters: names accepted beside the name in `[key]`.
        wastes_nothing: shares `min(P, sum C)` at each step, as the default key does.
        reads_prices: what it shares moves with prices.
        rewards: None for one that does what its file says.
        build: makes the key for given parameters and members, or raises InputError.
    """

    name: str
    title: str
    short: str
    sentence: str
    enedis: EnedisType
    build: Callable[[KeyParameters, KeyContext], Key]
    parameters: tuple[str, ...] = ()
    wastes_nothing: bool = True
    reads_prices: bool = False
    rewards: Rewards | None = None

    def unknown_parameter(self, word: str) -> str:
        """Return the message for a parameter that this key does not have."""
        if not self.parameters:
            return _("the key {name} takes no parameter").format(name=self.name)
        near = get_close_matches(word, self.parameters, n=1) or list(self.parameters)
        return _("unknown for the key {name}: {near} is expected").format(
            name=self.name, near=", ".join(near)
        )


def read_numbers(
    path: str, given: object, context: KeyContext, *, low: float, high: float
) -> tuple[dict[str, float], list[Problem]]:
    """Return a table `{participant id: number}` of a key's parameters, and every fault in it.

    An inactive participant may be named: it is left out, as it is left out of the operation.
    """
    known = {p.id for p in context.participants}
    if not isinstance(given, Mapping):
        message = _("a table of participants is expected: {{ {example} = 0.5 }}")
        return {}, [Problem(path, message.format(example=next(iter(sorted(known)), "mairie")))]
    values: dict[str, float] = {}
    problems: list[Problem] = []
    for name, value in given.items():
        where = f"{path}.{name}"
        if name not in known:
            if name not in context.inactive_ids:
                problems.append(Problem(where, unknown_name(str(name), known)))
        elif isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            message = _("{value} is refused: a number from {low:g} to {high:g} is expected")
            problems.append(Problem(where, message.format(value=value, low=low, high=high)))
        else:
            values[name] = float(value)
    return values, problems


def unknown_name(name: str, known: Collection[str]) -> str:
    """Return the message for a name that is not one of `known`, with the nearest one."""
    near = get_close_matches(name, known, n=1)
    if near:
        return _("{name} is unknown: did you mean {near}?").format(name=name, near=near[0])
    listed = ", ".join(sorted(known))
    return _("{name} is unknown: one of {known} is expected").format(name=name, known=listed)


def shares_for(received_kwh: FloatArray, need_kwh: FloatArray, pool_kwh: FloatArray) -> FloatArray:
    """Return the coefficients (T, N) under which each one receives `received_kwh` of the pool (T,).

    Where every need is served the coefficients sum to 1 all the same, in proportion to the needs: the
    law caps them, and a file of coefficients then says 100 % at each step.

    >>> shares_for(np.array([[0.4, 0.8]]), np.array([[0.4, 0.8]]), np.array([2.0])).round(3).tolist()
    [[0.333, 0.667]]
    """
    total = received_kwh.sum(axis=1)
    all_served = total >= need_kwh.sum(axis=1) * (1.0 - ROUNDING)
    divisor = np.where(all_served, total, np.maximum(pool_kwh, total))[:, None]
    return divided(received_kwh, divisor)


def share_rest(given_kwh: FloatArray, production_kwh: FloatArray, need_kwh: FloatArray) -> FloatArray:
    """Return `given_kwh` (T, M, N) plus what is still made and needed, shared by default.

    Each plant gives in proportion to what it has left, each participant receives in proportion to what
    it still needs, so that in total `min(P, sum C)` is shared.

    Args:
        production_kwh: of each plant, shape (T, M).
        need_kwh: of each participant, shape (T, N).
    """
    left = np.maximum(production_kwh - given_kwh.sum(axis=2), 0.0)
    open_need = np.maximum(need_kwh - given_kwh.sum(axis=1), 0.0)
    total_left, total_need = left.sum(axis=1), open_need.sum(axis=1)
    shared = np.minimum(total_left, total_need)[:, None]
    from_plant = left * divided(shared, total_left[:, None])
    to_member = divided(open_need, total_need[:, None])
    given: FloatArray = given_kwh + from_plant[:, :, None] * to_member[:, None, :]
    return given
