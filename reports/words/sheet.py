"""The words of a participant's sheet: what it would receive and save, if the key or the price change."""

from collections.abc import Iterator
from gettext import gettext as _
from math import isfinite
from typing import Any

from acc.accounts.values import ParticipantMoney
from acc.sites import masked_prm
from reports.format.labels import GRADES, Words, cell, column, lowered, quantity_tile, tile
from reports.format.money import eur, eur_text, per_mwh, price
from reports.format.numbers import fr, listed, percent, unit
from reports.view.own_bill import OWN, own_bill, own_column, own_money
from reports.view.view import View
from reports.words.leaving import change_by_leaving, own_leaving
from reports.words.limits import limits_words
from reports.words.money import band_text
from reports.words.money_page import saving_cell
from reports.words.page1 import label, price_text, scenario_name, tiles_note
from reports.words.sources import hypothesis
from reports.words.unlawful import band

PRICE_CHANGE = 0.10
"""By how much the supplier's price moves in the table "what if"."""


def sheet_words(view: View) -> dict[str, object]:
    """Return every word of a sheet."""
    limits: Any = limits_words(view, own=True)
    return {
        **frame(view),
        "lead": lead(view),
        "tiles": tiles(view),
        "tiles_note": tiles_note(view) if own_money(view) else _("Euros are not computed."),
        "bill_heading": bill_heading(view),
        "bill_note": "" if own_bill(view) else _no_bill(view),
        "months_title": _("Month by month"),
        "days_title": _("A mean day of each season"),
        "changes_title": _("If the key or the price changes"),
        "changes": changes(view),
        "signed_title": _("What you would sign"),
        "signed": signed_items(view),
        "leaving": own_leaving(view),
        "confidential": {
            "title": _("Confidential sheet"),
            "text": _(
                "Made for the holder of this delivery point alone, from its metering data. "
                "Not to be passed on without its consent."
            ),
        },
        "limits": {**limits, "hypotheses": [*own_hypotheses(view), *limits["hypotheses"]]},
        "colon": _(": "),
    }


def frame(view: View) -> dict[str, object]:
    """Return the texts of both pages: label, footer, title of the file."""
    scenario, made = view.result.scenario, view.result.provenance
    holder = scenario.participants[own_column(view)]
    footer = _("Sheet {id} · {scenario} · simulator acc {version} · data {digest} · {date}").format(
        id=holder.id,
        scenario=scenario_name(view),
        version=made.version,
        digest=made.digest[:8],
        date=view.ran_on,
    )
    point = _("delivery point {prm}").format(prm=masked_prm(holder.prm)) if holder.prm else ""
    key = _("key: {key}").format(key=lowered(view.chosen.title))
    parts = [view.groups[OWN].kind, point, scenario_name(view), key, view.ran_on]
    return {
        "kind": _("Collective self-consumption · participant’s sheet"),
        "label": label(view),
        "is_example": scenario.fictitious,
        "footer": footer,
        "title": holder.name,
        "band": band(view),
        "subtitle": " · ".join(part for part in parts if part),
    }


def lead(view: View) -> str:
    """Return the energy the holder would receive, its part of the need, and the saving."""
    ratio = float(view.chosen.ratio[OWN])
    if not isfinite(ratio):
        return _("Without consumption over the period, you would receive nothing.")
    energy, part = view.scale.text(float(view.chosen.received_kwh[OWN])), percent(ratio)
    text = _("You would receive {energy} of local solar electricity {period}, {part} of your need.")
    first = text.format(energy=energy, period=view.period, part=part)
    mine = own_money(view)
    if mine is None or mine.saving_eur_ht is None:
        return first
    amount = eur_text(abs(mine.saving_eur_ht))
    second = _("You would save {amount} without tax.") if not mine.loses else _("You would lose {amount}.")
    return f"{first} {second.format(amount=amount)}"


def tiles(view: View) -> list[Words]:
    """Return four tiles: energy, part of the need, saving and full price of a local kWh where known."""
    need = view.scale.text(float(view.need_kwh[OWN]))
    ratio = float(view.chosen.ratio[OWN])
    holder = view.result.scenario.participants[own_column(view)].id
    received = band_text(view, "received_kwh", 1.0 / view.scale.kwh, member=holder)
    found = [
        tile(
            view.scale.plain(float(view.chosen.received_kwh[OWN])),
            view.unit,
            _("of local electricity"),
            received,
        ),
        tile(fr(ratio * 100.0), "%", _("of your need"), _("of {energy}").format(energy=need)),
    ]
    mine = own_money(view)
    if mine is None or mine.saving_eur_ht is None:
        return [*found, _complement(view), _rank(view)]
    band = band_text(view, "saving_eur_ht", member=holder)
    saved = tile(eur(mine.saving_eur_ht), view.eur_unit, _("saved"), band or _price_note(mine))
    return [*found, saved, _full_price(mine) or _complement(view)]


def _complement(view: View) -> Words:
    left = max(float(view.need_kwh[OWN]) - float(view.chosen.received_kwh[OWN]), 0.0)
    return tile(view.scale.plain(left), view.unit, _("left to your supplier"), "")


def _rank(view: View) -> Words:
    everyone = fr(view.result.energy.autoproduction_ratio * 100.0)
    return tile(everyone, "%", _("for the whole group"), _("part of the needs served"))


def _price_note(mine: ParticipantMoney) -> str:
    each = None if mine.loses else mine.saving_eur_per_kwh
    return "" if each is None else _("{price} for each local kWh").format(price=per_mwh(each))


def _full_price(mine: ParticipantMoney) -> Words | None:
    full, today = mine.break_even_supply_eur_per_kwh, mine.supply_eur_per_kwh
    if full is None or today is None or mine.loses:
        return None
    note = _("against {price} today").format(price=per_mwh(today))
    return quantity_tile(price(full), _("full price of the local"), note)


def bill_heading(view: View) -> str:
    """Return the change of the bill without tax, in a heading, percent."""
    mine = own_money(view)
    if mine is None or mine.before is None or mine.saving_eur_ht is None:
        return _("Your bill, before and after")
    part = percent(abs(mine.saving_eur_ht) / mine.before.total_eur_ht, 1) if mine.before.total_eur_ht else ""
    if part == percent(0.0, 1):
        return _("Your bill would hardly change")
    text = _("Your bill would go up by {part}") if mine.loses else _("Your bill would go down by {part}")
    return text.format(part=part)


def _no_bill(view: View) -> str:
    money = view.result.money
    if money is None:
        return _("Not drawn: euros are not computed in this study.")
    return _("Not drawn: the price of your supplier is not known. Give it to the group to have your bill.")


def bill_caption() -> str:
    """Return the components counted in the bill."""
    return _("whole bill without VAT; network and taxes at the rates in force; local with the PMO’s fees")


def changes(view: View) -> Words:
    """Return the table "what if": other keys, supplier's price, the largest receiver leaving."""
    columns = [
        column(_("What if…"), "rest", "left"),
        column(_("Shared\n{unit}").format(unit=view.unit)),
        column(_("Saving\n{unit}").format(unit=view.eur_unit)),
    ]
    has_money = own_money(view) is not None
    rows = [*_keys(view), *_prices(view), *_departure(view)]
    return {
        "columns": columns if has_money else columns[:2],
        "rows": [row if has_money else row[:2] for row in rows],
        "total": [],
    }


def _keys(view: View) -> Iterator[list[Words]]:
    for index, key in enumerate(view.keys):
        title = _("{key} (proposed)").format(key=key.title) if index == 0 else key.title
        shared = view.scale.plain(float(key.received_kwh[OWN]))
        yield [
            cell(title, "strong" if index == 0 else "number"),
            cell(shared),
            saving_cell(float(key.saving_eur_ht[OWN])),
        ]


def _prices(view: View) -> Iterator[list[Words]]:
    mine = own_money(view)
    if mine is None or mine.supply_eur_per_kwh is None:
        return
    shared = view.scale.plain(float(view.chosen.received_kwh[OWN]))
    texts = ((_("Supplier {part} cheaper"), -PRICE_CHANGE), (_("Supplier {part} dearer"), PRICE_CHANGE))
    for text, change in texts:
        saving = mine.saving_at_eur_ht(mine.supply_eur_per_kwh * (1.0 + change))
        amount = float("nan") if saving is None else saving
        yield [cell(text.format(part=percent(PRICE_CHANGE))), cell(shared), saving_cell(amount)]


def _departure(view: View) -> Iterator[list[Words]]:
    gone = view.result.departure
    if gone is None:
        return
    people = view.result.scenario.participants
    leaver = next(index for index, p in enumerate(people) if p.id == gone.participant_id)
    own = own_column(view)
    if leaver != own:
        received, saving = float(gone.energy.received_kwh[own - (own > leaver)]), float("nan")
        change = change_by_leaving(view, gone.participant_id)
        if change is not None:
            received = float(view.chosen.received_kwh[OWN] + change.received_change_kwh[own])
            saving = float(view.chosen.saving_eur_ht[OWN] + change.saving_change_eur[own])
        name = view.names[gone.participant_id]
        text = _("The largest receiver withdraws ({name})").format(name=name)
        yield [cell(text), cell(view.scale.plain(received)), saving_cell(saving)]


def own_hypotheses(view: View) -> list[Words]:
    """Return the hypotheses on the holder: the quality of its curve, its supplier's price in EUR/MWh."""
    quality, mine = view.result.quality[own_column(view)], own_money(view)
    rows = [hypothesis(_("Your curve"), _(GRADES[quality.grade]), quality.source)]
    if mine is not None and mine.supply_eur_per_kwh is not None:
        source = _("your contract, energy part; network tariff {turpe}").format(turpe=mine.turpe)
        rows.append(hypothesis(_("Your supplier’s price"), per_mwh(mine.supply_eur_per_kwh), source))
    return rows


def signed_items(view: View) -> list[str]:
    """Return the contracts and consents the holder would sign."""
    prices = view.result.scenario.prices
    items = [
        _("Membership of the organising legal person (PMO)."),
        _("Leave for the grid operator to send it your metering data."),
        _("A purchase contract{price}.").format(price=price_text(view)),
        *view.result.scenario.words.commitments,
    ]
    fees = []
    if prices.pmo_eur_per_kwh:
        fees.append(per_mwh(prices.pmo_eur_per_kwh))
    if prices.pmo_eur_per_year:
        text = _("a part of {amount} a year")
        fees.append(text.format(amount=unit(prices.pmo_eur_per_year, "€")))
    if fees:
        items.append(_("Fees of the PMO: {fees}.").format(fees=listed(fees)))
    return items


def months_alt(view: View) -> str:
    """Return the holder's months in words."""
    return _("Your shared electricity and complement, period by period; {part} of the need in all.").format(
        part=percent(float(view.chosen.ratio[OWN]))
    )


def bill_alt(view: View) -> str:
    """Return the holder's bill in words."""
    bill = own_bill(view)
    assert bill is not None
    before, after = bill
    text = _("Bill without tax: {before} today, {after} with the sharing, of which {local} local.")
    return text.format(
        before=unit(before.total_eur, "€"), after=unit(after.total_eur, "€"), local=unit(after.local_eur, "€")
    )
