"""What the screen "Données" shows of a folder: tabs, rows of fields, faults in words, totals."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from gettext import gettext as _
from gettext import ngettext
from typing import Any

from acc.i18n import N_
from reports.format.numbers import FIXED, fr, plants_count, sites_count
from scenarios.entry.collecting.questions import SLOT_PRICE
from scenarios.entry.columns.input_columns import columns, every_setting, ranked, sheet_settings
from scenarios.entry.columns.names import CHANGES, PARTIES, QUOTES, SIGNATURES, choices, plain
from scenarios.entry.columns.toml_text import section_values
from scenarios.entry.editing.drafts import Drafts, lacking
from scenarios.entry.editing.merge import NamedLines, is_named, keyed
from scenarios.entry.editing.tables import Fault, FolderLook, Totals, TypedLine, TypedTable
from scenarios.entry.editing.write import first_days
from scenarios.entry.folder.fault_location import in_titles
from scenarios.entry.folder.raw import PARTICIPANTS, PERSONS, PLANTS
from scenarios.entry.folder.xlsx_tables import TABLE_SHEETS, number_text
from scenarios.entry.workbook.cells import YES_NO
from scenarios.entry.workbook.write import shown_setting

TABS: Mapping[str, tuple[str, str]] = {
    "membres": (PARTICIPANTS, N_("Sites ({count})")),
    "centrales": (PLANTS, N_("Plants ({count})")),
    "personnes": (PERSONS, N_("Members ({count})")),
    "devis": (QUOTES, N_("Quotes ({count})")),
    "changements": (CHANGES, N_("Changes ({count})")),
    "parties": (PARTIES, N_("Parties to the papers ({count})")),
    "signatures": (SIGNATURES, N_("Signatures ({count})")),
}
"""The table of each tab, and its title."""

SETTINGS, CURVES = "reglages", "courbes"


@dataclass(frozen=True, slots=True, kw_only=True)
class DataCell:
    """A field of a table: its name (`participants.csv:5:annual_kwh`), its text, the words that it offers.

    Attributes:
        is_listed: whether it offers the names of the lines of another table.
    """

    name: str
    label: str
    text: str
    column: str
    options: tuple[tuple[str, str], ...] = ()
    is_listed: bool = False
    is_truth: bool = False
    is_number: bool = False
    fault: str = ""


@dataclass(frozen=True, slots=True)
class DataFault:
    """A fault as it is said under its line, and where it is mended."""

    fault: Fault
    id: str
    text: str
    field: str
    value: str
    link: str
    remedy: Mapping[str, str]
    kept: str


@dataclass(frozen=True, slots=True)
class DataRow:
    """A line of a table with its faults; line 0 is the one to write on, and has no key, or is begun.

    Attributes:
        begun: of a line that is not in the table yet, why.
        days: days that a button fills in with that of today, while they are empty: name of the cell, words.
    """

    key: str
    line: int
    name: str
    cells: tuple[DataCell, ...]
    source: str
    faults: tuple[DataFault, ...]
    begun: str = ""
    days: tuple[tuple[str, str], ...] = ()


def data_view(
    look: FolderLook, tab: str, curves: Sequence[str], today: date, *, every_column: bool
) -> dict[str, Any]:
    """Template values of a tab of a folder, with every column where `every_column`."""
    about = section_values(look.source.sections.get("operation") if look.source else None)
    faults = faults_said(look)
    by_row: dict[tuple[str, int], list[DataFault]] = {}
    for each in faults:
        by_row.setdefault((each.fault.file, each.fault.line), []).append(each)
    tab = tab if tab in {*TABS, SETTINGS, CURVES} else "membres"
    file = TABS[tab][0] if tab in TABS else ""
    table = look.table(file)
    shown = _columns(table, full=every_column, has_persons=PERSONS in look.sheets) if file else ()
    names = NamedLines(look.sheets)
    offered = {column: sorted(names.offered(file, column).values()) for column in shown}
    return {
        "tab": tab,
        "file": file,
        "shown": shown,
        "offered": {column: own for column, own in offered.items() if own},
        "whole": every_column,
        "operation": str(about.get("name", "")),
        "fictitious": about.get("fictitious") is True,
        "title": _title(
            look, sum(not each.fault.is_odd for each in faults), len(faults), len(look.drafts.lines)
        ),
        "faults": faults,
        "elsewhere": by_row.get(("", 0), []),
        "tabs": _tabs(look, curves),
        "heads": [_column_title(table, column, shown) for column in shown],
        "rows": _rows(table, shown, by_row, names, look.drafts) if file else (),
        "others": len(_columns(table, full=True)) - len(shown) if file else 0,
        "totals": totals_words(file, look.totals),
        "settings": _settings(look, today) if tab == SETTINGS else (),
        "wrong": {each.field: each.id for each in faults},
        "curves": curves if tab == CURVES else (),
        "is_empty": not look.sheets,
        "today": f"{today:%d/%m/%Y}",
        "sites": {
            line.cells["id"]: _row_name(line)
            for line in look.table(PARTICIPANTS).lines
            if line.cells.get("id")
        },
    }


def _data_fault(look: FolderLook, fault: Fault, rank: int) -> DataFault:
    """Return a fault in words: who, which field, what is wrong."""
    where, link, field = TABLE_SHEETS.get(fault.place, fault.place), "", ""
    path = _setting(fault)
    if path:
        where, link = every_setting()[path].french, f"donnees?onglet={SETTINGS}#{path}"
        if path not in sheet_settings():  # no field of the page
            where, link = f"{where} ({fault.place})", ""
    if fault.file:
        table = look.table(fault.file)
        title = _head(table, fault.column) if fault.column else ""
        name = next((_row_name(line) for line in table.lines if line.number == fault.line), "")
        where = ", ".join(word for word in (name, title) if word)
        tab = next(name for name, (file, _title) in TABS.items() if file == fault.file)
        link = f"donnees?onglet={tab}&colonnes=toutes#f{rank}"
        field = f"{fault.file}:{fault.line}:{fault.column}" if fault.column else ""
    message = in_titles(fault.message, file=fault.file)
    text = f"{where}{FIXED}: {message}" if where else message
    value = str(fault.value)
    if isinstance(fault.value, int | float):
        value = number_text(fault.value).replace(".", ",")
    line = next((line for line in look.table(fault.file).lines if line.number == fault.line), None)
    typed = line.cells.get(fault.column, "") if line else value if path else ""
    remedy = {field.rpartition(":")[0] + f":{name}" if field else path: t for name, t in fault.remedy.items()}
    return DataFault(fault, f"f{rank}", text, field or path, value, link, remedy, _kept(fault, typed))


def _kept(fault: Fault, typed: str) -> str:
    """Label of what keeps an unlikely value: as it is typed, in the words of the screen."""
    word = choices(fault.file, fault.column).get(typed or str(fault.value))
    text = word.french if word else typed
    return _("Keep {value}").format(value=text) if text else _("Keep it so")


def _setting(fault: Fault) -> str:
    """Return the setting that a fault of no cell is of; empty where it is of none that is shown."""
    named = re.search(r"\[(\w+)\] (\w+)(\.\S+)?$", fault.place)
    path = fault.path or (f"{named[1]}.{named[2]}" if named else "")
    return path if not fault.file and path in every_setting() else ""


def faults_said(look: FolderLook) -> list[DataFault]:
    """Return the faults of a folder in words, oddities with them."""
    return [_data_fault(look, fault, rank) for rank, fault in enumerate(look.faults, start=1)]


def to_mend(errors: int) -> str:
    """Number of blocking faults of a folder, in words."""
    text = ngettext(
        "{count} fault to mend before computing", "{count} faults to mend before computing", errors
    )
    return text.format(count=errors)


def _title(look: FolderLook, errors: int, faults: int, begun: int) -> str:
    if not look.sheets and not errors and not begun:
        return _("Nothing yet")
    odd = faults - errors
    text = ngettext("{count} figure to be looked at", "{count} figures to be looked at", odd)
    parts = [to_mend(errors)] if errors else []
    parts += [text.format(count=odd)] if odd else []
    parts += [_begun_lines(begun)] if begun else []
    if parts:
        return ", ".join(parts)
    sites, plants = look.totals.active, look.totals.plants
    text = _("The data are complete: {sites}, {plants}")
    return text.format(sites=sites_count(sites), plants=plants_count(plants))


def _begun_lines(count: int) -> str:
    return ngettext("{count} line begun", "{count} lines begun", count).format(count=count)


def _tabs(look: FolderLook, curves: Sequence[str]) -> list[tuple[str, str]]:
    tabs, begun = [], Counter(file for file, _key in look.drafts.lines)
    for tab, (of, title) in TABS.items():
        words = _(title).format(count=len(look.table(of).lines))
        tabs.append((tab, f"{words}, {_begun_lines(begun[of])}" if begun[of] else words))
    curves_title = _("Curves ({count})").format(count=len(curves))
    return [*tabs, (SETTINGS, _("Prices and operation")), (CURVES, curves_title)]


def _columns(table: TypedTable, *, full: bool, has_persons: bool = False) -> tuple[str, ...]:
    file, used = table.file, tuple(table.heads)
    if full:
        return tuple(dict.fromkeys((*ranked(file, "page"), *used, *columns(file))))
    first = list(ranked(file, "page"))
    if file == PLANTS:  # who owns it: a member where there are some, else a site
        rare = "owner" if has_persons else "person"
        first = [column for column in first if column != rare or column in used]
    if file == PARTICIPANTS and "supply_eur_per_mwh" not in used:
        slots = [name for name in used if SLOT_PRICE.fullmatch(name)]
        at = first.index("supply_eur_per_mwh")
        first[at : at + 1] = slots[:1] or ["supply_eur_per_mwh"]
    return tuple(first)


def _head(table: TypedTable, column: str) -> str:
    return (table.title(column) or column).replace("EUR", "€")


def _column_title(table: TypedTable, column: str, shown: Sequence[str]) -> str:
    """Return the title of a column, which says of how many prices it is one where the others are hidden."""
    title, prices = _head(table, column), [name for name in table.heads if SLOT_PRICE.fullmatch(name)]
    if column not in prices or len(prices) < 2 or len({*prices} & {*shown}) > 1:
        return title
    return _("{title}, one of {count} prices").format(title=title, count=len(prices))


def _row_name(line: TypedLine) -> str:
    return line.cells.get("name") or line.cells.get("id", "")


def _rows(
    table: TypedTable,
    shown: Sequence[str],
    faults: Mapping[tuple[str, int], list[DataFault]],
    names: NamedLines,
    drafts: Drafts,
) -> list[DataRow]:
    file, rows = table.file, []
    begun = {key: TypedLine(0, own, key) for (of, key), own in drafts.lines.items() if of == file}
    for key, line in {**keyed(table), **begun, "": TypedLine(0, {})}.items():
        own = faults.get((file, line.number), [])
        at_fault = {fault.field: fault.id for fault in own}
        cells = tuple(cell_of(table, line, column, at_fault, names) for column in shown)
        why = _why_begun(table, line) if line.begun else ""
        row = DataRow(key, line.number, _row_name(line), cells, _source(file, line), tuple(own), why)
        rows.append(replace(row, days=_days_to_fill(row) if file == SIGNATURES and line.number else ()))
    return rows


def _days_to_fill(row: DataRow) -> tuple[tuple[str, str], ...]:
    """Days of a paper that come next: that it was sent, that it was signed."""
    words = {"sent": _("Sent"), "signed": _("Signed")}
    if any(cell.column == "signed" and cell.text for cell in row.cells):
        return ()
    return tuple((c.name, words[c.column]) for c in row.cells if c.column in words and not c.text)


def _why_begun(table: TypedTable, line: TypedLine) -> str:
    """Sentence of a line that is not in its table yet: what it lacks."""
    titles = [_head(table, column) for column in lacking(table.file, line.cells)]
    return _("Begun, and not in the table yet. It lacks: {columns}").format(columns=", ".join(titles))


def cell_of(
    table: TypedTable,
    line: TypedLine,
    column: str,
    faults: Mapping[str, str],
    names: NamedLines | None = None,
) -> DataCell:
    """Return a field as it is shown: a word of a list by its id, a line by its name, else as typed."""
    name = f"{table.file}:{line.begun or line.number}:{column}"
    text = line.cells.get(column, "")
    words = choices(table.file, column)
    spelt = {plain(word.id): word.id for word in words.values()} | {
        plain(other): word.id for word in words.values() for other in (word.french, *word.others)
    }
    options = tuple((word.id, word.french) for word in words.values())
    known = columns(table.file).get(column)
    if known is not None and known.is_truth and column != "active":
        options, spelt = tuple((word, word) for word in YES_NO), {plain(word): word for word in YES_NO}
    offered = names.offered(table.file, column) if names else {}
    chosen = spelt.get(plain(text), text)
    if options and text and chosen not in {value for value, _title in options}:
        options = ((text, text), *options)
    return DataCell(
        name=name,
        label=", ".join(word for word in (_row_name(line) or _("new line"), table.title(column)) if word),
        text=chosen if options else offered.get(text, text),
        column=column,
        is_listed=is_named(table.file, column),
        options=(("", ""), *options) if options else (),
        is_truth=column == "active",
        is_number=known is not None and known.is_number,
        fault=faults.get(name, ""),
    )


def _source(file: str, line: TypedLine) -> str:
    """Source of the curve of a site, in a word."""
    if file != PARTICIPANTS or not line.number:
        return ""
    cells = line.cells
    if cells.get("curve"):
        return _("measured")
    if any(cells.get(f"{slot}_kwh") for slot in ("hph", "hch", "hpb", "hcb", "hp", "hc", "jan")):
        return _("profile on a bill")
    return _("profile") if cells.get("profile") else _("unknown")


def totals_words(file: str, totals: Totals) -> tuple[str, str]:
    """Return the figure under a table and what is said beside it; empty where nothing is added up."""
    if file == PLANTS:
        count = plants_count(totals.plants)
        return f"{fr(totals.power_kwp)}{FIXED}kWc", count
    if file != PARTICIPANTS:
        return "", ""
    parts = [_("{count} active").format(count=totals.active)]
    parts += [_("{count} apart").format(count=totals.apart)] if totals.apart else []
    if totals.measured:
        text = ngettext("{count} measured curve", "{count} measured curves", totals.measured)
        parts.append(text.format(count=totals.measured))
    if totals.unknown:
        named = ", ".join(totals.unknown[:3])
        more = len(totals.unknown) - 3
        named += _(" and {count} more").format(count=more) if more > 0 else ""
        parts.append(_("without {names} (empty)").format(names=named))
    return f"{fr(totals.yearly_kwh)}{FIXED}kWh", ", ".join(parts)


def _settings(
    look: FolderLook, today: date
) -> list[tuple[str, str, str, str, str, tuple[tuple[str, str], ...]]]:
    """Return each setting: path, name, text, unit, what it is, words that it offers."""
    settings = []
    days = {} if look.sheets else {f"operation.{word}": day for word, day in first_days(today).items()}
    for path, setting in sheet_settings().items():
        text, options = shown_setting(setting, look.source)
        text = text or days.get(path, "")
        unit = setting.unit.replace("EUR", "€")
        settings.append((path, setting.french, text, unit, setting.what, options))
    return settings
