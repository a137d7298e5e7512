"""The battery of the alternative with one: that of the folder, else the best that `acc size` finds."""

from collections.abc import Callable
from gettext import gettext as _

from acc.i18n import semicolons
from acc.plan.plan_terms import nominal_discount_ratio
from acc.problem import InputError
from acc.scenario import Battery, Scenario
from acc.size.result import SizedBattery
from acc.worth.choices import WayState
from scenarios.studies.size.battery_settings import BatteryChoice
from scenarios.studies.worth.words import StoredWords

NO_PRICE = WayState.NOT_COMPARABLE

LEAST_KWH = 0.1
"""A smaller battery is none: what a search leaves of zero."""


def battery_words(
    scenario: Scenario, choice: BatteryChoice | None, search: Callable[[], SizedBattery | None]
) -> StoredWords:
    """Words that add a battery to a folder, or keep its own; or reason why none is compared.

    Args:
        choice: of `[size.battery]`; None without it.
        search: finds the best one.
    """
    if scenario.battery is not None:
        return _own(scenario.battery)
    if choice is None:
        reason = _("no battery: describe one in [battery], or ask for its size in [size.battery]")
        return StoredWords(state=NO_PRICE, reason=reason)
    try:
        response = search()
    except InputError as fault:
        reason = _("`acc size` cannot look for one: {why}")
        return StoredWords(
            state=NO_PRICE, reason=reason.format(why=semicolons(p.message for p in fault.problems))
        )
    kwh = 0.0 if response is None else response.kwh
    if kwh < LEAST_KWH:
        reason = _("no battery pays (`acc size`)")
        return StoredWords(state=WayState.NOT_POSSIBLE, reason=reason)
    return StoredWords(words=_sized(kwh, choice, scenario))


def _own(battery: Battery) -> StoredWords:
    if battery.capex_eur is None:
        reason = _("the price of the battery is not known (`capex_eur` in `[battery]`)")
        return StoredWords(state=NO_PRICE, reason=reason)
    return StoredWords()


def _sized(kwh: float, choice: BatteryChoice, scenario: Scenario) -> tuple[str, ...]:
    """Return the battery found, its replacement counted at the start at its worth of today."""
    capex, finance = choice.fixed_eur + kwh * choice.capex_eur_per_kwh, scenario.finance
    if finance is not None and choice.replacement_year is not None and choice.replacement_eur_per_kwh:
        year = choice.replacement_year
        grown = (1.0 + finance.indexation_ratio) ** (year - 1)
        capex += (
            kwh * choice.replacement_eur_per_kwh * grown / (1.0 + nominal_discount_ratio(finance)) ** year
        )
    return (
        f"battery.energy_kwh={kwh}",
        f"battery.power_kw={kwh / choice.hours}",
        f"battery.round_trip_ratio={choice.round_trip_ratio}",
        f"battery.capex_eur={capex}",
        f"battery.opex_eur_per_year={kwh * choice.opex_eur_per_kwh_year}",
    )
