"""The sheet of participants: annual sums of the rows that may be shown, and savings that follow the price."""

from gettext import gettext as _
from math import isfinite, nan

from reports.data import columns
from reports.data.rows import ParticipantResultRow
from reports.data.shown_rows import (
    local_eur_per_mwh,
    shown_participants,
    shown_totals,
    shown_unit,
)
from reports.data.table import Unit
from reports.sentences.limits import homes_shown
from reports.view.view import View
from reports.workbook.cells import Sheet, named, titled
from reports.workbook.table import Address, Live, SheetTable

WIDTH = 14
NAMES = {"total_need": "consumption_kwh", "total_shared": "received_kwh", "total_saving": "saving_eur_ht"}
"""Totals that other sheets read: the name of the cell, and its column."""


def energy_unit(view: View) -> str:
    """Return "kWh/year", or "kWh" when the period is not a year."""
    return shown_unit(view, Unit.KWH)


def participants_sheet(view: View) -> Sheet:
    """Needs, received energy and savings of each row; savings follow the yellow local price."""
    closed = _("Companies that did not agree stand together.")
    notes = [f"{homes_shown(view)} {closed}"]
    if view.has_savings:
        notes.append(
            _(
                "Saving = shared energy × (worth of a local kWh − local price). The worth counts all that a "
                "local kWh spares, less the fees and fixed parts of taking part."
            )
        )
    top = titled(_("Participants"), *notes)
    lines = SheetTable.of(
        view,
        columns.PARTICIPANTS,
        shown_participants(view),
        top,
        live=_live(view),
        totals=shown_totals(view),
    )
    return lines.sheet(_("Participants"), WIDTH, NAMES)


def _live(view: View) -> Live[ParticipantResultRow]:
    return {
        "complement_kwh": complement_formula,
        "saving_eur_ht": lambda row, place: _saving(view, row, place),
        "break_even_eur_per_mwh": _break_even,
    }


def complement_formula(_row: object, place: Address) -> str:
    """Formula of the complement; clipped at zero, as a rounding would read as a sale."""
    return f"=MAX({place('consumption_kwh')}-{place('received_kwh')},0)"


def _saving(view: View, row: ParticipantResultRow, place: Address) -> str:
    shared = place("received_kwh")
    if isfinite(row.worth_eur_per_mwh):
        return f"={shared}*({place('worth_eur_per_mwh')}-{named('local_price')})/1000"
    return saving_formula(view, nan if row.saving_eur_ht is None else row.saving_eur_ht, shared)


def saving_formula(view: View, saving_eur: float, shared: str) -> str:
    """Return a saving that falls by one euro for each MWh received and each EUR/MWh of local price.

    Args:
        shared: address of what is received, in kWh.
    """
    price = local_eur_per_mwh(view)
    if not isfinite(price) or not isfinite(saving_eur):
        return ""
    return f"={saving_eur:.9f}+{shared}*({price:.9f}-{named('local_price')})/1000"


def _break_even(row: ParticipantResultRow, _place: Address) -> str:
    """Return the supplier's price under which one row gains nothing; it rises with the local price."""
    limit, price = row.break_even_eur_per_mwh, row.local_eur_per_mwh
    return "" if limit is None or not isfinite(price) else f"={named('local_price')}{limit - price:+.9f}"
