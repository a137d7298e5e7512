"""What each dated change brings all in euros is what two runs differ by, and the parts sum to the whole."""

from datetime import date
from pathlib import Path

import pytest

from acc.result.outcomes import outcomes_in
from acc.result.result import Result
from acc.years.row_values import RowValues
from reports.data.encode import encode
from reports.data.years import year_rows, years_document
from scenarios.entry.folder.question import read_question
from scenarios.run import RunParts, run
from tests.effort import few
from tests.scenarios.operation import BEHIND_ANOTHERS, PARTICIPANTS, PLANTS, RENTED, write_operation

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
NONE = ("bureau;scale;2060;;1",)
"""A row after the plan: its years are told one by one, and it changes none."""


def result_of(
    folder: Path,
    rows: tuple[str, ...],
    plants: str = PLANTS,
    sets: tuple[str, ...] = SETS,
    sites: str = PRICED,
) -> Result:
    write_operation(folder)
    (folder / "participants.csv").write_text(sites, encoding="utf-8")
    (folder / "plants.csv").write_text(plants, encoding="utf-8")
    text = "\n".join(("id;what;since;until;ratio", *rows))
    (folder / "changes.csv").write_text(text, encoding="utf-8")
    return run(folder, ran_on=ON, settings=read_question(sets), parts=RunParts(advice=False))


def worth_of(result: Result) -> RowValues:
    assert result.changes is not None
    return result.changes


ALONE_ON_THE_NETWORK = "".join(PLANTS.splitlines(keepends=True)[::2])
"""The roof of the cellar and no other: once it closes no plant runs, and no fee is paid."""

OF_A_TOWN = PRICED.replace("\n", ";\n").replace("kwh;\n", "kwh;person\n")
OF_A_TOWN = OF_A_TOWN.replace(";62000;", ";62000;ville").replace(";88000;", ";88000;ville")
"""The town hall, the school and, by its site, the roofs are of one member, who pays itself too."""

OLD = PLANTS.replace(";behind\n", ";behind;commissioned_on;life_years\n").replace(";cave\n", ";cave;;\n")
OLD = OLD.replace(";165;\n", ";165;;2010-01-01;20\n")
"""The roof of the network ends its life in the fourth year."""

PRICES_BY_PLANT = ("prices.local_by_plant_eur_per_mwh={ gymnase = 90 }",)

OPERATIONS = {
    "at two prices": (PRICED, PLANTS),
    "of an old roof": (PRICED, OLD),
    "rented": (PRICED, RENTED),
    "of a town": (OF_A_TOWN, BEHIND_ANOTHERS.replace(";commune;", ";mairie;")),
    "of one roof": (PRICED, ALONE_ON_THE_NETWORK),
    "usual": (PRICED, PLANTS),
    "behind another's meter": (PRICED, BEHIND_ANOTHERS),
}


def own_eur(result: Result, who: str) -> float:
    """Return what a member gains in the tenth year, before what is built in it."""
    (gain,) = [one.gain_eur_ht for one in outcomes_in(result, 10).members if one.id == who]
    assert gain is not None
    return gain


def gain_eur(result: Result) -> float:
    """Return what all gain in the tenth year, before what is built in it."""
    gain = list(year_rows(result))[9].gain_eur_ht
    assert gain is not None
    return gain


@pytest.mark.parametrize("name", few(4, list(OPERATIONS)))
def test_a_change_is_worth_what_two_runs_differ_by_and_parts_sum_to_the_cent(
    tmp_path: Path, name: str
) -> None:
    sites, plants = OPERATIONS[name]
    rows = tuple(row for row in ROWS if f"\n{row.split(';')[0]};" in sites + plants)
    rows = rows if name != "of an old roof" else tuple(row for row in rows if "starts" not in row)
    late = tuple("gymnase;starts;2060;;" for row in rows if "starts" in row)  # as if it were never built

    sets = (*SETS, *(PRICES_BY_PLANT if name == "at two prices" else ()))

    def made(*some: str) -> Result:
        return result_of(tmp_path / str(len(list(tmp_path.iterdir()))), some, plants, sets, sites)

    result, none = made(*rows), made(*NONE, *late)
    worth, gain = worth_of(result), gain_eur(result)
    assert worth.together_eur is not None
    assert sum(row.shapley_eur or 0.0 for row in worth.rows) == pytest.approx(worth.together_eur, abs=CENT)
    holders = {
        id_: one.id for one in outcomes_in(result, 10).members for id_ in (*one.site_ids, *one.plant_ids)
    }
    told = {row.change.site: row for row in worth.rows}
    for n, row in enumerate(rows):
        site = row.split(";")[0]
        if site == "gymnase":  # without its row the roof is not built: no folder says that of its table
            continue
        value, who = told[site], holders[site]
        without = made(*NONE, *rows[:n], *rows[n + 1 :])
        assert value.last_eur == pytest.approx(gain - gain_eur(without), abs=CENT)
        assert value.own_last_eur == pytest.approx(own_eur(result, who) - own_eur(without, who), abs=CENT)
        alone = made(row, *late)
        assert value.alone_eur == pytest.approx(gain_eur(alone) - gain_eur(none), abs=CENT)
        assert value.own_alone_eur == pytest.approx(own_eur(alone, who) - own_eur(none, who), abs=CENT)
    assert [row["last_eur_ht"] for row in encode(years_document(result))["changes"]["rows"]] == [  # type: ignore[index]
        row.last_eur for row in worth.rows
    ]


def test_no_euro_is_told_where_the_gain_is_no_sum_of_kwh(tmp_path: Path) -> None:
    rows = ROWS[:2]
    for name, sets in (("equal", ("key.name=equal",)), ("taxed", ("finance.tax_ratio=0.25",))):
        worth = worth_of(result_of(tmp_path / name, rows, sets=sets))
        assert worth.together_eur is None
        assert {(row.last_eur, row.own_last_eur) for row in worth.rows} == {(None, None)}
    # What a member pays depends on the others it is served with: nothing is told of one alone.
    by_buyer = ("prices.local_by_participant_eur_per_mwh={ mairie = 90 }",)
    worth = worth_of(result_of(tmp_path / "buyers", rows, sets=by_buyer))
    assert worth.together_eur is not None
    assert {row.own_last_eur for row in worth.rows} == {None}
