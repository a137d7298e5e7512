"""Shares by weight, where what one cannot use goes to the others."""

from collections.abc import Mapping
from dataclasses import dataclass
from gettext import gettext as _

import numpy as np

from acc.arrays import FloatArray
from acc.exchange import Exchange
from acc.i18n import N_
from acc.keys.rule import EnedisType, KeyContext, KeyRule, Rewards, read_numbers, shares_for
from acc.problem import InputError, Problem
from acc.settle import Past
from acc.water_filling import allocate_by_weight

MAX_WEIGHT = 1e9
"""Weights may be euros, kWh or inhabitants: what counts is their proportion."""


@dataclass(frozen=True, slots=True)
class Weighted:
    """`received_i = min(C_i, level x w_i)`, the level using all that can be used (dynamique simple).

    Production 1, needs 0.4 and 0.8, weights 3 and 1: offered 0.75 and 0.25, the first uses 0.4 and passes
    0.35 on, so they receive 0.4 and 0.6. Weights 1 and 3: 0.25 and 0.75, both used.

    Attributes:
        weight: of each participant, not negative; (N,) values, only their proportion counts.
        part: of the production that is shared at all, 1 unless fixed shares sum to less.
    """

    weight: tuple[float, ...]
    part: float = 1.0

    def shares(self, exchange: Exchange, past: Past) -> FloatArray:
        """Return the coefficients, shape (T, N)."""
        need, pool = exchange.consumption_kwh, exchange.production_kwh.sum(axis=1)
        received = allocate_by_weight(need.T, pool * self.part, np.array(self.weight)).T
        return shares_for(received, need, pool)


def build_weighted(parameters: Mapping[str, object], context: KeyContext) -> Weighted:
    """Return the key for `weights = { id = 3, ... }`, one above 0 for every participant.

    Raises:
        InputError: no weights, an unknown participant, one without weight or whose weight is not above 0.
    """
    given = parameters.get("weights")
    if given is None:
        message = _("weights are expected, one for each participant: {{ {example} = 1 }}")
        example = context.participants[0].id if context.participants else "mairie"
        raise InputError([Problem("key.weights", message.format(example=example))])
    weights, problems = read_numbers("key.weights", given, context, low=0.0, high=MAX_WEIGHT)
    named = set(given) if isinstance(given, Mapping) else set()
    for participant in context.participants:
        where = f"key.weights.{participant.id}"
        if weights.get(participant.id) == 0.0:
            message = _(
                "0 is refused: a weight above 0 is expected; use the key static-redistributed for none"
            )
            problems.append(Problem(where, message))
        elif participant.id not in named and isinstance(given, Mapping):
            problems.append(Problem(where, _("missing: every participant needs a weight")))
    if problems:
        raise InputError(problems)
    return Weighted(tuple(weights[p.id] for p in context.participants))


WEIGHTED = KeyRule(
    name="weighted",
    title=N_("By weight"),
    short=N_("weights"),
    sentence=N_("Each one has a weight chosen by the group; nothing is lost."),
    enedis=EnedisType.SIMPLE,
    rewards=Rewards(
        N_("those who consume more than their weighted share"),
        consuming=False,
        splitting=True,
        false_word=N_("its weight"),
    ),
    build=build_weighted,
    parameters=("weights",),
)
