"""Amounts in words: rounded as a reader can bear, with their sign; unknown stays a dash."""

from collections.abc import Mapping
from gettext import gettext as _

from acc.accounts.person_values import MISSING_TEXTS, Missing
from acc.i18n import semicolons, to_hundreds
from acc.result.outcomes import SiteOutcome
from acc.sides import loses
from reports.format.connection import value_quantity
from reports.format.draw_labels import FEWEST_FOR_CHANCES
from reports.format.drawn_ends import borne_ends
from reports.format.money import eur_text, range_ends, reason_text
from reports.format.numbers import fr, span
from reports.format.palette import Tone
from reports.nodes.tree import ValueBox
from reports.view.view import View


def loser_texts(view: View) -> list[str]:
    """Return a sentence for each participant who would lose, worst first."""
    return [_loser(view, loser) for loser in view.outcomes.losing_sites]


def _loser(view: View, loser: SiteOutcome) -> str:
    if loser.id in view.hidden_homes:
        return _("{name} (amount not shown).").format(name=view.names[loser.id])
    name, why = view.names[loser.id], semicolons(reason_text(reason) for reason in loser.reasons)
    loss = eur_text(loser.saving_eur_ht or 0.0, view.eur_unit)
    return _("{name} ({loss}): {why}.").format(name=name, loss=loss, why=why) if why else f"{name} ({loss})."


def missing_texts(view: View) -> list[str]:
    """Causes of unknown euros of some participants, with names."""
    money = view.result.money
    if money is None:
        return []
    by_cause: dict[Missing, dict[str, None]] = {}
    for participant in money.participants:
        for cause in participant.missing:
            by_cause.setdefault(cause, {})[view.names[participant.id]] = None
    return [_missing(cause, names) for cause, names in by_cause.items()]


def _missing(cause: Missing, names: Mapping[str, None]) -> str:
    text = _("Saving unknown for {names}: {why}.")
    shown = list(names)[:4] + ([_("{count} more").format(count=len(names) - 4)] if len(names) > 4 else [])
    return text.format(names=", ".join(shown), why=_(MISSING_TEXTS[cause]))


def band(view: View, indicator: str, member: str = "") -> tuple[float, float, float] | None:
    """Return low, middle and high of an indicator for a member ("" is the group), None when not drawn."""
    if view.result.ranges is None:
        return None
    return view.result.ranges.get(indicator, {}).get(member)


def few_draws(view: View) -> int | None:
    """Number of draws of the ranges when too small for chances, else None."""
    draws = view.result.ranges_draws
    return draws if draws is not None and draws < FEWEST_FOR_CHANCES else None


def band_text(
    view: View, indicator: str, scale: float = 1.0, decimals: int = 0, name: str = "", *, member: str = ""
) -> str:
    """Return "from 990 to 1,130", empty when the indicator was not drawn; of a member, or year, if given."""
    bounds = band(view, indicator, member)
    if bounds is None:
        return ""
    low, central, high = (bound * scale for bound in bounds)
    if indicator.endswith("_eur_ht"):
        low, high = range_ends(low, high, central)
    else:
        low, high = borne_ends(low, high, decimals, central)
    return span(low, high, decimals, name)


def value_tile(npv_eur: float, connected_eur: float | None, words: str, note: str) -> ValueBox:
    """Return the tile of a present value, from where its connections cost their upper figure."""
    shown = value_quantity(npv_eur, connected_eur)
    tone: Tone | None = "worse" if loses(npv_eur) else "ink" if loses(connected_eur) else None
    return ValueBox(shown.number, shown.unit, words, note, tone=tone)


def tile_range(view: View, indicator: str, figure: float, scale: float = 1.0, name: str = "") -> str:
    """Return "from 990 to 1,130, middle 1,060" for a tile; empty when the indicator was not drawn.

    The figure of a tile is that of the curves as they stand, the middle is that of the draws: told where it
    reads otherwise.
    """
    bounds, ends = band(view, indicator), band_text(view, indicator, scale, 0, name)
    if bounds is None:
        return ends
    value, middle = figure * scale, bounds[1] * scale
    if indicator.endswith("_eur_ht"):
        value, middle = to_hundreds(value), to_hundreds(middle)
    if fr(value) == fr(middle):
        return ends
    return _("{ends}, middle {middle}").format(ends=ends, middle=fr(middle))


def tiles_note(view: View) -> str:
    """Return the limits of the tiles: without tax, one weather year or ranges."""
    euros = _("Amounts without tax.") if view.has_savings else _("Euros are not computed.")
    return f"{euros} {drawn_text(view)}"


def drawn_text(view: View) -> str:
    """Number of draws of the ranges, or a note that there is none."""
    if view.result.ranges is None:
        return _("A single weather year: no range.")
    draws, few = view.result.ranges_draws, few_draws(view)
    text = _("Ranges: 8 chances out of 10 ({draws} draws of sun, needs, prices, investment).")
    if few is not None:
        text = _("Ranges: {draws} draws only, too few to speak of chances (sun, needs, prices, investment).")
    elif draws is None:
        text = _("Ranges: 8 chances out of 10 (sun, needs, prices, investment).")
    return text.format(draws=fr(draws or 0))
