"""What a person reads of the members: who leaves, who may join, what each one brings, whether all stay."""

from collections.abc import Mapping, Sequence
from gettext import gettext as _
from typing import Any

from acc.members import REWARD_TEXTS, Reward
from acc.stability import Verdict
from reports.format import fr, listed, percent, signed
from reports.money_words import euros, per_mwh
from reports.terminal import console, table_of

MOST_NAMES = 4


def print_members(document: Mapping[str, Any], names: Mapping[str, str]) -> None:
    """Print who adds what; `document` is what `--json` prints, `names` the sites and owners by id."""
    out = console()
    out.print(_("If one of them left, under the same key:"), style="bold")
    leaving = document["leaving"][document["key"]]
    out.print(_changes_table(leaving, _("Who leaves")))
    if document["joining"]:
        out.print(_("If a candidate joined:"), style="bold")
        out.print(_changes_table(document["joining"], _("Who joins")))
        for row in document["joining"]:
            if row["broken"]:
                text = _("{name} would break: {rules}").format(name=row["name"], rules=listed(row["broken"]))
                out.print(text, style="yellow")
    if len(document["order"]) > 1:
        out.print(_("Best order: {who}.").format(who=listed([step["name"] for step in document["order"]])))
    _print_values(document["shapley"])
    for stability in document["stability"]:
        out.print(_stability_text(stability, names))
    for note in document["notes"]:
        out.print(f"⚠ {note}", style="yellow")


def _changes_table(rows: Sequence[Mapping[str, Any]], title: str) -> Any:
    table = table_of(
        (title, "left"),
        (_("Shared MWh"), "right"),
        (_("Surplus MWh"), "right"),
        (_("Others €"), "right"),
        (_("Hit worst"), "left"),
    )
    for row in sorted(rows, key=lambda row: -abs(float(row["shared_change_kwh"]))):
        others = row["others_change_eur"]
        table.add_row(
            row["name"],
            signed(row["shared_change_kwh"] / 1000.0, 1),
            signed(row["surplus_change_kwh"] / 1000.0, 1),
            "–" if others is None else signed(others),
            _worst(row["worst"]),
        )
    return table


def _worst(worst: Mapping[str, Any] | None) -> str:
    if worst is None:
        return "–"
    eur, kwh = worst["change_eur"], worst["change_kwh"]
    amount = euros(eur) if eur is not None else f"{signed(kwh / 1000.0, 1)} MWh"
    return f"{worst['name']} ({amount})"


def _print_values(shapley: Mapping[str, Any]) -> None:
    out = console()
    how = (
        _("exact: every group weighed")
        if shapley["exact"]
        else _("sampled, intervals at {confidence}").format(confidence=percent(shapley["confidence"]))
    )
    out.print(_("What each one brings (Shapley value; {how})").format(how=how), style="bold")
    in_euros = any(row["value_eur"] is not None for row in shapley["players"])
    table = table_of(
        (_("Member"), "left"),
        (_("Brings MWh"), "right"),
        ("±", "right"),
        (_("Key gives"), "right"),
        *([(_("Brings €"), "right"), (_("Key gives €"), "right")] if in_euros else []),
        ("", "left"),
    )
    for row in sorted(shapley["players"], key=lambda row: -float(row["value_kwh"])):
        word = Reward(row["reward_eur"] or row["reward_kwh"])
        table.add_row(
            row["name"],
            fr(row["value_kwh"] / 1000.0, 1),
            fr(row["half_width_kwh"] / 1000.0, 1) if row["half_width_kwh"] else "–",
            fr(row["key_kwh"] / 1000.0, 1),
            *([euros(row["value_eur"]), euros(row["key_eur"])] if in_euros else []),
            _(REWARD_TEXTS[word]),
        )
    out.print(table)
    out.print(
        _("A shared kWh takes one who makes it and one who uses it: half is counted to each."), style="dim"
    )


def _stability_text(stability: Mapping[str, Any], names: Mapping[str, str]) -> str:
    who = _few([names.get(name, name) for name in stability["worst"]["player_ids"]])
    gain = euros(stability["worst"]["gain_eur"])
    text = {
        Verdict.STABLE: _("Key {key}: nobody would gain by leaving together (proven)."),
        Verdict.BETTER_KEY: _("Key {key}: {who} would gain {gain} apart, but a better key gives it to all."),
        Verdict.UNSTABLE: _("Key {key}: {who} would gain {gain} by an operation of their own."),
        Verdict.UNDECIDED: _("Key {key}: nobody was found who would gain by leaving; it is not proven."),
    }[Verdict(stability["verdict"])].format(key=stability["key"], who=who, gain=gain)
    low, high = stability["low_eur_per_kwh"], stability["high_eur_per_kwh"]
    if low is not None and high is not None:
        held = _("All would stay with a flat local price from {low} to {high}.")
        return f"{text} {held.format(low=per_mwh(low), high=per_mwh(high))}"
    return text


def _few(names: Sequence[str]) -> str:
    if len(names) <= MOST_NAMES:
        return listed(names)
    message = _("{names} and {count} others")
    return message.format(names=", ".join(names[:MOST_NAMES]), count=len(names) - MOST_NAMES)
