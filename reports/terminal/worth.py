"""What a person reads after `acc worth`: the verdict, the choices, each person, what tips it."""

from gettext import gettext as _
from pathlib import Path
from shlex import quote

from rich import box
from rich.table import Table

from acc.alternatives.choices import Way
from acc.i18n import typed
from acc.result.worth import Alternative, Worth, value_eur
from reports.format.money import eur, years
from reports.format.numbers import fr, percent
from reports.format.worth_labels import (
    chances_sentence,
    choice_title,
    loss_words,
    roof_sentence,
    row_title,
    same_choices,
    state_title,
    tipping_sentences,
    value_words,
    verdict,
)
from reports.terminal.console import console, print_status

MOST_PERSONS = 15
"""Beyond, those who hold a plant, and who gain least by sharing, have a row."""

SIMPLEST = (Way.NOTHING, *(way for way in Way if way is not Way.NOTHING))
"""The choices, what asks for least first."""

WORDS_WIDTH = 16
"""Of a column of names, so that they are not cut: the titles of the figures go on two lines."""


def print_worth(worth: Worth, folder: Path | None = None) -> None:
    """Print the answer."""
    out = console()
    print_status(out, worth.status, folder)
    out.print(verdict(worth), style="bold")
    out.print(chances_sentence(worth))
    out.print(_choices(worth))
    for one in worth.alternatives:
        if one.total is None:
            text = _("{choice}: {state}, {reason}.")
            said = {"choice": choice_title(one.choice), "state": state_title(one.state), "reason": one.reason}
            out.print("· " + text.format(**said), style="dim")
    out.print(_persons(worth))
    for roof in worth.roofs:
        out.print("· " + roof_sentence(worth, roof))
    out.print(_("What would change the answer"), style="bold")
    for sentence in tipping_sentences(worth):
        out.print(f"· {sentence}")
    for note in worth.notes:
        out.print(f"· {note}", style="dim")
    out.print(_("To see one whole"), style="bold")
    where = typed(folder) if folder else _("DIR")
    for one in worth.alternatives:
        if one.total is not None and one.choice is not Way.NOTHING:
            words = "".join(f" --set {quote(word)}" for word in one.words)
            said = {"choice": choice_title(one.choice), "command": f"`acc run {where}{words}`"}
            out.print("· " + _("{choice}: {command}").format(**said), style="dim", soft_wrap=True)


def _choices(worth: Worth) -> Table:
    table = _table(_("Choice"))
    titles = (_("First year, €"), _("Value, €"), _("Payback"), _("Risk of losing"), _("Best"))
    for title, width in zip(titles, (8, 10, 9, 11, 8), strict=True):
        table.add_column(title, justify="right", max_width=width)
    text = _(
        "Value: {words}; beside doing nothing, everybody together. Best: part of the draws in which it is "
        "the best choice."
    )
    table.caption = " ".join([text.format(words=value_words(worth)), *same_choices(worth)])
    best = max((one for one in worth.alternatives if one.total), key=_value)
    for one in worth.alternatives:
        if one.total is None:
            table.add_row(choice_title(one.choice), *["–"] * 5, style="dim")
            continue
        table.add_row(
            row_title(worth, one),
            eur(one.total.gain_eur_ht),
            eur(value_eur(one.total)),
            years(one.payback_years),
            loss_words(one),
            percent(one.total.best_ratio),
            style="bold" if one is best else "",
        )
    return table


def _value(one: Alternative) -> float:
    return -float("inf") if one.total is None else value_eur(one.total)


def _persons(worth: Worth) -> Table:
    """Return the best choice of each person, and what it gains without sharing and with it."""
    with_it, without = worth.best(shares=True), worth.best(shares=False)
    pair = {_("Without, €"): without, _("Sharing, €"): with_it}
    sides = {title: one for title, one in pair.items() if one is not None}
    table = _table(_("Who"))
    table.add_column(_("Its best choice"), min_width=WORDS_WIDTH)
    for title, width in ((_("Best"), 8), *((title, 10) for title in sides), (_("Risk of losing"), 9)):
        table.add_column(title, justify="right", max_width=width)
    shown = _shown(worth)
    for id_ in shown:
        choice, ratio = _favourite(worth, id_)
        loss = "–" if with_it is None else percent(with_it.persons[id_].loss_ratio)
        row = [eur(value_eur(one.persons[id_])) for one in sides.values()]
        table.add_row(worth.names[id_], choice, percent(ratio), *row, loss)
    said = [
        _("{column}: by “{choice}”.").format(column=title, choice=choice_title(one.choice))
        for title, one in sides.items()
    ]
    if len(worth.names) > len(shown):
        said.append(_("And {count} others: see --json.").format(count=fr(len(worth.names) - len(shown))))
    table.caption = " ".join(said)
    return table


def _shown(worth: Worth) -> list[str]:
    """Return who has a row: everybody, or who has most to gain or lose by sharing."""
    shared = worth.best(shares=True)
    if shared is None:
        return []
    by_gain = sorted(shared.persons, key=lambda id_: value_eur(shared.persons[id_]))
    if len(by_gain) <= MOST_PERSONS:
        return list(shared.persons)
    half = MOST_PERSONS // 2
    kept = {*by_gain[:half], *by_gain[half - MOST_PERSONS :]}
    return [id_ for id_ in shared.persons if id_ in kept]


def _favourite(worth: Worth, id_: str) -> tuple[str, float]:
    """Return what is best most often for a person, and how often; of equals the simplest."""
    known = {one.words: one for one in reversed(worth.alternatives) if id_ in one.persons}
    often = {words: worth.chance(one, id_) for words, one in known.items()}
    tied = [one for words, one in known.items() if often[words] > max(often.values()) - 1e-9]
    simplest = min(tied, key=lambda one: SIMPLEST.index(one.choice))
    return choice_title(simplest.choice), sum(often[one.words] for one in tied)


def _table(first: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True, caption_justify="left")
    table.add_column(first, overflow="fold", min_width=WORDS_WIDTH)
    return table
