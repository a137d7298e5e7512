"""What is unlikely beside another figure, a day, another line: most rules are a line of the table alone.

Its `needs` says how it is judged: `ratio` of two cells (or of a cell and its site), `day` in years from the
first day that is studied, `same` and `spelling` of a cell on several lines; `words` of a cell that go with
those of another, `order` of two days, `both` filled or `equal`, `shape` of a text; `ticks`: see `of_copies`.
"""

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from gettext import gettext as _
from statistics import median_low
from typing import TypeVar, cast

from acc.changes import ADDED, What
from acc.i18n import decimal, is_french
from acc.sites import Kind, PlantKind, Position
from scenarios.entry.columns.bill_columns import energy_of, kva_of, read_horizon, read_shading, read_windows
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.input_columns import InputColumn, columns
from scenarios.entry.columns.meanings import added_kwh
from scenarios.entry.columns.names import (
    CHANGES,
    PARTICIPANTS,
    PARTIES,
    PERSONS,
    PLANTS,
    as_typed,
    french_word,
    plain,
    said,
    unit_of,
    words,
)
from scenarios.entry.columns.row_models import (
    ROWS,
    ChangeRow,
    ParticipantRow,
    PartyRow,
    PersonRow,
    PlantRow,
    SiteRow,
)
from scenarios.entry.columns.rows import position_of, read_rows
from scenarios.entry.places.geography import apart, distances_km, place_of
from scenarios.entry.plausibility.of_copies import (
    copied_party,
    copied_ticks,
    joins_late,
    larger_cheaper,
    named_homes,
    near_owner,
    turned_windows,
)
from scenarios.entry.plausibility.of_rows import HOMES
from scenarios.entry.plausibility.plant_kinds import ROOFS
from scenarios.entry.plausibility.remedies import M2_PER_KWP, shown_unit, unit_remedies
from scenarios.entry.plausibility.rules import (
    Doubt,
    FolderToCheck,
    ImplausibleValue,
    PlausibilityRule,
    ReadLines,
    Remedy,
    rules,
)

ValueT = TypeVar("ValueT")
DAYS_OF_A_YEAR = 365.25
SUM = (
    r"(sous total|subtotal)\b.*"
    r"|tota(l|ux)( (general|des|de|du|kwh|kwc|sites?|centrales?|membres?|toitures?)\b.*)?"
)
"""Names of lines of totals, plain; a filling station may be called Total."""

FEWEST_PLACED = 3
"""Sites and plants from which on one of them may be said to be far from the others."""

OF_A_STATION = frozenset({"poste", "source", "de", "du", "d", "la", "le", "hta", "bt"})
"""Words that may stand before the name of a substation."""

OF_A_SITE = {
    "need": (PARTICIPANTS, "annual_kwh", energy_of),
    "contract": (PARTICIPANTS, "kva", kva_of),
    "power": (PLANTS, "kwp", lambda plant: plant.kwp),
    "price": (PLANTS, "capex_eur", lambda plant: (plant.capex_eur or 0.0) / plant.kwp),
}
"""What a rule compares with: of the site or plant of this id, its column, how it is known."""


def odd_pairs(folder: FolderToCheck) -> Iterator[ImplausibleValue]:
    """Yield what is unlikely by the rules of ratios and of equal cells, then by those below."""
    finds = {"ratio": _odd_ratios, "same": _odd_equals, "spelling": _odd_equals, "ticks": copied_ticks}
    finds |= dict.fromkeys(("words", "order", "both", "equal", "shape"), _odd_cells)
    read = {file.removesuffix(".csv"): _lines(folder, file.removesuffix(".csv")) for file in ROWS}
    for rule in rules().values():
        if find := finds.get(rule.needs):
            yield from (doubt.as_problem(rule.id) for doubt in find(folder, rule, read))
    for name, own in OF_LINES.items():
        yield from (doubt.as_problem(name) for doubt in own(folder))


def odd_days(folder: FolderToCheck, start: date) -> Iterator[ImplausibleValue]:
    """Yield the days, or the years, that are far from the first day that is studied."""
    for rule in rules().values():
        for row, line in _lines(folder, rule.table) if rule.needs == "day" else ():
            day = getattr(line, rule.cell)
            if day is not None and not rule.is_usual(years_from(day, start)):
                message = _("{day}, for a study that begins on {start}: is the year right?")
                if rule.table == "plants" and years_from(day, start) > 0.0:
                    message = _("{day}, and it counts from {start}: write its start in changes.csv, not here")
                text = message.format(day=day, start=start)
                yield Doubt(rule.table, row, line, rule.cell, text).as_problem(rule.id)


def years_from(day: date | int, start: date) -> float:
    """Return the years from the first day that is studied to a day, or a year."""
    return day - start.year if isinstance(day, int) else (day - start).days / DAYS_OF_A_YEAR


def _lines(folder: FolderToCheck, table: str) -> Sequence[tuple[Row, SiteRow]]:
    """Lines of a table that can be read, those of sites and plants that take part."""
    if table in {"participants", "plants"}:
        return getattr(folder, table)  # type: ignore[no-any-return]
    file = f"{table}.csv"
    if file not in ROWS:  # a section
        return ()
    return read_rows(folder.places.tables[file], cast("type[SiteRow]", ROWS[file]), [])


def _odd_ratios(folder: FolderToCheck, rule: PlausibilityRule, read: ReadLines) -> Iterator[Doubt]:
    file, over, known = OF_A_SITE.get(rule.over, (f"{rule.table}.csv", rule.over, None))
    lines = folder.plants if file == PLANTS else folder.participants
    sites = {site.id: site for _row, site in lines}
    for row, line in read[rule.table]:
        site = sites.get(line.id)
        other = getattr(line, over, None) if known is None else known(site) if site else None
        if other and rule.over == "price":  # of a kWp of the plant, at the power of the line
            other *= line.kwp or 0.0  # type: ignore[union-attr]
        value, cell, high = getattr(line, rule.cell), rule.cell, rule.high
        if isinstance(line, ChangeRow) and rule.over == "contract" and line.what in ADDED:
            value, cell = added_kwh(line), next((n for n in SIZES if getattr(line, n) is not None), cell)
            hours = sum(end - start for start, end in _read(read_windows, line.hours)) / 60.0
            high = hours * DAYS_OF_A_YEAR or high
        is_other = rule.of and getattr(line, "what", None) != rule.of
        if is_other or not value or not other or rule.low <= value / other <= high:
            continue
        message = _(
            "{value} {unit}, and {title} {other} {others}: usually {bound} times at most. Check both."
        )
        if value < rule.low * other:
            message = _("{value} {unit}, and {title} {other} {others}: usually {bound} times at least.")
        title = columns(file)[over]
        figures = {
            "value": value,
            "other": other,
            "bound": high if value > rule.low * other else rule.low,
        }
        text = message.format(
            unit=shown_unit(unit_of(rule.cell)),
            title=_title_of(title),
            others=shown_unit(unit_of(over)),
            **{name: said(figure) for name, figure in figures.items()},
        ).replace(" ,", ",")
        # Of two prices of one unit, the one may stand in the cell of the other.
        swapped = Remedy({rule.cell: other, over: value}, _("Exchanged?"))
        remedies = (swapped,) if rule.high == 1.0 else tuple[Remedy, ...]()
        if rule.low > 0.0 and rule.over != "price":
            bounds, column = (rule.low * other, rule.high * other), columns(f"{rule.table}.csv")[rule.cell]
            remedies = unit_remedies(column, {rule.cell: value}, {}, bounds)
        yield Doubt(rule.table, row, line, cell, text, remedies=remedies)


def _odd_equals(_folder: FolderToCheck, rule: PlausibilityRule, read: ReadLines) -> Iterator[Doubt]:
    """Yield the cells that say what another line says, or say it in another spelling."""
    seen: dict[str, tuple[Row, str]] = {}
    is_spelling = rule.needs == "spelling"
    lines = [(table, row, line) for table in rule.table.split("+") for row, line in read[table]]
    for table, row, line in lines:
        cell = next((name for name in rule.cell.split("+") if getattr(line, name, None)), "")
        text, other = str(getattr(line, cell, "")), str(getattr(line, rule.over, "") or "")
        kept = [word for word in plain(text).split() if not (is_spelling and word in OF_A_STATION)]
        first, before = seen.setdefault(" ".join(kept), (row, text if is_spelling else other))
        message = _("the same as in {place}: one of the two is wrong")
        if is_spelling:
            message = _("spelled otherwise in {place}, “{before}”: they count as two")
        remedies = (Remedy({rule.cell: before}),) if is_spelling else ()
        is_elsewhere = "+" not in rule.table or is_spelling or first.file != row.file
        if (
            text
            and re.fullmatch(rule.of or ".*", text)
            and first is not row
            and is_elsewhere
            and (before != text if is_spelling else not rule.over or other != before)
        ):
            filled = message.format(place=first.path(), before=before)
            yield Doubt(table, row, line, cell, filled, remedies=remedies)


def _odd_cells(_folder: FolderToCheck, rule: PlausibilityRule, read: ReadLines) -> Iterator[Doubt]:
    """Yield the cells that do not go with another one of their line, or of who has their id."""
    lines: dict[str, list[tuple[str, SiteRow]]] = {}
    for own in ("persons", "participants", "plants", "quotes") if rule.over else ():
        for _row, line in read[own]:
            for id_ in dict.fromkeys(
                (line.id, getattr(line, "person", None) if own == "participants" else None)
            ):
                lines.setdefault(str(id_), []).append((own, line))
    tables = [table for table in rule.table.split("+") if f"{table}.csv" in ROWS]
    for table, row, line in [(own, *pair) for own in tables for pair in read[own]]:
        holders = [(table, line), *lines.get(line.id, ())]
        values = ((own, getattr(holder, rule.over, None)) for own, holder in holders if rule.over)
        own, other = next(((own, value) for own, value in values if value), (table, None))
        cell = next((name for name in rule.cell.split("+") if getattr(line, name, None)), rule.cell)
        value = getattr(line, cell, None)
        if not value or (rule.over and not other) or not _is_odd_pair(rule, value, other):
            continue
        message = _("“{value}”: is it in the right cell, and whole?")
        if rule.cell == "address":  # documents print doubts, never where somebody lives
            message = _("a postal code has five digits")
        if rule.over:
            message = _("{value}, and {title} {other}: which of the two is right?")
        column, title = columns(f"{table}.csv")[cell], columns(f"{own}.csv").get(rule.over)
        written = row.cells.get(cell, value)
        words = {"title": _title_of(title), "other": _word_of(title, other)}
        text = message.format(value=_word_of(column, value) if column.list_name else written, **words)
        yield Doubt(table, row, line, cell, text)


def _is_odd_pair(rule: PlausibilityRule, value: object, other: object) -> bool:
    """Return whether a cell does not go with another one, as the rule has it; see the module."""
    if rule.needs == "order":
        days = isinstance(value, date) and isinstance(other, date)
        return days and (value < other if rule.of == "<" else value > other)  # type: ignore[operator]
    named, _sign, allowed = rule.of.partition(" > ")
    is_named = re.fullmatch(named, str(value), re.IGNORECASE) is not None
    if rule.needs == "words":
        return is_named and re.fullmatch(allowed, str(other), re.IGNORECASE) is None
    return is_named if rule.needs == "shape" else rule.needs == "both" or value == other


def is_odd_shape(rule: PlausibilityRule, value: object) -> bool:
    """Return whether the text of a setting is not of the shape that its rule asks for."""
    return rule.needs == "shape" and _is_odd_pair(rule, value, None)


def _title_of(column: InputColumn | None) -> str:
    if column is None or not is_french():
        return column.id if column else ""
    return column.french if column.french[1:2].isupper() else column.french[:1].lower() + column.french[1:]


def _word_of(column: InputColumn | None, value: object) -> str:
    """Return a value as a sentence says it: as its list calls it."""
    if isinstance(value, float):
        return said(value)
    name = column.list_name if column else ""
    return french_word(name, str(value)) if name and is_french() else str(value)


def host_owner(folder: FolderToCheck) -> Iterator[Doubt]:
    """A plant behind the meter of another person, which pays nothing for what it uses of it."""
    persons = {site.id: site.person or site.id for _row, site in folder.participants}
    for row, plant, host in folder.hosted:
        owner = plant.person or persons.get(plant.owner or "", plant.owner)
        if owner and owner != (host.person or host.id) and not plant.own_use_eur_per_mwh:
            message = _(
                "behind the meter of {host}, and it belongs to {owner}: {host} would pay nothing for what it "
                "uses of it. Write that price, or the right meter, or owner"
            )
            yield Doubt(
                "plants", row, plant, "behind", message.format(host=host.name or host.id, owner=owner)
            )


def host_place(folder: FolderToCheck) -> Iterator[Doubt]:
    """A plant far from the meter behind which it stands."""
    for row, plant, host in folder.hosted:
        km = float(distances_km([position_of(plant), position_of(host)])[0, 1])
        if km > rules()["host_place"].high:
            message = _("{km} km from {host}, behind whose meter it is said to stand")
            yield Doubt(
                "plants", row, plant, "behind", message.format(km=said(km), host=host.name or host.id)
            )


def _at_a_site(folder: FolderToCheck) -> Iterator[tuple[Row, PlantRow, ParticipantRow]]:
    """Yield the roofs that stand at the very point of a site, homes apart, with that site."""
    points = {position_of(site): site for _row, site in folder.participants if site.kind not in HOMES}
    for row, plant in folder.plants:
        site = points.get(position_of(plant)) if position_of(plant) else None
        if site and plant.kind in {None, PlantKind.ROOF}:
            yield row, plant, site


def lent_roof(folder: FolderToCheck) -> Iterator[Doubt]:
    """A roof at the point of a site whose owner is of another kind, and nobody said to lend it."""
    persons = read_rows(folder.places.tables[PERSONS], PersonRow, [])
    kinds = {site.id: site.kind for _row, site in folder.participants}
    kinds |= {person.id: person.kind for _row, person in persons if person.kind}
    for row, plant, site in _at_a_site(folder):
        owner = plant.person or plant.owner
        is_lent = plant.behind or plant.landlord or plant.rent_eur_per_year is not None
        if owner in {None, site.id, site.person} or is_lent or kinds.get(str(owner)) in {None, site.kind}:
            continue
        message = _(
            "{owner}, and the roof stands at {site}: is it the right one? Else write the landlord, or a rent"
        )
        text = message.format(owner=owner, site=site.name or site.id)
        yield Doubt("plants", row, plant, "person" if plant.person else "owner", text)


def public_roof(folder: FolderToCheck) -> Iterator[Doubt]:
    """More power than the roof of a public building holds."""
    rule = rules()["public_roof"]
    for row, plant, site in _at_a_site(folder):
        if site.kind is not Kind.COMPANY and not rule.is_usual(plant.kwp):
            message = _("{kwp} kWp at {site}, some {area} m² of modules: {most} kWp at most, usually")
            words = {"kwp": plant.kwp, "area": plant.kwp * M2_PER_KWP, "most": rule.high}
            text = message.format(site=site.name or site.id, **{name: said(n) for name, n in words.items()})
            yield Doubt("plants", row, plant, "kwp", text)


def middle_of(folder: FolderToCheck) -> Position | None:
    """Return where the sites and the plants are, in the middle; None of too few that are placed."""
    places = [place for _table, _row, site in folder.sites if (place := place_of(site))]
    if len(places) < FEWEST_PLACED:
        return None
    sides = ((place.latitude_deg, place.longitude_deg) for place in places)
    return Position(*map(median_low, zip(*sides, strict=True)))


def far_place(folder: FolderToCheck) -> Iterator[Doubt]:
    """A site or a plant that no perimeter holds with the others."""
    sites, most_km = [*folder.sites], rules()["far_place"].high
    places = [middle_of(folder), *(place_of(site) for _table, _row, site in sites)]
    each_km = apart(places).between([0], range(1, len(places)))[0].tolist()
    for (table, row, site), km in zip(sites, each_km, strict=True):
        if km > most_km:  # not where one of the two is not known
            message = _("{km} km from the others: is it the right place?").format(km=decimal(km, 0))
            yield Doubt(table, row, site, "latitude" if site.latitude else "commune", message)


def named_person(folder: FolderToCheck) -> Iterator[Doubt]:
    """A site or a plant that is called as a member is, and given to another."""
    lines = read_rows(folder.places.tables[PERSONS], PersonRow, [])
    named = {plain(person.name): person.id for _row, person in lines if person.name}
    for table, row, site in folder.sites:
        id_ = named.get(plain(site.name or ""))
        if id_ and site.person and site.person != id_:
            message = _("“{name}” is a member’s name too, {id}: is it another one’s?")
            yield Doubt(table, row, site, "person", message.format(name=site.name, id=id_))


def other_holder(folder: FolderToCheck) -> Iterator[Doubt]:
    """A holder of the contract who is another member: its line is told, not its name, which a paper keeps."""
    lines = read_rows(folder.places.tables[PARTIES], PartyRow, [])
    named = {plain(party.legal_name): (row, party.id) for row, party in lines if party.legal_name}
    owners = {site.id: site.person for _row, site in folder.participants}
    for row, party in lines:
        other, id_ = named.get(plain(party.holder or ""), (row, party.id))
        if id_ not in {party.id, owners.get(party.id)}:
            message = _("the official name of {place}: is it another one’s?").format(place=other.path())
            yield Doubt("parties", row, party, "holder", message)


def public_buyer(folder: FolderToCheck) -> Iterator[Doubt]:
    """A commune or an EPCI that is said to buy by no public procurement."""
    for row, person in read_rows(folder.places.tables[PERSONS], PersonRow, []):
        if person.kind in {Kind.COMMUNE, Kind.EPCI} and person.public_buyer is False:
            message = _("no, and it is a commune or an EPCI: it buys by the code of public procurement")
            kinds = {site.kind for _row, site in folder.participants if site.person == person.id} - HOMES
            yes = (Remedy({"public_buyer": _("yes")}),) if kinds <= {person.kind} else ()
            yield Doubt("persons", row, person, "public_buyer", message, remedies=yes)


def plant_name(folder: FolderToCheck) -> Iterator[Doubt]:
    """A plant whose name is of a roof, and whose kind is not."""
    for row, plant in folder.plants:
        name = plant.name or plant.id
        if plant.kind not in {None, PlantKind.ROOF} and ROOFS & set(plain(name).split()):
            message = _("“{name}” sounds like a roof: is another kind chosen on purpose?")
            roof = words("plant_kind")[PlantKind.ROOF].french if is_french() else str(PlantKind.ROOF)
            remedies = (Remedy({"kind": roof}),)
            yield Doubt("plants", row, plant, "kind", message.format(name=name), remedies=remedies)


def subtotal(folder: FolderToCheck) -> Iterator[Doubt]:
    """A line of totals among the sites or the plants."""
    of_site = _("“{name}” is counted as a site: a line of totals begins with #, or is deleted")
    of_plant = _("“{name}” is counted as a plant: a line of totals begins with #, or is deleted")
    tables: tuple[tuple[str, str, Sequence[tuple[Row, SiteRow]]], ...] = (
        ("participants", of_site, folder.participants),
        ("plants", of_plant, folder.plants),
    )
    for table, message, lines in tables:
        for row, site in lines:
            if re.fullmatch(SUM, plain(site.name or site.id)):
                text = message.format(name=site.name or site.id)
                yield Doubt(table, row, site, "name" if site.name else "id", text)


def same_place(folder: FolderToCheck) -> Iterator[Doubt]:
    """Many sites at one point, homes apart: told once."""
    placed = [(row, site) for row, site in folder.participants if site.latitude and site.kind not in HOMES]
    counts = Counter((site.latitude, site.longitude) for _row, site in placed)
    for point, count in counts.items():
        if not rules()["same_place"].is_usual(count):
            row, site = next(line for line in placed if (line[1].latitude, line[1].longitude) == point)
            message = _("{count} sites at this very point: was the place copied? A map gives that of each")
            yield Doubt("participants", row, site, "latitude", message.format(count=count))


def horizon(folder: FolderToCheck) -> Iterator[Doubt]:
    """A horizon that hides nearly all of the sky."""
    for row, plant in folder.plants:
        highest = max(_read(read_horizon, plant.horizon_deg), default=0.0)
        if not rules()["horizon"].is_usual(highest):
            message = _("a horizon of {degrees}°, as at the foot of a wall: heights above the ground?")
            yield Doubt("plants", row, plant, "horizon_deg", message.format(degrees=said(highest)))


def shading(folder: FolderToCheck) -> Iterator[Doubt]:
    """Shades that take nearly all: what is kept, in place of what is lost."""
    for row, plant in folder.plants:
        lost = _read(read_shading, plant.shading_ratio)
        if lost and not rules()["shading"].is_usual(sum(lost) / len(lost)):
            kept = " ".join(as_typed(1.0 - ratio) for ratio in lost)
            message = _("{percent} % of the sun is lost: are these the parts that are kept?")
            text = message.format(percent=said(100.0 * sum(lost) / len(lost)))
            remedy = Remedy({"shading_ratio": kept}, _("Did you mean {near}?").format(near=kept))
            yield Doubt("plants", row, plant, "shading_ratio", text, remedies=(remedy,))


def _read(read: Callable[[str | None], tuple[ValueT, ...]], text: str | None) -> tuple[ValueT, ...]:
    """Values of a cell that holds several; none where it cannot be read, which is told there."""
    with suppress(ValueError):
        return read(text)
    return ()


SIZES = ("kwh", "fuel_kwh", "km", "quantity", "ratio")


def same_change(folder: FolderToCheck) -> Iterator[Doubt]:
    """The same change of a site on two lines, at one date or at two."""
    seen: dict[Hashable, Row] = {}
    for row, change in _counted(folder):
        size = tuple(getattr(change, name) for name in SIZES)
        first = seen.setdefault((change.id, change.what, size), row)
        if first is not row:
            message = _("the change of line {line} once more: it counts twice. Delete one of the lines")
            yield Doubt("changes", row, change, "what", message.format(line=first.line))


def after_closing(folder: FolderToCheck) -> Iterator[Doubt]:
    """A change of a site that is closed, or left, by then."""
    changes = _counted(folder)
    ended = {c.id: c for _row, c in changes if c.what in {What.CLOSES, What.LEAVES} and not c.until}
    for row, change in changes:
        end = ended.get(change.id)
        if end and change is not end and change.since >= end.since and change.what is not What.JOINS:
            message = _("{since}, and {site} closes, or leaves, on {day}: which of the two is right?")
            text = message.format(since=change.since, site=change.id, day=end.since)
            yield Doubt("changes", row, change, "since", text)


def _counted(folder: FolderToCheck) -> list[tuple[Row, ChangeRow]]:
    read = read_rows(folder.places.tables[CHANGES], ChangeRow, [])
    return [(row, change) for row, change in read if change.active]


_FUNCTIONS: tuple[Callable[[FolderToCheck], Iterator[Doubt]], ...] = (
    *(public_buyer, plant_name, subtotal, same_place, horizon, shading, same_change, after_closing),
    *(host_owner, host_place, lent_roof, public_roof, far_place, named_person),
    *(other_holder, copied_party, near_owner, named_homes, joins_late, turned_windows),
    larger_cheaper,
)
OF_LINES = {find.__name__: find for find in _FUNCTIONS}
"""By rule of the table, what finds it."""
