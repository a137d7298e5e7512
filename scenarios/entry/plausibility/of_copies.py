"""What a hand copied from another line, or turned round: names of parties, ticks, hours, weights, grants."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from gettext import gettext as _
from itertools import pairwise, zip_longest
from statistics import median

from acc.changes import What
from acc.i18n import is_french
from acc.sites import Kind
from scenarios.entry.columns.bill_columns import read_windows
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.input_columns import columns
from scenarios.entry.columns.names import CHANGES, PARTIES, PERSONS, QUOTES, french_word, plain, said
from scenarios.entry.columns.row_models import ChangeRow, PartyRow, PersonRow, QuoteRow
from scenarios.entry.columns.rows import read_rows
from scenarios.entry.columns.toml_text import section_values
from scenarios.entry.plausibility.of_rows import HOMES
from scenarios.entry.plausibility.rules import (
    Doubt,
    FolderPlaces,
    FolderToCheck,
    ImplausibleValue,
    PlausibilityRule,
    ReadLines,
    Remedy,
    rules,
)

DAY = 24 * 60
HOMES_NAMED = re.compile(r"\b(\d+) (logements?|appartements?|maisons)\b", re.IGNORECASE)
FEWEST_WEIGHTS = 4
SLIP_LETTERS = 5
"""With a letter more or less a shorter word is another word: cave, caves."""
PUBLIC = frozenset({Kind.COMMUNE, Kind.EPCI, Kind.PUBLIC})
OF_A_PARTY = ("legal_name", "siret", "signatory")


def copied_ticks(_folder: FolderToCheck, rule: PlausibilityRule, read: ReadLines) -> Iterator[Doubt]:
    """Yield a yes that all lines have, those of kinds that seldom do too: told once, at a home first."""
    filled = [(row, line) for row, line in read[rule.table] if getattr(line, rule.cell) is not None]
    odd = [(row, line) for row, line in filled if not re.fullmatch(rule.of, str(getattr(line, rule.over)))]
    if odd and len(filled) > rule.high and all(getattr(line, rule.cell) for _row, line in filled):
        row, line = min(odd, key=lambda pair: getattr(pair[1], rule.over) not in HOMES)
        kind = str(getattr(line, rule.over))
        message = _("yes on all {count} lines, of a line of kind {kind} too: was the cell dragged down?")
        text = message.format(count=len(filled), kind=french_word("kind", kind) if is_french() else kind)
        yield Doubt(rule.table, row, line, rule.cell, text)


def copied_party(folder: FolderToCheck) -> Iterator[Doubt]:
    """An official name, a SIRET or a signatory of another member: told of a line once, by their titles."""
    seen: dict[tuple[str, str], tuple[Row, object]] = {}
    members = _members(folder)
    for row, party in read_rows(folder.places.tables[PARTIES], PartyRow, []):
        copied, member = dict[str, Row](), members.get(party.id, party.id)
        for name in OF_A_PARTY:
            as_whom = party.signs_as if name == "signatory" else ""
            text = plain(f"{getattr(party, name) or ''} {as_whom or ''}")
            first, other = seen.setdefault((name, text), (row, member))
            if getattr(party, name) and other != member:
                copied[name] = first
        if copied:
            message = _("{titles}: as on line {line}, of another member. Copied?")
            titles = ", ".join(
                columns(PARTIES)[name].french.lower() if is_french() else name for name in copied
            )
            text = message.format(titles=titles, line=next(iter(copied.values())).line)
            yield Doubt("parties", row, party, next(iter(copied)), text)


def _members(folder: FolderToCheck) -> Mapping[str, object]:
    """By id of a site or a plant, whose it is; of public sites without a member, what they are."""
    whose: dict[str, object] = {}
    for _row, site in folder.participants:
        place = site.commune or site.insee if site.kind is Kind.COMMUNE else ""
        whose[site.id] = site.person or ((site.kind, place) if site.kind in PUBLIC else site.id)
    for _row, plant in folder.plants:
        owner = plant.person or plant.owner or plant.behind or plant.id
        whose[plant.id] = whose.get(owner, owner)
    return whose


def near_owner(folder: FolderToCheck) -> Iterator[Doubt]:
    """Yield an owner of a plant that nobody is, written almost like a site or a member of the folder."""
    persons = read_rows(folder.places.tables[PERSONS], PersonRow, [])
    named = [(site.id, site.name) for _row, site in folder.participants]
    named += [(person.id, person.name) for _row, person in persons]
    known = {plain(text): pair[0] for pair in named for text in pair if text}
    for row, plant in folder.plants:
        for cell in ("owner", "person"):
            text = plain(getattr(plant, cell) or "")
            if not text or text in known or not (near := next((k for k in known if _is_near(text, k)), None)):
                continue
            message = _("“{text}” is nobody of the folder, so one more member: did you mean {near}?")
            said_so = message.format(text=getattr(plant, cell), near=near)
            yield Doubt("plants", row, plant, cell, said_so, remedies=(Remedy({cell: known[near]}),))


def _is_near(text: str, other: str) -> bool:
    """Say whether two names differ by a slip in one word: the same letters in another order, or one of them.

    >>> _is_near("mairie de bergerca", "mairie de bergerac"), _is_near("cave sud", "cave nord")
    (True, False)
    """
    words = [(a, b) for a, b in zip_longest(text.split(), other.split(), fillvalue="") if a != b]
    if len(words) != 1 or re.search(r"\d", "".join(words[0])):
        return False
    left, right = map(Counter, words[0])
    odd = (left - right).total() + (right - left).total()
    return odd == 0 or (odd == 1 and min(map(len, words[0])) >= SLIP_LETTERS)


def larger_cheaper(folder: FolderToCheck) -> Iterator[Doubt]:
    """Yield a quote of a plant for more kWp and fewer euros than the one before it by power."""
    quotes = [pair for pair in read_rows(folder.places.tables[QUOTES], QuoteRow, []) if pair[1].capex_eur]
    quotes.sort(key=lambda pair: (pair[1].id, pair[1].kwp or 0.0))
    for (_row, less), (row, more) in pairwise(quotes):
        eur, fewer_eur = more.capex_eur or 0.0, less.capex_eur or 0.0
        kwp, fewer = more.kwp or 0.0, less.kwp or 0.0
        if less.id == more.id and kwp > fewer and eur < fewer_eur:
            message = _("{eur} € for {kwp} kWp, and {less} € for {fewer}: are the two exchanged?")
            text = message.format(eur=said(eur), less=said(fewer_eur), kwp=said(kwp), fewer=said(fewer))
            yield Doubt("quotes", row, more, "capex_eur", text)


def named_homes(folder: FolderToCheck) -> Iterator[Doubt]:
    """A number of homes beside the name of a site that says another one."""
    for row, site in folder.participants:
        spelt = HOMES_NAMED.search(site.name or "")
        if spelt and site.households and int(spelt[1]) != site.households:
            message = _("{count}, and the name says {homes}: are these the people who live there?")
            text = message.format(count=site.households, homes=spelt[0])
            remedies = (Remedy({"households": float(spelt[1])}),)
            yield Doubt("participants", row, site, "households", text, remedies=remedies)


def joins_late(folder: FolderToCheck) -> Iterator[Doubt]:
    """A site that comes in after the plant that it owns, or that is behind its meter, has begun to share."""
    read = read_rows(folder.places.tables[CHANGES], ChangeRow, [])
    started = {change.id for _row, change in read if change.what is What.STARTS}
    plants = [plant for _row, plant in folder.plants if plant.id not in started]
    for row, change in read:
        own = [p for p in plants if change.id in {p.behind, p.owner} and change.what is What.JOINS]
        if own and change.active and not (own[0].commissioned_on and own[0].commissioned_on >= change.since):
            message = _("{since}, and its plant {plant} shares from the first day: write when it starts too")
            text = message.format(since=change.since, plant=own[0].name or own[0].id)
            yield Doubt("changes", row, change, "since", text)


def turned_hours(text: str | None) -> str:
    """Hours whose start and end are likely exchanged, put right; empty where they are usual.

    >>> turned_hours("17:00-10:00"), turned_hours("22:00-06:00")
    ('10:00-17:00', '')
    """
    with suppress(ValueError):
        windows = read_windows(text)
        if len(windows) == 2 and windows[0][1] == DAY and windows[1][0] == 0:  # over midnight
            (start, _midnight), (_zero, end) = windows
            if not rules()["turned_hours"].is_usual((DAY - start + end) / 60.0):
                return f"{end // 60:02}:{end % 60:02}-{start // 60:02}:{start % 60:02}"
    return ""


def turned_windows(folder: FolderToCheck) -> Iterator[Doubt]:
    """Hours of a use that last nearly all day, over midnight."""
    for row, change in read_rows(folder.places.tables[CHANGES], ChangeRow, []):
        if right := turned_hours(change.hours):
            yield Doubt("changes", row, change, "hours", _turned(right), remedies=(Remedy({"hours": right}),))


def odd_loads(source: FolderPlaces) -> Iterator[ImplausibleValue]:
    """Yield the hours of movable loads that are turned round."""
    loads = source.sections.get("flexible")
    for rank, load in enumerate(loads if isinstance(loads, list) else (), start=1):
        own = section_values(load)
        for name in ("usual", "allowed"):
            if right := turned_hours(str(own.get(name) or "")):
                path = f"flexible.{own.get('participant')}.{name}"
                place = source.place("flexible", name, rank)
                about = columns("flexible")[name].french if is_french() else name
                yield ImplausibleValue(path, place, own[name], _turned(right), (), about, place)


def _turned(hours: str) -> str:
    return _("from one evening to nearly the next: start and end exchanged? Did you mean {hours}?").format(
        hours=hours
    )


def odd_weights(source: FolderPlaces) -> Iterator[ImplausibleValue]:
    """Yield a weight of a key that is far from those of all others."""
    keys = {f"keys.{name}": own for name, own in section_values(source.sections.get("keys")).items()}
    for section, own in {**keys, "key": source.sections.get("key")}.items():
        given = section_values(section_values(own).get("weights"))
        weights = {id_: float(n) for id_, n in given.items() if isinstance(n, int | float) and n > 0.0}
        for id_, weight in weights.items() if len(weights) >= FEWEST_WEIGHTS else ():
            others = [other for name, other in weights.items() if name != id_]
            low, high = rules()["odd_weight"].low * min(others), rules()["odd_weight"].high * max(others)
            if not low <= weight <= high:
                message = _("{id}: {weight}, and {usual} for most others: is the mark right?")
                text = message.format(id=id_, weight=said(weight), usual=said(median(others)))
                place = source.place(section, "weights")
                yield ImplausibleValue(f"{section}.weights.{id_}", place, weight, text, (), "", place)


def odd_grant(folder: FolderToCheck) -> Iterator[ImplausibleValue]:
    """Yield a grant of all plants that is that of a plant, or of all, once more, or most of the works."""
    grant, path = getattr(folder.section, "grant_eur", None), "finance.grant_eur"
    own = [plant.grant_eur for _row, plant in folder.plants if plant.grant_eur]
    usual = getattr(folder.section, "capex_eur_per_kwp", None) or 0.0
    works = [plant.capex_eur or usual * plant.kwp for _row, plant in folder.plants]
    most, message = rules()["grant_works"].high * sum(works), ""
    remedies: tuple[Remedy, ...] = ()
    if grant and grant in {*own, sum(own)}:
        message = _("{eur} €, which plants.csv gives too: they add up. Write it once")
        remedies = (Remedy({"grant_eur": 0.0}),)
    elif grant and all(works) and grant > most:
        message = _("{eur} €, and the works of all plants cost {works} €: usually {most} € at most")
    if grant and message:
        place, about = folder.places.place("finance", "grant_eur"), columns("finance")["grant_eur"].french
        text = message.format(eur=said(grant), works=said(sum(works)), most=said(most))
        yield ImplausibleValue(path, place, grant, text, remedies, about, place)
