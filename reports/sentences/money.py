"""Amounts in words, rounded with their sign; the local price, and the prices that suit all."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from gettext import gettext as _

from acc.accounts.person_values import MISSING_TEXTS, Missing
from acc.accounts.persons import sole_member
from acc.accounts.price_corridor import own_prices
from acc.i18n import semicolons
from acc.result.outcomes import SiteOutcome
from acc.sides import loses
from acc.time_aggregates import is_year
from reports.format.draws import FEWEST_FOR_CHANCES
from reports.format.gains import period_words, plan_words, value_quantity
from reports.format.money import eur_text, per_mwh, range_ends, reason_text
from reports.format.numbers import fr, span
from reports.format.palette import Tone
from reports.format.proposals import band_text as price_band_text
from reports.format.proposals import named, price_texts
from reports.format.quantity import Quantity
from reports.format.rounding import borne_ends
from reports.format.wording import sentence
from reports.nodes.tree import ValueBox
from reports.view.selection import corridor_bounds, corridor_shown, hides_bounds
from reports.view.view import View


def loser_texts(view: View) -> list[str]:
    """Return a sentence for each participant who would lose, worst first."""
    return [_loser(view, loser) for loser in view.outcomes.losing_sites]


def _loser(view: View, loser: SiteOutcome) -> str:
    if loser.id in view.result.scenario.moved_ids:
        return _("{name} (amount not shown).").format(name=view.names[loser.id])
    name, why = view.names[loser.id], semicolons(reason_text(reason) for reason in loser.reasons)
    loss = eur_text(loser.saving_eur_ht or 0.0, view.eur_unit)
    return _("{name} ({loss}): {why}.").format(name=name, loss=loss, why=why) if why else f"{name} ({loss})."


def missing_texts(view: View) -> list[str]:
    """Causes of unknown euros of some participants, with names."""
    by_cause: dict[Missing, dict[str, None]] = {}
    for participant in view.result.money.participants if view.result.money else ():
        for cause in participant.missing:
            by_cause.setdefault(cause, {})[view.names[participant.id]] = None
    return [_missing(cause, names) for cause, names in by_cause.items()]


def _missing(cause: Missing, names: Mapping[str, None]) -> str:
    text = _("Saving unknown for {names}: {why}.")
    shown = list(names)[:4] + ([_("{count} more").format(count=len(names) - 4)] if len(names) > 4 else [])
    return text.format(names=", ".join(shown), why=_(MISSING_TEXTS[cause]))


def band(view: View, indicator: str, member: str = "") -> tuple[float, float, float] | None:
    """Return low, middle and high of an indicator for a member ("" is the group), None when not drawn."""
    return (view.result.ranges or {}).get(indicator, {}).get(member)


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
    is_money = indicator.endswith("_eur_ht")
    ends = range_ends(low, high, central) if is_money else borne_ends(low, high, decimals, central)
    return span(*ends, decimals, name)


def range_of(view: View, figure: Quantity, indicator: str, scale: float = 1.0, name: str = "") -> str:
    """Return the range of a figure that is printed beside, and note its ends; empty where none was drawn."""
    bounds, ends = band(view, indicator), band_text(view, indicator, scale, 0, name)
    if bounds is not None:
        figure.between(bounds[0], bounds[2]).note(ends)
    return ends


def value_tile(value: Quantity, connected: Quantity | None, words: str, note: str) -> ValueBox:
    """Return the tile of a present value, from where its connections cost their upper figure."""
    shown, at_most = value_quantity(value, connected), None if connected is None else connected.value
    tone: Tone | None = "worse" if loses(value.value) else "ink" if loses(at_most) else None
    return ValueBox(shown.number, shown.unit, words, note, tone=tone)


def tiles_note(view: View) -> str:
    """Return the limits of the tiles: without tax, one weather year or ranges."""
    euros = _("Amounts without tax.") if view.has_savings else _("Euros are not computed.")
    return f"{euros} {drawn_text(view)}"


def drawn_text(view: View) -> str:
    """Number of draws of the ranges, or a note that there is none."""
    if view.result.ranges is None:
        return _("A single weather year: no range.")
    draws, few = view.result.ranges_draws, few_draws(view)
    name = "ranges-of-draws" if few is None else "ranges-of-few-draws"
    return sentence("ranges" if draws is few is None else name, draws=fr(draws or 0))


def corridor_heading(view: View) -> str:
    """Return whether a local price suits everyone: over the plan, else the first year."""
    money, corridor = view.result.money, corridor_shown(view)
    if money is None or corridor is None or corridor.high is None:
        return _("Which local price would suit everyone")
    scenario = view.result.scenario
    when = period_words(is_year=is_year(scenario.steps))
    if corridor is money.plan_corridor and scenario.finance is not None:
        when = plan_words(scenario.finance.horizon_years)
    if not corridor.is_open:
        return _("No local price would suit everyone {when}").format(when=when)
    name = "prices-suit-all-but" if corridor.never_ids else "prices-suit-everyone"
    prices = price_band_text(corridor, scenario.prices.local_eur_per_kwh)
    return sentence(name, when=when, prices=prices, names=members_text(view, corridor.never_ids, most=1))


def members_text(view: View, ids: Sequence[str], most: int | None = None) -> str:
    """Return the members who may be named, so many at most, then how many more."""
    persons = view.result.money.persons if view.result.money else ()
    shown = [p.name for p in persons if p.id in ids and view.names.get(p.id) == p.name][:most]
    return named(shown, len(ids) - len(shown))


def corridor_caption(view: View) -> str:
    """Caption of the figure, with the facts left out of its heading: first year, losers."""
    money, corridor = view.result.money, corridor_shown(view)
    assert money is not None
    assert corridor is not None
    sentences = [_("Each line covers the local prices at which a member gains.")]
    if money.local_eur_per_kwh is not None:
        sentences.append(sentence("line-of-folder-price", price=per_mwh(money.local_eur_per_kwh)))
    if hides_bounds(view):
        sentences.append(_("Who is not named counts in the prices that suit all, and is not drawn."))
    if corridor.is_open:  # the heading says it all
        is_shown = corridor is money.corridor
        money = replace(money, corridor=None) if is_shown else replace(money, plan_corridor=None)
    texts = price_texts(money, view.result.scenario, lambda ids: members_text(view, ids, most=2))
    return " ".join([*sentences, *texts])


def corridor_alt(view: View) -> str:
    """Return the figure in words."""
    bounds = corridor_bounds(view)
    ends = semicolons(f"{bound.name} {fr(bound.eur_per_mwh)}" for bound in bounds)
    return _("{heading}. Limits in €/MWh: {ends}.").format(heading=corridor_heading(view), ends=ends)


def is_free(view: View) -> bool:
    """Return whether what is shared is given: a local price of zero, and no other anywhere."""
    prices = view.result.scenario.prices
    return prices.local_eur_per_kwh == 0.0 and not own_prices(prices)


def requested_price(view: View) -> str:
    """Return the price as `price_text`, or why none is asked."""
    price = price_text(view)
    if price and is_free(view):
        return _(": at a local price of 0 nothing is sold, so no price is asked")
    return price


def price_text(view: View) -> str:
    """Return ", at 92 €/MWh without tax for 20 years", to end a sentence with.

    Empty when undecided, and for who sells to itself alone.
    """
    prices = view.result.scenario.prices
    if prices.local_eur_per_kwh is None or sole_member(view.result.money) is not None:
        return ""
    price = per_mwh(prices.local_eur_per_kwh)
    if prices.local_years is None:
        return _(", at {price} without tax").format(price=price)
    return sentence("price-for-years", prices.local_years, price=price, years=fr(prices.local_years))
