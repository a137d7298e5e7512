"""The table of names: what a column, a kind, a profile, a key or a unit is called, in French and in English.

One list, in `scenarios/data/input_columns.csv` and `words.csv`, for whoever reads a folder, fills a workbook,
draws drop-downs or writes the docs. The ids are those of the contract; a person may write either. Numbers are
read as people write them: decimal comma or point, marks of thousands; two readings are refused.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from acc.bills.turpe import FORMULAS
from acc.i18n import decimal, grouped
from profiles.reference.kinds import PROFILES
from scenarios.entry.columns.input_columns import DATA, columns, rows_of, sheet_settings, split_others, tables

UNSIGNED = "±"
"""Before a percentage of which it is not known whether it is more."""

SPACES = re.compile(r"[\s\u00a0\u202f'’]")

MOST_WORDS = 20_000
"""Words and titles whose plain form, or column, is remembered: the same ones are asked for at each cell."""


@dataclass(frozen=True, slots=True)
class TwoReadings:
    """A number that may be read in two ways: `62.000`."""

    thousands: str
    decimals: str


def plain_number(text: str) -> str:
    """Return a number as Python reads it, the text itself where it is none.

    A mark that stands several times is one of thousands; of two different marks the last is the decimal one.

    >>> plain_number("1 234,5"), plain_number("1.234.567"), plain_number("1.234,5"), plain_number("12 ha")
    ('1234.5', '1234567', '1234.5', '12 ha')
    """
    bare = SPACES.sub("", text)
    if not re.fullmatch(r"[-+]?[\d.,]*\d[\d.,]*(e[-+]?\d+)?", bare, flags=re.IGNORECASE):
        return text
    marks = [mark for mark in bare if mark in ".,"]
    if len(set(marks)) == 2:
        last = marks[-1]
        other = "," if last == "." else "."
        groups = bare.rpartition(last)[0].lstrip("+-").split(other)
        if marks.count(last) > 1 or not _are_thousands(groups):
            return text
        return bare.replace(other, "").replace(last, ".")
    if len(marks) > 1:
        return bare.replace(marks[0], "") if _are_thousands(bare.lstrip("+-").split(marks[0])) else text
    return bare.replace(",", ".")


def two_readings(text: str) -> TwoReadings | None:
    """Return both readings of a number whose one mark may be of thousands or of decimals.

    >>> two_readings("62.000")
    TwoReadings(thousands='62000', decimals='62')
    >>> two_readings("0,480"), two_readings("62,5"), two_readings("1 234,500")
    (None, None, None)
    """
    groups = re.fullmatch(r"([-+]?)([1-9]\d{0,2})[.,](\d{3})", text.strip())
    if not groups:
        return None
    sign, digits, rest = groups.groups()
    decimals = f"{sign}{digits}.{rest}".rstrip("0").rstrip(".")
    return TwoReadings(f"{sign}{digits}{rest}", decimals)


def number_and_unit(text: str) -> tuple[str, str]:
    """Return a cell as its number and the unit that follows it, empty when there is none.

    >>> number_and_unit("62 MWh"), number_and_unit("12,5")
    (('62', 'MWh'), ('12,5', ''))
    """
    parts = re.fullmatch(r"\s*([-+]?\d[\d\s\u00a0\u202f.,]*?)\s*([a-zA-Z€%°][^\d]*)?\s*", text)
    return (parts[1], (parts[2] or "").strip()) if parts else (text, "")


def as_typed(value: float | str) -> str:
    """Return a word, or a number as a table holds it in French; three decimals look like thousands.

    >>> as_typed(94.25), as_typed(1.125), as_typed("Commune")
    ('94,25', '1,1250', 'Commune')
    """
    if isinstance(value, str):
        return value
    text = f"{value:.10g}"
    return (f"{text}0" if two_readings(text) else text).replace(".", ",")


def _are_thousands(groups: list[str]) -> bool:
    return 1 <= len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])


def said(value: float) -> str:
    """Return a figure as a sentence says it: three digits that count at most after the mark."""
    return f"{value:.4g}".replace(".", decimal(0.5, 1)[1]) if abs(value) < 1000.0 else grouped(value)


PARTICIPANTS, PLANTS = "participants.csv", "plants.csv"
PERSONS, PARTIES, QUOTES, CHANGES = "persons.csv", "parties.csv", "quotes.csv", "changes.csv"
SIGNATURES = "signatures.csv"

TABLES = (PARTICIPANTS, PLANTS, PERSONS, PARTIES, QUOTES, CHANGES, SIGNATURES)
"""What a folder holds beside `operation.toml`; `OPTIONAL_TABLES` where somebody fills them in."""

OPTIONAL_TABLES = (PERSONS, PARTIES, QUOTES, CHANGES, SIGNATURES)

TABLE_HEADS: Mapping[str, tuple[str, str]] = {
    "sites": ("participants", PARTICIPANTS),
    "participants": ("participants", PARTICIPANTS),
    "centrales": ("plants", PLANTS),
    "plants": ("plants", PLANTS),
    "membres": ("persons", PERSONS),
    "persons": ("persons", PERSONS),
}
"""How the path of a cell may begin, plain: the head of the path, the table that it leads to."""

LIST_NAMES = (
    *("kind", "plant_kind", "vat", "mounting", "said", "study"),
    *("quantity_unit", "perimeter", "holes", "key", "change", "paper"),
)
"""Lists of words that a cell or a setting takes from; profiles and TURPE versions have their own messages."""

_ENERGY = {"kwh": 1.0, "mwh": 1000.0, "wh": 0.001, "gwh": 1e6}
_POWER = {"kw": 1.0, "mw": 1000.0, "w": 0.001}
_PEAK = {**_POWER, **{f"{unit}{end}": factor for unit, factor in _POWER.items() for end in "cp"}}
_PRICE = {"eur mwh": 1.0, "eur kwh": 1000.0, "eur": 1.0}
_CENTS = ("c", "ceur", "c eur", "ct", "cts", "cents", "centimes")
_PRICE |= {f"{cents}{per}": 10.0 for cents in _CENTS for per in (" kwh", "")}
_MONEY = {"eur": 1.0, "euros": 1.0, "keur": 1000.0, "k eur": 1000.0}
_RATIO = {"0 a 1": 1.0, "ratio": 1.0, "pourcent": 0.01}

UNITS: Mapping[str, Mapping[str, float]] = {
    "kWh": _ENERGY,
    "kWc": _PEAK,
    "kW": _POWER,
    "kVA": {"kva": 1.0, "mva": 1000.0, "va": 0.001, "kw": 1.0},
    "EUR/MWh": _PRICE,
    "EUR": _MONEY,
    "EUR/an": _MONEY,
    "0 à 1": _RATIO,
    "degrés": {"degres": 1.0, "deg": 1.0, "wgs 84": 1.0},
    "ans": {"ans": 1.0, "annees": 1.0, "years": 1.0},
    "1 à 7": {"1 a 7": 1.0},
    "EUR/kWc": {"eur kwc": 1.0, "eur wc": 1000.0},
}
"""By the unit of a column, those that its header may say, plain, and what turns them into it."""

SPELT_UNITS: Mapping[str, tuple[str, ...]] = {
    names[0]: names
    for names in (
        *(("kWh", "MWh", "Wh"), ("kWc", "Wc", "MWc"), ("kW", "W", "MW"), ("kVA", "VA", "MVA")),
        *(("EUR/MWh", "EUR/kWh", "c€/kWh"), ("EUR", "k€"), ("EUR/an", "k€/an")),
        *(("EUR/kWc", "EUR/Wc"), ("0 à 1", "%")),
    )
}
"""Usual spellings of the units that a figure may be typed in, that of the column first."""


@dataclass(frozen=True, slots=True)
class WordName:
    """One word of a list: its id, its French name, other spellings."""

    id: str
    french: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Header:
    """What a header that a person wrote means.

    Attributes:
        unit_ratio: what turns its figures into the unit of the column; None when its unit is not known.
        unit: the unit that it says, as written; empty when it says none.
    """

    id: str
    unit_ratio: float | None = 1.0
    unit: str = ""


def unit_of(name: str) -> str:
    """Return the unit of a column, whatever its table, or else of a setting; empty when it has none.

    >>> unit_of("kwp"), unit_of("inverter_eur_per_kwp"), unit_of("name")
    ('kWc', 'EUR/kWc', '')
    """
    named = [columns(table)[name] for table in tables() if name in columns(table)]
    units = [column.unit or ("EUR/MWh" if column.type == "sale" else "") for column in named]
    return next(filter(None, units), "")


@cache
def words(name: str) -> Mapping[str, WordName]:
    """Return the words of a list by id: those of `words.csv`, `profile`, or `turpe`."""
    if name == "profile":
        return {p.name: WordName(p.name, p.french[0], p.french[1:]) for p in PROFILES.values()}
    if name == "turpe":
        return {f.code: WordName(f.code, f.code, f.aliases) for f in FORMULAS.values()}
    rows = [row for row in rows_of(DATA / "words.csv") if row["list"] == name]
    return {row["id"]: WordName(row["id"], row["french"], split_others(row["others"])) for row in rows}


def list_name(file: str, column: str) -> str:
    """Return the list whose words a column holds, empty where it is no list."""
    known = columns(file).get(column)
    return known.list_name if known else ""


def choices(file: str, column: str) -> Mapping[str, WordName]:
    """Return the words that a column may hold, none where it is no list."""
    name = list_name(file, column)
    return words(name) if name else {}


def word_of(name: str, written: str) -> str | None:
    """Return the id of a word of a list, None when it is not there.

    >>> word_of("kind", "Mairie"), word_of("key", "parts égales"), word_of("profile", "Hôtel de ville")
    ('commune', 'equal', 'town-hall')
    """
    return _ids_of_words(name).get(plain(written))


def french_word(name: str, word: str) -> str:
    """Return the French name of a word of a list, by id; itself when it is not there."""
    known = words(name).get(word)
    return known.french if known else word


@lru_cache(MOST_WORDS)
def header_of(file: str, written: str) -> Header | None:
    """Column meant by a header, None when there is none.

    >>> header_of("participants.csv", "Consommation annuelle (MWh)")
    Header(id='annual_kwh', unit_ratio=1000.0, unit='MWh')
    >>> header_of("plants.csv", "kWc"), header_of("plants.csv", "Puissance crête")
    (Header(id='kwp', unit_ratio=1.0, unit='kWc'), Header(id='kwp', unit_ratio=1.0, unit=''))
    >>> header_of("participants.csv", "Conso 2025 (MWh)")
    Header(id='annual_kwh', unit_ratio=1000.0, unit='MWh')
    """
    ids = _ids_of_columns(file)
    if plain(written) in ids:
        return Header(ids[plain(written)])
    if bare := _without_year(written):
        return header_of(file, bare)
    for name, unit in _name_and_unit(written):
        column = ids.get(plain(name)) if name else _MEASURED.get((file, plain(unit)))
        factor = factor_of(columns(file)[column].unit, unit) if column else None
        if column and (factor is not None or written.rstrip().endswith((")", "]"))):
            return Header(column, factor, unit)
    return None


def resolve_path(written: str) -> str:
    """Return the path of a setting written by its French name or as a path; itself when it is neither.

    >>> resolve_path("Prix local"), resolve_path("centrales.toit.Puissance"), resolve_path("key.shares")
    ('prices.local_eur_per_mwh', 'plants.toit.kwp', 'key.shares')
    """
    setting = _paths_of_settings().get(plain(written))
    if setting:
        return setting
    head, _dot, rest = written.partition(".")
    name, _dot, column = rest.rpartition(".")
    if plain(head) not in TABLE_HEADS or not name:
        return written.strip()
    table, file = TABLE_HEADS[plain(head)]
    header = header_of(file, column)
    return f"{table}.{name}.{header.id if header and header.unit_ratio == 1.0 else column}"


@lru_cache(MOST_WORDS)
def plain(text: str) -> str:
    """Return a text without accents, case, articles' apostrophes or punctuation.

    >>> plain("Puissance crête"), plain("Derrière le compteur de l’école"), plain("€/MWh")
    ('puissance crete', 'derriere le compteur de l ecole', 'eur mwh')
    """
    spelt = text.replace("€", " eur ").replace("%", " pourcent ").replace("²", "2").replace("³", "3")
    bare = "".join(c for c in unicodedata.normalize("NFKD", spelt.lower()) if not unicodedata.combining(c))
    return " ".join(re.findall(r"[a-z0-9]+", bare))


_MEASURED: Mapping[tuple[str, str], str] = {
    (file, unit): column
    for file, column, units in (
        (PARTICIPANTS, "annual_kwh", _ENERGY),
        (PARTICIPANTS, "kva", {"kva": 1.0}),
        (PLANTS, "kwp", _PEAK),
    )
    for unit in units
}
"""What a header that is a unit alone means."""


def _without_year(written: str) -> str:
    """Return a header without the year that it names, empty where it names none: `Conso 2025 (MWh)`."""
    bare = re.sub(r"\b(en |année )?(19|20)\d\d\b", " ", written)
    return " ".join(bare.split()).replace("( ", "(") if bare != written else ""


def _name_and_unit(written: str) -> Iterator[tuple[str, str]]:
    """Yield the possible splits of a header into a name and a unit: brackets first, then its last words."""
    bracket = re.fullmatch(r"(.*?)[(\[]([^)\]]*)[)\]]\s*", written.strip())
    if bracket:
        yield bracket[1].strip(), bracket[2].strip()
        return
    parts = written.replace("_", " ").split()
    for size in range(1, len(parts) + 1):
        yield " ".join(parts[:-size]).removesuffix(" en"), " ".join(parts[-size:])


def factor_of(own: str, unit: str) -> float | None:
    """Conversion factor from a unit to that of a column, None when they are incompatible.

    >>> factor_of("kWh", "MWh"), factor_of("EUR/an", "€ HT/an"), factor_of("kWh", "ha")
    (1000.0, 1.0, None)
    """
    text = re.sub(r"\b(par|per|ht|hors taxes?)\b", " ", plain(unit.replace("°", " degres ")))
    text = re.sub(r"\b(an|annee|year)\b(?!s)", " ", text) if "ans" not in text.split() else text
    return 1.0 if not text.split() else UNITS.get(own, {}).get(" ".join(text.split()))


@cache
def _paths_of_settings() -> Mapping[str, str]:
    return _first_of((s.path, (s.french, s.path, *s.others)) for s in sheet_settings().values())


@cache
def _ids_of_columns(file: str) -> Mapping[str, str]:
    known = columns(file).values()
    ids = _first_of((c.id, (c.id, c.french, c.header, *c.others, _without_unit(c.id))) for c in known)
    # An id always means itself, whatever another column is called.
    return ids | {plain(name): name for name in columns(file)}


@cache
def _ids_of_words(name: str) -> Mapping[str, str]:
    ids = _first_of((word.id, (word.id, word.french, *word.others)) for word in words(name).values())
    return ids | {plain(word): word for word in words(name)}


def _first_of(spellings: Iterable[tuple[str, Iterable[str]]]) -> dict[str, str]:
    """Ids by their plain spellings, the first one that has a spelling."""
    ids: dict[str, str] = {}
    for id_, names in spellings:
        for name in filter(None, names):
            ids.setdefault(plain(name), id_)
    return ids


def _without_unit(column: str) -> str:
    """Return an id without the unit that ends it: `annual_kwh` is also asked for as `annual_mwh`."""
    return re.sub(r"_(kwh|eur_per_mwh|eur_per_year|eur|kva|kw|deg|ratio|years)$", "", column)
