"""The one question: whose answer would narrow the range of shared energy the most, computed.

A first look makes some draws again under each answer and ranks the answers by their own part of the variance;
the best few are then answered in all draws. What both looks see is told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import sqrt

import numpy as np

from acc.arrays import FloatArray, IntArray, column_sums
from acc.bills.tariff_slots import HPH, POINTE, SLOTS
from acc.quantiles import quantiles
from acc.result.result import KIND, PANELS, STUDY
from acc.sites import Kind, Plant, Said, StudyKind
from scenarios.operation.draws.case import Case
from scenarios.operation.draws.compute import SweepPlan, built_keys, engine_of, shaped_draw, shared_of
from scenarios.operation.draws.draws import DRAWN_AGAIN, Draw, draw
from scenarios.operation.draws.loads import mapped
from scenarios.operation.draws.meters import Meters, meters_of, output_ratios, own_use_of, used_by_sites
from scenarios.operation.draws.outputs import ANGLES_DEG, KnownBy, known_by
from scenarios.operation.draws.ranges import Summary
from scenarios.operation.draws.results import GROUP

LEAST_RATIO = 0.05
"""A question whose answer narrows less is not asked."""

FIRST_LOOK, MOST_ANSWERED = 20, 3
"""Draws of the first look, and questions that are answered in all draws."""

FEWEST = 60
"""Draws below which nothing is asked, nor through a battery: too long."""

MOST_SITES = 3
"""Members asked: those with most of the shared energy that no meter nor poste tells by the hour."""

HOMES = frozenset({Kind.HOUSEHOLD, Kind.HOUSEHOLD_GROUP})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a folder would hold once a question is answered.

    Attributes:
        bills: participants whose bill by poste is known.
        plants: those of the case, as they would then be known; None leaves them.
    """

    bills: frozenset[str] = field(default_factory=frozenset)
    plants: tuple[Plant, ...] | None = None


def narrowing(summary: Summary, key: str, variant: int = 0) -> dict[str, float]:
    """Narrowing of the range of shared energy by each answer, a ratio, largest first.

    An answer is the bill by poste of one member, or of all of a kind (`KIND` and its name), the planes of the
    panels read on a plan (`PANELS`), a study of what they make (`STUDY`).
    """
    plan, case = summary.plan, summary.plan.cases[variant]
    column = plan.keys.index(key)
    received = summary.of("received_kwh", variant)[:DRAWN_AGAIN, column]
    total = received[:, GROUP]
    if len(received) < FEWEST or case.scenario.has_devices or not total.var() > 0.0:
        return {}
    parts = np.nan_to_num(received).mean(axis=0)[[1 + plan.members.index(name) for name in case.ids]]
    own = replace(case, choices=(case.choices[column],), by_plant=False, draws_plan=False)
    candidates = {name: (answered_case(own, of), of) for name, of in questions(plan, own, parts).items()}
    first = _shared_kwh(plan, own, candidates, range(FIRST_LOOK))
    seen = {name: _by_variance(total[:FIRST_LOOK], kwh) for name, kwh in first.items()}
    best = sorted((name for name in seen if seen[name] >= LEAST_RATIO), key=lambda name: (-seen[name], name))
    kept = {name: candidates[name] for name in best[:MOST_ANSWERED]}
    others = _shared_kwh(plan, own, kept, range(FIRST_LOOK, len(total)))
    answered = {name: np.concatenate([first[name], others[name]]) for name in kept}
    ratios = {name: 1.0 - _width(kwh) / _width(total) for name, kwh in answered.items()}
    order = sorted(ratios, key=lambda name: (-ratios[name], name))
    return {name: ratios[name] for name in order if ratios[name] >= LEAST_RATIO}


def questions(plan: SweepPlan, case: Case, received_kwh: FloatArray) -> dict[str, Answer]:
    """Answers by the name of their question; members by what they receive, the most first."""
    order = [case.ids[n] for n in np.argsort(-received_kwh, kind="stable")]
    by_slot = dict(zip(case.ids, (len(np.unique(slot)) > 1 for slot in case.slot_by_group), strict=True))
    unsaid = [name for name in order if plan.unknowns[name].unsaid is not None and by_slot[name]]
    candidates = {name: Answer(frozenset({name})) for name in unsaid[:MOST_SITES]}
    kinds: dict[str, set[str]] = {}
    for site in case.scenario.participants:
        if site.id in unsaid:
            kind = Kind.HOUSEHOLD if site.kind in HOMES else site.kind
            kinds.setdefault(f"{KIND}{kind}", set()).add(site.id)
    candidates |= {kind: Answer(frozenset(ids)) for kind, ids in kinds.items() if len(ids) > 1}
    plants = case.scenario.plants
    if any(known_by(plant) in ANGLES_DEG for plant in plants):
        candidates[PANELS] = Answer(plants=tuple(replace(plant, said=Said.PLAN) for plant in plants))
    if any(known_by(plant) not in {KnownBy.STUDY, KnownBy.METER} for plant in plants):
        candidates[STUDY] = Answer(plants=tuple(map(_studied, plants)))
    return candidates


def _studied(plant: Plant) -> Plant:
    """Return a plant with a study of its site: what it says moves the printed figure, not its range."""
    is_studied = known_by(plant) in {KnownBy.STUDY, KnownBy.METER}
    return plant if is_studied else replace(plant, p50_kwh_per_kwp=1.0, study=StudyKind.STUDY)


def answered_case(case: Case, answer: Answer) -> Case:
    """Return a case as it would be once a question is answered: the kWh of each poste of a bill are kept."""
    if answer.plants is not None:
        return replace(case, scenario=replace(case.scenario, plants=answer.plants))
    billed = case.cells.billed.copy()
    for n, name in enumerate(case.ids):
        if name in answer.bills:
            slots = case.slot_by_group[n]
            billed[n] = np.where(slots == POINTE, HPH, slots)[:, None] == np.arange(len(SLOTS))
    return replace(case, cells=replace(case.cells, billed=billed))


def answered_draw(plan: SweepPlan, drawn: Draw, names: frozenset[str]) -> Draw:
    """Draw in which the bills of some members are known: from their own streams, the others stay."""
    if not names:
        return drawn
    own = {name: plan.unknowns[name] for name in names}
    known = {
        name: replace(unknown, unsaid=None, common_level_ratio=0.0, own_level_ratio=0.0)
        for name, unknown in own.items()
    }
    if any(each.unsaid is not None and each.unsaid.split_ratio for each in own.values()):
        # The others share its kWh anew.
        return draw(plan.choice, drawn.number, {**plan.unknowns, **known})
    alone = draw(plan.choice, drawn.number, known)
    load_ratio = {**drawn.load_ratio, **alone.load_ratio}
    return replace(drawn, load_ratio=load_ratio, shape={**drawn.shape, **alone.shape})


def _by_variance(total_kwh: FloatArray, answered_kwh: FloatArray) -> float:
    """Narrowing by what changes in each draw, as a part of the variance by itself: few draws tell it."""
    return 1.0 - sqrt(max(0.0, 1.0 - float((total_kwh - answered_kwh).var() / total_kwh.var())))


def _width(kwh: FloatArray) -> float:
    low, _middle, high = quantiles(kwh)
    return float(high - low)


Candidates = Mapping[str, tuple[Case, Answer]]


def _shared_kwh(
    plan: SweepPlan, case: Case, candidates: Candidates, numbers: Sequence[int]
) -> dict[str, FloatArray]:
    """Shared energy in some draws once each question is answered, kWh: no euro is counted."""
    shared_kwh = {name: np.zeros(len(numbers)) for name in candidates}
    for row, number in enumerate(numbers if candidates else ()):
        drawn = shaped_draw(plan, number)
        answered = {
            name: (known, answered_draw(plan, drawn, of.bills)) for name, (known, of) in candidates.items()
        }
        ((_key, split),) = built_keys(case, frozenset(name for name in case.ids if name == drawn.leaver))
        shared = _pooled_kwh if split is not None and split.wastes_nothing else _settled_kwh
        for name, kwh in shared(plan, case, drawn, answered).items():
            shared_kwh[name][row] = kwh
    return shared_kwh


def _settled_kwh(
    plan: SweepPlan, _case: Case, _drawn: Draw, answered: Mapping[str, tuple[Case, Draw]]
) -> dict[str, float]:
    """Shared energy in a draw once each question is answered, settled anew, kWh."""
    sums = engine_of(plan.engine)
    shared_by_name = {name: shared_of(case, drawn, sums).sums[0] for name, (case, drawn) in answered.items()}
    return {
        name: 0.0 if out is None else float(out.sums.shared_kwh.sum()) for name, out in shared_by_name.items()
    }


def _pooled_kwh(
    _plan: SweepPlan, case: Case, drawn: Draw, answered: Mapping[str, tuple[Case, Draw]]
) -> dict[str, float]:
    """The same under a key that wastes nothing: the lesser of production and need at each step.

    What all need is summed once: the answer changes the needs of a few.
    """
    usual, shared_kwh = meters_of(case, drawn), dict[str, float]()
    need, pool = usual.needs.total(), column_sums(usual.made_kwh)
    for name, (known, again) in answered.items():
        if again is drawn and case.later is None:
            shared_kwh[name] = _with_outputs(known, usual, need, drawn)
            continue
        moved = _moved(case, drawn, known, again)
        output_kwh = pool
        if case.later is None and not np.isin(moved, case.hosts).any():
            needs, _bending = used_by_sites(known, again)
        else:
            meters = meters_of(known, again)
            needs, output_kwh = meters.needs, column_sums(meters.made_kwh)
            moved = np.union1d(np.union1d(usual.needs.hosts, needs.hosts), moved)
        change = column_sums(needs.withdrawn(moved)) - column_sums(usual.needs.withdrawn(moved))
        shared_kwh[name] = float(np.minimum(output_kwh, need + change).sum())
    return shared_kwh


def _with_outputs(known: Case, usual: Meters, need_kwh: FloatArray, drawn: Draw) -> float:
    """Shared energy once plants make other kWh: of needs, what hosts draw from the network alone changes."""
    kwp = np.where(usual.output_kwp > 0.0, known.kwp * output_ratios(known, drawn), 0.0)
    output = mapped(known.stocks[drawn.weather].unit) * kwp[:, None]
    nobody = np.zeros(0, dtype=np.int64)
    sites = replace(usual.needs, hosts=nobody, host_kwh=usual.needs.host_kwh[:0])
    host_kwh, own = own_use_of(known, sites, output)
    left = need_kwh - column_sums(usual.needs.host_kwh) + column_sums(host_kwh)
    return float(np.minimum(column_sums(np.maximum(output - own, 0.0)), left).sum())


def _moved(case: Case, drawn: Draw, known: Case, again: Draw) -> IntArray:
    """Return the members whose needs an answer changes, whatever is behind their meter."""
    billed = (known.cells.billed != case.cells.billed).any(axis=(1, 2))
    return np.array(
        [
            n
            for n, name in enumerate(case.ids)
            if billed[n]
            or drawn.load_ratio[name] != again.load_ratio[name]
            or drawn.shape.get(name) is not again.shape.get(name)
        ],
        dtype=np.int64,
    )
