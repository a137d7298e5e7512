"""What a person reads after `acc rates`: figures, their age and their source."""

from gettext import gettext as _

from acc.result.rates import RatesInForce
from reports.format.numbers import fr_exact
from reports.terminal.console import console, table_of


def print_rates(found: RatesInForce) -> None:
    """Print regulated figures in force, in the unit that they are published in."""
    out = console()
    out.print(_("Figures in force on {day}").format(day=found.on.isoformat()), style="bold")
    table = table_of(
        (_("Figure"), "left"),
        (_("Value"), "right"),
        (_("Unit"), "left"),
        (_("Since"), "left"),
        (_("Sure"), "left"),
        (_("Source"), "left"),
    )
    for row in found.rates:
        rate = row.rate
        since = rate.in_force_from + (" ⚠" if row.is_stale else "")
        table.add_row(rate.name, fr_exact(rate.value), rate.unit, since, rate.confidence, rate.reference)
    out.print(table)
    out.print(
        _("Sure: H primary text, M one good source, L weak. ⚠: a newer figure should exist."), style="dim"
    )
