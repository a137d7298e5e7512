"""`acc forms`: one workbook a member to fill in; answers are shown, then taken into the tables."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from gettext import gettext as _
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from acc.problem import InputError, Problem, refuse
from acc.result.files import FormAnswer, FormsState
from profiles.files.atomic_write import scratch_folder, write_atomic
from profiles.files.letters import usable
from scenarios.entry.collecting.answers import ANSWERS, answer_files, digest_of, read_form
from scenarios.entry.collecting.form import form_bytes
from scenarios.entry.collecting.merge import AnswerChanges, merged, with_answers
from scenarios.entry.collecting.questions import ESTIMATES, FormMember, estimated, members_in, operation_name
from scenarios.entry.collecting.tables import (
    changed_files,
    consents,
    read_journal,
    taken_cells,
    with_taken,
)
from scenarios.entry.columns.csv_tables import BOM
from scenarios.entry.columns.names import OPTIONAL_TABLES, plain
from scenarios.entry.folder.put import put
from scenarios.entry.folder.raw import RawFolder, inputs_of, read_source


@dataclass(frozen=True, slots=True)
class PendingAnswers:
    """The answers that were not taken yet, and what the tables were when they were compared."""

    source: RawFolder
    answers: tuple[AnswerChanges, ...]
    digests: Mapping[Path, str]

    @property
    def printed(self) -> tuple[FormAnswer, ...]:
        """The answers, for print."""
        return tuple(answer.answer for answer in self.answers)

    def sound(self, *, keep: bool) -> tuple[AnswerChanges, ...]:
        """Return those without a fault, those with unlikely values only where a person keeps them."""
        sound = (answer for answer in self.answers if not answer.answer.problems)
        return tuple(answer for answer in sound if keep or not answer.answer.notes)


def make_forms(folder: Path, where: Path, today: date, *, force: bool = False) -> list[Path]:
    """Write the form of each member, and the folder where answers go; return the files written.

    Forms that are there stay as they are unless `force`: they may be on their way.

    Raises:
        InputError: a folder that cannot be read, or written in.
    """
    forms = [(where / name, make) for name, make in _forms(folder, today)]
    written = [write_atomic(path, make()) for path, make in forms if force or not path.exists()]
    explained = folder / ANSWERS / "LISEZMOI.txt"
    if not explained.exists():
        text = _("Put the forms that came back here (.xlsx), then type: acc forms FOLDER") + "\n"
        write_atomic(explained, BOM + text)
    return written


def forms_archive(folder: Path, today: date) -> bytes:
    """Return the form of each member as one archive, to be sent; nothing is written.

    Raises:
        InputError: a folder that cannot be read.
    """
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, make in _forms(folder, today):
            archive.writestr(name, make())
    return out.getvalue()


def dropped_answer(folder: Path, name: str, data: bytes) -> FormAnswer | None:
    """Changes from a returned form; None for a file that is no form. The folder is not written."""
    if not name.lower().endswith(".xlsx"):
        return None
    with scratch_folder() as scratch:
        path = Path(scratch) / name
        write_atomic(path, data, sync=False)
        form = read_form(path)
        if not form.answer.member:
            return None
        source, journal = read_source(folder), read_journal(folder)
        if form.answer.sha256 in {line.sha256 for line in journal}:
            return FormAnswer(
                form.answer.file, form.answer.sha256, problems=(Problem(name, _("already taken")),)
            )
        return merged(source, members_in(source), [form], taken_cells(journal))[0].answer


def take_dropped(folder: Path, name: str, data: bytes, today: date) -> list[Path]:
    """Put a form that came back among the answers, and take it into the tables; return the files written.

    Raises:
        InputError: a form at fault, tables that cannot be changed from here.
    """
    path = folder / ANSWERS / name
    if path.exists():  # of another member, or an earlier one of this member
        path = path.with_stem(f"{path.stem}-{sha256(data).hexdigest()[:8]}")
    write_atomic(path, data)
    answers = find_answers(folder)
    own = tuple(answer for answer in answers.answers if answer.answer.file == f"{ANSWERS}/{path.name}")
    faults = [problem for answer in own for problem in answer.answer.problems]
    refuse(faults)
    return accept(replace(answers, answers=own), today, keep=True)  # the page has shown what is unlikely


def find_answers(folder: Path) -> PendingAnswers:
    """Return the answers of a folder that were not taken yet, with what each would change.

    Raises:
        InputError: a folder that cannot be read.
    """
    source = read_source(folder)
    journal = read_journal(folder)
    read = {line.sha256 for line in journal}
    read_forms = [read_form(path) for path in answer_files(folder) if digest_of(path) not in read]
    answers = merged(source, members_in(source), read_forms, taken_cells(journal)) if read_forms else ()
    return PendingAnswers(source, answers, _digests(folder))


def accept(answers: PendingAnswers, today: date, *, keep: bool = False) -> list[Path]:
    """Take the answers without a fault into the tables, then into the journal; return the files written.

    Args:
        keep: whether a person has looked at the unlikely values and keeps them; else their answers wait.

    Raises:
        InputError: the tables changed since they were compared, or cannot be changed from here.
    """
    folder, sound = answers.source.folder, answers.sound(keep=keep)
    if not sound:
        return []
    if _digests(folder) != answers.digests:
        message = _("the tables or the answers changed meanwhile: nothing is written. Type the command again")
        raise InputError([Problem(str(folder), message)])
    values = {cell: value for answer in sound for cell, value in answer.values.items()}
    files = changed_files(answers.source, with_answers(answers.source, sound), values) if values else {}
    # Together: after a kill between the two, the journal would not know what the answers changed.
    path, journal = with_taken(folder, [answer.answer for answer in sound], today)
    files |= {path: journal}
    put(folder, {each.relative_to(folder).as_posix(): content for each, content in files.items()})
    return list(files)


def forms_state(folder: Path) -> FormsState | None:
    """State of the forms: answers received, values still estimated; None without forms.

    Raises:
        InputError: a folder or a journal that cannot be read.
    """
    if not (folder / ANSWERS).is_dir():
        return None
    source = read_source(folder)
    journal = read_journal(folder)
    members = members_in(source)
    read = {line.sha256 for line in journal}
    lacks: dict[tuple[str, str], list[str]] = {}
    for member in members:
        for file, row in member.cells:
            for column in estimated(file, row):
                name = str(row.cells.get("name") or row.cells["id"])
                lacks.setdefault((file, column), []).append(name)
    return FormsState(
        names={member.id: member.name for member in members},
        answered=tuple(dict.fromkeys(line.member for line in journal)),
        consents=consents(journal),
        unread=tuple(path.name for path in answer_files(folder) if digest_of(path) not in read),
        estimated={_(ESTIMATES[key]): tuple(lacks[key]) for key in ESTIMATES if key in lacks},
    )


def _forms(folder: Path, today: date) -> list[tuple[str, Callable[[], bytes]]]:
    """List the name of the form of each member, and what makes it."""
    source = read_source(folder)
    members, operation = members_in(source), operation_name(source)
    names = _file_names(members)
    return [(names[member.id], partial(form_bytes, member, operation, today)) for member in members]


def _file_names(members: Sequence[FormMember]) -> dict[str, str]:
    """Return the name of each form, which a person can read; by its id where two are called the same."""
    bare = {member.id: "-".join(plain(member.name).split())[:80] or member.id for member in members}
    twice = {name for name in bare.values() if list(bare.values()).count(name) > 1}
    named = {
        id_: f"{name}-{'-'.join(plain(id_).split())}" if name in twice else name for id_, name in bare.items()
    }
    return {id_: usable(f"{name}.xlsx") for id_, name in named.items()}


def _digests(folder: Path) -> dict[Path, str]:
    files = [folder / name for name in (*inputs_of(folder), *OPTIONAL_TABLES)]
    return {path: digest_of(path) for path in (*files, *answer_files(folder)) if path.exists()}


def waiting_names(folder: Path) -> tuple[str, ...]:
    """Names of the members whose answer is awaited; none where the folder cannot be read."""
    with suppress(InputError):
        state = forms_state(folder)
        return () if state is None else state.waiting
    return ()
