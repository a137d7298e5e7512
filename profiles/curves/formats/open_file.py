"""Opens a curve file within limits: size first, then text, workbook, or an archive of a single file."""

import zipfile
import zlib
from dataclasses import replace
from difflib import get_close_matches
from gettext import gettext as _
from io import BytesIO
from pathlib import Path

from acc.i18n import reason_of
from acc.problem import InputError, Problem
from profiles.curves.formats.base import CurveFile, ReadOptions, masked_name
from profiles.text.delimited import decode

MAX_BYTES = 64 * 2**20
"""A year of 15-min values of one meter is 1 to 3 MB; in memory its text costs about 15 times its size."""

MAX_UNPACKED_BYTES = 4 * MAX_BYTES
"""What an archive or a workbook may hold once unpacked: a small file can be made to unpack to terabytes."""

ZIP_FAULTS = (
    zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError,
    KeyError,
)  # fmt: skip
"""What the standard library raises on a damaged, encrypted or exotic archive."""


def open_source(path: Path, options: ReadOptions) -> CurveFile:
    """Return the file in memory.

    Raises:
        InputError: absent, not readable, a folder, too big, empty, or neither text nor workbook.
    """
    name = masked_name(path.name)
    return source_of(name, _bytes(path, name), options)


def source_of(name: str, data: bytes, options: ReadOptions) -> CurveFile:
    """Return a file already in memory; see `open_source`."""
    if not data.strip():
        raise InputError([Problem(name, _("the file is empty"))])
    return _source(name, data, options)


def _bytes(path: Path, name: str) -> bytes:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            message = _(
                "{size} MB: a curve file may have {limit} MB at most; split it, one meter or one year a file"
            )
            raise InputError([Problem(name, message.format(size=size >> 20, limit=MAX_BYTES >> 20))])
        return path.read_bytes()
    except OSError as fault:
        raise InputError([Problem(name, _unreadable(path, fault))]) from fault


def _unreadable(path: Path, fault: OSError) -> str:
    if isinstance(fault, IsADirectoryError):
        return _("this is a folder: the name of a file is expected")
    if isinstance(fault, PermissionError):
        return _("no right to read this file: ask its owner, or copy it")
    if isinstance(fault, FileNotFoundError):
        near = _near_name(path)
        here = path.parent == Path()
        message = _("not found here. {hint}") if here else _("no such file in {folder}. {hint}")
        hint = _("did you mean {near}?").format(near=near) if near else ""
        return message.format(folder=path.parent, hint=hint).strip()
    return _("the file cannot be read ({fault})").format(fault=reason_of(fault))


def _near_name(path: Path) -> str | None:
    try:
        names = [other.name for other in path.parent.iterdir()]
    except OSError:
        return None
    near = get_close_matches(path.name, names, n=1)
    return masked_name(near[0]) if near else None


def _source(name: str, data: bytes, options: ReadOptions) -> CurveFile:
    if data.startswith(b"PK\x03\x04"):
        return _unpacked(CurveFile(name, data, None, options))
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise InputError([Problem(name, _("an old Excel file (.xls): open it and save it as .xlsx or CSV"))])
    text = decode(data)
    if text is None:
        raise InputError(
            [Problem(name, _("neither text nor a workbook: a CSV, XLSX, JSON or XML file is expected"))]
        )
    return CurveFile(name, data, text, options)


def _unpacked(source: CurveFile) -> CurveFile:
    """Return a workbook as it is, the only file of an archive, and refuse any other archive."""
    try:
        with zipfile.ZipFile(BytesIO(source.data)) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if sum(member.file_size for member in members) > MAX_UNPACKED_BYTES:
                message = _(
                    "the file unpacks to more than {limit} MB: split it, one meter or one year a file"
                )
                raise source.fault(message.format(limit=MAX_UNPACKED_BYTES >> 20))
            if any(member.filename.startswith("xl/") for member in members):
                return source
            if len(members) != 1:
                raise source.fault(
                    _("an archive of {n} files: unpack it and give the curve").format(n=len(members))
                )
            with archive.open(members[0]) as file:
                data = file.read(MAX_UNPACKED_BYTES)
    except ZIP_FAULTS as fault:
        raise source.fault(_("the archive is damaged or protected ({fault})").format(fault=fault)) from fault
    if data.startswith(b"PK\x03\x04"):
        raise source.fault(_("an archive within an archive: unpack it and give the curve"))
    return replace(_source(source.name, data, source.options), name=source.name)
