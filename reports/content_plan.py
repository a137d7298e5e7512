"""Which figures of money a brief shows, where, and their captions."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from reports import content_alone, content_money, drawn
from reports.view import View
from reports.words import Words

CAPTIONS: Mapping[str, tuple[Callable[[View], bool], Callable[[View], str]]] = MappingProxyType(
    {
        "cash": (drawn.has_plan, content_money.cash_caption),
        "tornado": (content_alone.has_tornado, content_alone.tornado_caption),
        "corridor": (drawn.has_corridor, content_money.corridor_caption),
    }
)
"""When each figure exists, and how it is read; the most telling first."""

SIDE_BY_SIDE = 2


def plan_words(view: View, names: tuple[str, ...] = tuple(CAPTIONS)) -> Words | None:
    """Return the words of the two first figures of money that exist; None where there is none."""
    captions = {name: CAPTIONS[name][1](view) for name in _existing(view, names)[:SIDE_BY_SIDE]}
    return {"heading": content_money.plan_heading(view), "captions": captions} if captions else None


def corridor_words(view: View) -> Words | None:
    """Return the words of the corridor of prices where two others take its place beside the plan."""
    if "corridor" not in _existing(view, tuple(CAPTIONS))[SIDE_BY_SIDE:]:
        return None
    return {
        "heading": content_money.corridor_heading(view),
        "caption": content_money.corridor_reading(view),
    }


def _existing(view: View, names: tuple[str, ...]) -> list[str]:
    return [name for name in names if CAPTIONS[name][0](view)]
