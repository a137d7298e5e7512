"""What a person reads after `acc size`: the powers, the proof, what more would bring, the breakpoints."""

from collections.abc import Iterator, Mapping, Sequence
from gettext import gettext as _
from gettext import ngettext
from pathlib import Path
from types import MappingProxyType

from acc.i18n import N_, semicolons, to_hundreds
from acc.result.lawful_plan import BoundBasis
from acc.size.result import (
    Aim,
    BatteryWorth,
    ComparedPowers,
    PowerByUse,
    PowersFor,
    SizedBattery,
    SizedPowers,
    Sizing,
)
from acc.time_aggregates import is_year
from reports.format.gains import value_basis
from reports.format.labels import by_cause
from reports.format.money import eur, euros, signed_euros
from reports.format.numbers import FIXED, fr, listed, percent, power, signed, unit
from reports.format.proposals import ProposalWords, named
from reports.format.quantity import Quantity
from reports.format.wording import sentence, text_of
from reports.nodes.tree import Node, Paragraph, TextTable
from reports.terminal.blocks import noted, quoted, status, text_table
from reports.view import quantities

MOST_PERSONS = 12
"""Told one by one, those whose value is largest."""

SIZED = "sized"
"""Case of a figure: the powers found, not those of the folder."""

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


def size_nodes(sizing: Sizing, names: Mapping[str, str], folder: Path | None = None) -> Iterator[Node]:
    """Yield a sizing: the powers, the proof, what more would bring, what each breakpoint is worth.

    Args:
        names: of the participants and the plants, by id.
    """
    yield from status(sizing.scenario, sizing.status, folder)
    yield Paragraph(_answer(sizing, names), "lead")
    yield Paragraph(_proof(sizing), "note")
    if sizing.best.gap_ratio > EXACT:
        yield Paragraph(text_of("why-a-gap"), "note")
    yield from _chosen(sizing, names)
    yield from _everybody(sizing)
    yield _roofs_table(sizing.best, sizing.aim, names)
    yield Paragraph(_plants(sizing.best), "lead")
    if by_use := powers_by_use_text(sizing.powers_by_use):
        yield Paragraph(by_use, "lead")
    yield from quoted(sizing.scenario.plants, {plant.id: plant.kwp for plant in sizing.best.plants})
    yield from _value_sought(sizing, names)
    yield from _battery(sizing)
    yield from _frontier(sizing)
    yield from _compared(sizing, names)
    yield from noted(by_cause(sizing.notes, names.values()))


def _plants(best: SizedPowers) -> str:
    """Cost and value of the plants, and uses of their energy."""
    return sentence(
        "plants-found-of-need-left" if best.own_use_kwh > 0.0 else "plants-found",
        capex=euros(best.capex_eur_ht),
        npv=euros(best.npv_eur_ht),
        used=percent(best.autoconsommation_ratio),
        served=percent(best.autoproduction_ratio),
    )


def _value_sought(sizing: Sizing, names: Mapping[str, str]) -> Iterator[Node]:
    """Yield the definition of the value where its name is not enough, and the cost of the power cap."""
    best = sizing.best
    if best.worst_member is not None:
        yield Paragraph(sentence("worst-served-saving", name=names.get(best.worst_member, best.worst_member)))
    if sizing.without_cap is not None and sizing.power_cap_kwp is not None:
        more = _aim(sizing.without_cap.value - best.value, sizing.aim)
        yield Paragraph(sentence("cap-holds-back", cap=fr(sizing.power_cap_kwp), more=more), tone="sun_text")


def _answer(sizing: Sizing, names: Mapping[str, str]) -> str:
    """Return the powers that are not those of the folder, and what the aim is worth with them."""
    moved = _moved({plant.id: plant.kwp for plant in sizing.best.plants}, sizing, names)
    powers = moved or _("the powers of the folder are the best")
    name = "powers-found" if sizing.aim is Aim.NPV_EVERYONE else "powers-for-aim-alone"
    if sizing.status.is_unlawful:
        name = "powers-to-compare"
    value = _format_value(sizing, sizing.best.value)
    return sentence(name, found=powers, aim=_(AIMS[sizing.aim]), value=value)


def _moved(powers_kwp: Mapping[str, float], sizing: Sizing, names: Mapping[str, str]) -> str:
    """Return the powers that are not those of the folder; empty where all are."""
    text = _("{name} {kwp} in place of {before}")
    return listed(
        [
            text.format(
                name=names.get(plant.id, plant.id),
                kwp=power(powers_kwp.get(plant.id, 0.0)),
                before=power(plant.kwp),
            )
            for plant in sizing.scenario.plants
            if abs(powers_kwp.get(plant.id, 0.0) - plant.kwp) >= LEAST_KWP
        ]
    )


def _chosen(sizing: Sizing, names: Mapping[str, str]) -> Iterator[Node]:
    """Yield the powers proposed by the criteria, and the cost to all of the optimum if different.

    Where nothing may be proposed, what everybody gains with each, to compare.
    """
    moved = {row.name: _moved(row.powers_kwp, sizing, names) for row in sizing.reference_powers}
    titles = {name: text or _("the powers of the folder") for name, text in moved.items()}
    if len(set(titles.values())) < 2:
        return
    if sizing.proposal is None:
        texts = [f"{titles[row.name]}{_(': ')}{_reference(row)}" for row in sizing.reference_powers]
        text = _("Everybody together, to compare: {values}.")
        yield Paragraph(text.format(values=semicolons(dict.fromkeys(texts))), "lead")
        return
    people = {person.id: person.name for person in sizing.persons}
    words = ProposalWords(
        proposal=sizing.proposal,
        title=lambda name: titles[PowersFor(name)],
        people=lambda ids: named([people[id_] for id_ in ids]),
        is_year=is_year(sizing.scenario.steps),
    )
    shown = [titles[PowersFor(name)] for name in sizing.proposal.names]
    left = [
        words.left(case)
        for case, name in enumerate(sizing.proposal.names)
        if shown[case] != shown[sizing.proposal.index]
        and (name == PowersFor.BEST or case == sizing.proposal.most)
    ]
    yield Paragraph(" ".join([words.chosen, *dict.fromkeys(left)]), "lead")


def _reference(row: ComparedPowers) -> Quantity:
    """Present value of everybody at powers to compare, EUR."""
    return quantities.case_worth(row.total.npv_eur_ht, f"powers {row.name}", is_value=True)


def _format_value(sizing: Sizing, value: float) -> str:
    return _aim(sizing.display_value(value), sizing.aim)


def _proof(sizing: Sizing) -> str:
    """Return that nothing else is better, or how much it might be at most, and of what that is proven."""
    best, text = sizing.best, _("No other choice within the limits gives more: {proof}")
    if best.gap_ratio > EXACT:
        text = text_of("bound-above")
    proof = {
        BoundBasis.SETTLED_YEARS: _("proven, of the years that the search settles."),
        BoundBasis.FIRST_YEAR: text_of("proven-of-first-year"),
    }.get(sizing.bound_basis, _("proven."))
    gap = _aim(best.bound - best.value, sizing.aim)
    proof = proof.format(later=euros(sizing.later_years_eur))
    return text.format(bound=_format_value(sizing, best.bound), gap=gap, proof=proof)


def _everybody(sizing: Sizing) -> Iterator[Node]:
    """Yield the total gain at the optimum, producers included, then that of each person."""
    if sizing.total is None or sizing.total.npv_eur_ht is None:
        return
    text = _("Everybody together, producers included: {npv} of present value ({full} with accise in full).")
    total = sizing.total
    npv = quantities.case_worth(total.npv_eur_ht, SIZED, is_value=True)
    full = quantities.case_worth(total.full_accise_npv_eur_ht, f"{SIZED} full accise", is_value=True)
    sentence = text.format(npv=npv, full=full)
    yield Paragraph(sentence, "lead")
    large = sorted(sizing.persons, key=lambda person: -abs(person.npv_eur_ht or 0.0))[:MOST_PERSONS]
    texts = [f"{person.name} {signed_euros(person.npv_eur_ht)}" for person in large]
    left = len(sizing.persons) - len(texts)
    if left:
        texts.append(ngettext("{count} other person", "{count} other persons", left).format(count=left))
    yield Paragraph(f"{listed(texts)}. {value_basis()}", "note")


def _aim(value: float, aim: Aim) -> str:
    """Return a value of the aim with its unit."""
    if aim is Aim.WORST_MEMBER:
        return percent(value, 2)
    return unit(value, "kWh") if aim is Aim.KWH else euros(value)


def _roofs_table(best: SizedPowers, aim: Aim, names: Mapping[str, str]) -> TextTable:
    per_kwp = {Aim.WORST_MEMBER: "%", Aim.KWH: "kWh"}.get(aim, "€")
    more_title = _("One kWp more, {unit}").format(unit=per_kwp)
    rows = [
        (
            _plane(plant.id, plant.alternative, names),
            fr(plant.kwp, 1),
            _contract(plant.contract),
            percent(plant.next_kwp, 3) if aim is Aim.WORST_MEMBER else signed(to_hundreds(plant.next_kwp)),
        )
        for plant in best.plants
    ]
    return text_table([_("Plant"), _("kWp"), _("Surplus contract"), more_title], rows)


def _plane(id_: str, alternative: int, names: Mapping[str, str]) -> str:
    """Return the name of a plant, with the number of its plane where it is another than the first."""
    name = names.get(id_, id_)
    return f"{name} ({alternative + 1})" if alternative else name


def _contract(code: str | None) -> str:
    """Return a contract in words: a price that the folder gives and no contract at all have no name."""
    if code is None:
        return "–"
    return {"price": _("the price given"), "none": _("none")}.get(code, code)


def _battery(sizing: Sizing) -> Iterator[Node]:
    """Yield the battery found, whether one pays, and what each size of it is worth."""
    best, battery = sizing.battery, sizing.best.battery
    if best is None or battery is None:
        return
    yield Paragraph(_battery_line(battery, best), "lead")
    yield Paragraph(_difference(sizing, battery, best.without))
    if best.pays_below_eur_per_kwh is not None and best.first_kwh_eur is not None:
        yield Paragraph(_pays_line(best, best.pays_below_eur_per_kwh, best.first_kwh_eur))
    if len(best.curve) >= 2:
        yield Paragraph(_("What each size of battery is worth, the powers at their best:"))
        rows = [(fr(row.battery_kwh), fr(row.kwp, 1), _format_value(sizing, row.value)) for row in best.curve]
        yield text_table([_("Battery kWh"), _("kWp"), _("Value")], rows)


def _battery_line(battery: SizedBattery, worth: BatteryWorth) -> str:
    if battery.kwh <= 0.0:
        if worth.pays_below_eur_per_kwh is not None:
            return _("Battery: none. Here it costs more than it brings.")
        return _("Battery: none, the best is without.")
    text = sentence(
        "battery-found",
        kwh=fr(battery.kwh),
        kw=fr(battery.kw),
        capex=euros(battery.capex_eur_ht),
        given=fr(battery.given_kwh),
        lost=fr(battery.lost_kwh),
    )
    if battery.kwh >= worth.max_kwh * (1.0 - 1e-9):
        text += " " + _("It is the most that was sought: raise max_kwh to see further.")
    return text


def _change(value: float, aim: Aim) -> str:
    """Return a change of the value with its sign."""
    return f"{signed(value)}{FIXED}kWh" if aim is Aim.KWH else signed_euros(value)


def _difference(sizing: Sizing, battery: SizedBattery, without: SizedPowers | None) -> str:
    """Return the value with the battery and without any, and what one more kWh would add."""
    aim, value = sizing.aim, sizing.best.value
    values = {"value": _format_value(sizing, value), "next": _change(battery.next_kwh, aim)}
    if without is None:
        return sentence("battery-needed-by-limits", **values)
    values["without"] = _format_value(sizing, without.value)
    values["more"] = _change(value - without.value, aim)
    if battery.kwh <= 0.0:
        return _("Without any {without}. A first kWh of battery: {next}.").format(**values)
    return sentence("battery-beside-none", **values)


def _pays_line(worth: BatteryWorth, below_eur_per_kwh: float, first_eur: float) -> str:
    """Return at what investment a battery begins to pay, EUR/kWh, and what its first kWh brings, EUR."""
    name = "battery-pays-less-running" if worth.running_eur_per_kwh > 0.0 else "battery-pays-below"
    return sentence(
        "battery-never-pays" if below_eur_per_kwh <= 0.0 else name,
        first=euros(first_eur),
        running=euros(worth.running_eur_per_kwh),
        below=fr(below_eur_per_kwh),
        capex=fr(worth.capex_eur_per_kwh),
    )


def _frontier(sizing: Sizing) -> Iterator[Node]:
    if len(sizing.frontier) >= 2:
        yield Paragraph(_("What using more of the produced costs:"))
        value = _("NPV of everybody €") if sizing.aim is Aim.NPV_EVERYONE else _("NPV of the plants €")
        rows = [
            (percent(row.used_ratio, 1), fr(row.kwp, 1), eur(sizing.display_value(row.value)))
            for row in sizing.frontier
        ]
        yield text_table([_("Produced used"), _("kWp"), value], rows)


def powers_by_use_text(powers: Sequence[PowerByUse]) -> str:
    """Return the powers at which nearly all of what is made is used; empty where none is told."""
    text = _("{used} at {kwp} kWp ({least} to {most})")
    texts = [
        text.format(
            used=percent(row.used_ratio), kwp=fr(row.kwp), least=fr(row.low_kwp), most=fr(row.high_kwp)
        )
        for row in powers
    ]
    return sentence("powers-by-use", powers=semicolons(texts)) if texts else ""


def _compared(sizing: Sizing, names: Mapping[str, str]) -> Iterator[Node]:
    if not sizing.compared:
        return
    yield Paragraph(_("Each class of size, the other roofs at their best:"))
    rows = [
        (
            _plane(row.plant, row.alternative, names),
            _stretch(row.from_kwp, row.to_kwp),
            _contract(row.contract),
            _("impossible") if row.value is None else _format_value(sizing, row.value),
        )
        for row in sizing.compared
    ]
    yield text_table([_("Plant"), _("kWp"), _("Surplus contract"), _("Value")], rows)


def _stretch(low_kwp: float, high_kwp: float) -> str:
    """Return a stretch of power, as one figure where both ends print alike."""
    low, high = fr(low_kwp, 1), fr(high_kwp, 1)
    return low if low == high else f"{low} – {high}"
