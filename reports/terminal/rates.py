"""What a person reads after `acc rates`: figures, their age and their source."""

from datetime import date
from gettext import gettext as _

from acc.result.rates import RatesInForce
from reports.format.labels import confidence
from reports.format.numbers import fr_exact, long_date, short_date
from reports.format.rate_labels import rate_title, rate_unit
from reports.terminal.console import console, table_of


def print_rates(found: RatesInForce) -> None:
    """Print regulated figures in force, in the unit that they are published in."""
    out = console()
    out.print(_("Figures in force on {day}").format(day=long_date(found.on)), style="bold")
    table = table_of(
        (_("Figure"), "left"),
        (_("Value"), "right"),
        (_("Unit"), "left"),
        (_("Since"), "left"),
        (_("Confidence"), "left"),
        (_("Source"), "left"),
    )
    for row in found.rates:
        rate = row.rate
        since = short_date(date.fromisoformat(rate.in_force_from)) + (" ⚠" if row.is_stale else "")
        sure, unit = confidence(rate.confidence), rate_unit(rate.unit)
        table.add_row(rate_title(rate.name), fr_exact(rate.value), unit, since, sure, rate.reference)
    out.print(table)
    text = _("Confidence: high, an official text; medium, one good source; low. ⚠: a newer one should exist.")
    out.print(text, style="dim")
