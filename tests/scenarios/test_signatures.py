"""Who must sign what: lines written once, what is filled in kept, those of papers no more made emptied."""

from datetime import date
from pathlib import Path

import pytest

from acc.parties import PaperSignature, agreed
from acc.problem import InputError
from scenarios.entry.folder.raw import read_source
from scenarios.entry.folder.site_rows import read_signatures
from scenarios.entry.workbook.write import workbook_bytes
from scenarios.operation.ready.operation import open_operation
from scenarios.signatures import follow
from tests.scenarios.operation import write_operation

STATUTES = PaperSignature(id="statuts", paper="statutes")
ACTS = tuple(PaperSignature(id=f"adhesion-{who}", paper="membership", who=who) for who in ("ecole", "usine"))


def lines_of(folder: Path) -> tuple[PaperSignature, ...]:
    return read_signatures(read_source(folder), [])


def test_lines_are_written_once_and_what_is_filled_in_is_kept(tmp_path: Path) -> None:
    folder = write_operation(tmp_path)
    path = follow(folder, (STATUTES, *ACTS))
    assert lines_of(folder) == (STATUTES, *ACTS)
    text = path.read_text(encoding="utf-8-sig")
    assert text.startswith("Pièce;Nature;De qui;Opération du plan;Avant le;Envoyée le;Signée le;Remarque\n")
    line = "adhesion-usine;Acte d’adhésion;usine;"
    filled = text.replace(f"{line};;;;", f"{line};31/01/2027;;12/01/2027;")
    path.write_text(filled, encoding="utf-8")
    kept = PaperSignature(
        id="adhesion-usine", paper="membership", who="usine", due=date(2027, 1, 31), signed=date(2027, 1, 12)
    )
    more = PaperSignature(id="convention", paper="convention")
    follow(folder, (STATUTES, kept, more))
    assert lines_of(folder) == (STATUTES, kept, more)
    before = path.read_bytes()
    follow(folder, (STATUTES, kept, more))
    assert path.read_bytes() == before
    assert open_operation(folder)[0].scenario.signatures == (STATUTES, kept, more)


def test_a_workbook_has_them_on_a_sheet(tmp_path: Path) -> None:
    text, book = write_operation(tmp_path / "text"), tmp_path / "book"
    book.mkdir()
    (book / "membres.xlsx").write_bytes(workbook_bytes(read_source(text)))
    assert follow(book, (STATUTES, *ACTS)) == book / "membres.xlsx"
    assert lines_of(book) == (STATUTES, *ACTS)
    follow(book, (STATUTES, ACTS[1]))
    assert lines_of(book) == (STATUTES, ACTS[1])


def test_a_day_that_is_none_is_refused_with_its_place(tmp_path: Path) -> None:
    folder = write_operation(tmp_path)
    (folder / "signatures.csv").write_text("Pièce;Nature;Signée le\nstatuts;statuts;hier\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        open_operation(folder)
    assert "signatures.csv" in str(caught.value)


def test_papers_are_counted_by_kind_in_the_order_in_which_they_are_signed() -> None:
    first, second = ACTS
    sent = PaperSignature(id="a", paper="membership", who="a", sent=date(2026, 12, 4), due=date(2027, 3, 1))
    signed = PaperSignature(
        id="b", paper="membership", who="b", signed=date(2027, 1, 4), due=date(2027, 1, 31)
    )
    counts = agreed((first, second, sent, signed, STATUTES))
    assert list(counts) == ["statutes", "membership"]
    acts = counts["membership"]
    assert (acts.count, acts.sent, acts.signed, acts.due) == (4, 2, 1, date(2027, 3, 1))
    assert agreed(()) == {}
