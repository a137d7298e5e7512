"""Coefficients decided elsewhere and read from a file, whatever the rule behind them."""

from dataclasses import dataclass
from gettext import gettext as _

import numpy as np

from acc.arrays import FloatArray, KeyParameters
from acc.exchange import Exchange
from acc.grid_operator.coefficients import Coefficients
from acc.i18n import N_
from acc.keys.rule import EnedisType, KeyContext, KeyRule, unknown_name
from acc.problem import InputError, Problem, refuse
from acc.settle import Past
from acc.steps import Steps


@dataclass(frozen=True, slots=True, eq=False)
class Custom:
    """`k_i` of each step as the file says: `received_i = min(k_i x P, C_i)`.

    Production 1, needs 0.4 and 0.8, coefficients 0.25 and 0.75: they receive 0.25 and 0.75. With one
    coefficient a plant and participant it is a full dynamique, otherwise a dynamique simple.

    Attributes:
        share: shape (T, N) or (T, M, N), over `steps`.
    """

    steps: Steps
    share: FloatArray

    def shares(self, exchange: Exchange, past: Past) -> FloatArray:
        """Return the coefficients of the steps of `exchange`."""
        return self.share[self.steps.rows_of(exchange.steps)]


def build_custom(parameters: KeyParameters, context: KeyContext) -> Custom:
    """Return the key for `coefficients`, the values of a file; columns follow the members of `context`.

    Raises:
        InputError: no coefficients, a participant or plant without any, one that is unknown, another period.
    """
    given = parameters.get("coefficients")
    if not isinstance(given, Coefficients):
        message = _('a file of coefficients is expected: file = "cles.csv"')
        raise InputError([Problem("key.file", message)])
    members = [p.id for p in context.participants]
    plants = [p.id for p in context.plants] if given.plant_ids else []
    problems = _unmatched(given.participant_ids, members, context.inactive_ids)
    problems += _unmatched(given.plant_ids, plants, frozenset())
    if context.steps is not None and context.steps != given.steps:
        problems.append(Problem("key.file", _("the coefficients do not cover the period of the operation")))
    refuse(problems)
    share = given.share[..., [given.participant_ids.index(name) for name in members]]
    if plants:
        share = share[:, [given.plant_ids.index(name) for name in plants]]
    return Custom(given.steps, np.ascontiguousarray(share))


def _unmatched(names: tuple[str, ...], expected: list[str], ignored: frozenset[str]) -> list[Problem]:
    missing = [
        Problem("key.file", _("no coefficient for {name}").format(name=name))
        for name in expected
        if name not in names
    ]
    unknown = [
        Problem("key.file", unknown_name(name, expected))
        for name in names
        if name not in expected and name not in ignored
    ]
    return missing + unknown


CUSTOM = KeyRule(
    name="custom",
    title=N_("Coefficients from a file"),
    short=N_("file"),
    sentence=N_("Percentages prepared elsewhere."),
    enedis=EnedisType.SIMPLE,
    build=build_custom,
    parameters=("file", "coefficients"),
    wastes_nothing=False,
)
