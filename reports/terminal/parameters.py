"""Options and help of the commands in the language in use, in letters that the terminal has."""

import codecs
import io
import os
import re
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from gettext import gettext as _
from importlib import import_module
from types import MappingProxyType
from typing import Any, TextIO

import click

from acc.i18n import N_, amount
from reports.format.language import hold, language_of, use
from reports.terminal import stopping

ALIKE: Mapping[str, str] = {
    "'": "’",
    '"': "“”«»",
    "-": "–—−‑─━·",
    "|": "│",
    "#": "█",
    ".": "□",
    "*": "•",
    ">": "→",
    "x": "×✗",
    "<=": "≤",
    ">=": "≥",
    "+/-": "±",
    "EUR": "€",
    "oe": "œ",
    "OE": "Œ",
    " deg": "°",
    "sigma": "σ",
    "!": "⚠",
    "/": "÷",
    "v": "✓",
    "[ ]": "☐",
    "[x]": "☑☒",
}
"""Letters that each text stands for: those that Unicode does not decompose (NFKD) into plainer ones."""

NEAREST = {letter: text for text, letters in ALIKE.items() for letter in letters}

HANDLER = "nearest-letters"


def nearest(text: str, encoding: str) -> str:
    """Return a text in letters that an encoding has, each the nearest one.

    >>> print(nearest("1 200 k€ : « École d’été » → 5 m²", "ascii"))
    1 200 kEUR : " Ecole d'ete " > 5 m2
    >>> nearest("été → 5 m²", "cp1252")
    'été > 5 m²'
    """
    return text.encode(encoding, HANDLER).decode(encoding)


def _instead(fault: UnicodeError) -> tuple[str, int]:
    """Replacement of letters that an encoding lacks: an error handler of `codecs`."""
    assert isinstance(fault, UnicodeEncodeError)
    letters = fault.object[fault.start : fault.end]
    return "".join(_instead_of(letter, fault.encoding) for letter in letters), fault.end


def _instead_of(letter: str, encoding: str) -> str:
    for text in (NEAREST.get(letter, ""), unicodedata.normalize("NFKD", letter)):
        kept = text.encode(encoding, "ignore").decode(encoding)
        if kept:
            return kept
    return "" if unicodedata.category(letter) in {"Mn", "Cf"} else "?"


codecs.register_error(HANDLER, _instead)


def show_what_can_be(args: Sequence[str], streams: Sequence[TextIO] | None = None) -> None:
    """Let the standard streams take any text: the nearest letters, or UTF-8 where JSON is asked for."""
    for stream in (sys.stdout, sys.stderr) if streams is None else streams:
        if not isinstance(stream, io.TextIOWrapper) or codecs.lookup(stream.encoding).name == "utf-8":
            continue
        if "--json" in args and stream is not sys.stderr:
            stream.reconfigure(encoding="utf-8")
        else:
            stream.reconfigure(errors=HANDLER)


IN_ENGLISH = {"company", "syndicate"}
"""Words that are taken too, and not offered."""

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "OPTIONS": N_("OPTIONS"),
        "COMMAND": N_("COMMAND"),
        "ARGS": N_("ARGS"),
        "DIR": N_("DIR"),
        "FILE": N_("FILE"),
        "PATH": N_("PATH"),
        "NAME": N_("NAME"),
        "VALUE": N_("VALUE"),
        "START": N_("START"),
        "KWP": N_("KWP"),
        "HOST": N_("HOST"),
        "INTEGER RANGE": N_("INTEGER RANGE"),
        "INTEGER": N_("INTEGER"),
        "FLOAT RANGE": N_("FLOAT RANGE"),
        "FLOAT": N_("FLOAT"),
        "TEXT": N_("TEXT"),
        "%Y-%m-%d": N_("%Y-%m-%d"),
        "%Y-%m": N_("%Y-%m"),
    }
)
"""Every word that stands for a value, the longer of two that begin alike first."""

_ANY = re.compile("|".join(rf"(?<![\w-]){re.escape(word)}(?![\w-])" for word in WORDS))


def metavar(text: str) -> str:
    """Return the words that stand for values, in the language in use; what is to be typed as it is stays.

    >>> metavar("[OPTIONS] DIR")
    '[OPTIONS] DIR'
    """
    return _ANY.sub(lambda match: _(WORDS[match.group()]), text)


def not_known(word: str, known: Iterable[str]) -> str:
    """Return the message for a word that is not one of `known`, with the nearest one.

    >>> not_known("pdff", ["pdf", "png"]), not_known("x", ["pdf", "png"])
    ('pdff is unknown: did you mean pdf?', 'x is unknown: one of pdf, png is expected')
    """
    from difflib import get_close_matches  # noqa: PLC0415 - a help that is right knows no such word

    words = [name for name in known if name not in IN_ENGLISH]
    near = get_close_matches(word, words, n=1, cutoff=0.5)
    if near:
        return _("{name} is unknown: did you mean {near}?").format(name=word, near=near[0])
    return _("{name} is unknown: one of {known} is expected").format(name=word, known=", ".join(words))


def refused(kind: object, value: str) -> str | None:
    """Reason why a value is not of a kind of click, None where click's message is used."""
    if words := getattr(kind, "choices", None):
        return not_known(value, words)
    if forms := getattr(kind, "formats", None):
        text = _("“{value}” is no date: {form} is expected")
        return text.format(value=value, form=_(forms[0]))
    if hasattr(kind, "min") and value.lstrip("+-").replace(".", "", 1).isdigit():
        return _("{value} is not in the range {range}.").format(value=value, range=bounds(kind))
    return None


def bounds(kind: object) -> str:
    """Return between which numbers one is expected, of a range of click."""
    low, high = getattr(kind, "min", None), getattr(kind, "max", None)
    if low is None or high is None:
        return _("{low} or more").format(low=amount(low or 0))
    return _("{low} to {high}").format(low=amount(low), high=amount(high))


def words_of(text: str) -> tuple[str, ...]:
    """Return the words between commas.

    >>> words_of("pdf, png,")
    ('pdf', 'png')
    """
    return tuple(word.strip() for word in text.split(",") if word.strip())


class Translated:
    """Help texts are marked where they are written and translated where they are shown."""

    help = property(lambda s: s._help and _(s._help), lambda s, text: setattr(s, "_help", text))


class Command(Translated, click.Command):
    """A command or a group, its help in the language of the moment."""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """See click, which keeps the first text of `--help`: the language may have changed since."""
        self._help_option = None
        return super().get_help_option(ctx)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """See click; options that many commands share are named, and explained once by the help of all."""
        options = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        own = [option for option in options if not getattr(option, "is_shared", False)]
        rows = [row for option in own if (row := option.get_help_record(ctx)) is not None]
        with formatter.section(_("Options")):
            formatter.write_dl(rows)
        if names := [option.opts[0] for option in options if option not in own]:
            with formatter.section(_("And, as elsewhere (acc --help explains them)")):
                formatter.write_text(" ".join(names))

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """See click; what is to be filled in, in the language of the moment."""
        return [metavar(piece) for piece in super().collect_usage_pieces(ctx)]


class Option(Translated, click.Option):
    """An option whose help is translated, and how its value is called.

    Attributes:
        is_shared: whether the help of all commands explains it, once.
    """

    is_shared = False

    def make_metavar(self, ctx: click.Context) -> str:
        """See click."""
        return metavar(super().make_metavar(ctx))

    def get_help_extra(self, ctx: click.Context) -> Any:
        """See click; which numbers are taken, in words."""
        extra = super().get_help_extra(ctx)
        return {**extra, "range": bounds(self.type)} if "range" in extra else extra

    def type_cast_value(self, ctx: click.Context, value: Any) -> Any:
        """See click; why a value is refused, in words."""
        try:
            return super().type_cast_value(ctx, value)
        except click.BadParameter as fault:
            raise click.BadParameter(refused(self.type, str(value)) or fault.message, ctx, self) from None


class Commands(Command, click.Group):
    """The commands; chooses the language before anything is said."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """See click; the commands come after the options."""
        super().format_options(ctx, formatter)
        self.format_commands(ctx, formatter)

    def main(self, args: Sequence[str] | None = None, *rest: Any, **extra: Any) -> Any:
        """Run the command line; see click."""
        stopping.seldom_collect()
        if args is None:
            # Processes that this one starts import no module of the folder that one stands in: somebody else
            # may have put a json.py beside the tables.
            os.environ["PYTHONSAFEPATH"] = "1"
        args = list(sys.argv[1:] if args is None else args)
        show_what_can_be(args)
        use(language_of(args))
        hold()
        return super().main(args, *rest, **{"terminal_width": help_width(), **extra})


WIDEST_HELP, NARROWEST_HELP = 80, 50


def help_width() -> int:
    """Return the columns of a help text, as click counts them: it imports 13 modules (20 ms) to ask."""
    columns = os.environ.get("COLUMNS", "")
    width = int(columns) if columns.isdigit() else 0
    if not width:
        with suppress(AttributeError, ValueError, OSError):  # no terminal, or one that was closed
            width = os.get_terminal_size(sys.__stdout__.fileno()).columns  # type: ignore[union-attr]
    return max(min(width or WIDEST_HELP, WIDEST_HELP) - 2, NARROWEST_HELP)


class LazyChoice(click.ParamType[Any]):
    """A word of a list, or several between commas; the list is looked up only when a word is given."""

    name = "word"

    def __init__(self, module: str, table: str, *, several: bool = False) -> None:
        self.module, self.table, self.several = module, table, several

    def resolve(self, word: str) -> str:
        """Return the word of the list, or what a function makes of it; ValueError says what to write."""
        known: Any = getattr(import_module(self.module), self.table)
        if not callable(known) and word not in known:
            raise ValueError(not_known(word, known))
        return str(known(word)) if callable(known) else word

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """See click."""
        try:
            if not self.several:
                return self.resolve(value)
            return tuple(map(self.resolve, value if isinstance(value, tuple) else words_of(value)))
        except ValueError as fault:
            raise click.BadParameter(str(fault), ctx, param_hint=param.opts[0] if param else None) from None


def option(words: str, kind: Any, text: str, **settings: Any) -> Option:
    """Return a translated option: its name and what its value is called, its type (bool for a flag)."""
    name, _space, metavar = words.partition(" ")
    flag = {"is_flag": True} if kind is bool else {"type": kind}
    return Option([name], metavar=metavar or None, help=text, **flag, **settings)


def moved(name: str, words: str, kind: Any = str) -> Option:
    """Make an option that another command has taken: whoever types it is given the new words."""

    def refuse(ctx: click.Context, parameter: click.Parameter, value: Any) -> None:
        if value:
            message = _("it is now `{words}`").format(words=metavar(words).format(value=value))
            raise click.BadParameter(message, ctx, parameter)

    return option(name, kind, "", hidden=True, expose_value=False, is_eager=True, callback=refuse)
