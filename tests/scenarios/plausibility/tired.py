"""Workbooks as a tired hand leaves them: slips made by rule on a sound one, each with what would mend it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import combinations
from pathlib import Path
from random import Random
from typing import TypeAlias

import numpy as np
import openpyxl
from openpyxl.utils import get_column_letter

from acc.arrays import FloatArray
from acc.steps import Steps, local_calendar

Sheets: TypeAlias = dict[str, list[list[object]]]
"""By title, the lines of each sheet, its header first."""

SITES = """Identifiant;Nom;Nature;Membre;PRM;Latitude;Longitude;Commune;Puissance souscrite;Formule TURPE;Prix du fournisseur;Courbe;Profil;Besoin annuel
mairie;Mairie;Commune;ville;30000000000001;44.8478;0.4856;Bergerac;36;CU4;128;;Mairie;41370
ecole;Groupe scolaire;Commune;ville;30000000000002;44.8462;0.4893;Bergerac;60;BTSUP-CU;121;;École;71240
gymnase;Gymnase;Commune;ville;30000000000003;44.8455;0.4835;Bergerac;48;BTSUP-CU;123;;Gymnase;52410
piscine;Piscine;EPCI;agglo;30000000000004;44.8441;0.4812;Bergerac;240;BTSUP-LU;112;;Piscine;418630
cave;Cave coopérative;Entreprise;cave;30000000000005;44.8425;0.4968;Bergerac;120;BTSUP-CU;117;cave.csv;;168140
atelier;Atelier de mécanique;Entreprise;atelier;30000000000006;44.8433;0.4942;Bergerac;100;BTSUP-CU;131;;Atelier;118270
froid;Entrepôt frigorifique;Entreprise;froid;30000000000007;44.8409;0.4925;Bergerac;180;BTSUP-LU;108;;Entrepôt frigorifique;531900
foyer;Maison de retraite;Association;foyer;30000000000008;44.8440;0.4910;Bergerac;36;LU;139;;Maison de retraite;58690
bureau;Bureaux;Entreprise;bureau;30000000000009;44.8450;0.4920;Bergerac;18;CU4;151;;Bureau;19330
usine;Usine;Entreprise;usine;30000000000010;44.8471;0.4978;Bergerac;245;BTSUP-LU;109;usine.csv;;612480"""  # noqa: E501 - one line of the sheet
PLANTS = """Identifiant;Nom;Membre;Nature;Latitude;Longitude;Commune;Puissance;Inclinaison;Orientation;Puissance de l’onduleur;Derrière le compteur de;Investissement;Courbe
toit-gymnase;Toiture du gymnase;ville;Toiture;44.8455;0.4835;Bergerac;99.5;12;165;90;;94300;
toit-froid;Toiture de l’entrepôt;froid;Toiture;44.8409;0.4925;Bergerac;180;8;190;160;froid;171000;
toit-cave;Toiture de la cave;cave;Toiture;44.8425;0.4968;Bergerac;60;20;180;55;cave;62100;toit.csv"""  # noqa: E501 - one line of the sheet
PERSONS = """Identifiant;Nom;Nature
ville;Ville de Bergerac;Commune
agglo;Agglomération;EPCI
cave;Coopérative;Entreprise
atelier;Mécanique du Pont;Entreprise
froid;Froid service;Entreprise
foyer;Association du foyer;Association
bureau;Cabinet du Quai;Entreprise
usine;Emboutissage;Entreprise"""
OPERATION = """Réglage;Valeur
Nom de l’opération;Essai
Premier jour;2026-01-01
Fin (premier jour exclu);2027-01-01
Pas de calcul;60
Tarifs lus au;2026-09-01
Clé de répartition;Selon la consommation"""
PRICES = """Réglage;Valeur
Prix local;96
Vente du surplus;45
Durée du plan;20"""


def lines(text: str) -> list[list[object]]:
    """Return a sheet as a spreadsheet would hold it: numbers where a text is one, PRM as texts."""

    def cell(value: str) -> object:
        if not value:
            return None
        try:
            number = float(value)
        except ValueError:
            return value
        return value if len(value) == 14 else int(number) if number.is_integer() else number

    return [[cell(value) for value in line.split(";")] for line in text.splitlines()]


def sound() -> Sheets:
    """Return the workbook that nobody was tired of."""
    made = {"Opération": OPERATION, "Prix": PRICES, "Sites": SITES, "Centrales": PLANTS, "Membres": PERSONS}
    return {title: lines(text) for title, text in made.items()}


def save(sheets: Sheets, folder: Path, curves: Mapping[str, str]) -> Path:
    """Write a folder: its workbook, its curves."""
    (folder / "curves").mkdir(parents=True, exist_ok=True)
    for name, text in curves.items():
        (folder / "curves" / name).write_text(text, encoding="utf-8")
    book = openpyxl.Workbook(write_only=False)
    book.remove(book.active)  # type: ignore[arg-type]
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(folder / "membres.xlsx")
    return folder


@dataclass(frozen=True)
class Slip:
    """One slip: the rule and its seed, what it does, and where a person has to be sent.

    Attributes:
        cells: any of these is the right cell, as `Sites!H3`; a sheet alone where no cell is.
        mend: what a person does who goes there; None: types again what stood in the cells.
        curves: by name of a file of `curves/`, its text.
    """

    name: str
    change: Callable[[Sheets], None]
    cells: tuple[str, ...]
    mend: Callable[[Sheets], None] | None = None
    curves: Mapping[str, str] = field(default_factory=dict)


YEAR = 2025
STEPS = Steps.between(date(YEAR, 1, 1), date(YEAR + 1, 1, 1), 60)
OFFICIAL = (
    "Identifiant PRM;Type de donnees;Date de debut;Date de fin;Grandeur physique;Grandeur metier;"
    "Etape metier;Unite;Pas en minutes"
)


def curve_text(kwh: FloatArray, prm: str = "", year: int = YEAR) -> str:
    """Return an hourly curve as Enedis' site exports it, in W, or in kWh without a PRM; NaN is no line."""
    moved = np.timedelta64((date(year, 1, 1) - date(YEAR, 1, 1)).days, "D")
    starts = STEPS.starts_utc + moved
    known = [(start, value) for start, value in zip(starts, kwh, strict=True) if not np.isnan(value)]
    if not prm:
        return "\n".join(["time;courbe_kwh", *(f"{start}Z;{value:.4f}" for start, value in known)])
    head = f"{prm};Courbe de charge;01/01/{year};31/12/{year};Energie active;Consommation;Comptage Brut;W;60"
    ends = (((start + np.timedelta64(1, "h")).astype("datetime64[s]"), value) for start, value in known)
    return "\n".join(
        [OFFICIAL, head, "Horodate;Valeur", *(f"{end}+00:00;{1000 * value:.0f}" for end, value in ends)]
    )


@cache
def kwh_of() -> Mapping[str, FloatArray]:
    """Return the curves of the sound workbook, kWh by the hour."""
    calendar = local_calendar(STEPS)
    hour, month, worked = calendar.minute / 60.0, calendar.month, calendar.weekday < 5
    vintage = 1.0 + 0.3 * ((month >= 8) & (month <= 10))
    bell = np.maximum(0.0, np.sin((hour - 9.0) / 8.0 * np.pi)) * ((hour > 9) & (hour < 17))
    shapes = {
        "cave.csv": (np.where((hour >= 6) & (hour < 20) & worked, 30.0, 9.0) * vintage, 168_140.0),
        "usine.csv": (np.where((hour >= 5) & (hour < 21) & worked, 120.0, 30.0), 612_480.0),
        "toit.csv": (bell * (20.0 - 10.0 * np.cos((month - 0.5) / 6.0 * np.pi)), 66_000.0),
    }
    return {name: shape * (total / shape.sum()) for name, (shape, total) in shapes.items()}


PRM = {"cave.csv": "30000000000005", "usine.csv": "30000000000010", "toit.csv": ""}


@cache
def sound_curves() -> Mapping[str, str]:
    """Return the texts of the curves of the sound workbook."""
    return {name: curve_text(kwh, PRM[name]) for name, kwh in kwh_of().items()}


def of_curves(base: Sheets, rng: Random) -> Iterator[Slip]:
    """Files of another site, another year, another unit, full of zeros or holes."""
    place = {"cave.csv": ("Sites", 5), "usine.csv": ("Sites", 10), "toit.csv": ("Centrales", 3)}
    month = local_calendar(STEPS).month
    for name, (sheet, row) in place.items():
        kwh, column = kwh_of()[name], base[sheet][0].index("Courbe")
        where = tuple(
            at(base, sheet, row, title) for title in ("Courbe", KWH, KVA, POWER) if title in base[sheet][0]
        )
        for other in place:
            if other != name:
                own = kwh_of()[other]
                yield Slip(f"{name} is {other}", _nothing, where, curves={name: curve_text(own, PRM[other])})
                yield Slip(f"{name} is {other}, no PRM", _nothing, where, curves={name: curve_text(own)})
                yield Slip(f"cell {name} says {other}", put(sheet, row, column, other), where)
        for factor in (1000.0, 0.001, 2.0, 0.5, 4.0, 0.25):
            text = curve_text(kwh * factor, PRM[name])
            yield Slip(f"{name} x {factor:g}", _nothing, where, curves={name: text})
        for year in (2014, 2017, 2019):
            yield Slip(f"{name} of {year}", _nothing, where, curves={name: curve_text(kwh, PRM[name], year)})
        for first in rng.sample(range(1, 11), 3):
            zeros = np.where((month == first) | (month == first + 1), 0.0, kwh)
            yield Slip(
                f"{name} zeros from {first}", _nothing, where, curves={name: curve_text(zeros, PRM[name])}
            )
            holes = np.where((month == first) | (month == first + 1), np.nan, kwh)
            yield Slip(
                f"{name} holes from {first}", _nothing, where, curves={name: curve_text(holes, PRM[name])}
            )
    for name, days in (("cave.csv", 3), ("usine.csv", 3), ("usine.csv", 4)):
        moved = np.roll(kwh_of()[name], 24 * days)
        where = (at(base, *place[name], "Courbe"),)
        yield Slip(
            f"{name}, its days {days} late", _nothing, where, curves={name: curve_text(moved, PRM[name])}
        )
    late, where = np.roll(kwh_of()["toit.csv"], 12), (at(base, *place["toit.csv"], "Courbe"),)
    yield Slip("toit.csv 12 h late", _nothing, where, curves={"toit.csv": curve_text(late)})


def _nothing(_sheets: Sheets) -> None:
    """Leave the cells: a file is wrong."""


def at(sheets: Sheets, sheet: str, row: int, title: str) -> str:
    """Return the address of a cell by its title."""
    return f"{sheet}!{get_column_letter(sheets[sheet][0].index(title) + 1)}{row + 1}"


def setting(sheets: Sheets, sheet: str, name: str) -> int:
    """Return the line of a setting."""
    return next(n for n, line in enumerate(sheets[sheet]) if line[0] == name)


def put(sheet: str, row: int, column: int, value: object) -> Callable[[Sheets], None]:
    """Return what types a value in a cell."""

    def change(sheets: Sheets) -> None:
        sheets[sheet][row][column] = value

    return change


KWH, KVA, PRICE, POWER = "Besoin annuel", "Puissance souscrite", "Prix du fournisseur", "Puissance"
GRID_AND_TAXES = 60.0
"""EUR/MWh that a bill asks beside the energy."""

FACTORS: dict[tuple[str, str], tuple[float, ...]] = {
    ("Sites", KWH): (0.001, 1000.0, 0.1, 10.0, 0.15),
    ("Sites", KVA): (0.001, 1000.0, 0.1, 10.0),
    ("Sites", PRICE): (0.001, 0.1, 10.0),
    ("Centrales", POWER): (0.001, 1000.0, 0.1, 10.0),
    ("Centrales", "Investissement"): (0.001, 1000.0, 0.1, 10.0),
    ("Centrales", "Puissance de l’onduleur"): (0.001, 1000.0, 0.1, 10.0),
}
"""MWh or Wh for kWh, a digit lost or doubled, euros for kWh; VA; c€ and €; W; k€."""

BESIDE = {
    KWH: (KWH, KVA, "Courbe", "Taille"),
    KVA: (KVA, KWH, "Courbe"),
    POWER: (POWER, "Investissement", "Puissance de l’onduleur", "Courbe", "Derrière le compteur de"),
}
"""What a figure is compared with: either of them may be the wrong one."""


def of_units(base: Sheets, rng: Random) -> Iterator[Slip]:
    """Figures in another unit."""
    for (sheet, title), factors in FACTORS.items():
        column = base[sheet][0].index(title)
        for factor in factors:
            rows = [n for n, line in enumerate(base[sheet]) if n and isinstance(line[column], int | float)]
            for row in rng.sample(rows, min(5, len(rows))):
                value = base[sheet][row][column] * factor  # type: ignore[operator]
                cells = [
                    at(base, sheet, row, name)
                    for name in BESIDE.get(title, (title,))
                    if name in base[sheet][0]
                ]
                yield Slip(f"{title} x {factor:g}, {row}", put(sheet, row, column, value), tuple(cells))
    for name, factors in {"Prix local": (0.001, 0.1, 10.0), "Vente du surplus": (0.001, 0.1, 10.0)}.items():
        row = setting(base, "Prix", name)
        for factor in factors:
            value = base["Prix"][row][1] * factor  # type: ignore[operator]
            yield Slip(f"{name} x {factor:g}", put("Prix", row, 1, value), (f"Prix!B{row + 1}",))
    column = base["Sites"][0].index(KWH)
    for row, line in enumerate(base["Sites"][1:], start=1):
        kwh, price = (float(str(line[base["Sites"][0].index(title)])) for title in (KWH, PRICE))
        paid = round(kwh * (price + GRID_AND_TAXES) / 1000.0)
        cells = tuple(at(base, "Sites", row, name) for name in BESIDE[KWH] if name in base["Sites"][0])
        yield Slip(f"{KWH}, euros of the bill, {row}", put("Sites", row, column, paid), cells)
    for title, unit in ((KWH, "MWh"), (PRICE, "EUR/kWh"), (PRICE, "c€/kWh")):
        column = base["Sites"][0].index(title)
        column_cells = tuple(
            at(base, "Sites", row, name) for row in range(1, len(base["Sites"])) for name in (title, KVA)
        )
        yield Slip(
            f"header {title} ({unit})",
            put("Sites", 0, column, f"{title} ({unit})"),
            (*column_cells, "Sites"),
            put("Sites", 0, column, title),
        )


def of_texts(base: Sheets, rng: Random) -> Iterator[Slip]:
    """Figures with words, or written in another way."""
    for title, texts in {
        KWH: ("{kmwh} MWh", "{value} kW", "environ {value}", "{dotted}", "{value} €"),
        KVA: ("{value} A", "{value} kW ?", "deux fois {value}"),
        PRICE: ("{cents} c€", "{value} €/kWh", "{value} TTC"),
    }.items():
        column = base["Sites"][0].index(title)
        for text in texts:
            for row in rng.sample(range(1, len(base["Sites"])), 3):
                value = float(base["Sites"][row][column])  # type: ignore[arg-type]
                typed = text.format(
                    value=f"{value:g}" if value < 1e5 else str(int(value)),
                    kmwh=f"{value / 1000:g}".replace(".", ","),
                    cents=f"{value / 10:g}".replace(".", ","),
                    dotted=f"{int(value) // 1000}.{int(value) % 1000:03d}",
                )
                yield Slip(
                    f"{title} « {typed} »", put("Sites", row, column, typed), (at(base, "Sites", row, title),)
                )


def of_readings(base: Sheets, _rng: Random) -> Iterator[Slip]:
    """Figures of two readings, and a whole column below zero."""
    column = base["Centrales"][0].index(POWER)
    for row, text in ((1, "99.525"), (2, "1.805"), (3, "60.125")):
        where = (at(base, "Centrales", row, POWER),)
        yield Slip(f"{POWER} « {text} »", put("Centrales", row, column, text), where)
    for title in (KWH, PRICE):
        column = base["Sites"][0].index(title)
        rows = range(1, len(base["Sites"]))
        changes = [put("Sites", row, column, -float(str(base["Sites"][row][column]))) for row in rows]
        where = tuple(at(base, "Sites", row, title) for row in rows)
        yield Slip(f"{title} below zero", _all_of(changes), where)


def _are_apart(line: list[object], a: int, b: int) -> bool:
    """Return whether two figures that change places are told by any look: 180 kWp for 190 degrees are not."""
    one, other = sorted(abs(float(str(line[n] or 0.0))) for n in (a, b))
    return other > 2.0 * one


FIGURES = {
    "Sites": (KWH, KVA, PRICE, "Latitude", "Longitude"),
    "Centrales": (POWER, "Inclinaison", "Orientation", "Investissement", "Latitude"),
}


def _row_cells(base: Sheets, sheet: str, *rows: int) -> tuple[str, ...]:
    return tuple(at(base, sheet, row, str(title)) for row in rows for title in base[sheet][0])


def of_titles(base: Sheets, _rng: Random) -> Iterator[Slip]:
    """Titles that changed places, or lost a letter."""
    for sheet, titles in FIGURES.items():
        head = base[sheet][0]
        where = (*_row_cells(base, sheet, *range(1, len(base[sheet]))), sheet)
        for one, other in combinations(titles, 2):
            swap = _swapped(sheet, 0, head.index(one), head.index(other))
            yield Slip(f"titles {one} <-> {other}", swap, where, swap)
        for title in titles:
            typo, column = title[:2] + title[3:], head.index(title)
            yield Slip(
                f"{sheet}, title « {typo} »",
                put(sheet, 0, column, typo),
                (sheet,),
                put(sheet, 0, column, title),
            )


def _swapped(sheet: str, row: int, a: int, b: int) -> Callable[[Sheets], None]:
    def swap(sheets: Sheets) -> None:
        line = sheets[sheet][row]
        line[a], line[b] = line[b], line[a]

    return swap


def of_cells(base: Sheets, rng: Random) -> Iterator[Slip]:
    """Cells of a line that changed places, or slid to the right."""
    for sheet, titles in FIGURES.items():
        head, rows = base[sheet][0], range(1, len(base[sheet]))
        for one, other in combinations(titles, 2):
            a, b = head.index(one), head.index(other)
            apart = [row for row in rows if _are_apart(base[sheet][row], a, b)]
            for row in rng.sample(apart, min(2, len(apart))):
                swap = _swapped(sheet, row, a, b)
                name = f"cells {one} <-> {other}, {sheet} {row}"
                yield Slip(name, swap, _row_cells(base, sheet, row), swap)
        for title in titles:
            for row in rng.sample(rows, 2):
                column = head.index(title)
                line = base[sheet][row]
                slid = _written(sheet, row, [*line[:column], None, *line[column:-1]])
                back = _written(sheet, row, line)
                yield Slip(f"slid from {title}, {sheet} {row}", slid, _row_cells(base, sheet, row), back)


def of_rounding(base: Sheets, _rng: Random) -> Iterator[Slip]:
    """Positions as a spreadsheet shows them once it is saved as text, or as somebody recalls them."""
    for digits in (1, 2):
        changes, where = [], []
        for sheet in ("Sites", "Centrales"):
            for title in ("Latitude", "Longitude"):
                column = base[sheet][0].index(title)
                for row in range(1, len(base[sheet])):
                    rounded = round(float(str(base[sheet][row][column])), digits)
                    changes.append(put(sheet, row, column, rounded))
                    where.append(at(base, sheet, row, "Latitude"))
        yield Slip(f"places of {digits} decimals", _all_of(changes), tuple(where))
    for row in range(1, len(base["Sites"]), 3):
        columns = [base["Sites"][0].index(title) for title in ("Latitude", "Longitude")]
        one = [put("Sites", row, n, round(float(str(base["Sites"][row][n])), 1)) for n in columns]
        yield Slip(f"place of {row} of one decimal", _all_of(one), (at(base, "Sites", row, "Latitude"),))


def of_heads(base: Sheets, _rng: Random) -> Iterator[Slip]:
    """Lines that are no site: the titles once more, totals and means under other words."""
    for sheet in ("Sites", "Centrales", "Membres"):
        yield Slip(f"titles of {sheet} once more", _added(sheet, base[sheet][0]), (sheet,), _last_away(sheet))
    column = base["Sites"][0].index(KWH)
    for word in ("Moyenne", "Ensemble", "Cumul", "Total général"):
        line = [word if n == 0 else 172_000 if n == column else None for n in range(len(base["Sites"][0]))]
        yield Slip(f"a line {word}", _added("Sites", line), ("Sites",), _last_away("Sites"))


def of_indexes(base: Sheets, _rng: Random) -> Iterator[Slip]:
    """The readings of a meter in the place of its energy."""
    for name, (sheet, row) in {"cave.csv": ("Sites", 5), "toit.csv": ("Centrales", 3)}.items():
        readings = curve_text(12_345.0 + np.cumsum(kwh_of()[name]))
        # What is refused of a file is told by its name.
        where = (at(base, sheet, row, "Courbe"), name)
        yield Slip(f"{name} is an index", _nothing, where, curves={name: readings})


def of_members(base: Sheets, rng: Random) -> Iterator[Slip]:
    """A word of the list beside the one that was meant, and ticks before some lines alone."""
    kind, profile = (base["Sites"][0].index(title) for title in ("Nature", "Profil"))
    for row, word in ((1, "Entreprise"), (3, "Service public"), (4, "Commune"), (6, "Association")):
        where = (at(base, "Sites", row, "Nature"),)
        yield Slip(f"{word}, Sites {row}", put("Sites", row, kind, word), where)
    for row, word in ((1, "École"), (2, "Gymnase"), (3, "Piscine"), (4, "Mairie"), (7, "Supermarché")):
        where = (at(base, "Sites", row, "Profil"),)
        yield Slip(f"profile {word}, Sites {row}", put("Sites", row, profile, word), where)
    for mark in ("oui", "x"):
        left = rng.sample(range(1, len(base["Sites"])), 2)

        def ticked(sheets: Sheets, mark: str = mark, left: Sequence[int] = left) -> None:
            for n, line in enumerate(sheets["Sites"]):
                line.append("Actif" if n == 0 else "non" if n == left[0] else None if n == left[1] else mark)

        def said(sheets: Sheets) -> None:
            for n, line in enumerate(sheets["Sites"]):
                line[-1] = line[-1] if n == 0 else "oui"

        column = get_column_letter(len(base["Sites"][0]) + 1)
        yield Slip(f"« {mark} » before some", ticked, (f"Sites!{column}{left[1] + 1}",), said)


def of_twice(base: Sheets, _rng: Random) -> Iterator[Slip]:
    """A member on two lines, each with a part of its sites."""
    for row in (1, 2):
        again = ["ville-2", "ville de  bergerac", "Commune"]

        def halved(sheets: Sheets, row: int = row, again: Sequence[object] = again) -> None:
            sheets["Membres"].append(list(again))
            sheets["Sites"][row][sheets["Sites"][0].index("Membre")] = again[0]

        def whole(sheets: Sheets, row: int = row) -> None:
            sheets["Membres"].pop()
            sheets["Sites"][row][sheets["Sites"][0].index("Membre")] = base["Sites"][row][3]

        yield Slip(f"a member twice, Sites {row}", halved, (f"Membres!A{len(base['Membres']) + 1}",), whole)


def of_marks(base: Sheets, rng: Random) -> Iterator[Slip]:
    """Ditto marks, marks for what is not known, VAT said in a title, figures beside their column."""
    titles = (KWH, PRICE, KVA, "Nature", "Membre", "Formule TURPE")
    for mark in ("idem", "//", '"', "-", "?", "NC"):
        for title in rng.sample(titles, 3):
            row, column = rng.randrange(2, 5), base["Sites"][0].index(title)
            where = (at(base, "Sites", row, title),)
            yield Slip(f"{title} « {mark} »", put("Sites", row, column, mark), where)
    for sheet, title in (("Sites", PRICE), ("Centrales", "Investissement")):
        column = base[sheet][0].index(title)
        name = f"{title} TTC"
        yield Slip(f"title {name}", put(sheet, 0, column, name), (sheet,), put(sheet, 0, column, title))
    for title in ("Prix local", "Vente du surplus", "Durée du plan"):
        row = setting(base, "Prix", title)
        line = base["Prix"][row]
        slid, back = _written("Prix", row, [title, None, line[1]]), _written("Prix", row, line)
        yield Slip(f"{title} in the next column", slid, (f"Prix!C{row + 1}",), back)
    row, column = 1, base["Centrales"][0].index("Orientation")
    where = (at(base, "Centrales", row, "Orientation"),)
    yield Slip("orientation of PVGIS", put("Centrales", row, column, -15), where)


def of_copies(base: Sheets, _rng: Random) -> Iterator[Slip]:
    """A quote copied from another roof; a tick dragged down."""
    column = base["Centrales"][0].index("Investissement")
    for row, other in ((2, 1), (3, 1), (3, 2)):
        copied = put("Centrales", row, column, base["Centrales"][other][column])
        where = tuple(at(base, "Centrales", n, "Investissement") for n in (row, other))
        yield Slip(f"Investissement of {other} at {row}", copied, where)

    def ticked(sheets: Sheets) -> None:
        for n, line in enumerate(sheets["Sites"]):
            line.append("oui" if n else "TVA récupérée")

    def away(sheets: Sheets) -> None:
        for line in sheets["Sites"]:
            line.pop()

    letter = get_column_letter(len(base["Sites"][0]) + 1)
    yield Slip("TVA récupérée dragged", ticked, (f"Sites!{letter}2",), away)


def of_hours(_base: Sheets, rng: Random) -> Iterator[Slip]:
    """A curve whose lines slid, or where one cell was dragged down."""
    for hours in (3, 4, -4):
        slid = curve_text(np.roll(kwh_of()["toit.csv"], hours))
        yield Slip(f"toit.csv slid by {hours} h", _nothing, ("Centrales!N4",), curves={"toit.csv": slid})
    for name, cell in {"cave.csv": "Sites!L6", "usine.csv": "Sites!L11"}.items():
        kwh, first = kwh_of()[name].copy(), rng.randrange(1000, 6000)
        kwh[first : first + 24 * 12] = max(kwh[first], kwh.mean())
        yield Slip(f"{name} dragged", _nothing, (cell,), curves={name: curve_text(kwh)})


def _written(sheet: str, row: int, line: Sequence[object]) -> Callable[[Sheets], None]:
    def change(sheets: Sheets) -> None:
        sheets[sheet][row] = list(line)

    return change


def of_copied_lines(base: Sheets, _rng: Random) -> Iterator[Slip]:
    """Lines that were copied, then half changed."""
    for sheet in ("Sites", "Centrales"):
        head, last = base[sheet][0], len(base[sheet])
        for row, line in enumerate(base[sheet][1:], start=1):
            again = [None if title == "PRM" else value for title, value in zip(head, line, strict=True)]
            again[0] = f"{line[0]}-2"
            named = [again[0], f"{line[1]} 2", *again[2:]]
            for name, new in (("copied", again), ("copied and named", named)):
                where = _row_cells(base, sheet, last)
                yield Slip(f"{sheet} {row} {name}", _added(sheet, new), where, _last_away(sheet))


def _added(sheet: str, line: Sequence[object]) -> Callable[[Sheets], None]:
    return lambda sheets: sheets[sheet].append(list(line))


def _last_away(sheet: str) -> Callable[[Sheets], None]:
    def away(sheets: Sheets) -> None:
        sheets[sheet].pop()

    return away


def of_copied_cells(base: Sheets, rng: Random) -> Iterator[Slip]:
    """Cells that were dragged down, or pasted below."""
    sites = base["Sites"]
    for title in (KWH, KVA, PRICE, "Latitude"):
        column = sites[0].index(title)
        for first in rng.sample(range(1, len(sites) - 4), 3):
            start = float(str(sites[first][column]))
            names = {PRICE: (PRICE,)}.get(title, (title, KVA, KWH, "Longitude", "Commune"))
            where = tuple(at(base, "Sites", first + n, name) for n in range(5) for name in names)
            changes = [put("Sites", first + n, column, start + n) for n in range(1, 5)]
            yield Slip(f"{title} dragged from {first}", _all_of(changes), (*where, "Sites"))
    column = sites[0].index(KWH)
    for row in range(1, len(sites) - 1):
        where = tuple(at(base, "Sites", row + n, name) for n in (0, 1) for name in (KWH, KVA, "Courbe"))
        yield Slip(f"kWh of {row} pasted below", put("Sites", row + 1, column, sites[row][column]), where)


def _all_of(changes: Sequence[Callable[[Sheets], None]]) -> Callable[[Sheets], None]:
    def change(sheets: Sheets) -> None:
        for one in changes:
            one(sheets)

    return change


def of_names(base: Sheets, rng: Random) -> Iterator[Slip]:
    """Names with a letter lost, and lines put aside."""
    for sheet, title in (
        ("Sites", "Membre"),
        ("Sites", "Nature"),
        ("Sites", "Commune"),
        ("Sites", "Profil"),
        ("Sites", "Formule TURPE"),
        ("Sites", "Courbe"),
        ("Sites", "Identifiant"),
        ("Centrales", "Membre"),
        ("Centrales", "Derrière le compteur de"),
        ("Centrales", "Courbe"),
        ("Membres", "Identifiant"),
    ):
        column = base[sheet][0].index(title)
        rows = [row for row in range(1, len(base[sheet])) if base[sheet][row][column]]
        if (sheet, title) == ("Sites", "Identifiant"):  # one that nothing points to is a name of its own
            hosts = {
                line[base["Centrales"][0].index("Derrière le compteur de")] for line in base["Centrales"]
            }
            rows = [row for row in rows if base[sheet][row][0] in hosts]
        for row in rng.sample(rows, min(3, len(rows))):
            text = str(base[sheet][row][column])
            lost = rng.randrange(1, len(text))
            typo = text[:lost] + text[lost + 1 :]
            # What points to a name that changed is what is told.
            others = ("Sites", "Centrales") if title == "Identifiant" else ()
            yield Slip(
                f"{title} « {typo} », {sheet} {row}",
                put(sheet, row, column, typo),
                (at(base, sheet, row, title), *others),
            )
            if title in {"Membre"}:
                yield Slip(
                    f"{title} emptied, {sheet} {row}",
                    put(sheet, row, column, None),
                    (at(base, sheet, row, title),),
                )
    for sheet in ("Sites", "Centrales"):
        for row in rng.sample(range(1, len(base[sheet])), 2):
            name = str(base[sheet][row][0])
            yield Slip(
                f"# {name}",
                put(sheet, row, 0, f"# {name}"),
                (sheet,),
            )


def of_sheets(base: Sheets, _rng: Random) -> Iterator[Slip]:
    """Sheets and lines that are not where they were."""
    for title in base:

        def renamed(sheets: Sheets, title: str = title) -> None:
            sheets[f"{title} 2026"] = sheets.pop(title)

        def back(sheets: Sheets, title: str = title) -> None:
            sheets[title] = sheets.pop(f"{title} 2026")

        def gone(sheets: Sheets, title: str = title) -> None:
            sheets.pop(title)

        def there(sheets: Sheets, title: str = title) -> None:
            sheets[title] = deepcopy(base[title])

        def copied(sheets: Sheets, title: str = title) -> None:
            sheets[f"{title} (2)"] = deepcopy(sheets[title])

        yield Slip(f"sheet {title} renamed", renamed, (title,), back)
        yield Slip(f"sheet {title} deleted", gone, (title, "Sites", "Centrales", "membres.xlsx"), there)
        yield Slip(f"sheet {title} copied", copied, (title,))
    for title in ("Sites", "Centrales", "Membres"):

        def headless(sheets: Sheets, title: str = title) -> None:
            sheets[title].pop(0)

        def headed(sheets: Sheets, title: str = title) -> None:
            sheets[title].insert(0, list(base[title][0]))

        yield Slip(f"header of {title} deleted", headless, (title,), headed)


def of_dates(base: Sheets, _rng: Random) -> Iterator[Slip]:
    """Days that are not those."""
    for name, values in {
        "Premier jour": ("2025-01-01", "2026-01-02", "2062-01-01", "01/13/2026", "janvier 2026", "2026"),
        "Fin (premier jour exclu)": (
            "2026-12-31",
            "2027-01-02",
            "2028-01-01",
            "2072-01-01",
            "31/12/26",
            "2026-01-01",
        ),
        "Tarifs lus au": ("2062-09-01", "2006-09-01", "31/09/2026"),
    }.items():
        row = setting(base, "Opération", name)
        ends = tuple(
            f"Opération!B{setting(base, 'Opération', end) + 1}"
            for end in ("Premier jour", "Fin (premier jour exclu)")
        )
        for value in values:
            yield Slip(f"{name} {value}", put("Opération", row, 1, value), (f"Opération!B{row + 1}", *ends))


def every_slip(seed: int = 33) -> Sequence[Slip]:
    """Return the slips of all rules: the same for the same seed."""
    base, rng = sound(), Random(seed)
    rules = (
        *(of_units, of_texts, of_readings, of_titles, of_cells, of_copied_lines, of_copied_cells),
        *(of_names, of_sheets, of_dates, of_curves, of_rounding, of_heads, of_indexes),
        *(of_members, of_twice, of_marks, of_hours, of_copies),
    )
    return [slip for rule in rules for slip in rule(base, rng)]
