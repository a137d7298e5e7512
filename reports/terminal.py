"""What a person reads on the terminal: results first, then files, one line of warnings a cause."""

from collections.abc import Mapping, Sequence
from gettext import gettext as _
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from acc.check import Check, State
from acc.indicators import FORMULAS
from acc.keys import KEYS
from acc.result import Result
from reports.format import fr, fr_exact, listed, percent, unit

STATE_STYLE = {
    State.MET: "green",
    State.ON_DEROGATION: "yellow",
    State.TO_VERIFY: "yellow",
    State.NOT_MET: "bold red",
}
BAR_WIDTH = 16


def state_word(state: State) -> str:
    """Return how a state is said to people."""
    return {
        State.MET: _("respected"),
        State.ON_DEROGATION: _("possible on derogation"),
        State.TO_VERIFY: _("to verify"),
        State.NOT_MET: _("not respected"),
    }[state]


def console() -> Console:
    """Return standard output; plain text when piped, colours obey NO_COLOR."""
    return Console(highlight=False, markup=False, emoji=False)


def print_result(result: Result, files: Sequence[Path]) -> None:
    """Print one scenario: totals, participants, plants, checks, warnings, files, closure."""
    out, scenario, sums = console(), result.scenario, result.energy
    _print_title(out, result)
    key = KEYS[scenario.key.name]
    out.print(f"{_(key.title)} ({key.enedis}): {_(key.sentence)}", style="dim")
    out.print(_totals_table(result))
    out.print(_participants_table(result, out.width))
    if scenario.plants:
        out.print(_plants_table(result))
    _print_checks(out, result.checks)
    _print_warnings(out, result.provenance.warnings)
    _print_files(out, files)
    gap_kwh = abs(float(sums.production_kwh.sum() - sums.received_kwh.sum() - sums.surplus_kwh.sum()))
    closure = _("balance closed to {gap} kWh").format(gap=f"{gap_kwh:.0e}")
    out.print(
        _("Inputs {digest} · {closure}").format(digest=result.provenance.digest[:8], closure=closure),
        style="dim",
    )


def print_comparison(result: Result, files: Sequence[Path]) -> None:
    """Print the keys side by side: what is shared, then what each participant receives."""
    out, scenario = console(), result.scenario
    _print_title(out, result)
    keys = {scenario.key.name: result.energy} | {name: o.energy for name, o in result.others.items()}
    table = _table(
        (_("Key"), "left"),
        (_("Enedis type"), "left"),
        (_("Shared MWh"), "right"),
        (_("Surplus MWh"), "right"),
        (_("Lowest share"), "right"),
        (_("Highest share"), "right"),
    )
    for name, sums in keys.items():
        shares = sums.participant_ratio
        table.add_row(
            Text(name, style="bold" if name == scenario.key.name else ""),
            str(KEYS[name].enedis),
            _mwh(float(sums.received_kwh.sum())),
            _mwh(float(sums.surplus_kwh.sum())),
            percent(float(np.nanmin(shares))),
            percent(float(np.nanmax(shares))),
        )
    out.print(table)
    members = _table((_("MWh received"), "left"), *((name, "right") for name in keys))
    for index, participant in enumerate(scenario.participants):
        members.add_row(participant.name, *(_mwh(float(s.received_kwh[index])) for s in keys.values()))
    out.print(members)
    _print_files(out, files)


def print_checks(result: Result) -> None:
    """Print what `acc check` found: no fault in the folder, then the rules."""
    out = console()
    out.print(
        _("{name}: the folder is sound, {participants} participants and {plants} plants.").format(
            name=result.scenario.name,
            participants=len(result.scenario.participants),
            plants=len(result.scenario.plants),
        ),
        style="green",
    )
    _print_checks(out, result.checks)
    _print_warnings(out, result.provenance.warnings)


def print_rates(document: Mapping[str, Any]) -> None:
    """Print regulated figures in force, their age and their source; `document` is what `--json` prints."""
    out = console()
    out.print(_("Figures in force on {day}").format(day=document["on"]), style="bold")
    table = _table(
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


def print_files(files: Sequence[Path]) -> None:
    """Print the files that were written."""
    _print_files(console(), files)


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
        (unit(float(sums.production_kwh.sum()) / 1000.0, "MWh", 1), _("injected by the plants")),
        (unit(float(sums.received_kwh.sum()) / 1000.0, "MWh", 1), _("shared between the participants")),
        (unit(float(sums.surplus_kwh.sum()) / 1000.0, "MWh", 1), _("surplus, sold outside")),
        (unit(float(sums.complement_kwh.sum()) / 1000.0, "MWh", 1), _("complement bought from suppliers")),
        (
            percent(sums.autoconsommation_ratio, 1),
            _ratio_text("autoconsommation_ratio", _("self-consumption")),
        ),
        (percent(sums.autoproduction_ratio, 1), _ratio_text("autoproduction_ratio", _("self-production"))),
    ]
    own_use_kwh = float(sums.own_use_kwh.sum())
    if own_use_kwh > 0.0:
        rows.insert(1, (unit(own_use_kwh / 1000.0, "MWh", 1), _("used behind the meter, before sharing")))
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
        (_("Curve"), "left"),
    ]
    with_bar = width >= 88  # below, numbers come first and the bar is dropped
    table = _table(*(columns[:4] + ([("", "left")] if with_bar else []) + columns[4:]))
    sums = result.energy
    order = np.argsort(-sums.received_kwh, kind="stable")
    for i in order:
        share = float(sums.participant_ratio[i])
        bar = [_bar(share)] if with_bar else []
        table.add_row(
            result.scenario.participants[i].name,
            _mwh(float(sums.consumption_kwh[i])),
            _mwh(float(sums.received_kwh[i])),
            percent(share),
            *bar,
            str(result.quality[i].grade),
        )
    return table


def _plants_table(result: Result) -> Table:
    table = _table(
        (_("Plant"), "left"),
        (_("kWp"), "right"),
        (_("Injected MWh"), "right"),
        (_("Shared MWh"), "right"),
        (_("Surplus MWh"), "right"),
    )
    sums = result.energy
    for i, plant in enumerate(result.scenario.plants):
        energies = (sums.production_kwh, sums.shared_kwh, sums.surplus_kwh)
        table.add_row(plant.name, fr(plant.kwp), *(_mwh(float(e[i])) for e in energies))
    return table


def _print_checks(out: Console, checks: Sequence[Check]) -> None:
    for check in checks:
        state = _("{state}: {text}").format(state=state_word(check.state), text="")
        line = Text.assemble((state, STATE_STYLE[check.state]), check.title)
        out.print(line)
        if check.culprits and check.state is not State.MET:
            out.print("  " + _("because of: {who}").format(who=listed(check.culprits)), style="dim")
        if check.remedy:
            out.print(f"  → {check.remedy}")
        if check.reference and check.state is not State.MET:
            out.print(f"  {check.reference}", style="dim")


def _print_warnings(out: Console, warnings: Sequence[str]) -> None:
    for warning in warnings:
        out.print(f"⚠ {warning}", style="yellow")


def _print_files(out: Console, files: Sequence[Path]) -> None:
    for path in files:
        # A path is for copying: it is never broken over two lines.
        out.print(str(path), style="cyan", soft_wrap=True)


def _bar(share: float) -> str:
    filled = round(min(1.0, share) * BAR_WIDTH) if isfinite(share) else 0
    return "█" * filled + "░" * (BAR_WIDTH - filled)


def _mwh(energy_kwh: float) -> str:
    return fr(energy_kwh / 1000.0, 1)


def _table(*columns: tuple[str, Any]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for title, justify in columns:
        if justify == "right":
            # rich cuts numbers in silence when a column is too narrow: it may not be.
            table.add_column(title, justify="right", min_width=8, no_wrap=True)
        else:
            table.add_column(title, justify="left", overflow="fold")
    return table
