"""Enedis Data Connect and the gateways to it: JSON with `interval_reading`."""

from collections.abc import Sequence
from dataclasses import replace
from gettext import gettext as _

import numpy as np

from acc.i18n import N_
from profiles.curves.formats.base import CurveFile, Format, Reading
from profiles.curves.formats.delimited import blank_reading
from profiles.curves.formats.enedis_r63 import duration_minutes
from profiles.curves.formats.json_xml import child, items, load_json, read_points, text_of
from profiles.curves.formats.units import find_unit, unknown_unit


def detect(source: CurveFile) -> bool:
    """Return whether the file is a JSON object with an `interval_reading`."""
    return source.head.lstrip().startswith("{") and '"interval_reading"' in source.head


def read(source: CurveFile) -> Sequence[Reading]:
    """Return the one series of the file: local stamps without offset, end of step.

    Raises:
        InputError: a unit, a stamp or a value that cannot be read, daily values.
    """
    root = load_json(source)
    meter = child(root, "meter_reading") or root
    unit_text = source.options.unit or text_of(child(child(meter, "reading_type"), "unit")) or "W"
    unit = find_unit(unit_text)
    if unit is None:
        raise source.fault(unknown_unit(unit_text))
    points = items(child(meter, "interval_reading"))
    steps = [duration_minutes(text_of(child(point, "interval_length"))) for point in points]
    known = [step for step in steps if step is not None]
    prm = text_of(child(meter, "usage_point_id")) or None
    like = replace(
        blank_reading(prm or _("curve"), unit.name, "end"),
        prm=prm,
        # Where points do not all say their length (or say days), it is found from the stamps.
        minutes=np.array(known, dtype=np.int64) if len(known) == len(steps) else None,
    )
    stamps = [text_of(child(point, "date")) for point in points]
    return [read_points(source, stamps, [text_of(child(point, "value")) for point in points], like)]


FORMAT = Format(name="enedis-data-connect", title=N_("Enedis Data Connect, JSON"), detect=detect, read=read)
