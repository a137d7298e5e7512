"""The words of a member's sheet: sentences and tiles, what it would sign, if the key or the price change."""

from collections.abc import Iterator
from gettext import gettext as _
from math import isfinite
from typing import TypeAlias

from acc.accounts.person_values import PersonMoney
from acc.household_privacy import HOMES, LEAST_HOUSEHOLDS, homes
from acc.i18n import semicolons
from acc.plan.cash_flows import latest_payback_years, payback
from acc.plan.values import PaybackState
from acc.sides import Side, loses, side
from acc.sites import masked_prm
from acc.units import for_each_kwh
from reports.format.gains import (
    at_full_accise,
    before_investment,
    before_tax,
    connection_text,
    of_sharing,
    two_parts,
)
from reports.format.labels import lowered
from reports.format.money import per_mwh, pmo_fees
from reports.format.numbers import FIXED, fr, long_date, percent, plants_count, sites_count, unit
from reports.format.quantity import Notion, Quantity
from reports.format.wording import sentence, text_of
from reports.nodes.tree import (
    Column,
    Frame,
    TextCell,
    TextTable,
    ValueBox,
    first_column,
    quantity_box,
    table_by_column,
)
from reports.sentences.gains import payback_box
from reports.sentences.holdings import gain_cell, has_own_page, loss_note, own_price, range_text
from reports.sentences.money import band_text, drawn_text, price_text, tiles_note, value_tile
from reports.sentences.overview import frame, scenario_name
from reports.sentences.years import change_by_leaving
from reports.view import quantities
from reports.view.selection import (
    OWN,
    buying_home,
    own_bill,
    own_columns,
    own_homes,
    own_person,
    own_plan,
    own_plants,
    own_site_ids,
    own_sites,
    own_spared_eur,
    own_years,
)
from reports.view.view import KeyView, View


def lead(view: View) -> str:
    """Output of the holder's plants, energy received, and balance."""
    money = "" if _comes_later(view) else _money_lead(view)
    return " ".join(filter(None, [_plants_lead(view), _energy_lead(view), money]))


def _comes_later(view: View) -> bool:
    """Return whether all that the holder has comes after the first year."""
    plants = view.result.scenario.plants
    return {*own_site_ids(view), *(plants[m].id for m in own_plants(view))} <= view.later


def _plants_lead(view: View) -> str:
    """Output of plants in the first year, and those that come later."""
    every = view.result.scenario.plants
    running = [m for m in own_plants(view) if every[m].id not in view.later]
    coming = [
        sentence("in-service-later", name=every[m].name, day=long_date(day))
        for m in own_plants(view)
        if (day := view.comes_on(every[m].id)) is not None
    ]
    return " ".join([_produced_lead(view, running), *coming] if running else coming)


def _produced_lead(view: View, plants: list[int]) -> str:
    energy = view.result.energy
    own, injected = (float(kwh[plants].sum()) for kwh in (energy.own_use_kwh, energy.production_kwh))
    shared = float(energy.shared_kwh[plants].sum())
    return sentence(
        "produced" if view.scale.plain(own) == view.scale.plain(0.0) else "produced-and-used",
        len(plants),
        made=view.scale.text(own + injected),
        own=view.scale.text(own),
        shared=view.scale.text(shared),
        surplus=view.scale.text(injected - shared),
    )


def _energy_lead(view: View) -> str:
    ratio, received = float(view.chosen.ratio[OWN]), float(view.chosen.received_kwh[OWN])
    if not (sites := own_site_ids(view)):
        return ""
    if all(days := [view.comes_on(id_) for id_ in sites]):
        return sentence("you-join-later", day=long_date(min(filter(None, days))))
    if not isfinite(ratio):
        return _("Without consumption over the period, you would receive nothing.")
    if view.scale.plain(received) == view.scale.plain(0.0):
        return _("You would receive nothing.")
    energy = quantities.shared(view.result, view.scale, sites)
    return sentence("you-receive", energy=energy, period=view.period, part=percent(ratio))


def _money_lead(view: View) -> str:
    mine, at_home = own_person(view), own_homes(view)
    if mine is None:
        return ""
    gain = _gain(view, mine)
    lost, amount = loses(gain.value), gain.as_("|€| exact")
    if at_home is not None:
        name = "home-loses" if lost else "home-saves"
        if at_home.count > 1:
            name = "each-home-loses" if lost else "each-home-saves"
        return sentence(name, amount=amount, count=fr(at_home.count))
    without, sharing = quantities.gain_parts(view.outcomes, [mine.id])
    parts = two_parts(without.as_("€ exact"), sharing.as_("€ exact"))
    if mine.plant_ids or parts:
        before = ", ".join(filter(None, [parts, before_tax(mine.is_taxed)]))
        if mine.plant_ids:
            before = before_investment(parts, is_taxed=mine.is_taxed)
        return sentence("you-lose-in-all" if lost else "you-gain-in-all", amount=amount, before=before)
    if not lost:
        return sentence("you-save-before-tax" if mine.is_taxed else "you-save", amount=amount)
    if view.scale.plain(float(view.chosen.received_kwh[OWN])) == "0":
        return _("You would pay {amount} more: better to stay out.").format(amount=amount)
    return _("You would lose {amount}.").format(amount=amount)


def _gain(view: View, mine: PersonMoney) -> Quantity:
    """Balance of the holder; of a home, that of one home with its VAT."""
    at_home = own_homes(view)
    if at_home is None:
        return quantities.gain(view.outcomes, [mine.id])
    return quantities.gain_with_vat(view.outcomes, mine, at_home)


def own_note(view: View) -> str:
    """Return the limits of the tiles, and from when on the holder loses where no table tells it."""
    mine, at_home = own_person(view), own_homes(view)
    if mine is None:
        return _("Euros are not computed.")
    if at_home is not None:
        saved = _("Saving with the VAT that you pay.")
        if at_home.count > 1:
            saved = _("Saving of one home, with the VAT that it pays.")
        return " ".join([saved, drawn_text(view), *loss_note(mine)])
    alone = [] if has_own_page(view) else [*_with_vat(view, mine), *loss_note(mine)]
    return " ".join([tiles_note(view), *alone])


def _with_vat(view: View, mine: PersonMoney) -> list[str]:
    """Return the balance of who does not recover the VAT on its bills, VAT included."""
    if side(mine.lost_vat_eur) is Side.EVEN:
        return []
    amount = quantities.gain_with_vat(view.outcomes, mine).as_(f"{view.eur_writer} exact")
    return [sentence("with-lost-vat", amount=amount)]


def tiles(view: View) -> list[ValueBox]:
    """Return four tiles: the balance and its value where known, then the energy, the threshold or payback."""
    mine = own_person(view)
    if mine is None:
        return _energy_tiles(view)[:4]
    at_home, gain = own_homes(view), _gain(view, mine).as_(f"{view.eur_writer} exact")
    drawn, each_kwh = range_text(view, mine), _each_kwh(view, mine)
    before = before_investment("", is_taxed=mine.is_taxed) if mine.plant_ids else before_tax(mine.is_taxed)
    saved = _("gained") if mine.plant_ids else _("saved")
    word, note = ", ".join(filter(None, [saved, gain.basis_text, before])), drawn or each_kwh
    if at_home is not None:
        word = _("saved with tax, each home") if at_home.count > 1 else _("saved, with tax")
        note = semicolons(filter(None, [each_kwh, drawn if at_home.only_buys else ""]))
    energies = (*_value_tile(view, mine), *_payback_tile(view, mine), *_energy_tiles(view))
    return [quantity_box(gain.printed(), word, note), *energies][:4]


def _each_kwh(view: View, mine: PersonMoney) -> str:
    price = for_each_kwh(mine.gain_eur_ht, sum(site.received_kwh for site in own_sites(view)))
    if mine.plant_ids or price is None or loses(mine.gain_eur_ht):
        return ""
    return _("{price} for each local kWh").format(price=own_price(view, price))


def _value_tile(view: View, mine: PersonMoney) -> list[ValueBox]:
    money, plan = view.result.money, view.plan
    if mine.npv_eur_ht is None or money is None or plan is None:
        return []
    at_home, ids = own_homes(view), [mine.id]
    value, connected = quantities.value_ends(view.outcomes, ids)
    value = quantities.for_home(value, at_home)
    connected = connected and quantities.for_home(connected, at_home)
    full = quantities.for_home(quantities.full_accise_value(view.outcomes, ids), at_home)
    words = _("over {years} years, investment paid (NPV)").format(years=fr(plan.horizon_years))
    parts = of_sharing(*quantities.value_parts(view.outcomes, ids)) if at_home is None else ""
    note = [parts, at_full_accise(money, full.printed("k€")) if full.is_known else ""]
    words = words if at_home is None else f"{words}, {value.basis_text}"
    return [value_tile(value, connected, words, semicolons(filter(None, note)))]


def _payback_tile(view: View, mine: PersonMoney) -> list[ValueBox]:
    by_year, plan = own_years(view), own_plan(view)
    if by_year is None:
        return []
    years, state = payback(by_year)
    if state is PaybackState.NO_OUTLAY:
        return []
    of = quantities.scope(view.outcomes, [mine.id])
    invested = _("{amount} invested").format(amount=quantities.outlay(by_year, of).as_("k€"))
    if plan is not None:
        invested = semicolons(filter(None, [invested, connection_text(plan)]))
    if years is None:
        return [ValueBox("–", "", _("never paid back"), invested)]
    latest = latest_payback_years(mine.connected_by_year_eur_ht)
    back = quantities.paybacks(Notion.BILLS_PAYBACK, years, latest, of)
    return [payback_box(*back, _("to pay back"), invested)]


def _energy_tiles(view: View) -> list[ValueBox]:
    energy, plants, sites = view.result.energy, list(own_plants(view)), own_site_ids(view)
    boxes = []
    if sites:
        scale = 1.0 / view.scale.unit_kwh
        drawn = band_text(view, "received_kwh", scale, member=sites[0]) if len(sites) == 1 else ""
        received = quantities.shared(view.result, view.scale, sites).printed().number
        need = _("of {energy}").format(energy=quantities.need(view.result, view.scale, sites))
        part = fr(float(view.chosen.ratio[OWN]) * 100.0)
        need_box = ValueBox(part, "%", _("of your need"), need)
        boxes = [ValueBox(received, view.unit, _("of local electricity"), drawn), need_box]
    if plants:
        shared, injected = (float(kwh[plants].sum()) for kwh in (energy.shared_kwh, energy.production_kwh))
        note = _("of {energy} injected").format(energy=view.scale.text(injected))
        word = text_of("shared-by-plants", len(plants))
        boxes.append(ValueBox(view.scale.plain(shared), view.unit, word, note))
    if sites:
        left = max(float(view.need_kwh[OWN]) - float(view.chosen.received_kwh[OWN]), 0.0)
        boxes.append(ValueBox(view.scale.plain(left), view.unit, _("left to your supplier")))
    if sites and len(view.groups) > 1:
        everyone = quantities.shared_of_need(view.result).printed()
        boxes.append(quantity_box(everyone, _("for the whole group"), _("part of the needs served")))
    return boxes


WhatIf: TypeAlias = tuple[TextCell, float, Quantity]
"""What changes, then the energy received, kWh, and the gain."""

PRICE_CHANGE = 0.10
"""By how much the supplier's price moves in the table "what if"."""


def sheet_frame(view: View) -> Frame:
    """Frame of every page of the sheet: label, footer, title of the file."""
    assert view.holder is not None
    key = _("key: {key}").format(key=lowered(view.chosen.title))
    name, kind = scenario_name(view.result.scenario), view.groups[OWN].kind
    parts = filter(None, [kind, holdings_text(view), name, key, view.ran_on])
    footer = _("Sheet {name} · {scenario} · acc {version} · data {digest} · {date}")
    title = _("Collective self-consumption · member’s sheet")
    return frame(view, title, view.holder.name, f"{FIXED}· ".join(parts), footer)


def request(view: View) -> str:
    """Request to the holder, in a line, or decision where nothing may be signed."""
    text = view.result.scenario.words.decision or _("An agreement in principle.")
    if not view.result.is_lawful:  # the band tells the way on
        text = _("Sign nothing as it stands.")
    return _("Asked of you: {text}").format(text=text)


def holdings_text(view: View) -> str:
    """Number of sites and plants of the holder, or its only delivery point."""
    sites, plants = own_columns(view), own_plants(view)
    point = masked_prm(view.result.scenario.participants[sites[0]].prm) if len(sites) == 1 else ""
    parts = [sites_count(len(sites))] if sites else []
    if point:
        parts = [_("delivery point {prm}").format(prm=point)]
    return ", ".join([*parts, *([plants_count(len(plants))] if plants else [])])


def bill_heading(view: View) -> str:
    """Return the change of the bills without tax, in a heading, percent."""
    parts, single = own_bill(view), len(own_columns(view)) == 1
    if parts is None:
        return _("Your bill, before and after")
    before, after = (part.total_eur for part in parts)
    part = percent(abs(after - before) / before, 1) if before else ""
    if part == percent(0.0, 1):
        return _("Your bill would hardly change") if single else _("Your bills would hardly change")
    if after > before:
        text = _("Your bill would go up by {part}") if single else _("Your bills would go up by {part}")
    else:
        text = _("Your bill would go down by {part}") if single else _("Your bills would go down by {part}")
    return _("{bill} with the sharing").format(bill=text.format(part=part))


def plants_heading(view: View) -> str:
    """Return whether the plants of who has no site pay back, in a heading."""
    by_year, count = own_years(view), len(own_plants(view))
    if by_year is None:
        return text_of("your-plants", count)
    years = payback(by_year)[0]
    if years is None:
        return sentence("plants-never-pay-back", count, years=fr(len(by_year) - 1))
    return sentence("plants-pay-back", count, years=fr(years))


def no_bill(view: View) -> str:
    """Reason why no bill is drawn; empty for a holder without site."""
    if not own_columns(view):
        return ""
    if view.result.money is None:
        return _("Not drawn: euros are not computed in this study.")
    return _("Not drawn: the price of your supplier is not known. Give it to the group to have your bill.")


def bill_caption(view: View) -> str:
    """Return the components counted in the bill, and what own use spares the holder apart from sharing."""
    if buying_home(view) is not None:
        return _("whole bill of one home, VAT included; local with the PMO’s fees")
    mine = own_person(view)
    if mine is None or side(mine.own_use_eur_ht) is Side.EVEN:
        return text_of("whole-bill")
    return sentence("bill-after-own-use", amount=unit(mine.own_use_eur_ht, "€"))


def changes(view: View) -> TextTable:
    """Return the table "what if": other keys, supplier's price, the largest receiver leaving."""
    home, word = buying_home(view), _("Saving, without tax\n{unit}")
    if has_own_page(view):
        word = _("Balance, without tax\n{unit}")
    if home is not None:
        word = _("Saving, with tax\n{unit}")
    names, kwh, gains = zip(*_keys(view), *_prices(view), *_departure(view), strict=True)
    columns: list[Column] = [(first_column(_("What if…")), names)]
    if own_columns(view):
        columns.append((_("Received\n{unit}").format(unit=view.unit), list(map(view.scale.plain, kwh))))
    if own_person(view) is not None:
        cells = [gain_cell(quantities.for_home(gain, home)) for gain in gains]
        columns.append((word.format(unit=view.eur_unit), cells))
    return table_by_column("changes", *columns)


def _gain_under(view: View, key: KeyView) -> float:
    return key.persons_eur_ht.get(view.holder.id, float("nan")) if view.holder else float("nan")


def _in_case(view: View, amount_eur: float, case: str) -> Quantity:
    ids = None if view.holder is None else [view.holder.id]
    return quantities.gain_in_case(view.outcomes, ids, amount_eur, case)


def _keys(view: View) -> Iterator[WhatIf]:
    for index, key in enumerate(view.keys):
        name = TextCell(key.marked, "strong" if index == 0 else "plain")
        case = key.name if index else ""
        yield name, float(key.received_kwh[OWN]), _in_case(view, _gain_under(view, key), case)


def _prices(view: View) -> Iterator[WhatIf]:
    """Yield the balance under other supply prices, which bear on all the energy replaced."""
    mine, spared_eur = own_person(view), own_spared_eur(view)
    if view.result.money is None or mine is None or not spared_eur:
        return
    texts = ((_("Supplier {part} cheaper"), -PRICE_CHANGE), (_("Supplier {part} dearer"), PRICE_CHANGE))
    for text, change in texts:
        name = TextCell(text.format(part=percent(PRICE_CHANGE)))
        gain = _in_case(view, mine.gain_eur_ht + change * spared_eur, text)
        yield name, float(view.chosen.received_kwh[OWN]), gain


def _departure(view: View) -> Iterator[WhatIf]:
    departure, own = view.result.departure, list(own_columns(view))
    if departure is None or departure.participant_id in own_site_ids(view):
        return
    leaver = [site.id for site in view.result.scenario.participants].index(departure.participant_id)
    received = sum(float(departure.energy.received_kwh[n - (n > leaver)]) for n in own)
    gain, change = float("nan"), change_by_leaving(view, departure.participant_id)
    if change is not None:
        received = float(view.chosen.received_kwh[OWN] + change.received_change_kwh[own].sum())
        moved = change.saving_change_eur[own].sum() + change.gain_change_eur[list(own_plants(view))].sum()
        gain = _gain_under(view, view.chosen) + float(moved)
    name = view.names[departure.participant_id]
    title = TextCell(_("The largest receiver withdraws ({name})").format(name=name))
    yield title, received, _in_case(view, gain, departure.participant_id)


def _kept_price(view: View) -> str:
    """Return ", at 80 €/MWh without tax, kept 20 years": who may leave is bound while it stays."""
    prices = view.result.scenario.prices
    years, local = prices.local_years, prices.local_eur_per_kwh
    if local is not None and own_homes(view) is not None:
        text = _(", at {price}, kept while you are a member") if years else _(", at {price}")
        return text.format(price=own_price(view, local))
    if years is None or local is None or not price_text(view):
        return price_text(view)
    return sentence("price-kept", years, price=per_mwh(local), years=fr(years))


def signed_items(view: View) -> list[str]:
    """Return the contracts and consents the holder would sign."""
    scenario, sites, plants, bill = view.result.scenario, own_columns(view), own_plants(view), own_bill(view)
    items = [_("Membership of the organising legal person (PMO).")]
    items.append(_("Leave for the grid operator to send it your metering data."))
    if sites:
        items.append(_("A purchase contract{price}.").format(price=_kept_price(view)))
    if bill is not None and bill[1].behind_eur > 0.0:
        items.append(_("A contract for what you use of another’s plant behind your meter."))
    if plants:
        items.append(_("A sale contract of the shared kWh{price}.").format(price=_kept_price(view)))
        items.append(text_of("surplus-contract", len(plants)))
    items += [*_of_a_home(view), *scenario.words.commitments]
    if sites and (fees := pmo_fees(scenario.prices)):
        items.append(_("Fees of the PMO: {fees}.").format(fees=fees))
    return items


def _of_a_home(view: View) -> list[str]:
    """Legal rights of a home that signs, and each separate consent (consumer code, CNIL)."""
    people = view.result.scenario.participants
    at_home = [people[column] for column in own_columns(view)]
    if not at_home or any(site.kind not in HOMES for site in at_home):
        return []
    items = [text_of("withdrawal"), text_of("consents")]
    if sum(map(homes, people)) < LEAST_HOUSEHOLDS and not all(site.counted_below_ten for site in at_home):
        items.append(text_of("choice-below-ten"))
    return items


def months_alt(view: View) -> str:
    """Return the holder's months in words."""
    return sentence("own-months-alt", part=percent(float(view.chosen.ratio[OWN])))


def bill_alt(view: View) -> str:
    """Return the holder's bills in words."""
    bill = own_bill(view)
    assert bill is not None
    before, after, local = (
        unit(eur, "€") for eur in (bill[0].total_eur, bill[1].total_eur, bill[1].local_eur)
    )
    name = "bill-alt" if buying_home(view) is None else "home-bill-alt"
    return sentence(name, before=before, after=after, local=local)
