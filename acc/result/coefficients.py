"""Coefficient files as a person asks for them: what was written, what a file breaks, what came back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from gettext import gettext as _

from acc.grid_operator.coefficients import Lost
from acc.grid_operator.reconciliation import Reconciliation
from acc.problem import Problem


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
