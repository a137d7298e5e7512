"""Printed parts add up to their printed total: on the screen of a run, in its brief, in sentences."""

import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.format.gains import two_parts
from reports.format.numbers import EnergyScale
from reports.format.quantity import Notion, Quantity
from reports.format.rounding import (
    closed_energies,
    closed_eur,
    closed_parts,
    eur_column,
    eur_decimals,
    plant_energies,
    rest_of,
)
from reports.nodes.tree import TextCell, TextTable
from reports.sentences.recipients import page_rows, who_table
from reports.sentences.sources import closure_table, plant_table
from reports.terminal.answer import participants_table, plants_table
from reports.terminal.persons import persons_table
from reports.view.places import plant_groups
from reports.view.view import view_of
from tests.effort import law
from tests.reports.make import small
from tests.reports.make_money import with_money

AMOUNTS = st.lists(st.floats(-5e5, 5e5), min_size=1, max_size=40)
KWH = st.floats(0.0, 5e6)


def number(text: str) -> float:
    """Return what a cell says; "< 1" is printed of what rounds to nothing."""
    if text.startswith("<"):
        return 0.0
    plain = re.sub(r"[^\d.\-]", "", text.replace("\N{MINUS SIGN}", "-"))
    return float(plain) if plain else 0.0


@law(500)
@given(parts=AMOUNTS, decimals=st.sampled_from([-2, -1, 0, 1]))
def test_parts_sum_to_their_rounded_total_each_less_than_a_step_away(
    parts: Sequence[float], decimals: int
) -> None:
    step, total = 10.0**-decimals, sum(parts)
    closed = closed_parts(parts, total, decimals)
    assert sum(closed) == pytest.approx(round(total, decimals), abs=1e-6)
    for part, printed in zip(parts, closed, strict=True):
        assert abs(part - printed) < step * (1.0 + 1e-6)
        assert printed == pytest.approx(round(printed, decimals), abs=1e-9)


@law(300)
@given(parts=AMOUNTS)
def test_a_column_of_euros_adds_up_and_hides_nobody(parts: Sequence[float]) -> None:
    closed, total = closed_eur(parts, sum(parts))
    assert sum(closed) == pytest.approx(total)
    texts = [number(text) for text in eur_column(parts, sum(parts))]
    assert sum(texts[:-1]) == texts[-1]
    for part, printed in zip(parts, closed, strict=True):
        assert abs(part) < 1.5 or printed != 0.0
    assert abs(total - sum(parts)) <= 0.5 * 10.0 ** -eur_decimals([*parts, sum(parts)]) + 1e-6


@law(300)
@given(own=KWH, shared=KWH, surplus=KWH, scale=st.sampled_from([(1.0, 0), (1000.0, 0), (1000.0, 1)]))
def test_energies_of_a_plant_add_up_to_what_it_produces(
    own: float, shared: float, surplus: float, scale: tuple[float, int]
) -> None:
    unit = EnergyScale("MWh", *scale)
    produced, *parts = map(number, plant_energies(unit, own, shared, surplus))
    assert sum(parts) == pytest.approx(produced)
    injected, printed = shared + surplus, number(unit.plain(shared))
    assert parts[1] == printed
    assert printed + number(rest_of(unit, injected, shared, surplus)) == pytest.approx(
        number(unit.plain(injected))
    )


@law(300)
@given(without=st.floats(-4e5, 4e5), sharing=st.floats(-4e5, 4e5))
def test_the_two_parts_of_a_gain_add_up_to_it_as_it_is_printed(without: float, sharing: float) -> None:
    parts = (
        Quantity(notion=Notion.GAIN_WITHOUT_SHARING, value=without),
        Quantity(notion=Notion.GAIN_OF_SHARING, value=sharing),
    )
    found = re.findall(r"(−?[\d,]+)\xa0€", two_parts(*parts))
    if not found:
        return
    one, other = map(number, found)
    size = abs(without + sharing)
    step = 100.0 if size >= 1000.0 else 10.0 if size >= 100.0 else 1.0
    if min(abs(without), abs(sharing)) >= step:  # else the smaller one is told by itself
        assert one + other == pytest.approx(round(without + sharing, {100.0: -2, 10.0: -1, 1.0: 0}[step]))


def test_what_does_not_sum_to_its_total_is_rounded_by_itself() -> None:
    assert closed_parts([30.4, float("nan")], 30.4, 0)[0] == 30.0
    assert closed_parts([30.4, 30.4], 99.0, 0) == [30.0, 30.0]
    assert closed_energies(EnergyScale("MWh", 1000.0, 0), [1_400.0], 9_000.0) == ["1"]


def columns_of(table: TextTable, total: tuple[TextCell, ...]) -> list[tuple[list[float], float]]:
    """Return the numbers of each column and its total."""
    found = []
    for place, cell in enumerate(total):
        texts = [row[place].text for row in table.rows if row is not total]
        if re.search(r"\d", cell.text) and "%" not in cell.text and not any("%" in text for text in texts):
            found.append(([number(text) for text in texts], number(cell.text)))
    return found


@pytest.mark.parametrize("price", [0.05, 0.0917, 0.1234])
@pytest.mark.parametrize("count", [3, 8, 14])
def test_rows_of_the_screen_and_of_the_brief_add_up_to_the_row_below(count: int, price: float) -> None:
    result = with_money(small(count), price)
    screen = participants_table(result)
    assert columns_of(screen, screen.total)
    for rows, total in columns_of(screen, screen.total):
        assert sum(rows) == pytest.approx(total, abs=1e-6)
    persons = next(node for node in persons_table(result) if isinstance(node, TextTable))
    for rows, total in columns_of(persons, persons.rows[-1]):
        assert sum(rows) == pytest.approx(total, abs=1e-6)
    view = view_of(result)
    for brief in (who_table(view), who_table(view, page_rows(view))):
        known = columns_of(brief, brief.total)
        assert len(known) >= 3
        for rows, total in known:
            assert sum(rows) == pytest.approx(total, abs=1e-6)
    closure = closure_table(view)
    assert closure is not None
    assert sum(number(row[3].text) for row in closure.rows) == 0.0
    plants = plants_table(result)
    heads = [column.head for column in plants.columns]
    for row in plants.rows:
        injected, shared, surplus = (
            number(row[heads.index(head)].text) for head in ("Injected", "Shared", "Surplus")
        )
        assert shared + surplus == pytest.approx(injected, abs=1e-6)
    for row in plant_table(view).rows:
        produced, *parts = (number(cell.text) for cell in row[3:7])
        assert sum(parts) == pytest.approx(produced, abs=1e-6)
    own, shared, surplus = (
        getattr(result.energy, name) for name in ("own_use_kwh", "shared_kwh", "surplus_kwh")
    )
    groups = plant_groups(view)
    for row, group in zip(plant_table(view).rows, groups, strict=True):
        told = [number(cell.text) for cell in row[4:7]]
        kwh = [float(each[list(group.plants)].sum()) for each in (own, shared, surplus)]
        assert told == pytest.approx([view.scale.value(each) for each in kwh], abs=1.0)
