"""`changes.csv`, the sheet Changements: dated rows of what is to change, and what is wrong with them.

Panels that a plant gets later are a second plant beside it, which starts on that day.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from gettext import gettext as _
from gettext import ngettext

from acc.changes import ADDED, OF_A_PART, OF_PLANTS, OF_SITES, OF_THE_OPERATION, OPERATION, DatedChange, What
from acc.problem import Problem
from acc.sites import Kind
from acc.steps import years_later
from profiles.reference.kinds import usual_doubts
from scenarios.entry.columns.bill_columns import read_windows
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.meanings import added_kwh
from scenarios.entry.columns.messages import shown, unknown_word
from scenarios.entry.columns.names import PARTICIPANTS, french_word, plain, said, word_of
from scenarios.entry.columns.row_models import ChangeRow, OperationSection, ParticipantRow, PlantRow
from scenarios.entry.columns.rows import read_rows, written_ids
from scenarios.entry.folder.change_uses import (
    has_its_part,
    part_faults,
    profile_of,
    use_faults,
    usual_ratio,
)
from scenarios.entry.folder.raw import RawFolder
from scenarios.entry.folder.settings import change_ids

OF_ITS_OWN = (
    *("prm", "inverter_kva", "commissioned_year", "commissioned_on", "capex_eur", "connection_eur"),
    *("opex_eur_per_year", "insurance_eur_per_year", "rent_eur_per_year", "inverter_eur"),
    *("injection_turpe_eur_per_year", "ifer_eur_per_year", "grant_eur"),
)
"""What a plant states of its own power, meter and days: the panels that come later have the usual ones."""


def panels_id(change: ChangeRow) -> str:
    """Return the id of what comes later beside a plant: one a year."""
    return f"{change.id}-{change.since.year}"


def more_panels(source: Sequence[Row], plants: Sequence[PlantRow]) -> list[PlantRow]:
    """Return the plants that rows `kwp` add: placed, sold and worn as the one beside them."""
    known, rows = {plant.id: plant for plant in plants}, read_rows(source, ChangeRow, [])
    return [_panels(known[change.id], change) for _row, change in rows if change.what is What.KWP]


def added_panels_plants(source: Sequence[Row]) -> dict[str, str]:
    """Return beside which plant each of those that rows `kwp` add stands, by id."""
    rows = read_rows(source, ChangeRow, [])
    return {panels_id(change): change.id for _row, change in rows if change.what is What.KWP}


def _panels(plant: PlantRow, change: ChangeRow) -> PlantRow:
    kwp = change.kwp or 0.0
    name = _("{name}, {kwp} kWp more in {year}").format(
        name=plant.name or plant.id, kwp=shown(kwp), year=change.since.year
    )
    own = {"id": panels_id(change), "name": name, "kwp": kwp, "capex_eur": change.capex_eur}
    return plant.model_copy(update=dict.fromkeys(OF_ITS_OWN) | own)


def panels_faults(row: Row, change: ChangeRow, plants: Mapping[str, PlantRow]) -> Iterator[Problem]:
    """Yield problems of later panels, or of their columns in another row."""
    for name in ("kwp", "capex_eur"):
        if change.what is not What.KWP and getattr(change, name) is not None:
            message = _("for panels that are added (`kwp`) alone: leave the cell empty")
            yield Problem(row.path(name), message)
    if change.what is not What.KWP or change.id not in plants:
        return
    if change.kwp is None:
        yield Problem(row.path("kwp"), _("missing: how many kWp are added"))
    if plants[change.id].curve is not None:
        message = _(
            "the output of {plant} is measured: write these panels in plants.csv, with a row `starts`"
        )
        yield Problem(row.path("what"), message.format(plant=change.id))
    if panels_id(change) in plants:
        message = _("{plant} is in plants.csv already: its row `starts` says when")
        yield Problem(row.path("id"), message.format(plant=panels_id(change)))


ALL_OF = ("kind", "nature")
"""How a cell names all sites of one kind: `kind:commune`."""

LATEST_YEARS = 60
"""A change that far from the start is a slip of the finger: 2129 for 2029."""

CellFaults = Iterator[tuple[str, str]]
"""Column of a fault and its text, with the words of the row still to be filled in."""

MOST_RATIO = 10.0
"""A need that is multiplied by more is one in percent: 45 for 0.45."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What a row may name: sites, plants, what comes later beside one, a battery; the first day of all.

    Attributes:
        refused: ids of lines of sites and plants that cannot be read, which is told there.
    """

    sites: Mapping[str, ParticipantRow]
    plants: Mapping[str, PlantRow]
    panels: Mapping[str, Sequence[tuple[str, date]]]
    start: date
    has_battery: bool
    refused: frozenset[str]


def read_changes(
    source: RawFolder,
    operation: OperationSection | None,
    participants: Sequence[tuple[Row, ParticipantRow]],
    plants: Sequence[tuple[Row, PlantRow]],
    faults: list[Problem],
) -> tuple[DatedChange, ...]:
    """Return the dated changes, one a site where a row names all of a kind; faults go to `faults`.

    Those of lines that are not active are among them, not counted.
    """
    rows, ids = read_rows(source.changes, ChangeRow, faults), change_ids(source.changes)
    row_ids = {id(row): name for row, name in zip(source.changes, ids, strict=True)}
    if operation is None or not participants:
        return ()
    sites, roofs = {site.id: site for _row, site in participants}, {plant.id: plant for _row, plant in plants}
    panels: dict[str, list[tuple[str, date]]] = {}
    for _row, change_row in rows:
        if change_row.what is What.KWP:
            panels.setdefault(change_row.id, []).append((panels_id(change_row), change_row.since))
    has_battery = "battery" in source.sections
    written = {*written_ids(source.participants), *written_ids(source.plants)}
    refused = frozenset(written - {*sites, *roofs})
    known = _Known(sites, roofs, panels, operation.start, has_battery=has_battery, refused=refused)
    changes = []
    for row, change in rows:
        wrong = list(_faults(row, change, known))
        faults += wrong
        read = () if wrong else _changes(change, known)
        name, counts = row_ids[id(row)], change.active
        changes += [(row, replace(dated, row=name, is_counted=counts)) for dated in read]
    faults += _together([(row, dated) for row, dated in changes if dated.is_counted], known)
    return tuple(change for _row, change in changes)


def uncounted(changes: Sequence[DatedChange], operation: OperationSection) -> list[str]:
    """Warning where the folder has dated changes that are not counted."""
    if operation.changes or not changes:
        return []
    message = ngettext(
        "{count} dated change of changes.csv is not counted here: the first year is repeated",
        "{count} dated changes of changes.csv are not counted here: the first year is repeated",
        len(changes),
    )
    return [message.format(count=len(changes))]


def _changes(change: ChangeRow, known: _Known) -> Iterator[DatedChange]:
    kind = _kind_of(change.id)
    named = dict.fromkeys(_named(change, known)) if kind is None else {}
    for name, site in {**named, **_sites_of(change, known)}.items():
        profile = profile_of(change, site)
        if kind is not None and change.what in OF_A_PART and not has_its_part(change, profile):
            continue
        dated_change = DatedChange(
            site=name,
            what=What.STARTS if change.what is What.KWP else change.what,
            since=change.since,
            until=change.until,
            ratio=usual_ratio(change.what) if change.ratio is None else change.ratio,
            kwh=added_kwh(change) if change.what in ADDED else 0.0,
            hours=read_windows(change.hours),
            profile=profile,
            source=change.source,
            of_all=None if kind is None else Kind(kind),
        )
        yield _with_doubt(dated_change, change)


def _named(change: ChangeRow, known: _Known) -> list[str]:
    """Ids concerned by a row: later panels are an additional plant, which closes with it."""
    if change.what is What.KWP:
        return [panels_id(change)]
    panel = known.panels.get(change.id, ()) if change.what is What.CLOSES else ()
    own = OPERATION if _of_operation(change, known) else change.id
    return [own, *(name for name, since in panel if since < change.since)]


def _of_operation(change: ChangeRow, known: _Known) -> bool:
    """Return whether a row is of the price of the operation, not of one of its sites."""
    may_be = change.what in OF_THE_OPERATION and change.id not in known.sites
    return may_be and plain(change.id) == OPERATION


def _sites_of(change: ChangeRow, known: _Known) -> dict[str, ParticipantRow]:
    """Return the sites that a row is of; none where it is of a plant, or of nothing that is known."""
    kind, sites = _kind_of(change.id), known.sites.items()
    return {name: s for name, s in sites if (name == change.id if kind is None else s.kind == kind)}


def _with_doubt(dated_change: DatedChange, change: ChangeRow) -> DatedChange:
    """Return a change with how unsure it is: as said, else as its kind usually is."""
    usual = usual_doubts().get(dated_change.what.value, {})
    # What a factor is in doubt by is what it adds, or takes away: 0.7 to 1.3 of doubling is 1.7 to 2.3.
    still = 0.0 if dated_change.what in ADDED else 1.0
    parts = [usual[name] for name in ("low_ratio", "high_ratio") if name in usual]
    ends: list[float] = sorted(max(0.0, still + (dated_change.size - still) * part) for part in parts)
    low, high = ends or (None, None)
    delay = change.delay_years
    return replace(
        dated_change,
        chance_ratio=1.0 if change.chance_ratio is None else change.chance_ratio,
        delay_years=usual.get("delay_years", 0.0) if delay is None else delay,
        low=low if change.low is None else change.low,
        high=high if change.high is None else change.high,
    )


def _kind_of(site: str) -> str | None:
    """Return the kind of which a cell names all sites; None where it names one."""
    head, colon, kind = site.partition(":")
    return (word_of("kind", kind) or kind) if colon and plain(head) in ALL_OF else None


def _faults(row: Row, change: ChangeRow, known: _Known) -> Iterator[Problem]:
    """Yield problems of one row by itself."""
    if change.id in known.refused:
        return
    kind, is_plant = _kind_of(change.id), change.id in known.plants
    if kind is not None and not any(site.kind == kind for site in known.sites.values()):
        kinds = sorted({site.kind for site in known.sites.values()})
        yield Problem(row.path("id"), unknown_word(kind, kinds))
    elif kind is None and not is_plant and change.id not in known.sites and not _of_operation(change, known):
        yield Problem(row.path("id"), unknown_word(change.id, [*known.sites, *known.plants]))
    elif change.what not in (OF_PLANTS if is_plant else OF_SITES):
        yield _not_of_this(row, change, known)
    yield from _cell_faults(row, change, known)
    yield from part_faults(row, change, _sites_of(change, known))
    yield from use_faults(row, change)
    yield from _doubt_faults(row, change)
    yield from panels_faults(row, change, known.plants)
    if is_plant and change.what is What.STARTS and (started := known.plants[change.id].commissioned_on):
        message = _("{day}: the plant is in service since {started} (`commissioned_on`)")
        yield Problem(row.path("since"), message.format(day=change.since, started=started))


def _not_of_this(row: Row, change: ChangeRow, known: _Known) -> Problem:
    """Fault of a change of a plant in the row of a site, or the reverse."""
    word = french_word("change", change.what)
    if change.what is not What.KWP or change.id in known.plants:
        message = _("“{word}” is for a plant: of a site, write `joins`")
        if change.id in known.plants:
            message = _(
                "“{word}” is for a site: of a plant, write `starts`, `closes`, or `kwp` for panels that are "
                "added"
            )
        return Problem(row.path("what"), message.format(word=word))
    site = known.sites.get(change.id)
    own = [plant for plant in known.plants.values() if site and _is_of(plant, site)]
    message = _("“{word}” is for a plant, and {site} is a site: write which of {plants}")
    text = message.format(
        word=word, site=change.id, plants=", ".join(plant.id for plant in own or known.plants.values())
    )
    return Problem(row.path("id"), text, remedy=own[0].id if len(own) == 1 else "", unsure=text)


def _is_of(plant: PlantRow, site: ParticipantRow) -> bool:
    """Return whether a plant stands behind the meter of a site, or is its own."""
    return plant.behind == site.id or plant.owner in {site.id, site.person or site.id}


def _cell_faults(row: Row, change: ChangeRow, known: _Known) -> Iterator[Problem]:
    """Yield problems of the day, the ratio, a price or a battery, in the words of the row."""
    start, ratio = known.start, change.ratio or 0.0
    words = {
        "word": french_word("change", change.what),
        "day": change.since,
        "since": change.since,
        "start": start,
        "years": change.since.year - start.year,
        "until": change.until,
        "value": shown(ratio),
        "ratio": shown(ratio / 100.0),
        "more": shown(1.0 + ratio / 100.0),
        "file": PARTICIPANTS,
    }
    faults = (*_day_faults(change, start), *_ratio_faults(change, known), *_price_faults(change, start))
    for column, text in (*faults, *_battery_faults(change, known)):
        yield Problem(row.path(column), text.format_map(words))


def _day_faults(change: ChangeRow, start: date) -> CellFaults:
    if change.since.year - start.year > LATEST_YEARS:
        yield "since", _("{day} is {years} years after the start: is the year right?")
    elif change.since < start and change.what is not What.STARTS:
        message = _(
            "{day} comes before the start of the operation, {start}: its effect is in the curve or the bill "
            "already. Take the row out, or date it later"
        )
        yield "since", message
    if change.until is not None and change.until <= change.since:
        yield "until", _("{until} does not come after {since}")
    if change.until is not None and change.what in {What.JOINS, What.STARTS}:
        yield "until", _("who joins, or a plant that starts, ends by a row of its own: `leaves`, or `closes`")


def _ratio_faults(change: ChangeRow, known: _Known) -> CellFaults:
    ratio, what = change.ratio, change.what
    if what is What.PRICE and ratio is None:
        yield "ratio", _("missing: by how much the price is multiplied (1.1 for 10 % more)")
    elif what is What.SCALE and ratio is None:
        yield "ratio", _("missing: by how much the need is multiplied (0.5 for half)")
    elif ratio is None:
        return
    elif what not in {What.SCALE, What.CLOSES, What.PRICE, *OF_A_PART}:
        yield "ratio", _("“{word}” takes no ratio")
    elif what is What.CLOSES and ratio >= 1.0:
        yield "ratio", _("{value} is refused: the part that stays of what closes, below 1")
    elif what in OF_A_PART and ratio >= 1.0:
        yield "ratio", _("{value} is refused: the part of this use that stays, below 1 (0.6 for 40 % less)")
    elif ratio > MOST_RATIO and what is What.PRICE:
        site = known.sites.get(change.id)
        price = site.supply_eur_per_mwh if site else None
        message = _("a price multiplied by {value}: a price in €/MWh is divided by that of today")
        part = _(", {price}: {part}").format(price=shown(price), part=said(ratio / price)) if price else ""
        yield "ratio", message + part
    elif ratio > MOST_RATIO:
        message = _("a need multiplied by {value}: {ratio} for {value} % of it, {more} for {value} % more?")
        yield "ratio", message


def _price_faults(change: ChangeRow, start: date) -> CellFaults:
    """Yield problems of a price change: it covers at least a full year, and is not drawn."""
    for name in ("chance_ratio", "delay_years") if change.what in OF_THE_OPERATION else ():
        if getattr(change, name) is not None:
            yield name, _("“{word}” does not take it: leave the cell empty")
    if change.what is What.PRICE and start <= change.since < years_later(start, 1):
        yield "since", _("{day} is in the first year, whose price is written in {file}: write that one there")
    if change.what is What.PRICE and change.ratio == 0.0:
        yield "ratio", _("a price multiplied by 0 is none: above 0 is expected")


def _battery_faults(change: ChangeRow, known: _Known) -> CellFaults:
    """Yield problems of a later battery: it counts for full years of the plan."""
    if change.what is not What.BATTERY:
        return
    if plain(change.id) != OPERATION:
        yield "id", _("the battery is of the operation: write “operation”")
    if not known.has_battery:
        yield "what", _("no battery: describe one in [battery]")
    years = change.since.year - known.start.year
    if change.since > known.start and years_later(known.start, years) != change.since:
        after = years_later(known.start, years + (change.since > years_later(known.start, years)))
        yield "since", _("a battery comes on the first day of a year of the plan: {day}").format(day=after)
    elif change.since == known.start:
        yield "since", _("it is there from the start: take the row out")
    if change.until is not None:
        yield "until", _("it stays to the end of the plan: leave the cell empty")


def _doubt_faults(row: Row, change: ChangeRow) -> Iterator[Problem]:
    """Yield problems in the stated uncertainty of a change."""
    word, ratio = french_word("change", change.what), change.ratio
    ratio = added_kwh(change) if change.what in ADDED else ratio
    for name, value in (("low", change.low), ("high", change.high)):
        if value is not None and change.what not in {What.SCALE, *OF_A_PART, *ADDED}:
            message = _("“{word}” does not take it: leave the cell empty")
            yield Problem(row.path(name), message.format(word=word))
        elif value is not None and ratio is not None and (value > ratio if name == "low" else value < ratio):
            message = _(
                "{value} is on the wrong side of what is said, {said}: low, what is said and high grow"
            )
            yield Problem(row.path(name), message.format(value=shown(value), said=shown(ratio)))


def _together(changes: Sequence[tuple[Row, DatedChange]], known: _Known) -> Iterator[Problem]:
    """Yield contradictions between rows."""
    for n, (row, change) in enumerate(changes):
        for other_row, other in changes[:n]:
            if other.site == change.site and (text := _against(other, change)):
                yield Problem(row.path("since"), text.format(line=other_row.line))
    for row, change in changes:
        behind = [id_ for id_, plant in known.plants.items() if plant.behind == change.site]
        closed = {c.site for _row, c in changes if c.what is What.CLOSES and c.since <= change.since}
        if change.what is What.LEAVES and (left := [id_ for id_ in behind if id_ not in closed]):
            message = _(
                "{plant} stands behind its meter: say what becomes of it, by a row `closes` of that plant"
            )
            yield Problem(row.path("id"), message.format(plant=left[0]))


def _against(dated_change: DatedChange, other: DatedChange) -> str | None:
    """Conflict between two rows of one site, translated; None where there is none."""
    several = {What.SCALE, What.PRICE, *OF_A_PART, *ADDED}
    twice = dated_change.what is other.what and dated_change.what not in several
    first, last = sorted((dated_change, other), key=lambda change: change.since)
    if twice and (dated_change.what in {What.JOINS, What.STARTS} or (first.until or date.max) > last.since):
        return _("the same change as in line {line}, for days of both: keep one of them")
    by = {dated_change.what: dated_change.since, other.what: other.since}
    if set(by) == {What.LEAVES, What.JOINS} and by[What.LEAVES] <= by[What.JOINS]:
        return _("it would leave before it joins (line {line})")
    if set(by) == {What.STARTS, What.CLOSES} and by[What.CLOSES] <= by[What.STARTS]:
        return _("it would close before it starts (line {line})")
    return None
