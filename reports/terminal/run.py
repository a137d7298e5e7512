"""What a person reads on the terminal: results first, then files, one line of warnings a cause."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from gettext import gettext as _
from pathlib import Path

from acc.accounts.persons import moves_money_only
from acc.fairness import MEASURES
from acc.i18n import N_, typed
from acc.result.change import ExplainedChange, PairedDraws
from acc.result.outcomes import compared_proposal, key_outcomes
from acc.result.proposal import Ranking, ranking
from acc.result.result import KeyOutcome, Result
from acc.rules.check import State
from acc.scenario import DecisionCriterion
from acc.time_aggregates import is_year
from reports.data import columns
from reports.data.rows import key_rows, shown_of
from reports.data.years import plan_year_of_calendar
from reports.format.draws import chance_text, drawn_note, range_head, range_text
from reports.format.gains import before_investment, losers_head
from reports.format.labels import BETWEEN, case_titles, key_short, key_title, not_counted
from reports.format.money import euros
from reports.format.numbers import MISSING, fr, listed, mwh, unit
from reports.format.proposals import ProposalWords, named, unweighed_price
from reports.format.rate_labels import carbon_sentences, sale_sentences
from reports.format.unlawful import titles_with_status
from reports.format.wording import sentence
from reports.nodes.tree import Bullets, Heading, Node, Paragraph, TextTable
from reports.terminal import persons
from reports.terminal.answer import answer_nodes, energies, participants_table, plants_table, to_verify
from reports.terminal.blocks import (
    costs_left_out,
    drawn_from,
    quoted,
    rules,
    screen_table,
    site_names,
    text_table,
    title,
    unlawful,
    warnings,
    written,
    written_files,
)
from reports.terminal.screen import console, fitting

CRITERIA = {
    DecisionCriterion.LAW: N_("lawful"),
    DecisionCriterion.LOSERS: N_("fewest losers"),
    DecisionCriterion.TOTAL: N_("most for everybody"),
    DecisionCriterion.FAIRNESS: N_("most even"),
}


def advice(results: Sequence[Result], title: Callable[[str], str]) -> Iterator[Node]:
    """Yield the proposal among the keys of one result, or several results; then their ranking."""
    proposal = compared_proposal(results)
    if proposal is None:
        yield Paragraph(_("None of them is lawful: the group’s criteria name none."), "lead", "worse")
        return
    if len(proposal.names) < 2:
        return
    names = {person.id: person.name for result in results if result.money for person in result.money.persons}
    words = ProposalWords(
        proposal=proposal,
        title=title,
        people=lambda ids: named([names[id_] for id_ in ids]),
        is_year=is_year(results[0].scenario.steps),
    )
    yield Paragraph(" ".join(words.sentences), "lead")
    order = ", ".join(_(CRITERIA[criterion]) for criterion in results[0].scenario.decide.order)
    price = unweighed_price(results[0].scenario.prices.local_eur_per_kwh) if len(results) == 1 else ""
    yield Paragraph(" ".join(filter(None, [sentence("criteria-in-order", order=order), price, words.evener])))


ACTED_ON = (State.NOT_MET, State.ON_DEROGATION)
"""States of rules that a run tells in full: what is left to verify is a line, the rest a number."""

EVERYBODY = ("gain_eur_ht", "full_accise_gain_eur_ht", "npv_eur_ht")
"""What variants are compared by, of all members together."""


def demo_nodes(result: Result, files: Sequence[Path]) -> list[Node]:
    """Return the answer of the example in full, then what comes after it."""
    return [*title(result.scenario), *answer_nodes(result), *energies(result), *demo_end(files)]


def demo_end(files: Sequence[Path]) -> list[Node]:
    """Brief to open, and how to begin with one's own data."""
    text = _("To open: {brief}")
    briefs = [Paragraph(text.format(brief=path), "verbatim") for path in files if path.name == "brief.pdf"]
    return [*briefs, Paragraph(_("Your data: `acc new my-operation`"))]


def result_nodes(result: Result, folder: Path, year: int | None = None) -> Iterator[Node]:
    """Yield one scenario: the answer, the tables, what is to verify, details, what to do next.

    Args:
        year: of the calendar, of the plan, of which each site is told.

    Raises:
        InputError: a year that is not in the plan, before anything is told.
    """
    plan_year_of_calendar(result, year)
    yield from title(result.scenario)
    yield from unlawful(result.status, result.way)
    yield from answer_nodes(result)
    yield Paragraph("")
    yield from persons.year_nodes(result, year)
    yield from energies(result)
    yield from _changes(result)
    yield from persons.years_nodes(result)
    yield from persons.persons_table(result)
    yield participants_table(result)
    if result.scenario.plants:
        yield plants_table(result)
    checks = [check for check in result.rules if check.state in ACTED_ON]
    yield from rules(checks, site_names(result.scenario), folder)
    yield from to_verify(result)
    yield from persons.details(result)
    yield from quoted(result.scenario.plants)
    yield from map(Paragraph, _market(result))
    yield from drawn_from(result)
    yield from warnings(result)
    yield _closure(result)
    yield from _compare_hint(result, folder)
    yield Paragraph(_("Make the brief: `acc brief {folder}`").format(folder=typed(folder)), "verbatim")


def _compare_hint(result: Result, folder: Path) -> Iterator[Node]:
    """Yield the command that compares the folder's key by the criteria, where this run did not."""
    if result.proposal is None and result.scenario.sharing and result.is_lawful and result.can_receive.any():
        yield Paragraph(sentence("compare-hint", folder=typed(folder)), "verbatim")


def _market(result: Result) -> list[str]:
    """Effects of hourly prices on the surplus, and carbon where requested."""
    if result.money is None:
        return []
    carbon = carbon_sentences(result.money) if result.scenario.carbon is not None else []
    return [*sale_sentences(result.money), *carbon]


def _closure(result: Result) -> Node:
    """Return that nothing is lost, with the first digits of the inputs; by how much where something is."""
    sums, stored = result.energy, _left_by_battery(result)
    gap_kwh = abs(float((sums.production_kwh - sums.surplus_kwh).sum() - sums.received_kwh.sum()) + stored)
    name, digest = "closure-gap" if gap_kwh >= 1.0 else "closure-holds", result.provenance.digest[:8]
    return Paragraph(sentence(name, gap=unit(gap_kwh, "kWh"), digest=digest), "note")


def _left_by_battery(result: Result) -> float:
    """Return the energy that the battery gave to members less that taken from the plants, kWh."""
    used = result.storage
    return 0.0 if used is None else used.discharge_kwh - used.charge_kwh - used.unused_kwh


def key_nodes(result: Result) -> Iterator[Node]:
    """Yield the proposal among the keys, then the keys side by side: what is shared and saved."""
    yield from costs_left_out(result.status)
    yield from advice([result], key_title)
    yield from _changes(result)
    if lacking := [key_title(name) for name in result.scenario.key_parameters if name in result.left_out]:
        text = _("Not compared, a value of theirs is missing: {keys}. `acc check` says which.")
        yield Paragraph(text.format(keys=listed(lacking)), tone="sun_text")
    yield _keys_table(result, key_outcomes(result), console().width)
    yield from _before_tax([result])
    if result.money is None:
        yield Paragraph(_("Euros are not computed: no local price is decided in [prices]."), "note")


def comparison_nodes(result: Result, files: Sequence[Path]) -> Iterator[Node]:
    """Yield the keys side by side, then what each participant receives and gains under each."""
    width = console().width
    yield from title(result.scenario)
    yield from unlawful(result.status, result.way)
    yield from key_nodes(result)
    cases = [(key_short(outcome.name), outcome) for outcome in key_outcomes(result)]
    for part in persons.side_by_side(cases, width):
        yield text_table(
            [_("MWh received"), *(name for name, _outcome in part)],
            [
                [site.name, *(mwh(float(outcome.energy.received_kwh[place])) for _name, outcome in part)]
                for place, site in enumerate(result.scenario.participants)
            ],
        )
    yield from persons.ranked_persons([(name, outcome.money) for name, outcome in cases], width)
    yield from warnings(result)
    yield from written_files(files)


MOST_TITLED = 3
"""Scenarios whose titles stand at the head of columns; beyond, their numbers."""


def compared_nodes(
    results: Sequence[Result],
    files: Sequence[Path],
    drawn: PairedDraws | None = None,
    changes: Sequence[ExplainedChange] = (),
) -> Iterator[Node]:
    """Yield scenarios side by side, what each brings, how sure it is and why; of one, its keys."""
    if len(results) == 1:
        yield from comparison_nodes(results[0], files)
        return
    sites = {id_: name for result in results for id_, name in site_names(result.scenario).items()}
    titles = case_titles([result.scenario for result in results], sites)
    by_label = {run.scenario.label or "": title for run, title in zip(results, titles, strict=True)}
    yield from title(results[0].scenario)
    yield from _forbidden(results, titles)
    yield from costs_left_out(results[0].status)
    yield from advice(results, by_label.__getitem__)
    yield from _side_by_side(results, titles, drawn, changes)
    yield from written_files(files)


def since_nodes(before: Result, after: Result, change: ExplainedChange) -> Iterator[Node]:
    """Yield a scenario on older data beside itself, and why it changed: neither is advised."""
    results, titles = (before, after), [BETWEEN.join(run.scenario.questions) for run in (before, after)]
    yield from title(replace(after.scenario, questions=()))
    yield from _forbidden(results, titles)
    yield from costs_left_out(after.status)
    yield from _side_by_side(results, titles, None, [change])


def _side_by_side(
    results: Sequence[Result],
    titles: Sequence[str],
    drawn: PairedDraws | None,
    changes: Sequence[ExplainedChange],
) -> Iterator[Node]:
    """Yield scenarios side by side, what each person has of them, why each differs from the first."""
    from reports.sentences.paired import price_text  # noqa: PLC0415 - a run compares nothing

    first, width = results[0], console().width
    sites = {id_: name for result in results for id_, name in site_names(result.scenario).items()}
    names = titles_with_status(titles, [result.status for result in results])
    numbers = [fr(case + 1) for case in range(len(results))] if len(results) > MOST_TITLED else names
    ranked = ranking([result.money for result in results])
    shown = names if numbers is names else [f"{n}. {name}" for n, name in zip(numbers, names, strict=True)]
    yield _scenarios_table(results, shown, ranked, drawn)
    yield from _before_tax(results)
    if drawn is not None:
        yield Paragraph(drawn_note(drawn, titles[drawn.reference]), "note")
    for name, result in zip(names[1:], results[1:], strict=True):
        if moves_money_only(first.money, result.money):
            yield Paragraph(sentence("scenario-moves-money-only", name=name), tone="sun_text")
    if prices := price_text(names, [result.money for result in results]):
        yield Paragraph(prices, tone="sun_text")
    moneys = [(name, run.money) for name, run in zip(numbers, results, strict=True)]
    yield from persons.ranked_persons(moneys, width)
    for name, change in zip(titles[1:], changes, strict=False):
        yield from _why(name, change, sites, is_year=is_year(first.scenario.steps))


def _before_tax(results: Sequence[Result]) -> Iterator[Node]:
    """Yield that gains of a year are before the tax on profit, where somebody pays one."""
    totals = [result.money.total for result in results if result.money is not None]
    if any(total is not None and total.is_taxed for total in totals):
        text = _("Everybody €: {before}; NPV €: after it.")
        yield Paragraph(text.format(before=before_investment("", is_taxed=True)), "note")


def _why(name: str, change: ExplainedChange, sites: Mapping[str, str], *, is_year: bool) -> Iterator[Node]:
    from reports.sentences.paired import change_words  # noqa: PLC0415 - a run compares nothing

    words = change_words(change, sites, is_year=is_year)
    yield Heading(_("Why “{name}” differs").format(name=name))
    yield Bullets((*words.causes, words.total))
    if words.note:
        yield Paragraph(words.note, "note")


def _scenarios_table(
    results: Sequence[Result], names: Sequence[str], ranked: Ranking | None, drawn: PairedDraws | None
) -> TextTable:
    heads = [
        _("Scenario"),
        _("Participants"),
        _("Injected MWh"),
        _("Shared MWh"),
        _("Surplus MWh"),
        _("Saved €"),
        _lose_head(results[0], ranked),
        _("Everybody €"),
        _("full accise €"),
        _("NPV €"),
        *([range_head(drawn), _("Better,\ntimes in 10")] if drawn else []),
    ]
    rows = [
        [
            name,
            *_scenario_cells(result, ranked.losers[case] if ranked else None),
            *([range_text(chance), chance_text(chance)] if drawn and (chance := drawn.chance(case)) else []),
        ]
        for case, (name, result) in enumerate(zip(names, results, strict=True))
    ]
    drawn_first = {3: 7, 5: 4, 7: 6} if drawn else {6: 5}
    return text_table(heads, rows, keep={1: 1, 2: 2, 4: 3, 8: 4, **drawn_first})


def _forbidden(results: Sequence[Result], titles: Sequence[str]) -> Iterator[Node]:
    """Yield prohibitions of scenarios, once for equal ones; the remedy where there is one."""
    alike: dict[tuple[str, ...], list[tuple[str, Result]]] = {}
    for title_, result in zip(titles, results, strict=True):
        if result.status.is_unlawful:
            broken = tuple(check.title for check in result.status.broken)
            alike.setdefault(broken, []).append((title_, result))
    for same in alike.values():
        way = same[0][1].way
        way = way if all(run.way == way for _title, run in same) else None
        every = _("all {count} scenarios").format(count=fr(len(same)))
        named = listed([title_ for title_, _run in same])
        yield from unlawful(same[0][1].status, way, every if len(same) == len(results) else named)


def _scenario_cells(result: Result, losers: int | None) -> list[str]:
    sums, money = result.energy, result.money
    total = None if money is None else money.total
    energies_kwh = (sums.production_kwh, sums.received_kwh, sums.surplus_kwh)
    return [
        fr(len(result.scenario.participants)),
        *(mwh(float(values.sum())) for values in energies_kwh),
        euros(money.saving_eur_ht) if money else MISSING,
        MISSING if losers is None else fr(losers),
        *(euros(getattr(total, name, None)) for name in EVERYBODY),
    ]


def _lose_head(result: Result, ranked: Ranking | None) -> str:
    """Return the head of the count of members who lose, in the measure that ranks the cases."""
    return losers_head(() if ranked is None else ranked.plan_years, is_year=is_year(result.scenario.steps))


def _keys_table(result: Result, keys: Sequence[KeyOutcome], width: int) -> TextTable:
    """Return the table of keys, and what those of its measures of fairness mean that the screen holds."""
    rows, ranked = key_rows(result, keys)
    how, named = written(result), {"losers": _lose_head(result, ranked)}
    chosen = {place for place, row in enumerate(rows) if row.name == result.scenario.key.name}
    table = fitting(screen_table(columns.KEYS, rows, how, shown_of(result), bold=chosen, heads=named), width)
    heads = {column.head.replace("\n", " ") for column in table.columns}
    words = _("{title}: {sentence}")
    sentences = [
        words.format(title=how.head(column), sentence=_(MEASURES[column.name].sentence))
        for column in columns.KEYS.columns
        if column.name in MEASURES and how.head(column) in heads
    ]
    if sentences:
        sentences.append(not_counted(_left_out(result)))
    return replace(table, note=" ".join(sentences))


def _left_out(result: Result) -> list[str]:
    """Return the names of who cannot receive."""
    sites = zip(result.scenario.participants, result.can_receive, strict=True)
    return [site.name for site, able in sites if not able]


def _changes(result: Result) -> Iterator[Node]:
    """Yield the use of the battery and flexible loads, and the sharing without them."""
    shared_kwh = float(result.energy.received_kwh.sum())
    if result.storage is not None:
        used = result.storage
        kwh = {"charge": used.charge_kwh, "given": used.discharge_kwh, "lost": used.lost_kwh}
        kwh |= {"shared": shared_kwh, "without": float(used.without.received_kwh.sum())}
        amounts = {name: unit(v, "kWh") for name, v in kwh.items()}
        yield Paragraph(sentence("battery-used", name=used.name, **amounts))
    if result.shift is not None:
        kwh = {"moved": result.shift.moved_kwh, "all": sum(kwh for _id, kwh, _moved in result.shift.loads)}
        kwh |= {"shared": shared_kwh, "without": float(result.shift.without.received_kwh.sum())}
        yield Paragraph(sentence("flexible-loads-used", **{name: unit(v, "kWh") for name, v in kwh.items()}))


def new_nodes(folder: Path, files: Sequence[Path]) -> list[Node]:
    """Files written, and next steps."""
    book = next((path for path in files if path.suffix == ".xlsx"), None)
    text = _("{count} files in {folder}. Next:").format(count=len(files), folder=folder)
    if book is not None:
        text = sentence("fill-in-workbook", book=book)
    commands = [f"  acc {name} {typed(folder)}" for name in ("check", "run", "brief")]
    return [Paragraph(line, "verbatim") for line in (text, *commands)]


def look_nodes(files: Iterable[tuple[str, Sequence[Sequence[str]]]]) -> Iterator[Node]:
    """Yield the description of each file: its name, then its lines, one block per curve."""
    for name, blocks in files:
        for block in blocks:
            yield Heading(name)
            yield from (Paragraph(f"  {line}", "verbatim") for line in block)
