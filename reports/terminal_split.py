"""What a person reads of a split: the lawful groups, who is left out, what each regime would allow."""

from collections.abc import Mapping, Sequence
from gettext import gettext as _
from pathlib import Path
from typing import Any

from acc.check import State
from acc.what_if import Outlook
from reports.format import fr, listed, percent, unit
from reports.terminal import STATE_STYLE, console, print_files, state_word, table_of

MOST_NAMES = 4
WIDE = 110
"""Columns of a screen that has room for the names in the table; else they stand below."""


def print_split(
    document: Mapping[str, Any], outlooks: Sequence[Outlook], names: Mapping[str, str], files: Sequence[Path]
) -> None:
    """Print the groups of a split; `document` is what `--json` prints, `names` the sites by id."""
    out = console()
    wide = out.width >= WIDE
    table = table_of(
        (_("Group"), "left"),
        (_("Perimeter"), "left"),
        (_("Longest pair"), "right"),
        (_("Shared MWh"), "right"),
        *([(_("Plants"), "left"), (_("Participants"), "left")] if wide else []),
    )
    lists = [
        [_names(group[who], names) for who in ("plant_ids", "participant_ids")]
        for group in document["groups"]
    ]
    for number, (group, who) in enumerate(zip(document["groups"], lists, strict=True), start=1):
        table.add_row(
            fr(number),
            group["regime"],
            unit(group["longest_km"], "km", 1) if group["longest_km"] is not None else "–",
            fr(group["shared_kwh"] / 1000.0, 1),
            *(who if wide else []),
        )
    out.print(table)
    for number, (plants, people) in enumerate([] if wide else lists, start=1):
        text = _("Group {number}: {plants}, with {participants}")
        out.print(text.format(number=fr(number), plants=plants, participants=people))
    out.print(_sums(document))
    if document["battery"] is not None:
        out.print(_battery(document["battery"]))
    for item in document["unplaced"]:
        text = _("Left out: {name}. {why}").format(name=names.get(item["id"], item["id"]), why=item["reason"])
        out.print(text, style="yellow")
    for outlook in outlooks:
        _print_outlook(out, outlook, names)
    print_files(files)


def _names(ids: Sequence[str], names: Mapping[str, str]) -> str:
    return listed([names[name] for name in ids])


def _sums(document: Mapping[str, Any]) -> str:
    parts = [
        _("Together {shared}; one single perimeter, were it lawful, would share {single}.").format(
            shared=unit(document["shared_kwh"] / 1000.0, "MWh", 1),
            single=unit(document["single_kwh"] / 1000.0, "MWh", 1),
        )
    ]
    if document["objective"] == "worst":
        parts.append(_worst(document))
    if document["exact"]:
        parts.append(_("This split is proven the best."))
    else:
        message = _("No split shares more than {bound}: this one is within {gap} of it.")
        bound, gap = unit(document["bound_kwh"] / 1000.0, "MWh", 1), percent(document["gap_ratio"], 1)
        parts.append(message.format(bound=bound, gap=gap))
    return " ".join(parts)


def _worst(document: Mapping[str, Any]) -> str:
    count, ratio = document["served"], percent(document["worst_ratio"], 1)
    if document["exact"]:
        message = _("{count} participants are served, the worst of them {ratio} of its need.")
        return message.format(count=fr(count), ratio=ratio)
    message = _(
        "{count} participants are served, the worst of them {ratio} of its need; no split that serves as "
        "many gives the worst more than {bound}."
    )
    return message.format(count=fr(count), ratio=ratio, bound=percent(document["worst_bound_ratio"], 1))


def _battery(home: Mapping[str, Any]) -> str:
    if home["group"] is None:
        return _("{name}: {why}").format(name=home["name"], why=home["why"])
    message = _("{name} goes to group {number}: {why}")
    return message.format(name=home["name"], number=fr(home["group"]), why=home["why"])


def _few(names: Sequence[str]) -> str:
    """Return a list of names, cut and counted when it is long."""
    if len(names) <= MOST_NAMES:
        return listed(names)
    message = _("{names} and {count} others")
    return message.format(names=", ".join(names[:MOST_NAMES]), count=len(names) - MOST_NAMES)


def _print_outlook(out: Any, outlook: Outlook, names: Mapping[str, str]) -> None:
    state = outlook.state if not outlook.leaving else outlook.state_without
    if not outlook.leaving:
        text = _("with everyone: {state}").format(state=state_word(state))
    elif outlook.staying:
        text = _("without {who}: {state}").format(
            who=_few([names.get(name, name) for name in outlook.leaving]), state=state_word(state)
        )
    else:
        text = _("open to nobody")
    out.print(f"{outlook.regime}: {text}", style=STATE_STYLE.get(state, STATE_STYLE[State.TO_VERIFY]))
