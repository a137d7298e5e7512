"""How a gain is said: over which years, before the investment, in its parts, up to which connection."""

from collections.abc import Sequence
from gettext import gettext as _

from acc.accounts.values import Money
from acc.i18n import semicolons
from acc.plan.values import Plan
from acc.result.outcomes import Outcomes
from acc.sides import Side, side
from reports.format.money import euros
from reports.format.numbers import NumberWithUnit, fr, unit
from reports.format.quantity import Quantity
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
        kva = unit(plan.connection_unbounded_kva, _("kVA"))
        parts.append(sentence("connection-unbounded", count, kva=kva))
    return _("connection {how}").format(how=semicolons(parts)) if parts else ""


def value_text(value: Quantity, connected: Quantity | None) -> str:
    """Return a present value, from where its connections cost their upper figure.

    >>> from dataclasses import replace
    >>> from reports.format.quantity import Notion
    >>> worth = Quantity(notion=Notion.VALUE, value=97_000.0)
    >>> value_text(worth, replace(worth, value=35_000.0, given="connected")).replace(chr(160), " ")
    'from 35,000 to 97,000 €'
    """
    if connected is None or side(value.value - connected.value) is Side.EVEN:
        return str(value)
    return _("from {low} to {high}").format(low=connected.printed().number, high=value)


def value_cell(value: Quantity, connected: Quantity) -> str:
    """Return the same as a cell of euros.

    >>> from dataclasses import replace
    >>> from reports.format.quantity import Notion
    >>> worth = Quantity(notion=Notion.VALUE, value=97_000.0)
    >>> value_cell(worth, replace(worth, value=35_000.0)), value_cell(worth, replace(worth, value=97_000.2))
    ('35,000 … 97,000', '97,000')
    """
    shown = value.printed().number
    if side(value.value - connected.value) is Side.EVEN:
        return shown
    return f"{connected.printed().number} … {shown}"


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


def value_quantity(value: Quantity, connected: Quantity | None) -> NumberWithUnit:
    """Return a present value in thousands, from where its connections cost their upper figure.

    A range that reaches a million is told in millions: two figures in thousands take two lines of a tile.

    >>> from dataclasses import replace
    >>> from reports.format.quantity import Notion
    >>> worth = Quantity(notion=Notion.VALUE, value=97_000.0)
    >>> value_quantity(worth, replace(worth, value=-8_300.0, given="connected"))
    NumberWithUnit(number='−8.3 to 97', unit='k€')
    >>> million = replace(worth, value=1_626_000.0)
    >>> value_quantity(million, replace(million, value=1_375_000.0)), value_quantity(million, None)
    (NumberWithUnit(number='1.38 to 1.63', unit='M€'), NumberWithUnit(number='1,626', unit='k€'))
    """
    if connected is None or side(value.value - connected.value) is Side.EVEN:
        return value.printed("k€")
    unit = "M€" if max(abs(value.value), abs(connected.value)) >= 1e6 else "k€"
    least, most = connected.printed(unit), value.printed(unit)
    return NumberWithUnit(_("{least} to {most}").format(least=least.number, most=most.number), most.unit)


def payback_quantity(payback: Quantity, latest: Quantity | None) -> NumberWithUnit:
    r"""Return the years to pay back, up to those where connections cost their upper figure.

    Args:
        latest: None where no connection has one, of inf years where it then never pays back.

    >>> from math import inf
    >>> from dataclasses import replace
    >>> from reports.format.quantity import Notion
    >>> back = Quantity(notion=Notion.PAYBACK, value=9.2)
    >>> ends = [None, *(replace(back, value=years, given="connected") for years in (9.4, 12.0, inf))]
    >>> [str(payback_quantity(back, latest)) for latest in ends]
    ['9\xa0years', '9\xa0years', '9 to 12\xa0years', '9\xa0years or never']
    """
    shown = payback.printed()
    if latest is None or fr(latest.value) == shown.number:
        return shown
    if not latest.is_known:
        return NumberWithUnit(shown.number, _("years or never"))
    text = _("{years} to {latest}")
    return NumberWithUnit(text.format(years=shown.number, latest=latest.printed().number), shown.unit)


def two_parts(without: Quantity, sharing: Quantity, printed: float | None = None) -> str:
    """Gain without sharing, then by sharing, in words; empty where roofs bring nothing alone.

    They add up to the gain as it is printed in their unit, unless one of them is too small for that.

    Args:
        printed: their sum, where it is rounded with others.

    >>> from dataclasses import replace
    >>> from reports.format.quantity import Notion
    >>> alone = Quantity(notion=Notion.GAIN_WITHOUT_SHARING, value=139_038.0)
    >>> shared = Quantity(notion=Notion.GAIN_OF_SHARING, value=115_449.0)
    >>> two_parts(alone, shared).replace(chr(160), " "), two_parts(replace(alone, value=0.0), shared)
    ('139,100 € without sharing, 115,400 € by sharing alone', '')
    """
    if not (without.is_known and sharing.is_known) or side(without.value) is Side.EVEN:
        return ""
    total = without.value + sharing.value
    decimals = 0 if without.unit == "€ exact" else eur_decimals([total])
    if printed is not None:
        total, decimals = printed, next((n for n in (-2, -1) if printed % 10**-n == 0.0), 0)
        without, sharing = without.as_("€/year exact"), sharing.as_("€/year exact")
    # What sharing adds stands in tables too, rounded by itself: the other part takes what is left.
    added = round(sharing.value, decimals) + 0.0
    closed = (round(total, decimals) - added, added)
    if all(closed) or decimals == 0:
        without, sharing = without.printed_as(closed[0]), sharing.printed_as(closed[1])
    return sentence("two-parts", without=without, sharing=sharing)


def of_sharing(without: Quantity, sharing: Quantity) -> str:
    """Part of a value added by sharing, in k€; empty where roofs bring nothing alone."""
    if not (without.is_known and sharing.is_known) or side(without.value) is Side.EVEN:
        return ""
    return _("sharing alone adds {sharing}").format(sharing=sharing.printed("k€"))


def before_investment(parts: str, *, is_taxed: bool) -> str:
    """Return that an amount is before the investment, with its two parts where there are two.

    Args:
        is_taxed: whether a tax on profit is paid over the plan: a gain is before it.
    """
    before = _("before investment and tax on profit") if is_taxed else _("before investment")
    return _("{before} ({parts})").format(before=before, parts=parts) if parts else before


def before_tax(is_taxed: bool) -> str:
    """Return that a gain is before the tax on profit; nothing where none is paid."""
    return _("before tax on profit") if is_taxed else ""


def value_basis() -> str:
    """Sentence on the VAT that a value over the plan counts."""
    return _("NPV: VAT that is not recovered is counted, on plants and on bills, and the FCTVA at its date.")


def at_full_accise(money: Money, value: object) -> str:
    """Return a value over the plan where local kWh bear the accise in full, and from which year on."""
    if money.full_accise_from is None:
        return _("{value} at full accise").format(value=value)
    return sentence("at-full-accise-from", value=value, year=money.full_accise_from.year)
