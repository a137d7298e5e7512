"""The command line: parse, call, print. Nothing heavy is imported before a command needs it."""

import atexit
import gc
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from gettext import gettext as _
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from acc.i18n import N_
from acc.problem import InputError, Problem
from acc.version import VERSION
from reports.format.language import LANGUAGES, use

if TYPE_CHECKING:
    from acc.coalition.report import MembersReport
    from acc.exchange import Exchange
    from acc.result.result import Result
    from scenarios.operation.operation import Operation

AnyFunction = TypeVar("AnyFunction", bound=Callable[..., Any])


class Translated:
    """Help texts are marked where they are written and translated where they are shown."""

    def _shown(self) -> str | None:
        return _(self._help) if self._help else None

    def _keep(self, text: str | None) -> None:
        self._help = text

    help = property(_shown, _keep)


class Command(Translated, click.Command):
    """A command whose help is translated, and whose faults of input are printed, exit 1."""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return `--help`, its text in the language of the moment (click keeps the first one)."""
        self._help_option = None
        return super().get_help_option(ctx)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; every problem of an input is shown at once, never a traceback."""
        try:
            return super().invoke(ctx)
        except InputError as fault:
            _show_problems(fault, as_json=bool(ctx.params.get("as_json")))
            ctx.exit(1)


class Option(Translated, click.Option):
    """An option whose help is translated."""


class Group(Translated, click.Group):
    """The commands; chooses the language before anything is said."""

    command_class = Command

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return `--help`; see `Command`."""
        self._help_option = None
        return super().get_help_option(ctx)

    def main(self, args: Sequence[str] | None = None, *rest: Any, **extra: Any) -> Any:
        """Run the command line; see click."""
        # Looking for garbage again and again among all that is imported took 0.1 s of a cold run.
        gc.set_threshold(50_000)
        # Nor is it looked at once more, 0.05 s, when the process ends and all of it goes anyway.
        atexit.register(gc.freeze)
        args = list(sys.argv[1:] if args is None else args)
        use(language_of(args))
        return super().main(args, *rest, **extra)


def language_of(args: Sequence[str]) -> str:
    """Return the language asked for by `--lang`, then by ACC_LANG; French otherwise."""
    chosen = os.environ.get("ACC_LANG", "fr")
    for position, word in enumerate(args):
        if word.startswith("--lang="):
            chosen = word.removeprefix("--lang=")
        elif word == "--lang" and position + 1 < len(args):
            chosen = args[position + 1]
    return chosen if chosen in LANGUAGES else "fr"


def option(*names: str, **settings: Any) -> Callable[[AnyFunction], AnyFunction]:
    """Declare a translated option."""
    return click.option(*names, cls=Option, **settings)


def common(function: AnyFunction) -> AnyFunction:
    """Add the options that every command has."""
    for add in (
        option("--quiet", is_flag=True, help=N_("Say nothing but errors.")),
        option("--lang", type=click.Choice(LANGUAGES), expose_value=False, help=N_("Language of all texts.")),
        option("--json", "as_json", is_flag=True, help=N_("Print one JSON document, and nothing else.")),
    ):
        function = add(function)
    return function


def folder_argument(function: AnyFunction) -> AnyFunction:
    """Add the operation folder."""
    return click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))(function)


def run_options(function: AnyFunction) -> AnyFunction:
    """Add the options of the commands that compute a scenario."""
    for add in (
        option("--no-cache", is_flag=True, help=N_("Make every curve again, and keep none.")),
        option("--variant", metavar="NAME", help=N_("Variant of operation.toml to apply.")),
        option("--key", metavar="NAME", help=N_("Key to use in place of the folder's own.")),
        option("--out", type=click.Path(path_type=Path), help=N_("Folder for the results [DIR/out].")),
        option("--force", is_flag=True, help=N_("Replace files that are there with other content.")),
    ):
        function = add(function)
    return function


@click.group(
    cls=Group,
    help=N_(
        "Simulate a collective self-consumption operation: who receives which kWh, under which key, and what "
        "the law says of it.\n\nExample: acc demo, then acc run demo"
    ),
)
@click.version_option(VERSION, prog_name="acc", cls=Option, help=N_("Show the version and exit."))
@option("--lang", type=click.Choice(LANGUAGES), expose_value=False, help=N_("Language of all texts."))
def main() -> None:
    """Group of all commands."""


@main.command(help=N_("Copy the bundled example, run it, make its brief.\n\nExample: acc demo"))
@click.argument("folder", metavar="[DIR]", default="demo", type=click.Path(path_type=Path))
@option("--force", is_flag=True, help=N_("Replace files that are there with other content."))
@common
def demo(folder: Path, force: bool, as_json: bool, quiet: bool) -> None:
    """Copy, run, draw the uncertain hypotheses, write the brief of the example."""
    from reports.documents.brief import write_brief  # noqa: PLC0415 - matplotlib and typst only where drawn
    from scenarios.catalogue import copy_example  # noqa: PLC0415 - kept out of start-up

    copy_example("bergerac", folder, force=force)
    result = _computed(folder, quiet=quiet or as_json, others=None, leaving=True)
    where = _results_folder(folder, None, result)
    result = _dated(result, where)
    written = _write_results(result, where, force=True)
    drawn = _drawn(folder, folder / "out", {}, quiet=quiet or as_json)
    written += write_brief(_with_ranges(result, folder, folder / "out"), where, force=True)
    _report(result, [*written, *drawn.files], as_json=as_json, quiet=quiet)


@main.command(help=N_("Make an operation folder to start from.\n\nExample: acc new mon-operation"))
@folder_argument
@option("--example", default="depart", metavar="NAME", help=N_("Bundled folder to copy: depart, bergerac."))
@common
def new(folder: Path, example: str, as_json: bool, quiet: bool) -> None:
    """Copy a bundled folder."""
    from reports.terminal.run import print_new  # noqa: PLC0415 - rich only where printed
    from scenarios.catalogue import EXAMPLES, copy_example  # noqa: PLC0415 - kept out of start-up

    if example not in EXAMPLES:
        message = _("{name} is not a bundled folder: {known}").format(name=example, known=", ".join(EXAMPLES))
        raise click.BadParameter(message, param_hint="--example")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        message = _("{folder} is not empty: choose another folder").format(folder=folder)
        raise click.BadParameter(message, param_hint="DIR")
    written = copy_example(example, folder)
    if as_json:
        _print_json({"files": [str(path) for path in written]})
    elif not quiet:
        print_new(folder, written)


@main.command(help=N_("Show every problem of a folder, then what the rules say.\n\nExample: acc check demo"))
@folder_argument
@option("--variant", metavar="NAME", help=N_("Variant of operation.toml to apply."))
@common
def check(folder: Path, variant: str | None, as_json: bool, quiet: bool) -> None:
    """Validate everything that a run would read; exit 1 when a rule is not respected."""
    from acc.rules.check import State  # noqa: PLC0415 - kept out of start-up
    from reports.data.results import results_document  # noqa: PLC0415 - kept out of start-up
    from reports.terminal.run import print_checks  # noqa: PLC0415 - rich only where printed
    from scenarios.check import check_sections  # noqa: PLC0415 - kept out of start-up

    check_sections(folder)
    result = _computed(folder, variant=variant, quiet=quiet or as_json)
    if as_json:
        document = results_document(result)
        _print_json({"problems": [], "checks": document["checks"], "warnings": result.provenance.warnings})
    elif not quiet:
        print_checks(result)
    # A rule that only changes what is due (accise) does not make the operation unlawful.
    if any(item.state is State.NOT_MET and item.binding for item in result.checks):
        raise click.exceptions.Exit(1)


@main.command(help=N_("Say what load-curve or weather files are.\n\nExample: acc look curves/*.csv"))
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@common
def look(files: tuple[Path, ...], as_json: bool, quiet: bool) -> None:
    """Describe files one after the other; exit 1 when one cannot be used."""
    from profiles.describe_file import lines_of  # noqa: PLC0415 - readers only where read
    from profiles.describe_file import look as look_at  # noqa: PLC0415 - readers only where read
    from reports.terminal.run import print_look  # noqa: PLC0415 - rich only where printed

    documents: list[object] = []
    problems: list[Problem] = []
    for path in files:
        try:
            looked = look_at(path)
        except InputError as fault:
            problems += fault.problems
            continue
        documents.append(looked)
        if not (as_json or quiet):
            print_look(looked.name, lines_of(looked))
    if as_json:
        _print_json({"files": documents, "problems": [str(problem) for problem in problems]})
    elif problems:
        _show_problems(InputError(problems), as_json=False)
    if problems:
        raise click.exceptions.Exit(1)


@main.command(help=N_("Compute one scenario: who receives what.\n\nExample: acc run demo --key static"))
@folder_argument
@run_options
@common
def run(folder: Path, as_json: bool, quiet: bool, out: Path | None, force: bool, **choice: Any) -> None:
    """Compute and keep the results in a folder of their own."""
    result = _computed(folder, quiet=quiet or as_json, **choice)
    where = _results_folder(folder, out, result)
    result = _dated(result, where)
    written = _write_results(result, where, force=force)
    _report(result, written, as_json=as_json, quiet=quiet)


@main.command(
    help=N_(
        "Compare keys on the same exchange, or variants as scenarios.\n\n"
        "Example: acc compare demo --keys prorata,static --brief"
    )
)
@folder_argument
@option("--keys", metavar="A,B", help=N_("Keys to compare [all]."))
@option(
    "--variants", metavar="A,B|all", help=N_("Variants to compare in place of keys, the folder itself first.")
)
@option("--brief", "with_brief", is_flag=True, help=N_("Make the two pages of comparison too, PDF and PNG."))
@run_options
@common
def compare(folder: Path, as_json: bool, quiet: bool, out: Path | None, force: bool, **choice: Any) -> None:
    """Compute every key, or every variant, and print them side by side."""
    from reports.data.results import comparison_document, to_json  # noqa: PLC0415 - kept out of start-up
    from reports.files import write_files  # noqa: PLC0415 - kept out of start-up
    from reports.terminal.run import print_comparison, print_scenarios  # noqa: PLC0415 - rich only where printed

    names, variants, with_brief = (
        _key_names(choice.pop("keys")),
        choice.pop("variants"),
        choice.pop("with_brief"),
    )
    result = _computed(
        folder, quiet=quiet or as_json, others=names, all_keys=not (names or variants), **choice
    )
    where = _results_folder(folder, out, result)
    scenarios = [_dated(result, where)]
    if names or variants:
        # Other keys or variants make another comparison: it has a folder of its own.
        where /= "-".join(_slug(word) for word in ("compare", *names, *([variants] if variants else [])))
    if variants:
        choice.pop("variant")
        scenarios += [
            _computed(folder, quiet=quiet or as_json, variant=name, **choice)
            for name in _variants(folder, variants)
        ]
    document = comparison_document(scenarios)
    written = write_files(where, {"comparison.json": to_json(document).encode()}, force=force)
    if with_brief:
        from reports.documents.comparison import write_comparison  # noqa: PLC0415 - matplotlib and typst only where drawn

        written += write_comparison(scenarios if variants else scenarios[0], where, force=force)
    if as_json:
        _print_json(document)
    elif not quiet and variants:
        print_scenarios(scenarios, written)
    elif not quiet:
        print_comparison(scenarios[0], written)


def _variants(folder: Path, text: str) -> Sequence[str]:
    from scenarios.folder.raw import read_source  # noqa: PLC0415 - kept out of start-up

    return read_source(folder).variants if text == "all" else _words(text)


@main.command(
    help=N_(
        "Make the brief, or the sheets of participants: PDF and PNG pages.\n\n"
        "Example: acc brief demo --participant all"
    )
)
@folder_argument
@option(
    "--format",
    "formats",
    metavar="pdf,png,xlsx,html",
    help=N_("What to make [pdf,png; sheets of participants: pdf]."),
)
@option("--audience", type=click.Choice(["company", "commune", "syndicate"]), help=N_("Reader of the brief."))
@option(
    "--figure", "figure", metavar="NAME", help=N_("One figure alone, as a PNG: flow, weeks, months, heat...")
)
@option("--size", type=click.Choice(["page", "slide"]), default="page", help=N_("Size of that figure."))
@option("--participant", "who", metavar="ID|all", help=N_("Sheet of one participant, or of each one."))
@option("--keys", metavar="A,B", help=N_("Keys to set beside the folder's own [static, those of [keys]]."))
@run_options
@common
def brief(folder: Path, as_json: bool, quiet: bool, out: Path | None, force: bool, **choice: Any) -> None:
    """Compute what is not kept yet, then draw."""
    from reports.documents.brief import write_brief  # noqa: PLC0415 - matplotlib and typst only where drawn
    from reports.documents.sheets import write_sheets  # noqa: PLC0415 - the same
    from reports.terminal.run import print_files  # noqa: PLC0415 - rich only where printed

    audience, who, figure = choice.pop("audience"), choice.pop("who"), choice.pop("figure")
    asked = {"--figure": figure, "--participant": who, "--audience": audience}
    formats = _words(choice.pop("formats") or ("pdf" if who else "pdf,png"))
    size_name = choice.pop("size")
    _check_one_document(asked, formats)
    unknown = [word for word in formats if word not in {"pdf", "png", "xlsx", "html"}]
    if unknown:
        raise click.BadParameter(
            _("{name} is not a format: pdf, png, xlsx, html").format(name=unknown[0]), param_hint="--format"
        )
    others = _key_names(choice.pop("keys")) or None
    result = _computed(folder, quiet=quiet or as_json, others=others, leaving=True, **choice)
    where = _results_folder(folder, out, result)
    result = _with_ranges(_dated(result, where), folder, out or folder / "out")
    if figure:
        written = _figure(result, figure, size_name, where, force=force)
    elif who:
        # Sheets are for their holder alone: they go to a folder of their own.
        with _progress(quiet=quiet or as_json) as progress:
            sheets = where / _("sheets")
            written = write_sheets(result, _words(who), sheets, progress, formats=formats, force=force)
    else:
        written = write_brief(result, where, audience=audience, formats=formats, force=force)
        written += _other_formats(result, where, formats, force=force)
    if as_json:
        _print_json({"files": [str(path) for path in written]})
    elif not quiet:
        print_files(written)


def _check_one_document(asked: Mapping[str, str | None], formats: Sequence[str]) -> None:
    """Refuse options that ask for two documents at once, and formats that sheets do not have."""
    given = [name for name, value in asked.items() if value]
    if len(given) > 1:
        message = _("{first} and {second} ask for two documents: give one at a time")
        raise click.BadParameter(message.format(first=given[0], second=given[1]), param_hint=given[1])
    for name in formats:
        if asked["--participant"] and name in {"xlsx", "html"}:
            message = _("a participant's sheet is made in pdf and png, not in {name}")
            raise click.BadParameter(message.format(name=name), param_hint="--format")


def _other_formats(result: "Result", where: Path, formats: Sequence[str], *, force: bool) -> list[Path]:
    from reports.files import write_files  # noqa: PLC0415 - kept out of start-up

    files: dict[str, bytes] = {}
    if "xlsx" in formats:
        from reports.workbook.write import workbook  # noqa: PLC0415 - xlsxwriter only where written

        files[_("results") + ".xlsx"] = workbook(result)
    if "html" in formats:
        from reports.html.page import page  # noqa: PLC0415 - matplotlib only where drawn

        files["brief.html"] = page(result)
    return write_files(where, files, force=force)


def _figure(result: "Result", name: str, size_name: str, where: Path, *, force: bool) -> list[Path]:
    from reports.documents.figure_catalogue import FIGURES, figure_png  # noqa: PLC0415 - matplotlib only where drawn
    from reports.files import write_files  # noqa: PLC0415 - kept out of start-up

    if name not in FIGURES:
        message = _("{name} is not a figure: {known}").format(name=name, known=", ".join(FIGURES))
        raise click.BadParameter(message, param_hint="--figure")
    file = f"{name}.png" if size_name == "page" else f"{name}-{size_name}.png"
    return write_files(where, {file: figure_png(result, name, size_name)}, force=force)


@main.command(
    help=N_("Show the regulated figures in force, with their sources.\n\nExample: acc rates --on 2026-09-01")
)
@option("--on", type=click.DateTime(["%Y-%m-%d"]), help=N_("Date of the figures [today]."))
@option("--name", default="", metavar="START", help=N_("Only the figures whose name starts so."))
@common
def rates(on: datetime | None, name: str, as_json: bool, quiet: bool) -> None:
    """Print the rows in force at a date."""
    from reports.terminal.run import print_rates  # noqa: PLC0415 - rich only where printed
    from scenarios.rates.table import rates_document, read_rates  # noqa: PLC0415 - kept out of start-up

    day = on.date() if on else _today()
    rows = read_rates().in_force(day, name)
    if not rows:
        message = _("no figure named {name}… is in force on {day}: `acc rates` alone shows those of today")
        raise InputError([Problem("--on", message.format(name=name, day=day))])
    document = rates_document(rows, day)
    if as_json:
        _print_json(document)
    elif not quiet:
        print_rates(document)


@main.command(
    help=N_(
        "Say who adds what; with --split, which lawful operations to form.\n\n"
        'Example: acc members demo --split --variant "avec l\'usine de Prigonrieux"'
    )
)
@folder_argument
@option("--split", "split_them", is_flag=True, help=N_("Propose lawful groups, and write a folder for each."))
@option(
    "--objective",
    type=click.Choice(["kwh", "worst"]),
    default="kwh",
    help=N_("What the best split is best at."),
)
@option("--seed", type=int, default=24, help=N_("Seed of the search, for many members."))
@option("--keys", metavar="A,B", help=N_("Other keys to look at beside the folder's own."))
@option("--exact", is_flag=True, help=N_("Run battery and flexible loads again without each site."))
@run_options
@common
def members(
    folder: Path, split_them: bool, as_json: bool, quiet: bool, out: Path | None, force: bool, **choice: Any
) -> None:
    """Who brings what, or how to group them lawfully."""
    objective, seed, keys = choice.pop("objective"), choice.pop("seed"), _key_names(choice.pop("keys"))
    exact, use_cache = choice.pop("exact"), not choice.pop("no_cache")
    with _progress(quiet=quiet or as_json) as progress:
        if split_them:
            operation, unshifted = _unshifted(folder, use_cache=use_cache, progress=progress, **choice)
        else:
            choice |= {"keys": keys, "seed": seed, "exact": exact}
            report = _members(folder, use_cache=use_cache, progress=progress, **choice)
    if split_them:
        where = out or folder / "out" / _("groups")
        _split(operation, unshifted, where, (objective, seed), force, as_json, quiet)
    else:
        _show_members(report, out or folder / "out", as_json=as_json, quiet=quiet, force=force)


def _unshifted(folder: Path, **choice: Any) -> tuple["Operation", "Exchange | None"]:
    """Return an operation, and its exchange before its flexible loads moved, where it has any."""
    from scenarios.operation.operation import open_operation  # noqa: PLC0415 - numpy and pydantic only where computed

    operation, metered = open_operation(folder, **choice)
    return operation, metered.unshifted


def _members(folder: Path, **choice: Any) -> "MembersReport":
    from scenarios.members import members as who_adds_what  # noqa: PLC0415 - numpy and pydantic only here

    return who_adds_what(folder, **choice)


def _show_members(report: "MembersReport", out: Path, *, as_json: bool, quiet: bool, force: bool) -> None:
    from reports.figures.members import members_figure  # noqa: PLC0415 - matplotlib only where drawn
    from reports.figures.style import png  # noqa: PLC0415 - matplotlib only where drawn
    from reports.files import write_files  # noqa: PLC0415 - kept out of start-up
    from reports.terminal.members import print_members  # noqa: PLC0415 - the same
    from reports.terminal.run import print_files  # noqa: PLC0415 - rich only where printed
    from scenarios.membership.document import members_document  # noqa: PLC0415 - kept out of start-up

    words = [_slug(word) for word in ("members", report.scenario.variant, report.key) if word]
    written = write_files(out, {"-".join(words) + ".png": png(members_figure(report), 200)}, force=force)
    if as_json:
        _print_json(members_document(report))
    elif not quiet:
        print_members(report)
        print_files(written)


def _split(
    operation: "Operation",
    unshifted: "Exchange | None",
    out: Path,
    search: tuple[str, int],
    force: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    from reports.data.groups import groups_csv  # noqa: PLC0415 - kept out of start-up
    from reports.figures.group_map_file import split_png  # noqa: PLC0415 - matplotlib only where drawn
    from reports.files import write_files  # noqa: PLC0415 - the same
    from reports.terminal.split import print_split  # noqa: PLC0415 - rich only where printed
    from scenarios.folder.battery_and_loads import left_out  # noqa: PLC0415 - kept out of start-up
    from scenarios.split import split_document, split_for  # noqa: PLC0415 - the same
    from scenarios.splitting.folders import other_groups, write_groups  # noqa: PLC0415 - the same
    from scenarios.splitting.search_all import Objective  # noqa: PLC0415 - kept out of start-up

    report = split_for(operation, Objective(search[0]), search[1], unshifted)
    for note in left_out(operation.scenario):
        click.echo(f"⚠ {note}", err=True)
    document = split_document(report, operation)
    written = write_groups(operation, report.split.groups, out, report.battery, force=force)
    for path in other_groups(out, len(written)):
        message = _("{path} is of an earlier split: remove it, or keep it apart")
        click.echo("⚠ " + message.format(path=path), err=True)
    files = {_("groups") + ".csv": groups_csv(document), "map.png": split_png(document, operation.scenario)}
    written += write_files(out, files, force=force)
    if as_json:
        _print_json({**document, "files": [str(path) for path in written]})
    elif not quiet:
        print_split(document, written)


def _operation(
    folder: Path, progress: Callable[[str], None], *, no_cache: bool = False, **choice: Any
) -> "Operation":
    from scenarios.operation.operation import open_operation  # noqa: PLC0415 - numpy and pydantic only where computed

    return open_operation(folder, use_cache=not no_cache, progress=progress, **choice)[0]


@main.command(
    help=N_(
        "Draw weather, loads and prices many times, under every key; resumes where it stopped.\n\n"
        "Example: acc sweep demo --draws 200"
    )
)
@folder_argument
@option(
    "--draws", type=click.IntRange(1, 1_000_000), help=N_("How many draws [those of operation.toml, or 200].")
)
@option("--seed", type=click.IntRange(0), help=N_("Seed of the draws."))
@option("--workers", type=click.IntRange(1, 256), help=N_("Tasks at once [processors of this machine]."))
@option("--cluster", metavar="tcp://HOST:PORT", help=N_("Scheduler of a dask cluster to use."))
@option("--out", type=click.Path(path_type=Path), help=N_("Folder for the results [DIR/out]."))
@option("--no-cache", is_flag=True, help=N_("Make every curve again, and keep none."))
@common
def sweep(folder: Path, out: Path | None, no_cache: bool, as_json: bool, quiet: bool, **choice: Any) -> None:
    """Run every draw that is not yet written, then sum up."""
    from reports.terminal.sweep import print_sweep  # noqa: PLC0415 - rich only where printed

    choice["use_cache"] = not no_cache
    drawn = _drawn(folder, out or folder / "out", choice, quiet=quiet or as_json)
    if as_json:
        _print_json(drawn.document)
    elif not quiet:
        print_sweep(drawn.document, drawn.files, drawn.names)


class _Drawn(NamedTuple):
    """A sweep that is done: what it found, its folder and its pictures, the names of participants by id."""

    document: Mapping[str, Any]
    files: list[Path]
    names: Mapping[str, str]


def _drawn(folder: Path, out: Path, choice: Mapping[str, Any], *, quiet: bool) -> _Drawn:
    from reports.figures.batch_files import sweep_pictures  # noqa: PLC0415 - matplotlib only where drawn
    from reports.files import write_files  # noqa: PLC0415 - kept out of start-up
    from reports.view.privacy import drawn_names  # noqa: PLC0415 - kept out of start-up
    from scenarios.sweep import SweepChoices, sweep_folder  # noqa: PLC0415 - kept out of start-up

    with _progress(quiet=quiet) as progress, _counting(quiet=quiet) as advance:
        document, made = sweep_folder(folder, out, SweepChoices(**choice), progress, advance)
    scenario = made.plan.cases[0].scenario
    pictures = write_files(made.folder, sweep_pictures(document, drawn_names(scenario)), force=True)
    return _Drawn(document, [made.folder, *pictures], {p.id: p.name for p in scenario.participants})


@main.command(
    help=N_(
        "Find the power of each roof that serves the aim of [size] best, with its proof; and the battery, "
        "where [size.battery] seeks one.\n\n"
        "Example: acc size demo"
    )
)
@folder_argument
@option("--variant", metavar="NAME", help=N_("Variant of operation.toml to apply."))
@option("--out", type=click.Path(path_type=Path), help=N_("Folder for the results [DIR/out]."))
@option("--force", is_flag=True, help=N_("Replace files that are there with other content."))
@option("--no-cache", is_flag=True, help=N_("Make every curve again, and keep none."))
@common
def size(
    folder: Path,
    variant: str | None,
    out: Path | None,
    force: bool,
    no_cache: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Search the powers exactly, print the bound."""
    from reports.data.results import to_json  # noqa: PLC0415 - kept out of start-up
    from reports.figures.batch_files import size_pictures  # noqa: PLC0415 - matplotlib only where drawn
    from reports.files import write_files  # noqa: PLC0415 - kept out of start-up
    from reports.terminal.run import print_files  # noqa: PLC0415 - rich only where printed
    from reports.terminal.size import print_size  # noqa: PLC0415 - rich only where printed
    from scenarios.size import size_document, size_folder  # noqa: PLC0415 - highspy only where solved

    with _progress(quiet=quiet or as_json) as progress:
        sizing = size_folder(folder, variant=variant, use_cache=not no_cache, progress=progress)
    document = size_document(sizing)
    name = f"size-{_slug(variant)}.json" if variant else "size.json"
    files = {name: to_json(document).encode(), **size_pictures(document, name)}
    written = write_files(out or folder / "out", files, force=force)
    if as_json:
        _print_json(document)
    elif not quiet:
        sites = (*sizing.scenario.participants, *sizing.scenario.plants)
        print_size(document, {site.id: site.name for site in sites})
        print_files(written)


@contextmanager
def _counting(*, quiet: bool) -> Iterator[Callable[[Any], None]]:
    """Show how many draws are done, at what rate, and the time left; on a terminal only."""
    if quiet or not sys.stderr.isatty():
        yield lambda _advance: None
        return
    from rich.progress import BarColumn, Progress, TextColumn  # noqa: PLC0415 - only on a terminal

    from reports.terminal.sweep import progress_text  # noqa: PLC0415 - only on a terminal

    began = monotonic()

    def told(advance: Any) -> str:
        return progress_text(advance.done, advance.total, advance.kept, monotonic() - began)

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[told]}"))
    with Progress(*columns, console=_stderr(), transient=True) as bar:
        task = bar.add_task(_("draws"), told="")
        yield lambda advance: bar.update(
            task, completed=advance.done, total=advance.total, told=told(advance)
        )


def _stderr() -> Any:
    from rich.console import Console  # noqa: PLC0415 - only on a terminal

    return Console(stderr=True)


@main.group(cls=Group, help=N_("Coefficient files for the grid operator: write, check, reconcile."))
def coefficients() -> None:
    """Group of the commands on coefficient files."""


@coefficients.command(
    "write",
    help=N_(
        "Write the coefficients of the key, one file a month.\n\n"
        "Example: acc coefficients write demo --decimals 6"
    ),
)
@folder_argument
@option(
    "--layout",
    type=click.Choice(["documented", "public"]),
    default="documented",
    help=N_("Layout of the files."),
)
@option("--decimals", type=click.IntRange(1, 9), help=N_("Decimals of a coefficient [those of the layout]."))
@option("--agreement", default="ACC00000000", metavar="ACC########", help=N_("Number of the agreement."))
@run_options
@common
def coefficients_write(
    folder: Path, as_json: bool, quiet: bool, out: Path | None, force: bool, **choice: Any
) -> None:
    """Round by largest remainder, so that nothing is lost, and write."""
    from reports.terminal.coefficients import print_written  # noqa: PLC0415 - rich only where printed
    from scenarios.coefficient_files.layout import LayoutName  # noqa: PLC0415 - kept out of start-up
    from scenarios.coefficient_files.write import Form  # noqa: PLC0415 - kept out of start-up
    from scenarios.coefficients import write_for  # noqa: PLC0415 - kept out of start-up

    form = Form(
        layout=LayoutName(choice.pop("layout")),
        decimals=choice.pop("decimals"),
        agreement=choice.pop("agreement"),
    )
    with _progress(quiet=quiet or as_json) as progress:
        operation = _operation(folder, progress, **choice)
    written = write_for(operation, out or folder / "out" / "coefficients", form, force=force)
    if as_json:
        _print_json(
            {"files": [str(path) for path in written.files], "lost": written.lost, "notes": written.notes}
        )
    elif not quiet:
        print_written(written.files, written.decimals, written.lost, written.notes)


@coefficients.command(
    "check",
    help=N_(
        "Check coefficient files, every fault at once.\n\n"
        "Example: acc coefficients check cles.csv --operation demo"
    ),
)
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@option(
    "--operation", type=click.Path(path_type=Path), help=N_("Operation folder: its meters and its period.")
)
@option("--month", type=click.DateTime(["%Y-%m"]), help=N_("Month that the files should hold (2025-01)."))
@option("--decimals", type=click.IntRange(1, 9), help=N_("Most decimals of a coefficient."))
@common
def coefficients_check(
    files: tuple[Path, ...],
    operation: Path | None,
    month: datetime | None,
    decimals: int | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Print the rules that each file breaks; exit 1 when one is broken."""
    from reports.terminal.coefficients import print_check  # noqa: PLC0415 - rich only where printed
    from scenarios.coefficients import check_documents  # noqa: PLC0415 - kept out of start-up

    documents = check_documents(files, operation, month.date() if month else None, decimals)
    if as_json:
        _print_json({"files": documents})
    elif not quiet:
        for document in documents:
            print_check(document)
    if any(not finding["warning"] for document in documents for finding in document["findings"]):
        raise click.exceptions.Exit(1)


@coefficients.command(
    "reconcile",
    help=N_(
        "Compare what the grid operator returned with the simulation, meter by meter.\n\n"
        "Example: acc coefficients reconcile demo retours.csv"
    ),
)
@folder_argument
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@option("--no-cache", is_flag=True, help=N_("Make every curve again, and keep none."))
@option("--variant", metavar="NAME", help=N_("Variant of operation.toml to apply."))
@option("--key", metavar="NAME", help=N_("Key to use in place of the folder's own."))
@common
def coefficients_reconcile(
    folder: Path, files: tuple[Path, ...], as_json: bool, quiet: bool, **choice: Any
) -> None:
    """Print the gaps; exit 1 when nothing could be compared."""
    from reports.terminal.coefficients import print_reconciliation  # noqa: PLC0415 - rich only where printed
    from scenarios.coefficients import reconcile_for, reconciliation_document  # noqa: PLC0415 - the same

    with _progress(quiet=quiet or as_json) as progress:
        operation = _operation(folder, progress, **choice)
    document = reconciliation_document(operation, reconcile_for(operation, files))
    if as_json:
        _print_json(document)
    elif not quiet:
        print_reconciliation(document)
    if not document["gaps"]:
        raise click.exceptions.Exit(1)


def _computed(  # noqa: PLR0913 - what a person may ask of a run, each part optional
    folder: Path,
    *,
    quiet: bool,
    others: Sequence[str] | None = (),
    all_keys: bool = False,
    leaving: bool = False,
    variant: str | None = None,
    key: str | None = None,
    no_cache: bool = False,
) -> "Result":
    from scenarios.run import run as compute  # noqa: PLC0415 - numpy and pydantic only where computed

    with _progress(quiet=quiet) as progress:
        return compute(
            folder,
            ran_on=_today(),
            variant=variant,
            key=key,
            others=others,
            all_keys=all_keys,
            leaving=leaving,
            use_cache=not no_cache,
            progress=progress,
        )


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Callable[[str], None]]:
    """Show what is being read, on a terminal only; piped output stays clean."""
    if quiet or not sys.stderr.isatty():
        yield lambda _text: None
        return
    with _stderr().status("") as status:
        yield lambda text: status.update(_("Reading {name}").format(name=text))


def _results_folder(folder: Path, out: Path | None, result: "Result") -> Path:
    """Return one folder a run: other inputs, variant or key give another name, so nothing is lost."""
    words = [result.scenario.variant, result.scenario.key.name, result.provenance.digest[:8]]
    return (out or folder / "out") / "-".join(_slug(word) for word in words if word)


def _slug(word: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in word.lower())


def _dated(result: "Result", where: Path) -> "Result":
    """Return the result with the date of its first run: the same inputs keep the same bytes."""
    from reports.data.results import first_run_on, on_day  # noqa: PLC0415 - kept out of start-up

    ran_on = first_run_on(where, result)
    return on_day(result, ran_on) if ran_on else result


def _with_ranges(result: "Result", folder: Path, out: Path) -> "Result":
    """Return the result with what a sweep of the same inputs found, where one was made."""
    from dataclasses import replace  # noqa: PLC0415 - kept out of start-up

    from scenarios.sweep import kept  # noqa: PLC0415 - numpy only where computed

    scenario = result.scenario
    found = kept(folder, out, variant=scenario.variant, key=scenario.key.name)
    return replace(result, ranges=found.ranges, alone=found.alone)


def _write_results(result: "Result", where: Path, *, force: bool) -> list[Path]:
    from reports.data.results import result_files  # noqa: PLC0415 - pyarrow only where written
    from reports.files import write_files  # noqa: PLC0415 - kept out of start-up

    return write_files(where, result_files(result), force=force)


def _report(result: "Result", written: Sequence[Path], *, as_json: bool, quiet: bool) -> None:
    if as_json:
        from reports.data.results import results_document  # noqa: PLC0415 - kept out of start-up

        _print_json(results_document(result))
    elif not quiet:
        from reports.terminal.run import print_result  # noqa: PLC0415 - rich and babel only where printed

        print_result(result, written)


def _print_json(document: object) -> None:
    from reports.data.results import to_json  # noqa: PLC0415 - kept out of start-up

    click.echo(to_json(document))


def _show_problems(fault: InputError, *, as_json: bool) -> None:
    if as_json:
        _print_json({"problems": [{"path": p.path, "message": p.message} for p in fault.problems]})
        return
    for problem in fault.problems:
        text = (
            _("{state}: {text}").format(state=problem.path, text=problem.message)
            if problem.path
            else str(problem)
        )
        click.echo(f"✗ {text}", err=True)
    if len(fault.problems) > 1:
        click.echo(_("{count} problems, all shown.").format(count=len(fault.problems)), err=True)


def _key_names(text: str | None) -> tuple[str, ...]:
    from acc.keys import KEYS  # noqa: PLC0415 - numpy only where computed

    names = _words(text or "")
    for name in names:
        if name not in KEYS:
            message = _("{name} is not a key: {known}").format(name=name, known=", ".join(KEYS))
            raise click.BadParameter(message, param_hint="--keys")
    return names


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _today() -> date:
    """Return the date printed on documents: SOURCE_DATE_EPOCH when set, so that a run can be repeated."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    return datetime.fromtimestamp(int(epoch), UTC).date() if epoch else datetime.now().astimezone().date()


if __name__ == "__main__":
    main()
