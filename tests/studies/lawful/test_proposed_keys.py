"""Nobody is said to lose nothing who loses under the key that the group's criteria choose."""

from datetime import date
from pathlib import Path

import pytest

from acc.sides import loses
from reports.data.encode import encode
from reports.format.unlawful import value_text
from scenarios.operation.ready.operation import open_operation
from scenarios.run import run
from scenarios.studies.lawful.folders import write_groups
from scenarios.studies.lawful.plan_report import lawful_plans_for
from tests.effort import few
from tests.scenarios.operation import write_operation

CHANGES = {
    "[finance]\nhorizon_years = 20\n": "",
    "pmo_eur_per_year = 300.0": "pmo_eur_per_year = 10.0",
    "local_eur_per_mwh = 105.0": "local_eur_per_mwh = 148.0",
}
MOST_FOR_ALL = '[decide]\norder = ["law", "total"]\nnear_ratio = 0.0\n\n[weather]'


@pytest.mark.parametrize(("decide", "losers"), few(1, [(MOST_FOR_ALL, {"garage"}), ("[weather]", set())]))
def test_who_loses_is_told_of_the_key_that_the_criteria_choose_too(
    tmp_path: Path, decide: str, losers: set[str]
) -> None:
    """A roof of 4 kWp: the dearest bill first, the garage receives little, and its management costs more."""
    folder = write_operation(tmp_path / "all", **CHANGES, **{"[weather]": decide})
    for name, old, new in (
        ("participants.csv", "CU4;;town-hall;18000", "CU4;112;town-hall;9000"),
        ("plants.csv", "24037;90;", "24037;4;"),
        ("plants.csv", "24037;60;", "24037;15;"),
    ):
        text = (folder / name).read_text(encoding="utf-8")
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")
    operation, _metered = open_operation(folder, use_cache=False)
    plan = lawful_plans_for(operation, most=1, beside=False).best
    (one,) = plan.operations
    assert one.key == "prorata"
    (group,) = write_groups(operation, plan, tmp_path / "groups")
    money = run(group, ran_on=date(2026, 11, 25), key=one.proposed_key).money
    assert money is not None
    told = {person.id: person.proposed_year_eur for person in plan.persons}
    for person in money.persons:
        assert told[person.id] == pytest.approx(person.gain_eur_ht, abs=0.01)
    assert {person.id for person in plan.losers} == {id_ for id_, eur in told.items() if loses(eur)} == losers
    assert not any(person.loses_by_folder for person in plan.persons)
    assert ("nobody loses" in value_text(plan)) is (not losers)
    assert encode(plan)["losers"] == list(losers)
