"""What JSON and XML files share: safe parsing, and points that have no line of their own."""

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import replace
from gettext import gettext as _
from json import JSONDecodeError
from typing import TypeAlias, cast

import defusedxml.ElementTree
import numpy as np
from defusedxml.common import DefusedXmlException

from acc.arrays import IntArray
from profiles.curves.formats.base import CurveFile, Reading, Series
from profiles.curves.formats.delimited import read_series
from profiles.text.json_text import parse_json

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
        raise source.fault(
            _("the series {column} has no point: export it again").format(column=series.column)
        )
    series = replace(series, place=_("point {line}"))
    return read_series(source, numbered(len(stamps)), stamps, {series.column: (values, series)})[0]


def numbered(count: int) -> IntArray:
    """Return the ranks 1 to `count`."""
    return np.arange(1, count + 1, dtype=np.int64)
