"""Shares by weight, where what one cannot use goes to the others.

The static key: the same percentage of the production at every step.

The same number of kWh for everyone, as far as each can use it.

Fixed percentages, of which what one cannot use is passed on to the others.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from gettext import gettext as _

import numpy as np

from acc.arrays import FloatArray, KeyParameters
from acc.exchange import Exchange
from acc.i18n import N_
from acc.keys.rule import EnedisType, KeyContext, KeyRule, Rewards, read_numbers, shares_for
from acc.problem import InputError, Problem, refuse
from acc.settle import SHARE_TOLERANCE, Past
from acc.water_filling import allocate_by_weight


@dataclass(frozen=True, slots=True)
class Static:
    """`k_i` constant: what a participant cannot use of its share is surplus (statique).

    Reference: code de l'énergie, D315-6. Production 1, needs 0.4 and 0.8, shares 50/50: they receive
    0.4 and 0.5, and 0.1 is surplus.

    Attributes:
        coefficient_share: coefficient of each participant in [0, 1], summing to at most 1; (N,) values.
    """

    coefficient_share: tuple[float, ...]

    def shares(self, exchange: Exchange, past: Past) -> FloatArray:
        """Return the coefficients, shape (T, N), the same row at each step."""
        return np.broadcast_to(np.array(self.coefficient_share), exchange.consumption_kwh.shape)


def build_static(parameters: KeyParameters, context: KeyContext) -> Static:
    """Return the static key for `shares = { id = 0.6, ... }`; without it, shares follow consumption.

    Raises:
        InputError: an unknown participant, a share outside [0, 1], shares that sum to more than 1.
    """
    given = parameters.get("shares")
    if given is None:
        total_kwh = float(context.consumption_kwh.sum())
        even = 1.0 / max(1, len(context.participants))
        return Static(tuple(float(c) / total_kwh if total_kwh else even for c in context.consumption_kwh))
    shares, problems = read_numbers("key.shares", given, context, low=0.0, high=1.0)
    total = sum(shares.values())
    if total > 1.0 + SHARE_TOLERANCE:
        message = _("the shares sum to {total:g}: at most 1 is expected").format(total=total)
        problems.append(Problem("key.shares", message))
    refuse(problems)
    return Static(tuple(shares.get(p.id, 0.0) for p in context.participants))


STATIC = KeyRule(
    name="static",
    title=N_("Static"),
    short=N_("fixed"),
    sentence=N_("A percentage written in the agreement; what a site does not use goes to the surplus."),
    enedis=EnedisType.STATIC,
    rewards=Rewards(
        N_("all, by their share, if the shares are made anew"),
        consuming=False,
        splitting=True,
        false_word=N_("its share"),
    ),
    build=build_static,
    parameters=("shares",),
    wastes_nothing=False,
)


MAX_WEIGHT = 1e9
"""Weights may be euros, kWh or inhabitants: what counts is their proportion."""


@dataclass(frozen=True, slots=True)
class Weighted:
    """`received_i = min(C_i, level x w_i)`, the level using all that can be used (dynamique simple).

    Production 1, needs 0.4 and 0.8, weights 3 and 1: offered 0.75 and 0.25, the first uses 0.4 and passes
    0.35 on, so they receive 0.4 and 0.6. Weights 1 and 3: 0.25 and 0.75, both used.

    Attributes:
        weight: of each participant, not negative; (N,) values, only their proportion counts.
        production_share: of the production that is shared at all, 1 unless fixed shares sum to less.
    """

    weight: tuple[float, ...]
    production_share: float = 1.0

    def shares(self, exchange: Exchange, past: Past) -> FloatArray:
        """Return the coefficients, shape (T, N)."""
        need, pool = exchange.consumption_kwh, exchange.production_kwh.sum(axis=1)
        received = allocate_by_weight(need.T, pool * self.production_share, np.array(self.weight)).T
        return shares_for(received, need, pool)


def build_weighted(parameters: KeyParameters, context: KeyContext) -> Weighted:
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
    refuse(problems)
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


def build_equal(parameters: KeyParameters, context: KeyContext) -> Weighted:
    """Return the key where `received_i = min(C_i, level)`: water poured into glasses (dynamique simple).

    Production 1, needs 0.4 and 0.8: half each is 0.5 and 0.5, the first uses 0.4, the second has 0.6.
    """
    return Weighted((1.0,) * len(context.participants))


EQUAL = KeyRule(
    name="equal",
    title=N_("Equal shares"),
    short=N_("equal"),
    sentence=N_("The same number of kWh for each one, within its need: helps the small ones."),
    enedis=EnedisType.SIMPLE,
    rewards=Rewards(N_("those who consume more than their equal share"), consuming=False, splitting=True),
    build=build_equal,
)


def build_static_redistributed(parameters: KeyParameters, context: KeyContext) -> Weighted:
    """Return fixed shares `k_i` where `received_i = min(C_i, level x k_i)` (dynamique simple).

    Each one is offered `k_i x P`; what it cannot use is offered to the others in proportion to their
    shares, until nothing moves. Production 1, needs 0.4 and 0.8, shares 50/50: offered 0.5 and 0.5, the
    first uses 0.4 and passes 0.1 on, so they receive 0.4 and 0.6. Shares that sum to less than 1 leave
    the rest to the surplus, as they say.

    Raises:
        InputError: an unknown participant, a share outside [0, 1], shares that sum to more than 1.
    """
    share = build_static(parameters, context).coefficient_share
    return Weighted(share, production_share=min(1.0, sum(share)))


STATIC_REDISTRIBUTED = KeyRule(
    name="static-redistributed",
    title=N_("Static, redistributed"),
    short=N_("rests shared"),
    sentence=N_("The same percentages; what one does not use goes to the others."),
    enedis=EnedisType.SIMPLE,
    rewards=Rewards(
        N_("all, those first who lived on what the others left"),
        consuming=False,
        splitting=True,
        false_word=N_("its share"),
    ),
    build=build_static_redistributed,
    parameters=("shares",),
    # With shares of zero, or that sum to less than 1, some production is not shared: the choice of the group.
    wastes_nothing=False,
)
