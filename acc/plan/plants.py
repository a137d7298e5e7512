"""What one plant costs, line by line: as its row says, else `[finance]`, else the rates by kind and size."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

import numpy as np

from acc.arrays import FloatArray
from acc.bills.tariffs import Classes, IferRates, PlantCostRates, SurplusContract, VatRates
from acc.finance import Finance
from acc.plant_model import Mounting
from acc.sites import Person, Plant, PlantCosts, PlantKind, Vat

NOTHING_STATED = PlantCosts()
NO_VAT = VatRates()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantCharges:
    """What a plant costs, EUR of the first year without tax, each line apart.

    Attributes:
        ifer_eur: of each year at the rate of the first years; `ifer_full_ratio` times it after
            `ifer_reduced_years` of the plan.
        connection_more_eur: what its connection may cost at most where nobody says it; 0 where it is known,
            or where no upper figure is.
        life_years: years of the plan in which it runs; None for all.
        opex_indexation_ratio: yearly growth of all costs; None follows the prices.
        vat: VAT that its owner pays and does not deduct; nothing where it deducts it, or does not say.
        vat_rates: those in force, whatever its owner does of it.
    """

    connection_eur: float = 0.0
    connection_more_eur: float = 0.0
    insurance_eur: float = 0.0
    rent_eur: float = 0.0
    injection_turpe_eur: float = 0.0
    ifer_eur: float = 0.0
    ifer_reduced_years: int | None = None
    ifer_full_ratio: float = 1.0
    grant_eur: float = 0.0
    life_years: int | None = None
    opex_indexation_ratio: float | None = None
    vat: VatRates = NO_VAT
    vat_rates: VatRates = NO_VAT


NO_CHARGES = PlantCharges()


def taken_as_roofs(plants: Iterable[Plant]) -> list[Plant]:
    """Return the plants whose kind nobody gave, where their price or their losses are those of a roof."""
    return [
        plant
        for plant in plants
        if plant.kind is None
        and (has_roof_losses(plant) or plant.costs is None or plant.costs.capex_eur is None)
        and plant.added_to is None
    ]


def has_roof_losses(plant: Plant) -> bool:
    """Return whether a plant of unknown kind loses what a roof does: not where it is laid free."""
    return plant.curve is None and plant.model.mounting is not Mounting.FREE


def capex_eur_per_kwp(costs: PlantCostRates, power_kwp: float, kind: PlantKind | None = None) -> float:
    """Return the investment by kind and size: the class whose smallest power is just below.

    A plant of unknown kind, or of a kind without figures, costs what a roof costs.

    >>> capex_eur_per_kwp(PlantCostRates(capex_eur_per_kwp=((0.0, 1500.0), (36.0, 1100.0)), opex_ratio=0.02,
    ...     inverter_ratio=0.125, opex_indexation_ratio=0.0), 36.0)
    1100.0
    """
    return [price for smallest, price in capex_classes(costs, kind) if smallest <= power_kwp][-1]


def capex_classes(costs: PlantCostRates, kind: PlantKind | None) -> Classes:
    """Return the investments of a kind by size, those of a roof where it has none."""
    return costs.capex_by_kind.get(kind or PlantKind.ROOF, costs.capex_eur_per_kwp)


def stated(plant: Plant) -> PlantCosts:
    """Costs stated in the row of a plant."""
    return plant.costs or NOTHING_STATED


def capex_eur(plant: Plant, finance: Finance, costs: PlantCostRates) -> float:
    """Return the investment of a plant without connection, EUR."""
    own = stated(plant).capex_eur
    if own is not None:
        return own
    general = finance.capex_eur_per_kwp
    return plant.kwp * (capex_eur_per_kwp(costs, plant.kwp, plant.kind) if general is None else general)


def opex_eur(plant: Plant, finance: Finance, costs: PlantCostRates, capex_eur: float) -> float:
    """Return operation and upkeep, EUR a year."""
    return _line(
        stated(plant).opex_eur_per_year,
        finance.opex_eur_per_kwp_year,
        plant.kwp,
        capex_eur * costs.opex_ratio,
    )


def inverter_eur(plant: Plant, finance: Finance, costs: PlantCostRates, capex_eur: float) -> float:
    """Return one change of the inverters, in money of today, EUR."""
    return _line(
        stated(plant).inverter_eur, finance.inverter_eur_per_kwp, plant.kwp, capex_eur * costs.inverter_ratio
    )


def insurance_eur(plant: Plant, finance: Finance, costs: PlantCostRates, capex_eur: float) -> float:
    """Return the insurance, EUR a year.

    A running cost stated in `[finance]` holds it: nothing comes on top.
    """
    own = stated(plant)
    default = 0.0 if has_default_insurance(plant, finance) else None
    return _line(own.insurance_eur_per_year, default, plant.kwp, capex_eur * costs.insurance_ratio)


def has_default_insurance(plant: Plant, finance: Finance) -> bool:
    """Return whether the running cost of `[finance]`, which holds the insurance, is that of the plant."""
    return finance.opex_eur_per_kwp_year is not None and stated(plant).opex_eur_per_year is None


def _line(own_eur: float | None, per_kwp: float | None, power_kwp: float, part_eur: float) -> float:
    if own_eur is not None:
        return own_eur
    return part_eur if per_kwp is None else power_kwp * per_kwp


def fixed_lines(plant: Plant, finance: Finance) -> frozenset[str]:
    """Return the names of the costs that are stated, so that they do not follow the investment."""
    own = stated(plant)
    lines = {
        "opex_eur": (own.opex_eur_per_year, finance.opex_eur_per_kwp_year),
        "inverter_eur": (own.inverter_eur, finance.inverter_eur_per_kwp),
        "insurance_eur": (own.insurance_eur_per_year, None),
    }
    return frozenset(name for name, values in lines.items() if any(value is not None for value in values))


def power_kva(plant: Plant) -> float:
    """Return the power that the network sees: that of the inverter, or the peak power.

    >>> power_kva(Plant(id="a", name="a", kwp=420.0, inverter_kva=350.0))
    350.0
    """
    return min(plant.kwp, plant.inverter_kva or plant.kwp)


def injection_turpe_eur(plant: Plant, costs: PlantCostRates) -> float:
    """Return management and metering of the injection point, EUR a year; none behind a member's meter."""
    own = stated(plant).injection_turpe_eur_per_year
    if own is not None:
        return own
    return 0.0 if plant.behind else _above(costs.injection_turpe_eur_per_year, power_kva(plant))


def _above(classes: Classes, power_kwp: float) -> float:
    """Return the figure of the last class whose bound is passed; a bound belongs to the class below."""
    passed = [figure for bound, figure in classes if power_kwp > bound]
    return passed[-1] if passed else 0.0


def connection_is_unknown(plant: Plant, costs: PlantCostRates) -> bool:
    """Return whether nobody says what the connection of a plant costs, and its power makes it matter."""
    return stated(plant).connection_eur is None and power_kva(plant) > costs.connection.included_kva


def connection_at_most_eur(plant: Plant, costs: PlantCostRates) -> float | None:
    """Upper bound of the connection cost of a plant beyond what is stated, EUR; None if unknown."""
    if not connection_is_unknown(plant, costs):
        return 0.0
    if power_kva(plant) > costs.connection.hta_kva:
        return None
    return costs.connection.high_eur_per_kwp * plant.kwp


def age_years(plant: Plant, on: date) -> int:
    """Return for how many years a plant has run when the plan starts; 0 without date, or if it is to come."""
    started = plant.commissioned_year
    return 0 if started is None else max(0, on.year - started)


def years_left(plant: Plant, costs: PlantCostRates, on: date) -> int | None:
    """Return in how many years of the plan a plant runs: its life less its age; None without end."""
    own = stated(plant).life_years
    life = costs.life_years if own is None else own
    return None if life is None else max(0, life - age_years(plant, on))


def charges(
    plant: Plant, finance: Finance, costs: PlantCostRates, on: date, person: Person | None = None
) -> PlantCharges:
    """Charges of a plant other than investment, operation and inverters.

    Args:
        on: when the plan starts; a plant in service before is as old as its date says.
        person: who owns it, whose VAT is recovered, given back in part, or lost.
    """
    own = stated(plant)
    capex = capex_eur(plant, finance, costs)
    first, reduced, full = _ifer(plant, costs, on)
    return PlantCharges(
        connection_eur=own.connection_eur or 0.0,
        connection_more_eur=connection_at_most_eur(plant, costs) or 0.0,
        insurance_eur=insurance_eur(plant, finance, costs, capex),
        rent_eur=own.rent_eur_per_year or 0.0,
        injection_turpe_eur=injection_turpe_eur(plant, costs),
        ifer_eur=first,
        ifer_reduced_years=reduced,
        ifer_full_ratio=full,
        grant_eur=own.grant_eur or 0.0,
        life_years=years_left(plant, costs, on),
        opex_indexation_ratio=cost_growth_ratio(finance, costs),
        vat=lost_vat(person, costs.vat),
        vat_rates=costs.vat,
    )


def lost_vat(person: Person | None, rates: VatRates) -> VatRates:
    """Return the VAT that a person does not deduct: none where it is recovered, or not said."""
    match None if person is None else person.vat:
        case Vat.LOST:
            return VatRates(vat_ratio=rates.vat_ratio)
        case Vat.FCTVA:
            return rates
        case _:
            return NO_VAT


def cost_growth_ratio(finance: Finance, costs: PlantCostRates) -> float:
    """Return the yearly growth of costs: as stated, or the higher of prices' growth and the rates'.

    Costs that grew less than prices would flatter the plan.
    """
    own = finance.opex_indexation_ratio
    return max(finance.indexation_ratio, costs.opex_indexation_ratio) if own is None else own


def _ifer(plant: Plant, costs: PlantCostRates, on: date) -> tuple[float, int | None, float]:
    """Return the first year's tax, the years of the plan at that rate (None: all), and its ratio after."""
    own, rates = stated(plant).ifer_eur_per_year, costs.ifer
    if own is not None:
        return own, None, 1.0
    if costs.operator_kwp.get(plant.id, plant.kwp) < rates.threshold_kwp:
        return 0.0, None, 1.0
    left = reduced_years(plant, rates, on)
    if left <= 0 or rates.reduced_eur_per_kwp <= 0.0:
        return plant.kwp * rates.full_eur_per_kwp, None, 1.0
    return plant.kwp * rates.reduced_eur_per_kwp, left, rates.full_eur_per_kwp / rates.reduced_eur_per_kwp


def reduced_years(plant: Plant, rates: IferRates, on: date) -> int:
    """Number of plan years at the reduced IFER rate; 0 for a plant older than the rate."""
    started = plant.commissioned_year
    if started is not None and started < rates.reduced_from:
        return 0
    return max(0, rates.reduced_years - age_years(plant, on))


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPlant:
    """What one plant costs, in money of today, and the contract of its surplus.

    Attributes:
        tax_ratio: of its owner's tax on profits; None takes that of `[finance]`.
        opex_eur: operation and upkeep of a year; insurance and the rest are in `charges`.
        first_year, last_year: of the plan in which it runs; None to the end of its life.
        battery_year: of the plan, in which a battery comes of which it bears so much; None without.
        fixed_lines: names of the costs that the folder states: they do not follow the investment.
    """

    id: str
    owner: str
    power_kwp: float
    contract: SurplusContract
    capex_eur: float
    opex_eur: float
    inverter_eur: float
    degradation_ratio: float
    charges: PlantCharges = NO_CHARGES
    fixed_lines: frozenset[str] = frozenset()
    tax_ratio: float | None = None
    first_year: int = 1
    last_year: int | None = None
    battery_year: int | None = None
    battery_capex_eur: float = 0.0
    battery_opex_eur: float = 0.0

    @property
    def connected(self) -> "PlannedPlant":
        """The same, its connection at its upper figure where nobody says what it costs."""
        own = self.charges
        dearer = replace(
            own, connection_eur=own.connection_eur + own.connection_more_eur, connection_more_eur=0.0
        )
        return replace(self, charges=dearer)


def wear_ratio(plant: Plant, finance: Finance | None) -> float:
    """Return the yearly loss of output of a plant: its own, else that of the hypotheses."""
    own = plant.model.degradation_ratio
    return (finance or Finance()).degradation_ratio if own is None else own


def tax_ratio(plants: Sequence[PlannedPlant], finance: Finance) -> float:
    """Tax on profits that the first of some plants bears: they have one owner."""
    own = plants[0].tax_ratio if plants else None
    return finance.tax_ratio if own is None else own


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlantIncome:
    """What plants make in the first year, arrays (..., M); in each year, (..., M, H), where `by_year`.

    Attributes:
        own_use_eur: what own use brings their owners; `own_supply_eur` its part that follows the supplier's
            price.
        production_kwh: own use included.
    """

    local_eur: FloatArray
    own_use_eur: FloatArray
    own_supply_eur: FloatArray
    shared_kwh: FloatArray
    surplus_kwh: FloatArray
    production_kwh: FloatArray
    by_year: bool = False

    @classmethod
    def none(cls, count: int) -> "PlantIncome":
        """Plants that make nothing, (M,)."""
        nothing: dict[str, Any] = dict.fromkeys(AMOUNTS, np.zeros(count))
        return cls(**nothing)

    def times(self, output_ratio: float) -> "PlantIncome":
        """Return the income of more output, or less: shared, used and sold in the same parts."""
        return replace(self, **{name: getattr(self, name) * output_ratio for name in AMOUNTS})

    def of(self, plant: int) -> "PlantIncome":
        """Return the income of one plant in the first year, (1,)."""
        return replace(self, **{name: getattr(self, name)[[plant]] for name in AMOUNTS})

    @property
    def first(self) -> "PlantIncome":
        """The income of the first year, (..., M)."""
        if not self.by_year:
            return self
        return replace(self, by_year=False, **{name: getattr(self, name)[..., 0] for name in AMOUNTS})

    @property
    def decided(self) -> "PlantIncome":
        """The same where what an undecided price leaves unknown counts nothing."""
        return replace(self, **{name: np.nan_to_num(getattr(self, name)) for name in AMOUNTS})


AMOUNTS = tuple(field.name for field in fields(PlantIncome) if field.name != "by_year")


@dataclass(frozen=True, slots=True, eq=False)
class KeptSales:
    """Part of each plant's local sales that is left in each year, in kWh and in euros, (M, H + 1).

    What leaves becomes surplus.
    """

    kwh_ratio: FloatArray
    eur_ratio: FloatArray
