"""A deliberation tells the rules and clauses of its holder alone."""

from pathlib import Path

from acc.rules.check import State
from reports.documents.sheet import sheet_document
from tests.studies.papers.folder import papers_of, text_of
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
