"""The static key: the same percentage of the production at every step."""

from collections.abc import Mapping
from dataclasses import dataclass
from gettext import gettext as _

import numpy as np

from acc.arrays import FloatArray
from acc.exchange import Exchange
from acc.i18n import N_
from acc.keys.rule import EnedisType, KeyContext, KeyRule, Rewards, read_numbers
from acc.problem import InputError, Problem
from acc.settle import SHARE_TOLERANCE, Past


@dataclass(frozen=True, slots=True)
class Static:
    """`k_i` constant: what a participant cannot use of its share is surplus (statique).

    Reference: code de l'énergie, D315-6. Production 1, needs 0.4 and 0.8, shares 50/50: they receive
    0.4 and 0.5, and 0.1 is surplus.

    Attributes:
        share: coefficient of each participant in [0, 1], summing to at most 1; (N,) values.
    """

    share: tuple[float, ...]

    def shares(self, exchange: Exchange, past: Past) -> FloatArray:
        """Return the coefficients, shape (T, N), the same row at each step."""
        return np.broadcast_to(np.array(self.share), exchange.consumption_kwh.shape)


def build_static(parameters: Mapping[str, object], context: KeyContext) -> Static:
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
    if problems:
        raise InputError(problems)
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
