"""The words of money: tiles, risks, who loses, the plan, one hypothesis at a time."""

from collections.abc import Sequence
from gettext import gettext as _
from math import isfinite

import numpy as np

from acc.accounts.persons import sole_member
from acc.accounts.values import Money, ParticipantMoney
from acc.i18n import semicolons
from acc.plan.cash_flows import latest_payback_years, payback
from acc.plan.values import PaybackState, Plan, cumulated_eur
from acc.result.result import Alone, Effect
from acc.sides import loses
from acc.units import eur_per_mwh
from reports.format.draws import FACTOR_WORDS
from reports.format.gains import connection_text, payback_quantity
from reports.format.money import ends_text, eur, eur_text, prices_text, thousands
from reports.format.numbers import (
    MISSING,
    NumberWithUnit,
    fr,
    listed,
    percent,
    rate,
    signed,
    signed_percent,
    sites_count,
)
from reports.format.palette import Tone
from reports.format.quantity import Notion, Quantity
from reports.format.wording import sentence
from reports.nodes.tree import TextCell, ValueBox
from reports.sentences.money import band, band_text, corridor_heading, few_draws, value_tile
from reports.sentences.years import tells_all_years
from reports.view import quantities
from reports.view.privacy import drawn_names
from reports.view.selection import Swing, cash_band, sole_value
from reports.view.view import View

MOST_NAMES = 3


def payback_tile(view: View) -> ValueBox | None:
    """Return the tile of the payback of the plants, years, or of their present value where there is none."""
    plan = view.plan
    if plan is None or plan.payback_state is PaybackState.NO_OUTLAY:
        return None
    if sole_value(view) is not None:
        back = sole_payback(view)
        words = _("to pay back by the bills spared")
        return None if back is None else payback_box(*back, words, connection_text(plan))
    if plan.payback_years is None:
        note = paid_back_text(view) or sentence("never-paid-back", years=fr(plan.horizon_years))
        return value_tile(*quantities.plants_value(plan), _("present value of the plants"), note)
    note = band_text(view, "payback_years", 1.0, 0, _("years")) or paid_back_text(view) or _worth(plan)
    notes = semicolons(filter(None, [note, connection_text(plan)]))
    return payback_box(*quantities.payback(plan), _("to pay the plants back"), notes)


def payback_box(back: Quantity, latest: Quantity | None, words: str, note: str) -> ValueBox:
    """Return the tile of a payback, in ink where it may never come."""
    shown = payback_quantity(back, latest)
    may_never = latest is not None and not latest.is_known
    return ValueBox(shown.number, shown.unit, words, note, tone="ink" if may_never else None)


def sole_payback(view: View) -> tuple[Quantity, Quantity | None] | None:
    """Payback of the plants of a sole member by its savings, see `quantities.payback`; None if never."""
    sole = sole_value(view)
    years = None if sole is None else payback(np.array(sole.by_year_eur_ht))[0]
    if years is None or sole is None:
        return None
    latest = latest_payback_years(sole.connected_by_year_eur_ht)
    return quantities.paybacks(Notion.BILLS_PAYBACK, years, latest)


def paid_back_text(view: View) -> str:
    """Return in how many draws the plants are not paid back, where there are some; empty elsewhere."""
    draws, drawn = view.result.ranges_draws, view.result.drawn
    if draws is None or drawn is None or drawn.paid_back_ratio is None or drawn.paid_back_ratio == 1.0:
        return ""
    never = round((1.0 - drawn.paid_back_ratio) * draws)
    return _("not paid back in {never} draws of {draws}").format(never=fr(never), draws=fr(draws))


def _worth(plan: Plan) -> str:
    value = _("NPV {value}").format(value=quantities.plants_value(plan)[0].as_("k€"))
    if plan.irr_ratio is None:
        return value
    return _("IRR {rate}, {value}").format(rate=percent(plan.irr_ratio, 1), value=value)


def money_risks(view: View) -> list[str]:
    """Money risks: losers, supply price at which the gain vanishes, a plan that does not pay."""
    money = view.result.money
    if money is None or not view.has_savings:
        return []
    if sole_member(money) is not None:
        risks = [_sole_at_risk(view)]
    else:
        threshold = "" if view.result.cancelling else _break_even(money)  # told there in euros
        risks = [_losers(view), threshold, _plan_at_risk(view.plan)]
    return [text for text in risks if text]


def _sole_at_risk(view: View) -> str:
    """Return that plants and bills together do not pay, or no more at full accise."""
    sole, finance = sole_value(view), view.result.scenario.finance
    if sole is None or finance is None or sole.npv_eur_ht is None or sole.full_accise_npv_eur_ht is None:
        return ""
    if loses(sole.npv_eur_ht):
        value = quantities.value(view.outcomes).as_("k€")
        return sentence("sole-does-not-pay", rate=rate(finance.discount_ratio), value=value)
    if loses(sole.full_accise_npv_eur_ht):
        return sentence("sole-at-full-accise", value=quantities.full_accise_value(view.outcomes).as_("k€"))
    return ""


def _losers(view: View) -> str:
    """Losing sites; apart, those whose member gains overall."""
    outcomes, ids = view.outcomes, [site.id for site in view.outcomes.losing_sites]
    lose = {site.id for member in outcomes.losers for site in outcomes.of({member.id}).sites}
    losing = people_text(view, [id_ for id_ in ids if id_ in lose])
    spared = people_text(view, [id_ for id_ in ids if id_ not in lose])
    texts = [_("Would lose at this price: {names}.").format(names=losing)] if losing else []
    if spared:
        texts.append(_("Sites that would pay more, though their member gains: {names}.").format(names=spared))
    return " ".join(texts)


def people_text(view: View, ids: Sequence[str]) -> str:
    """Return "A, B and 2 other participants": those who may be named, at most three, then how many more."""
    named = {view.result.scenario.participants[i].id for g in view.groups for i in g.named}
    shown = [view.names[id_] for id_ in ids if id_ in named][:MOST_NAMES]
    more = len(ids) - len(shown)
    if more:
        shown.append(sentence("other-participants", more) if shown else sites_count(more))
    return listed(shown)


def _break_even(money: Money) -> str:
    prices = [p.break_even_supply_eur_per_kwh for p in money.known if not p.loses]
    known = [price for price in prices if price is not None]
    if max(known, default=0.0) <= 0.0:
        return ""  # the excise spared is worth more than the local price: no supplier's price undoes it
    return _("Supplier’s threshold: {prices}.").format(prices=prices_text([max(p, 0.0) for p in known]))


def _plan_at_risk(plan: Plan | None) -> str:
    if plan is None or not loses(plan.npv_eur_ht):
        return ""
    value = quantities.plants_value(plan)[0].as_("k€")
    return sentence("plants-do-not-pay", rate=rate(plan.discount_ratio), value=value)


def plan_heading(view: View) -> str:
    """Return the heading of the plan: payback and present value; of the price corridor without a plan."""
    plan = view.plan
    if plan is None:
        return corridor_heading(view)
    if sole_value(view) is not None:
        back = sole_payback(view)
        if back is None:
            horizon = NumberWithUnit(fr(plan.horizon_years), _("years"))
            return sentence("bills-do-not-pay-for-plants", years=horizon)
        return sentence("bills-pay-for-plants", years=payback_quantity(*back))
    if plan.payback_years is None:
        return _("The plants would not pay back in {years} years").format(years=fr(plan.horizon_years))
    return sentence("plants-pay-back-if-price-holds", years=payback_quantity(*quantities.payback(plan)))


def cash_caption(view: View) -> str:
    """Caption of the cash figure, with the kink of the inverters."""
    plan, finance = view.plan, view.result.scenario.finance
    assert plan is not None
    name = "invested" if plan.with_tax else "invested-without-tax"
    sentences = [sentence(name, amount=quantities.investment(plan).as_("k€"))]
    if tells_all_years(view):
        sentences += [
            sentence("invested-later", amount=thousands(float(eur)), year=fr(year))
            for year, eur in enumerate(-plan.flows.invested_eur)
            if year and eur > 0.0
        ]
    if plan.without_connection_ids:
        sentences.append(sentence("without-connection", connection=connection_text(plan)))
    year = None if finance is None else finance.inverter_year
    if year is not None and year <= plan.horizon_years and plan.flows.project_eur_ht[year] < 0.0:
        sentences.append(_("The dip in year {year}: new inverters.").format(year=fr(year)))
    if cash_band(view) is not None:
        few = few_draws(view)
        eight, some = _("Band: 8 chances out of 10."), _("Band: {draws} draws only.")
        sentences.append(eight if few is None else some.format(draws=fr(few)))
    return " ".join(sentences)


def cash_alt(view: View) -> str:
    """Return the cash figure in words."""
    plan, sole = view.plan, sole_value(view)
    assert plan is not None
    name, start, end = "cash-alt", plan.flows.project_eur_ht[0], cumulated_eur(plan.flows)[-1]
    if sole is not None:
        name, start, end = "sole-cash-alt", sole.by_year_eur_ht[0], np.sum(sole.by_year_eur_ht)
    return sentence(
        name,
        years=fr(plan.horizon_years),
        start=thousands(float(start)),
        end=thousands(float(end)),
        caption=cash_caption(view),
    )


def tone_of(eur_ht: float) -> Tone:
    """Return the colour of an amount that may be won or lost."""
    return "worse" if loses(eur_ht) else "shared_dark"


def saving_cell(saving_eur: float) -> TextCell:
    """Return the cell of a saving, red with its minus when it is a loss."""
    return TextCell(eur(saving_eur), "money", tone=tone_of(saving_eur))


def member_ids(view: View, row: int) -> list[str]:
    """Return the ids behind a row."""
    return [view.result.scenario.participants[index].id for index in view.groups[row].members]


def break_even_text(view: View, row: int) -> str:
    """Return the supplier's price under which a row gains nothing.

    A dash for several, for who loses, where no price undoes the gain, and for who sells to itself alone.
    """
    money, columns = view.result.money, view.groups[row].members
    if money is None or len(columns) > 1 or sole_member(money) is not None:
        return MISSING
    return threshold_text(money.participants[columns[0]])


def threshold_text(site: ParticipantMoney) -> str:
    """Return the supplier's price under which a site gains nothing, EUR/MWh; a dash for who loses already."""
    price = site.break_even_supply_eur_per_kwh
    return MISSING if price is None or price <= 0.0 or site.loses else fr(eur_per_mwh(price))


def savings_ends(view: View) -> tuple[float, float]:
    """Return the scale of the ranges drawn in the table, zero inside."""
    bands = [band(view, "saving_eur_ht", p.id) for p in view.result.scenario.participants]
    return ends_with_zero([value for ends in bands if ends for value in ends])


def ends_with_zero(values: Sequence[float]) -> tuple[float, float]:
    """Return the ends of an axis that holds zero and some values, as far as they are known."""
    known = [0.0, *filter(isfinite, values)]
    return (min(known), max(known)) if any(known) else (0.0, 1.0)


def range_cell(view: View, ids: list[str], ends_eur: tuple[float, float]) -> TextCell:
    """Return the cell of a range: where its ends, its middle and zero lie from 0 to 1, and its words."""
    bounds = band(view, "saving_eur_ht", ids[0]) if len(ids) == 1 else None
    if bounds is None:
        return TextCell("", "range")
    low, high = ends_eur
    points = tuple((value - low) / (high - low) for value in (*bounds, 0.0))
    return TextCell(ends_text(bounds[0], bounds[2], bounds[1]), "range", points=points)


def card_total(view: View, shared: str, saving_eur: float) -> str:
    """Return the total of a key: energy, and euros where they are known."""
    if not isfinite(saving_eur):
        return _("{energy} shared").format(energy=shared)
    return _("{energy} shared · {saving}").format(energy=shared, saving=eur_text(saving_eur, view.eur_unit))


EVERYBODY_NPV, NPV = "everybody_npv_eur_ht", "npv_eur_ht"
CHURN = "churn"
MOST_SWINGS = 9
LEAST_EUR = 50.0
"""A move that would print as zero thousands is not drawn."""


def has_tornado(view: View) -> bool:
    """Return whether a sweep told what each hypothesis does to the producers' plan."""
    return bool(swings(view))


def swings(view: View) -> list[Swing]:
    """Return the rows of the tornado, the strongest first."""
    if NPV not in view.result.alone:
        return []
    reference = expected(view).reference
    rows = [
        Swing(
            _(FACTOR_WORDS[effect.factor]),
            tried_text(view, effect),
            tuple((value - reference) / 1000.0 for value in effect.values),
            _values(effect),
        )
        for effect in effects(view)
    ]
    rows += _departures(view)
    return sorted(rows, key=lambda row: -max(map(abs, row.moves_keur)))[:MOST_SWINGS]


def of_everybody(view: View) -> bool:
    """Return whether the tornado is of everybody's present value."""
    return EVERYBODY_NPV in view.result.alone


def _departures(view: View) -> list[Swing]:
    """Loss of the plan from yearly departures of members, for the value of all."""
    money = view.result.money
    if money is None or money.total is None or money.total.npv_eur_ht is None or not of_everybody(view):
        return []
    return [
        Swing(
            _(FACTOR_WORDS[CHURN]),
            _("{ratio} each year").format(ratio=percent(after.churn_ratio)),
            ((after.everybody_npv_eur_ht - money.total.npv_eur_ht) / 1000.0,),
        )
        for after in money.plans_after
        if after.churn_ratio and abs(after.everybody_npv_eur_ht - money.total.npv_eur_ht) >= LEAST_EUR
    ]


def effects(view: View) -> list[Effect]:
    """Effects that may be shown of each hypothesis; a home's departure is private."""
    alone, names = expected(view), drawn_names(view.result.scenario)
    return [
        effect
        for effect in alone.effects
        if (effect.who is None or effect.who in names)
        and max(abs(value - alone.reference) for value in effect.values) >= LEAST_EUR
    ]


def expected(view: View) -> Alone:
    """Return the present value with every hypothesis at its middle, and what each does; where it is known."""
    return view.result.alone[EVERYBODY_NPV if of_everybody(view) else NPV]


def tried_text(view: View, effect: Effect) -> str:
    """Return the values tried: "−10 % or +18 %", who leaves, other years of the same sky, the reform."""
    if effect.who is not None:
        return drawn_names(view.result.scenario)[effect.who]
    if not effect.change:
        others = {"weather": _("the other years drawn"), "off_peak_reform": _("after the reform")}
        return others.get(effect.factor, "")
    low, high = signed_percent(effect.change[0]), signed_percent(effect.change[-1])
    return low if len(effect.change) == 1 else _("{low} or {high}").format(low=low, high=high)


def _values(effect: Effect) -> tuple[str, ...]:
    """Return the value tried at each end, where two were."""
    if effect.who is not None or len(effect.change) != 2 or len(effect.values) != 2:
        return ()
    return tuple(signed_percent(change) for change in effect.change)


def tornado_caption(view: View) -> str:
    """Caption of the tornado."""
    first = sentence("tornado-caption", name=swings(view)[0].name)
    draws = view.result.ranges_draws
    return first if draws is None else f"{first} " + _("{draws} draws.").format(draws=fr(draws))


def tornado_alt(view: View) -> str:
    """Alternative text of the tornado: each hypothesis with its effect, in k€."""
    rows = []
    for swing in swings(view):
        moves = (f"{signed(move) if abs(move) >= 0.5 else fr(0.0)}\u00a0k€" for move in swing.moves_keur)
        rows.append(f"{swing.name} {f'({swing.tried}) ' if swing.tried else ''}{listed(list(moves))}")
    name = "tornado-of-everybody" if of_everybody(view) else "tornado-of-producers"
    return sentence(name, value=thousands(expected(view).reference), rows=semicolons(rows))
