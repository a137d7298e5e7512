"""What was drawn, in words: factors, ranges, chances in tenths, scenarios side by side."""

from collections.abc import Mapping
from gettext import gettext as _
from math import floor

from acc.result.change import Chance, PairedDraws
from acc.result.result import KIND, PANELS, STUDY, Drawn
from reports.format.money import range_ends, thousands
from reports.format.numbers import MISSING, fr, percent
from reports.format.wording import sentence, text_of, word_tables

FEWEST_FOR_CHANCES = 50
"""Draws below which P10 and P90 are too loose to be called 8 chances out of 10."""

FACTOR_WORDS: Mapping[str, str] = word_tables()["factors"]
"""How the factors of a sweep are said to people."""

KIND_WORDS: Mapping[str, str] = word_tables()["kinds"]

INDICATOR_WORDS: Mapping[str, str] = word_tables()["indicators"]
"""How the indicators of a sweep are said to people."""


def model_text(drawn: Drawn) -> str:
    """Uncertainty of the production model, in words; empty without a model."""
    if drawn.model_yield_ratio is None:
        return ""
    if drawn.published is not None and fr(drawn.model_yield_ratio, 2) == fr(1.0, 2):
        return sentence("model-agrees", count=drawn.published.count, gap=percent(drawn.published.gap_ratio))
    return sentence("model-corrected", ratio=fr(drawn.model_yield_ratio, 2))


NARROWING_STEP = 0.05
"""Two hundred draws tell a range no nearer than this part of it."""


def question_text(drawn: Drawn | None, names: Mapping[str, str]) -> str:
    """Return the one thing to ask, and by how much its answer narrows the range; empty where nothing does.

    Args:
        names: of the members that may be named, by id.
    """
    known = drawn.narrowing if drawn is not None else {}
    subject = next((id_ for id_ in known if id_ in names or id_ == PANELS or id_.startswith(":")), None)
    if subject is None:
        return ""
    part = percent(round(known[subject] / NARROWING_STEP) * NARROWING_STEP)
    if subject in {PANELS, STUDY}:
        return sentence("ask-for-panels" if subject == PANELS else "ask-for-study", part=part)
    if subject.startswith(KIND):
        kind = _(KIND_WORDS[subject.removeprefix(KIND)])
        return sentence("ask-for-bills", kind=kind, part=part)
    return sentence("ask-for-bill", name=names[subject], part=part)


TOLERANCE = 1e-9


def tenths(chance_ratio: float) -> int:
    """Chance in tenths, rounded down, never ten.

    >>> tenths(0.97), tenths(1.0), tenths(0.3), tenths(0.05)
    (9, 9, 3, 0)
    """
    return min(9, floor(10.0 * chance_ratio + TOLERANCE))


def chances_words(chance_ratio: float, draws: int) -> str:
    """Chance in words; of all the draws where it holds in each of them."""
    if chance_ratio > 1.0 - TOLERANCE:
        return _("in all of the {draws} draws").format(draws=fr(draws))
    if not tenths(chance_ratio):
        return _("less than 1 chance in 10")
    text = _("more than {n} chances in 10") if chance_ratio > 0.9 + TOLERANCE else _("{n} chances in 10")
    return text.format(n=fr(tenths(chance_ratio)))


EQUAL = "="
"""In place of a count of draws: the same as the reference in all of them."""


def chance_text(chance: Chance) -> str:
    """Return in how many draws of ten something gains more: with connections free / at their highest.

    >>> better, same = Chance(0.0, 1.0, 2.0, 0.79, 0.41, 0.2), Chance(0.0, 1.0, 2.0, 0.0, 0.0, 0.0, 1.0)
    >>> chance_text(better).replace(chr(160), " "), chance_text(same)
    ('7 / 4', '=')
    """
    if chance.better_ratio is None or chance.connected_better_ratio is None:
        return MISSING
    if chance.is_equal:
        return EQUAL
    both = chance.better_ratio, chance.connected_better_ratio
    free, dear = (fr(10 if ratio >= 1.0 else tenths(ratio)) for ratio in both)
    return free if free == dear else f"{free}\N{NO-BREAK SPACE}/\N{NO-BREAK SPACE}{dear}"


def range_text(chance: Chance) -> str:
    """Return from where to where, in thousands of euros."""
    low, high = map(thousands, range_ends(chance.low_eur, chance.high_eur, chance.middle_eur))
    return _("{least} to {most}").format(least=low.number, most=high.number)


def range_head(drawn: PairedDraws | None) -> str:
    """Return the head of a column of ranges; too few draws are not called chances."""
    if drawn is not None and drawn.count < FEWEST_FOR_CHANCES:
        return _("Range\nk€")
    return _("8 chances in 10\nk€")


def drawn_note(drawn: PairedDraws, reference: str) -> str:
    """Note on ranges and chances; `reference` is the scenario the others are compared with."""
    text = text_of("drawn-scenarios")
    equal = any(drawn.chance(case).is_equal for case in range(len(drawn.eur)))
    sentences = [text.format(draws=fr(drawn.count), reference=reference)]
    return " ".join([*sentences, _("“=”: as much in every draw.")] if equal else sentences)
