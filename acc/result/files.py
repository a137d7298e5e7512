"""What `acc forms` found: the forms that it wrote, what each answer would change, who has not answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from gettext import gettext as _

from acc.grid_operator.coefficients import Lost
from acc.grid_operator.reconciliation import Reconciliation
from acc.problem import Problem


@dataclass(frozen=True, slots=True)
class FormChange:
    """One cell that an answer changes: where it is answered, which cell of the tables, from what to what."""

    place: str
    table: str
    id: str
    column: str
    title: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class FormAnswer:
    """One answer as it was read.

    Attributes:
        file: its name in `answers/`.
        sha256: of the file, so that it is read once.
        member: id of who answers, empty where the file does not say.
        name: as printed.
        changes: what it changes in the tables.
        problems: what is wrong in it, by sheet and cell; with one of them nothing of it is taken.
        notes: what is unlikely in it, in sentences.
        consent: whether meter data may be used; None without an answer that somebody signs.
        unsigned: that it was accepted and nobody signs, with its cell; the rest of the answer is taken.
        signed: who signs, and the day as written.
        remark: what else the member wrote.
    """

    file: str
    sha256: str
    member: str = ""
    name: str = ""
    changes: tuple[FormChange, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    consent: bool | None = None
    unsigned: str = ""
    signed: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class FormsState:
    """Where the collection stands.

    Attributes:
        names: of all members, by id.
        answered: ids of those whose answer was taken.
        consents: by id, what those said of their meter data, where they said it.
        unread: files of `answers/` that were not taken yet.
        estimated: by what is missing, in words, the names of the sites and plants that miss it.
    """

    names: Mapping[str, str]
    answered: tuple[str, ...]
    consents: Mapping[str, bool]
    unread: tuple[str, ...]
    estimated: Mapping[str, tuple[str, ...]]

    @property
    def waiting(self) -> tuple[str, ...]:
        """Names of those who have not answered."""
        return tuple(name for id_, name in self.names.items() if id_ not in self.answered)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenCoefficients:
    """What was written.

    Attributes:
        decimals: of the ratio.
        lost: what rounding costs, over the whole period.
        notes: sentences to show, already translated.
        is_needed: False for the key that the grid operator computes itself.
    """

    files: tuple[str, ...]
    decimals: int
    lost: Lost
    notes: tuple[str, ...]
    is_needed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing wrong with a file: the rule, the line (None for the whole file), what and how to mend it.

    Attributes:
        warning: lawful, but worth a look.
    """

    rule: str
    message: str
    line: int | None = None
    warning: bool = False

    def problem(self, file: str) -> Problem:
        """Return the finding with its place in `file`."""
        place = file if self.line is None else _("{file}, line {line}").format(file=file, line=self.line)
        return Problem(place, self.message)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCheck:
    """What was found in one file.

    Attributes:
        layout: its name; None when it is that of no layout known.
        first_day: first local day of the month it is for, None when nothing could be read.
        step_count, participant_count: what it holds.
        findings: in the order of the lines, those of the whole file first.
        counts: how many times each rule is broken, in the order in which they are looked at.
    """

    file: str
    layout: str | None
    first_day: date | None
    step_count: int
    participant_count: int
    findings: tuple[Finding, ...]
    counts: Mapping[str, int]

    @property
    def faults(self) -> tuple[Finding, ...]:
        """The findings that forbid to send the file."""
        return tuple(finding for finding in self.findings if not finding.warning)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """What came back from the grid operator beside a scenario under its key.

    Attributes:
        names: of the sites by id, the two meters of a battery included.
    """

    key: str
    names: Mapping[str, str]
    reconciliation: Reconciliation

    @property
    def empty(self) -> bool:
        """Whether nothing could be compared."""
        return not self.reconciliation.gaps
