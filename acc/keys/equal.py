"""The same number of kWh for everyone, as far as each can use it."""

from collections.abc import Mapping

from acc.i18n import N_
from acc.keys.rule import EnedisType, KeyContext, KeyRule, Rewards
from acc.keys.weighted import Weighted


def build_equal(parameters: Mapping[str, object], context: KeyContext) -> Weighted:
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
