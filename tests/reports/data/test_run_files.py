"""What goes with the brief as data: rows and figures of the brief, never finer."""

import json

from acc.i18n import to_hundreds
from reports.data.files import public_document, public_file
from reports.view.view import view_of
from tests.reports.make import make_result
from tests.reports.make_money import with_money


def test_rows_are_those_of_the_brief_and_figures_as_it_prints_them() -> None:
    result = with_money(make_result())
    view = view_of(result)
    document = json.loads(public_file(result))
    assert document == json.loads(json.dumps(public_document(view)))
    assert [row["name"] for row in document["participants"]] == [view.groups[row].name for row in view.order]
    assert document["confidential"] is False
    for row, place in zip(document["participants"], view.order, strict=True):
        printed = view.scale.plain(view.need_kwh[place])
        assert view.scale.plain(row["consumption_kwh"]) == printed
        assert row["saving_eur_ht"] == to_hundreds(float(view.chosen.saving_eur_ht[place]))
    assert "id" not in document["participants"][0]
