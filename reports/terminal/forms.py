"""What `acc forms` prints: the forms that were made, what each answer would change, who has not answered."""

import sys
from collections.abc import Sequence
from gettext import gettext as _
from gettext import ngettext
from pathlib import Path

from rich.console import Console

from acc.i18n import typed
from acc.result.forms import FormAnswer, FormsState
from reports.format.numbers import fr, listed
from reports.terminal.console import console

MOST_NAMES = 8
YES = {"y", "yes", "o", "oui"}
"""In any language: people type what they are used to."""


def print_forms(made: int, where: str, state: FormsState | None) -> None:
    """Print how many forms were made, and where the collection stands."""
    out = console()
    if made:
        text = ngettext("{count} form made, in {where}.", "{count} forms made, in {where}.", made)
        out.print(text.format(count=fr(made), where=where), soft_wrap=True)
        out.print(_("Send each to its member; put those that come back in the folder `answers`."))
        out.print(_("The words on meter data are to be confirmed by a lawyer before you send them."))
    if state is not None:
        print_state(out, state)


def print_answers(answers: Sequence[FormAnswer], folder: Path, *, taken: bool) -> bool:
    """Print each answer: what it would change line by line, what is unlikely, what is wrong.

    Returns:
        Whether somebody on a terminal says that it be written.
    """
    out = console()
    for answer in answers:
        title = _("{name} ({file})").format(name=answer.name or _("unknown member"), file=answer.file)
        out.print(title, style="bold", soft_wrap=True)
        for change in answer.changes if not answer.problems else ():
            before, after = (text or _("nothing") for text in (change.before, change.after))
            text = _("  {id}, {title}: {before} → {after}")
            out.print(text.format(id=change.id, title=change.title, before=before, after=after))
        if not answer.changes and not answer.problems:
            out.print("  " + _("changes nothing"))
        for note in answer.notes:
            out.print(f"  ⚠ {note}", style="yellow")
        if answer.consent is not None:
            words = _("yes") if answer.consent else _("no")
            out.print(
                "  "
                + _("meter data may be used: {words} {signed}")
                .format(words=words, signed=f"({answer.signed})" if answer.signed else "")
                .rstrip()
            )
        if answer.remark:
            out.print("  " + _("remark: {text}").format(text=answer.remark))
        for problem in answer.problems:
            place = _("{state}: {text}").format(state=problem.path, text=problem.message)
            out.print(f"  ✗ {place}", style="red")
    wrong = sum(bool(answer.problems) for answer in answers)
    _print_left_aside(out, wrong)
    if taken or wrong == len(answers):
        return False
    if sys.stdin.isatty() and _says_yes(out, _("Write this? (yes, no)")):
        return True
    text = _("Nothing is written yet. To take these answers: acc forms {folder} --accept")
    out.print(text.format(folder=typed(folder)), soft_wrap=True)
    return False


def _says_yes(out: Console, question: str) -> bool:
    """Ask a question; any other word than yes, and no word, is no."""
    try:
        return out.input(f"{question} ").strip().lower() in YES
    except EOFError:
        return False


def _print_left_aside(out: Console, wrong: int) -> None:
    if wrong:
        text = ngettext(
            "{count} answer has a fault and is left aside: correct it in the file, or send it back.",
            "{count} answers have faults and are left aside: correct them in the files, or send them back.",
            wrong,
        )
        out.print(text.format(count=fr(wrong)), style="yellow")


def print_state(out: Console, state: FormsState) -> None:
    """Print who has answered, who has not, what is estimated still."""
    answered = sum(id_ in state.answered for id_ in state.names)
    agreed = sum(state.consents.values())
    text = _("Forms: {answered} of {count} members have answered, {agreed} let their meter data be used.")
    out.print(text.format(answered=fr(answered), count=fr(len(state.names)), agreed=fr(agreed)), style="bold")
    if state.unread:
        text = ngettext(
            "{count} answer to look at: acc forms FOLDER",
            "{count} answers to look at: acc forms FOLDER",
            len(state.unread),
        )
        out.print("  " + text.format(count=fr(len(state.unread))), style="yellow")
    refused = [
        state.names[id_] for id_, agreed in state.consents.items() if not agreed and id_ in state.names
    ]
    if refused:
        out.print("  " + _("Refuse the use of their meter data: {names}").format(names=_some(refused)))
    if state.waiting:
        out.print("  " + _("No answer yet: {names}").format(names=_some(state.waiting)))
    for what, names in state.estimated.items():
        text = _("Still estimated or unknown, {what}: {count} ({names})")
        out.print("  " + text.format(what=what, count=fr(len(names)), names=_some(names)))


def _some(names: Sequence[str]) -> str:
    shown = list(names[:MOST_NAMES])
    more = len(names) - len(shown)
    others = ngettext("{count} other", "{count} others", more).format(count=more)
    return listed([*shown, others] if more else shown)
