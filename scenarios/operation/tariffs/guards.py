"""What a folder asks for and cannot have: the ACC option of the TURPE, a grant beside obligation d'achat."""

from collections.abc import Iterable, Sequence
from datetime import date
from gettext import gettext as _

from acc.bills.tariffs import MemberTariff, Segment, SurplusContract
from acc.bills.turpe import BT_HIGHEST_KVA
from acc.scenario import Scenario
from acc.sites import Plant
from scenarios.rates.table import Rates

SUBSTATION_POWER = "legal.substation.power"
PURCHASE_OBLIGATION = "oa-"
"""How the codes of contracts under obligation d'achat start."""


def injected_kva(plant: Plant) -> float:
    """Return the power that a plant may inject, kVA: that of its inverter, its peak power without one."""
    return plant.kwp if plant.inverter_kva is None else min(plant.inverter_kva, plant.kwp)


def option_faults(rates: Rates, scenario: Scenario, members: Sequence[MemberTariff]) -> tuple[str, ...]:
    """Reasons why the ACC option of the TURPE is closed, with remedies; empty where it may be open.

    It is for low voltage, behind one HTA/BT substation: no point nor plant in medium voltage, and no more
    power than one substation carries. Points up to 36 kVA never peak together: they are not added up.
    """
    return tuple(
        text
        for text in (
            _medium_voltage_points(scenario, members),
            _large_plants(scenario.plants),
            _too_much_power(rates, scenario, members),
        )
        if text
    )


def _medium_voltage_points(scenario: Scenario, members: Sequence[MemberTariff]) -> str:
    rows = zip(scenario.participants, members, strict=False)  # a member at fault has no tariff
    names = [site.name for site, member in rows if member.turpe.segment is Segment.HTA]
    message = _("{names} in medium voltage (HTA): study the operation without, or leave the option")
    return message.format(names=", ".join(names)) if names else ""


def _large_plants(plants: Iterable[Plant]) -> str:
    names = [plant.name for plant in plants if injected_kva(plant) > BT_HIGHEST_KVA]
    message = _("{names} above {limit:g} kVA, so in medium voltage: make it smaller, or leave the option")
    return message.format(names=", ".join(names), limit=BT_HIGHEST_KVA) if names else ""


def _too_much_power(rates: Rates, scenario: Scenario, members: Sequence[MemberTariff]) -> str:
    limit_kva = rates.at(SUBSTATION_POWER, date.max).value
    injected = sum(injected_kva(plant) for plant in scenario.plants)
    large = [member for member in members if member.turpe.segment is Segment.BT_SUP]
    withdrawn = sum(max(member.subscribed_kva) for member in large)
    if max(injected, withdrawn) <= limit_kva:
        return ""
    message = _(
        "{kva:.0f} kVA together, when one HTA/BT substation usually carries {limit:g} at most (confidence M)"
        ": ask the network operator, or make several operations"
    )
    return message.format(kva=max(injected, withdrawn), limit=limit_kva)


def option_warnings(scenario: Scenario, faults: Sequence[str]) -> tuple[str, ...]:
    """Return a sentence for each reason that closes an option which the folder asks for."""
    sites = (*scenario.participants, *(plant for plant in scenario.plants if plant.behind is None))
    same_named = bool(sites) and len({site.substation for site in sites}) == 1 and sites[0].substation
    if not (scenario.prices.same_substation or same_named):
        return ()
    message = _("The ACC option of the TURPE is asked for but closed, and not counted: {why}")
    return tuple(message.format(why=why) for why in faults)


def grant_warnings(scenario: Scenario, contracts: Sequence[SurplusContract | None]) -> tuple[str, ...]:
    """Return a sentence where a grant meets obligation d'achat, which refuses it (arrêté S21, art. 13)."""
    grant_eur = scenario.finance.grant_eur if scenario.finance else 0.0
    names = [
        plant.name
        for plant, contract in zip(scenario.plants, contracts, strict=True)
        if contract is not None
        and contract.code.startswith(PURCHASE_OBLIGATION)
        and (grant_eur > 0.0 or ((plant.costs and plant.costs.grant_eur) or 0.0) > 0.0)
    ]
    if not names:
        return ()
    message = _(
        "{names}: a grant and obligation d'achat do not go together (arrêté of 6 October 2021, art. 13; 2026 "
        "wording not read): take the grant out, or sell the surplus otherwise (`surplus`)"
    )
    return (message.format(names=", ".join(names)),)
