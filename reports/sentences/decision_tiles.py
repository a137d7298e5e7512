"""Tiles of page 1: value, works and who pays, cover of the loan; energy where they are missing."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from gettext import gettext as _

import numpy as np

from acc.accounts.values import Money
from acc.i18n import semicolons
from acc.plan.cash_flows import sum_flows
from acc.plan.values import Plan, cover_by_year
from acc.result.lending import lending
from acc.sides import loses
from reports.format.gains import connection_text, of_sharing
from reports.format.money import euros, per_mwh
from reports.format.numbers import fr, listed, signed_percent
from reports.format.palette import Tone
from reports.format.wording import sentence, text_of
from reports.nodes.tree import ValueBox, quantity_box
from reports.sentences.answer import readers_outcomes
from reports.sentences.decision import Kinds, closed, people_text
from reports.sentences.gains import payback_tile
from reports.sentences.money import band_text, range_of, value_tile
from reports.sentences.verdict import is_short
from reports.view import quantities
from reports.view.view import View

MOST_PAYERS = 2
"""Who pays, named in a line; more are counted."""


def value_box(view: View, kinds: Kinds = None) -> ValueBox | None:
    """Tile of the value over the plan, works paid, and its range; of the gain of the period without one."""
    outcomes = readers_outcomes(view, kinds)
    if not outcomes.known:
        return None
    together, of = outcomes.together, outcomes.ids
    who = sentence("for-members", len(outcomes.known))
    if kinds is not None:
        who = sentence("for-readers", who=people_text(view, outcomes.members))
    if together.plan_eur_ht is None or outcomes.plan_years is None:
        shown = quantities.gain(view.outcomes, of).as_(view.eur_writer)
        note = "" if kinds else range_of(view, shown, "gain_eur_ht", 1.0, view.eur_unit)
        words = _("{who}, what is built not counted").format(who=who)
        return replace(
            quantity_box(shown.printed(), words, note), tone="worse" if loses(shown.value) else None
        )
    words = _("{who} in {years} years, works paid").format(who=who, years=fr(outcomes.plan_years))
    worth = quantities.value(view.outcomes, of)
    drawn = "" if kinds else range_of(view, worth, "everybody_npv_eur_ht", 1e-3, "k€")
    chances = _("8 chances in 10: {range}").format(range=drawn) if drawn else ""
    parts = of_sharing(*quantities.value_parts(view.outcomes, of))
    notes = semicolons(filter(None, [chances, parts]))
    return value_tile(*quantities.value_ends(view.outcomes, of), words, notes)


def works_box(view: View, kinds: Kinds = None) -> ValueBox | None:
    """Tile of what is to be paid in year 0 and by whom, grants deducted; None where nothing is built."""
    outcomes, money, everybody = readers_outcomes(view, kinds), view.result.money, view.outcomes
    plans = () if money is None else money.plans
    paying = [plan for plan in plans if plan.owner in outcomes.ids and plan.flows.built_eur[0] < 0.0]
    if not paying:
        return None
    total, named = quantities.works(paying, everybody), view.named_members
    words = sentence("to-pay-by-owners", len(paying))
    notes = filter(None, _works_notes(view, paying))
    if len(paying) <= MOST_PAYERS and named.keys() >= {plan.owner for plan in paying}:
        shown = closed([*(quantities.works([plan], everybody) for plan in paying), total])
        bases = [_("with VAT") if plan.flows.investment_vat_eur[0] else _("without tax") for plan in paying]
        # The note says the basis of all, where they have the same.
        said = [f" ({basis})" if len({*bases}) > 1 else "" for basis in bases]
        payers = zip(paying, shown, said, strict=False)
        texts = [f"{named[plan.owner]} {amount}{basis}" for plan, amount, basis in payers]
        words = _("to pay: {who}").format(who=listed(texts))
    return quantity_box(total.printed(), words, semicolons(notes))


def _works_notes(view: View, plans: Sequence[Plan]) -> Iterator[str]:
    """Basis of what is to be paid: without tax, VAT that is not recovered, grants, connections."""
    money, everybody = view.result.money, view.outcomes
    vat, before = quantities.owners_vat(plans, everybody), quantities.works_before_vat(plans, everybody)
    if vat.value:
        yield _("{eur} without tax + {vat} of VAT that is not recovered").format(eur=before, vat=vat)
        terms = None if money is None else money.plan_terms
        if terms is not None and any(plant.charges.vat.returned_ratio for plant in terms.plants):
            yield _("FCTVA to be asked for")
    else:
        yield _("without tax")
    if granted := sum(plan.grant_eur for plan in plans):
        yield _("{eur} of grants deducted").format(eur=euros(granted))
    if view.plan is not None:
        yield connection_text(view.plan)


def cover_box(view: View, kinds: Kinds = None) -> ValueBox | None:
    """Tile of the cover of loans, and what would make each year pay; the payback where nothing is lent."""
    money, ids = view.result.money, readers_outcomes(view, kinds).ids
    if money is None or money.plan is None:
        return None
    plans = [plan for plan in money.plans if kinds is None or plan.owner in ids]
    lent = [plan for plan in plans if plan.dscr_mean is not None]
    if not lent:
        box = None if kinds else payback_tile(view)
        return box and replace(box, note=semicolons(filter(None, [box.note, text_of("no-loan")])))
    mean, lowest = quantities.covers(lent, view.outcomes)
    notes = []
    if is_short(lowest.value):
        worst = int(np.nanargmin(cover_by_year(sum_flows([plan.flows for plan in lent]))))
        notes = [sentence("worst-year", part=lowest.as_("%"), year=fr(worst))]
        notes += [] if kinds else [_covered_by(view, money)]
    tone: Tone | None = "worse" if is_short(mean.value) else "ink" if notes else None
    words = _("of the annuity covered, on average")
    return replace(quantity_box(mean.printed("%"), words, semicolons(filter(None, notes))), tone=tone)


def _covered_by(view: View, money: Money) -> str:
    """What would cover the annuity in each year: a reserve for the inverters, else a price, or more sun."""
    if (loans := lending(view.result)) is None:
        return ""
    price, output = loans.unit_cover_price_ratio, loans.unit_cover_output_ratio
    if price is not None and price <= 1.0 and output is not None and output <= 1.0:
        return _("each year is covered once inverters are paid from a reserve")
    ways = []
    if price is not None and money.local_eur_per_kwh:
        ways.append(_("a price of {price}").format(price=per_mwh(price * money.local_eur_per_kwh)))
    if output is not None:
        ways.append(_("{part} of sun").format(part=signed_percent(output - 1.0)))
    return _("each year is covered with {ways}").format(ways=_(" or ").join(ways)) if ways else ""


def energy_box(view: View) -> ValueBox:
    """Tile of what is shared, where an amount is missing."""
    words = _("shared, {part} of the need left") if view.has_own_use else _("shared, {part} of the needs")
    shared = quantities.shared(view.result, view.scale)
    note = band_text(view, "received_kwh", 1.0 / view.scale.unit_kwh)
    words = words.format(part=quantities.shared_of_need(view.result))
    return ValueBox(shared.printed().number, view.unit, words, note)


def spot_box(view: View) -> ValueBox:
    """Tile of the part of what is fed in that is shared."""
    part = quantities.shared_of_injected(view.result).printed()
    note = _("surplus: {energy}").format(energy=quantities.surplus(view.result, view.scale))
    return quantity_box(part, _("of the injected energy shared"), note)


def boxes(view: View, kinds: Kinds = None) -> list[ValueBox]:
    """Return three tiles: value, what is paid, cover; energy in place of those that do not exist."""
    euros = [box for box in (value_box(view, kinds), works_box(view, kinds), cover_box(view, kinds)) if box]
    return [*euros, energy_box(view), spot_box(view)][: max(3, len(euros))]
