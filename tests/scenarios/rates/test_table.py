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


WORKED_OUT = r"DÉRIVÉ|ESTIMÉ|Convention du programme|[Hh]ypothèse|ordre de grandeur|dérivée"
SITE = r"(?<![\w.-])[\w.-]+\.(?:fr|com|org|info|io)\b"
DECIDES = re.compile(r"(?:^|\.)(?:legifrance\.gouv\.fr|rte-france\.com)$")
CARRIER = (
    r"\bpresse\b|transcription publique|copie publique|documentation d|hass-tarif-edf|page d’un|site péda"
)
"""What tells where a figure was read, other than in the text of who decides or measures it."""
AGREE = r"concordant|deux (?:codes|copies|transcriptions)|Deloitte, enerlex, MEDEF"
TEXT = r"arrêté|\bloi\b|décret|[Cc]ode |CIBS|CGI|CGCT|CRE|INSEE|RTE|Journal officiel|aucune combustion"


def sources_told(reference: str) -> int:
    """Return how many sources a reference names: 2 stands for several that agree.

    What a single source says of something else, told as such, is not where the figure was read.
    """
    own = re.sub(r"[^;]*une seule source \([^)]*\)", "", reference)
    if re.search(AGREE, own):
        return 2
    sites = {site for site in re.findall(SITE, own) if not DECIDES.search(site)}
    return len(sites | set(re.findall(CARRIER, own)))


def every_row() -> list[Rate]:
    rates = read_rates()
    return [row for name in rates.names for row in rates.rows(name)]


def test_what_was_worked_out_is_never_as_sure_as_what_was_read() -> None:
    """A derived figure is M at most; M+ where a copy of its text, read apart, gives the same value."""
    for row in every_row():
        if re.search(WORKED_OUT, row.reference):
            most = ("M+", "M", "M-", "L") if "donne la même valeur" in row.reference else ("M", "M-", "L")
            assert row.confidence in most, (row.name, row.in_force_from)


def test_a_figure_of_one_source_is_at_most_m() -> None:
    """Above M: several sources that agree, or the text of who decides it, read as such."""
    for row in every_row():
        if row.confidence in {"H", "H-", "M+"}:
            told = sources_told(row.reference)
            read = told == 0 and re.search(TEXT, row.reference, re.IGNORECASE)
            derived = row.confidence == "M+" and "donne la même valeur" in row.reference
            assert told >= 2 or read or derived, (row.name, row.in_force_from, row.reference)


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        ("tarif de mars 2025 (tecsol-quotidien.fr), vente totale", 1),
        ("tarif (tecsol-quotidien.fr, a2cenergies.fr)", 2),
        ("CIBS L312-37 : tarif normal", 0),
        ("deux transcriptions publiques concordantes", 2),
        ("RTE (analysesetdonnees.rte-france.com)", 0),
    ],
)
def test_the_sources_of_a_reference_are_counted(reference: str, told: int) -> None:
    assert sources_told(reference) == told


@pytest.mark.parametrize(
    ("name", "on", "value"),
    [
        ("legal.procurement.supplies", date(2025, 12, 31), 221_000.0),
        ("legal.procurement.supplies", date(2026, 1, 1), 216_000.0),
        ("legal.procurement.dispense", date(2026, 3, 31), 40_000.0),
        ("legal.procurement.dispense", date(2026, 4, 1), 60_000.0),
    ],
)
def test_thresholds_of_public_procurement_change_on_their_day(name: str, on: date, value: float) -> None:
    row = read_rates().at(name, on)
    assert (row.value, row.confidence) == (value, "H")
    assert sources_told(row.reference) >= 2


@pytest.mark.parametrize(
    ("published", "amount", "unit", "value"),
    [
        ("c€/kWh", 12.0, "EUR/kWh", 0.12),
        ("EUR/MWh", 120.0, "EUR/kWh", 0.12),
        ("EUR/kWh", 0.12, "EUR/kWh", 0.12),
        ("EUR/Wp", 1.1, "EUR/kWp", 1100.0),
        ("EUR TTC/Wp", 1.1, "EUR TTC/kWp", 1100.0),
        ("%", 21.93, "ratio", 0.2193),
        ("%/yr", 0.5, "ratio/yr", 0.005),
        ("EUR/kW/yr", 15.0, "EUR/kVA/yr", 15.0),
    ],
)
def test_a_published_unit_becomes_that_of_the_core(
    published: str, amount: float, unit: str, value: float
) -> None:
    """12 cents are 0.12 EUR, 1.10 EUR/Wp are 1,100 EUR/kWp, 21.93 % are 0.2193."""
    to, factor = CONVERSIONS[published]
    assert to == unit
    assert amount * factor == pytest.approx(value, rel=1e-12)


def test_what_keeps_its_name_keeps_its_figure() -> None:
    for published, (to, factor) in CONVERSIONS.items():
        if published == to:
            assert factor == 1.0, published
