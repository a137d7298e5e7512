"""The prices that suit everyone and the list of who loses never contradict each other, in any medium."""

import re
from datetime import date
from io import StringIO
from pathlib import Path
from random import Random

import pytest
from rich.console import Console

from acc.result.result import Result
from acc.sides import loses
from reports.sentences.decision import own_line
from reports.sentences.money import corridor_caption, corridor_heading
from reports.terminal.answer import answer_nodes
from reports.terminal.screen import show
from reports.view.view import view_of
from scenarios.entry.catalogue import copy_example
from scenarios.entry.folder.settings import read_setting
from scenarios.run import run
from tests.effort import few
from tests.scenarios.operation import PARTICIPANTS, write_operation

DAY = date(2026, 11, 25)
PRICE = r"([\d.]+)"


def folder_of(where: Path, random: Random) -> Path:
    """Return the example, or a small operation whose plans and members are drawn."""
    folder = where / "op"
    if random.random() < 0.3:
        copy_example("bergerac", folder)
        return folder
    tax = random.choice(["", "\ntax_ratio = 0.25"])
    own = random.choice(["", "\nlocal_by_plant_eur_per_mwh = { hangar = 90 }"])
    changes = {
        "pmo_eur_per_year = 300.0": f"pmo_eur_per_year = {random.randrange(0, 2000)}{own}",
        "horizon_years = 20": f"horizon_years = {random.randrange(15, 26)}{tax}",
        'surplus = "oa-2026-06"': f"surplus = {random.randrange(20, 90)}",
    }
    write_operation(folder, **changes)
    if random.random() < 0.5:
        (folder / "persons.csv").write_text("id;name;kind\ncommune;Commune;commune\n", encoding="utf-8")
        rows = PARTICIPANTS.splitlines()
        told = [f"{row};{'person' if not n else 'commune' if n < 3 else ''}" for n, row in enumerate(rows)]
        (folder / "participants.csv").write_text("\n".join(told) + "\n", encoding="utf-8")
    return folder


def says(text: str, when: str, price: float) -> bool:
    """Return whether a text says that nobody loses at a price, by one measure."""
    found = re.search(
        rf"suit (?:everyone|all who are known) {when}: (?:from {PRICE} to |up to )?{PRICE} €", text
    )
    if found is None:
        assert re.search(rf"No local price suits? everyone {when}|suit all but .*, {when}", text), text
        return False
    low, high = found.groups()
    least = low or ("0" if "up to" in found.group() else high)
    return float(least) <= price <= float(high)


def plain(text: str) -> str:
    return " ".join(text.split()).replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def losing(result: Result) -> tuple[bool, bool]:
    assert result.money is not None
    persons = result.money.persons
    return any(loses(p.gain_eur_ht) for p in persons), any(loses(p.npv_eur_ht) for p in persons)


def on_screen(result: Result) -> str:
    console = Console(width=400, record=True, file=StringIO())
    show(answer_nodes(result), console)
    return plain(console.export_text())


@pytest.mark.parametrize("seed", few(3, range(8)))
def test_a_band_holds_the_price_where_nobody_loses_and_nowhere_else(tmp_path: Path, seed: int) -> None:
    random = Random(seed)
    folder = folder_of(tmp_path, random)
    for price in [random.choice([70.0, 80.0, 105.0]), round(random.uniform(20.0, 180.0), 1)]:
        result = run(folder, ran_on=DAY, settings=[read_setting(f"prix={price}")])
        assert result.scenario.finance is not None
        plan = f"over {result.scenario.finance.horizon_years} years, investment counted"
        year, years = losing(result)
        view = view_of(result)
        heading = plain(corridor_heading(view)).replace("would suit", "suit")
        document = f"{heading}. {plain(corridor_caption(view))}"
        screen = on_screen(result)
        assert ("Loses: " in screen) == year, screen
        assert not (year and "nobody would lose" in screen), screen
        for text in (screen, document):
            assert says(text, "the first year", price) == (not year), text
            assert says(text, plan, price) == (not years), text
        assert ("nobody would lose" in own_line(view, None)) == (not year and not years)
