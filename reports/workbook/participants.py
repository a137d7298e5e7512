"""The sheet of participants: annual sums of the rows that may be shown, and savings that follow the price."""

from gettext import gettext as _
from math import isfinite, nan

from acc.units import eur_per_mwh
from reports.view.view import View
from reports.words.money import band
from reports.words.money_page import member_ids
from reports.workbook.cells import (
    Cell,
    Kind,
    Role,
    Row,
    Sheet,
    at,
    heads,
    named,
    number,
    sum_of,
    text,
    titled,
    total_of,
)

NAME, KIND, NEED, SHARED_COLUMN, PART, COMPLEMENT, WORTH, SAVING, BREAK_EVEN, LOW, HIGH = range(11)


def energy_unit(view: View) -> str:
    """Return "kWh/year", or "kWh" when the period is not a year."""
    return _("{unit}/year").format(unit="kWh") if view.is_year else "kWh"


def participants_sheet(view: View) -> Sheet:
    """Return who needs, receives and saves what; savings follow the yellow local price."""
    notes = [_("Households stand in groups of ten or more; companies that did not agree stand together.")]
    if view.has_savings:
        notes.append(
            _(
                "Saving = shared energy × (worth of a local kWh − local price). The worth counts all that a "
                "local kWh spares, less the fees and fixed parts of taking part."
            )
        )
    top = titled(_("Participants"), *notes)
    first = len(top) + 2
    body = [_participant(view, row, first + place) for place, row in enumerate(view.order)]
    last = first + len(body) - 1
    names = {"total_need": (last + 1, NEED), "total_shared": (last + 1, SHARED_COLUMN)}
    if view.has_savings:
        names["total_saving"] = (last + 1, SAVING)
    return Sheet(
        title=_("Participants"),
        rows=(*top, (), _participant_heads(view), *body, _participants_total(view, first, last)),
        widths=(36, 18, *(14,) * 9)[: len(_participant_heads(view))],
        freeze=(first, 1),
        names=names,
        landscape=True,
    )


def _participant_heads(view: View) -> Row:
    energy = energy_unit(view)
    words = [
        _("Participant"),
        _("Kind"),
        _("Need ({unit})").format(unit=energy),
        _("Shared ({unit})").format(unit=energy),
        _("Part of the need served"),
        _("Complement ({unit})").format(unit=energy),
    ]
    if view.has_savings:
        words += [
            _("Worth of a local kWh (€/MWh)"),
            _("Saving ({unit} without tax)").format(unit=view.eur_unit),
            _("Gain gone under this supplier’s price (€/MWh)"),
        ]
    if view.has_savings and view.result.ranges is not None:
        words += [_("Low saving (passed 9 times out of 10)"), _("High saving (passed once out of 10)")]
    return heads(words, left=(NAME, KIND))


def _participant(view: View, row: int, at_row: int) -> Row:
    group = view.groups[row]
    need, received = float(view.need_kwh[row]), float(view.chosen.received_kwh[row])
    energy = (
        text(group.name),
        text(group.kind),
        number(need, Kind.KWH),
        number(received, Kind.KWH),
        number(float(view.chosen.ratio[row]), Kind.PERCENT, formula=_part(at_row)),
        number(max(need - received, 0.0), Kind.KWH, formula=_complement(at_row)),
    )
    return (*energy, *_euros(view, row, at_row)) if view.has_savings else energy


def _part(row: int) -> str:
    return f"={at(row, SHARED_COLUMN)}/{at(row, NEED)}"


def _complement(row: int) -> str:
    # A rounding below zero would read as a sale.
    return f"=MAX({at(row, NEED)}-{at(row, SHARED_COLUMN)},0)"


def _euros(view: View, row: int, at_row: int) -> Row:
    saving, received = float(view.chosen.saving_eur_ht[row]), float(view.chosen.received_kwh[row])
    price = local_eur_per_mwh(view)
    worth = eur_per_mwh(saving / received) + price if received > 0.0 else nan
    shared = at(at_row, SHARED_COLUMN)
    formula = f"={shared}*({at(at_row, WORTH)}-{named('local_price')})/1000"
    if not worth > 0.0:
        # Loses at any price: a worth below zero would say nothing.
        worth, formula = nan, saving_formula(view, saving, shared)
    cells = [
        number(worth, Kind.PRICE),
        number(saving, Kind.EUR, formula=formula),
        _break_even(view, row, price),
    ]
    if view.result.ranges is not None:
        ids = member_ids(view, row)
        found = band(view, "saving_eur_ht", ids[0]) if len(ids) == 1 else None
        low, high = (found[0], found[2]) if found else (nan, nan)
        cells += [number(low, Kind.EUR), number(high, Kind.EUR)]
    return tuple(cells)


def saving_formula(view: View, saving_eur: float, shared: str) -> str:
    """Return a saving that falls by one euro for each MWh received and each EUR/MWh of local price.

    Args:
        shared: address of what is received, in kWh.
    """
    price = local_eur_per_mwh(view)
    if not isfinite(price) or not isfinite(saving_eur):
        return ""
    return f"={saving_eur:.9f}+{shared}*({price:.9f}-{named('local_price')})/1000"


def local_eur_per_mwh(view: View) -> float:
    """Return the mean local price; nan when it is not decided."""
    money = view.result.money
    return nan if money is None or money.local_eur_per_kwh is None else eur_per_mwh(money.local_eur_per_kwh)


def _break_even(view: View, row: int, price: float) -> Cell:
    """Return the supplier's price under which one row gains nothing; it rises with the local price."""
    ids, money = member_ids(view, row), view.result.money
    assert money is not None
    one = next(p for p in money.participants if p.id == ids[0])
    if len(ids) > 1 or one.loses or one.break_even_supply_eur_per_kwh is None or not isfinite(price):
        return number(nan, Kind.PRICE)
    limit = eur_per_mwh(one.break_even_supply_eur_per_kwh)
    return number(limit, Kind.PRICE, formula=f"={named('local_price')}{limit - price:+.9f}")


def _participants_total(view: View, first: int, last: int) -> Row:
    def total(value: float, kind: Kind, column: int) -> Cell:
        return number(value, kind, Role.TOTAL, sum_of(first, last, column))

    energy = view.result.energy
    row: list[Cell] = [
        text(_("Together"), Role.TOTAL),
        text("", Role.TOTAL),
        total(view.total_need_kwh, Kind.KWH, NEED),
        total(view.chosen.shared_kwh, Kind.KWH, SHARED_COLUMN),
        number(energy.autoproduction_ratio, Kind.PERCENT, Role.TOTAL, _part(last + 1)),
        total(float(energy.complement_kwh.sum()), Kind.KWH, COMPLEMENT),
    ]
    if view.has_savings:
        savings = [float(view.chosen.saving_eur_ht[row]) for row in view.order]
        saving = total_of(savings, view.chosen.total_saving_eur_ht, Kind.EUR, first, SAVING)
        row += [text("", Role.TOTAL), saving, text("", Role.TOTAL)]
    if view.has_savings and view.result.ranges is not None:
        low, _middle, high = band(view, "saving_eur_ht") or (nan, nan, nan)
        row += [number(low, Kind.EUR, Role.TOTAL), number(high, Kind.EUR, Role.TOTAL)]
    return tuple(row)
