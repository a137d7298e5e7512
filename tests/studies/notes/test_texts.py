"""Each text of the file is taken, by the core or by a study.

Those are reports.studies.notes, reports.studies.html, reports.studies.workbook and reports.studies.papers.
"""

import ast

from reports.format.wording import texts
from tests.reports.sentences.test_texts import NODES


def test_no_text_is_left_over() -> None:
    assert texts().keys() <= {node.value for node in NODES if isinstance(node, ast.Constant)}
