"""Opens a curve file within limits: size first, then text, workbook, or an archive of a single file."""

import zipfile
import zlib
from dataclasses import replace
from gettext import gettext as _
from io import BytesIO
from pathlib import Path

from acc.problem import InputError, Problem
from profiles.curves.formats.base import CurveFile, ReadOptions
from profiles.files.open_file import UNPACKED_BYTES, check_memory, is_beyond, masked_name, read_within
from profiles.text.delimited import decode, decoded_bytes, parsed_bytes

MAX_BYTES = 64 * 2**20
"""A year of 15-min values of one meter is 1 to 3 MB."""

MAX_TAGS = 12_000_000
"""Of the XML of a workbook: eight years of 15-min rows of a stamp and six values are 10 million."""

ZIP_FAULTS = (
    zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError,
    KeyError,
)  # fmt: skip
"""What the standard library raises on a damaged, encrypted or exotic archive."""


def way_out() -> str:
    """What to do about a curve file that is too large."""
    return _("split it, one meter or one year a file")


def within_memory(source: CurveFile) -> CurveFile:
    """Return a file of which no more would be parsed than one may take.

    Raises:
        InputError: it would.
    """
    text = source.text or ""
    check_memory(source.name, len(text), len(source.data) + parsed_bytes(text), way_out())
    return source


def open_source(path: Path, options: ReadOptions) -> CurveFile:
    """Return the file in memory.

    Raises:
        InputError: absent, not readable, a folder, too big, empty, or neither text nor workbook.
    """
    name = masked_name(path.name)
    data = read_within(path, MAX_BYTES, place=name, way=way_out())
    return source_of(name, data, options)


def source_of(name: str, data: bytes, options: ReadOptions) -> CurveFile:
    """Return a file already in memory; see `open_source`."""
    if not data.strip():
        raise InputError([Problem(name, _("the file is empty"))])
    return _source(name, data, options)


def _source(name: str, data: bytes, options: ReadOptions) -> CurveFile:
    if data.startswith(b"PK\x03\x04"):
        return _unpacked(CurveFile(name, data, None, options))
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise InputError([Problem(name, _("an old Excel file (.xls): open it and save it as .xlsx or CSV"))])
    check_memory(name, len(data), decoded_bytes(data), way_out())
    text = decode(data)
    if text is None:
        raise InputError(
            [Problem(name, _("neither text nor a workbook: a CSV, XLSX, JSON or XML file is expected"))]
        )
    return within_memory(CurveFile(name, data, text, options))


def _unpacked(source: CurveFile) -> CurveFile:
    """Return a workbook as it is, the only file of an archive, and refuse any other archive."""
    try:
        with zipfile.ZipFile(BytesIO(source.data)) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if is_beyond(archive, UNPACKED_BYTES, MAX_TAGS):
                message = _(
                    "the file unpacks to more than {limit} MB, or millions of cells: "
                    "split it, one meter or one year a file"
                )
                raise source.fault(message.format(limit=UNPACKED_BYTES // 10**6))
            if any(member.filename.startswith("xl/") for member in members):
                return source
            if len(members) != 1:
                raise source.fault(
                    _("an archive of {n} files: unpack it and give the curve").format(n=len(members))
                )
            with archive.open(members[0]) as file:
                data = file.read(UNPACKED_BYTES)
    except ZIP_FAULTS as fault:
        raise source.fault(_("the archive is damaged or protected ({fault})").format(fault=fault)) from fault
    if data.startswith(b"PK\x03\x04"):
        raise source.fault(_("an archive within an archive: unpack it and give the curve"))
    return replace(_source(source.name, data, source.options), name=source.name)
