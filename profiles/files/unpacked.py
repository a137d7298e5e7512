"""What an archive holds, counted before it is read: a small file can be made to unpack to terabytes."""

from zipfile import ZipFile

PIECE_BYTES = 1 << 20


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
