"""What a person reads of the members: what each one's leaving changes, and what each one brings."""

from collections.abc import Mapping
from gettext import gettext as _
from typing import Any

from reports.format import fr, percent, signed
from reports.money_words import euros
from reports.terminal import console, table_of


def print_members(document: Mapping[str, Any], names: Mapping[str, str]) -> None:
    """Print leavings sorted by what they take away, then the Shapley values beside what the key gives."""
    out = console()
    out.print(_("If one of them left, under the same key:"), style="bold")
    table = table_of(
        (_("Who leaves"), "left"),
        (_("Shared MWh"), "right"),
        (_("Surplus MWh"), "right"),
        (_("Others €"), "right"),
        (_("Hit worst"), "left"),
    )
    for row in sorted(document["leaving"], key=lambda row: float(row["shared_change_kwh"])):
        others = row["others_change_eur"]
        table.add_row(
            names.get(row["id"], row["id"]),
            signed(row["shared_change_kwh"] / 1000.0, 1),
            signed(row["surplus_change_kwh"] / 1000.0, 1),
            "–" if others is None else signed(others),
            _worst(row["worst"], names),
        )
    out.print(table)
    for name, why in document["refused"].items():
        out.print(_("{name}: {why}").format(name=names.get(name, name), why=why), style="yellow")
    _print_values(document["shapley"], names)


def _worst(worst: Mapping[str, Any] | None, names: Mapping[str, str]) -> str:
    if worst is None:
        return "–"
    eur, kwh = worst["change_eur"], worst["change_kwh"]
    amount = euros(eur) if eur is not None else f"{signed(kwh / 1000.0, 1)} MWh"
    return f"{names.get(worst['id'], worst['name'])} ({amount})"


def _print_values(shapley: Mapping[str, Any], names: Mapping[str, str]) -> None:
    out = console()
    how = (
        _("exact: every group weighed")
        if shapley["exact"]
        else _("sampled, intervals at {confidence}").format(confidence=percent(shapley["confidence"]))
    )
    title = _("What each one brings (Shapley value of the shared energy, MWh; {how})")
    out.print(title.format(how=how), style="bold")
    table = table_of(
        (_("Member"), "left"), (_("Brings"), "right"), ("±", "right"), (_("Half of what passes"), "right")
    )
    # A kWh shared passes from a producer to a participant: half of it is counted to each, to compare.
    for row in sorted(shapley["players"], key=lambda row: -float(row["value_kwh"])):
        half = (row["received_kwh"] + row["delivered_kwh"]) / 2000.0
        width = row["half_width_kwh"] / 1000.0
        cells = (fr(row["value_kwh"] / 1000.0, 1), fr(width, 1) if width else "–", fr(half, 1))
        table.add_row(names.get(row["id"], row["id"]), *cells)
    out.print(table)
    note = _(
        "Brings more than half of what passes: without it, the others would find little to replace it. "
        "Less: it could be replaced."
    )
    out.print(note, style="dim")
