"""What each dated change brings all in euros is what two runs differ by, and the parts sum to the whole."""

from datetime import date
from pathlib import Path

import pytest

from acc.result.result import Result
from acc.years.row_values import RowValues
from reports.data.years import year_rows, years_document
from scenarios.entry.folder.question import read_question
from scenarios.run import run
from tests.effort import few
from tests.scenarios.operation import BEHIND_ANOTHERS, PARTICIPANTS, PLANTS, write_operation

ON = date(2026, 11, 29)
ROWS = (
    "ecole;scale;2030;;0.5",
    "cave;scale;2029;;2",
    "mairie;leaves;2033;;",
    "gymnase;starts;2028;;",
    "hangar;closes;2034;;",
)
PRICED = PARTICIPANTS.replace("CU4;;town-hall", "CU4;130;town-hall")
SETS = ("prices.pmo_eur_per_mwh=3", "finance.supply_indexation_ratio=0.02", "finance.indexation_ratio=0.01")
CENT = 0.005


def result_of(
    folder: Path, rows: tuple[str, ...], plants: str = PLANTS, sets: tuple[str, ...] = SETS
) -> Result:
    write_operation(folder)
    (folder / "participants.csv").write_text(PRICED, encoding="utf-8")
    (folder / "plants.csv").write_text(plants, encoding="utf-8")
    text = "\n".join(("id;what;since;until;ratio", *rows))
    (folder / "changes.csv").write_text(text, encoding="utf-8")
    return run(folder, ran_on=ON, advised=False, settings=read_question(sets))


def worth_of(result: Result) -> RowValues:
    assert result.changes is not None
    return result.changes


def gain_eur(result: Result) -> float:
    """Return what all gain in the tenth year, before what is built in it."""
    gain = list(year_rows(result))[9].gain_eur_ht
    assert gain is not None
    return gain


@pytest.mark.parametrize("plants", few(1, [PLANTS, BEHIND_ANOTHERS]))
def test_a_change_is_worth_what_two_runs_differ_by_and_parts_sum_to_the_cent(
    tmp_path: Path, plants: str
) -> None:
    result = result_of(tmp_path / "all", ROWS, plants)
    worth, gain = worth_of(result), gain_eur(result)
    assert worth.together_eur is not None
    assert sum(row.shapley_eur or 0.0 for row in worth.rows) == pytest.approx(worth.together_eur, abs=CENT)
    told = {row.change.site: row for row in worth.rows}
    for n, row in enumerate(ROWS):
        site = row.split(";")[0]
        if site == "gymnase":  # without its row the roof is not built: no folder says that of its table
            continue
        without = result_of(tmp_path / site, ROWS[:n] + ROWS[n + 1 :], plants)
        assert told[site].last_eur == pytest.approx(gain - gain_eur(without), abs=CENT)
    late = ("gymnase;starts;2060;;",)  # after the plan: as if it were never built
    alone = gain_eur(result_of(tmp_path / "one", (ROWS[1], *late), plants))
    assert told["cave"].alone_eur == pytest.approx(
        alone - gain_eur(result_of(tmp_path / "none", late, plants)), abs=CENT
    )
    assert [row["last_eur_ht"] for row in years_document(result)["changes"]["rows"]] == [  # type: ignore[index]
        row.last_eur for row in worth.rows
    ]


def test_no_euro_is_told_where_the_gain_is_no_sum_of_kwh(tmp_path: Path) -> None:
    rows = ROWS[:2]
    for name, sets in (("equal", ("key.name=equal",)), ("taxed", ("finance.tax_ratio=0.25",))):
        worth = worth_of(result_of(tmp_path / name, rows, sets=sets))
        assert worth.together_eur is None
        assert {row.last_eur for row in worth.rows} == {None}
