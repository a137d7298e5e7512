"""The ranges judged on published operations: are the figures of others between P10 and P90?

Each operation of `profiles/data/published_operations.csv` is written as a folder by rule from the words of
its source, and `acc run` runs it as any other. Rules, set before any draw: the power is that which makes the
published production, which an estimate says of its plant; the need is the published one, else production
x AC / AP, else that of as many homes; several sites share it evenly, which nobody said (`said` =
estimation); one site has a bill; where the source names steered water heaters, the hot water of as many
homes goes to the hours of surplus.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.judge import run_ranges
from benchmarks.sky_compare import modelled_yield
from profiles.data.sourced_figures import table_rows
from profiles.reference.kinds import uses_of

FIGURES = {"shared_over_produced": "autoconsommation_ratio", "shared_over_need": "autoproduction_ratio"}
"""Column of the table, and what is drawn of it."""

MEASURED, FORECAST, ANNOUNCED = "mesuré", "prévu", "annoncé"
BASES = {"mesuré": MEASURED, "prévision": FORECAST, "étude": FORECAST}
BASES |= {"annoncé": ANNOUNCED, "inaugurée": ANNOUNCED}
"""How figures are known, by the first word of a source: announced ones say neither meter nor study."""

HOMES, HOT_WATER, HEATER_KW = "household-group", "water", 2.0
"""A profile, its use of hot water, and the power of a water heater of 200 l."""

ROUNDED = 0.005
"""Sources give whole percents."""


@dataclass(frozen=True, slots=True)
class JudgedFigure:
    """One published figure among what is drawn of it, all ratios but for yields (kWh/kWp).

    Attributes:
        figure: `shared_over_produced` (AC), `shared_over_need` (AP) or `yield`.
        at_least: whether the source says "at least": only a range below it is a fault.
        basis: how it is known, of `BASES`.
    """

    name: str
    figure: str
    published: float
    low: float
    middle: float
    high: float
    at_least: bool = False
    basis: str = ""

    @property
    def inside(self) -> bool:
        """Return whether the range holds the published figure, as it is rounded."""
        above = self.published <= self.high + (0.0 if self.figure == "yield" else ROUNDED)
        below = self.at_least or self.published >= self.low - (0.0 if self.figure == "yield" else ROUNDED)
        return above and below

    @property
    def width(self) -> float:
        """Return P90 less P10: in points of AC, over the middle for the others."""
        wide = self.high - self.low
        return wide if self.figure == "shared_over_produced" else wide / self.middle


def judged(row: Mapping[str, str], folder: Path) -> list[JudgedFigure]:
    """Return the published figures of an operation in the ranges that `acc run` prints of it."""
    told = run_ranges(_folder(row, folder))[1]
    found = []
    for column, indicator in FIGURES.items():
        if row[column]:
            low, middle, high = told[indicator][""]
            published, least = float(row[column]), row["at_least"] == column
            found.append(JudgedFigure(row["name"], column, published, low, middle, high, least, basis(row)))
    return found


def basis(row: Mapping[str, str]) -> str:
    """Return how the figures of a row are known, by the first word of its source.

    Raises:
        KeyError: a first word that says neither.
    """
    return BASES[row["source"].replace(",", " ").split()[0]]


def judged_operations(place: Path) -> list[JudgedFigure]:
    """Return the figures of all operations; folders are written in `place`."""
    rows = enumerate(table_rows("published_operations.csv"))
    return [one for n, row in rows for one in judged(row, place / str(n))]


def _folder(row: Mapping[str, str], folder: Path) -> Path:
    """Write an operation as a folder, from its row alone."""
    per_kwp = modelled_yield(
        {**row, "tilt_deg": "10" if row["kind"] == "canopy" else "30", "azimuth_deg": "180"}
    )
    made_kwh = 1e3 * float(row["production_mwh"]) if row["production_mwh"] else float(row["kwp"]) * per_kwp
    place = f"{row['latitude_deg']};{row['longitude_deg']}"
    profiles = row["profiles"].split()
    folder.mkdir(parents=True, exist_ok=True)
    need, kwh = _need_kwh(row, made_kwh), row["battery_kwh"]
    devices = f"[battery]\nenergy_kwh = {kwh}\npower_kw = {kwh}\nround_trip_ratio = 0.9\n" if kwh else ""
    if row["steered_heaters"]:
        devices += _steered(int(row["steered_heaters"]), need, int(row["homes"]))
    (folder / "operation.toml").write_text(
        f'[operation]\nname = "{row["name"]}"\nstart = 2025-01-01\nend = 2026-01-01\nstep_minutes = 30\n'
        '[key]\nname = "prorata"\n'
        f"[weather]\nlatitude = {row['latitude_deg']}\nlongitude = {row['longitude_deg']}\n{devices}",
        encoding="utf-8",
    )
    lines = ["id;name;kind;latitude;longitude;profile;annual_kwh;quantity;quantity_unit;said"]
    for n, profile in enumerate(profiles):
        kind = HOMES if profile == HOMES else "company"
        told = f"{need / len(profiles):.0f};;;" if need is not None else f";{row['homes']};homes;"
        lines.append(
            f"site{n};Site {n};{kind};{place};{profile};{told}" + ("estimation" if len(profiles) > 1 else "")
        )
    (folder / "participants.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    tilt = "10" if row["kind"] == "canopy" else "30"
    (folder / "plants.csv").write_text(
        "id;name;owner;latitude;longitude;kwp;kind;surface_tilt;surface_azimuth;said;p50_kwh_per_kwp\n"
        f"roof;Roof;site0;{place};{made_kwh / per_kwp:.2f};{row['kind']};{tilt};180;estimation;"
        f"{f'{per_kwp:.3f}' if row['production_mwh'] else ''}\n",
        encoding="utf-8",
    )
    return folder


def _steered(heaters: int, need_kwh: float | None, homes: int) -> str:
    """Return the hot water of some homes of a row of homes as a load that moves to the hours of surplus."""
    share = next(use.share_ratio for use in uses_of(HOMES) if use.name == HOT_WATER)
    daily_kwh = heaters / homes * share * (need_kwh or 0.0) / 365.0
    return (
        f'[[flexible]]\nparticipant = "site0"\ndaily_kwh = {daily_kwh:.1f}\n'
        f'power_kw = {heaters * HEATER_KW:.1f}\nusual = "22:30-06:30"\n'
    )


def _need_kwh(row: Mapping[str, str], made_kwh: float) -> float | None:
    if row["need_mwh"]:
        return 1e3 * float(row["need_mwh"])
    if row["shared_over_produced"] and row["shared_over_need"]:
        return made_kwh * float(row["shared_over_produced"]) / float(row["shared_over_need"])
    return None
