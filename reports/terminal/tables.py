"""The tables of `acc run`: where the kWh go, then the sites, those who lose first, then the plants."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from gettext import gettext as _
from gettext import ngettext

from acc.changes import What
from acc.i18n import to_hundreds
from acc.result.result import Result
from acc.years.states import later_ids
from reports.data import columns
from reports.data.rows import ParticipantResultRow, participant_rows, plant_rows, shown_of
from reports.data.table import Medium, Need
from reports.format.numbers import fr, percent, scale_of, short_date, signed
from reports.nodes.tree import Node, Paragraph, TextTable, Tiles, ValueBox
from reports.terminal.columns import screen_table, total_cells, written
from reports.terminal.ranges import chances_head, ratio_ranges, short_range

MOST_SITES = 15
"""Sites at most that have a line each."""


def energies(result: Result) -> Iterator[Node]:
    """Yield the energies: produced, injected, shared; needed, received, bought."""
    sums, scale = result.energy, scale_of(result.energy)
    own, injected, shared = (
        float(a.sum()) for a in (sums.own_use_kwh, sums.production_kwh, sums.received_kwh)
    )
    need, surplus, rest = (
        float(a.sum()) for a in (sums.consumption_kwh, sums.surplus_kwh, sums.complement_kwh)
    )
    rows = [
        (injected, _("{unit} injected, of which {shared} shared ({ratio}) and {surplus} of surplus")),
        (need, _("{unit} of need, of which {shared} received ({part}) and {rest} of complement")),
    ]
    if own > 0.0:
        rows = [
            (own + injected, _("{unit} produced, of which {own} used on site and {injected} injected")),
            rows[0],
            (own + need, _("{unit} of need, of which {own} used on site and {left} left")),
            (need, _("{unit} of need left, of which {shared} received ({part}) and {rest} of complement")),
        ]
    amounts = {
        "own": own,
        "injected": injected,
        "shared": shared,
        "surplus": surplus,
        "rest": rest,
        "left": need,
    }
    words = {name: scale.plain(kwh) for name, kwh in amounts.items()}
    words |= {"ratio": percent(sums.autoconsommation_ratio), "part": percent(sums.autoproduction_ratio)}
    yield Tiles(
        tuple(ValueBox(scale.plain(kwh), "", text.format(**words, unit=scale.name)) for kwh, text in rows)
    )
    yield from ratio_ranges(result)
    flows = [
        (
            written(result).text(column, columns.INDICATORS.value(column, sums)),
            f"{_(column.title)} = {_(column.formula)}" if column.formula else _(column.title),
        )
        for column in columns.INDICATORS.shown(Medium.SCREEN)
    ]
    yield from (Paragraph(f"{value}  {head}") for value, head in flows)


def participants_table(result: Result) -> TextTable:
    """Return the sites, those who lose first, then by what they save; beyond fifteen, others together."""
    rows = participant_rows(result, result.energy, result.money)
    drawn = (result.ranges or {}).get("saving_eur_ht", {})
    rows = sorted((replace(row, range_eur_ht=drawn.get(row.id)) for row in rows), key=_losers_first)
    how, held = written(result), columns.PARTICIPANTS
    have = shown_of(result, Need.QUALITY, *([Need.RANGES] if drawn else []))
    named = rows if len(rows) <= MOST_SITES + 1 else rows[:MOST_SITES]
    table = screen_table(held, named, how, have, heads={"saving_range": _(chances_head(result))})
    others = rows[len(named) :]
    if others:
        name = ngettext("{count} other site", "{count} other sites", len(others))
        said = {"name": name.format(count=fr(len(others))), "saving_eur_ht": _from_to(others)}
        table = replace(table, rows=(*table.rows, total_cells(held, others, how, have, said)))
    said = {"name": _("Together"), "curve": ""}
    said["saving_range"] = short_range(result.ranges, "saving_eur_ht", "")
    return replace(table, total=total_cells(held, rows, how, have, said))


def _losers_first(row: ParticipantResultRow) -> tuple[bool, float, float]:
    """Return the place of a site: who loses, most first; then who saves, most first; unknown by energy."""
    saving = row.saving_eur_ht
    if saving is None:
        return True, 0.0, -row.received_kwh
    return saving >= 0.0, saving if saving < 0.0 else -saving, -row.received_kwh


def _from_to(rows: Sequence[ParticipantResultRow]) -> str:
    """Return the least and the most that several sites save; empty where nothing is known."""
    known = [row.saving_eur_ht for row in rows if row.saving_eur_ht is not None]
    if not known:
        return ""
    low, high = signed(to_hundreds(min(known))), signed(to_hundreds(max(known)))
    return low if low == high else _("{low} to {high}").format(low=low, high=high)


def plants_table(result: Result) -> TextTable:
    """Return the plants: what each makes, where it goes."""
    starts = {c.site: c.since for c in result.scenario.changes if c.what is What.STARTS}
    later = later_ids(result.scenario.changes, result.scenario.steps)
    text = _("{name} (from {day})")
    rows = [
        replace(row, name=text.format(name=row.name, day=short_date(starts[row.plant.id])))
        if row.plant.id in later
        else row
        for row in plant_rows(result.scenario, result.energy, result.money)
    ]
    return screen_table(columns.PLANTS, rows, written(result), shown_of(result))
