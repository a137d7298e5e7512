"""Two guards that need the bills: a local price under what a kWh costs, and who can only lose."""

from collections.abc import Iterable, Sequence
from gettext import gettext as _
from gettext import ngettext

from acc.accounts.values import Money, ParticipantMoney
from acc.exchange import Exchange
from acc.i18n import decimal
from acc.plan.values import Plan
from acc.problem import InputError
from acc.result.result import KeyOutcome
from acc.scenario import Scenario
from acc.sides import loses
from acc.sites import Kind
from acc.units import eur_per_mwh
from scenarios.operation.departures.departures import unplanned, without
from scenarios.operation.ready.operation import Operation

MOST_NAMES = 5


def advice(operation: Operation, chosen: KeyOutcome, unshifted: Exchange | None) -> tuple[str, ...]:
    """Advice on the local price and the members, in sentences with amounts.

    Args:
        unshifted: the exchange before the flexible loads moved; None without any.
    """
    money = chosen.money
    if money is None:
        return ()
    sentences = single_commune_advice(operation.scenario)
    return (
        *sentences,
        *(() if sentences else prices_under_cost(operation.scenario, money)),
        *_leave_out(operation, chosen, money, unshifted),
    )


def single_commune_advice(scenario: Scenario) -> tuple[str, ...]:
    """Return a sentence where a commune and its plants are told as if they sold to one another.

    All sites are those of communes, at one place, and no row names a person: each is then its own, and the
    plants of an owner without a site sell to all of them.
    """
    sites, plants = scenario.participants, scenario.plants
    apart = {plant.producer for plant in plants} - {site.id for site in sites}
    same_commune = len({site.insee for site in sites}) == 1 and sites[0].insee is not None
    named = [*(site.person for site in sites), *(plant.person for plant in plants)]
    silent = not any(named) and scenario.persons is None
    if not (apart and silent and same_commune and len(sites) > 1):
        return ()
    if any(site.kind is not Kind.COMMUNE for site in sites):
        return ()
    message = _(
        "{names} are told as {count} members, to whom {owner} sells. If one commune holds them all, it sells "
        "itself nothing, and its gain is that of all of them together (`person` in participants.csv and "
        "plants.csv)"
    )
    names = ", ".join(site.name for site in sites[:MOST_NAMES])
    more = f"{names}…" if len(sites) > MOST_NAMES else names
    return (message.format(names=more, count=len(sites), owner=", ".join(sorted(apart))),)


def prices_under_cost(scenario: Scenario, money: Money) -> tuple[str, ...]:
    """Return a sentence for each producer who sells local kWh for less than they cost it (LCOE), at a loss.

    Who sells to itself alone is left aside: its price goes from one pocket to the other; and so is who does
    not lose in all, its bills and its plants together.
    """
    sentences = []
    losers = {plant for person in money.persons if loses(person.npv_eur_ht) for plant in person.plant_ids}
    for plan in money.plans:
        price, floor = _mean_price(money, plan), plan.break_even_local_eur_per_kwh
        if price is None or plan.lcoe_eur_per_kwh is None or price >= plan.lcoe_eur_per_kwh:
            continue
        if not losers & {*plan.plant_ids}:
            continue
        if floor is not None and price >= floor:
            continue  # what is used behind the meter, or the surplus, pays for the rest
        if not _sells_to_itself(scenario, plan):
            sentences.append(_under_cost(scenario, plan, price, plan.lcoe_eur_per_kwh))
    return tuple(sentences)


def _mean_price(money: Money, plan: Plan) -> float | None:
    own = [plant for plant in money.plants if plant.id in plan.plant_ids]
    shared = sum(plant.shared_kwh for plant in own)
    return sum(plant.local_eur_ht or 0.0 for plant in own) / shared if shared > 0.0 else None


def _sells_to_itself(scenario: Scenario, plan: Plan) -> bool:
    sellers = {plant.person or plan.owner for plant in scenario.plants if plant.id in plan.plant_ids}
    buyers = {member.person or member.id for member in scenario.participants}
    return sellers == buyers and len(buyers) == 1


def _under_cost(scenario: Scenario, plan: Plan, price: float, cost: float) -> str:
    message = _(
        "{name}: the local price, {price} EUR/MWh, is under what a kWh costs over the plan, {cost} (LCOE). "
        "{remedy}"
    )
    floor = plan.break_even_local_eur_per_kwh
    remedy = (
        _("Check the costs of [finance].")
        if floor is None
        else _("Its plan is worth nothing at {floor}: raise the price, or lower the costs.").format(
            floor=_mwh(floor)
        )
    )
    names = {member.id: member.name for member in scenario.participants}
    names |= {person.id: person.name for person in scenario.persons or ()}
    name = names.get(plan.owner, plan.owner)
    return message.format(name=name, price=_mwh(price), cost=_mwh(cost), remedy=remedy)


def _mwh(eur_per_kwh: float) -> str:
    return decimal(eur_per_mwh(eur_per_kwh), 1)


def only_lose(scenario: Scenario, money: Money) -> tuple[ParticipantMoney, ...]:
    """Return the participants who lose even at a local price of zero, and hold no plant to make up for it."""
    holders = {name for plant in scenario.plants for name in (plant.owner, plant.behind, plant.person)}
    people = zip(scenario.participants, money.participants, strict=True)
    return tuple(
        euros
        for site, euros in people
        if _loses_at_any_price(euros) and not {site.id, site.person or ""} & holders
    )


def _loses_at_any_price(euros: ParticipantMoney) -> bool:
    ceiling = euros.break_even_local_eur_per_kwh
    return euros.loses and (euros.received_kwh <= 0.0 or (ceiling is not None and ceiling <= 0.0))


def _leave_out(
    operation: Operation, chosen: KeyOutcome, money: Money, unshifted: Exchange | None
) -> tuple[str, ...]:
    scenario = operation.scenario
    losing = {euros.id for euros in only_lose(scenario, money)}
    if not losing:
        return ()
    stay = [i for i, member in enumerate(scenario.participants) if member.id not in losing]
    names = ", ".join(member.name for member in scenario.participants if member.id in losing)
    text = ngettext(
        "{names} can only lose, at any local price: leave it out (`active = false`)",
        "{names} can only lose, at any local price: leave them out (`active = false`)",
        len(losing),
    ).format(names=names)
    gain = _gain_without(operation, chosen, stay, unshifted)
    if gain is None:
        return (text,)
    if gain <= 0.0:
        return ()  # the others would lose more without it
    message = _("; members and producers together then gain {eur} EUR more over the period")
    return (text + message.format(eur=decimal(gain, 0)),)


def _gain_without(
    operation: Operation, chosen: KeyOutcome, stay: Sequence[int], unshifted: Exchange | None
) -> float | None:
    """Additional gain of all when only `stay` takes part, EUR; None where the key is not defined."""
    if not stay:
        return None
    try:
        rest = without(unplanned(operation), unshifted, stay, range(len(operation.scenario.plants)))
        left = rest.outcome(operation.scenario.key).money
    except InputError:
        return None
    if left is None or chosen.money is None:
        return None
    return _everybody_eur(left) - _everybody_eur(chosen.money)


def _everybody_eur(money: Money) -> float:
    return _known_sum(p.saving_eur_ht for p in money.participants) + _known_sum(
        p.gain_eur_ht for p in money.plants
    )


def _known_sum(amounts: Iterable[float | None]) -> float:
    return sum(amount for amount in amounts if amount is not None)
