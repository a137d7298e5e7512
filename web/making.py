"""Documents made from the page: each is the command that a person would type, and can be stopped."""

import atexit
import json
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from shutil import copyfile
from threading import Lock, Thread
from time import monotonic

from acc.i18n import N_, reason_of
from profiles.files.atomic_write import make_closed_folder, write_atomic
from reports.format.language import current
from reports.register import copied
from web.page_study import MadeKind, page_studies, placed

MADE = Path("out") / "documents"
TOLD = "made.json"
STAMP = "%Y%m%dT%H%M%S%f"
FIRST_WORDS = 1_000
"""Letters of what went wrong that are shown."""

PATIENCE_S = 5.0
"""A process that was asked to stop has so long to put its files away."""


PDF = ("--format", "pdf")
CORE_KINDS: Mapping[str, MadeKind] = {
    "brief": MadeKind(N_("Brief for the partners"), "PDF", ("brief", *PDF)),
    "commune": MadeKind(N_("Brief for a commune"), "PDF", ("brief", "--audience", "commune", *PDF)),
    "company": MadeKind(N_("Brief for a company"), "PDF", ("brief", "--audience", "company", *PDF)),
    "syndicate": MadeKind(
        N_("Brief for the energy syndicate"), "PDF", ("brief", "--audience", "syndicate", *PDF)
    ),
    "keys": MadeKind(N_("Comparison of the keys"), "PDF", ("compare", *PDF)),
    "scenarios": MadeKind(
        N_("Comparison of the kept scenarios"),
        "PDF",
        ("compare", "--variants", "all", *PDF),
        takes_variant=False,
    ),
    "workbook": MadeKind(N_("Workbook of the results"), "Excel", ("brief", "--format", "xlsx")),
    "sheets": MadeKind(
        N_("Sheets of the members"), "PDF", ("brief", "--person", "all", "--one-file"), is_keepers=True
    ),
    "lender": MadeKind(
        N_("Note for the lender"), "PDF", ("brief", "--audience", "lender", *PDF), is_keepers=True
    ),
    "treasurer": MadeKind(
        N_("Note for the treasurer"), "PDF", ("brief", "--audience", "treasurer", *PDF), is_keepers=True
    ),
    "engineer": MadeKind(
        N_("Note for the engineer"), "PDF", ("brief", "--audience", "engineer", *PDF), is_keepers=True
    ),
    "coefficients": MadeKind(
        N_("Coefficients for Enedis"),
        "CSV",
        ("coefficients", "write"),
        is_keepers=True,
        doubt=N_("layout to be confirmed by the grid operator"),
    ),
}
"""By the name that the address gives them."""


@cache
def document_kinds() -> Mapping[str, MadeKind]:
    """List the documents of the core and of studies in the order of the page, by name in addresses."""
    kinds, after = dict(CORE_KINDS), dict[str, str]()
    for study in page_studies():
        kinds |= study.documents
        after |= dict.fromkeys(study.documents, study.after)
    return {name: kinds[name] for name in placed(CORE_KINDS, after)}


@dataclass(frozen=True, slots=True)
class MadeDocument:
    """A document that was made: of which scenario, when, of which data, in how long; its files."""

    id: str
    kind: str
    variant: str
    data: str
    seconds: float
    files: tuple[str, ...]

    @property
    def when(self) -> datetime:
        """When it was made."""
        return datetime.strptime(self.id[:21], STAMP)  # noqa: DTZ007 - the clock of the room


@dataclass(slots=True)
class Making:
    """A document that is waited for: `state` is waiting, making, done, stopped or failed."""

    id: str
    kind: str
    variant: str
    data: str
    usual_s: float | None
    state: str = "waiting"
    began: float = 0.0
    why: str = ""
    process: "subprocess.Popen[str] | None" = None
    lock: Lock = field(default_factory=Lock)

    @property
    def is_going(self) -> bool:
        """Whether it is still waited for."""
        return self.state in {"waiting", "making"}

    @property
    def elapsed_s(self) -> float:
        """Seconds since it began."""
        return monotonic() - self.began if self.began else 0.0


class Workshop:
    """Makes the documents of a folder one after the other, beside the page."""

    def __init__(self, folder: Path, now: Callable[[], datetime]) -> None:
        self.folder, self._now = folder, now
        self.going: list[Making] = []
        self._turn = Lock()
        atexit.register(self.stop_all)

    def made(self) -> list[MadeDocument]:
        """Documents made, newest first; other files are ignored."""
        where = self.folder / MADE
        documents = []
        for path in sorted(where.iterdir(), reverse=True) if where.is_dir() else ():
            with suppress(OSError, ValueError, TypeError, KeyError):
                values = json.loads((path / TOLD).read_bytes())
                record = MadeDocument(**{**values, "files": tuple(values["files"])})
                inside = all(Path(name).name == name and (path / name).is_file() for name in record.files)
                if record.id == path.name and record.kind in document_kinds() and record.files and inside:
                    record.when  # noqa: B018 - a name that is no date is refused
                    documents.append(record)
        return documents

    def file(self, id_: str, name: str) -> Path | None:
        """Return a file of a document that was made; None where there is none."""
        known = next((document for document in self.made() if document.id == id_), None)
        return self.folder / MADE / id_ / name if known and name in known.files else None

    def start(self, kind: str, variant: str, data: str) -> None:
        """Make a document, after those that are waited for; nothing where it is one of them."""
        self.going = [job for job in self.going if job.is_going or (job.kind, job.variant) != (kind, variant)]
        if any((job.kind, job.variant) == (kind, variant) for job in self.going):
            return
        usual = next((document.seconds for document in self.made() if document.kind == kind), None)
        making = Making(f"{self._now().strftime(STAMP)}-{kind}", kind, variant, data, usual)
        self.going.append(making)
        Thread(target=self._make, args=(making,), daemon=True).start()

    def stop(self, id_: str) -> None:
        """Stop a document that is waited for: what it had written goes."""
        for making in self.going:
            if making.id == id_:
                _stop(making)

    def stop_all(self) -> None:
        """Stop all of them: the program ends."""
        for making in self.going:
            _stop(making)

    def _make(self, making: Making) -> None:
        with self._turn:
            try:
                self._run(making)
            except OSError as fault:  # no process, no room: said, and the next one has its turn
                making.why, making.state = reason_of(fault), "failed"

    def _run(self, making: Making) -> None:
        with making.lock:
            if making.state != "waiting":
                return
            making.state, making.began = "making", monotonic()
            making.process = subprocess.Popen(  # noqa: S603 - our own program, words of a fixed table
                self._command(making),
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                start_new_session=True,
            )
        output, errors = making.process.communicate()
        if making.state == "stopped":
            return
        files = [path for line in output.splitlines() if (path := self._written(line)) is not None]
        if not files:
            logging.getLogger("uvicorn.error").error("%s: %s", making.kind, errors)
            making.why, making.state = errors.strip()[:FIRST_WORDS], "failed"
            return
        self._keep(making, files)
        making.state = "done"

    def _command(self, making: Making) -> list[str]:
        kind = document_kinds()[making.kind]
        variant = ["--variant", making.variant] if making.variant and kind.takes_variant else []
        first = 2 if kind.words[0] == "coefficients" else 1
        words = [*kind.words[:first], str(self.folder), *kind.words[first:], *variant, "--force"]
        return [sys.executable, "-m", "cli", *words, "--lang", current()]

    def _written(self, line: str) -> Path | None:
        """Return the file that a line of the screen names, within the results of the folder."""
        path = Path(line.strip())
        out = (self.folder / "out").resolve()
        fits = path.suffix in SUFFIXES and path.is_absolute() and path.resolve().is_relative_to(out)
        return path if fits and path.is_file() else None

    def _keep(self, making: Making, files: list[Path]) -> None:
        """Lay the files by: the next document of this kind does not replace them."""
        where = self.folder / MADE / making.id
        make_closed_folder(where)
        copied(self.folder / "out", {path: where / path.name for path in files})
        for path in files:
            copyfile(path, where / path.name)
            (where / path.name).chmod(0o600)
        names = tuple(dict.fromkeys(path.name for path in files))
        document = MadeDocument(
            making.id, making.kind, making.variant, making.data, round(making.elapsed_s, 1), names
        )
        write_atomic(where / TOLD, json.dumps(asdict(document), ensure_ascii=False))


SUFFIXES = frozenset({".pdf", ".xlsx", ".docx", ".csv"})
"""Of the documents, among what a command writes."""


def _stop(making: Making) -> None:
    with making.lock:
        if not making.is_going:
            return
        making.state = "stopped"
        process = making.process
    if process is None or process.poll() is not None:
        return
    for how in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, how)
        with suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE_S)
            return
