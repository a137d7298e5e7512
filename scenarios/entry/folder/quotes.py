"""`quotes.csv`, the sheet Devis: what a plant costs at several powers, which quotes each figure rests on."""

from collections.abc import Iterator, Mapping, Sequence
from gettext import gettext as _

from acc.i18n import N_, grouped
from acc.plan.another_power import QUOTED, quoted_costs
from acc.problem import Problem
from acc.sites import Plant, Quote
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.messages import shown, unknown_word
from scenarios.entry.columns.row_models import QuoteRow
from scenarios.entry.columns.rows import read_rows
from scenarios.entry.folder.another_power import figure_of, quotes_of
from scenarios.entry.folder.raw import RawFolder
from scenarios.entry.folder.settings import ChangedRow

WHAT: Mapping[str, str] = {"capex_eur": N_("{name}: investment"), "connection_eur": N_("{name}: connection")}


def read_quotes(source: RawFolder, faults: list[Problem]) -> dict[str, tuple[Quote, ...]]:
    """Return the quotes of each plant that has any, by id; what is wrong goes to `faults`."""
    plants = {str(row.cells.get("id", "")): row for row in source.plants}
    if not plants:  # which is told by itself
        read_rows(source.quotes, QuoteRow, faults)
        return {}
    seen: dict[tuple[str, float], Row] = {}
    for row, quote in read_rows(source.quotes, QuoteRow, faults):
        first = seen.setdefault((quote.id, quote.kwp), row)
        if quote.id not in plants:
            faults.append(Problem(row.path("id"), unknown_word(quote.id, sorted(plants))))
        elif first is not row:
            message = _("the same plant and power as in line {line}: keep one quote a power")
            faults.append(Problem(row.path("kwp"), message.format(line=first.line)))
        elif all(getattr(quote, name) is None for name in QUOTED):
            message = _("a quote without any amount: give the investment, the connection, or both")
            faults.append(Problem(row.path("capex_eur"), message))
        else:
            faults += _against(row, quote, plants[quote.id])
    by_plant = {name: quotes_of(source.quotes, row) for name, row in plants.items()}
    return {name: quotes for name, quotes in by_plant.items() if quotes}


def _against(row: Row, quote: QuoteRow, plant: Row) -> Iterator[Problem]:
    """Yield differences between a quote and the line of the plant at the same power, as written."""
    origins = plant.origins if isinstance(plant, ChangedRow) else {}
    if figure_of(plant.cells.get("kwp")) != quote.kwp or "kwp" in origins:
        return
    for name in QUOTED:
        eur, own = getattr(quote, name), figure_of(plant.cells.get(name))
        if eur is not None and own is not None and eur != own and name not in origins:
            message = _("{quote}, and {own} in {place}, for the same power: keep one of them")
            text = message.format(quote=shown(eur), own=shown(own), place=plant.path(name))
            yield Problem(row.path(name), text)


def quote_lines(plants: Sequence[Plant]) -> list[tuple[str, str, str]]:
    """Return the hypotheses that costs are which rest on quotes: what, how much, on which of them."""
    return [
        (_(WHAT[name]).format(name=plant.name), f"{grouped(cost.eur)} EUR", cost.basis)
        for plant in plants
        for name, cost in quoted_costs(plant, plant.kwp).items()
    ]
