"""What each site changes by leaving: by fast sums, or run again where a battery or flexible loads answer."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from gettext import gettext as _
from gettext import ngettext
from importlib.util import find_spec

import numpy as np

from acc.accounts.persons import holdings
from acc.accounts.values import Money, ParticipantMoney
from acc.arrays import FloatArray, spread
from acc.batch.key_forms import split_of
from acc.batch.sums import KeySums, Needs, ProductiveSteps, Split, split_sums
from acc.bills.bill import bill_terms, period_years
from acc.changes import LATE
from acc.departures.counterfactual import Baseline, PriceBook, SubsetOutcome, baseline_of, nobody
from acc.departures.entry_exit import (
    Change,
    SubsetOutcomes,
    leavings_by,
    outcomes_of_subsets,
    persons_leaving,
)
from acc.devices.battery import shift_loads
from acc.exchange import Exchange, exchange_behind_meters
from acc.i18n import decimal
from acc.plan.values import Plan
from acc.problem import InputError
from acc.result.result import KeyOutcome
from acc.scenario import KeyChoice, Scenario
from acc.settle import looks_back
from acc.sides import loses
from acc.sites import Kind
from acc.units import eur_per_mwh
from scenarios.entry.places.geography import scenario_members
from scenarios.operation.metering.meter import Progress
from scenarios.operation.metering.own_use import behind_of, hosts_of, site_load_kwh
from scenarios.operation.ready.operation import Operation
from scenarios.operation.store.store import KeptStore
from scenarios.operation.tariffs.price import tariffs_of

FAST_SUMS = 3000
"""Sites x participants x keys from which compiled sums pay for their start (0.4 s, and seconds once)."""

MOST_VALUES, LOOKING_BACK = 10_000_000, 40
"""Energies that a brief settles again to tell who leaves, some 2 s; a key that looks back at each step counts
as so many participants."""

MOST_RUNS = 60
"""Sites x keys up to which each case is run again without being asked: about 0.1 s each."""


def staged(operation: Operation, sums: int = 0) -> Baseline:
    """Return an operation made ready to be looked at without some of its sites; a battery is left out.

    Args:
        sums: how many sums are asked for: sites x participants x keys.
    """
    tariffs, steps = operation.tariffs, operation.exchange.steps
    prices = None
    if tariffs is not None:
        years = period_years(steps)
        prices = PriceBook(
            terms=bill_terms(tariffs, operation.scenario.prices, operation.scenario.plants, years),
            contracts=tuple(plant.surplus for plant in tariffs.plants),
            clocks=tariffs.clocks,
            period_years=years,
        )
    engine = _compiled_sums if sums >= FAST_SUMS and find_spec("numba") else split_sums
    return baseline_of(operation.exchange, operation.context, prices, engine)


def _compiled_sums(
    sheet: ProductiveSteps,
    needs: Needs,
    output_kwh: FloatArray,
    splits: Sequence[Split],
    *,
    by_plant: bool = False,
) -> tuple[KeySums, ...]:
    """Return the sums of the compiled engine, read when some are asked for: the default key asks for none."""
    from scenarios.operation.batch.numba_sums import split_sums as compiled  # noqa: PLC0415 - 0.3 s, 130 MB, an extra

    return compiled(sheet, needs, output_kwh, splits, by_plant=by_plant)


def leaving_of(
    operation: Operation, unshifted: Exchange | None, progress: Progress
) -> tuple[tuple[Change, ...], tuple[Change, ...]]:
    """Change from the departure of each site, then of each person with all sites, under the chosen key.

    Nothing where it would take too long.

    Args:
        unshifted: the exchange before the flexible loads moved; None without any.

    Raises:
        InputError: the chosen key cannot be built.
    """
    scenario = operation.scenario
    members, sites = len(scenario.participants), len(scenario.participants) + len(scenario.plants)
    if not members:
        return (), ()
    choice = operation.read(scenario.key)
    stage = staged(operation, sites * members)
    outcomes: SubsetOutcomes = partial(outcomes_of_subsets, stage, [choice])
    key = operation.key(choice)
    if scenario.has_devices or split_of(key, members, stage.sheet) is None:
        columns = max(members, LOOKING_BACK) if looks_back(key) else members
        if (sites + 2) * scenario.steps.count * columns > MOST_VALUES:
            return (), ()
        if scenario.has_devices:
            outcomes = rerun(operation, unshifted, [choice], progress)
    everyone = holdings(scenario)
    changes = leavings_by(operation.context, [choice], everyone, outcomes, of_each=False)[0][choice.name]
    return changes, persons_leaving(operation.context, [choice], everyone, outcomes, everyone, changes)


def rerun(
    operation: Operation, unshifted: Exchange | None, choices: Sequence[KeyChoice], progress: Progress
) -> SubsetOutcomes:
    """Build the function of subset outcomes, each case computed as by `acc run`.

    The battery is driven again and the flexible loads are moved again, for those who stay.

    Args:
        choices: their files read.
    """
    scenario = operation.scenario
    names = [site.name for site in (*scenario.participants, *scenario.plants)]

    def outcomes_of(absent: Sequence[int], idle: Sequence[int]) -> tuple[SubsetOutcome | InputError, ...]:
        members = [i for i in range(len(scenario.participants)) if i not in absent]
        plants = [i for i in range(len(scenario.plants)) if i not in idle]
        out = [*absent, *(len(scenario.participants) + i for i in idle)]
        progress(names[out[0]] if out else scenario.name)
        if not members or not plants:
            return (nobody(len(scenario.participants), len(scenario.plants)),) * len(choices)
        try:
            rest = without(unplanned(operation), unshifted, members, plants)
        except InputError as fault:
            return (fault,) * len(choices)
        return tuple(_full_outcome(rest, choice, scenario, members, plants) for choice in choices)

    return lambda cases: (outcomes_of(*case) for case in cases)


def without(
    operation: Operation, unshifted: Exchange | None, members: Sequence[int], plants: Sequence[int]
) -> Operation:
    """Return the operation of some participants and plants, by column.

    A plant that is left out stays built: own use behind its meter goes on, at the hours it has with all.

    Raises:
        InputError: tariffs that cannot be made.
    """
    exchange = _columns(unshifted or operation.exchange, members, plants)
    return _rest(operation, exchange, members, plants)


def unplanned(operation: Operation) -> Operation:
    """Return an operation whose plan is not asked, as where only what the period brings is told."""
    return replace(operation, scenario=replace(operation.scenario, finance=None))


def not_built(operation: Operation, unshifted: Exchange | None, removed: int) -> Operation:
    """Return the operation as if one plant, by column, were not built: its host withdraws what it spared.

    Nor is what comes later beside it.

    Args:
        unshifted: the exchange before the flexible loads moved; None without any.

    Raises:
        InputError: tariffs that cannot be made.
    """
    scenario, before = operation.scenario, unshifted or operation.exchange
    name, every = scenario.plants[removed].id, range(len(scenario.plants))
    plants = [m for m in every if name not in (scenario.plants[m].id, scenario.plants[m].added_to)]
    lost = [m for m in every if m not in plants]
    members, host = range(len(scenario.participants)), scenario.plants[removed].behind
    injected, own_use = before.production_kwh[:, plants], before.own_use_kwh[:, plants]
    exchange = before.injecting(injected, own_use)
    site = next((n for n in members if scenario.participants[n].id == host), None)
    if site is not None:  # those left behind the same meter serve it first
        ats = [at for at, m in enumerate(plants) if scenario.plants[m].behind == host]
        load = before.consumption_kwh.copy()
        spared = own_use[:, ats].sum(axis=1) + before.own_use_kwh[:, lost].sum(axis=1)
        output = injected[:, ats] + own_use[:, ats]
        served = exchange_behind_meters(
            before.steps, (load[:, site] + spared)[:, None], output, [0] * len(ats)
        )
        load[:, site] = served.consumption_kwh[:, 0]
        injected[:, ats], own_use[:, ats] = served.production_kwh, served.own_use_kwh
        exchange = Exchange(before.steps, load, injected, own_use)
    # A site that gives no power is billed by its highest load, which moves with the plant behind its meter.
    same = site is None or bool(scenario.participants[site].contract.subscribed_kva)
    rest = _rest(operation, exchange, members, plants, same_members=same and not scenario.flexible)
    return replace(rest, inputs=operation.inputs, cache=KeptStore(operation.cache.folder))


def _rest(
    operation: Operation,
    exchange: Exchange,
    members: Sequence[int],
    plants: Sequence[int],
    *,
    same_members: bool = False,
) -> Operation:
    """Return the operation of some participants and plants, of which `exchange` is, loads not moved yet.

    Args:
        same_members: all participants stay, and what they are billed with does not move.
    """
    before = operation.scenario
    people = tuple(before.participants[i] for i in members)
    roofs = tuple(before.plants[i] for i in plants)
    ids, kept = {p.id for p in people}, {p.id for p in roofs}
    scenario = replace(
        before,
        participants=people,
        plants=roofs,
        flexible=tuple(load for load in before.flexible if load.participant in ids),
        changes=tuple(change for change in before.changes if change.site in ids | kept),
        inactive_ids=before.inactive_ids | {p.id for p in before.participants} - ids,
        inactive_plant_ids=before.inactive_plant_ids | {p.id for p in before.plants} - kept,
    )
    exchange = _moved(scenario, exchange)
    tariffs = operation.tariffs
    if tariffs is not None:
        tariffs = tariffs_of(scenario, exchange, tariffs.members if same_members else None)
    base = operation.base.part(members, plants) if operation.base and before.finance else None
    placed = scenario_members(scenario)  # holds nothing: asked once
    return Operation(scenario, operation.folder, exchange, placed, tariffs, base=base)


def _columns(exchange: Exchange, members: Sequence[int], plants: Sequence[int]) -> Exchange:
    return Exchange(
        exchange.steps,
        exchange.consumption_kwh[:, members],
        exchange.production_kwh[:, plants],
        exchange.own_use_kwh[:, plants],
    )


def _moved(scenario: Scenario, exchange: Exchange) -> Exchange:
    """Return an exchange once its flexible loads have moved."""
    if not scenario.flexible:
        return exchange
    ids = [member.id for member in scenario.participants]
    load = site_load_kwh(exchange, behind_of(scenario))
    output = exchange.production_kwh + exchange.own_use_kwh
    moved = shift_loads(scenario.steps, load, output, scenario.flexible, ids)
    return exchange_behind_meters(scenario.steps, moved.load_kwh, output, hosts_of(scenario))


def _full_outcome(
    rest: Operation,
    choice: KeyChoice,
    everyone: Scenario,
    members: Sequence[int],
    plants: Sequence[int],
) -> SubsetOutcome | InputError:
    """Outcome of a subset, in arrays of all; zeros for those left out."""
    sites, roofs = len(everyone.participants), len(everyone.plants)
    try:
        outcome = rest.outcome(choice)
    except InputError as fault:
        return fault
    saving, gain = _euros(outcome, len(members), len(plants))
    return SubsetOutcome(
        spread(outcome.energy.received_kwh, members, sites, 0),
        spread(saving, members, sites, 0),
        spread(outcome.energy.shared_kwh, plants, roofs, 0),
        spread(outcome.energy.surplus_kwh, plants, roofs, 0),
        spread(gain, plants, roofs, 0),
    )


def _euros(outcome: KeyOutcome, members: int, plants: int) -> tuple[FloatArray, FloatArray]:
    if outcome.money is None:
        return np.full(members, np.nan), np.full(plants, np.nan)
    savings = [member.saving_eur_ht for member in outcome.money.participants]
    gains = [plant.gain_eur_ht for plant in outcome.money.plants]
    return _known(savings), _known(gains)


def _known(amounts_eur: Sequence[float | None]) -> FloatArray:
    return np.array([np.nan if amount is None else amount for amount in amounts_eur])


MOST_NAMES = 5


def advice(operation: Operation, chosen: KeyOutcome, unshifted: Exchange | None) -> tuple[str, ...]:
    """Advice on the local price and the members, in sentences with amounts.

    What rests on a figure that is doubted still is not advised: its price would be one to type.

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
        *_leave_out(operation, money, unshifted),
    )


OF_ALL = ("prices.", "finance.")
"""Paths of what every plan and member rests on."""

NO_FIGURES = frozenset({"id", "name", "kind", "prm", "person", "owner", "substation", "active"})


def doubted_figures(scenario: Scenario) -> frozenset[str]:
    """Return the ids of rows a figure of which is doubted still; with "" where it is one of all.

    >>> from types import SimpleNamespace
    >>> doubted_figures(SimpleNamespace(doubted={"plants.roof.kwp#pair": "", "participants.a.id": ""}))
    frozenset({'roof'})
    """
    places = [path.partition("#")[0] for path in scenario.doubted]
    rows = [place.split(".") for place in places if not place.startswith(OF_ALL)]
    ids = {row[1] for row in rows if len(row) > 1 and row[-1] not in NO_FIGURES}
    return frozenset(ids | {"" for place in places if place.startswith(OF_ALL)})


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


def prices_under_cost(scenario: Scenario, money: Money) -> Iterator[str]:
    """Return a sentence for each producer who sells local kWh for less than they cost it (LCOE), at a loss.

    Who sells to itself alone is left aside: its price goes from one pocket to the other; and so is who does
    not lose in all, its bills and its plants together.
    """
    doubted = doubted_figures(scenario)
    # Any need that is doubted changes what each plant shares.
    if doubted & {"", *(site.id for site in scenario.participants)}:
        return
    losers = {plant for person in money.persons if loses(person.npv_eur_ht) for plant in person.plant_ids}
    for plan in money.plans:
        if doubted & {*plan.plant_ids}:
            continue
        price, floor = _mean_price(money, plan), plan.break_even_local_eur_per_kwh
        if price is None or plan.lcoe_eur_per_kwh is None or price >= plan.lcoe_eur_per_kwh:
            continue
        if not losers & {*plan.plant_ids}:
            continue
        if floor is not None and price >= floor:
            continue  # what is used behind the meter, or the surplus, pays for the rest
        if not _sells_to_itself(scenario, plan):
            yield _under_cost(scenario, plan, price, plan.lcoe_eur_per_kwh)


def _mean_price(money: Money, plan: Plan) -> float | None:
    own = [plant for plant in money.plants if plant.id in plan.plant_ids]
    shared = sum(plant.shared_kwh for plant in own)
    return sum(plant.local_eur_ht or 0.0 for plant in own) / shared if shared > 0.0 else None


def _sells_to_itself(scenario: Scenario, plan: Plan) -> bool:
    sellers = {plant.person or plan.owner for plant in scenario.plants if plant.id in plan.plant_ids}
    buyers = {member.person or member.id for member in scenario.participants}
    return sellers == buyers and len(buyers) == 1


def _under_cost(scenario: Scenario, plan: Plan, price_eur_per_kwh: float, cost_eur_per_kwh: float) -> str:
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
    return message.format(
        name=name, price=_mwh(price_eur_per_kwh), cost=_mwh(cost_eur_per_kwh), remedy=remedy
    )


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


def _leave_out(operation: Operation, money: Money, unshifted: Exchange | None) -> tuple[str, ...]:
    scenario = operation.scenario
    doubted = doubted_figures(scenario)
    ids = {euros.id for euros in only_lose(scenario, money)} - doubted
    if not ids or "" in doubted or any(change.what in LATE for change in scenario.changes):
        return ()  # a year before a plant or a site comes is not what they would gain
    losing = [i for i, member in enumerate(scenario.participants) if member.id in ids]
    names = ", ".join(scenario.participants[i].name for i in losing)
    text = ngettext(
        "{names} can only lose, at any local price: leave it out (`active = false`)",
        "{names} can only lose, at any local price: leave them out (`active = false`)",
        len(losing),
    ).format(names=names)
    gain = gain_without(operation, money, losing, unshifted)
    if gain is None:
        return (text,)
    if gain <= 0.0:
        return ()  # the others would lose more without it
    message = _("; members and producers together then gain {eur} EUR more over the period")
    return (text + message.format(eur=decimal(gain, 0)),)


def gain_without(
    operation: Operation, money: Money, losing: Sequence[int], unshifted: Exchange | None
) -> float | None:
    """Additional gain of all when these take no part, EUR; None where the key is not defined."""
    scenario = operation.scenario
    if len(losing) == len(scenario.participants):
        return None
    outcomes: SubsetOutcomes = (
        rerun(operation, unshifted, [scenario.key], lambda _name: None)
        if scenario.has_devices
        else partial(outcomes_of_subsets, staged(operation), [operation.read(scenario.key)])
    )
    ((left,),) = outcomes([(losing, ())])
    if isinstance(left, InputError):
        return None
    left_eur = float(np.nansum(left.saving_eur) + np.nansum(left.gain_eur))
    return left_eur - everybody_eur(money)


def everybody_eur(money: Money) -> float:
    """What sharing brings all members and plants, EUR, those whose euros are unknown left out."""
    return _known_sum(p.saving_eur_ht for p in money.participants) + _known_sum(
        p.gain_eur_ht for p in money.plants
    )


def _known_sum(amounts_eur: Iterable[float | None]) -> float:
    return sum(amount for amount in amounts_eur if amount is not None)
