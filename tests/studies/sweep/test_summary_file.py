"""What a sweep keeps on disk is read back as the values that were written, or refused."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from acc.result.result import Alone, Effect
from acc.result.sweep import Ahead, Chances, DrawnSpread, KeyDraws, SweepReport, VariantDraws
from acc.sites import Said
from acc.version import VERSION
from scenarios.operation.draws.settings import Spread, drawn_spread
from scenarios.studies.sweep.kept import (
    _ranges_of_key,
    read_summary,
    summary_bytes,
    summary_document,
)
from tests.operations import member, plant, scenario

GONE = Effect(factor="withdrawal", change=(), values=(40.0,), who="ecole")
COSTS = Effect(factor="capex", change=(-0.1, 0.1), values=(12.0, 8.0))
ALONE = {"npv_eur_ht": Alone(reference=10.0, effects=(GONE, COSTS))}


def variant(name: str, chances: Chances | None) -> VariantDraws:
    found = KeyDraws(ranges={"received_kwh": {"": (1.0, 2.0, 3.0)}}, chances=chances, alone=ALONE)
    return VariantDraws(
        name=name,
        keys={"prorata": found, "equal": found},
        beats={"received_kwh": {"prorata": {"equal": {"": 1.0, "ecole": 0.25}}}},
        ahead={"received_kwh": {"prorata": {"equal": Ahead(members=2, at_least=1, median=1.5)}}},
        best={"received_kwh": {"prorata": {"": 1.0}}},
        regret={"received_kwh": {"prorata": {"": 0.0}, "equal": {"": 12.5}}},
        variance_shares={"npv_eur_ht": {"capex": 0.75, "rest": 0.25}},
    )


REPORT = SweepReport(
    version=VERSION,
    inputs={"operation.toml": "0" * 64},
    notes=("Une année de météo.",),
    draws=20,
    seed=24,
    engine="numpy",
    weather_years=5,
    spreads={"capex": DrawnSpread(shape="triangular", low=0.9, middle=1.0, high=1.2, source="ADEME")},
    variants=(variant("", Chances(paid_back=0.5, npv_positive=0.25)), variant("sans la cave", None)),
)


def test_a_summary_is_read_back_as_it_was_written() -> None:
    again = read_summary(summary_bytes(REPORT))
    assert summary_document(again) == summary_document(REPORT)
    assert again.notes == REPORT.notes
    assert again.spreads == REPORT.spreads
    first, second = again.variants
    assert (first.own, first.name, second.name) == ("prorata", "", "sans la cave")
    assert first.keys["prorata"].ranges["received_kwh"][""] == (1.0, 2.0, 3.0)
    assert first.keys["equal"].alone == ALONE
    assert first.ahead["received_kwh"]["prorata"]["equal"] == Ahead(members=2, at_least=1, median=1.5)
    assert first.keys["prorata"].chances == Chances(paid_back=0.5, npv_positive=0.25)
    assert second.keys["prorata"].chances is None


def test_what_has_no_meaning_is_left_out_of_the_file() -> None:
    document = json.loads(summary_bytes(REPORT))
    assert document["variants"][1]["keys"]["prorata"]["chances"] == {}
    assert document["variants"][0]["keys"]["prorata"]["chances"] == {"paid_back": 0.5, "npv_positive": 0.25}
    found = {
        shape: list(document_of(Spread(shape, 1.0, 0.5, 1.5)))
        for shape in ("fixed", "uniform", "triangular", "normal", "lognormal")
    }
    assert found == {
        "fixed": ["shape", "middle", "source", "default"],
        "uniform": ["shape", "low", "high", "source", "default"],
        "triangular": ["shape", "low", "middle", "high", "source", "default"],
        "normal": ["shape", "middle", "spread", "source", "default"],
        "lognormal": ["shape", "middle", "spread", "source", "default"],
    }


def document_of(spread: Spread) -> dict[str, object]:
    made = SweepReport(
        version="", draws=1, seed=1, engine="numpy", weather_years=1, variants=(),
        spreads={"capex": drawn_spread(spread, default=True)},
    )  # fmt: skip
    return json.loads(summary_bytes(made))["spreads"]["capex"]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"{", id="cut"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b'{"variants": 3}', id="no variants"),
        pytest.param(b'{"variants": [{"keys": {"prorata": {}}}]}', id="a key without anything"),
        pytest.param(b'{"variants": [{"keys": {"prorata": {"chances": {"paid": 1}}}}]}', id="other words"),
    ],
)
def test_another_layout_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_summary(content)


@pytest.mark.parametrize("curve", [None, Path("toit.csv")])
@pytest.mark.parametrize("model", [False, True])
def test_the_doubt_of_the_model_counts_for_plants_that_have_no_curve(model: bool, curve: Path | None) -> None:
    """Weather 4 %, model 3 % around 0.95: hypot(4, 3) = 5 %, and 4 % alone for a measured plant."""
    sun = DrawnSpread(shape="normal", middle=1.0, spread=0.04)
    modelled = DrawnSpread(shape="normal", middle=0.95, spread=0.0285)
    spreads = {"solar_yield": sun} | ({"model_yield": modelled} if model else {})
    report = replace(REPORT, spreads=spreads)
    plants = scenario([member("ecole")], [plant("toit", curve=curve, said=Said.PLAN)])
    drawn = _ranges_of_key(report, report.variants[0].keys["prorata"], plants)
    counts = model and curve is None
    assert drawn.model_yield_ratio == (0.95 if counts else None)
    assert (drawn.weather_years, drawn.paid_back_ratio) == (5, 0.5)
    output = drawn.output_of()
    if not model:
        assert output is None
    else:
        assert output is not None
        assert output.sigma_ratio == pytest.approx(0.05 if counts else 0.04, rel=0.03)  # 400 draws
    without = _ranges_of_key(report, report.variants[1].keys["prorata"], plants)
    assert without.paid_back_ratio is None
