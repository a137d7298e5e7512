"""The orders of the key `optimal` as a CSV of the folder: one line an order, one column a participant.

Prices are in EUR/kWh with all their digits: read again, they give the same kWh.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from gettext import gettext as _
from math import isfinite
from pathlib import Path

import numpy as np

from acc.arrays import FloatArray
from acc.exchange import Exchange
from acc.grid_operator.coefficients import Coefficients, lost_by_rounding, month_rows
from acc.keys.optimal import Orders
from acc.problem import InputError, Problem, refuse
from acc.result.files import WrittenCoefficients
from acc.scenario import KeyChoice
from acc.sites import Participant, Plant
from acc.steps import Steps
from profiles.files.atomic_write import write_atomic
from profiles.text.delimited import csv_text, rows_of, text_lines
from scenarios.entry.columns.csv_tables import read_text
from scenarios.operation.coefficient_files.check import read_file
from scenarios.operation.coefficient_files.parse import LAYOUTS, Layout, LayoutName, file_name, text_of

MONTH, WEIGHT = "month", "weight"
SUM_TOLERANCE = 1e-6
"""By how much the weights of a month may miss 1: a file written by hand."""


def orders_text(orders: Orders) -> str:
    """Return a CSV with a row a month: its weight, then a price for each participant, EUR/kWh."""
    rows = zip(orders.month, orders.weight.tolist(), orders.extra_eur_per_kwh.tolist(), strict=True)
    head = [MONTH, WEIGHT, *orders.participant_ids]
    return csv_text([head, *([month, weight, *extra] for month, weight, extra in rows)])


def read_orders(folder: Path, name: object) -> Orders:
    """Return the orders of a file of the folder.

    Raises:
        InputError: no such file, one outside the folder, and every line that cannot be understood.
    """
    text = str(name)
    if not isinstance(name, str) or Path(text).is_absolute() or ".." in Path(text).parts:
        raise InputError([Problem("key.file", _("{name} is outside the folder").format(name=text))])
    path = folder / text
    if not path.exists():
        message = _("no file {name} in {folder}").format(name=text, folder=folder)
        raise InputError([Problem("key.file", message)])
    rows = list(rows_of(text, text_lines(read_text(path)), ";"))
    return _orders(rows, text)


def _orders(rows: list[list[str]], name: str) -> Orders:
    head = [word.strip() for word in rows[0]] if rows else []
    if head[:2] != [MONTH, WEIGHT] or len(head) < 3 or len(set(head)) != len(head):
        message = _("the first line is expected as {head};ID;ID...").format(head=f"{MONTH};{WEIGHT}")
        raise InputError([Problem(name, message)])
    months, numbers, problems = [], [], []
    for line, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        try:
            values = [float(cell) for cell in row[1:]]
        except ValueError:
            values = []
        if len(values) != len(head) - 1 or not all(map(isfinite, values)) or values[0] < 0.0:
            message = _("line {line}: a month or nothing, then {count} numbers are expected")
            problems.append(Problem(name, message.format(line=line, count=len(head) - 1)))
            continue
        months.append(row[0].strip())
        numbers.append(values)
    problems = problems or _weights_problems(months, [values[0] for values in numbers], name)
    refuse(problems)
    table = np.array(numbers)
    return Orders(tuple(head[2:]), tuple(months), table[:, 0], table[:, 1:])


def _weights_problems(months: list[str], weight_shares: list[float], name: str) -> list[Problem]:
    sums: dict[str, float] = defaultdict(float)
    for month, weight in zip(months, weight_shares, strict=True):
        sums[month] += weight
    message = _("the weights {month} sum to {total:g}: 1 is expected")
    problems = [
        Problem(name, message.format(month=month, total=total))
        for month, total in sums.items()
        if abs(total - 1.0) > SUM_TOLERANCE
    ]
    return problems or ([] if sums else [Problem(name, _("no order in it"))])


SETTLEMENT_STEP_MINUTES = 15
"""The step of coefficients: that of imbalance settlement (D315-1), 15 min since 1 January 2025."""

NO_AGREEMENT = "ACC00000000"
"""Number written where the operation has none yet: `ACC` and 8 digits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileForm:
    """How coefficients are written.

    Attributes:
        decimals: of the ratio; None takes the usual number of the layout.
        agreement: number of the operation's agreement with the network operator, in the public layout.
    """

    layout: LayoutName = LayoutName.DOCUMENTED
    decimals: int | None = None
    agreement: str = NO_AGREEMENT


def write_coefficients(
    exact: Coefficients,
    exchange: Exchange,
    participants: Sequence[Participant],
    folder: Path,
    *,
    form: FileForm | None = None,
    force: bool = False,
) -> WrittenCoefficients:
    """Write one file a local month, and a plant for full dynamique, rounded so that nothing is lost.

    Raises:
        InputError: participants without PRM, a file that is there already and not `force`, a full disk.
    """
    form = form or FileForm()
    layout = LAYOUTS[form.layout]
    decimals = layout.decimals if form.decimals is None else form.decimals
    prms = prms_of(exact.participant_ids, participants)
    rounded = exact.rounded(decimals, exchange)
    texts = _texts(rounded, layout, prms, decimals, form.agreement)
    _refuse_existing([folder / name for name in texts], force=force)
    for name, text in texts.items():
        write_atomic(folder / name, text)
    return WrittenCoefficients(
        files=tuple(str(folder / name) for name in texts),
        decimals=decimals,
        lost=lost_by_rounding(exchange, exact, rounded),
        notes=tuple(_notes(layout, exact.steps, form.agreement)),
    )


def _texts(
    rounded: Coefficients, layout: Layout, prms: list[str], decimals: int, agreement: str
) -> dict[str, str]:
    """Return the text of each file by its name."""
    texts = {}
    for first_day, rows in month_rows(rounded.steps):
        month = rounded.part(rows.start, rows.stop)
        for index, plant in enumerate(month.plant_ids or (None,)):
            name = file_name(layout, agreement, month.steps, first_day, plant)
            texts[name] = text_of(layout, month.steps, prms, month.of_plant(index), decimals)
    return texts


def _refuse_existing(paths: Sequence[Path], *, force: bool) -> None:
    message = _("there already: use --force to write it again")
    problems = [Problem(str(path), message) for path in paths if path.exists()]
    if problems and not force:
        raise InputError(problems)


def _notes(layout: Layout, steps: Steps, agreement: str) -> Iterator[str]:
    yield _("No text of Enedis gives this layout: have it confirmed before the first sending.")
    if steps.step_minutes != SETTLEMENT_STEP_MINUTES:
        message = _("Steps of {step} min: coefficients are expected every {expected} min.")
        yield message.format(step=steps.step_minutes, expected=SETTLEMENT_STEP_MINUTES)
    if layout.name is LayoutName.PUBLIC and agreement == NO_AGREEMENT:
        yield _("{agreement} stands for the number of the agreement: give yours.").format(agreement=agreement)


def prms_of(ids: Sequence[str], participants: Sequence[Participant]) -> list[str]:
    """Return the meter of each participant.

    Raises:
        InputError: every participant that has none, or shares one.
    """
    by_id = {participant.id: participant.prm for participant in participants}
    missing = _("no PRM: the 14 digits of the meter are needed in a coefficient file")
    problems = [Problem(f"participants.{name}.prm", missing) for name in ids if not by_id.get(name)]
    prms = [by_id.get(name) or "" for name in ids]
    twice = _("the same PRM as another participant")
    problems += [
        Problem(f"participants.{name}.prm", twice)
        for name, prm in zip(ids, prms, strict=True)
        if prm and prms.count(prm) > 1
    ]
    refuse(problems)
    return prms


def read_coefficients(
    paths: Sequence[Path], steps: Steps, participants: Sequence[Participant], plants: Sequence[Plant]
) -> Coefficients:
    """Return the coefficients of `steps` from the files of its months, and of its plants.

    A file whose name ends with the id of a plant (`coefficients_2025-01_toit.csv`) is of that plant.

    Raises:
        InputError: every rule that the files break, months or plants that are missing.
    """
    by_prm = {participant.prm: participant.id for participant in participants if participant.prm}
    ids = [participant.id for participant in participants]
    plant_of = {path: _plant_of(path, plants) for path in paths}
    named = [plant.id for plant in plants] if any(plant_of.values()) else []
    share = np.full((steps.count, len(named) or 1, len(ids)), np.nan)
    problems: list[Problem] = []
    for path, plant in plant_of.items():
        if named and plant is None:
            problems.append(
                Problem(path.name, _("the name does not end with the id of a plant, as others do"))
            )
            continue
        try:
            file = read_file(path, prms=by_prm, period=steps)
        except InputError as fault:
            problems.extend(fault.problems)
            continue
        columns = [ids.index(by_prm[prm]) for prm in file.prms]
        share[steps.rows_of(file.steps), named.index(plant) if plant else 0][:, columns] = file.share
    refuse(problems or [*_holes(share, steps, named)])
    return Coefficients(steps, tuple(ids), tuple(named), share if named else share[:, 0])


def key_files(choice: KeyChoice, folder: Path) -> list[Path]:
    """Return the files of `folder` that the parameters of a key name; none outside it."""
    inside = [text for text in _patterns(choice) if not _is_outside(text)]
    return sorted({path for text in inside for path in folder.glob(text)})


def _patterns(choice: KeyChoice) -> list[str]:
    given = choice.parameters.get("file", ())
    return [str(item) for item in given] if isinstance(given, list | tuple) else [str(given)]


def _is_outside(text: str) -> bool:
    return Path(text).is_absolute() or ".." in Path(text).parts


def with_coefficients(
    choice: KeyChoice,
    folder: Path,
    steps: Steps,
    participants: Sequence[Participant],
    plants: Sequence[Plant],
) -> KeyChoice:
    """Return the choice of a key whose `file` (a name, a list, a pattern like `cles/*.csv`) has been read.

    Any other key is returned as it is.

    Raises:
        InputError: a file that is missing or faulty.
    """
    if choice.name == "optimal" and "file" in choice.parameters:
        kept = {word: value for word, value in choice.parameters.items() if word != "file"}
        return replace(choice, parameters={**kept, "orders": read_orders(folder, choice.parameters["file"])})
    if choice.name != "custom" or "file" not in choice.parameters:
        return choice
    patterns = _patterns(choice)
    outside = [text for text in patterns if _is_outside(text)]
    paths = key_files(choice, folder)
    problems = [Problem("key.file", _("{name} is outside the folder").format(name=text)) for text in outside]
    if not paths and not problems:
        message = _("no file {name} in {folder}").format(name=", ".join(patterns), folder=folder)
        problems.append(Problem("key.file", message))
    refuse(problems)
    read = read_coefficients(paths, steps, participants, plants)
    kept = {word: value for word, value in choice.parameters.items() if word != "file"}
    return replace(choice, parameters={**kept, "coefficients": read})


def _plant_of(path: Path, plants: Sequence[Plant]) -> str | None:
    """Return the plant that the name of a file ends with, the longest id first."""
    ids = sorted((plant.id for plant in plants), key=len, reverse=True)
    return next((name for name in ids if path.stem.endswith(f"_{name}")), None)


def _holes(share: FloatArray, steps: Steps, named: Sequence[str]) -> Iterator[Problem]:
    """Return the months, and plants, for which no file was given."""
    for first_day, rows in month_rows(steps):
        for index, plant in enumerate(named or ("",)):
            if np.isnan(share[rows, index]).any():
                message = _("no coefficients for {month}").format(month=f"{first_day:%Y-%m}")
                yield Problem(plant, message)
