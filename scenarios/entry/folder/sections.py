"""A section of operation.toml, checked against its model."""

from gettext import gettext as _
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from acc.problem import Problem
from scenarios.entry.columns.messages import problems_of
from scenarios.entry.folder.raw import RawFolder

ModelT = TypeVar("ModelT", bound=BaseModel)


def read_section(
    source: RawFolder, name: str, content: object, model: type[ModelT], faults: list[Problem]
) -> ModelT | None:
    """Return `content`, that of the section `name`, as a `model`; None where `faults` says what is wrong."""
    if not isinstance(content, dict):
        faults.append(Problem(source.place(name), _("a section [{name}] is expected").format(name=name)))
        return None
    try:
        return model.model_validate(content)
    except ValidationError as fault:
        faults += problems_of(fault, model, lambda column: source.place(name, column))
        return None


def as_list(value: object) -> object:
    """Return a text alone as a list of one, so that a section may name one or several."""
    return [value] if isinstance(value, str) else value
