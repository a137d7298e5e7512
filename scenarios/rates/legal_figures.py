"""The legal figures in force on a day, from the dated rows of `rates/legal.csv`."""

from datetime import date

from acc.rules.perimeter import QuotedFigure
from scenarios.rates.table import Rates

PROCUREMENT, DISPENSE, GRANT = "legal.procurement.supplies", "legal.procurement.dispense", "legal.oa.grant"


def legal_figure(rates: Rates, name: str, on: date) -> QuotedFigure | None:
    """Return a figure of `legal.csv` on a day, None before its first row."""
    for row in rates.in_force(on, name):
        return QuotedFigure(row.value, row.reference, row.in_force_from, row.confidence)
    return None
