"""The words of a meeting: « la cave part », « toit du gymnase 240 », « 90 euros », read over a folder.

A phrase is names of the folder, a number and one of a dozen verbs or units: no list of synonyms beyond. What
is understood is the label of the question, so that every screen and document repeats it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from gettext import gettext as _
from gettext import ngettext

from acc.i18n import decimal, is_french
from acc.problem import Problem, refuse
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.names import plain, plain_number, word_of, words
from scenarios.entry.folder.raw import RawFolder
from scenarios.entry.folder.settings import Setting


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


LEAVE = _set("part partent quitte quittent sort sortent sans retire retirer leaves without")
ENTER = _set("vient viennent entre entrent rejoint rejoignent avec joins with")
HOMES = _set("maison maisons logement logements foyer foyers homes houses")
EMPTY = _set("a au aux d de des du en et la le les l un une si ne pas the on of prix par passe mis cle key")
POWERS, NEEDS = _set("kwc kwp"), {"kwh": 1.0, "mwh": 1000.0}
PRICES = {"eur": 1.0, "euro": 1.0, "euros": 1.0, "centime": 10.0, "centimes": 10.0, "prix": 1.0}
"""Words of a local price, and how many EUR/MWh one of it is."""

SPELT: Mapping[str, int] = {
    "deux": 2,
    "trois": 3,
    "quatre": 4,
    "cinq": 5,
    "six": 6,
    "sept": 7,
    "huit": 8,
    "neuf": 9,
    "dix": 10,
    "douze": 12,
    "quinze": 15,
    "vingt": 20,
    "trente": 30,
    "quarante": 40,
    "cinquante": 50,
    "cent": 100,
}
NUMBER = re.compile(r"(?<![\w-])[-+−]?\d[\d\s\u00a0\u202f]*(?:[.,]\d+)?")
EXAMPLES = (
    "« la cave part », « toit du gymnase 240 », « 90 euros », « dix maisons », « parts égales », « 20 km »"
)


def settings_of_phrases(source: RawFolder, phrases: Sequence[str]) -> tuple[Setting, ...]:
    """Settings that phrases ask over a folder; the first of each phrase is labelled by what was understood.

    Raises:
        InputError: every phrase that is not understood, with what may be asked.
    """
    settings: list[Setting] = []
    problems: list[Problem] = []
    for phrase in (part for text in phrases for part in re.split(r";|,\s+", text)):
        try:
            label, changes = _read(source, phrase)
        except LookupError as fault:
            problems.append(Problem(f"« {phrase} »", str(fault.args[0])))
            continue
        places = [f"--set {label}", *[""] * (len(changes) - 1)]
        settings += [
            Setting(path, value, place) for (path, value), place in zip(changes, places, strict=True)
        ]
    refuse(problems)
    return tuple(settings)


Understood = tuple[str, list[tuple[str, object]]]
"""A label, and the paths and values that it stands for."""


def _read(source: RawFolder, phrase: str) -> Understood:
    """What one phrase asks.

    Raises:
        LookupError: nothing, or more than one thing.
    """
    said = plain(NUMBER.sub(" ", phrase)).split()
    number = _number(phrase, said)
    names = [word for word in said if word not in {*EMPTY, *SPELT}]
    if key := word_of("key", " ".join(word for word in said if word not in {"cle", "key"})):
        title = words("key")[key].french if is_french() else key
        return _("key {name}").format(name=title), [("key.name", key)]
    if number is None and (set(said) & (LEAVE | ENTER)):
        spelt = [name for name in names if name not in LEAVE | ENTER]
        return _in_or_out(source, spelt, enters=bool(ENTER & set(said)))
    if number is None:
        raise LookupError(_("it is not understood: {examples}").format(examples=EXAMPLES))
    if "km" in said:
        return _("perimeter {km} km").format(km=_figure(number)), [("operation.perimeter", f"{number:g}km")]
    if HOMES & set(said):
        return _homes(source, number)
    if unit := next((word for word in said if word in PRICES), ""):
        eur_per_mwh = number * PRICES[unit] * (1000.0 if 0.0 < number < 1.0 else 1.0)
        text = _("local price {price} €/MWh").format(price=_figure(eur_per_mwh))
        return text, [("prices.local_eur_per_mwh", eur_per_mwh)]
    return __figure(source, [name for name in names if name not in {*POWERS, *NEEDS}], number, said)


def _number(phrase: str, said: Sequence[str]) -> float | None:
    """Number of a phrase, in figures or spelt in French up to cent; None without one.

    >>> _number("toit 1 240,5 kWc", []), _number("dix maisons", ["dix", "maisons"]), _number("rien", ["rien"])
    (1240.5, 10.0, None)
    """
    if figures := NUMBER.search(phrase):
        return float(plain_number(figures.group().strip().replace("−", "-")))
    spelt = [SPELT[word] for word in said if word in SPELT]
    return float(sum(spelt)) if spelt else None


def _figure(value: float) -> str:
    """A number as a person types it: no decimals that say nothing."""
    return decimal(value, 0) if float(value).is_integer() else decimal(value, 2).rstrip("0")


def _rows(source: RawFolder) -> Iterator[tuple[str, Row]]:
    for table in ("persons", "participants", "plants"):
        yield from ((table, row) for row in getattr(source, table) or ())


def _named(source: RawFolder, spelt: Sequence[str], tables: Sequence[str]) -> list[tuple[str, Row]]:
    """Rows with a word for each word of a phrase, beginning alike; those of exactly that name alone."""
    rows = []
    for table, row in _rows(source):
        own = plain(f"{row.cells.get('name') or ''} {row.cells.get('id') or ''}").split()
        if table in tables and spelt and all(any(_alike(word, name) for name in own) for word in spelt):
            rows.append((table, row))
    exact = [pair for pair in rows if plain(str(pair[1].cells.get("name") or "")) == " ".join(spelt)]
    return exact or rows


def _alike(word: str, name: str) -> bool:
    """Whether two words begin alike: « toit » and « toiture »."""
    return name.startswith(word) or (len(name) > 3 and word.startswith(name))


def _single(source: RawFolder, spelt: Sequence[str], tables: Sequence[str]) -> tuple[str, Row]:
    """Return the row that a phrase names.

    Raises:
        LookupError: none, with what may be asked; or several, by name.
    """
    rows = _named(source, spelt, tables)
    if not rows:
        text = _("“{words}” is no name of the folder: {examples}")
        raise LookupError(text.format(words=" ".join(spelt), examples=EXAMPLES))
    names = list(dict.fromkeys(_name(row) for _table, row in rows))
    if len(names) > 1:
        text = _("“{words}” may be {names}: say which one")
        raise LookupError(text.format(words=" ".join(spelt), names=_(", or ").join(names)))
    return rows[0]


def _name(row: Row) -> str:
    return str(row.cells.get("name") or row.cells.get("id") or "")


def _in_or_out(source: RawFolder, spelt: Sequence[str], *, enters: bool) -> Understood:
    """Who leaves, with all that is theirs, or who enters."""
    tables = ("persons", "participants", "plants")  # who is a member first: a roof has the name of its site
    named = next((table for table in tables if _named(source, spelt, (table,))), "plants")
    table, row = _single(source, spelt, (named,))
    theirs = list(_theirs(source, table, row))
    plants = [_name(own) for where, own in theirs if where == "plants" and own is not row]
    text = _("with {name}") if enters else _("without {name}")
    label = text.format(name=_name(row))
    if plants:
        text = ngettext(" (and its plant: {names})", " (and its plants: {names})", len(plants))
        label += text.format(names=", ".join(plants))
    return label, [(f"{where}.{own.cells.get('id')}.active", enters) for where, own in theirs]


def _theirs(source: RawFolder, table: str, row: Row) -> Iterator[tuple[str, Row]]:
    """Yield the sites of a person, the plants that it owns or has behind its meters; a plant alone."""
    if table == "plants":
        yield table, row
        return
    id_ = row.cells.get("id")
    column = "person" if table == "persons" else "id"
    sites = [site for site in source.participants if site.cells.get(column) == id_]
    yield from (("participants", site) for site in sites)
    owners = {id_, *(site.cells.get("id") for site in sites)}
    for plant in source.plants:
        if owners & {plant.cells.get(column) for column in ("person", "owner", "behind")} - {None, ""}:
            yield "plants", plant


def _homes(source: RawFolder, count: float) -> Understood:
    """Homes more at the only site of homes, its need in proportion."""
    rows = [row for row in source.participants if row.cells.get("households")]
    if len(rows) != 1 or not rows[0].cells.get("annual_kwh"):
        raise LookupError(
            _("no single row of homes with a need: add a row of kind « foyers » to participants.csv")
        )
    cells = rows[0].cells
    before, kwh = (float(plain_number(str(cells[name]))) for name in ("households", "annual_kwh"))
    after = before + count
    text = _("{name}: {after} homes in place of {before}, {mwh} MWh")
    need_kwh = kwh * after / before
    counts = {"after": _figure(after), "before": _figure(before), "mwh": _figure(need_kwh / 1000.0)}
    label = text.format(name=_name(rows[0]), **counts)
    path = f"participants.{cells.get('id')}"
    return label, [(f"{path}.households", int(after)), (f"{path}.annual_kwh", need_kwh)]


def __figure(source: RawFolder, spelt: Sequence[str], number: float, said: Sequence[str]) -> Understood:
    """Another power of a plant, or another need of a site where a unit of energy is said."""
    unit = next((word for word in said if word in NEEDS), "")
    _table, row = _single(source, spelt, ("participants",) if unit else ("plants",))
    id_ = row.cells.get("id")
    if unit:
        kwh = number * NEEDS[unit]
        column = "scale_to_kwh" if row.cells.get("curve") else "annual_kwh"
        label = _("{name}: {after} MWh a year").format(name=_name(row), after=_figure(kwh / 1000.0))
        return label, [(f"participants.{id_}.{column}", kwh)]
    text = _("{name}: {after} kWp in place of {before}")
    before = plain_number(str(row.cells.get("kwp") or "?"))
    label = text.format(name=_name(row), after=_figure(number), before=before)
    return label, [(f"plants.{id_}.kwp", number)]
