"""Shares, factors and counts as people write them, read as the figure that their column holds, and echoed."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from gettext import gettext as _

from acc.changes import OF_A_PART, What
from profiles.reference.kinds import usual_figure
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.input_columns import columns
from scenarios.entry.columns.messages import about, where
from scenarios.entry.columns.names import CHANGES, UNSIGNED, as_typed, plain_number, said, word_of
from scenarios.entry.columns.row_models import ChangeRow

FIGURE = r"(?P<figure>\d[\d\s\u00a0\u202f.,]*?)"
PERCENT = re.compile(
    rf"(?P<sign>[-+−–{UNSIGNED}]?)\s*{FIGURE}\s*%\s*(?:(?:de|en)?\s*(?P<way>plus|moins|more|less))?",
    re.IGNORECASE,
)
TIMES = re.compile(rf"[x×*]\s*{FIGURE}|{FIGURE.replace('figure', 'times')}\s*(?:fois|times)", re.IGNORECASE)
OF_TEN = re.compile(rf"{FIGURE}\s*(?:/|(?:chances?\s*)?(?:sur|in))\s*10", re.IGNORECASE)
FLEET = re.compile(
    r"(?:(?P<count>\d[\d\s\u00a0\u202f]*)(?:voitures?|v[ée]hicules?|cars?)[\s,;]*)?"
    r"(?:(?P<km>\d[\d\s\u00a0\u202f.,]*)km\b(?P<all>.*))?",
    re.IGNORECASE,
)
PRICE = re.compile(rf"{FIGURE}\s*(?:€|eur)\s*(?:ht\s*)?(?:/|par)\s*(?P<kilo>k?)w[cp]", re.IGNORECASE)
VOLUME = re.compile(rf"{FIGURE}\s*(?:l|litres?|liters?|m3|m³)\b.*", re.IGNORECASE)
KWH_PER_VOLUME = 10.0
"""Of a litre of heating oil, and of a cubic metre of gas."""

TOGETHER = re.compile(r"tout|total|ensemble|all", re.IGNORECASE)


def with_meanings(file: str, rows: Sequence[Row]) -> tuple[tuple[Row, ...], tuple[str, ...]]:
    """Return the rows, shares and changes in words read as figures, and what was read, in sentences."""
    read, notes = [], []
    for row in rows:
        cells = dict(row.cells)
        for name, text in row.cells.items():
            known = columns(file).get(name)
            if known is None or not known.is_number or not isinstance(text, str):
                continue
            for column, figure, meaning in _figures(file, name, text, row):
                cells[column] = as_typed(figure)
                # Whose it is comes first: documents leave out what is said of whom they may not name.
                place = f"{about(file, row, name)} ({where(file, row, name)})"
                words = {
                    "place": place,
                    "text": text.strip(UNSIGNED),
                    "meaning": meaning.format(figure=said(figure)),
                }
                notes.append(_("{place}: “{text}” is read as {meaning}").format(**words))
        read.append(row if cells == row.cells else replace(row, cells=cells))
    return tuple(read), tuple(notes)


def _figures(file: str, name: str, text: str, row: Row) -> Iterator[tuple[str, float, str]]:
    """Yield (column, figure, what it means) of a cell in words; none of one that is a figure, or unclear."""
    text = text.strip()
    if columns(file)[name].unit == "0 à 1":
        share = PERCENT.fullmatch(text)
        tenths = OF_TEN.fullmatch(text) if name == "chance_ratio" else None
        if share and not share["sign"] and not share["way"]:
            yield name, _number(share["figure"]) / 100.0, "{figure}"
        elif tenths:
            yield name, _number(tenths["figure"]) / 10.0, "{figure}"
    elif price := PRICE.fullmatch(text):
        kwp = _number(str(row.cells.get("kwp", "")))
        if kwp and any(span.per == "kwp" for span in columns(file)[name].usual):
            yield name, _number(price["figure"]) * kwp * (1.0 if price["kilo"] else 1000.0), "{figure} €"
    elif name == "grant_eur" and (share := PERCENT.fullmatch(text)):
        capex_eur = _number(str(row.cells.get("capex_eur", "")))
        yield from [(name, _number(share["figure"]) / 100.0 * capex_eur, "{figure} €")] if capex_eur else ()
    elif file == CHANGES and (name == "ratio" or (name in {"low", "high"} and row.cells.get("ratio"))):
        factors = _factor(text, word_of("change", str(row.cells.get("what", ""))))
        yield from ((name, factor, meaning) for factor, meaning in factors)
    elif file == CHANGES and name == "fuel_kwh" and (volume := VOLUME.fullmatch(text)):
        yield name, _number(volume["figure"]) * KWH_PER_VOLUME, _("{figure} kWh, 10 for each litre or m³")
    elif file == CHANGES and name in {"quantity", "km"}:
        yield from _fleet(text, row)


def _factor(text: str, what: str | None) -> Iterator[tuple[float, str]]:
    """Yield what a need, a part of it or a price is multiplied by."""
    percent, times = PERCENT.fullmatch(text), TIMES.fullmatch(text)
    if percent and percent["sign"] == UNSIGNED and what != What.CLOSES:
        return
    if times:
        factor = _number(times["figure"] or times["times"])
    elif percent and (percent["sign"].strip(UNSIGNED) or percent["way"]):
        is_less = percent["sign"] not in {"", "+"} or (percent["way"] or "").lower() in {"moins", "less"}
        factor = 1.0 + (-1.0 if is_less else 1.0) * _number(percent["figure"]) / 100.0
    elif percent and what not in OF_A_PART:  # of a part: what is saved, or what stays?
        factor = _number(percent["figure"]) / 100.0
    else:
        return
    if factor < 0.0:
        return
    meaning = _("a need × {figure}")
    if what == What.PRICE:
        meaning = _("a price × {figure}")
    elif what in OF_A_PART:
        meaning = _("this use × {figure}")
    elif what == What.CLOSES:
        meaning = _("a part of {figure} that stays")
    yield factor, meaning


def _fleet(text: str, row: Row) -> Iterator[tuple[str, float, str]]:
    """Yield the vehicles of a fleet, and the km of each by year, those of all of them divided."""
    parts = FLEET.fullmatch(text)
    if parts is None:
        return
    vehicles = _number(parts["count"] or str(row.cells.get("quantity", "")))
    if parts["count"]:
        yield "quantity", vehicles, _("{figure} vehicles")
    shared = vehicles if TOGETHER.search(parts["all"] or "") else 1.0
    if parts["km"] and shared:
        yield "km", _number(parts["km"]) / shared, _("{figure} km a year for each vehicle")


def _number(text: str) -> float:
    """Return a figure, 0 where a text has none."""
    try:
        return float(plain_number(re.sub(r"[^\d.,+-]", "", text).strip(".,")))
    except ValueError:
        return 0.0


def added_kwh(change: ChangeRow) -> float:
    """Return the kWh of twelve months of a use that is added: as said, or from what it replaces."""
    if change.kwh is not None:
        return change.kwh
    if change.what is What.HEAT_PUMP:
        scop = change.scop or usual_figure("heat-pump", "scop")
        return (change.fuel_kwh or 0.0) * usual_figure("heat-pump", "boiler_ratio") / scop
    if change.what is What.EV_FLEET:
        per_km = usual_figure("ev-fleet", "kwh_per_km") * (
            1.0 + usual_figure("ev-fleet", "charging_loss_ratio")
        )
        return (change.quantity or 0.0) * (change.km or 0.0) * per_km
    return (change.quantity or 0.0) * usual_figure("ev-home", "kwh_per_year")
