"""A command of the command line: what it is asked, what it answers, printed and ended in one place."""


# isort: split

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from gettext import gettext as _
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from acc.i18n import N_, typed
from acc.problem import InputError, Problem
from acc.version import VERSION
from commands.drafts import begun_notes
from commands.options import OF_ALL, OUT, SHARED, VARIANT, read_settings
from reports.format.language import LANGUAGES
from reports.terminal.parameters import Command, Commands, Option
from reports.terminal.problems import format_problems, json_text, problems_json
from reports.terminal.today import today
from scenarios.study import installed_studies

if TYPE_CHECKING:
    from profiles.files.atomic_write import Content
    from reports.nodes.tree import Node
    from scenarios.entry.folder.mask import Mask
    from scenarios.entry.folder.settings import Setting
    from scenarios.operation.ready.request import OperationRequest


@dataclass(frozen=True, slots=True)
class Request:
    """What a person asks of a command; the words that it alone knows are in `more`, by name.

    Attributes:
        details: all that is known is printed, in place of the short answer.
    """

    quiet: bool
    progress: Callable[[str], None]
    folder: Path = field(default_factory=Path)
    out: Path | None = None
    variant: str | None = None
    key: str | None = None
    settings: tuple["Setting", ...] = ()
    save: str | None = None
    force: bool = False
    no_cache: bool = False
    mask: "Mask | None" = None
    details: bool = False
    more: Mapping[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        """What was said of an option that this command alone has."""
        return self.more[name]

    @property
    def results(self) -> Path:
        """Folder for the results."""
        return self.out or self.folder / "out"

    def write(self, files: Mapping[str, "Content"]) -> list[Path]:
        """Write files into the folder for the results; return their paths."""
        from reports.files import write_files

        return write_files(self.results, files, force=self.force)

    @property
    def scenario(self) -> "OperationRequest":
        """Which scenario of the folder, as the engine takes it."""
        return {
            "variant": self.variant,
            "key": self.key,
            "settings": self.settings,
            "use_cache": not self.no_cache,
            "progress": self.progress,
            "mask": self.mask,
        }


@dataclass(frozen=True, slots=True)
class CommandResult:
    """What a command found: its JSON document, its screen, what to say beside, whether something is wrong.

    Attributes:
        short: of a command that may go `--details`, the answer alone, what matters most first.
        last: said after the files that were written.
        next_folder: the operation to go on with, where it is not the folder that was asked about.
    """

    document: Callable[[], object]
    nodes: Callable[[], "Iterable[Node]"] = tuple
    files: Sequence[Path] = ()
    failed: bool = False
    problems: Sequence[Problem] = ()
    notes: Sequence[str] = ()
    short: Callable[[], "Iterable[Node]"] | None = None
    last: Callable[[], "Iterable[Node]"] = tuple
    next_folder: Path | None = None


FUNCTIONS: dict[str, Callable[[Request], CommandResult]] = {}
"""The function of each command, by its name; `split` is that of an option of another."""


def command(
    text: str,
    *options: click.Parameter,
    group: click.Group | None = None,
    lists_results: bool = False,
) -> Callable[[Callable[[Request], CommandResult]], Callable[[Request], CommandResult]]:
    """Make a command of a function: what is common to all is read, printed and ended here, once.

    Args:
        lists_results: bring the contents of the folder for the results up to date, as a command that has
            the option --out does.
    """

    def register(function: Callable[[Request], CommandResult]) -> Callable[[Request], CommandResult]:
        def call(*, json: bool, quiet: bool, **given: Any) -> tuple[Sequence[str], bool]:
            from reports.terminal.progress import reading

            read_settings(given)
            common = {word: given.pop(word) for word in Request.__dataclass_fields__ if word in given}
            common["details"] = details = common.get("details", False) or json
            with reading(quiet=(silent := quiet or json)) as progress:
                request = Request(**common, quiet=silent, progress=progress, more=given)
                answer = function(request)
            notes = [
                *([_kept(request)] if request.save else []),
                *(begun_notes(request.folder if counts else None)),
            ]
            answer = replace(answer, notes=(*answer.notes, *notes))
            if details:
                answer = replace(answer, short=None)
            writes = not request.out and (OUT in options or lists_results)
            finish(answer, request.folder, as_json=json, quiet=quiet, out=request.results if writes else None)
            return answer.notes, answer.failed

        def once(**given: Any) -> None:
            from reports.terminal.capture import said_once, screen, warn
            from scenarios.answer_cache import cached_answer

            try:
                failed = said_once(cached_answer(name, screen(), today(), **given), partial(call, **given))
            except InputError as fault:
                warn(begun_notes(given["folder"] if counts else None))
                refuse(fault, given.get("folder"), as_json=given["json"])
            click.get_current_context().exit(int(failed))

        name = function.__name__.removeprefix("coefficients_").strip("_")
        # What computes an operation; `next` lists what is begun on the page in its own place.
        counts = name != "next" and VARIANT in options
        FUNCTIONS[name] = function
        (group or main).add_command(Command(name, callback=once, params=[*options, *OF_ALL], help=text))
        return function

    return register


def refuse(fault: InputError, folder: Path | None, *, as_json: bool) -> NoReturn:
    """Print every problem of an input at once; exit 2 where what was typed is at fault, else 1."""
    from scenarios.entry.folder.fault_location import placed

    problems = placed(folder or Path(), fault.problems)
    click.echo(problems_json(problems) if as_json else "\n".join(format_problems(problems)), err=not as_json)
    typed = all(problem.path.startswith("--") or problem.path == _("NAME") for problem in problems)
    raise click.exceptions.Exit(2 if typed else 1) from None


def _kept(request: Request) -> str:
    """Keep the question as a variant; return the message."""
    from scenarios.entry.folder.put import keep

    question: Any = {"variant": request.variant, "key": request.key, "settings": request.settings}
    return keep(request.folder, str(request.save), about={"kept_on": today()}, **question)


def finish(answer: CommandResult, folder: Path, *, as_json: bool, quiet: bool, out: Path | None) -> None:
    """Print the results of a command, update the contents of `out`; exit 1 where it has problems.

    Args:
        folder: of the operation, for the command that says what comes next.
    """
    from reports.contents import write_contents
    from reports.terminal.capture import warn

    page = write_contents(out) if out else None
    warn(answer.notes)
    if as_json:
        click.echo(json_text(answer.document()))
    else:
        if not quiet:
            from reports.nodes.tree import Paragraph
            from reports.terminal import blocks, screen

            files = tuple(blocks.written_files(answer.files, page))
            if answer.short is None:
                screen.show([*answer.nodes(), *files, *answer.last()])
            else:
                text = _("Next: `acc next {folder}`; all the rest: the same command with --details")
                rest = Paragraph(text.format(folder=typed(answer.next_folder or folder)), "verbatim")
                most = screen.MOST_LINES - len(answer.notes)
                screen.show(screen.fitted(answer.short(), (*files[-1:], rest), most))
        for line in format_problems(answer.problems):
            click.echo(line, err=True)
    if answer.problems:
        raise click.exceptions.Exit(1)


def files_answer(files: Sequence[Path], **more: Any) -> CommandResult:
    """Return the answer of a command that only writes files."""
    return CommandResult(lambda: {"files": [str(path) for path in files]}, files=files, **more)


GROUPS = {
    N_("Commands"): ("new", "check", "run", "compare", "brief", "serve"),
    N_("With the members"): ("next", "forms", "sheets", "coefficients"),
    N_("Data and files"): ("look", "export", "rates", "schema", "clean", "demo"),
}
"""Commands of the core as the help shows them, those of every day first; others are studies."""


class AllCommands(Commands):
    """The commands of the core, and those of the installed studies, each imported when it is asked for."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """See click; commands by group, then the options that they share."""
        names = self.list_commands(ctx)
        others = tuple(name for name in names if not any(name in group for group in GROUPS.values()))
        first, *rest = GROUPS.items()
        limit = formatter.width - 6 - max(map(len, names))
        for title, group in (first, (N_("Studies"), others), *rest):
            rows = [(name, self.commands[name].get_short_help_str(limit)) for name in group if name in names]
            if rows:
                with formatter.section(_(title)):
                    formatter.write_dl(rows)
        shared = [row for option in SHARED if (row := option.get_help_record(ctx)) is not None]
        with formatter.section(_("Options of most commands")):
            formatter.write_dl(shared)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """See click."""
        for name in installed_studies():
            self._load(name)
        return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """See click."""
        if cmd_name not in self.commands:
            self.list_commands(ctx) if cmd_name not in installed_studies() else self._load(cmd_name)
        return super().get_command(ctx, cmd_name)

    def _load(self, name: str) -> None:
        if find_spec(f"commands.{name}"):
            import_module(f"commands.{name}")


@click.group(
    cls=AllCommands,
    help=N_(
        "Simulate a collective self-consumption operation: who receives which kWh, under which key, and what "
        "the law says of it.\n\nExample: acc demo, then acc run demo"
    ),
)
@click.version_option(VERSION, prog_name="acc", cls=Option, help=N_("Show the version and exit."))
@click.option(
    "--lang", cls=Option, type=click.Choice(LANGUAGES), expose_value=False, help=N_("Language of all texts.")
)
def main() -> None:
    """Group of all commands."""
