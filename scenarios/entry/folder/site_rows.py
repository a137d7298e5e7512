"""The tables of sites, persons, parties and quotes, row by row: what was read, and what is wrong."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from gettext import gettext as _
from typing import Protocol, TypeVar

from acc.i18n import N_, grouped
from acc.parties import Organiser, PaperSignature, Party
from acc.plan.another_power import QUOTED, quoted_costs
from acc.problem import Problem
from acc.sites import Person, Plant, Quote, Vat
from profiles.reference.kinds import PROFILES, unknown_profile, unknown_size
from scenarios.entry.columns.bill_columns import (
    COMPOUND,
    bill_faults,
    commissioning_faults,
    curve_file,
    energy_of,
    has_energy,
    kva_of,
    read_planes,
    without_energy,
)
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.messages import shown, unknown_word
from scenarios.entry.columns.names import PARTIES
from scenarios.entry.columns.row_models import (
    ParticipantRow,
    PartyRow,
    PersonRow,
    PlantRow,
    PmoSection,
    QuoteRow,
    SignatureRow,
    SiteRow,
)
from scenarios.entry.columns.rows import core_value, position_of, read_rows, twice_faults, written_ids
from scenarios.entry.columns.toml_text import section_values
from scenarios.entry.folder.raw import PERSONS, RawFolder
from scenarios.entry.folder.settings import ChangedRow, figure_of, quotes_of
from scenarios.entry.places.geography import position_problems
from scenarios.rates.reader import turpe_fault

MadeT = TypeVar("MadeT")


class PartCache(Protocol):
    """Gives what was made of equal parts, made now where it was not."""

    def __call__(self, name: str, parts: object, make: Callable[[], MadeT], /) -> MadeT:
        """Return the thing of this name and these parts."""


def made_anew(_name: str, _parts: object, make: Callable[[], MadeT], /) -> MadeT:
    """Keep nothing: one question is asked."""
    return make()


@dataclass(frozen=True, slots=True)
class ParticipantRows:
    """The rows of the participants as read, and what cannot be read, is wrong."""

    rows: list[tuple[Row, ParticipantRow]]
    unread: list[Problem]
    wrong: list[Problem]


def participants_of(source: RawFolder, cache: PartCache) -> ParticipantRows:
    """Sites of the table that take part, and what is wrong with them, read where they were not."""

    def read() -> ParticipantRows:
        unread, wrong = list[Problem](), list[Problem]()
        rows = read_rows(source.participants, ParticipantRow, unread)
        _check_ids(rows, wrong)
        for row, site in rows:
            wrong += [Problem(row.path(column), text) for column, text in _site_faults(source, site)]
        return ParticipantRows(rows, unread, wrong)

    return cache("sites", source.participants, read)


def _site_faults(source: RawFolder, site: ParticipantRow) -> Iterator[tuple[str, str]]:
    """Yield (column, message) of what is wrong in the cells of a site."""
    profile = site.profile or ""
    if site.curve and profile:
        yield "curve", _("a curve and a profile: keep one of them")
    elif site.curve or "#" in profile:
        yield from _curve_faults(source, site.curve or profile)
    elif not profile:
        yield "curve", _("neither `curve` nor `profile`: give a file of curves/, or a profile and annual_kwh")
    elif profile not in PROFILES:
        yield "profile", unknown_profile(profile)
    elif not has_energy(site):
        yield "annual_kwh", without_energy(site)
    elif energy_of(site) is None and (unsized := unknown_size(PROFILES[profile], site.quantity_unit)):
        yield "quantity_unit", unsized
    yield from bill_faults(site)
    if site.turpe and (wrong := turpe_fault(site.turpe, kva_of(site), energy_of(site))):
        yield "turpe", wrong
    yield from _compound_faults(site)


def check_plants(
    source: RawFolder, rows: list[tuple[Row, PlantRow]], participants: list[str], faults: list[Problem]
) -> None:
    """Add the problems of plants to `faults`; `participants` are the ids of possible hosts."""
    _check_ids(rows, faults)
    for row, plant in rows:
        if plant.behind and plant.behind not in participants:
            faults.append(Problem(row.path("behind"), unknown_word(plant.behind, participants)))
        wrong = [*commissioning_faults(plant), *(_curve_faults(source, plant.curve) if plant.curve else ())]
        faults += [Problem(row.path(c), text) for c, text in (*wrong, *_compound_faults(plant))]


def _check_ids(rows: Sequence[tuple[Row, SiteRow]], faults: list[Problem]) -> None:
    faults += twice_faults(rows)
    faults += position_problems({row.path("latitude"): position_of(site) for row, site in rows})
    faults += [
        Problem(row.path("latitude"), _("latitude and longitude go together: one is missing"))
        for row, site in rows
        if (site.latitude is None) != (site.longitude is None)
    ]


def _curve_faults(source: RawFolder, curve: str) -> Iterator[tuple[str, str]]:
    folder, name = source.folder / "curves", curve_file(curve)
    if not (folder / name).is_file():
        files = sorted(p.name for p in folder.iterdir()) if folder.is_dir() else []
        empty = _("“{name}”: the folder curves/ is empty or missing").format(name=name)
        yield "curve", unknown_word(name, files) if files else empty


def _compound_faults(site: SiteRow) -> Iterator[tuple[str, str]]:
    """Yield (column, message) of the cells that hold several values."""
    columns = [name for name in COMPOUND if name in type(site).model_fields]
    reads = {name: partial(COMPOUND[name], getattr(site, name)) for name in columns}
    planes = {"planes": partial(read_planes, site)} if isinstance(site, PlantRow) else {}
    for column, read in (planes | reads).items():
        try:
            read()
        except ValueError as fault:
            yield column, str(fault)
    if isinstance(site, PlantRow):
        yield from _study_faults(site)


def _study_faults(plant: PlantRow) -> Iterator[tuple[str, str]]:
    """Yield (column, message) of a study that contradicts itself, or of which the usual year is not said."""
    p50, p90 = plant.p50_kwh_per_kwp, plant.p90_kwh_per_kwp
    if p50 is None:
        message = _("nothing is done of it without the usual year (P50): write it, or empty this cell")
        yield from (
            (name, message) for name in ("p90_kwh_per_kwp", "study") if getattr(plant, name) is not None
        )
    elif p90 is not None and p90 >= p50:
        message = _("{p90:g} kWh/kWp in nine years of ten: a higher figure of a usual year (P50) is expected")
        yield "p90_kwh_per_kwp", message.format(p90=p90)


def read_persons(
    source: RawFolder, sites: Sequence[tuple[Row, ParticipantRow | PlantRow]], faults: list[Problem]
) -> tuple[Person, ...] | None:
    """Return the persons of a folder, None where it names none; what is wrong goes to `faults`.

    Args:
        sites: rows of participants and plants, whose `person` has to be one of them.
    """
    if source.persons is None:
        return None
    rows = read_rows(source.persons, PersonRow, faults)
    if not source.persons:
        faults.append(Problem(PERSONS, _("no person: write one a line, or take the file away")))
    faults += twice_faults(rows)
    known = {person.id: person for _row, person in rows}
    written = written_ids(source.persons)
    for row, site in sites if written else ():
        if site.person and site.person not in written:
            message = unknown_word(site.person, written)
            faults.append(Problem(row.path("person"), message))
        elif site.person in known and isinstance(site, ParticipantRow):
            faults += _vat_faults(row, site, known[site.person])
    return tuple(core_value(person, Person, name=person.name or person.id) for person in known.values())


def landlord_faults(plants: Sequence[tuple[Row, PlantRow]], holders: Sequence[str]) -> list[Problem]:
    """Problems of landlords that are no participant and no person of the folder."""
    return [
        Problem(row.path("landlord"), unknown_word(plant.landlord, holders))
        for row, plant in plants
        if plant.landlord and plant.landlord not in holders
    ]


def _vat_faults(row: Row, member: ParticipantRow, person: PersonRow) -> list[Problem]:
    """Problems of a participant whose VAT contradicts that of its person."""
    if member.recovers_vat is None or person.vat is None:
        return []
    if member.recovers_vat is (person.vat is Vat.RECOVERED):
        return []
    message = _("{said}, but persons.csv says vat = {vat} of {person}: leave this cell empty, or mend one")
    stated = _("yes") if member.recovers_vat else _("no")
    filled = message.format(said=stated, vat=person.vat, person=person.id)
    return [Problem(row.path("recovers_vat"), filled)]


IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b")
"""What looks like the number of a bank account, its spaces as banks print them."""


def read_parties(source: RawFolder, known: Collection[str], faults: list[Problem]) -> dict[str, Party]:
    """Read the parties, by id; problems go to `faults`.

    Args:
        known: ids of persons, sites and plants, and third parties who own a plant: a line is of one of them.
    """
    written = source.tables[PARTIES]
    rows = read_rows(written, PartyRow, faults)
    faults += twice_faults(rows)
    for row in written:
        name = str(row.cells.get("id", ""))
        if name and name not in known:
            faults.append(Problem(row.path("id"), unknown_word(name, sorted(known))))
        faults += _accounts({row.path(column): value for column, value in row.cells.items()})
    section = section_values(source.sections.get("pmo"))
    faults += _accounts({source.place("pmo", key): value for key, value in section.items()})
    return {row.id: core_value(row, Party) for _row, row in rows}


def read_signatures(source: RawFolder, faults: list[Problem]) -> tuple[PaperSignature, ...]:
    """Read who must sign what; problems go to `faults`."""
    return tuple(
        core_value(row, PaperSignature) for _row, row in read_rows(source.signatures, SignatureRow, faults)
    )


def read_organiser(section: PmoSection | None) -> Organiser | None:
    """Build the organiser of the operation, None where the folder has none."""
    return None if section is None else core_value(section, Organiser)


def holders_in(source: RawFolder) -> set[str]:
    """Return all that a line of `parties.csv` may be of."""
    sites = {name for column in ("id", "person") for name in written_ids(source.participants, column)}
    roofs = {name for column in ("id", "person", "owner") for name in written_ids(source.plants, column)}
    return sites | roofs | {*written_ids(source.persons or ())}


def _accounts(cells: Mapping[str, object]) -> Iterator[Problem]:
    """Yield cells that contain a bank account: it goes on the signed paper, by pen."""
    message = _("a bank account number: empty this cell. It is written by pen on what is signed, in no file")
    for place, value in cells.items():
        if IBAN.search(str(value).upper()):
            yield Problem(place, message)


WHAT: Mapping[str, str] = {"capex_eur": N_("{name}: investment"), "connection_eur": N_("{name}: connection")}


def read_quotes(source: RawFolder, faults: list[Problem]) -> dict[str, tuple[Quote, ...]]:
    """Return the quotes of each plant that has any, by id; what is wrong goes to `faults`."""
    plants = {str(row.cells.get("id", "")): row for row in source.plants}
    if not plants:  # which is told by itself
        read_rows(source.quotes, QuoteRow, faults)
        return {}
    seen: dict[tuple[str, float], Row] = {}
    for row, quote in read_rows(source.quotes, QuoteRow, faults):
        first = seen.setdefault((quote.id, quote.kwp), row)
        if quote.id not in plants:
            faults.append(Problem(row.path("id"), unknown_word(quote.id, sorted(plants))))
        elif first is not row:
            message = _("the same plant and power as in line {line}: keep one quote a power")
            faults.append(Problem(row.path("kwp"), message.format(line=first.line)))
        elif all(getattr(quote, name) is None for name in QUOTED):
            message = _("a quote without any amount: give the investment, the connection, or both")
            faults.append(Problem(row.path("capex_eur"), message))
        else:
            faults += _against(row, quote, plants[quote.id])
    by_plant = {name: quotes_of(source.quotes, row) for name, row in plants.items()}
    return {name: quotes for name, quotes in by_plant.items() if quotes}


def _against(row: Row, quote: QuoteRow, plant: Row) -> Iterator[Problem]:
    """Yield differences between a quote and the line of the plant at the same power, as written."""
    origins = plant.origins if isinstance(plant, ChangedRow) else {}
    if figure_of(plant.cells.get("kwp")) != quote.kwp or "kwp" in origins:
        return
    for name in QUOTED:
        eur, own = getattr(quote, name), figure_of(plant.cells.get(name))
        if eur is not None and own is not None and eur != own and name not in origins:
            message = _("{quote}, and {own} in {place}, for the same power: keep one of them")
            text = message.format(quote=shown(eur), own=shown(own), place=plant.path(name))
            yield Problem(row.path(name), text)


def quote_lines(plants: Sequence[Plant]) -> list[tuple[str, str, str]]:
    """Return the hypotheses that costs are which rest on quotes: what, how much, on which of them."""
    return [
        (_(WHAT[name]).format(name=plant.name), f"{grouped(cost.amount_eur)} EUR", cost.basis)
        for plant in plants
        for name, cost in quoted_costs(plant, plant.kwp).items()
    ]
