"""The table of formats of load curves: one module each, recognised by content, never by name.

A new format is one module and one line here. The order matters: the first one that recognises a file
reads it, the generic one last.
"""

from profiles.formats import generic, mon_compte, r63
from profiles.formats.raw import Format

__all__ = ["FORMATS", "Format"]

FORMATS: tuple[Format, ...] = (
    r63.FORMAT,
    mon_compte.FORMAT,
    generic.FORMAT,
)
