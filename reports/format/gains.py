"""How a gain is told: before the investment, in its two parts, without sharing and by sharing alone."""

from collections.abc import Callable
from gettext import gettext as _

from acc.accounts.values import Money
from acc.sides import Side, side
from reports.format.money import euros, thousands


def two_parts(
    without_eur: float | None, sharing_eur: float | None, write: Callable[[float], str] = euros
) -> str:
    """Gain without sharing, then by sharing, in words; empty where roofs bring nothing alone.

    >>> two_parts(7000.0, 1200.0).replace(chr(160), " "), two_parts(0.0, 1200.0), two_parts(None, None)
    ('7,000 € without sharing, 1,200 € by sharing alone', '', '')
    """
    if without_eur is None or sharing_eur is None or side(without_eur) is Side.EVEN:
        return ""
    text = _("{without} without sharing, {sharing} by sharing alone")
    return text.format(without=write(without_eur), sharing=write(sharing_eur))


def of_sharing(without_eur: float | None, whole_eur: float | None) -> str:
    """Part of a value added by sharing, in k€; empty where roofs bring nothing alone."""
    if without_eur is None or whole_eur is None or side(without_eur) is Side.EVEN:
        return ""
    return _("sharing alone adds {sharing}").format(sharing=thousands(whole_eur - without_eur))


def before_investment(parts: str) -> str:
    """Return that an amount is before the investment, with its two parts where there are two."""
    text = _("before investment ({parts})") if parts else _("before investment")
    return text.format(parts=parts)


def at_full_accise(money: Money, value: str) -> str:
    """Return a value over the plan where local kWh bear the accise in full, and from which year on."""
    if money.full_accise_from is None:
        return _("{value} at full accise").format(value=value)
    text = _("{value} at full accise from {year}")
    return text.format(value=value, year=money.full_accise_from.year)
