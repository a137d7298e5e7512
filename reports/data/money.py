"""Euros as data: what `results.json` says of a Money, over the period, without tax unless named otherwise."""

from dataclasses import asdict
from gettext import gettext as _

from acc.accounts.person_values import PersonMoney
from acc.accounts.persons import value_steps
from acc.accounts.values import Corridor, Money
from acc.finance import Finance
from acc.plan.values import Plan
from reports.format.gains import before_investment, value_basis
from reports.format.market_labels import carbon_sentences, sale_sentences

TOTAL = (
    *("gain_eur_ht", "without_sharing_eur_ht", "sharing_eur_ht"),
    *("npv_eur_ht", "without_sharing_npv_eur_ht", "sharing_npv_eur_ht", "connected_npv_eur_ht"),
    *("full_accise_gain_eur_ht", "full_accise_npv_eur_ht", "unknown_ids"),
)


def total_document(total: PersonMoney) -> dict[str, object]:
    """Gains of all together, and those left out, as data."""
    return {name: getattr(total, name) for name in TOTAL}


def bases_document(money: Money) -> dict[str, str]:
    """Basis of gains and values, in words: `npv_eur_ht` has VAT where it is lost."""
    is_taxed = money.total is not None and money.total.is_taxed
    return {
        "gain_eur_ht": before_investment("", is_taxed=is_taxed),
        "npv_eur_ht": value_basis(),
        "by_year_eur_ht": _("what enters and leaves the account, tax on profit paid, as the value counts it"),
    }


def money_document(money: Money) -> dict[str, object]:
    """Return the euros of an operation: totals, corridor, closure, plans, figures used."""
    return {
        "rates_on": money.on.isoformat(),
        "bases": bases_document(money),
        "period_years": money.period_years,
        "saving_eur_ht": money.saving_eur_ht,
        "full_accise_saving_eur_ht": money.full_accise_saving_eur_ht,
        "unknown_ids": list(money.unknown_ids),
        "loser_ids": [p.id for p in money.losers],
        "worst_id": money.worst.id if money.worst else None,
        "corridor": corridor_document(money.corridor) if money.corridor else None,
        "plan_corridor": corridor_document(money.plan_corridor) if money.plan_corridor else None,
        "closure": [
            {
                "actor": line.actor,
                "before_eur": line.before_eur,
                "after_eur": line.after_eur,
                "change_eur": line.change_eur,
            }
            for line in (money.closure.lines if money.closure else ())
        ],
        "pmo": asdict(money.pmo),
        "market": asdict(money.market) if money.market else None,
        "surplus_sales": [asdict(sale) for sale in money.sales],
        "flat_npv_eur_ht": money.flat_npv_eur_ht,
        "surplus_words": sale_sentences(money),
        "carbon": [
            {
                "kwh": c.kwh,
                "avoided_kg": c.avoided_kg,
                "mean_g_per_kwh": c.mean_g_per_kwh,
                **asdict(c.factor),
            }
            for c in money.carbon
        ],
        "carbon_words": carbon_sentences(money),
        "plan_missing": [str(reason) for reason in money.plan_missing],
        "plans_after": [
            {**asdict(after), "everybody_npv_eur_ht": after.everybody_npv_eur_ht}
            for after in money.plans_after
        ],
        "plans": [plan_document(plan) for plan in money.plans],
        "assumptions": [{"what": w, "value": v, "why": y} for w, v, y in money.assumptions],
        "rates": [asdict(rate) for rate in money.rates],
    }


def npv_steps(money: Money, finance: Finance | None) -> list[dict[str, object]]:
    """Decomposition of the total net present value, in order, as data; its sum is that value."""
    return [asdict(step) for step in value_steps(money, finance)]


def corridor_document(corridor: Corridor) -> dict[str, object]:
    """Return the local prices at which no person loses, who stands at each end, and which price moves."""
    return {
        "moved": corridor.moved.value,
        "is_open": corridor.is_open,
        "low": asdict(corridor.low) if corridor.low else None,
        "high": asdict(corridor.high) if corridor.high else None,
        "ceilings": [asdict(bound) for bound in corridor.ceilings],
        "floors": [asdict(bound) for bound in corridor.floors],
        "never_ids": list(corridor.never_ids),
        "unknown_ids": list(corridor.unknown_ids),
    }


def plan_document(plan: Plan) -> dict[str, object]:
    """Return a plan without its yearly arrays, which `flows` holds as lists."""
    names = [name for name in plan.__slots__ if name not in {"flows", "connected"}]
    document = {name: getattr(plan, name) for name in names}
    flows = {name: getattr(plan.flows, name) for name in plan.flows.__slots__}
    dearer = plan.connected
    return {
        **document,
        "connection_more_eur_ht": plan.connection_more_eur_ht,
        "connected": dearer
        and {name: getattr(dearer, name) for name in ("npv_eur_ht", "payback_years", "connection_eur_ht")},
        "flows": {name: v.tolist() if hasattr(v, "tolist") else v for name, v in flows.items()},
    }
