"""What a person reads after `acc rates`: figures, their age and their source."""

from dataclasses import replace
from datetime import date
from gettext import gettext as _

from acc.bills.rate_used import RateUsed
from acc.result.rates import RatesInForce
from reports.format.labels import confidence
from reports.format.numbers import fr_exact, long_date, short_date
from reports.format.rate_labels import rate_title, rate_unit
from reports.nodes.tree import Heading, Node
from reports.terminal.blocks import text_table


def rates_nodes(rates: RatesInForce) -> list[Node]:
    """Return regulated figures in force, in the unit that they are published in."""
    heads = [_("Figure"), _("Value"), _("Unit"), _("Since"), _("Until"), _("Confidence"), _("Source")]
    rows = [
        (
            rate_title(row.rate.name),
            fr_exact(row.rate.value),
            rate_unit(row.rate.unit),
            short_date(date.fromisoformat(row.rate.in_force_from)) + (" ⚠" if row.is_stale else ""),
            _until(row.rate),
            confidence(row.rate.confidence),
            _source(row.rate),
        )
        for row in rates.rates
    ]
    text = _("Confidence: high, an official text; medium, one good source; low. ⚠: a newer one should exist.")
    table = replace(text_table(heads, rows, words=(0, 2, 3, 4, 5, 6)), note=text)
    return [Heading(_("Figures in force on {day}").format(day=long_date(rates.on))), table]


def _until(rate: RateUsed) -> str:
    """Return the last day on which a figure is known to be in force; empty where no end is known."""
    return short_date(date.fromisoformat(rate.valid_until)) if rate.valid_until else ""


def _source(rate: RateUsed) -> str:
    """Return where a figure was read, and whom to ask for the next one of a figure that ends."""
    text = _("{reference}; for the next one, ask: {ask}")
    return text.format(reference=rate.reference, ask=rate.ask) if rate.ask else rate.reference
