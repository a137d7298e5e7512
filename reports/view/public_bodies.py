"""The public bodies of an operation: who deliberates."""

from acc.accounts.persons import Holding
from acc.result.result import Result
from reports.view.privacy import PUBLIC_BODIES
from reports.view.view import holders_shown


def public_bodies(result: Result) -> list[Holding]:
    """Return the public bodies of an operation, those among them that hold a plant alone included."""
    scenario, money = result.scenario, result.money
    by_id = {holding.id: holding for holding in holders_shown(result) if holding.kind in PUBLIC_BODIES}
    kinds = {site.id: (site.name, site.kind) for site in scenario.absent}
    kinds |= {p.id: (p.name, p.kind) for p in scenario.persons or () if p.kind is not None}
    for plan in money.plans if money else ():
        name, kind = kinds.get(plan.owner, ("", None))
        if kind in PUBLIC_BODIES and plan.owner not in by_id:
            by_id[plan.owner] = Holding(plan.owner, name, kind, (), ())
    return list(by_id.values())
