"""The tables of figures themselves: complete, readable, and consistent with what is known of them."""

import re
from collections import Counter
from datetime import date

import pytest

from scenarios.rates.reader import CONVERSIONS
from scenarios.rates.table import Rate, read_rates

MONEY = ("turpe", "accise", "cta", "tva", "surplus", "trve", "pv_costs", "pmo", "co2")
GRID_2025, GRID_2026 = date(2025, 8, 1), date(2026, 8, 1)
HIKE_2026 = 1.030413
"""TURPE of 1 August 2026 over that of 2025, deduced from amounts read; the management has its own."""


def rows(*subjects: str) -> list[Rate]:
    rates = read_rates()
    return [row for name in rates.names for row in rates.rows(name) if row.subject in (subjects or MONEY)]


def test_each_row_says_where_it_comes_from_and_how_sure_it_is() -> None:
    for row in rows():
        assert len(row.reference) > 10, row.name
        assert re.fullmatch(r"[HML][+-]?", row.confidence), row.name
        assert row.unit in CONVERSIONS, row.name


def test_no_figure_stands_twice_at_a_date() -> None:
    counts = Counter((row.name, row.in_force_from) for row in rows())
    assert [key for key, count in counts.items() if count > 1] == []


def test_each_turpe_figure_has_the_two_grids() -> None:
    """Later grids are rows more; a figure that one forgets is stale, which is said where it is used."""
    rates = read_rates()
    for name in {row.name for row in rows("turpe")}:
        assert [row.in_force_from for row in rates.rows(name)][:2] == [GRID_2025, GRID_2026], name


def test_the_2026_grid_is_the_2025_one_times_the_hike() -> None:
    rates = read_rates()
    for name in {row.name for row in rows("turpe")}:
        if "management" not in name:
            old, new = rates.at(name, GRID_2025), rates.at(name, GRID_2026)
            assert new.value == pytest.approx(round(old.value * HIKE_2026 + 1e-9, 2), abs=1e-9), name


def test_the_estimated_management_follows_its_structure() -> None:
    # base and Rf of 2025; 2026: base x 1.030413, Rf + 1.01 %; ACC = 1.5 x base + Rf
    rates = read_rates()
    for segment, base, fee in (("bt-inf", 8.94, 7.86), ("bt-sup", 128.64, 89.16), ("hta", 257.04, 178.68)):
        old, new = (rates.at(f"turpe.{segment}.management", on) for on in (GRID_2025, GRID_2026))
        old_acc, new_acc = (rates.at(f"turpe.{segment}.management.acc", on) for on in (GRID_2025, GRID_2026))
        assert old.value == pytest.approx(base + fee, abs=0.005)
        assert old_acc.value == pytest.approx(1.5 * base + fee, abs=0.005)
        assert new.value == pytest.approx(base * HIKE_2026 + fee * 1.0101, abs=0.01)
        assert new_acc.value == pytest.approx(1.5 * base * HIKE_2026 + fee * 1.0101, abs=0.01)
        assert (new.confidence, new_acc.confidence) == ("M-", "M-")


def test_what_was_worked_out_says_so() -> None:
    marked = {row.name for row in rows("turpe") if row.reference.startswith(("DÉRIVÉ", "ESTIMÉ"))}
    assert "turpe.cu4.power" in marked
    assert "turpe.bt-sup.management" in marked
    assert not [name for name in marked if name.startswith("turpe.hta-")]


@pytest.mark.parametrize(
    ("name", "on", "value"),
    [
        ("cta", date(2026, 1, 31), 21.93),
        ("cta", date(2026, 2, 1), 15.0),
        ("accise.up-to-36-kva", date(2026, 1, 31), 29.98),
        ("accise.up-to-36-kva", date(2026, 2, 1), 30.85),
        ("accise.over-36-kva", date(2026, 7, 31), 26.58),
        ("accise.over-36-kva", date(2026, 8, 1), 26.35),
        ("turpe.cu4.acc.autoproduit.hpb", date(2026, 7, 31), 0.76),
        ("turpe.cu4.acc.alloproduit.hpb", date(2026, 8, 1), 1.78),
        ("tva", date(2026, 8, 1), 20.0),
        ("surplus.oa-2026-06.price.100", date(2026, 6, 5), 1.1),
        ("surplus.ao-petit-pv-2025.price.500", date(2026, 1, 1), 88.73),
    ],
)
def test_figures_change_on_their_day(name: str, on: date, value: float) -> None:
    assert read_rates().value(name, on) == value


def test_a_figure_is_stale_once_its_rhythm_is_over() -> None:
    accise = read_rates().at("accise.over-36-kva", date(2026, 8, 1))
    assert not accise.is_stale(date(2027, 1, 31))
    assert accise.is_stale(date(2027, 2, 1))
    exemption = read_rates().at("accise.local.ratio", date(2026, 8, 1))
    assert not exemption.is_stale(date(2026, 12, 31))
    assert exemption.is_stale(date(2027, 1, 1))
