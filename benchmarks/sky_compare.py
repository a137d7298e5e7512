"""The generated sky beside a French typical year (Lyon-Bron): statistics, ratio shared, pictures.

Run by `python -m benchmarks.sky_compare`; the file (climate.onebuilding.org, TMYx 2004-2018) lies in the
folder that ACC_SHARED_DATA names, or beside the project. Yields are printed beside published ones, and
docs/img/soleil-ciel.png is drawn.
"""

import csv
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from acc.arrays import FloatArray
from acc.plant_model import Mounting, Plane, PlantModel
from acc.sites import Plant, PlantKind, Position
from acc.steps import Steps, local_calendar
from benchmarks.sky_statistics import MEASURED, daily_index, sky_statistics
from profiles.data.sourced_figures import FOLDER
from profiles.pv.plant_output import plant_output_kwh
from profiles.weather.read import file_weather, read_weather_file
from profiles.weather.sun import clear_sky_ghi
from profiles.weather.synthetic_year import calibrated_position, generated_weather, months_of_record
from profiles.weather.values import Weather
from scenarios.operation.ready.operation import open_operation

HERE = Path(__file__).resolve().parents[1]
LYON = Path(os.environ.get("ACC_SHARED_DATA", HERE.parent / "shared" / "data")) / (
    "weather/lyon_bron_tmyx_2004_2018.epw"
)
EXAMPLE = HERE / "scenarios" / "entry" / "catalogue" / "bergerac"
IMAGES = HERE / "docs" / "img"
YEAR = Steps.between(date(2025, 1, 1), date(2026, 1, 1), 5)
HOURS = Steps.between(date(2025, 1, 1), date(2026, 1, 1), 60)
SEASONS = {"hiver": (12, 1, 2), "printemps": (3, 4, 5), "été": (6, 7, 8), "automne": (9, 10, 11)}
SEEDS = range(20)
PLANTS = tuple(
    Plant(
        id=str(tilt),
        name="",
        kwp=kwp,
        planes=(Plane(surface_tilt_deg=tilt, surface_azimuth_deg=azimuth),),
        model=PlantModel(mounting=Mounting.ROOF),
    )
    for kwp, tilt, azimuth in ((180.0, 12.0, 165.0), (420.0, 10.0, 185.0), (240.0, 20.0, 190.0))
)
"""Three roofs of 840 kWp for the twelve sites of the example, which leave a surplus."""

GREEN, GREY = "#2a7d4f", "#777777"


def statistics(weather: Weather, months: tuple[int, ...] = tuple(range(1, 13))) -> dict[str, float]:
    """Return the statistics of some months of a weather."""
    of_day = np.isin(local_calendar(weather.steps).month, months)
    clear = clear_sky_ghi(weather.steps, weather.position)
    return sky_statistics(weather.ghi[of_day], clear[of_day], weather.steps)


def spread(found: list[dict[str, float]], name: str) -> str:
    """Return the lowest and the highest of a statistic."""
    values = [one[name] for one in found if name in one]
    return f"{min(values):.3f} to {max(values):.3f}" if values else "-"


def print_statistics(lyon: Weather, like_lyon: list[Weather], bergerac: list[Weather]) -> None:
    """Print the table of statistics, the year and each season."""
    for season, months in {"year": tuple(range(1, 13)), **SEASONS}.items():
        measured = statistics(lyon, months)
        skies = [[statistics(sky, months) for sky in drawn] for drawn in (like_lyon, bergerac)]
        heads = f"{'its months, generated':24s}{'Bergerac, generated':24s}wanted"
        print(f"\n{season:24s}{'Lyon file':>10s}  {heads}")
        for name in skies[0][0]:
            wanted = f"{MEASURED[name]}" if name in MEASURED and season == "year" else ""
            print(
                f"{name:24s}{measured.get(name, np.nan):10.3f}  "
                f"{spread(skies[0], name):24s}{spread(skies[1], name):24s}{wanted}"
            )


@dataclass(frozen=True, slots=True)
class SharedRatios:
    """The ratio shared by the sites of the example, the plants keeping their yearly output, by seed.

    Attributes:
        file: under the sky of the file; `file_with_bergerac_months` with its months brought to those outputs.
        its_months: generated, with the months of the file; `published` with those published for its place.
        bergerac: generated, with the months of Bergerac.
    """

    file: float
    file_with_bergerac_months: float
    its_months: tuple[float, ...]
    published: tuple[float, ...]
    bergerac: tuple[float, ...]


def shared_ratios(seeds: Sequence[int]) -> SharedRatios:
    """Return the ratio shared under the Lyon file and under generated skies, at 15 min."""
    steps = replace(YEAR, step_minutes=15, count=YEAR.count // 3)
    record, there = read_weather_file(LYON), file_weather(LYON, steps, None)
    months = months_of_record(record, LYON.name, None)
    bergerac = [_outputs(generated_weather(steps, calibrated_position(), seed)) for seed in seeds]
    usual = bergerac[0].sum(axis=1)
    need, month = _example_need(), local_calendar(steps).month

    def ratio(made: FloatArray, by_month: FloatArray | None = None) -> float:
        output = (made * (usual / made.sum(axis=1))[:, None]).sum(axis=0)
        if by_month is not None:
            output = output * (by_month[month] / np.bincount(month, output)[month])
        return float(np.minimum(output, need).sum() / output.sum())

    here = np.mean([np.bincount(month, made.sum(axis=0)) for made in bergerac], axis=0)
    file = _outputs(there)
    return SharedRatios(
        ratio(file),
        ratio(file, here * usual.sum() / here.sum()),
        tuple(ratio(_outputs(generated_weather(steps, there.position, s, months=months))) for s in seeds),
        tuple(ratio(_outputs(generated_weather(steps, there.position, s))) for s in seeds),
        tuple(ratio(made) for made in bergerac),
    )


def _outputs(sky: Weather) -> FloatArray:
    return np.array([plant_output_kwh(plant, sky) for plant in PLANTS])


def _example_need() -> FloatArray:
    exchange = open_operation(EXAMPLE, use_cache=False)[1].exchange
    return exchange.consumption_kwh.sum(axis=1) + exchange.own_use_kwh.sum(axis=1)


def print_shared(found: SharedRatios) -> None:
    """Print the ratios, like with like side by side."""
    for title, file, generated in (
        ("months of the file", found.file, found.its_months),
        ("months of Bergerac", found.file_with_bergerac_months, found.bergerac),
        ("file as it stands, generated with the months published there", found.file, found.published),
        ("file as it stands, generated with the months of Bergerac", found.file, found.bergerac),
    ):
        low, mean, high = min(generated), float(np.mean(generated)), max(generated)
        print(f"ratio shared, {title}: file {file:.4f}, generated {mean:.4f} ({low:.4f} to {high:.4f})")


def print_yields() -> None:
    """Print what the model yields where a yield is published."""
    ratios = []
    for row in csv.DictReader((FOLDER / "published_yields.csv").open(encoding="utf-8")):
        found, published = modelled_yield(row), usual_yield(row)
        ratios.append(found / published)
        print(f"{row['name']:28s}{published:8.0f}{found:8.0f}{found / published - 1.0:+8.1%}")
    print(f"mean {np.mean(ratios) - 1.0:+.1%}, sd {np.std(ratios):.1%}")


def usual_yield(row: dict[str, str]) -> float:
    """Return a published yield brought to a usual year and to the plane of the model."""
    return float(row["yield_kwh_per_kwp"]) / float(row["usual_year_ratio"]) / float(row["plane_ratio"])


def modelled_yield(row: dict[str, str]) -> float:
    """Return the yield of the same plant under the generated sky, kWh/kWp."""
    kind = PlantKind(row["kind"])
    mounting = Mounting.ROOF if kind is PlantKind.ROOF else Mounting.FREE
    plane = Plane(surface_tilt_deg=float(row["tilt_deg"]), surface_azimuth_deg=float(row["azimuth_deg"]))
    plant = Plant(id="p", name="p", kwp=1.0, kind=kind, planes=(plane,), model=PlantModel(mounting=mounting))
    place = Position(float(row["latitude_deg"]), float(row["longitude_deg"]))
    return float(plant_output_kwh(plant, generated_weather(HOURS, place)).sum())


def draw(lyon: Weather, generated: Weather) -> None:
    """Draw the days, the hours and two weeks of both skies into `docs/img/soleil-ciel.png`."""
    figure = Figure(figsize=(11, 2.8), dpi=90, layout="constrained")
    days, hours, weeks = figure.subplots(1, 3, width_ratios=(2, 2, 4))
    for name, sky, colour in (("Lyon-Bron", lyon, GREY), ("généré, mêmes mois", generated, GREEN)):
        clear = clear_sky_ghi(sky.steps, sky.position)
        index = np.sort(daily_index(sky.ghi, clear, 60))
        days.plot(index, np.linspace(0.0, 100.0, len(index)), color=colour, label=name)
        output = south_kw(sky)
        hours.plot(np.sort(output[output > 0.0])[::-1][:4000], color=colour)
        june = slice(24 * 151, 24 * 165)
        weeks.plot(np.arange(14 * 24) / 24.0, output[june], color=colour, linewidth=0.9)
    title(days, "Jours : part des jours sous un indice (%)")
    days.legend(frameon=False, fontsize=7)
    title(hours, "Heures classées : kW par kWc")
    title(weeks, "Deux semaines de juin, kW par kWc")
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    picture = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB").quantize(32, dither=0)
    picture.save(IMAGES / "soleil-ciel.png", optimize=True)


def title(axes: Axes, text: str) -> None:
    """Give a title to a panel, with commas and without frame."""
    axes.set_title(text, fontsize=8, loc="left")
    axes.tick_params(labelsize=7, length=2)
    axes.spines[["top", "right"]].set_visible(False)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda value, _position: f"{value:g}".replace(".", ","))


def south_kw(sky: Weather) -> FloatArray:
    """Return the output of a roof at 30 degrees south, kW per kWp by the hour."""
    plane = Plane(surface_tilt_deg=30.0, surface_azimuth_deg=180.0)
    plant = Plant(id="p", name="p", kwp=1.0, planes=(plane,), model=PlantModel(mounting=Mounting.ROOF))
    return plant_output_kwh(plant, sky)


def main() -> None:
    """Print the tables and draw the pictures."""
    print_yields()
    record = read_weather_file(LYON)
    months = months_of_record(record, LYON.name, None)
    lyon = file_weather(LYON, HOURS, None)
    draw(lyon, generated_weather(HOURS, lyon.position, months=months))
    like_lyon = [generated_weather(YEAR, lyon.position, seed, months=months) for seed in SEEDS]
    bergerac = [generated_weather(YEAR, calibrated_position(), seed) for seed in SEEDS]
    print_statistics(lyon, like_lyon, bergerac)
    print_shared(shared_ratios((24, *range(5))))


if __name__ == "__main__":
    main()
