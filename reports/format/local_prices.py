"""The local prices that suit everyone, in words: the first year and over the plan, or who is in the way."""

from collections.abc import Callable, Sequence
from gettext import gettext as _
from gettext import ngettext
from math import ceil, floor

from acc.accounts.values import Corridor, Money, PriceMoved
from acc.i18n import N_
from acc.scenario import Scenario
from acc.time_aggregates import is_year
from acc.units import eur_per_mwh
from reports.format.measures import period_words, plan_words
from reports.format.numbers import fr, listed, span, unit

MOST_NAMES = 3
NOTHING_MWH = 1e-9
"""Of a price in EUR/MWh: what a computation leaves of a whole number."""

People = Callable[[Sequence[str]], str]
"""What names some persons, by id."""

MOVED = {
    PriceMoved.COMMON: N_("Only the common price moves: those of a plant, a buyer or a tariff slot stay."),
    PriceMoved.FLAT: N_("One price in place of all those of today."),
}


def price_texts(money: Money, scenario: Scenario, people: People) -> list[str]:
    """Return the prices at which no member loses, by the period and by the plan, a sentence each."""
    finance = scenario.finance
    whens = (
        period_words(is_year=is_year(scenario.steps)),
        plan_words(0 if finance is None else finance.horizon_years),
    )
    today = scenario.prices.local_eur_per_kwh
    return corridor_texts((money.corridor, money.plan_corridor), whens, today, people)


def corridor_texts(
    corridors: Sequence[Corridor | None],
    whens: Sequence[str],
    today_eur_per_kwh: float | None,
    people: People,
) -> list[str]:
    """Return a sentence for each measure, and which price moves where it is not the only one.

    Args:
        whens: what each measure counts; see `reports.format.measures`.
        today_eur_per_kwh: the local price of the folder, EUR/kWh; None while it is not decided.
    """
    both = [(corridor, when) for corridor, when in zip(corridors, whens, strict=True) if corridor is not None]
    sentences = [_sentence(corridor, when, today_eur_per_kwh, people) for corridor, when in both]
    moved = [_(MOVED[corridor.moved]) for corridor, _when in both[:1] if corridor.moved in MOVED]
    return [*sentences, *moved]


def _sentence(corridor: Corridor, when: str, today_eur_per_kwh: float | None, people: People) -> str:
    low, high, never = corridor.low, corridor.high, people(corridor.never_ids)
    fields = {"when": when, "names": never}
    if high is None and not never:
        return _("Which local prices suit everyone {when} cannot be computed.").format(**fields)
    if high is not None and low is not None and not corridor.is_open:
        text = _("No local price suits everyone {when}: {seller} loses below {low}, {buyer} above {high}.")
        ends = _apart(eur_per_mwh(high.eur_per_kwh), eur_per_mwh(low.eur_per_kwh))
        sentence = text.format(
            when=when, seller=people([low.id]), buyer=people([high.id]), low=ends[1], high=ends[0]
        )
        return sentence if not never else f"{sentence} " + _("At any price: {names}.").format(**fields)
    if never and high is None:
        text = _("No local price suits everyone {when}: {names} would lose at any.")
        return text.format(**fields)
    prices = band_text(corridor, today_eur_per_kwh)
    if never:
        text = _(
            "No local price suits everyone {when}: at any price, {names} would lose. The others: {prices}."
        )
        return text.format(**fields, prices=prices)
    if corridor.unknown_ids:
        return _("Local prices that suit all who are known {when}: {prices}.").format(**fields, prices=prices)
    return _("Local prices that suit everyone {when}: {prices}.").format(**fields, prices=prices)


def _apart(low_eur_per_mwh: float, high_eur_per_mwh: float) -> tuple[str, str]:
    """Return two prices in EUR/MWh with the decimals that keep them apart."""
    decimals = next((d for d in range(4) if fr(low_eur_per_mwh, d) != fr(high_eur_per_mwh, d)), 4)
    return unit(low_eur_per_mwh, "€/MWh", decimals), unit(high_eur_per_mwh, "€/MWh", decimals)


def band_ends(corridor: Corridor, today_eur_per_kwh: float | None) -> tuple[float | None, float, int]:
    """Return the ends in EUR/MWh as they are printed, rounded to within, and with how many decimals.

    As many as leave the price of today on its side: a printed band holds it where nobody loses, and nowhere
    else. The lower one is None where nobody loses at a price of nothing.
    """
    assert corridor.high is not None
    low = 0.0 if corridor.low is None else eur_per_mwh(corridor.low.eur_per_kwh)
    high = eur_per_mwh(corridor.high.eur_per_kwh)
    flat = corridor.moved is PriceMoved.FLAT
    today = None if today_eur_per_kwh is None or flat else eur_per_mwh(today_eur_per_kwh)
    for decimals in range(4):
        scale = 10.0**decimals
        least = ceil(low * scale - NOTHING_MWH) / scale
        most = floor(high * scale + NOTHING_MWH) / scale
        if least <= most and (today is None or (least <= today <= most) == (low <= today <= high)):
            break
    else:
        least, most = low, high
    return (None if corridor.low is None else least), most, decimals


def band_text(corridor: Corridor, today_eur_per_kwh: float | None) -> str:
    """Return "from 76 to 83 €/MWh", or "up to 83 €/MWh" where nobody needs a price."""
    low, high, decimals = band_ends(corridor, today_eur_per_kwh)
    if low is None:
        return _("up to {price}").format(price=unit(high, "€/MWh", decimals))
    if low == high:
        return unit(high, "€/MWh", decimals)
    return span(low, high, decimals, "€/MWh")


def named(names: Sequence[str], others: int = 0) -> str:
    """Return a few names, and how many members more."""
    shown = list(names[:MOST_NAMES])
    more = len(names) - len(shown) + others
    if more:
        text = ngettext("{count} other member", "{count} other members", more)
        if not shown:
            text = ngettext("{count} member", "{count} members", more)
        shown.append(text.format(count=fr(more)))
    return listed(shown) if shown else ""
