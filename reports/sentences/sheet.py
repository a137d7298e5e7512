"""The words of a member's sheet: what it would receive, sell and gain, if the key or the price change."""

from collections.abc import Iterator
from gettext import gettext as _

import numpy as np

from acc.arrays import FloatArray
from acc.household_privacy import HOMES, LEAST_HOUSEHOLDS, homes
from acc.plan.cash_flows import payback
from acc.sides import Side, side
from acc.sites import masked_prm
from reports.format.labels import GRADES, lowered
from reports.format.money import per_mwh, pmo_fees, thousands
from reports.format.numbers import FIXED, fr, percent, plants_count, sites_count, unit
from reports.nodes.tree import Frame, TextCell, TextColumn, TextTable, table_of
from reports.sentences.holdings import (
    amount_cell,
    has_own_page,
    own_price,
)
from reports.sentences.money import price_text
from reports.sentences.overview import label, scenario_name
from reports.sentences.sources import SourceLine
from reports.sentences.wording import text_of
from reports.sentences.years import change_by_leaving
from reports.view.own_bill import (
    OWN,
    bill_ratio,
    own_bill,
    own_columns,
    own_homes,
    own_person,
    own_plants,
    own_spared_eur,
    own_years,
)
from reports.view.view import KeyView, View

PRICE_CHANGE = 0.10
"""By how much the supplier's price moves in the table "what if"."""
MOST_CURVES = 3
"""Sites whose curve is told each; beyond, they are on their own page."""


def sheet_frame(view: View) -> Frame:
    """Frame of every page of the sheet: label, footer, title of the file."""
    scenario, provenance, holder = view.result.scenario, view.result.provenance, view.holder
    assert holder is not None
    footer = _("Sheet {name} · {scenario} · acc {version} · data {digest} · {date}").format(
        name=holder.name,
        scenario=scenario_name(view.result.scenario),
        version=provenance.version,
        digest=provenance.digest[:8],
        date=view.ran_on,
    )
    key = _("key: {key}").format(key=lowered(view.chosen.title))
    parts = [
        view.groups[OWN].kind,
        holdings_text(view),
        scenario_name(view.result.scenario),
        key,
        view.ran_on,
    ]
    return Frame(
        kind=_("Collective self-consumption · member’s sheet"),
        title=holder.name,
        subtitle=f"{FIXED}· ".join(part for part in parts if part),
        label=label(view.result.scenario),
        footer=footer,
        is_example=scenario.fictitious,
    )


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
    parts = [_("delivery point {prm}").format(prm=point) if point else sites_count(len(sites))]
    parts += [plants_count(len(plants))]
    return ", ".join([text for text, any_ in zip(parts, (sites, plants), strict=True) if any_])


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
        text = text_of("plants-never-pay-back", count)
        return text.format(years=fr(len(by_year) - 1))
    text = text_of("plants-pay-back", count)
    return text.format(years=fr(years))


def no_bill(view: View) -> str:
    """Reason why no bill is drawn; empty for a holder without site."""
    if not own_columns(view):
        return ""
    if view.result.money is None:
        return _("Not drawn: euros are not computed in this study.")
    return _("Not drawn: the price of your supplier is not known. Give it to the group to have your bill.")


def bill_caption(view: View) -> str:
    """Return the components counted in the bill, and what own use spares the holder apart from sharing."""
    text = _("whole bill without VAT; network and taxes at the rates in force; local with the PMO’s fees")
    at_home = own_homes(view)
    if at_home is not None and at_home.only_buys:
        return _("whole bill of one home, VAT included; local with the PMO’s fees")
    mine = own_person(view)
    if mine is None or side(mine.own_use_eur_ht) is Side.EVEN:
        return text
    text = _("without VAT, after own use, which spares {amount} apart; local with the PMO’s fees")
    return text.format(amount=unit(mine.own_use_eur_ht, "€"))


def changes(view: View) -> TextTable:
    """Return the table "what if": other keys, supplier's price, the largest receiver leaving."""
    word = _("Balance\n{unit}") if has_own_page(view) else _("Saving\n{unit}")
    at_home = own_homes(view)
    if at_home is not None and at_home.only_buys:
        word = _("Saving, with tax\n{unit}")
    columns = [
        TextColumn(_("What if…"), "rest", "left"),
        TextColumn(_("Received\n{unit}").format(unit=view.unit)),
        TextColumn(word.format(unit=view.eur_unit)),
    ]
    has_money = own_person(view) is not None
    rows = [*_keys(view), *_prices(view), *_departure(view)]
    shown = [0, *([1] if own_columns(view) else []), *([2] if has_money else [])]
    return table_of(
        "changes",
        (columns[index] for index in shown),
        ([row[index] for index in shown] for row in rows),
    )


def _gain_under(view: View, key: KeyView) -> float:
    return key.persons_eur_ht.get(view.holder.id, float("nan")) if view.holder else float("nan")


def _keys(view: View) -> Iterator[list[TextCell]]:
    for index, key in enumerate(view.keys):
        shared = view.scale.plain(float(key.received_kwh[OWN]))
        yield [
            TextCell(key.marked, "strong" if index == 0 else "plain"),
            TextCell(shared),
            amount_cell(_gain_under(view, key) * bill_ratio(view)),
        ]


def _prices(view: View) -> Iterator[list[TextCell]]:
    """Yield the balance under other supply prices, which bear on all the energy replaced."""
    money, mine = view.result.money, own_person(view)
    if money is None or mine is None:
        return
    spared_eur = own_spared_eur(view)
    if not spared_eur:
        return
    shared = view.scale.plain(float(view.chosen.received_kwh[OWN]))
    texts = ((_("Supplier {part} cheaper"), -PRICE_CHANGE), (_("Supplier {part} dearer"), PRICE_CHANGE))
    for text, change in texts:
        gain = mine.gain_eur_ht + change * spared_eur
        yield [
            TextCell(text.format(part=percent(PRICE_CHANGE))),
            TextCell(shared),
            amount_cell(gain * bill_ratio(view)),
        ]


def _departure(view: View) -> Iterator[list[TextCell]]:
    departure, own = view.result.departure, list(own_columns(view))
    if departure is None:
        return
    people = view.result.scenario.participants
    leaver = next(index for index, p in enumerate(people) if p.id == departure.participant_id)
    if leaver in own:
        return
    received = sum(float(departure.energy.received_kwh[n - (n > leaver)]) for n in own)
    gain, change = float("nan"), change_by_leaving(view, departure.participant_id)
    if change is not None:
        received = float(view.chosen.received_kwh[OWN] + change.received_change_kwh[own].sum())
        moved = change.saving_change_eur[own].sum() + change.gain_change_eur[list(own_plants(view))].sum()
        gain = _gain_under(view, view.chosen) + float(moved)
    name = view.names[departure.participant_id]
    text = _("The largest receiver withdraws ({name})").format(name=name)
    shown = amount_cell(gain * bill_ratio(view))
    yield [TextCell(text), TextCell(view.scale.plain(received)), shown]


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
            rows.append(
                SourceLine(_("Your supplier’s price"), own_price(view, mine.supply_eur_per_kwh), source)
            )
    return rows


def _kept_price(view: View) -> str:
    """Return ", at 80 €/MWh without tax, kept 20 years": who may leave is bound while it stays."""
    years = view.result.scenario.prices.local_years
    local = view.result.scenario.prices.local_eur_per_kwh
    if local is not None and own_homes(view) is not None:
        text = _(", at {price}, kept while you are a member") if years else _(", at {price}")
        return text.format(price=own_price(view, local))
    if years is None or local is None or not price_text(view):
        return price_text(view)
    text = text_of("price-kept", years)
    return text.format(price=per_mwh(local), years=fr(years))


def signed_items(view: View) -> list[str]:
    """Return the contracts and consents the holder would sign."""
    prices, items = view.result.scenario.prices, [_("Membership of the organising legal person (PMO).")]
    items.append(_("Leave for the grid operator to send it your metering data."))
    if own_columns(view):
        items.append(_("A purchase contract{price}.").format(price=_kept_price(view)))
    bill = own_bill(view)
    if bill is not None and bill[1].behind_eur > 0.0:
        items.append(_("A contract for what you use of another’s plant behind your meter."))
    if own_plants(view):
        items.append(_("A sale contract of the shared kWh{price}.").format(price=_kept_price(view)))
        text = text_of("surplus-contract", len(own_plants(view)))
        items.append(text)
    items += _of_a_home(view)
    items += view.result.scenario.words.commitments
    fees = pmo_fees(prices)
    if fees and own_columns(view):
        items.append(_("Fees of the PMO: {fees}.").format(fees=fees))
    return items


def _of_a_home(view: View) -> list[str]:
    """Legal rights of a home that signs, and each separate consent (consumer code, CNIL)."""
    people = view.result.scenario.participants
    at_home = [people[column] for column in own_columns(view)]
    if not at_home or any(site.kind not in HOMES for site in at_home):
        return []
    items = [
        text_of("withdrawal"),
        text_of("consents"),
    ]
    if sum(map(homes, people)) < LEAST_HOUSEHOLDS and not all(site.counted_below_ten for site in at_home):
        items.append(
            _("Your choice to be counted, or not, in a group smaller than ten: without it you have no row.")
        )
    return items


def months_alt(view: View) -> str:
    """Return the holder's months in words."""
    return _("Your shared electricity and complement, period by period; {part} of the need in all.").format(
        part=percent(float(view.chosen.ratio[OWN]))
    )


def bill_alt(view: View) -> str:
    """Return the holder's bills in words."""
    bill = own_bill(view)
    assert bill is not None
    before, after = bill
    text = _("Bill without tax: {before} without sharing, {after} with it, of which {local} local.")
    at_home = own_homes(view)
    if at_home is not None and at_home.only_buys:
        text = _("Bill of one home, with tax: {before} without sharing, {after} with it, {local} local.")
    return text.format(
        before=unit(before.total_eur, "€"), after=unit(after.total_eur, "€"), local=unit(after.local_eur, "€")
    )


def cash_alt(years_eur: FloatArray) -> str:
    """Return the balance of the holder, year after year, in words."""
    cumulated = np.cumsum(years_eur)
    text = _("Your balance added up over {years} years, from {start} to {end}.")
    start, end = (thousands(float(eur)) for eur in (cumulated[0], cumulated[-1]))
    return text.format(years=fr(len(cumulated) - 1), start=start, end=end)
