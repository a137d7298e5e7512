"""What a note says to be missing names the cells that take it: they are there, under these titles."""

import csv
import re

import pytest

from reports.format import language
from reports.format.wording import text_of, texts
from scenarios.entry.columns.input_columns import TABLE

MISSING = [name for name in texts() if name.startswith("missing-")]


@pytest.mark.parametrize("name", MISSING)
def test_what_is_missing_names_the_cells_that_take_it(name: str) -> None:
    rows = list(csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines(), delimiter=";"))
    language.use("en")
    ids = re.findall("“(.+?)”", text_of(name, 2))
    language.use("fr")
    titles = re.findall("«\u00a0(.+?)\u00a0»", text_of(name, 2))
    assert ids
    assert len(titles) == len(ids)
    for id_, title in zip(ids, titles, strict=True):
        assert title in {row["french"] for row in rows if row["id"] == id_}
