"""SGE R63 in JSON: the same load curves as the CSV, one object a meter."""

from collections.abc import Iterator, Sequence
from gettext import gettext as _

import numpy as np

from acc.i18n import N_
from acc.problem import InputError, Problem
from profiles.curves.formats.base import CurveFile, Format, Reading, Series
from profiles.curves.formats.delimited import kind_of
from profiles.curves.formats.enedis_r63 import ACTIVE, LIKELY, duration_column
from profiles.curves.formats.json_xml import Json, child, items, load_json, numbered, read_points, text_of
from profiles.curves.formats.units import file_unit


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
        series = [
            part
            for part in items(child(meter, "grandeur"))
            if text_of(child(part, "grandeurPhysique")) in ACTIVE
        ]
        for part in series:
            way = text_of(child(part, "grandeurMetier"))
            yield f"{prm}/{way}" if len(series) > 1 else prm or way, prm, part, text_of(child(meter, "pas"))


def _reading(source: CurveFile, column: str, prm: str, part: Json, step: str) -> Reading:
    points = items(child(part, "points"))
    steps = [text_of(child(point, "p")) or step for point in points]
    series = Series(
        column=column,
        unit=file_unit(source, text_of(child(part, "unite"))),
        stamp="end",
        prm=prm or None,
        kind=kind_of(text_of(child(part, "grandeurMetier"))),
        minutes=duration_column(source, steps, numbered(len(points)), _("point {line}")),
        estimated=np.array([text_of(child(point, "iv")) not in LIKELY for point in points], dtype=np.bool_),
    )
    stamps = [text_of(child(point, "d")) for point in points]
    return read_points(source, stamps, [text_of(child(point, "v")) for point in points], series)


FORMAT = Format(name="sge-r63-json", title=N_("SGE R63 load curve, JSON"), detect=detect, read=read)
