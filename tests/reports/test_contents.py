"""`out/index.html`: every document is named once, the newest folder first; names never break the page."""

import json
import os
from html import unescape
from pathlib import Path

from reports.contents import write_contents


def make(folder: Path, names: list[str], *, age: int, **told: str) -> None:
    """Write files of a run, last touched `age` seconds after a fixed moment."""
    folder.mkdir(parents=True)
    (folder / "results.json").write_text(json.dumps(told))
    for name in [*names, "results.json"]:
        (folder / name).touch()
        os.utime(folder / name, (1_790_000_000 + age,) * 2)


def test_the_newest_run_comes_first_under_its_scenario(tmp_path: Path) -> None:
    make(tmp_path / "a", ["brief.pdf"], age=0, name="Zone", key="prorata")
    make(tmp_path / "b", ["brief.pdf"], age=60, name="Zone", variant="sans l'usine", key="equal")
    page = unescape((write_contents(tmp_path) or tmp_path).read_text())
    assert page.index("sans l'usine") < page.index('href="a/brief.pdf"')
    assert page.count("brief.pdf") == 2


def test_pictures_of_pages_stand_beside_their_document(tmp_path: Path) -> None:
    make(
        tmp_path / "a", ["brief.pdf", "brief-page-10.png", "brief-page-2.png"], age=0, name="Z", key="prorata"
    )
    page = (write_contents(tmp_path) or tmp_path).read_text()
    assert page.count("<li>") == 2
    assert page.index("brief.pdf") < page.index("brief-page-2.png") < page.index("brief-page-10.png")


def test_a_name_is_words_never_markup(tmp_path: Path) -> None:
    make(tmp_path / "a b#c", ["x.pdf"], age=0, name="<script>alert(1)</script>", key="prorata")
    page = (write_contents(tmp_path) or tmp_path).read_text()
    assert "<script>" not in page
    assert 'href="a%20b%23c/x.pdf"' in page


def test_what_cannot_be_read_is_named_by_its_folder(tmp_path: Path) -> None:
    make(tmp_path / "prorata-12345678", [], age=0)
    (tmp_path / "prorata-12345678" / "results.json").write_text("{half")
    assert "prorata-12345678" in (write_contents(tmp_path) or tmp_path).read_text()


def test_of_a_run_only_what_it_writes_first_is_read(tmp_path: Path) -> None:
    make(tmp_path / "prorata-1", ["pairs.csv"], age=0)
    head = json.dumps({"name": "Zone", "asked": ["prix=95"], "key": "prorata"}, indent=2)
    (tmp_path / "prorata-1" / "results.json").write_text(head.removesuffix("\n}") + ',\n  "rest": ' + "[" * 9)
    assert "Zone" in (write_contents(tmp_path) or tmp_path).read_text()


def test_nothing_made_makes_no_page(tmp_path: Path) -> None:
    assert write_contents(tmp_path / "absent") is None
    (tmp_path / ".cache").mkdir()
    assert write_contents(tmp_path) is None
    assert not list(tmp_path.glob("*.html"))


def test_what_draws_keep_for_themselves_is_not_named(tmp_path: Path) -> None:
    make(tmp_path / "sweep-1" / "results", ["part-1.parquet"], age=0)
    (tmp_path / "sweep-1" / "ranges.csv").touch()
    page = (write_contents(tmp_path) or tmp_path).read_text()
    assert "part-1" not in page
    assert "ranges.csv" in page


def test_the_tables_of_a_group_are_not_documents_nor_is_its_secret(tmp_path: Path) -> None:
    make(tmp_path / "groups", ["map.png"], age=0)
    make(tmp_path / "groups" / "group-1", ["operation.toml", "participants.csv", "masque.cle"], age=0)
    page = (write_contents(tmp_path) or tmp_path).read_text()
    assert "map.png" in page
    assert "group-1" not in page


def test_what_tells_everybody_is_not_to_be_handed_over(tmp_path: Path) -> None:
    kept = ["comparison.json", "groups.csv", "map.png", "pairs.csv", "results.json", "steps.parquet"]
    make(tmp_path / "a", [*kept[:4], kept[5], "brief.pdf", "results.xlsx", "coefficients.csv"], age=0)
    (tmp_path / "a" / "results-public.json").touch()
    page = (write_contents(tmp_path) or tmp_path).read_text()
    said = [line for line in page.splitlines() if line.startswith("<li>") and "not to be handed over" in line]
    assert sorted(line.split('href="a/')[1].split('"')[0] for line in said) == kept
