"""What a person reads after `acc size`: the powers, the proof, what more would bring, the breakpoints.

It is printed from the document that `--json` gives, so that a screen never says what the data does not.
"""

from collections.abc import Mapping
from gettext import gettext as _
from typing import Any

from rich import box
from rich.table import Table

from reports.format import fr, percent, signed
from reports.terminal import console


def print_size(document: Mapping[str, Any]) -> None:
    """Print a sizing: the powers, the proof, what more would bring, what each breakpoint is worth."""
    out, best = console(), document["best"]
    out.print(_roofs_table(best, document["objective"]))
    message = _(
        "{kwp} kWp, VAN {npv} EUR, investment {capex} EUR; autoconsommation {used}, autoproduction {served}."
    )
    out.print(
        message.format(
            kwp=fr(best["kwp"], 1),
            npv=fr(best["npv_eur_ht"]),
            capex=fr(best["capex_eur_ht"]),
            used=percent(best["autoconsommation_ratio"], 1),
            served=percent(best["autoproduction_ratio"], 1),
        ),
        style="bold",
    )
    proof = _("Proven: no powers within the limits give more than {bound} (found: {value}, gap {gap}).")
    values = {name: _aim(best[name], document["objective"]) for name in ("bound", "value")}
    out.print(proof.format(**values, gap=f"{best['gap_ratio']:.0e}"), style="dim")
    if document["without_cap"] is not None:
        more = document["without_cap"]["value"] - best["value"]
        message = _("The cap of {cap} kWp on an operation holds it back: without it, {more} more.")
        out.print(
            message.format(cap=fr(document["power_cap_kwp"]), more=_aim(more, document["objective"])),
            style="yellow",
        )
    _print_frontier(document)
    _print_compared(document)
    for note in document["notes"]:
        out.print(f"· {note}", style="dim")


def _aim(value: float, objective: str) -> str:
    """Return a value of the aim with its unit."""
    if objective == "worst-member":
        return percent(value, 2)
    return f"{fr(value)} {'kWh' if objective == 'kwh' else 'EUR'}"


def _roofs_table(best: Mapping[str, Any], objective: str) -> Table:
    table = _table(_("Plant"), "kWp", _("Surplus contract"), _("One kWp more"))
    for plant in best["plants"]:
        more = plant["next_kwp"]
        text = percent(more, 3) if objective == "worst-member" else signed(more)
        table.add_row(plant["id"], fr(plant["kwp"], 1), plant["contract"] or "–", text)
    return table


def _print_frontier(document: Mapping[str, Any]) -> None:
    if len(document["frontier"]) < 2:
        return
    out = console()
    out.print(_("What a higher autoconsommation costs:"))
    table = _table(_("Autoconsommation"), "kWp", _("VAN EUR"))
    for sized in document["frontier"]:
        ratio = percent(sized["autoconsommation_ratio"], 1)
        table.add_row(ratio, fr(sized["kwp"], 1), fr(sized["npv_eur_ht"]))
    out.print(table)


def _print_compared(document: Mapping[str, Any]) -> None:
    if not document["compared"]:
        return
    out = console()
    out.print(_("Each class of size, the other roofs at their best:"))
    table = _table(_("Plant"), "kWp", _("Surplus contract"), _("Value"))
    for row in document["compared"]:
        value = row["value"]
        table.add_row(
            row["plant"] if not row["alternative"] else f"{row['plant']} ({row['alternative'] + 1})",
            f"{fr(row['from_kwp'], 1)} – {fr(row['to_kwp'], 1)}",
            row["contract"],
            _("impossible") if value is None else _aim(value, document["objective"]),
        )
    out.print(table)


def _table(first: str, *others: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(first, overflow="fold")
    for title in others:
        table.add_column(title, justify="right", min_width=8, no_wrap=True)
    return table
