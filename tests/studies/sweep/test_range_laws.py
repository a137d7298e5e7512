"""Ranges that cannot be absurd, in folders nobody would write: laws over needs, powers, keys and prices."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from acc.arrays import FloatArray
from acc.quantiles import quantiles
from acc.result.result import Ranges
from scenarios.entry.folder.question import read_question
from scenarios.entry.folder.raw import read_source
from scenarios.operation.draws.case import Case
from scenarios.operation.draws.compute import NUMPY, forget_draws, middle_results, plan_of, work
from scenarios.operation.draws.plan_years import AgedYears
from scenarios.operation.draws.quick import case_of_run
from scenarios.operation.draws.ranges import CONNECTED, Summary, person_ranges, ranges
from scenarios.operation.draws.settings import SweepChoice, read_sweep
from scenarios.operation.ready.operation import open_operation
from tests.effort import law
from tests.scenarios.operation import BEHIND_ANOTHERS, PLANTS, RENTED, write_operation

DRAWS = 12
BEYOND = 1e9
SITES = ("mairie", "ecole", "cave", "garage", "foyer", "bureau")
RANKS = '[keys.priority]\nranks = [["mairie", "garage"], ["ecole", "foyer", "cave"], ["bureau"]]\n\n'
CHANGES = (
    "ecole;leaves;2029;;;",
    "garage;joins;2028-04-01;;;",
    "foyer;heat-pump;2028;;9000;",
    "ecole;closes;2031;;;0,5",
    "cave;scale;2030-07-01;0,001;;",
    "gymnase;starts;2027-10-01;;;",
)
BATTERY = "[battery]\nenergy_kwh = 40\npower_kw = 20\nround_trip_ratio = 0.85\n\n"
SPLITS = ("prorata", "priority", "equal", "static", "weighted")
KEYS = (*SPLITS, "own-roof-first", "nearest-first")
"""Those that are no split are settled step by step: without a battery, which would take a second a draw."""


@dataclass(frozen=True)
class Drawn:
    """A folder of six sites and two plants, and its key.

    Attributes:
        annual_kwh: of the sites; `kwp` of the plants.
        prices: EUR/MWh, one a scenario.
        degradation_ratio: yearly loss of output.
        changes: dated ones, none or some of `CHANGES`.
        roofs: `plants.csv`: whose roof stands behind whose meter.
    """

    key: str
    annual_kwh: tuple[float, ...]
    kwp: tuple[float, float]
    prices: tuple[int, ...]
    degradation_ratio: float
    changes: tuple[str, ...] = ()
    roofs: str = PLANTS
    battery: str = ""

    def case(
        self, folder: Path, price: int, tax_ratio: float = 0.0, *, recovers_vat: bool = False
    ) -> tuple[Case, SweepChoice]:
        battery = self.battery if self.key in SPLITS else ""
        write_operation(folder, **{"[keys.weighted]": f"{battery}{RANKS}[keys.weighted]"})
        (folder / "plants.csv").write_text(self.roofs, encoding="utf-8")
        rows = "\n".join(("id;what;since;ratio;kwh;chance_ratio", *self.changes))
        (folder / "changes.csv").write_text(rows, encoding="utf-8")
        sets = [f"prices.local_eur_per_mwh={price}", "participants.bureau.supply_eur_per_mwh=131"]
        sets += [f"participants.{id_}.annual_kwh={n}" for id_, n in zip(SITES, self.annual_kwh, strict=True)]
        sets += [f"finance.degradation_ratio={self.degradation_ratio}"]
        sets += [f"finance.tax_ratio={tax_ratio}"]
        if recovers_vat:
            sets += [f"participants.{id_}.recovers_vat=true" for id_ in SITES]
        sets += [f"plants.{id_}.kwp={n}" for id_, n in zip(("gymnase", "hangar"), self.kwp, strict=True)]
        operation, metered = open_operation(folder, key=self.key, settings=read_question(sets))
        choice = replace(read_sweep(read_source(folder)), draws=DRAWS, keys=(), variants=(), weather_years=1)
        return case_of_run(operation, metered, reform=True), choice


NEEDS = st.one_of(st.sampled_from([1.0, 4.0, 60_000.0]), st.floats(1.0, 6e4).map(round)).map(float)
POWERS = st.one_of(st.sampled_from([1.0, 300.0]), st.floats(1.0, 400.0).map(round)).map(float)
FOLDERS = st.builds(
    Drawn,
    key=st.sampled_from(KEYS),
    annual_kwh=st.tuples(*[NEEDS] * len(SITES)),
    kwp=st.tuples(POWERS, POWERS),
    prices=st.lists(st.integers(0, 300), min_size=2, max_size=2, unique=True).map(tuple),
    degradation_ratio=st.sampled_from([0.005, 0.02, 0.08]),
    changes=st.one_of(st.just(()), st.sets(st.sampled_from(CHANGES), max_size=3).map(tuple)),
    roofs=st.sampled_from([PLANTS, BEHIND_ANOTHERS, RENTED]),
    battery=st.sampled_from(["", "", BATTERY]),
)
LAST = Drawn("priority", (62e3, 60e3, 60e3, 41e3, 30e3, 18e3), (25.0, 20.0), (80, 110), 0.005)
"""The bureau comes last: it receives 1e-13 kWh where nothing is drawn, some once panels are worn."""


def summary_of(case: Case, choice: SweepChoice) -> Summary:
    plan = plan_of(choice, [case], (case.scenario.key.name,), NUMPY)
    return Summary(plan, work(plan, 0, DRAWS), middle_results(plan))


def is_sane(told: Ranges) -> bool:
    ends = np.array([three for of in told.values() for three in of.values()])
    return bool(np.isfinite(ends).all() and (np.diff(ends) >= 0.0).all() and np.abs(ends).max() < BEYOND)


def width_of_draws(summary: Summary, indicator: str) -> FloatArray:
    """Return from the P10 of draws to their P90, unknown connections at their upper figure first."""
    low, high = (
        quantiles(summary.of(name)[:, 0]) for name in (CONNECTED.get(indicator, indicator), indicator)
    )
    width: FloatArray = high[2] - low[0]
    return width


@law(60)
@given(drawn=FOLDERS, tax_ratio=st.sampled_from([0.0, 0.25]))
@example(drawn=LAST, tax_ratio=0.0)
def test_ranges_are_finite_hold_what_is_printed_and_are_as_wide_as_their_draws(
    drawn: Drawn, tax_ratio: float
) -> None:
    with TemporaryDirectory() as place:
        case, choice = drawn.case(Path(place), drawn.prices[0], tax_ratio)
        summary, repeated = (summary_of(one, choice) for one in (case, replace(case, aged=None)))
        key = case.scenario.key.name
        told, persons = ranges(summary, key), person_ranges(summary, key)
        forget_draws()
    assert is_sane(told)
    assert is_sane(persons)
    assert summary.middle is not None
    for indicator, rows in ((name, of) for name, of in told.items() if "" in of and "payback" not in name):
        middle = Summary(summary.plan, summary.middle).of(indicator)[0, 0]
        # Panels that age move the width little: the first year repeated says how wide it may be.
        widths = np.maximum(*(width_of_draws(one, indicator) for one in (summary, repeated)))
        for n, name in enumerate(summary.members):
            low, mid, high = rows.get(name, (np.nan, np.nan, np.nan))
            if name in rows and not summary.is_unsure(indicator):
                assert mid == pytest.approx(middle[n], rel=1e-9, abs=1e-9)
                assert high - low <= 1.5 * max(widths[n], abs(mid) * 1e-9) + 1e-6, (indicator, name)
    for indicator, of in (("received_kwh", told), ("consumption_kwh", told), ("gain_eur_ht", persons)):
        rows = {name: three for name, three in of[indicator].items() if name}
        low, _mid, high = told[indicator][""]
        assert low - 1e-6 <= sum(three[1] for three in rows.values()) <= high + 1e-6, indicator
    for indicator in ("npv_eur_ht", "everybody_npv_eur_ht"):
        wide, before = (width_of_draws(one, indicator)[0] for one in (summary, repeated))
        assert wide <= 1.5 * before, indicator


@law(30)
@given(drawn=FOLDERS)
@example(drawn=LAST)
def test_two_local_prices_are_worth_the_same_for_all_together_in_every_draw(drawn: Drawn) -> None:
    """What one pays another receives: no tax on profits here, no VAT that a buyer cannot recover, and every
    supplier's price is known."""
    found = []
    with TemporaryDirectory() as place:
        for price in drawn.prices:
            case, choice = drawn.case(Path(place), price, recovers_vat=True)
            summary = summary_of(case, choice)
            found.append([summary.of(name)[:, 0, 0] for name in ("everybody_npv_eur_ht", "gain_eur_ht")])
            forget_draws()
    np.testing.assert_allclose(found[0], found[1], rtol=0.0, atol=1e-6)


SHAPES: Mapping[str, tuple[int, ...]] = {
    "consumption_kwh": (3, 2),
    "local_kwh": (2, 3, 2),
    "own_use_kwh": (2, 2),
    "shared_kwh": (2,),
    "surplus_kwh": (2,),
}
KWH = st.one_of(st.just(0.0), st.sampled_from([1e-12, 4.0, 1e6]), st.floats(0.0, 1e5))


@st.composite
def years_of_kwh(draw: st.DrawFn, count: int) -> dict[str, FloatArray]:
    """Return consistent kWh of some years or draws, (count, ...): what is received is shared, and needed."""

    def of(shape: tuple[int, ...]) -> FloatArray:
        size = count * int(np.prod(shape))
        return np.array(draw(st.lists(KWH, min_size=size, max_size=size))).reshape(count, *shape)

    found = {name: of(shape) for name, shape in SHAPES.items()}
    found["consumption_kwh"] += found["local_kwh"].sum(axis=1)
    return found | {"shared_kwh": found["local_kwh"].sum(axis=(-2, -1))}


@law(300)
@given(levels=years_of_kwh(3), first=years_of_kwh(4), pooled=st.booleans())
def test_what_ages_is_what_the_folder_has_of_it_and_no_draw_carries_a_ratio_to_nothing(
    levels: dict[str, FloatArray], first: dict[str, FloatArray], pooled: bool
) -> None:
    aged = AgedYears({name: of[None] for name, of in levels.items()}, np.eye(3))
    # The last draw is the folder's own first year.
    first = {name: np.concatenate([of, levels[name][:1]]) for name, of in first.items()}
    if pooled:
        first["local_kwh"] = first["local_kwh"].sum(axis=1, keepdims=True)
    later = aged.of(first, np.zeros(5, dtype=np.int64))
    for name, kwh in later.items():
        of = levels[name].sum(axis=1, keepdims=True) if pooled and name == "local_kwh" else levels[name]
        assert np.isfinite(kwh).all()
        assert (kwh >= -1e-9).all()
        assert (kwh <= first[name].max() + 2.0 * of.max() + first["shared_kwh"].max() + 2e6 * 12).all()
    received = later["local_kwh"].sum(axis=(-2, -1))
    given_ = later["shared_kwh"].sum(axis=-1, keepdims=True) if pooled else later["shared_kwh"]
    np.testing.assert_allclose(received, given_, rtol=1e-9, atol=1e-6)
    assert (later["local_kwh"].sum(axis=2) <= later["consumption_kwh"].sum(axis=-2)[:, :, None] + 1e-6).all()
    for name, kwh in later.items():
        of = levels[name].sum(axis=1, keepdims=True) if pooled and name == "local_kwh" else levels[name]
        np.testing.assert_allclose(kwh[-1], of, rtol=1e-9, atol=1e-5, err_msg=name)
