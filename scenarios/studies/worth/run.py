"""`acc worth`: sharing beside its alternatives, on the same curves, the same sun and the same draws.

Which site each plant can serve without an operation: the one under it, or its owner's next to it.

The alternatives of sharing, for the working page.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from gettext import gettext as _
from pathlib import Path
from typing import Unpack

import numpy as np

from acc.accounts.price_corridor import pays_tax
from acc.arrays import BoolArray
from acc.legal.checklist import legal_checks
from acc.problem import InputError, Problem
from acc.result.change import own_chance, sharing_ratio
from acc.result.proposal import CaseToCompare, Proposal, propose
from acc.result.result import Result
from acc.rules.check import OperationStatus, State
from acc.scenario import Scenario
from acc.sites import Position
from acc.size.result import SizedBattery
from acc.worth.result import USUAL_DRAWS, Alternative, OwnChance, Roof, Way, WayState, Worth
from scenarios.entry.columns.row_models import WorthSection
from scenarios.entry.columns.toml_text import toml_of
from scenarios.entry.folder.raw import RawFolder
from scenarios.entry.places.geography import distances_km
from scenarios.kept_plan import kept_plan
from scenarios.operation.draws.compute import built_keys
from scenarios.operation.draws.settings import SweepChoice, read_sweep
from scenarios.operation.metering.kept_meters import sky_position
from scenarios.operation.ready.operation import open_operation
from scenarios.operation.ready.request import (
    OperationRequest,
    legal_case,
    operation_status,
    perimeter_checks,
    source_of,
)
from scenarios.operation.store.store import KeptKind
from scenarios.session import MOST_ANSWERS, AtHand, PageQuestion
from scenarios.studies.size.settings import read_size
from scenarios.studies.worth.compare import (
    AlternativeRequest,
    Computed,
    alternative_requests,
    check_worth,
    computed,
    read_worth,
    tipping_of,
)
from scenarios.studies.worth.drawn_choices import DrawnChoices, DrawnOf, battery_words, drawn_choices

NEAR_KM = 0.1
"""A site within 100 m of a plant may be fed by a line of its own."""


def roofs_of(scenario: Scenario, sites: Sequence[str], owners: Sequence[str]) -> tuple[Roof, ...]:
    """Return the site that each plant can serve: its owner, where a site, else the nearest of its person.

    An owner that the folder names stays the site served once persons are told: they move no roof.

    Args:
        sites, owners: the person of each participant and of each plant.
    """
    count = len(scenario.plants)
    places = [site.position for site in (*scenario.plants, *scenario.participants)]
    km = distances_km(places)[:count, count:]
    same = np.array(owners, dtype=object)[:, None] == np.array(sites, dtype=object)[None, :]
    ids = [site.id for site in scenario.participants]
    roofs = []
    for m, plant in enumerate(scenario.plants):
        if plant.owner in ids:
            same[m] = [id_ == plant.owner for id_ in ids]
        own = np.where(same[m] & np.isfinite(km[m]), km[m], np.inf)
        nearest = int(own.argmin()) if own.size else 0
        far = float(own[nearest]) if own.size and np.isfinite(own[nearest]) else None
        near = far is not None and far <= NEAR_KM
        host = plant.behind or (ids[nearest] if near else None)
        roofs.append(Roof(plant=plant.id, host=host, stated=plant.behind is not None, nearest_km=far))
    return tuple(roofs)


SLOW_DRAWS = 30
"""Where a battery or the key has to be settled step by step of the whole year in each draw."""

BRIEF_DRAWS = 50
"""Of the page of a brief: enough for chances told in tenths, in a second."""


@dataclass(frozen=True, slots=True)
class Question:
    """A folder and what is asked of it."""

    folder: Path
    request: OperationRequest

    def compute(self, alternative: AlternativeRequest, choice: SweepChoice) -> Computed:
        """Return one alternative of the folder.

        Raises:
            InputError: every fault of the folder, and a folder without prices.
        """
        settings = (*self.request.get("settings", ()), *alternative.settings)
        request: OperationRequest = {**self.request, "settings": settings}
        operation, metered = open_operation(self.folder, **request)
        outcome = computed(alternative, operation, metered, reformed=choice.off_peak_reform_ratio > 0.0)
        if outcome is None:
            message = _("a local price is needed for euros: give local_eur_per_mwh")
            raise InputError([Problem("[prices]", message)])
        return outcome


def brief_worth(folder: Path, result: Result, **request: Unpack[OperationRequest]) -> Worth | None:
    """Return the alternatives of sharing for a brief, in fewer draws; None where they take long, or mislead.

    They are left to `acc worth` where no range could be drawn in a second (a key settled step by step, very
    many sites), where a battery or flexible loads move in each draw, where nothing is invested by a plan,
    and under an operation that is not lawful: others have to be formed first.
    """
    scenario = result.scenario
    moves = scenario.has_devices
    if result.ranges is None or moves or scenario.finance is None or not scenario.sharing:
        return None
    if result.money is None or result.money.plan is None or not result.is_lawful:
        return None
    worth = worth_folder(folder, draws=BRIEF_DRAWS, search=False, **request)
    return replace(worth, to_verify=sum(check.state is State.TO_VERIFY for check in result.rules))


def with_worth(folder: Path, result: Result, **request: Unpack[OperationRequest]) -> Result:
    """Return the result with the alternatives of sharing, where a brief can tell them."""
    worth = brief_worth(folder, result, **request)
    return result if worth is None else replace(result, studies={**result.studies, "worth": worth})


def worth_folder(
    folder: Path,
    *,
    draws: int = USUAL_DRAWS,
    search: bool = True,
    ppa_eur_per_mwh: float | None = None,
    **request: Unpack[OperationRequest],
) -> Worth:
    """Value of each alternative to all, to each person and to each plant.

    Args:
        draws: 0 gives the central figures alone: no chances, and no search of a battery.
        search: look for the best battery where `[size.battery]` asks for one.
        ppa_eur_per_mwh: price of a long-term purchase contract; None takes that of `[worth]`.
        request: which scenario; see `OperationRequest`.

    Raises:
        InputError: every fault of the folder, of `[sweep]` and of `[worth]`; no price; no plant.
    """
    source = source_of(folder, request)
    question = Question(folder, request)
    sweep = read_sweep(source).for_single_weather_year
    base = question.compute(AlternativeRequest(choice=Way.FOLDER), sweep)
    scenario = base.operation.scenario
    check_worth(source, base.operation)
    requests = _alternatives_to_compute(
        question, source, base, read_worth(source, ppa_eur_per_mwh), searched=search and draws > 0
    )
    requests, every = _computed(question, requests, sweep, base)
    slow = any(_is_slow(way) for way in every.values())
    sweep = replace(sweep, draws=min(draws, SLOW_DRAWS) if slow else draws)
    persons = tuple(dict.fromkeys(p.id for way in (base, *every.values()) for p in way.money.persons))
    known = [choice for choice in Way if choice in every or choice is Way.NOTHING]
    drawn, status = drawn_choices(known, every, sweep, persons), operation_status(scenario, base.money)
    shares = np.array([choice in every and every[choice].shares for choice in known])
    together = drawn.of()
    written = {plant.id for plant in scenario.plants if plant.added_to is None}
    worth = Worth(
        scenario=scenario,
        alternatives=tuple(_alternatives(requests, _own_words(question), every, drawn, persons)),
        sharing_ratio=sharing_ratio(together.eur, shares),
        connected_sharing_ratio=sharing_ratio(together.connected_eur, shares),
        own_chance=_own_chance(together, shares, known.index(Way.FOLDER)),
        draws=sweep.draws,
        is_value=drawn.is_value,
        names={person.id: person.name for way in (base, *every.values()) for person in way.money.persons},
        roofs=tuple(roof for roof in _roofs(base) if roof.plant in written),
        ahead_eur=None,
        tipping=tipping_of(every),
        notes=tuple(_notes(scenario, every, is_value=drawn.is_value, slow=slow)),
        status=replace(status, costs_left_out=_costs_left_out(base, status)),
        plan=base.money.plan,
        to_verify=_to_verify(base),
        proposal=_proposal(every, scenario, status),
        way=kept_plan(base.operation, perimeter_checks(scenario)),
        is_taxed=_is_taxed(base, every, is_value=drawn.is_value),
    )
    if not shares.any():  # doing nothing is always there beside
        return worth
    central_eur = worth.lead_eur(), worth.lead_eur(connected=True)
    return replace(worth, ahead_eur=together.ahead_eur(shares, central_eur))


def _is_taxed(base: Computed, every: Mapping[Way, Computed], *, is_value: bool) -> bool:
    """Return whether gains are before a tax on profit: one over the plan, or a rate of the folder without."""
    if not is_value:
        return pays_tax(base.operation.scenario)
    totals = (way.money.total for way in (base, *every.values()))
    return any(total is not None and total.is_taxed for total in totals)


def _own_chance(together: DrawnOf, shares: BoolArray, folder: int) -> OwnChance | None:
    """Return how often the folder itself is the best; doing nothing, which shares nothing, stands beside."""
    if not shares[folder]:
        return None
    best, ahead = own_chance(together.eur, shares, folder)
    late_best, late_ahead = own_chance(together.connected_eur, shares, folder)
    return OwnChance(
        best_ratio=best,
        ahead_ratio=ahead,
        connected_best_ratio=late_best,
        connected_ahead_ratio=late_ahead,
    )


def _costs_left_out(base: Computed, status: OperationStatus) -> tuple[str, ...]:
    """Costs left out of every figure, connections excepted where each has an upper figure."""
    plan = base.money.plan
    counted = plan is not None and not plan.connection_unbounded_ids
    return tuple(cost for cost in status.costs_left_out if not (counted and cost == "connection"))


def _to_verify(base: Computed) -> int:
    """Number of rules of the perimeter and the contracts that are to verify."""
    scenario = base.operation.scenario
    checks = (*perimeter_checks(scenario), *legal_checks(legal_case(scenario, base.energy, base.money)))
    return sum(check.state is State.TO_VERIFY for check in checks)


def _proposal(every: Mapping[Way, Computed], scenario: Scenario, status: OperationStatus) -> Proposal | None:
    """Proposal among the ways to share, the folder as written first."""
    if Way.FOLDER not in every or not every[Way.FOLDER].shares:
        return None
    ways: dict[tuple[str, ...], tuple[Way, Computed]] = {}
    for way in (Way.FOLDER, *every):
        if every[way].shares:
            ways.setdefault(every[way].request.words, (way, every[way]))
    cases = [
        CaseToCompare(way, row.operation.exchange, row.energy.received_kwh, row.money, not status.is_unlawful)
        for way, row in ways.values()
    ]
    return propose(cases, scenario.decide)


def _roofs(base: Computed) -> tuple[Roof, ...]:
    chart = base.case.chart
    assert chart is not None  # there is money
    sites, plants = ([chart.persons[p] for p in of.tolist()] for of in (chart.site, chart.plant))
    return roofs_of(base.operation.scenario, sites, plants)


def _alternatives_to_compute(
    question: Question, source: RawFolder, base: Computed, prices: WorthSection, *, searched: bool
) -> tuple[AlternativeRequest, ...]:
    scenario = base.operation.scenario
    modelled = any(plant.curve is None for plant in scenario.plants)
    sky: Position | None = sky_position(scenario) if modelled else None
    sized = source.sections.get("size")
    choice = None
    if searched and scenario.battery is None and isinstance(sized, dict) and "battery" in sized:
        choice = read_size(source, {plant.id: plant.kwp for plant in scenario.plants}, None).battery
    battery = battery_words(scenario, choice, partial(_best_battery, question))
    return alternative_requests(scenario, _roofs(base), prices, sky, battery)


def _best_battery(question: Question) -> SizedBattery | None:
    from scenarios.studies.size.run import size_folder  # noqa: PLC0415 - the search and its solver: where a battery is sought only

    return size_folder(question.folder, **question.request).best.battery


def _own_words(question: Question) -> tuple[str, ...]:
    """Words of the question, as for `--set`, before those of an alternative."""
    key_name = question.request.get("key")
    key = (f"key.name={key_name}",) if key_name else ()
    settings = question.request.get("settings", ())
    return (*key, *(f"{setting.path}={toml_of(setting.value)}" for setting in settings))


def _computed(
    question: Question, alternatives: Sequence[AlternativeRequest], sweep: SweepChoice, base: Computed
) -> tuple[tuple[AlternativeRequest, ...], dict[Way, Computed]]:
    """Questions, and alternatives with figures, without the empty one.

    The same words are computed once. What the folder refuses (a plant behind the meter of a site that
    leaves) is no choice of it, and says why.
    """
    by_way: dict[Way, Computed] = {}
    by_words: dict[tuple[str, ...], Computed] = {(): base}
    requests = list(alternatives)
    for place, request in enumerate(alternatives):
        if request.state is not WayState.COMPARED or request.choice is Way.NOTHING:
            continue
        try:
            result = by_words.get(request.words) or question.compute(request, sweep)
        except InputError as fault:
            if request.choice is Way.FOLDER:
                raise
            requests[place] = replace(request, state=WayState.NOT_POSSIBLE, reason=fault.problems[0].message)
            continue
        by_words[request.words] = result
        result = replace(result, request=request)
        if not (request.choice in {Way.TOTAL_SALE, Way.PPA} and result.unsold):
            by_way[request.choice] = result
    return tuple(requests), by_way


def _is_slow(way: Computed) -> bool:
    case = way.case
    if not case.scenario.sharing:
        return bool(case.scenario.flexible)
    return case.scenario.has_devices or built_keys(case)[0][1] is None


def _alternatives(
    requests: Sequence[AlternativeRequest],
    own: tuple[str, ...],
    every: Mapping[Way, Computed],
    drawn: DrawnChoices,
    persons: tuple[str, ...],
) -> Iterator[Alternative]:
    known = [choice for choice in Way if choice in every or choice is Way.NOTHING]
    together, of_each = drawn.of(), [drawn.of(p) for p in range(len(persons))]
    for each in requests:
        words = (*own, *each.words)
        if each.choice not in known:
            state, reason = (
                (each.state, each.reason) if each.reason else (WayState.NOT_COMPARABLE, _unsold_reason())
            )
            yield Alternative(choice=each.choice, words=words, state=state, reason=reason)
            continue
        a, outcome = known.index(each.choice), every.get(each.choice)
        balance = {} if outcome is None else {person.id: person for person in outcome.money.persons}
        yield Alternative(
            choice=each.choice,
            is_alone=outcome is not None and not outcome.operation.scenario.sharing,
            words=words,
            total=together.gain(a, None if outcome is None else outcome.money.total),
            payback_years=None if outcome is None else outcome.payback_years,
            latest_payback_years=None if outcome is None else outcome.latest_payback_years,
            persons={id_: of_each[p].gain(a, balance.get(id_)) for p, id_ in enumerate(persons)},
            plants_npv_eur={} if outcome is None else outcome.plant_values(),
        )


def _unsold_reason() -> str:
    return _("no contract takes a plant of that size: give a price, total_sale in [worth]")


def _notes(scenario: Scenario, every: Mapping[Way, Computed], *, is_value: bool, slow: bool) -> Iterator[str]:
    yield _("Nobody leaves in these draws; the weather is that of the folder's year, its level is drawn.")
    if not is_value:
        yield _("No plan: investments are not counted. Add a section [finance].")
    unsold = dict.fromkeys(name for way in every.values() for name in way.unsold)
    if unsold:
        text = _("Surplus without a known price, counted as 0 where something else is sold: {names}.")
        yield text.format(names=", ".join(unsold))
    if scenario.markets:
        yield _(
            "Prices by the hour are those of the file in every draw; what a surplus gets of them follows the "
            "sun and the needs of the draw."
        )
    if slow:
        yield _("Battery, flexible loads or this key are settled step by step: fewer draws.")
    if scenario.variant:
        yield _("Words of --set come after --variant “{name}”.").format(name=scenario.variant)


WORTHS: KeptKind[Worth] = KeptKind("worths", MOST_ANSWERS)


def worth_of_page(hand: AtHand, question: PageQuestion, draws: int) -> Worth:
    """Result of `acc worth` for a question; 0 draws is quick, without chances.

    Raises:
        InputError: every fault of the folder and of the question; no price; no plant.
    """
    store, request = hand.store(), hand.request(question, anew=True)
    return store.get(WORTHS, (question, draws), lambda: worth_folder(hand.folder, draws=draws, **request))
