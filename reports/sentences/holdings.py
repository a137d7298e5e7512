"""The words of what a member holds: its balance, its sites, its plants, what a shared kWh costs it."""

from collections.abc import Sequence
from dataclasses import replace
from gettext import gettext as _
from math import isfinite

import numpy as np

from acc.accounts.person_values import PersonMoney
from acc.accounts.producers import PlantReturn, roofs
from acc.accounts.values import ParticipantMoney
from acc.arrays import FloatArray
from acc.indicators import ratio
from acc.plan.values import PaybackState
from acc.sides import Side, gains, side
from acc.units import LEAST_KWH, eur_per_mwh
from reports.format.gains import at_full_accise, of_sharing, value_basis
from reports.format.labels import GRADES
from reports.format.money import cents_with_tax, per_mwh, range_ends, thousands, to_the_euro
from reports.format.numbers import MISSING, fr, listed, percent, power, short_date, signed, span
from reports.format.quantity import Quantity, printed_together
from reports.format.rate_labels import stopped_text
from reports.format.rounding import closed_parts, plant_energies
from reports.format.wording import sentence, text_of
from reports.nodes.tree import (
    Column,
    TextCell,
    TextTable,
    first_column,
    table_by_column,
)
from reports.sentences.gains import threshold_text, tone_of
from reports.sentences.money import band, band_text, few_draws
from reports.sentences.recipients import energies, need_head, part_head
from reports.sentences.sources import SourceLine
from reports.view import quantities
from reports.view.selection import (
    bill_ratio,
    own_columns,
    own_homes,
    own_person,
    own_plants,
    own_site_ids,
    own_sites,
)
from reports.view.view import View


def has_own_page(view: View) -> bool:
    """Return whether the holder has more than one site: its sites and plants take a table each."""
    return len(own_columns(view)) > 1 or bool(own_plants(view))


def balance(view: View) -> TextTable | None:
    """Return the balance of the holder, a line each; None where a single saving says it all."""
    mine = own_person(view)
    if mine is None or not has_own_page(view):
        return None
    lines = {
        _("Paid less on bills"): mine.bills_before_eur_ht - mine.bills_after_eur_ht,
        _("Sold to others: shared kWh and surplus"): mine.sales_eur_ht,
        _("Rent received"): mine.rent_eur_ht,
        _("Running costs of the plants"): -mine.costs_eur_ht,
    }
    lines = {text: eur for text, eur in lines.items() if side(eur) is not Side.EVEN}
    parts = map(signed, closed_parts([*lines.values()], mine.gain_eur_ht, 0))
    title = _("Your balance, without tax")
    if mine.is_taxed:
        title = _("Your balance, without VAT, before tax on profit")
    return table_by_column(
        "balance",
        (first_column(_("In the first year")), [*lines, _("Your balance")]),
        (view.eur_unit, [*parts, gain_cell(quantities.gain(view.outcomes, [mine.id]))]),
        title=title,
        note=" ".join(_balance_notes(view, mine)),
        has_total=True,
    )


def gain_cell(gain: Quantity) -> TextCell:
    """Return the same of a gain of which it is known what it is."""
    if not gain.is_known:
        return TextCell(MISSING)
    return TextCell(gain.printed("±€ exact").number, "money", tone=tone_of(gain.value))


def amount_cell(amount_eur: float | None) -> TextCell:
    """Return the cell of a gain to the euro, with its sign; a dash where it is unknown."""
    if amount_eur is None or not isfinite(amount_eur):
        return TextCell(MISSING)
    return TextCell(signed(amount_eur), "money", tone=tone_of(amount_eur))


def _balance_notes(view: View, mine: PersonMoney) -> list[str]:
    notes = []
    if gains(mine.bills_before_eur_ht):
        before, after = map(to_the_euro, (mine.bills_before_eur_ht, mine.bills_after_eur_ht))
        notes.append(sentence("bills-with-both", before=before, after=after))
    if gains(mine.internal_eur_ht):
        notes.append(sentence("paid-to-own", amount=to_the_euro(mine.internal_eur_ht)))
    if side(mine.lost_vat_eur) is not Side.EVEN:
        name = "less-vat" if mine.lost_vat_eur < 0.0 else "more-vat"
        notes.append(sentence(name, amount=to_the_euro(abs(mine.lost_vat_eur))))
    notes += value_notes(view, mine)
    if mine.unknown_ids:
        scenario = view.result.scenario
        names = {site.id: site.name for site in (*scenario.participants, *scenario.plants)}
        unknown = listed([names[id_] for id_ in mine.unknown_ids])
        notes.append(_("Left out, unknown: {names}.").format(names=unknown))
    return notes


def value_notes(view: View, mine: PersonMoney) -> list[str]:
    """Value of the balance over the plan, also at full accise, and first year of a loss."""
    money, plan, ids = view.result.money, view.plan, [mine.id]
    if money is None or plan is None or mine.npv_eur_ht is None or mine.full_accise_npv_eur_ht is None:
        return loss_note(mine)
    text = _("Over {years} years, investment paid: {value} (NPV){parts}, {full}.")
    parts = of_sharing(*quantities.value_parts(view.outcomes, ids))
    full = at_full_accise(money, quantities.full_accise_value(view.outcomes, ids).as_("k€"))
    value, parts = quantities.value(view.outcomes, ids).as_("k€"), f", {parts}" if parts else ""
    first = text.format(years=fr(plan.horizon_years), value=value, parts=parts, full=full)
    return [first, value_basis(), *loss_note(mine)]


def loss_note(mine: PersonMoney) -> list[str]:
    """First year from which the holder loses each year, in words; empty where there is none."""
    if mine.loses_from_year is None:
        return []
    return [_("From year {year} on you would lose each year.").format(year=fr(mine.loses_from_year))]


def own_price(view: View, eur_per_kwh: float) -> str:
    """Return a price without tax as the holder reads prices: a home in c€/kWh, with VAT."""
    at_home = own_homes(view)
    if at_home is None:
        return per_mwh(eur_per_kwh)
    return cents_with_tax(eur_per_kwh * (1.0 + at_home.vat_ratio))


def price_text(view: View) -> str:
    """Cost of a shared kWh for the holder, by part, against its supply price; empty if unknown."""
    sites = own_sites(view)
    received = sum(site.received_kwh for site in sites)
    parts = _price_parts(sites, received) if received >= LEAST_KWH else None
    if parts is None:
        return ""
    local, fees, fixed, spared = parts
    shares = [_("local price {price}").format(price=own_price(view, local))]
    for text, price in ((_("fees of the PMO {price}"), fees), (_("network, fixed charges {price}"), fixed)):
        shares += [text.format(price=own_price(view, price))] if _shows(price) else []
    name = "price-parts-less-accise" if _shows(spared) else "price-parts"
    first = sentence(name, parts=listed(shares), spared=own_price(view, spared))
    return f"{first} {_threshold(view, sites, received, local + fees + fixed - spared)}".rstrip()


def _shows(price_eur_per_kwh: float) -> bool:
    return abs(eur_per_mwh(price_eur_per_kwh)) >= 0.05


def _price_parts(sites: list[ParticipantMoney], received_kwh: float) -> list[float] | None:
    """Return local price, PMO, network and fixed charges, accise spared, for each kWh received."""
    bills = [(site.before, site.after) for site in sites]
    known = [(before, after) for before, after in bills if before is not None and after is not None]
    if not known:
        return None
    sums = [
        sum(after.local_eur_ht for _before, after in known),
        sum(after.pmo_eur_ht - before.pmo_eur_ht for before, after in known),
        sum(
            after.turpe_eur_ht + after.cta_eur_ht - before.turpe_eur_ht - before.cta_eur_ht
            for before, after in known
        ),
        sum(before.accise_eur_ht - after.accise_eur_ht for before, after in known),
    ]
    return [eur / received_kwh for eur in sums]


MOST_SUPPLY_EUR_PER_KWH = 1.0
"""No supplier sells dearer: a threshold above it tells that next to nothing is received, and no price."""


def _threshold(
    view: View, sites: list[ParticipantMoney], received_kwh: float, threshold_eur_per_kwh: float
) -> str:
    """Return the supplier's price under which sharing loses, beside the one paid."""
    paid = [(s.received_kwh, s.supply_eur_per_kwh) for s in sites if s.supply_eur_per_kwh is not None]
    price = sum(kwh * eur for kwh, eur in paid) / received_kwh
    if threshold_eur_per_kwh > MOST_SUPPLY_EUR_PER_KWH:
        return ""
    return sentence(
        "supplier-cheaper" if price < threshold_eur_per_kwh else "supplier-dearer",
        threshold=own_price(view, max(threshold_eur_per_kwh, 0.0)),
        price=own_price(view, price),
    )


def sites_table(view: View) -> TextTable | None:
    """Return the table of the holder's sites; None with a single one, which the page is about."""
    places, ids, money = own_columns(view), own_site_ids(view), view.result.money
    if len(places) < 2:
        return None
    sites = [*([id_] for id_ in ids), ids]
    receipts, received = energies(view, quantities.shared, sites)
    needs, need = energies(view, quantities.need, sites)
    names = [view.result.scenario.participants[n].name for n in places]
    columns: list[Column] = [
        (first_column(_("Site")), [*names, _("Together")]),
        (need_head(view), needs),
        (_("Received\n{unit}").format(unit=view.unit), [TextCell(text, "shared") for text in receipts]),
        (part_head(view), list(map(percent, map(ratio, received, need)))),
    ]
    if money is not None:
        mine = [money.participants[n] for n in places]
        columns.append((_("Saving\n{unit}").format(unit=view.eur_unit), _savings(view, mine)))
        if view.result.ranges is not None:
            columns.append((_chances(view), [*(_range(view, site.id) for site in mine), ""]))
        columns.append((_("Threshold\n€/MWh"), [*map(threshold_text, mine), ""]))
    return table_by_column("sites", *columns, title=_("Your sites"), level=3, has_total=True)


def _savings(view: View, sites: Sequence[ParticipantMoney]) -> list[TextCell]:
    """Saving of each site, a dash where it is unknown, then of all that are known."""
    known = [site.saving_eur_ht for site in sites if site.saving_eur_ht is not None]
    cells = [amount_cell(eur) for eur in (*(site.saving_eur_ht for site in sites), sum(known))]
    if len(known) < len(sites):
        return cells
    texts = [signed(eur) for eur in (*closed_parts(known, sum(known), 0), sum(known))]
    ids = [site.id for site in sites]
    printed_together((quantities.saving(view.result, own) for own in (*([i] for i in ids), ids)), texts)
    return [replace(cell, text=text) for cell, text in zip(cells, texts, strict=True)]


def _chances(view: View) -> str:
    draws = few_draws(view)
    return _("8 chances\nout of 10") if draws is None else _("{draws} draws\nonly").format(draws=fr(draws))


def _range(view: View, member: str) -> TextCell:
    bounds = band(view, "saving_eur_ht", member)
    if bounds is None:
        return TextCell(MISSING)
    low, high = map(signed, range_ends(bounds[0], bounds[2], bounds[1]))
    return TextCell(low if low == high else _("{low} to {high}").format(low=low, high=high))


def plants_table(view: View) -> TextTable | None:
    """Return the table of the holder's plants: what becomes of their kWh, what they cost and give back."""
    plants, money, finance = own_plants(view), view.result.money, view.result.scenario.finance
    if not plants:
        return None
    names, power_texts = zip(*(_name_and_power(view, m) for m in plants), strict=True)
    produced, own, shared, surplus = zip(*(_plant_kwh(view, m) for m in plants), strict=True)
    head = _("{what}\n{unit}")
    columns: list[Column] = [
        (first_column(_("Plant")), names),
        (_("Power"), power_texts),
        (head.format(what=_("Produced"), unit=view.unit), produced),
        (head.format(what=_("On site"), unit=view.unit), own),
        (head.format(what=_("Shared"), unit=view.unit), [TextCell(text, "shared") for text in shared]),
        (head.format(what=_("Surplus"), unit=view.unit), surplus),
    ]
    if money is not None and money.plan_terms is not None:
        own_roofs = roofs(money, finance, plants)
        invested = [
            MISSING if r.invested_eur_ht is None else fr(r.invested_eur_ht / 1000.0) for r in own_roofs
        ]
        columns += [
            (_("Investment\nk€"), invested),
            (_("Gain\n{unit}").format(unit=view.eur_unit), [amount_cell(r.gain_eur_ht) for r in own_roofs]),
            (_("Paid back\nin years"), list(map(_paid_back, own_roofs))),
        ]
    title = text_of("your-plants", len(plants))
    return table_by_column("own-plants", *columns, title=title, note=plants_note(view), level=3)


def _name_and_power(view: View, m: int) -> tuple[str, str]:
    plant = view.result.scenario.plants[m]
    day, text = view.comes_on(plant.id), _("{name} (from {day})")
    name = plant.name if day is None else text.format(name=plant.name, day=short_date(day))
    return name, str(power(plant.kwp))


def _plant_kwh(view: View, m: int) -> list[str]:
    energy = view.result.energy
    return plant_energies(
        view.scale, *(float(kwh[m]) for kwh in (energy.own_use_kwh, energy.shared_kwh, energy.surplus_kwh))
    )


def _paid_back(roof: PlantReturn) -> str:
    if roof.payback_state is PaybackState.NEVER:
        return _("never")
    return MISSING if roof.payback_years is None else fr(roof.payback_years)


def plants_note(view: View) -> str:
    """Note on the table of plants."""
    money, plants = view.result.money, own_plants(view)
    if not plants:
        return ""
    if money is None or money.plan_terms is None:
        return _("What the plants cost is not computed here.")
    notes = [text_of("own-plants-note"), stopped_text(money.plants[m] for m in plants)]
    notes += [_("What you take yourself is counted at the local price.")] if own_columns(view) else []
    return " ".join(filter(None, notes))


def range_text(view: View, mine: PersonMoney) -> str:
    """Return the range of the balance, "from 7,100 to 12,600"; empty where it was not drawn."""
    drawn, ratio = view.result.persons_ranges.get("gain_eur_ht", {}).get(mine.id), bill_ratio(view)
    if drawn is not None:
        return span(*range_ends(*(drawn[n] * ratio for n in (0, 2, 1))))
    if len(mine.participant_ids) != 1 or mine.plant_ids:
        return ""
    return band_text(view, "saving_eur_ht", ratio, member=mine.participant_ids[0])


MOST_CURVES = 3
"""Sites whose curve is told each; beyond, they are on their own page."""


def own_hypotheses(view: View) -> list[SourceLine]:
    """Return the hypotheses on the holder: the quality of its curves, its supplier's price in EUR/MWh."""
    columns, people, money = own_columns(view), view.result.scenario.participants, view.result.money
    rows = []
    for n in columns if len(columns) <= MOST_CURVES else ():
        quality = view.result.quality[n]
        name = _("Your curve") if len(columns) == 1 else _("Curve: {name}").format(name=people[n].name)
        rows.append(SourceLine(name, _(GRADES[quality.grade]), quality.source))
        mine = None if money is None else money.participants[n]
        if mine is not None and mine.saving_eur_ht is not None and mine.supply_eur_per_kwh is not None:
            source = _("your contract, energy part; network tariff {turpe}").format(turpe=mine.turpe)
            price = own_price(view, mine.supply_eur_per_kwh)
            rows.append(SourceLine(_("Your supplier’s price"), price, source))
    return rows


def cash_alt(years_eur: FloatArray) -> str:
    """Return the balance of the holder, year after year, in words."""
    cumulated = np.cumsum(years_eur)
    start, end = (thousands(float(eur)) for eur in (cumulated[0], cumulated[-1]))
    return sentence("your-balance-added", years=fr(len(cumulated) - 1), start=start, end=end)
