"""What goes with the brief as data: rows and figures of the brief, never finer."""

import json

import pytest

from acc.i18n import to_hundreds
from reports.data.files import public_document, public_file
from reports.sentences.recipients import who_table
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


def test_its_figures_are_those_printed_of_named_members_and_of_all_together_and_none_is_finer() -> None:
    view = view_of(with_money(make_result()))
    document = json.loads(public_file(view.result))
    table = who_table(view)
    rows = [*document["participants"], document["total"]]
    for row, cells in zip(rows, (*table.rows, table.total), strict=True):
        assert row.get("name") in {cells[0].text, None}
        told = {"consumption_kwh": cells[1].text, "received_kwh": cells[2].text}
        for name in told.keys() & row.keys():
            number = view.scale.plain(row[name])
            assert number == told[name] or (told[name].startswith("<") and row[name] == 0.0)
        assert row.keys() - {"name", "consumption_kwh", "received_kwh"} <= {"saving_eur_ht", "p10", "p90"}
    step = document["rounded_to_kwh"]
    for row in (*rows, *document["plants"], *document["keys"]):
        for name, value in row.items():
            if name != "name" and value is not None:
                finest = round(value / step) * step if name.endswith("_kwh") else to_hundreds(value)
                assert value == pytest.approx(finest)
    received = sum(row["received_kwh"] for row in document["participants"])
    assert received == pytest.approx(document["total"]["received_kwh"])
