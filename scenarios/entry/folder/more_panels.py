"""Panels that a plant of `changes.csv` gets later: a second plant beside it, which starts on that day."""

from collections.abc import Iterator, Mapping, Sequence
from gettext import gettext as _

from acc.changes import What
from acc.problem import Problem
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.messages import shown
from scenarios.entry.columns.row_models import ChangeRow, PlantRow
from scenarios.entry.columns.rows import read_rows

OF_ITS_OWN = (
    *("prm", "inverter_kva", "commissioned_year", "commissioned_on", "capex_eur", "connection_eur"),
    *("opex_eur_per_year", "insurance_eur_per_year", "rent_eur_per_year", "inverter_eur"),
    *("injection_turpe_eur_per_year", "ifer_eur_per_year", "grant_eur"),
)
"""What a plant states of its own power, meter and days: the panels that come later have the usual ones."""


def panels_id(change: ChangeRow) -> str:
    """Return the id of what comes later beside a plant: one a year."""
    return f"{change.id}-{change.since.year}"


def more_panels(source: Sequence[Row], plants: Sequence[PlantRow]) -> list[PlantRow]:
    """Return the plants that rows `kwp` add: placed, sold and worn as the one beside them."""
    known = {plant.id: plant for plant in plants}
    return [
        _panels(known[change.id], change)
        for _row, change in read_rows(source, ChangeRow, [])
        if change.what is What.KWP
    ]


def added_panels_plants(source: Sequence[Row]) -> dict[str, str]:
    """Return beside which plant each of those that rows `kwp` add stands, by id."""
    rows = read_rows(source, ChangeRow, [])
    return {panels_id(change): change.id for _row, change in rows if change.what is What.KWP}


def _panels(plant: PlantRow, change: ChangeRow) -> PlantRow:
    kwp = change.kwp or 0.0
    name = _("{name}, {kwp} kWp more in {year}").format(
        name=plant.name or plant.id, kwp=shown(kwp), year=change.since.year
    )
    own = {"id": panels_id(change), "name": name, "kwp": kwp, "capex_eur": change.capex_eur}
    return plant.model_copy(update=dict.fromkeys(OF_ITS_OWN) | own)


def panels_faults(row: Row, change: ChangeRow, plants: Mapping[str, PlantRow]) -> Iterator[Problem]:
    """Yield problems of later panels, or of their columns in another row."""
    for name in ("kwp", "capex_eur"):
        if change.what is not What.KWP and getattr(change, name) is not None:
            message = _("for panels that are added (`kwp`) alone: leave the cell empty")
            yield Problem(row.path(name), message)
    if change.what is not What.KWP or change.id not in plants:
        return
    if change.kwp is None:
        yield Problem(row.path("kwp"), _("missing: how many kWp are added"))
    if plants[change.id].curve is not None:
        message = _(
            "the output of {plant} is measured: write these panels in plants.csv, with a row `starts`"
        )
        yield Problem(row.path("what"), message.format(plant=change.id))
    if panels_id(change) in plants:
        message = _("{plant} is in plants.csv already: its row `starts` says when")
        yield Problem(row.path("id"), message.format(plant=panels_id(change)))
