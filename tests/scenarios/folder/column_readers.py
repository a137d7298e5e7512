"""What each reader of the table of input columns knows of one column of plants, printed as JSON.

`python -m tests.scenarios.folder.column_readers TABLE FOLDER COLUMN`: a table is read once in a process.
"""

import io
import json
import sys
from datetime import date
from pathlib import Path

from openpyxl import load_workbook

from scenarios.entry.columns import input_columns

if __name__ == "__main__":  # before anything reads it
    input_columns.TABLE = Path(sys.argv[1])

from docs import columns as written
from scenarios.entry.collecting.questions import QUESTIONS
from scenarios.entry.columns.names import header_of
from scenarios.entry.columns.row_models import PlantRow
from scenarios.entry.editing.tables import look
from scenarios.entry.folder.load import scenario_of
from scenarios.entry.folder.raw import read_source
from scenarios.entry.folder.settings import followed
from scenarios.entry.workbook.write import workbook_bytes
from scenarios.schema import schema_document
from scenarios.studies.anonymous.names import new_names, new_tables
from web.data_view import data_view

PLANTS = "plants.csv"


def readers(folder: Path, column: str) -> dict[str, object]:
    source = read_source(folder)
    everyone = scenario_of(source, everyone=True)
    handed = new_tables(source, everyone, new_names(source), {}, {})[PLANTS]
    sheet = load_workbook(io.BytesIO(workbook_bytes()))["Centrales"]
    titles = [cell.value for cell in sheet[4]]
    at = next((n for n, title in enumerate(titles) if header_of(PLANTS, str(title)).id == column), None)  # type: ignore[union-attr]
    seen = data_view(look(folder), "centrales", [], date(2026, 11, 29), every_column=False)
    cells = [cell for row in seen["rows"] for cell in row.cells if cell.column == column]  # type: ignore[attr-defined]
    header = header_of(PLANTS, "Transfo (MVA)")
    return {
        "row": [getattr(PlantRow(id="a", kwp=1.0, **{column: "1 250,5"}), column)],  # type: ignore[arg-type]
        "header": header and [header.id, header.unit_ratio],
        "schema": schema_document()["files"][PLANTS]["properties"].get(column),
        "unlikely": [odd.path for odd in look(folder).faults if odd.is_odd and column in odd.path],
        "workbook": None if at is None else [sheet.cell(5, at + 1).value, at],
        "form": column in QUESTIONS[PLANTS],
        "page": [[cell.text, cell.is_number] for cell in cells],
        "copy": [row.cells.get(column) for row in handed],
        "docs": [line for line in written.table(PLANTS).splitlines() if f"`{column}`" in line],
        "types": [line.strip() for line in written.stub().splitlines() if f" {column}:" in line],
        "at half its power": followed({"kwp": 200.0, column: 1000.0}, 100.0)[0].get(column),
        "core": [getattr(plant, column, None) for plant in everyone.plants],
    }


if __name__ == "__main__":
    print(json.dumps(readers(Path(sys.argv[2]), sys.argv[3])))
