"""The operations of a territory: its open lists read, a plan found, each operation written as a folder.

What an operation brings where some say no, and where needs are others than estimated.
"""

import os
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from gettext import gettext as _
from gettext import ngettext
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from acc.arrays import FloatArray, IntArray
from acc.i18n import grouped
from acc.indicators import Energy
from acc.keys.price import PRICE
from acc.keys.prorata import PRORATA
from acc.problem import InputError, Problem
from acc.result.lawful_plan import LawfulPlan, PlannedRoof
from acc.rules.perimeter import PerimeterRules
from acc.territory.result import AwaitedAnswer, TerritoryOperation, TerritoryReport
from profiles.files.atomic_write import write_atomic
from scenarios.entry.folder.fault_location import placed
from scenarios.entry.folder.mask import SECRET, Mask, secret_of
from scenarios.entry.folder.raw import OPERATION, PARTICIPANTS, PLANTS
from scenarios.operation.draws.unknowns import curve_spreads
from scenarios.operation.metering.memory import spooled_columns, trimmed
from scenarios.operation.metering.meter import Progress
from scenarios.operation.ready.operation import Operation, open_operation
from scenarios.operation.store.store import KeptStore
from scenarios.rates.table import perimeter_rules, read_rates
from scenarios.studies.lawful.folders import other_groups, refuse_changed, remember, write_groups
from scenarios.studies.lawful.plan_doubt import planned_operation
from scenarios.studies.sweep.executors import (
    SPOOLED_BYTES,
    OtherProgramError,
    cluster_executor,
    program,
    refused,
    work_as,
)
from scenarios.studies.territory.lists.demo import write_demo
from scenarios.studies.territory.lists.open_files import OpenTerritory, read_territory, table_text
from scenarios.studies.territory.problem import Territory

if TYPE_CHECKING:
    from scenarios.studies.territory.solve import SolvedTerritory
    from scenarios.studies.territory.stages import Workers


PLACED = rf"({PARTICIPANTS}|{PLANTS})(, \D{{1,12}})(\d+)"
"""A line of a table that was made, as a sentence tells it."""

DRAWS = 200
"""Of who says yes, and of needs that no bill gives."""

DENSE = 2_200
"""Sites of an invented territory beyond which it has more than 110 communes."""

ALL_SITES = "ensemble"
"""Folder of all sites and roofs, as one operation that no law allows: what the groups are taken from."""


@dataclass(frozen=True, slots=True)
class WrittenTerritory:
    """What was found, the folders of its operations in their order, and what to know of these.

    Attributes:
        shown: what others read of it, its figures from moved data; the report itself where all agreed.
    """

    report: TerritoryReport
    shown: TerritoryReport
    operation: Operation
    folders: tuple[Path, ...]
    notes: tuple[str, ...]


def territory_folder(
    folder: Path,
    out: Path,
    *,
    seed: int,
    force: bool,
    progress: Progress,
    workers: int | None = None,
    cluster: str | None = None,
) -> WrittenTerritory:
    """Find the operations of a territory and write a folder for each in `out`.

    Args:
        workers: searches at once; as many as there are processors, when None.
        cluster: address of a dask scheduler whose workers search.

    Raises:
        InputError: every fault of the lists; no local price; a file of an earlier plan that somebody changed,
            unless `force`; the compiled part of the program is not installed; a cluster that does not answer.
    """
    if find_spec("numba") is None:
        message = _("a territory needs the compiled part of the program: pip install 'autoconso[fast]'")
        raise InputError([Problem("acc territory", message)])
    refuse_changed(out, force=force)
    lists = read_territory(folder)
    operation = opened(lists, out / ALL_SITES, progress)
    if operation.tariffs is None:
        message = _("a local price is needed for euros: give local_eur_per_mwh")
        raise InputError([Problem("[prices]", message)])
    from scenarios.studies.territory.solve import solve  # noqa: PLC0415 - numba costs 0.3 s and is an extra

    rules = perimeter_rules(read_rates(), operation.scenario.on)
    with _searching(workers, cluster) as searching:
        solved = solve(operation, rules, seed, progress, KeptStore.of(out / ALL_SITES), searching)
    report = shown = _report(rules, solved, lists, seed)
    if operation.scenario.has_closed:  # a secret removed with `out` would be made anew
        write_atomic(operation.folder / SECRET, f"{secret_of(folder).hex()}\n")
        seen = opened(lists, out / ALL_SITES, progress, Mask(folder))
        moved_plan = solved.with_data_of(seen, out / ALL_SITES)
        shown = _report(rules, moved_plan, lists, seed, report).with_proof_of(report)
    folders = write_groups(operation, report.plan, out, members_only=True)
    remember(out)
    message = _("{path} is of an earlier split: remove it, or keep it apart")
    earlier = tuple(message.format(path=path) for path in other_groups(out, len(folders)))
    return WrittenTerritory(report, shown, operation, tuple(folders), earlier)


@contextmanager
def _searching(workers: int | None, cluster: str | None) -> Iterator["Workers"]:
    """Give the workers of a cluster, or threads of this machine: what is compiled runs at once on them.

    Raises:
        InputError: a cluster that does not answer, or goes away; a worker that runs another program.
    """
    from scenarios.studies.territory.stages import Workers  # noqa: PLC0415 - as `solve`

    if cluster is None:
        yield Workers(partial(ThreadPoolExecutor, workers or os.cpu_count()))
        return
    with closing(cluster_executor(cluster)) as executor, executor.lost():
        try:
            yield Workers(executor.make, partial(work_as, program()))
        except OtherProgramError as fault:
            raise InputError([refused(_("that came late"), str(fault), "--cluster")]) from None


def demo_territory(folder: Path, sites: int, *, seed: int, force: bool) -> list[Path]:
    """Write an invented territory: a roof for four sites, a commune for as many, 110 at most, or for twenty.

    As dense as the 110 communes of the SCoT with 2,000 sites, up to the 503 of the Dordogne.

    Raises:
        InputError: a file that is there already, unless `force`.
    """
    quarter = max(1, sites // 4)
    communes = min(110, quarter) if sites < DENSE else min(503, sites // 20)
    return write_demo(folder, sites=sites, roofs=quarter, communes=communes, seed=seed, force=force)


def opened(lists: OpenTerritory, where: Path, progress: Progress, mask: Mask | None = None) -> Operation:
    """Return the whole territory as an operation; what is at fault is told in the lists' own words.

    Args:
        mask: moves the data of who did not agree.

    Raises:
        InputError: every fault.
    """
    write_atomic(where / OPERATION, lists.toml_text)
    write_atomic(where / PARTICIPANTS, table_text(lists.participants))
    write_atomic(where / PLANTS, table_text(lists.plants))
    if lists.grid is not None:
        write_atomic(where / "curves" / lists.grid.name, lists.grid.read_bytes())
    try:
        operation = open_operation(where, key=PRICE.name, progress=progress, mask=mask)[0]
    except InputError as fault:
        problems = placed(where, fault.problems)
        raise InputError([_in_lists(problem, lists) for problem in problems]) from None
    if operation.exchange.consumption_kwh.nbytes < SPOOLED_BYTES:
        return operation
    # Read once for the search, then by operation, its columns alone: they wait on the disk.
    stored = replace(
        operation, exchange=operation.exchange.with_memmap(partial(spooled_columns, folder=where / "out"))
    )
    trimmed()
    return stored


def _in_lists(problem: Problem, lists: OpenTerritory) -> Problem:
    """Return a fault with the lists in place of the tables that were made from them, line by line."""
    path, message, where = (_of_lists(text, lists) for text in (problem.path, problem.message, problem.where))
    return Problem(path, message, problem.about, where)


def _of_lists(text: str, lists: OpenTerritory) -> str:
    """Return a sentence about the tables that were made as one about the lists."""

    def listed(match: re.Match[str]) -> str:
        file, line = lists.origins.get((match[1], int(match[3])), (match[1], int(match[3])))
        return f"{file}{match[2]}{line}"

    text = re.sub(PLACED, listed, text)
    for table in (PARTICIPANTS, PLANTS):
        files = (file for (own, _line), (file, _of) in lists.origins.items() if own == table)
        text = text.replace(table, next(files, table))
    return text


def _notes(notes: Sequence[str], lists: OpenTerritory) -> Iterator[str]:
    """Yield what is unlikely in the lists; what files as downloaded hold is counted: nobody typed it.

    A doubt tells a figure, and what a firm uses at an address is not to be told.
    """
    files, doubted = {source.file for source in lists.sources}, 0
    for note in notes:
        of_row = re.search(PLACED, note)
        origin = lists.origins.get((of_row[1], int(of_row[3]))) if of_row else None
        if origin and origin[0] in files:
            doubted += 1
        else:
            yield _of_lists(note, lists)
    if doubted:
        text = ngettext(
            "{count} doubt about a line of a file as downloaded is not told here: nobody typed it",
            "{count} doubts about lines of files as downloaded are not told here: nobody typed them",
            doubted,
        )
        yield text.format(count=grouped(doubted))


def _report(
    rules: PerimeterRules,
    solved: "SolvedTerritory",
    lists: OpenTerritory,
    seed: int,
    ranked: TerritoryReport | None = None,
) -> TerritoryReport:
    """Return the report of a plan; its operations in the order that they have in `ranked`, where given."""
    operation = solved.model.operation
    figures = list[TerritoryOperation]()
    for group in solved.plan.groups:
        figures.append(_operation_with_figures(operation, rules, solved, group.tolist()))
        operation.exchange.let_go()
    doubts = _doubts(solved, lists)
    figures = list(_doubted(figures, solved, doubts, seed))
    rank = {row.planned.ids: k for k, row in enumerate(ranked.operations if ranked else ())}
    firsts = [(rank.get(row.planned.ids, 0), row.often_fails, -row.per_member_eur) for row in figures]
    operations = [figures[k] for k in sorted(range(len(figures)), key=firsts.__getitem__)]
    number = {id_: k for k, row in enumerate(operations, 1) for id_ in row.planned.plant_ids}
    built = zip(operation.scenario.plants, _alone_eur(solved), strict=True)
    kwp = {plant.id: plant.kwp if plant.id in number or eur > 0.0 else 0.0 for plant, eur in built}
    roofs = [PlannedRoof(id=id_, kwp=power, operation=number.get(id_)) for id_, power in kwp.items()]
    finance = operation.scenario.finance
    return TerritoryReport(
        scenario=replace(operation.scenario, notes=tuple(_notes(operation.scenario.notes, lists))),
        operations=tuple(operations),
        plan=LawfulPlan(
            operations=tuple(row.planned for row in operations),
            roofs=tuple(roofs),
            persons=(),
            outside={},
            invested_eur=np.nan,
        ),
        bound_eur=solved.bound.net_eur,
        any_key_eur=solved.bound.any_key_eur,
        by_plant_eur=solved.by_plant_eur,
        is_exact=solved.bound.slack_eur is None,
        places=solved.bound.places,
        slack_eur=solved.bound.slack_eur,
        said=lists.said,
        seed=seed,
        yes_ratio=lists.yes_ratio,
        outlines=lists.outlines,
        estimated=len(lists.guessed),
        sources=lists.sources,
        answers=tuple(_answers(operations, figures, solved, doubts)),
        unsaid_prices=lists.unsaid_prices,
        unknown_owners=len(operation.members.unknown_owners),
        years=None if finance is None else finance.horizon_years,
    )


def _doubts(solved: "SolvedTerritory", lists: OpenTerritory) -> "Doubts":
    """Doubts about each site and each roof."""
    of_size = curve_spreads()
    size = of_size["unsaid.split"], of_size["unsaid.level"]
    scenario = solved.model.operation.scenario
    ids = [site.id for site in scenario.participants]
    ln = np.array([lists.doubts.get(id_, size if id_ in lists.guessed else (0.0, 0.0)) for id_ in ids])
    roof_ln = np.array([lists.roof_ln.get(plant.id, 0.0) for plant in scenario.plants])
    return Doubts(1.0 if lists.yes_ratio is None else lists.yes_ratio, ln[:, 0], ln[:, 1], roof_ln)


def _answers(
    operations: Sequence[TerritoryOperation],
    figures: Sequence[TerritoryOperation],
    solved: "SolvedTerritory",
    doubts: "Doubts",
) -> Iterator[AwaitedAnswer]:
    """Yield the needs and roofs of which one standard deviation changes their operation most.

    Args:
        figures: the operations in the order of the plan.
    """
    scenario, answers = solved.model.operation.scenario, list[AwaitedAnswer]()
    ids = [site.id for site in (*scenario.participants, *scenario.plants)]
    for operation, group in zip(figures, solved.plan.groups, strict=True):
        rank = operations.index(operation) + 1
        swings = swings_eur(solved.territory, group, doubts)
        answers += [AwaitedAnswer(ids[u], rank, eur) for u, eur in zip(group, swings.tolist(), strict=True)]
    largest = sorted(answers, key=lambda answer: -answer.swing_eur)[:MOST_ANSWERS]
    yield from (answer for answer in largest if answer.swing_eur >= LEAST_SWING_EUR)


MOST_ANSWERS, LEAST_SWING_EUR = 3, 100.0


def _doubted(
    operations: Sequence[TerritoryOperation], solved: "SolvedTerritory", doubts: "Doubts", seed: int
) -> Iterator[TerritoryOperation]:
    """Yield the operations with what they bring where some refuse, and where needs are others."""
    sure = Doubts(1.0, *np.zeros((2, len(doubts.own_ln))))
    if doubts.are_none:
        yield from operations
        return
    for number, (operation, group) in enumerate(zip(operations, solved.plan.groups, strict=True)):
        eur, kwh = (
            moved(of_draws, float(of_model[0]), value)
            for of_draws, of_model, value in zip(
                drawn(solved.territory, group, doubts, DRAWS, (seed, number)),
                drawn(solved.territory, group, sure, 1, (seed, number)),
                (operation.added_eur, operation.planned.received_kwh),
                strict=True,
            )
        )
        yield replace(operation, drawn_eur=tuple(eur.tolist()), drawn_kwh=tuple(kwh.tolist()))


def _alone_eur(solved: "SolvedTerritory") -> Sequence[float]:
    """Value of each roof without sharing, EUR."""
    alone = np.zeros(solved.model.roofs)
    for of_meter in solved.worth.states:
        alone[of_meter[0].roofs[0][0]] = of_meter[0].alone_eur
    return alone.tolist()


def _operation_with_figures(
    operation: Operation, rules: PerimeterRules, solved: "SolvedTerritory", group: list[int]
) -> TerritoryOperation:
    """Return an operation with the figures of `acc run` of its folder, its law checked anew."""
    model, members = solved.model, operation.members
    sites = [u for u in group if u < model.sites]
    roofs = [u - model.sites for u in group if u >= model.sites]
    regime = solved.law.regimes[int(solved.plan.regime[solved.plan.label[group[0]]])]
    part = model.meters.part(sites, [(roof, 0) for roof in roofs], sharing=True)
    (value, year), energy = _ran(solved, part, PRICE.name)
    base = sum(max(0.0, eur) for roof, eur in enumerate(_alone_eur(solved)) if roof in roofs)
    costs = float(solved.worth.fixed_eur[sites].sum()) + solved.worth.fee_eur
    costs += sum(max(0.0, eur) - eur for roof, eur in enumerate(_alone_eur(solved)) if roof in roofs)
    planned = replace(
        planned_operation(members, group, rules, regime),
        key=PRICE.name,
        value_eur=value,
        year_eur=year,
        received_kwh=float(energy.received_kwh.sum()),
    )
    return TerritoryOperation(
        planned=planned,
        added_eur=value - base,
        saved_eur=value - base + costs,
        default_key_eur=_ran(solved, part, PRORATA.name)[0][0] - base,
        power_kwp=sum(operation.scenario.plants[roof].kwp for roof in roofs),
        needed_kwh=float(energy.consumption_kwh.sum()),
        made_kwh=float(energy.production_kwh.sum()),
    )


def _ran(solved: "SolvedTerritory", part: Operation, key: str) -> tuple[tuple[float, float], Energy]:
    """Total euros over the plan and the period, and energy, under a key."""
    outcome = part.outcome(part.scenario.choice(key), leaving=False)
    assert outcome.money is not None  # there is a local price
    value, year = solved.model.meters.persons_eur(outcome.money, part.scenario).sum(axis=1).tolist()
    return (value, year), outcome.energy


@dataclass(frozen=True, slots=True, eq=False)
class Doubts:
    """What is not sure of N sites and of the roofs beside them.

    Attributes:
        yes_ratio: the probability that each says yes, on its own.
        own_ln, common_ln: how far the need of each site strays by itself, and with all others whose need is
            estimated, as standard deviations of logarithms, (N,); on average needs stay what they are.
        roof_ln: how far the power of each roof strays, the same, (M,); None where all are sure.
    """

    yes_ratio: float
    own_ln: FloatArray
    common_ln: FloatArray
    roof_ln: FloatArray | None = None

    @property
    def are_none(self) -> bool:
        """Whether nothing is to be drawn."""
        spreads = (self.own_ln, self.common_ln, *([] if self.roof_ln is None else [self.roof_ln]))
        return self.yes_ratio == 1.0 and not any(spread.any() for spread in spreads)

    def of_roofs(self, roofs: IntArray) -> FloatArray:
        """Spread of the power of some roofs."""
        return np.zeros(len(roofs)) if self.roof_ln is None else self.roof_ln[roofs]


def drawn(
    territory: Territory, group: IntArray, doubts: Doubts, draws: int, seed: tuple[int, int]
) -> tuple[FloatArray, FloatArray]:
    """Gain of accepting units over the plan, EUR by draw, beyond roofs alone, and kWh shared in a mean year.

    Zero where nothing pays.

    Args:
        group: invited units, sites then roofs.
        seed: that of what is common to all operations of a territory, and the number of this one.
    """
    n, rng = territory.sites, np.random.default_rng(seed)
    accepts = rng.random((draws, len(group))) < doubts.yes_ratio
    sites, roofs = group[group < n], group[group >= n] - n
    by_site, by_roof = accepts[:, group < n].astype(float), accepts[:, group >= n].astype(float)
    # Multiplier of each need, of mean 1, (draws, sites).
    own_ln, common_ln = doubts.own_ln[sites], doubts.common_ln[sites]
    common = np.random.default_rng(seed[0]).standard_normal((draws, 1))
    strays = own_ln * rng.standard_normal((draws, len(sites))) + common_ln * common
    factors: FloatArray = np.exp(strays - (own_ln**2 + common_ln**2) / 2.0)
    roof_ln = doubts.of_roofs(roofs)
    if roof_ln.any():
        by_roof *= np.exp(roof_ln * rng.standard_normal(by_roof.shape) - roof_ln**2 / 2.0)
    return _brought(territory, group, (by_site, by_roof), factors)


def swings_eur(territory: Territory, group: IntArray, doubts: Doubts) -> FloatArray:
    """Gain with each unit one standard deviation above, less that below, EUR, (G,)."""
    n, rows = territory.sites, 2 * len(group)
    is_site, sign = group < n, np.where(np.arange(rows) % 2 == 0, 1.0, -1.0)
    ln = np.where(is_site, 0.0, doubts.of_roofs(np.maximum(group - n, 0)))
    ln[is_site] = np.hypot(doubts.own_ln, doubts.common_ln)[group[is_site]]
    factors = np.ones((rows, len(group)))
    factors[np.arange(rows), np.arange(rows) // 2] = np.exp(sign * np.repeat(ln, 2))
    sure = np.ones((rows, int(is_site.sum())))
    eur, _kwh = _brought(territory, group, (sure, factors[:, ~is_site]), factors[:, is_site])
    swings: FloatArray = np.abs(eur[::2] - eur[1::2])
    return swings


def _brought(
    territory: Territory, group: IntArray, taken: tuple[FloatArray, FloatArray], factors: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Gain of a group over the plan, EUR by draw, beyond roofs alone, and shared kWh.

    Args:
        taken: part of each site and of each roof that is in, (draws, sites), (draws, roofs).
        factors: multiplier of each need, (draws, sites).
    """
    n, (by_site, by_roof) = territory.sites, taken
    sites, roofs = group[group < n], group[group >= n] - n
    need_kwh = by_site * territory.need_kwh[sites] * factors
    orient = territory.orient[roofs]
    output_kwh, shape = by_roof * territory.made_kwh[roofs], territory.shape[orient]
    output = output_kwh @ shape
    left, lost = output.copy(), output_kwh @ (territory.surplus_eur[orient] * shape)
    level = territory.level[territory.kind[sites]]
    worth_eur = -(by_site @ territory.fixed_eur[sites] + by_roof @ territory.cost_eur[roofs])
    for v in np.argsort(-territory.worth_eur.mean(axis=1), kind="stable").tolist():
        own = level == v
        served = np.minimum(left, need_kwh[:, own] @ territory.load[territory.kind[sites[own]]])
        worth_eur = worth_eur + served @ territory.worth_eur[v]
        left -= served
    shared_ratio = (output - left) / np.maximum(output, 1e-12)
    net_eur: FloatArray = worth_eur - (lost * shared_ratio).sum(axis=1) - territory.fee_eur
    pays = net_eur > 0.0
    mean_kwh = (output - left).sum(axis=1) / territory.years
    return np.where(pays, net_eur, 0.0), np.where(pays, mean_kwh, 0.0)


def moved(drawn: FloatArray, of_model: float, value: float) -> FloatArray:
    """Return draws of the model moved to what a run of the folder tells; nothing stays nothing.

    Args:
        of_model: what the model finds where everybody says yes; `value` what the run does.

    >>> moved(np.array([0.0, 4.0, 9.0]), 10.0, 5.0).tolist()
    [0.0, 0.0, 4.0]
    """
    more = value - of_model if of_model > 0.0 else 0.0
    return np.where(drawn > 0.0, np.maximum(drawn + more, 0.0), 0.0)
