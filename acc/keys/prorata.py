"""The default key of the law: in proportion to the consumption of the step."""

from dataclasses import dataclass

import numpy as np

from acc.arrays import FloatArray, row_sums
from acc.exchange import Exchange
from acc.i18n import N_
from acc.keys.rule import EnedisType, KeyRule, Rewards
from acc.settle import Past
from acc.water_filling import divided


@dataclass(frozen=True, slots=True)
class Prorata:
    """`k_i = C_i / sum(C)`: everyone is served the same part of their need (dynamique par défaut).

    Reference: code de l'énergie, D315-6. Production 1, needs 0.4 and 0.8: they receive 1/3 and 2/3.
    """

    def shares(self, exchange: Exchange, past: Past) -> FloatArray:
        """Return the coefficients, shape (T, N); zero where nobody consumes."""
        need = exchange.consumption_kwh
        total = row_sums(need)
        part = 1.0 / total if total.all() else divided(np.ones_like(total), total)
        return need * part[:, None]


PRORATA = KeyRule(
    name="prorata",
    title=N_("By consumption"),
    short=N_("consumption"),
    sentence=N_("Each one receives the same part of its need of the moment. Nothing to send to Enedis."),
    enedis=EnedisType.DEFAULT,
    rewards=Rewards(N_("all, by their need of the moment")),
    build=lambda parameters, context: Prorata(),
)
