"""What `acc run` says first: who loses over the plan is told, and who sells to itself alone has no price."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from rich.console import Console

from acc.result.result import Drawn, Result
from reports.nodes.tree import Node
from reports.terminal.answer import answer_nodes
from reports.terminal.blocks import drawn_from
from reports.terminal.persons import details
from reports.terminal.screen import show
from scenarios.run import run
from tests.scenarios.operation import PARTICIPANTS, PLANTS, write_operation

TOLD = (answer_nodes, details, drawn_from)


def said(result: Result, *how: Callable[[Result], Iterable[Node]]) -> str:
    out = Console(width=400)
    with out.capture() as capture:
        for one in how or TOLD:
            show(one(result), out)
    return capture.get().replace("\u00a0", " ").replace("\u202f", " ")


def made(folder: Path, *, person: str = "") -> Result:
    """Return the run of a folder whose local price is 0, one person holding everything where it is named."""
    write_operation(folder, **{"local_eur_per_mwh = 105.0": "local_eur_per_mwh = 0.0"})
    for file, text in (("participants.csv", PARTICIPANTS), ("plants.csv", PLANTS)):
        rows = text.replace(";;town-hall", ";120;town-hall").strip().split("\n")
        if person:
            rows = [f"{rows[0]};person", *(f"{row};{person}" for row in rows[1:])]
        (folder / file).write_text("\n".join(rows) + "\n", encoding="utf-8")
    if person:
        (folder / "persons.csv").write_text(f"id;name\n{person};Ville\n", encoding="utf-8")
    return run(folder, ran_on=date(2026, 9, 1))


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return made(tmp_path_factory.mktemp("answer") / "op")


def test_who_loses_over_the_plan_is_told_where_every_site_saves(given: Result) -> None:
    assert given.money is not None
    below = {p.id for p in given.money.persons if p.npv_eur_ht is not None and p.npv_eur_ht < 0.0}
    assert below == {"commune"}
    text = said(given)
    assert "6 members of 7 gain" in text  # six sites, and the commune, which owns a roof and has no site
    assert "1 would lose, the first year and over 20 years" in text
    assert "Loses in all over 20 years, investment counted: commune (" in text
    assert "Nobody loses" not in text
    assert "never paid back" in text.partition("If 5% of the members leave")[2]


def test_who_holds_everything_is_told_neither_a_price_nor_what_its_plants_alone_are_worth(
    tmp_path: Path,
) -> None:
    result = made(tmp_path / "op", person="ville")
    bands = {"npv_eur_ht": {"": (-9e4, -8e4, -7e4)}, "everybody_npv_eur_ht": {"": (1e4, 2e4, 3e4)}}
    told = replace(
        result,
        ranges=bands,
        ranges_draws=100,
        drawn=Drawn(weather_years=1, model_yield_ratio=None, paid_back_ratio=0.0),
    )
    text = said(told)
    assert "1 member of 1 gains" in text
    for wrong in ("At 0 €/MWh", "not paid back in", "NPV from \N{MINUS SIGN}90,000", "members leave"):
        assert wrong not in text, wrong
    assert "NPV from 10,000 to 30,000 €" in text
