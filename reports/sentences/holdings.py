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
from reports.format.rounding import closed_parts, energy_column, plant_energies
from reports.format.wording import sentence, text_of
from reports.nodes.tree import (
    Column,
    TextCell,
    TextColumn,
    TextTable,
    first_column,
    table_by_column,
    table_of,
)
from reports.sentences.gains import threshold_text, tone_of
from reports.sentences.money import band_text, few_draws
from reports.sentences.recipients import need_head, part_head
from reports.sentences.sources import SourceLine
from reports.view import quantities
from reports.view.selection import bill_ratio, own_columns, own_homes, own_person, own_plants, own_sites
from reports.view.view import View


def has_own_page(view: View) -> bool:
    """Return whether the holder has more than one site: its sites and plants take a table each."""
    return len(own_columns(view)) > 1 or bool(own_plants(view))


def balance(view: View) -> TextTable | None:
    """Return the balance of the holder, a line each; None where a single saving says it all."""
    mine = own_person(view)
    if mine is None or not has_own_page(view):
        return None
    lines = [
        (_("Paid less on bills"), mine.bills_before_eur_ht - mine.bills_after_eur_ht),
        (_("Sold to others: shared kWh and surplus"), mine.sales_eur_ht),
        (_("Rent received"), mine.rent_eur_ht),
        (_("Running costs of the plants"), -mine.costs_eur_ht),
    ]
    lines = [line for line in lines if side(line[1]) is not Side.EVEN]
    parts = closed_parts([eur for _text, eur in lines], mine.gain_eur_ht, 0)
    rows = [[TextCell(text), TextCell(signed(eur))] for (text, _eur), eur in zip(lines, parts, strict=True)]
    table = table_of(
        "balance",
        [TextColumn(_("In the first year"), "rest", "left"), TextColumn(view.eur_unit)],
        rows,
        [TextCell(_("Your balance")), gain_cell(quantities.gain(view.outcomes, [mine.id]))],
    )
    note = " ".join(_balance_notes(view, mine))
    title = _("Your balance, without tax")
    if mine.is_taxed:
        title = _("Your balance, without VAT, before tax on profit")
    return replace(table, title=title, note=note)


def gain_cell(gain: Quantity) -> TextCell:
    """Return the same of a gain of which it is known what it is."""
    if not gain.is_known:
        return TextCell(MISSING)
    return TextCell(gain.printed("±€ exact").number, "money", tone=tone_of(gain.value))


def amount_cell(amount_eur: float) -> TextCell:
    """Return the cell of a gain to the euro, with its sign; a dash where it is unknown."""
    if not isfinite(amount_eur):
        return TextCell(fr(amount_eur))
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
    return [*notes, *value_notes(view, mine), *_unknown(view, mine)]


def value_notes(view: View, mine: PersonMoney) -> list[str]:
    """Value of the balance over the plan, also at full accise, and first year of a loss."""
    money, notes = view.result.money, loss_note(mine)
    plan = None if money is None else money.plan
    if money and plan and mine.npv_eur_ht is not None and mine.full_accise_npv_eur_ht is not None:
        text = _("Over {years} years, investment paid: {value} (NPV){parts}, {full}.")
        ids = [mine.id]
        parts = of_sharing(*quantities.value_parts(view.outcomes, ids))
        full = at_full_accise(money, quantities.full_accise_value(view.outcomes, ids).as_("k€"))
        value, parts = quantities.value(view.outcomes, ids).as_("k€"), f", {parts}" if parts else ""
        sentence = text.format(years=fr(plan.horizon_years), value=value, parts=parts, full=full)
        notes[:0] = [sentence, value_basis()]
    return notes


def loss_note(mine: PersonMoney) -> list[str]:
    """First year from which the holder loses each year, in words; empty where there is none."""
    if mine.loses_from_year is None:
        return []
    return [_("From year {year} on you would lose each year.").format(year=fr(mine.loses_from_year))]


def _unknown(view: View, mine: PersonMoney) -> list[str]:
    if not mine.unknown_ids:
        return []
    scenario = view.result.scenario
    names = {site.id: site.name for site in (*scenario.participants, *scenario.plants)}
    return [_("Left out, unknown: {names}.").format(names=listed([names[id_] for id_ in mine.unknown_ids]))]


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
    shares = [
        _("local price {price}").format(price=own_price(view, local)),
        *([_("fees of the PMO {price}").format(price=own_price(view, fees))] if _shows(fees) else []),
        *(
            [_("network, fixed charges {price}").format(price=own_price(view, fixed))]
            if _shows(fixed)
            else []
        ),
    ]
    name = "price-parts-less-accise" if _shows(spared) else "price-parts"
    first = sentence(name, parts=listed(shares), spared=own_price(view, spared))
    return f"{first} {_threshold(view, sites, received, local + fees + fixed - spared)}".rstrip()


def _shows(price_eur_per_kwh: float) -> bool:
    return abs(eur_per_mwh(price_eur_per_kwh)) >= 0.05


def _price_parts(
    sites: list[ParticipantMoney], received_kwh: float
) -> tuple[float, float, float, float] | None:
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
    local, fees, fixed, spared = (eur / received_kwh for eur in sums)
    return local, fees, fixed, spared


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
    places = list(own_columns(view))
    if len(places) < 2:
        return None
    energy, money, people = view.result.energy, view.result.money, view.result.scenario.participants
    need, received = (
        [*kwh[places].tolist(), float(kwh[places].sum())]
        for kwh in (energy.consumption_kwh, energy.received_kwh)
    )
    ids = [people[n].id for n in places]
    receipts, needs = (
        printed_together(
            [make(view.result, view.scale, sites) for sites in (*([id_] for id_ in ids), ids)],
            energy_column(view.scale, kwh[:-1], kwh[-1]),
        )
        for make, kwh in ((quantities.shared, received), (quantities.need, need))
    )
    columns: list[Column] = [
        (first_column(_("Site")), [*(people[n].name for n in places), _("Together")]),
        (need_head(view), needs),
        (_("Received\n{unit}").format(unit=view.unit), [TextCell(text, "shared") for text in receipts]),
        (part_head(view), [percent(ratio(*kwh)) for kwh in zip(received, need, strict=True)]),
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
    cells = [TextCell("–") if s.saving_eur_ht is None else amount_cell(s.saving_eur_ht) for s in sites]
    cells.append(amount_cell(sum(known)))
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
    bounds = (view.result.ranges or {}).get("saving_eur_ht", {}).get(member)
    if bounds is None:
        return TextCell("–")
    ends = list(map(signed, range_ends(bounds[0], bounds[2], bounds[1])))
    return TextCell(ends[0] if ends[0] == ends[1] else _("{low} to {high}").format(low=ends[0], high=ends[1]))


def plants_table(view: View) -> TextTable | None:
    """Return the table of the holder's plants: what becomes of their kWh, what they cost and give back."""
    columns = own_plants(view)
    if not columns:
        return None
    money, scenario = view.result.money, view.result.scenario
    heads = [
        TextColumn(_("Plant"), "rest", "left"),
        TextColumn(_("Power")),
        *(
            TextColumn(_("{what}\n{unit}").format(what=what, unit=view.unit))
            for what in (_("Produced"), _("On site"), _("Shared"), _("Surplus"))
        ),
    ]
    with_plan = money is not None and money.plan_terms is not None
    if with_plan:
        heads += [
            TextColumn(_("Investment\nk€")),
            TextColumn(_("Gain\n{unit}").format(unit=view.eur_unit)),
            TextColumn(_("Paid back\nin years")),
        ]
    by_roof = dict(zip(columns, roofs(money, scenario.finance, columns), strict=True)) if money else {}
    rows = [[*_plant_kwh(view, m), *(_plant_eur(by_roof[m]) if with_plan else [])] for m in columns]
    title = text_of("your-plants", len(columns))
    return replace(table_of("own-plants", heads, rows), title=title, note=plants_note(view), level=3)


def _plant_kwh(view: View, m: int) -> list[TextCell]:
    energy, plant = view.result.energy, view.result.scenario.plants[m]
    used = (float(of[m]) for of in (energy.own_use_kwh, energy.shared_kwh, energy.surplus_kwh))
    produced, own, shared, surplus = plant_energies(view.scale, *used)
    day, text = view.comes_on(plant.id), _("{name} (from {day})")
    name = plant.name if day is None else text.format(name=plant.name, day=short_date(day))
    left = [TextCell(cell) for cell in (name, str(power(plant.kwp)), produced, own)]
    return [*left, TextCell(shared, "shared"), TextCell(surplus)]


def _plant_eur(roof: PlantReturn) -> list[TextCell]:
    invested = float("nan") if roof.invested_eur_ht is None else roof.invested_eur_ht / 1000.0
    gain = TextCell("–") if roof.gain_eur_ht is None else amount_cell(roof.gain_eur_ht)
    back = fr(float("nan") if roof.payback_years is None else roof.payback_years)
    if roof.payback_state is PaybackState.NEVER:
        back = _("never")
    return [TextCell(fr(invested)), gain, TextCell(back)]


def plants_note(view: View) -> str:
    """Note on the table of plants."""
    if not own_plants(view):
        return ""
    money = view.result.money
    if money is None or money.plan_terms is None:
        return _("What the plants cost is not computed here.")
    stopped = stopped_text(money.plants[m] for m in own_plants(view))
    note = " ".join(filter(None, [text_of("own-plants-note"), stopped]))
    if not own_columns(view):
        return note
    return " ".join([note, _("What you take yourself is counted at the local price.")])


def range_text(view: View, mine: PersonMoney) -> str:
    """Return the range of the balance, "from 7,100 to 12,600"; empty where it was not drawn."""
    drawn = view.result.persons_ranges.get("gain_eur_ht", {}).get(mine.id)
    if drawn is None:
        alone = mine.participant_ids[0] if len(mine.participant_ids) == 1 and not mine.plant_ids else ""
        return band_text(view, "saving_eur_ht", bill_ratio(view), member=alone) if alone else ""
    ratio = bill_ratio(view)
    return span(*range_ends(*(drawn[n] * ratio for n in (0, 2, 1))))


MOST_CURVES = 3
"""Sites whose curve is told each; beyond, they are on their own page."""


def own_hypotheses(view: View) -> list[SourceLine]:
    """Return the hypotheses on the holder: the quality of its curves, its supplier's price in EUR/MWh."""
    columns = own_columns(view)
    if not columns or len(columns) > MOST_CURVES:
        return []
    rows, people, money = [], view.result.scenario.participants, view.result.money
    for n in columns:
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
