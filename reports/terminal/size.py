"""What a person reads after `acc size`: the powers, the proof, what more would bring, the breakpoints.

It is printed from the document that `--json` gives, so that a screen never says what the data does not.
"""

from collections.abc import Mapping
from gettext import gettext as _
from typing import Any

from rich import box
from rich.table import Table

from reports.format.labels import by_cause
from reports.format.numbers import fr, percent, signed
from reports.terminal.console import console

EXACT = 1e-6
"""A gap above this is no rounding."""


def print_size(document: Mapping[str, Any], names: Mapping[str, str]) -> None:
    """Print a sizing: the powers, the proof, what more would bring, what each breakpoint is worth.

    Args:
        names: of the participants and the plants, by id.
    """
    out, best = console(), document["best"]
    out.print(_roofs_table(best, document["objective"], names))
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
    if document["battery"] is not None:
        proof = _(
            "Proven: no powers and battery within the limits give more than {bound} "
            "(found: {value}, gap {gap})."
        )
    values = {name: _aim(best[name], document["objective"]) for name in ("bound", "value")}
    out.print(proof.format(**values, gap=f"{best['gap_ratio']:.0e}"), style="dim")
    if document["objective"] == "npv-everyone":
        message = _("The value is what the producers and the participants gain together: {value}.")
        out.print(message.format(value=_aim(best["value"], document["objective"])))
    if best["worst_member"] is not None:
        message = _("The value is the saving of the worst served participant, as a part of its bill: {name}.")
        out.print(message.format(name=names.get(best["worst_member"], best["worst_member"])))
    if document["without_cap"] is not None:
        more = document["without_cap"]["value"] - best["value"]
        message = _("The cap of {cap} kWp on an operation holds it back: without it, {more} more.")
        out.print(
            message.format(cap=fr(document["power_cap_kwp"]), more=_aim(more, document["objective"])),
            style="yellow",
        )
    _print_battery(document)
    _print_frontier(document)
    _print_compared(document, names)
    for note in by_cause(document["notes"], names.values()):
        out.print(f"· {note}", style="dim")


def _aim(value: float, objective: str) -> str:
    """Return a value of the aim with its unit."""
    if objective == "worst-member":
        return percent(value, 2)
    return f"{fr(value)} {'kWh' if objective == 'kwh' else 'EUR'}"


def _roofs_table(best: Mapping[str, Any], objective: str, names: Mapping[str, str]) -> Table:
    unit = {"worst-member": "%", "kwh": "kWh"}.get(objective, "EUR")
    more_title = _("One kWp more, {unit}").format(unit=unit)
    table = _table(_("Plant"), _("kWp"), _("Surplus contract"), more_title)
    for plant in best["plants"]:
        more = plant["next_kwp"]
        text = percent(more, 3) if objective == "worst-member" else signed(more)
        name = _plane(plant["id"], plant["alternative"], names)
        table.add_row(name, fr(plant["kwp"], 1), _contract(plant["contract"]), text)
    return table


def _plane(id_: str, alternative: int, names: Mapping[str, str]) -> str:
    """Return the name of a plant, with the number of its plane where it is another than the first."""
    name = names.get(id_, id_)
    return f"{name} ({alternative + 1})" if alternative else name


def _contract(code: str | None) -> str:
    """Return a contract in words: a price that the folder gives and no contract at all have no name."""
    if code is None:
        return "–"
    return {"price": _("the price given"), "none": _("none")}.get(code, code)


def _print_battery(document: Mapping[str, Any]) -> None:
    """Print the battery found, whether one pays, and what each size of it is worth."""
    found = document["battery"]
    if found is None:
        return
    out = console()
    out.print(_battery_line(document["best"]["battery"], found), style="bold")
    out.print(_difference(document))
    if document["best"]["gap_ratio"] > EXACT:
        out.print(
            _(
                "The gap comes from prices that differ by hour, plant or contract, or from what the battery "
                "still holds at the end: the bound takes the best of each."
            ),
            style="dim",
        )
    if found["pays_below_eur_per_kwh"] is not None:
        out.print(_pays_line(found))
    if len(found["curve"]) < 2:
        return
    out.print(_("What each size of battery is worth, the powers at their best:"))
    table = _table(_("Battery kWh"), _("kWp"), _("Value"))
    for sized in found["curve"]:
        table.add_row(
            fr(sized["battery"]["kwh"]), fr(sized["kwp"], 1), _aim(sized["value"], document["objective"])
        )
    out.print(table)


def _battery_line(battery: Mapping[str, float], found: Mapping[str, Any]) -> str:
    if battery["kwh"] <= 0.0:
        if found["pays_below_eur_per_kwh"] is not None:
            return _("Battery: none. Here it costs more than it brings.")
        return _("Battery: none, the best is without.")
    message = _(
        "Battery: {kwh} kWh, {kw} kW, investment {capex} EUR; each year it gives back {given} kWh and loses "
        "{lost} kWh."
    )
    text = message.format(
        kwh=fr(battery["kwh"]),
        kw=fr(battery["kw"]),
        capex=fr(battery["capex_eur_ht"]),
        given=fr(battery["given_kwh"]),
        lost=fr(battery["lost_kwh"]),
    )
    if battery["kwh"] >= found["max_kwh"] * (1.0 - 1e-9):
        text += " " + _("It is the most that was sought: raise max_kwh to see further.")
    return text


def _difference(document: Mapping[str, Any]) -> str:
    """Return the value with the battery and without any, and what one more kWh would add."""
    objective, best, without = document["objective"], document["best"], document["battery"]["without"]
    unit = "kWh" if objective == "kwh" else "EUR"
    values = {
        "value": _aim(best["value"], objective),
        "next": f"{signed(best['battery']['next_kwh'])} {unit}",
    }
    if without is None:
        message = _("Without any, the limits cannot be met. One kWh of battery more: {next}.")
        return message.format(**values)
    values["without"] = _aim(without["value"], objective)
    values["more"] = f"{signed(best['value'] - without['value'])} {unit}"
    if best["battery"]["kwh"] <= 0.0:
        return _("Without any {without}. A first kWh of battery: {next}.").format(**values)
    message = _("With it {value}, without any {without} ({more}). One kWh of battery more: {next}.")
    return message.format(**values)


def _pays_line(found: Mapping[str, Any]) -> str:
    """Return at what investment a battery begins to pay."""
    below = found["pays_below_eur_per_kwh"]
    values = {
        "first": fr(found["first_kwh_eur"]),
        "running": fr(found["running_eur_per_kwh"]),
        "below": fr(below),
        "capex": fr(found["capex_eur_per_kwh"]),
    }
    if below <= 0.0:
        message = _(
            "At no price does a battery pay here: over the plan its first kWh brings {first} EUR, less than "
            "the {running} EUR of its running costs."
        )
    elif found["running_eur_per_kwh"] > 0.0:
        message = _(
            "A battery pays below {below} EUR/kWh (counted here: {capex}): over the plan its first kWh "
            "brings {first} EUR, less {running} EUR of running costs."
        )
    else:
        message = _(
            "A battery pays below {below} EUR/kWh (counted here: {capex}): over the plan its first kWh "
            "brings {first} EUR."
        )
    return message.format(**values)


def _print_frontier(document: Mapping[str, Any]) -> None:
    if len(document["frontier"]) < 2:
        return
    out = console()
    out.print(_("What a higher autoconsommation costs:"))
    table = _table(_("Autoconsommation"), _("kWp"), _("VAN EUR"))
    for sized in document["frontier"]:
        ratio = percent(sized["autoconsommation_ratio"], 1)
        table.add_row(ratio, fr(sized["kwp"], 1), fr(sized["value"]))
    out.print(table)


def _print_compared(document: Mapping[str, Any], names: Mapping[str, str]) -> None:
    if not document["compared"]:
        return
    out = console()
    out.print(_("Each class of size, the other roofs at their best:"))
    table = _table(_("Plant"), _("kWp"), _("Surplus contract"), _("Value"))
    for row in document["compared"]:
        value = row["value"]
        table.add_row(
            _plane(row["plant"], row["alternative"], names),
            _stretch(row["from_kwp"], row["to_kwp"]),
            _contract(row["contract"]),
            _("impossible") if value is None else _aim(value, document["objective"]),
        )
    out.print(table)


def _stretch(low_kwp: float, high_kwp: float) -> str:
    """Return a stretch of power, as one figure where both ends print alike."""
    low, high = fr(low_kwp, 1), fr(high_kwp, 1)
    return low if low == high else f"{low} – {high}"


def _table(first: str, *others: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(first, overflow="fold")
    for title in others:
        table.add_column(title, justify="right", min_width=8, no_wrap=True)
    return table
