"""What plants cost by kind and size, read from the dated rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from gettext import gettext as _
from gettext import ngettext
from math import isnan

from acc.bills.tariffs import (
    Classes,
    ConnectionCosts,
    IferRates,
    PlantCostRates,
    Segment,
    SurplusContract,
    VatRates,
)
from acc.finance import USUAL_CHURN_RATIO, USUAL_COMMITMENT_YEARS, Finance
from acc.i18n import amount, decimal, grouped
from acc.ledger.chart import Account, landlords_of
from acc.plan.plants import (
    capex_eur_per_kwp,
    connection_at_most_eur,
    connection_is_unknown,
    cost_growth_ratio,
    has_default_insurance,
    injection_turpe_eur,
    power_kva,
    reduced_years,
    stated,
)
from acc.plan.values import DEPRECIATION_YEARS
from acc.rules.epci import places
from acc.scenario import Scenario
from acc.sites import Plant, PlantKind, unique_plant_name
from acc.units import eur_per_mwh
from scenarios.entry.places.geography import scenario_members
from scenarios.operation.tariffs.member import Defaults
from scenarios.rates.reader import RateReader
from scenarios.rates.table import perimeter_rules

CAPEX_PREFIXES = {
    PlantKind.ROOF: "pv.capex.from-",
    PlantKind.CANOPY: "pv.canopy.from-",
    PlantKind.GROUND: "pv.ground.from-",
}
OPEX_PREFIX, INSURANCE, INVERTER_SHARE = "pv.opex.yearly.", "pv.insurance", "pv.inverter.share"
OPEX_GROWTH, LIFETIME = "pv.opex.indexation", "pv.lifetime"
FCTVA_PREFIX = "fctva."
IFER_PREFIX, CONNECTION_PREFIX = "pv.ifer.", "pv.connection."


def plant_costs(reader: RateReader, scenario: Scenario, vat_ratio: float) -> PlantCostRates:
    """Return the costs of plants by kind and size; a price with VAT is brought back to one without."""
    by_kind = {
        kind: tuple(sorted(_each_class(reader, prefix, vat_ratio))) for kind, prefix in CAPEX_PREFIXES.items()
    }
    opex = [reader.get(name, "ratio/yr", noted=False) for name in reader.names(OPEX_PREFIX)]
    return PlantCostRates(
        capex_eur_per_kwp=by_kind[PlantKind.ROOF],
        capex_by_kind=by_kind,
        opex_ratio=sum(opex),
        insurance_ratio=reader.get(INSURANCE, "ratio/yr", noted=False),
        inverter_ratio=reader.get(INVERTER_SHARE, "ratio", noted=False),
        injection_turpe_eur_per_year=_injection(reader),
        ifer=_ifer(reader),
        connection=_connection(reader),
        operator_kwp=operator_kwp(reader, scenario),
        life_years=int(_plain(reader, LIFETIME, "yr")),
        opex_indexation_ratio=_plain(reader, OPEX_GROWTH, "ratio/yr"),
        vat=VatRates(
            vat_ratio=vat_ratio,
            returned_ratio=_plain(reader, f"{FCTVA_PREFIX}ratio", "ratio"),
            returned_after_years=int(_plain(reader, f"{FCTVA_PREFIX}delay", "yr")),
        ),
    )


def capex_row(plant_kind: PlantKind | None, power_kwp: float, costs: PlantCostRates) -> str:
    """Return the name of the row that gives the investment of a plant."""
    kind = plant_kind or PlantKind.ROOF
    smallest = max(start for start, _price in costs.capex_by_kind[kind] if start <= power_kwp)
    return f"{CAPEX_PREFIXES[kind]}{smallest:g}"


def injection_rows(segment: Segment) -> tuple[str, ...]:
    """Return the names of the rows that an injection point pays: management and metering."""
    return f"turpe.{segment.value}.management", f"turpe.{segment.value}.metering"


def operator_kwp(reader: RateReader, scenario: Scenario) -> dict[str, float]:
    """Return the power that the owner of each plant holds at its place, by plant: what IFER looks at."""
    plants = scenario.plants
    if not plants:
        return {}
    members = scenario_members(scenario)
    same_place_km = perimeter_rules(reader.rates, scenario.on).same_place_km.value
    owner = [plant.producer for plant in plants]
    return {
        plants[p].id: sum(plants[other].kwp for other in site if owner[other] == owner[p])
        for site in places(members, range(len(plants)), same_place_km)
        for p in site
    }


def segment_of(costs: PlantCostRates, power_kva: float) -> Segment:
    """Return the segment of an injection point."""
    passed = sum(power_kva > bound for bound, _eur in costs.injection_turpe_eur_per_year)
    return tuple(Segment)[max(0, passed - 1)]


def _each_class(reader: RateReader, prefix: str, vat_ratio: float) -> Iterator[tuple[float, float]]:
    for name in reader.names(prefix):
        with_vat = "TTC" in reader.rates.rows(name)[-1].unit
        price = reader.get(name, "EUR TTC/kWp" if with_vat else "EUR/kWp", noted=False)
        yield float(name.removeprefix(prefix)), price / (1.0 + vat_ratio) if with_vat else price


def _injection(reader: RateReader) -> Classes:
    bounds = (
        0.0,
        _plain(reader, "pv.injection.small-up-to", "kVA"),
        _plain(reader, f"{CONNECTION_PREFIX}hta-from", "kVA"),
    )
    return tuple(
        (bound, sum(_plain(reader, name, "EUR/yr") for name in injection_rows(segment)))
        for bound, segment in zip(bounds, Segment, strict=True)
    )


def _ifer(reader: RateReader) -> IferRates:
    return IferRates(
        reduced_eur_per_kwp=_plain(reader, f"{IFER_PREFIX}reduced", "EUR/kVA/yr"),
        full_eur_per_kwp=_plain(reader, f"{IFER_PREFIX}full", "EUR/kVA/yr"),
        threshold_kwp=_plain(reader, f"{IFER_PREFIX}threshold", "kVA"),
        reduced_years=int(_plain(reader, f"{IFER_PREFIX}years", "yr")),
        reduced_from=int(_plain(reader, f"{IFER_PREFIX}since", "year")),
    )


def _connection(reader: RateReader) -> ConnectionCosts:
    return ConnectionCosts(
        included_kva=_plain(reader, f"{CONNECTION_PREFIX}included-up-to", "kVA"),
        hta_kva=_plain(reader, f"{CONNECTION_PREFIX}hta-from", "kVA"),
        low_eur_per_kwp=_plain(reader, f"{CONNECTION_PREFIX}low", "EUR/kWp"),
        high_eur_per_kwp=_plain(reader, f"{CONNECTION_PREFIX}high", "EUR/kWp"),
    )


def _plain(reader: RateReader, name: str, unit: str) -> float:
    """Return a figure, or 0 once its absence is told: what is made of it then is never used."""
    value = reader.get(name, unit, noted=False)
    return 0.0 if isnan(value) else value


@dataclass(frozen=True, slots=True, eq=False)
class _Ground:
    """What the lines are told from."""

    scenario: Scenario
    finance: Finance
    costs: PlantCostRates
    reader: RateReader
    taken: Defaults

    @property
    def plants(self) -> tuple[Plant, ...]:
        """The plants of the operation."""
        return self.scenario.plants

    def take(self, what: str, value: str, why: str, plant: Plant | None = None, *rows: str) -> None:
        """Note a default of the plan or of a plant, and the dated rows that give it."""
        name = "" if plant is None else unique_plant_name(plant, self.scenario.participants)
        self.taken.take(what, value, why, name)
        self.reader.note(*rows)

    def silent(self, name: str) -> list[Plant]:
        """Return the plants whose row does not state a cost."""
        return [plant for plant in self.plants if getattr(stated(plant), name) is None]


def finance_defaults(
    scenario: Scenario,
    contracts: Sequence[SurplusContract | None],
    costs: PlantCostRates,
    reader: RateReader,
    taken: Defaults,
) -> None:
    """Note the defaults of the plan where the folder is silent, and their source rows."""
    finance = scenario.finance
    if finance is None:
        return
    ground = _Ground(scenario, finance, costs, reader, taken)
    _investment(ground)
    _operation(ground)
    _inverters(ground)
    _rents(ground)
    _injection_line(ground)
    _ifer_line(ground)
    _growth_and_life(ground)
    years = [contract.years for contract in contracts if contract is not None and contract.years is not None]
    if years and finance.horizon_years > min(years) and finance.market_eur_per_kwh is None:
        why = _("no market price given: nothing is counted for the surplus once its contract is over")
        taken.take(_("Surplus after its contract"), "0 €/MWh", why)
    _local_price_defaults(scenario, finance, taken)
    if finance.tax_ratio > 0.0:
        why = _("straight-line depreciation, losses carried forward")
        taken.take(_("Depreciation"), _("{years} years").format(years=DEPRECIATION_YEARS), why)
    _own_use_defaults(scenario, taken)


def connection_warnings(scenario: Scenario, costs: PlantCostRates) -> list[str]:
    """Return a sentence for each plant whose connection nobody knows: the plan is without it."""
    if scenario.finance is None:
        return []
    unknown = [plant for plant in scenario.plants if connection_is_unknown(plant, costs)]
    return [_without(plant, unique_plant_name(plant, scenario.participants), costs) for plant in unknown]


def _without(plant: Plant, name: str, costs: PlantCostRates) -> str:
    message = _(
        "{name}: the plan is without its connection ({kva:.0f} kVA: a feeder of its own), which may cost "
        "up to {high} EUR. Ask the network operator (`connection_eur`)"
    )
    if connection_at_most_eur(plant, costs) is None:
        message = _(
            "{name}: the plan is without its connection ({kva:.0f} kVA: medium voltage), which may cost "
            "{high} EUR or more. Ask the network operator (`connection_eur`)"
        )
    high = amount(costs.connection.high_eur_per_kwp * plant.kwp)
    return message.format(name=name, kva=power_kva(plant), high=high)


def _investment(ground: _Ground) -> None:
    if ground.finance.capex_eur_per_kwp is not None:
        return
    why = _("investment not given: the cost by kind and size of the rates")
    for plant in ground.silent("capex_eur"):
        price = capex_eur_per_kwp(ground.costs, plant.kwp, plant.kind)
        value = _("{price} EUR/kWp").format(price=grouped(price))
        ground.take(_("Investment"), value, why, plant, capex_row(plant.kind, plant.kwp, ground.costs))


def _operation(ground: _Ground) -> None:
    if ground.silent("opex_eur_per_year") and ground.finance.opex_eur_per_kwp_year is None:
        why = _("running cost not given: a part of the investment each year")
        rows = ground.reader.names(OPEX_PREFIX)
        ground.take(_("Running cost"), _percent(ground.costs.opex_ratio), why, None, *rows)
    silent = ground.silent("insurance_eur_per_year")
    if any(has_default_insurance(plant, ground.finance) for plant in silent):
        why = _("insurance not given: taken to be in the running cost of the operation (`[finance]`)")
        ground.take(_("Insurance"), _("0 EUR more"), why)
    if any(not has_default_insurance(plant, ground.finance) for plant in silent):
        why = _("insurance not given: a part of the investment each year")
        ground.take(_("Insurance"), _percent(ground.costs.insurance_ratio), why, None, INSURANCE)


def _inverters(ground: _Ground) -> None:
    finance = ground.finance
    if not ground.silent("inverter_eur") or finance.inverter_eur_per_kwp is not None:
        return
    if finance.inverter_year is not None:
        why = _("replacement not given: a part of the investment, in year {year}")
        value = _percent(ground.costs.inverter_ratio)
        ground.take(_("Inverters"), value, why.format(year=finance.inverter_year), None, INVERTER_SHARE)


def _rents(ground: _Ground) -> None:
    if ground.silent("rent_eur_per_year"):
        why = _("no rent given (`rent_eur_per_year`): the owner is taken to own the roof or the land")
        ground.take(_("Rent"), "0 €", why)
    for plant, landlord in zip(ground.plants, landlords_of(ground.scenario), strict=True):
        if stated(plant).rent_eur_per_year and landlord == Account.WORKS:
            why = _("no member of the operation is its landlord (`landlord`)")
            ground.take(_("Rent"), _("it goes outside the group"), why, plant)
    _connections(ground)


def _connections(ground: _Ground) -> None:
    kva = ground.costs.connection.included_kva
    for plant in ground.silent("connection_eur"):
        if connection_is_unknown(plant, ground.costs):
            why = _("not given and not known above {kva:.0f} kVA: ask the network operator")
            rows = ground.reader.names(CONNECTION_PREFIX)
            ground.take(_("Connection"), _("not counted"), why.format(kva=kva), plant, *rows)
        else:
            why = _("connection not given, up to {kva:.0f} kVA: taken to be in the investment")
            ground.take(_("Connection"), _("0 EUR more"), why.format(kva=kva), plant)


def _injection_line(ground: _Ground) -> None:
    for plant in ground.silent("injection_turpe_eur_per_year"):
        value = _("{price:.0f} EUR/year").format(price=injection_turpe_eur(plant, ground.costs))
        why = _("management and metering as for a withdrawal of this voltage: to be confirmed")
        rows = injection_rows(segment_of(ground.costs, power_kva(plant)))
        if plant.behind:
            why = _("behind the meter of a member: it is the member's connection point that injects")
            rows = ()
        ground.take(_("Network tariff of the injection"), value, why, plant, *rows)


def _ifer_line(ground: _Ground) -> None:
    rates, costs = ground.costs.ifer, ground.costs
    for plant in ground.silent("ifer_eur_per_year"):
        power = costs.operator_kwp.get(plant.id, plant.kwp)
        if power < rates.threshold_kwp:
            continue
        reduced = reduced_years(plant, rates, ground.scenario.on)
        price = rates.reduced_eur_per_kwp if reduced else rates.full_eur_per_kwp
        value = _("{price} EUR/kWp a year").format(price=decimal(price, 3))
        why = _(
            "from {least:.0f} kWp of one owner at one place: {years} years at this rate, {full} EUR/kWp after"
        )
        full = decimal(rates.full_eur_per_kwp, 2)
        why = why.format(least=rates.threshold_kwp, years=reduced, full=full)
        rows = ground.reader.names(IFER_PREFIX)
        ground.take(_("Tax on network companies (IFER)"), value, why, plant, *rows)


def _growth_and_life(ground: _Ground) -> None:
    if ground.finance.opex_indexation_ratio is None:
        why = _("not given (`opex_indexation_ratio`): costs grow, at least as much as prices")
        value = _("{ratio} a year").format(ratio=_percent(cost_growth_ratio(ground.finance, ground.costs)))
        ground.take(_("Growth of costs"), value, why, None, OPEX_GROWTH)
    stated_ = (ground.finance.supply_indexation_ratio, ground.finance.market_indexation_ratio)
    names = (_("Growth of the suppliers’ prices"), _("Growth of the market price"))
    growths = (ground.finance.supply_growth_ratio, ground.finance.market_growth_ratio)
    for name, own, growth in zip(names, stated_, growths, strict=True):
        if own is None:
            why = _("not given: none, so that no saving is flattered")
            ground.take(name, _("{ratio} a year").format(ratio=_percent(growth)), why)
    _departures(ground)
    if ground.silent("life_years") and ground.costs.life_years is not None:
        why = _("life not given: nothing is earned nor paid after")
        value = _("{years} years").format(years=ground.costs.life_years)
        ground.take(_("Life of plants"), value, why, None, LIFETIME)


def _departures(ground: _Ground) -> None:
    """Note the assumed departures of members, in a variant of the plan: the plan keeps them all."""
    finance, why = ground.finance, _("not given: a convention, no figure was read")
    if finance.churn_ratio is None:
        value = _("{ratio} a year").format(ratio=_percent(USUAL_CHURN_RATIO))
        ground.take(_("Members who leave"), value, why)
    if finance.commitment_years is None:
        value = ngettext("{years} year", "{years} years", USUAL_COMMITMENT_YEARS)
        years = value.format(years=USUAL_COMMITMENT_YEARS)
        ground.take(_("Commitment of members"), years, why)


def _local_price_defaults(scenario: Scenario, finance: Finance, taken: Defaults) -> None:
    price, years = scenario.prices.local_eur_per_kwh, scenario.prices.local_years
    if price is None or years is None or years >= finance.horizon_years:
        return
    why = _("contracted for {years} years in a plan of {horizon}: the same price is supposed to hold after")
    taken.take(
        _("Local price after its contract"),
        _("{price:.0f} EUR/MWh").format(price=eur_per_mwh(price)),
        why.format(years=years, horizon=finance.horizon_years),
    )


def _own_use_defaults(scenario: Scenario, taken: Defaults) -> None:
    members = {member.id: member for member in scenario.participants}
    for plant in scenario.plants:
        host = members.get(plant.behind or "")
        if host is not None and not host.contract.energy_eur_per_kwh:
            why = _("the price of its host's supplier is not known: what own use spares is not counted")
            taken.take(_("Own use"), "0 €", why, unique_plant_name(plant, scenario.participants))


def _percent(rate_ratio: float) -> str:
    return f"{decimal(100.0 * rate_ratio, 1)} %"
