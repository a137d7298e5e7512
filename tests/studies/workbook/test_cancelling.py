"""What would cancel the operation is the same in the workbook and in every other medium."""

import io
import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from acc.result.cancelling import conditions_for_members
from reports.data.encode import to_json
from reports.data.results import results_document
from reports.documents.brief import brief_document
from reports.documents.sheet import sheet_document
from reports.format.money import eur
from reports.format.numbers import signed
from reports.nodes.tree import TextTable
from reports.page.names import names_of
from reports.page.seance import SeanceInputs, seance_of
from reports.studies.workbook.write import workbook
from reports.terminal.persons import details
from tests.test_cancelling import cancelling_of, typed
from tests.test_one_outcome import folder_of


def test_every_medium_tells_the_same_lines(tmp_path: Path) -> None:
    result = typed(folder_of("example", tmp_path / "example", None), leaving=True)
    everybody = conditions_for_members(result.cancelling, set(result.cancelling[0].members))
    told = [
        (eur(line.everybody.gain_eur_ht or 0.0), str(line.losers), eur(line.everybody.plan_eur_ht or 0.0))
        for line in everybody
    ]
    screen = next(node for node in details(result) if isinstance(node, TextTable))
    names = names_of(result.scenario)
    kept = SeanceInputs(kept=result, folder=result, face="", same=True, everyone=result.scenario, names=names)
    page = seance_of(result, kept)
    assert page.cancelling is not None
    briefs = [cancelling_of(brief_document(result, one).document) for one in (None, "syndicate")]
    for shown in (screen, page.cancelling, *briefs):
        assert [tuple(cell.text for cell in row[1:4]) for row in shown.rows] == told
    summary = load_workbook(io.BytesIO(workbook(result)))["Summary"]
    rows = [row for row in summary.values if ": " in str(row[0])][-2 * len(everybody) :]
    assert [(row[1], row[3]) for row in rows] == [
        (pytest.approx(eur_ht), f"members who lose: {lose}")
        for line in everybody
        for eur_ht, lose in (
            (line.everybody.gain_eur_ht, line.losers),
            (line.everybody.plan_eur_ht, line.losers_over_plan),
        )
    ]
    document = json.loads(to_json(results_document(result)))["cancelling"]
    assert [one["npv_eur_ht"] for one in document[:3]] == [
        line.everybody.plan_eur_ht for line in everybody[:3]
    ]
    assert {one["setting"] for one in document} == {line.setting for line in result.cancelling}
    for member in ("hopital", "ville"):
        rows = cancelling_of(sheet_document(result, member).document).rows
        lines = conditions_for_members(result.cancelling, {member})
        assert [row[1].text for row in rows] == [signed(one.of({member}).gain_eur_ht or 0) for one in lines]
