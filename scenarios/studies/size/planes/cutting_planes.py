"""The largest value of a concave function made of caps, exactly, with a bound that proves it.

Kelley's cutting planes (J. SIAM 8, 1960): each evaluation gives a plane that the function never passes;
a small linear programme keeps them all and proposes the next point. Because the functions are piecewise
linear the search ends, and the last programme's value is an upper bound: bound less value is the gap.

Where one variable of each set is chosen, the programme shares a set between several; a set that is so shared
is then cut in two, each half searched in its turn, the one of the highest bound first (I. Quesada and
I. E. Grossmann, Comput. Chem. Eng. 16, 1992). All halves share the planes, and one warm programme.

Classes that are worth differently, told apart: where one search only bounds their value, several prove it.

Own and other kWh of classes under one contract share one margin: `optimise.cutting_planes` is exact for them.
Across contracts it takes the best of each: the bound stands, but may be missed. Here the classes of a roof
are then split by what they are worth, each part is searched by itself, and what cannot beat the best
found is left aside (branch and bound: A. H. Land and A. G. Doig, Econometrica 28, 1960).
"""

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

import numpy as np

from acc.arrays import BoolArray, FloatArray, IntArray
from scenarios.studies.size.planes.planes_master import (
    ChoicePart,
    PlanesMaster,
    TrialPoint,
    UnsolvedError,
    halves,
)
from scenarios.studies.size.planes.terms import ConvexProblem, InfeasibleError, Optimum

GAP_RATIO = 1e-10
"""Relative gap at which the search stops."""

SCALE_RATIO = 1e-11
"""The same in the scale of the programme, where the value is next to nothing: the rounding of its sums."""

SPLIT_RATIO = 0.5
"""A set is cut in two once planes lower the bound by less than this part of what is left to prove."""

FIRST_RATIO = 0.2
"""What is left to prove, relative to the bound, as long as nothing is met."""

MAX_ROUNDS = 500
"""Rounds of whole modules; of planes in one part of a choice."""

BOUNDED_ROUNDS = 40
"""Rounds of whole modules where planes only bound the value: they may stay above it for ever."""

MAX_PARTS = 5_000
"""Parts of a choice after which the best met is given with the bound reached so far."""


def maximise(problem: ConvexProblem, start: Sequence[FloatArray] = ()) -> Optimum:
    """Return the best x, its value, and the bound that proves how good it is.

    Args:
        start: points to take planes from first, of an earlier search with the same gains.

    Raises:
        InfeasibleError: the limits exclude each other.
    """
    master = PlanesMaster(problem)
    middle = (problem.low + problem.high) / 2.0
    for point in start or (problem.high, middle):
        master.add_planes(point)
    search = _Search(master)
    bound = search.solve_integer() if problem.step is not None else search.by_parts()
    best, value = search.best()
    return Optimum(best, value, max(bound, value), tuple(master.points))


@dataclass(slots=True)
class _Search:
    """A search under way.

    Attributes:
        met: points that may be built, what the gains reach there, higher first.
        reached: the most of it: what no plane can be lowered below.
    """

    master: PlanesMaster
    met: "list[tuple[float, int, FloatArray]]" = field(default_factory=list)
    reached: float = -np.inf
    order: "count[int]" = field(default_factory=count)

    def solve_integer(self) -> float:
        """Search whole numbers of modules, each round a programme in whole numbers; return the bound."""
        bound = np.inf
        for _round in range(MAX_ROUNDS if self.master.problem.exact is None else BOUNDED_ROUNDS):
            try:
                proposal = self.master.solve_integer()
            except UnsolvedError:
                break
            bound = min(bound, proposal.upper)
            self._meet(proposal.x)
            if bound <= self._enough() or proposal.is_known:
                break
        return bound

    def by_parts(self) -> float:
        """Search the parts of a choice, the highest bound first; return the bound."""
        waiting = [(-np.inf, next(self.order), self.master.whole)]
        left = -np.inf
        for _part in range(MAX_PARTS):
            if not waiting or -waiting[0][0] <= self._enough():
                break
            bound, _order, part = heapq.heappop(waiting)
            upper, halves = self._searched(part, -bound)
            left = left if halves else max(left, upper)
            for half in halves:
                heapq.heappush(waiting, (-upper, next(self.order), half))
        return max([left, *(-item[0] for item in waiting)])

    def _searched(self, part: ChoicePart, upper: float) -> tuple[float, tuple[ChoicePart, ...]]:
        """Return the bound of a part, and its halves where it may hold more than the best met."""
        for _round in range(MAX_ROUNDS):
            try:
                proposal = self.master.solve(part)
            except InfeasibleError:
                return -np.inf, ()
            except UnsolvedError:
                return upper, ()
            upper = min(upper, proposal.upper)
            if upper <= self._enough():
                return upper, ()
            if self.master.lower_by_known(proposal, self._worth_a_plane(upper)):
                continue
            lowered = self.master.lower(proposal)
            if proposal.is_true:
                self._meet(proposal.x)
            if upper <= self._enough():
                return upper, ()
            if proposal.is_known or (not proposal.is_true and lowered <= self._worth_a_plane(upper)):
                break
        return upper, self._halves(part, proposal, upper)

    def _halves(self, part: ChoicePart, proposal: TrialPoint, upper: float) -> tuple[ChoicePart, ...]:
        """Return the part in two, once no plane tells enough more; none where a point near by is enough."""
        near = None if proposal.is_true else self.master.rounded(part, proposal)
        if near is not None:
            self._meet(near)
            if upper <= self._enough():
                return ()
        return halves(self.master.problem.choice, part, proposal.taken)

    def _worth_a_plane(self, upper: float) -> float:
        left = upper - self.reached if np.isfinite(self.reached) else FIRST_RATIO * max(1.0, abs(upper))
        return SPLIT_RATIO * left

    def _enough(self) -> float:
        if not np.isfinite(self.reached):
            return -np.inf
        least = SCALE_RATIO * self.master.value_scale
        return self.reached + max(GAP_RATIO * max(1.0, abs(self.reached)), least)

    def _meet(self, x: FloatArray) -> None:
        """Note the value of the gains at a feasible point."""
        reached, is_feasible = self.master.meet(x)
        if is_feasible:
            self.reached = max(self.reached, reached)
            heapq.heappush(self.met, (-reached, next(self.order), x))

    def best(self) -> tuple[FloatArray, float]:
        """Return the best point met and its true value, which the gains are never below.

        Raises:
            InfeasibleError: no point that meets the limits was met.
        """
        best, value = None, -np.inf
        while self.met and -self.met[0][0] > value:
            reached, _order, x = heapq.heappop(self.met)
            true = self.master.true_value(x, -reached)
            if true > value:
                best, value = x, true
        if best is None:
            raise InfeasibleError
        return best, value


MOST_SEARCHES = 200
"""Searches after which the best found is given with the bound reached so far."""

DATED_SEARCHES, DATED_GAP_RATIO = 12, 1e-3
"""The same where several years are searched, and how near of the bound is enough: roofs that start apart are
worth differently, and no part of the search then has one worth."""

Solve = Callable[[BoolArray], Optimum]


def branch_by_kind(
    solve: Solve, roofs: IntArray, kinds: IntArray, is_open: BoolArray, *, dated: bool = False
) -> Optimum:
    """Return the best solution and the bound on all others, the kinds of a roof searched apart where need be.

    Args:
        solve: the best solution among the columns that are open, with a bound on all of these.
        roofs, kinds: of each column, (n,); columns of one kind are worth the same.
        is_open: the columns allowed at first.
        dated: whether several years are searched.

    Raises:
        InfeasibleError: the limits exclude each other.
    """
    most, gap_ratio = (DATED_SEARCHES, DATED_GAP_RATIO) if dated else (MOST_SEARCHES, GAP_RATIO)
    best = solve(is_open)
    order = count()
    waiting = [(-best.bound, next(order), is_open)]
    left, searches = -np.inf, 1
    while waiting and searches < most:
        bound = -waiting[0][0]
        if bound <= best.value + gap_ratio * max(1.0, abs(best.value)):
            break
        _bound, _order, inside = heapq.heappop(waiting)
        parts = _parts(roofs, kinds, inside)
        left = left if parts else max(left, bound)
        for part in parts:
            searches += 1
            try:
                solution = solve(part)
            except InfeasibleError:
                continue
            best = solution if solution.value > best.value else best
            heapq.heappush(waiting, (-min(solution.bound, bound), next(order), part))
    highest = max([left, best.value, *(-item[0] for item in waiting)])
    return replace(best, bound=float(highest))


def _parts(roofs: IntArray, kinds: IntArray, is_open: BoolArray) -> list[BoolArray]:
    """Return the open columns with the first roof of several kinds held to each of them; none without one."""
    for roof in np.unique(roofs[is_open]):
        inside = roofs == roof
        kinds_in = np.unique(kinds[inside & is_open])
        if len(kinds_in) > 1:
            return [is_open & (~inside | (kinds == kind)) for kind in kinds_in]
    return []
