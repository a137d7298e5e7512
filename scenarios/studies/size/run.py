"""From an operation folder to the powers that serve it best: meters, prices, classes, search."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import fields, replace
from gettext import gettext as _
from pathlib import Path
from typing import Unpack

import numpy as np

from acc.accounts.price_corridor import plants_losses_kept_eur
from acc.accounts.producers import is_full_years
from acc.accounts.values import Money
from acc.bills.bill import period_years
from acc.i18n import amount
from acc.keys import KEYS
from acc.problem import InputError, Problem, refuse
from acc.result.proposal import CaseToCompare, propose
from acc.rules.epci import outside_mainland
from acc.scenario import Regime, Scenario
from acc.size.result import Aim, ComparedPowers, PowersFor, SizedPowers, SizeResult, Sizing
from acc.units import kw
from scenarios.entry.folder.load import scenario_of
from scenarios.entry.folder.question import label
from scenarios.entry.folder.raw import RawFolder
from scenarios.entry.folder.sections import left_out
from scenarios.entry.places.geography import scenario_members
from scenarios.operation.metering.meter import meter, outputs_of
from scenarios.operation.ready.request import (
    OperationRequest,
    cache_of,
    operation_status,
    progress_of,
    repeated,
    source_of,
)
from scenarios.rates.table import perimeter_rules, read_rates
from scenarios.studies.size.ground import (
    BuiltPowers,
    Sought,
    built_at,
    counts_tax,
    exchange_at,
    ground_of,
    written_at,
)
from scenarios.studies.size.marginal_values import option_takers
from scenarios.studies.size.roof_classes import alternatives
from scenarios.studies.size.search_all import FRONTIER_POINTS, refuse_unreachable, size
from scenarios.studies.size.settings import SizeChoice, read_size
from scenarios.studies.size.values import battery_notes, with_bound
from scenarios.studies.size.years import SearchedYears, repeats_first_year, searched_years

OPTION_ROUNDS = 3
"""Searches at most, until who takes the ACC option of the network tariff is who was counted with it."""

MEMBERS_COUNT = frozenset({Aim.NPV_EVERYONE, Aim.WORST_MEMBER})
"""Aims that count what members save."""

UNDER_THE_CAP_KWP = 0.001
""""Inférieure à": the cap on the power of an operation is itself too much, by a watt."""


def size_folder(folder: Path, **request: Unpack[OperationRequest]) -> Sizing:
    """Return the best powers for an operation folder.

    Args:
        request: which scenario; see `OperationRequest`.

    Raises:
        InputError: every fault of the folder and of `[size]`, what is missing for a plan, limits that
            exclude each other.
    """
    sought = _inputs(folder, request)
    scenario, choice = sought.scenario, sought.choice
    progress_of(request)(_("the best powers"))
    result, built, notes = _searched(sought)
    status = operation_status(scenario, None if built is None else built.money)
    built_powers: dict[PowersFor, BuiltPowers] = {}
    if built is not None and (written := written_at(sought)) is not None:
        built_powers = {PowersFor.WRITTEN: written, PowersFor.BEST: built}
        if choice.aim is not Aim.NPV_EVERYONE:
            everybody = replace(sought, choice=replace(choice, aim=Aim.NPV_EVERYONE))
            with suppress(InputError):  # what that aim refuses is no fault of the one that is asked for
                best = _searched(everybody, compared=built)[1]
                built_powers |= {} if best is None else {PowersFor.EVERYBODY: best}
    # Proposal of powers by the group's criteria, those of the folder first.
    cases = [
        CaseToCompare(name, row.exchange, row.received_kwh, row.money, not status.is_unlawful)
        for name, row in built_powers.items()
    ]
    return Sizing(
        scenario=scenario,
        status=status,
        notes=(*notes, *general_notes(scenario, choice)),
        persons=() if built is None else built.money.persons,
        total=None if built is None else built.money.total,
        reference_powers=tuple(
            ComparedPowers(name=name, powers_kwp=sized.powers_kwp, total=sized.money.total)
            for name, sized in built_powers.items()
            if sized.money.total is not None
        ),
        proposal=(propose(cases, scenario.decide) if cases else None),
        **{field.name: getattr(result, field.name) for field in fields(result)},
    )


def _searched(
    sought: Sought, compared: BuiltPowers | None = None
) -> tuple[SizeResult, BuiltPowers | None, tuple[str, ...]]:
    """Return the best powers, what they give once built, and notes.

    Args:
        compared: those of another aim: the best alone is then sought, without frontier nor classes.
    """
    scenario, choice, metered, complete = sought.scenario, sought.choice, sought.metered, compared is None
    takers = option_takers(scenario, metered.exchange)
    points = FRONTIER_POINTS if complete else 0
    for _round in range(OPTION_ROUNDS):
        ground, notes = ground_of(scenario, metered, sought.unit_kwh, choice, takers, sought.years)
        result = size(ground, choice, frontier_points=points, compare=complete)
        met = exchange_at(sought, result.best)
        counted, takers = takers, option_takers(scenario, met)
        if choice.aim not in MEMBERS_COUNT or np.array_equal(counted, takers):
            break
    else:
        notes = (*notes, _("The ACC option of the network tariff is counted as at other powers."))
    same = compared is not None and compared.is_at(result.best)
    built = compared if same else built_at(sought, met, ground.columns, result.best)
    if built is not None and counts_tax(scenario, choice):
        result, more_eur = with_tax_paid(choice, result, built.searched)
        notes = (*notes, *tax_notes(choice, more_eur))
    if built is not None:
        result = with_own_years(choice, result, built)
    notes = (*notes, *years_notes(sought, built))
    if built is None and choice.aim is Aim.NPV_EVERYONE:
        more = _("What members pay whatever the powers (fees by the year, management) is left out.")
        notes = (*notes, more)
    return result, built, notes


def _inputs(folder: Path, request: OperationRequest) -> Sought:
    """Inputs of the search: the scenario, the meters, and the output per kWp of each alternative.

    Raises:
        InputError: see `size_folder`.
    """
    source, cache, progress = source_of(folder, request), cache_of(folder, request), progress_of(request)
    scenario, choice = _scenario_and_choice(source, request)
    if repeats_first_year(scenario, choice):
        source = source_of(folder, repeated(request))
        scenario, choice = _scenario_and_choice(source, request)
    check_size(scenario)
    metered = meter(scenario, folder, cache, progress)
    widest = replace(scenario, plants=tuple(alternatives(scenario, choice)))
    unit_kwh = outputs_of(widest, folder, cache, progress)
    years = searched_years(scenario, metered, unit_kwh, choice)
    return Sought(scenario, replace(choice, power_cap_kwp=power_cap_kwp(scenario)), metered, unit_kwh, years)


def _scenario_and_choice(source: RawFolder, request: OperationRequest) -> tuple[Scenario, SizeChoice]:
    """Return the scenario of a folder, and what `[size]` seeks in it.

    Raises:
        InputError: see `size_folder`.
    """
    scenario = scenario_of(source, variant=request.get("variant"))
    scenario = replace(scenario, questions=label(request.get("settings", ())))
    powers_kwp = {plant.id: plant.kwp for plant in scenario.plants}
    return scenario, read_size(source, powers_kwp, scenario.battery)


def with_tax_paid(choice: SizeChoice, result: SizeResult, money: Money) -> tuple[SizeResult, float]:
    """Return the result once the tax that is paid is counted, and how much more it is than was searched with.

    The search takes each loss as given back by the State.
    """
    if choice.aim is Aim.NPV_EVERYONE:
        more = money.losses_kept_eur
        best = replace(result.best, value=result.best.value - more)
    else:
        more = plants_losses_kept_eur(money)
        best = replace(result.best, value=result.best.value - more, npv_eur_ht=result.best.npv_eur_ht - more)
    return replace(result, best=with_bound(best, result.best.bound)), more


def with_own_years(choice: SizeChoice, result: SizeResult, built: BuiltPowers) -> SizeResult:
    """Return the result once each year of the plan counts its own energy, as a run does.

    The search repeats the first year: what that leaves out at the powers found is added to every plan of it.
    """
    of_plants = built.more_eur(Aim.NPV)
    of_aim = built.more_eur(choice.aim) if choice.aim.is_value else 0.0

    def later(sized_powers: SizedPowers | None) -> SizedPowers | None:
        if sized_powers is None:
            return None
        value, npv = sized_powers.value + of_aim, sized_powers.npv_eur_ht + of_plants
        return replace(sized_powers, value=value, bound=sized_powers.bound + of_aim, npv_eur_ht=npv)

    best = later(result.best)
    assert best is not None  # it is what was found
    return replace(
        result,
        best=best,
        later_years_eur=of_aim,
        without_cap=later(result.without_cap),
        frontier=tuple(point for point in map(later, result.frontier) if point is not None),
        compared=tuple(
            row
            if row.value is None or row.npv_eur_ht is None
            else replace(row, value=row.value + of_aim, npv_eur_ht=row.npv_eur_ht + of_plants)
            for row in result.compared
        ),
    )


def years_notes(sought: Sought, built: BuiltPowers | None) -> tuple[str, ...]:
    """Return of which years the search is, and what the others add at the powers found."""
    choice, years = sought.choice, sought.years
    more = None if built is None else built.more_eur(choice.aim if choice.aim.is_value else Aim.NPV)
    message = _(
        "The search, and what it proves, repeat the first year, its output fading. At the powers found each "
        "year on its own energy adds {eur} EUR, which every value told here counts, the bound too; at other "
        "powers it might be more."
    )
    notes: tuple[str, ...] = ()
    if years is not None:
        message = _(
            "At the powers found each year settled by itself, as `acc run` does, adds {eur} EUR, which every "
            "value told here counts, the bound too; at other powers it might be more."
        )
        notes = (_dated_note(years),)
    elif built is None and choice.aim.is_value:
        notes = (
            _("Each year repeats the first, its output fading: `acc run` counts each on its own energy."),
        )
    return notes if more is None or abs(more) < 1.0 else (*notes, message.format(eur=amount(more)))


def _dated_note(years: SearchedYears) -> str:
    message = _(
        "The dated changes are counted: of the {horizon} years of the plan, the search, and what it proves, "
        "settle {count} ({years}), one step an hour, which stand for the others. Energy and its parts are "
        "means over the plan."
    )
    settled = [str(year.year) for year in years.each]
    return message.format(horizon=len(years.weights), count=len(settled), years=", ".join(settled))


def look_at_size(folder: Path, **request: Unpack[OperationRequest]) -> None:
    """Refuse a folder on the conditions of `size_folder`, without its search where no limit needs one.

    Raises:
        InputError: see `size_folder`.
    """
    sought = _inputs(folder, request)
    scenario, choice, metered = sought.scenario, sought.choice, sought.metered
    takers = option_takers(scenario, metered.exchange)
    ground, _notes = ground_of(scenario, metered, sought.unit_kwh, choice, takers, sought.years)
    refuse_unreachable(ground, choice)


def check_size(scenario: Scenario) -> None:
    """Refuse a folder without what a plan needs.

    Raises:
        InputError: each thing that is missing.
    """
    problems = []
    if not scenario.plants:
        problems.append(Problem("plants.csv", _("no roof to size: at least one plant is expected")))
    if not scenario.prices.is_decided:
        problems.append(Problem("[prices]", _("a local price is needed to size: give local_eur_per_mwh")))
    if scenario.finance is None:
        problems.append(
            Problem("[finance]", _("hypotheses of a plan are needed to size: add a section [finance]"))
        )
    if not is_full_years(period_years(scenario.steps)):
        message = _("whole years are needed to size: a plan of {days} days has no meaning")
        days = round(scenario.steps.count * scenario.steps.hours / 24.0)
        problems.append(Problem("[operation] end", message.format(days=days)))
    if any(plant.curve for plant in scenario.plants):
        message = _("a measured curve is no roof to size: leave `curve` empty to model the plant")
        problems.append(Problem("plants.csv, curve", message))
    refuse(problems)


def power_cap_kwp(scenario: Scenario) -> float | None:
    """Return the most power that the operation may have; None in one building."""
    if scenario.regime is Regime.BUILDING:
        return None
    rules = perimeter_rules(read_rates(), scenario.on)
    figure = rules.power_epci_mw if scenario.regime is Regime.EPCI else rules.power_mw
    if outside_mainland(scenario_members(scenario)):
        figure = rules.power_zni_mw
    return None if figure is None else kw(figure.value) - UNDER_THE_CAP_KWP


def general_notes(scenario: Scenario, choice: SizeChoice) -> tuple[str, ...]:
    """Items left out of the search, in sentences."""
    left_aside = _(
        "Taxes on profit, loans, the operation’s grant and the caps on paid surplus are left out of the "
        "search."
    )
    if counts_tax(scenario, choice):
        left_aside = _(
            "Loans, the operation’s grant and the caps on paid surplus are left out of the search."
        )
    notes = [
        left_aside,
        _("Each roof is taken as a production site of its own for the accise and its contract."),
    ]
    if choice.battery is None:
        notes += left_out(scenario)
    else:
        notes += battery_notes(choice.battery, scenario)
    notes += _member_notes(scenario, choice)
    if scenario.flexible:
        notes.append(_("Flexible loads stand where the plants of the folder draw them, whatever the size."))
    key = KEYS[scenario.key.name]
    if not key.wastes_nothing:
        message = _("Sized as if nothing were wasted; the key {name} may share less: run it on the result.")
        notes.append(message.format(name=key.name))
    return tuple(notes)


def tax_notes(choice: SizeChoice, more_eur: float) -> tuple[str, ...]:
    """Treatment of taxes on profit in the search, and its error at the powers found."""
    message = _(
        "Taxes on profit: each producer's, on its plants alone. The search counts them as if the State gave "
        "back its part of each loss; at the powers found {eur:.0f} EUR more are paid, which the value counts."
    )
    if choice.aim is Aim.NPV_EVERYONE:
        message = _(
            "Taxes on profit: each person's, plants and bills together. The search counts them as if the "
            "State gave back its part of each loss; at the powers found {eur:.0f} EUR more are paid, which "
            "the value counts."
        )
    return (message.format(eur=max(0.0, more_eur)),)


def _member_notes(scenario: Scenario, choice: SizeChoice) -> Iterator[str]:
    """Items left out of the members' savings, where the aim counts them."""
    if choice.aim is Aim.NPV_EVERYONE:
        unknown = [p.name for p in scenario.participants if not p.contract.energy_eur_per_kwh]
        if unknown:
            message = _("Supply price unknown, counted as saving nothing: {names}.")
            yield message.format(names=", ".join(unknown))
    if choice.aim is Aim.WORST_MEMBER and scenario.prices.pmo_eur_per_year > 0.0:
        yield _("The yearly fee of the PMO is left out of what each member saves.")
