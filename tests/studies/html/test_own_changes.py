"""What a member keeps to itself of its changes is on no page for others."""

import html
from datetime import date
from pathlib import Path

import pytest

from acc.result.result import Result
from reports.documents.brief import brief_document
from reports.documents.sheet import sheet_document
from reports.html.page import own_page
from reports.studies.html.page import page
from reports.view.view import holders_shown
from scenarios.run import RunParts, run
from tests.effort import few
from tests.reports.audiences import EVERY_AUDIENCE
from tests.reports.documents.test_own_changes import NEVER, OPEN, ROWS, SECRETS
from tests.scenarios.operation import write_operation


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    folder = tmp_path_factory.mktemp("own")
    write_operation(folder)
    (folder / "changes.csv").write_text(ROWS, encoding="utf-8")
    return run(folder, ran_on=date(2026, 11, 29), parts=RunParts(advice=False))


@pytest.mark.parametrize(
    ("told", "secret"), few(1, [(told, secret) for secret in SECRETS for told in (OPEN, "")])
)
def test_what_a_company_keeps_to_itself_is_in_nothing_that_others_read(
    tmp_path: Path, told: str, secret: str
) -> None:
    write_operation(tmp_path)
    text = f"id;what;since;ratio;kwh;hours\n{told}{secret}"
    (tmp_path / "changes.csv").write_text(text, encoding="utf-8")
    made = run(tmp_path, ran_on=date(2026, 11, 29), parts=RunParts(advice=False))
    briefs = {name or "partners": brief_document(made, name) for name in EVERY_AUDIENCE}
    texts = {name: repr(brief.document) for name, brief in briefs.items()}
    texts["page"] = page(made).decode()
    for person in holders_shown(made):
        if person.id not in {"cave", "garage"}:
            texts[person.id] = repr(sheet_document(made, person.id).document)
            texts[f"own page of {person.id}"] = own_page(made, person.id).decode()
    for place, words in texts.items():
        said = html.unescape(words).replace("\\xa0", " ").replace("\xa0", " ").replace("\u202f", " ")
        for never in NEVER:
            assert never not in said, (place, never)
        assert "changes are announced" not in said, place
        assert "is announced" not in said or told, place
    assert ("1 change is announced" in texts["partners"]) is bool(told)
    # The holder alone reads it: what is looked for above is how it would be written.
    assert "17/03/2031" in "".join(repr(sheet_document(made, id_).document) for id_ in ("cave", "garage"))


def test_what_is_doubted_of_who_is_not_named_stands_in_its_own_sheet_alone(tmp_path: Path) -> None:
    """A doubt quotes a need, a power, a trade: without its name it would tell who it is."""
    write_operation(tmp_path)
    rows = "id;what;since;ratio;kwh;hours\ncave;scale;2028;+20 %;;\ncave;hours;2029;;90000;11:00-16:00\n"
    (tmp_path / "changes.csv").write_text(rows, encoding="utf-8")
    result = run(tmp_path, ran_on=date(2026, 11, 29), parts=RunParts(advice=False))
    doubts = (
        "is read as a need × 1.2",
        "90,000 kWh, and annual_kwh 140,000 kWh",
        "sounds like the profile wine-cooperative",
    )
    assert all(any(doubt in note for note in result.scenario.notes) for doubt in doubts)
    own = repr(sheet_document(result, "cave").document)
    assert all(doubt in own for doubt in doubts)
    shared = [repr(brief_document(result, reader).document) for reader in (None, "company", "commune")]
    shared += [repr(sheet_document(result, "ecole").document), page(result, []).decode()]
    assert not [doubt for doubt in doubts for text in shared if doubt in text]
