"""Searches for the members who would gain most by leaving together: constraint generation on HiGHS.

Whoever leaves may take any key and any price: what they can gain is the worth of their market
(`acc.members.core`). It is the least of planes, one for each part of the members looked at: a small
integer programme that holds those planes proposes a part and bounds every other one; the part's own plane is
added, until the bound is reached or says that nobody gains. The planes serve every key and every price.

What each person changes over the plan by leaving with all it holds, each year with its dated changes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from gettext import gettext as _
from gettext import ngettext
from pathlib import Path

import highspy
import numpy as np

from acc.accounts.person_values import PersonMoney
from acc.accounts.persons import Holding, holdings
from acc.arrays import FloatArray
from acc.departures.entry_exit import LargestLoss
from acc.exchange import Exchange
from acc.indicators import Energy
from acc.members.core import Breakaway, LeavingGains, Market, Stability, limit_eur
from acc.members.report import PlanLeaving
from acc.problem import InputError
from scenarios.operation.departures.cancelling import balances_of
from scenarios.operation.departures.departures import without
from scenarios.operation.metering.meter import Progress
from scenarios.operation.optimise.highs import SilentHighs
from scenarios.operation.ready.operation import Operation, open_operation
from scenarios.operation.ready.request import OperationRequest, progress_of

MOST_ROUNDS = 60
"""Parts looked at for one key and price; beyond them the worst found is told, with the bound."""

PRICE_ROUNDS = 25
INTEGER_PRICE_ROUNDS = 8
"""Prices looked at for one key, players taken by fractions and then whole."""

GAP_RATIO = 5e-4
"""Of the worth of all: how near the bound the worst part must come, half of what tempts anyone."""


@dataclass(frozen=True, slots=True, eq=False)
class Payoffs:
    """What each player has under one key: euros as decided, and euros and kWh at a flat local price.

    Attributes:
        now_eur: at the local prices as they are, shape (K,).
        free_eur: at a local price of 0; `sold_kwh` what each delivers less what it receives.
    """

    now_eur: FloatArray
    free_eur: FloatArray
    sold_kwh: FloatArray

    def at(self, price_eur_per_kwh: float) -> FloatArray:
        """Payoff of each player at a flat local price, EUR."""
        return self.free_eur + self.sold_kwh * price_eur_per_kwh


class Search:
    """The planes met so far and the parts of the members they come from; kept from key to key."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.count = len(market.players)
        everyone = np.ones(self.count)
        slopes = market.slopes(everyone)
        self.whole_eur = float(slopes.sum()) - market.costs_eur(everyone)
        self.scale = max(float(slopes.sum()), 1e-9)
        self.planes = [slopes]
        self.parts: list[tuple[FloatArray, float]] = []
        self.fractions: list[tuple[FloatArray, float]] = []

    def stability(self, key: str, payoffs: Payoffs, high_eur_per_kwh: float) -> Stability:
        """Return whether a key holds the members together.

        Args:
            high_eur_per_kwh: the highest flat local price looked at.
        """
        total = float(payoffs.now_eur.sum())
        better = self.whole_eur - total
        limit = limit_eur(total, better)
        price, at_best = self._best_price(payoffs, limit, high_eur_per_kwh)
        span = self._span(payoffs, limit, high_eur_per_kwh) if at_best.bound_eur <= limit else None
        return Stability(
            key=key,
            total_eur=total,
            better_key_eur=max(better, 0.0),
            worst=self.worst(payoffs.now_eur, limit),
            best_price_eur_per_kwh=price,
            at_best=at_best,
            low_eur_per_kwh=span[0] if span else None,
            high_eur_per_kwh=span[1] if span else None,
        )

    def worst(self, payoff_eur: FloatArray, limit_eur: float) -> Breakaway:
        """Return the part of the members that gains most by leaving; early where none passes it."""
        best, gain = self._alone(payoff_eur)
        bound = gain
        if self.count > 1:
            programme = self._programme(payoff_eur)
            bound = self._bound_of_fractions(programme, payoff_eur)
            for player in range(self.count):
                programme.changeColIntegrality(player, highspy.HighsVarType.kInteger)
            for _round in range(MOST_ROUNDS):
                if bound <= max(gain, limit_eur) or bound - gain <= GAP_RATIO * self.scale:
                    break
                part, upper = self._proposed(programme)
                bound = min(bound, upper)
                worth = self._met(part, self.parts)
                self._add_plane(programme, self.planes[-1])
                if worth - payoff_eur @ part > gain:
                    best, gain = part, float(worth - payoff_eur @ part)
        ids = tuple(p.id for p, inside in zip(self.market.players, best, strict=True) if inside > 0.5)
        return Breakaway(player_ids=ids, gain_eur=gain, bound_eur=max(gain, bound))

    def _bound_of_fractions(self, programme: highspy.Highs, payoff_eur: FloatArray) -> float:
        """Return the largest gain of parts that players may join by fractions: a bound, found fast."""
        bound, best = np.inf, -np.inf
        for _round in range(MOST_ROUNDS):
            part, upper = self._proposed(programme)
            bound = min(bound, upper)
            best = max(best, self._met(part, self.fractions) - float(payoff_eur @ part))
            self._add_plane(programme, self.planes[-1])
            if bound - best <= GAP_RATIO / 2.0 * self.scale:
                break
        return bound

    def _alone(self, payoff_eur: FloatArray) -> tuple[FloatArray, float]:
        """Players better off without any operation, and their common gain by leaving, EUR."""
        alone = payoff_eur < 0.0
        self.parts.append((alone.astype(float), 0.0))
        return alone.astype(float), float(-payoff_eur[alone].sum())

    def _met(self, part: FloatArray, kept: list[tuple[FloatArray, float]]) -> float:
        """Gain of a part alone, EUR; its plane is kept, and its worth among `kept`."""
        slopes = self.market.slopes(part)
        self.planes.append(slopes)
        worth = float(slopes @ part) - self.market.costs_eur(part)
        kept.append((part, worth))
        return worth

    def _best_price(
        self, payoffs: Payoffs, limit_eur: float, high_eur_per_kwh: float
    ) -> tuple[float, Breakaway]:
        """Return the flat price at which leaving tempts least, and who is then tempted most.

        First with players taken by fractions, which is fast and comes near, then whole.
        """
        price = high_eur_per_kwh
        for _round in range(PRICE_ROUNDS):
            lines = self._lines(payoffs, [*self.parts, *self.fractions])
            price = lines.best_price(high_eur_per_kwh)
            payoff = payoffs.at(price)
            bound = self._alone(payoff)[1]
            if self.count > 1:
                bound = max(bound, self._bound_of_fractions(self._programme(payoff), payoff))
            if bound <= lines.at(price) + GAP_RATIO * self.scale:
                break
        best = price, self.worst(payoffs.at(price), limit_eur)
        for _round in range(INTEGER_PRICE_ROUNDS):
            lines = self._lines(payoffs, self.parts)
            if (
                best[1].bound_eur <= limit_eur
                or best[1].gain_eur <= lines.lowest(high_eur_per_kwh) + GAP_RATIO * self.scale
            ):
                break
            price = lines.best_price(high_eur_per_kwh)
            worst = self.worst(payoffs.at(price), limit_eur)
            best = (price, worst) if worst.gain_eur < best[1].gain_eur else best
        return best

    def _span(
        self, payoffs: Payoffs, limit_eur: float, high_eur_per_kwh: float
    ) -> tuple[float, float] | None:
        """Return the flat prices between which it is proven that nobody gains by leaving."""
        for _round in range(PRICE_ROUNDS):
            span = self._lines(payoffs, self.parts).span(limit_eur, high_eur_per_kwh)
            above = limit_eur + GAP_RATIO * self.scale  # at the ends the gain is the limit itself
            if span is None or all(self.worst(payoffs.at(p), limit_eur).bound_eur <= above for p in span):
                return span
        return None

    def _lines(self, payoffs: Payoffs, parts: Sequence[tuple[FloatArray, float]]) -> LeavingGains:
        """Gains of these parts, and of each player alone, as functions of the flat price."""
        inside = np.array([part for part, _worth in parts]).reshape(len(parts), self.count)
        worths = np.array([worth for _part, worth in parts])
        return LeavingGains(
            np.concatenate([worths - inside @ payoffs.free_eur, -payoffs.free_eur]),
            np.concatenate([inside @ payoffs.sold_kwh, payoffs.sold_kwh]),
        )

    def _programme(self, payoff_eur: FloatArray) -> highspy.Highs:
        """Return "the most gain of a part that is not everyone", with the planes met so far."""
        cost_eur = payoff_eur + self.market.fixed_eur
        highs = SilentHighs(mip_rel_gap=0.0, mip_abs_gap=GAP_RATIO / 5.0, mip_max_nodes=20_000)
        for player in range(self.count):
            highs.addVar(0.0, 1.0)
            highs.changeColCost(player, -float(cost_eur[player]) / self.scale)
        highs.addVar(0.0, 1.0)
        highs.changeColCost(self.count, 1.0)
        highs.changeObjectiveSense(highspy.ObjSense.kMaximize)
        index = np.arange(self.count, dtype=np.int32)
        highs.addRow(1.0, self.count - 1.0, self.count, index, np.ones(self.count))
        for plane in self.planes:
            self._add_plane(highs, plane)
        return highs

    def _add_plane(self, highs: highspy.Highs, plane: FloatArray) -> None:
        index = np.arange(self.count + 1, dtype=np.int32)
        row = np.append(-plane / self.scale, 1.0)
        highs.addRow(-highspy.kHighsInf, 0.0, self.count + 1, index, row)

    def _proposed(self, highs: highspy.Highs) -> tuple[FloatArray, float]:
        """Return the part that the planes met so far think best, and a bound on the gain of any part."""
        highs.run()
        part = np.clip(np.array(highs.getSolution().col_value[: self.count]), 0.0, 1.0)
        info = highs.getInfo()
        if highs.getLp().integrality_:
            part, bound = np.round(part), info.mip_dual_bound
        else:
            bound = info.objective_function_value
        return part, float(bound) * self.scale - self.market.pmo_eur


MOST_PERSONS = 8
"""Persons told over the plan, those that receive and deliver most: some years are settled again for each."""


def dated_over_plan(
    folder: Path, request: OperationRequest, *, every: bool
) -> tuple[tuple[PlanLeaving, ...], tuple[str, ...]]:
    """Return `leaving_over_plan` of a folder, what is dated counted.

    Raises:
        InputError: see `scenarios.studies.members.run.members`.
    """
    operation, metered = open_operation(folder, **request)
    return leaving_over_plan(operation, metered.unshifted, progress_of(request), every=every)


def leaving_over_plan(
    operation: Operation, unshifted: Exchange | None, progress: Progress, *, every: bool = False
) -> tuple[tuple[PlanLeaving, ...], tuple[str, ...]]:
    """Change over the plan from the departure of the persons that share most, largest first.

    Then a sentence on the others, if any.

    Nothing without a plan, or a price. A person whose plant stands behind the meter of another, or above
    whose site another holds one, is left out: what leaves and what stays would meet at one meter.

    Args:
        operation: with its dated changes.
        unshifted: the exchange before the flexible loads moved; None without any.
        every: tell all of them, and not `MOST_PERSONS`.

    Raises:
        InputError: the chosen key cannot be built with everyone.
    """
    scenario = operation.scenario
    outcome = operation.outcome(scenario.key, leaving=False)
    if outcome.money is None or outcome.money.plan is None:
        return (), ()
    persons = {person.id: person for person in outcome.money.persons}
    some = [holding for holding in _movable(operation) if holding.id in persons]
    some.sort(key=lambda holding: -_moved_kwh(holding, outcome.energy))
    before = balances_of(operation)
    changes = []
    for left in some if every else some[:MOST_PERSONS]:
        progress(_("over the plan, without {name}").format(name=left.name))
        change = _leaving(operation, unshifted, left, persons[left.id], before)
        changes += [] if change is None else [change]
    return tuple(changes), _untold(len(persons) - len(changes)) if changes else ()


def _untold(count: int) -> tuple[str, ...]:
    text = ngettext(
        "Over the plan, who leaves is not told of {count} other: it shares less (--exact tells these), or "
        "shares a meter with who stays",
        "Over the plan, who leaves is not told of {count} others: they share less (--exact tells these), or "
        "share a meter with who stays",
        count,
    )
    return (text.format(count=count),) if count else ()


def _movable(operation: Operation) -> Iterator[Holding]:
    """Yield persons that may leave with all sites and plants: no shared meter, and somebody stays."""
    scenario, tariffs = operation.scenario, operation.tariffs
    ids = [site.id for site in scenario.participants]
    hosts = [None if plant.behind is None else ids.index(plant.behind) for plant in scenario.plants]
    owners = None if tariffs is None else [plant.owner for plant in tariffs.plants]
    for holding in holdings(scenario, owners):
        inside = {m for m, host in enumerate(hosts) if host in holding.sites}
        wired = {m for m in holding.plants if hosts[m] is not None}
        stays = len(holding.sites) < len(ids) and len(holding.plants) < len(hosts)
        if inside == wired and stays:
            yield holding


def _moved_kwh(holding: Holding, sums: Energy) -> float:
    """Energy received by a person and delivered by its plants in the first year, kWh."""
    return float(sums.received_kwh[list(holding.sites)].sum() + sums.shared_kwh[list(holding.plants)].sum())


def _leaving(
    operation: Operation,
    unshifted: Exchange | None,
    holding: Holding,
    own: PersonMoney,
    before: Sequence[PersonMoney],
) -> PlanLeaving | None:
    """Change from the departure of a person; None where unknown, or where the key is not defined."""
    scenario = operation.scenario
    members = [n for n in range(len(scenario.participants)) if n not in holding.sites]
    plants = [m for m in range(len(scenario.plants)) if m not in holding.plants]
    try:
        after = balances_of(without(operation, unshifted, members, plants))
    except InputError:
        return None
    npv_after = {person.id: person.npv_eur_ht for person in after}
    moved = []
    for person in before:
        left_eur = npv_after.get(person.id, 0.0)  # who has nothing to do with what is left
        if person.id != holding.id and person.npv_eur_ht is not None and left_eur is not None:
            moved.append((person, left_eur - person.npv_eur_ht))
    if not moved:
        return None
    worst, change = min(moved, key=lambda pair: pair[1])
    hit = LargestLoss(worst.id, worst.name, 0.0, change) if change < 0.0 else None
    others = sum(change for _person, change in moved)
    return PlanLeaving(
        id=holding.id, name=holding.name, own_eur=own.sharing_npv_eur_ht, others_change_eur=others, worst=hit
    )
