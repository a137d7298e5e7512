"""Measure how far the ranges of `acc run` hold, keep the measures, write docs/fiabilite.md from them alone.

`python -m benchmarks.reliability buildings sky yields operations` measures the parts that are named (minutes)
into reliability.json, then writes the page; without a part it writes the page from what is kept. The measured
buildings and the weather of Lyon lie in the folder that ACC_SHARED_DATA names, beside the project.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from scipy.stats import beta

from acc.quantiles import quantiles
from benchmarks.judge import (
    ANNUAL,
    BILLS,
    CURVES,
    FOUR,
    GROUP_SIZE,
    HALVES,
    HOSTS,
    KNOWN_YEAR,
    OFF_PEAK_HOURS,
    OTHER_YEAR,
    TWO,
    Judged,
    judged_half,
    measured,
)
from benchmarks.measured_shapes import YEARS
from benchmarks.published import ANNOUNCED, FORECAST, MEASURED, JudgedFigure, judged_operations
from benchmarks.sky_compare import HOURS, LYON, SEEDS, modelled_yield, statistics, usual_yield
from benchmarks.sky_compare import YEAR as FINE_YEAR
from benchmarks.sky_statistics import MEASURED as MEASURED_SKY
from benchmarks.yields import held_rows, held_yields, left_out
from profiles.data.sourced_figures import table_rows
from profiles.weather.read import file_weather
from profiles.weather.synthetic_year import calibrated_position, generated_weather

Kept = dict[str, Any]
"""What is read of reliability.json, by part: figures by name, and rows of them."""

ROOT = Path(__file__).resolve().parents[1]
TEMPLATE, KEPT = Path(__file__).with_suffix(".md"), Path(__file__).with_suffix(".json")
PAGE = ROOT / "docs" / "fiabilite.md"
DIGITS = 4
OWNERS_OF_BUILDINGS, OWNERS_OF_HELD_YIELDS = 1, 1
"""A university; a cooperative."""

TITLES = {
    ANNUAL: "facture annuelle",
    TWO: "deux postes (HP, HC)",
    FOUR: "quatre postes",
    KNOWN_YEAR: "courbe horaire d’une autre année, kWh connus",
    OTHER_YEAR: "courbe horaire d’une autre année seule",
}
SKY_TITLES = {
    "daily_sd": "écart-type de l’indice des jours",
    "dark_days": "jours sous 0,3",
    "ramp_15": "variation en 15 min (écart-type)",
    "ramp_60": "variation en 60 min (écart-type)",
    "clear_steps_above_105": "jours clairs : pas au-dessus de 1,05",
}
YIELD_KINDS = {"roof": "toit", "canopy": "ombrière", "ground": "au sol", "": "tous"}
AC, AP, HARD_AC_RATIO = "shared_over_produced", "shared_over_need", 0.95
"""Above it nearly all that is produced is shared, and any range reaches the whole."""

SURE = 0.05
"""Chance that the true coverage is below what is told as its least."""


def measure_buildings() -> Kept:
    """Return coverage by what is known of measured buildings."""
    return of_buildings([one for half in range(HALVES) for one in judged_half(half)])


def of_buildings(rows: Sequence[Judged]) -> Kept:
    """Return the figures of groups judged, by what is known, production and roofs of hosts."""
    first, second = map(measured, YEARS)
    both = sorted(set(first) & set(second))
    low, _middle, high = quantiles(np.array([[second[one].sum() / first[one].sum() - 1.0] for one in both]))
    cases = dict.fromkeys((row.own_ratio, row.known, row.ratio) for row in rows)
    return {
        "owners": OWNERS_OF_BUILDINGS,
        "years": len(first) + len(second),
        "of_both_years": len(both),
        "first_year": YEARS[0],
        "last_year": YEARS[-1],
        "halves": len({row.half for row in rows}),
        "group_size": GROUP_SIZE,
        "hosts": HOSTS,
        "draws": min(row.draws for row in rows),
        "low_change": float(low[0]),
        "high_change": float(high[0]),
        "rows": [
            _case([row for row in rows if (row.own_ratio, row.known, row.ratio) == case]) for case in cases
        ],
    }


def _case(rows: Sequence[Judged]) -> Kept:
    means = ("inside", "below", "above", "width", "error", "gap", "group_inside", "group_width", "group_gap")
    by_half = [
        np.mean([row.inside for row in rows if row.half == half]) for half in {row.half for row in rows}
    ]
    lowest = {
        f"{name}_lowest_year": float(
            min(np.mean([getattr(row, name) for row in rows if row.year == year]) for year in YEARS)
        )
        for name in ("inside", "group_inside")
    }
    return {
        "known": rows[0].known,
        "ratio": rows[0].ratio,
        "own_ratio": rows[0].own_ratio,
        "grades": " ".join(sorted({grade for row in rows for grade in row.grades.split()})),
        **{name: float(np.mean([getattr(row, name) for row in rows])) for name in means},
        **lowest,
        "halves_deviation": float(np.std(by_half)),
    }


def measure_sky() -> Kept:
    """Return statistics of the generator at Bergerac, with what was measured elsewhere."""
    found = [statistics(generated_weather(FINE_YEAR, calibrated_position(), seed)) for seed in SEEDS]
    lyon = statistics(file_weather(LYON, HOURS, None))
    return {
        "seeds": len(SEEDS),
        "rows": [
            {
                "name": name,
                "low": min(one[name] for one in found),
                "high": max(one[name] for one in found),
                "measured": list(MEASURED_SKY.get(name, ())),
                "lyon": lyon.get(name),
            }
            for name in SKY_TITLES
        ],
    }


def measure_yields() -> Kept:
    """Return how far the model lies from the yields published, and how many ranges hold."""
    rows, by_others, held = table_rows("published_yields.csv"), left_out(), held_yields()
    gaps = {row["name"]: modelled_yield(row) / usual_yield(row) - 1.0 for row in rows}
    kinds = {kind: [gaps[row["name"]] for row in rows if kind in {"", row["kind"]}] for kind in YIELD_KINDS}
    return {
        "metered": sum(MEASURED in row["source"] for row in rows),
        "held_plants": len(held_rows()),
        "held_owners": OWNERS_OF_HELD_YIELDS,
        "kinds": [
            {"kind": kind, "count": len(of), "median": float(np.median(of)), "deviation": float(np.std(of))}
            for kind, of in kinds.items()
        ],
        "left_out": list(map(asdict, by_others)),
        "held": list(map(asdict, held)),
    }


def measure_operations() -> Kept:
    """Return the published figures of operations in the ranges that `acc run` prints of them."""
    with TemporaryDirectory() as place:
        return {"figures": list(map(asdict, judged_operations(Path(place))))}


PARTS: Mapping[str, Callable[[], Kept]] = {
    "buildings": measure_buildings,
    "sky": measure_sky,
    "yields": measure_yields,
    "operations": measure_operations,
}


def keep(part: str, found: Kept) -> None:
    """Write what was measured of a part, with the commit of the program that it was measured on."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short=8", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()
    kept = {**(read_kept() if KEPT.exists() else {}), part: {"commit": commit, **_rounded(found)}}
    KEPT.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def read_kept() -> Kept:
    """Return the measures that the page tells."""
    kept: Kept = json.loads(KEPT.read_text(encoding="utf-8"))
    return kept


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _rounded(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_rounded(one) for one in value]
    return round(value, DIGITS) if isinstance(value, float) else value


def page(kept: Kept) -> str:
    """Return the page: its words are those of the template, its figures those that are kept."""
    buildings, sky, yields = (kept[part] for part in ("buildings", "sky", "yields"))
    by_others, held, figures = (
        [JudgedFigure(**one) for one in of]
        for of in (yields["left_out"], yields["held"], kept["operations"]["figures"])
    )
    rows = buildings["rows"]
    postes = [row for row in rows if row["known"] == FOUR and not row["own_ratio"]]
    out = [f"{one.name} ({'AC' if one.figure == AC else 'AP'})" for one in figures if not one.inside]
    return TEMPLATE.read_text(encoding="utf-8").format(
        **{f"{part}_commit": of["commit"] for part, of in kept.items()},
        **{name: of for name, of in buildings.items() if name not in {"commit", "rows"}},
        low=_percent(buildings["low_change"], 0).removesuffix(" %"),
        high=_percent(buildings["high_change"], 0),
        first_off=OFF_PEAK_HOURS[0],
        last_off=OFF_PEAK_HOURS[1],
        coverage="\n".join(coverage_rows(rows)),
        hosts_rows="\n".join(host_rows(rows)),
        better=_span([of_known(rows, ANNUAL, row)["error"] / row["error"] for row in postes], "{:.1f}"),
        annual_groups=_span(_groups_inside(rows, ANNUAL), "{:.0f}"),
        two_groups=_span(_groups_inside(rows, TWO), "{:.0f}"),
        four_groups=_span(_groups_inside(rows, FOUR), "{:.0f}"),
        hours_width=_span([100.0 * row["width"] for row in rows if row["known"] == OTHER_YEAR], "{:.0f}"),
        seeds=sky["seeds"],
        sky="\n".join(sky_rows(sky["rows"])),
        yields="\n".join(yield_rows(yields["kinds"])),
        metered=yields["metered"],
        published=len(by_others),
        left_out=_covered(by_others),
        held_plants=yields["held_plants"],
        held_owners=yields["held_owners"],
        held=_covered(held),
        operations="\n".join(operation_rows(figures)),
        covered="\n".join(covered_rows(figures, by_others)),
        hard_ac=_whole(HARD_AC_RATIO),
        out=", ".join(out) or "aucune",
    )


def _groups_inside(rows: Sequence[Kept], known: str) -> list[float]:
    """Return the coverage of groups without hosts under each production, in %."""
    return [100.0 * row["group_inside"] for row in rows if row["known"] == known and not row["own_ratio"]]


def of_known(rows: Sequence[Kept], known: str, like: Kept) -> Kept:
    """Return the row of the same production as another, of other knowledge."""
    return next(
        row
        for row in rows
        if (row["known"], row["ratio"], row["own_ratio"]) == (known, like["ratio"], like["own_ratio"])
    )


def coverage_rows(rows: Sequence[Kept]) -> list[str]:
    """Return the table of coverage and width, by what is known and by production over need."""
    lines = [
        "| En %, ce que l’on sait (qualité) | Production / besoin | Membre couvert (année la plus basse ; "
        "± d’une moitié à l’autre) | Sous P10 ; sur P90 | Largeur | Erreur du chiffre "
        "| Groupe couvert (année la plus basse) | Largeur | Chiffre imprimé, écart au vrai |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for known in (*BILLS, *CURVES):
        for row in rows:
            if row["known"] == known and not row["own_ratio"]:
                part = {name: _whole(one) for name, one in row.items() if isinstance(one, float)}
                cells = [f"{TITLES[known]} ({row['grades']})", part["ratio"]]
                deviation = f"{part['inside_lowest_year']} ; ± {part['halves_deviation']}"
                cells += [f"**{part['inside']}** ({deviation})", f"{part['below']} ; {part['above']}"]
                cells += [_tenths(row["width"]), _tenths(row["error"])]
                cells += [f"**{part['group_inside']}** ({part['group_inside_lowest_year']})"]
                cells += [_tenths(row["group_width"]), _percent(row["group_gap"]).removesuffix(" %")]
                lines.append("| " + " | ".join(cells) + " |")
    return lines


def host_rows(rows: Sequence[Kept]) -> list[str]:
    """Return the table of hosts, by what is known and by what their own roof makes."""
    lines = [
        "| En %, ce que l’on sait | Toiture propre / besoin | Couvert | Largeur | Erreur du chiffre "
        "| Écart au vrai | Groupe : couvert |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in sorted(
        (row for row in rows if row["own_ratio"]), key=lambda row: [*TITLES].index(row["known"])
    ):
        parts = [_whole(row[name]) for name in ("own_ratio", "inside", "width", "error")]
        gap, group = _percent(row["gap"]).removesuffix(" %"), _whole(row["group_inside"])
        lines.append("| " + " | ".join([TITLES[row["known"]], *parts, gap, group]) + " |")
    return lines


def sky_rows(rows: Sequence[Kept]) -> list[str]:
    """Return the table of the sky."""
    lines = ["| Statistique du ciel | Généré à Bergerac | Mesuré ailleurs | Lyon-Bron, année type |"]
    lines.append("| --- | --- | --- | --- |")
    for row in rows:
        wanted = " à ".join(map(_figure, row["measured"])) or "–"
        there = "–" if row["lyon"] is None else _figure(row["lyon"])
        made = f"{_figure(row['low'])} à {_figure(row['high'])}"
        lines.append(f"| {SKY_TITLES[row['name']]} | {made} | {wanted} | {there} |")
    return lines


def yield_rows(kinds: Sequence[Kept]) -> list[str]:
    """Return by kind how far the model lies from the yields published."""
    lines = [
        "| Rendements publiés (kWh/kWc) | Nombre | Du modèle, écart médian | écart-type |",
        "| --- | --- | --- | --- |",
    ]
    for of in kinds:
        cells = [YIELD_KINDS[of["kind"]], str(of["count"]), _percent(of["median"])]
        lines.append("| " + " | ".join([*cells, _tenths(of["deviation"]) + " %"]) + " |")
    return lines


def operation_rows(found: Sequence[JudgedFigure]) -> list[str]:
    """Return the table of the published operations among the ranges that a run prints."""
    lines = ["| En %, l’opération | Chiffres | AC publié (P10–P90) | AP publié (P10–P90) |"]
    lines.append("| --- | --- | --- | --- |")
    for name in dict.fromkeys(one.name for one in found):
        of = {one.figure: one for one in found if one.name == name}
        cells = [_among(of[column]) if column in of else "–" for column in (AC, AP)]
        lines.append("| " + " | ".join([name, next(iter(of.values())).basis, *cells]) + " |")
    return lines


def _among(one: JudgedFigure) -> str:
    published = ("au moins " if one.at_least else "") + _whole(one.published)
    text = f"{published} ({_whole(one.low)}–{_whole(one.high)})"
    return text if one.inside else f"**{text}**"


def covered_rows(found: Sequence[JudgedFigure], yields: Sequence[JudgedFigure]) -> list[str]:
    """Return how many figures are covered: by regime of AC, by how they are known, on how many owners."""
    ac = [one for one in found if one.figure == AC]
    hard = [one for one in ac if one.published < HARD_AC_RATIO]
    easy = [one for one in ac if one.published >= HARD_AC_RATIO]
    of = {
        f"AC sous {_whole(HARD_AC_RATIO)} %": hard,
        f"AC de {_whole(HARD_AC_RATIO)} % et plus": easy,
        "AP": [one for one in found if one.figure == AP],
        **{f"AC et AP {basis}s": [one for one in found if one.basis == basis] for basis in _bases(found)},
        "rendements (par la loi des autres)": list(yields),
    }
    lines = [
        "| Chiffres | Couverts | Au moins (sûr à 95 %) | Opérations ou centrales | Largeur médiane "
        "| Écart médian du chiffre | moyen |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, figures in of.items():
        inside, owners = sum(one.inside for one in figures), len({one.name for one in figures})
        cells = [
            name,
            f"{inside} sur {len(figures)}",
            f"{_whole(least_ratio(inside, len(figures)))} %",
            str(owners),
        ]
        cells += ["–"] * 3 if len({one.figure for one in figures}) > 1 else _strays(figures)
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def _bases(found: Sequence[JudgedFigure]) -> list[str]:
    return [basis for basis in (MEASURED, FORECAST, ANNOUNCED) if any(one.basis == basis for one in found)]


def _strays(figures: Sequence[JudgedFigure]) -> list[str]:
    """Return the median width, the median and the mean gap: in points of AC, in % of the others."""
    points = figures[0].figure == AC
    unit = " point" if points else " %"
    wide = _tenths(float(np.median([one.width for one in figures]))) + (" points" if points else " %")
    gaps = [one.middle - one.published if points else one.middle / one.published - 1.0 for one in figures]
    far = [_percent(float(of_all(gaps))).replace(" %", unit) for of_all in (np.median, np.mean)]
    return [wide, *far]


def least_ratio(inside: int, count: int) -> float:
    """Return the least true coverage under which so many of some would still come in one case of twenty.

    Clopper and Pearson 1934.

    >>> round(least_ratio(7, 7), 2), least_ratio(0, 7)
    (0.65, 0.0)
    """
    return float(beta.ppf(SURE, inside, count - inside + 1)) if inside else 0.0


def _covered(figures: Sequence[JudgedFigure]) -> str:
    """Return how many are covered, and how wide the ranges are."""
    width = _tenths(float(np.median([one.width for one in figures])))
    return f"{sum(one.inside for one in figures)} sur {len(figures)}, largeur médiane {width} %"


def _whole(ratio: float) -> str:
    return f"{100.0 * ratio:.0f}"


def _tenths(ratio: float) -> str:
    return f"{100.0 * ratio:.1f}".replace(".", ",")


def _figure(value: float) -> str:
    return f"{value:.2f}".replace(".", ",")


def _percent(ratio: float, digits: int = 1) -> str:
    return f"{100.0 * ratio:+.{digits}f} %".replace(".", ",").replace("-", "−")


def _span(values: Sequence[float], form: str) -> str:
    ends = [form.format(end).replace(".", ",") for end in (min(values), max(values))]
    return ends[0] if ends[0] == ends[1] else " à ".join(ends)


def main(parts: Sequence[str]) -> None:
    """Measure the parts that are named, write the page from what is kept."""
    for part in parts:
        keep(part, PARTS[part]())
    PAGE.write_text(page(read_kept()), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
