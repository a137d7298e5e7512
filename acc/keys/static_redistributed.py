"""Fixed percentages, of which what one cannot use is passed on to the others."""

from collections.abc import Mapping

from acc.i18n import N_
from acc.keys.rule import EnedisType, KeyContext, KeyRule, Rewards
from acc.keys.static import build_static
from acc.keys.weighted import Weighted


def build_static_redistributed(parameters: Mapping[str, object], context: KeyContext) -> Weighted:
    """Return fixed shares `k_i` where `received_i = min(C_i, level x k_i)` (dynamique simple).

    Each one is offered `k_i x P`; what it cannot use is offered to the others in proportion to their
    shares, until nothing moves. Production 1, needs 0.4 and 0.8, shares 50/50: offered 0.5 and 0.5, the
    first uses 0.4 and passes 0.1 on, so they receive 0.4 and 0.6. Shares that sum to less than 1 leave
    the rest to the surplus, as they say.

    Raises:
        InputError: an unknown participant, a share outside [0, 1], shares that sum to more than 1.
    """
    share = build_static(parameters, context).share
    return Weighted(share, part=min(1.0, sum(share)))


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
