"""The words of the local prices that suit everyone, for documents: nobody is named who may not be."""

from collections.abc import Sequence
from dataclasses import replace
from gettext import gettext as _
from gettext import ngettext

from acc.accounts.persons import sole_member
from acc.accounts.price_corridor import own_prices
from acc.i18n import semicolons
from acc.time_aggregates import is_year
from reports.format.local_prices import band_text, named, price_texts
from reports.format.measures import period_words, plan_words
from reports.format.money import per_mwh
from reports.format.numbers import fr
from reports.view.selection import corridor_bounds, corridor_shown, hides_bounds
from reports.view.view import View


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
    text = _("Local prices that would suit everyone {when}: {prices}")
    if corridor.never_ids:
        text = _("Local prices that would suit all but {names}, {when}: {prices}")
    prices = band_text(corridor, scenario.prices.local_eur_per_kwh)
    return text.format(when=when, prices=prices, names=members_text(view, corridor.never_ids, most=1))


def members_text(view: View, ids: Sequence[str], most: int | None = None) -> str:
    """Return the members who may be named, so many at most, then how many more."""
    money = view.result.money
    assert money is not None
    shown = [p.name for p in money.persons if p.id in ids and view.names.get(p.id) == p.name]
    shown = shown[:most]
    return named(shown, len(ids) - len(shown))


def corridor_caption(view: View) -> str:
    """Caption of the figure, with the facts left out of its heading: first year, losers."""
    money, corridor = view.result.money, corridor_shown(view)
    assert money is not None
    assert corridor is not None
    sentences = [_("Each line covers the local prices at which a member gains.")]
    if money.local_eur_per_kwh is not None:
        text = _("Vertical line: the price of the folder, {price}.")
        sentences.append(text.format(price=per_mwh(money.local_eur_per_kwh)))
    if hides_bounds(view):
        sentences.append(_("Who is not named counts in the prices that suit all, and is not drawn."))
    if corridor.is_open:  # the heading says it all
        money = (
            replace(money, corridor=None)
            if corridor is money.corridor
            else replace(money, plan_corridor=None)
        )
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
    if is_free(view) and price_text(view):
        return _(": at a local price of 0 nothing is sold, so no price is asked")
    return price_text(view)


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
    text = ngettext(
        ", at {price} without tax for {years} year",
        ", at {price} without tax for {years} years",
        prices.local_years,
    )
    return text.format(price=price, years=fr(prices.local_years))
