"""What a screen says of ranges: from where to where, the middle, how many draws, what they lean on."""

from collections.abc import Iterator
from gettext import gettext as _

from acc.accounts.persons import sole_member
from acc.i18n import N_, semicolons
from acc.result.result import Ranges, Result
from reports.format.draw_labels import FEWEST_FOR_CHANCES, model_text, question_text
from reports.format.drawn_ends import borne_ends
from reports.format.labels import capital
from reports.format.money import ends_text, money_range
from reports.format.numbers import fr, span
from reports.nodes.tree import Node, Paragraph


def chances_head(result: Result) -> str:
    """Return the head of a column of ranges; too few draws are not called chances."""
    few = result.ranges_draws is not None and result.ranges_draws < FEWEST_FOR_CHANCES
    return N_("Range") if few else N_("8 chances out of 10")


def short_range(ranges: Ranges | None, indicator: str, id_: str) -> str:
    """Return the two ends of the range of one, EUR, for a column; empty where it was not drawn."""
    bounds = (ranges or {}).get(indicator, {}).get(id_)
    return "" if bounds is None else ends_text(bounds[0], bounds[2], bounds[1])


def ratio_ranges(result: Result) -> Iterator[Node]:
    """Yield from where to where the two ratios of the operation are drawn."""
    drawn, own = result.ranges or {}, bool(result.energy.own_use_kwh.sum() > 0.0)
    received = _("{range} of the need left received") if own else _("{range} of the need received")
    texts = [
        text.format(range=span(*borne_ends(bounds[0] * 100.0, bounds[2] * 100.0, 0), 0, "%"))
        for name, text in (
            ("autoconsommation_ratio", _("{range} of the injected shared")),
            ("autoproduction_ratio", received),
        )
        if (bounds := drawn.get(name, {}).get("")) is not None
    ]
    yield from _drawn_texts(result, texts)


def everybody_ranges(result: Result) -> Iterator[Node]:
    """Yield from where to where everybody's present value is drawn."""
    npv = (result.ranges or {}).get("everybody_npv_eur_ht", {}).get("")
    if npv is not None:
        yield from _drawn_texts(result, [_("NPV {range}").format(range=money_range(npv[0], npv[2], npv[1]))])


def plan_ranges(result: Result) -> Iterator[Node]:
    """Yield from where to where the payback and the value of the plants are drawn."""
    if sole_member(result.money) is not None:  # its plants sell nothing: they have no value of their own
        return
    drawn, texts = result.ranges or {}, []
    payback, npv = (drawn.get(name, {}).get("") for name in ("payback_years", "npv_eur_ht"))
    if payback is not None:
        text = _("paid back in {low} to {high} years")
        low, high = borne_ends(payback[0], payback[2], 0)
        texts.append(text.format(low=fr(low), high=fr(high)))
    if npv is not None:
        texts.append(_("NPV {range}").format(range=money_range(npv[0], npv[2], npv[1])))
    yield from _drawn_texts(result, texts)


def _drawn_texts(result: Result, texts: list[str]) -> Iterator[Node]:
    if texts:
        yield Paragraph(f"  {capital(semicolons(texts))} ({_draws(result)}).", "note")


def _draws(result: Result) -> str:
    count = result.ranges_draws or 0
    text = _("8 chances out of 10, {draws} draws")
    return (_("{draws} draws only") if count < FEWEST_FOR_CHANCES else text).format(draws=fr(count))


def drawn_from(result: Result) -> Iterator[Node]:
    """Yield the number of draws of the ranges, their year, and the known bias of the model."""
    draws = result.ranges_draws
    if result.ranges is None or draws is None:
        return
    many = _("Ranges: 8 chances out of 10 (P10 to P90), {draws} draws of needs, sun, prices and investment.")
    few = _("Ranges: P10 to P90 of {draws} draws only, too few to speak of chances.")
    texts = [(few if draws < FEWEST_FOR_CHANCES else many).format(draws=fr(draws))]
    drawn = result.drawn
    if drawn is not None and drawn.weather_years == 1:
        texts.append(_("The weather year is the same in each; `acc sweep` draws others."))
    if drawn is not None and drawn.model_yield_ratio is not None:
        texts.append(model_text(drawn))
    sites = {site.id: site.name for site in result.scenario.participants}
    texts += filter(None, [question_text(drawn, sites)])
    sells = sole_member(result.money) is None
    if sells and drawn is not None and drawn.paid_back_ratio is not None and drawn.paid_back_ratio < 1.0:
        never = round((1.0 - drawn.paid_back_ratio) * draws)
        text = _("Plants are not paid back in {never} draws of {draws}.")
        texts.append(text.format(never=fr(never), draws=fr(draws)))
    yield Paragraph(" ".join(texts), "note")
