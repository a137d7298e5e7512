"""What a person reads after `acc size`: the powers, the proof, what more would bring, the breakpoints."""

from collections.abc import Mapping
from gettext import gettext as _
from gettext import ngettext
from types import MappingProxyType

from rich import box
from rich.table import Table

from acc.i18n import N_, to_hundreds
from acc.result.sizing import Aim, BatteryWorth, SizedBattery, SizedPowers, Sizing
from reports.format.labels import by_cause
from reports.format.money import eur, euros, signed_euros
from reports.format.numbers import FIXED, fr, listed, percent, power, signed, unit
from reports.terminal.console import console, print_status

MOST_PERSONS = 12
"""Told one by one, those whose value is largest."""

EXACT = 1e-6
"""A gap above this is no rounding."""

LEAST_KWP = 0.05
"""A power nearer to that of the folder is the same."""

AIMS: Mapping[Aim, str] = MappingProxyType(
    {
        Aim.NPV: N_("NPV of the plants"),
        Aim.NPV_EVERYONE: N_("NPV of everybody"),
        Aim.KWH: N_("used or shared"),
        Aim.WORST_MEMBER: N_("saving of the one who gains least"),
    }
)


def print_size(sizing: Sizing, names: Mapping[str, str]) -> None:
    """Print a sizing: the powers, the proof, what more would bring, what each breakpoint is worth.

    Args:
        names: of the participants and the plants, by id.
    """
    out, best = console(), sizing.best
    print_status(out, sizing.status)
    out.print(_answer(sizing, names), style="bold")
    out.print(_proof(sizing), style="dim")
    _print_everybody(sizing)
    out.print(_roofs_table(best, sizing.aim, names))
    text = _("Plants: investment {capex}, NPV {npv}; {used} of the injected shared, {served} of the need.")
    if best.own_use_kwh > 0.0:
        text = _(
            "Plants: investment {capex}, NPV {npv}; {used} of the injected shared, {served} of the need left."
        )
    words = {"capex": euros(best.capex_eur_ht), "npv": euros(best.npv_eur_ht)}
    words |= {"used": percent(best.autoconsommation_ratio), "served": percent(best.autoproduction_ratio)}
    out.print(text.format(**words), style="bold")
    if sizing.aim is Aim.NPV_EVERYONE:
        message = _(
            "The value sought is what the producers and the participants gain together, without "
            "what they pay whatever the powers (yearly fees, management): {value}. It is the one told below."
        )
        out.print(message.format(value=_aim(best.value, sizing.aim)))
    if best.worst_member is not None:
        message = _("The value is the saving of the worst served participant, as a part of its bill: {name}.")
        out.print(message.format(name=names.get(best.worst_member, best.worst_member)))
    if sizing.without_cap is not None and sizing.power_cap_kwp is not None:
        more = sizing.without_cap.value - best.value
        message = _("The cap of {cap} kWp on an operation holds it back: without it, {more} more.")
        out.print(
            message.format(cap=fr(sizing.power_cap_kwp), more=_aim(more, sizing.aim)),
            style="yellow",
        )
    _print_battery(sizing)
    _print_frontier(sizing)
    _print_compared(sizing, names)
    for note in by_cause(sizing.notes, names.values()):
        out.print(f"· {note}", style="dim")


def _answer(sizing: Sizing, names: Mapping[str, str]) -> str:
    """Return the powers that are not those of the folder, and what the aim is worth with them."""
    before = {plant.id: plant.kwp for plant in sizing.scenario.plants}
    text = _("{name} {kwp} in place of {before}")
    moved = [
        text.format(name=names.get(p.id, p.id), kwp=power(p.kwp), before=power(before.get(p.id, p.kwp)))
        for p in sizing.best.plants
        if abs(p.kwp - before.get(p.id, p.kwp)) >= LEAST_KWP
    ]
    found = listed(moved) if moved else _("the powers of the folder are the best")
    text = _("Answer: {found}; {aim} {value}.")
    aim = _(AIMS[sizing.aim])
    return text.format(found=found, aim=aim, value=_told_value(sizing))


def _told_value(sizing: Sizing) -> str:
    """Return what the powers are worth: to everybody, what they pay whatever the powers counted."""
    whole = None if sizing.total is None else sizing.total.npv_eur_ht
    if sizing.aim is Aim.NPV_EVERYONE and whole is not None:
        return euros(whole)
    return _aim(sizing.best.value, sizing.aim)


def _proof(sizing: Sizing) -> str:
    """Return that nothing else is better, or how much better something else might be at most."""
    best = sizing.best
    if best.gap_ratio <= EXACT:
        return _("No other choice within the limits gives more: proven.")
    text = _("No other choice within the limits gives more than {bound}: proven.")
    return text.format(bound=_aim(best.bound, sizing.aim))


def _print_everybody(sizing: Sizing) -> None:
    """Print what everybody gains at the powers found, producers included, then each person."""
    if sizing.total is None or sizing.total.npv_eur_ht is None:
        return
    out = console()
    text = _("Everybody together, producers included: {npv} of present value ({full} at full accise).")
    total = sizing.total
    found = text.format(npv=euros(total.npv_eur_ht), full=euros(total.full_accise_npv_eur_ht))
    out.print(found, style="bold")
    large = sorted(sizing.persons, key=lambda person: -abs(person.npv_eur_ht or 0.0))[:MOST_PERSONS]
    told = [f"{person.name} {signed_euros(person.npv_eur_ht)}" for person in large]
    left = len(sizing.persons) - len(told)
    if left:
        told.append(ngettext("{count} other person", "{count} other persons", left).format(count=left))
    out.print(listed(told) + ".", style="dim")


def _aim(value: float, aim: Aim) -> str:
    """Return a value of the aim with its unit."""
    if aim is Aim.WORST_MEMBER:
        return percent(value, 2)
    return unit(value, "kWh") if aim is Aim.KWH else euros(value)


def _roofs_table(best: SizedPowers, aim: Aim, names: Mapping[str, str]) -> Table:
    name = {Aim.WORST_MEMBER: "%", Aim.KWH: "kWh"}.get(aim, "€")
    more_title = _("One kWp more, {unit}").format(unit=name)
    table = _table(_("Plant"), _("kWp"), _("Surplus contract"), more_title)
    for plant in best.plants:
        more = plant.next_kwp
        text = percent(more, 3) if aim is Aim.WORST_MEMBER else signed(to_hundreds(more))
        name = _plane(plant.id, plant.alternative, names)
        table.add_row(name, fr(plant.kwp, 1), _contract(plant.contract), text)
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


def _print_battery(sizing: Sizing) -> None:
    """Print the battery found, whether one pays, and what each size of it is worth."""
    found, battery = sizing.battery, sizing.best.battery
    if found is None or battery is None:
        return
    out = console()
    out.print(_battery_line(battery, found), style="bold")
    out.print(_difference(sizing, battery, found.without))
    if sizing.best.gap_ratio > EXACT:
        out.print(
            _(
                "The gap comes from prices that differ by hour, plant or contract, or from what the battery "
                "still holds at the end: the bound takes the best of each."
            ),
            style="dim",
        )
    if found.pays_below_eur_per_kwh is not None and found.first_kwh_eur is not None:
        out.print(_pays_line(found, found.pays_below_eur_per_kwh, found.first_kwh_eur))
    if len(found.curve) < 2:
        return
    out.print(_("What each size of battery is worth, the powers at their best:"))
    table = _table(_("Battery kWh"), _("kWp"), _("Value"))
    for sized in found.curve:
        table.add_row(fr(sized.battery_kwh), fr(sized.kwp, 1), _aim(sized.value, sizing.aim))
    out.print(table)


def _battery_line(battery: SizedBattery, found: BatteryWorth) -> str:
    if battery.kwh <= 0.0:
        if found.pays_below_eur_per_kwh is not None:
            return _("Battery: none. Here it costs more than it brings.")
        return _("Battery: none, the best is without.")
    message = _(
        "Battery: {kwh} kWh, {kw} kW, investment {capex}; each year it gives back {given} kWh and loses "
        "{lost} kWh."
    )
    text = message.format(
        kwh=fr(battery.kwh),
        kw=fr(battery.kw),
        capex=euros(battery.capex_eur_ht),
        given=fr(battery.given_kwh),
        lost=fr(battery.lost_kwh),
    )
    if battery.kwh >= found.max_kwh * (1.0 - 1e-9):
        text += " " + _("It is the most that was sought: raise max_kwh to see further.")
    return text


def _change(value: float, aim: Aim) -> str:
    """Return a change of the value with its sign."""
    return f"{signed(value)}{FIXED}kWh" if aim is Aim.KWH else signed_euros(value)


def _difference(sizing: Sizing, battery: SizedBattery, without: SizedPowers | None) -> str:
    """Return the value with the battery and without any, and what one more kWh would add."""
    aim, value = sizing.aim, sizing.best.value
    values = {"value": _aim(value, aim), "next": _change(battery.next_kwh, aim)}
    if without is None:
        message = _("Without any, the limits cannot be met. One kWh of battery more: {next}.")
        return message.format(**values)
    values["without"] = _aim(without.value, aim)
    values["more"] = _change(value - without.value, aim)
    if battery.kwh <= 0.0:
        return _("Without any {without}. A first kWh of battery: {next}.").format(**values)
    message = _("With it {value}, without any {without} ({more}). One kWh of battery more: {next}.")
    return message.format(**values)


def _pays_line(found: BatteryWorth, below: float, first: float) -> str:
    """Return at what investment a battery begins to pay, EUR/kWh, and what its first kWh brings, EUR."""
    values = {
        "first": euros(first),
        "running": euros(found.running_eur_per_kwh),
        "below": fr(below),
        "capex": fr(found.capex_eur_per_kwh),
    }
    if below <= 0.0:
        message = _(
            "At no price does a battery pay here: over the plan its first kWh brings {first}, less than "
            "the {running} of its running costs."
        )
    elif found.running_eur_per_kwh > 0.0:
        message = _(
            "A battery pays below {below} €/kWh (counted here: {capex}): over the plan its first kWh "
            "brings {first}, less {running} of running costs."
        )
    else:
        message = _(
            "A battery pays below {below} €/kWh (counted here: {capex}): over the plan its first kWh "
            "brings {first}."
        )
    return message.format(**values)


def _print_frontier(sizing: Sizing) -> None:
    if len(sizing.frontier) < 2:
        return
    out = console()
    out.print(_("What using more of the produced costs:"))
    value = _("NPV of everybody €") if sizing.aim is Aim.NPV_EVERYONE else _("NPV of the plants €")
    table = _table(_("Produced used"), _("kWp"), value)
    for sized in sizing.frontier:
        ratio = percent(sized.used_ratio, 1)
        table.add_row(ratio, fr(sized.kwp, 1), eur(sized.value))
    out.print(table)


def _print_compared(sizing: Sizing, names: Mapping[str, str]) -> None:
    if not sizing.compared:
        return
    out = console()
    out.print(_("Each class of size, the other roofs at their best:"))
    table = _table(_("Plant"), _("kWp"), _("Surplus contract"), _("Value"))
    for row in sizing.compared:
        value = row.value
        table.add_row(
            _plane(row.plant, row.alternative, names),
            _stretch(row.from_kwp, row.to_kwp),
            _contract(row.contract),
            _("impossible") if value is None else _aim(value, sizing.aim),
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
