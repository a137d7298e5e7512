"""The years of a plan on the screen: those in which something changes, and the sites in the one asked for."""

from collections.abc import Iterator, Sequence
from gettext import gettext as _
from gettext import ngettext

from acc.changes import DatedChange
from acc.result.outcomes import drawn_in
from acc.result.result import Result
from acc.years.plan_years import reference_year
from acc.years.row_values import RowValue, together
from reports.data.requested_year import plant_year_rows
from reports.data.years import YearRow, plan_year_of_calendar, year_rows
from reports.format.changes import by_decision, decision_text, signed_mwh, worth_text
from reports.format.drawn_ends import borne_ends
from reports.format.money import euros, range_ends, signed_euros
from reports.format.numbers import MISSING, mwh, mwh_cell, percent, span
from reports.nodes.tree import Node, Paragraph, TextTable
from reports.terminal.blocks import site_names, text_table

MOST_TOLD = 8
"""Changes told one by one; the JSON document has them all."""


def years_nodes(result: Result) -> Iterator[Node]:
    """Yield the years in which something changes, the first, the told one, the last; none if none differ."""
    rows = list(year_rows(result))
    yield from map(Paragraph, _prices(result))
    if not rows:
        return
    yield Paragraph("")
    always = (rows[0], rows[reference_year(len(rows)) - 1], rows[-1])
    yield _table([row for row in rows if row.changes or row.investment_eur_ht or row in always])
    yield from map(Paragraph, _changes(result))
    yield from map(Paragraph, _broken(result))
    settled = _(
        "Each year of the plan is settled by itself: changes from their day, output fading, the weather "
        "and the calendar of the first one."
    )
    yield Paragraph(f"{settled} {_drawn(result)}", "note")


def _prices(result: Result) -> Iterator[str]:
    """Yield the prices that change, by date."""
    names = site_names(result.scenario)
    for changes in by_decision(sorted(result.scenario.other_changes, key=lambda change: change.since)):
        yield f"· {decision_text(changes, names)}"


def _drawn(result: Result) -> str:
    """Range of the displayed year in 8 draws of 10; a note where the plan has no range."""
    text = "" if result.years is None else _chances_in(result, reference_year(len(result.years.energies)))
    if not text:
        return _("No range is drawn of the plan.")
    return " ".join([text, _("How sure each change is, how late and how large, is drawn too.")])


def _chances_in(result: Result, year: int) -> str:
    """Ranges of shared energy and gain in a year of the plan; empty without draws."""
    shared, gain = (drawn_in(result, name, year) for name in ("later_received_kwh", "later_gain_eur_ht"))
    if shared is None or result.years is None:
        return ""
    mwh_ = span(*borne_ends(shared[0] / 1000.0, shared[2] / 1000.0, 0, shared[1] / 1000.0), 0, "MWh")
    if gain is None:
        text = _("In {year}, 8 chances out of 10: {mwh} shared.")
        return text.format(year=result.years.name(year), mwh=mwh_)
    text = _("In {year}, 8 chances out of 10: {mwh} shared, {eur} gained by all.")
    eur = span(*range_ends(gain[0], gain[2], gain[1]), 0, "€")
    return text.format(year=result.years.name(year), mwh=mwh_, eur=eur)


def _changes(result: Result) -> Iterator[str]:
    """Yield the changes by date; of many, those that move the most, and what the others bring together."""
    worth = {} if result.changes is None else {row.change: row for row in result.changes.rows}
    rows = [
        (some, together([worth[change] for change in some]) if some[0] in worth else None)
        for some in by_decision(result.scenario.changes)
    ]
    order = sorted(rows, key=lambda row: 0.0 if row[1] is None else -abs(row[1].last_kwh))
    for changes, value in sorted(order[:MOST_TOLD], key=lambda row: row[0][0].since):
        yield _format_changes(result, changes, value)
    if others := order[MOST_TOLD:]:
        kwh = sum(value.shapley_kwh for _changes, value in others if value is not None)
        text = ngettext(
            "· {count} other change: {mwh} MWh shared",
            "· {count} other changes: {mwh} MWh shared",
            len(others),
        )
        yield text.format(count=len(others), mwh=signed_mwh(kwh))


def _broken(result: Result) -> Iterator[str]:
    """Yield the rules that a later year breaks."""
    for year, check in result.broken_later:
        if result.years is not None:
            text = _("In {year}, not met: {rule}")
            yield text.format(year=result.years.name(year), rule=check.title)


def _table(rows: list[YearRow]) -> TextTable:
    built = any(row.investment_eur_ht for row in rows)
    heads = [
        _("Year"),
        _("MWh produced"),
        _("On site"),
        _("Shared"),
        _("Surplus"),
        _("Need left"),
        _("Gain €"),
        *([_("Net investment €")] if built else []),
    ]
    return text_table(
        heads,
        [
            [
                row.name,
                *map(
                    mwh_cell,
                    (row.production_kwh, row.own_use_kwh, row.shared_kwh, row.surplus_kwh, row.need_kwh),
                ),
                MISSING if row.gain_eur_ht is None else signed_euros(row.gain_eur_ht),
                *([_spent(row)] if built else []),
            ]
            for row in rows
        ],
        keep={2: 1, 4: 2, 5: 3},
    )


def _spent(row: YearRow) -> str:
    return euros(row.investment_eur_ht) if row.investment_eur_ht else MISSING


def _format_changes(result: Result, changes: Sequence[DatedChange], worth: RowValue | None) -> str:
    text = f"· {decision_text(changes, site_names(result.scenario))}"
    if worth is None or result.changes is None or result.years is None:
        return text
    year = result.years.name(result.changes.year)
    if changes[0].since >= result.years.starts(len(result.years.energies) + 1):
        return _("{change}: after the end of the plan, nothing of it is counted").format(change=text)
    return _("{change}: {worth}").format(change=text, worth=worth_text(worth, year))


def year_nodes(result: Result, calendar_year: int | None) -> Iterator[Node]:
    """Yield each site and each plant in a year of the calendar; nothing where none is asked for."""
    year = plan_year_of_calendar(result, calendar_year)
    years, money = result.years, result.money
    if year is None or years is None:
        return
    sums, sites = years.energies[year - 1], result.scenario.participants
    savings = [participant.by_year_eur_ht for participant in money.participants] if money else []
    rows = []
    for n, site in enumerate(sites):
        need, received = float(sums.consumption_kwh[n]), float(sums.received_kwh[n])
        part = percent(received / need) if need > 0.0 else MISSING
        saved = savings[n] if savings else ()
        eur = signed_euros(saved[year - 1]) if saved else MISSING
        rows.append([site.name, mwh(need), mwh(received), part, eur])
    yield text_table([years.name(year), _("Need left"), _("Received"), _("% of it"), _("Saving €")], rows)
    if result.scenario.plants:
        yield _plants_in(result, year, years.name(year))
    if text := _chances_in(result, year):
        yield Paragraph(text, "note")


def _plants_in(result: Result, year: int, name: str) -> TextTable:
    """Table of the production of each plant in a year of the plan, and of its local sales."""
    rows = []
    for row in plant_year_rows(result, year):
        kwh = row.own_use_kwh, row.production_kwh, row.shared_kwh, row.surplus_kwh
        paid = MISSING if row.local_eur_ht is None else euros(row.local_eur_ht)
        rows.append([row.name, *map(mwh_cell, kwh), paid])
    heads = [name, _("On site"), _("Injected"), _("Shared"), _("Surplus"), _("Local sales €")]
    return text_table(heads, rows)
