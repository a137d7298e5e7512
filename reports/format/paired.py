"""How the draws of scenarios side by side are told: a range, a chance in tenths, how both are read."""

from gettext import gettext as _

from acc.result.paired import Chance, PairedDraws
from reports.format.draw_labels import FEWEST_FOR_CHANCES, tenths
from reports.format.money import range_ends, thousands
from reports.format.numbers import MISSING, fr


def chance_text(ratio: float | None, connected: float | None) -> str:
    """Return in how many draws of ten something holds: with connections free / at their highest.

    >>> [chance_text(*both).replace(chr(160), " ") for both in ((0.79, 0.41), (1.0, 1.0), (None, None))]
    ['7 / 4', '10', '–']
    """
    if ratio is None or connected is None:
        return MISSING
    free, dear = (fr(10 if one >= 1.0 else tenths(one)) for one in (ratio, connected))
    return free if free == dear else f"{free}\N{NO-BREAK SPACE}/\N{NO-BREAK SPACE}{dear}"


def range_text(chance: Chance) -> str:
    """Range in thousands of euros."""
    ends = range_ends(chance.low_eur, chance.high_eur)
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
    return text.format(draws=fr(drawn.count), reference=reference)
