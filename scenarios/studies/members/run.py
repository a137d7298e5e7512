"""Who adds what to an operation: entry and exit, Shapley values, stability; `acc members DIR`.

Who adds what, for the working page: made on demand, kept.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from gettext import gettext as _
from pathlib import Path
from typing import Unpack

import numpy as np

from acc.accounts.person_values import Missing
from acc.accounts.persons import holdings
from acc.departures.counterfactual import Baseline, SubsetOutcome, option_taken, subset_outcomes
from acc.departures.entry_exit import (
    Change,
    SubsetOutcomes,
    leavings_by,
    outcomes_of_subsets,
    persons_leaving,
)
from acc.departures.game import EUR, KWH, Game, LocalWorths, Player, game_of, players_of, worths_of
from acc.exchange import Exchange
from acc.i18n import semicolons
from acc.members.core import Stability, market_of
from acc.members.report import Contribution, MembersReport, Shapley, shapley
from acc.problem import InputError, Problem
from acc.rules.all_checks import check_perimeter
from acc.rules.check import Check, State
from acc.rules.perimeter import PerimeterRules
from acc.scenario import KeyChoice, Scenario
from scenarios.entry.folder.sections import checked_members
from scenarios.operation.departures.departures import MOST_RUNS, rerun, staged
from scenarios.operation.metering.memory import give_back
from scenarios.operation.metering.meter import Progress
from scenarios.operation.ready.operation import Operation, open_operation
from scenarios.operation.ready.request import (
    OperationRequest,
    first_year_notes,
    of_first_year,
    operation_status,
    progress_of,
)
from scenarios.operation.store.store import KeptKind
from scenarios.rates.table import perimeter_rules, read_rates
from scenarios.session import AtHand, PageQuestion
from scenarios.studies.members.candidates import OperationToJoin, candidates_of, joinings, order_of
from scenarios.studies.members.core_search import Payoffs, Search, dated_over_plan


def members(
    folder: Path,
    *,
    keys: Sequence[str] = (),
    seed: int = 24,
    exact: bool = False,
    over_plan: bool = True,
    **request: Unpack[OperationRequest],
) -> MembersReport:
    """Contributions of members to the operation of a folder, under its key and under `keys`.

    Who would leave together is looked for last: the loads are gone from memory by then.

    Args:
        seed: of the orders drawn for the Shapley values of many members.
        exact: run every leaving again where a battery or flexible loads answer to who is in, for all sites.
        over_plan: tell who leaves over the plan too, where something is dated.
        request: which scenario; see `OperationRequest`.

    Raises:
        InputError: every fault of the folder, its curves, its keys and its prices; nobody who takes part.
    """
    first, planned, later = of_first_year(folder, request)
    report, together = _report(folder, keys, seed, first, planned, exact=exact)
    progress_of(request)(_("who would leave"))
    stability = () if isinstance(together, str) else together()
    notes = (together,) if isinstance(together, str) and together else ()
    over, untold = dated_over_plan(folder, request, every=exact) if later and over_plan else ((), ())
    status = report.status.leaving_out("later") if later else report.status
    notes = (*first_year_notes(later), *report.notes, *notes, *untold)
    return replace(report, stability=stability, notes=notes, over_plan=over, status=status)


def _report(
    folder: Path, keys: Sequence[str], seed: int, request: OperationRequest, planned: Scenario, *, exact: bool
) -> tuple[MembersReport, "FindsStability | str"]:
    """Return all but who would leave together, and what that asks for, or why it is not told; see `members`.

    Raises:
        InputError: see `members`.
    """
    operation, metered = open_operation(folder, **request)
    progress = progress_of(request)
    unshifted = metered.unshifted
    del metered  # the output of each plant per kWp is not asked for
    candidates, notes = candidates_of(operation, request, planned, progress)
    progress(_("who leaves"))
    table = _table(operation, unshifted, keys, exact=exact, progress=progress)
    rules = perimeter_rules(read_rates(), operation.scenario.on)
    entry = OperationToJoin(operation, table.subset_outcomes[0], rules, staged)
    progress(_("who joins"))
    joining, failed = joinings(entry, candidates)
    order, proven = order_of(entry, candidates)
    if joining and all(join.broken for join in joining):
        message = _("no candidate is within reach: each of them would break the perimeter {regime}")
        failed.append(message.format(regime=operation.scenario.regime))
    progress(_("who brings what"))
    give_back(operation.exchange.consumption_kwh)
    game, worths, missing = _worth(table)
    values = shapley(game, seed=seed)
    del game  # what plants bring at each step is not asked for again
    report = MembersReport(
        scenario=operation.scenario,
        key=operation.scenario.key.name,
        players=table.players,
        outcome=table.shown,
        need_kwh=operation.context.consumption_kwh,
        leaving=table.leaving,
        persons_leaving=table.persons,
        joining=tuple(joining),
        order=order,
        order_is_proven=proven,
        shapley=values,
        brought=tuple(_brought(table.players, table.subset_outcomes[0], values)),
        stability=(),
        status=operation_status(operation.scenario, None),
        broken=_broken(operation, rules),
        missing=missing,
        notes=(*_operation_notes(operation, again=table.again), *table.notes, *notes, *failed),
    )
    return report, _together(table, worths)


def _broken(operation: Operation, rules: PerimeterRules) -> tuple[Check, ...]:
    checks = check_perimeter(checked_members(operation.scenario), operation.scenario.regime, rules)
    return tuple(check for check in checks if check.state is State.NOT_MET)


@dataclass(frozen=True, slots=True, eq=False)
class _KeyStandings:
    """The operation under each key, whole and without each site; the chosen key first.

    Attributes:
        subset_outcomes: without the battery, the flexible loads where they are with everyone.
        shown: what `leaving` starts from, under the chosen key.
        again: whether each leaving was run again, because something answers to who is in.
    """

    stage: Baseline
    players: tuple[Player, ...]
    choices: tuple[KeyChoice, ...]
    subset_outcomes: tuple[SubsetOutcome, ...]
    leaving: Mapping[str, tuple[Change, ...]]
    shown: SubsetOutcome
    again: bool
    notes: tuple[str, ...]
    persons: tuple[Change, ...] = ()


def _table(
    operation: Operation, unshifted: Exchange | None, keys: Sequence[str], *, exact: bool, progress: Progress
) -> _KeyStandings:
    """Return the operation under its key and `keys`, those that cannot be built left out with a note.

    Raises:
        InputError: the chosen key cannot be built, or nobody takes part.
    """
    scenario = operation.scenario
    if not scenario.participants:
        message = _("nobody takes part: at least one participant is expected, without active = false")
        raise InputError([Problem("participants.csv", message)])
    names = list(dict.fromkeys([scenario.key.name, *keys]))
    sites = len(scenario.participants) + len(scenario.plants)
    stage = staged(operation, sites * len(scenario.participants) * len(names))
    choices, notes = _choices(operation, names)
    outcomes = [
        subset_outcome
        for subset_outcome in subset_outcomes(stage, choices)
        if isinstance(subset_outcome, SubsetOutcome)
    ]
    players = players_of(scenario.participants, scenario.plants)
    again = scenario.has_devices and (exact or sites * len(choices) <= MOST_RUNS)
    fast: SubsetOutcomes = partial(outcomes_of_subsets, stage, choices)
    evaluate = rerun(operation, unshifted, choices, progress) if again else fast
    everyone = holdings(scenario)
    leaving, faults = leavings_by(operation.context, choices, everyone, evaluate, of_each=False)
    multiple = [holding for holding in everyone if len(holding.sites) + len(holding.plants) > 1]
    known = leaving[choices[0].name]
    persons = persons_leaving(operation.context, choices, everyone, evaluate, multiple, known)
    persons = tuple(p for p in persons if {*p.together_ids} not in [{*c.together_ids} for c in known])
    shown = next(evaluate([((), ())]))[0]
    assert isinstance(shown, SubsetOutcome)  # the chosen key was built
    message = _("under the key {key}, what leaving changes is not known: {why}")
    notes += [
        message.format(key=place.partition(" ")[0], why=f"{place.partition(' ')[2]}: {_why(fault)}")
        for place, fault in faults.items()
    ]
    return _KeyStandings(
        stage, players, tuple(choices), tuple(outcomes), leaving, shown, again, tuple(notes), persons
    )


def _choices(operation: Operation, names: Sequence[str]) -> tuple[list[KeyChoice], list[str]]:
    """Return the keys that can be built, and what to say of the others.

    Raises:
        InputError: the chosen key cannot be built.
    """
    choices, notes = [], []
    for name in names:
        try:
            choice = operation.read(operation.scenario.choice(name))
            operation.key(choice)
        except InputError as fault:
            if name == operation.scenario.key.name:
                raise
            message = _("the key {name} is not compared: {why}. Its parameters go to [keys.{name}]")
            notes.append(message.format(name=name, why=_why(fault)))
            continue
        choices.append(choice)
    return choices, notes


def _why(fault: InputError) -> str:
    return semicolons(problem.message for problem in fault.problems)


def _operation_notes(operation: Operation, *, again: bool) -> list[str]:
    notes = []
    if not operation.exchange.production_kwh.any():
        notes.append(_("no plant injects anything: nothing is shared, and nobody brings anything"))
    if again:
        notes.append(
            _(
                "who leaves: each case is run again, the battery and the flexible loads serving who stays; "
                "the rest is told without the battery, with these loads at the hours they have with everyone"
            )
        )
        return notes
    if operation.scenario.battery is not None:
        notes.append(_("the battery is left out: what members bring is told without it"))
    if operation.scenario.flexible:
        notes.append(_("flexible loads stay at the hours that they have with everyone"))
    if operation.scenario.has_devices:
        notes.append(_("--exact runs again each case of who leaves, with them: some 0.1 to 1 s each"))
    return notes


def _worth(table: _KeyStandings) -> tuple[Game, LocalWorths | None, tuple[Missing, ...]]:
    """Return the game of the members, in euros where every price is known; else what is missing."""
    stage, prices = table.stage, table.stage.prices
    if prices is None:
        return game_of(stage.exchange, table.players), None, (Missing.LOCAL_PRICE,)
    option = option_taken(stage, KeyChoice(name="prorata"))
    floor = np.array([np.nan if c is None else c.eur_per_kwh for c in prices.contracts])
    worths = worths_of(prices.terms, floor, stage.consumption_kwh, option)
    missing = _missing(worths, table.subset_outcomes[0])
    if missing:
        return game_of(stage.exchange, table.players), None, missing
    return game_of(stage.exchange, table.players, worths, prices.clocks), worths, ()


def _missing(worths: LocalWorths, outcome: SubsetOutcome) -> tuple[Missing, ...]:
    missing = []
    if np.isnan(worths.spared_eur_per_kwh).any():
        missing.append(Missing.SUPPLY_PRICE)
    if np.isnan(worths.floor_eur_per_kwh).any():
        missing.append(Missing.SURPLUS_PRICE)
    if not missing and np.isnan([*outcome.saving_eur, *outcome.gain_eur]).any():
        missing.append(Missing.LOCAL_PRICE)
    return tuple(missing)


def _brought(players: Sequence[Player], outcome: SubsetOutcome, values: Shapley) -> Iterator[Contribution]:
    for k, player in enumerate(players):
        received, delivered, eur = outcome.of(player)
        euros = {}
        if values.eur is not None:
            half = float(values.half_width[EUR, k])
            euros = {"value_eur": float(values.eur[k]), "half_eur": half, "key_eur": eur}
        yield Contribution(
            player=player,
            value_kwh=float(values.kwh[k]),
            half_kwh=float(values.half_width[KWH, k]),
            key_kwh=0.5 * (received + delivered),
            **euros,
        )


FindsStability = Callable[[], tuple[Stability, ...]]
"""Says whether each key, the chosen one first, holds the members together."""


def _together(table: _KeyStandings, worths: LocalWorths | None) -> FindsStability | str:
    """Return the search for joint departures; the reason for its absence, "" where given elsewhere."""
    stage = table.stage
    if worths is None or stage.prices is None or not stage.made_kwh.any():
        return ""
    if not worths.has_common_accise:
        return _("the plants differ in accise: who would gain by leaving together is not told")
    slots = stage.slot_by_group
    market = market_of(table.players, worths, stage.sheet, slots, stage.needs_kwh, stage.made_kwh)
    terms = stage.prices.terms
    free_terms = replace(terms, local_eur_per_kwh=np.zeros_like(terms.local_eur_per_kwh))
    free = subset_outcomes(replace(stage, prices=replace(stage.prices, terms=free_terms)), table.choices)
    payoffs = [
        (choice.name, payoffs_of(table.players, now, at_zero))
        for choice, now, at_zero in zip(table.choices, table.subset_outcomes, free, strict=True)
        if isinstance(at_zero, SubsetOutcome)
    ]
    high_eur_per_kwh = float(worths.with_accise_eur_per_kwh.max())

    def stability() -> tuple[Stability, ...]:
        search = Search(market)
        return tuple(search.stability(name, paid, high_eur_per_kwh) for name, paid in payoffs)

    return stability


def payoffs_of(players: Sequence[Player], now: SubsetOutcome, at_zero: SubsetOutcome) -> Payoffs:
    """Payoffs of players at the present local prices, and at a local price of zero."""
    received, delivered, eur = np.array([now.of(player) for player in players]).T
    free = np.array([at_zero.of(player)[2] for player in players])
    return Payoffs(now_eur=eur, free_eur=free, sold_kwh=delivered - received)


MEMBERS: KeptKind[MembersReport] = KeptKind("who adds what", 2)


def members_of_page(hand: AtHand, question: PageQuestion, progress: Progress) -> MembersReport:
    """Report of `acc members` for a question: it takes seconds.

    Raises:
        InputError: every fault of the folder and of the question; nobody who takes part.
    """
    request = hand.request(question, anew=True)
    request["progress"] = progress
    make = partial(members, hand.folder, over_plan=False, **request)
    return hand.store().get(MEMBERS, (question,), make)


def knows_members(hand: AtHand, question: PageQuestion) -> bool:
    """Return whether `members_of_page` answers at once."""
    return hand.store().known(MEMBERS, (question,)) is not None
