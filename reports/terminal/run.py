"""What a person reads on the terminal: results first, then files, one line of warnings a cause."""

from collections.abc import Mapping, Sequence
from gettext import gettext as _
from gettext import ngettext
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from acc.fairness import MEASURES
from acc.indicators import FORMULAS
from acc.keys import KEYS
from acc.result.result import KeyOutcome, Result
from reports.data.results import outcomes
from reports.format.labels import by_cause
from reports.format.money import corridor_text, euros, missing_texts, rate, reason_text, years
from reports.format.numbers import fr, fr_exact, listed, mwh, mwh_text, percent, unit
from reports.terminal.console import _print_files, console, print_rules, table_of
from reports.terminal.keys import keys_columns

BAR_WIDTH = 16


def print_result(result: Result, files: Sequence[Path]) -> None:
    """Print one scenario: totals, participants, plants, checks, warnings, files, closure."""
    out, scenario, sums, stored = console(), result.scenario, result.energy, _left_by_battery(result)
    _print_title(out, result)
    key = KEYS[scenario.key.name]
    out.print(f"{_(key.title)} ({key.enedis}): {_(key.sentence)}", style="dim")
    out.print(_totals_table(result))
    out.print(_participants_table(result, out.width))
    if scenario.plants:
        out.print(_plants_table(result))
    _print_changes(out, result)
    print_money(out, result)
    print_rules(out, result.checks)
    _print_warnings(out, result)
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
    _print_title(out, result)
    _print_changes(out, result)
    _print_keys(out, result, keys)
    if result.money is None:
        out.print(_("Euros are not computed: no local price is decided in [prices]."), style="dim")
    # As many keys side by side as the terminal holds, so that no figure is cut.
    fits = max(1, (out.width - 32) // (max(len(outcome.name) for outcome in keys) + 3))
    for first in range(0, len(keys), fits):
        part = keys[first : first + fits]
        members = table_of((_("MWh received"), "left"), *((outcome.name, "right") for outcome in part))
        for index, participant in enumerate(scenario.participants):
            received = (mwh(float(outcome.energy.received_kwh[index])) for outcome in part)
            members.add_row(participant.name, *received)
        out.print(members)
    _print_warnings(out, result)
    _print_files(out, files)


def print_scenarios(results: Sequence[Result], files: Sequence[Path]) -> None:
    """Print variants side by side: what is shared, what is saved, who loses."""
    out = console()
    _print_title(out, results[0])
    wide = out.width >= 110  # below, what can be read elsewhere is left out
    table = table_of(
        (_("Scenario"), "left"),
        *([(_("Participants"), "right"), (_("Injected MWh"), "right")] if wide else []),
        (_("Shared MWh"), "right"),
        (_("Surplus MWh"), "right"),
        (_("Saved €"), "right"),
        (_("Lose"), "right"),
    )
    for result in results:
        sums, money = result.energy, result.money
        count, injected = len(result.scenario.participants), float(sums.production_kwh.sum())
        table.add_row(
            result.scenario.variant or _("as the folder says"),
            *([fr(count), mwh(injected)] if wide else []),
            mwh(float(sums.received_kwh.sum())),
            mwh(float(sums.surplus_kwh.sum())),
            euros(money.saving_eur_ht) if money else "–",
            fr(len(money.losers)) if money else "–",
        )
    out.print(table)
    _print_files(out, files)


def _print_keys(out: Console, result: Result, keys: Sequence[KeyOutcome]) -> None:
    """Print the table of keys, then what its measures of fairness mean."""
    columns = keys_columns(result, keys, out.width)
    table = table_of(*((column.title, column.justify) for column in columns))
    for index, outcome in enumerate(keys):
        style = "bold" if outcome.name == result.scenario.key.name else ""
        table.add_row(*(column.cells[index] for column in columns), style=style)
    out.print(table)
    words = _("{title}: {sentence}")
    said = [
        words.format(title=column.title, sentence=_(MEASURES[column.measure].sentence))
        for column in columns
        if column.measure
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
    names = {s.id: s.name for s in (*result.scenario.participants, *result.scenario.plants)}
    days = (result.scenario.steps.end_utc - result.scenario.steps.start_utc).days
    message = _("The group would save {amount} without tax over {days} days.")
    out.print(message.format(amount=euros(money.saving_eur_ht), days=days), style="bold green")
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
                capex=euros(plan.capex_eur_ht),
                payback=years(plan.payback_years),
                irr=rate(plan.irr_ratio),
                npv=euros(plan.npv_eur_ht),
            )
        )


def print_checks(result: Result) -> None:
    """Print what `acc check` found: no fault in the folder, then the rules."""
    out = console()
    people, plants = len(result.scenario.participants), len(result.scenario.plants)
    out.print(
        _("{name}: the folder is sound, {participants} and {plants}.").format(
            name=result.scenario.name,
            participants=ngettext("{count} participant", "{count} participants", people).format(count=people),
            plants=ngettext("{count} solar plant", "{count} solar plants", plants).format(count=plants),
        ),
        style="green",
    )
    print_rules(out, result.checks)
    _print_warnings(out, result)


def print_rates(document: Mapping[str, Any]) -> None:
    """Print regulated figures in force, their age and their source; `document` is what `--json` prints."""
    out = console()
    out.print(_("Figures in force on {day}").format(day=document["on"]), style="bold")
    table = table_of(
        (_("Figure"), "left"),
        (_("Value"), "right"),
        (_("Unit"), "left"),
        (_("Since"), "left"),
        (_("Sure"), "left"),
        (_("Source"), "left"),
    )
    for row in document["rates"]:
        since = row["in_force_from"] + (" ⚠" if row["stale"] else "")
        figures = (
            row["name"],
            fr_exact(row["value"]),
            row["unit"],
            since,
            row["confidence"],
            row["reference"],
        )
        table.add_row(*figures)
    out.print(table)
    out.print(
        _("Sure: H primary text, M one good source, L weak. ⚠: a newer figure should exist."), style="dim"
    )


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


def _print_title(out: Console, result: Result) -> None:
    scenario = result.scenario
    name = scenario.name if scenario.variant is None else f"{scenario.name} · {scenario.variant}"
    out.print(name, style="bold")
    if scenario.fictitious:
        out.print(_("EXAMPLE: INVENTED DATA"), style="yellow")


def _totals_table(result: Result) -> Table:
    sums = result.energy
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(justify="right", min_width=12, no_wrap=True, style="bold green")
    table.add_column()
    rows: list[tuple[str, str]] = [
        (mwh_text(float(sums.production_kwh.sum())), _("injected by the plants")),
        (mwh_text(float(sums.received_kwh.sum())), _("shared between the participants")),
        (mwh_text(float(sums.surplus_kwh.sum())), _("surplus, sold outside")),
        (mwh_text(float(sums.complement_kwh.sum())), _("complement bought from suppliers")),
        (
            percent(sums.autoconsommation_ratio, 1),
            _ratio_text("autoconsommation_ratio", _("self-consumption")),
        ),
        (percent(sums.autoproduction_ratio, 1), _ratio_text("autoproduction_ratio", _("self-production"))),
    ]
    own_use_kwh = float(sums.own_use_kwh.sum())
    if own_use_kwh > 0.0:
        rows.insert(1, (mwh_text(own_use_kwh), _("used behind the meter, before sharing")))
    for figure, words in rows:
        table.add_row(figure, words)
    return table


def _ratio_text(name: str, title: str) -> str:
    return f"{title} = {_(FORMULAS[name])}"


def _participants_table(result: Result, width: int) -> Table:
    columns = [
        (_("Participant"), "left"),
        (_("Need MWh"), "right"),
        (_("Received MWh"), "right"),
        (_("Share"), "right"),
        *([(_("Saving €"), "right")] if result.money else []),
        (_("Curve"), "left"),
    ]
    with_bar = width >= 96  # below, numbers come first and the bar is dropped
    table = table_of(*(columns[:4] + ([("", "left")] if with_bar else []) + columns[4:]))
    sums = result.energy
    order = np.argsort(-sums.received_kwh, kind="stable")
    for i in order:
        share = float(sums.participant_ratio[i])
        bar = [_bar(share)] if with_bar else []
        table.add_row(
            result.scenario.participants[i].name,
            mwh(float(sums.consumption_kwh[i])),
            mwh(float(sums.received_kwh[i])),
            percent(share),
            *bar,
            *([euros(result.money.participants[i].saving_eur_ht)] if result.money else []),
            str(result.quality[i].grade),
        )
    return table


def _plants_table(result: Result) -> Table:
    table = table_of(
        (_("Plant"), "left"),
        (_("kWp"), "right"),
        (_("Injected MWh"), "right"),
        (_("Shared MWh"), "right"),
        (_("Surplus MWh"), "right"),
    )
    sums = result.energy
    for i, plant in enumerate(result.scenario.plants):
        energies = (sums.production_kwh, sums.shared_kwh, sums.surplus_kwh)
        table.add_row(plant.name, fr(plant.kwp), *(mwh(float(e[i])) for e in energies))
    return table


def _print_warnings(out: Console, result: Result) -> None:
    sites = (*result.scenario.participants, *result.scenario.plants)
    for warning in by_cause(result.provenance.warnings, [site.name for site in sites]):
        out.print(f"⚠ {warning}", style="yellow")


def _bar(share: float) -> str:
    filled = round(min(1.0, share) * BAR_WIDTH) if isfinite(share) else 0
    return "█" * filled + "░" * (BAR_WIDTH - filled)
