"""The command line: the commands of the core; those of the studies are files of `commands`."""

from reports.terminal import stopping

# isort: split

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from acc.i18n import N_
from acc.problem import InputError, Problem
from commands.command import FUNCTIONS, CommandResult, Request, command, files_answer, main
from commands.computing import computed, opened, own_results, shared
from commands.drafts import begun_notes
from commands.of_studies import study_function
from commands.options import (
    COMPARED,
    DAY,
    DECIMALS,
    DETAILS,
    DRAWN,
    FIGURE_NAMES,
    FILES,
    FOLDER,
    FORCE,
    FORMATS,
    KEY,
    MONTH,
    NO_CACHE,
    OUT,
    PATH,
    PHRASES,
    QUESTION_OPTIONS,
    RUN,
    SOME_KEYS,
    VARIANT,
    YEAR,
)
from reports.terminal.parameters import Commands, LazyChoice, moved, not_known, option
from reports.terminal.problems import json_text
from reports.terminal.today import today

if TYPE_CHECKING:
    from acc.result.change import ExplainedChange, PairedDraws
    from acc.result.result import Result
    from reports.nodes.tree import Node
    from scenarios.variants import ComparedScenarios


@command(
    N_("Copy the bundled example, run it, make its brief.\n\nExample: acc demo"),
    click.Argument(["folder"], metavar="[DIR]", default="demo", type=PATH),
    FORCE,
    DETAILS,
    lists_results=True,
)
def demo(request: Request) -> CommandResult:
    """Copy, run, draw the uncertain hypotheses, write the brief of the example."""
    from reports.data.results import results_document
    from reports.deliver import write_brief, write_run
    from reports.terminal.run import demo_end, demo_nodes
    from reports.terminal.summary import run_summary
    from scenarios.entry.catalogue import copy_example
    from scenarios.run import with_ranges
    from scenarios.study import add_studies

    copy_example("bergerac", request.folder, force=request.force)
    result, where = computed(request, other_keys=None, departures=True)
    if "sweep" in main.list_commands(click.get_current_context()):
        FUNCTIONS["sweep"](request)
    # As `acc run`, which weighs no other key, writes them after those draws: it then finds its own files.
    result = add_studies(request.folder, with_ranges(result, request.folder, request.results))
    written = write_run(replace(result, proposal=None), where, force=True)
    written += write_brief(result, where)
    return CommandResult(
        lambda: results_document(result),
        lambda: demo_nodes(result, written),
        short=lambda: [*run_summary(result, request.folder), *demo_end(written)],
    )


@command(
    N_("Make an operation folder to start from.\n\nExample: acc new mon-operation --xlsx"),
    FOLDER,
    option(
        "--example NAME",
        LazyChoice("scenarios.entry.catalogue", "EXAMPLES"),
        N_("Bundled folder to copy: depart, bergerac."),
    ),
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
    option("--anonymous", bool, N_("Names, PRM and places replaced, figures rounded: FILE.zip.")),
    FORCE,
)
def export(request: Request) -> CommandResult:
    """Write a workbook, a folder of text files, or an archive without names."""
    from reports.nodes.tree import Paragraph
    from scenarios import export as writer
    from scenarios.study import studies

    target = request["target"]
    if not request["anonymous"]:
        return files_answer(writer.export(request.folder, target, force=request.force))
    write = next((study.export for study in studies() if study.export), None)
    if write is None:
        raise click.BadParameter(
            _("the study {name} is not installed").format(name="anonymous"), param_hint="--anonymous"
        )
    archive, left_out = write(request.folder, target, force=request.force)
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
    from reports.terminal.check import forms_nodes, print_answers
    from scenarios.forms import accept, find_answers, forms_state, make_forms

    answers = find_answers(request.folder)
    taken = accept(answers, today(), keep=request["keep"]) if request["accept"] else []
    where = request.results / _("forms")
    written = make_forms(request.folder, where, today(), force=request.force)

    def nodes() -> "Iterator[Node]":
        if print_answers(answers.printed, request.folder, taken=bool(taken)):
            taken.extend(accept(answers, today(), keep=True))
        yield from forms_nodes(len(written), str(where), forms_state(request.folder))

    files = [*written, *taken]
    document = {"answers": answers.printed, "files": files, "state": forms_state(request.folder)}
    return CommandResult(
        lambda: document, nodes, taken, failed=any(answer.problems for answer in answers.printed)
    )


@command(
    N_("Show every problem of a folder, then what the rules say.\n\nExample: acc check demo"),
    FOLDER,
    VARIANT,
    DETAILS,
)
def check(request: Request) -> CommandResult:
    """Validate everything that a run would read; exit 1 when a rule is not respected."""
    from reports.data.results import check_document
    from reports.terminal.check import check_nodes
    from reports.terminal.summary import check_summary
    from reports.view.privacy import public_groups
    from scenarios.check import check_sections, refused
    from scenarios.forms import forms_state
    from scenarios.variants import shared_store

    check_sections(request.folder)
    result = computed(request, lawful_plan=False, cache=(kept_store := shared_store(request.folder)))[0]
    needed = {"acc brief": partial(public_groups, result.scenario)}
    lacks = refused(request.folder, request.variant, needed, kept_store)
    state = forms_state(request.folder)
    nodes, short = (
        partial(build, result, lacks, state, request.folder) for build in (check_nodes, check_summary)
    )
    document = partial(check_document, result, lacks, state, begun_notes(request.folder))
    return CommandResult(document, nodes, failed=not result.is_lawful, short=short)


@command(
    N_("Say what is missing next, from the first kWh to the signatures.\n\nExample: acc next demo"),
    FOLDER,
    VARIANT,
)
def next_(request: Request) -> CommandResult:
    """List the stages of the road; a folder that cannot be computed begins by its faults."""
    from reports.sentences.steps import begun_acts, steps_of, steps_of_faults, with_first
    from reports.terminal.summary import step_nodes
    from scenarios.entry.editing.drafts import begun_lines
    from scenarios.entry.folder.fault_location import placed
    from scenarios.forms import forms_state, waiting_names

    try:
        result = computed(request, lawful_plan=False)[0]
        steps = steps_of(result, forms_state(request.folder), request.folder)
    except InputError as fault:
        steps = steps_of_faults(placed(request.folder, fault.problems), waiting_names(request.folder))
    steps = with_first(steps, begun_acts(begun_lines(request.folder), request.folder))
    return CommandResult(lambda: {"steps": steps}, lambda: step_nodes(steps))


@command(N_("Say what load-curve or weather files are.\n\nExample: acc look curves/*.csv"), FILES)
def look(request: Request) -> CommandResult:
    """Describe files one after the other; exit 1 when one cannot be used."""
    from profiles.describe_file import lines_of, look_at_all
    from reports.terminal.run import look_nodes

    described, problems = look_at_all(request["files"])
    nodes = partial(look_nodes, ((looked.name, lines_of(looked)) for looked in described))
    document = {"files": described, "problems": [*map(str, problems)]}
    return CommandResult(lambda: document, nodes, problems=problems)


@command(
    N_(
        "Compute one scenario: who receives what.\n\n"
        'Example: acc run demo --set prix=95, or in words: acc run demo "la cave part" "90 euros"'
    ),
    DETAILS,
    YEAR,
    option("--steps", bool, N_("Write the kWh of each site at each step too, in steps.parquet.")),
    *DRAWN,
    PHRASES,
)
def run(request: Request) -> CommandResult:
    """Compute and keep the results in a folder of their own."""
    from reports.data.requested_year import year_document
    from reports.deliver import write_run
    from reports.terminal.run import result_nodes
    from reports.terminal.summary import run_summary

    result, where = computed(request)
    write_run(result, where, steps=request["steps"], force=request.force)
    year, plain = request["year"], replace(request, settings=(), more={})
    before = None
    if request.settings:
        before = computed(plain, lawful_plan=False, advice=False, change_values=False)[0]
    nodes = partial(result_nodes, result, request.folder, year)
    short = partial(run_summary, result, request.folder, year, before)
    return CommandResult(lambda: year_document(result, year), nodes, short=short)


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
    DETAILS,
    *QUESTION_OPTIONS,
)
def compare(request: Request) -> CommandResult:
    """Compute every key, or every variant, and print them side by side."""
    own = {"keys": request["keys"], "variants": request["variants"], "asks": request["ask"]}
    scenarios = _compared(request, save=request.save, **own)
    results, where = _results(request, scenarios, other_keys=scenarios.keys, all_keys=not scenarios.words)
    drawn, changes = _set_side_by_side(request, scenarios, results)
    from reports.data.results import comparison_document
    from reports.deliver import write_compared
    from reports.sentences.moved import moved_notes
    from reports.terminal.run import compared_nodes
    from reports.terminal.summary import compare_summary

    document, words = comparison_document(results, drawn, changes), scenarios.words
    formats = request["format"] or (("pdf", "png") if request["brief"] else ())
    seen = results, drawn
    if formats and any(result.scenario.has_closed for result in results):
        seen = _as_others_read(request, scenarios)
    written = write_compared(seen[0], document, where, formats, words, drawn=seen[1], force=request.force)
    nodes = partial(compared_nodes, results, written, drawn, changes)
    short = partial(compare_summary, results, request.folder, drawn, changes)
    return CommandResult(lambda: document, nodes, short=short, notes=moved_notes(seen[0][0]))


def _as_others_read(
    request: Request, scenarios: "ComparedScenarios"
) -> tuple[list["Result"], "PairedDraws | None"]:
    """Return the scenarios of a comparison with moved data, and their draws, for its pages."""
    seen = shared(request)
    results, _where = _results(seen, scenarios, other_keys=scenarios.keys, all_keys=not scenarios.words)
    return results, _set_side_by_side(seen, scenarios, results)[0]


def _compared(request: Request, **more: Any) -> "ComparedScenarios":
    """Scenarios compared with the folder."""
    from scenarios.variants import scenarios_to_compare

    common: dict[str, Any] = {"variant": request.variant, "key": request.key, "settings": request.settings}
    return scenarios_to_compare(request.folder, use_cache=not request.no_cache, **common, **more)


def _each(request: Request, scenarios: "ComparedScenarios") -> "Iterator[Request]":
    """Yield the request of each scenario, the first one first."""
    yield replace(request, settings=scenarios.settings)
    yield from (replace(request, variant=v, settings=s, more={}) for v, s in scenarios.cases)


def _results(request: Request, scenarios: "ComparedScenarios", **more: Any) -> tuple[list["Result"], Path]:
    """Return the folder's own result, those of what is set beside it, and where the files of the first go."""
    from scenarios.variants import SpilledResults

    each = list(_each(request, scenarios))
    first, where = computed(each[0], cache=scenarios.cache, **more)
    resting, others = SpilledResults(request.results, first), scenarios.order[1:]
    # What a run tells of its own scenario alone, what would cancel it, is left to it.
    results = {
        at: resting.at_rest(computed(each[at], cache=scenarios.cache, advice=False)[0]) for at in others
    }
    return [first, *(results[at] for at in sorted(results))], where


def _set_side_by_side(
    request: Request, scenarios: "ComparedScenarios", results: Sequence["Result"]
) -> tuple["PairedDraws | None", list["ExplainedChange"]]:
    """Outcomes of scenarios in the same draws, where some were asked for; why each differs."""
    from scenarios.side_by_side import paired_draws
    from scenarios.study import ScenarioAtDate, explain_changes

    requests: Any = [{**case.scenario, "cache": scenarios.cache} for case in _each(request, scenarios)]
    is_drawn, folder, count = scenarios.cases and request["draws"] != 0, request.folder, request["draws"]
    drawn = paired_draws(folder, requests, results, scenarios.order, count) if is_drawn else None
    pairs = zip(requests, results, strict=True)
    return drawn, explain_changes([ScenarioAtDate(folder, *pair) for pair in pairs])


def _every(request: Request) -> list["Result"]:
    """Return the result under every key that can be made, or those asked for, then every variant."""
    from scenarios.variants import ALL

    scenarios = _compared(request, variants=ALL)
    own = {"other_keys": request["keys"], "all_keys": not request["keys"], "departures": True}
    return _results(request, scenarios, **own)[0]


READERS = ("company", "commune", "syndicate", "lender", "treasurer", "engineer", "operator", "coordinator")
READERS_FR = (
    *("entreprise", "commune", "syndicat", "preteur", "tresorier", "ingenieur"),
    *("gestionnaire", "coordinateur"),
)
IN_FRENCH = dict(zip(READERS_FR, READERS, strict=True))


def _refuse_two(request: Request, first: str, *others: str) -> None:
    """Refuse two options that ask for two documents."""
    if request[first] and (second := next((name for name in others if request[name]), "")):
        message = _("{first} and {second} ask for two documents: give one at a time")
        raise InputError([Problem(f"--{second}", message.format(first=f"--{first}", second=f"--{second}"))])


CLASS_OF_READER = click.Choice([*dict.fromkeys((*READERS_FR, *READERS))])


@command(
    N_("Make the brief, in PDF and PNG.\n\nExample: acc brief demo --audience commune"),
    option("--format pdf,png,docx,xlsx,html", FORMATS, N_("What to make [pdf,png].")),
    option("--audience", CLASS_OF_READER, N_("Reader of the brief.")),
    option("--person NAME", str, N_("With --audience lender or treasurer: the note of one member alone.")),
    option("--figure NAME", FIGURE_NAMES, N_("One figure alone, as a PNG: flow, days, months, heat...")),
    option("--size", click.Choice(["page", "slide"]), N_("Size of that figure."), default="page"),
    option("--keys A,B", SOME_KEYS, N_("Keys to set beside the folder's own [static, those of [keys]].")),
    option(
        "--operations", bool, N_("The same of each lawful operation found; without a reader, its sheets too.")
    ),
    *DRAWN,
    moved("--participant", "acc sheets DIR {value}"),
    moved("--one-file", "acc sheets DIR --one-file", kind=bool),
    moved("--papers", "acc papers DIR --format xlsx --paper syndicate|operator|deliberation"),
)
def brief(request: Request) -> CommandResult:
    """Compute what is not kept yet, then draw."""
    from reports.deliver import draw_brief, write_figure
    from reports.sentences.moved import moved_nodes
    from reports.terminal.blocks import next_of_unlawful

    if request["operations"]:
        return study_function("operations", "lawful", "--operations")(request)
    _refuse_two(request, "figure", "audience", "person")
    seen = shared(request, IN_FRENCH.get(request["audience"], request["audience"]))
    result, where = computed(seen, other_keys=request["keys"], departures=True)
    if figure := request["figure"]:
        return files_answer(write_figure(result, figure, request["size"], where, force=request.force))
    result, own = _of_reader(seen, result)
    own["formats"] = request["format"] or ("pdf", "png")
    write = draw_brief(result, where, variants=lambda: _every(seen), force=request.force, **own)
    last = (*moved_nodes(result), *next_of_unlawful(result, request.folder))
    del result  # what composes the pages takes as much memory
    return files_answer(write(), last=lambda: last)


def _of_reader(seen: Request, result: "Result") -> tuple["Result", dict[str, Any]]:
    """Return the result that a brief is drawn from, with its audience and the member whose note it is."""
    from reports.sheets import checked_ids
    from reports.view.view import holder_of
    from scenarios.study import add_studies

    reader = seen.mask and seen.mask.reader
    if not seen["person"]:
        studied = result if reader else add_studies(seen.folder, result, **seen.scenario)
        return studied, {"audience": reader}
    holder = holder_of(result, checked_ids(result, [seen["person"]], "--person")[0])
    own = own_results(seen, other_keys=seen["keys"], departures=True)
    return own(holder, result), {"audience": reader, "person": holder.id}


@command(
    N_("Make the sheet of each member, or of some.\n\nExample: acc sheets demo ecole"),
    option(
        "--format pdf,png,docx,html",
        LazyChoice("reports.deliver", "SHEETS", several=True),
        N_("What to make [pdf]."),
    ),
    option("--one-file", bool, N_("All these sheets in one PDF, to print.")),
    option("--keys A,B", SOME_KEYS, N_("Keys to set beside the folder's own [static, those of [keys]].")),
    *DRAWN,
    click.Argument(["names"], metavar="[NAME]...", nargs=-1),
)
def sheets(request: Request) -> CommandResult:
    """Compute what is not kept yet, then draw the sheet of who is named, or holds the site or plant named."""
    from reports.sentences.moved import moved_nodes
    from reports.sheets import write_bound, write_sheets

    parts, seen = {"other_keys": request["keys"], "departures": True}, shared(request)
    result, where = computed(seen, **parts)
    # Sheets are for their holder alone: they go to a folder of their own.
    wanted = (result, request["names"] or ("all",), where / _("sheets"), request.progress)
    own, last = own_results(seen, **parts), partial(moved_nodes, result)
    if request["one_file"]:
        return files_answer(write_bound(*wanted, own=own, force=request.force), last=last)
    formats = request["format"] or ("pdf",)
    return files_answer(write_sheets(*wanted, own=own, formats=formats, force=request.force), last=last)


@command(
    N_("Show the regulated figures in force, with their sources.\n\nExample: acc rates --on 2026-09-01"),
    option("--on", DAY, N_("Date of the figures [today].")),
    option("--name START", str, N_("Only the figures whose name starts so."), default=""),
)
def rates(request: Request) -> CommandResult:
    """Print the rows in force at a date."""
    from reports.terminal.coefficients import rates_nodes
    from scenarios.rates.table import rates_in_force

    day, name = request["on"].date() if request["on"] else today(), request["name"]
    table = rates_in_force(day, name)
    if not table.rates:
        message = _("no figure named {name}… is in force on {day}: `acc rates` alone shows those of today")
        raise InputError([Problem("--on", message.format(name=name, day=day))])
    return CommandResult(lambda: table, lambda: rates_nodes(table))


@command(N_("Remove caches and old draws: all can be made again.\n\nExample: acc clean demo"), FOLDER, OUT)
def clean(request: Request) -> CommandResult:
    """Remove what was kept to go faster; inputs, results and briefs stay."""
    from reports.nodes.tree import Paragraph
    from scenarios.entry.folder.put import clean as remove

    none = remove(request.folder, request.results)
    document = {"removed": [str(path) for path in none]}
    lines = [_("removed: {path}").format(path=path) for path in none] or [_("nothing to remove")]
    return CommandResult(lambda: document, lambda: [Paragraph(line, "verbatim") for line in lines])


@command(
    N_("Print the JSON Schema of the files of a folder, or of a document.\n\nExample: acc schema"),
    option("--document NAME", str, N_("A document that commands print, in place of the files: results...")),
)
def schema(request: Request) -> CommandResult:
    """Print what each file may hold, or a document holds, for editors and programs."""
    from reports.nodes.tree import Paragraph
    from scenarios.schema import document_schema, schema_document

    if name := request["document"]:
        document = document_schema(name, _document_type(name))
    else:
        document = schema_document()
    return CommandResult(lambda: document, lambda: [Paragraph(json_text(document), "verbatim")])


def _document_type(name: str) -> object:
    """Type of a document, those of installed studies included."""
    from reports.data.schema import document_types
    from scenarios.study import study_modules

    types = dict(document_types(study_modules("reports.studies", "files")))
    if name not in types:
        raise click.BadParameter(not_known(name, types), param_hint="--document")
    return types[name]


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
    from scenarios.operation.coefficient_files.parse import LayoutName
    from scenarios.operation.coefficient_files.write import FileForm

    layout, decimals, agreement = (request[name] for name in ("layout", "decimals", "agreement"))
    form = FileForm(layout=LayoutName(layout), decimals=decimals, agreement=agreement)
    where = request.out or request.folder / "out" / "coefficients"
    written = write_for(opened(request), where, form, force=request.force)
    return CommandResult(lambda: written_document(written), lambda: written_nodes(written))


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
    from reports.data.coefficients import checked_document
    from reports.terminal.coefficients import checks_nodes
    from scenarios.coefficients import check_files

    operation, month, decimals = (request[name] for name in ("operation", "month", "decimals"))
    checks = check_files(request["files"], operation, month.date() if month else None, decimals)
    failed = any(check.faults for check in checks)
    return CommandResult(lambda: checked_document(checks), partial(checks_nodes, checks), failed=failed)


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
    from reports.data.coefficients import reconciled_document
    from reports.terminal.coefficients import reconciliation_nodes
    from scenarios.coefficients import reconcile_for

    gaps = reconcile_for(opened(request), request["files"], request["decimals"])
    return CommandResult(
        lambda: reconciled_document(gaps), lambda: reconciliation_nodes(gaps), failed=gaps.empty
    )


stopping.hear()

if __name__ == "__main__":
    main()
