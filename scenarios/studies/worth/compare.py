"""One alternative computed: its accounts as `acc run` has them, and the same made ready for draws."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from acc.accounts.values import Money
from acc.bills.tariffs import NOT_SOLD
from acc.indicators import Energy
from acc.plan.cash_flows import latest_payback_years, payback
from acc.plan.plan_terms import grown
from acc.worth.choices import Way
from scenarios.operation.draws.case import Case
from scenarios.operation.draws.compute import at_run_prices
from scenarios.operation.draws.draws import Draw
from scenarios.operation.draws.quick import case_of_run
from scenarios.operation.metering.meter import Metered
from scenarios.operation.ready.operation import Operation
from scenarios.operation.ready.provenance import files_used
from scenarios.studies.worth.words import AlternativeRequest


@dataclass(frozen=True, slots=True, eq=False)
class Computed:
    """One alternative; nothing but zeros for doing nothing.

    Attributes:
        inputs: sha256 of each file that it rests on, by name.
    """

    request: AlternativeRequest
    operation: Operation
    energy: Energy
    money: Money
    case: Case
    inputs: Mapping[str, str]

    @property
    def shares(self) -> bool:
        """Whether there is an operation: of a folder, whether it says so."""
        return self.operation.scenario.sharing

    @property
    def unsold(self) -> tuple[str, ...]:
        """Names of the plants whose surplus has no known price."""
        tariffs = self.case.tariffs
        assert tariffs is not None  # there is money
        plants = zip(self.operation.scenario.plants, tariffs.plants, strict=True)
        return tuple(
            plant.name
            for plant, tariff in plants
            if tariff.surplus is None or tariff.surplus.code == NOT_SOLD
        )

    @property
    def payback_years(self) -> float | None:
        """When what everybody gains has paid what was invested."""
        years = [person.by_year_eur_ht for person in self.money.persons if person.by_year_eur_ht]
        return payback(np.sum(years, axis=0))[0] if years else None

    @property
    def latest_payback_years(self) -> float | None:
        """The same with connections at their upper figure, inf if never; None where none has one."""
        years = [
            person.connected_by_year_eur_ht
            for person in self.money.persons
            if person.connected_by_year_eur_ht
        ]
        return latest_payback_years(np.sum(years, axis=0).tolist()) if years else None

    def plant_values(self) -> Mapping[str, float]:
        """Value of each plant to its owner over the plan, before tax, EUR; empty without a plan."""
        plan, income = self.case.plan, self.money.plant_income
        if plan is None or income is None:
            return {}
        worth = plan.flows(income).project_eur_ht @ plan.discounting
        return {plant.id: float(eur) for plant, eur in zip(self.money.plants, worth, strict=True)}

    def surplus_slope(self) -> float:
        """Gain of all per EUR/kWh on the surplus price, with its indexation."""
        plan, income = self.case.plan, self.money.plant_income
        if plan is None or income is None:
            return float(sum(plant.surplus_kwh for plant in self.money.plants))
        contracts = [plant.contract for plant in plan.plants]
        grows = [grown(contract.indexation_ratio, plan.finance.horizon_years) for contract in contracts]
        paid_kwh, _over = plan.surplus_kwh(income)
        sold = np.array([contract.code != NOT_SOLD for contract in contracts])
        return float(((paid_kwh * np.array(grows)) @ plan.discounting) @ sold)


def computed(
    request: AlternativeRequest, operation: Operation, metered: Metered, *, reformed: bool
) -> Computed | None:
    """Return an alternative; None where no price is decided."""
    outcome = operation.outcome(operation.scenario.key, leaving=False)
    if outcome.money is None:
        return None
    case = case_of_run(at_run_prices(operation, outcome.money), metered, reform=reformed)
    inputs = files_used(operation.scenario, metered, operation.folder)
    return Computed(request, operation, outcome.energy, outcome.money, case, inputs)


def neutral(ids: Sequence[str], out: frozenset[str] = frozenset()) -> Draw:
    """Return the draw that changes nothing, but that those of `out` use nothing."""
    names = ("solar_yield", "model_yield", "capex", "supply_price", "local_price", "load_growth")
    values = {name: 0.0 if name == "load_growth" else 1.0 for name in names}
    load = {name: 0.0 if name in out else 1.0 for name in ids}
    return Draw(0, 0, values, load, None)


def pays_surplus(request: AlternativeRequest) -> bool:
    """Return whether an alternative sells at the folder's price of the surplus."""
    own = any(word.startswith("prices.surplus=") for word in request.words)
    return request.choice is not Way.NOTHING and not own
