"""The band of broken rules: the worst one, and how many others."""

from dataclasses import replace
from datetime import date

import pytest

from acc.rules.check import Check, State
from reports.page.law import law_of
from reports.page.names import names_of
from scenarios.run import run
from tests.scenarios.operation import write_operation


def broken_rule(rule: str, title: str, measured: float | None = None) -> Check:
    return Check(
        rule=rule, state=State.NOT_MET, title=title, measured=measured, unit="km" if measured else ""
    )


FAR = broken_rule("distance", "Mairie and Ecole are 3.0 km apart.", 3.0)
DENSE = broken_rule("density", "Too dense for this perimeter.")
BIG = broken_rule("power", "Too much power.")


@pytest.mark.parametrize(
    ("checks", "short", "full"),
    [
        ((FAR,), "Perimeter: 3.0 km, too far", "Mairie and Ecole are 3.0 km apart."),
        (
            (FAR, DENSE),
            "Perimeter: 3.0 km, too far, and 1 other rule",
            "Mairie and Ecole are 3.0 km apart, and 1 other rule.",
        ),
        (
            (FAR, DENSE, BIG),
            "Perimeter: 3.0 km, too far, and 2 other rules",
            "Mairie and Ecole are 3.0 km apart, and 2 other rules.",
        ),
    ],
)
def test_a_room_reads_the_worst_rule_and_how_many_others(
    tmp_path_factory: pytest.TempPathFactory, checks: tuple[Check, ...], short: str, full: str
) -> None:
    folder = tmp_path_factory.mktemp("law") / "op"
    write_operation(folder)
    result = replace(run(folder, ran_on=date(2026, 9, 1)), checks=checks)
    broken = law_of(result, names_of(result.scenario)).broken
    assert broken is not None
    assert broken.short.replace("\u00a0", " ").replace("\u202f", " ") == short
    assert broken.title.replace("\u00a0", " ").endswith(full)
