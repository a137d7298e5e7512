"""What is unlikely in a folder but its curves: figures alone, then all of it together.

Usual ranges stand on the line of their column or setting, `scenarios/data/input_columns.csv`: wide enough for
a real site, narrow enough that a figure a thousand times too large or too small falls out. `[[accepted]]`
keeps a stated oddity quiet.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from difflib import get_close_matches
from functools import cache
from gettext import gettext as _
from math import isnan
from typing import cast

from pydantic import BaseModel

from acc.i18n import is_french
from acc.sites import Kind, PlantKind
from scenarios.entry.columns.bill_columns import FIVE_SLOTS, MONTHS, TWO_SLOTS, kept_bill, kva_of, read_powers
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.input_columns import UsualRange, columns, every_setting
from scenarios.entry.columns.names import (
    CHANGES,
    PARTICIPANTS,
    PERSONS,
    PLANTS,
    QUOTES,
    as_typed,
    said,
    unit_of,
    words,
)
from scenarios.entry.columns.row_models import (
    ROWS,
    OperationSection,
    ParticipantRow,
    PlantRow,
    SiteRow,
)
from scenarios.entry.columns.rows import alike, read_rows, written_ids
from scenarios.entry.places.oddities import place_oddities
from scenarios.entry.plausibility.of_copies import odd_grant
from scenarios.entry.plausibility.of_pairs import is_odd_shape
from scenarios.entry.plausibility.of_rows import odd_local_price
from scenarios.entry.plausibility.plant_kinds import spoken_kind
from scenarios.entry.plausibility.remedies import (
    M2_PER_KWP,
    figure_in,
    is_in_middle,
    shown_unit,
    unit_remedies,
    with_proven,
)
from scenarios.entry.plausibility.rules import (
    FolderPlaces,
    FolderToCheck,
    ImplausibleCell,
    ImplausibleValue,
    Remedy,
    in_cell,
    rules,
)

MOST_DAYS_APART = 6
"""Days of tables from which on the first day itself is doubted, not each of them."""

MOST_DAYS, USUAL_RATES = 366, timedelta(days=1100)
"""A study is of one year; its tariffs are of some three years around it."""

MOST_ALONE = 2
"""Figures that do not go with the power of a plant: from so many on, the power itself is doubted."""

LARGE_KWP = 36.0
"""A power above which a figure may be that of an area."""

ALIKE = 1.45
"""Two months in a row that are as often one another are alike."""

UNEVEN = 200.0
"""A poste or a month so many times smaller than the largest one is likely in another unit."""


@cache
def usual_ranges(table: str) -> Mapping[str, tuple[UsualRange, ...]]:
    """Return the usual ranges of a table or section, by column."""
    return {column.id: column.usual for column in columns(table).values() if column.usual}


def row_oddities(
    source: FolderPlaces,
    participants: Sequence[tuple[Row, ParticipantRow]],
    plants: Sequence[tuple[Row, PlantRow]],
    of_participants: Iterable[ImplausibleValue] | None = None,
) -> Iterator[ImplausibleValue]:
    """Yield implausible values in the rows of the tables, one by one."""
    yield from participant_oddities(participants) if of_participants is None else of_participants
    ids = [member.id for _row, member in participants]
    ids += written_ids(source.tables[PERSONS])
    for file in (PARTICIPANTS, PLANTS, PERSONS):
        for row, text in alike(source.tables[file]):
            name = str(row.cells["id"])
            yield in_cell(file.removesuffix(".csv"), row, name, ImplausibleCell("id", name, text))
    cells: list[tuple[str, Row, SiteRow, Iterator[ImplausibleCell]]] = []
    cells += [("plants", row, plant, _plant(plant, ids)) for row, plant in plants]
    for file in (PERSONS, QUOTES, CHANGES):
        read = read_rows(source.tables[file], cast("type[SiteRow]", ROWS[file]), [])
        cells += [(file.removesuffix(".csv"), row, line, _figures(file, line)) for row, line in read]
    for table, row, line, odds in cells:
        for odd in odds:
            yield in_cell(table, row, line.id, odd)


def participant_oddities(participants: Iterable[tuple[Row, ParticipantRow]]) -> Iterator[ImplausibleValue]:
    """Yield implausible values in the rows of the participants."""
    for row, member in participants:
        for odd in _participant(member):
            yield in_cell("participants", row, member.id, odd)


def _participant(member: ParticipantRow) -> Iterator[ImplausibleCell]:
    powers_kva: Sequence[float] = ()
    with suppress(ValueError):  # what is no power is told where the cell is read
        powers_kva = read_powers(member.kva)
    kva = max(powers_kva, default=None)
    per = {"kva": kva_of(member), "households": float(member.households) if member.households else None}
    kinds = (member.profile or "", str(member.kind))
    if member.kind is Kind.HOUSEHOLD:  # a home has the profile of many
        kinds = kinds[::-1]
    values = {name: getattr(member, name) for name in usual_ranges(PARTICIPANTS) if name != "kva"}
    energy = _energy(member)
    values.pop("annual_kwh")
    of_powers = ([*_unusual(PARTICIPANTS, "kva", kw, kinds, per)] for kw in powers_kva)
    for odd in next(filter(None, of_powers), ()):
        yield replace(odd, remedies=tuple(_each_power(powers_kva, remedy) for remedy in odd.remedies))
    if energy and not (kva is not None and not 1.0 <= kva <= 12000.0):
        yield from _unusual(PARTICIPANTS, "annual_kwh", sum(energy.values()), kinds, per, energy)
    for name, value in values.items():
        yield from _unusual(PARTICIPANTS, name, value, kinds, per)
    yield from _uneven(member)
    yield from _free(member)
    yield from _place(member)


def _each_power(powers_kva: Sequence[float], remedy: Remedy) -> Remedy:
    """Remedy of the first of several powers, brought to all of them."""
    factor = float(remedy.cells["kva"]) / powers_kva[0]
    return replace(remedy, cells={"kva": "/".join(as_typed(kva * factor) for kva in powers_kva)})


def _free(member: ParticipantRow) -> Iterator[ImplausibleCell]:
    """Yield a supplier's price of zero: an unknown one is an empty cell."""
    for name in usual_ranges(PARTICIPANTS):
        if name.startswith("supply_") and getattr(member, name) == 0.0:
            message = _("0: free energy? Leave the cell empty where the price is not known")
            yield ImplausibleCell(name, 0.0, message)


def _energy(member: ParticipantRow) -> dict[str, float]:
    """Return the cells that say the energy of a year, by column; none where it is not known."""
    bill = kept_bill(member)
    if member.annual_kwh is not None:
        return {"annual_kwh": member.annual_kwh}
    if bill is None or bill.total_kwh is None:
        return {}
    for names in (FIVE_SLOTS, TWO_SLOTS, MONTHS):
        known = {f"{name}_kwh": getattr(member, f"{name}_kwh") for name in names}
        if cells := {name: kwh for name, kwh in known.items() if kwh is not None}:
            return cells
    return {}


def _plant(plant: PlantRow, known: Sequence[str]) -> Iterator[ImplausibleCell]:
    per = {"kwp": plant.kwp, "capex_eur": plant.capex_eur}
    kinds = (str(plant.kind or "roof"),)
    unusual = list(_unusual(PLANTS, "kwp", plant.kwp, kinds, per))
    yield from unusual
    per_power = [name for name, usual in usual_ranges(PLANTS).items() if "kwp" in {r.per for r in usual}]
    odd = {name: list(_unusual(PLANTS, name, getattr(plant, name), kinds, per)) for name in per_power}
    if not unusual:
        yield from _of_power(plant, {name: cells[0] for name, cells in odd.items() if cells})
    for name in usual_ranges(PLANTS):
        if name != "kwp" and name not in per_power:
            yield from _unusual(PLANTS, name, getattr(plant, name), kinds, per)
    if plant.owner and plant.owner not in known:
        near = get_close_matches(plant.owner, known, n=1, cutoff=0.8)
        if near:
            text = _("{owner} is nobody of the tables.").format(owner=plant.owner)
            remedy = Remedy({"owner": near[0]}, _("Did you mean {near}?").format(near=near[0]))
            yield ImplausibleCell("owner", plant.owner, text, (remedy,))
    spoken = spoken_kind(plant)
    if spoken:
        others = [kind for kind in spoken.kinds if kind is not PlantKind.ROOF]
        kind = words("plant_kind")[others[0]].french if is_french() else str(others[0])
        remedies = (Remedy({"kind": kind}),) if len(others) == 1 else ()
        yield ImplausibleCell("kind", str(PlantKind.ROOF), spoken.message, remedies)
    yield from _place(plant)


def _of_power(plant: PlantRow, odd: Mapping[str, ImplausibleCell]) -> Iterator[ImplausibleCell]:
    """Yield the figures that do not go with the power of a plant; several of them speak of the power."""
    bounds = {name: next((r.low, r.high) for r in usual_ranges(PLANTS)[name] if r.per) for name in odd}
    by_kwp = {name: getattr(plant, name) / plant.kwp for name in odd}
    sides = {by_kwp[name] < low for name, (low, _high) in bounds.items()}
    price = by_kwp.get("capex_eur", 0.0) * M2_PER_KWP
    is_area = (
        sides == {True} and plant.kwp > LARGE_KWP and price > 0.0 and is_in_middle(price, bounds["capex_eur"])
    )
    is_power = len(odd) >= MOST_ALONE and len(sides) == 1 and not any(c.remedies for c in odd.values())
    if not (is_power or is_area):
        yield from odd.values()
        return
    titles = {name: column.french.lower() for name, column in columns(PLANTS).items()}
    others = ", ".join(
        f"{titles[name]} {said(getattr(plant, name))} {shown_unit(unit_of(name))}" for name in odd
    )
    message = _("{kwp} kWp beside {figures}: check the power")
    if is_area:
        message = _("{kwp} kWp beside {figures}: are they m²? 1 kWp takes some 5 m²: write the kWp")
    yield ImplausibleCell("kwp", plant.kwp, message.format(kwp=said(plant.kwp), figures=others))


def _figures(table: str, line: SiteRow) -> Iterator[ImplausibleCell]:
    """Figures of a line, each beside those that its usual ranges are by."""
    usual, kind = usual_ranges(table), str(getattr(line, "what", ""))
    per = {span.per: getattr(line, span.per, None) for spans in usual.values() for span in spans}
    per["part"] = 1.0 if any(span.of == kind for span in usual.get("ratio", ())) else None
    for name in usual:
        yield from _unusual(table, name, getattr(line, name), (kind,), per)


def _place(site: SiteRow) -> Iterator[ImplausibleCell]:
    for column, message, likely in place_oddities(site):
        remedies = [Remedy({column: name}, _("Did you mean {near}?").format(near=name)) for name in likely]
        yield ImplausibleCell(column, getattr(site, column), message, tuple(remedies))


def _uneven(member: ParticipantRow) -> Iterator[ImplausibleCell]:
    """Yield a poste or a month that is hundreds of times smaller, or larger, than the others."""
    for names in ((*FIVE_SLOTS, *TWO_SLOTS), MONTHS):
        given = {f"{n}_kwh": getattr(member, f"{n}_kwh") for n in names}
        kwh = {name: value for name, value in given.items() if value}
        mean = member.annual_kwh / len(MONTHS) if member.annual_kwh and names is MONTHS else 0.0
        if not kwh:
            continue
        largest = max(kwh, key=lambda name: kwh[name])
        rest = [value for name, value in kwh.items() if name != largest]
        if len(rest) > 1 and kwh[largest] > UNEVEN * max(rest):
            yield _other_unit(largest, kwh[largest])
            continue
        if names is MONTHS:
            yield from _digit_less(kwh)
        for name, value in kwh.items():
            if value < max(kwh[largest], mean) / UNEVEN:
                yield _other_unit(name, value, max(kwh[largest], mean))


def _digit_less(kwh: Mapping[str, float]) -> Iterator[ImplausibleCell]:
    """Yield a month ten times below those beside it, which are alike: a digit is lost."""
    months = list(kwh.items())
    for (_b, before), (name, value), (_a, after) in zip(months, months[1:], months[2:], strict=False):
        is_alike = max(before, after) < ALIKE * min(before, after)
        if is_alike and 1.0 / ALIKE < 20.0 * value / (before + after) < ALIKE:
            text = _("{value} kWh, ten times less than the months beside it: is a digit lost?")
            yield ImplausibleCell(
                name, value, text.format(value=said(value)), (Remedy({name: 10.0 * value}),)
            )


def _other_unit(column: str, poste_kwh: float, largest_kwh: float = 0.0) -> ImplausibleCell:
    """A poste or a month that is far from the others, the largest of which is given where it is below."""
    text = _("{value} kWh, far from the others.").format(value=said(poste_kwh))
    bounds = (largest_kwh / UNEVEN, largest_kwh) if largest_kwh else (poste_kwh / 1001.0, poste_kwh / 999.0)
    return ImplausibleCell(
        column, poste_kwh, text, unit_remedies(columns(PARTICIPANTS)[column], {column: poste_kwh}, {}, bounds)
    )


def _unusual(
    table: str,
    column: str,
    value: float | str | None,
    kinds: Sequence[str],
    per: Mapping[str, float | None],
    parts: Mapping[str, float] | None = None,
) -> Iterator[ImplausibleCell]:
    """Yield a figure out of its usual range, once, with what it may be in another unit; 0 means none.

    Args:
        parts: cells that add up to it, by column.
    """
    if isinstance(value, str):  # one price, or the name of a contract
        value = figure_in(value)
    if not value or isnan(value):
        return
    usual = [u for u in usual_ranges(table)[column] if not u.of or u.of in kinds]
    named = next((u for kind in kinds for u in usual if u.of == kind), None)
    spans = [(u, per.get(u.per) if u.per else 1.0) for u in usual if not u.of or u is named]
    bounds = [(span.low * divisor, span.high * divisor) for span, divisor in spans if divisor]
    if all(low <= value <= high for low, high in bounds):
        return
    low, high = max(low for low, _high in bounds), min(high for _low, high in bounds)
    cells = parts or {column: value}
    message = _("{value} {unit}, usually from {low} to {high}.")
    if len(cells) > 1:
        message = _("{value} {unit} in {count} cells, usually from {low} to {high}.")
    known = columns(table)[column]
    beyond = [
        span for span, divisor in spans if divisor and not span.low * divisor <= value <= span.high * divisor
    ]
    if len(cells) == 1 and beyond and all(span.per for span in beyond):
        message = _("{value} {unit}, usually from {low} to {high} for {other}.")
        name = beyond[0].per
        other = f"{said(per[name] or 0.0)} {shown_unit(unit_of(name)) or _counted(table, name)}"
        message = message.replace("{other}", other)
    figures = {"value": said(value), "low": said(low), "high": said(high), "count": len(cells)}
    text = message.format(unit=shown_unit(unit_of(column)), **figures).replace(" ,", ",")
    remedies = unit_remedies(known, cells, per, (low, high))
    yield ImplausibleCell(next(iter(cells)), value, text, remedies)


def _counted(table: str, name: str) -> str:
    """Title of a column without a unit, as a sentence has it: homes; of a whole table, its lines."""
    if name not in columns(table):
        return _("sites")
    return columns(table)[name].french.lower().removeprefix("nombre de ") if is_french() else name


def section_oddities(
    source: FolderPlaces, name: str, section: BaseModel | None, sites: int
) -> Iterator[ImplausibleValue]:
    """Yield the settings of a section out of their usual range, alone or by site or setting."""
    spans = (span for usual in usual_ranges(name).values() for span in usual)
    per = {span.per: getattr(section, span.per, None) for span in spans} | {"participants": float(sites)}
    for key in usual_ranges(name):
        value = getattr(section, key, None)
        if isinstance(value, int | float) and not isinstance(value, bool):
            for odd in _unusual(name, key, float(value), (), per):
                yield setting_oddity(source, f"{name}.{key}", value, odd.message, odd.remedies)
    for rule in rules().values():
        value = getattr(section, rule.cell, None) if name in rule.table.split("+") else None
        if value and is_odd_shape(rule, value):
            message = _("“{value}”: is it in the right cell, and whole?").format(value=value)
            yield setting_oddity(source, f"{name}.{rule.cell}", value, message)


def setting_oddity(
    source: FolderPlaces, path: str, value: object, message: str, remedies: tuple[Remedy, ...] = ()
) -> ImplausibleValue:
    """Build a doubt on a setting, at its cell."""
    name, _dot, key = path.partition(".")
    place = source.place(name, key)
    about = every_setting()[path].french if is_french() else path
    return ImplausibleValue(path, place, value, message, remedies, about, place)


def _usual_days(source: FolderPlaces, operation: OperationSection) -> Iterator[ImplausibleValue]:
    """Yield a period of more than a year, tariffs of another time than it."""
    start, days = operation.start, (operation.end - operation.start).days
    if days > MOST_DAYS:
        message = _("{days} days studied: usually one year. Check the first day and the end")
        yield setting_oddity(source, "operation.end", operation.end, message.format(days=days))
    read = operation.rates_on
    if read and not start - USUAL_RATES <= read <= operation.end + USUAL_RATES:
        message = _("tariffs of {read} for a study of {start}: which year is meant?")
        text = message.format(read=read, start=start.year)
        yield setting_oddity(source, "operation.rates_on", read, text)


def period_oddities(source: FolderPlaces, operation: OperationSection) -> Iterator[ImplausibleValue]:
    """Yield a period that misses its last day: the end is the first day left out."""
    start, end = operation.start, operation.end
    before, after = end - timedelta(days=1), end + timedelta(days=1)
    yield from _usual_days(source, operation)
    # The one of the two days that begins a month is taken as meant, the end where neither does.
    if end.day == 1 != start.day and start - timedelta(days=1) == end.replace(year=end.year - 1):
        message = _("{start}: the first day is counted too. Write {before} for {days} days")
        first = start - timedelta(days=1)
        text = message.format(start=start, before=first, days=(end - first).days)
        yield setting_oddity(source, "operation.start", start, text)
        return
    if (after.month, after.day) == (start.month, start.day) and after.year > start.year:
        message = _("{end} is left out, as the first day after the period: write {after} for {days} days")
        text = message.format(end=end, after=after, days=(after - start).days)
        yield setting_oddity(source, "operation.end", end, text)
    if (before.month, before.day) == (start.month, start.day) and before.year > start.year:
        message = _("{days} days, one too many: the end is the first day left out. Write {before}?")
        text = message.format(days=(end - start).days, before=before)
        yield setting_oddity(source, "operation.end", end, text)


def section_doubts(
    source: FolderPlaces,
    name: str,
    section: BaseModel | None,
    participants: Sequence[tuple[Row, ParticipantRow]],
    plants: Sequence[tuple[Row, PlantRow]],
) -> Iterator[ImplausibleValue]:
    """Yield implausible settings of a section, of prices that of all sites too, of grants those of plants."""

    def find(section: BaseModel | None) -> Iterator[ImplausibleValue]:
        folder = FolderToCheck.of(source, participants, plants, section)
        yield from section_oddities(source, name, section, len(folder.participants))
        yield from {"prices": odd_local_price, "finance": odd_grant}.get(name, lambda _folder: ())(folder)

    def tried(_doubt: ImplausibleValue, remedy: Remedy) -> set[str]:
        changed = section.model_copy(update=dict(remedy.cells)) if section else None
        return {odd.path for odd in find(changed)}

    yield from with_proven(list(find(section)), tried)
