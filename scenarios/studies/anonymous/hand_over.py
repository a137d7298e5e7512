"""Makes the archive to hand over, and holds it to the same answers before it is given.

`acc export --anonymous`: an operation as an archive without names.
"""

import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from gettext import gettext as _
from gettext import ngettext
from math import ceil
from pathlib import Path
from random import Random, SystemRandom
from tempfile import TemporaryDirectory

import numpy as np

from acc.arrays import FloatArray
from acc.household_privacy import HOMES, LEAST_HOUSEHOLDS, homes
from acc.i18n import decimal
from acc.problem import InputError, Problem, refuse
from acc.rules.all_checks import checks
from acc.scenario import KeyChoice, Scenario
from acc.sites import Kind, Position
from acc.steps import Steps
from profiles.curves.facts import implausible
from profiles.files.atomic_write import write_atomic
from profiles.files.open_file import UNPACKED_BYTES, read_within
from scenarios.entry.columns.csv_tables import BOM, Row
from scenarios.entry.columns.input_columns import with_trait
from scenarios.entry.columns.toml_text import sections_text
from scenarios.entry.folder.load import scenario_of
from scenarios.entry.folder.raw import OPERATION, PARTICIPANTS, RawFolder, read_source
from scenarios.entry.folder.settings import Setting
from scenarios.entry.workbook.cells import table_text
from scenarios.operation.metering.kept_meters import sky_position
from scenarios.operation.metering.own_use import behind_of, site_load_kwh
from scenarios.operation.ready.operation import Operation, open_operation
from scenarios.rates.table import perimeter_rules, read_rates
from scenarios.studies.anonymous.names import moved, new_names, new_sections, new_tables
from scenarios.studies.anonymous.rounding import DIGITS, rounded, rounded_cells, with_rounded_sum

README = "LISEZMOI.txt"
SAME_RATIO = 1e-9
"""A load is a profile scaled to its yearly kWh within this part."""

MOST_RATIO = 0.02
"""What is handed over has the kWh of the whole within this part: half a percent for each rounding."""


@dataclass(frozen=True, slots=True)
class HandedOver:
    """The archive, and what to know before giving it.

    Attributes:
        kept, replaced: in sentences; `could_identify` is what may still tell who is who.
        left_out: variants and keys that are not handed over, and why.
    """

    files: Mapping[str, bytes]
    kept: tuple[str, ...]
    replaced: tuple[str, ...]
    could_identify: tuple[str, ...]
    left_out: tuple[str, ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        """All of it, in the order in which it is told."""
        return (*self.replaced, *self.kept, *self.could_identify, *self.left_out)


def hand_over(folder: Path, chance: Random | None = None) -> HandedOver:
    """Return the archive of a folder under new names, which gives nearly the same kWh, and the same rules.

    Args:
        chance: how places are turned; of the system when None, so that nobody turns them back.

    Raises:
        InputError: a folder at fault, or one whose answers would not be the same.
    """
    source = read_source(folder)
    everyone = scenario_of(source, everyone=True)
    names = new_names(source)
    before = open_operation(folder)[0]
    sky = _sky(before.scenario)
    frozen, shapes = _frozen(folder, source, sky)
    check_powers(source, frozen.scenario, shapes)
    # Yearly kWh of the sites whose profile follows it over a whole year, by id.
    bill = {*with_trait(PARTICIPANTS, "group", "bill")}
    bills = {str(row.cells["id"]) for row in source.participants if set(row.cells) & bill}
    scales = {}
    for site in frozen.scenario.participants:
        annual_kwh = site.source.annual_kwh
        if site.source.profile is None or annual_kwh is None or site.id in bills:
            continue
        if abs(float(shapes[site.id].sum()) - annual_kwh) <= SAME_RATIO * annual_kwh:
            scales[site.id] = rounded(annual_kwh)
    places, moved_by_km = moved(_places(everyone), chance or SystemRandom())
    rows = new_tables(source, everyone, names, places, scales)
    sections, left_out = new_sections(source, names, sky, places.get("battery"), scales)
    files = {
        OPERATION: sections_text(rounded_cells(sections)).encode(),
        **{name: table_text(name, list(map(_rounded, r))).encode() for name, r in rows.items()},
    }
    files["curves/sites.csv"] = _curves(frozen.exchange.steps, _named(names.sites, shapes))
    measured = _measured(frozen)
    if measured:
        files["curves/centrales.csv"] = _curves(frozen.exchange.steps, _named(names.plants, measured))
    files |= _weather_files(folder, before.scenario)
    sentences = _summary(before.scenario, sky, moved_by_km, _check(before, files), left_out)
    text = "\r\n\r\n".join([_("Folder handed over without names"), *sentences.sentences, ""])
    return replace(sentences, files={**files, README: (BOM + text).encode()})


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return files as an archive without dates."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            archive.writestr(info, content)
    return out.getvalue()


def _sky(scenario: Scenario) -> Position | None:
    try:
        return sky_position(scenario)
    except InputError:
        return None


def _frozen(folder: Path, source: RawFolder, sky: Position | None) -> tuple[Operation, dict[str, FloatArray]]:
    """Return the operation with everybody in it, and the kWh of each site as they are metered, by id."""
    tables = (("participants", source.participants), ("plants", source.plants))
    settings = [
        Setting(f"{table}.{row.cells['id']}.active", True, "")  # noqa: FBT003 - the value of a cell
        for table, rows in tables
        for row in rows
        if "active" in row.cells
    ]
    if source.sections.get("flexible"):
        settings.append(Setting("flexible", [], ""))
    if sky:
        settings += [
            Setting("weather.latitude", sky.latitude_deg, ""),
            Setting("weather.longitude", sky.longitude_deg, ""),
        ]
    operation, metered = open_operation(folder, settings=settings)
    load = site_load_kwh(metered.exchange, behind_of(operation.scenario))
    return operation, {p.id: load[:, n] for n, p in enumerate(operation.scenario.participants)}


def check_powers(source: RawFolder, scenario: Scenario, shapes: Mapping[str, FloatArray]) -> None:
    """Refuse a profile above the power of its site: as a curve it could not be read.

    Raises:
        InputError: each such site.
    """
    rows = {str(row.cells["id"]): row for row in source.participants}
    problems = []
    for site in scenario.participants:
        kva = max(site.contract.subscribed_kva, default=None)
        if kva is None or site.kind is Kind.HOUSEHOLD_GROUP:
            continue
        place = rows[site.id].path("kva")
        problems += implausible(shapes[site.id], scenario.steps, subscribed_kva=kva, path=place)
    refuse(problems)


def _places(scenario: Scenario) -> dict[str, Position]:
    places = {f"participants.{site.id}": site.position for site in scenario.participants}
    places |= {f"plants.{plant.id}": plant.position for plant in scenario.plants}
    places["battery"] = scenario.battery.position if scenario.battery else None
    return {name: place for name, place in places.items() if place is not None}


def _measured(operation: Operation) -> dict[str, FloatArray]:
    """Output of plants with a measured curve, by id, (T,) each, kWh, own use included."""
    exchange = operation.exchange
    return {
        plant.id: exchange.production_kwh[:, n] + exchange.own_use_kwh[:, n]
        for n, plant in enumerate(operation.scenario.plants)
        if plant.curve
    }


def _named(names: Mapping[str, str], series: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    return {f"{names[id_]}_kwh": with_rounded_sum(kwh) for id_, kwh in series.items()}


def _rounded(row: Row) -> Row:
    return replace(row, cells=rounded_cells(row.cells))


def _curves(steps: Steps, series: Mapping[str, FloatArray]) -> bytes:
    """Return curves as one file of the generic form, rounded."""
    stamps = np.datetime_as_string(steps.starts_utc.astype("datetime64[s]"), timezone="UTC")
    values = np.column_stack(list(series.values()))
    lines = [";".join(["time", *series])]
    for stamp, row in zip(stamps.tolist(), values.tolist(), strict=True):
        lines.append(stamp + ";" + ";".join([f"{kwh:.{DIGITS}g}" for kwh in row]))
    return ("\n".join(lines) + "\n").encode()


def _weather_files(folder: Path, scenario: Scenario) -> dict[str, bytes]:
    choice = scenario.weather
    named = [name for name in (choice.source, choice.months) if name and name not in {"generated", "pvgis"}]
    return {f"curves/{name}": read_within(folder / "curves" / name, UNPACKED_BYTES) for name in named}


def _check(before: Operation, files: Mapping[str, bytes]) -> float:
    """Check the files before handing over: nearly the same kWh, the same states of the rules.

    Returns:
        By how much kWh and euros of the whole differ at most, 0 to 1.

    Raises:
        InputError: they differ by more.
    """
    with TemporaryDirectory() as name:
        for file, content in files.items():
            path = Path(name) / file
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
        after = open_operation(Path(name), use_cache=False)[0]
        old, new = _totals(before), _totals(after)
        apart = {of: abs(new[of] - old[of]) / abs(old[of]) if old[of] else abs(new[of]) for of in old}
        problems = _other_rules(before, after)
    if max(ratio for of, ratio in apart.items() if of != "euros") > MOST_RATIO:
        problems.append(_("the kWh would not be the same: nothing is written. Tell us of this folder"))
    refuse([Problem("--anonymous", problem) for problem in problems])
    return max(apart.values())


def _totals(operation: Operation) -> dict[str, float]:
    """Return the kWh of the whole, and its additional gain where prices are known, EUR."""
    exchange, outcome = operation.exchange, operation.outcome(KeyChoice())
    arrays = {
        "need": exchange.consumption_kwh,
        "production": exchange.production_kwh,
        "own use": exchange.own_use_kwh,
        "shared": outcome.energy.received_kwh,
    }
    total = outcome.money.total if outcome.money else None
    euros = {"euros": total.gain_eur_ht} if total else {}
    return {of: float(kwh.sum()) for of, kwh in arrays.items()} | euros


def _other_rules(before: Operation, after: Operation) -> list[str]:
    if any(site.within_km for site in before.members.sites):
        return []  # known by a commune alone: told, not compared
    figures = perimeter_rules(read_rates(), before.scenario.on)
    states = [
        [(check.rule, check.state) for check in checks(case.members, case.scenario.regime, figures)]
        for case in (before, after)
    ]
    message = _("the rules would not say the same (a distance at a limit): type the command again")
    return [] if states[0] == states[1] else [message]


def _summary(
    scenario: Scenario,
    sky: Position | None,
    moved_by_km: float,
    apart_ratio: float,
    left_out: tuple[str, ...],
) -> HandedOver:
    """Summary to read before handing over the archive, without its files."""
    replaced = (
        _("Replaced by numbers: names, identifiers, PRM, persons, owners, substations, EPCI, variants."),
        _("Taken out: communes, codes Insee, name and place of the operation, texts of the brief, remarks."),
        _(
            "Places are turned and set down elsewhere; the distances between them change by {mm} mm at most."
        ).format(mm=decimal(moved_by_km * 1e6, 1)),
        _(
            "Every load is a curve of its own, of the steps of the operation: profiles, bills and files of "
            "meters are not handed over."
        ),
    )
    kept = [
        _(
            "Energies, powers, prices and each step of the curves are rounded to three digits, so that none "
            "of more digits is found again in another list: a figure differs by half a percent at most, a "
            "step of a curve by one, the kWh and the euros of the whole by {percent} %, as tried here."
        ).format(percent=decimal(ceil(apart_ratio * 1000.0) / 10.0, 1)),
        _(
            "Not kept: how well each curve is known. Ranges, draws and grades are those of measured curves; "
            "other weather years move the plants alone."
        ),
    ]
    if any(site.within_km for site in (*scenario.participants, *scenario.plants)):
        kept.append(_("Places known by their commune alone are now points: the perimeter no longer says so."))
    return HandedOver({}, tuple(kept), replaced, tuple(_could_identify(scenario, sky)), left_out)


def _could_identify(scenario: Scenario, sky: Position | None) -> Iterator[str]:
    """Yield what may still tell who is who."""
    yield _(
        "Could still identify somebody: load curves (whoever has one recognises it), powers, prices and "
        "contracts, the drawing that the places make, the kinds of sites, the order of the tables."
    )
    if alone := sum(p.kind in HOMES and homes(p) < LEAST_HOUSEHOLDS for p in scenario.participants):
        text = ngettext(
            "The curve of {count} site of fewer than {least} homes stands alone, step by step: it tells when "
            "people are at home. Give it where they agreed to that.",
            "The curves of {count} sites of fewer than {least} homes each stand alone, step by step: they "
            "tell when people are at home. Give them where all agreed to that.",
            alone,
        )
        yield text.format(count=alone, least=LEAST_HOUSEHOLDS)
    if sky:
        text = _("The sky is that of {latitude}, {longitude}: the region is known.")
        yield text.format(latitude=decimal(sky.latitude_deg, 2), longitude=decimal(sky.longitude_deg, 2))
    if scenario.weather.source not in {"generated", "pvgis"}:
        yield _("The weather file is handed over as it is; it may say where it was measured.")
    yield _("It is not anonymous in the sense of the law (GDPR): give it to whom you trust.")


def export_anonymous(folder: Path, target: Path, *, force: bool = False) -> tuple[Path, tuple[str, ...]]:
    """Write an operation to hand over; return the archive, and what to know before giving it.

    Raises:
        InputError: a folder at fault, a target that is no `.zip` or is there already (unless `force`).
    """
    if target.suffix.lower() != ".zip":
        message = _("{name}: a name in .zip is expected after --anonymous").format(name=target.name)
        raise InputError([Problem("--anonymous", message)])
    if target.exists() and not force:
        raise InputError([Problem(str(target), _("there already: choose another name, or add --force"))])
    archive = hand_over(folder)
    return write_atomic(target, zipped(archive.files)), archive.sentences
