"""The command line: a command asks, answers, and is printed in one place; what is heavy is imported late."""

from reports.terminal import stopping

# isort: split

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from acc.i18n import N_
from acc.problem import InputError, Problem
from acc.version import VERSION
from reports.format.language import LANGUAGES
from reports.terminal.parameters import Command, Commands, LazyChoice, Option, option
from reports.terminal.problems import json_text, problems_json, told
from reports.terminal.today import today

if TYPE_CHECKING:
    from acc.result.change import ExplainedChange
    from acc.result.paired import PairedDraws
    from acc.result.result import Result
    from acc.result.sweep import SweepReport
    from profiles.files.atomic_write import Content
    from reports.nodes.tree import Node
    from scenarios.entry.folder.settings import Setting
    from scenarios.operation.ready.operation import Operation
    from scenarios.variants import AskedScenarios


@dataclass(frozen=True, slots=True)
class Request:
    """What a person asks of a command; the words that it alone knows are in `more`, by name."""

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
    def scenario(self) -> dict[str, Any]:
        """Which scenario of the folder, as the engine takes it."""
        options = {"use_cache": not self.no_cache, "progress": self.progress}
        return {"variant": self.variant, "key": self.key, "settings": self.settings, **options}


@dataclass(frozen=True, slots=True)
class CommandResult:
    """What a command found: its JSON document, its screen, what to say beside, whether something is wrong."""

    document: Callable[[], object]
    nodes: Callable[[], "Iterable[Node]"] = tuple
    files: Sequence[Path] = ()
    failed: bool = False
    problems: Sequence[Problem] = ()
    notes: Sequence[str] = ()


PATH = click.Path(path_type=Path)
A_KEY, SOME_KEYS = (
    LazyChoice("scenarios.entry.folder.question", "key_meant", several=s) for s in (False, True)
)
FORMATS = LazyChoice("reports.deliver", "FORMATS", several=True)
COMPARED = LazyChoice("reports.deliver", "COMPARED", several=True)
PAPERS = LazyChoice("reports.papers", "paper_meant", several=True)
PAPER_FORMATS = LazyChoice("reports.papers", "FORMATS", several=True)
FIGURE_NAMES = LazyChoice("reports.documents.figure_catalogue", "FIGURES")
EXAMPLE = LazyChoice("scenarios.entry.catalogue", "EXAMPLES")
READERS_FR = ("entreprise", "commune", "syndicat", "preteur", "tresorier", "ingenieur")
CLASS_OF_READER = click.Choice([*READERS_FR, "company", "syndicate", "lender", "treasurer", "engineer"])
DECIMALS, DRAWS = click.IntRange(1, 9), click.IntRange(1, 1_000_000)
DAY, MONTH = click.DateTime(["%Y-%m-%d"]), click.DateTime(["%Y-%m"])
FOLDER = click.Argument(["folder"], metavar="DIR", type=PATH)
FILES = click.Argument(["files"], metavar="FILE...", nargs=-1, required=True, type=PATH)


QUIET = option("--quiet", bool, N_("Say nothing but errors."))
LANG = option("--lang", click.Choice(LANGUAGES), N_("Language of all texts."), expose_value=False)
JSON = option("--json", bool, N_("Print one JSON document, and nothing else."))
NO_CACHE = option("--no-cache", bool, N_("Make every curve again, and keep none."))
VARIANT = option("--variant NAME", str, N_("Variant of operation.toml to apply."))
KEY = option("--key NAME", A_KEY, N_("Key to use in place of the folder's own."))
SET = option("--set PATH=VALUE", str, N_("Change one thing: prix=95, perimetre=10km..."), multiple=True)
WITHOUT = option("--without ID", str, N_("Leave a site, a plant or a person out."), multiple=True)
KWP = option("--kwp ID=KWP", str, N_("Another power for a plant."), multiple=True)
SAVE = option("--save NAME", str, N_("Keep what is asked as a variant of operation.toml."))
OUT = option("--out", PATH, N_("Folder for the results [DIR/out]."))
FORCE = option("--force", bool, N_("Replace files that are there with other content."))
ON_WORKERS = (
    option("--workers", click.IntRange(1, 256), N_("Tasks at once [processors of this machine].")),
    option("--cluster tcp://HOST:PORT", str, N_("Scheduler of a dask cluster to use.")),
)
OF_ALL, RUN = (JSON, LANG, QUIET), (FOLDER, FORCE, OUT, KEY, VARIANT, NO_CACHE)
QUESTION = (SET, WITHOUT, KWP, SAVE)
"""What a command that answers a question adds: `Request.settings` and `Request.save` then hold it."""
YEAR = option("--year YYYY", int, N_("Tell each site in one year of the plan."))
NO_CHANGES = option("--without-changes", bool, N_("Count no dated change of changes.csv."))
NO_RANGES = option("--no-ranges", bool, N_("Draw nothing: figures without their ranges."))
ASKED, DRAWN = (*RUN, *QUESTION), (NO_RANGES, NO_CHANGES, *RUN, *QUESTION)


def command(
    text: str, *options: click.Parameter, group: click.Group | None = None
) -> Callable[[Callable[[Request], CommandResult]], Callable[[Request], CommandResult]]:
    """Make a command of a function: what is common to all is read, printed and ended here, once."""

    def register(function: Callable[[Request], CommandResult]) -> Callable[[Request], CommandResult]:
        def call(*, json: bool, quiet: bool, **given: Any) -> Sequence[str]:
            from reports.terminal.progress import reading

            silent = quiet or json
            if any(asked := [given.pop(word, ()) for word in ("set", "without", "kwp", "without_changes")]):
                from scenarios.entry.folder.question import read_question

                given["settings"] = read_question(*asked)
            common = {word: given.pop(word) for word in Request.__dataclass_fields__ if word in given}
            with reading(quiet=silent) as progress:
                request = Request(**common, quiet=silent, progress=progress, more=given)
                answer = function(request)
            answer = replace(answer, notes=(*answer.notes, _kept(request))) if request.save else answer
            writes = not request.out and (OUT in options or function is demo)
            finish(answer, as_json=json, quiet=quiet, out=request.results if writes else None)
            return answer.notes

        def once(**given: Any) -> None:
            from reports.terminal.capture import said_once, screen
            from scenarios.answer_cache import asked_before

            try:
                said_once(asked_before(name, given, screen()), partial(call, **given))
            except InputError as fault:
                refuse(fault, given.get("folder"), as_json=given["json"])

        name = function.__name__.removeprefix("coefficients_")
        (group or main).add_command(Command(name, callback=once, params=[*options, *OF_ALL], help=text))
        return function

    return register


def refuse(fault: InputError, folder: Path | None, *, as_json: bool) -> NoReturn:
    """Print every problem of an input at once; exit 2 where what was typed is at fault, else 1."""
    from scenarios.entry.folder.fault_location import placed

    problems = placed(folder or Path(), fault.problems)
    click.echo(problems_json(problems) if as_json else "\n".join(told(problems)), err=not as_json)
    raise click.exceptions.Exit(2 if all(p.path.startswith("--") for p in problems) else 1) from None


def _kept(request: Request) -> str:
    """Keep what was asked as a variant; return what to say of it."""
    from scenarios.entry.folder.question import keep

    asked: Any = {"variant": request.variant, "key": request.key, "settings": request.settings}
    return keep(request.folder, str(request.save), about={"kept_on": today()}, **asked)


def finish(answer: CommandResult, *, as_json: bool, quiet: bool, out: Path | None) -> None:
    """Print what a command found, bring the contents of `out` up to date; exit 1 where something is wrong."""
    from reports.contents import write_contents
    from reports.terminal.capture import warn

    page = write_contents(out) if out else None
    warn(answer.notes)
    if as_json:
        click.echo(json_text(answer.document()))
    else:
        if not quiet:
            from reports.terminal.blocks import written_files
            from reports.terminal.screen import show

            show(answer.nodes())
            show(written_files(answer.files, page))
        for line in told(answer.problems):
            click.echo(line, err=True)
    if answer.failed or answer.problems:
        raise click.exceptions.Exit(1)


def files_answer(files: Sequence[Path], **more: Any) -> CommandResult:
    """Return the answer of a command that only writes files."""
    return CommandResult(lambda: {"files": [str(path) for path in files]}, files=files, **more)


def computed(request: Request, *, way: bool = True, **more: Any) -> tuple["Result", Path]:
    """Return the result of a scenario, dated of its first run, and the folder of its files.

    It has ranges where the command may go `--no-ranges` and was not asked to.
    """
    from scenarios.run import run as compute

    drawn_in = None if request.more.get("no_ranges", True) else request.results
    result = compute(request.folder, way=way, ran_on=today(), drawn_in=drawn_in, **request.scenario, **more)
    from reports.data.results import dated
    from reports.files import results_folder

    where = request.results / results_folder(result)
    return dated(result, where), where


def opened(request: Request) -> "Operation":
    """Return the operation of a folder, its meters read."""
    from scenarios.operation.ready.operation import open_operation

    return open_operation(request.folder, **request.scenario)[0]


def drawn(request: Request, **choices: Any) -> tuple["SweepReport", list[Path], dict[str, str]]:
    """Return what a sweep found, its folder and pictures, the names of participants by id."""
    from reports.terminal.progress import counting
    from scenarios.sweep import SweepChoices, sweep_folder

    with counting(quiet=request.quiet) as advance:
        choice = SweepChoices(use_cache=not request.no_cache, **choices)
        report, made = sweep_folder(request.folder, request.results, choice, request.progress, advance)
    from reports.pictures import write_sweep

    need = made.plan.cases[0].context.consumption_kwh
    pictures, why = write_sweep(report, made.scenario, need, made.folder, today().isoformat())
    report = replace(report, notes=(*report.notes, *why))
    return report, [made.folder, *pictures], {p.id: p.name for p in made.scenario.participants}


@click.group(
    cls=Commands,
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


@command(
    N_("Copy the bundled example, run it, make its brief.\n\nExample: acc demo"),
    click.Argument(["folder"], metavar="[DIR]", default="demo", type=PATH),
    FORCE,
)
def demo(request: Request) -> CommandResult:
    """Copy, run, draw the uncertain hypotheses, write the brief of the example."""
    from reports.data.results import results_document
    from reports.deliver import write_brief, write_run
    from reports.terminal.run import demo_nodes
    from scenarios.entry.catalogue import copy_example
    from scenarios.studies.sweeping.kept_ranges import with_ranges
    from scenarios.worth import with_worth

    copy_example("bergerac", request.folder, force=request.force)
    result, where = computed(request, others=None, leaving=True)
    drawn(request)
    # As `acc run`, which weighs no other key, writes them after those draws: it then finds its own files.
    result = with_worth(request.folder, with_ranges(result, request.folder, request.results))
    written = write_run(replace(result, proposal=None), where, force=True)
    written += write_brief(result, where)
    return CommandResult(lambda: results_document(result), lambda: demo_nodes(result, written))


@command(
    N_("Make an operation folder to start from.\n\nExample: acc new mon-operation --xlsx"),
    FOLDER,
    option("--example NAME", EXAMPLE, N_("Bundled folder to copy: depart, bergerac.")),
    option("--xlsx", bool, N_("A workbook to fill in, in place of text files.")),
)
def new(request: Request) -> CommandResult:
    """Copy a bundled folder."""
    from reports.terminal.run import new_nodes
    from scenarios.entry.catalogue import copy_example
    from scenarios.export import new_workbook

    if request.folder.exists() and (not request.folder.is_dir() or any(request.folder.iterdir())):
        message = _("{folder} is not empty: choose another folder").format(folder=request.folder)
        raise click.BadParameter(message, param_hint="DIR")
    example, sheets = request["example"], request["xlsx"]
    where = request.folder
    written = new_workbook(where, example) if sheets else copy_example(example or "depart", where)
    return CommandResult(files_answer(written).document, lambda: new_nodes(where, written))


@command(
    N_(
        "Write an operation as a workbook, or as text files: the same values; or without names.\n\n"
        "Example: acc export demo classeur.xlsx"
    ),
    FOLDER,
    click.Argument(["target"], metavar="FILE.xlsx|DIR|FILE.zip", type=PATH),
    option("--anonymous", bool, N_("Names, PRM and places replaced, the same kWh and euros: FILE.zip.")),
    FORCE,
)
def export(request: Request) -> CommandResult:
    """Write a workbook, a folder of text files, or an archive without names."""
    from reports.nodes.tree import Paragraph
    from scenarios import export as writer

    target = request["target"]
    if not request["anonymous"]:
        return files_answer(writer.export(request.folder, target, force=request.force))
    archive, left_out = writer.export_anonymous(request.folder, target, force=request.force)
    return CommandResult(
        lambda: {"files": [str(archive)], "told": left_out},
        lambda: map(Paragraph, left_out),
        [archive],
    )


@command(
    N_("Make a form for each member; show what answers would change.\n\nExample: acc forms demo --accept"),
    FOLDER,
    option("--accept", bool, N_("Take the answers without a fault or an unlikely value into the tables.")),
    option("--keep", bool, N_("With --accept: the unlikely values too.")),
    FORCE,
    OUT,
)
def forms(request: Request) -> CommandResult:
    """Write forms; show answers, take them when asked, or told so on a terminal."""
    from reports.data.forms import forms_document
    from reports.terminal.forms import forms_nodes, print_answers
    from scenarios.forms import accept, find_answers, forms_state, make_forms

    answers = find_answers(request.folder)
    taken = accept(answers, today(), keep=request["keep"]) if request["accept"] else []
    where = request.results / _("forms")
    written = make_forms(request.folder, where, today(), force=request.force)

    def nodes() -> "Iterator[Node]":
        if print_answers(answers.told, request.folder, taken=bool(taken)):
            taken.extend(accept(answers, today(), keep=True))
        yield from forms_nodes(len(written), str(where), forms_state(request.folder))

    document = partial(forms_document, answers.told, [*written, *taken], forms_state(request.folder))
    return CommandResult(document, nodes, taken, failed=any(answer.problems for answer in answers.told))


@command(
    N_("Show every problem of a folder, then what the rules say.\n\nExample: acc check demo"),
    FOLDER,
    VARIANT,
)
def check(request: Request) -> CommandResult:
    """Validate everything that a run would read; exit 1 when a rule is not respected."""
    from reports.data.results import check_document
    from reports.terminal.check import check_nodes
    from reports.view.privacy import public_groups
    from scenarios.check import check_sections, refused
    from scenarios.forms import forms_state
    from scenarios.variants import shared_store

    check_sections(request.folder)
    result = computed(request, way=False, cache=(held := shared_store(request.folder)))[0]
    needed = {"acc brief": partial(public_groups, result.scenario)}
    lacks = refused(request.folder, request.variant, needed, held)
    nodes = partial(check_nodes, result, lacks, state := forms_state(request.folder), request.folder)
    return CommandResult(lambda: check_document(result, lacks, state), nodes, failed=not result.is_lawful)


@command(N_("Say what load-curve or weather files are.\n\nExample: acc look curves/*.csv"), FILES)
def look(request: Request) -> CommandResult:
    """Describe files one after the other; exit 1 when one cannot be used."""
    from profiles.describe_file import lines_of, look_at_all
    from reports.terminal.run import look_nodes

    described, problems = look_at_all(request["files"])
    nodes = partial(look_nodes, ((looked.name, lines_of(looked)) for looked in described))
    document = {"files": described, "problems": [*map(str, problems)]}
    return CommandResult(lambda: document, nodes, problems=problems)


@command(N_("Compute one scenario: who receives what.\n\nExample: acc run demo --set prix=95"), YEAR, *DRAWN)
def run(request: Request) -> CommandResult:
    """Compute and keep the results in a folder of their own."""
    from reports.data.asked_year import year_document
    from reports.data.results import results_document
    from reports.deliver import write_run
    from reports.terminal.run import result_nodes

    result, where = computed(request)
    write_run(result, where, force=request.force)
    nodes, asked = partial(result_nodes, result, request.folder, request["year"]), request["year"]
    return CommandResult(lambda: year_document(result, asked) | results_document(result), nodes)


@command(
    N_(
        "Compare keys, or scenarios: variants, questions, keys x powers x prices.\n\n"
        "Example: acc compare demo --keys prorata,priority --kwp toit=99/199 --set prix=80/95 --brief"
    ),
    option("--keys A,B", str, N_("Keys [those of [compare], else all]; crossed with powers and prices.")),
    option("--variants A,B|all", str, N_("Variants to compare in place of keys, the folder itself first.")),
    option("--ask A=B", str, N_("Compare what is asked, as --ask prix=95 --ask cle=equal."), multiple=True),
    option("--draws N", click.IntRange(0), N_("Draws of scenarios [those of a run, 100 at most]; 0: none.")),
    option("--brief", bool, N_("Make the pages of comparison too, PDF and PNG.")),
    option("--format pdf,png,xlsx", COMPARED, N_("Make these: pages, or a workbook.")),
    *ASKED,
)
def compare(request: Request) -> CommandResult:
    """Compute every key, or every variant, and print them side by side."""
    own = {"keys": request["keys"], "variants": request["variants"], "asks": request["ask"]}
    asked = _asked(request, save=request.save, **own)
    results, where = _beside(request, asked, others=asked.keys, all_keys=not asked.words)
    drawn = _paired(request, asked, results) if asked.cases and request["draws"] != 0 else None
    changes = _explained(request, asked, results)
    from reports.data.results import comparison_document
    from reports.deliver import write_compared
    from reports.terminal.run import compared_nodes

    document, words = comparison_document(results, drawn, changes), asked.words
    formats = request["format"] or (("pdf", "png") if request["brief"] else ())
    written = write_compared(results, document, where, formats, words, drawn=drawn, force=request.force)
    return CommandResult(lambda: document, partial(compared_nodes, results, written, drawn, changes))


def _asked(request: Request, **more: Any) -> "AskedScenarios":
    """Return what is set beside the folder."""
    from scenarios.variants import beside

    common: dict[str, Any] = {"variant": request.variant, "key": request.key, "settings": request.settings}
    return beside(request.folder, use_cache=not request.no_cache, **common, **more)


def _each(request: Request, asked: "AskedScenarios") -> "Iterator[Request]":
    """Yield the request of each scenario, the first one first."""
    yield replace(request, settings=asked.settings)
    yield from (replace(request, variant=v, settings=s, more={}) for v, s in asked.cases)


def _beside(request: Request, asked: "AskedScenarios", **more: Any) -> tuple[list["Result"], Path]:
    """Return the folder's own result, those of what is set beside it, and where the files of the first go."""
    from scenarios.variants import SpilledResults

    each = list(_each(request, asked))
    first, where = computed(each[0], cache=asked.held, **more)
    resting, others = SpilledResults(request.results, first), asked.order[1:]
    # What a run tells of its own scenario alone, what would cancel it, is left to it.
    results = {at: resting.at_rest(computed(each[at], cache=asked.held, advised=False)[0]) for at in others}
    return [first, *(results[at] for at in sorted(results))], where


def _paired(request: Request, asked: "AskedScenarios", found: Sequence["Result"]) -> "PairedDraws | None":
    """Return what the scenarios bring in the same draws."""
    from scenarios.paired_draws import paired_draws

    return paired_draws(request.folder, _requests(request, asked), found, asked.order, request["draws"])


def _explained(
    request: Request, asked: "AskedScenarios", found: Sequence["Result"]
) -> list["ExplainedChange"]:
    """Return why each scenario differs from the first one; nothing where they are many."""
    from scenarios.change_causes import explained_changes

    return explained_changes(request.folder, _requests(request, asked), found)


def _requests(request: Request, asked: "AskedScenarios") -> Any:
    """Return each scenario as the engine takes it, on one store."""
    return [{**one.scenario, "cache": asked.held} for one in _each(request, asked)]


def _every(request: Request) -> list["Result"]:
    """Return the result under every key that can be made, or those asked for, then every variant."""
    from scenarios.variants import ALL

    asked = _asked(request, variants=ALL)
    own = {"others": request["keys"], "all_keys": not request["keys"], "leaving": True}
    return _beside(request, asked, **own)[0]


@command(
    N_('Say why a kept scenario changed once the data did.\n\nExample: acc why demo "12 novembre"'),
    FOLDER,
    click.Argument(["since"], metavar="NAME|DIR"),
    KEY,
    VARIANT,
    NO_CACHE,
)
def why(request: Request) -> CommandResult:
    """Set a scenario beside itself on older data; nothing is written."""
    from reports.data.change import change_document
    from reports.data.results import results_document
    from reports.terminal.run import since_nodes
    from scenarios.change_causes import explained_change, stands_since

    before, after = stands_since(request.folder, request["since"], today(), **request.scenario)
    found, was, now = explained_change(before, after), before.result, after.result
    documents = {"before": results_document(was), "after": results_document(now)}
    return CommandResult(
        lambda: {"why": change_document(found), **documents}, partial(since_nodes, was, now, found)
    )


@command(
    N_("Make the brief, or sheets of members, in PDF and PNG.\n\nExample: acc brief demo --person all"),
    option("--format pdf,png,xlsx,html", FORMATS, N_("What to make [pdf,png; sheets of members: pdf].")),
    option("--audience", CLASS_OF_READER, N_("Reader of the brief.")),
    option("--figure NAME", FIGURE_NAMES, N_("One figure alone, as a PNG: flow, weeks, months, heat...")),
    option("--size", click.Choice(["page", "slide"]), N_("Size of that figure."), default="page"),
    option("--person ID|all", str, N_("Sheet of a member: its sites, its plants, its balance; or of each.")),
    option("--participant ID|all", str, N_("Sheet of the member who holds this site; or of each.")),
    option("--papers", click.Choice(["syndicate", "operator", "commune"]), N_("Drafts for who must act.")),
    option("--one-file", bool, N_("All these sheets in one PDF, to print.")),
    option("--keys A,B", SOME_KEYS, N_("Keys to set beside the folder's own [static, those of [keys]].")),
    *DRAWN,
)
def brief(request: Request) -> CommandResult:
    """Compute what is not kept yet, then draw."""
    from reports.deliver import Wanted, deliver
    from scenarios.entry.places.geography import distances_km
    from scenarios.worth import with_worth

    keys, wanted = request["keys"], Wanted.of(request.more, every=lambda: _every(request))
    result, where = computed(request, others=keys, leaving=True)
    if wanted.is_brief:
        result = with_worth(request.folder, result, **request.scenario)
    write = deliver(result, wanted, where, request.progress, force=request.force, distances_km=distances_km)
    del result  # what composes the pages takes as much memory
    return files_answer(write())


@command(
    N_("Make the papers to sign, drafts to complete: DOCX, PDF.\n\nExample: acc papers demo --paper accord"),
    option("--paper A,B", PAPERS, N_("Papers to make: accord, vente, deliberation... [all].")),
    option("--person ID|all", str, N_("Papers of one member alone, or of each."), default="all"),
    option("--format docx,pdf", PAPER_FORMATS, N_("What to make [docx,pdf].")),
    *ASKED,
)
def papers(request: Request) -> CommandResult:
    """Compute, then fill the papers from the folder."""
    from reports.files import write_files
    from reports.papers import bodies_apart, papers_files
    from scenarios.entry.places.geography import distances_km

    result, where = computed(request)
    sites = (*result.scenario.participants, *result.scenario.plants)
    ids = [word.strip() for word in request["person"].split(",") if word.strip()]
    formats, apart = request["format"] or ("docx", "pdf"), distances_km([site.position for site in sites])
    files = papers_files(result, request["paper"] or (), ids, formats, apart, request.progress)
    written = write_files(where / _("papers"), files, force=request.force)
    return files_answer(written, notes=bodies_apart(result, request["paper"] or ()))


@command(
    N_("Show the regulated figures in force, with their sources.\n\nExample: acc rates --on 2026-09-01"),
    option("--on", DAY, N_("Date of the figures [today].")),
    option("--name START", str, N_("Only the figures whose name starts so."), default=""),
)
def rates(request: Request) -> CommandResult:
    """Print the rows in force at a date."""
    from reports.data.rates import rates_document
    from reports.terminal.rates import rates_nodes
    from scenarios.rates.table import rates_in_force

    day, name = request["on"].date() if request["on"] else today(), request["name"]
    table = rates_in_force(day, name)
    if not table.rates:
        message = _("no figure named {name}… is in force on {day}: `acc rates` alone shows those of today")
        raise InputError([Problem("--on", message.format(name=name, day=day))])
    return CommandResult(lambda: rates_document(table), lambda: rates_nodes(table))


@command(N_("Remove caches and old draws: all can be made again.\n\nExample: acc clean demo"), FOLDER, OUT)
def clean(request: Request) -> CommandResult:
    """Remove what was kept to go faster; inputs, results and briefs stay."""
    from reports.nodes.tree import Paragraph
    from scenarios.entry.folder.clean import clean as remove

    gone = remove(request.folder, request.results)
    document = {"removed": [str(path) for path in gone]}
    said = [_("removed: {path}").format(path=path) for path in gone] or [_("nothing to remove")]
    return CommandResult(lambda: document, lambda: [Paragraph(line, "verbatim") for line in said])


@command(N_("Print the JSON Schema of the files of a folder.\n\nExample: acc schema"))
def schema(_request: Request) -> CommandResult:
    """Print what each file may hold, for editors and programs."""
    from reports.nodes.tree import Paragraph
    from scenarios.schema import schema_document

    document = schema_document()
    return CommandResult(lambda: document, lambda: [Paragraph(json_text(document), "verbatim")])


@command(
    N_(
        "Say who adds what; with --split, which lawful operations to form.\n\n"
        'Example: acc members demo --split --variant "avec l\'usine de Prigonrieux"'
    ),
    option("--split", bool, N_("Propose lawful groups, and write a folder for each.")),
    option("--brief", bool, N_("With --split: make the brief of each group too, PDF and PNG.")),
    option("--operations N", click.IntRange(0), N_("With --split: operations at most [4].")),
    option("--seed", int, N_("Seed of the search, for many members."), default=24),
    option("--keys A,B", SOME_KEYS, N_("Other keys to look at beside the folder's own.")),
    option("--exact", bool, N_("Run battery and flexible loads again without each site.")),
    *RUN,
)
def members(request: Request) -> CommandResult:
    """Who brings what, or how to group them lawfully."""
    from scenarios.members import members as who_adds_what

    if request["split"]:
        return _groups(request)
    own = {name: request[name] for name in ("seed", "exact")}
    report = who_adds_what(request.folder, **request.scenario, keys=request["keys"] or (), **own)
    from reports.data.members import members_document
    from reports.files import slug
    from reports.pictures import write_members
    from reports.terminal.members import members_nodes

    words = [slug(word) for word in ("members", report.scenario.variant, report.key) if word]
    name = "-".join(words) + ".png"
    written, why = write_members(report, request.results, name, force=request.force)
    nodes = lambda: members_nodes(report, request.folder)  # noqa: E731
    return CommandResult(lambda: members_document(report), nodes, written, notes=why)


def _groups(request: Request) -> CommandResult:
    from reports.data.lawful_plans import lawful_plans_document
    from reports.deliver import write_plan
    from reports.terminal.split import plans_found, split_nodes
    from scenarios.split import split_folder
    from scenarios.written_groups import remember

    where, progress = request.out or request.folder / "out" / _("groups"), plans_found(quiet=request.quiet)
    own = {"seed": request["seed"], "most": request["operations"], "force": request.force}
    split = split_folder(request.folder, where, told=progress, **own, **request.scenario)
    each = replace(request, out=None, variant=None, key=None, more={"no_ranges": False})
    run = lambda folder: computed(replace(each, folder=folder), others=None, leaving=True)  # noqa: E731
    files, notes = write_plan(split.report, split.folders, where, run, brief=request["brief"])
    remember(where)
    document = lambda: lawful_plans_document(split.report, request.folder, split.folders, files)  # noqa: E731
    return CommandResult(document, lambda: split_nodes(split.report, files), notes=(*split.notes, *notes))


@command(
    N_("Say where a territory should begin: which lawful operations.\n\nExample: acc territory territoire"),
    FOLDER,
    option("--demo N", click.IntRange(4, 20_000), N_("Make an invented territory of N sites there.")),
    option("--seed", click.IntRange(0), N_("Seed of the search, or of the invented territory."), default=24),
    *(*ON_WORKERS, OUT, FORCE),
)
def territory(request: Request) -> CommandResult:
    """Read the lists, find and write the operations; or write invented lists."""
    from reports.data.territory import territory_document
    from reports.deliver import write_territory
    from reports.terminal.territory import territory_nodes
    from scenarios.territory import demo_territory, territory_folder

    own = {"seed": request["seed"], "force": request.force}
    if request["demo"]:
        return files_answer(demo_territory(request.folder, request["demo"], **own))
    where = request.out or request.folder / "out" / _("territory")
    there = {"workers": request["workers"], "cluster": request["cluster"]}
    found = territory_folder(request.folder, where, **own, **there, progress=request.progress)
    files = [*found.folders, *write_territory(found.report, where, today().isoformat())]
    document = partial(territory_document, found.report, found.folders, files)
    return CommandResult(document, partial(territory_nodes, found.report), files, notes=found.notes)


@command(
    N_(
        "Draw weather, loads and prices many times, under every key; resumes where it stopped.\n\n"
        "Example: acc sweep demo --draws 200"
    ),
    FOLDER,
    option("--draws", DRAWS, N_("How many draws [those of operation.toml, or 200].")),
    option("--seed", click.IntRange(0), N_("Seed of the draws.")),
    *ON_WORKERS,
    OUT,
    NO_CACHE,
)
def sweep(request: Request) -> CommandResult:
    """Run every draw that is not yet written, then sum up."""
    from reports.terminal.sweep import sweep_nodes
    from scenarios.studies.sweeping.summary_file import summary_document

    report, files, names = drawn(request, **request.more)
    return CommandResult(
        lambda: summary_document(report), lambda: sweep_nodes(report, files, names, request.folder)
    )


@command(
    N_(
        "Find the power of each roof by which everybody gains most, producers included (or which serves "
        "another aim of [size] best), with its proof; and the battery, where [size.battery] seeks one.\n\n"
        "Example: acc size demo"
    ),
    *ASKED,
)
def size(request: Request) -> CommandResult:
    """Search the powers exactly, print the bound."""
    from reports.data.sizing import size_document
    from reports.deliver import size_files
    from reports.files import slug
    from reports.terminal.size import size_nodes
    from scenarios.size import size_folder

    sizing = size_folder(request.folder, **request.scenario)
    words = [slug(word) for word in ("size", sizing.scenario.label, request.key) if word]
    name = "-".join(words) + ".json"
    written = request.write(size_files(sizing, name))
    names = {site.id: site.name for site in (*sizing.scenario.participants, *sizing.scenario.plants)}
    return CommandResult(
        lambda: size_document(sizing), lambda: size_nodes(sizing, names, request.folder), written
    )


@command(
    N_("Show what fairness costs: the most euros at each floor, keys beside.\n\nExample: acc front demo"),
    option("--points", click.IntRange(2, 200), N_("How many evenly spaced floors."), default=20),
    option("--draws", click.IntRange(0, 99), N_("Draws that try the points, 0: none."), default=4),
    option("--gini", bool, N_("Also against the Gini index (longer).")),
    option("--keep NAME", str, N_("Write a point as a variant of the folder, under this name.")),
    option("--point N", click.IntRange(1), N_("Number of the point to keep.")),
    option("--monthly", bool, N_("Points solved anew each month: judged too (longer), kept so.")),
    *ASKED,
)
def front(request: Request) -> CommandResult:
    """Solve the front; keep a point of it when asked."""
    from reports.data.front import front_document
    from reports.deliver import front_files
    from reports.terminal.front import front_nodes
    from scenarios.front import front_folder

    solved, kept = front_folder(request.folder, **request.scenario, force=request.force, **request.more)
    written = request.write(front_files(solved, kept, request.key))
    return CommandResult(
        lambda: front_document(solved, kept), lambda: front_nodes(solved, kept, request.folder), written
    )


@command(
    N_("Open the working page of a folder, on this machine only.\n\nExample: acc serve demo"),
    click.Argument(["folder"], metavar="[DIR]", default=".", type=PATH),
    option("--port", click.IntRange(0, 65535), N_("Port to listen on [0: any that is free]."), default=0),
    option("--no-browser", bool, N_("Open no browser.")),
    option("--host", str, N_("Another address to listen on, with --i-know."), default="127.0.0.1"),
    option("--i-know", bool, N_("Others on the network may then read and change the folder.")),
)
def serve(request: Request) -> CommandResult:
    """Serve until Ctrl-C."""
    from web.serve import Where, exposed, open_page

    host, port = str(request["host"]), int(request["port"])
    if exposed(host) and not request["i_know"]:
        message = _("{host} is open to other machines: add --i-know if that is what you want")
        raise click.BadParameter(message.format(host=host), param_hint="--host")
    open_page(request.folder, Where(port, host, browser=not request["no_browser"]), today, click.echo)
    return files_answer(())


@command(
    N_("Say whether sharing is worth it beside own use, sale, nothing...\n\nExample: acc worth demo"),
    option("--draws", click.IntRange(2, 10_000), N_("How many draws."), default=200),
    option("--ppa EUR/MWH", click.FloatRange(0.0), N_("Price of a long-term purchase contract.")),
    option("--brief", bool, N_("Make its page of the brief too, PDF and PNG.")),
    *ASKED,
)
def worth(request: Request) -> CommandResult:
    """Compare sharing with its alternatives on the same draws."""
    from reports.data.worth import worth_document
    from reports.deliver import worth_files
    from reports.terminal.worth import worth_nodes
    from scenarios.worth import worth_folder

    draws, ppa = request["draws"], request["ppa"]
    ways = worth_folder(request.folder, draws=draws, ppa_eur_per_mwh=ppa, **request.scenario)
    files = worth_files(ways, request.key, request.results, day=today().isoformat(), **request.more)
    written = request.write(files)
    return CommandResult(lambda: worth_document(ways), lambda: worth_nodes(ways, request.folder), written)


@main.group(cls=Commands, help=N_("Coefficient files for the grid operator: write, check, reconcile."))
def coefficients() -> None:
    """Group of the commands on coefficient files."""


@command(
    N_(
        "Write the coefficients of the key, one file a month.\n\n"
        "Example: acc coefficients write demo --decimals 6"
    ),
    option(
        "--layout", click.Choice(["documented", "public"]), N_("Layout of the files."), default="documented"
    ),
    option("--decimals", DECIMALS, N_("Decimals of a coefficient [those of the layout].")),
    option("--agreement ACC########", str, N_("Number of the agreement."), default="ACC00000000"),
    *RUN,
    group=coefficients,
)
def coefficients_write(request: Request) -> CommandResult:
    """Round by largest remainder, so that nothing is lost, and write."""
    from reports.data.coefficients import written_document
    from reports.terminal.coefficients import written_nodes
    from scenarios.coefficients import write_for
    from scenarios.operation.coefficient_files.layout import LayoutName
    from scenarios.operation.coefficient_files.write import FileForm

    layout, decimals, agreement = (request[name] for name in ("layout", "decimals", "agreement"))
    form = FileForm(layout=LayoutName(layout), decimals=decimals, agreement=agreement)
    where = request.out or request.folder / "out" / "coefficients"
    made = write_for(opened(request), where, form, force=request.force)
    return CommandResult(lambda: written_document(made), lambda: written_nodes(made))


@command(
    N_(
        "Check coefficient files, every fault at once.\n\n"
        "Example: acc coefficients check cles.csv --operation demo"
    ),
    FILES,
    option("--operation", PATH, N_("Operation folder: its meters and its period.")),
    option("--month", MONTH, N_("Month that the files should hold (2025-01).")),
    option("--decimals", DECIMALS, N_("Most decimals of a coefficient.")),
    group=coefficients,
)
def coefficients_check(request: Request) -> CommandResult:
    """Print the rules that each file breaks; exit 1 when one is broken."""
    from reports.data.coefficients import checks_document
    from reports.terminal.coefficients import checks_nodes
    from scenarios.coefficients import check_files

    operation, month, decimals = (request[name] for name in ("operation", "month", "decimals"))
    checks = check_files(request["files"], operation, month.date() if month else None, decimals)
    failed = any(check.faults for check in checks)
    return CommandResult(partial(checks_document, checks), partial(checks_nodes, checks), failed=failed)


@command(
    N_(
        "Compare what the grid operator returned with the simulation, meter by meter.\n\n"
        "Example: acc coefficients reconcile demo retours.csv"
    ),
    FOLDER,
    FILES,
    option("--decimals", DECIMALS, N_("Decimals of the coefficients that were sent [6].")),
    NO_CACHE,
    VARIANT,
    KEY,
    group=coefficients,
)
def coefficients_reconcile(request: Request) -> CommandResult:
    """Print the gaps; exit 1 when nothing could be compared."""
    from reports.data.coefficients import reconciliation_document
    from reports.terminal.coefficients import reconciliation_nodes
    from scenarios.coefficients import reconcile_for

    got = reconcile_for(opened(request), request["files"], request["decimals"])
    return CommandResult(
        lambda: reconciliation_document(got), lambda: reconciliation_nodes(got), failed=got.empty
    )


stopping.hear()

if __name__ == "__main__":
    main()
