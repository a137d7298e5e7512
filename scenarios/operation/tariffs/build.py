"""Faults of the hypotheses of the producers' plan."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache, partial
from gettext import gettext as _

from acc.bills.bill import local_price, own_local_price
from acc.bills.tariffs import (
    CarbonFactor,
    MemberTariff,
    PlantTariff,
    PmoCosts,
    Segment,
    SurplusContract,
    Tariffs,
)
from acc.bills.turpe import BT_HIGHEST_KVA
from acc.finance import Finance
from acc.holders import holders_of
from acc.i18n import decimal
from acc.keys.rule import unknown_name
from acc.plan.plants import power_kva
from acc.problem import Problem
from acc.rules.check import State
from acc.rules.epci import check_accise
from acc.scenario import Scenario
from acc.sites import Participant, Plant
from scenarios.entry.places.geography import scenario_members
from scenarios.operation.tariffs.member import (
    Defaults,
    accise_of,
    at_market,
    hours_warnings,
    market_prices,
    member_tariff,
    slot_price_problems,
    surplus_contract,
)
from scenarios.operation.tariffs.plant_rates import connection_warnings, finance_defaults, plant_costs
from scenarios.rates.reader import RateReader, turpe_version
from scenarios.rates.table import Rates, perimeter_rules


def _finance_faults(finance: Finance) -> Iterator[tuple[str, str]]:
    """Yield every fault of the hypotheses, with the way out, by key."""
    capex = finance.capex_eur_per_kwp
    if capex is not None and not 0.0 < capex < float("inf"):
        message = _(
            "{value:g} EUR/kWp is not an investment: a number above 0 is expected, or leave the line out to "
            "take the cost by size"
        )
        yield "capex_eur_per_kwp", message.format(value=capex)
    if finance.horizon_years < 1:
        yield "horizon_years", _("at least one year is expected")
    if finance.discount_ratio <= -1.0:
        yield "discount_ratio", _("a ratio above -1 is expected")
    if finance.real and finance.inflation_ratio is None:
        yield "real", _("a real discount rate needs inflation_ratio, since contracts and loans are not real")
    if finance.debt_ratio > 0.0 and finance.debt_years > finance.horizon_years:
        message = _(
            "a loan of {debt} years in a plan of {horizon}: make the plan as long, or the loan shorter"
        )
        yield "debt_years", message.format(debt=finance.debt_years, horizon=finance.horizon_years)
    for key in ("opex_eur_per_kwp_year", "inverter_eur_per_kwp", "grant_eur", "market_eur_per_kwh"):
        value = getattr(finance, key)
        if value is not None and not 0.0 <= value < float("inf"):
            yield key, _("{value:g} is refused: a number at or above 0 is expected").format(value=value)


SUBSTATION_POWER = "legal.substation.power"
PURCHASE_OBLIGATION = "oa-"
"""How the codes of contracts under obligation d'achat start."""


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
    names = [plant.name for plant in plants if power_kva(plant) > BT_HIGHEST_KVA]
    message = _("{names} above {limit:g} kVA, so in medium voltage: make it smaller, or leave the option")
    return message.format(names=", ".join(names), limit=BT_HIGHEST_KVA) if names else ""


def _too_much_power(rates: Rates, scenario: Scenario, members: Sequence[MemberTariff]) -> str:
    limit_kva = rates.at(SUBSTATION_POWER, date.max).value
    injected = sum(power_kva(plant) for plant in scenario.plants)
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


ALL_IN_PRICE = "trve.base.9-36-kva"
"""The regulated price with network and taxes: no energy part of a price reaches it."""


def tariffs(
    rates: Rates,
    scenario: Scenario,
    peak_kw: Sequence[float | None] | None = None,
    known: Sequence[MemberTariff] | None = None,
) -> Tariffs:
    """Build the tariffs of a scenario at its date.

    Args:
        peak_kw: highest load of each participant, for who gives no subscribed power.
        known: the tariffs of the participants, where they are made already: what is taken by default is then
            told elsewhere.

    Raises:
        InputError: every figure that is missing at the date, unknown version or contract, negative
            price, impossible finance.
    """
    reader, taken = RateReader(rates, scenario.on), Defaults(len(scenario.plants))
    faults = () if scenario.finance is None else _finance_faults(scenario.finance)
    finance_problems = [Problem(f"[finance] {key}", message) for key, message in faults]
    reader.problems += [*_prices_problems(scenario), *finance_problems]
    warnings: list[str] = hours_warnings(scenario.participants)
    members = _members(reader, scenario, peak_kw, taken) if known is None else list(known)
    members = members if scenario.sharing else [_alone(member) for member in members]
    contracts = [surplus_contract(reader, p, scenario, warnings) for p in scenario.plants]
    accise = accise_of(reader, scenario)
    plants = tuple(_plants(rates, scenario, contracts, warnings, taken))
    vat_ratio = reader.get("tva", "ratio")
    costs, pmo, carbon = plant_costs(reader, scenario, vat_ratio), _pmo_costs(reader), _carbon(reader)
    cta_ratio = reader.get("cta", "ratio")
    reader.close()
    market = market_prices(reader, members)
    if scenario.prices.supply_at_market:
        members = at_market(members, market)
    if known is None:
        finance_defaults(scenario, contracts, costs, reader, taken)
    closed = option_faults(rates, scenario, members)
    warnings += [*option_warnings(scenario, closed), *grant_warnings(scenario, contracts)]
    option_open = False if closed else _option_open(scenario, taken)
    _general_defaults(scenario, taken)
    return Tariffs(
        on=scenario.on,
        members=tuple(members),
        plants=plants,
        option_open=option_open,
        accise=accise,
        cta_ratio=cta_ratio,
        vat_ratio=vat_ratio,
        plant_costs=costs,
        pmo_costs=pmo,
        carbon=carbon,
        market=market,
        rates=reader.used,
        assumptions=taken.lines,
        warnings=(
            *warnings,
            *connection_warnings(scenario, costs),
            *_all_in_warnings(reader, scenario.participants, vat_ratio),
            *reader.warnings,
        ),
    )


def _members(
    reader: RateReader, scenario: Scenario, peak_kw: Sequence[float | None] | None, taken: Defaults
) -> list[MemberTariff]:
    peaks = [None] * len(scenario.participants) if peak_kw is None else peak_kw
    version = lru_cache(partial(turpe_version, reader))  # many are under the same one
    member_tariffs = [
        member_tariff(reader, member, scenario.prices, peak, taken, version)
        for member, peak in zip(scenario.participants, peaks, strict=True)
    ]
    return [member for member in member_tariffs if member is not None]


def _alone(member: MemberTariff) -> MemberTariff:
    """Return the tariff of who takes part in nothing: the plain component of management."""
    plain = member.turpe.management_eur_per_year
    return replace(member, turpe=replace(member.turpe, management_acc_eur_per_year=plain))


def _plants(
    rates: Rates,
    scenario: Scenario,
    contracts: Sequence[SurplusContract | None],
    warnings: list[str],
    taken: Defaults,
) -> Iterator[PlantTariff]:
    taxed = _taxed_ids(rates, scenario, warnings)
    hosts = {member.id: member for member in scenario.participants}
    sites, owners = holders_of(scenario, [plant.producer for plant in scenario.plants])
    person = dict(zip(hosts, sites, strict=True))
    for plant, contract, owner in zip(scenario.plants, contracts, owners, strict=True):
        host = hosts.get(plant.behind or "")
        sold = host is not None and person[host.id] != owner
        if plant.behind is not None and plant.owner is None and plant.person is None:
            why = _("the plant is behind this meter and no owner is given")
            taken.take(_("Owner of a plant"), plant.behind, why, plant.name)
        if host is not None and sold and plant.own_use_eur_per_kwh is None:
            why = _(
                "`own_use_eur_per_mwh` not given: {host} spares its bill, and pays {owner} nothing for it"
            ).format(host=host.name, owner=plant.producer)
            taken.take(_("Own use of another’s plant"), "0 EUR/MWh", why, plant.name)
        if not sold and plant.own_use_eur_per_kwh is not None:
            why = _("its host is its owner, or it stands behind no meter: `own_use_eur_per_mwh` is not used")
            taken.take(_("Price of own use"), _("left aside"), why, plant.name)
        if plant.stops_at_negative_price and not (contract and contract.market):
            message = _(
                "{name}: stops at negative prices, and its surplus has no price by the hour: nothing is "
                "stopped. Name a file of prices (`surplus`)"
            )
            warnings.append(message.format(name=plant.name))
        yield PlantTariff(
            owner=plant.producer,
            surplus=contract,
            accise_exempt=plant.id not in taxed,
            own_use_eur_per_kwh=(plant.own_use_eur_per_kwh or 0.0) if sold else None,
        )


def _taxed_ids(rates: Rates, scenario: Scenario, warnings: list[str]) -> frozenset[str]:
    """Return the plants whose production site is too large for the zero accise, sure or to be verified."""
    rules = perimeter_rules(rates, scenario.on)
    checks = check_accise(scenario_members(scenario), rules)
    over = [check for check in checks if check.state is not State.MET]
    message = _("The local kWh of {ids} are counted with the accise in full. {remedy}")
    warnings += [message.format(ids=", ".join(c.culprits), remedy=c.remedy) for c in over]
    return frozenset(name for check in over for name in check.culprits)


def _pmo_costs(reader: RateReader) -> PmoCosts:
    return PmoCosts(
        set_up_eur=(reader.get("pmo.set_up.low", "EUR"), reader.get("pmo.set_up.high", "EUR")),
        yearly_eur=(reader.get("pmo.yearly.low", "EUR/yr"), reader.get("pmo.yearly.high", "EUR/yr")),
    )


def _carbon(reader: RateReader) -> tuple[CarbonFactor, ...]:
    contents = []
    for scope in ("direct", "life-cycle"):
        grid, pv = f"co2.grid.{scope}", f"co2.pv.{scope}"
        values = reader.get(grid, "g/kWh"), reader.get(pv, "g/kWh")
        used = {rate.name: rate for rate in reader.used}
        if grid in used and pv in used:
            contents.append(
                CarbonFactor(
                    scope=scope,
                    grid_g_per_kwh=values[0],
                    pv_g_per_kwh=values[1],
                    year=used[grid].in_force_from[:4],
                    reference=f"{used[grid].reference} ; {used[pv].reference}",
                    confidence=used[grid].confidence,
                )
            )
    return tuple(contents)


def _option_open(scenario: Scenario, taken: Defaults) -> bool | None:
    """Return whether all are behind one HTA/BT substation: stated, shown by the column, or unknown."""
    what = _("ACC option of the TURPE")
    if not scenario.sharing:
        return False
    if scenario.prices.same_substation is not None:
        return scenario.prices.same_substation
    by_id = {member.id: member for member in scenario.participants}
    hosts = [by_id.get(plant.behind or "", plant) for plant in scenario.plants]
    names = [site.substation for site in (*scenario.participants, *hosts)]
    if len({name for name in names if name}) > 1:
        return False
    if None in names or not names:
        why = _("it is not known whether all sites are behind one HTA/BT substation (`substation`)")
        taken.take(what, _("not counted"), why)
        return None
    why = _("all sites name the same HTA/BT substation (`substation`)")
    taken.take(what, _("counted where it is cheaper"), why)
    return True


def _general_defaults(scenario: Scenario, taken: Defaults) -> None:
    end = _("no end is known; one source gives 1 January 2027. The savings at full accise are given beside")
    reason = _("asked for (`[prices] {name}`)")
    if scenario.prices.full_accise_from:
        full = _("in full from {day}").format(day=scenario.prices.full_accise_from)
        taken.take(_("Accise on local kWh"), full, reason.format(name="full_accise_from"))
    else:
        taken.take(_("Accise on local kWh"), _("exempt"), end)
    if scenario.prices.supply_at_market:
        taken.take(_("Suppliers’ prices"), _("market reference"), reason.format(name="supply_at_market"))
    why = _("the supplier's subscription is not given: left out before and after, it changes no saving")
    left_out = _("Supplier's subscription"), _("left out"), why
    for _silent in [m for m in scenario.participants if m.contract.subscription_eur_per_year is None]:
        taken.take_for_member(*left_out)
    why = _("VAT on local kWh is due whoever bills it (supplier or PMO): to be confirmed by the accountant")
    taken.take(_("VAT on local kWh"), _("counted"), why)


def _prices_problems(scenario: Scenario) -> Iterator[Problem]:
    prices = scenario.prices
    yield from slot_price_problems("[prices] local_by_slot", prices.local_by_slot_eur_per_kwh)
    for table, (given, known, idle) in _named_prices(scenario).items():
        for name in given:
            if name not in known and name not in idle:
                yield Problem(f"[prices] {table}.{name}", unknown_name(name, known))
    for path, price in _flat_prices(scenario).items():
        if price is not None and not 0.0 <= price < float("inf"):
            message = _("{price:g} is not a price: a number at or above 0 is expected")
            yield Problem(f"[prices] {path}", message.format(price=price))
    own = {own_local_price(prices, site) for site in scenario.participants}
    covered = all(
        not math.isnan(p)
        for plant in scenario.plants
        for own_price in own
        for p in local_price(prices, plant.id, own_price)
    )
    if prices.local_by_slot_eur_per_kwh and not covered:
        message = _("some slots have no local price: add `all`, or local_eur_per_mwh for the others")
        yield Problem("[prices] local_by_slot", message)


def _named_prices(
    scenario: Scenario,
) -> dict[str, tuple[Mapping[str, float], frozenset[str], frozenset[str]]]:
    """Return each table of prices by name: what it gives, the names it may hold, those that are not in."""
    prices, sites = scenario.prices, scenario.participants
    persons = {person.id for person in scenario.persons or ()} | {site.person or site.id for site in sites}
    return {
        "local_by_plant": (
            prices.local_by_plant_eur_per_kwh,
            frozenset(plant.id for plant in scenario.plants),
            scenario.inactive_plant_ids,
        ),
        "local_by_participant": (
            prices.local_by_participant_eur_per_kwh,
            frozenset(site.id for site in sites),
            scenario.inactive_ids,
        ),
        "local_by_person": (prices.local_by_person_eur_per_kwh, frozenset(persons), scenario.inactive_ids),
    }


def _flat_prices(scenario: Scenario) -> dict[str, float | None]:
    prices = scenario.prices
    named = {
        f"{table}.{name}": price
        for table, (given, _known, _idle) in _named_prices(scenario).items()
        for name, price in given.items()
    }
    return {
        "local": prices.local_eur_per_kwh,
        "pmo_per_year": prices.pmo_eur_per_year,
        "pmo_per_kwh": prices.pmo_eur_per_kwh,
        **named,
    }


def _all_in_warnings(reader: RateReader, participants: Sequence[Participant], vat_ratio: float) -> list[str]:
    limit = reader.rates.at(ALL_IN_PRICE, date.max).value / (1.0 + vat_ratio)
    message = _(
        "{name}: {price} EUR/MWh is as much as a regulated price with network and taxes: give the energy "
        "part alone, without network, taxes nor VAT"
    )
    return [
        message.format(name=member.name, price=decimal(1000.0 * highest, 1))
        for member in participants
        if (highest := max(member.contract.energy_eur_per_kwh.values(), default=0.0)) >= limit
    ]
