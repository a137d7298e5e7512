"""`sharing = false`: the same sites and plants without an operation, which sharing is compared with."""

from dataclasses import replace
from gettext import gettext as _

from acc.keys.weighted import STATIC
from acc.scenario import KeyChoice, Scenario

NOBODY_RECEIVES = KeyChoice(name=STATIC.name, parameters={"shares": {}})


def without_sharing(scenario: Scenario) -> Scenario:
    """Return a scenario in which each plant serves who stands under it and sells the rest.

    Nobody receives, no fee is paid; a shared battery has nothing to share, and is left out.
    """
    prices = replace(scenario.prices, pmo_eur_per_year=0.0, pmo_eur_per_kwh=0.0)
    note = _("sharing = false: nothing is shared here, this is what sharing is compared with")
    return replace(
        scenario,
        sharing=False,
        key=NOBODY_RECEIVES,
        prices=prices,
        battery=None,
        notes=(*scenario.notes, note),
    )


def priced_without_sharing(scenario: Scenario) -> Scenario:
    """Scenario for the euros without sharing: no local price, no key."""
    nothing = without_sharing(scenario)
    prices = replace(
        nothing.prices,
        local_eur_per_kwh=0.0,
        local_ratio=None,
        local_by_slot_eur_per_kwh={},
        local_by_plant_eur_per_kwh={},
        local_by_participant_eur_per_kwh={},
        local_by_person_eur_per_kwh={},
    )
    return replace(
        nothing, prices=prices, key_parameters={}, assumptions=(), notes=(), questions=(), variant=None
    )
