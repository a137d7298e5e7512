"""What a command said, kept for the same question: where nothing changed, nothing is computed again.

An answer rests on the program, on what was typed, and on every file of the folder, by content, which a run
must not see change. It stands while the results are as they were left: one that is missing or touched, a new
sweep or a new lawful plan, which a run tells, and all is computed as if for the first time. Nothing heavy is
imported.
"""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from scenarios.operation.store.store import (
    CACHE,
    PACKAGES,
    ROOT,
    KeptForm,
    KeptKind,
    KeptStore,
    code_sha256,
    file_sha256,
)

if TYPE_CHECKING:
    from acc.arrays import JsonObject

SAID_BY = (
    (*PACKAGES, "reports", "commands"),
    (".py", ".csv", ".mo", ".toml", ".md", ".txt", ".typ", ".html", ".css", ".js"),
)
"""Packages and files that make every figure, sentence and page, but the command line itself."""

MOST_FILES = 20_000
"""Of a folder that is read again to know whether it is the same; beyond, nothing is kept."""

Inputs = Mapping[str, str]
"""The sha256 of each file, by path."""

Results = Mapping[str, list[int]]
"""The size and the moment of each file, by path."""

AGAIN_WRITTEN, SWEEP, PLAN = {"index.html"}, "summary.json", ".plan"
"""What other commands write again; what tells that a sweep was made; how the file of a lawful plan ends."""


AGAIN = frozenset(
    {
        "check",
        "next",
        "run",
        "compare",
        "brief",
        "sheets",
        "papers",
        "size",
        "sweep",
        "members",
        "worth",
        "front",
    }
)
"""Commands whose answer is kept: all that they write is in the folder of results."""


Said: TypeAlias = tuple[str, Sequence[str], bool]
"""The text on standard output, what was warned of beside it, and whether something is wrong."""

KeptAnswer: TypeAlias = tuple[Inputs, Results, Said]
"""What was said, of which files, and the results that were left."""

FORM: KeptForm[KeptAnswer] = KeptForm(
    write=lambda answer: json.dumps(answer, ensure_ascii=False).encode(),
    read=lambda body: tuple(json.loads(body)),
    suffix=".said",
    code=lambda: (code_sha256(ROOT, *SAID_BY), file_sha256(ROOT / "cli.py")),
)


@dataclass(frozen=True, slots=True)
class CachedCommand:
    """A command and its words; `inputs` are the files as they stood when it was asked, None of too many."""

    folder: Path
    out: Path
    words: Mapping[str, object]
    inputs: Inputs | None = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "inputs", _inputs(self.folder, self.out))

    def answer(self) -> Said | None:
        """Kept answer to the same question, None where absent or stale."""
        kept = self.inputs and KeptStore.of(self.folder).known(self._kind(), self.words)
        return kept[2] if kept else None

    def keep(self, answer: Said) -> None:
        """Keep an answer, unless a file changed meanwhile."""
        now = None if self.inputs is None else _inputs(self.folder, self.out)
        if now is not None and self.inputs is not None and _holds_same(self.inputs, now):
            kept = now, _results(self.folder, self.out), answer
            KeptStore.of(self.folder).keep(self._kind(), self.words, kept)

    def _kind(self) -> KeptKind[KeptAnswer]:
        return KeptKind("said", form=FORM, fits=self._is_unchanged)

    def _is_unchanged(self, kept: KeptAnswer) -> bool:
        """Return whether files are the same, results as they were left, whatever is beside them."""
        (inputs, results, _answer), results_now = kept, _results(self.folder, self.out)
        touched = (path for path, about in results.items() if results_now.get(path) != about)
        lasting = {path for path in results_now if Path(path).name == SWEEP or path.endswith(PLAN)}
        left = lasting <= results.keys() and all(
            Path(p).name in AGAIN_WRITTEN and p in results_now for p in touched
        )
        return left and inputs == self.inputs


def cached_answer(command: str, screen: "JsonObject", day: date, /, **given: object) -> CachedCommand | None:
    """Cached command, None where it is computed each time: by request, or when it writes elsewhere.

    Args:
        given: its words, by name.
        screen: layout and colours of the output.
        day: on which it is asked: documents carry it, and rates come into force.
    """
    folder, out = given.get("folder"), given.get("out")
    if command not in AGAIN or given.get("no_cache") or not isinstance(folder, Path):
        return None
    if given.get("save"):
        return None
    words = {**given, "command": command, "screen": screen, "day": day}
    return CachedCommand(folder, out if isinstance(out, Path) else folder / "out", words)


def _holds_same(before: Inputs, now: Inputs) -> bool:
    """Return whether files are as before, but for the secret that the first document for others makes."""
    if before == now:
        return True
    from scenarios.entry.folder.mask import SECRET  # noqa: PLC0415 - brings numpy, where a document was made

    return before == {
        path: sha256 for path, sha256 in now.items() if path in before or Path(path).name != SECRET
    }


def _inputs(folder: Path, out: Path) -> Inputs | None:
    """Return the digest of each file of an operation but its results; None of too many, or of none."""
    paths = list(islice(_files(folder, {folder / "out", out}), MOST_FILES + 1))
    if not 0 < len(paths) <= MOST_FILES:
        return None
    try:
        return {str(path): file_sha256(path) for path in paths}
    except OSError:
        return None


def _results(folder: Path, out: Path) -> Results:
    """Return the size and the moment of each file of the results, and of each plan that is kept."""
    stats = ((path, path.stat()) for path in (*_files(out, set()), *(folder / CACHE).glob(f"*{PLAN}")))
    return {str(path): [about.st_size, about.st_mtime_ns] for path, about in stats}


def _files(folder: Path, paths: set[Path]) -> Iterator[Path]:
    """Yield each file below a folder, neither hidden nor in folders that are `paths`; links are followed."""
    for name, folders, files in os.walk(folder, followlinks=True):
        here = Path(name)
        folders[:] = [inner for inner in folders if inner[0] != "." and here / inner not in paths]
        yield from (here / file for file in sorted(files) if file[0] != ".")
