"""The front of fairness as data: what `acc front --json` prints, front.json and its pictures."""

from collections.abc import Mapping, Sequence
from typing import Annotated

import numpy as np

from acc.front.result import Front, FrontPoint, KeptPoint, KeyPlace
from reports.data.encode import Document, Keys, Picked, to_json
from reports.files import slug
from reports.studies.front.screen import answer_sentences, point_sentence

POINT = Keys(
    FrontPoint,
    "number kind floor_ratio *values bound_eur_ht gap_ratio left_kwh orders words",
    number=(int | None, None),
    orders=(int, lambda point: len(point.orders.weight)),
    words=(str, None),
)
KEY = Keys(KeyPlace, "*values distance_eur_ht")


def _points(front: Front, points: Sequence[FrontPoint]) -> list[Annotated[Picked, POINT]]:
    numbers = [front.points.index(point) + 1 if point in front.points else None for point in points]
    return [
        POINT.record(point, number=number, words=point_sentence(front, point))
        for point, number in zip(points, numbers, strict=True)
    ]


def _levels(front: Front) -> Mapping[str, float]:
    sites = zip(front.scenario.participants, front.levels.tolist(), strict=True)
    return {site.id: level for site, level in sites}


FRONT = Keys(
    Front,
    "name=scenario.name variant=scenario.variant status key=today recommended_key?=proposal.name proposal? "
    "points even_points keys highest_floor_ratio levels worst_id never_ids nobody_fewer_eur_ht "
    "price_patterns=patterns over_plan robust answer kept notes confidential",
    points=(list[Annotated[Picked, POINT]], lambda front: _points(front, front.points)),
    even_points=(list[Annotated[Picked, POINT]], lambda front: _points(front, front.even_points)),
    keys=KEY,
    highest_floor_ratio=(float, lambda front: float(np.max(front.levels, initial=0.0))),
    levels=_levels,
    answer=answer_sentences,
    kept=(KeptPoint | None, None),
    confidential=(bool, lambda _front: True),
)


def front_document(front: Front, kept: KeptPoint | None = None) -> Annotated[Document, FRONT]:
    """Document of the front: EUR excl. VAT over the period, ratios 0 to 1, points by growing worst served."""
    return FRONT.document(front, kept=kept)


DOCUMENTS = {"front": front_document}
"""For `acc schema`."""


def front_files(front: Front, kept: KeptPoint | None, key: str | None) -> dict[str, bytes]:
    """Return the document of a front under its name, and its picture; one more against the Gini index."""
    name = "-".join(slug(word) for word in ("front", front.scenario.label, key) if word)
    from reports.studies.front.figures import front_png  # noqa: PLC0415 - matplotlib only where drawn

    document = to_json(front_document(front, kept)).encode()
    files = {f"{name}.json": document, f"{name}.png": front_png(front)}
    return files | ({f"{name}-gini.png": front_png(front, even=True)} if front.even_points else {})
