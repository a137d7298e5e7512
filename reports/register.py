"""The register of a folder of results: which documents for all were made there, of whom, and no figure.

Two documents of different members tell by difference what neither tells: with three members who did not
agree to be named, then with four, the fourth. What would is not written. A document that is no longer there
was not handed round, and counts no more.
"""

import hmac
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import astuple, dataclass
from datetime import date
from fnmatch import fnmatch
from gettext import gettext as _
from gettext import ngettext
from pathlib import Path

from acc.household_privacy import LEAST_HOUSEHOLDS
from acc.problem import InputError, Problem
from profiles.files.atomic_write import locked, signature, signing_key, write_atomic
from profiles.files.open_file import read_within
from reports.format.numbers import fr, long_date
from reports.format.wording import sentence, text_of
from reports.view.privacy import LEAST_CLOSED
from reports.view.publications import (
    Publication,
    PublishedSite,
    ShownRows,
    disclosed_with_earlier,
    publication_of,
)
from reports.view.view import View

REGISTER = "registre.json"
MOST_BYTES = 20_000_000
WRITTEN = re.compile(rb'\{"signature": "([0-9a-f]{64})", "documents": (.*)\}\n', re.DOTALL)
MOST_PATHS = 6
"""Files of earlier documents that a refusal names; it counts the others."""

Files = dict[str, str]
"""The day of each document, by its path below the results; a star stands for the numbers of its pages."""


@dataclass(frozen=True, slots=True)
class _Line:
    """Documents of the same rows."""

    files: Files
    publication: Publication

    def left(self, out: Path) -> Files:
        """Return the documents that are still there."""
        return {name: day for name, day in self.files.items() if any(_registered(out, name))}


def publish(out: Path, folder: Path, documents: Mapping[str, Sequence[View | ShownRows]]) -> None:
    """Enter documents for all that are about to be written; nothing where no key of the user can be kept.

    Args:
        out: the folder of results, where the register is.
        folder: of the documents, below it.
        documents: what each shows, its rows for each scenario, by the name of its file; a star stands for the
            numbers of its pages.

    Raises:
        InputError: beside an earlier document that is still there, or beside one another, they would tell
            the figures of those who did not agree; a register that this user did not write.
    """
    if signing_key() is None or not documents:
        return
    _keep_alone(out)
    shown = [
        (name, rows if isinstance(rows, ShownRows) else ShownRows.of(rows))
        for name, some in documents.items()
        for rows in some
    ]
    lines, new = _lines(out), [(name, publication_of(rows, _hashed)) for name, rows in shown]
    added = [publication for _name, publication in new]
    if disclosed := disclosed_with_earlier([line.publication for line in lines], added):
        people = (person for _name, rows in shown for person in rows.scenario.participants)
        raise _refusal(out, lines, added, {_hashed(person.id): person.name for person in people}, disclosed)
    for name, publication in new:
        line = next((line for line in lines if line.publication == publication), None)
        if line is None:
            lines.append(line := _Line({}, publication))
        line.files[(folder / name).relative_to(out).as_posix()] = shown[0][1].ran_on
    _write(out, lines)


def copied(out: Path, copies: Mapping[Path, Path]) -> None:
    """Enter the copies of documents, by what they were copied from; nothing of a register not to be read."""
    with suppress(InputError), _alone(out):
        named = [
            tuple(path.resolve().relative_to(out.resolve()).as_posix() for path in two)
            for two in copies.items()
        ]
        lines = _lines(out)
        for line in lines:
            days = [
                (new, day) for old, new in named for name, day in line.files.items() if fnmatch(old, name)
            ]
            line.files.update(days)
        if lines:
            _write(out, lines)


_KEPT: dict[Path, int] = {}
"""The folder of results that this process has to itself, as a descriptor: the last one that it entered."""


def _keep_alone(out: Path) -> None:
    """Keep other processes from entering documents until this one has written its own, and ends.

    Raises:
        InputError: another one has the folder.
    """
    where = out.resolve()
    if where not in _KEPT:
        while _KEPT:
            os.close(_KEPT.popitem()[1])
        _KEPT[where] = locked(where)


@contextmanager
def _alone(out: Path) -> Iterator[None]:
    """Keep other processes out for a moment.

    Raises:
        InputError: another one has the folder.
    """
    lock = None if out.resolve() in _KEPT else locked(out)
    try:
        yield
    finally:
        if lock is not None:
            os.close(lock)


def _registered(out: Path, name: str) -> Iterable[Path]:
    return out.glob(name) if "*" in name else filter(Path.is_file, [out / name])


def _hashed(id_: str) -> str:
    """Pseudonym of an id: irreversible without the key of the user."""
    return (signature("register", id_.encode()) or b"").decode()[:20]


def _refusal(
    out: Path,
    lines: Sequence[_Line],
    new: Sequence[Publication],
    names: Mapping[str, str],
    disclosed: frozenset[str],
) -> InputError:
    """Reason why documents are not written, with remedies.

    Args:
        names: of the sites of the new ones; of those only in earlier ones, none is known.
    """
    kept: list[_Line] = []
    for line in reversed(lines):
        if not disclosed_with_earlier([entry.publication for entry in (*kept, line)], new):
            kept.append(line)
    removed = (line for line in lines if line not in kept)
    files = {f"{out.resolve().name}/{name}": day for line in removed for name, day in line.files.items()}
    known = sorted(names[id_] for id_ in disclosed if id_ in names)
    who = ngettext("{count} site", "{count} sites", len(disclosed)).format(count=fr(len(disclosed)))
    who += f" ({', '.join(known)})" if known else ""
    agree = _("they agree (column publish; homes: counted_below_ten)")
    more = sentence("come-or-go-together", least=LEAST_CLOSED, homes=LEAST_HOUSEHOLDS)
    if not files or disclosed_with_earlier([entry.publication for entry in kept], new):
        return InputError(
            [Problem("participants.csv", sentence("scenarios-disclose", who=who, agree=agree, more=more))]
        )
    first = min(files, key=lambda name: not name.endswith(".pdf"))  # not one of its pages
    text = sentence(
        "earlier-document-discloses",
        document=first,
        day=long_date(date.fromisoformat(files[first])),
        who=who,
        agree=agree,
        more=more,
        paths=_listed(list(files)),
    )
    return InputError([Problem("participants.csv", text)])


def _listed(names: Sequence[str]) -> str:
    listed, left = ", ".join(names[:MOST_PATHS]), len(names) - MOST_PATHS
    if left <= 0:
        return listed
    return sentence("and-others", left, names=listed, count=left)


def _lines(out: Path) -> list[_Line]:
    """Entries of documents that still exist.

    Raises:
        InputError: changed by hand, or of another user or computer.
    """
    path = out / REGISTER
    if not path.exists():
        return []
    match = WRITTEN.fullmatch(read_within(path, MOST_BYTES))
    if match is None or not hmac.compare_digest(signature(REGISTER, match[2]) or b"", match[1]):
        raise InputError([Problem(str(path), text_of("register-changed"))])
    lines = []
    for files, rows, named, sites in json.loads(match[2]):
        about = {id_: PublishedSite(*site) for id_, site in sites.items()}
        line = _Line(files, Publication(about, tuple(map(tuple, rows)), frozenset(named)))
        if left := line.left(out):
            lines.append(_Line(left, line.publication))
    return lines


def _write(out: Path, lines: Sequence[_Line]) -> None:
    documents = [
        (line.files, item.rows, sorted(item.named), {id_: astuple(site) for id_, site in item.sites.items()})
        for line in lines
        for item in [line.publication]
    ]
    body = json.dumps(documents, sort_keys=True).encode()
    signed = signature(REGISTER, body)
    text = b'{"signature": "%s", "documents": %s}\n' % (signed, body)
    path = out / REGISTER
    if not path.is_file() or path.read_bytes() != text:
        write_atomic(path, text)
