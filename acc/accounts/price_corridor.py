"""The flat local prices at which everyone gains: below the first member's ceiling, above the last floor."""

from collections.abc import Container, Mapping, Sequence

from acc.accounts.values import Basis, Corridor, ParticipantMoney, PlantMoney, PriceBound


def corridor(
    participants: Sequence[ParticipantMoney],
    plants: Sequence[PlantMoney],
    plan_floors: Mapping[str, float],
    of_producers: Container[str] = (),
) -> Corridor:
    """Return the corridor of a flat price in place of every local price.

    Args:
        plan_floors: price at which the plan of each producer is worth nothing, where it is known.
        of_producers: participants whose person owns a plant: a high price is no loss to it, its floor says
            what it needs.
    """
    buyers = [p for p in participants if p.id not in of_producers]
    ceilings = [
        PriceBound(id=p.id, eur_per_kwh=p.break_even_local_eur_per_kwh, basis=Basis.SAVING)
        for p in buyers
        if p.break_even_local_eur_per_kwh is not None
    ]
    floors, unknown = _floors(plants, plan_floors)
    return Corridor(
        ceilings=tuple(sorted(ceilings, key=lambda bound: bound.eur_per_kwh)),
        floors=tuple(sorted(floors, key=lambda bound: -bound.eur_per_kwh)),
        never_ids=tuple(p.id for p in buyers if p.received_kwh <= 0.0 and p.loses),
        unknown_ids=tuple(
            p.id for p in buyers if p.received_kwh > 0.0 and p.break_even_local_eur_per_kwh is None
        )
        + unknown,
    )


def surplus_floor_eur_per_kwh(plants: Sequence[PlantMoney]) -> float | None:
    """Return the flat price at which these plants earn as much by selling everything as surplus.

    None when they share nothing, or when a contract is undecided.
    """
    shared = sum(plant.shared_kwh for plant in plants)
    if shared <= 0.0 or any(p.all_sold_eur_ht is None or p.surplus_eur_ht is None for p in plants):
        return None
    return sum((p.all_sold_eur_ht or 0.0) - (p.surplus_eur_ht or 0.0) for p in plants) / shared


def _floors(
    plants: Sequence[PlantMoney], plan_floors: Mapping[str, float]
) -> tuple[list[PriceBound], tuple[str, ...]]:
    floors, unknown = [], []
    for owner in dict.fromkeys(plant.owner for plant in plants):
        own = [plant for plant in plants if plant.owner == owner]
        surplus = surplus_floor_eur_per_kwh(own)
        if surplus is None:
            if sum(plant.shared_kwh for plant in own) > 0.0:
                unknown.append(owner)
            continue
        plan = plan_floors.get(owner)
        if plan is not None and plan > surplus:
            floors.append(PriceBound(id=owner, eur_per_kwh=plan, basis=Basis.PLAN))
        else:
            floors.append(PriceBound(id=owner, eur_per_kwh=surplus, basis=Basis.SURPLUS))
    return floors, tuple(unknown)
