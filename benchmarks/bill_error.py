"""What four postes of a bill are worth: errors of a member's received kWh against measured buildings.

Run by `python -m benchmarks.bill_error`; prints the table of docs/profils.md. The hourly curves of a
university's buildings (Langtry and Choudhary 2024, MIT licence) lie beside the project, not in it.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from acc.arrays import FloatArray
from acc.bills.tariff_slots import SLOTS, SlotClock, slot_index
from acc.kept_bill import KeptBill
from acc.plant_model import Plane
from acc.sites import Plant, Position
from acc.steps import Steps, local_calendar
from profiles.pv.plant_output import plant_output_kwh
from profiles.reference.bill_fit import fit_to_bill
from profiles.reference.load import reference_load
from profiles.weather.synthetic_year import generated_weather

BUILDINGS = Path(__file__).resolve().parents[2] / "shared" / "data" / "cambridge"
YEARS = (2018, 2019)
BERGERAC = Position(44.85, 0.48)
CLOCK = SlotClock(off_peak=((1320, 360),))
"""Off-peak from 22:00 to 06:00 every day."""

GROUPS, MEMBERS = 100, 12
PLANT = Plant(
    id="roof",
    name="Roof",
    kwp=1.0,
    position=BERGERAC,
    planes=(Plane(surface_tilt_deg=20.0, surface_azimuth_deg=180.0),),
)
BILLS = ("annual", "months", "two postes", "four postes", "four postes and months")


@dataclass(frozen=True, slots=True, eq=False)
class Year:
    """A year of buildings, kWh by the hour of shape (T, N), and what a plant makes per kWp."""

    steps: Steps
    measured_kwh: FloatArray
    made_kwh: FloatArray


def read_year(number: int) -> Year:
    """Return a year of measured buildings on hours of UTC."""
    with (BUILDINGS / f"calibration_{number}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    steps = Steps(datetime.fromisoformat(rows[0][0]), 60, len(rows))
    measured = np.array([[float(cell) for cell in row[1:]] for row in rows])
    return Year(steps, measured, plant_output_kwh(PLANT, generated_weather(steps, BERGERAC, 24)))


def bill_of(kwh: FloatArray, steps: Steps, kind: str) -> KeptBill:
    """Return what a bill of this kind says of a curve."""
    sums = dict(zip(SLOTS, np.bincount(slot_index(steps, CLOCK), kwh, len(SLOTS)).tolist(), strict=True))
    del sums["pointe"]
    months = np.bincount(local_calendar(steps).month, kwh, 13).tolist()
    slots = sums if kind.startswith("four") else {}
    if kind == "two postes":
        slots = {"hp": sums["hph"] + sums["hpb"], "hc": sums["hch"] + sums["hcb"]}
    by_month = {n: months[n] for n in range(1, 13)} if "months" in kind else {}
    return KeptBill(kwh_by_slot=slots, kwh_by_month=by_month)


def supposed_kwh(year: Year, kind: str, profile: str) -> FloatArray:
    """Return what a profile makes of the bill of each building, shape (T, N)."""
    columns = []
    for n, kwh in enumerate(year.measured_kwh.T):
        shape = reference_load(
            profile,
            year.steps,
            annual_kwh=float(kwh.sum()),
            position=None,
            temperature_c=None,
            seed=24,
            site_id=f"b{n}",
        ).kwh
        fit = fit_to_bill(shape, year.steps, CLOCK, bill_of(kwh, year.steps, kind), float(kwh.sum()))
        assert fit is not None  # a measured curve holds its own bill
        columns.append(fit.bend(shape, year.steps))
    return np.column_stack(columns)


def received_kwh(load_kwh: FloatArray, made_kwh: FloatArray) -> FloatArray:
    """Return what each member of a group receives under the key in proportion to needs, shape (N,)."""
    need = load_kwh.sum(axis=1)
    part = np.minimum(1.0, np.divide(made_kwh, need, out=np.zeros(len(need)), where=need > 0))
    return np.asarray((load_kwh * part[:, None]).sum(axis=0))


def errors(year: Year, kind: str, size_ratio: float, profile: str = "office") -> FloatArray:
    """Return the errors of members' received kWh in random groups, as ratios.

    Args:
        size_ratio: production over need of the year.
    """
    supposed, rng = supposed_kwh(year, kind, profile), np.random.default_rng(25)
    found = []
    for _group in range(GROUPS):
        chosen = rng.choice(year.measured_kwh.shape[1], MEMBERS, replace=False)
        truth = year.measured_kwh[:, chosen]
        made = year.made_kwh * (size_ratio * truth.sum() / year.made_kwh.sum())
        found.append(received_kwh(supposed[:, chosen], made) / received_kwh(truth, made) - 1.0)
    return np.concatenate(found)


def table() -> Iterator[tuple[str, float, float]]:
    """Yield each kind of bill and the mean absolute error, in %, for plants of 60 and 100 % of the need."""
    years = [read_year(number) for number in YEARS]
    for kind in BILLS:
        of = [
            100.0 * float(np.mean([np.abs(errors(year, kind, size)).mean() for year in years]))
            for size in (0.6, 1.0)
        ]
        yield kind, of[0], of[1]


if __name__ == "__main__":
    for kind, low, high in table():
        print(f"{kind:24} {low:5.1f} {high:5.1f}")
