"""What a person reads of lawful operations: the best plan, others, its bound, its doubt, who is outside."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from gettext import gettext as _
from pathlib import Path
from typing import TypeAlias

from acc.result.lawful_plan import (
    BoundBasis,
    LawfulPlan,
    LawfulPlansReport,
    Outside,
    PlanConstraints,
    PlannedOperation,
)
from acc.rules.all_checks import Outlook
from acc.rules.check import State
from acc.units import THOUSAND
from reports.format.gains import plan_words, value_basis
from reports.format.labels import STATE_TONES, by_cause, key_short, regime_word
from reports.format.money import euros, range_ends
from reports.format.numbers import fr, listed, mwh_cell, mwh_text, plants_count, power, sites_count, unit
from reports.format.unlawful import (
    absence_name,
    confirmed_text,
    doubt_text,
    gap_text,
    left_out_text,
    losers_text,
    members_text,
    operation_worth,
    perimeter_text,
    plan_name,
    plan_worth,
    times_in_ten,
    value_text,
    why_outside,
)
from reports.format.wording import sentence, text_of
from reports.nodes.rows import RowColumn, column_table
from reports.nodes.tree import Heading, Node, Paragraph, TextTable
from reports.sentences.plan_outlook import plan_cancelling_table, plan_costs, plan_owners
from reports.terminal import blocks
from reports.terminal.progress import stderr_console

PlanRow: TypeAlias = tuple[PlanConstraints, LawfulPlan]

MOST_ABSENT = 10
"""Of those whose absence costs most: the others are in the workbook and in the JSON."""


def gap_heading(report: LawfulPlansReport) -> str:
    """Return the heading of the gaps to the bounds: proven where these count all of the value."""
    is_value = report.best.bound_basis is BoundBasis.VALUE
    return _("Proven\nwithin") if is_value else _("Gap, as\nsearched")


def bound_nodes(report: LawfulPlansReport) -> Iterator[Node]:
    """Yield what the bounds are bounds of, and what a plan would bring beyond those that are decided."""
    if not report.is_bounded:
        yield Paragraph(text_of("plans-not-proven"), tone="sun_text")
    elif any(plan.gap_ratio is not None for plan in report.front):
        yield Paragraph(_bound_text(report.best), "note")
    if report.best.to_confirm:
        yield Paragraph(_("No bound counts what is to confirm."), "note")
        yield Paragraph(confirmed_text(report.best, report.best.to_confirm), "lead", "sun_text")


def _bound_text(plan: LawfulPlan) -> str:
    if not plan.euros_known:
        return _("Proven within: no plan of so many operations shares more beyond it, under this key.")
    name = "gap-as-searched" if plan.bound_basis is BoundBasis.SEARCH else "no-plan-brings-more-beyond"
    return sentence(name, searched=euros(plan.searched_eur), value=euros(plan.value_eur))


def doubt_nodes(plan: LawfulPlan) -> Iterator[Node]:
    """Yield the plan and the next ones in the same draws, then who loses how often."""
    if not plan.doubts:
        yield from [Paragraph(text) for text in [doubt_text(plan)] if text]
        return
    heads = [_("In {draws} draws").format(draws=fr(plan.draws)), _("Low\nk€"), _("Middle\nk€"), _("High\nk€")]
    heads += [_("Best,\nin 10"), *([_("Lose 1 in 10\nor more")] if plan.losers_known else [])]
    rows = []
    for doubt in plan.doubts:
        lose = sum(times_in_ten(ratio) > 0 for ratio in doubt.lose_shares.values())
        low_eur, high_eur = range_ends(doubt.low_eur, doubt.high_eur)
        amounts = [fr(eur / THOUSAND) for eur in (low_eur, doubt.middle_eur, high_eur)]
        known = [fr(lose)] if plan.losers_known else []
        rows.append([plan_name(doubt.constraints), *amounts, fr(times_in_ten(doubt.best_ratio)), *known])
    yield blocks.text_table(heads, rows, keep={2: 6, 5: 7}, strong=[0])
    yield Paragraph(doubt_text(plan))
    names = {person.id: person.name for person in plan.persons}
    often = sorted(plan.doubts[0].lose_shares.items(), key=lambda item: -item[1])
    text = _("{name} ({n})")
    lines = [text.format(name=names[id_], n=times) for id_, ratio in often if (times := times_in_ten(ratio))]
    if lines:
        text = _("Who loses, how many times in 10: {names}.")
        yield Paragraph(text.format(names=listed(lines)), tone="sun_text")


def without_nodes(plan: LawfulPlan, names: Mapping[str, str]) -> Iterator[Node]:
    """Yield the loss of the others without each derogation, member and roof, largest first."""
    if not plan.without:
        return
    names = {**names, **{person.id: person.name for person in plan.persons}}
    shown = plan.without[:MOST_ABSENT]
    yield Heading(_("Without one, what the others would lose over the plan:"))
    yield column_table(
        shown,
        RowColumn(_("Without"), lambda absence: absence_name(absence, names), "left"),
        RowColumn(_("Found anew\nk€"), lambda absence: _thousands(absence.lost_eur)),
        RowColumn(_("Nobody moves\nk€"), lambda absence: _thousands(absence.unchanged_eur), keep=7),
        RowColumn(_("Lose"), lambda absence: fr(absence.losers)),
    )
    notes, left = [], plan.without[MOST_ABSENT:]
    if any(absence.unchanged_eur is None for absence in shown):
        notes.append(_("–: an operation could not be founded as it stands."))
    if left:
        notes.append(sentence("others-cost-less", len(left)))
    yield Paragraph(" ".join(notes), "note")


MOST_NAMES = 4


def split_nodes(report: LawfulPlansReport, files: Sequence[Path]) -> Iterator[Node]:
    """Yield the best plan, the others beside it, its operations, who is outside, then the files written."""
    names = blocks.site_names(report.scenario)
    yield Paragraph(best_text(report), "lead")
    if report.best.euros_known and report.best.years is not None:
        yield Paragraph(value_basis(), "note")
    yield from _losers(report.best)
    yield from _unpriced(report, names)
    yield _plan_lines(report)
    yield from bound_nodes(report)
    yield from _outlook_nodes(report.best, names)
    yield from doubt_nodes(report.best)
    yield from without_nodes(report.best, names)
    for number, operation in enumerate(report.best.operations, start=1):
        yield from _operation(report.best, operation, number, names)
    yield from _outside(report.best, names)
    yield from _roofs(report.best, names)
    yield from _not_searched(report)
    yield from blocks.warned(by_cause(report.scenario.notes, list(names.values())))
    yield Heading(_("Which perimeter would take whom, as one single operation:"))
    yield from (_outlook(outlook, names) for outlook in report.outlooks)
    yield from blocks.written_files(files)


def split_summary(report: LawfulPlansReport, files: Sequence[Path]) -> Iterator[Node]:
    """Yield the best plan, its operations a line each, what would cancel it, who is outside, a file."""
    names = blocks.site_names(report.scenario)
    yield Paragraph(best_text(replace(report, single_eur=None)), "lead")
    yield from _losers(report.best)
    text = _("Operation {number} ({perimeter}): {sites}, {plants}, {value}.")
    for number, operation in enumerate(report.best.operations, start=1):
        yield Paragraph(
            text.format(
                number=fr(number),
                perimeter=perimeter_text(operation),
                sites=sites_count(len(operation.participant_ids)),
                plants=plants_count(len(operation.plant_ids)),
                value=operation_worth(operation),
            )
        )
    if report.best.outlook is None:
        yield _plan_lines(report)
    yield from _outlook_nodes(report.best, names, short=True)
    yield from _outside(report.best, names)
    yield from _unpriced(report, names)
    yield from blocks.written_files(files[:1])


def _outlook_nodes(plan: LawfulPlan, names: Mapping[str, str], *, short: bool = False) -> Iterator[Node]:
    """Yield what is built for a plan, and what would cancel it."""
    texts = [plan_costs(plan), plan_owners(plan), *([doubt_text(plan)] if short else [])]
    yield from (Paragraph(text) for text in texts if text)
    table = plan_cancelling_table(plan, [person.id for person in plan.persons], names, short=short)
    yield from [] if table is None else [table]


def best_text(report: LawfulPlansReport) -> str:
    """Return the best plan in a sentence, beside no operation and beside one single perimeter."""
    best, alone = report.best, report.no_operation
    if not best.operations and not best.euros_known:
        texts = [_("No lawful operation of these members shares anything.")]
    elif not best.operations:
        texts = [sentence("roofs-alone-are-best", value=value_text(best))]
    else:
        words = {"members": members_text(best), "value": value_text(best), "alone": plan_worth(alone)}
        name = "lawful-operations-worth" if best.euros_known else "lawful-operations-shared"
        texts = [sentence(name, len(best.operations), **words)]
    if report.single_eur is not None and report.single_losers is not None:
        text = _("One single perimeter, were it lawful: {value}, {losers}.")
        texts.append(text.format(value=euros(report.single_eur), losers=losers_text(report.single_losers)))
    elif not best.euros_known and report.single_kwh is not None:
        text = _("One single perimeter, were it lawful: {shared} shared.")
        texts.append(text.format(shared=mwh_text(report.single_kwh)))
    return " ".join(texts)


def plan_line(plan: LawfulPlan) -> str:
    """Return a plan in a line, while better ones are looked for."""
    return sentence("plan-found", len(plan.operations), value=value_text(plan))


def plan_printer(*, quiet: bool) -> Callable[[int, LawfulPlan], None]:
    """Build the printer of found plans, one permanent line each; on a terminal only."""
    if quiet or not sys.stderr.isatty():
        return lambda _most, _plan: None
    return lambda _most, plan: stderr_console().print(plan_line(plan), highlight=False)


def _losers(plan: LawfulPlan) -> Iterator[Node]:
    when = _("over the period") if plan.years is None else plan_words(plan.years)
    for person in plan.losers:
        text = _("{name} loses: {value} {when}, {year} the first year.")
        value, year = person.value_eur, person.year_eur
        if not person.loses_by_folder and person.proposed_eur is not None:
            text = _("{name} loses by the key of the criteria: {value} {when}, {year} the first year.")
            value, year = person.proposed_eur, person.proposed_year_eur or 0.0
        words = {"value": euros(value), "year": euros(year)}
        yield Paragraph(text.format(name=person.name, when=when, **words), tone="worse")
    yield from _keys(plan)


def _keys(plan: LawfulPlan) -> Iterator[Node]:
    """Yield the keys of the folders and those proposed by the criteria; losers are given for both."""
    others = [planned for planned in plan.operations if planned.proposed_key not in {None, planned.key}]
    if plan.proposed_eur is None or not plan.operations:
        return
    key = key_short(plan.operations[0].key)
    text = _("Key of the folders: {key}; it is the one that the criteria of the group choose.")
    line = text.format(key=key)
    if others:
        text = _("Key of the folders: {key}. The criteria of the group choose {other}: {value}, {losers}.")
        names = dict.fromkeys(key_short(str(other.proposed_key)) for other in others)
        lose = sum(person.loses_by_proposed for person in plan.persons)
        words = {"other": listed([*names]), "value": euros(plan.proposed_eur), "losers": losers_text(lose)}
        line = text.format(key=key, **words)
    yield Paragraph(line)


def _unpriced(report: LawfulPlansReport, names: Mapping[str, str]) -> Iterator[Node]:
    """Yield of which sites no saving is counted, where that of others is."""
    if report.unpriced and report.best.euros_known:
        who = listed([names[id_] for id_ in report.unpriced])
        yield Paragraph(sentence("supply-prices-unknown", names=who), tone="sun_text")


def _plan_lines(report: LawfulPlansReport) -> TextTable:
    """Return a line a plan: what it brings or shares, who loses, who is in, what is to be asked."""
    alone_eur, known = report.no_operation.value_eur, report.best.euros_known

    def sites(row: PlanRow) -> str:
        return fr(sum(len(operation.participant_ids) for operation in row[1].operations))

    def roofs(row: PlanRow) -> str:
        built = sum(roof.kwp > 0.0 for roof in row[1].roofs)
        return fr(built if known else sum(len(operation.plant_ids) for operation in row[1].operations))

    def elsewhere(row: PlanRow) -> str:
        return fr(sum(roof.owner_elsewhere for roof in row[1].roofs))

    values: list[RowColumn[PlanRow]] = [
        RowColumn(_("Value\nk€"), lambda row: _thousands(row[1].value_eur)),
        RowColumn(_("Above no\noperation"), lambda row: _thousands(row[1].value_eur - alone_eur)),
        RowColumn(_("Lose"), lambda row: fr(len(row[1].losers)) if row[1].losers_known else "?"),
    ]
    shared = RowColumn[PlanRow](_("Shared\nMWh"), lambda row: mwh_cell(row[1].received_kwh))
    invested = RowColumn[PlanRow](_("Invested\nk€"), lambda row: _thousands(row[1].invested_eur), keep=5)
    columns: list[RowColumn[PlanRow]] = [
        RowColumn(_("Plan"), lambda row: plan_name(row[0]), "left"),
        *(values if known else [shared]),
        RowColumn(_("Sites\nin"), sites),
        RowColumn(_("Roofs\nbuilt") if known else _("Roofs\nin"), roofs, keep=7),
        RowColumn(_("Owner\nelsewhere"), elsewhere, keep=4),
        *([invested] if known else []),
        RowColumn(_("Derogations"), lambda row: fr(len(row[1].derogations)), keep=6),
        RowColumn(gap_heading(report), lambda row: gap_text(row[1].gap_ratio), keep=8 if known else 9),
    ]
    rows = report.named
    best = next((row for row in rows if row[1] is report.best), None)
    return column_table(rows, *columns, strong=lambda row: row is best)


def _thousands(amount_eur: float | None) -> str:
    return "–" if amount_eur is None else fr(amount_eur / THOUSAND)


def _operation_text(plan: LawfulPlan, operation: PlannedOperation, number: int) -> str:
    """Perimeter, MWh shared and value of one operation."""
    words = {"perimeter": perimeter_text(operation), "shared": mwh_text(operation.received_kwh)}
    name = "operation-shares-and-is-worth" if plan.euros_known else "operation-shares"
    return sentence(name, number=fr(number), value=euros(operation.value_eur), **words)


def _operation(
    plan: LawfulPlan, operation: PlannedOperation, number: int, names: Mapping[str, str]
) -> Iterator[Node]:
    yield Heading(_operation_text(plan, operation, number))
    kwp = {roof.id: roof.kwp for roof in plan.roofs}
    roof = _("{name} ({power})")
    roofs = [roof.format(name=names[id_], power=power(kwp[id_])) for id_ in operation.plant_ids]
    sites = [names[id_] for id_ in operation.participant_ids]
    yield Paragraph(_("Plants: {names}.").format(names=listed(roofs)))
    yield Paragraph(_("Sites: {names}.").format(names=listed(sites)))
    yield from _farthest(operation, names)
    for check in operation.checks:
        if check.state is State.TO_VERIFY:
            text = _("To verify: {what}")
            yield Paragraph(text.format(what=check.remedy or check.title), tone="sun_text")


def _farthest(operation: PlannedOperation, names: Mapping[str, str]) -> Iterator[Node]:
    if operation.longest_km is None or len(operation.longest_ids) < 2:
        return
    first, second = (names[name] for name in operation.longest_ids)
    apart = unit(operation.longest_km, "km", 1)
    text = _("Farthest apart: {first} and {second}, {apart}.")
    line = text.format(first=first, second=second, apart=apart)
    if operation.limit_km is not None:
        left = unit(round((operation.limit_km - operation.longest_km) * THOUSAND, -1), "m")
        line = sentence("farthest-apart", first=first, second=second, apart=apart, left=left)
    yield Paragraph(line, "note")


def _outside(plan: LawfulPlan, names: Mapping[str, str]) -> Iterator[Node]:
    """Yield the sites outside any operation, grouped by reason."""
    for why in Outside:
        ids = [id_ for id_, reason in plan.outside.items() if reason is why]
        if ids:
            text = _("In no operation, {why}: {names}.")
            line = text.format(why=why_outside(why), names=listed([names[id_] for id_ in ids]))
            yield Paragraph(line, tone="sun_text")


def _roofs(plan: LawfulPlan, names: Mapping[str, str]) -> Iterator[Node]:
    """Yield the roofs that are alone, not built, or in an operation where their owner is not."""
    alone = [roof for roof in plan.roofs if roof.kwp > 0.0 and roof.operation is None]
    groups = (
        (_("Alone, selling what is not used behind their meter: {names}."), alone),
        (_("Not built: {names}."), [roof for roof in plan.roofs if roof.kwp == 0.0]),
        (_("Owner not in the operation of the roof: {names}."), [r for r in plan.roofs if r.owner_elsewhere]),
    )
    for text, roofs in groups:
        if roofs:
            yield Paragraph(text.format(names=listed([names[roof.id] for roof in roofs])))


def _not_searched(report: LawfulPlansReport) -> Iterator[Node]:
    """Yield the items left out of the search: counted in the figures, or nowhere."""
    words = {
        "tax": _("tax on profit"),
        "option": _("option of the network tariff"),
        "key": _("key of the folder"),
        "grant": _("grant of the operation"),
        "market": _("prices by the hour"),
    }
    figures = [words[name] for name in report.search_only if name in words]
    if figures:
        yield Paragraph(sentence("search-leaves-out", what=listed(figures)), "note")
    nowhere = left_out_text(report.best)
    if nowhere:
        yield Paragraph(nowhere, tone="sun_text")


def _outlook(outlook: Outlook, names: Mapping[str, str]) -> Node:
    state = outlook.state_without if outlook.leaving else outlook.state
    text = _("{regime}: {words}").format(regime=regime_word(outlook.regime), words=_allowed(outlook, names))
    if not outlook.shares:
        return Paragraph(text, tone=STATE_TONES[State.NOT_MET])
    text = _("{words}: {state}").format(words=text, state=blocks.state_word(state))
    return Paragraph(text, tone=STATE_TONES[state])


def _allowed(outlook: Outlook, names: Mapping[str, str]) -> str:
    """Sites admitted by a regime: all, all but a few, or a few."""
    leaving, staying = outlook.leaving, outlook.staying
    if not outlook.shares:
        return _("nobody could share (no plant may stand with a participant)")
    if not leaving:
        return _("everyone")
    if len(leaving) <= len(staying):
        return _("everyone but {who}").format(who=blocks.some_of([names[id_] for id_ in leaving], MOST_NAMES))
    message = _("{count} of the {total} sites ({who})")
    total, who = len(leaving) + len(staying), blocks.some_of([names[id_] for id_ in staying], MOST_NAMES)
    return message.format(count=fr(len(staying)), total=fr(total), who=who)
