"""What files of `curves/` say of a scenario: contracts of sites (C68), prices and carbon of each hour."""

from dataclasses import replace
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING

from acc.by_hour import ByHour, HourlyCarbon
from acc.i18n import decimal
from acc.problem import InputError, Problem
from acc.scenario import Scenario
from acc.sites import MarketFile, Participant
from acc.units import eur_per_kwh
from scenarios.entry.columns.bill_columns import curve_file
from scenarios.entry.columns.row_models import CarbonSection

if TYPE_CHECKING:
    from profiles.curves.by_hour import Measured
    from profiles.curves.formats.not_a_curve import Contract


def with_contracts(scenario: Scenario, path: Path) -> Scenario:
    """Return the scenario with the subscribed power and TURPE version of Enedis' C68, where cells are empty.

    Raises:
        InputError: a file that is no C68.
    """
    from profiles.curves.formats.not_a_curve import read_contracts  # noqa: PLC0415 - only for this file

    rows = {row.prm: row for row in read_contracts(path)}
    return replace(
        scenario, participants=tuple(_with_contract(p, rows.get(p.prm or "")) for p in scenario.participants)
    )


def _with_contract(participant: Participant, row: "Contract | None") -> Participant:
    if row is None:
        return participant
    given = participant.contract
    power = (row.subscribed_kva,) if row.subscribed_kva else ()
    contract = replace(
        given, turpe=given.turpe or row.turpe or None, subscribed_kva=given.subscribed_kva or power
    )
    return replace(participant, contract=contract)


def with_hours(scenario: Scenario, folder: Path, carbon: CarbonSection) -> Scenario:
    """Return the scenario with the prices and the carbon of the files it names, on its steps.

    Raises:
        InputError: a file that is not there, or that cannot be read as what it should be.
    """
    from profiles.curves.by_hour import Measured  # noqa: PLC0415 - only for who names a file

    names = _markets(scenario)
    markets = {name: _in_kwh(_read(scenario, folder, name, Measured.PRICE)) for name in names}
    hours = HourlyCarbon(
        average=_carbon(scenario, folder, carbon.average),
        marginal=_carbon(scenario, folder, carbon.marginal),
        scope=carbon.scope,
    )
    read = [*markets.values(), *filter(None, (hours.average, hours.marginal))]
    files = [f"curves/{curve_file(name)}" for name in (*names, carbon.average, carbon.marginal) if name]
    return replace(
        scenario,
        markets=markets,
        carbon=hours if hours.average or hours.marginal else None,
        files=(*scenario.files, *dict.fromkeys(files)),
        assumptions=(*scenario.assumptions, *_assumed(read), *_fee(scenario, markets)),
    )


def names_hours(scenario: Scenario, carbon: CarbonSection) -> bool:
    """Return whether a folder names a file of this kind."""
    return bool(_markets(scenario) or carbon.average or carbon.marginal)


def _markets(scenario: Scenario) -> list[str]:
    prices = [scenario.prices.surplus, *(plant.surplus for plant in scenario.plants)]
    return list(dict.fromkeys(price.file for price in prices if isinstance(price, MarketFile)))


def _carbon(scenario: Scenario, folder: Path, name: str | None) -> ByHour | None:
    from profiles.curves.by_hour import Measured  # noqa: PLC0415 - only for who names a file

    return None if name is None else _read(scenario, folder, name, Measured.CARBON)


def _read(scenario: Scenario, folder: Path, name: str, measured: "Measured") -> ByHour:
    from profiles.curves.by_hour import read_by_hour  # noqa: PLC0415 - only for who names a file

    if not (folder / "curves" / curve_file(name)).is_file():
        message = _("the file is not in curves/: put it there, or correct its name")
        raise InputError([Problem(f"curves/{curve_file(name)}", message)])
    return read_by_hour(name, folder / "curves", scenario.steps, measured)


def _in_kwh(prices: ByHour) -> ByHour:
    return replace(prices, values=eur_per_kwh(prices.values), own_mean=eur_per_kwh(prices.own_mean))


def _assumed(read: list[ByHour]) -> list[tuple[str, str, str]]:
    """Assumptions made to bring files to the period."""
    why = _(
        "the file holds another period: the same weekday and season stand for it; its sun was another one"
    )
    lines = [(_("Hours of {file}").format(file=hourly.file), _("moved by whole weeks"), why)
            for hourly in read if hourly.redated]  # fmt: skip
    filled = _("hours that the file leaves empty: those around, then the nearest weeks")
    for by_hour in read:
        if by_hour.filled_ratio > 0.0:
            share = f"{decimal(100.0 * by_hour.filled_ratio, 2)} %"
            lines.append((_("Hours of {file}").format(file=by_hour.file), share, filled))
    return list(dict.fromkeys(lines))  # one file may say prices and carbon


def _fee(scenario: Scenario, markets: dict[str, ByHour]) -> list[tuple[str, str, str]]:
    if not markets or scenario.prices.surplus_fee_eur_per_kwh > 0.0:
        return []
    why = _("not given (`surplus_fee_eur_per_mwh`): who sells on the market for you asks for one")
    return [(_("Fee on the surplus sold by the hour"), "0 €/MWh", why)]
