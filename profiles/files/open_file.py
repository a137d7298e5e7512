"""Opens a file that somebody gave: within limits, and without waiting for what is none."""

import errno
import os
import re
import stat
from difflib import get_close_matches
from gettext import gettext as _
from io import BufferedIOBase, BufferedReader
from pathlib import Path
from zipfile import ZipFile

from acc.i18n import grouped, reason_of
from acc.problem import InputError, Problem

PIECE_BYTES = 1 << 20

MEMORY_BYTES = 300_000_000
"""What reading one file may take: its bytes, its text, what is parsed of it; counted before it is made."""

UNPACKED_BYTES = MEMORY_BYTES // 2
"""Of a file, unpacked: its bytes and its text stand side by side."""


def check_memory(place: str, size_bytes: int, needed_bytes: int, way: str) -> None:
    """Refuse a file that would take more memory than one file may.

    Args:
        place: its name, for a person.
        size_bytes: of its text.
        needed_bytes: what is made of it.
        way: out of it.

    Raises:
        InputError: it would.
    """
    if needed_bytes > MEMORY_BYTES:
        message = _(
            "{size} MB of text, which would take {needed} MB of memory; {limit} MB are what one file may "
            "take: {way}"
        )
        sizes = {"size": size_bytes, "needed": needed_bytes, "limit": MEMORY_BYTES}
        text = message.format(way=way, **{name: -(-count // 10**6) for name, count in sizes.items()})
        raise InputError([Problem(place, text)])


def is_beyond(archive: ZipFile, most_bytes: int, most_tags: int) -> bool:
    """Return whether an archive unpacks to more than is expected.

    Args:
        most_tags: of XML, all parts together; a filled cell has four to six.

    Raises:
        BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError: damaged, protected or exotic.
    """
    if sum(member.file_size for member in archive.infolist()) > most_bytes:
        return True
    tags = 0
    for member in archive.infolist():
        with archive.open(member) as part:  # no more is unpacked than the size that it tells
            while tags <= most_tags and (piece := part.read(PIECE_BYTES)):
                tags += piece.count(b"<")
    return tags > most_tags


def read_unpacked(file: BufferedIOBase, place: str, way: str) -> bytes:
    """Read the content of a compressed file by pieces: no more than a file may hold is made.

    Raises:
        InputError: it holds more.
        OSError, EOFError, zlib.error: it is damaged.
    """
    pieces: list[bytes] = []
    while piece := file.read(PIECE_BYTES):
        pieces.append(piece)
        if sum(map(len, pieces)) > UNPACKED_BYTES:
            message = _("unpacks to more than {limit} MB, all that one file may hold: {way}")
            raise InputError([Problem(place, message.format(limit=UNPACKED_BYTES // 10**6, way=way))])
    return b"".join(pieces)


class NoFileError(OSError):
    """A pipe, a socket or a device stands there: it may give nothing, or give without end."""


def open_regular(path: Path, limit_bytes: int | None = None) -> BufferedReader:
    """Open a file to read; nothing is waited for.

    Raises:
        OSError: what the system refuses, a folder, a file beyond the limit; NoFileError of what is neither.
    """
    # Without O_NONBLOCK a pipe is opened once somebody writes to it. Windows has a flag for bytes instead.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(path, flags)
    except OSError as fault:
        if fault.errno == errno.ENXIO:  # a socket
            raise NoFileError(errno.ENXIO, str(path)) from None
        raise
    about = os.fstat(descriptor)
    is_large = limit_bytes is not None and about.st_size > limit_bytes
    if stat.S_ISREG(about.st_mode) and not is_large:
        return os.fdopen(descriptor, "rb")
    os.close(descriptor)
    if stat.S_ISREG(about.st_mode):
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
    if stat.S_ISDIR(about.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    raise NoFileError(errno.EINVAL, str(path))


def read_within(path: Path, limit_bytes: int, *, place: str = "", way: str = "") -> bytes:
    """Read a file of limited size.

    Args:
        limit_bytes: more is refused before it is read, and not read where the file grows meanwhile.
        place: place named in a fault; the name of the file without it.
        way: out of a file that is too large.

    Raises:
        InputError: absent, no right, a folder, a pipe or a device, too large.
    """
    try:
        with open_regular(path) as file:
            size = os.fstat(file.fileno()).st_size
            data = file.read(size + 1) if size <= limit_bytes else b""
            if len(data) > size:
                data += file.read(limit_bytes + 1 - len(data))
    except OSError as fault:
        raise InputError([Problem(place or path.name, unreadable(path, fault))]) from fault
    size = max(size, len(data))
    if size > limit_bytes:
        message = _("{size} bytes: more than the {limit} expected of such a file; {way}")
        limit = grouped(limit_bytes)
        refusal = message.format(size=grouped(size), limit=limit, way=way or _("is it the right one?"))
        raise InputError([Problem(place or path.name, refusal)])
    return data


def unreadable(path: Path, fault: OSError) -> str:
    """Reason why a file cannot be read, and remedy, translated."""
    if isinstance(fault, NoFileError):
        return _("a pipe or a device, not a file: put the file itself here")
    if isinstance(fault, IsADirectoryError):
        return _("this is a folder: the name of a file is expected")
    if isinstance(fault, FileNotFoundError):
        return _missing(path)
    if path.suffix.lower() == ".xlsx":
        message = _("cannot be read ({reason}): is it open in Excel? Close it, then try again")
        return message.format(reason=reason_of(fault))
    if isinstance(fault, PermissionError):
        return _("no right to read this file: ask its owner, or copy it")
    return _("cannot be read: {fault}").format(fault=reason_of(fault))


def _missing(path: Path) -> str:
    message = _("file missing in {folder}") if path.parent != Path() else _("not found here")
    missing, near = message.format(folder=path.parent), _near_name(path)
    return f"{missing}. {_('did you mean {near}?').format(near=near)}" if near else missing


def masked_name(name: str) -> str:
    """Return the name of a file or of a series with its meter numbers masked.

    >>> masked_name("Enedis_Conso_Heure_30000012344800.csv")
    'Enedis_Conso_Heure_•••• 4800.csv'
    """
    from acc.sites import masked_prm  # noqa: PLC0415 - the same command again imports nothing heavy

    return re.sub(r"(?<!\d)\d{14}(?!\d)", lambda match: masked_prm(match[0]), name)


def _near_name(path: Path) -> str | None:
    try:
        names = [other.name for other in path.parent.iterdir()]
    except OSError:
        return None
    return next((masked_name(near) for near in get_close_matches(path.name, names, n=1)), None)
