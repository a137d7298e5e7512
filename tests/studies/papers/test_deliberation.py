"""A deliberation tells the rules and clauses of its holder alone."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from acc.result.lending import treasury
from acc.result.result import Result
from acc.rules.check import State
from commands.command import Request
from commands.computing import computed, own_results, shared
from commands.papers import operations
from reports.documents.sheet import sheet_document
from reports.format.numbers import fr
from reports.nodes.tree import Document
from reports.sentences.budget_lines import lines_eur
from reports.studies.papers.catalogue import PAPERS
from reports.studies.papers.files import paper, paper_cases
from reports.view.selection import public_bodies
from tests.scenarios.operation import write_operation
from tests.studies.papers.folder import apart, papers_of, text_of
from tests.test_cancelling import typed
from tests.test_one_outcome import folder_of


def test_a_sheet_and_a_deliberation_tell_the_rules_and_clauses_of_their_holder_alone(tmp_path: Path) -> None:
    result = typed(folder_of("example", tmp_path / "example", None), leaving=True)
    own = {check.rule: check for check in result.rules_of("hopital")}
    assert set(own) == {check.rule for check in result.rules}
    to_verify = {rule for rule, check in own.items() if check.state is State.TO_VERIFY}
    assert to_verify >= {"pmo", "supply-volume", "supply-end"}
    sites = {site.id for site in result.scenario.participants if site.person == "hopital"}
    for rule in ("procurement", "supply-volume", "supply-end"):
        assert {*own[rule].culprits} <= sites
    assert "Hôpital" in own["procurement"].title  # its own purchase, not that of the largest buyer
    sheet = sheet_document(result, "hopital").document
    status = str(sheet.status)
    assert f"{len(to_verify)} point" in status
    told = text_of(papers_of(result, "deliberation", {"hopital"})["deliberation-hopital"])
    for clause in (
        "contract: Hôpital buys",
        "Blanchisserie hospitalière would buy 11%",
        "1 contract without",
    ):
        assert clause in told


def test_a_deliberation_has_the_budget_of_the_note_to_its_treasurer_where_somebody_is_closed(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "op"
    write_operation(folder)
    table = folder / "participants.csv"
    head, *rows = table.read_text(encoding="utf-8").splitlines()
    closed = [f"{row};{'' if row.startswith('cave') else 'oui'}" for row in rows]
    table.write_text("\n".join([f"{head};publish", *closed, ""]), encoding="utf-8")
    asked = Request(quiet=True, progress=lambda _text: None, folder=folder, more={"paper": None})
    ((result, moved),) = operations(asked, computed(asked)[0])
    seen = shared(asked, "treasurer")
    noted = computed(seen)[0]
    for body in public_bodies(result):
        own = moved[body.id]
        assert own.scenario.moved_ids == {"cave"}
        book, true = treasury(own, body), treasury(result, body)
        same = treasury(own_results(seen)(body, noted), body)
        assert book is not None
        assert true is not None
        assert same is not None
        assert lines_eur(book) == lines_eur(same)
        assert lines_eur(book) != lines_eur(true)
        told = text_of(paper_of(result, moved, body.id))
        assert "agree to be shown are moved by 12 to 25%" in told
        assert fr(lines_eur(book)["Fee of the PMO"]) in told
    # A paper that nobody else reads asks for no other data.
    asked = replace(asked, more={"paper": ("sale",)})
    assert operations(asked, result) == [(result, {})]


def paper_of(result: Result, moved: Mapping[str, Result], body: str) -> Document:
    cases = paper_cases([result], [apart(result)], [body], (), [moved])
    return next(paper(cases, draft) for draft in PAPERS["deliberation"](cases))
