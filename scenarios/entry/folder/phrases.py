"""The words of a meeting: « la cave part », « toit du gymnase 240 », « 90 euros », read over a folder.

A phrase is names of the folder, a number and one of a dozen verbs or units: no list of synonyms beyond. What
is understood is the label of the question, so that every screen and document repeats it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import replace
from datetime import date
from gettext import gettext as _
from gettext import ngettext

from acc.i18n import decimal, is_french
from acc.problem import Problem, refuse
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.names import plain, plain_number, word_of, words
from scenarios.entry.folder.raw import RawFolder
from scenarios.entry.folder.settings import Setting
from scenarios.entry.places.geography import commune_of
from scenarios.rates.table import read_rates


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


LEAVE = _set("part partent quitte quittent sort sortent sans retire retirer leaves without")
ENTER = _set("vient viennent entre entrent rejoint rejoignent avec joins with")
HOMES = _set("maison maisons logement logements foyer foyers homes houses")
EMPTY = _set("a au aux d de des du en et la le les l un une si ne pas the on of par passe mis cle key plus")
POWERS, NEEDS = _set("kwc kwp"), {"kwh": 1.0, "mwh": 1000.0}
PRICES = {
    "c": 10.0,
    **dict.fromkeys(_set("centime centimes"), 10.0),
    **dict.fromkeys(_set("eur euro euros prix price"), 1.0),
}
"""Words of a local price, and how many EUR/MWh one of it is: cents are of a kWh, the first said decides."""

AMOUNTS = _set("eur euro euros k cout cost")
CONNECTION = _set("raccordement connection")
SUPPLIERS = _set("fournisseur fournisseurs supplier suppliers")
PERCENT = "pourcent"
MARKET, ACCISE, YEAR = _set("marche market"), _set("accise excise"), _set("annee year")
LOSE, WHO = _set("perd perdent perdant perdants perdrait loses lose losers"), _set("qui who")
LOAN = _set("emprunt emprunte pret loan")
LATER = _set("an ans annee annees suivante plus tard apres dans year years later next")
UNITS = HOMES | POWERS | NEEDS.keys() | PRICES.keys() | CONNECTION
"""Words that a number stands beside: with one of them no verb says who leaves or enters."""

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
FIRST_YEAR, LAST_YEAR = 2000.0, 2100.0
VERBS_AND_UNITS = LEAVE | ENTER | UNITS | MARKET | ACCISE | {"km"}
NUMBER = re.compile(r"(?<![\w-])[-+−]?\d[\d\s\u00a0\u202f]*(?:[.,]\d+)?")
EXAMPLES = (
    "« la cave part », « toit du gymnase 240 », « 90 euros », « dix maisons », « parts égales », « 20 km », "
    "« fournisseurs au marché », « fournisseurs +10 % », « raccordement du gymnase 30 000 », "
    "« accise entière », « emprunt à 4 % », « qui perd », « en 2030 », « un an plus tard »"
)
MOST_NAMES = 4
"""Of those that a word may be."""

YEAR_PATH, LOOK_PATH = "year", "look"
"""Paths of the year of the plan that is looked at, and of what every answer tells: nothing is changed."""

MOST_PERCENT_OF_A_RATE = 30.0
"""Of a loan: above, it is the part that is borrowed."""


def settings_of_phrases(source: RawFolder, phrases: Sequence[str]) -> tuple[Setting, ...]:
    """Settings that phrases ask over a folder; the first of each phrase is labelled by what was understood.

    Raises:
        InputError: every phrase that is not understood, with what may be terms.
    """
    settings: list[Setting] = []
    problems: list[Problem] = []
    for phrase in (part for text in phrases for part in re.split(r";|,\s+", text)):
        try:
            understood = _read_all(source, phrase)
        except LookupError as fault:
            problems.append(Problem(f"« {phrase} »", str(fault.args[0])))
            continue
        for label, changes in understood:
            places = [f"--set {label}", *[""] * (len(changes) - 1)]
            pairs = zip(changes, places, strict=True)
            settings += [Setting(path, value, place) for (path, value), place in pairs]
    refuse(problems)
    return tuple(settings)


def without_year(settings: Sequence[Setting]) -> tuple[tuple[Setting, ...], int | None]:
    """Changes of phrases, and the year of the calendar to look at, None where they name none."""
    year = next((int(setting.value) for setting in settings if setting.path == YEAR_PATH), None)
    return tuple(setting for setting in settings if setting.path not in {YEAR_PATH, LOOK_PATH}), year


Understood = tuple[str, list[tuple[str, object]]]
"""A label, and the paths and values that it stands for."""


def _read_all(source: RawFolder, phrase: str) -> list[Understood]:
    """What a phrase asks; where it is nothing as a whole, what its parts around “et” ask.

    Raises:
        LookupError: nothing, or more than one thing.
    """
    try:
        return [_read(source, phrase)]
    except LookupError:
        parts = re.split(r"\s+(?:et|and)\s+", phrase)
        verb = next((word for word in plain(phrase).split() if word in LEAVE | ENTER), "")
        said = [
            part if set(plain(part).split()) & VERBS_AND_UNITS or NUMBER.search(part) else f"{part} {verb}"
            for part in parts
        ]
        if len(parts) > 1:
            with suppress(LookupError):
                return [_read(source, part) for part in said]
        raise


def _read(source: RawFolder, phrase: str) -> Understood:
    """What one phrase asks.

    Raises:
        LookupError: nothing, or more than one thing.
    """
    said = plain(NUMBER.sub(" ", phrase)).split()
    number = _number(phrase, said)
    names = [word for word in said if word not in {*EMPTY, *SPELT}]
    terms = set(names)
    spelt = (" ".join(names), " ".join(word for word in said if word not in {"cle", "key"}))
    if key := next(filter(None, (word_of("key", words) for words in spelt)), None):
        title = words("key")[key].french if is_french() else key
        return _("key {name}").format(name=title), [("key.name", key)]
    if terms & (LEAVE | ENTER) and not (number is not None and terms & UNITS):
        return _in_or_out(source, _words_of(phrase), enters=bool(ENTER & terms))
    if understood := _without_names(source, names, said, number):
        return understood
    if number is None or len(NUMBER.findall(phrase)) > 1:
        raise LookupError(_not_understood())
    return _with_number(source, names, number, said)


def _without_names(
    source: RawFolder, names: Sequence[str], said: Sequence[str], number: float | None
) -> Understood | None:
    """What words ask that are no name of the folder: the market, the accise, who loses, a later year.

    Raises:
        LookupError: a word beside.
    """
    terms = set(names)
    if terms & MARKET:
        _only(names, MARKET | SUPPLIERS | PRICES.keys())
        return _("suppliers at the price of the market"), [("prices.supply_at_market", True)]
    if terms & ACCISE:
        _only(names, ACCISE | _set("entiere pleine complete full in"))
        return _full_accise(number)
    if terms & LOSE and terms <= LOSE | WHO:
        return _("who loses"), [(LOOK_PATH, "losers")]
    start = _section(source, "operation").get("start")
    if isinstance(start, date) and terms and {*said} <= LATER | SPELT.keys() | {"un", "l", "d"}:
        year = start.year + int(number or 1.0)
        return _("in {year}").format(year=year), [(YEAR_PATH, year)]
    return None


def _with_number(source: RawFolder, names: Sequence[str], number: float, said: Sequence[str]) -> Understood:
    """What a number is said of: a distance, homes, a cost, a price, a year, else a power or a need.

    Raises:
        LookupError: nothing, or more than one thing.
    """
    terms = frozenset(names)
    if "km" in terms:
        _only(names, _set("km perimetre perimeter"))
        return _("perimeter {km} km").format(km=_figure(number)), [("operation.perimeter", f"{number:g}km")]
    if terms & HOMES:
        fewer = bool(terms & (LEAVE | _set("moins fewer")))
        spelt = sorted(terms - HOMES - LEAVE - ENTER - _set("moins fewer more"))
        return _homes(source, spelt, -number if fewer else number)
    if terms & CONNECTION:
        cost_eur = number * (1000.0 if "k" in terms else 1.0)
        return _connection(source, [word for word in names if word not in CONNECTION | AMOUNTS], cost_eur)
    if terms & (LOAN | SUPPLIERS | PRICES.keys()):
        return _loan(source, names, number) if terms & LOAN else _price(names, number)
    if not terms - YEAR and FIRST_YEAR <= number < LAST_YEAR:
        return _("in {year}").format(year=f"{number:g}"), [(YEAR_PATH, int(number))]
    return _power_or_need(source, [word for word in names if word not in {*POWERS, *NEEDS}], number, said)


def _price(names: Sequence[str], number: float) -> Understood:
    """Prices of the suppliers by percent, or the local price.

    Raises:
        LookupError: a word beside; a price of the suppliers that is no percent.
    """
    if SUPPLIERS & set(names):
        _only(names, SUPPLIERS | PRICES.keys() | {PERCENT})
        if PERCENT not in names:
            raise LookupError(_not_understood())
        text = _("suppliers {change} %").format(change=f"{'+' if number > 0 else ''}{_figure(number)}")
        return text, [("prices.supply_ratio", 1.0 + number / 100.0)]
    _only(names, PRICES.keys() | _set("local kwh mwh"))
    unit = next(word for word in PRICES if word in names)
    eur_per_mwh = number * PRICES[unit] * (1000.0 if 0.0 < number < 1.0 else 1.0)
    text = _("local price {price} €/MWh").format(price=_figure(eur_per_mwh))
    return text, [("prices.local_eur_per_mwh", eur_per_mwh)]


def _not_understood() -> str:
    return _("it is not understood: {examples}").format(examples=EXAMPLES)


def _only(names: Sequence[str], known: Set[str]) -> None:
    """Refuse words that would say nothing.

    Raises:
        LookupError: there are some.
    """
    if left := [word for word in names if word not in known]:
        text = _("“{words}” is not understood beside the rest: {examples}")
        raise LookupError(text.format(words=" ".join(left), examples=EXAMPLES))


def _full_accise(year: float | None) -> Understood:
    """Local kWh bear the accise in full from the first day of a year, else of the one that is announced."""
    announced = read_rates().rows("accise.local.full.year")[-1].value
    day = date(int(year or announced), 1, 1)
    text = (
        _("accise in full from {day}") if year else _("accise in full from {day} (announced by one source)")
    )
    return text.format(day=f"{day:%d/%m/%Y}"), [("prices.full_accise_from", day)]


def _loan(source: RawFolder, names: Sequence[str], number: float) -> Understood:
    """Years of the loan, its interest, or above what an interest may be, the part that is borrowed.

    Raises:
        LookupError: a word beside; the folder has no plan.
    """
    _only(names, LOAN | LATER | {PERCENT} | _set("taux interet rate"))
    finance = _section(source, "finance")
    if not finance:
        raise LookupError(_("no hypotheses for a plan (`[finance]`)"))
    if LATER & set(names):
        years = int(number)
        return _("loan over {years} years").format(years=years), [("finance.debt_years", years)]
    ratio = number / 100.0 if number >= 1.0 else number
    percent = _figure(100.0 * ratio)
    if number > MOST_PERCENT_OF_A_RATE:
        return _("{percent} % borrowed").format(percent=percent), [("finance.debt_ratio", ratio)]
    text = _("loan at {percent} %").format(percent=percent)
    if not finance.get("debt_ratio"):
        text += _(" (the folder borrows nothing: « emprunt 80 % »)")
    return text, [("finance.debt_interest_ratio", ratio)]


def _section(source: RawFolder, name: str) -> Mapping[str, object]:
    section = source.sections.get(name)
    return section if isinstance(section, Mapping) else {}


def _connection(source: RawFolder, spelt: Sequence[str], cost_eur: float) -> Understood:
    _table, row = _single(source, spelt, ("plants",))
    label = _("{name}: connection {eur} €").format(name=_name(row), eur=_figure(cost_eur))
    return label, [(f"plants.{row.cells.get('id')}.connection_eur", cost_eur)]


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
    joined = " ".join(spelt)
    exact = [
        pair
        for pair in rows
        if joined in {plain(str(pair[1].cells.get(column) or "")) for column in ("name", "id")}
    ]
    return exact or rows


def _alike(word: str, name: str) -> bool:
    """Whether two words begin alike: « toit » and « toiture »."""
    return name.startswith(word) or (len(name) > 3 and word.startswith(name))


def _single(source: RawFolder, spelt: Sequence[str], tables: Sequence[str]) -> tuple[str, Row]:
    """Return the row that a phrase names, or the only one where it names none.

    Raises:
        LookupError: none, with what may be terms; or several, by name.
    """
    rows = [pair for pair in _rows(source) if pair[0] in tables]
    if spelt and not (rows := _named(source, spelt, tables)):
        text = _("“{words}” is no name of the folder: {examples}")
        raise LookupError(text.format(words=" ".join(spelt), examples=EXAMPLES))
    if len(rows) == 1:
        return rows[0]
    names = list(dict.fromkeys(_name(row) for _table, row in rows))
    if len(names) < len(rows):
        names = [f"{_name(row)} ({row.cells.get('id')})" for _table, row in rows]
    if not names:
        raise LookupError(_not_understood())
    text = _("“{words}” may be {names}: say which one") if spelt else _("it may be {names}: say which one")
    raise LookupError(text.format(words=" ".join(spelt), names=_(", or ").join(_first(names))))


def _first(names: Sequence[str]) -> list[str]:
    """Return the first names, and how many others there are."""
    more = len(names) - MOST_NAMES
    others = [ngettext("{count} other", "{count} others", more).format(count=more)] if more > 0 else []
    return [*names[:MOST_NAMES], *others]


def _name(row: Row) -> str:
    return str(row.cells.get("name") or row.cells.get("id") or "")


def _in_or_out(source: RawFolder, spelt: Sequence[str], *, enters: bool) -> Understood:
    """Who leaves, with all that is theirs, or who enters; of a commune, all that stands there."""
    tables = ("persons", "participants", "plants")  # who is a member first: a roof has the name of its site
    named = next((table for table in tables if _named(source, spelt, (table,))), "plants")
    placed = _of_commune(source, spelt)
    rows = placed or [_single(source, spelt, (named,))]
    theirs = {own.path(): (where, own) for pair in rows for where, own in _theirs(source, *pair)}.values()
    _table, row = rows[0]
    text = _("with {name}") if enters else _("without {name}")
    label = text.format(name=_commune(row) if placed else _name(row))
    plants = [_name(own) for where, own in theirs if where == "plants" and own is not row]
    if placed:
        label += f" ({', '.join(_first(list(dict.fromkeys(_name(own) for _where, own in theirs))))})"
    elif plants:
        text = ngettext(" (and its plant: {names})", " (and its plants: {names})", len(plants))
        label += text.format(names=", ".join(plants))
    return label, [(f"{where}.{own.cells.get('id')}.active", enters) for where, own in theirs]


def _of_commune(source: RawFolder, spelt: Sequence[str]) -> list[tuple[str, Row]]:
    """Sites and plants of the commune that a phrase names, none where a row is called exactly so."""
    rows, said = list(_rows(source)), list(spelt)
    if any(
        said == _words_of(str(row.cells.get(key) or "")) for _table, row in rows for key in ("name", "id")
    ):
        return []
    return [
        (table, row)
        for table, row in rows
        if said and table != "persons" and _words_of(_commune(row)) == said
    ]


def _commune(row: Row) -> str:
    place = commune_of(str(row.cells.get("insee") or ""))
    return str(row.cells.get("commune") or (place.name if place else ""))


def _words_of(name: str) -> list[str]:
    """Return the words of a name that a phrase is left with."""
    return [word for word in plain(name).split() if word not in {*EMPTY, *LEAVE, *ENTER}]


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


def _homes(source: RawFolder, spelt: Sequence[str], count: float) -> Understood:
    """Homes more, or fewer, at a site of homes, the only one where none is named: its need in proportion."""
    rows = [row for row in source.participants if row.cells.get("households") and row.cells.get("annual_kwh")]
    if spelt or len(rows) > 1:
        _table, row = _single(
            replace(source, persons=None, participants=tuple(rows)), spelt, ("participants",)
        )
        rows = [row]
    if not rows:
        raise LookupError(
            _("no single row of homes with a need: add a row of kind « foyers » to participants.csv")
        )
    cells = rows[0].cells
    before, kwh = (float(plain_number(str(cells[name]))) for name in ("households", "annual_kwh"))
    after = before + count
    if after <= 0.0:
        text = _("{name} has {before} homes")
        raise LookupError(text.format(name=_name(rows[0]), before=_figure(before)))
    text = _("{name}: {after} homes in place of {before}, {mwh} MWh")
    need_kwh = kwh * after / before
    counts = {"after": _figure(after), "before": _figure(before), "mwh": _figure(need_kwh / 1000.0)}
    label = text.format(name=_name(rows[0]), **counts)
    path = f"participants.{cells.get('id')}"
    return label, [(f"{path}.households", int(after)), (f"{path}.annual_kwh", need_kwh)]


def _power_or_need(source: RawFolder, spelt: Sequence[str], number: float, said: Sequence[str]) -> Understood:
    """Another power of a plant, or another need of a site where a unit of energy is said."""
    if not spelt:
        raise LookupError(_not_understood())
    unit = next((word for word in said if word in NEEDS), "")
    _table, row = _single(source, spelt, ("participants",) if unit else ("plants",))
    id_ = row.cells.get("id")
    if unit:
        kwh = number * NEEDS[unit]
        column = "scale_to_kwh" if row.cells.get("curve") else "annual_kwh"
        label = _("{name}: {after} MWh a year").format(name=_name(row), after=_figure(kwh / 1000.0))
        return label, [(f"participants.{id_}.{column}", kwh)]
    if not number:  # as the page has a roof at nothing
        return _("without {name}").format(name=_name(row)), [(f"plants.{id_}.active", False)]
    text = _("{name}: {after} kWp in place of {before}")
    before = plain_number(str(row.cells.get("kwp") or "?"))
    label = text.format(name=_name(row), after=_figure(number), before=before)
    return label, [(f"plants.{id_}.kwp", number)]
