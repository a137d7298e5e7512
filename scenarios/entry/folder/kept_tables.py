"""What a folder may say that no command uses yet: read, checked, kept, and told in a warning."""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from gettext import gettext as _
from typing import Annotated, Any, TypeVar

from pydantic import ConfigDict, Field, ValidationError

from acc.problem import Problem
from acc.scenario import Accepted
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.messages import problems_of
from scenarios.entry.columns.schema import Day, Model, Name
from scenarios.entry.folder.raw import OF_A_VARIANT, OPERATION, PERSONS, RawFolder

ModelT = TypeVar("ModelT", bound=Model)
Sentence = Annotated[str, Field(min_length=1, max_length=500)]

NOT_USED_YET: Mapping[str, frozenset[str]] = {
    PERSONS: frozenset({"insee", "epci"}),
}
"""Columns by file. A command that comes to use one takes it out of here."""


class AcceptedTable(Model):
    """One `[[accepted]]`: an oddity that a person has looked at and keeps."""

    where: Sentence
    value: Any
    why: Sentence


class VariantTable(Model):
    """One `[[variants]]`, without what it changes: `"participants.ID.column" = value`, and other paths."""

    model_config = ConfigDict(extra="allow", frozen=True, str_strip_whitespace=True)
    name: Name
    kept_on: Day | None = None
    present: Sentence | None = None
    note: Sentence | None = None


def read_accepted(source: RawFolder, faults: list[Problem]) -> tuple[Accepted, ...] | None:
    """Return the oddities that a folder accepts, None without any; what is wrong goes to `faults`."""
    read = list(_read(source, "accepted", AcceptedTable, faults))
    return tuple(Accepted(where=t.where, value=t.value, why=t.why) for t in read) or None


def accepted_lines(accepted: Iterable[Accepted]) -> list[tuple[str, str, str]]:
    """Return the hypotheses that accepted oddities are; the figure of a site stays in the folder."""
    text = _("unusual figure, kept (`{where}`)")
    return [
        (
            text.format(where=entry.where),
            "" if entry.where.startswith("participants") else str(entry.value),
            entry.why,
        )
        for entry in accepted
    ]


def check_variants(source: RawFolder, faults: list[Problem]) -> None:
    """Add the problems of the name and the contents of variants."""
    for _table in _read(source, "variants", VariantTable, faults):
        pass


def _read(source: RawFolder, section: str, model: type[ModelT], faults: list[Problem]) -> Iterator[ModelT]:
    tables: Any = source.sections.get(section, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        message = _("sections [[{name}]] are expected, with two brackets, one for each")
        faults.append(Problem(source.place(section), message.format(name=section)))
        return
    for rank, table in enumerate(tables, start=1):
        try:
            yield model.model_validate(table)
        except ValidationError as fault:
            faults += problems_of(fault, model, partial(source.place, section, rank=rank))


def kept_notes(source: RawFolder) -> tuple[str, ...]:
    """Return a sentence for each file that says what no command uses yet."""
    message = _("{file}: read, checked and kept, not used yet: {names}")
    noted = {
        source.book or OPERATION: _kept_keys(source.sections),
        **{source.table(file): _kept_columns(file, source.tables[file]) for file in NOT_USED_YET},
    }
    return tuple(message.format(file=file, names=", ".join(names)) for file, names in noted.items() if names)


def _kept_columns(file: str, rows: Iterable[Row]) -> list[str]:
    return sorted({name for row in rows for name in row.cells} & NOT_USED_YET[file])


def _kept_keys(sections: Mapping[str, Any]) -> list[str]:
    keys = {key for variant in sections.get("variants", ()) for key in variant} & set(OF_A_VARIANT) - {"name"}
    return [f"[[variants]] {key}" for key in sorted(keys)]
