"""R50: the 30-min curves that Enedis sends for meters up to 36 kVA, XML."""

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from gettext import gettext as _

import numpy as np

from acc.i18n import N_
from profiles.curves.formats.base import CurveFile, Format, Reading, Series, Stamp
from profiles.curves.formats.enedis_r63 import LIKELY
from profiles.curves.formats.json_xml import load_xml, read_points, xml_text


def detect(source: CurveFile) -> bool:
    """Return whether the file is XML that starts as an R50."""
    head = source.head.lstrip()
    return head.startswith("<") and ("<R50" in head or "<PDC>" in head)


def read(source: CurveFile) -> Sequence[Reading]:
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
            stamp=_stamp(meter),
            prm=prm or None,
            estimated=np.array([xml_text(point, "IV") not in LIKELY for point in points], dtype=np.bool_),
        )
        readings.append(read_points(source, stamps, [xml_text(point, "V") for point in points], series))
    if not readings:
        raise source.fault(_("no meter (PRM) in this file"))
    return readings


def _stamp(meter: ET.Element) -> Stamp:
    """Meaning of stamps: a day dated 2 January that opens with that day's 00:00 stamps the starts."""
    for day in meter.iter("Donnees_Releve"):
        first = day.findtext("PDC/H") or ""
        if first.startswith(f"{xml_text(day, 'Date_Releve')}T00:00"):
            return "start"
    return "end"


FORMAT = Format(name="enedis-r50", title=N_("Enedis R50 load curve, XML"), detect=detect, read=read)
