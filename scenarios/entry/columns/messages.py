"""Turns what pydantic finds into sentences: the value, what was expected, the nearest known word.

A cell is called as people call it: the site, the title of its column, the place.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from gettext import gettext as _
from math import atan, degrees
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError

from acc.i18n import N_, decimal, grouped, is_french
from acc.problem import Problem
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.input_columns import DAYS, columns
from scenarios.entry.columns.names import (
    LIST_NAMES,
    TABLES,
    UNSIGNED,
    as_typed,
    factor_of,
    number_and_unit,
    plain,
    plain_number,
    two_readings,
    unit_of,
    words,
)

EXPECTED: Mapping[str, str] = {
    "missing": N_("missing: a value is expected here"),
    "bool_parsing": N_("{value} is refused: `oui` or `non` (true, false) is expected"),
    "bool_type": N_("{value} is refused: `oui` or `non` (true, false) is expected"),
    "float_parsing": N_("{value} is not a number: digits and one decimal comma or point are expected"),
    "float_type": N_("{value} is not a number"),
    "finite_number": N_("{value} is not a finite number"),
    "int_parsing": N_("“{value}” is not a whole number"),
    "int_type": N_("“{value}” is not a whole number"),
    "int_from_float": N_("“{value}” is not a whole number"),
    "greater_than": N_("{value} is refused: a number above {gt} is expected"),
    "greater_than_equal": N_("{value} is refused: at least {ge} is expected"),
    "less_than": N_("{value} is refused: less than {lt} is expected"),
    "less_than_equal": N_("{value} is refused: at most {le} is expected"),
    "literal_error": N_("{value} is refused: {expected} is expected"),
    "enum": N_("{value} is unknown: {expected} is expected"),
    **dict.fromkeys(
        ("date_type", "date_parsing", "date_from_datetime_parsing"),
        N_("“{value}” is not a date: write 31/01/2025"),
    ),
    "date_from_datetime_inexact": N_("{value} has an hour: a day alone is expected (2025-01-31)"),
    "siret_key": N_("a digit is wrong: copy the 14 digits again (annuaire-entreprises.data.gouv.fr)"),
    "published": N_(
        "“{value}” is refused: `oui`, `non`, or who may read the name: entreprises, collectivites, syndicat"
    ),
    "string_type": N_("{value} is not a text: write it between quotes"),
    "string_too_short": N_("empty: a text is expected"),
    "string_too_long": N_("“{value}” has {length} characters: write {max_length} at most"),
    "tuple_type": N_("{value} is refused: a list between square brackets is expected"),
    "too_long": N_("too many: at most {max_length} are expected"),
    "model_type": N_("{value} is refused: {{ name = value, ... }} is expected"),
    "dict_type": N_("{value} is refused: a table {{ name = number }} is expected"),
}
"""What to say for each type of error of pydantic; its own sentence is English and talks to programmers."""

OTHER_TIMES = N_(
    "“{value}” is refused: a day from {first} to {last} is expected. "
    "Check its year; “for ever” is an empty cell"
)

NO_DIGIT = N_("{value} is not a number: digits are expected, or an empty cell where it is not known")

MOST_LISTED, SOME = 20, 6
"""Words that a message lists all of; of a longer list, the first ones."""

NOT_AN_ID = N_("{value} is not an id: letters without accent, digits, - and _ are expected")
NOT_INSEE = N_("{value} is not an INSEE code: five characters are expected (24037 for Bergerac)")


def problems_of(fault: ValidationError, model: type[BaseModel], place: Callable[[str], str]) -> list[Problem]:
    """Return one Problem for each error of `fault`; `place` gives the path of a column or key."""
    problems = {}
    for error in fault.errors(include_url=False):
        parts = [str(part) for part in error["loc"]]
        names = [part for part in parts if not part.startswith(("function-", "constrained-"))]
        column = names[0] if names else ""
        if len(names) > 1 and isinstance(error["loc"][1], int):
            # A table of a list: its number as a person counts, and its own column.
            where = ".".join([column, str(error["loc"][1] + 1), *names[2:]])
            problems[place(where)] = _message(error, names[-1], _model_of_list(model, column))
            continue
        inner = _model_of_table(model, column)
        if inner is not None and len(names) > 2:
            # A table of tables: its name, and its own column.
            problems[place(".".join(names))] = _message(error, names[-1], inner)
            continue
        table = _model_of_setting(model, column)
        if table is not None and len(names) > 1:
            problems[place(".".join(names[:2]))] = _message(error, names[1], table)
            continue
        field = model.model_fields.get(column)
        is_table = field is not None and isinstance(field.default, dict)
        problems[place(".".join(names[:2]) if is_table else column)] = _message(error, column, model)
    return [
        Problem(path, own.message, remedy=own.remedy, unsure=own.unsure) for path, own in problems.items()
    ]


def too_long(model: type[BaseModel], column: str, text: str, place: str) -> list[Problem]:
    """Problems of a text too long for the model of a cell or setting; other faults are ignored."""
    try:
        model.model_validate({column: text})
    except ValidationError as fault:
        errors = fault.errors(include_url=False)
        if any(error["loc"][:1] == (column,) and error["type"] == "string_too_long" for error in errors):
            problems = problems_of(fault, model, str)
            return [Problem(place, problem.message) for problem in problems if problem.path == column]
    return []


def _model_of_list(model: type[BaseModel], column: str) -> type[BaseModel]:
    inner = get_args(model.model_fields[column].annotation)
    return inner[0] if inner and isinstance(inner[0], type) and issubclass(inner[0], BaseModel) else model


def _model_of_table(model: type[BaseModel], column: str) -> type[BaseModel] | None:
    """Model of the values of a table, where they are tables themselves."""
    field = model.model_fields.get(column)
    if field is None or get_origin(field.annotation) is not dict:
        return None
    inner = get_args(field.annotation)[1]
    return inner if isinstance(inner, type) and issubclass(inner, BaseModel) else None


def _model_of_setting(model: type[BaseModel], column: str) -> type[BaseModel] | None:
    """Model of a setting that is a table of settings itself; None of the others."""
    field = model.model_fields.get(column)
    types = () if field is None else (field.annotation, *get_args(field.annotation))
    return next((type_ for type_ in types if isinstance(type_, type) and issubclass(type_, BaseModel)), None)


@dataclass(frozen=True, slots=True)
class Advice:
    """What a fault says, what may be typed instead, and what it says without that."""

    message: str
    remedy: str = ""
    unsure: str = ""


def _message(error: Any, column: str, model: type[BaseModel]) -> Advice:
    """Message of a fault of pydantic, with the remedy that its cell suggests."""
    usual = _usual_message(error, column, model)
    context = error.get("ctx", {})
    if error["type"] == "extra_forbidden" or "date(" in str(context):
        return Advice(usual)
    own = _own_message(error["type"], error.get("input"), column, context)
    return replace(own, unsure=usual) if own else Advice(usual)


def _usual_message(error: Any, column: str, model: type[BaseModel]) -> str:
    kind, value, context = error["type"], error.get("input"), error.get("ctx", {})
    if kind == "extra_forbidden":
        return unknown_word(column, tuple(model.model_fields))
    if "date(" in str(context):  # a day out of its bounds
        first, last = (f"{day:%d/%m/%Y}" for day in DAYS)
        return _(OTHER_TIMES).format(value=value, first=first, last=last)
    if kind == "string_pattern_mismatch":
        pattern = NOT_INSEE if column == "insee" else NOT_AN_ID
        return _(pattern).format(value=value)
    if kind == "value_error":
        return _("{value} is outside the folder: files are taken from `curves/` only").format(value=value)
    template = EXPECTED.get(kind, N_("{value} is refused"))
    if "expected" in context:  # pydantic joins a list in English
        listed = str(context["expected"]).replace("'", "").replace(" or ", _(" or "))
        context = {**context, "expected": listed}
    # A year, a whole number, is shown as it is typed.
    numbers = int | float if isinstance(value, float) else float
    bounds = {name: shown(float(bound)) for name, bound in context.items() if isinstance(bound, numbers)}
    context = {**context, **bounds}
    return _(template).format(value=shown(value), length=len(str(value)), **context)


def slug(name: str) -> str:
    """Return a name as an id: no accent, no space, 40 letters at most.

    >>> slug("École élémentaire")
    'ecole-elementaire'
    """
    return "-".join(plain(name).split())[:40].strip("-")


def _own_message(kind: str, error_input: object, column: str, context: Mapping[str, str]) -> Advice | None:
    """Return the message of a fault that says what to write instead, None for the others."""
    value = str(error_input)
    if is_ditto(value):
        return Advice(_(DITTO).format(value=value))
    if column == "id" and (own := _id_message(kind, error_input)):
        return own
    if kind in {"enum", "literal_error"}:
        return _unknown_choice(value, str(context.get("expected", "")))
    if kind == "two_readings":
        return Advice(_two_readings(value, context, unit_of(column)))
    if kind == "string_pattern_mismatch" and column.startswith(("prm", "siret")):
        return Advice(_digits_message(value))
    read = {"float": _with_its_unit, "less": _percent, "greater": _below_zero}.get(kind.partition("_")[0])
    return read(value, column) if read else None


def is_ditto(value: str) -> bool:
    """Return whether a cell says the same as the one above.

    >>> is_ditto("idem"), is_ditto('"'), is_ditto("id")
    (True, True, False)
    """
    return value.strip().lower() in {"idem", "id.", "dito", "ditto", '"', "''", "//", "″", "〃"}


DITTO = N_("“{value}”: write again what stands above, each line is read alone")


def with_vat(text: str) -> bool:
    """Return whether a title or an amount says that VAT is in it."""
    return bool({"ttc", "tvac"} & set(plain(text).split()))


def _id_message(kind: str, value: object) -> Advice | None:
    """Message for an id that is missing, or is a name."""
    if kind == "missing" and isinstance(value, Mapping):
        name = slug(str(value.get("name", "")))
        return Advice(_("empty: write {id}, or another short name").format(id=name), name) if name else None
    if kind in {"string_pattern_mismatch", "string_too_long"} and (name := slug(str(value))):
        message = _("“{value}”: write {id}, letters without accent, digits, - and _ alone.")
        return Advice(message.format(value=shown(value), id=name), name)
    return None


def _two_readings(value: str, readings: Mapping[str, str], unit: str) -> str:
    """Return both readings of a number, and how to write each."""
    message = _("“{value}”: {first} or {second}? Write {thousands} or {decimals}.")
    reading, decimals = readings["thousands"], readings["decimals"].replace(".", decimal(0.5, 1)[1])
    unit = "" if re.match(r"\d", unit) else unit
    first, second = (f"{text} {unit}".rstrip() for text in (grouped(int(reading)), decimals))
    sure = f"{decimals}0" if two_readings(decimals) else decimals
    return message.format(value=value.strip(), first=first, second=second, thousands=reading, decimals=sure)


def _digits_message(value: str) -> str:
    """Fault in a PRM or a SIRET: a non-digit sign, or the length; nothing more is disclosed."""
    bad = [(place, sign) for place, sign in enumerate(value, start=1) if sign not in "0123456789"]
    if bad:
        message = _("“{sign}” in place {place}: 14 digits are expected, and nothing else")
        return message.format(sign=bad[0][1], place=bad[0][0])
    return _("{length} digits, 14 are expected, kept as text").format(length=len(value))


def _percent(value: str, column: str) -> Advice | None:
    """Message for a ratio written in per cent: 0,14 for 14; of a chance, 7 may be of ten."""
    number = float(plain_number(value))
    if unit_of(column) != "0 à 1" or not 0.0 < number < 100.0:
        return None
    message, ratio = _("“{value}”: write {ratio} for {value} %."), _marked(number / 100, column)
    if column == "chance_ratio" and number <= 10.0:
        message = _("“{value}”: {tenths} for {value} chances in ten, or {ratio} for {value} %?")
        return Advice(message.format(value=value, tenths=_marked(number / 10, column), ratio=ratio))
    if number < 1.0:  # a rate
        message = _("“{value}”: {tenth}, or {ratio} for {value} %?")
        return Advice(message.format(value=value, tenth=_marked(number / 10, column), ratio=ratio))
    return Advice(message.format(value=value, ratio=ratio), ratio)


def _below_zero(value: str, column: str) -> Advice | None:
    """Message for a factor below 0, what is taken off; for an azimuth from the south, as PVGIS has it."""
    number = float(plain_number(value))
    if column == "ratio" and -1.0 < number < 0.0:
        message, factor = _("“{value}”: write {ratio} for {percent} % less."), _marked(1.0 + number, column)
        return Advice(message.format(value=value, ratio=factor, percent=f"{-100.0 * number:g}"), factor)
    if column != "surface_azimuth" or abs(number) > 90.0:
        return None
    message = _("{value} is refused: here 180 is south and 90 east; PVGIS writes 0 for south: {sum}?")
    degrees = f"{number + 180.0:g}"
    return Advice(message.format(value=value, sum=degrees), degrees)


def _marked(number: float, column: str) -> str:
    """Return a number as its table takes it: a comma in a cell in French, a point in a setting."""
    return as_typed(number).replace(",", decimal(0.5, 1)[1]) if _is_cell(column) else f"{number:.10g}"


def _is_cell(column: str) -> bool:
    return any(column in columns(file) for file in TABLES)


def _with_its_unit(value: str, column: str) -> Advice | None:
    """Message for a number followed by another unit than that of the column: `62 MWh`."""
    if column in {"latitude", "longitude"}:
        message = _("“{value}”: paste both numbers that a map gives into latitude, 44.8533, 0.4826")
        return Advice(message.format(value=shown(value)))
    number, unit_text = number_and_unit(value)
    unit = unit_of(column)
    if column == "ratio":
        percent, mark = number_and_unit(value.removeprefix(UNSIGNED))
        return Advice(_share_message(value, percent if mark == "%" and percent[:1].isdigit() else ""))
    factor = factor_of(unit, unit_text) if unit_text else None
    if column == "surface_tilt" and unit_text == "%":
        number, factor = f"{degrees(atan(float(plain_number(number)) / 100.0)):.1f}", 1.0
    if with_vat(value):
        message = _("“{value}”: write the amount without VAT, the figure alone.")
        return Advice(message.format(value=shown(value)))
    if unit == "0 à 1" and unit_text == "%":
        return _percent(number, column)
    if factor is None:
        is_unsaid = _is_cell(column) and not re.search(r"\d", value)
        return Advice(_(NO_DIGIT).format(value=shown(value))) if is_unsaid else None
    own_number = _marked(float(plain_number(number)) * factor, column)
    message = _("“{value}”: write {number}, in {unit}.")
    text = message.format(value=value, number=own_number, unit=unit.replace("EUR", _("EUR")))
    return Advice(text, own_number)


def _share_message(value: str, percent: str) -> str:
    """Message for a factor in words that are not clear: what is taken off, or what stays."""
    if not percent:
        message = _("“{value}”: write 1.2 or +20 % for 20 % more, 0.6 or −40 % for 40 % less")
        return message.format(value=shown(value))
    message = _("“{value}”: write −{percent} % if {percent} % are saved, {ratio} if {percent} % stay")
    figure = float(plain_number(percent))
    if value.startswith(UNSIGNED):
        message = _(
            "“{percent} %”: a spreadsheet keeps no +. Write {more} % for {percent} % more, −{percent} % for "
            "{percent} % less, −{rest} % if {percent} % stay"
        )
    more, rest = (shown(float(f"{each:.10g}")) for each in (100.0 + figure, 100.0 - figure))
    ratio = _marked(figure / 100.0, "ratio")
    return message.format(value=value, percent=shown(figure), ratio=ratio, more=more, rest=rest)


def shown(value: object) -> str:
    """Return a value as a message shows it: short, and never a whole file."""
    text = _figure(value) if isinstance(value, float) else str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _figure(value: float) -> str:
    """Return a number as a sentence says it: to twelve figures, as what was multiplied may end in noise.

    >>> _figure(8000.0), _figure(-0.5), _figure(263760.00000000006)
    ('8\u202f000', '-0.5', '263\u202f760')
    """
    value = float(f"{value:.12g}")
    text = f"{value:,.0f}" if value.is_integer() else f"{value:,}"
    return text.replace(",", "\u202f").replace(".", _("1.5")[1])


def unknown_word(word: str, known: Sequence[str], *, near: bool = False) -> str:
    """Return the message for a name that is not one of `known`, with the nearest one.

    Args:
        near: the first of `known` is what was likely meant.

    >>> unknown_word("marie", ["mairie", "ecole"]), unknown_word("x", ["mairie", "ecole"])
    ('“marie” is unknown. Did you mean `mairie`?', '“x” is unknown: ecole or mairie is expected.')
    """
    if is_ditto(word):
        return _(DITTO).format(value=word)
    guesses = list(known[:1]) if near else get_close_matches(word, known, n=1)
    return _not_known(word, guesses[0] if guesses else None, sorted(known))


def _not_known(word: str, near: str | None, known: Sequence[str]) -> str:
    if near is not None:
        return _("“{word}” is unknown. Did you mean `{near}`?").format(word=shown(word), near=near)
    some = [*known[:SOME], _("another of {count}").format(count=len(known))]
    first = known if len(known) <= MOST_LISTED else some
    listed = _(" or ").join(filter(None, [", ".join(first[:-1]), *first[-1:]]))
    return _("“{word}” is unknown: {known} is expected.").format(word=shown(word), known=listed)


def _unknown_choice(value: str, expected: str) -> Advice | None:
    """Return the message for a word that is none of a list which has French names, None for other lists."""
    ids = re.findall(r"'([^']+)'", expected)
    name = next((name for name in LIST_NAMES if ids and set(ids) <= set(words(name))), None)
    if name is None:
        return None
    own = {id_: words(name)[id_] for id_ in ids}
    titles = {id_: word.french if is_french() else id_ for id_, word in own.items()}
    spelt = {plain(text): id_ for id_, w in own.items() for text in (id_, w.french, *w.others)}
    near = get_close_matches(plain(value), spelt, n=1, cutoff=0.7)
    title = titles[spelt[near[0]]] if near else ""
    return Advice(_not_known(value, title or None, list(titles.values())), title)


def about(file: str, row: Row, column: str) -> str:
    """Label of a cell by line and column, as people say it: `Mairie annexe, besoin annuel`."""
    title = _column_title(file, row, column)
    # A capital inside is of a name or of letters: PRM, TURPE.
    title = title if title[1:2].isupper() else title[:1].lower() + title[1:]
    return f"{row.who}, {title}" if title else row.who


def where(file: str, row: Row, column: str) -> str:
    """Return the place of a cell; its header too where it is not what was said."""
    head = row.heads.get(column, column)
    known = columns(file).get(column)
    names = {plain(_column_title(file, row, column)), plain(known.header) if known else ""}
    named = bool(row.letters) or plain(head) in names
    return row.path(column).removesuffix(f", {head}" if named and column else "")


def _column_title(file: str, row: Row, column: str) -> str:
    """Title of a column: in French, or its header for English readers."""
    known = columns(file).get(column)
    return known.french if known and is_french() else row.heads.get(column, column)
