"""What a folder prints: documents as trees, screens, page, workbook, papers, and those of its studies."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields, is_dataclass, replace
from itertools import pairwise
from pathlib import Path

from acc.problem import InputError
from acc.result.lawful_plan import LawfulPlansReport
from acc.result.result import Result
from acc.territory.result import TerritoryReport
from reports.data.years import year_rows
from reports.documents import brief, comparison, sheet
from reports.figures.drawn import Illustrated
from reports.format.quantity import PRINTED, Quantity
from reports.nodes.tree import Heading, TextTable, ValueBox
from reports.page.names import names_of
from reports.page.seance import SeanceInputs, seance_of
from reports.studies.lawful.screen import split_nodes, split_summary
from reports.studies.papers.files import drafts_of, paper, paper_cases, signatures_of
from reports.studies.papers.screen import papers_nodes
from reports.studies.size.screen import size_nodes
from reports.studies.territory.atlas import atlas_document
from reports.studies.territory.screen import territory_nodes
from reports.studies.workbook.write import sheets
from reports.studies.worth.brief import worth_page
from reports.studies.worth.page import question_screen
from reports.studies.worth.screen import worth_nodes, worth_summary
from reports.terminal.answer import answer_nodes
from reports.terminal.persons import details, persons_table, year_nodes, years_nodes
from reports.terminal.run import comparison_nodes
from reports.view.view import holders_shown, view_of
from scenarios.entry.places.geography import distances_km
from scenarios.studies.size.run import size_folder
from scenarios.studies.worth.run import worth_folder
from tests.reports.audiences import EVERY_AUDIENCE


@dataclass(frozen=True, slots=True)
class Printed:
    """What one document prints.

    Attributes:
        figures: in their order, each with its text.
        contexts: sentences, boxes, and cells with the title and the heads of their table.
    """

    document: str
    figures: tuple[tuple[Quantity, str], ...]
    contexts: tuple[str, ...]
    tables: tuple[TextTable, ...]


Builder = tuple[str, Callable[[], object]]


@contextmanager
def printed_quantities() -> Iterator[list[tuple[Quantity, str]]]:
    """Collect the figures that are printed inside, each with its text, in their order."""
    collected: list[tuple[Quantity, str]] = []
    token = PRINTED.set(collected)
    try:
        yield collected
    finally:
        PRINTED.reset(token)


def print_all(result: Result, folder: Path | None = None) -> list[Printed]:
    """Every document of a result and, of its folder, those of the studies that read it again."""
    builders = [*_documents(result), *_papers(result), *([] if folder is None else _studies(result, folder))]
    return [printed for name, build in builders if (printed := print_one(name, build)) is not None]


def print_one(name: str, build: Callable[[], object]) -> Printed | None:
    """What a builder prints; None where the folder has no such document."""
    with printed_quantities() as figures, suppress(InputError):
        made = build()
        parts = [*_walk(made.document if isinstance(made, Illustrated) else made)]
        contexts = tuple(part for part in parts if isinstance(part, str))
        return Printed(name, tuple(figures), contexts, tuple(p for p in parts if isinstance(p, TextTable)))
    return None


def print_plan(report: LawfulPlansReport, results: Iterable[Result]) -> list[Printed]:
    """What `acc members --split` prints, and the documents of the folder and of its operations after it."""
    screens: list[Builder] = [
        ("screen of split", lambda: [*split_nodes(report, [])]),
        ("short screen of split", lambda: [*split_summary(report, [])]),
    ]
    printed = [printed for name, build in screens if (printed := print_one(name, build)) is not None]
    return [*printed, *(each for result in results for each in print_all(result))]


def print_territory(report: TerritoryReport) -> list[Printed]:
    """What `acc territory` prints, and its atlas."""
    builders: list[Builder] = [
        ("screen of territory", lambda: [*territory_nodes(report)]),
        ("atlas", lambda: atlas_document(report, "2026-09-01")),
    ]
    return [printed for name, build in builders if (printed := print_one(name, build)) is not None]


def _documents(result: Result) -> Iterator[Builder]:
    holders = holders_shown(result)
    for audience in EVERY_AUDIENCE:
        persons = [holder.id for holder in holders] if audience in {"treasurer", "lender"} else []
        for person in ["", *persons]:
            yield (
                f"note to {audience or 'partners'} {person}".strip(),
                lambda audience=audience, person=person: brief.brief_document(result, audience, person),
            )
    for holder in holders:
        yield f"sheet of {holder.id}", lambda id_=holder.id: sheet.sheet_document(result, id_)
        yield f"page of {holder.id}", lambda id_=holder.id: sheet.own_document(sheet.own_view(result, id_))
    yield "comparison", lambda: comparison.comparison_document([result])
    yield "screen of run", lambda: [*answer_nodes(result), *persons_table(result), *details(result)]
    yield "screen of compare", lambda: [*comparison_nodes(result, [])]
    yield "screen of years", lambda: [*years_nodes(result)]
    for row in year_rows(result):
        yield f"screen of {row.name}", lambda name=row.name: [*year_nodes(result, int(name[:4]))]
    yield "page", lambda: _seance(result)
    yield "workbook", lambda: sheets(view_of(result))


def _papers(result: Result) -> Iterator[Builder]:
    sites = (*result.scenario.participants, *result.scenario.plants)
    cases = paper_cases([result], [distances_km([site.position for site in sites])])
    yield "screen of papers", lambda: papers_nodes(signatures_of(cases), Path("signatures.csv"))
    for draft in drafts_of(cases):
        yield f"paper {draft.file}", lambda draft=draft: paper(cases, draft)


def _studies(result: Result, folder: Path) -> Iterator[Builder]:
    names = {site.id: site.name for site in (*result.scenario.participants, *result.scenario.plants)}
    with suppress(InputError):
        worth = worth_folder(folder, draws=10)
        yield "screen of worth", lambda: [*worth_nodes(worth), *worth_summary(worth)]
        yield "page of worth", lambda: worth_page(worth, "2026-09-01")
        yield "question", lambda: question_screen(worth, result, names_of(result.scenario))
    with suppress(InputError):
        sizing = size_folder(folder)
        yield "screen of size", lambda: [*size_nodes(sizing, names)]


def _seance(result: Result) -> object:
    names = names_of(result.scenario)
    return seance_of(
        result,
        SeanceInputs(
            kept=result, folder=result, face="", same=True, everyone=result.scenario, names=names, each=True
        ),
    )


SENTENCES = re.compile(r"(?<=[.!?])(?<!excl\.)\s+")


def _walk(node: object) -> Iterator[TextTable | str]:
    """Every table of a tree, a screen or a page, and every text that tells what its figures are."""
    if isinstance(node, str):
        yield from SENTENCES.split(node)
    elif isinstance(node, TextTable):
        yield node
        yield from SENTENCES.split(node.note)
        for row in (*node.rows, node.total):
            for column, cell in zip(node.columns, row, strict=False):
                yield " ".join((node.title, column.head, row[0].text, row[0].note, cell.text, cell.note))
    elif isinstance(node, ValueBox):
        yield f"{node.number}\N{NO-BREAK SPACE}{node.unit} {node.words} {node.note}"
    elif is_dataclass(node):
        for field in fields(node):
            yield from _walk(getattr(node, field.name))
    elif isinstance(node, tuple | list):
        for before, each in pairwise((None, *node)):
            is_headed = isinstance(before, Heading) and isinstance(each, TextTable) and not each.title
            yield from _walk(replace(each, title=before.text) if is_headed else each)
