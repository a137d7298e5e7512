"""Draw `docs/img/profil-*.png` and write the tables of `docs/profils.md` anew.

Run from the root of the repository: `python docs/reference_pictures.py`. Between the marks
`<!-- profil NAME -->` and `<!-- fin -->`, the page holds what the code computes; the rest is written by hand.
"""

import re
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from acc.arrays import FloatArray
from acc.steps import Steps, local_calendar
from profiles.curves.facts import RATIOS, signature
from profiles.reference.kinds import PROFILES
from profiles.weather.synthetic_year import generated_weather
from tests.profiles.reference.evidence import (
    SITES,
    national_portfolio_kwh,
    national_ratios,
    published_range,
    reference_year,
    typical_kwh,
    typical_signatures,
)

FOLDER = Path(__file__).parent
PAGE = FOLDER / "profils.md"
SEASONS = {
    "hiver": ((12, 1, 2), "#1f4e8c"),
    "printemps": ((3, 4, 5), "#5aa05a"),
    "été": ((6, 7, 8), "#e0932f"),
    "automne": ((9, 10, 11), "#9a3b4f"),
}
FRENCH_RATIOS = {
    "night_day": "nuit / jour",
    "weekend_weekday": "week-end / semaine",
    "august": "août",
    "january_february": "janv.-févr.",
    "may_june": "mai-juin",
    "load_factor": "facteur de charge",
}
TITLE: dict[str, Any] = {"loc": "left", "fontsize": 8}
COLOURS = 96
INK, SOFT, PUBLISHED = "#222222", "#8a8a8a", "#c9d3e0"


def mean_site_kwh(kind: str) -> FloatArray:
    """Return the mean load of some sites of a kind over the reference year, mean 1, shape (T,)."""
    total = sum((typical_kwh(kind, reference_year(), str(site)) for site in range(SITES)), start=np.zeros(1))
    return np.asarray(total / total.mean())


def draw_week(axes: Axes, load: FloatArray) -> None:
    """Draw the mean week of each season."""
    calendar = local_calendar(reference_year())
    slot = calendar.weekday * 96 + calendar.minute // 15
    for name, (months, colour) in SEASONS.items():
        chosen = np.isin(calendar.month, months)
        week = np.bincount(slot[chosen], load[chosen], 672) / np.bincount(slot[chosen], minlength=672)
        axes.plot(np.arange(672) / 96, week, color=colour, linewidth=1.1, label=name)
    axes.set_xlim(0, 7)
    axes.set_ylim(bottom=0)
    axes.set_xticks(np.arange(7) + 0.5, ["lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."])
    axes.set_title("Semaine moyenne (puissance moyenne de l’année = 1)", **TITLE)
    for day in range(1, 7):
        axes.axvline(day, color="#eeeeee", linewidth=0.8, zorder=0)
    axes.legend(frameon=False, ncols=4, fontsize=7, loc="upper right", handlelength=1.2, borderaxespad=0.1)
    axes.set_ylim(0, axes.get_ylim()[1] * 1.12)


def draw_months(axes: Axes, load: FloatArray) -> None:
    """Draw the mean power of each month."""
    month = local_calendar(reference_year()).month
    axes.bar(range(1, 13), [load[month == number].mean() for number in range(1, 13)], color="#5b7ea8")
    axes.axhline(1, color=SOFT, linewidth=0.8)
    axes.set_xticks(range(1, 13), list("JFMAMJJASOND"))
    axes.set_title("Mois", **TITLE)


def draw_signature(axes: Axes, kind: str) -> None:
    """Draw the ratios of some sites over the range of published curves."""
    sites = typical_signatures(kind, reference_year())
    for row, name in enumerate(RATIOS):  # a ratio that is infinite (lamps off by day) has no mark
        known = published_range(kind, name)
        if known:
            low, high = known
            axes.barh(row, max(high - low, 0.02), left=low, height=0.62, color=PUBLISHED, zorder=1)
        values = [value for site in sites if np.isfinite(value := getattr(site, name))]
        axes.plot(values, [row] * len(values), "|", color=INK, markersize=8, zorder=2)
    axes.set_yticks(range(len(RATIOS)), [FRENCH_RATIOS[name] for name in RATIOS])
    axes.set_ylim(len(RATIOS) - 0.4, -0.6)
    axes.set_xlim(0, max(1.6, axes.get_xlim()[1]))
    axes.set_title("Signature : traits = 8 sites, barre = publié", **TITLE)


def draw(kind: str) -> None:
    """Draw one kind into `docs/img/profil-<kind>.png`."""
    figure = Figure(figsize=(11, 2.5), dpi=90, layout="constrained")
    week, months, ratios = figure.subplots(1, 3, width_ratios=(5, 2, 2.6))
    load = mean_site_kwh(kind)
    draw_week(week, load)
    draw_months(months, load)
    draw_signature(ratios, kind)
    for axis in (week.yaxis, months.yaxis, ratios.xaxis):
        axis.set_major_formatter(lambda value, _position: f"{value:g}".replace(".", ","))
    for axes in (week, months, ratios):
        axes.tick_params(labelsize=7, length=2)
        axes.spines[["top", "right"]].set_visible(False)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    picture = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB").quantize(COLOURS, dither=0)
    picture.save(FOLDER / "img" / f"profil-{kind}.png", optimize=True)


def french(value: float | None) -> str:
    """Return a ratio with two decimals and a comma; a dash where there is none."""
    return "–" if value is None or not np.isfinite(value) else f"{value:.2f}".replace(".", ",")


def table() -> str:
    """Return the signature of each kind, and between which published ones it stands, as a Markdown table."""
    lines = ["| profil | " + " | ".join(FRENCH_RATIOS.values()) + " |", "| --- |" + " --- |" * len(RATIOS)]
    for kind in PROFILES:
        sites = typical_signatures(kind, reference_year())
        cells = []
        for name in RATIOS:
            known = "–".join(dict.fromkeys(french(end) for end in published_range(kind, name) or ()))
            mean = french(float(np.mean([getattr(site, name) for site in sites])))
            cells.append(f"{mean} ({known})" if known else mean)
        lines.append(f"| `{kind}` | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def national_table() -> str:
    """Return the ratios of the national mix beside the measured ones, as a Markdown table."""
    steps = Steps.between(date(2023, 1, 1), date(2024, 1, 1), 30)
    ours = signature(national_portfolio_kwh(steps, generated_weather(steps).temp_air_c), steps)
    lines = ["| ratio | mesuré (Enedis 2023) | profils mêlés |", "| --- | --- | --- |"]
    for name, measured in national_ratios().items():
        lines.append(f"| {FRENCH_RATIOS[name]} | {french(measured)} | {french(getattr(ours, name))} |")
    return "\n".join(lines)


def tables() -> dict[str, str]:
    """Return every table of the page by its name."""
    return {"national": national_table(), "tous": table()}


def written(page: str) -> str:
    """Return the page with every table made anew."""
    for name, text in tables().items():
        block = f"<!-- profil {name} -->\n\n{text}\n\n<!-- fin -->"
        pattern = rf"<!-- profil {re.escape(name)} -->.*?<!-- fin -->"
        page = re.sub(pattern, lambda _match, block=block: block, page, flags=re.DOTALL)
    return page


def main() -> None:
    """Draw every picture and write the page."""
    (FOLDER / "img").mkdir(exist_ok=True)
    for kind in PROFILES:
        draw(kind)
    if PAGE.exists():
        PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
