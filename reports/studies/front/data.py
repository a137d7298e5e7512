"""The front of fairness as data: what `acc front --json` prints and front.json holds."""

from dataclasses import asdict

import numpy as np

from acc.front.result import Front, FrontPoint, KeptPoint, KeyPlace
from reports.data.proposal import proposal_document
from reports.studies.front.labels import answer_sentences, point_sentence


def front_document(front: Front, kept: KeptPoint | None = None) -> dict[str, object]:
    """Return the front: EUR without tax over the period, ratios 0 to 1, points by growing worst served."""
    scenario = front.scenario
    return {
        "name": scenario.name,
        "variant": scenario.variant,
        "status": front.status.document,
        "key": front.today,
        **proposal_document("recommended_key", front.proposal),
        "points": [_point(front, point) for point in front.points],
        "even_points": [_point(front, point) for point in front.even_points],
        "keys": {name: _key(place) for name, place in front.keys.items()},
        "highest_floor_ratio": float(np.max(front.levels, initial=0.0)),
        "levels": {
            site.id: level for site, level in zip(scenario.participants, front.levels.tolist(), strict=True)
        },
        "worst_id": front.worst_id,
        "never_ids": list(front.never_ids),
        "nobody_fewer_eur_ht": front.nobody_fewer_eur_ht,
        "price_patterns": front.patterns,
        "over_plan": {kind.value: eur for kind, eur in front.over_plan.items()},
        "robust": [asdict(robust) for robust in front.robust],
        "answer": answer_sentences(front),
        "kept": None if kept is None else asdict(kept),
        "notes": list(front.notes),
        "confidential": True,
    }


def _point(front: Front, point: FrontPoint) -> dict[str, object]:
    return {
        "number": front.points.index(point) + 1 if point in front.points else None,
        "kind": point.kind.value,
        "floor_ratio": point.floor_ratio,
        **point.values._asdict(),
        "bound_eur_ht": point.bound_eur_ht,
        "gap_ratio": point.gap_ratio,
        "left_kwh": point.left_kwh,
        "orders": len(point.orders.weight),
        "words": point_sentence(front, point),
    }


def _key(place: KeyPlace) -> dict[str, object]:
    return {**place.values._asdict(), "distance_eur_ht": place.distance_eur_ht}
