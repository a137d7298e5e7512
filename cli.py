"""The command line: a command asks, answers, and is printed in one place; what is heavy is imported late."""

from reports.terminal import stopping

# isort: split

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from gettext import gettext as _
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from acc.i18n import N_
from acc.problem import InputError, Problem
from acc.version import VERSION
from reports.format.language import LANGUAGES, hold, language_of, use
from reports.terminal.asked import bounds, json_text, not_known, problems_json, refused, told, words_of
from reports.terminal.metavars import metavar

if TYPE_CHECKING:
    from acc.result.result import Result
    from acc.result.sweep import SweepReport
    from reports.nodes.tree import Node
    from scenarios.entry.folder.settings import Setting
    from scenarios.operation.ready.operation import Operation


@dataclass(frozen=True, slots=True)
class Ask:
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

    @property
    def results(self) -> Path:
        """Folder for the results."""
        return self.out or self.folder / "out"

    @property
    def scenario(self) -> dict[str, Any]:
        """Which scenario of the folder, as the engine takes it."""
        made = {"use_cache": not self.no_cache, "progress": self.progress}
        return {"variant": self.variant, "key": self.key, "settings": self.settings, **made}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command found: its JSON document, its screen, what to say beside, whether something is wrong."""

    document: Callable[[], object]
    nodes: Callable[[], "Iterable[Node]"] = tuple
    files: Sequence[Path] = ()
    failed: bool = False
    problems: Sequence[Problem] = ()
    notes: Sequence[str] = ()


class Translated:
    """Help texts are marked where they are written and translated where they are shown."""

    help = property(lambda s: s._help and _(s._help), lambda s, text: setattr(s, "_help", text))


class Helped(Translated, click.Command):
    """What a command and a group share."""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return `--help`, its text in the language of the moment (click keeps the first one)."""
        self._help_option = None
        return super().get_help_option(ctx)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Return what is typed after the command, its words in the language of the moment."""
        return [metavar(piece) for piece in super().collect_usage_pieces(ctx)]


class Command(Helped):
    """A command whose help is translated, and whose faults of input are printed, exit 1."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; every problem of an input is shown at once, never a traceback."""
        try:
            return super().invoke(ctx)
        except InputError as fault:
            from scenarios.entry.folder.fault_location import placed

            problems = placed(ctx.params.get("folder") or Path(), fault.problems)
            if ctx.params.get("json"):
                click.echo(problems_json(problems))
            else:
                click.echo("\n".join(told(problems)), err=True)
            # What was typed is at fault, or what the files hold.
            ctx.exit(2 if all(p.path.startswith("--") for p in problems) else 1)


class Option(Translated, click.Option):
    """An option whose help is translated, and how its value is called."""

    def make_metavar(self, ctx: click.Context) -> str:
        """Return how its value is called; see click."""
        return metavar(super().make_metavar(ctx))

    def get_help_extra(self, ctx: click.Context) -> Any:
        """Return what the help says beside, the numbers that are taken in words; see click."""
        found = super().get_help_extra(ctx)
        return {**found, "range": bounds(self.type)} if "range" in found else found

    def type_cast_value(self, ctx: click.Context, value: Any) -> Any:
        """Return the value; see click."""
        try:
            return super().type_cast_value(ctx, value)
        except click.BadParameter as fault:
            raise click.BadParameter(refused(self.type, str(value)) or fault.message, ctx, self) from None


class Commands(Helped, click.Group):
    """The commands; chooses the language before anything is said."""

    def main(self, args: Sequence[str] | None = None, *rest: Any, **extra: Any) -> Any:
        """Run the command line; see click."""
        stopping.seldom_collect()
        args = list(sys.argv[1:] if args is None else args)
        use(language_of(args))
        hold()
        return super().main(args, *rest, **extra)


class Known(click.ParamType[Any]):
    """A word of a list, or several between commas; the list is looked up only when a word is given."""

    name = "word"

    def __init__(self, module: str, table: str, *, several: bool = False) -> None:
        self.module, self.table, self.several = module, table, several

    def meant(self, word: str) -> str:
        """Return the word of the list, or what a function makes of it; ValueError says what to write."""
        known: Any = getattr(import_module(self.module), self.table)
        if not callable(known) and word not in known:
            raise ValueError(not_known(word, known))
        return str(known(word)) if callable(known) else word

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the word, or the words; see click."""
        try:
            if not self.several:
                return self.meant(value)
            return tuple(map(self.meant, value if isinstance(value, tuple) else words_of(value)))
        except ValueError as fault:
            raise click.BadParameter(str(fault), ctx, param_hint=param.opts[0] if param else None) from None


PATH = click.Path(path_type=Path)
A_KEY, SOME_KEYS = (Known("scenarios.entry.folder.question", "key_meant", several=s) for s in (False, True))
FORMATS = Known("reports.deliver", "FORMATS", several=True)
COMPARED = Known("reports.deliver", "COMPARED", several=True)
FIGURE_NAMES = Known("reports.documents.figure_catalogue", "FIGURES")
EXAMPLE = Known("scenarios.entry.catalogue", "EXAMPLES")
CLASS_OF_READER = click.Choice(["entreprise", "commune", "syndicat", "company", "syndicate"])
DECIMALS, DRAWS, WORKERS = click.IntRange(1, 9), click.IntRange(1, 1_000_000), click.IntRange(1, 256)
DAY, MONTH = click.DateTime(["%Y-%m-%d"]), click.DateTime(["%Y-%m"])
FOLDER = click.Argument(["folder"], metavar="DIR", type=PATH)
FILES = click.Argument(["files"], metavar="FILE...", nargs=-1, required=True, type=PATH)


def option(words: str, kind: Any, text: str, **settings: Any) -> Option:
    """Return a translated option: its name and what its value is called, its type (bool for a flag)."""
    name, _space, metavar = words.partition(" ")
    flag = {"is_flag": True} if kind is bool else {"type": kind}
    return Option([name], metavar=metavar or None, help=text, **flag, **settings)


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
RUN = (FOLDER, FORCE, OUT, KEY, VARIANT, NO_CACHE)
QUESTION = (SET, WITHOUT, KWP, SAVE)
"""What a command that answers a question adds: `Ask.settings` and `Ask.save` then hold it."""
NO_RANGES = option("--no-ranges", bool, N_("Draw nothing: figures without their ranges."))
ASKED, DRAWN = (*RUN, *QUESTION), (NO_RANGES, *RUN, *QUESTION)


def command(
    text: str, *options: click.Parameter, group: click.Group | None = None
) -> Callable[[Callable[[Ask], Answer]], Callable[[Ask], Answer]]:
    """Make a command of a function: what is common to all is read, printed and ended here, once."""

    def register(function: Callable[[Ask], Answer]) -> Callable[[Ask], Answer]:
        def call(*, json: bool, quiet: bool, **given: Any) -> None:
            from reports.terminal.progress import reading

            silent = quiet or json
            if any(asked := [given.pop(word, ()) for word in ("set", "without", "kwp")]):
                from scenarios.entry.folder.question import read_question

                given["settings"] = read_question(*asked)
            common = {word: given.pop(word) for word in Ask.__dataclass_fields__ if word in given}
            with reading(quiet=silent) as progress:
                ask = Ask(**common, quiet=silent, progress=progress, more=given)
                answer = function(ask)
            answer = replace(answer, notes=(*answer.notes, _kept(ask))) if ask.save else answer
            writes = not ask.out and (OUT in options or function is demo)
            finish(answer, as_json=json, quiet=quiet, out=ask.results if writes else None)

        def once(**given: Any) -> None:
            from reports.terminal.capture import said_once, screen
            from scenarios.answer_cache import asked_before

            said_once(asked_before(name, given, screen()), partial(call, **given))

        name = function.__name__.removeprefix("coefficients_")
        made = Command(name, callback=once, params=[*options, JSON, LANG, QUIET], help=text)
        (group or main).add_command(made)
        return function

    return register


def _kept(ask: Ask) -> str:
    """Keep what was asked as a variant; return what to say of it."""
    from scenarios.entry.folder.question import keep

    return keep(ask.folder, str(ask.save), variant=ask.variant, key=ask.key, settings=ask.settings)


def finish(answer: Answer, *, as_json: bool, quiet: bool, out: Path | None) -> None:
    """Print what a command found, bring the contents of `out` up to date; exit 1 where something is wrong."""
    from reports.contents import write_contents

    page = write_contents(out) if out else None
    for note in answer.notes:
        click.echo(f"⚠ {note}", err=True)
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


def files_answer(files: Sequence[Path]) -> Answer:
    """Return the answer of a command that only writes files."""
    return Answer(lambda: {"files": [str(path) for path in files]}, files=files)


def computed(ask: Ask, **more: Any) -> tuple["Result", Path]:
    """Return the result of a scenario, dated of its first run, and the folder of its files.

    It has ranges where the command may go `--no-ranges` and was not asked to.
    """
    from scenarios.run import run as compute

    drawn_in = None if ask.more.get("no_ranges", True) else ask.results
    way = more.pop("way", True)
    result = compute(ask.folder, way=way, ran_on=today(), drawn_in=drawn_in, **ask.scenario, **more)
    from reports.data.results import dated
    from reports.files import results_folder

    where = ask.results / results_folder(result)
    return dated(result, where), where


def opened(ask: Ask) -> "Operation":
    """Return the operation of a folder, its meters read."""
    from scenarios.operation.ready.operation import open_operation

    return open_operation(ask.folder, **ask.scenario)[0]


def drawn(ask: Ask, **choices: Any) -> tuple["SweepReport", list[Path], dict[str, str]]:
    """Return what a sweep found, its folder and pictures, the names of participants by id."""
    from reports.files import write_files
    from reports.terminal.progress import counting
    from scenarios.sweep import SweepChoices, sweep_folder

    with counting(quiet=ask.quiet) as advance:
        choice = SweepChoices(use_cache=not ask.no_cache, **choices)
        report, made = sweep_folder(ask.folder, ask.results, choice, ask.progress, advance)
    from reports.figures.batch_files import sweep_pictures

    pictures = write_files(made.folder, sweep_pictures(report, made.scenario), force=True)
    return report, [made.folder, *pictures], {p.id: p.name for p in made.scenario.participants}


def today() -> date:
    """Return the date printed on documents: SOURCE_DATE_EPOCH when set, so that a run can be repeated."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    return datetime.fromtimestamp(int(epoch), UTC).date() if epoch else datetime.now().astimezone().date()


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
def demo(ask: Ask) -> Answer:
    """Copy, run, draw the uncertain hypotheses, write the brief of the example."""
    from reports.data.results import result_files, results_document
    from reports.files import write_files
    from reports.pages import write_brief
    from reports.terminal.run import demo_nodes
    from scenarios.entry.catalogue import copy_example
    from scenarios.studies.sweeping.kept_ranges import with_ranges
    from scenarios.worth import with_worth

    copy_example("bergerac", ask.folder, force=ask.force)
    result, where = computed(ask, others=None, leaving=True)
    drawn(ask)
    # As `acc run`, which weighs no other key, writes them after those draws: it then finds its own files.
    result = with_worth(ask.folder, with_ranges(result, ask.folder, ask.results))
    written = write_files(where, result_files(replace(result, proposal=None)), force=True)
    written += write_brief(result, where, force=True)
    return Answer(lambda: results_document(result), lambda: demo_nodes(result, written))


@command(
    N_("Make an operation folder to start from.\n\nExample: acc new mon-operation --xlsx"),
    FOLDER,
    option("--example NAME", EXAMPLE, N_("Bundled folder to copy: depart, bergerac.")),
    option("--xlsx", bool, N_("A workbook to fill in, in place of text files.")),
)
def new(ask: Ask) -> Answer:
    """Copy a bundled folder."""
    from reports.terminal.run import new_nodes
    from scenarios.entry.catalogue import copy_example
    from scenarios.export import new_workbook

    if ask.folder.exists() and (not ask.folder.is_dir() or any(ask.folder.iterdir())):
        message = _("{folder} is not empty: choose another folder").format(folder=ask.folder)
        raise click.BadParameter(message, param_hint="DIR")
    example, sheets = ask.more["example"], ask.more["xlsx"]
    written = new_workbook(ask.folder, example) if sheets else copy_example(example or "depart", ask.folder)
    return Answer(files_answer(written).document, lambda: new_nodes(ask.folder, written))


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
def export(ask: Ask) -> Answer:
    """Write a workbook, a folder of text files, or an archive without names."""
    from reports.nodes.tree import Paragraph
    from scenarios import export as writer

    target = ask.more["target"]
    if not ask.more["anonymous"]:
        return files_answer(writer.export(ask.folder, target, force=ask.force))
    made, told = writer.export_anonymous(ask.folder, target, force=ask.force)
    return Answer(
        lambda: {"files": [str(made)], "told": told},
        lambda: map(Paragraph, told),
        [made],
    )


@command(
    N_("Make a form for each member; show what answers would change.\n\nExample: acc forms demo --accept"),
    FOLDER,
    option("--accept", bool, N_("Take the answers that have no fault into the tables.")),
    FORCE,
    OUT,
)
def forms(ask: Ask) -> Answer:
    """Write forms; show answers, take them when asked, or told so on a terminal."""
    from reports.data.forms import forms_document
    from reports.terminal.forms import forms_nodes, print_answers
    from scenarios.forms import accept, find_answers, forms_state, make_forms

    found = find_answers(ask.folder)
    taken = accept(found, today()) if ask.more["accept"] else []
    where = ask.results / _("forms")
    made = make_forms(ask.folder, where, today(), force=ask.force)

    def nodes() -> "Iterator[Node]":
        if print_answers(found.told, ask.folder, taken=bool(taken)):
            taken.extend(accept(found, today()))
        yield from forms_nodes(len(made), str(where), forms_state(ask.folder))

    document = partial(forms_document, found.told, [*made, *taken], forms_state(ask.folder))
    failed = any(answer.problems for answer in found.told)
    return Answer(document, nodes, taken, failed=failed)


@command(
    N_("Show every problem of a folder, then what the rules say.\n\nExample: acc check demo"),
    FOLDER,
    VARIANT,
)
def check(ask: Ask) -> Answer:
    """Validate everything that a run would read; exit 1 when a rule is not respected."""
    from reports.data.results import check_document
    from reports.terminal.check import check_nodes
    from reports.view.privacy import public_groups
    from scenarios.check import check_sections, refused
    from scenarios.forms import forms_state
    from scenarios.variants import shared_store

    check_sections(ask.folder)
    result = computed(ask, way=False, cache=(held := shared_store(ask.folder)))[0]
    lacks = refused(ask.folder, ask.variant, {"acc brief": partial(public_groups, result.scenario)}, held)
    nodes = partial(check_nodes, result, lacks, state := forms_state(ask.folder), ask.folder)
    return Answer(lambda: check_document(result, lacks, state), nodes, failed=not result.is_lawful)


@command(N_("Say what load-curve or weather files are.\n\nExample: acc look curves/*.csv"), FILES)
def look(ask: Ask) -> Answer:
    """Describe files one after the other; exit 1 when one cannot be used."""
    from profiles.describe_file import lines_of, look_at_all
    from reports.terminal.run import look_nodes

    found, problems = look_at_all(ask.more["files"])
    nodes = partial(look_nodes, ((looked.name, lines_of(looked)) for looked in found))
    return Answer(lambda: {"files": found, "problems": [*map(str, problems)]}, nodes, problems=problems)


@command(N_("Compute one scenario: who receives what.\n\nExample: acc run demo --set prix=95"), *DRAWN)
def run(ask: Ask) -> Answer:
    """Compute and keep the results in a folder of their own."""
    from reports.data.results import is_same_run, result_files, results_document
    from reports.files import write_files
    from reports.terminal.run import result_nodes

    result, where = computed(ask)
    write_files(where, result_files(result), force=ask.force or is_same_run(where, result))
    return Answer(lambda: results_document(result), lambda: result_nodes(result, ask.folder))


@command(
    N_(
        "Compare keys on the same exchange, or variants as scenarios.\n\n"
        "Example: acc compare demo --keys prorata,static --brief"
    ),
    option("--keys A,B", SOME_KEYS, N_("Keys to compare [all].")),
    option("--variants A,B|all", str, N_("Variants to compare in place of keys, the folder itself first.")),
    option("--ask A=B", str, N_("Compare what is asked, as --ask prix=95 --ask cle=equal."), multiple=True),
    option("--brief", bool, N_("Make the two pages of comparison too, PDF and PNG.")),
    option("--format pdf,png,xlsx", COMPARED, N_("Make these: pages, or a workbook of all keys.")),
    *ASKED,
)
def compare(ask: Ask) -> Answer:
    """Compute every key, or every variant, and print them side by side."""
    keys, variants, asks = ask.more["keys"] or (), ask.more["variants"], ask.more["ask"]
    found, where = _beside(ask, others=keys, all_keys=not (keys or variants or asks))
    from reports.data.results import comparison_document
    from reports.deliver import write_compared
    from reports.files import folder_name
    from reports.terminal.run import comparison_nodes, scenarios_nodes

    if keys or variants or asks:
        # Other keys or variants make another comparison: it has a folder of its own.
        where /= folder_name(("compare", *keys, *filter(None, [variants]), *asks))
    document = comparison_document(found)
    formats = ask.more["format"] or (("pdf", "png") if ask.more["brief"] else ())
    written = write_compared(found, document, where, formats, force=ask.force)
    nodes = partial(scenarios_nodes, found) if variants or asks else partial(comparison_nodes, found[0])
    return Answer(lambda: document, lambda: nodes(written))


def _beside(ask: Ask, **more: Any) -> tuple[list["Result"], Path]:
    """Return the folder's own result, those of what is set beside it, and where the files of the first go."""
    from scenarios.variants import SpilledResults, beside, shared_store

    each = beside(ask.folder, ask.more.get("variants", "all"), ask.more.get("ask", ()), ask.settings)
    held = shared_store(ask.folder, use_cache=not ask.no_cache) if each else None
    first, where = computed(ask, cache=held, **more)
    asks = (replace(ask, variant=v or ask.variant, settings=s, more={}) for v, s in each)
    resting = SpilledResults(ask.results, first)
    return [first, *(resting.at_rest(computed(one, cache=held)[0]) for one in asks)], where


def _every(ask: Ask) -> list["Result"]:
    """Return the result under every key that can be made, or those asked for, then every variant."""
    return _beside(ask, others=ask.more["keys"], all_keys=not ask.more["keys"], leaving=True)[0]


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
def brief(ask: Ask) -> Answer:
    """Compute what is not kept yet, then draw."""
    from reports.deliver import Wanted, deliver
    from scenarios.entry.places.geography import distances_km
    from scenarios.worth import with_worth

    keys, wanted = ask.more["keys"], Wanted.of(ask.more, every=lambda: _every(ask))
    result, where = computed(ask, others=keys, leaving=True)
    if wanted.is_brief:
        result = with_worth(ask.folder, result, **ask.scenario)
    write = deliver(result, wanted, where, ask.progress, force=ask.force, distances_km=distances_km)
    del result  # what composes the pages takes as much memory
    return files_answer(write())


@command(
    N_("Show the regulated figures in force, with their sources.\n\nExample: acc rates --on 2026-09-01"),
    option("--on", DAY, N_("Date of the figures [today].")),
    option("--name START", str, N_("Only the figures whose name starts so."), default=""),
)
def rates(ask: Ask) -> Answer:
    """Print the rows in force at a date."""
    from reports.data.rates import rates_document
    from reports.terminal.rates import rates_nodes
    from scenarios.rates.table import rates_in_force

    day, name = ask.more["on"].date() if ask.more["on"] else today(), ask.more["name"]
    found = rates_in_force(day, name)
    if not found.rates:
        message = _("no figure named {name}… is in force on {day}: `acc rates` alone shows those of today")
        raise InputError([Problem("--on", message.format(name=name, day=day))])
    return Answer(lambda: rates_document(found), lambda: rates_nodes(found))


@command(N_("Remove caches and old draws: all can be made again.\n\nExample: acc clean demo"), FOLDER, OUT)
def clean(ask: Ask) -> Answer:
    """Remove what was kept to go faster; inputs, results and briefs stay."""
    from reports.nodes.tree import Paragraph
    from scenarios.entry.folder.clean import clean as remove

    gone = remove(ask.folder, ask.results)
    document = {"removed": [str(path) for path in gone]}
    said = [_("removed: {path}").format(path=path) for path in gone] or [_("nothing to remove")]
    return Answer(lambda: document, lambda: [Paragraph(line, "verbatim") for line in said])


@command(N_("Print the JSON Schema of the files of a folder.\n\nExample: acc schema"))
def schema(_ask: Ask) -> Answer:
    """Print what each file may hold, for editors and programs."""
    from reports.nodes.tree import Paragraph
    from scenarios.schema import schema_document

    document = schema_document()
    return Answer(lambda: document, lambda: [Paragraph(json_text(document), "verbatim")])


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
def members(ask: Ask) -> Answer:
    """Who brings what, or how to group them lawfully."""
    from scenarios.members import members as who_adds_what

    if ask.more["split"]:
        return _groups(ask)
    own = {name: ask.more[name] for name in ("seed", "exact")}
    report = who_adds_what(ask.folder, **ask.scenario, keys=ask.more["keys"] or (), **own)
    from reports.data.members import members_document
    from reports.figures.members import members_png
    from reports.files import slug, write_files
    from reports.terminal.members import members_nodes

    words = [slug(word) for word in ("members", report.scenario.variant, report.key) if word]
    written = write_files(ask.results, {"-".join(words) + ".png": members_png(report)}, force=ask.force)
    return Answer(lambda: members_document(report), lambda: members_nodes(report, ask.folder), written)


def _groups(ask: Ask) -> Answer:
    from reports.data.lawful_plans import lawful_plans_document
    from reports.deliver import write_plan
    from reports.terminal.split import plans_found, split_nodes
    from scenarios.split import split_folder
    from scenarios.studies.lawful_groups.written import remember

    where, told = ask.out or ask.folder / "out" / _("groups"), plans_found(quiet=ask.quiet)
    own = {"seed": ask.more["seed"], "most": ask.more["operations"], "force": ask.force}
    made = split_folder(ask.folder, where, told=told, **own, **ask.scenario)
    each = replace(ask, out=None, variant=None, key=None, more={"no_ranges": False})
    run = lambda folder: computed(replace(each, folder=folder), others=None, leaving=True)  # noqa: E731
    files, notes = write_plan(made.report, made.folders, where, run, brief=ask.more["brief"])
    remember(where)
    document = lambda: lawful_plans_document(made.report, ask.folder, made.folders, files)  # noqa: E731
    return Answer(document, lambda: split_nodes(made.report, files), notes=(*made.notes, *notes))


@command(
    N_(
        "Draw weather, loads and prices many times, under every key; resumes where it stopped.\n\n"
        "Example: acc sweep demo --draws 200"
    ),
    FOLDER,
    option("--draws", DRAWS, N_("How many draws [those of operation.toml, or 200].")),
    option("--seed", click.IntRange(0), N_("Seed of the draws.")),
    option("--workers", WORKERS, N_("Tasks at once [processors of this machine].")),
    option("--cluster tcp://HOST:PORT", str, N_("Scheduler of a dask cluster to use.")),
    OUT,
    NO_CACHE,
)
def sweep(ask: Ask) -> Answer:
    """Run every draw that is not yet written, then sum up."""
    from reports.terminal.sweep import sweep_nodes
    from scenarios.studies.sweeping.summary_file import summary_document

    report, files, names = drawn(ask, **ask.more)
    return Answer(lambda: summary_document(report), lambda: sweep_nodes(report, files, names, ask.folder))


@command(
    N_(
        "Find the power of each roof by which everybody gains most, producers included (or which serves "
        "another aim of [size] best), with its proof; and the battery, where [size.battery] seeks one.\n\n"
        "Example: acc size demo"
    ),
    *ASKED,
)
def size(ask: Ask) -> Answer:
    """Search the powers exactly, print the bound."""
    from reports.data.sizing import size_document
    from reports.deliver import size_files
    from reports.files import slug, write_files
    from reports.terminal.size import size_nodes
    from scenarios.size import size_folder

    sizing = size_folder(ask.folder, **ask.scenario)
    words = [slug(word) for word in ("size", sizing.scenario.label, ask.key) if word]
    name = "-".join(words) + ".json"
    written = write_files(ask.results, size_files(sizing, name), force=ask.force)
    names = {site.id: site.name for site in (*sizing.scenario.participants, *sizing.scenario.plants)}
    return Answer(lambda: size_document(sizing), lambda: size_nodes(sizing, names, ask.folder), written)


@command(
    N_("Show what fairness costs: the most euros at each floor, keys beside.\n\nExample: acc front demo"),
    option("--points", click.IntRange(2, 200), N_("How many evenly spaced floors."), default=20),
    option("--draws", click.IntRange(0, 99), N_("Draws that try the points, 0: none."), default=4),
    option("--gini", bool, N_("Also against the Gini index (longer).")),
    option("--keep NAME", str, N_("Write a point as a variant of the folder, under this name.")),
    option("--point N", click.IntRange(1), N_("Number of the point to keep.")),
    option("--monthly", bool, N_("Keep it solved anew each month, in place of its orders.")),
    *ASKED,
)
def front(ask: Ask) -> Answer:
    """Solve the front; keep a point of it when asked."""
    from reports.data.front import front_document
    from reports.deliver import front_files
    from reports.files import write_files
    from reports.terminal.front import front_nodes
    from scenarios.front import front_folder

    found, kept = front_folder(ask.folder, **ask.scenario, force=ask.force, **ask.more)
    written = write_files(ask.results, front_files(found, kept, ask.key), force=ask.force)
    return Answer(lambda: front_document(found, kept), lambda: front_nodes(found, kept, ask.folder), written)


@command(
    N_("Open the working page of a folder, on this machine only.\n\nExample: acc serve demo"),
    click.Argument(["folder"], metavar="[DIR]", default=".", type=PATH),
    option("--port", click.IntRange(0, 65535), N_("Port to listen on [0: any that is free]."), default=0),
    option("--no-browser", bool, N_("Open no browser.")),
    option("--host", str, N_("Another address to listen on, with --i-know."), default="127.0.0.1"),
    option("--i-know", bool, N_("Others on the network may then read and change the folder.")),
)
def serve(ask: Ask) -> Answer:
    """Serve until Ctrl-C."""
    from web.serve import Where, exposed, open_page

    host, port = str(ask.more["host"]), int(ask.more["port"])
    if exposed(host) and not ask.more["i_know"]:
        message = _("{host} is open to other machines: add --i-know if that is what you want")
        raise click.BadParameter(message.format(host=host), param_hint="--host")
    open_page(ask.folder, Where(port, host, browser=not ask.more["no_browser"]), today, click.echo)
    return files_answer(())


@command(
    N_("Say whether sharing is worth it beside own use, sale, nothing...\n\nExample: acc worth demo"),
    option("--draws", click.IntRange(2, 10_000), N_("How many draws."), default=200),
    option("--ppa EUR/MWH", click.FloatRange(0.0), N_("Price of a long-term purchase contract.")),
    option("--brief", bool, N_("Make its page of the brief too, PDF and PNG.")),
    *ASKED,
)
def worth(ask: Ask) -> Answer:
    """Compare sharing with its alternatives on the same draws."""
    from reports.data.worth import worth_document
    from reports.deliver import worth_files
    from reports.files import write_files
    from reports.terminal.worth import worth_nodes
    from scenarios.worth import worth_folder

    draws, ppa = ask.more["draws"], ask.more["ppa"]
    found = worth_folder(ask.folder, draws=draws, ppa_eur_per_mwh=ppa, **ask.scenario)
    files = worth_files(found, ask.key, day=today().isoformat(), **ask.more)
    written = write_files(ask.results, files, force=ask.force)
    return Answer(lambda: worth_document(found), lambda: worth_nodes(found, ask.folder), written)


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
def coefficients_write(ask: Ask) -> Answer:
    """Round by largest remainder, so that nothing is lost, and write."""
    from reports.data.coefficients import written_document
    from reports.terminal.coefficients import written_nodes
    from scenarios.coefficients import write_for
    from scenarios.operation.coefficient_files.layout import LayoutName
    from scenarios.operation.coefficient_files.write import FileForm

    layout, decimals, agreement = (ask.more[name] for name in ("layout", "decimals", "agreement"))
    form = FileForm(layout=LayoutName(layout), decimals=decimals, agreement=agreement)
    made = write_for(opened(ask), ask.out or ask.folder / "out" / "coefficients", form, force=ask.force)
    return Answer(lambda: written_document(made), lambda: written_nodes(made))


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
def coefficients_check(ask: Ask) -> Answer:
    """Print the rules that each file breaks; exit 1 when one is broken."""
    from reports.data.coefficients import checks_document
    from reports.terminal.coefficients import checks_nodes
    from scenarios.coefficients import check_files

    operation, month, decimals = (ask.more[name] for name in ("operation", "month", "decimals"))
    checks = check_files(ask.more["files"], operation, month.date() if month else None, decimals)
    failed = any(check.faults for check in checks)
    return Answer(partial(checks_document, checks), partial(checks_nodes, checks), failed=failed)


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
def coefficients_reconcile(ask: Ask) -> Answer:
    """Print the gaps; exit 1 when nothing could be compared."""
    from reports.data.coefficients import reconciliation_document
    from reports.terminal.coefficients import reconciliation_nodes
    from scenarios.coefficients import reconcile_for

    got = reconcile_for(opened(ask), ask.more["files"], ask.more["decimals"])
    return Answer(lambda: reconciliation_document(got), lambda: reconciliation_nodes(got), failed=got.empty)


stopping.hear()

if __name__ == "__main__":
    main()
