"""The page of worth opens with how the operation stands; it names nobody, so what forbids is a number."""

from dataclasses import replace

import pytest

from acc.rules.check import Check, State, status_of
from acc.worth.result import Worth
from reports.nodes.tree import Callout, Paragraph, Status
from reports.studies.worth.screen import worth_status
from tests.reports.make import scenario

LAWFUL = Status(Paragraph("Lawful", tone="shared_dark"))
TO_VERIFY = Status(
    Paragraph("Whether it is lawful is to verify (distance of the two farthest sites)", tone="sun_text")
)
ON_DEROGATION = Status(Paragraph("Possible on derogation", tone="sun_text"))
COMPARES = "These figures only compare."
WAY = "The lawful operations of these members are still to be looked for."
ONE_BROKEN = Status(
    Callout("Not lawful", f"1 rule broken. {COMPARES}", look="band", strong=WAY, tone="worse")
)
TWO_BROKEN = Status(
    Callout("Not lawful", f"2 rules broken. {COMPARES}", look="band", strong=WAY, tone="worse")
)


@pytest.mark.parametrize(
    ("states", "told"),
    [
        ((), LAWFUL),
        ((State.MET,), LAWFUL),
        ((State.MET, State.TO_VERIFY), TO_VERIFY),
        ((State.ON_DEROGATION,), ON_DEROGATION),
        ((State.NOT_MET, State.TO_VERIFY), ONE_BROKEN),
        ((State.NOT_MET, State.NOT_MET), TWO_BROKEN),
    ],
)
def test_worth_says_how_the_operation_stands(states: tuple[State, ...], told: Status) -> None:
    assert worth_status(worth_of(states)) == told


def test_worth_counts_the_points_to_verify_as_the_note_does() -> None:
    told = Status(Paragraph("Lawful, 6 points to verify", tone="sun_text"))
    assert worth_status(replace(worth_of((State.MET,)), to_verify=6)) == told


def worth_of(states: tuple[State, ...]) -> Worth:
    checks = [Check(rule="distance", state=state, title="The mill and the forge") for state in states]
    return Worth(
        scenario=scenario(),
        alternatives=(),
        sharing_ratio=None,
        connected_sharing_ratio=None,
        draws=0,
        is_value=False,
        names={},
        roofs=(),
        ahead_eur=None,
        tipping=None,
        notes=(),
        status=status_of(checks, fictitious=True),
    )
