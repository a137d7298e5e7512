"""R4x: the 5- and 10-min curves that Enedis sends for meters above 36 kVA, XML."""

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from gettext import gettext as _

import numpy as np

from acc.i18n import N_
from profiles.curves.formats.base import CurveFile, Format, Kind, Reading, Series
from profiles.curves.formats.delimited import kind_of
from profiles.curves.formats.enedis_r63 import ACTIVE
from profiles.curves.formats.json_xml import load_xml, read_points, xml_text
from profiles.curves.formats.units import file_unit

REAL = frozenset({"R", ""})
"""Statut_Point of a measured value; the others are rebuilt, corrected, estimated or power cuts."""


def detect(source: CurveFile) -> bool:
    """Return whether the file is XML with a `Donnees_Courbe`."""
    return source.head.lstrip().startswith("<") and "<Donnees_Courbe" in source.head


def read(source: CurveFile) -> Sequence[Reading]:
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
        _reading(source, prm, kind, rows, column=f"{prm}/{kind}" if meters.count(prm) > 1 else prm or kind)
        for (prm, kind), rows in blocks.items()
    ]


def _reading(
    source: CurveFile, prm: str, kind: Kind, blocks: Sequence[ET.Element], *, column: str
) -> Reading:
    unit = file_unit(source, *(xml_text(block, "Unite_Mesure") for block in blocks))
    points = [
        (point, _step(source, block)) for block in blocks for point in block.iter("Donnees_Point_Mesure")
    ]
    series = Series(
        column=column,
        unit=unit,
        stamp="start",
        prm=prm or None,
        kind=kind,
        minutes=np.array([step for _point, step in points], dtype=np.int64),
        estimated=np.array(
            [point.get("Statut_Point", "") not in REAL for point, _step in points], dtype=np.bool_
        ),
    )
    stamps = [point.get("Horodatage", "") for point, _step in points]
    return read_points(source, stamps, [point.get("Valeur_Point", "") for point, _step in points], series)


def _step(source: CurveFile, block: ET.Element) -> int:
    text = xml_text(block, "Granularite")
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        raise source.fault(_("the step {step} is not a number of minutes").format(step=repr(text)))
    return int(text)


FORMAT = Format(name="enedis-r4x", title=N_("Enedis R4x load curve, XML"), detect=detect, read=read)
