"""What each key rewards and whom it hurts: told to people before they choose, tried on many groups."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from acc.i18n import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewards:
    """What a key does when there is not enough for all.

    Attributes:
        consuming: whether a site that is short gains kWh by consuming more at noon.
        splitting: whether it gains by being two sites, each with the share, weight or rank of the whole.
        false_word: what it has to say of itself that would bring it kWh if it were false; None where there
            is nothing to say.
        hurt: who receives less when another one enters.
    """

    consuming: bool
    splitting: bool
    false_word: str | None
    hurt: str


REWARDS: Mapping[str, Rewards] = MappingProxyType(
    {
        "prorata": Rewards(
            consuming=True,
            splitting=False,
            false_word=None,
            hurt=N_("all, by their need of the moment"),
        ),
        "static": Rewards(
            consuming=False,
            splitting=True,
            false_word=N_("its share"),
            hurt=N_("all, by their share, if the shares are made anew"),
        ),
        "static-redistributed": Rewards(
            consuming=False,
            splitting=True,
            false_word=N_("its share"),
            hurt=N_("all, those first who lived on what the others left"),
        ),
        "equal": Rewards(
            consuming=False,
            splitting=True,
            false_word=None,
            hurt=N_("those who consume more than their equal share"),
        ),
        "priority": Rewards(
            consuming=True,
            splitting=False,
            false_word=N_("its rank"),
            hurt=N_("its rank and those after"),
        ),
        "weighted": Rewards(
            consuming=False,
            splitting=True,
            false_word=N_("its weight"),
            hurt=N_("those who consume more than their weighted share"),
        ),
        "price": Rewards(
            consuming=True,
            splitting=False,
            false_word=N_("the price of its supply"),
            hurt=N_("those who pay as much as it does, or less"),
        ),
        "catch-up": Rewards(
            consuming=True,
            splitting=False,
            false_word=None,
            hurt=N_("the best covered, until it has caught up with them"),
        ),
        "own-roof-first": Rewards(
            consuming=True,
            splitting=False,
            false_word=N_("who owns the plant"),
            hurt=N_("those whom no roof of theirs serves in full"),
        ),
        "nearest-first": Rewards(
            consuming=True,
            splitting=False,
            false_word=N_("where it stands"),
            hurt=N_("those as far from the plants as it is, or farther"),
        ),
        "optimal": Rewards(
            consuming=True,
            splitting=False,
            false_word=N_("the price of its supply"),
            hurt=N_("those whom the orders put with it or after; the front is to be made anew"),
        ),
    }
)
"""By key; `custom` does what its file says. Under none does a plant more take kWh from anybody, nor do those
who were there gain kWh, all together, by an arrival."""
