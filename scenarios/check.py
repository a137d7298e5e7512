"""What `acc check` reads for the other commands: every section, key and variant, what each of them lacks."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from gettext import gettext as _
from gettext import ngettext
from pathlib import Path

from acc.problem import Collecting, InputError, Problem, refuse
from scenarios.coefficients import check_prms
from scenarios.entry.folder.fault_location import placed
from scenarios.entry.folder.load import load, scenario_of
from scenarios.entry.folder.question import resolve_key, source_with_settings
from scenarios.entry.folder.raw import RawFolder, read_source
from scenarios.operation.draws.settings import read_sweep
from scenarios.operation.ready.operation import Operation, open_operation
from scenarios.operation.store.store import KeptStore
from scenarios.study import OpenFolder, studies
from scenarios.variants import compared_axes, scenarios_to_compare

MOST_LISTED = 3
"""Faults of one command that are told one by one: forty sites may lack their PRM."""


def check_sections(folder: Path) -> None:
    """Raise every fault of variants, `[sweep]`, `[size]`, `[compare]`, then of keys and curves of variants.

    Raises:
        InputError: the faults of them all, or of the folder itself.
    """
    source = read_source(folder)
    scenario_of(source)
    _all_of(
        [
            *(partial(load, folder, variant=name) for name in source.variants),
            lambda: read_sweep(source),
            lambda: scenarios_to_compare(folder),
            *(partial(study.check_sections, source) for study in studies() if study.check_sections),
        ]
    )
    _all_of(_curves_check(source, name) for name in (None, *source.variants))


def refused(
    folder: Path,
    variant: str | None = None,
    others: Mapping[str, Callable[[], object]] | None = None,
    kept_store: KeptStore | None = None,
) -> tuple[Problem, ...]:
    """Problems of a readable folder that its commands refuse: a missing figure, a limit too tight.

    Args:
        others: looks of commands that are not made here, by their words.
        kept_store: a cache to use in place of the folder's own.
    """
    cache = kept_store or KeptStore.of(folder)
    operation, metered = open_operation(folder, variant=variant, cache=cache)
    opened = OpenFolder(
        folder, variant, source_with_settings(folder, variant=variant), operation, metered, cache
    )
    looks: dict[str, Callable[[], object]] = {
        **{
            study.command: partial(study.check_operation, opened)
            for study in studies()
            if study.check_operation
        },
        **{
            f"acc run --key {name}": partial(_key, operation, name)
            for name in _other_keys(opened.source, operation)
        },
        "acc coefficients write": partial(check_prms, operation.scenario),
        **(others or {}),
    }
    return tuple(problem for command, look in looks.items() for problem in _lacking(folder, command, look))


def _lacking(folder: Path, command: str, look: Callable[[], object]) -> Iterator[Problem]:
    """Yield the reasons for which a command refuses `look`."""
    try:
        look()
    except InputError as fault:
        alike: dict[str, list[Problem]] = {}
        for problem in placed(folder, fault.problems):
            alike.setdefault(problem.message if problem.about else problem.text, []).append(problem)
        for problems in list(alike.values())[:MOST_LISTED]:
            yield Problem(command, _of_all(problems))
        if (more := len(alike) - MOST_LISTED) > 0:
            text = ngettext("{count} other of the same kind", "{count} others of the same kind", more)
            yield Problem(command, text.format(count=more))


def _of_all(problems: Sequence[Problem]) -> str:
    """What several lines lack alike, said once: "Town hall, School, Gym…, PRM: no PRM"."""
    first, *others = problems
    if not others:
        return first.text
    lines, column = zip(*(problem.about.rsplit(", ", 1) for problem in problems), strict=True)
    names = ", ".join(lines[:MOST_LISTED]) + ("…" if len(lines) > MOST_LISTED else "")
    return _("{state}: {text}").format(state=f"{names}, {column[0]}", text=first.message)


def _all_of(looks: Iterable[Callable[[], object]]) -> None:
    problems: list[Problem] = []
    for look in looks:
        with Collecting(problems):
            look()
    refuse(list(dict.fromkeys(problems)))


def _curves_check(source: RawFolder, variant: str | None) -> Callable[[], None]:
    """Return a look at the curves of a variant, its key, those that `[compare]` and a sweep ask for."""

    def look() -> None:
        operation = open_operation(source.folder, variant=variant)[0]
        named = () if variant else _named_keys(source)
        names = dict.fromkeys((operation.scenario.key.name, *named))
        _all_of(partial(_key, operation, name) for name in names)

    return look


def _named_keys(source: RawFolder) -> tuple[str, ...]:
    compared = (resolve_key(str(setting.value)) for setting in compared_axes(source)[0])
    return (*read_sweep(source).keys, *compared)


def _other_keys(source: RawFolder, operation: Operation) -> list[str]:
    """Return the keys of `[keys]` that are compared only where they are complete: nothing names them."""
    named = {operation.scenario.key.name, *_named_keys(source)}
    return sorted(set(operation.scenario.key_parameters) - named)


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
