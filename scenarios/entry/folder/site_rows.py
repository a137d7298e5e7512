"""The tables of the sites, row by row: what was read, what is wrong in a cell or between cells."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from gettext import gettext as _

from acc.problem import Problem
from profiles.reference.kinds import PROFILES
from profiles.reference.scale import unknown_profile, unknown_size
from scenarios.entry.columns.bill_columns import bill_faults, commissioning_faults, has_energy, without_energy
from scenarios.entry.columns.compound_cells import COMPOUND, curve_file, read_planes
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.messages import unknown_word
from scenarios.entry.columns.row_models import ParticipantRow, PlantRow, SiteRow
from scenarios.entry.columns.rows import position_of, read_rows, twice_faults
from scenarios.entry.folder.part_cache import PartCache
from scenarios.entry.folder.raw import RawFolder
from scenarios.entry.places.geography import position_problems
from scenarios.entry.plausibility.cell_rules import participant_oddities
from scenarios.entry.plausibility.of_rows import energy_of, kva_of
from scenarios.entry.plausibility.values import ImplausibleValue
from scenarios.rates.reader import turpe_fault


@dataclass(frozen=True, slots=True)
class ParticipantRows:
    """The rows of the participants as read, and what cannot be read, is wrong, is unlikely."""

    rows: list[tuple[Row, ParticipantRow]]
    unread: list[Problem]
    wrong: list[Problem]
    odd: list[ImplausibleValue]


def participants_of(source: RawFolder, cache: PartCache) -> ParticipantRows:
    """Return the sites of the table that take part, read where they were not."""
    return cache("sites", source.participants, lambda: sites_of(source))


def sites_of(source: RawFolder) -> ParticipantRows:
    """Return the sites of the table that take part, and what is wrong with them."""
    rows = ParticipantRows([], [], [], [])
    rows.rows.extend(read_rows(source.participants, ParticipantRow, rows.unread))
    _check_participants(source, rows.rows, rows.wrong)
    if not rows.unread and not rows.wrong:
        rows.odd.extend(participant_oddities(rows.rows))
    return rows


def _check_participants(
    source: RawFolder, rows: list[tuple[Row, ParticipantRow]], faults: list[Problem]
) -> None:
    _check_ids(rows, faults)
    for row, member in rows:
        if member.curve and member.profile:
            faults.append(Problem(row.path("curve"), _("a curve and a profile: keep one of them")))
        elif member.curve:
            _check_curve(source, row, member.curve, faults)
        elif member.profile and "#" in member.profile:
            _check_curve(source, row, member.profile, faults)
        elif not member.profile:
            message = _("neither `curve` nor `profile`: give a file of curves/, or a profile and annual_kwh")
            faults.append(Problem(row.path("curve"), message))
        elif member.profile not in PROFILES:
            faults.append(Problem(row.path("profile"), unknown_profile(member.profile)))
        elif not has_energy(member):
            faults.append(Problem(row.path("annual_kwh"), without_energy(member)))
        elif energy_of(member) is None and (
            unsized := unknown_size(PROFILES[member.profile], member.quantity_unit)
        ):
            faults.append(Problem(row.path("quantity_unit"), unsized))
        faults += [Problem(row.path(column), text) for column, text in bill_faults(member)]
        if member.turpe and (wrong := turpe_fault(member.turpe, kva_of(member), energy_of(member))):
            faults.append(Problem(row.path("turpe"), wrong))
        _check_compound(row, member, faults)


def check_plants(
    source: RawFolder, rows: list[tuple[Row, PlantRow]], participants: list[str], faults: list[Problem]
) -> None:
    """Add the problems of plants to `faults`; `participants` are the ids of possible hosts."""
    _check_ids(rows, faults)
    for row, plant in rows:
        if plant.behind and plant.behind not in participants:
            message = unknown_word(plant.behind, participants)
            faults.append(Problem(row.path("behind"), message))
        faults += [Problem(row.path(column), text) for column, text in commissioning_faults(plant)]
        if plant.curve:
            _check_curve(source, row, plant.curve, faults)
        _check_compound(row, plant, faults)


def _check_ids(rows: Sequence[tuple[Row, SiteRow]], faults: list[Problem]) -> None:
    faults += twice_faults(rows)
    faults += position_problems({row.path("latitude"): position_of(site) for row, site in rows})
    faults += [
        Problem(row.path("latitude"), _("latitude and longitude go together: one is missing"))
        for row, site in rows
        if (site.latitude is None) != (site.longitude is None)
    ]


def _check_curve(source: RawFolder, row: Row, curve: str, faults: list[Problem]) -> None:
    folder = source.folder / "curves"
    name = curve_file(curve)
    if not (folder / name).is_file():
        files = sorted(p.name for p in folder.iterdir()) if folder.is_dir() else []
        empty = _("“{name}”: the folder curves/ is empty or missing").format(name=name)
        faults.append(Problem(row.path("curve"), unknown_word(name, files) if files else empty))


def _check_compound(row: Row, site: SiteRow, faults: list[Problem]) -> None:
    """Check the cells that hold several values."""
    columns = [name for name in COMPOUND if name in type(site).model_fields]
    reads = {name: partial(COMPOUND[name], getattr(site, name)) for name in columns}
    planes = {"planes": partial(read_planes, site)} if isinstance(site, PlantRow) else {}
    for column, read in (planes | reads).items():
        try:
            read()
        except ValueError as fault:
            faults.append(Problem(row.path(column), str(fault)))
