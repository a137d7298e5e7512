"""Invented tariffs for the invented operation, so that its euros are computed by the real chain."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import numpy as np

from acc.accounts.assemble import money
from acc.accounts.persons import holdings
from acc.accounts.values import Money
from acc.arrays import FloatArray
from acc.bills.bill import bill_terms, period_years
from acc.bills.tariff_slots import SlotClock
from acc.bills.tariffs import (
    Accise,
    CarbonFactor,
    MemberTariff,
    PlantCostRates,
    PlantTariff,
    PmoCosts,
    RateUsed,
    Segment,
    SurplusContract,
    Tariffs,
    TurpeVersion,
)
from acc.departures.counterfactual import PriceBook, baseline_of
from acc.departures.entry_exit import outcomes_of_subsets, persons_leaving
from acc.finance import Finance
from acc.keys import KeyContext
from acc.plan.cash_flows import Appraisal
from acc.plan.values import RootState
from acc.result.result import Result
from acc.scenario import Prices
from acc.sites import ContractCode
from reports.view.view import holders_shown
from tests.members import leavings

PRICES_EUR_PER_KWH: Mapping[str, float] = {"usine": 0.098, "marche": 0.104, "cave": 0.131, "eclairage": 0.089}
OTHERS_EUR_PER_KWH = 0.142
FINANCE = Finance(horizon_years=25)
TURPE = TurpeVersion(
    code="BTSUP-CU",
    segment=Segment.BT_SUP,
    management_eur_per_year=220.0,
    management_acc_eur_per_year=290.0,
    metering_eur_per_year=290.0,
    power_eur_per_kva_per_year=(18.0, 16.0, 15.0, 12.0),
    energy_eur_per_kwh=(0.0, 0.0712, 0.0434, 0.0219, 0.0157),
)


def tariffs(result: Result, unknown: frozenset[str]) -> Tariffs:
    """Return tariffs for the members of `result`; the supplier's price of `unknown` ids is not given."""
    return Tariffs(
        on=result.scenario.on,
        members=tuple(
            MemberTariff(
                turpe=TURPE,
                subscribed_kva=(120.0, 120.0, 120.0, 120.0),
                clock=SlotClock(off_peak=((1320, 360),)),
                supply_eur_per_kwh=(
                    float("nan") if p.id in unknown else PRICES_EUR_PER_KWH.get(p.id, OTHERS_EUR_PER_KWH),
                )
                * 5,
            )
            for p in result.scenario.participants
        ),
        plants=tuple(
            PlantTariff(
                owner="Société des toitures",
                surplus=SurplusContract(code="oa-2026-06", eur_per_kwh=0.011, cap_hours=1600.0, years=20),
                accise_exempt=True,
            )
            for _plant in result.scenario.plants
        ),
        option_open=None,
        accise=Accise(
            eur_per_kwh={Segment.BT_INF: 0.0306, Segment.BT_SUP: 0.0264, Segment.HTA: 0.0264},
            local_ratio=0.0,
        ),
        cta_ratio=0.15,
        vat_ratio=0.2,
        plant_costs=PlantCostRates(
            capex_eur_per_kwp=((0.0, 2000.0), (36.0, 1150.0)),
            opex_ratio=0.018,
            inverter_ratio=0.08,
            opex_indexation_ratio=0.0,
        ),
        pmo_costs=PmoCosts(set_up_eur=(1500.0, 5000.0), yearly_eur=(2000.0, 6000.0)),
        carbon=(
            CarbonFactor(
                scope="direct",
                grid_g_per_kwh=32.0,
                pv_g_per_kwh=0.0,
                year="2023",
                reference="RTE",
                confidence="H",
            ),
        ),
        rates=tuple(
            RateUsed(
                name=name,
                value=value,
                unit=name_unit,
                in_force_from="2026-08-01",
                reference=reference,
                confidence=sure,
            )
            for name, value, name_unit, reference, sure in (
                ("turpe.btsup-cu.energy.hph", 7.12, "c€/kWh", "CRE, délibération 2026-105", "M+"),
                ("turpe.btsup-cu.energy.hch", 4.34, "c€/kWh", "CRE, délibération 2026-105", "M+"),
                ("accise.over-36-kva", 26.35, "EUR/MWh", "guide 2026 du ministère", "H-"),
                ("cta", 15.0, "%", "arrêté du 28 janvier 2026", "H"),
                ("tva", 20.0, "%", "CGI", "H"),
                ("surplus.oa-2026-06.price.100", 1.1, "c€/kWh", "arrêté du 1er juin 2026", "M+"),
                ("pv.capex.from-100", 0.95, "EUR/Wp", "milieu de plusieurs devis", "L"),
            )
        ),
        assumptions=(("TVA des communes", "non récupérée", "non précisée dans le dossier"),),
    )


def appraise(flows_eur: FloatArray, discount_ratio: float) -> Appraisal:
    """Return a present value and a rate of return found by halving, enough for a page."""
    years = np.arange(len(flows_eur))

    def value(rate: float) -> float:
        return float(flows_eur @ (1.0 + rate) ** -years)

    low, high = -0.5, 1.0
    if value(low) * value(high) > 0.0:
        return Appraisal(npv_eur=value(discount_ratio), irr_ratio=None, irr_state=RootState.NONE)
    for _step in range(60):
        middle = (low + high) / 2.0
        low, high = (middle, high) if value(middle) > 0.0 else (low, middle)
    state = RootState.KNOWN if low >= 0.0 else RootState.NEGATIVE
    return Appraisal(npv_eur=value(discount_ratio), irr_ratio=low, irr_state=state)


def with_money(
    result: Result,
    local_eur_per_kwh: float = 0.092,
    unknown: frozenset[str] = frozenset(),
    finance: Finance | None = FINANCE,
) -> Result:
    """Return the same result with its euros, under the chosen key and the others."""
    prices = Prices(
        local_eur_per_kwh=local_eur_per_kwh, surplus=ContractCode("oa-2026-06"), pmo_eur_per_kwh=0.004
    )
    given = replace(result.scenario, prices=prices, finance=finance)
    known = tariffs(result, unknown)

    def euros(allocation: object, energy: object) -> Money:
        return money(given, result.exchange, allocation, energy, known, appraise)  # type: ignore[arg-type]

    others = {n: replace(o, money=euros(o.allocation, o.energy)) for n, o in result.others.items()}
    return replace(result, scenario=given, money=euros(result.allocation, result.energy), others=others)


def with_leaving(result: Result, local_eur_per_kwh: float = 0.092) -> Result:
    """Return a result with its euros and with what each site changes by leaving, by the real chain."""
    given = with_money(result, local_eur_per_kwh) if result.money is None else result
    made, exchange = given.scenario, given.exchange
    known, years = tariffs(given, frozenset()), period_years(exchange.steps)
    prices = PriceBook(
        bill_terms(known, made.prices, made.plants, years),
        tuple(plant.surplus for plant in known.plants),
        tuple(member.clock for member in known.members),
        years,
    )
    context = KeyContext(made.participants, made.plants, exchange.consumption_kwh.sum(axis=0))
    everyone = holdings(made)
    stage = baseline_of(exchange, context, prices)
    found = leavings(stage, [made.key], everyone)[0][made.key.name]
    stand = partial(outcomes_of_subsets, stage, [made.key])
    persons = persons_leaving(context, [made.key], everyone, stand, holders_shown(given), found)
    return replace(given, leaving=found, persons_leaving=persons)
