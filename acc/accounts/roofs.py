"""What each plant of a person costs, earns and gives back: the lines of its sheet, one a plant."""

from collections.abc import Sequence
from dataclasses import dataclass

from acc.accounts.values import Money
from acc.finance import Finance
from acc.plan.cash_flows import payback
from acc.plan.plan_terms import plant_flows
from acc.plan.values import PaybackState


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantReturn:
    """One plant by itself, money without tax: before tax on profit, debt and the grants of the operation.

    Attributes:
        invested_eur_ht: connection included where it is known.
        gain_eur_ht: of the period, running costs paid: own use, local sales and surplus. None where a price
            is undecided.
        payback_years: None where it never comes back, or where nothing is invested.
    """

    id: str
    invested_eur_ht: float | None
    gain_eur_ht: float | None
    payback_years: float | None
    payback_state: PaybackState | None


def roofs(money: Money, finance: Finance | None, plants: Sequence[int]) -> tuple[PlantReturn, ...]:
    """Return the plants of some columns; unknown costs without a plan."""
    return tuple(_roof(money, finance, column) for column in plants)


def _roof(money: Money, finance: Finance | None, column: int) -> PlantReturn:
    earned = money.plants[column]
    if finance is None or money.plan_terms is None or money.plant_income is None:
        return PlantReturn(
            id=earned.id, invested_eur_ht=None, gain_eur_ht=None, payback_years=None, payback_state=None
        )
    plant = money.plan_terms.plants[column]
    flows = plant_flows(plant, finance, money.plant_income.of(column))
    years, state = payback(flows.project_eur_ht)
    running = float(flows.opex_eur_ht[1] + flows.charges_eur_ht[1] + flows.running_vat_eur[1])
    income = (earned.local_eur_ht, earned.surplus_eur_ht)
    known = [eur for eur in income if eur is not None]
    gain_eur = sum(known) + (earned.own_use_eur_ht or 0.0) + running * money.period_years
    return PlantReturn(
        id=earned.id,
        invested_eur_ht=plant.capex_eur + plant.charges.connection_eur,
        gain_eur_ht=gain_eur if len(known) == len(income) else None,
        payback_years=years,
        payback_state=state,
    )
