"""Write docs/fiabilite.md and its diagram: do the ranges hold, what the sky and the yields are worth.

`python -m benchmarks.reliability`: minutes. The measured buildings (and the weather of Lyon, for the sky)
lie in the folder that ACC_SHARED_DATA names, beside the project, not in it.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from acc.arrays import FloatArray
from acc.sites import Plane, Plant, Position
from acc.steps import Steps
from benchmarks.judge import (
    ANNUAL,
    BILLS,
    FOUR,
    KNOWN_YEAR,
    OTHER_YEAR,
    RATIOS,
    SHARED,
    TWO,
    Judged,
    Told,
    judge_all,
    told,
)
from profiles.pv.plant_output import plant_output_kwh
from profiles.weather.read import file_weather
from profiles.weather.sun import middles_utc
from profiles.weather.synthetic_year import generated_weather
from profiles.weather.values import Weather
from scenarios.sweeping.unknowns import curve_spreads

DOCS = Path(__file__).resolve().parents[1] / "docs"
TEMPLATE = Path(__file__).with_suffix(".md")
PAGE, PICTURE = DOCS / "fiabilite.md", DOCS / "img" / "fiabilite.png"
TITLES = {
    ANNUAL: "facture annuelle",
    TWO: "deux postes (HP, HC)",
    FOUR: "quatre postes",
    KNOWN_YEAR: "courbe mesurée, kWh de l’année connus",
    OTHER_YEAR: "courbe mesurée, kWh de l’année inconnus",
}
GRADES = {ANNUAL: "P", TWO: "P+", FOUR: "P+", KNOWN_YEAR: "A", OTHER_YEAR: "A"}
LYON = SHARED / "weather" / "lyon_bron_tmyx_2004_2018.epw"
BERGERAC = Position(44.85, 0.48)
SEEDS = 20
DARK_INDEX, LOW_SUN_DEG = 0.3, 10.0
PUBLISHED = (
    ("Figeac, dix ans", 1255.0),
    ("Brengues, mesuré 2019", 1289.0),
    ("Bordeaux, commercial", 1217.0),
)
"""kWh/kWp a year near Bergerac, as docs/soleil.md gives them with their sources."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SkyFigures:
    """A sky over a year: of days, and of steps of an hour with the sun above 10 degrees.

    Attributes:
        deviation: of the clearness of a day; `dark_ratio` days under 0.3; `ramp` mean change from an hour to
            the next; `spread` P90 less P10 of days.
    """

    deviation: float
    dark_ratio: float
    ramp: float
    spread: float


def sky_figures(weather: Weather) -> SkyFigures:
    """Return the figures of a year: light on the ground over light above the air, by day and by hour."""
    hourly, above, high = _hours(weather)
    day = np.arange(len(hourly)) // 24
    clearness = np.bincount(day, hourly) / np.bincount(day, above)
    index = np.divide(hourly, above, out=np.full_like(hourly, np.nan), where=high)
    ramp = np.abs(np.diff(index))
    low, top = np.quantile(clearness, [0.1, 0.9])
    # Clear days of the year have about this; the darkness of a day is told beside it.
    clear = np.quantile(clearness, 0.98)
    return SkyFigures(
        deviation=float((clearness / clear).std()),
        dark_ratio=float((clearness / clear < DARK_INDEX).mean()),
        ramp=float(np.nanmean(ramp) / clear),
        spread=float((top - low) / clear),
    )


def _hours(weather: Weather) -> tuple[FloatArray, FloatArray, FloatArray]:
    from pvlib import irradiance, solarposition

    steps = weather.steps
    moments = middles_utc(steps)
    sun = solarposition.get_solarposition(
        np.asarray(moments), weather.position.latitude_deg, weather.position.longitude_deg
    )
    sine = np.maximum(np.sin(np.radians(90.0 - sun["zenith"].to_numpy())), 0.0)
    above = irradiance.get_extra_radiation(sun.index).to_numpy() * sine
    per_hour = 60 // steps.step_minutes
    shape = (-1, per_hour)
    count = len(above) // (24 * per_hour) * 24 * per_hour
    hourly, top, height = (v[:count].reshape(shape).mean(axis=1) for v in (weather.ghi, above, sine))
    return hourly, top, height > np.sin(np.radians(LOW_SUN_DEG))


def coverage_rows(rows: Sequence[Judged]) -> list[str]:
    """Return the table of coverage and width, by what is known and by production over need."""
    part = curve_spreads()["common.measured"]
    lines = [
        "| Ce que l’on sait | Note | Production / besoin | Membre : couvert | année la plus basse | "
        "d’une moitié à l’autre | Largeur | Erreur du milieu | Groupe : couvert | Largeur |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for known, title in TITLES.items():
        for ratio in RATIOS:
            common = part if known in BILLS else curve_spreads()["common.other-year"]
            lines.append(_row(title, GRADES[known], ratio, told(rows, known, common, ratio)))
    lines += ["", "Sans la part commune (`kappa` = 0), pour comparer :", "", *lines[:2]]
    lines += [
        _row(TITLES[known], GRADES[known], ratio, told(rows, known, 0.0, ratio))
        for known in BILLS
        for ratio in RATIOS
    ]
    return lines


def _row(title: str, grade: str, ratio: float, of: Told) -> str:
    cells = [title, grade, f"{ratio:.0%}", f"**{of.members_inside:.0%}**", f"{of.lowest_year:.0%}"]
    cells += [f"± {100.0 * of.halves_deviation:.0f} points", _tenths(of.members_width), _tenths(of.error)]
    cells += [f"**{of.group_inside:.0%}**", _tenths(of.group_width)]
    return "| " + " | ".join(cell.replace("%", " %") for cell in cells) + " |"


def _tenths(ratio: float) -> str:
    return f"{100.0 * ratio:.1f}%".replace(".", ",")


def diagram(rows: Sequence[Judged]) -> Figure:
    """Return the reliability diagram: of each level of the draws, how many truths lie below it."""
    figure = Figure(figsize=(8.0, 4.0), layout="constrained")
    members, group = figure.subplots(1, 2, sharey=True)
    levels = np.linspace(0.05, 0.95, 19)
    part = curve_spreads()["common.measured"]
    for axes, title in ((members, "un membre"), (group, "un groupe de douze")):
        axes.plot([0, 1], [0, 1], color="0.6", linewidth=1.0, linestyle="--", label="juste")
        for known, style in ((ANNUAL, "-"), (TWO, "-."), (FOUR, ":"), (KNOWN_YEAR, "--")):
            common = part if known in BILLS else curve_spreads()["common.other-year"]
            of = [r for r in rows if (r.known, r.common) == (known, common) and r.ratio >= 0.6]
            below = (
                np.concatenate([row.part_below for row in of])
                if axes is members
                else np.array([row.group_part_below for row in of])
            )
            axes.plot(
                levels, [(below <= level).mean() for level in levels], linestyle=style, label=TITLES[known]
            )
        axes.set_title(title)
        axes.set_xlabel("niveau tiré")
    members.set_ylabel("part des vérités au-dessous")
    group.legend(fontsize=8, loc="lower right")
    return figure


def sky_rows() -> list[str]:
    """Return the table of the generator beside the file of Lyon, hours of the same sun."""
    year = Steps.between(date(2025, 1, 1), date(2026, 1, 1), 15)
    made = [sky_figures(generated_weather(year, BERGERAC, seed)) for seed in range(SEEDS)]
    lines = ["| Ciel | Écart-type des jours | Jours sombres | P10–P90 des jours | D’une heure à l’autre |"]
    lines.append("| --- | --- | --- | --- | --- |")
    if LYON.exists():
        there = sky_figures(file_weather(LYON, year, None))
        figures = (there.deviation, there.dark_ratio, there.spread, there.ramp)
        lines.append("| Lyon-Bron, année type 2004-2018 | " + " | ".join(map(_figure, figures)) + " |")
    names = ("deviation", "dark_ratio", "spread", "ramp")
    spans = [[getattr(one, name) for one in made] for name in names]
    cells = [f"{_figure(min(one))} à {_figure(max(one))}" for one in spans]
    lines.append(f"| généré, {SEEDS} graines | " + " | ".join(cells) + " |")
    return lines


def _figure(value: float) -> str:
    return f"{value:.3f}".replace(".", ",")


def yield_rows() -> list[str]:
    """Return the table of the yields modelled, beside those published around."""
    year = Steps.between(date(2025, 1, 1), date(2026, 1, 1), 15)
    plant = Plant(
        id="p",
        name="p",
        kwp=1.0,
        position=BERGERAC,
        planes=(Plane(surface_tilt_deg=30.0, surface_azimuth_deg=180.0),),
    )
    made = float(plant_output_kwh(plant, generated_weather(year, BERGERAC, 24)).sum())
    lines = ["| Où | Publié (kWh/kWc) | Modèle, 30° sud à Bergerac | Écart |", "| --- | --- | --- | --- |"]
    for name, kwh in PUBLISHED:
        lines.append(f"| {name} | {kwh:.0f} | {made:.0f} | {100.0 * (made / kwh - 1.0):+.1f} % |")
    return [line.replace(".", ",") if line.startswith("| ") and "%" in line else line for line in lines]


def page(rows: Sequence[Judged]) -> str:
    """Return the page of the docs."""
    annual, four = ([told(rows, known, curve_spreads()["common.measured"], r) for r in RATIOS[1:]]
                    for known in (ANNUAL, FOUR))  # fmt: skip
    better = [_tenths(a.error / f.error / 100.0)[:-1] for a, f in zip(annual, four, strict=True)]
    return TEMPLATE.read_text(encoding="utf-8").format(
        halves=len({row.half for row in rows}),
        coverage="\n".join(coverage_rows(rows)),
        better=f"{better[0]} (production 60 % du besoin) et {better[1]} (100 %)",
        sky="\n".join(sky_rows()),
        yields="\n".join(yield_rows()),
    )


def main() -> None:
    """Judge, print the page, write it with its picture."""
    rows = judge_all()
    text = page(rows)
    PAGE.write_text(text, encoding="utf-8")
    diagram(rows).savefig(PICTURE, dpi=110)
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
