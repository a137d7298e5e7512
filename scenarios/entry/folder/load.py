"""From an operation folder to a Scenario, or to every fault of the folder at once.

Files of `curves/` add what they say: contracts of sites (C68), prices and carbon of each hour; once load
curves are read, what is unlikely in them is told with the rest.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from gettext import gettext as _
from pathlib import Path

from acc.by_hour import ByHour, HourlyCarbon
from acc.changes import What
from acc.i18n import decimal
from acc.problem import InputError, Problem
from acc.scenario import Scenario
from acc.sites import MarketFile
from acc.units import eur_per_kwh
from profiles.curves.facts import CurveFacts
from scenarios.entry.columns.bill_columns import curve_file
from scenarios.entry.columns.row_models import (
    CarbonSection,
    PlantRow,
)
from scenarios.entry.columns.rows import read_rows, with_unique_names
from scenarios.entry.folder.build import build_scenario, too_old, without_sharing
from scenarios.entry.folder.changes import more_panels, uncounted
from scenarios.entry.folder.checks import checked, power_notes, unlikely_values
from scenarios.entry.folder.fault_location import of_book
from scenarios.entry.folder.mask import masked
from scenarios.entry.folder.question import label, read_question, source_with_settings
from scenarios.entry.folder.raw import PARTICIPANTS, RawFolder
from scenarios.entry.folder.sections import (
    accepted_lines,
    kept_notes,
)
from scenarios.entry.folder.settings import ChangedRow, Setting
from scenarios.entry.folder.site_rows import (
    PartCache,
    made_anew,
    participants_of,
    quote_lines,
)
from scenarios.entry.places.insee_density import with_places
from scenarios.entry.plausibility.of_curves import curve_oddities
from scenarios.entry.plausibility.plant_kinds import with_kept_roofs
from scenarios.entry.plausibility.rules import FolderToCheck


def with_contracts(scenario: Scenario, path: Path) -> Scenario:
    """Return the scenario with the subscribed power and TURPE version of Enedis' C68, where cells are empty.

    Raises:
        InputError: a file that is no C68.
    """
    from profiles.curves.formats.not_a_curve import read_contracts  # noqa: PLC0415 - only for this file

    rows = {row.prm: row for row in read_contracts(path)}
    participants = []
    for site in scenario.participants:
        given, row = site.contract, rows.get(site.prm or "")
        if row is not None:
            power = given.subscribed_kva or ((row.subscribed_kva,) if row.subscribed_kva else ())
            given = replace(given, turpe=given.turpe or row.turpe or None, subscribed_kva=power)
        participants.append(replace(site, contract=given))
    return replace(scenario, participants=tuple(participants))


def with_hours(scenario: Scenario, folder: Path, carbon: CarbonSection) -> Scenario:
    """Return the scenario with the prices and the carbon of the files it names, on its steps.

    Raises:
        InputError: a file that is not there, or that cannot be read as what it should be.
    """
    from profiles.curves.by_hour import Measured, read_by_hour  # noqa: PLC0415 - only for who names a file

    def read(name: str, measured: Measured) -> ByHour:
        if not (folder / "curves" / curve_file(name)).is_file():
            message = _("the file is not in curves/: put it there, or correct its name")
            raise InputError([Problem(f"curves/{curve_file(name)}", message)])
        return read_by_hour(name, folder / "curves", scenario.steps, measured)

    names, markets = _markets(scenario), dict[str, ByHour]()
    for name in names:
        prices = read(name, Measured.PRICE)
        values, mean = eur_per_kwh(prices.values), eur_per_kwh(prices.own_mean)
        markets[name] = replace(prices, values=values, own_mean=mean)
    of_grid = (carbon.average, carbon.marginal)
    average, marginal = (None if name is None else read(name, Measured.CARBON) for name in of_grid)
    hours = HourlyCarbon(average=average, marginal=marginal, scope=carbon.scope)
    files = [f"curves/{curve_file(name)}" for name in (*names, *of_grid) if name]
    assumed = _assumed([*markets.values(), *filter(None, (average, marginal))])
    return replace(
        scenario,
        markets=markets,
        carbon=hours if average or marginal else None,
        files=(*scenario.files, *dict.fromkeys(files)),
        assumptions=(*scenario.assumptions, *assumed, *_fee(scenario, markets)),
    )


def names_hours(scenario: Scenario, carbon: CarbonSection) -> bool:
    """Return whether a folder names a file of this kind."""
    return bool(_markets(scenario) or carbon.average or carbon.marginal)


def _markets(scenario: Scenario) -> list[str]:
    prices = [scenario.prices.surplus, *(plant.surplus for plant in scenario.plants)]
    return list(dict.fromkeys(price.file for price in prices if isinstance(price, MarketFile)))


def _assumed(read: list[ByHour]) -> list[tuple[str, str, str]]:
    """Assumptions made to bring files to the period."""
    why = _(
        "the file holds another period: the same weekday and season stand for it; its sun was another one"
    )
    what, moved = _("Hours of {file}"), _("moved by whole weeks")
    lines = [(what.format(file=hourly.file), moved, why) for hourly in read if hourly.redated]
    filled = _("hours that the file leaves empty: those around, then the nearest weeks")
    shares = [(hourly, f"{decimal(100.0 * hourly.filled_ratio, 2)} %") for hourly in read]
    lines += [(what.format(file=h.file), share, filled) for h, share in shares if h.filled_ratio > 0.0]
    return list(dict.fromkeys(lines))  # one file may say prices and carbon


def _fee(scenario: Scenario, markets: dict[str, ByHour]) -> list[tuple[str, str, str]]:
    if not markets or scenario.prices.surplus_fee_eur_per_kwh > 0.0:
        return []
    why = _("not given (`surplus_fee_eur_per_mwh`): who sells on the market for you asks for one")
    return [(_("Fee on the surplus sold by the hour"), "0 €/MWh", why)]


def load(
    folder: Path,
    *,
    variant: str | None = None,
    key: str | None = None,
    settings: Sequence[Setting] = (),
    source: RawFolder | None = None,
) -> Scenario:
    """Return the scenario of a folder, under a variant and a key when they are named.

    Args:
        settings: what is asked over the variant; see `scenarios.entry.folder.question`.
        source: the folder as it was read, where that is known.

    Raises:
        InputError: every problem of the folder, with file, line, value, what was expected.
    """
    request = (*read_question(key=key), *settings)
    source = source_with_settings(source or folder, variant=variant, settings=request)
    return loaded(source, variant=variant, settings=settings)


def loaded(
    source: RawFolder,
    *,
    variant: str | None = None,
    settings: Sequence[Setting] = (),
    cache: PartCache = made_anew,
) -> Scenario:
    """Return the scenario of a folder as it was asked for; see `load`.

    Args:
        cache: what keeps what was read of equal tables for the next question.
    """
    scenario = scenario_of(source, variant=variant, cache=cache)
    if not scenario.participants:
        message = _("nobody takes part: leave at least one line active")
        raise InputError([Problem(source.table(PARTICIPANTS), message)])
    return replace(scenario, questions=label(settings))


def scenario_of(
    source: RawFolder,
    *,
    variant: str | None = None,
    key: str | None = None,
    everyone: bool = False,
    cache: PartCache = made_anew,
) -> Scenario:
    """Return the scenario written in `source`; `everyone` takes in the inactive members too.

    Raises:
        InputError: every fault of the folder.
    """
    sites = participants_of(source, cache)
    read, plants = checked(source, key, sites)
    operation, accepted = read["operation"], read["accepted"] or ()
    unlikely = unlikely_values(source, read, sites, plants, cache)
    doubted = [oddity for oddity in unlikely if not oddity.is_accepted(accepted)]
    kept_paths = {oddity.path for oddity in unlikely if oddity not in doubted}
    written = [plant for _row, plant in plants]
    later = more_panels(source.changes, written) if operation.changes else ()
    scenario = build_scenario(
        read,
        with_unique_names(participant for _row, participant in sites.rows),
        with_kept_roofs(with_unique_names([*written, *later]), kept_paths),
        variant=variant,
        key=key,
        everyone=everyone,
    )
    notes = (
        *source.converted,
        *kept_notes(source),
        *too_old(operation.rates_on),
        *(oddity.sentence for oddity in doubted),
        *power_notes(plants, read["quotes"]),
        *uncounted(read["changes"], operation),
    )
    scenario = replace(
        scenario,
        notes=tuple(of_book(source, note) for note in notes),
        doubted={oddity.path: of_book(source, oddity.sentence) for oddity in doubted},
        assumptions=(*scenario.assumptions, *quote_lines(scenario.plants), *accepted_lines(accepted)),
        files=() if source.book else scenario.files,
    )
    scenario = scenario if operation.sharing else without_sharing(scenario)
    if operation.contracts_file:
        scenario = with_contracts(scenario, source.folder / "curves" / operation.contracts_file)
    if names_hours(scenario, read["carbon"]):
        scenario = with_hours(scenario, source.folder, read["carbon"])
    scenario = with_places(scenario, source.folder, operation.density_file)
    changed = {str(row.cells.get("id")) for row in source.participants if isinstance(row, ChangedRow)}
    return scenario if source.mask is None else masked(scenario, source.mask, changed)


def problems_of(source: RawFolder) -> tuple[Problem, ...]:
    """Return every fault of a folder, its inactive members read too."""
    try:
        scenario_of(source, everyone=True)
    except InputError as fault:
        return fault.problems
    return ()


HEATED_SUMMER = 0.45
"""Mean power from May to August over that from November to February, below which electricity heats a site:
lamps and holidays alone make 0.56 of a measured school (VDI 4657-3), 0.7 to 1.3 of other profiles."""

PAST_MIDNIGHT = timedelta(hours=12)
"""Steps begin at midnight in Paris, on the day before by UTC."""


def with_curve_doubts(
    scenario: Scenario, source: RawFolder, facts: Mapping[str, CurveFacts], cache: PartCache
) -> Scenario:
    """Return the scenario with what its curves make doubtful.

    Args:
        source: the folder as it was asked for.
        facts: by `participants.ID` and `plants.ID`.
    """
    start, accepted = (scenario.steps.start_utc + PAST_MIDNIGHT).date(), scenario.accepted or ()

    def make() -> dict[str, str]:
        plants = read_rows(source.plants, PlantRow, [])
        folder = FolderToCheck.of(source, participants_of(source, cache).rows, plants, None)
        return {
            curve_oddity.path: curve_oddity.sentence
            for curve_oddity in curve_oddities(folder, facts, start, accepted)
        }

    doubts = cache("doubted curves", (source.participants, source.plants, start, accepted, facts), make)
    notes = (*scenario.notes, *doubts.values(), *_heated_already(scenario, facts))
    return replace(scenario, notes=notes, doubted={**scenario.doubted, **doubts})


def _heated_already(scenario: Scenario, facts: Mapping[str, CurveFacts]) -> Iterator[str]:
    """Yield the heat pumps that come where a measured curve is far higher in winter: it heats already."""
    names = {site.id: site.name for site in scenario.participants}
    for id_ in dict.fromkeys(change.site for change in scenario.changes if change.what is What.HEAT_PUMP):
        curve = facts.get(f"participants.{id_}")
        if curve is None or not curve.digest or curve.summer_winter is None:
            continue
        if curve.summer_winter < HEATED_SUMMER:
            message = _(
                "changes.csv, {name}: a heat pump comes, and its curve is {times} times as high in winter: "
                "does electricity heat it already? What the pump replaces is to be taken off (`renovation`)"
            )
            yield message.format(name=names[id_], times=decimal(1.0 / curve.summer_winter, 1))
