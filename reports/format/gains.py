"""How a gain is told: before the investment, in its two parts, without sharing and by sharing alone."""

from collections.abc import Callable
from gettext import gettext as _

from acc.accounts.values import Money
from acc.sides import Side, side
from reports.format.money import euros, thousands, to_the_euro
from reports.format.parts import eur_decimals


def two_parts(
    without_eur: float | None, sharing_eur: float | None, write: Callable[[float], str] = euros
) -> str:
    """Gain without sharing, then by sharing, in words; empty where roofs bring nothing alone.

    They add up to the gain as `write` prints it, unless one of them is too small for that.

    >>> two_parts(7000.0, 1200.0).replace(chr(160), " "), two_parts(0.0, 1200.0), two_parts(None, None)
    ('7,000 € without sharing, 1,200 € by sharing alone', '', '')
    >>> two_parts(139_038.0, 115_449.0).replace(chr(160), " ")
    '139,100 € without sharing, 115,400 € by sharing alone'
    """
    if without_eur is None or sharing_eur is None or side(without_eur) is Side.EVEN:
        return ""
    parts, total = (without_eur, sharing_eur), without_eur + sharing_eur
    decimals = 0 if write is to_the_euro else eur_decimals([total])
    # What sharing adds stands in tables too, rounded by itself: the other part takes what is left.
    sharing = round(sharing_eur, decimals) + 0.0
    closed = (round(total, decimals) - sharing, sharing)
    shown = closed if all(closed) or decimals == 0 else parts
    text = _("{without} without sharing, {sharing} by sharing alone")
    return text.format(without=write(shown[0]), sharing=write(shown[1]))


def of_sharing(without_eur: float | None, total_eur: float | None) -> str:
    """Part of a value added by sharing, in k€; empty where roofs bring nothing alone."""
    if without_eur is None or total_eur is None or side(without_eur) is Side.EVEN:
        return ""
    return _("sharing alone adds {sharing}").format(sharing=thousands(total_eur - without_eur))


def before_investment(parts: str, *, is_taxed: bool) -> str:
    """Return that an amount is before the investment, with its two parts where there are two.

    Args:
        is_taxed: whether a tax on profit is paid over the plan: a gain is before it.
    """
    if is_taxed:
        text = _("before investment and tax on profit")
        if parts:
            text = _("before investment and tax on profit ({parts})")
    else:
        text = _("before investment ({parts})") if parts else _("before investment")
    return text.format(parts=parts)


def before_tax(is_taxed: bool) -> str:
    """Return that a gain is before the tax on profit; nothing where none is paid."""
    return _("before tax on profit") if is_taxed else ""


def value_basis() -> str:
    """Sentence on the VAT that a value over the plan counts."""
    return _("NPV: VAT that is not recovered is counted, on plants and on bills, and the FCTVA at its date.")


def at_full_accise(money: Money, value: str) -> str:
    """Return a value over the plan where local kWh bear the accise in full, and from which year on."""
    if money.full_accise_from is None:
        return _("{value} at full accise").format(value=value)
    text = _("{value} at full accise from {year}")
    return text.format(value=value, year=money.full_accise_from.year)
