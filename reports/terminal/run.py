"""What a person reads on the terminal: results first, then files, one line of warnings a cause."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from gettext import gettext as _
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from acc.accounts.persons import moves_money_only
from acc.fairness import MEASURES
from acc.indicators import Energy
from acc.keys import KEYS
from acc.plan.values import Plan
from acc.result.recommendation import Weighed
from acc.result.result import KeyOutcome, Result
from reports.data import columns
from reports.data.results import key_row, outcomes
from reports.data.rows import have, participant_rows, plant_rows
from reports.data.table import Column, Medium, Need, Unit
from reports.format.labels import key_short, key_title
from reports.format.market_labels import carbon_sentences, sale_sentences
from reports.format.money import corridor_text, euros, missing_texts, rate, reason_text, years
from reports.format.numbers import FIXED, fr, listed, mwh, unit
from reports.terminal.advice import print_advice
from reports.terminal.columns import head, screen_columns, screen_table, screen_text, screen_unit
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
from reports.terminal.persons import print_answer, print_persons, print_ranking
from reports.terminal.ranges import of_group, print_drawn, range_text


def print_result(result: Result, files: Sequence[Path]) -> None:
    """Print one scenario: totals, participants, plants, checks, warnings, files, closure."""
    out, scenario, sums, stored = console(), result.scenario, result.energy, _left_by_battery(result)
    print_title(out, result.scenario)
    print_unlawful(out, result)
    print_answer(out, result)
    key = KEYS[scenario.key.name]
    out.print(f"{_(key.title)} ({key.enedis}): {_(key.sentence)}", style="dim")
    out.print(_totals_table(result))
    out.print(_participants_table(result, out.width))
    if scenario.plants:
        out.print(_plants_table(result, out.width))
    _print_changes(out, result)
    print_money(out, result)
    print_persons(out, result)
    print_rules(out, result.rules, site_names(scenario))
    print_drawn(out, result)
    print_warnings(out, result)
    _print_files(out, files)
    gap_kwh = abs(
        float(sums.production_kwh.sum() - sums.received_kwh.sum() - sums.surplus_kwh.sum()) + stored
    )
    closure = _("balance closed to {gap} kWh").format(gap=f"{gap_kwh:.0e}")
    out.print(
        _("Inputs {digest} · {closure}").format(digest=result.provenance.digest[:8], closure=closure),
        style="dim",
    )


def _left_by_battery(result: Result) -> float:
    """Return the energy that the battery gave to members less that taken from the plants, kWh."""
    used = result.storage
    return 0.0 if used is None else used.discharge_kwh - used.charge_kwh - used.unused_kwh


def print_comparison(result: Result, files: Sequence[Path]) -> None:
    """Print the keys side by side: what is shared and saved, then what each participant receives."""
    out, scenario, keys = console(), result.scenario, outcomes(result)
    print_title(out, result.scenario)
    print_unlawful(out, result)
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
    if result.left_out:
        text = _("Not compared, without parameters in `[keys.NAME]`: {names}.")
        names = [_("{title} (`{name}`)").format(title=key_title(name), name=name) for name in result.left_out]
        out.print(text.format(names=listed(names)), style="dim")
    print_warnings(out, result)
    _print_files(out, files)


def print_scenarios(results: Sequence[Result], files: Sequence[Path]) -> None:
    """Print variants side by side: what is shared, what is saved, who loses."""
    out = console()
    print_title(out, results[0].scenario)
    for result in results:
        print_unlawful(out, result, of=result.scenario.label)
    wide = out.width >= 110  # below, what can be read elsewhere is left out
    table = table_of(
        (_("Scenario"), "left"),
        *([(_("Participants"), "right"), (_("Injected MWh"), "right")] if wide else []),
        (_("Shared MWh"), "right"),
        *([(_("Surplus MWh"), "right")] if wide else []),
        (_("Saved €"), "right"),
        *([(_("full accise €"), "right")] if wide else []),
        *([(_("Lose"), "right")] if wide else []),
        (_("Everybody €"), "right"),
        (_("NPV €"), "right"),
    )
    for result in results:
        sums, money = result.energy, result.money
        count, injected = len(result.scenario.participants), float(sums.production_kwh.sum())
        table.add_row(
            result.scenario.label or _("as the folder says"),
            *([fr(count), mwh(injected)] if wide else []),
            mwh(float(sums.received_kwh.sum())),
            *([mwh(float(sums.surplus_kwh.sum()))] if wide else []),
            euros(money.saving_eur_ht) if money else "–",
            *([euros(money.full_accise_saving_eur_ht) if money else "–"] if wide else []),
            *([fr(len(money.losers)) if money else "–"] if wide else []),
            euros(money.total.gain_eur_ht) if money and money.total else "–",
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


def _print_keys(out: Console, result: Result, keys: Sequence[KeyOutcome]) -> None:
    """Print the table of keys, then what its measures of fairness mean."""
    rows = [key_row(result, outcome) for outcome in keys]
    shown = screen_columns(columns.KEYS, rows, have(result.money), out.width)
    chosen = [place for place, row in enumerate(rows) if row.name == result.scenario.key.name]
    out.print(screen_table(columns.KEYS, shown, rows, bold=chosen))
    words = _("{title}: {sentence}")
    said = [
        words.format(title=head(column), sentence=_(MEASURES[column.name].sentence))
        for column in shown
        if column.name in MEASURES
    ]
    out.print(" ".join(said), style="dim")


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


def print_money(out: Console, result: Result) -> None:
    """Print the euros of the chosen key: the group, the price corridor, who loses, the producers' plan."""
    money = result.money
    if money is None:
        out.print(_("Euros are not computed: no local price is decided in [prices]."), style="dim")
        return
    scenario = result.scenario
    names = {person.id: person.name for person in scenario.persons or ()}
    names |= {site.id: site.name for site in (*scenario.participants, *scenario.plants)}
    days = (result.scenario.steps.end_utc - result.scenario.steps.start_utc).days
    message = _("The group would save {amount} without tax over {days} days ({full} at full accise).")
    found = range_text(of_group(result, "saving_eur_ht"), lambda amount: str(euros(amount)))
    full = euros(money.full_accise_saving_eur_ht)
    text = message.format(amount=euros(money.saving_eur_ht), days=days, full=full)
    out.print(f"{text} ({found})" if found else text, style="bold green")
    out.print(corridor_text(money, names))
    for loser in money.losers:
        why = listed([reason_text(reason) for reason in loser.reasons])
        words = _("{name} loses {amount}: {why}").format(
            name=names[loser.id], amount=euros(-(loser.saving_eur_ht or 0.0)), why=why
        )
        out.print(words, style="red")
    for text in missing_texts([m for p in money.participants for m in p.missing] + list(money.plan_missing)):
        out.print(_("Unknown euros: {why}").format(why=text), style="yellow")
    if money.plan is not None:
        plan = money.plan
        out.print(
            _("Plants: {capex} invested, paid back in {payback}, return {irr}, present value {npv}.").format(
                capex=_invested(plan),
                payback=years(plan.payback_years),
                irr=rate(plan.irr_ratio),
                npv=euros(plan.npv_eur_ht),
            )
        )
    for sentence in sale_sentences(money):
        out.print(sentence)
    if result.scenario.carbon is not None:
        for sentence in carbon_sentences(money):
            out.print(sentence)


def _invested(plan: Plan) -> str:
    """Return the investment, connection included where it is known, said to be left out where it is not."""
    amount = str(euros(plan.capex_eur_ht + plan.connection_eur_ht))
    return _("{capex}, without connection").format(capex=amount) if plan.without_connection_ids else amount


def print_new(folder: Path, files: Sequence[Path]) -> None:
    """Print what was made and what to do with it."""
    out = console()
    out.print(_("{count} files in {folder}. Next:").format(count=len(files), folder=folder))
    out.print(f"  acc check {folder}\n  acc run {folder}\n  acc brief {folder}")


def print_look(name: str, blocks: Sequence[Sequence[str]]) -> None:
    """Print what a file is, one block of lines a curve."""
    out = console()
    for block in blocks:
        out.print(name, style="bold")
        for line in block:
            out.print(f"  {line}", soft_wrap=True)


def _totals_table(result: Result) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(justify="right", min_width=12, no_wrap=True, style="bold green")
    table.add_column()
    table.add_column(style="cyan")
    given = columns.INDICATORS
    for column in given.shown(Medium.SCREEN):
        value = given.value(column, result.energy)
        if column.name != "own_use_kwh" or value:  # what no plant does is not said
            found = of_group(result, column.name)
            written = partial(screen_text, column.unit, decimals=1)
            table.add_row(*_total_row(column, value), range_text(found, written))
    return table


def _total_row(column: Column[Energy], value: object) -> tuple[str, str]:
    """Return a figure with its unit, and what it is with its formula where there is one."""
    figure = screen_text(column.unit, value, 1)
    name = screen_unit(column.unit)
    words = f"{head(column)} = {_(column.formula)}" if column.formula else head(column)
    return (f"{figure}{FIXED}{name}" if name and column.unit is not Unit.EUR else figure), words


def _participants_table(result: Result, width: int) -> Table:
    rows = participant_rows(result, result.energy, result.money)
    rows = [rows[i] for i in np.argsort(-result.energy.received_kwh, kind="stable")]
    rows = [
        replace(row, range_eur_ht=(result.ranges or {}).get("saving_eur_ht", {}).get(row.id)) for row in rows
    ]
    needs = {Need.QUALITY} if result.ranges is None else {Need.QUALITY, Need.RANGES}
    shown = screen_columns(columns.PARTICIPANTS, rows, have(result.money, needs), width)
    return screen_table(columns.PARTICIPANTS, shown, rows)


def _plants_table(result: Result, width: int) -> Table:
    rows = plant_rows(result.scenario, result.energy, result.money)
    shown = screen_columns(columns.PLANTS, rows, have(result.money), width)
    return screen_table(columns.PLANTS, shown, rows)
