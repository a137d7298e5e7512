"""The table of formats of load curves, recognised by content, never by name.

A new format is one module and one line here: its short name, its title, `detect` and `read`. The order
matters: the first one that recognises a file reads it; files that only look like curves come first, the
generic one last.
"""

from acc.i18n import N_
from profiles.curves.formats import edf, generic
from profiles.curves.formats import enedis_json_xml as tree
from profiles.curves.formats import enedis_text as text
from profiles.curves.formats import not_a_curve as refused
from profiles.curves.formats.base import Format

FORMATS: tuple[Format, ...] = (
    *refused.FORMATS,
    Format("sge-r63-csv", N_("SGE R63 load curve, CSV"), text.detect_r63, text.read_r63),
    Format("sge-r63-json", N_("SGE R63 load curve, JSON"), tree.detect_r63_json, tree.read_r63_json),
    Format("enedis-mon-compte", N_("Enedis client area, CSV"), text.detect_mon_compte, text.read_mon_compte),
    Format("enedis-portal", N_("Enedis client area since 2025"), text.detect_portal, text.read_portal),
    Format("edf-30min", N_("EDF, powers reached each half-hour"), edf.detect, edf.read),
    Format("sge-old-csv", N_("Older SGE load curve, CSV"), text.detect_sge_old, text.read_sge_old),
    Format("enedis-r4x", N_("Enedis R4x load curve, XML"), tree.detect_r4x, tree.read_r4x),
    Format("enedis-r50", N_("Enedis R50 load curve, XML"), tree.detect_r50, tree.read_r50),
    Format("enedis-data-connect", N_("Enedis Data Connect, JSON"), tree.detect_connect, tree.read_connect),
    Format("short", N_("Two columns, end of step, W"), generic.detect_short, generic.read_short),
    Format("acc-wide", N_("Wide file, one column a meter"), generic.detect_acc_wide, generic.read_acc_wide),
    Format("generic", N_("Generic curve"), generic.detect, generic.read),
)
