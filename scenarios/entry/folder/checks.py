"""Cross checks of a folder: its sections and tables against each other, then what is unlikely in them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from gettext import gettext as _
from typing import Any, TypeAlias

from acc.i18n import decimal, grouped
from acc.keys import KEYS
from acc.plan.another_power import QUOTED, quoted_values
from acc.problem import Problem, refuse
from acc.sites import Quote
from acc.steps import Steps
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.input_columns import columns
from scenarios.entry.columns.messages import unknown_word
from scenarios.entry.columns.names import PLANTS
from scenarios.entry.columns.row_models import OPTIONAL_SECTIONS, SECTIONS, OperationSection, PlantRow
from scenarios.entry.columns.rows import read_rows, twice_prm, written_ids
from scenarios.entry.folder.changes import added_panels_plants, read_changes
from scenarios.entry.folder.question import unknown_key
from scenarios.entry.folder.raw import OTHER_SECTIONS, PARTICIPANTS, RawFolder
from scenarios.entry.folder.sections import (
    ModelT,
    check_battery,
    check_variants,
    read_accepted,
    read_flexible,
    read_section,
)
from scenarios.entry.folder.settings import FOLLOW, LAW, STAY, ChangedRow, Stated, figure_of
from scenarios.entry.folder.site_rows import (
    PartCache,
    ParticipantRows,
    check_plants,
    holders_in,
    landlord_faults,
    made_anew,
    participants_of,
    read_parties,
    read_persons,
    read_quotes,
    read_signatures,
)
from scenarios.entry.plausibility.cell_rules import participant_oddities
from scenarios.entry.plausibility.of_folder import oddities, table_oddities
from scenarios.entry.plausibility.refused import with_proven_remedies
from scenarios.entry.plausibility.rules import ImplausibleValue

MAX_DAYS = 10 * 366

CheckedFolder: TypeAlias = dict[str, Any]
"""Sections by name, with what the tables beside them say."""


def checked(
    source: RawFolder, key: str | None, sites: ParticipantRows
) -> tuple[CheckedFolder, list[tuple[Row, PlantRow]]]:
    """Return the sections by name, with all that the tables beside them say, and the plants.

    Raises:
        InputError: every fault of the folder.
    """
    faults: list[Problem] = []
    folder = _checked(source, key, sites, faults)
    refuse(with_proven_remedies(source, faults, faults_of) if faults else ())
    return folder


def faults_of(source: RawFolder, sites: ParticipantRows | None = None) -> frozenset[str]:
    """Places of the faults of a folder; its sites as they were read, where that is known."""
    faults: list[Problem] = []
    _checked(source, None, sites or participants_of(source, made_anew), faults)
    return frozenset(fault.path for fault in faults)


def _checked(
    source: RawFolder, key: str | None, sites: ParticipantRows, faults: list[Problem]
) -> tuple[CheckedFolder, list[tuple[Row, PlantRow]]]:
    """Sections and plants of `checked`; what is wrong goes to `faults`."""
    read = _sections(source, faults)
    participants = sites.rows
    faults += sites.unread
    plants = read_rows(source.plants, PlantRow, faults)
    read["persons"] = read_persons(source, (*participants, *plants), faults)
    known = holders_in(source)
    read["parties"] = read_parties(source, known, faults)
    read["signatures"] = read_signatures(source, faults)
    read["quotes"], read["panels"] = read_quotes(source, faults), added_panels_plants(source.changes)
    read["changes"] = read_changes(source, read["operation"], participants, plants, faults)
    read["accepted"] = read_accepted(source, faults)
    check_variants(source, faults)
    faults += sites.wrong
    if not participants and not faults:
        faults.append(Problem(source.table(PARTICIPANTS), _("no participant: at least one line is expected")))
    # As they are written: a line that cannot be read makes no fault of those that name it.
    ids, persons = written_ids(source.participants), written_ids(source.persons or ())
    check_plants(source, plants, ids, faults)
    faults += landlord_faults(plants, [*ids, *persons])
    _check_keys(source, faults)
    read["flexible"] = read_flexible(source, ids, faults)
    check_battery(source, read["battery"], [*ids, *written_ids(source.plants)], faults)
    name = key or (str(read["key"].name) if read["key"] else "")
    if read["key"] is not None and name not in KEYS:
        faults.append(Problem(source.place("key", "name"), unknown_key(name)))
    read["steps"] = _steps(source, read["operation"], faults)
    for rows in (participants, plants):
        message = _("the same PRM as in line {line}: each meter has its own")
        faults += [Problem(r.path("prm"), message.format(line=first.line)) for r, first in twice_prm(rows)]
    read["keys"] = source.sections.get("keys", {})
    return read, plants


def _sections(source: RawFolder, faults: list[Problem]) -> dict[str, Any]:
    known = (*SECTIONS, *OTHER_SECTIONS)
    others = sorted(set(source.sections) - set(known))
    faults += [Problem(source.place(name), unknown_word(name, known)) for name in others]
    return {name: _section(source, name, model, faults) for name, model in SECTIONS.items()}


def _section(source: RawFolder, name: str, model: type[ModelT], faults: list[Problem]) -> ModelT | None:
    content = source.sections.get(name)
    if content is None and name != "operation":
        return None if name in OPTIONAL_SECTIONS else model()
    return read_section(source, name, content, model, faults)


def _steps(source: RawFolder, section: OperationSection | None, faults: list[Problem]) -> Steps | None:
    if section is None:
        return None
    days = (section.end - section.start).days
    if 0 < days <= MAX_DAYS:
        return Steps.between(section.start, section.end, section.step_minutes)
    message = _("{days} days: at most ten years are expected")
    if days <= 0:
        message = _("{end} does not come after the start, {start}: the end is the first day left out")
    message = message.format(days=days, end=section.end, start=section.start)
    faults.append(Problem(source.place("operation", "end"), message))
    return None


def _check_keys(source: RawFolder, faults: list[Problem]) -> None:
    """Check `[keys.NAME]`: parameters of other keys, for comparisons."""
    keys = source.sections.get("keys", {})
    if not isinstance(keys, dict):
        message = _("sections [keys.NAME] are expected, one a key, with its parameters")
        faults.append(Problem(source.place("keys"), message))
        return
    for name, parameters in keys.items():
        place = source.place(f"keys.{name}")
        if name not in KEYS:
            faults.append(Problem(place, unknown_key(name)))
        elif not isinstance(parameters, dict):
            message = _("a section [keys.{name}] with the parameters of the key is expected")
            faults.append(Problem(place, message.format(name=name)))


def unlikely_values(
    source: RawFolder,
    read: CheckedFolder,
    sites: ParticipantRows,
    plants: Sequence[tuple[Row, PlantRow]],
    cache: PartCache,
) -> list[ImplausibleValue]:
    """What is unlikely in a folder without faults, its curves left out; that of its tables is kept."""

    def of_tables() -> tuple[ImplausibleValue, ...]:
        def of_sites() -> tuple[ImplausibleValue, ...]:
            return tuple(participant_oddities(sites.rows))

        odd = cache("odd sites", source.participants, of_sites)

        def is_read(changed: RawFolder, _row: Row) -> bool:
            own = changed.participants == source.participants
            return not faults_of(changed, sites if own else None)

        return tuple(table_oddities(source, sites.rows, plants, odd, is_read))

    tables = tuple(source.tables.values())
    of_all = cache("oddities", tables, of_tables)
    rows = (*source.participants, *source.plants, *(source.persons or ()))
    names = {str(row.cells.get("id", "")): row.who for row in rows}
    odd = oddities(source, read["operation"], read, sites.rows, plants, of_all)
    return [_called_by_name(doubt, names) for doubt in odd]


def _called_by_name(doubt: ImplausibleValue, names: Mapping[str, str]) -> ImplausibleValue:
    """Oddity of a row that names its site by id alone: by its name, which documents know to leave out."""
    id_, comma, title = doubt.about.partition(", ")
    return replace(doubt, about=f"{names[id_]}{comma}{title}") if id_ in names else doubt


def power_notes(plants: Sequence[tuple[Row, PlantRow]], quotes: Mapping[str, Sequence[Quote]]) -> list[str]:
    """Return a sentence for each plant that is in at another power than the folder's, with what it states.

    Args:
        quotes: of each plant that has any, by id.
    """
    return [
        _sentence(plant, row.cells, row.stated, quotes.get(plant.id, ()))
        for row, plant in plants
        if isinstance(row, ChangedRow) and plant.active and _is_noted(plant, row)
    ]


def _is_noted(plant: PlantRow, row: ChangedRow) -> bool:
    measured = plant.curve is not None and "kwp" in row.stated and plant.kwp != row.stated["kwp"][1]
    return measured or bool(_moved(row.cells, row.stated))


def _moved(cells: Mapping[str, object], stated: Stated) -> dict[str, float | None]:
    """Figures changed along with the power, by column."""
    now = {name: figure_of(cells.get(name)) for name in (*FOLLOW, *LAW) if name in stated}
    return {name: figure for name, figure in now.items() if figure != stated[name][1]}


def _sentence(plant: PlantRow, cells: Mapping[str, object], stated: Stated, quotes: Sequence[Quote]) -> str:
    moved, words = _moved(cells, stated), _words()
    before, _figure = stated[next(iter(moved), "kwp")]
    figures = {
        name: f"{words[name][0]} {_number(stated[name][1])} → {_number(figure)}\u00a0{words[name][1]}"
        for name, figure in moved.items()
        if figure is not None
    }
    # What the row stated is one of them: alone it is no quote.
    quoted = {name for name in QUOTED if len(quoted_values(quotes, name)) > 1}
    lists = (
        (_("In proportion: {list}."), [text for name, text in figures.items() if name not in quoted]),
        (_("By the quotes: {list}."), [text for name, text in figures.items() if name in quoted]),
        (_("From the rates: {list}."), [words[name][0] for name, figure in moved.items() if figure is None]),
        (_("The same: {list}."), [words[name][0] for name in STAY if name in cells]),
    )
    start = _("{name}: {kwp} kWp in place of {before}, and what the folder states with it.")
    filled = start.format(name=plant.name or plant.id, kwp=_number(plant.kwp), before=_number(before))
    sentences = [filled, *(text.format(list=", ".join(names)) for text, names in lists if names)]
    if plant.curve is not None:
        sentences.append(_("Its production stays that of its curve: give the curve of this power."))
    return " ".join(sentences)


def _words() -> dict[str, tuple[str, str]]:
    """Label and unit of each figure in a sentence; a column without label has its title."""
    eur, yearly = _("EUR"), _("€/year")
    return {name: (column.french, column.unit) for name, column in columns(PLANTS).items()} | {
        "inverter_kva": (_("inverter"), "kVA"),
        "capex_eur": (_("investment"), eur),
        "connection_eur": (_("connection"), eur),
        "opex_eur_per_year": (_("running cost"), yearly),
        "insurance_eur_per_year": (_("insurance"), yearly),
        "inverter_eur": (_("change of inverters"), eur),
        "grant_eur": (_("grant"), eur),
        "ifer_eur_per_year": (_("IFER"), yearly),
        "injection_turpe_eur_per_year": (_("network tariff of the injection"), yearly),
        "rent_eur_per_year": (_("rent"), yearly),
    }


def _number(value: float) -> str:
    return grouped(value) if value >= 1000.0 or value.is_integer() else decimal(value, 1)
