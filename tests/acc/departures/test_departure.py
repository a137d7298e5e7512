"""What the others keep when one leaves, under every key of the table."""

from dataclasses import replace

import numpy as np
import pytest

from acc.departures.counterfactual import without_participant
from acc.keys import KEYS, build_key
from acc.scenario import KeyChoice
from acc.settle import settle
from tests.community import community
from tests.strategies import context_of, plain_parameters

EXCHANGE = community(3, members=5, plants=2, days=3)


@pytest.mark.parametrize("name", sorted(KEYS))
def test_the_others_are_settled_as_if_the_one_who_leaves_had_never_been_there(name: str) -> None:
    spared = 0.10 + 0.01 * (np.arange(EXCHANGE.steps.count)[:, None] // 8 + np.arange(5)) % 0.05
    context = context_of(EXCHANGE, saving_eur_per_kwh=spared, steps=EXCHANGE.steps)
    choice = KeyChoice(name=name, parameters=plain_parameters(name, EXCHANGE))
    allocation = settle(EXCHANGE, build_key(name, choice.parameters, context))
    found = without_participant(EXCHANGE, allocation, context, choice, 1)
    assert found.participant_id == "p1"
    rest = replace(EXCHANGE, consumption_kwh=np.delete(EXCHANGE.consumption_kwh, 1, axis=1))
    key = build_key(name, choice.parameters, context.part([0, 2, 3, 4]))
    np.testing.assert_allclose(found.energy.received_kwh, settle(rest, key).received_kwh.sum(axis=0))
    if KEYS[name].wastes_nothing:
        pool, need = EXCHANGE.production_kwh.sum(axis=1), rest.consumption_kwh.sum(axis=1)
        np.testing.assert_allclose(found.energy.received_kwh.sum(), np.minimum(pool, need).sum())


def test_a_part_of_the_context_drops_columns_everywhere() -> None:
    part = context_of(EXCHANGE, saving_eur_per_kwh=np.arange(5.0)).part([0, 3], [1])
    assert [p.id for p in part.participants] == ["p0", "p3"]
    assert [p.id for p in part.plants] == ["r1"]
    assert part.inactive_ids == {"p1", "p2", "p4"}
    assert part.saving_eur_per_kwh is not None
    assert part.saving_eur_per_kwh.tolist() == [0.0, 3.0]
    assert part.distances_km is not None
    assert part.distances_km.shape == (1, 2)
