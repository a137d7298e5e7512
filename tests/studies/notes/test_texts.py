"""Each text of the files is taken, by the core or by a study, and is in one file alone.

Those are reports.studies.notes, reports.studies.html, reports.studies.workbook and reports.studies.papers.
"""

import ast
import tomllib

from reports.format.wording import OF_STUDIES, TEXTS, texts
from tests.reports.sentences.test_texts import NODES


def test_a_name_is_that_of_one_text() -> None:
    files = [TEXTS, *OF_STUDIES.glob("*/texts.toml")]
    assert len(texts()) == sum(len(tomllib.loads(path.read_text(encoding="utf-8"))) for path in files)


def test_no_text_is_left_over() -> None:
    assert texts().keys() <= {node.value for node in NODES if isinstance(node, ast.Constant)}
