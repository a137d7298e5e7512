"""What a person reads of a sweep: ranges of each key, which one wins for whom, whence the spread."""

from collections.abc import Mapping, Sequence
from gettext import gettext as _
from pathlib import Path
from typing import Any

from reports.batch_words import FACTOR_WORDS, INDICATOR_WORDS
from reports.format import fr, percent, signed_percent, span
from reports.terminal import console, print_files, table_of


def print_sweep(document: Mapping[str, Any], files: Sequence[Path]) -> None:
    """Print the summary of a sweep; `document` is what `--json` prints."""
    out = console()
    message = _("{draws} paired draws, seed {seed}, {years} weather years. Ranges: 8 draws out of 10.")
    years = document["weather_years"]
    out.print(message.format(draws=document["draws"], seed=document["seed"], years=years), style="bold")
    for variant in document["variants"]:
        if variant["name"]:
            out.print(variant["name"], style="bold")
        out.print(_keys_table(variant))
        for text in _wins(variant):
            out.print(text)
        for name, shares in variant["variance_shares"].items():
            parts = ", ".join(
                f"{_(FACTOR_WORDS[word])} {percent(share)}" for word, share in list(shares.items())[:4]
            )
            text = _("Spread of {indicator}: {parts}").format(indicator=_(INDICATOR_WORDS[name]), parts=parts)
            out.print(text, style="dim")
        out.print(_alone_table(next(iter(variant["keys"].values()))["alone"]))
    for note in document["notes"]:
        out.print(f"⚠ {note}", style="yellow")
    print_files(files)


def _keys_table(variant: Mapping[str, Any]) -> Any:
    indicators = (
        ("received_kwh", _("Shared MWh"), 1e-3),
        ("saving_eur_ht", _("Saved €"), 1.0),
        ("npv_eur_ht", _("Plants' value €"), 1.0),
    )
    first = next(iter(variant["keys"].values()))["ranges"]
    shown = [item for item in indicators if "" in first.get(item[0], {})]
    table = table_of((_("Key"), "left"), *((title, "left") for _name, title, _scale in shown))
    for key, found in variant["keys"].items():
        cells = []
        for name, _title, scale in shown:
            low, middle, high = found["ranges"][name][""]
            cells.append(f"{fr(middle * scale)} ({span(low * scale, high * scale)})")
        table.add_row(key, *cells)
    return table


def _alone_table(alone: Mapping[str, Any]) -> Any:
    """Return what each hypothesis does by itself, the strongest on the last column first."""
    indicators = [
        (name, title, decimals)
        for name, title, decimals in (
            ("received_kwh", _("Shared MWh"), 0),
            ("saving_eur_ht", _("Saved k€"), 1),
            ("npv_eur_ht", _("Plants' value k€"), 0),
        )
        if name in alone
    ]
    table = table_of(
        (_("One hypothesis at a time"), "left"), *((title, "right") for _name, title, _d in indicators)
    )
    usual = [fr(alone[name]["reference"] / 1000.0, decimals) for name, _title, decimals in indicators]
    table.add_row(_("all as expected"), *usual)
    by_name = {name: {e["factor"]: e for e in alone[name]["effects"]} for name, _title, _d in indicators}
    order = {factor: e for name in reversed(by_name) for factor, e in by_name[name].items()}
    for factor, effect in order.items():
        cells = [
            " / ".join(fr(value / 1000.0, decimals) for value in by_name[name][factor]["found"])
            if factor in by_name[name]
            else ""
            for name, _title, decimals in indicators
        ]
        table.add_row(_hypothesis(effect), *cells)
    return table


def _hypothesis(effect: Mapping[str, Any]) -> str:
    factor = effect["factor"]
    name = _(FACTOR_WORDS[factor])
    if effect["who"]:
        return f"{name} ({effect['who']})"
    if not effect["change"]:
        return name
    return f"{name} ({' / '.join(signed_percent(ratio) for ratio in effect['change'])})"


def _wins(variant: Mapping[str, Any]) -> list[str]:
    """Return, for the first key against each other one, for how many members it is the likelier winner."""
    beats = variant["beats"].get("saving_eur_ht") or variant["beats"].get("received_kwh")
    if not beats:
        return []
    own, rivals = next(iter(beats.items()))
    lines = []
    for rival, by_member in rivals.items():
        members = {who: part for who, part in by_member.items() if who and part is not None}
        ahead = [who for who, part in members.items() if part > 0.5]
        group = by_member.get("")
        if not members or group is None:
            continue
        message = _(
            "{own} does better than {rival} for {ahead} of {count} members, "
            "for the group in {part} of the draws."
        )
        lines.append(
            message.format(own=own, rival=rival, ahead=len(ahead), count=len(members), part=percent(group))
        )
    return lines
