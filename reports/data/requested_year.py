"""One year of the plan as data: what it is for everybody, each site, each plant and each member."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from acc.result.outcomes import outcomes_in
from acc.result.result import Result
from reports.data.years import plan_year_of_calendar, year_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantYearRow:
    """What a plant makes in a year of the plan, and what it is paid, EUR without tax, None where unknown.

    Attributes:
        production_kwh: injected, as in the first year; `own_use_kwh` used behind its meter.
        own_use_eur_ht: what its own use brings its owner.
    """

    id: str
    name: str
    production_kwh: float
    own_use_kwh: float
    shared_kwh: float
    surplus_kwh: float
    local_eur_ht: float | None
    surplus_eur_ht: float | None
    own_use_eur_ht: float | None


def plant_year_rows(result: Result, year: int) -> Iterator[PlantYearRow]:
    """Yield each plant in a year of the plan, from 1 on, in the order of the scenario."""
    assert result.years is not None  # only then is a year asked for
    sums, money = result.years.energies[year - 1], result.money
    terms, income = (None, None) if money is None else (money.plan_terms, money.plant_income)
    flows = None if terms is None or income is None else terms.flows(income)
    for m, plant in enumerate(result.scenario.plants):
        production_kwh, left = float(sums.production_kwh[m]), float(sums.surplus_kwh[m])

        def eur(name: str, row: int = m) -> float | None:
            return None if flows is None else float(getattr(flows, name)[row, year])

        yield PlantYearRow(
            id=plant.id,
            name=plant.name,
            production_kwh=production_kwh,
            own_use_kwh=float(sums.own_use_kwh[m]),
            shared_kwh=max(0.0, production_kwh - left),
            surplus_kwh=left,
            local_eur_ht=eur("local_eur_ht"),
            surplus_eur_ht=eur("surplus_eur_ht"),
            own_use_eur_ht=eur("own_use_eur_ht"),
        )


def year_document(result: Result, wanted: int | None) -> dict[str, object]:
    """Return a year of the calendar as `--json` prints it; nothing where none is asked for.

    Raises:
        InputError: a year that is not in the plan, a folder without dated changes.
    """
    year = plan_year_of_calendar(result, wanted)
    if year is None or result.years is None:
        return {}
    outcomes, sums = outcomes_in(result, year), result.years.energies[year - 1]
    saved = {site.id: site.saving_eur_ht for site in outcomes.sites}
    (row,) = [year_row for number, year_row in enumerate(year_rows(result), start=1) if number == year]
    of_all = {name: value for name, value in asdict(row).items() if name != "changes"}
    sites = zip(
        result.scenario.participants, sums.consumption_kwh.tolist(), sums.received_kwh.tolist(), strict=True
    )
    return {
        "asked_year": {
            **of_all,
            "participants": [
                {
                    "id": site.id,
                    "name": site.name,
                    "consumption_kwh": need,
                    "received_kwh": received,
                    "saving_eur_ht": saved.get(site.id),
                }
                for site, need, received in sites
            ],
            "plants": [asdict(plant_year_row) for plant_year_row in plant_year_rows(result, year)],
            "members": [
                {
                    "id": member.id,
                    "name": member.name,
                    "consumption_kwh": member.need_kwh,
                    "received_kwh": member.received_kwh,
                    "gain_eur_ht": member.gain_eur_ht,
                }
                for member in outcomes.members
            ],
        }
    }
