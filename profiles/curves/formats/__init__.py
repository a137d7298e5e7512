"""The table of formats of load curves, recognised by content, never by name.

A new format is one module and one line here. The order matters: the first one that recognises a file
reads it; files that only look like curves come first, the generic one last.
"""

from profiles.curves.formats import edf, generic
from profiles.curves.formats import enedis_json_xml as structured
from profiles.curves.formats import enedis_text as text
from profiles.curves.formats import not_a_curve as refused
from profiles.curves.formats.base import Format

FORMATS: tuple[Format, ...] = (
    *refused.FORMATS,
    text.R63,
    structured.R63_JSON,
    text.MON_COMPTE,
    text.PORTAL,
    edf.FORMAT,
    text.SGE_OLD,
    structured.R4X,
    structured.R50,
    structured.DATACONNECT,
    generic.SHORT,
    generic.ACC_WIDE,
    generic.FORMAT,
)
