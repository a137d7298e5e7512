"""A sentence in the words of where it is read: a workbook and the page have titles, text files have ids."""

import re
from collections.abc import Mapping
from functools import cache, partial

from scenarios.entry.columns.input_columns import columns, sheet_settings
from scenarios.entry.columns.names import TABLES, choices, words
from scenarios.entry.folder.raw import OPERATION, RawFolder
from scenarios.entry.folder.xlsx_tables import COMPARED, TABLE_SHEETS, VARIANTS

NAMED = re.compile(
    r"`\[?(?P<quoted>\w+(?:[.\]]? ?\w+)?)(?: = (?P<value>[\w-]+))?`(?!\s?\?)"
    r"|(?<!\[)\[(?P<section>\w+)\](?: (?P<key>\w+))?(?!\])"
    r"|(?P<bare>\b[a-z]+(?:_[a-z0-9]+)+\b)(?: = (?P<said>[\w-]+))?"
)
"""How a sentence names a column or a setting: `annual_kwh`, `[prices] surplus`, capex_eur, `kind = roof`.

What it proposes, “did you mean `commune`?”, is a word to type."""

OWN_SHEETS: Mapping[str, str] = {"compare": COMPARED, "variants": VARIANTS}


def of_book(source: RawFolder, text: str, file: str = "") -> str:
    """Return a sentence about a folder, with the titles of its workbook where it is one.

    Args:
        file: the table that it is about, whose titles come first.
    """
    if not source.book:
        return text
    sheets = {name: source.table(name) for name in TABLES}
    return in_titles(text, sheets | {OPERATION: source.book}, file)


def in_titles(text: str, tables: Mapping[str, str] = TABLE_SHEETS, file: str = "") -> str:
    """Return a sentence with tables, columns and settings called as a workbook and the page call them.

    >>> in_titles("a profile needs `annual_kwh`: see participants.csv, [prices] and `kind = roof`")
    'a profile needs « Besoin annuel »: see Sites, Prix and « Nature » = Toiture'
    """
    for name, title in tables.items():
        text = re.sub(rf"(?<![\w/]){re.escape(name)}", title, text)
    return NAMED.sub(partial(_title, file), text)


def _title(file: str, match: re.Match[str]) -> str:
    if section := match["section"]:
        name = match["key"] or ""
        title = _titles(file).get(f"{section}.{name}")
        if title is None:  # the word that follows is no setting
            return match[0].replace(f"[{section}]", _sheet(section) or f"[{section}]")
    else:
        name = re.sub(r"\] ?", ".", match["quoted"] or match["bare"])
        title = _titles(file).get(name)
    if title is None:
        return match[0]
    value = match["value"] or match["said"]
    return f"« {title} »" + (f" = {_word(file, name, value)}" if value else "")


@cache
def _titles(file: str) -> Mapping[str, str]:
    """Return titles by id and by path of settings; those of the table come first, else those of sites."""
    settings = sheet_settings()
    titles = {path: setting.french for path, setting in settings.items()} | {
        setting.id: setting.french for setting in settings.values()
    }
    for table in (*reversed(TABLES), *([file] if file else [])):
        titles |= {column.id: column.french for column in columns(table).values()}
    return titles


@cache
def _sheet(section: str) -> str | None:
    """Return the sheet of the settings of a section, None where it has none."""
    groups = [setting.group for path, setting in sheet_settings().items() if path.startswith(f"{section}.")]
    return OWN_SHEETS.get(section) or (groups[0] if groups else None)


def _word(file: str, column: str, value: str) -> str:
    for table in [file] if file else TABLES:
        if word := choices(table, column).get(value):
            return word.french
    setting = next(
        (
            sheet_setting
            for sheet_setting in sheet_settings().values()
            if sheet_setting.id == column and sheet_setting.list_name
        ),
        None,
    )
    word = words(setting.list_name).get(value) if setting else None
    return word.french if word else value
