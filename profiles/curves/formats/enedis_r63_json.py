"""SGE R63 in JSON: the same load curves as the CSV, one object a meter."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from gettext import gettext as _

import numpy as np

from acc.arrays import IntArray
from acc.i18n import N_
from acc.problem import InputError, Problem
from profiles.curves.formats.base import CurveFile, Format, Reading, fault_list
from profiles.curves.formats.delimited import blank_reading, plain, shown
from profiles.curves.formats.enedis_r63 import ACTIVE, LIKELY, duration_minutes
from profiles.curves.formats.json_xml import Json, child, items, load_json, read_points, text_of
from profiles.curves.formats.units import find_unit, unknown_unit


def detect(source: CurveFile) -> bool:
    """Return whether the file is a JSON object with `mesures` and `grandeur`, and no tariff class (R64)."""
    head = source.head
    return (
        head.lstrip().startswith("{")
        and '"mesures"' in head
        and '"grandeur"' in head
        and '"classeTemporelle"' not in head
    )


def read(source: CurveFile) -> Sequence[Reading]:
    """Return one reading for each meter and direction; end-of-step stamps.

    Raises:
        InputError: no active curve, or every unit, step, stamp or value that cannot be read.
    """
    readings: dict[str, Reading] = {}
    problems: list[Problem] = []
    for column, prm, series, step in _series(load_json(source)):
        try:
            readings[column] = _reading(source, column, prm, series, step)
        except InputError as fault:
            problems.extend(fault.problems)
    if problems:
        raise InputError(problems)
    if not readings:
        raise source.fault(_("no curve of active power (PA) or energy (EA) in this file"))
    return tuple(readings.values())


def _series(root: Json) -> Iterator[tuple[str, str, Json, str]]:
    for meter in items(child(root, "mesures")):
        prm = text_of(child(meter, "idPrm"))
        found = [
            part
            for part in items(child(meter, "grandeur"))
            if text_of(child(part, "grandeurPhysique")) in ACTIVE
        ]
        for part in found:
            way = text_of(child(part, "grandeurMetier"))
            yield f"{prm}/{way}" if len(found) > 1 else prm or way, prm, part, text_of(child(meter, "pas"))


def _reading(source: CurveFile, column: str, prm: str, series: Json, step: str) -> Reading:
    unit_text = source.options.unit or text_of(child(series, "unite"))
    unit = find_unit(unit_text)
    if unit is None:
        raise source.fault(unknown_unit(unit_text))
    points = items(child(series, "points"))
    way = plain(text_of(child(series, "grandeurMetier")))
    like = replace(
        blank_reading(column, unit.name, "end"),
        prm=prm or None,
        kind="production" if way.startswith("prod") else "consumption",
        minutes=_minutes(source, points, step),
        estimated=np.array([text_of(child(point, "iv")) not in LIKELY for point in points], dtype=np.bool_),
    )
    stamps = [text_of(child(point, "d")) for point in points]
    return read_points(source, stamps, [text_of(child(point, "v")) for point in points], like)


def _minutes(source: CurveFile, points: Sequence[Json], step: str) -> IntArray:
    texts = [text_of(child(point, "p")) or step for point in points]
    known = {text: duration_minutes(text) for text in set(texts)}
    wrong = [rank for rank, text in enumerate(texts, start=1) if known[text] is None]
    if wrong:
        message = _("the step {step} is not a duration like PT30M")
        raise InputError(
            fault_list(
                source, wrong, lambda i: message.format(step=shown(texts[wrong[i] - 1])), _("point {line}")
            )
        )
    return np.array([known[text] or 0 for text in texts], dtype=np.int64)


FORMAT = Format(name="sge-r63-json", title=N_("SGE R63 load curve, JSON"), detect=detect, read=read)
