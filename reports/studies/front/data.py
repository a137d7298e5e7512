"""The front of fairness as data: what `acc front --json` prints and front.json holds."""

import numpy as np

from acc.front.result import Front, FrontPoint, KeptPoint
from reports.data.encode import Document, document, pick, proposal_document
from reports.studies.front.labels import answer_sentences, point_sentence


def front_document(front: Front, kept: KeptPoint | None = None) -> Document:
    """Return the front: EUR without tax over the period, ratios 0 to 1, points by growing worst served."""
    sites = zip(front.scenario.participants, front.levels.tolist(), strict=True)
    return document(
        front,
        "name=scenario.name variant=scenario.variant status key=today *proposed points even_points keys "
        "highest_floor_ratio levels worst_id never_ids nobody_fewer_eur_ht price_patterns=patterns over_plan "
        "robust answer kept notes confidential",
        proposed=proposal_document("recommended_key", front.proposal),
        points=[_point(front, point) for point in front.points],
        even_points=[_point(front, point) for point in front.even_points],
        keys={name: pick(place, "*values distance_eur_ht") for name, place in front.keys.items()},
        highest_floor_ratio=float(np.max(front.levels, initial=0.0)),
        levels={site.id: level for site, level in sites},
        answer=answer_sentences(front),
        kept=kept,
        confidential=True,
    )


def _point(front: Front, point: FrontPoint) -> Document:
    return pick(
        point,
        "number kind floor_ratio *values bound_eur_ht gap_ratio left_kwh orders words",
        number=front.points.index(point) + 1 if point in front.points else None,
        orders=len(point.orders.weight),
        words=point_sentence(front, point),
    )
