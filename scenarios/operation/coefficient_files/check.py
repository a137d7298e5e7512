"""Rules that a coefficient file must obey before it is sent, every fault at once with its line."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from gettext import gettext as _
from pathlib import Path
from types import MappingProxyType

import numpy as np

from acc.arrays import BoolArray, FloatArray, IntArray
from acc.grid_operator.coefficients import MAX_DECIMALS, month_rows
from acc.i18n import N_
from acc.problem import InputError
from acc.result.files import FileCheck
from acc.sites import masked_prm
from acc.steps import Steps, paris_offset_minutes
from profiles.files.open_file import UNPACKED_BYTES, check_memory, read_within
from profiles.text.delimited import decoded_bytes
from scenarios.operation.coefficient_files.operator_returns import way_out
from scenarios.operation.coefficient_files.parse import (
    COEFFICIENT_BYTES,
    SEPARATOR,
    LayoutName,
    Parsed,
    parse,
)

MOST_NAMES = 5
"""Meters named in one message."""

SUM_TOLERANCE = 1e-9
"""What adding decimal numbers in binary may leave above 100 %."""

RULES: Mapping[str, str] = MappingProxyType(
    {
        "encoding": N_("the file is text in UTF-8, without byte order mark"),
        "empty": N_("the file holds coefficients"),
        "header": N_("the header is that of a known layout"),
        "separator": N_("cells are separated by `;`"),
        "columns": N_("every line has the cells of the header"),
        "timestamp": N_("every moment exists, is written as the layout says and stands on a step"),
        "number": N_("every coefficient is a number with the decimal sign of the layout"),
        "decimals": N_("no coefficient has more decimals than agreed"),
        "negative": N_("no coefficient is negative"),
        "above-one": N_("no coefficient is above 100 %"),
        "sum-above": N_("the coefficients of a step sum to at most 100 %"),
        "sum-below": N_("the coefficients of a step sum to 100 %: what is missing becomes surplus"),
        "missing-step": N_("every step of the month is there, 23 h and 25 h days included"),
        "double-step": N_("no step is there twice for one meter"),
        "order": N_("steps come in the order of time"),
        "month": N_("every step belongs to the month of the file"),
        "prm-format": N_("every meter (PRM) has 14 digits"),
        "unknown-prm": N_("every meter belongs to the operation"),
        "missing-prm": N_("every participant of the operation has its coefficients"),
        "file-name": N_("the name of the file says its month"),
    }
)
"""The rules by name, in the order in which they are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MonthFile:
    """A file that obeys the rules: coefficients of its meters, shape (T, N), over the steps of a month."""

    steps: Steps
    prms: tuple[str, ...]
    share: FloatArray


def check_file(
    path: Path,
    *,
    prms: Collection[str] = (),
    first_day: date | None = None,
    period: Steps | None = None,
    step_minutes: int = 15,
    decimals: int | None = None,
) -> FileCheck:
    """Return every rule that `path` breaks.

    Args:
        prms: meters of the operation; empty leaves the rules on names out.
        first_day: first day of the month expected; None takes the month of most of the lines.
        period: of the operation, where it may hold only a part of the month.
        decimals: most decimals of a ratio; None takes the usual number of the layout.
    """
    step_minutes = period.step_minutes if period else step_minutes
    return _checked(path, prms, first_day, period, step_minutes, decimals)[0]


def read_file(path: Path, *, prms: Collection[str], period: Steps) -> MonthFile:
    """Return the coefficients of a file for the steps of its month that `period` holds.

    Raises:
        InputError: every rule that it breaks, warnings left out.
    """
    step_minutes = period.step_minutes
    check, parsed, expected = _checked(path, prms, None, period, step_minutes, MAX_DECIMALS)
    if check.faults or expected is None:
        raise InputError([finding.problem(path.name) for finding in check.faults])
    share = np.zeros((expected.count, len(parsed.prms)))
    share[_step_of(parsed, expected), np.array(parsed.meter)] = parsed.energy_share
    return MonthFile(steps=expected, prms=tuple(parsed.prms), share=share)


def _checked(
    path: Path,
    prms: Collection[str],
    first_day: date | None,
    period: Steps | None,
    step_minutes: int,
    decimals: int | None,
) -> tuple[FileCheck, Parsed, Steps | None]:
    raw = read_within(path, UNPACKED_BYTES, way=way_out())
    needed = decoded_bytes(raw) + COEFFICIENT_BYTES * raw.count(SEPARATOR.encode())
    check_memory(path.name, len(raw), needed, way_out())
    parsed = parse(raw, step_minutes, decimals)
    month = first_day or _usual_month(parsed.minute)
    expected = None if month is None else _steps_of(month, period, step_minutes, parsed)
    if expected is not None and month is not None:
        _check_prms(parsed, frozenset(prms))
        _check_moments(parsed, expected)
        _check_sums(parsed)
        _check_name(parsed, path, month)
    findings = sorted(parsed.findings, key=lambda f: (f.line or 0, list(RULES).index(f.rule)))
    check = FileCheck(
        file=path.name,
        layout=str(parsed.layout.name) if parsed.layout else None,
        first_day=month,
        step_count=len(set(parsed.minute)),
        participant_count=len(parsed.prms),
        findings=tuple(findings),
        counts={rule: parsed.counts[rule] for rule in RULES if parsed.counts[rule]},
    )
    return check, parsed, expected


def _steps_of(month: date, period: Steps | None, step_minutes: int, parsed: Parsed) -> Steps | None:
    """Return the steps that the file of a month holds; None, and a finding, for one outside the period."""
    if period is None:
        after = date(month.year + month.month // 12, month.month % 12 + 1, 1)
        return Steps.between(month, after, step_minutes)
    rows = dict(month_rows(period)).get(month)
    if rows is None:
        message = _("the file is of {month}, which is not in the period").format(month=f"{month:%Y-%m}")
        parsed.note("month", message)
        return None
    return period.part(rows.start, rows.stop)


def _usual_month(minutes: Sequence[int]) -> date | None:
    """Return the first day of the local month of most moments."""
    if not minutes:
        return None
    starts = np.array(minutes).astype("datetime64[m]")
    local = starts + paris_offset_minutes(starts).astype("timedelta64[m]")
    months, counts = np.unique(local.astype("datetime64[M]"), return_counts=True)
    usual: date = months[counts.argmax()].astype("datetime64[D]").item()
    return usual


def _check_prms(parsed: Parsed, prms: Collection[str]) -> None:
    for meter, prm in enumerate(parsed.prms):
        line = parsed.line[parsed.meter.index(meter)] if meter in parsed.meter else None
        if not (len(prm) == 14 and prm.isdigit()):
            message = _("“{prm}” is not a meter: 14 digits are expected").format(prm=prm)
            parsed.note("prm-format", message, line)
        elif prms and prm not in prms:
            message = _("the meter {prm} is not one of the operation").format(prm=masked_prm(prm))
            parsed.note("unknown-prm", message, line)
    for prm in sorted(set(prms) - set(parsed.prms)):
        message = _("no coefficient for the meter {prm}").format(prm=masked_prm(prm))
        parsed.note("missing-prm", message)


def _step_of(parsed: Parsed, expected: Steps) -> IntArray:
    """Index of the expected step of each coefficient; negative or too large outside of them."""
    first = int(np.datetime64(expected.start_utc, "m").astype(np.int64))
    return (np.array(parsed.minute, dtype=np.int64) - first) // expected.step_minutes


def _check_moments(parsed: Parsed, expected: Steps) -> None:
    step, meter = _step_of(parsed, expected), np.array(parsed.meter, dtype=np.int64)
    inside = (step >= 0) & (step < expected.count)
    for n in np.flatnonzero(~inside):
        message = _("{stamp} is outside the month of the file").format(stamp=_shown(parsed.minute[n]))
        parsed.note("month", message, parsed.line[n])
    place = meter * expected.count + np.where(inside, step, 0)
    _kinds, first, kind = np.unique(place, return_index=True, return_inverse=True)
    again = inside & (first[kind.ravel()] != np.arange(len(step)))
    for n in np.flatnonzero(again):
        line = parsed.line[first[kind.ravel()[n]]]
        message = _("{stamp} is already on line {line}").format(stamp=_shown(parsed.minute[n]), line=line)
        parsed.note("double-step", message, parsed.line[n])
    _check_order(parsed, meter, inside & ~again)
    present = np.zeros((len(parsed.prms), expected.count), dtype=np.bool_)
    present[meter[inside], step[inside]] = True
    _check_missing(parsed, expected, present)


def _check_order(parsed: Parsed, meter: IntArray, counted: BoolArray) -> None:
    """Note each step that comes after a later one of its meter, those outside or doubled left out."""
    rows = np.flatnonzero(counted)
    rows = rows[np.argsort(meter[rows], kind="stable")]
    minute = np.array(parsed.minute, dtype=np.int64)[rows]
    late = (np.diff(minute) < 0) & (np.diff(meter[rows]) == 0)
    for n in np.flatnonzero(late):
        message = _("{stamp} comes after {later}")
        parsed.note(
            "order",
            message.format(stamp=_shown(int(minute[n + 1])), later=_shown(int(minute[n]))),
            parsed.line[rows[n + 1]],
        )


def _check_missing(parsed: Parsed, expected: Steps, present: BoolArray) -> None:
    """Note each stretch of steps that the same meters lack."""
    if not len(present) or present.all():
        return
    changes = np.flatnonzero((present[:, 1:] != present[:, :-1]).any(axis=0)) + 1
    starts = [0, *changes.tolist()]
    first_minute = int(np.datetime64(expected.start_utc, "m").astype(np.int64))
    for start, stop in zip(starts, [*starts[1:], expected.count], strict=True):
        absent = np.flatnonzero(~present[:, start])
        if not absent.size:
            continue
        names = [masked_prm(parsed.prms[meter]) for meter in absent]
        message = _("{count} steps missing from {first} to {last}, {who}").format(
            count=stop - start,
            first=_shown(first_minute + start * expected.step_minutes),
            last=_shown(first_minute + (stop - 1) * expected.step_minutes),
            who=_("all meters") if len(names) == len(parsed.prms) else ", ".join(names[:MOST_NAMES]),
        )
        parsed.note("missing-step", message)


def _check_sums(parsed: Parsed) -> None:
    moments, first, kind = np.unique(parsed.minute, return_index=True, return_inverse=True)
    sums = np.bincount(kind.ravel(), weights=parsed.energy_share)
    for n in np.flatnonzero(sums > 1.0 + SUM_TOLERANCE):
        message = _("{stamp}: the coefficients sum to {total:.6f} %: at most 100 % is expected")
        shown = message.format(stamp=_shown(int(moments[n])), total=100.0 * sums[n])
        parsed.note("sum-above", shown, parsed.line[first[n]])
    short = np.flatnonzero(sums < 1.0 - SUM_TOLERANCE)
    if short.size:
        message = _("{count} steps sum to less than 100 %, the first one {stamp}: the rest becomes surplus")
        shown = message.format(count=short.size, stamp=_shown(int(moments[short[0]])))
        parsed.note("sum-below", shown, parsed.line[first[short[0]]], warning=True)


def _check_name(parsed: Parsed, path: Path, month: date) -> None:
    assert parsed.layout is not None
    documented = parsed.layout.name is LayoutName.DOCUMENTED
    expected = f"coefficients_{month:%Y-%m}" if documented else f"_{month:%d%m%Y}_"
    if expected not in path.name:
        message = _("the name does not say the month: {expected} is expected").format(expected=expected)
        parsed.note("file-name", message, warning=True)


def _shown(minute: int) -> str:
    """Return the start of a step as a clock in Paris shows it, with its offset."""
    start = np.datetime64(minute, "m")
    offset = int(paris_offset_minutes(np.array([start]))[0])
    local = (start + np.timedelta64(offset, "m")).item()
    return f"{local:%Y-%m-%d %H:%M} (UTC+{offset // 60})"
