"""The JSON and XML files of Enedis: SGE R63, Data Connect and its gateways, R4x, R50.

R4x are the 5- and 10-min curves of meters above 36 kVA, R50 the 30-min curves of the others. Parsing is safe,
and points, which have no line of their own, are named by their rank.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from dataclasses import replace
from gettext import gettext as _
from json import JSONDecodeError
from typing import TypeAlias, cast

import defusedxml.ElementTree
import numpy as np
from defusedxml.common import DefusedXmlException

from acc.arrays import IntArray
from acc.problem import Collecting, Problem, refuse
from profiles.curves.formats.base import CurveFile, Kind, Reading, Series, Stamp, file_unit
from profiles.curves.formats.delimited import kind_of, read_series
from profiles.curves.formats.enedis_text import ACTIVE, LIKELY, duration_column, duration_minutes
from profiles.text.delimited import parse_json

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

XML_FAULTS = (ET.ParseError, DefusedXmlException, ValueError, LookupError)
"""Damaged XML, entities and outside references (refused: they can swallow the memory), odd encodings."""


def load_json(source: CurveFile) -> Json:
    """Return the value of a JSON file.

    Raises:
        InputError: damaged, or nested too deeply to be data.
    """
    try:
        return cast("Json", parse_json(source.text or ""))
    except JSONDecodeError as fault:
        raise source.fault(_("damaged JSON: {fault}").format(fault=fault.msg), fault.lineno) from fault


def child(value: Json, name: str) -> Json:
    """Return a member of a JSON object, None when there is no such thing."""
    return value.get(name) if isinstance(value, dict) else None


def items(value: Json) -> list[Json]:
    """Return the items of a JSON list; a lone object is a list of one, anything else is empty."""
    if isinstance(value, list):
        return value
    return [value] if isinstance(value, dict) else []


def text_of(value: Json) -> str:
    """Return a JSON scalar as text, empty for null, an object or a list."""
    return "" if value is None or isinstance(value, (dict, list)) else str(value)


def load_xml(source: CurveFile) -> ET.Element:
    """Return the root of an XML file, name spaces cut from the tags.

    Raises:
        InputError: damaged, or with entities or outside references.
    """
    try:
        root: ET.Element = defusedxml.ElementTree.fromstring(source.data)
    except XML_FAULTS as fault:
        raise source.fault(_("damaged XML: {fault}").format(fault=fault)) from fault
    for element in root.iter():
        element.tag = str(element.tag).rpartition("}")[2]
    return root


def xml_text(element: ET.Element, name: str) -> str:
    """Return the text of a child, empty when absent."""
    return (element.findtext(name) or "").strip()


def read_points(source: CurveFile, stamps: Sequence[str], values: Sequence[str], series: Series) -> Reading:
    """Return a series with its points; faults name them by their rank in the series.

    Raises:
        InputError: no point, or every stamp and value that cannot be read.
    """
    if not stamps:
        message = _("the series {column} has no point: export it again")
        raise source.fault(message.format(column=series.column))
    series = replace(series, place=_("point {line}"))
    return read_series(source, numbered(len(stamps)), stamps, {series.column: (values, series)})[0]


def numbered(count: int) -> IntArray:
    """Return the ranks 1 to `count`."""
    return np.arange(1, count + 1, dtype=np.int64)


def detect_r63_json(source: CurveFile) -> bool:
    """Return whether the file is a JSON object with `mesures` and `grandeur`, and no tariff class (R64)."""
    has_all = all(word in source.head for word in ('"mesures"', '"grandeur"'))
    return source.head.lstrip().startswith("{") and has_all and '"classeTemporelle"' not in source.head


def read_r63_json(source: CurveFile) -> Sequence[Reading]:
    """Return one reading for each meter and direction; end-of-step stamps.

    Raises:
        InputError: no active curve, or every unit, step, stamp or value that cannot be read.
    """
    readings: dict[str, Reading] = {}
    problems: list[Problem] = []
    for column, prm, series, step in _r63_json_series(load_json(source)):
        with Collecting(problems):
            readings[column] = _r63_json_reading(source, column, prm, series, step)
    refuse(problems)
    if not readings:
        raise source.fault(_("no curve of active power (PA) or energy (EA) in this file"))
    return tuple(readings.values())


def _r63_json_series(root: Json) -> Iterator[tuple[str, str, Json, str]]:
    for meter in items(child(root, "mesures")):
        prm = text_of(child(meter, "idPrm"))
        parts = items(child(meter, "grandeur"))
        series = [part for part in parts if text_of(child(part, "grandeurPhysique")) in ACTIVE]
        for part in series:
            way = text_of(child(part, "grandeurMetier"))
            yield f"{prm}/{way}" if len(series) > 1 else prm or way, prm, part, text_of(child(meter, "pas"))


def _r63_json_reading(source: CurveFile, column: str, prm: str, part: Json, step: str) -> Reading:
    points = items(child(part, "points"))
    steps = [text_of(child(point, "p")) or step for point in points]
    series = Series(
        column=column,
        unit=file_unit(source, text_of(child(part, "unite"))),
        prm=prm or None,
        kind=kind_of(text_of(child(part, "grandeurMetier"))),
        minutes=duration_column(source, steps, numbered(len(points)), _("point {line}")),
        estimated=np.array([text_of(child(point, "iv")) not in LIKELY for point in points], dtype=np.bool_),
    )
    stamps = [text_of(child(point, "d")) for point in points]
    return read_points(source, stamps, [text_of(child(point, "v")) for point in points], series)


def detect_connect(source: CurveFile) -> bool:
    """Return whether the file is a JSON object with an `interval_reading`."""
    return source.head.lstrip().startswith("{") and '"interval_reading"' in source.head


def read_connect(source: CurveFile) -> Sequence[Reading]:
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
        prm=prm,
        # Where points do not all say their length (or say days), it is found from the stamps.
        minutes=np.array(known, dtype=np.int64) if len(known) == len(steps) else None,
    )
    stamps = [text_of(child(point, "date")) for point in points]
    return [read_points(source, stamps, [text_of(child(point, "value")) for point in points], series)]


REAL = frozenset({"R", ""})
"""Statut_Point of a measured value; the others are rebuilt, corrected, estimated or power cuts."""


def detect_r4x(source: CurveFile) -> bool:
    """Return whether the file is XML with a `Donnees_Courbe`."""
    return source.head.lstrip().startswith("<") and "<Donnees_Courbe" in source.head


def read_r4x(source: CurveFile) -> Sequence[Reading]:
    """Return one reading for each meter and direction; a stamp opens its step (guide R4x, version 2.0.3).

    Raises:
        InputError: no curve of active energy, or every unit, step, stamp or value that cannot be read.
    """
    blocks: dict[tuple[str, Kind], list[ET.Element]] = {}
    for body in load_xml(source).iter("Corps"):
        for block in body.iter("Donnees_Courbe"):
            if xml_text(block, "Grandeur_Physique") in ACTIVE:
                kind = kind_of(xml_text(block, "Grandeur_Metier"))
                blocks.setdefault((xml_text(body, "Identifiant_PRM"), kind), []).append(block)
    if not blocks:
        raise source.fault(_("no curve of active power (PA) or energy (EA) in this file"))
    meters = [prm for prm, _kind in blocks]
    return [
        _r4x_reading(source, f"{prm}/{kind}" if meters.count(prm) > 1 else prm or kind, prm, kind, rows)
        for (prm, kind), rows in blocks.items()
    ]


def _r4x_reading(
    source: CurveFile, column: str, prm: str, kind: Kind, blocks: Sequence[ET.Element]
) -> Reading:
    unit = file_unit(source, *(xml_text(block, "Unite_Mesure") for block in blocks))
    minutes, points = list[int](), list[ET.Element]()
    for block in blocks:
        step = xml_text(block, "Granularite")
        if not re.fullmatch("[0-9]{1,4}", step):
            raise source.fault(_("the step {step} is not a number of minutes").format(step=repr(step)))
        own = list(block.iter("Donnees_Point_Mesure"))
        points += own
        minutes += [int(step)] * len(own)
    stamps, values, states = (
        [point.get(name, "") for point in points] for name in ("Horodatage", "Valeur_Point", "Statut_Point")
    )
    series = Series(
        column=column,
        unit=unit,
        stamp="start",
        prm=prm or None,
        kind=kind,
        minutes=np.array(minutes, dtype=np.int64),
        estimated=np.array([state not in REAL for state in states], dtype=np.bool_),
    )
    return read_points(source, stamps, values, series)


def detect_r50(source: CurveFile) -> bool:
    """Return whether the file is XML that starts as an R50."""
    head = source.head.lstrip()
    return head.startswith("<") and ("<R50" in head or "<PDC>" in head)


def read_r50(source: CurveFile) -> Sequence[Reading]:
    """Return one reading for each meter, in W; end-of-step stamps, unless a day starts at midnight sharp.

    Raises:
        InputError: no point, or every stamp or value that cannot be read.
    """
    readings = []
    for meter in load_xml(source).iter("PRM"):
        points = list(meter.iter("PDC"))
        prm = xml_text(meter, "Id_PRM")
        stamps = [xml_text(point, "H") for point in points]
        series = Series(
            column=prm or _("curve"),
            unit="W",
            stamp=_r50_stamp(meter),
            prm=prm or None,
            estimated=np.array([xml_text(point, "IV") not in LIKELY for point in points], dtype=np.bool_),
        )
        readings.append(read_points(source, stamps, [xml_text(point, "V") for point in points], series))
    if not readings:
        raise source.fault(_("no meter (PRM) in this file"))
    return readings


def _r50_stamp(meter: ET.Element) -> Stamp:
    """Meaning of stamps: a day dated 2 January that opens with that day's 00:00 stamps the starts."""
    for day in meter.iter("Donnees_Releve"):
        first = day.findtext("PDC/H") or ""
        if first.startswith(f"{xml_text(day, 'Date_Releve')}T00:00"):
            return "start"
    return "end"
