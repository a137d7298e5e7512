"""The front of fairness as data: what `acc front --json` prints, front.json and its pictures."""

import numpy as np

from acc.front.result import Front, FrontPoint, KeptPoint
from reports.data.encode import Document, Picked, document, pick, proposal_document, to_json
from reports.files import slug
from reports.studies.front.screen import answer_sentences, point_sentence


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


def _point(front: Front, point: FrontPoint) -> Picked:
    return pick(
        point,
        "number kind floor_ratio *values bound_eur_ht gap_ratio left_kwh orders words",
        number=front.points.index(point) + 1 if point in front.points else None,
        orders=len(point.orders.weight),
        words=point_sentence(front, point),
    )


def front_files(front: Front, kept: KeptPoint | None, key: str | None) -> dict[str, bytes]:
    """Return the document of a front under its name, and its picture; one more against the Gini index."""
    name = "-".join(slug(word) for word in ("front", front.scenario.label, key) if word)
    from reports.studies.front.figures import even_png, front_png  # noqa: PLC0415 - matplotlib only where drawn

    document = to_json(front_document(front, kept)).encode()
    files = {f"{name}.json": document, f"{name}.png": front_png(front)}
    return files | ({f"{name}-gini.png": even_png(front)} if front.even_points else {})
