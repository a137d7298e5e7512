"""What a person reads after `acc worth`: the verdict, the choices, each person, what tips it."""

from collections.abc import Iterator
from dataclasses import replace
from gettext import gettext as _
from pathlib import Path
from shlex import quote

from acc.i18n import typed
from acc.worth.result import Way, Worth, value_eur
from reports.format.numbers import fr, percent
from reports.nodes.tree import Bullets, Heading, Node, Paragraph, TextTable
from reports.studies.worth.labels import (
    chances_sentence,
    choice_title,
    gain_cell,
    loss_words,
    proposal_text,
    roof_sentence,
    tipping_sentences,
    verdict,
)
from reports.studies.worth.sentences import table
from reports.terminal.blocks import noted, status, text_table

MOST_PERSONS = 15
"""Beyond, those who hold a plant, and who gain least by sharing, have a row."""

SIMPLEST = (Way.NOTHING, *(way for way in Way if way is not Way.NOTHING))
"""The choices, what asks for least first."""


def worth_nodes(worth: Worth, folder: Path | None = None) -> Iterator[Node]:
    """Yield whether sharing pays, under which choice, for whom, and what would change the answer."""
    yield from status(worth.status, folder, worth.way)
    yield Paragraph(verdict(worth), "lead")
    yield from (Paragraph(text) for text in [chances_sentence(worth), proposal_text(worth)] if text)
    yield table(worth)
    yield _persons(worth)
    yield Bullets(tuple(roof_sentence(worth, roof) for roof in worth.roofs))
    yield Heading(_("What would change the answer"))
    yield Bullets(tuple(tipping_sentences(worth)))
    yield from noted(worth.notes)
    yield Heading(_("To see one whole"))
    where = typed(folder) if folder else _("DIR")
    text = _("{choice}: {command}")
    for way in worth.distinct:
        if way.total is not None and way.choice is not Way.NOTHING:
            command = f"`acc run {where}{''.join(f' --set {quote(word)}' for word in way.words)}`"
            sentence = text.format(choice=choice_title(way.choice), command=command)
            yield Paragraph(f"· {sentence}", "verbatim", "muted")


def _persons(worth: Worth) -> TextTable:
    """Return the best choice of each person, and what it gains without sharing and with it."""
    with_it, without = worth.best(shares=True), worth.best(shares=False)
    pair = {_("Without, €"): without, _("Sharing, €"): with_it}
    sides = {title: way for title, way in pair.items() if way is not None}
    shown, rows = _shown(worth), []
    for id_ in shown:
        choice, ratio = _favourite(worth, id_)
        loss = "–" if with_it is None else loss_words(with_it.persons[id_])
        gains = [gain_cell(side.persons[id_]) for side in sides.values()]
        rows.append([worth.names[id_], choice, percent(ratio), *gains, loss])
    text = _("{column}: by “{choice}”.")
    notes = [text.format(column=title, choice=choice_title(side.choice)) for title, side in sides.items()]
    if len(worth.names) > len(shown):
        notes.append(_("And {count} others: see --json.").format(count=fr(len(worth.names) - len(shown))))
    heads = [_("Who"), _("Its best choice"), _("Best"), *sides, _("Risk of losing")]
    if not worth.draws:  # no chance is known
        heads, *rows = ([*row[:2], *row[3:-1]] for row in (heads, *rows))
    return replace(
        text_table(heads, rows, words=(0, 1), keep={2: 1} if worth.draws else {}), note=" ".join(notes)
    )


def _shown(worth: Worth) -> list[str]:
    """Persons with a row: all, or those with most to gain or lose by sharing."""
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
    """Most frequent best choice of a person, and its frequency; the simplest of equals."""
    often = {way.choice: way.persons[id_].best_ratio for way in worth.distinct if id_ in way.persons}
    tied = [choice for choice, ratio in often.items() if ratio > max(often.values()) - 1e-9]
    return choice_title(min(tied, key=SIMPLEST.index)), sum(often[choice] for choice in tied)
