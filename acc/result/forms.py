"""What `acc forms` found: the forms that it wrote, what each answer would change, who has not answered."""

from collections.abc import Mapping
from dataclasses import dataclass

from acc.problem import Problem


@dataclass(frozen=True, slots=True)
class FormChange:
    """One cell that an answer changes: where it is answered, which cell of the tables, from what to what."""

    place: str
    table: str
    id: str
    column: str
    title: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class FormAnswer:
    """One answer as it was read.

    Attributes:
        file: its name in `answers/`.
        sha256: of the file, so that it is read once.
        member: id of who answers, empty where the file does not say.
        name: as printed.
        changes: what it changes in the tables.
        problems: what is wrong in it, by sheet and cell; with one of them nothing of it is taken.
        notes: what is unlikely in it, in sentences.
        consent: whether meter data may be used; None without an answer.
        signed: who signs, and the day as written.
        remark: what else the member wrote.
    """

    file: str
    sha256: str
    member: str = ""
    name: str = ""
    changes: tuple[FormChange, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    consent: bool | None = None
    signed: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class FormsState:
    """Where the collection stands.

    Attributes:
        names: of all members, by id.
        answered: ids of those whose answer was taken.
        consents: by id, what those said of their meter data, where they said it.
        unread: files of `answers/` that were not taken yet.
        estimated: by what is missing, in words, the names of the sites and plants that miss it.
    """

    names: Mapping[str, str]
    answered: tuple[str, ...]
    consents: Mapping[str, bool]
    unread: tuple[str, ...]
    estimated: Mapping[str, tuple[str, ...]]

    @property
    def waiting(self) -> tuple[str, ...]:
        """Names of those who have not answered."""
        return tuple(name for id_, name in self.names.items() if id_ not in self.answered)
