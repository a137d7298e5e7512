"""How the draws of scenarios side by side are told: a range, a chance in tenths, how both are read."""

from gettext import gettext as _

from acc.result.change import Chance, PairedDraws
from reports.format.draw_labels import FEWEST_FOR_CHANCES, tenths
from reports.format.money import range_ends, thousands
from reports.format.numbers import MISSING, fr

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
    ends = range_ends(chance.low_eur, chance.high_eur, chance.middle_eur)
    return _("{least} to {most}").format(
        **dict(zip(("least", "most"), (thousands(e).number for e in ends), strict=True))
    )


def range_head(drawn: PairedDraws | None) -> str:
    """Return the head of a column of ranges; too few draws are not called chances."""
    if drawn is not None and drawn.count < FEWEST_FOR_CHANCES:
        return _("Range\nk€")
    return _("8 chances in 10\nk€")


def drawn_note(drawn: PairedDraws, reference: str) -> str:
    """Note on ranges and chances; `reference` is the scenario the others are compared with."""
    text = _(
        "{draws} draws, the same for all scenarios (sun, needs, prices, investment). “Better”: in how many "
        "draws of ten everybody together gains more than in {reference}. Two figures: connections that "
        "nobody knows are free / at their highest; the low end of a range counts them at their highest."
    )
    equal = any(drawn.chance(case).is_equal for case in range(len(drawn.eur)))
    sentences = [text.format(draws=fr(drawn.count), reference=reference)]
    return " ".join([*sentences, _("“=”: as much in every draw.")] if equal else sentences)
