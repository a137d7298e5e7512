"""What a person reads on the terminal: results first, then files, one line of warnings a cause."""

from collections.abc import Sequence
from dataclasses import replace
from gettext import gettext as _
from pathlib import Path

from rich.console import Console

from acc.accounts.persons import moves_money_only
from acc.fairness import MEASURES
from acc.i18n import typed
from acc.result.ranking import Ranking, ranking
from acc.result.recommendation import Weighed
from acc.result.result import KeyOutcome, Result
from acc.rules.check import State
from acc.time_aggregates import is_year
from reports.data import columns
from reports.data.results import key_outcomes
from reports.data.rows import key_rows, shown_of
from reports.data.table import Table
from reports.format.labels import key_short, key_title, not_counted
from reports.format.market_labels import carbon_sentences, sale_sentences
from reports.format.measures import losers_head
from reports.format.money import euros
from reports.format.numbers import fr, mwh, unit
from reports.terminal.advice import print_advice
from reports.terminal.answer import print_answer, print_to_verify
from reports.terminal.columns import screen_columns, screen_table, written
from reports.terminal.console import (
    _print_files,
    console,
    print_rules,
    print_title,
    print_unlawful,
    print_warnings,
    site_names,
    table_of,
)
from reports.terminal.persons import print_details, print_persons, print_ranking
from reports.terminal.ranges import print_drawn
from reports.terminal.tables import participants_table, plants_table, print_energies

ACTED_ON = (State.NOT_MET, State.ON_DEROGATION)
"""States of rules that a run tells in full: what is left to verify is a line, the rest a number."""


def print_demo(result: Result, files: Sequence[Path]) -> None:
    """Print the answer of the example, then what to open and how to begin with one's own data."""
    out = console()
    print_title(out, result.scenario)
    print_answer(out, result)
    print_energies(out, result)
    for brief in (path for path in files if path.name == "brief.pdf"):
        out.print(_("To open: {brief}").format(brief=brief), soft_wrap=True, style="bold")
    out.print(_("Your data: `acc new my-operation`"))


def print_result(result: Result, folder: Path) -> None:
    """Print one scenario: the answer, the tables, what is to verify, details, what to do next."""
    out = console()
    print_title(out, result.scenario)
    print_unlawful(out, result.status, result.way)
    print_answer(out, result)
    out.print()
    print_energies(out, result)
    _print_changes(out, result)
    print_persons(out, result)
    out.print(participants_table(result, out.width))
    if result.scenario.plants:
        out.print(plants_table(result, out.width))
    told = [check for check in result.rules if check.state in ACTED_ON]
    print_rules(out, told, site_names(result.scenario), folder)
    print_to_verify(out, result)
    print_details(out, result)
    _print_market(out, result)
    print_drawn(out, result)
    print_warnings(out, result)
    _print_closure(out, result)
    out.print(_("Make the brief: `acc brief {folder}`").format(folder=typed(folder)), soft_wrap=True)


def _print_market(out: Console, result: Result) -> None:
    """Print what prices by the hour do to the surplus, and the carbon where it is asked for."""
    if result.money is None:
        return
    for sentence in sale_sentences(result.money):
        out.print(sentence)
    for sentence in carbon_sentences(result.money) if result.scenario.carbon is not None else ():
        out.print(sentence)


def _print_closure(out: Console, result: Result) -> None:
    """Print that nothing is lost, with the first digits of the inputs; by how much where something is."""
    sums, stored = result.energy, _left_by_battery(result)
    gap_kwh = abs(
        float(sums.production_kwh.sum() - sums.received_kwh.sum() - sums.surplus_kwh.sum()) + stored
    )
    text = _("Control: nothing is lost, to the kWh. Data {digest}.")
    if gap_kwh >= 1.0:
        text = _("Control: {gap} are missing. Data {digest}.")
    out.print(text.format(gap=unit(gap_kwh, "kWh"), digest=result.provenance.digest[:8]), style="dim")


def _left_by_battery(result: Result) -> float:
    """Return the energy that the battery gave to members less that taken from the plants, kWh."""
    used = result.storage
    return 0.0 if used is None else used.discharge_kwh - used.charge_kwh - used.unused_kwh


def print_comparison(result: Result, files: Sequence[Path]) -> None:
    """Print the keys side by side: what is shared and saved, then what each participant receives."""
    out, scenario, keys = console(), result.scenario, key_outcomes(result)
    print_title(out, result.scenario)
    print_unlawful(out, result.status, result.way)
    _print_changes(out, result)
    _print_keys(out, result, keys)
    if result.money is None:
        out.print(_("Euros are not computed: no local price is decided in [prices]."), style="dim")
    # As many keys side by side as the terminal holds, so that no figure is cut.
    fits = max(1, (out.width - 32) // (max(len(key_short(outcome.name)) for outcome in keys) + 3))
    for first in range(0, len(keys), fits):
        part = keys[first : first + fits]
        heads = [(key_short(outcome.name), "right") for outcome in part]
        members = table_of((_("MWh received"), "left"), *heads)
        for index, participant in enumerate(scenario.participants):
            received = (mwh(float(outcome.energy.received_kwh[index])) for outcome in part)
            members.add_row(participant.name, *received)
        out.print(members)
    print_ranking(out, [(key_short(outcome.name), outcome.money) for outcome in keys])
    weighed = [Weighed(result.exchange, one.energy.received_kwh, one.money) for one in keys]
    print_advice(out, [key_title(outcome.name) for outcome in keys], weighed, scenario.decide)
    print_warnings(out, result)
    _print_files(out, files)


def print_scenarios(results: Sequence[Result], files: Sequence[Path]) -> None:
    """Print variants side by side: what is shared, what is saved, who loses."""
    out = console()
    print_title(out, results[0].scenario)
    for result in results:
        print_unlawful(out, result.status, result.way, result.scenario.label)
    wide, told = out.width >= 145, out.width >= 95  # below, what can be read elsewhere is left out
    ranked = ranking([result.money for result in results])
    table = table_of(
        (_("Scenario"), "left"),
        *([(_("Participants"), "right"), (_("Injected MWh"), "right")] if wide else []),
        (_("Shared MWh"), "right"),
        *([(_("Surplus MWh"), "right")] if wide else []),
        (_("Saved €"), "right"),
        *([(_lose_head(results[0], ranked), "right")] if told else []),
        (_("Everybody €"), "right"),
        *([(_("full accise €"), "right")] if wide else []),
        (_("NPV €"), "right"),
    )
    for case, result in enumerate(results):
        sums, money = result.energy, result.money
        count, injected = len(result.scenario.participants), float(sums.production_kwh.sum())
        table.add_row(
            result.scenario.label or _("as the folder says"),
            *([fr(count), mwh(injected)] if wide else []),
            mwh(float(sums.received_kwh.sum())),
            *([mwh(float(sums.surplus_kwh.sum()))] if wide else []),
            euros(money.saving_eur_ht) if money else "–",
            *([fr(ranked.losers[case]) if ranked else "–"] if told else []),
            euros(money.total.gain_eur_ht) if money and money.total else "–",
            *([euros(money.total.full_accise_gain_eur_ht) if money and money.total else "–"] if wide else []),
            euros(money.total.npv_eur_ht) if money and money.total else "–",
        )
    out.print(table)
    for result in results[1:]:
        if moves_money_only(results[0].money, result.money):
            text = _("{name} only moves money from one to another: together, nothing is gained or lost.")
            out.print(text.format(name=result.scenario.label), style="yellow")
    whole = _("as the folder says")
    names = [result.scenario.label or whole for result in results]
    print_ranking(out, list(zip(names, (result.money for result in results), strict=True)))
    weighed = [Weighed(one.exchange, one.energy.received_kwh, one.money, one.is_lawful) for one in results]
    print_advice(out, names, weighed, results[0].scenario.decide)
    _print_files(out, files)


def _lose_head(result: Result, ranked: Ranking | None) -> str:
    """Return the head of the count of members who lose, in the measure that ranks the cases."""
    return losers_head(() if ranked is None else ranked.plan_years, is_year=is_year(result.scenario.steps))


def _print_keys(out: Console, result: Result, keys: Sequence[KeyOutcome]) -> None:
    """Print the table of keys, then what its measures of fairness mean."""
    rows, ranked = key_rows(result, keys)
    how, lose = written(result), _lose_head(result, ranked)
    table = Table(tuple(replace(c, title=lose) if c.name == "losers" else c for c in columns.KEYS.columns))
    shown = screen_columns(table, rows, shown_of(result), out.width, how)
    chosen = [place for place, row in enumerate(rows) if row.name == result.scenario.key.name]
    out.print(screen_table(table, shown, rows, how, bold=chosen))
    words = _("{title}: {sentence}")
    said = [
        words.format(title=how.head(column), sentence=_(MEASURES[column.name].sentence))
        for column in shown
        if column.name in MEASURES
    ]
    if said:
        said.append(not_counted(_left_out(result)))
    out.print(" ".join(said), style="dim")


def _left_out(result: Result) -> list[str]:
    """Return the names of who cannot receive."""
    sites = zip(result.scenario.participants, result.can_receive, strict=True)
    return [site.name for site, able in sites if not able]


def _print_changes(out: Console, result: Result) -> None:
    """Print what the battery and the flexible loads did, and what would be shared without them."""
    shared_kwh = float(result.energy.received_kwh.sum())
    if result.storage is not None:
        used = result.storage
        message = _(
            "{name}: {charge} charged, {given} given back, {lost} lost; {shared} shared, "
            "{without} without it."
        )
        kwh = {"charge": used.charge_kwh, "given": used.discharge_kwh, "lost": used.lost_kwh}
        kwh |= {"shared": shared_kwh, "without": float(used.without.received_kwh.sum())}
        out.print(message.format(name=used.name, **{name: unit(v, "kWh") for name, v in kwh.items()}))
    if result.shift is not None:
        message = _(
            "Flexible loads: {moved} of {all} used at another hour; {shared} shared, "
            "{without} if they stayed."
        )
        kwh = {"moved": result.shift.moved_kwh, "all": sum(kwh for _id, kwh, _moved in result.shift.loads)}
        kwh |= {"shared": shared_kwh, "without": float(result.shift.without.received_kwh.sum())}
        out.print(message.format(**{name: unit(v, "kWh") for name, v in kwh.items()}))


def print_new(folder: Path, files: Sequence[Path]) -> None:
    """Print what was made and what to do with it."""
    out = console()
    book = next((path for path in files if path.suffix == ".xlsx"), None)
    if book is None:
        out.print(_("{count} files in {folder}. Next:").format(count=len(files), folder=folder))
    else:
        text = _("Fill in the yellow cells of {book} in Excel or LibreOffice, save, close. Next:")
        out.print(text.format(book=book), soft_wrap=True)
    word = typed(folder)
    out.print(f"  acc check {word}\n  acc run {word}\n  acc brief {word}")


def print_look(name: str, blocks: Sequence[Sequence[str]]) -> None:
    """Print what a file is, one block of lines a curve."""
    out = console()
    for block in blocks:
        out.print(name, style="bold")
        for line in block:
            out.print(f"  {line}", soft_wrap=True)
