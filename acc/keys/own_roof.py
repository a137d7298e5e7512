"""Each roof serves its own owner first, then everyone."""

from collections.abc import Mapping
from dataclasses import dataclass
from gettext import gettext as _

import numpy as np

from acc.arrays import FloatArray
from acc.exchange import Exchange
from acc.i18n import N_
from acc.keys.rule import EnedisType, KeyContext, KeyRule, Rewards, share_rest
from acc.problem import InputError, Problem
from acc.settle import Past
from acc.water_filling import divided


@dataclass(frozen=True, slots=True)
class OwnRoofFirst:
    """Plant m gives `min(P_m, C_owner)` to its owner; the rest is shared by default (full dynamique).

    Two plants of 1: the first belongs to A, the second to nobody here; needs A 0.6 and B 2. A receives
    0.6 from its roof; 0.4 and 1 are left for B, who receives 1.4. When several plants have one owner,
    each gives in proportion to what it makes.

    Attributes:
        owner: column of the participant each plant belongs to, None for a third party; (M,) values.
    """

    owner: tuple[int | None, ...]

    def shares(self, exchange: Exchange, past: Past) -> FloatArray:
        """Return the coefficients, shape (T, M, N)."""
        production_kwh, need = exchange.production_kwh, exchange.consumption_kwh
        owned = np.zeros((production_kwh.shape[1], need.shape[1]))
        for plant, column in enumerate(self.owner):
            if column is not None:
                owned[plant, column] = 1.0
        own_output = production_kwh @ owned
        part = divided(np.minimum(own_output, need), own_output)
        own = production_kwh[:, :, None] * owned * part[:, None, :]
        return divided(share_rest(own, production_kwh, need), production_kwh[:, :, None])


def build_own_roof(parameters: Mapping[str, object], context: KeyContext) -> OwnRoofFirst:
    """Return the key where a plant belongs to its `owner`, else to the one it stands `behind`.

    Raises:
        InputError: no plant belongs to a participant.
    """
    columns = {p.id: n for n, p in enumerate(context.participants)}
    owner = tuple(columns.get(plant.owner or "", columns.get(plant.behind or "")) for plant in context.plants)
    if all(column is None for column in owner):
        message = _(
            "no plant belongs to a participant: give the id of one as `owner` in plants.csv, or another key"
        )
        raise InputError([Problem("key.own-roof-first", message)])
    return OwnRoofFirst(owner)


OWN_ROOF_FIRST = KeyRule(
    name="own-roof-first",
    title=N_("Own roof first"),
    short=N_("own roof"),
    sentence=N_("Each plant serves the sites of its producer first; the rest is shared."),
    enedis=EnedisType.FULL,
    rewards=Rewards(N_("those whom no roof of theirs serves in full"), false_word=N_("who owns the plant")),
    build=build_own_roof,
)
