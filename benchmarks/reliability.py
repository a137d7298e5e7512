"""Write docs/fiabilite.md and its diagram: do the ranges hold, what the sky and the yields are worth.

`python -m benchmarks.reliability`: minutes. The measured buildings (and the weather of Lyon, for the sky)
lie in the folder that ACC_SHARED_DATA names, beside the project, not in it.
"""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from matplotlib.figure import Figure

from benchmarks.judge import (
    ANNUAL,
    BILLS,
    FOUR,
    KNOWN_YEAR,
    OTHER_YEAR,
    RATIOS,
    TWO,
    Judged,
    Told,
    judge_all,
    told,
)
from benchmarks.judge_hosts import host_rows, judge_hosts
from benchmarks.published import JudgedFigure, judged_operations
from benchmarks.sky_compare import HOURS, LYON, SEEDS, modelled_yield, statistics, usual_yield
from benchmarks.sky_compare import YEAR as FINE_YEAR
from benchmarks.sky_statistics import MEASURED
from benchmarks.yields import held_yields, left_out
from profiles.data.sourced_figures import table_rows
from profiles.weather.read import file_weather
from profiles.weather.synthetic_year import calibrated_position, generated_weather
from scenarios.operation.draws.unknowns import curve_spreads

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
ALONE_RATIO = RATIOS[1]
"""Production over need of the rows without the common part."""

GRADES = {ANNUAL: "P", TWO: "P+", FOUR: "P+", KNOWN_YEAR: "A", OTHER_YEAR: "A"}
SKY_TITLES = {
    "daily_sd": "écart-type de l’indice des jours",
    "dark_days": "jours sous 0,3",
    "ramp_15": "variation en 15 min (écart-type)",
    "ramp_60": "variation en 60 min (écart-type)",
    "clear_steps_above_105": "jours clairs : pas au-dessus de 1,05",
}


def coverage_rows(rows: Sequence[Judged]) -> list[str]:
    """Return the table of coverage and width, by what is known and by production over need."""
    part = curve_spreads()["common.measured"]
    lines = [
        "| En %, ce que l’on sait (qualité) | Production / besoin | Membre couvert (année la plus basse ; "
        "± d’une moitié à l’autre) | Largeur | Erreur du chiffre | Groupe couvert (année la plus basse) | "
        "Largeur | Chiffre imprimé, écart au vrai (milieu des tirages) |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for known, title in TITLES.items():
        for ratio in RATIOS:
            common = part if known in BILLS else curve_spreads()["common.other-year"]
            lines.append(_row(f"{title} ({GRADES[known]})", ratio, told(rows, known, common, ratio)))
    lines += [
        _row(f"{TITLES[known]}, sans part commune", ALONE_RATIO, told(rows, known, 0.0, ALONE_RATIO))
        for known in BILLS
    ]
    return lines


def _row(title: str, ratio: float, of: Told) -> str:
    cells = [title, _whole(ratio)]
    cells += [f"**{_whole(of.members_inside)}** ({_whole(of.lowest_year)} ; ± {_whole(of.halves_deviation)})"]
    cells += [_tenths(of.members_width)[:-1], _tenths(of.error)[:-1]]
    cells += [f"**{_whole(of.group_inside)}** ({_whole(of.group_lowest_year)})", _tenths(of.group_width)[:-1]]
    cells += [f"{_percent(of.printed_gap)[:-2]} ({_percent(of.middle_gap)[:-2]})"]
    return "| " + " | ".join(cells) + " |"


def _whole(ratio: float) -> str:
    return f"{100.0 * ratio:.0f}"


def _span(ratios: Sequence[float]) -> str:
    return f"{100.0 * min(ratios):.0f} à {100.0 * max(ratios):.0f} %"


def _tenths(ratio: float) -> str:
    return f"{100.0 * ratio:.1f}%".replace(".", ",")


def diagram(rows: Sequence[Judged]) -> Figure:
    """Return the reliability diagram: of each level of the draws, how many truths lie below it."""
    figure = Figure(figsize=(8.0, 4.2), layout="constrained")
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
    handles, labels = members.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=5, fontsize=7, frameon=False)
    return figure


def sky_rows() -> list[str]:
    """Return the table of the generator at Bergerac, twenty seeds, with what was measured elsewhere."""
    found = [statistics(generated_weather(FINE_YEAR, calibrated_position(), seed)) for seed in SEEDS]
    lyon = statistics(file_weather(LYON, HOURS, None)) if LYON.exists() else {}
    lines = ["| Statistique du ciel | Généré à Bergerac | Mesuré ailleurs | Lyon-Bron, année type |"]
    lines.append("| --- | --- | --- | --- |")
    for name, title in SKY_TITLES.items():
        values = [one[name] for one in found]
        wanted = " à ".join(map(_figure, MEASURED[name])) if name in MEASURED else "–"
        there = _figure(lyon[name]) if name in lyon else "–"
        lines.append(f"| {title} | {_figure(min(values))} à {_figure(max(values))} | {wanted} | {there} |")
    return lines


def _figure(value: float) -> str:
    return f"{value:.2f}".replace(".", ",")


YIELD_KINDS = {"roof": "toit", "canopy": "ombrière", "ground": "au sol"}


def yield_rows() -> list[str]:
    """Return by kind how far the model lies from the yields published."""
    lines = [
        "| Rendements publiés (kWh/kWc) | Nombre | Du modèle, écart médian | écart-type |",
        "| --- | --- | --- | --- |",
    ]
    rows = table_rows("published_yields.csv")
    for kind, name in (*YIELD_KINDS.items(), ("", "tous")):
        gaps = [modelled_yield(row) / usual_yield(row) - 1.0 for row in rows if kind in {"", row["kind"]}]
        deviation = _tenths(float(np.std(gaps))).replace("%", " %")
        lines.append(f"| {name} | {len(gaps)} | {_percent(float(np.median(gaps)))} | {deviation} |")
    return lines


HARD, HARD_AC_RATIO = "dont AC sous 95 %", 0.95
"""Where a part of the production is left: above, any range reaches the whole."""

NAMES = {"shared_over_produced": "AC", "shared_over_need": "AP"}


def operation_rows(found: Sequence[JudgedFigure]) -> list[str]:
    """Return the table of the published operations among their draws."""
    lines = ["| En %, l’opération | AC publié (P10–P90) | AP publié (P10–P90) |", "| --- | --- | --- |"]
    for name in dict.fromkeys(one.name for one in found):
        of = {one.figure: _among(one) for one in found if one.name == name}
        lines.append("| " + " | ".join([name, *(of.get(column, "–") for column in NAMES)]) + " |")
    return lines


def _among(one: JudgedFigure) -> str:
    published = ("au moins " if one.at_least else "") + _whole(one.published)
    text = f"{published} ({_whole(one.low)}–{_whole(one.high)})"
    return text if one.inside else f"**{text}**"


def covered_rows(of: Mapping[str, Sequence[JudgedFigure]]) -> list[str]:
    """Return how many published figures of each kind are covered, with the median width and gap."""
    lines = [
        "| Chiffres | Couverts | Largeur médiane | Écart médian du chiffre | moyen |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, figures in of.items():
        inside, wide = sum(one.inside for one in figures), float(np.median([one.width for one in figures]))
        points = name in {"AC", HARD}
        width = f"{100.0 * wide:.1f} points".replace(".", ",") if points else _tenths(wide).replace("%", " %")
        gap = [one.middle - one.published if points else one.middle / one.published - 1.0 for one in figures]
        far = [_percent(float(of_all(gap))) for of_all in (np.median, np.mean)]
        far = [one.replace(" %", " point") for one in far] if points else far
        lines.append(f"| {name} | {inside} sur {len(figures)} | {width} | {far[0]} | {far[1]} |")
    every = [one for name, figures in of.items() if name != HARD for one in figures]
    inside = sum(one.inside for one in every)
    lines.append(
        f"| ensemble | {inside} sur {len(every)} ({inside / len(every):.0%}) | | | |".replace("%)", " %)")
    )
    return lines


def _covered(figures: Sequence[JudgedFigure]) -> str:
    """Return how many are covered, and how wide the ranges are."""
    width = _tenths(float(np.median([one.width for one in figures]))).replace("%", " %")
    return f"{sum(one.inside for one in figures)} sur {len(figures)}, largeur médiane {width}"


def _percent(ratio: float) -> str:
    return f"{100.0 * ratio:+.1f} %".replace(".", ",").replace("-", "−")


def page(rows: Sequence[Judged], place: Path) -> str:
    """Return the page of the docs; folders of published operations are written in `place`."""
    by_operation = judged_operations(place)
    operations, yields = [one for of in by_operation for one in of], left_out()
    ac, ap = ([one for one in operations if one.figure == column] for column in NAMES)
    hard = [figure for figure in ac if figure.published < HARD_AC_RATIO]
    part, other = curve_spreads()["common.measured"], curve_spreads()["common.other-year"]
    annual, four = ([told(rows, known, part, r) for r in RATIOS[1:]] for known in (ANNUAL, FOUR))
    better = [_tenths(a.error / f.error / 100.0)[:-1] for a, f in zip(annual, four, strict=True)]
    return TEMPLATE.read_text(encoding="utf-8").format(
        halves=len({row.half for row in rows}),
        coverage="\n".join(coverage_rows(rows)),
        hosts="\n".join(host_rows(judge_hosts(), TITLES)),
        better=f"{better[0]} (production 60 % du besoin) et {better[1]} (100 %)",
        narrow=_span([told(rows, known, part, RATIOS[0]).group_inside for known in BILLS]),
        changed=_span([told(rows, OTHER_YEAR, other, r).members_width for r in RATIOS]),
        sky="\n".join(sky_rows()),
        yields="\n".join(yield_rows()),
        left_out=_covered(yields),
        held=_covered(held_yields()),
        operations="\n".join(operation_rows(operations)),
        count=len(by_operation),
        both=sum(len(of) == len(NAMES) for of in by_operation),
        covered="\n".join(covered_rows({"AC": ac, HARD: hard, "AP": ap, "rendements": yields})),
        hard=f"{sum(figure.inside for figure in hard)} sur {len(hard)}",
    )


def main() -> None:
    """Judge, print the page, write it with its picture."""
    rows = judge_all()
    with TemporaryDirectory() as place:
        text = page(rows, Path(place))
    PAGE.write_text(text, encoding="utf-8")
    diagram(rows).savefig(PICTURE, dpi=110)
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
