"""What `acc forms` prints: the forms that were made, what each answer would change, who has not answered."""

import sys
from collections.abc import Iterator, Sequence
from gettext import gettext as _
from gettext import ngettext
from pathlib import Path

from rich.console import Console

from acc.i18n import typed
from acc.result.files import FormAnswer, FormsState
from reports.format.numbers import fr
from reports.nodes.tree import Heading, Node, Paragraph
from reports.terminal.blocks import some_of
from reports.terminal.screen import console, show

MOST_NAMES = 8
YES = {"y", "yes", "o", "oui"}
"""In any language: people type what they are used to."""


def forms_nodes(count: int, where: str, state: FormsState | None) -> Iterator[Node]:
    """Yield the number of forms made, and the state of the collection."""
    if count:
        text = ngettext("{count} form made, in {where}.", "{count} forms made, in {where}.", count)
        yield Paragraph(text.format(count=fr(count), where=where), "verbatim")
        yield Paragraph(_("Send each to its member; put those that come back in the folder `answers`."))
        yield Paragraph(_("The words on meter data are to be confirmed by a lawyer before you send them."))
    if state is not None:
        yield from forms_state(state)


def print_answers(answers: Sequence[FormAnswer], folder: Path, *, taken: bool) -> bool:
    """Print each answer: what it would change line by line, what is unlikely, what is wrong.

    Returns:
        Whether somebody on a terminal says that it be written.
    """
    out = console()
    for answer in answers:
        show(_answer(answer), out)
    wrong = sum(bool(answer.problems) for answer in answers)
    if wrong:
        text = ngettext(
            "{count} answer has a fault and is left aside: correct it in the file, or send it back.",
            "{count} answers have faults and are left aside: correct them in the files, or send them back.",
            wrong,
        )
        show([Paragraph(text.format(count=fr(wrong)), tone="sun_text")], out)
    doubted = sum(bool(answer.notes) for answer in answers)
    if doubted:
        text = ngettext(
            "{count} answer has an unlikely value and waits: correct it, or take it with --accept --keep.",
            "{count} answers have unlikely values and wait: correct them, or take them with --accept --keep.",
            doubted,
        )
        show([Paragraph(text.format(count=fr(doubted)), tone="sun_text")], out)
    if taken or wrong == len(answers):
        return False
    if sys.stdin.isatty() and _says_yes(out, _("Write this? (yes, no)")):
        return True
    text = _("Nothing is written yet. To take these answers: acc forms {folder} --accept")
    show([Paragraph(text.format(folder=typed(folder)), "verbatim")], out)
    return False


def _answer(answer: FormAnswer) -> Iterator[Node]:
    name = answer.name or _("unknown member")
    yield Heading(_("{name} ({file})").format(name=name, file=answer.file))
    for change in answer.changes if not answer.problems else ():
        before, after = (text or _("nothing") for text in (change.before, change.after))
        text = _("  {id}, {title}: {before} → {after}")
        yield Paragraph(text.format(id=change.id, title=change.title, before=before, after=after))
    if not answer.changes and not answer.problems:
        yield Paragraph("  " + _("changes nothing"))
    yield from (Paragraph(f"  ⚠ {note}", tone="sun_text") for note in answer.notes)
    if answer.consent is not None:
        words = _("yes") if answer.consent else _("no")
        signed = f"({answer.signed})" if answer.signed else ""
        text = _("meter data may be used: {words} {signed}")
        yield Paragraph(f"  {text.format(words=words, signed=signed)}".rstrip())
    if answer.remark:
        yield Paragraph("  " + _("remark: {text}").format(text=answer.remark))
    for problem in answer.problems:
        place = _("{state}: {text}").format(state=problem.path, text=problem.message)
        yield Paragraph(f"  ✗ {place}", tone="worse")


def _says_yes(out: Console, question: str) -> bool:
    """Ask a question; any other word than yes, and no word, is no."""
    try:
        return out.input(f"{question} ").strip().lower() in YES
    except EOFError:
        return False


def forms_state(state: FormsState) -> Iterator[Node]:
    """Yield answered forms, missing ones, and values still estimated."""
    answered = sum(id_ in state.answered for id_ in state.names)
    agreed = sum(state.consents.values())
    text = _("Forms: {answered} of {count} members have answered, {agreed} let their meter data be used.")
    counts = {"answered": fr(answered), "count": fr(len(state.names)), "agreed": fr(agreed)}
    yield Paragraph(text.format(**counts), "lead")
    if state.unread:
        text = ngettext(
            "{count} answer to look at: acc forms FOLDER",
            "{count} answers to look at: acc forms FOLDER",
            len(state.unread),
        )
        yield Paragraph("  " + text.format(count=fr(len(state.unread))), tone="sun_text")
    refused = [
        state.names[id_] for id_, agreed in state.consents.items() if not agreed and id_ in state.names
    ]
    lines = []
    if refused:
        text = _("Refuse the use of their meter data: {names}")
        lines.append(text.format(names=some_of(refused, MOST_NAMES)))
    if state.waiting:
        lines.append(_("No answer yet: {names}").format(names=some_of(state.waiting, MOST_NAMES)))
    text = _("Still estimated or unknown, {what}: {count} ({names})")
    lines += [
        text.format(what=what, count=fr(len(names)), names=some_of(names, MOST_NAMES))
        for what, names in state.estimated.items()
    ]
    yield from (Paragraph(f"  {line}") for line in lines)
