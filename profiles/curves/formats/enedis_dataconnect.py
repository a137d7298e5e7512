"""Enedis Data Connect and the gateways to it: JSON with `interval_reading`."""

from collections.abc import Sequence
from gettext import gettext as _

import numpy as np

from acc.i18n import N_
from profiles.curves.formats.base import CurveFile, Format, Reading, Series
from profiles.curves.formats.enedis_r63 import duration_minutes
from profiles.curves.formats.json_xml import child, items, load_json, read_points, text_of
from profiles.curves.formats.units import file_unit


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
    points = items(child(meter, "interval_reading"))
    steps = [duration_minutes(text_of(child(point, "interval_length"))) for point in points]
    known = [step for step in steps if step is not None]
    prm = text_of(child(meter, "usage_point_id")) or None
    series = Series(
        column=prm or _("curve"),
        unit=file_unit(source, text_of(child(child(meter, "reading_type"), "unit")) or "W"),
        stamp="end",
        prm=prm,
        # Where points do not all say their length (or say days), it is found from the stamps.
        minutes=np.array(known, dtype=np.int64) if len(known) == len(steps) else None,
    )
    stamps = [text_of(child(point, "date")) for point in points]
    return [read_points(source, stamps, [text_of(child(point, "value")) for point in points], series)]


FORMAT = Format(name="enedis-data-connect", title=N_("Enedis Data Connect, JSON"), detect=detect, read=read)
