"""Amounts in words: rounded as a reader can bear, with their sign; unknown stays a dash."""

from collections.abc import Mapping
from gettext import gettext as _
from math import isfinite

from acc.money import CAUSE_TEXTS, MISSING_TEXTS, Missing, ParticipantMoney, Reason
from reports.format import FIXED, fr, span, to_hundreds, unit
from reports.view import View


def eur(amount_eur: float) -> str:
    """Return an amount rounded to 100 (10 below 1,000), without unit.

    >>> eur(50_929.4), eur(-80.4), eur(float("nan"))
    ('50,900', '−80', '–')
    """
    return fr(to_hundreds(amount_eur)) if isfinite(amount_eur) else fr(amount_eur)


def eur_text(amount_eur: float, name: str = "€") -> str:
    """Return the same with its unit."""
    return f"{eur(amount_eur)}{FIXED}{name}"


def thousands(amount_eur: float) -> str:
    """Return an amount in thousands of euros, with the unit.

    >>> thousands(-118_103.2).replace(FIXED, " ")
    '−118 k€'
    """
    return unit(amount_eur / 1000.0, "k€", 0 if abs(amount_eur) >= 10_000.0 else 1)


def per_mwh(price_eur_per_kwh: float) -> str:
    """Return a price in €/MWh.

    >>> per_mwh(0.092).replace(FIXED, " ")
    '92 €/MWh'
    """
    price = price_eur_per_kwh * 1000.0
    return unit(price, "€/MWh", 0 if abs(price - round(price)) < 0.05 or abs(price) >= 100.0 else 1)


def prices_text(prices_eur_per_kwh: list[float]) -> str:
    """Return one price, or the lowest and the highest."""
    low, high = min(prices_eur_per_kwh), max(prices_eur_per_kwh)
    if per_mwh(low) == per_mwh(high):
        return per_mwh(low)
    return span(low * 1000.0, high * 1000.0, 0, "€/MWh")


def reason_text(reason: Reason) -> str:
    """Return why a participant loses, amounts filled in."""
    return _(CAUSE_TEXTS[reason.cause]).format(**{n: _amount(n, v) for n, v in reason.amounts.items()})


def _amount(name: str, value: float) -> str:
    return per_mwh(value) if name.endswith("_eur_per_kwh") else unit(value, "€")


def loser_texts(view: View) -> list[str]:
    """Return a sentence for each participant who would lose, worst first."""
    money = view.result.money
    if money is None:
        return []
    return [_loser(view, loser) for loser in money.losers]


def _loser(view: View, loser: ParticipantMoney) -> str:
    name, why = view.names[loser.id], "; ".join(reason_text(reason) for reason in loser.reasons)
    loss = eur_text(loser.saving_eur_ht or 0.0, view.eur_unit)
    return _("{name} ({loss}): {why}.").format(name=name, loss=loss, why=why) if why else f"{name} ({loss})."


def missing_texts(view: View) -> list[str]:
    """Return what keeps the euros of some participants unknown, with their names."""
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


def band_text(view: View, indicator: str, scale: float = 1.0, decimals: int = 0, name: str = "") -> str:
    """Return "from 990 to 1,130", empty when the indicator was not drawn."""
    found = band(view, indicator)
    return "" if found is None else span(found[0] * scale, found[2] * scale, decimals, name)
