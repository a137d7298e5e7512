"""How connections that nobody knows are told: counted up to their upper figure, or said to be unknown."""

from gettext import gettext as _
from gettext import ngettext
from math import isfinite

from acc.i18n import semicolons
from acc.plan.values import Plan
from acc.result.outcomes import Outcomes
from acc.sides import Side, side
from reports.format.money import eur, eur_text, euros, millions, thousands
from reports.format.numbers import Quantity, fr, unit


def connection_text(plan: Plan) -> str:
    """Return up to how much connections are counted, and of how many no upper figure is known; or nothing."""
    parts = []
    if plan.connection_more_eur_ht:
        text = _("up to {amount} counted")
        parts.append(text.format(amount=euros(plan.connection_more_eur_ht)))
    count = len(plan.connection_unbounded_ids)
    if count:
        text = ngettext(
            "unknown above {kva}: not counted for {count} plant",
            "unknown above {kva}: not counted for {count} plants",
            count,
        )
        parts.append(text.format(kva=unit(plan.connection_unbounded_kva, _("kVA")), count=fr(count)))
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
    text = ngettext(
        "{count} loses over {years} years if the connection costs {eur}",
        "{count} lose over {years} years if the connection costs {eur}",
        at_most,
    )
    return text.format(count=fr(at_most), years=fr(years), eur=euros(more_eur))


def connected_losers_of(outcomes: Outcomes) -> str:
    """Return the same of members; nothing where connections are known."""
    below, late = len(outcomes.losers_over_plan), len(outcomes.losers_connected)
    return connected_losers(below, late, outcomes.plan_years or 0, outcomes.connection_more_eur_ht)


def value_quantity(npv_eur: float, connected_eur: float | None) -> Quantity:
    """Return a present value in thousands, from where its connections cost their upper figure.

    A range that reaches a million is told in millions: two figures in thousands take two lines of a tile.

    >>> value_quantity(97_000.0, -8_300.0)
    Quantity(number='−8.3 to 97', unit='k€')
    >>> value_quantity(1_626_000.0, 1_375_000.0), value_quantity(1_626_000.0, None)
    (Quantity(number='1.38 to 1.63', unit='M€'), Quantity(number='1,626', unit='k€'))
    """
    if connected_eur is None or side(npv_eur - connected_eur) is Side.EVEN:
        return thousands(npv_eur)
    write = millions if max(abs(npv_eur), abs(connected_eur)) >= 1e6 else thousands
    least, most = write(connected_eur), write(npv_eur)
    text = _("{least} to {most}")
    return Quantity(text.format(least=least.number, most=most.number), most.unit)


def payback_quantity(payback_years: float, latest_years: float | None) -> Quantity:
    r"""Return the years to pay back, up to those where connections cost their upper figure.

    Args:
        latest_years: None where no connection has one, inf where it then never pays back.

    >>> from math import inf
    >>> [str(payback_quantity(9.2, latest)) for latest in (None, 9.4, 12.0, inf)]
    ['9\xa0years', '9\xa0years', '9 to 12\xa0years', '9\xa0years or never']
    """
    if latest_years is None or fr(latest_years) == fr(payback_years):
        return Quantity(fr(payback_years), _("years"))
    if not isfinite(latest_years):
        return Quantity(fr(payback_years), _("years or never"))
    return Quantity(
        _("{years} to {latest}").format(years=fr(payback_years), latest=fr(latest_years)), _("years")
    )
