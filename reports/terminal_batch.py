"""What a person reads after `acc sweep` and `acc size`: the answer first, then what it rests on.

Both print from the documents that `--json` gives, so that a screen never says what the data does not.
"""

from collections.abc import Mapping
from gettext import gettext as _
from pathlib import Path
from typing import Any

from rich import box
from rich.table import Table

from acc.words import N_
from reports.batch_words import FACTOR_WORDS
from reports.format import fr, percent, signed
from reports.terminal import console

INDICATOR_WORDS = {
    "received_kwh": N_("shared energy"),
    "saving_eur_ht": N_("saving of the participants"),
    "npv_eur_ht": N_("present value of the producers (VAN)"),
}
BAR_WIDTH = 24
MOST = 0.5
"""A key does better for a member when it does in more than half of the draws."""


def print_sweep(document: Mapping[str, Any], folder: Path) -> None:
    """Print a sweep: ranges by key, which key beats which and for whom, what the spread comes from."""
    out = console()
    title = _("{draws} draws, {years} weather years, seed {seed}")
    out.print(
        title.format(draws=document["draws"], years=document["weather_years"], seed=document["seed"]),
        style="bold",
    )
    for variant in document["variants"]:
        if variant["name"]:
            out.print(_("Variant: {name}").format(name=variant["name"]), style="bold")
        out.print(_ranges_table(variant))
        for line in win_lines(variant):
            out.print(line)
        _print_shares(variant)
    out.print(
        _("In 8 draws out of 10, a value lies between the first and the last of its three."), style="dim"
    )
    for note in document.get("notes", ()):
        out.print(f"· {note}", style="dim")
    out.print(_("Everything is in {folder}").format(folder=folder), style="dim")


def win_lines(variant: Mapping[str, Any]) -> list[str]:
    """Return one sentence for each other key: in how many draws the folder's own beats it, and for whom."""
    own, *others = variant["keys"]
    indicator = "saving_eur_ht" if variant["beats"].get("saving_eur_ht", {}).get(own) else "received_kwh"
    lines = []
    for other in others:
        wins = variant["beats"][indicator][own][other]
        losses = variant["beats"][indicator][other][own]
        members = [name for name in wins if name]
        if not members:
            continue
        message = _(
            "{own} does better than {other} for {count} participants of {all}, worse for {worse}; for all "
            "together it does in {percent} of the draws ({what})."
        )
        lines.append(
            message.format(
                own=own,
                other=other,
                count=sum(wins[name] > MOST for name in members),
                all=len(members),
                worse=sum(losses[name] > MOST for name in members),
                percent=percent(wins.get("", float("nan"))),
                what=_(INDICATOR_WORDS[indicator]),
            )
        )
    return lines


def _ranges_table(variant: Mapping[str, Any]) -> Table:
    table = _table(
        _("Key"), _("Shared MWh"), _("Saving EUR"), _("VAN kEUR"), _("Payback years"), _("Regret EUR")
    )
    regret = variant["regret"].get("saving_eur_ht", {})
    for key, found in variant["keys"].items():
        ranges = found["ranges"]
        table.add_row(
            key,
            _three(ranges, "received_kwh", 1000.0),
            _three(ranges, "saving_eur_ht", 1.0),
            _three(ranges, "npv_eur_ht", 1000.0),
            _three(ranges, "payback_years", 1.0, 1),
            fr(regret.get(key, {}).get("", float("nan"))),
        )
    return table


def _three(ranges: Mapping[str, Any], indicator: str, divisor: float, decimals: int = 0) -> str:
    """Return P10, P50 and P90 of the whole operation; a dash where it is not known."""
    values = ranges.get(indicator, {}).get("")
    return fr(float("nan")) if values is None else " / ".join(fr(v / divisor, decimals) for v in values)


def _print_shares(variant: Mapping[str, Any]) -> None:
    out = console()
    for indicator, shares in variant["variance_shares"].items():
        message = _("What the spread of the {what} comes from:")
        out.print(message.format(what=_(INDICATOR_WORDS[indicator])))
        for factor, share in shares.items():
            if share >= 0.005:
                bar = "█" * round(BAR_WIDTH * share)
                out.print(f"  {_(FACTOR_WORDS[factor]):32s} {percent(share):>5s} {bar}", style="dim")


def print_size(document: Mapping[str, Any]) -> None:
    """Print a sizing: the powers, the proof, what more would bring, what each breakpoint is worth."""
    out, best = console(), document["best"]
    out.print(_roofs_table(best, document["objective"]))
    message = _(
        "{kwp} kWp, VAN {npv} EUR, investment {capex} EUR; autoconsommation {used}, autoproduction {served}."
    )
    out.print(
        message.format(
            kwp=fr(best["kwp"], 1),
            npv=fr(best["npv_eur_ht"]),
            capex=fr(best["capex_eur_ht"]),
            used=percent(best["autoconsommation_ratio"], 1),
            served=percent(best["autoproduction_ratio"], 1),
        ),
        style="bold",
    )
    proof = _("Proven: no powers within the limits give more than {bound} (found: {value}, gap {gap}).")
    values = {name: _aim(best[name], document["objective"]) for name in ("bound", "value")}
    out.print(proof.format(**values, gap=f"{best['gap_ratio']:.0e}"), style="dim")
    if document["without_cap"] is not None:
        more = document["without_cap"]["value"] - best["value"]
        message = _("The cap of {cap} kWp on an operation holds it back: without it, {more} more.")
        out.print(
            message.format(cap=fr(document["power_cap_kwp"]), more=_aim(more, document["objective"])),
            style="yellow",
        )
    _print_frontier(document)
    _print_compared(document)
    for note in document["notes"]:
        out.print(f"· {note}", style="dim")


def _aim(value: float, objective: str) -> str:
    """Return a value of the aim with its unit."""
    if objective == "worst-member":
        return percent(value, 2)
    return f"{fr(value)} {'kWh' if objective == 'kwh' else 'EUR'}"


def _roofs_table(best: Mapping[str, Any], objective: str) -> Table:
    table = _table(_("Plant"), "kWp", _("Surplus contract"), _("One kWp more"))
    for plant in best["plants"]:
        more = plant["next_kwp"]
        text = percent(more, 3) if objective == "worst-member" else signed(more)
        table.add_row(plant["id"], fr(plant["kwp"], 1), plant["contract"] or "–", text)
    return table


def _print_frontier(document: Mapping[str, Any]) -> None:
    if len(document["frontier"]) < 2:
        return
    out = console()
    out.print(_("What a higher autoconsommation costs:"))
    table = _table(_("Autoconsommation"), "kWp", _("VAN EUR"))
    for sized in document["frontier"]:
        ratio = percent(sized["autoconsommation_ratio"], 1)
        table.add_row(ratio, fr(sized["kwp"], 1), fr(sized["npv_eur_ht"]))
    out.print(table)


def _print_compared(document: Mapping[str, Any]) -> None:
    if not document["compared"]:
        return
    out = console()
    out.print(_("Each class of size, the other roofs at their best:"))
    table = _table(_("Plant"), "kWp", _("Surplus contract"), _("Value"))
    for row in document["compared"]:
        value = row["value"]
        table.add_row(
            row["plant"] if not row["alternative"] else f"{row['plant']} ({row['alternative'] + 1})",
            f"{fr(row['from_kwp'], 1)} – {fr(row['to_kwp'], 1)}",
            row["contract"],
            _("impossible") if value is None else _aim(value, document["objective"]),
        )
    out.print(table)


def _table(first: str, *others: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(first, overflow="fold")
    for title in others:
        table.add_column(title, justify="right", min_width=8, no_wrap=True)
    return table
