"""`path = value`: the one way to change a folder as it is read, whoever asks: a variant, a sweep, `--set`.

What the row of a plant states follows another power of it.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from gettext import gettext as _
from math import isfinite
from typing import Any

from acc.arrays import CellValue
from acc.i18n import is_french
from acc.plan.another_power import QUOTED, PowerBounds, at_another_power
from acc.problem import InputError, Problem, refuse
from acc.sites import Quote
from profiles.files.letters import stripped
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.input_columns import sheet_settings, with_trait
from scenarios.entry.columns.messages import shown, unknown_word
from scenarios.entry.columns.names import (
    PLANTS,
    TABLE_HEADS,
    plain,
    plain_number,
    resolve_path,
    two_readings,
    word_of,
)
from scenarios.entry.columns.row_models import QuoteRow
from scenarios.entry.columns.rows import core_value, read_rows
from scenarios.entry.columns.toml_text import toml_values, variants_of
from scenarios.entry.folder.raw import OF_A_VARIANT, READY_MADE, RawFolder
from scenarios.rates.table import Rates, power_bounds

FOLLOW, LAW, STAY = (with_trait(PLANTS, "follows", value) for value in ("power", "law", "stays"))
"""Columns of a plant that follow its power, that the dated rows tell beyond a bound of it, that stay."""

Stated = Mapping[str, tuple[float, float]]
"""By column, a figure that followed the power as it was stated, and the power it was stated for, kWp."""


def power_rules(rates: Rates | None = None) -> PowerBounds:
    """Bounds of another power of a plant, from the table of columns and the dated rates."""
    return power_bounds(FOLLOW, rates)


def quotes_of(quotes: Sequence[Row], plant: Row) -> tuple[Quote, ...]:
    """Return the quotes of a plant that can be read; a fault of the others is told where they stand.

    What its row stated before its power was set is one of them, beside others.
    """
    named = [row for row in quotes if row.cells.get("id") == plant.cells.get("id")]
    rows = [quote for _row, quote in read_rows(named, QuoteRow, [])]
    read = [core_value(quote, Quote, on=quote.quoted_on, by=quote.quoted_by) for quote in rows]
    stated: Stated = getattr(plant, "stated", {}) if read else {}
    own = [(name, *stated[name]) for name in QUOTED if name in stated]
    return (*(replace(Quote(kwp=kwp), **{name: eur}) for name, kwp, eur in own), *read)  # type: ignore[arg-type]


def followed(
    cells: Mapping[str, CellValue], kwp: CellValue, quotes: Sequence[Quote] = ()
) -> tuple[dict[str, CellValue], dict[str, float]]:
    """Return the cells of a plant at another power, and the figures that changed, as they were.

    A cell without a plain number stays as it is: its fault is told where it stands.
    """
    columns = ("kwp", *FOLLOW, *LAW)
    read = {name: figure_of(cells[name]) for name in columns if name in cells}
    figures = {name: value for name, value in read.items() if value is not None}
    wanted_kwp = figure_of(kwp)
    if wanted_kwp is None or wanted_kwp <= 0.0 or figures.get("kwp", 0.0) <= 0.0:
        return {**cells, "kwp": kwp}, {}
    changed = {**at_another_power(figures, wanted_kwp, power_rules(), quotes), "kwp": kwp}
    row = {**cells, **changed}
    return {name: cell for name, cell in row.items() if cell is not None}, {
        name: figures[name] for name in changed
    }


def figure_of(cell: object) -> float | None:
    """Return the number of a cell; None where it holds none, or one with two readings."""
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        return None
    if isinstance(cell, str) and two_readings(cell):
        return None
    try:
        value = float(plain_number(cell) if isinstance(cell, str) else cell)
    except ValueError:
        return None
    return value if isfinite(value) else None


def change_ids(rows: Sequence[Row]) -> list[str]:
    """Return an id for each line: who changes, what, in which year; of several alike, a rank too.

    >>> cells = {"id": "ecole", "what": "Ferme", "since": "01/09/2029"}
    >>> change_ids([Row("changes.csv", 2, cells), Row("changes.csv", 3, cells)])
    ['ecole-closes-2029', 'ecole-closes-2029-2']
    """
    seen: Counter[str] = Counter()
    ids = []
    for row in rows:
        id_, what, since = (str(row.cells.get(name) or "") for name in ("id", "what", "since"))
        year = re.search(r"\d{4}", since)
        words = (plain(id_), word_of("change", what) or plain(what), year[0] if year else "")
        name = re.sub(r"[^\w]+", "-", "-".join(filter(None, words))).strip("-")
        seen[name] += 1
        ids.append(name if seen[name] == 1 else f"{name}-{seen[name]}")
    return ids


TABLES = ("participants", "plants", "persons")
CHANGED = (
    *("operation", "key", "keys", "prices", "finance", "weather", "words", "battery", "flexible", "decide"),
    *TABLES,
    "changes",
)
"""What a path may begin with. `[sweep]` and `[size]` are of a command, not of a scenario."""

SHORT_NAMES: Mapping[str, str] = {
    "prix": "prices.local_eur_per_mwh",
    "changements": "operation.changes",
    "fournisseurs": "prices.supply_ratio",
    "cle": "key.name",
    "perimetre": "operation.perimeter",
}
"""Words that a person types in a meeting, and the path of each."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One change: a dotted path (`prices.local_eur_per_mwh`, `plants.ID.kwp`), its value, who asks for it.

    Attributes:
        place: an option with what was typed (`--set prix=95`), or a place of the folder.
        typed: what would be typed for it, where its place is of the folder.
    """

    path: str
    value: Any
    place: str
    typed: str = ""

    @property
    def words(self) -> str:
        """What a person types of it."""
        return self.typed or self.place.partition(" ")[2]

    @property
    def fault_place(self) -> str:
        """Where a fault of what it means is told: its option, or its place in the folder."""
        return self.place if self.typed else self.place.partition(" ")[0]


@dataclass(frozen=True, slots=True)
class ChangedRow(Row):
    """A row of which some cells were set elsewhere: a fault of theirs is told there.

    Attributes:
        stated: figures that followed the power of a plant, as they were before, with that power.
    """

    origins: Mapping[str, str] = field(default_factory=dict)
    stated: Stated = field(default_factory=dict)

    def path(self, column: str = "") -> str:
        """Return the place of a cell, or where it was set."""
        # Not super(): a dataclass with slots is another class than the one of this body.
        return self.origins.get(column) or Row.path(self, column)


def read_setting(text: str, option: str = "--set") -> Setting:
    """Return the change that a person types: `prix=95`, `plants.toit.kwp=199,5`, `key.shares={ecole=1}`.

    A value is one of TOML, a number with a decimal comma, or else a text without its quotes.

    Raises:
        InputError: no path, or no value.
    """
    path, _sign, value = (part.strip() for part in text.partition("="))
    if not path or not value:
        message = _("{value} is refused: a path and a value are expected, as in prix=95")
        raise InputError([Problem(option, message.format(value=shown(text)))])
    known = SHORT_NAMES.get(plain(path)) or resolve_path(path)
    return Setting(known, _value(value), f"{option} {shown(text)}")


def _value(text: str) -> Any:
    if re.fullmatch(r"[+-]?\d+,\d+", text):
        return float(text.replace(",", "."))
    try:
        parsed = toml_values(f"value = {text}")
    except tomllib.TOMLDecodeError:
        return stripped(text)
    return parsed["value"] if len(parsed) == 1 else text


CROSSED = ("kwp", "plants", "prices", "finance")
"""What a path may begin with that a comparison takes several numbers of."""

SEVERAL = "/"
"""Between them: a comma is that of decimals."""


def values_of(setting: Setting) -> list[Setting]:
    """Return a setting for each of several values, `prix=80/95`; none where it has one.

    >>> [(one.value, one.place) for one in values_of(read_setting("prix=80/95,5"))]
    [(80, '--set prix=80'), (95.5, '--set prix=95,5')]
    """
    values = str(setting.value).split(SEVERAL)
    is_number = re.fullmatch(r"\d+([.,]\d+)?", values[0].strip()) is not None
    if len(values) < 2 or not is_number or setting.path.partition(".")[0] not in CROSSED:
        return []
    together = SEVERAL.join(values)
    texts = [text.strip() for text in values]
    return [replace(setting, value=_value(t), place=setting.place.replace(together, t)) for t in texts]


def check_single_values(settings: Sequence[Setting]) -> None:
    """Refuse, in a comparison, a number that may be two: `80,95` is 80.95 for some, 80 and 95 for others.

    Raises:
        InputError: each of them, with both ways to write it.
    """
    problems = []
    for setting in settings:
        option, _space, typed = setting.place.partition(" ")
        path, _sign, text = typed.partition("=")
        if setting.path.partition(".")[0] in CROSSED and re.fullmatch(r"\d+(,\d+)+", text.strip()):
            message = _(
                "“{typed}” may be one number or several: write several as {several}, decimals with a point"
            )
            several = f"{path}={text.strip().replace(',', SEVERAL)}"
            problems.append(Problem(option, message.format(typed=typed, several=several)))
    refuse(problems)


def with_variant(source: RawFolder, name: str, place: str = "") -> RawFolder:
    """Return the folder as the variant `name` changes it.

    Args:
        place: where the name was asked for, when it was not in the folder itself.

    Raises:
        InputError: an unknown variant, id or section, with the nearest known one.
    """
    if name not in source.known_variants:
        message = unknown_word(name, source.known_variants)
        where = place or source.place("variants")
        raise InputError([Problem(where, message)])
    return with_settings(source, variant_settings(source, name))


def variant_settings(source: RawFolder, name: str) -> list[Setting]:
    """Settings of a variant, written in the folder or built in."""
    written = name in source.variants
    rank = source.variants.index(name) + 1 if written else 0
    changes = variants_of(source.sections)[rank - 1] if written else READY_MADE[name]
    return [
        Setting(path, value, source.place("variants", path, rank))
        for path, value in changes.items()
        if path not in OF_A_VARIANT
    ]


def with_settings(
    source: RawFolder, settings: Sequence[Setting], heads: Sequence[str] = CHANGED
) -> RawFolder:
    """Return the folder with each path set to its value; only where it leads is checked yet.

    A path is `participants.ID.column` (so for plants, persons; for changes by their `change_ids`),
    `section.key`, or `flexible.ID.key` for the flexible load of a participant. Another `key.name` comes with
    its own parameters, those of `[keys.NAME]`; another `plants.ID.kwp` with what the row states in
    proportion, but what is itself set. What is then wrong with a value is told where it was set.

    Args:
        heads: what a path may begin with.

    Raises:
        InputError: an id or section that is unknown, with the nearest known one.
    """
    problems: list[Problem] = []
    source = replace(source, converted=(*source.converted, *_notes_on_homes(source, settings)))
    # The name of the key first: the parameters beside it are those of the new one. So for a power.
    brings_others = re.compile(r"key\.name|plants\..*\.kwp|plants\.kwp")
    for setting in sorted(settings, key=lambda setting: not brings_others.fullmatch(setting.path)):
        try:
            source = _set(source, setting, heads)
        except KeyError as fault:
            word, known = fault.args
            is_typed = known is heads and setting.place.startswith("--") and is_french()
            message = _unknown_path(word) if is_typed else unknown_word(word, known)
            problems.append(Problem(setting.place, message))
    refuse(problems)
    return source


def _unknown_path(word: str) -> str:
    """Message for what begins no path, with the words of the workbook and of the page."""
    short = [*SHORT_NAMES, *(name for name in TABLE_HEADS if name not in TABLES)]
    titles = {plain(name): name for name in (*(s.french for s in sheet_settings().values()), *short)}
    near = [titles[name] for name in get_close_matches(plain(word), titles, n=1)]
    return unknown_word(word, near or short, near=bool(near))


def _notes_on_homes(source: RawFolder, settings: Sequence[Setting]) -> Iterator[str]:
    """Return for which rows another count of homes is asked, but not another need: theirs is of them all."""
    paths = {setting.path for setting in settings}
    text = _(
        "{id}: {count} homes; the need of the row is that of all its homes together, and stays as it is. "
        "Set its annual_kwh too, or its curve, to change it"
    )
    for setting in settings:
        id_, _dot, column = setting.path.removeprefix("participants.").rpartition(".")
        own = next((row.cells for row in source.participants if str(row.cells.get("id", "")) == id_), {})
        needs = {f"participants.{id_}.{name}" for name in NEEDS}
        if column == "households" and str(own.get(column)) != str(setting.value) and not needs & paths:
            yield text.format(id=id_, count=shown(setting.value))


NEEDS = ("annual_kwh", "curve", "profile", "scale_to_kwh")
"""Cells of a participant that say its need."""


def _set(source: RawFolder, setting: Setting, heads: Sequence[str]) -> RawFolder:
    head, _dot, rest = setting.path.partition(".")
    if head not in heads:
        raise KeyError(head, heads)
    if head in {*TABLES, "changes"}:
        return _with_cell(source, head, setting)
    source = replace(source, origins={**source.origins, setting.path: setting.place})
    content, value = source.sections.get(head, {}), setting.value
    if head == "flexible" and rest:
        content = _changed_load(content, *rest.split(".", maxsplit=1), value=value)
    elif setting.path == "key.name":
        content = _other_key(source, content, value)
    elif not rest:
        content = value
    elif isinstance(content, Mapping):  # else it is refused as it stands
        content = _merged(content, rest, value)
    return replace(source, sections={**source.sections, head: content})


def _with_cell(source: RawFolder, table: str, setting: Setting) -> RawFolder:
    name, _dot, column = setting.path.partition(".")[2].partition(".")
    rows: tuple[Row, ...] = getattr(source, table) or ()
    ids = change_ids(rows) if table == "changes" else [str(row.cells.get("id", "")) for row in rows]
    if name not in ids:
        raise KeyError(name, ids)
    index = ids.index(name)
    quotes = quotes_of(source.quotes, rows[index]) if table == "plants" else None
    changed = _changed(rows[index], column, setting, quotes)
    altered = (*rows[:index], changed, *rows[index + 1 :])
    changed_tables: dict[str, Any] = {table: altered}
    return replace(source, **changed_tables)


def _changed(row: Row, column: str, setting: Setting, quotes: Sequence[Quote] | None) -> ChangedRow:
    """Return a row with a cell set; the power of a plant, with its `quotes`, takes what it states along."""
    before = row if isinstance(row, ChangedRow) else ChangedRow(row.file, row.line, row.cells)
    # An empty text empties the cell, as in the file: what was there is unknown again.
    left = {name: cell for name, cell in row.cells.items() if name != column}
    cells = left if setting.value == "" else {**row.cells, column: setting.value}
    stated = {name: figure for name, figure in before.stated.items() if name != column}
    origins = {**before.origins, column: setting.place}
    if quotes is not None and column == "kwp" and setting.value != "":
        cells, were = followed(row.cells, setting.value, quotes)
        stated = {name: (were["kwp"], figure) for name, figure in were.items()} | {**before.stated}
        origins |= dict.fromkeys(were, setting.place)
    return ChangedRow(row.file, row.line, cells, row.heads, row.letters, origins, stated)


def _other_key(source: RawFolder, content: Any, name: Any) -> Any:
    now = content.get("name", "prorata") if isinstance(content, Mapping) else None
    if name == now:
        return content
    keys = source.sections.get("keys", {})
    own = keys.get(name, {}) if isinstance(keys, Mapping) and isinstance(name, str) else {}
    return {**(own if isinstance(own, Mapping) else {}), "name": name}


def _changed_load(loads: Any, participant: str, key: str = "", *, value: Any) -> list[Any]:
    """Return the flexible loads, a key of those of one participant changed."""
    tables = [load for load in loads if isinstance(load, dict)] if isinstance(loads, list) else []
    names = [str(load.get("participant", "")) for load in tables]
    if participant not in names:
        raise KeyError(participant, names)
    return [{**load, key: value} if load.get("participant") == participant else load for load in tables]


def _merged(content: Mapping[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Return a table where what `path` names is changed, and nothing else."""
    head, _dot, rest = path.partition(".")
    inner = content.get(head)
    if rest:
        value = _merged(inner if isinstance(inner, Mapping) else {}, rest, value)
    return {**content, head: value}
