"""What `acc check` says first of a folder."""

from dataclasses import replace

import numpy as np
import pytest

from acc.indicators import energy
from acc.keys import KeyContext, build_key
from acc.settle import settle
from reports.terminal.check import check_nodes
from reports.terminal.screen import show
from tests.reports.make import make_result


def test_a_folder_without_a_plant_says_none_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    result = make_result()
    nothing = np.zeros((result.scenario.steps.count, 0))
    flows = replace(result.exchange, production_kwh=nothing, own_use_kwh=nothing)
    members = result.scenario.participants
    key = build_key("prorata", {}, KeyContext(members, (), flows.consumption_kwh.sum(axis=0)))
    allocation = settle(flows, key)
    none = replace(
        result,
        scenario=replace(result.scenario, plants=()),
        exchange=flows,
        allocation=allocation,
        energy=energy(flows, allocation),
    )
    show(check_nodes(none))
    assert "12 sites, no plant." in capsys.readouterr().out.replace("\u00a0", " ")
