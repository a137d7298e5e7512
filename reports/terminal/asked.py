"""What may be typed after an option: words of a list, numbers within bounds, days; refused in plain words."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from difflib import get_close_matches
from gettext import gettext as _

import click

from acc.i18n import amount


def not_known(word: str, known: Iterable[str]) -> str:
    """Return the message for a word that is not one of `known`, with the nearest one.

    >>> not_known("pdff", ["pdf", "png"]), not_known("x", ["pdf", "png"])
    ('pdff is unknown: did you mean pdf?', 'x is unknown: one of pdf, png is expected')
    """
    words = list(known)
    near = get_close_matches(word, words, n=1, cutoff=0.5)
    if near:
        return _("{name} is unknown: did you mean {near}?").format(name=word, near=near[0])
    return _("{name} is unknown: one of {known} is expected").format(name=word, known=", ".join(words))


class OneOf(click.Choice[str]):
    """A word of a list; some are accepted and not shown."""

    def __init__(self, words: Sequence[str], also: Sequence[str] = ()) -> None:
        super().__init__(words)
        self.also = also

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the word; see click."""
        if value in self.also:
            return str(value)
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(not_known(str(value), self.choices), param, ctx)


class Between(click.IntRange):
    """A whole number within bounds."""

    def _describe_range(self) -> str:
        return bounds(self.min, self.max)


class AtLeast(click.FloatRange):
    """A number above a bound."""

    def _describe_range(self) -> str:
        return bounds(self.min, self.max)


class Dated(click.DateTime):
    """A day, or a month."""

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Return the day; see click."""
        try:
            found: datetime = super().convert(value, param, ctx)
        except click.BadParameter:
            text = _("“{value}” is no date: {form} is expected")
            self.fail(text.format(value=value, form=_(self.formats[0])), param, ctx)
        return found


def bounds(least: float | None, most: float | None) -> str:
    """Return between which numbers one is expected.

    >>> bounds(1, 9), bounds(0, None)
    ('1 to 9', '0 or more')
    """
    low, high = ("" if value is None else amount(value) for value in (least, most))
    return _("{low} to {high}").format(low=low, high=high) if high else _("{low} or more").format(low=low)
