"""What a screen says of ranges: from where to where, the middle, how many draws, what they lean on."""

from collections.abc import Callable
from gettext import gettext as _

from rich.console import Console

from acc.result.result import Ranges, Result
from reports.format.numbers import fr
from reports.format.sweep_labels import FEWEST_FOR_CHANCES, model_text

Written = Callable[[float], str]


def range_text(found: tuple[float, float, float] | None, written: Written) -> str:
    """Return "from 990 to 1,130, middle 1,060"; empty where nothing was drawn."""
    if found is None:
        return ""
    low, middle, high = (written(value) for value in found)
    return _("from {low} to {high}, middle {middle}").format(low=low, high=high, middle=middle)


def of_group(result: Result, indicator: str) -> tuple[float, float, float] | None:
    """Return the range of the whole operation, None where it was not drawn."""
    return (result.ranges or {}).get(indicator, {}).get("")


def short_range(ranges: Ranges | None, indicator: str, id_: str, written: Written) -> str:
    """Return the two ends of the range of one, for a column; empty where it was not drawn."""
    found = (ranges or {}).get(indicator, {}).get(id_)
    return "" if found is None else _("{low} to {high}").format(low=written(found[0]), high=written(found[2]))


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
