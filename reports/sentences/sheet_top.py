"""The top of a member's sheet: its energy and its balance in three sentences and four tiles."""

from gettext import gettext as _
from math import isfinite

from acc.accounts.person_values import PersonMoney
from acc.i18n import semicolons
from acc.plan.cash_flows import latest_payback_years, payback
from acc.plan.values import PaybackState
from acc.sides import Side, loses, side
from acc.units import for_each_kwh
from reports.format.connection import connection_text
from reports.format.gains import at_full_accise, before_investment, before_tax, of_sharing, two_parts
from reports.format.money import thousands, to_the_euro
from reports.format.numbers import fr, long_date, percent, unit
from reports.nodes.tree import ValueBox
from reports.sentences.gains import payback_box
from reports.sentences.holdings import balance, loss_note, own_price, range_text
from reports.sentences.money import band_text, drawn_text, tiles_note, value_tile
from reports.sentences.wording import text_of
from reports.view.own_bill import (
    OWN,
    OwnHomes,
    own_columns,
    own_homes,
    own_person,
    own_plan,
    own_plants,
    own_sites,
    own_years,
)
from reports.view.view import View


def lead(view: View) -> str:
    """Output of the holder's plants, energy received, and balance."""
    money = "" if _comes_later(view) else _money_lead(view)
    return " ".join(filter(None, [_plants_lead(view), _energy_lead(view), money]))


def _comes_later(view: View) -> bool:
    """Return whether all that the holder has comes after the first year."""
    scenario = view.result.scenario
    sites = {scenario.participants[n].id for n in own_columns(view)}
    return sites | {scenario.plants[m].id for m in own_plants(view)} <= view.later


def _plants_lead(view: View) -> str:
    """Output of plants in the first year, and those that come later."""
    every = view.result.scenario.plants
    running = [m for m in own_plants(view) if every[m].id not in view.later]
    coming = [
        _("{name}: in service on {day}, it makes nothing in the first year.").format(
            name=every[m].name, day=long_date(day)
        )
        for m in own_plants(view)
        if (day := view.comes_on(every[m].id)) is not None
    ]
    return " ".join([_produced_lead(view, running), *coming] if running else coming)


def _produced_lead(view: View, plants: list[int]) -> str:
    energy = view.result.energy
    own, injected = (float(kwh[plants].sum()) for kwh in (energy.own_use_kwh, energy.production_kwh))
    shared = float(energy.shared_kwh[plants].sum())
    text = text_of("produced", len(plants))
    if view.scale.plain(own) != view.scale.plain(0.0):
        text = text_of("produced-and-used", len(plants))
    return text.format(
        made=view.scale.text(own + injected),
        own=view.scale.text(own),
        shared=view.scale.text(shared),
        surplus=view.scale.text(injected - shared),
    )


def _energy_lead(view: View) -> str:
    ratio = float(view.chosen.ratio[OWN])
    if not own_columns(view):
        return ""
    sites = [view.result.scenario.participants[n].id for n in own_columns(view)]
    if all(days := [view.comes_on(id_) for id_ in sites]):
        text = _("You join on {day}: the first year is without you.")
        return text.format(day=long_date(min(day for day in days if day is not None)))
    if not isfinite(ratio):
        return _("Without consumption over the period, you would receive nothing.")
    received = float(view.chosen.received_kwh[OWN])
    if view.scale.plain(received) == view.scale.plain(0.0):
        return _("You would receive nothing.")
    text = _("You would receive {energy} of local solar electricity {period}, {part} of your need.")
    return text.format(energy=view.scale.text(received), period=view.period, part=percent(ratio))


def _money_lead(view: View) -> str:
    mine = own_person(view)
    if mine is None:
        return ""
    if (at_home := own_homes(view)) is not None:
        return _home_lead(mine, at_home)
    gain, amount = mine.gain_eur_ht, to_the_euro(abs(mine.gain_eur_ht))
    parts = two_parts(mine.without_sharing_eur_ht, mine.sharing_eur_ht, to_the_euro)
    if mine.plant_ids or parts:
        text = _("In all you would gain {amount} without tax, {before}.")
        if loses(gain):
            text = _("In all you would lose {amount}, {before}.")
        return text.format(amount=amount, before=_before(mine, parts))
    if loses(gain):
        if view.scale.plain(float(view.chosen.received_kwh[OWN])) == "0":
            return _("You would pay {amount} more: better to stay out.").format(amount=amount)
        return _("You would lose {amount}.").format(amount=amount)
    text = _("You would save {amount} without tax.")
    if mine.is_taxed:
        text = _("You would save {amount} without VAT, before tax on profit.")
    return text.format(amount=amount)


def _before(mine: PersonMoney, parts: str) -> str:
    """Sentence on the parts of a gain, and on costs that it does not count yet."""
    if mine.plant_ids:
        return before_investment(parts, is_taxed=mine.is_taxed)
    return ", ".join(filter(None, [parts, before_tax(mine.is_taxed)]))


def _home_lead(mine: PersonMoney, at_home: OwnHomes) -> str:
    """Gain of a home, with VAT; the mean home of a group."""
    gain = mine.gain_eur / at_home.count
    text = _("You would save {amount} with tax.")
    if loses(gain):
        text = _("You would lose {amount} with tax.")
    if at_home.count > 1:
        text = _("Each home would save {amount} with tax, on average of the {count}.")
        if loses(gain):
            text = _("Each home would lose {amount} with tax, on average of the {count}.")
    return text.format(amount=to_the_euro(abs(gain)), count=fr(at_home.count))


def own_note(view: View) -> str:
    """Return the limits of the tiles, and from when on the holder loses where no table tells it."""
    mine = own_person(view)
    if mine is None:
        return _("Euros are not computed.")
    alone = [*_with_vat(view, mine), *loss_note(mine)] if balance(view) is None else []
    if (at_home := own_homes(view)) is not None:
        saved = _("Saving with the VAT that you pay.")
        if at_home.count > 1:
            saved = _("Saving of one home, with the VAT that it pays.")
        return " ".join([saved, drawn_text(view), *loss_note(mine)])
    return " ".join([tiles_note(view), *alone])


def _with_vat(view: View, mine: PersonMoney) -> list[str]:
    """Return the balance of who does not recover the VAT on its bills, VAT included."""
    if side(mine.lost_vat_eur) is Side.EVEN:
        return []
    text = _("With the VAT, which you do not recover: {amount}.")
    return [text.format(amount=unit(mine.gain_eur, view.eur_unit))]


def tiles(view: View) -> list[ValueBox]:
    """Return four tiles: the balance and its value where known, then the energy, the threshold or payback."""
    mine = own_person(view)
    if mine is None:
        return _energy_tiles(view)[:4]
    note = range_text(view, mine) or _each_kwh(view, mine)
    word = ", ".join(filter(None, [_("saved"), before_tax(mine.is_taxed)]))
    if mine.plant_ids:
        word = ", ".join([_("gained"), before_investment("", is_taxed=mine.is_taxed)])
    gain_eur, at_home = mine.gain_eur_ht, own_homes(view)
    if at_home is not None:
        gain_eur = mine.gain_eur / at_home.count
        kwh = _each_kwh(view, mine)
        note = semicolons(filter(None, [kwh, range_text(view, mine) if at_home.only_buys else ""]))
        word = _("saved with tax, each home") if at_home.count > 1 else _("saved, with tax")
    shown = ValueBox(fr(gain_eur), view.eur_unit, word, note)
    return [shown, *_value_tile(view, mine), *_payback_tile(view), *_energy_tiles(view)][:4]


def _each_kwh(view: View, mine: PersonMoney) -> str:
    price = for_each_kwh(mine.gain_eur_ht, sum(site.received_kwh for site in own_sites(view)))
    if mine.plant_ids or price is None or loses(mine.gain_eur_ht):
        return ""
    return _("{price} for each local kWh").format(price=own_price(view, price))


def _value_tile(view: View, mine: PersonMoney) -> list[ValueBox]:
    money = view.result.money
    if mine.npv_eur_ht is None or money is None or money.plan is None:
        return []
    years = _("over {years} years, investment paid (NPV)").format(years=fr(money.plan.horizon_years))
    full = mine.full_accise_npv_eur_ht
    full_text = "" if full is None else at_full_accise(money, str(thousands(full)))
    parts = of_sharing(mine.without_sharing_npv_eur_ht, mine.npv_eur_ht)
    note = semicolons(filter(None, [parts, full_text]))
    return [value_tile(mine.npv_eur_ht, mine.connected_npv_eur_ht, years, note)]


def _payback_tile(view: View) -> list[ValueBox]:
    by_year = own_years(view)
    if by_year is None:
        return []
    years, state = payback(by_year)
    if state is PaybackState.NO_OUTLAY:
        return []
    invested = _("{amount} invested").format(amount=thousands(-float(by_year[0])))
    plan, mine = own_plan(view), own_person(view)
    if plan is not None:
        invested = semicolons(filter(None, [invested, connection_text(plan)]))
    if years is None:
        return [ValueBox("–", "", _("never paid back"), invested)]
    latest = latest_payback_years(mine.connected_by_year_eur_ht if mine else ())
    return [payback_box(years, latest, _("to pay back"), invested)]


def _energy_tiles(view: View) -> list[ValueBox]:
    energy, plants = view.result.energy, list(own_plants(view))
    boxes = []
    if own_columns(view):
        holder = [view.result.scenario.participants[n].id for n in own_columns(view)]
        scale = 1.0 / view.scale.kwh
        drawn = band_text(view, "received_kwh", scale, member=holder[0]) if len(holder) == 1 else ""
        received = view.scale.plain(float(view.chosen.received_kwh[OWN]))
        need = _("of {energy}").format(energy=view.scale.text(float(view.need_kwh[OWN])))
        part = fr(float(view.chosen.ratio[OWN]) * 100.0)
        boxes = [
            ValueBox(received, view.unit, _("of local electricity"), drawn),
            ValueBox(part, "%", _("of your need"), need),
        ]
    if plants:
        shared, injected = (float(kwh[plants].sum()) for kwh in (energy.shared_kwh, energy.production_kwh))
        note = _("of {energy} injected").format(energy=view.scale.text(injected))
        word = text_of("shared-by-plants", len(plants))
        boxes.append(ValueBox(view.scale.plain(shared), view.unit, word, note))
    if own_columns(view):
        boxes += [_complement(view), *([_rank(view)] if len(view.groups) > 1 else [])]
    return boxes


def _complement(view: View) -> ValueBox:
    left = max(float(view.need_kwh[OWN]) - float(view.chosen.received_kwh[OWN]), 0.0)
    return ValueBox(view.scale.plain(left), view.unit, _("left to your supplier"), "")


def _rank(view: View) -> ValueBox:
    everyone = fr(view.result.energy.autoproduction_ratio * 100.0)
    return ValueBox(everyone, "%", _("for the whole group"), _("part of the needs served"))
