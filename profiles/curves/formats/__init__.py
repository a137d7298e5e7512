"""The table of formats of load curves: one module each, recognised by content, never by name.

A new format is one module and one line here. The order matters: the first one that recognises a file
reads it; files that only look like curves come first, the generic one last.
"""

from profiles.curves.formats import edf, generic
from profiles.curves.formats import enedis_acc_wide as acc_wide
from profiles.curves.formats import enedis_dataconnect as dataconnect
from profiles.curves.formats import enedis_mon_compte as mon_compte
from profiles.curves.formats import enedis_portal as portal
from profiles.curves.formats import enedis_r4x as r4x
from profiles.curves.formats import enedis_r50 as r50
from profiles.curves.formats import enedis_r63 as r63
from profiles.curves.formats import enedis_r63_json as r63_json
from profiles.curves.formats import enedis_sge_old as sge_old
from profiles.curves.formats import not_a_curve as refused
from profiles.curves.formats import two_columns as short
from profiles.curves.formats.base import Format

__all__ = ["FORMATS", "Format"]

FORMATS: tuple[Format, ...] = (
    refused.DAILY_EXPORT,
    refused.INDEX,
    refused.CONTRACT,
    refused.REFERENCE,
    r63.FORMAT,
    r63_json.FORMAT,
    mon_compte.FORMAT,
    portal.FORMAT,
    edf.FORMAT,
    sge_old.FORMAT,
    r4x.FORMAT,
    r50.FORMAT,
    dataconnect.FORMAT,
    short.FORMAT,
    acc_wide.FORMAT,
    generic.FORMAT,
)
