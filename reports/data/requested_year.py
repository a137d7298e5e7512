"""One year of the plan as data: what it is for everybody, each site, each plant and each member."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from typing import Annotated, NotRequired

from acc.result.outcomes import MemberOutcome, outcomes_in
from acc.result.result import Result
from acc.sides import loses
from acc.units import for_each_kwh
from reports.data import columns
from reports.data.encode import Document, Keys, Picked, encode
from reports.data.results import RESULTS, Participants, results_document
from reports.data.rows import PlantResultRow, have, participant_rows, plant_rows
from reports.data.table import Need
from reports.data.years import YearRow, plan_year_of_calendar, year_rows

EARNED = ("local_eur_ht", "surplus_eur_ht", "own_use_eur_ht")
"""What a plant earns in a year, as a plan and the period call it."""


def plant_year_rows(result: Result, year: int) -> list[PlantResultRow]:
    """Return the plants in a year of the plan, from 1 on, what each earns in it, None where unknown.

    What the operation brings a plant over selling everything is not known of a later year.
    """
    assert result.years is not None  # only then is a year asked for
    money = result.money
    terms, income = (None, None) if money is None else (money.plan_terms, money.plant_income)
    flows = None if terms is None or income is None else terms.flows(income)
    rows = plant_rows(result.scenario, result.years.energies[year - 1], money)
    for m, row in enumerate(rows):
        if row.money is not None:
            local, surplus, own_use = (
                None if flows is None else float(getattr(flows, name)[m, year]) for name in EARNED
            )
            eur = replace(row.money, local_eur_ht=local, surplus_eur_ht=surplus, own_use_eur_ht=own_use)
            rows[m] = replace(row, money=replace(eur, all_sold_eur_ht=None))
    return rows


OF_THE_FIRST_YEAR = (
    *("full_accise_saving_eur_ht", "saving_eur_ttc", "saving_eur_per_kwh", "before", "after", "reasons"),
    *("break_even_eur_per_mwh", "break_even_supply_eur_per_kwh", "break_even_local_eur_per_kwh", "loses"),
)
"""Figures of a site that are known of the first year alone: null in another one."""


TOTALS = Keys(YearRow, "* -changes")
YEAR = Keys(
    Result,
    "year? asked_year? plants",
    year=(int, None),
    asked_year=(Annotated[Picked, TOTALS, ("members", Sequence[MemberOutcome])], None),
    plants=(list[Annotated[Picked, columns.PLANTS, ("own_use_eur_ht", NotRequired[float | None])]], None),
)
"""Keys that a year of the calendar adds to those of a result, where one is wanted."""


def year_document(result: Result, wanted: int | None) -> Annotated[Document, RESULTS, YEAR]:
    """Document of `run --json`: of a year of the calendar, its totals, sites, plants and members.

    Where a year is wanted, `participants` and `plants` are those of that year, which `year` names; totals,
    persons and all the rest stay those of the first one. Without it the document is that of the result.

    Raises:
        InputError: a year that is not in the plan, a folder without dated changes.
    """
    year = plan_year_of_calendar(result, wanted)
    if year is None:
        return results_document(result)
    outcomes = outcomes_in(result, year)
    row = next(islice(year_rows(result), year - 1, None))
    return {
        "year": wanted,
        "asked_year": encode({**TOTALS.record(row), "members": outcomes.members}),
        **results_document(result),
        "participants": encode(_participants(result, year)),
        "plants": encode(
            [
                columns.PLANTS.record(row, have(result.money))
                | {"own_use_eur_ht": row.money and row.money.own_use_eur_ht}
                for row in plant_year_rows(result, year)
            ]
        ),
    }


def _participants(result: Result, year: int) -> Participants:
    """Sites in a year of the plan, under the names of those of the first year."""
    assert result.years is not None  # only then is a year asked for
    money, rows = result.money, []
    for site in participant_rows(result, result.years.energies[year - 1], result.money):
        by_year = () if site.money is None else site.money.by_year_eur_ht
        saving = by_year[year - 1] if by_year else None
        record = columns.PARTICIPANTS.record(replace(site, saving_eur_ht=saving), have(money, {Need.QUALITY}))
        record |= dict.fromkeys(record.keys() & OF_THE_FIRST_YEAR)
        if saving is not None:
            record |= {"loses": loses(saving), "saving_eur_per_kwh": for_each_kwh(saving, site.received_kwh)}
        rows.append(record)
    return rows
