"""What a command said, kept for the same question: where nothing changed, nothing is computed again.

An answer rests on the program, on what was typed, and on every file of the folder, by content, which a run
must not see change. It stands while the results are as they were left: one that is missing or touched, or a
new sweep, whose ranges a run tells, and all is computed as if for the first time. Nothing heavy is imported.
"""

import hmac
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice
from pathlib import Path

from scenarios.folder.atomic_write import PartError, write_whole
from scenarios.metering.cache_key import signature
from scenarios.metering.digests import PACKAGES, ROOT, code_sha256, file_sha256

TOLD_BY = ((*PACKAGES, "reports"), (".py", ".csv", ".mo"))
"""Packages and files that make every figure and every sentence, but the command line itself."""

MOST_FILES = 20_000
"""Of a folder that is read again to know whether it is the same; beyond, nothing is kept."""

SIGNATURE = 64

Inputs = Mapping[str, str]
"""The sha256 of each file, by path."""

Results = Mapping[str, list[int]]
"""The size and the moment of each file, by path."""

PAGE, SWEEP = "index.html", "summary.json"
"""What every command writes again; what tells that a sweep was made."""


AGAIN = frozenset({"run"})
"""Commands whose answer is kept: what they write is all in the folder of results."""


@dataclass(frozen=True, slots=True)
class AskedBefore:
    """A command and its words; `inputs` are the files as they stood when it was asked, None of too many."""

    folder: Path
    out: Path
    words: Mapping[str, object]
    inputs: Inputs | None = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "inputs", _inputs(self.folder, self.out))

    def answer(self) -> str | None:
        """Return what was said to the same question, None where it has to be found (again)."""
        if self.inputs is None:
            return None
        path = self._path()
        try:
            raw = path.read_bytes()
            signed = signature(path.name, raw[SIGNATURE:])
            if signed is None or not hmac.compare_digest(signed, raw[:SIGNATURE]):
                return None
            kept = json.loads(raw[SIGNATURE:])
        except (OSError, ValueError):
            return None
        same = kept["inputs"] == self.inputs and _stands(kept["results"], _results(self.out))
        return str(kept["text"]) if same else None

    def keep(self, text: str) -> None:
        """Keep what was said; nothing where a file changed meanwhile, or where it could not be trusted."""
        if self.inputs is None or _inputs(self.folder, self.out) != self.inputs:
            return
        kept = {"inputs": self.inputs, "results": _results(self.out), "text": text}
        body, path = json.dumps(kept, ensure_ascii=False).encode(), self._path()
        signed = signature(path.name, body)
        if signed is not None:
            with suppress(PartError):
                write_whole(path, signed + body, sync=False)

    def _path(self) -> Path:
        code = (code_sha256(ROOT, *TOLD_BY), file_sha256(ROOT / "cli.py"))
        about = {"code": code, "language": os.environ.get("LANGUAGE")}
        text = json.dumps({**about, **self.words}, ensure_ascii=False, sort_keys=True, default=str)
        return self.folder / "out" / ".cache" / f"{sha256(text.encode()).hexdigest()[:40]}.said"


def asked_before(
    command: str, given: Mapping[str, object], screen: Mapping[str, object]
) -> AskedBefore | None:
    """Return what a command is asked, None where it is computed each time: so asked, or it writes elsewhere.

    Args:
        given: its words, by name.
        screen: all that lays out and colours what is said.
    """
    folder, out = given.get("folder"), given.get("out")
    if command not in AGAIN or given["no_cache"] or given["save"] or not isinstance(folder, Path):
        return None
    words = {**given, "command": command, "screen": screen}
    return AskedBefore(folder, out if isinstance(out, Path) else folder / "out", words)


def _inputs(folder: Path, out: Path) -> Inputs | None:
    """Return the digest of each file of an operation but its results; None of too many, or of none."""
    paths = list(islice(_files(folder, {folder / "out", out}), MOST_FILES + 1))
    if not 0 < len(paths) <= MOST_FILES:
        return None
    try:
        return {str(path): file_sha256(path) for path in paths}
    except OSError:
        return None


def _results(out: Path) -> Results:
    """Return the size and the moment of each file of the results; hidden ones are caches."""
    told = ((path, path.stat()) for path in _files(out, set()))
    return {str(path): [about.st_size, about.st_mtime_ns] for path, about in told}


def _stands(kept: Results, found: Results) -> bool:
    """Return whether results are as they were left, whatever other runs have put beside them."""
    touched = (path for path, about in kept.items() if found.get(path) != about)
    sweeps = {path for path in found if Path(path).name == SWEEP}
    return sweeps <= kept.keys() and all(Path(path).name == PAGE and path in found for path in touched)


def _files(folder: Path, beside: set[Path]) -> Iterator[Path]:
    """Yield each file below a folder, neither hidden nor in folders that are `beside`; links are followed."""
    for name, folders, files in os.walk(folder, followlinks=True):
        here = Path(name)
        folders[:] = [inner for inner in folders if inner[0] != "." and here / inner not in beside]
        yield from (here / file for file in sorted(files) if file[0] != ".")
