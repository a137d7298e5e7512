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
from reports.format.parts import rest_of
from reports.nodes.tree import Node, Paragraph, TextTable, Tiles, ValueBox, with_texts
from reports.terminal.columns import closed_sums, screen_table, total_cells, written
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
    printed = {kwh: round(kwh / scale.kwh, scale.decimals) * scale.kwh for kwh in (own, injected, need)}
    rows = [
        (injected, _("{unit} injected, of which {shared} shared ({ratio}) and {surplus} of surplus")),
        (need, _("{unit} of need, of which {shared} received ({part}) and {rest} of complement")),
    ]
    if own > 0.0:
        rows = [
            (
                printed[own] + printed[injected],
                _("{unit} produced, of which {own} used on site and {injected} injected"),
            ),
            rows[0],
            (printed[own] + printed[need], _("{unit} of need, of which {own} used on site and {left} left")),
            (need, _("{unit} of need left, of which {shared} received ({part}) and {rest} of complement")),
        ]
    amounts = {"own": own, "injected": injected, "shared": shared, "left": need}
    words = {name: scale.plain(kwh) for name, kwh in amounts.items()}
    words |= {
        "surplus": rest_of(scale, injected, shared, surplus),
        "rest": rest_of(scale, need, shared, rest),
    }
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
    how, sites = written(result), columns.PARTICIPANTS
    have = shown_of(result, Need.QUALITY, *([Need.RANGES] if drawn else []))
    named = rows if len(rows) <= MOST_SITES + 1 else rows[:MOST_SITES]
    heads = {"saving_range": _(chances_head(result))}
    table = _of_first_year(result, screen_table(sites, named, how, have, heads=heads))
    others = rows[len(named) :]
    if others:
        name = ngettext("{count} other site", "{count} other sites", len(others))
        texts = {"name": name.format(count=fr(len(others))), "saving_eur_ht": _from_to(others)}
        table = replace(table, rows=(*table.rows, total_cells(sites, others, how, have, texts)))
    texts = {"name": _("Together"), "curve": ""}
    texts["saving_range"] = short_range(result.ranges, "saving_eur_ht", "")
    table = replace(table, total=total_cells(sites, rows, how, have, texts))
    sums = closed_sums(sites, [*([row] for row in named), *([others] if others else [])], how, have)
    if others:  # what they save is told from the least to the most
        sums.pop([column.name for column in sites.shown(Medium.SCREEN, have)].index("saving_eur_ht"), None)
    return with_texts(table, sums)


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
    how, have = written(result), shown_of(result)
    names = [column.name for column in columns.PLANTS.shown(Medium.SCREEN, have)]
    left = [rest_of(how.scale, row.production_kwh, row.shared_kwh, row.surplus_kwh) for row in rows]
    table = with_texts(screen_table(columns.PLANTS, rows, how, have), {names.index("surplus_kwh"): left})
    return _of_first_year(result, table)


def _of_first_year(result: Result, table: TextTable) -> TextTable:
    """Return a table whose first head names the year that it tells, where years differ."""
    if result.years is None:
        return table
    first, *others = table.columns
    head = _("{what}, {year}").format(what=first.head, year=result.years.name(1))
    return replace(table, columns=(replace(first, head=head), *others))
