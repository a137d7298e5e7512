"""Euros in words: amounts, why a member loses, why euros are unknown."""

from collections.abc import Sequence
from gettext import gettext as _
from math import floor, isfinite, log10

from acc.accounts.person_values import CAUSE_TEXTS, MISSING_TEXTS, Missing, Reason
from acc.i18n import to_hundreds
from acc.scenario import Prices
from acc.units import eur_per_mwh
from reports.format.numbers import NumberWithUnit, exact, fr, listed, quantity, signed, span, unit
from reports.format.rounding import borne_ends


def euros(amount_eur: float | None) -> str:
    """Return an amount rounded as a reader can bear; a dash when it is unknown.

    >>> euros(1234.4).replace(chr(160), " "), euros(None)
    ('1,200 €', '–')
    """
    return "–" if amount_eur is None else eur_text(amount_eur)


def to_the_euro(amount_eur: float | None) -> str:
    """Return an amount to the euro, as a sheet tells its holder's own; a dash when it is unknown.

    >>> to_the_euro(1234.4).replace(chr(160), " "), to_the_euro(None)
    ('1,234 €', '–')
    """
    return "–" if amount_eur is None else unit(amount_eur, "€")


def signed_euros(amount_eur: float | None) -> str:
    """Return a change in euros that shows its sign; a dash when it is unknown.

    >>> signed_euros(1234.4).replace(chr(160), " "), signed_euros(None)
    ('+1,200 €', '–')
    """
    return "–" if amount_eur is None else f"{signed(to_hundreds(amount_eur))}\u00a0€"


def signed_to_the_euro(amount_eur: float) -> str:
    """Return a change to the euro that shows its sign.

    >>> signed_to_the_euro(1234.4).replace(chr(160), " ")
    '+1,234 €'
    """
    return f"{signed(amount_eur)}\u00a0€"


def range_ends(low_eur: float, high_eur: float, central_eur: float | None = None) -> tuple[float, float]:
    """Return the ends of a range of money: two figures, fewer where it is wide, to 1,000 from 10,000 on.

    Args:
        central_eur: what is printed beside, see `borne_ends`.

    >>> range_ends(33_193.0, 46_565.0), range_ends(-2.2, 834.0), range_ends(-145_300.0, 164_200.0)
    ((34000.0, 46000.0), (0.0, 800.0), (-150000.0, 150000.0))
    """
    if not isfinite(high_eur - low_eur):
        return low_eur, high_eur
    return borne_ends(low_eur, high_eur, range_decimals(low_eur, high_eur), central_eur)


def ends_text(low_eur: float, high_eur: float, central_eur: float | None = None) -> str:
    """Return "34,000 to 46,000", for a column of ranges.

    >>> ends_text(33_193.0, 46_565.0), ends_text(1_210.0, 1_240.0), ends_text(76.0, 76.0)
    ('34,000 to 46,000', '1,210 to 1,240', '76, no spread')
    """
    low, high = map(fr, range_ends(low_eur, high_eur, central_eur))
    if low == high:
        return _("{value}, no spread").format(value=low)
    return _("{low} to {high}").format(low=low, high=high)


def range_decimals(low_eur: float, high_eur: float) -> int:
    """Largest number of decimals for a range of money: two figures, thousands from 10,000 EUR on.

    >>> range_decimals(33_193.0, 46_565.0), range_decimals(-2.2, 834.0), range_decimals(0.0, 0.0)
    (-3, -1, 0)
    """
    widest = max(abs(low_eur), abs(high_eur))
    if not widest:
        return 0
    return -3 if widest >= 10_000.0 else min(0, 1 - floor(log10(widest)))


def per_mwh(price_eur_per_kwh: float | None) -> str:
    """Return a price in EUR/MWh, as the group speaks of prices; a dash when it is unknown.

    >>> per_mwh(0.092).replace(chr(160), " "), per_mwh(0.0825).replace(chr(160), " ")
    ('92 €/MWh', '82.5 €/MWh')
    """
    return "–" if price_eur_per_kwh is None else str(price(price_eur_per_kwh))


def cents_with_tax(eur_per_kwh_ttc: float) -> str:
    """Return a price with VAT as a home reads it.

    >>> cents_with_tax(0.2156).replace(chr(160), " ")
    '21.6 c€/kWh with tax'
    """
    return _("{price} with tax").format(price=unit(eur_per_kwh_ttc * 100.0, _("c€/kWh"), 1))


def exact_per_mwh(eur_per_kwh: float) -> str:
    """Return a price with all its decimals, for what is signed.

    >>> exact_per_mwh(0.1234).replace(chr(160), " ")
    '123.4 €/MWh'
    """
    return exact(eur_per_mwh(eur_per_kwh), "€/MWh")


def price(eur_per_kwh: float) -> NumberWithUnit:
    """Return a price given in EUR/kWh as EUR/MWh, with a decimal only below 100 and where it has one.

    >>> price(0.0825)
    NumberWithUnit(number='82.5', unit='€/MWh')
    """
    per_mwh = eur_per_mwh(eur_per_kwh)
    is_round = abs(per_mwh - round(per_mwh)) < 0.05
    return quantity(per_mwh, "€/MWh", 0 if is_round or abs(per_mwh) >= 100.0 else 1)


def reason_text(reason: Reason) -> str:
    """Reason for a participant's loss, with amounts."""
    amounts = {
        name: per_mwh(value) if name.endswith("_per_kwh") else euros(value)
        for name, value in reason.amounts.items()
    }
    return _(CAUSE_TEXTS[reason.cause]).format(**amounts)


def missing_texts(reasons: Sequence[Missing]) -> list[str]:
    """Reasons for unknown euros, without duplicates."""
    return [_(MISSING_TEXTS[reason]) for reason in dict.fromkeys(reasons)]


def money_range(low_eur: float, high_eur: float, central_eur: float | None = None) -> str:
    """Return "from 16,000 to 30,000 €".

    >>> money_range(16_920.0, 29_310.0).replace(chr(160), " ")
    'from 16,000 to 30,000 €'
    """
    return span(*range_ends(low_eur, high_eur, central_eur), 0, "€")


def years(duration_years: float | None) -> str:
    """Return a duration in whole years; a dash when there is none."""
    return "–" if duration_years is None else unit(duration_years, _("years"))


def eur(amount_eur: float) -> str:
    """Return an amount to 100, with two figures below 10,000, without unit.

    >>> eur(50_929.4), eur(-76.4), eur(float("nan"))
    ('50,900', '−76', '–')
    """
    return fr(to_hundreds(amount_eur)) if isfinite(amount_eur) else fr(amount_eur)


def eur_text(amount_eur: float, name: str = "€") -> str:
    """Return the same with its unit."""
    return str(NumberWithUnit(eur(amount_eur), name))


def thousands(amount_eur: float) -> NumberWithUnit:
    """Return an amount in thousands of euros, to 0.1 k€ below 10 k€.

    >>> thousands(-118_103.2)
    NumberWithUnit(number='−118', unit='k€')
    """
    return quantity(amount_eur / 1000.0, "k€", 0 if abs(amount_eur) >= 10_000.0 else 1)


def millions(amount_eur: float) -> NumberWithUnit:
    """Return an amount in millions of euros, to 10 k€.

    >>> millions(1_318_523.0)
    NumberWithUnit(number='1.32', unit='M€')
    """
    return quantity(amount_eur / 1e6, "M€", 2)


def prices_text(prices_eur_per_kwh: list[float]) -> str:
    """Return one price, or the lowest and the highest."""
    low, high = min(prices_eur_per_kwh), max(prices_eur_per_kwh)
    if per_mwh(low) == per_mwh(high):
        return per_mwh(low)
    return span(eur_per_mwh(low), eur_per_mwh(high), 0, "€/MWh")


def pmo_fees(prices: Prices) -> str:
    """Return the fees of the PMO, on each kWh and a year; empty where the folder has none."""
    fees = [exact_per_mwh(prices.pmo_eur_per_kwh)] if prices.pmo_eur_per_kwh else []
    if prices.pmo_eur_per_year:
        text = _("a part of {amount} a year")
        fees.append(text.format(amount=exact(prices.pmo_eur_per_year, "€")))
    return listed(fees) if fees else ""
