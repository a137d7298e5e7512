"""How a gain is said: over which years, before the investment, in its parts, up to which connection."""

from collections.abc import Callable, Sequence
from gettext import gettext as _
from math import isfinite

from acc.accounts.values import Money
from acc.i18n import semicolons
from acc.plan.values import Plan
from acc.result.outcomes import Outcomes
from acc.sides import Side, side
from reports.format.money import eur, eur_text, euros, millions, thousands, to_the_euro
from reports.format.numbers import NumberWithUnit, fr, unit
from reports.format.rounding import eur_decimals
from reports.format.wording import sentence


def period_words(*, is_year: bool) -> str:
    """Return "the first year", or that it is of another period."""
    return _("the first year") if is_year else _("over the period")


def plan_words(years: int) -> str:
    """Return over how many years a plan counts."""
    return _("over {years} years, investment counted").format(years=fr(years))


def ranked_words(plan_years: Sequence[int], *, is_year: bool) -> str:
    """Return over what the losers of a comparison are counted.

    Args:
        plan_years: lengths of the plans of the cases; empty where they are told by the period.
    """
    if not plan_years:
        return period_words(is_year=is_year)
    if len(plan_years) > 1:  # `--set` may ask for another length
        return _("over the plan")
    return _("over {years} years").format(years=fr(plan_years[0]))


def losers_head(plan_years: Sequence[int], *, is_year: bool) -> str:
    """Return the head of a count of members who lose, in two lines; see `ranked_words`."""
    return _("Lose\n{when}").format(when=ranked_words(plan_years, is_year=is_year))


def connection_text(plan: Plan) -> str:
    """Return up to how much connections are counted, and of how many no upper figure is known; or nothing."""
    parts = []
    if plan.connection_more_eur_ht:
        text = _("up to {amount} counted")
        parts.append(text.format(amount=euros(plan.connection_more_eur_ht)))
    count = len(plan.connection_unbounded_ids)
    if count:
        parts.append(
            sentence("connection-unbounded", count, kva=unit(plan.connection_unbounded_kva, _("kVA")))
        )
    return _("connection {how}").format(how=semicolons(parts)) if parts else ""


def value_text(npv_eur: float, connected_eur: float | None) -> str:
    """Return a present value, from where its connections cost their upper figure.

    >>> value_text(97_000.0, 35_000.0).replace(chr(160), " ")
    'from 35,000 to 97,000 €'
    """
    if connected_eur is None or side(npv_eur - connected_eur) is Side.EVEN:
        return euros(npv_eur)
    return _("from {low} to {high}").format(low=eur(connected_eur), high=eur_text(npv_eur))


def value_cell(npv_eur: float, connected_eur: float) -> str:
    """Return the same as a cell of euros.

    >>> value_cell(97_000.0, 35_000.0), value_cell(97_000.0, 97_000.2)
    ('35,000 … 97,000', '97,000')
    """
    if side(npv_eur - connected_eur) is Side.EVEN:
        return eur(npv_eur)
    return f"{eur(connected_eur)} … {eur(npv_eur)}"


def connected_losers(lose: int, at_most: int, years: int, more_eur: float) -> str:
    """Number of losers over the plan at the upper connection cost; empty where it adds none.

    Args:
        lose: over the plan without it; `at_most` with it.

    >>> connected_losers(2, 4, 25, 105_000.0).replace(chr(160), " ")
    '4 lose over 25 years if the connection costs 105,000 €'
    """
    if at_most <= lose:
        return ""
    return sentence("losers-if-connected", at_most, years=fr(years), eur=euros(more_eur))


def connected_losers_of(outcomes: Outcomes) -> str:
    """Return the same of members; nothing where connections are known."""
    below, late = len(outcomes.losers_over_plan), len(outcomes.losers_connected)
    return connected_losers(below, late, outcomes.plan_years or 0, outcomes.connection_more_eur_ht)


def value_quantity(npv_eur: float, connected_eur: float | None) -> NumberWithUnit:
    """Return a present value in thousands, from where its connections cost their upper figure.

    A range that reaches a million is told in millions: two figures in thousands take two lines of a tile.

    >>> value_quantity(97_000.0, -8_300.0)
    NumberWithUnit(number='−8.3 to 97', unit='k€')
    >>> value_quantity(1_626_000.0, 1_375_000.0), value_quantity(1_626_000.0, None)
    (NumberWithUnit(number='1.38 to 1.63', unit='M€'), NumberWithUnit(number='1,626', unit='k€'))
    """
    if connected_eur is None or side(npv_eur - connected_eur) is Side.EVEN:
        return thousands(npv_eur)
    write = millions if max(abs(npv_eur), abs(connected_eur)) >= 1e6 else thousands
    least, most = write(connected_eur), write(npv_eur)
    text = _("{least} to {most}")
    return NumberWithUnit(text.format(least=least.number, most=most.number), most.unit)


def payback_quantity(payback_years: float, latest_years: float | None) -> NumberWithUnit:
    r"""Return the years to pay back, up to those where connections cost their upper figure.

    Args:
        latest_years: None where no connection has one, inf where it then never pays back.

    >>> from math import inf
    >>> [str(payback_quantity(9.2, latest)) for latest in (None, 9.4, 12.0, inf)]
    ['9\xa0years', '9\xa0years', '9 to 12\xa0years', '9\xa0years or never']
    """
    if latest_years is None or fr(latest_years) == fr(payback_years):
        return NumberWithUnit(fr(payback_years), _("years"))
    if not isfinite(latest_years):
        return NumberWithUnit(fr(payback_years), _("years or never"))
    return NumberWithUnit(
        _("{years} to {latest}").format(years=fr(payback_years), latest=fr(latest_years)), _("years")
    )


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
    return sentence("two-parts", without=write(shown[0]), sharing=write(shown[1]))


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
    return sentence("at-full-accise-from", value=value, year=money.full_accise_from.year)
