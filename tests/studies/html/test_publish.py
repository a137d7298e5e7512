"""Who is named on the page."""

from pathlib import Path

from click.testing import CliRunner

import cli
from reports.studies.html.documents import BRIEF
from tests.test_publish import FIRMS, write


def test_a_page_does_not_print_a_company_whose_cell_is_empty(tmp_path: Path) -> None:
    folder, formats = write(tmp_path / "op", *FIRMS), ",".join(BRIEF)
    made = CliRunner().invoke(
        cli.main, ["brief", str(folder), "--format", formats, "--quiet"], catch_exceptions=False
    )
    assert made.exit_code == 0
    page = next((folder / "out").rglob("brief*.html")).read_text(encoding="utf-8")
    assert "Lagrange" in page
    assert "Dupuy" not in page
    assert "Rouget" not in page
