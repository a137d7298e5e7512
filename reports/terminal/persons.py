"""What each person gains in all, and everybody together; the years of the plan that differ."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from gettext import gettext as _
from gettext import ngettext
from typing import TypeVar

from acc.accounts.person_values import PersonMoney
from acc.accounts.persons import Step, pooled, sole_member, value_steps
from acc.accounts.values import Departures, Money
from acc.changes import DatedChange
from acc.finance import Finance
from acc.i18n import N_, semicolons
from acc.result.outcomes import Outcomes, drawn_in, outcomes
from acc.result.proposal import ranking
from acc.result.result import Result
from acc.sides import loses
from acc.years.plan_years import reference_year
from acc.years.row_values import RowValue, together
from reports.data import columns
from reports.data.requested_year import plant_year_rows
from reports.data.table import Column, Table, Unit, as_number
from reports.data.years import YearRow, plan_year_of_calendar, year_rows
from reports.format.changes import by_decision, decision_text, signed_mwh, worth_text
from reports.format.gains import (
    at_full_accise,
    before_investment,
    connected_losers_of,
    two_parts,
    value_basis,
    value_text,
)
from reports.format.labels import capital
from reports.format.money import euros, range_ends, signed_euros, signed_to_the_euro, to_the_euro, years
from reports.format.numbers import MISSING, fr, listed, mwh, mwh_cell, percent, span
from reports.format.palette import Tone
from reports.format.rounding import borne_ends, closed_eur
from reports.format.wording import sentence, text_of
from reports.nodes.tree import Node, Paragraph, TextTable, with_texts
from reports.sentences.answer import cancelling_table
from reports.terminal import blocks
from reports.terminal.screen import GAP_WIDTH
from reports.view import quantities

CaseT = TypeVar("CaseT")

NAME_WIDTH = 32
"""Of who stands in a row, before cases side by side."""

MOST_PERSONS = 12
"""Beyond, those who own plants or hold several sites have a row, the others one together."""


def persons_table(result: Result) -> Iterator[Node]:
    """Yield the balance of each person, then everybody's; those who lose first."""
    money = result.money
    if money is None or money.total is None:
        return
    total = replace(money.total, name=_("Together"))
    rows, fields = [*_rows(money), total], list(columns.PERSONS.columns)
    if result.persons_ranges:
        fields.insert(1 + [c.name for c in fields].index("gain_eur_ht"), _range_column(result, total))
    table, how, members = Table(tuple(fields)), blocks.written(result), rows[:-1]
    totals = {column.name: as_number(table.value(column, total)) for column in fields}
    sums = blocks.closed_sums(table, [[member] for member in members], how, totals=totals)
    yield with_texts(blocks.screen_table(table, rows, how, bold={len(members)}), sums)


def details(result: Result) -> Iterator[Node]:
    """Yield the details of the balances: total, years to come, departures."""
    money = result.money
    if money is None or money.total is None:
        return
    late: Tone = "sun_text" if loses(money.total.connected_npv_eur_ht) else "shared_dark"
    tone = "worse" if loses(money.total.gain_eur_ht) else late
    yield Paragraph(together_text(result, money), "lead", tone)
    if money.total.npv_eur_ht is not None:
        yield Paragraph(value_basis(), "note")
    yield from blocks.everybody_ranges(result)
    yield from _losers_to_come(outcomes(result))
    yield from _cancelling(result)
    if sole_member(money) is None:
        yield from _departures(money)
    internal = sum(person.internal_eur_ht for person in money.persons)
    if internal > 0.0:
        yield Paragraph(sentence("one-pocket-to-another", amount=euros(internal)), "note")
    if money.total.unknown_ids:
        names = {s.id: s.name for s in (*result.scenario.participants, *result.scenario.plants)}
        left_out = listed([names[id_] for id_ in money.total.unknown_ids])
        yield Paragraph(sentence("left-out-of-these", names=left_out), tone="sun_text")
    if steps := steps_text(money, result.scenario.finance):
        yield Paragraph(steps, "note")


STEPS: Mapping[Step, str] = {
    Step.COSTS_GROW: N_("costs of the plants grow {amount}"),
    Step.FEES_GROW: N_("management of the network tariff and PMO grow {amount}"),
    Step.PRICES_GROW: N_("suppliers’ prices move {amount}"),
    Step.INJECTION_TURPE: N_("network tariff of the injection {amount}"),
    Step.IFER: N_("IFER {amount}"),
    Step.PLANT_VAT: N_("VAT on the plants {amount}"),
    Step.BILL_VAT: N_("VAT on the bills {amount}"),
    Step.PROFIT_TAX: N_("tax on profit {amount}"),
}


def steps_text(money: Money, finance: Finance | None) -> str:
    """Return the steps from the value at constant costs and prices to the one printed; or nothing."""
    steps = {value_step.step: value_step.amount_eur for value_step in value_steps(money, finance)}
    if not STEPS.keys() & steps.keys():
        return ""
    parts, value = closed_eur(list(steps.values()), sum(steps.values()))
    steps = dict(zip(steps, parts, strict=True))
    moved = [(_(STEPS[step]), eur) for step, eur in steps.items() if step in STEPS]
    more = [text.format(amount=signed_to_the_euro(eur)) for text, eur in moved]
    bills, plants = steps.get(Step.BILLS, 0.0), steps.get(Step.PLANTS, 0.0)
    return sentence(
        "steps-of-value",
        start=to_the_euro(bills + plants),
        bills=to_the_euro(bills),
        plants=to_the_euro(plants),
        steps=semicolons(more),
        value=to_the_euro(value),
    )


def _losers_to_come(outcome: Outcomes) -> Iterator[Node]:
    """Yield members with yearly losses and their first year, with the assumed growth of prices."""
    late = [member for member in outcome.members if member.loses_from_year is not None]
    below = outcome.losers_over_plan
    if late:
        text = _("{name} from year {year}")
        names = listed([text.format(name=member.name, year=member.loses_from_year) for member in late])
        yield Paragraph(_("Loses each year, over the plan: {who}.").format(who=names), tone="sun_text")
    years = fr(outcome.plan_years or 0)
    if below:
        text = _("Loses in all over {years} years, investment counted: {who}.")
        some = below[: blocks.MOST_NAMES]
        amounts = [f"{member.name} ({quantities.value(outcome, [member.id])})" for member in some]
        rest = len(below) - len(amounts)
        if rest:
            amounts.append(ngettext("{count} other member", "{count} other members", rest).format(count=rest))
        yield Paragraph(text.format(years=years, who=listed(amounts)), tone="sun_text")
    elif not late and outcome.plan_years is not None:
        yield Paragraph(sentence("nobody-loses-over-plan", years=years), "note")
    connected = connected_losers_of(outcome)
    if connected:
        late_names = listed([member.name for member in outcome.losers_connected[: blocks.MOST_NAMES]])
        yield Paragraph(f"{capital(connected)}{_(': ')}{late_names}.", tone="sun_text")


def _cancelling(result: Result) -> Iterator[Node]:
    """Yield the conditions that cancel the total gain."""
    names = {plant.id: plant.name for plant in result.scenario.plants}
    everybody = outcomes(result)
    table = cancelling_table(result, everybody, names, everybody.ids)
    if table is not None:
        yield table


def _departures(money: Money) -> Iterator[Node]:
    """Yield the value of the plants after departures, with the lowest cover of the debt."""
    for after in money.plans_after:
        if after.case is Departures.CHURN:
            text = _("If {ratio} of the members leave each year after year {year}")
            case = text.format(ratio=percent(after.churn_ratio or 0.0), year=after.commitment_years)
        elif not after.left:
            continue
        else:
            case = sentence("all-losers-leave", count=len(after.left), year=after.left[0][1] - 1)
        words = sentence(
            "after-departures-never-paid-back"
            if after.payback_years is None
            else "after-departures-paid-back",
            case=case,
            all=euros(after.everybody_npv_eur_ht),
            npv=euros(after.npv_eur_ht),
            payback=years(after.payback_years),
        )
        if after.dscr_min is not None:
            words += _(", debt covered {cover} times at the lowest").format(cover=fr(after.dscr_min, 2))
        yield Paragraph(words + ".", "note")


def ranked_persons(cases: Sequence[tuple[str, Money | None]], width: int) -> Iterator[Node]:
    """Yield the gain of each person in each case.

    Args:
        width: of the screen, in characters: tables of as many cases as it holds, so that no figure is cut.
    """
    ranked = ranking([money for _title, money in cases])
    if ranked is None:
        return
    head = _("Present value of each person") if ranked.is_value else _("Gain of each person")
    for part in side_by_side(cases, width):
        shown = [(title, _rows(money)) for title, money in part if money is not None]
        by_id = {person.id: person for _title, rows in shown for person in rows}
        lines = []
        for id_, person in by_id.items():
            own = [next((p for p in rows if p.id == id_), None) for _title, rows in shown]
            name = person.name if id_ else _("The other persons")
            lines.append([name, *(euros(None if p is None else ranked.own_eur(p)) for p in own)])
        yield blocks.text_table([head, *(title for title, _rows in shown)], lines)


def side_by_side(cases: Sequence[tuple[str, CaseT]], width: int) -> Iterator[Sequence[tuple[str, CaseT]]]:
    """Yield as many titled cases at a time as a screen of `width` characters holds side by side."""
    fits = max(1, (width - NAME_WIDTH) // (max(*(len(title) for title, _case in cases), 9) + GAP_WIDTH))
    return (cases[first : first + fits] for first in range(0, len(cases), fits))


def _range_column(result: Result, person_money: PersonMoney) -> Column[PersonMoney]:
    """Return the column of the range of what each person gains, and of what all of them gain together."""

    def ends(person: PersonMoney) -> str:
        ranges = (result.ranges or {}) if person is person_money else result.persons_ranges
        return blocks.short_range(ranges, "gain_eur_ht", person.id)

    return Column("gain_range", blocks.chances_head(result), Unit.TEXT, ends, keep=6)


def together_text(result: Result, money: Money) -> str:
    """Total gain, producers included, with and without the accise exemption."""
    everybody = outcomes(result)
    gain, value = quantities.gain(everybody), quantities.value(everybody)
    if not value.is_known:
        full = quantities.full_accise_gain(everybody)
        return sentence("everybody-gains-at-full-accise", gain=gain, full=full)
    parts = two_parts(*quantities.value_parts(everybody))
    return sentence(
        "everybody-gains-over-plan",
        gain=gain,
        before=before_investment(
            two_parts(*quantities.gain_parts(everybody)), is_taxed=everybody.together.is_taxed
        ),
        parts=_(": {parts}").format(parts=parts) if parts else "",
        npv=value_text(*quantities.value_ends(everybody)),
        years=fr(money.plan.horizon_years if money.plan else 0),
        full=at_full_accise(money, quantities.full_accise_value(everybody)),
    )


def _rows(money: Money) -> list[PersonMoney]:
    """Return a row a person, owners and holders of several sites first; beyond a dozen, others together."""
    large = [p for p in money.persons if p.plant_ids or len(p.participant_ids) > 1]
    small = [p for p in money.persons if p not in large]
    if len(money.persons) <= MOST_PERSONS or len(small) < 2:
        return [*large, *small]
    name = ngettext("{count} other person", "{count} other persons", len(small)).format(count=len(small))
    return [*large, pooled("", name, small)]


MOST_CHANGES = 8
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
    yield Paragraph(f"{text_of('each-year-of-the-plan')} {_drawn(result)}", "note")


def _prices(result: Result) -> Iterator[str]:
    """Yield the prices that change, by date."""
    names = blocks.site_names(result.scenario)
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
    eur = span(*range_ends(gain[0], gain[2], gain[1]), 0, "€")
    return sentence("chances-in-year", year=result.years.name(year), mwh=mwh_, eur=eur)


def _changes(result: Result) -> Iterator[str]:
    """Yield the changes by date; of many, those that move the most, and what the others bring together."""
    worth = {} if result.changes is None else {row.change: row for row in result.changes.rows}
    rows = [
        (some, together([worth[change] for change in some]) if some[0] in worth else None)
        for some in by_decision(result.scenario.changes)
    ]
    order = sorted(rows, key=lambda row: 0.0 if row[1] is None else -abs(row[1].last_kwh))
    for changes, value in sorted(order[:MOST_CHANGES], key=lambda row: row[0][0].since):
        yield _format_changes(result, changes, value)
    if others := order[MOST_CHANGES:]:
        kwh = sum(value.shapley_kwh for _changes, value in others if value is not None)
        yield sentence("other-changes", len(others), mwh=signed_mwh(kwh))


def _broken(result: Result) -> Iterator[str]:
    """Yield the rules that a later year breaks."""
    for year, check in result.broken_later:
        if result.years is not None:
            text = _("In {year}, not met: {rule}")
            yield text.format(year=result.years.name(year), rule=check.title)


def _table(rows: list[YearRow]) -> TextTable:
    built = any(row.investment_eur_ht for row in rows)
    heads = [_("Year"), _("MWh produced"), _("On site"), _("Shared"), _("Surplus"), _("Need left")]
    heads += [_("Gain €"), *([_("Net investment €")] if built else [])]
    lines = []
    for row in rows:
        kwh = row.production_kwh, row.own_use_kwh, row.shared_kwh, row.surplus_kwh, row.need_kwh
        paid = [euros(row.investment_eur_ht or None)] if built else []
        lines.append([row.name, *map(mwh_cell, kwh), signed_euros(row.gain_eur_ht), *paid])
    return blocks.text_table(heads, lines, keep={2: 1, 4: 2, 5: 3})


def _format_changes(result: Result, changes: Sequence[DatedChange], worth: RowValue | None) -> str:
    text = f"· {decision_text(changes, blocks.site_names(result.scenario))}"
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
    heads = [years.name(year), _("Need left"), _("Received"), _("% of it"), _("Saving €")]
    yield blocks.text_table(heads, rows)
    if result.scenario.plants:
        yield _plants_in(result, year, years.name(year))
    if text := _chances_in(result, year):
        yield Paragraph(text, "note")


def _plants_in(result: Result, year: int, name: str) -> TextTable:
    """Table of the production of each plant in a year of the plan, and of its local sales."""
    rows = []
    for row in plant_year_rows(result, year):
        kwh = row.own_use_kwh, row.production_kwh, row.shared_kwh, row.surplus_kwh
        local_eur = None if row.money is None else row.money.local_eur_ht
        paid = MISSING if local_eur is None else euros(local_eur)
        rows.append([row.name, *map(mwh_cell, kwh), paid])
    heads = [name, _("On site"), _("Injected"), _("Shared"), _("Surplus"), _("Local sales €")]
    return blocks.text_table(heads, rows)
