"""Breaks each kind of file of an operation folder as networks, editors and people do.

A folder then gives a result that closes to 1e-9, or an `InputError` with a place and a sentence.
"""

import random
import re
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from acc.problem import InputError
from scenarios.entry.folder.raw import OPERATION, PARTICIPANTS, PERSONS, PLANTS
from scenarios.operation.ready.operation import open_operation
from tests.profiles.mutations import mutated

SECONDS = 10.0
"""Of CPU, that a case may take."""

SETTINGS = """[operation]
name = "Essai"
start = 2026-01-05
end = 2026-01-07
step_minutes = 60
rates_on = 2026-09-01
density_file = "grille.csv"
contracts_file = "c68.csv"

[key]
name = "weighted"
weights = { mairie = 3, ecole = 1, cave = 2 }

[prices]
local_eur_per_mwh = 105.0
surplus = "marche.csv"
pmo_eur_per_year = 300.0

[carbon]
average = "carbone.csv"

[finance]
horizon_years = 20

[battery]
energy_kwh = 20
power_kw = 10
round_trip_ratio = 0.9

[[variants]]
name = "sans la cave"
"participants.cave.active" = false
"""

TABLES = {
    PARTICIPANTS: """id;name;kind;person;latitude;longitude;insee;kva;turpe;supply_eur_per_mwh;curve
mairie;Mairie;commune;ville;44.8478;0.4856;24037;36;CU4;128;mairie.csv
ecole;Ecole;commune;ville;44.8462;0.4893;24037;72;BTSUP-CU;121;ecole.csv
cave;Cave;company;;44.8425;0.4968;24037;120;BTSUP-LU;110;cave.csv
""",
    PLANTS: """id;name;owner;latitude;longitude;insee;kwp;curve;capex_eur
gymnase;Gymnase;ville;44.8455;0.4835;24037;90;gymnase.csv;90000
hangar;Hangar;cave;44.8425;0.4968;24037;60;hangar.csv;62000
""",
    PERSONS: "id;name;kind;profit_tax_ratio\nville;Ville;commune;0.25\n",
    "quotes.csv": "id;kwp;capex_eur\ngymnase;36;45000\n",
    "changes.csv": "date;id;what;value\n2028-01-01;cave;leaves;\n",
    "parties.csv": "id;signed_on\nville;2026-01-02\n",
    "signatures.csv": "id;paper;signed\nstatuts;statutes;2026-01-02\n",
}
GRID = "CODGEO;LIBGEO;DENS;DENS7\n24037;Bergerac;2;2\n24222;La Force;3;5\n24340;Prigonrieux;2;4\n"
CONTRACTS = (
    "PRM;date de debut de la situation contractuelle;Etat contractuel;Segment;Code tarif acheminement;"
    "Formule tarifaire acheminement;Numero Siret;Puissance souscrite;Type Injection\n"
    "01234567890123;01-04-2022;SERVC;C5;MU4;BTINFMU4;;9 kVA;\n"
    "01234567890124;01-04-2022;SERVC;C4;LU;BTSUPLU4;;120 kVA;\n"
)
CURVES = ("mairie", "ecole", "cave", "gymnase", "hangar")


def hours(name: str, unit: str, value: Callable[[int], float]) -> str:
    """Return two winter days of a file by the hour, in UTC, from before the study to after it."""
    first = datetime(2026, 1, 4, 22)
    rows = (f"{first + timedelta(hours=n):%Y-%m-%dT%H:%M:%SZ};{round(value(n), 13)}" for n in range(52))
    return "\n".join([f"time;{name}_{unit}", *rows, ""])


def _sun(hour: int) -> float:
    return 8.0 * max(0, 6 - abs(hour % 24 - 14))


def write_folder(folder: Path) -> Path:
    """Write a small folder that has every kind of file that its settings or tables may name."""
    (folder / "curves").mkdir(parents=True)
    for name, text in {OPERATION: SETTINGS, **TABLES}.items():
        (folder / name).write_text(text, encoding="utf-8")
    for rank, name in enumerate(CURVES):
        is_plant = rank > 2
        text = hours(name, "kwh", _sun if is_plant else lambda _hour, kwh=2.0 + rank: kwh)
        (folder / "curves" / f"{name}.csv").write_text(text, encoding="utf-8")
    prices = hours("prix", "eur/mwh", lambda n: 40.0 + n % 24)
    (folder / "curves" / "marche.csv").write_text(prices, encoding="utf-8")
    carbon = hours("taux", "g/kwh", lambda n: 20.0 + n % 24)
    (folder / "curves" / "carbone.csv").write_text(carbon, encoding="utf-8")
    (folder / "curves" / "grille.csv").write_text(GRID, encoding="utf-8")
    (folder / "curves" / "c68.csv").write_text(CONTRACTS, encoding="utf-8")
    return folder


def settled(folder: Path) -> str:
    """Return "settled" where the folder gives a result that closes, "refused" where it says why not."""
    try:
        operation, _metered = open_operation(folder, use_cache=False)
        outcome = operation.outcome(operation.scenario.key, leaving=False)
    except InputError as fault:
        return "refused" if all(one.message for one in fault.problems) and fault.problems else "silent"
    sums, stored = outcome.energy, operation.stored
    lost = 0.0 if stored is None else float((stored.charge_kwh - stored.discharge_kwh).sum())
    shared = float(sums.production_kwh.sum() - sums.surplus_kwh.sum() - sums.received_kwh.sum()) - lost
    assert abs(shared) <= 1e-9 * max(1.0, float(np.abs(sums.production_kwh).sum()))
    return "settled"


BESIDE = ("marche", "carbone", "grille", "c68")
KINDS = (OPERATION, *TABLES, *(f"curves/{name}.csv" for name in ("mairie", "gymnase", *BESIDE)))


def another_figure(data: bytes, dice: random.Random) -> bytes:
    """Return `data` with a digit of a figure, not of a moment, another one: most still say something."""
    figures = re.finditer(rb"[0-9](?=[0-9.,]*[ ;]|[0-9.,]*$)", data, re.MULTILINE)
    place = dice.choice([found.start() for found in figures] or [0])
    return data[:place] + dice.choice(b"0123456789").to_bytes() + data[place + 1 :]


ENDS = (
    *(
        b"0001-01-01",
        b"1899-12-31",
        b"1910-01-01",
        b"1990-01-01",
        b"2100-12-31",
        b"9999-12-30",
        b"9999-12-31",
    ),
    *(b"-1", b"0", b"1", b"60", b"90", b"180", b"2000", b"100000", b"1000000000", b"10000000000", b"1e300"),
)
"""Where the domains of days and of figures end, and beyond."""


def an_end(data: bytes, dice: random.Random) -> bytes:
    """Return `data`, a day or a figure of it at an end of what its type may be, or beyond."""
    days = [found.span() for found in re.finditer(rb"\d{4}-\d\d-\d\d|\b\d\d/\d\d/\d{4}", data)]
    figures = [found.span() for found in re.finditer(rb"(?<![\w.-])\d+([.,]\d+)?(?![\w.:-])", data)]
    places, ends = dice.choice([(days, ENDS[:7]), (figures, ENDS[7:])])
    start, stop = dice.choice(places or [(0, 0)])
    return data[:start] + dice.choice(ends) + data[stop:]


def broken_copy(data: bytes, dice: random.Random) -> bytes:
    """Return `data` broken by a network or an editor, or with a figure or a day that nobody meant."""
    return dice.choice((mutated, mutated, another_figure, an_end))(data, dice)


def fuzz(folder: Path, count: int, seed: int) -> Counter[tuple[str, str]]:
    """Return how many of `count` broken copies of each kind of file were settled, and how many refused."""
    write_folder(folder)
    assert settled(folder) == "settled"
    dice, found = random.Random(seed), Counter[tuple[str, str]]()
    for number in range(count):
        kind = KINDS[number % len(KINDS)]
        whole = (folder / kind).read_bytes()
        broken = broken_copy(whole, dice)
        (folder / kind).write_bytes(broken)
        began = time.process_time()
        found[kind, settled(folder)] += 1
        assert time.process_time() - began < SECONDS, broken
        (folder / kind).write_bytes(whole)
    return found


@pytest.mark.parametrize("seed", [36, 37])
def test_a_broken_file_gives_a_result_that_closes_or_a_sentence(tmp_path: Path, seed: int) -> None:
    found = fuzz(tmp_path / "op", 200, seed)
    assert {kind for kind, end in found if end == "settled"} == set(KINDS)
    assert {end for _kind, end in found} == {"settled", "refused"}


def test_a_price_that_lost_its_separator_is_refused(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "op")
    path = folder / "curves" / "marche.csv"
    path.write_text(path.read_text("utf-8").replace("22:00:00Z;40.000", "22:00:000.000"), "utf-8")
    path.write_text(path.read_text("utf-8").replace("time;prix_eur/mwh", "time"), "utf-8")
    assert settled(folder) == "refused"
