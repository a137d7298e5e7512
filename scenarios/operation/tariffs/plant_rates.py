"""What plants cost by kind and size, read from the dated rows."""

from collections.abc import Iterator
from math import isnan

from acc.bills.tariffs import Classes, ConnectionCosts, IferRates, PlantCostRates, Segment, VatRates
from acc.rules.epci import places
from acc.scenario import Scenario
from acc.sites import PlantKind
from scenarios.entry.places.geography import scenario_members
from scenarios.rates.perimeter_rules import perimeter_rules
from scenarios.rates.reader import RateReader

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
    by_kind = {kind: _classes(reader, prefix, vat_ratio) for kind, prefix in CAPEX_PREFIXES.items()}
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
            ratio=vat_ratio,
            returned_ratio=_plain(reader, f"{FCTVA_PREFIX}ratio", "ratio"),
            returned_after_years=int(_plain(reader, f"{FCTVA_PREFIX}delay", "yr")),
        ),
    )


def capex_row(plant_kind: PlantKind | None, kwp: float, costs: PlantCostRates) -> str:
    """Return the name of the row that gives the investment of a plant."""
    kind = plant_kind or PlantKind.ROOF
    smallest = max(start for start, _price in costs.capex_by_kind[kind] if start <= kwp)
    return f"{CAPEX_PREFIXES[kind]}{smallest:g}"


def injection_rows(segment: Segment) -> tuple[str, str]:
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


def _classes(reader: RateReader, prefix: str, vat_ratio: float) -> Classes:
    return tuple(sorted(_each_class(reader, prefix, vat_ratio)))


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
