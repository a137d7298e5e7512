"""The studies, and what each adds to the commands of the core: the one table that joins them.

A study NAME is the folders `scenarios/studies/NAME` (what it computes), `reports/studies/NAME` (what a person
reads of it), where it has them `acc/NAME` (its maths), `web/studies/NAME.py` (its screen) and
`commands/NAME.py` (its command). The core imports none of them; without them it works.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic import BaseModel

    from acc.result.change import ExplainedChange
    from acc.result.lawful_plan import LawfulPlan
    from acc.result.result import Result
    from acc.scenario import Scenario
    from scenarios.entry.folder.raw import RawFolder
    from scenarios.entry.folder.settings import Setting
    from scenarios.operation.draws.quick import KeptRanges
    from scenarios.operation.metering.meter import Metered
    from scenarios.operation.ready.operation import Operation
    from scenarios.operation.ready.request import OperationRequest
    from scenarios.operation.store.store import KeptStore

STUDIES: Mapping[str, tuple[str, ...]] = {
    "workbook": (),
    "html": (),
    "notes": (),
    "size": (),
    "worth": ("size",),
    "front": (),
    "members": (),
    "lawful": ("members",),
    "sweep": (),
    "territory": ("lawful", "sweep", "workbook", "html"),
    "papers": ("workbook",),
    "why": (),
    "anonymous": (),
}
"""Every study, and those it is built on."""


@dataclass(frozen=True, slots=True)
class OpenFolder:
    """An operation folder read once, for the checks of all studies."""

    folder: Path
    variant: str | None
    source: "RawFolder"
    operation: "Operation"
    metered: "Metered"
    cache: "KeptStore"


@dataclass(frozen=True, slots=True)
class ScenarioAtDate:
    """A scenario as it stands: the folder of its data, what was asked of it, what `run` found."""

    folder: Path
    request: "OperationRequest"
    result: "Result"


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """What a study adds to the core.

    Attributes:
        sections: of operation.toml, for its JSON schema, by name.
        check_sections: raises every fault of these sections.
        check_operation: raises what the command of the study lacks of an operation.
        command: words of that command, for what it lacks.
        add_to_brief: adds to a result what a brief shows of the study.
        settings_of_page: puts settings in place of words of the working page that are the study's own.
        write_plan: writes a folder for each operation of a kept plan.
        export: writes an operation as an archive without names; gives its path, and what to know of it.
        explain_changes: says why each scenario of a comparison differs from the first.
    """

    sections: Mapping[str, "type[BaseModel]"] = field(default_factory=dict)
    check_sections: Callable[["RawFolder"], object] | None = None
    check_operation: Callable[[OpenFolder], object] | None = None
    command: str = ""
    add_to_brief: "Callable[..., Result] | None" = None
    settings_of_page: "Callable[..., tuple[Setting, ...]] | None" = None
    write_plan: "Callable[[Operation, LawfulPlan, Path], list[Path]] | None" = None
    export: Callable[..., tuple[Path, tuple[str, ...]]] | None = None
    explain_changes: "Callable[[Sequence[ScenarioAtDate]], list[ExplainedChange]] | None" = None


@cache
def installed_studies() -> tuple[str, ...]:
    """Return the name of each study whose folder is there, with those of the studies it is built on."""
    names = {
        name
        for name in STUDIES
        if any(find_spec(f"{package}.{name}") for package in ("scenarios.studies", "reports.studies"))
    }
    return tuple(name for name, needs in STUDIES.items() if names.issuperset((name, *needs)))


def study_modules(package: str, module: str = "") -> Iterator[Any]:
    """Yield the module `PACKAGE.NAME[.MODULE]` of each installed study that has one."""
    for name in installed_studies():
        path = ".".join(filter(None, (package, name, module)))
        if find_spec(f"{package}.{name}") and find_spec(path):
            yield import_module(path)


def studies() -> Iterator[Study]:
    """Yield the installed studies."""
    for module in study_modules("scenarios.studies", "study"):
        yield module.STUDY


def add_studies(folder: Path, result: "Result", **request: Any) -> "Result":
    """Add to a result what a brief shows of the installed studies."""
    for study in studies():
        if study.add_to_brief is not None:
            result = study.add_to_brief(folder, result, **request)
    return result


def kept_ranges(scenario: "Scenario", folder: Path, out: Path) -> "KeptRanges | None":
    """Ranges that the module `kept` of an installed study finds, of the same inputs; None without one."""
    modules = study_modules("scenarios.studies", "kept")
    return next((module.kept_ranges(scenario, folder, out) for module in modules), None)


def explain_changes(scenarios: Sequence[ScenarioAtDate]) -> "list[ExplainedChange]":
    """Explanations of each scenario against the first, empty where no installed study gives them."""
    return next((study.explain_changes(scenarios) for study in studies() if study.explain_changes), [])
