"""What can be built on each roof, class by class, and what a kWp of it is worth.

A class is a stretch of power in which the cost of a kWp, the contract of its surplus and the accise
stay the same: the breakpoints of the rates and of the law are its ends. Each class of each roof, and of
each alternative of its planes, is one variable of the search.

What a kWh of one class of a roof is worth over the plan: the first year repeated, or years that differ.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from gettext import gettext as _
from itertools import accumulate

import numpy as np

from acc.accounts.producers import planned_plant
from acc.arrays import FloatArray
from acc.bills.tariffs import PlantCostRates, SurplusContract
from acc.finance import Finance
from acc.ledger.chart import paces_of
from acc.plan.another_power import at_power
from acc.plan.cash_flows import (
    PlanTerms,
    PriceSteps,
    grown,
    nominal_discount_ratio,
    plan_terms,
    plant_flows,
    present_value_eur,
)
from acc.plan.plants import PlannedPlant, capex_classes, injection_turpe_eur, power_kva, stated
from acc.plan.values import CashFlows, profit_eur
from acc.scenario import Scenario
from acc.sites import ContractCode, FixedPrice, MarketFile, Plant, SurplusChoice
from scenarios.entry.folder.settings import power_rules
from scenarios.operation.tariffs.member import NO_CONTRACT, SURPLUS_PREFIX, accise_limit_kwp, surplus_contract
from scenarios.rates.reader import RateReader
from scenarios.studies.size.settings import SizeChoice


@dataclass(frozen=True, slots=True, eq=False)
class SearchedYear:
    """A year that a search settles.

    Attributes:
        year: from 1 on.
        parts: what its kWh count for in years 0 to H, (H + 1,).
        local: what the local price is multiplied by in each, beside its index, (H + 1,).
        supply_ratio: the same of the supplier's prices of each site, over the years that it stands for, (N,).
    """

    year: int
    parts: FloatArray
    local: FloatArray
    supply_ratio: FloatArray

    def plant_terms(self, terms: PlanTerms) -> PlanTerms:
        """Return the terms of one plant with the kWh of this year alone, in the years that it stands for.

        What makes nothing in it is worth what another makes: the search then has one worth for all.
        """
        none = np.ones((1, 1))
        counts = terms.running if terms.running[0, self.year] else np.ones_like(terms.running)
        return replace(
            terms, fade=counts * self.parts, steps=PriceSteps(local=self.local, sites=none, hosts=none)
        )


@dataclass(frozen=True, slots=True)
class KwhWorths:
    """What comes of a class each year of the plan, worth today.

    Attributes:
        local_eur, surplus_eur: of a euro a year of local sales, and of a kWh of surplus a year, EUR.
        supply_eur, flat_eur, accise_eur, cost_eur: of a euro that follows the supplier's price, that only
            fades, of accise spared, and that grows like costs, EUR.
        runs: whether it makes anything, in a settled year.
    """

    local_eur: float
    supply_eur: float
    flat_eur: float
    accise_eur: float
    cost_eur: float
    surplus_eur: float
    runs: bool = True


def kwh_worths(
    terms: PlanTerms, taxed_shares: Sequence[float], year: SearchedYear | None = None
) -> KwhWorths:
    """Values of a yearly kWh of one plant over the plan, (1,) plants.

    Args:
        terms: of this plant.
        taxed_shares: part of the accise spared in the first year that is due in each year.
        year: whose kWh these are; None where the first one is repeated, fading.
    """
    dated = terms if year is None else year.plant_terms(terms)
    finance, fade = dated.finance, dated.fade[0]

    def worth(eur: FloatArray) -> float:
        return present_value_eur(eur, nominal_discount_ratio(finance))

    return KwhWorths(
        local_eur=worth(dated.local[0]),
        supply_eur=worth(dated.supply[0]),
        flat_eur=worth(fade),
        accise_eur=worth(fade * (1.0 - paces_of(dated).dated(taxed_shares))),
        cost_eur=worth(fade * grown(dated.cost_growth_ratio, finance.horizon_years)),
        surplus_eur=worth(dated.surplus[0]),
        runs=year is None or bool(dated.running[0, year.year]),
    )


SMALLEST_KWP = 0.001
"""A class that starts above a threshold starts one watt above it."""


@dataclass(frozen=True, slots=True)
class RoofClass:
    """One class of one roof.

    Attributes:
        roof: position of the plant in the scenario; `alternative` 0 for its own planes.
        low_kwp, high_kwp: ends of the class.
        capex_eur_per_kwp, fixed_eur: investment.
        fixed_running_eur: paid over the plan by any plant of the class whatever its power, worth today.
        contract: how the surplus is sold; `none` where no contract known takes such a plant.
        accise_exempt: whether the site is below the power from which its local kWh bear the accise.
        worths: what a kWh of it is worth over the plan; `in_years` of each settled year, where years differ.
        cost_eur_per_kwp: all costs over the plan, worth today, premium deducted; negative when it earns.
        tax_ratio: on the profit of its owner, where it is counted; `relief_eur_per_kwp` and
            `fixed_relief_eur` are what its costs take off that profit over the plan, worth today.
        kept_rent_eur: what a landlord of the operation keeps of its rent over the plan, worth today: no
            cost to all together.
    """

    roof: int
    alternative: int
    low_kwp: float
    high_kwp: float
    capex_eur_per_kwp: float
    fixed_eur: float
    fixed_running_eur: float
    contract: SurplusContract
    accise_exempt: bool
    worths: KwhWorths
    cost_eur_per_kwp: float
    tax_ratio: float = 0.0
    relief_eur_per_kwp: float = 0.0
    fixed_relief_eur: float = 0.0
    kept_rent_eur: float = 0.0
    in_years: tuple[KwhWorths, ...] = ()

    def in_year(self, settled: int) -> "RoofClass":
        """Return the same, a kWh worth what one of a settled year is."""
        return replace(self, worths=self.in_years[settled])


@dataclass(frozen=True, slots=True, eq=False)
class RoofRules:
    """What decides the classes: scenario, costs and hypotheses of the plan, wishes, rates.

    Attributes:
        tax_ratio: on the profit of the owner of each plant, by its id, where taxes are counted.
        kept_rent_shares: part of the rent of a plant that a landlord of the operation keeps, by plant id.
        taxed_year_shares: part of the accise spared in the first year that is due in each year.
        sold: sales at prices by the hour, by plant id, at what the surplus of the folder as it stands gets.
        years: those that are settled, where years differ.
    """

    scenario: Scenario
    costs: PlantCostRates
    finance: Finance
    choice: SizeChoice
    reader: RateReader
    tax_ratio: Mapping[str, float] = field(default_factory=dict)
    kept_rent_shares: Mapping[str, float] = field(default_factory=dict)
    sold: Mapping[str, SurplusContract] = field(default_factory=dict)
    taxed_year_shares: tuple[float, ...] = (0.0,)
    years: Sequence[SearchedYear] = ()


def columns_of(rules: RoofRules) -> tuple[tuple[RoofClass, ...], tuple[str, ...]]:
    """Return every class of every roof, and what to say of what is not counted.

    Raises:
        InputError: an unknown contract.
    """
    columns: list[RoofClass] = []
    notes: list[str] = []
    for number, plant in enumerate(rules.scenario.plants):
        for alternative in range(1 + len(rules.choice.roofs[plant.id].planes)):
            for stretch in classes(plant, rules):
                _add(columns, _column(number, alternative, stretch, rules))
        if any(c.roof == number and c.contract is NO_CONTRACT for c in columns):
            message = _(
                "{name}: no contract named takes its surplus in some sizes; it is counted at 0 there. Name "
                "others in [size] contracts"
            )
            notes.append(message.format(name=plant.name))
    rules.reader.close()
    return tuple(columns), tuple(notes)


def _add(columns: list[RoofClass], column: RoofClass) -> None:
    """Add a class, or lengthen the one below it when nothing changes between the two."""
    last = columns[-1] if columns else None
    if last is not None and replace(last, low_kwp=column.low_kwp, high_kwp=column.high_kwp) == column:
        columns[-1] = replace(last, high_kwp=column.high_kwp)
    else:
        columns.append(column)


def classes(plant: Plant, rules: RoofRules) -> list[tuple[float, float]]:
    """Return the stretches of power of a roof between which something changes, smallest first.

    A cost "from X kWp" holds at X; a contract "up to X kWp" holds at X too, so the stretch above starts
    a watt later.
    """
    roof = rules.choice.roofs[plant.id]
    starts = _capex_starts(plant, rules) | _ifer_starts(plant, rules)
    limit = accise_limit_kwp(rules.reader)
    starts |= set() if limit is None else {limit}
    ends = {kwp for choice in surplus_choices(plant, rules) for kwp in _contract_ends(rules.reader, choice)}
    seen = power_kva(plant) / plant.kwp  # its inverter grows with it
    ends |= {bound / seen for bound, _eur in rules.costs.injection_turpe_eur_per_year}
    low, high = max(roof.low_kwp, min(SMALLEST_KWP, roof.high_kwp)), roof.high_kwp
    cuts = sorted(
        {(kwp, kwp) for kwp in starts if low < kwp <= high}
        | {(kwp, kwp + SMALLEST_KWP) for kwp in ends if low <= kwp < high}
    )
    bounds, first = [], low
    for end, start in cuts:
        if end >= first:
            bounds.append((first, end))
            first = start
    return [*bounds, (first, high)]


def _capex_starts(plant: Plant, rules: RoofRules) -> set[float]:
    """Return the powers from which a kWp costs something else: of the rates, or of what the folder says."""
    quoted = {quote.kwp for quote in plant.quotes}
    if rules.finance.capex_eur_per_kwp is not None or stated(plant).capex_eur is not None:
        return quoted
    return quoted | {start for start, _price in capex_classes(rules.costs, plant.kind)}


def _ifer_starts(plant: Plant, rules: RoofRules) -> set[float]:
    """Return the powers from which IFER is another: with its owner's others, and alone where it is stated."""
    threshold, is_stated = rules.costs.ifer.threshold_kwp, stated(plant).ifer_eur_per_year is not None
    return {threshold - others_kwp(rules, plant)} | ({threshold} if is_stated else set())


def surplus_choices(plant: Plant, rules: RoofRules) -> tuple[SurplusChoice, ...]:
    """Surplus contracts open to a plant: its own or the operation's, then those of `[size]`."""
    own = plant.surplus or rules.scenario.prices.surplus
    return (*(() if own is None else (own,)), *rules.choice.contracts)


def _contract_ends(reader: RateReader, choice: SurplusChoice) -> list[float]:
    match choice:
        case FixedPrice() | MarketFile():
            return []
        case ContractCode(code):
            return _code_ends(reader, code)


def _code_ends(reader: RateReader, code: str) -> list[float]:
    parts = [name.split(".") for name in reader.names(f"{SURPLUS_PREFIX}{code}.")]
    ends = {float(p[3]) for p in parts if p[2] in {"price", "premium"}}
    if f"{SURPLUS_PREFIX}{code}.kwp_min" in reader.names(f"{SURPLUS_PREFIX}{code}."):
        # A plant of exactly the least power may have it: the stretch below ends a watt earlier.
        ends.add(reader.newest(f"{SURPLUS_PREFIX}{code}.kwp_min", "kWp") - SMALLEST_KWP)
    return sorted(ends)


def _column(number: int, alternative: int, stretch_kwp: tuple[float, float], rules: RoofRules) -> RoofClass:
    plant, finance = rules.scenario.plants[number], rules.finance
    low, high = stretch_kwp
    middle = (low + high) / 2.0
    contract = best_contract(replace(plant, kwp=middle), rules)
    built = at_power(plant, middle, power_rules(rules.reader.rates))
    # The others of its owner are those of the plant as it is in the folder.
    # Costs in which a plant of this power stands beside the others of its owner as they are.
    total_kwp = others_kwp(rules, plant) + middle
    cost_rates = replace(rules.costs, operator_kwp={plant.id: total_kwp})
    year = _year(replace(rules, costs=cost_rates), built, contract)
    terms = plan_terms([year], replace(finance, grant_eur=0.0))
    at_once, fixed = rules.choice.roofs[plant.id].fixed_eur, _fixed_flows(rules, built, year)
    limit = accise_limit_kwp(rules.reader)
    return RoofClass(
        roof=number,
        alternative=alternative,
        low_kwp=low,
        high_kwp=high,
        capex_eur_per_kwp=year.capex_eur + year.charges.connection_eur,
        fixed_eur=at_once,
        fixed_running_eur=-_worth_eur(rules, fixed.project_eur_ht) - at_once,
        contract=contract,
        accise_exempt=limit is None or low < limit,
        worths=kwh_worths(terms, rules.taxed_year_shares),
        cost_eur_per_kwp=-_worth_eur(rules, sum(terms.costs_eur().values(), np.zeros(1))[0]),
        tax_ratio=rules.tax_ratio.get(plant.id, 0.0),
        relief_eur_per_kwp=_relief_eur(rules, plant_flows(year, finance)),
        fixed_relief_eur=_relief_eur(rules, fixed),
        kept_rent_eur=-_worth_eur(rules, fixed.rent_eur_ht) * rules.kept_rent_shares.get(plant.id, 0.0),
        in_years=tuple(kwh_worths(terms, rules.taxed_year_shares, seen) for seen in rules.years),
    )


def best_contract(plant: Plant, rules: RoofRules) -> SurplusContract:
    """Return the dearest contract that takes a plant of this power; `none` where no one does."""
    offers = []
    for choice in surplus_choices(plant, rules):
        refused: list[str] = []
        contract = surplus_contract(rules.reader, replace(plant, surplus=choice), rules.scenario, refused)
        if contract is not None and contract.market is not None:
            contract = rules.sold.get(plant.id, contract)
        if contract is not None and not refused:
            offers.append(contract)
    return max(offers, key=lambda c: c.eur_per_kwh, default=NO_CONTRACT)


def others_kwp(rules: RoofRules, plant: Plant) -> float:
    """Return the power that the owner of a plant holds at its place beside it."""
    return max(0.0, rules.costs.operator_kwp.get(plant.id, plant.kwp) - plant.kwp)


def _year(rules: RoofRules, plant: Plant, contract: SurplusContract) -> PlannedPlant:
    """Return one kWp of a plant of this power, at what it costs a kWp."""
    kwp = plant.kwp
    alone = replace(rules.scenario, battery=None)
    planned = planned_plant(alone, plant, "", contract, rules.costs, rules.finance)
    return replace(
        planned,
        power_kwp=1.0,
        contract=replace(contract, cap_hours=None),
        capex_eur=planned.capex_eur / kwp,
        opex_eur=planned.opex_eur / kwp,
        inverter_eur=planned.inverter_eur / kwp,
        charges=replace(
            planned.charges,
            insurance_eur=planned.charges.insurance_eur / kwp,
            ifer_eur=planned.charges.ifer_eur / kwp,
            connection_eur=planned.charges.connection_eur / kwp,
            grant_eur=planned.charges.grant_eur / kwp,
            rent_eur=0.0,
            injection_turpe_eur=0.0,
        ),
    )


def _fixed_flows(rules: RoofRules, plant: Plant, year: PlannedPlant) -> CashFlows:
    """Fixed cash flows of any plant of the class, whatever its power: rent, network."""
    nothing = replace(year, capex_eur=0.0, opex_eur=0.0, inverter_eur=0.0, contract=NO_CONTRACT)
    only = replace(
        nothing.charges,
        insurance_eur=0.0,
        rent_eur=stated(plant).rent_eur_per_year or 0.0,
        ifer_eur=0.0,
        injection_turpe_eur=injection_turpe_eur(plant, rules.costs),
        connection_eur=rules.choice.roofs[plant.id].fixed_eur,
        grant_eur=0.0,
    )
    return plant_flows(replace(nothing, charges=only), rules.finance)


def _worth_eur(rules: RoofRules, eur: FloatArray) -> float:
    return present_value_eur(eur, nominal_discount_ratio(rules.finance))


def _relief_eur(rules: RoofRules, flows: CashFlows) -> float:
    """Deduction of costs from the taxed profit over the plan, present value, EUR."""
    return -_worth_eur(rules, profit_eur(flows.operating_eur_ht, flows.investment_eur_ht, flows.grant_eur))


def alternatives(scenario: Scenario, choice: SizeChoice) -> list[Plant]:
    """Return each plant on its own planes, then on each alternative, in the order of `unit_rows`."""
    return [
        replace(plant, id=f"{plant.id}-{number}" if number else plant.id, planes=planes)
        for plant in scenario.plants
        for number, planes in enumerate((plant.planes, *choice.roofs[plant.id].planes))
    ]


def first_rows(choice: SizeChoice) -> list[int]:
    """Index of each roof's own planes among `alternatives`."""
    counts = [1 + len(roof.planes) for roof in choice.roofs.values()]
    return [0, *accumulate(counts)][:-1]


def unit_rows(choice: SizeChoice, columns: Sequence[RoofClass]) -> list[int]:
    """Index among `alternatives` of each column."""
    first = first_rows(choice)
    return [first[column.roof] + column.alternative for column in columns]


def vector(columns: Sequence[RoofClass], name: str) -> FloatArray:
    """Return one number of every column, shape (n,)."""
    return np.array([float(getattr(column, name)) for column in columns])
