"""What follows a power that is set over the folder, in a sentence: from what, in proportion or not."""

from collections.abc import Mapping, Sequence
from gettext import gettext as _

from acc.i18n import decimal, grouped
from acc.plan.another_power import QUOTED, quoted_values
from acc.sites import Quote
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.input_columns import columns
from scenarios.entry.columns.names import PLANTS
from scenarios.entry.columns.row_models import PlantRow
from scenarios.entry.folder.another_power import FOLLOW, LAW, STAY, Stated, figure_of
from scenarios.entry.folder.settings import ChangedRow


def power_notes(plants: Sequence[tuple[Row, PlantRow]], quotes: Mapping[str, Sequence[Quote]]) -> list[str]:
    """Return a sentence for each plant that is in at another power than the folder's, with what it states.

    Args:
        quotes: of each plant that has any, by id.
    """
    return [
        _sentence(plant, row.cells, row.stated, quotes.get(plant.id, ()))
        for row, plant in plants
        if isinstance(row, ChangedRow) and plant.active and _is_noted(plant, row)
    ]


def _is_noted(plant: PlantRow, row: ChangedRow) -> bool:
    measured = plant.curve is not None and "kwp" in row.stated and plant.kwp != row.stated["kwp"][1]
    return measured or bool(_moved(row.cells, row.stated))


def _moved(cells: Mapping[str, object], stated: Stated) -> dict[str, float | None]:
    """Figures changed along with the power, by column."""
    now = {name: figure_of(cells.get(name)) for name in (*FOLLOW, *LAW) if name in stated}
    return {name: figure for name, figure in now.items() if figure != stated[name][1]}


def _sentence(plant: PlantRow, cells: Mapping[str, object], stated: Stated, quotes: Sequence[Quote]) -> str:
    moved, words = _moved(cells, stated), _words()
    before, _figure = stated[next(iter(moved), "kwp")]
    figures = {
        name: f"{words[name][0]} {_number(stated[name][1])} → {_number(figure)}\u00a0{words[name][1]}"
        for name, figure in moved.items()
        if figure is not None
    }
    # What the row stated is one of them: alone it is no quote.
    quoted = {name for name in QUOTED if len(quoted_values(quotes, name)) > 1}
    lists = (
        (_("In proportion: {list}."), [text for name, text in figures.items() if name not in quoted]),
        (_("By the quotes: {list}."), [text for name, text in figures.items() if name in quoted]),
        (_("From the rates: {list}."), [words[name][0] for name, figure in moved.items() if figure is None]),
        (_("The same: {list}."), [words[name][0] for name in STAY if name in cells]),
    )
    start = _("{name}: {kwp} kWp in place of {before}, and what the folder states with it.")
    filled = start.format(name=plant.name or plant.id, kwp=_number(plant.kwp), before=_number(before))
    sentences = [filled, *(text.format(list=", ".join(names)) for text, names in lists if names)]
    if plant.curve is not None:
        sentences.append(_("Its production stays that of its curve: give the curve of this power."))
    return " ".join(sentences)


def _words() -> dict[str, tuple[str, str]]:
    """Label and unit of each figure in a sentence; a column without label has its title."""
    eur, yearly = _("EUR"), _("€/year")
    return {name: (column.french, column.unit) for name, column in columns(PLANTS).items()} | {
        "inverter_kva": (_("inverter"), "kVA"),
        "capex_eur": (_("investment"), eur),
        "connection_eur": (_("connection"), eur),
        "opex_eur_per_year": (_("running cost"), yearly),
        "insurance_eur_per_year": (_("insurance"), yearly),
        "inverter_eur": (_("change of inverters"), eur),
        "grant_eur": (_("grant"), eur),
        "ifer_eur_per_year": (_("IFER"), yearly),
        "injection_turpe_eur_per_year": (_("network tariff of the injection"), yearly),
        "rent_eur_per_year": (_("rent"), yearly),
    }


def _number(value: float) -> str:
    return grouped(value) if value >= 1000.0 or value.is_integer() else decimal(value, 1)
