"""What a screen says of ranges: from where to where, the middle, how many draws, what they lean on."""

from gettext import gettext as _

from rich.console import Console

from acc.i18n import N_
from acc.result.result import Ranges, Result
from reports.format.money import eur, range_ends
from reports.format.numbers import fr
from reports.format.sweep_labels import FEWEST_FOR_CHANCES, model_text


def chances_head(result: Result) -> str:
    """Return the head of a column of ranges; too few draws are not called chances."""
    few = result.ranges_draws is not None and result.ranges_draws < FEWEST_FOR_CHANCES
    return N_("Range") if few else N_("8 chances out of 10")


def short_range(ranges: Ranges | None, indicator: str, id_: str) -> str:
    """Return the two ends of the range of one, EUR, for a column; empty where it was not drawn."""
    found = (ranges or {}).get(indicator, {}).get(id_)
    if found is None:
        return ""
    low, high = range_ends(found[0], found[2])
    return _("{low} to {high}").format(low=eur(low), high=eur(high))


def print_drawn(out: Console, result: Result) -> None:
    """Print how many draws the ranges rest on, which year they have, and what the model is known to do."""
    draws = result.ranges_draws
    if result.ranges is None or draws is None:
        return
    many = _("Ranges: 8 chances out of 10 (P10 to P90), {draws} draws of needs, sun, prices and investment.")
    few = _("Ranges: P10 to P90 of {draws} draws only, too few to speak of chances.")
    texts = [(few if draws < FEWEST_FOR_CHANCES else many).format(draws=fr(draws))]
    told = result.drawn
    if told is not None and told.weather_years == 1:
        texts.append(_("The weather year is the same in each; `acc sweep` draws others."))
    if told is not None and told.model_yield_ratio is not None:
        texts.append(model_text(told.model_yield_ratio))
    if told is not None and told.paid_back_ratio is not None and told.paid_back_ratio < 1.0:
        never = round((1.0 - told.paid_back_ratio) * draws)
        texts.append(
            _("Plants are not paid back in {never} draws of {draws}.").format(
                never=fr(never), draws=fr(draws)
            )
        )
    out.print(" ".join(texts), style="dim")
