"""The table of formats of load curves: one module each, recognised by content, never by name.

A new format is one module and one line here. The order matters: the first one that recognises a file
reads it; files that only look like curves come first, the generic one last.
"""

from profiles.formats import (
    acc_wide,
    dataconnect,
    edf,
    generic,
    mon_compte,
    portal,
    r4x,
    r50,
    r63,
    r63_json,
    refused,
    sge_old,
    short,
)
from profiles.formats.raw import Format

__all__ = ["FORMATS", "Format"]

FORMATS: tuple[Format, ...] = (
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
