"""The best plan made of groups that searches met: each unit once, as few persons who lose as can be."""

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np

from acc.arrays import FloatArray
from scenarios.operation.optimise.highs import SilentHighs
from scenarios.studies.lawful.evaluate import GroupEuros, SharingGroup
from scenarios.studies.lawful.labels import LOSES_EUR, OUT, Labels, Scorer, powers_of_meter
from scenarios.studies.lawful.meters import NOT_BUILT, Powers

MOST_COLUMNS = 600
"""Groups that are packed: those that cost the relaxed choice least."""

UNIT_EUR = 1000.0
LOSER = 1000.0
"""What a person who loses costs, in `UNIT_EUR`."""

GAP_RATIO = 1e-4


@dataclass(frozen=True, slots=True)
class _Choice:
    """A group, or the roofs of a meter that are alone."""

    group: SharingGroup | None
    meter: int
    powers: Powers
    persons_eur: FloatArray


def packed(scorer: Scorer) -> Labels | None:
    """Return the best plan of the groups that a scorer has met; None where it met none."""
    met = [(group, euros) for group, euros in scorer.by_group.items() if euros is not None]
    if not met:
        return None
    alone = _alone(scorer)
    every = [*(_with_roofs(scorer, group, euros) for group, euros in met), *alone]
    values, dual = _solved(scorer, every, integer=False)
    if len(every) > MOST_COLUMNS:
        kept = np.argsort(-dual[: len(met)], kind="stable")[:MOST_COLUMNS]
        every = [*(every[int(k)] for k in sorted(kept.tolist())), *alone]
    values, _dual = _solved(scorer, every, integer=True)
    return _labels(scorer, [choice for choice, value in zip(every, values, strict=False) if value > 0.5])


def _with_roofs(scorer: Scorer, group: SharingGroup, euros: GroupEuros) -> _Choice:
    """Return a group with what its roofs are worth alone: nothing of a person is counted elsewhere."""
    model, persons, power = scorer.model, euros.persons_eur, dict(group.roofs)
    for meter in dict.fromkeys(int(model.meter_of[roof]) for roof in power):
        powers = tuple(power.get(roof, NOT_BUILT) for roof in model.meters.every[meter].roofs)
        persons = persons + model.meters.built(meter, powers).alone_eur
    return _Choice(group, -1, (), persons)


def _alone(scorer: Scorer) -> list[_Choice]:
    model, without = scorer.model, scorer.rules.request.without
    return [
        _Choice(None, meter, powers, model.meters.built(meter, powers).alone_eur)
        for meter in range(len(model.meters.every))
        for powers in powers_of_meter(model, meter, without)
        if any(power != NOT_BUILT for power in powers)
    ]


def _solved(scorer: Scorer, every: Sequence[_Choice], *, integer: bool) -> tuple[FloatArray, FloatArray]:
    """Taken fraction of each choice, and dual price of one more."""
    model, highs = scorer.model, SilentHighs()
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("mip_rel_gap", GAP_RATIO)
    for at, choice in enumerate(every):
        highs.addVar(0.0, 1.0)
        highs.changeColCost(at, float(choice.persons_eur[0].sum()) / UNIT_EUR)
    people, first = len(model.persons), len(every)
    if scorer.rules.request.no_loser:
        for q in range(people):
            highs.addVar(0.0, 1.0)
            highs.changeColCost(first + q, -LOSER)
    if integer:
        for at in range(first + (people if scorer.rules.request.no_loser else 0)):
            highs.changeColIntegrality(at, highspy.HighsVarType.kInteger)
    rows = _rows(scorer, every)
    for columns, lower, upper in rows:
        weights = np.ones(len(columns))
        highs.addRow(lower, upper, len(columns), np.array(columns, dtype=np.int32), weights)
    if scorer.rules.request.no_loser:
        _add_losers(highs, every, people)
    highs.changeObjectiveSense(highspy.ObjSense.kMaximize)
    highs.run()
    solution = highs.getSolution()
    dual = np.array(solution.col_dual) if not integer else np.zeros(0)
    return np.array(solution.col_value), dual


def _rows(scorer: Scorer, every: Sequence[_Choice]) -> list[tuple[list[int], float, float]]:
    """Return the rows: a site in one group, a meter in one state, so many operations at most."""
    model, rows = scorer.model, list[tuple[list[int], float, float]]()
    groups = [(at, choice.group) for at, choice in enumerate(every) if choice.group is not None]
    for n in range(model.sites):
        own = [at for at, group in groups if group.sites >> n & 1]
        if len(own) > 1:
            rows.append((own, 0.0, 1.0))
    for k, meter in enumerate(model.meters.every):
        inside = [
            at
            for at, group in groups
            if any(roof in meter.roofs for roof, _power in group.roofs)
            or (meter.host is not None and group.sites >> meter.host & 1)
        ]
        own = [*inside, *(at for at, choice in enumerate(every) if choice.meter == k)]
        must = not all(model.may_leave[roof] for roof in meter.roofs)
        if own:
            rows.append((own, 1.0 if must else 0.0, 1.0))
    rows.append(([at for at, _group in groups], 0.0, float(scorer.rules.request.most)))
    return rows


def _add_losers(highs: SilentHighs, every: Sequence[_Choice], people: int) -> None:
    """Hold each person at zero or above, over the plan and the period, unless it is counted a loser."""
    persons_eur = np.array([choice.persons_eur for choice in every])  # (E, 2, Q)
    for q in range(people):
        for v in range(2):
            eur = persons_eur[:, v, q]
            if not (eur < -LOSES_EUR).any():
                continue
            columns = np.flatnonzero(eur)
            deepest = float(-np.minimum(eur, 0.0).sum()) + LOSES_EUR
            index = np.append(columns, len(every) + q).astype(np.int32)
            weights = np.append(eur[columns], deepest) / UNIT_EUR
            highs.addRow(-LOSES_EUR / UNIT_EUR, np.inf, len(index), index, weights)


def _labels(scorer: Scorer, chosen: Sequence[_Choice]) -> Labels:
    model = scorer.model
    labels = Labels([OUT] * (model.sites + model.roofs), [NOT_BUILT] * model.roofs)
    label = 0
    for choice in chosen:
        if choice.group is None:
            for roof, power in zip(model.meters.every[choice.meter].roofs, choice.powers, strict=True):
                labels.power[roof] = power
            continue
        for n in range(model.sites):
            if choice.group.sites >> n & 1:
                labels.label[n] = label
        for roof, power in choice.group.roofs:
            labels.power[roof], labels.label[model.sites + roof] = power, label
        label += 1
    return labels
