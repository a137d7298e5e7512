"""A small operation with persons, its forms filled in by openpyxl as a member would."""

from collections.abc import Mapping
from pathlib import Path

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from scenarios.entry.collecting.form import BLOCKS

OPERATION = """[operation]
name = "Essai"
start = 2026-03-01
end = 2026-03-08
rates_on = 2026-09-01

[key]
name = "prorata"

[prices]
local_eur_per_mwh = 95.5
surplus = 45
"""

PERSONS = """id;name;kind;vat
ville;Ville d'Exemple;commune;fctva
cave;Cave des Coteaux;entreprise;
"""

PARTICIPANTS = """# inventé
id;name;kind;person;latitude;longitude;profile;annual_kwh;kva;supply_eur_per_mwh
ecole;École;commune;ville;44,8561;0,4011;école;62 100;36;128

mairie;Mairie;commune;ville;44,8575;0,4048;mairie;;36;
chai;Chai;entreprise;cave;44,8580;0,4050;atelier;142500;60;111,125
"""

PLANTS = """id;name;person;latitude;longitude;kwp;behind
toit;Toit de l'école;ville;44,8561;0,4011;99,5;
toit-chai;Toit du chai;cave;44,8580;0,4050;36;chai
"""


def made(folder: Path) -> Path:
    (folder / "curves").mkdir(parents=True)
    (folder / "operation.toml").write_text(OPERATION, encoding="utf-8")
    (folder / "persons.csv").write_text(PERSONS, encoding="utf-8")
    (folder / "participants.csv").write_text(PARTICIPANTS, encoding="utf-8")
    (folder / "plants.csv").write_text(PLANTS, encoding="utf-8")
    return folder


def fill(form: Path, answer: Path, answers: Mapping[tuple[str, int, str], object]) -> Path:
    """Fill in a form: by part, place in it (1 the first) and title, what is typed; return the answer."""
    book = openpyxl.load_workbook(form)
    sheet = book["Fiche"]
    for (part, place, title), value in answers.items():
        sheet.cell(line_of(sheet, part, title), place + 1).value = value  # type: ignore[assignment]
    answer.parent.mkdir(exist_ok=True)
    book.save(answer)
    return answer


def line_of(sheet: Worksheet, part: str, title: str) -> int:
    inside = False
    for row in sheet.iter_rows(max_col=1):
        name = row[0].value
        inside = name == part or (inside and name not in {*BLOCKS.values(), "Accord"})
        if inside and name == title:
            return int(row[0].row)
    raise AssertionError((part, title))
