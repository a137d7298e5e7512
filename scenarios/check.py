"""What `acc check` reads for the other commands: every section, key and variant, what each of them lacks."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from gettext import gettext as _
from pathlib import Path

from acc.problem import InputError, Problem
from scenarios.folder.load import load, scenario_of
from scenarios.folder.raw import RawFolder, read_source
from scenarios.front import check_front
from scenarios.operation.operation import Operation, open_operation
from scenarios.size import check_size
from scenarios.sizing.settings import read_size
from scenarios.sweeping.settings import read_sweep


def check_sections(folder: Path) -> None:
    """Raise every fault of the variants, of `[sweep]` and of `[size]`, then of keys and curves of variants.

    Raises:
        InputError: the faults of them all, or of the folder itself.
    """
    source = read_source(folder)
    scenario = scenario_of(source)
    _all_of(
        [
            *(partial(load, folder, variant=name) for name in source.variants),
            lambda: read_sweep(source),
            lambda: read_size(source, {plant.id: plant.kwp for plant in scenario.plants}, scenario.battery),
        ]
    )
    _all_of(_made(source, name) for name in (None, *source.variants))


def refused(folder: Path, variant: str | None = None) -> tuple[Problem, ...]:
    """Return what `acc size` and `acc front` refuse of a folder that is read: a figure they need and lack."""
    operation = open_operation(folder, variant=variant)[0]
    return (
        *lacking("acc size", lambda: check_size(operation.scenario)),
        *lacking("acc front", lambda: check_front(operation)),
    )


def lacking(command: str, look: Callable[[], object]) -> Iterator[Problem]:
    """Yield why a command refuses what `look` reads."""
    try:
        look()
    except InputError as fault:
        for problem in fault.problems:
            text = _("{state}: {text}").format(state=problem.path, text=problem.message)
            yield Problem(command, text if problem.path else problem.message)


def _all_of(looks: Iterable[Callable[[], object]]) -> None:
    problems: list[Problem] = []
    for look in looks:
        try:
            look()
        except InputError as fault:
            problems += fault.problems
    if problems:
        raise InputError(list(dict.fromkeys(problems)))


def _made(source: RawFolder, variant: str | None) -> Callable[[], None]:
    """Return a look at the curves of a variant, its key, those of `[keys]` and those that a sweep draws."""

    def look() -> None:
        operation = open_operation(source.folder, variant=variant)[0]
        named = dict.fromkeys((*operation.scenario.key_parameters, *read_sweep(source).keys))
        asked = () if variant else tuple(name for name in named if name != operation.scenario.key.name)
        _all_of(partial(_key, operation, name) for name in (operation.scenario.key.name, *asked))

    return look


def _key(operation: Operation, name: str) -> None:
    """Build a key; what is wrong with one of `[keys]` is told of its own section."""
    choice = operation.scenario.choice(name)
    try:
        operation.key(choice)
    except InputError as fault:
        if choice is operation.scenario.key:
            raise
        message = _("[keys.{name}] {place}")
        raise InputError(
            [
                Problem(message.format(name=name, place=p.path.removeprefix("key.")), p.message)
                for p in fault.problems
            ]
        ) from None
