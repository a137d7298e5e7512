"""The layouts of coefficient files: what a line says, how a moment and a number are written.

No text of Enedis gives the layout of dynamic coefficients (the documents that do could not be read). So two
layouts are known here: one of this program's own, documented, and the one seen in a public tool, to be
checked against the Enedis guide before it is sent.
"""

import re
from array import array
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from gettext import gettext as _
from types import MappingProxyType

import numpy as np

from acc.arrays import FloatArray
from acc.i18n import N_
from acc.result.files import Finding
from acc.steps import FIRST_YEAR, LAST_YEAR, Steps, paris_offset_minutes
from profiles.text.delimited import each_line


class LayoutName(StrEnum):
    """The layouts by the name that a person writes."""

    DOCUMENTED = "documented"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One layout.

    Attributes:
        title: English, translated where shown.
        first_cells: the first cells of its header.
        suffix: of the file name.
        decimal: sign of the decimals.
        percent: whether coefficients are written in percent.
        decimals: of the ratio, usual number.
        verified: whether a text of the network operator describes it.
        source: where the layout comes from.
    """

    name: LayoutName
    title: str
    first_cells: tuple[str, ...]
    suffix: str
    decimal: str
    percent: bool
    decimals: int
    verified: bool
    source: str


LAYOUTS: Mapping[LayoutName, Layout] = MappingProxyType(
    {
        LayoutName.DOCUMENTED: Layout(
            name=LayoutName.DOCUMENTED,
            title=N_("documented CSV of this program: one line a participant and step"),
            first_cells=("prm_consommateur", "horodate_fin_utc", "coefficient"),
            suffix=".csv",
            decimal=".",
            percent=False,
            decimals=6,
            verified=False,
            source="docs/cles.md",
        ),
        LayoutName.PUBLIC: Layout(
            name=LayoutName.PUBLIC,
            title=N_("layout seen in a public tool, not verified with Enedis: one column a participant"),
            first_cells=("Horodate",),
            suffix=".txt",
            decimal=",",
            percent=True,
            decimals=4,
            verified=False,
            source="sample file of a public repository (RepartKey), 2025",
        ),
    }
)


def file_name(layout: Layout, agreement: str, steps: Steps, first_day: date, plant_id: str | None) -> str:
    """Return the name of the file of a month, of one plant when coefficients are given plant by plant."""
    plant = f"_{plant_id}" if plant_id else ""
    if layout.name is LayoutName.DOCUMENTED:
        return f"coefficients_{first_day:%Y-%m}{plant}{layout.suffix}"
    last_day = _local(steps.end_utc - timedelta(minutes=steps.step_minutes)).date()
    start = _local(steps.start_utc).date()
    return f"{agreement}_{steps.step_minutes}_{start:%d%m%Y}_{last_day:%d%m%Y}{plant}{layout.suffix}"


def text_of(layout: Layout, steps: Steps, prms: list[str], share: FloatArray, decimals: int) -> str:
    """Return the file for coefficients (T, N) that are already rounded to `decimals`."""
    stamps = stamps_of(layout, steps)
    if layout.name is LayoutName.DOCUMENTED:
        lines = [
            f"{prm};{stamp};{value:.{decimals}f}"
            for stamp, row in zip(stamps, share.tolist(), strict=True)
            for prm, value in zip(prms, row, strict=True)
        ]
        return "\n".join([";".join(layout.first_cells), *lines, ""])
    shown = max(decimals - 2, 0)
    rows = [
        ";".join([stamp, *(f"{value * 100.0:.{shown}f}".replace(".", ",") for value in row)])
        for stamp, row in zip(stamps, share.tolist(), strict=True)
    ]
    return "\n".join([";".join([*layout.first_cells, *prms]), *rows, ""])


def stamps_of(layout: Layout, steps: Steps) -> list[str]:
    """Stamps of the steps as text: end in UTC, or local start as in the public sample."""
    if layout.name is LayoutName.DOCUMENTED:
        ends = steps.starts_utc + np.timedelta64(steps.step_minutes, "m")
        return [f"{text}:00Z" for text in np.datetime_as_string(ends, unit="m")]
    local = steps.starts_utc + paris_offset_minutes(steps.starts_utc).astype("timedelta64[m]")
    return [f"{moment:%d/%m/%Y %H:%M}" for moment in local.astype("datetime64[s]").tolist()]


def _local(moment_utc: datetime) -> datetime:
    offset = paris_offset_minutes(np.array([moment_utc], dtype="datetime64[m]"))[0]
    return moment_utc + timedelta(minutes=int(offset))


SEPARATOR = ";"

ROUNDING = 1e-12
"""What dividing a percentage by 100 may add to it."""


MOST_FINDINGS = 1_000
"""Of one rule that are told by their line; more are counted."""

COEFFICIENT_BYTES = 100
"""Memory of a coefficient while its file is read and checked, at most: measured."""


@dataclass(slots=True)
class Parsed:
    """What was read of one file; filled line by line.

    Attributes:
        prms: meters named, in the order of the file.
        line, meter, minute, energy_share: one item a coefficient: its line, its meter's place in `prms`, the
            start of its step in minutes of UTC since 1970, its value as a ratio.
        findings: the first of each rule; counts: how many times each is broken.
    """

    layout: Layout | None = None
    prms: list[str] = field(default_factory=list)
    line: "array[int]" = field(default_factory=lambda: array("q"))
    meter: "array[int]" = field(default_factory=lambda: array("q"))
    minute: "array[int]" = field(default_factory=lambda: array("q"))
    energy_share: "array[float]" = field(default_factory=lambda: array("d"))
    findings: list[Finding] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def note(self, rule: str, message: str, line: int | None = None, *, warning: bool = False) -> None:
        """Count a finding, and keep it unless many of its rule are kept."""
        self.counts[rule] += 1
        if self.counts[rule] <= MOST_FINDINGS:
            self.findings.append(Finding(rule=rule, message=message, line=line, warning=warning))

    def add(self, line: int, meter: int, minute: int | None, energy_share: float | None) -> None:
        """Add a coefficient, unless a part of it could not be read."""
        if minute is not None and energy_share is not None:
            self.line.append(line)
            self.meter.append(meter)
            self.minute.append(minute)
            self.energy_share.append(energy_share)


def parse(raw: bytes, step_minutes: int, decimals: int | None = None) -> Parsed:
    """Return the entries of a file and every fault of its text.

    Args:
        decimals: most decimals of a ratio; None takes the usual number of the layout.
    """
    parsed = Parsed()
    text = _text(raw, parsed)
    lines = ((n, line) for n, line in enumerate(each_line(text), start=1) if line.strip())
    head = next(lines, None)
    if head is None:
        parsed.note("empty", _("nothing in the file: a header and one line a step are expected"))
        return parsed
    header = _header(*head, parsed)
    if parsed.layout is None:
        return parsed
    reader = _Reader(parsed, parsed.layout, step_minutes, decimals)
    read_line = reader.documented if parsed.layout.name is LayoutName.DOCUMENTED else reader.public
    for line, row in lines:
        cells = row.split(SEPARATOR)
        if len(cells) == len(header):
            read_line(line, [cell.strip() for cell in cells])
        else:
            message = _("{found} cells: {expected} are expected, separated by `;`")
            parsed.note("columns", message.format(found=len(cells), expected=len(header)), line)
    return parsed


def _text(raw: bytes, parsed: Parsed) -> str:
    if b"\0" in raw:
        parsed.note("encoding", _("not a text file: save it as CSV (UTF-8)"))
        return ""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        parsed.note("encoding", _("not UTF-8: save it as CSV (UTF-8)"))
        return raw.decode("cp1252", errors="replace")
    if text.startswith("\ufeff"):
        parsed.note(
            "encoding", _("a byte order mark comes first: some readers stumble on it"), 1, warning=True
        )
    return text.removeprefix("\ufeff")


def _header(line: int, text: str, parsed: Parsed) -> list[str]:
    for separator in (SEPARATOR, ",", "\t"):
        cells = [cell.strip() for cell in text.split(separator)]
        layout = _layout_of(cells)
        if layout is None:
            continue
        if separator != SEPARATOR:
            parsed.note("separator", _("the cells are not separated by `;`"), line)
            return cells
        parsed.layout = layout
        parsed.prms = cells[1:] if layout.name is LayoutName.PUBLIC else []
        return cells
    expected = " | ".join(";".join(layout.first_cells) for layout in LAYOUTS.values())
    message = _("unknown header “{header}”: {expected} is expected")
    parsed.note("header", message.format(header=text[:60], expected=expected), line)
    return []


def _layout_of(cells: list[str]) -> Layout | None:
    words = tuple(cell.lower() for cell in cells)
    documented, public = LAYOUTS[LayoutName.DOCUMENTED], LAYOUTS[LayoutName.PUBLIC]
    if words == documented.first_cells:
        return documented
    return public if len(words) > 1 and words[0] == public.first_cells[0].lower() else None


class _Reader:
    """Reads the lines of one layout into `parsed`."""

    def __init__(self, parsed: Parsed, layout: Layout, step_minutes: int, decimals: int | None) -> None:
        self.parsed = parsed
        self.layout = layout
        self.step_minutes = step_minutes
        most = layout.decimals if decimals is None else decimals
        self.decimals = most - 2 if layout.percent else most
        self.meters: dict[str, int] = {}
        self.seen: Counter[str] = Counter()

    def documented(self, line: int, cells: list[str]) -> None:
        """Read a line of one meter and one step."""
        prm, stamp, value = cells
        meter = self.meters.setdefault(prm, len(self.meters))
        if meter == len(self.parsed.prms):
            self.parsed.prms.append(prm)
        self.parsed.add(line, meter, self.minute(line, stamp, _end_minute(stamp)), self.share(line, value))

    def public(self, line: int, cells: list[str]) -> None:
        """Read a line of one step and all meters; a local time met again is the second of two."""
        stamp = cells[0]
        self.seen[stamp] += 1
        minute = self.minute(line, stamp, _local_minute(stamp, self.seen[stamp]))
        for meter, value in enumerate(cells[1:]):
            self.parsed.add(line, meter, minute, self.share(line, value))

    def minute(self, line: int, stamp: str, minute: int | None) -> int | None:
        """Return the start of the step that `minute` starts or ends, or note what is wrong."""
        ends = self.layout.name is LayoutName.DOCUMENTED
        if minute is None:
            message = _("“{stamp}” is not a moment: {example} is expected")
            example = "2025-01-01T00:15:00Z" if ends else "01/01/2025 00:00"
            self.parsed.note("timestamp", message.format(stamp=stamp, example=example), line)
            return None
        if minute % self.step_minutes:
            message = _("“{stamp}” is not on a step of {step} min")
            self.parsed.note("timestamp", message.format(stamp=stamp, step=self.step_minutes), line)
            return None
        return minute - self.step_minutes if ends else minute

    def share(self, line: int, value: str) -> float | None:
        """Return a coefficient as a ratio, or note what is wrong."""
        integer, sign, decimals = value.partition(self.layout.decimal)
        digits = integer.removeprefix("-").removeprefix("+")
        if not (digits.isdecimal() and (decimals.isdecimal() if sign else True)):
            message = _("“{value}” is not a coefficient: a number with `{decimal}` is expected")
            self.parsed.note("number", message.format(value=value, decimal=self.layout.decimal), line)
            return None
        if len(decimals) > self.decimals:
            message = _("“{value}” has more than {decimals} decimals")
            self.parsed.note("decimals", message.format(value=value, decimals=self.decimals), line)
        share = float(f"{integer}.{decimals or 0}") / (100.0 if self.layout.percent else 1.0)
        if share < 0.0:
            message = _("“{value}” is negative: from 0 to 100 % is expected")
            self.parsed.note("negative", message.format(value=value), line)
        elif share > 1.0 + ROUNDING:
            self.parsed.note("above-one", _("“{value}” is more than 100 %").format(value=value), line)
        return share


@lru_cache(maxsize=8192)
def _end_minute(stamp: str) -> int | None:
    """Return the minutes since 1970 of a time in UTC."""
    match = re.fullmatch(r"(\d{4})-\d\d-\d\dT\d\d:\d\d:00Z", stamp)
    if not match or not FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
        return None
    try:
        return int(datetime.fromisoformat(stamp).timestamp()) // 60
    except ValueError:
        return None


@lru_cache(maxsize=8192)
def _local_minute(stamp: str, coming: int) -> int | None:
    """Return the minutes since 1970, in UTC, of a time in Paris; one hour a year comes twice."""
    match = re.fullmatch(r"(\d\d)/(\d\d)/(\d{4}) (\d\d):(\d\d)", stamp)
    if not match:
        return None
    day, month, year, hour, minute = map(int, match.groups())
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        local = int(datetime(year, month, day, hour, minute, tzinfo=UTC).timestamp()) // 60
    except ValueError:
        return None
    candidates = np.array([local - 120, local - 60])
    offsets = paris_offset_minutes(candidates.astype("datetime64[m]"))
    real = candidates[candidates + offsets == local].tolist()
    return int(real[min(coming, len(real)) - 1]) if real else None
