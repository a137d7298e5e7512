"""Digests of the documents of one result, told by a process: `python -m tests.reports.same_bytes FOLDER`."""

import hashlib
import sys
from pathlib import Path

from reports.deliver import write_drawn
from reports.documents.brief import brief_document
from reports.studies.html.page import page
from reports.studies.workbook.write import workbook
from tests.reports.make import make_result
from tests.reports.make_money import with_money


def digests(folder: Path) -> dict[str, str]:
    """Return the digest of each document by its name; the brief is written below a folder."""
    priced = with_money(make_result(others=("static", "equal")))
    written = write_drawn(brief_document(priced), folder, "brief", {"pdf", "png"}, force=False)
    made = {path.name: path.read_bytes() for path in written}
    made |= {"page": page(priced), "workbook": workbook(priced)}
    return {name: hashlib.sha256(data).hexdigest() for name, data in made.items()}


if __name__ == "__main__":
    for line in digests(Path(sys.argv[1])).items():
        print(*line)
