"""The power that a drawn curve stays under."""

import pytest

from acc.sites import Kind, Participant, SupplyContract
from scenarios.operation.metering.bill import meter_power_kw


@pytest.mark.parametrize(
    ("kind", "kva", "households", "power_kw"),
    [
        (Kind.COMPANY, (36.0,), None, 36.0),
        (Kind.COMPANY, (60.0, 90.0, 75.0), None, 90.0),
        (Kind.COMPANY, (36.0,), 4, 36.0),
        (Kind.COMPANY, (), None, None),
        (Kind.HOUSEHOLD_GROUP, (9.0,), 10, 90.0),
        (Kind.HOUSEHOLD_GROUP, (9.0,), None, None),
        (Kind.HOUSEHOLD_GROUP, (), 10, None),
    ],
)
def test_a_meter_has_its_highest_kva_and_a_group_of_homes_that_of_one_as_often_as_they_are(
    kind: Kind, kva: tuple[float, ...], households: int | None, power_kw: float | None
) -> None:
    site = Participant(
        id="a", name="A", kind=kind, households=households, contract=SupplyContract(subscribed_kva=kva)
    )
    assert meter_power_kw(site) == power_kw
