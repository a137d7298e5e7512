"""One alternative computed: its accounts as `acc run` has them, and the same made ready for draws."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from acc.accounts.values import Money
from acc.alternatives.choices import Way
from acc.bills.tariffs import NOT_SOLD
from acc.plan.cash_flows import payback
from scenarios.alternatives.drawn import DrawGround, ground_of
from scenarios.alternatives.words import Asked
from scenarios.batch.linear_cash_flows import PlantIncome
from scenarios.metering.meter import Metered
from scenarios.operation.operation import Operation
from scenarios.sweeping.draws import Draw
from scenarios.sweeping.person_years import plants_eur
from scenarios.sweeping.quick import case_of_run


@dataclass(frozen=True, slots=True, eq=False)
class Computed:
    """One alternative; nothing but zeros for doing nothing."""

    asked: Asked
    operation: Operation
    money: Money
    ground: DrawGround

    @property
    def shares(self) -> bool:
        """Whether there is an operation: of a folder, whether it says so."""
        return self.operation.scenario.sharing

    @property
    def unsold(self) -> tuple[str, ...]:
        """Names of the plants whose surplus has no known price."""
        tariffs = self.ground.case.tariffs
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

    def plant_values(self) -> Mapping[str, float]:
        """Return what each plant is worth to its owner over the plan, before tax; nothing without one."""
        years, plants = self.ground.years, self.money.plants
        if years is None:
            return {}
        of_period = (
            [[plant.local_eur_ht or 0.0 for plant in plants]],
            [[plant.own_use_eur_ht or 0.0 for plant in plants]],
            [[plant.own_supply_eur_ht for plant in plants]],
            [[plant.shared_kwh for plant in plants]],
            [[plant.surplus_kwh for plant in plants]],
            *[[0.0] * len(plants)] * 2,  # hosts keep what they keep: it is not the owner's
        )
        income = PlantIncome(*(np.array(values) / self.money.period_years for values in of_period))
        worth = plants_eur(years, income, 1.0) @ years.basis.discounting
        return {plant.id: float(eur) for plant, eur in zip(plants, worth, strict=True)}

    def surplus_slope(self) -> float:
        """Return what everybody gains for one EUR/kWh more on the price of the surplus, indexed as it is."""
        kwh = np.array([plant.surplus_kwh for plant in self.money.plants])
        if self.ground.years is None:
            return float(kwh.sum())
        basis = self.ground.years.basis
        t = np.arange(basis.finance.horizon_years + 1.0)
        worth = []
        for plant, flat in zip(basis.plants, basis.flat, strict=True):
            contract = plant.contract
            paid = t <= (len(t) if contract.years is None else contract.years)
            grown = (1.0 + contract.indexation_ratio) ** (t - 1.0)
            worth.append(float((flat * grown * paid) @ basis.discounting) * (contract.code != NOT_SOLD))
        return float(kwh @ np.array(worth)) / self.money.period_years


def computed(asked: Asked, operation: Operation, metered: Metered, *, reformed: bool) -> Computed | None:
    """Return an alternative; None where no price is decided."""
    outcome = operation.outcome(operation.scenario.key, leaving=False)
    if outcome.money is None:
        return None
    case = case_of_run(_at_run_prices(operation, outcome.money), metered, reformed=reformed)
    return Computed(asked, operation, outcome.money, ground_of(case))


def _at_run_prices(operation: Operation, money: Money) -> Operation:
    """Return the operation whose surplus sold by the hour has the mean price that it has in the run."""
    tariffs = operation.tariffs
    if tariffs is None or not money.sales:
        return operation
    pairs = zip(tariffs.plants, money.plants, strict=True)
    plants = tuple(replace(tariff, surplus=earned.contract) for tariff, earned in pairs)
    return replace(operation, tariffs=replace(tariffs, plants=plants))


def neutral(ids: Sequence[str], out: frozenset[str] = frozenset()) -> Draw:
    """Return the draw that changes nothing, but that those of `out` use nothing."""
    names = ("solar_yield", "model_yield", "capex", "supply_price", "local_price", "load_growth")
    values = {name: 0.0 if name == "load_growth" else 1.0 for name in names}
    load = {name: 0.0 if name in out else 1.0 for name in ids}
    return Draw(0, 0, values, load, None)


def pays_surplus(asked: Asked) -> bool:
    """Return whether an alternative sells at the folder's price of the surplus."""
    own = any(word.startswith("prices.surplus=") for word in asked.words)
    return asked.choice is not Way.NOTHING and not own
