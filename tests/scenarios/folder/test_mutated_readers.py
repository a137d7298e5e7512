"""Breaks what is read beside the tables of a folder: it gives a value, or an `InputError` with a sentence.

What operators send back, what members fill in, the lists of a territory, the weather.
"""

import json
import random
import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pytest

from acc.keys.optimal import Orders
from acc.problem import InputError
from acc.steps import Steps
from profiles.curves.formats.not_a_curve import read_contracts
from profiles.weather.read import describe_weather, file_weather
from reports.studies.territory.data import Layer, geopackage
from scenarios.entry.collecting.answers import read_form
from scenarios.entry.collecting.tables import read_journal
from scenarios.entry.columns.names import PARTICIPANTS
from scenarios.entry.folder.load import scenario_of
from scenarios.entry.folder.raw import read_source
from scenarios.entry.folder.xlsx_tables import WORKBOOK
from scenarios.entry.places.insee_density import read_grid
from scenarios.entry.workbook.write import workbook_bytes
from scenarios.forms import accept, find_answers, make_forms
from scenarios.operation.coefficient_files.check import check_file
from scenarios.operation.coefficient_files.operator_returns import read_returned
from scenarios.operation.coefficient_files.write import orders_text, read_orders
from scenarios.studies.territory.lists.demo import write_demo
from scenarios.studies.territory.lists.open_files import read_territory
from tests.profiles.weather_samples import (
    PLACE,
    Made,
    epw,
    hourly_csv,
    hourly_json,
    made_hours,
    meteo_france,
    tmy_csv,
    tmy_json,
)
from tests.scenarios.coefficient_files.test_operator_returns import R15, interface, register
from tests.scenarios.collecting.forms import made
from tests.scenarios.folder.test_mutated import CONTRACTS, GRID, SECONDS, broken_copy

DAY = date(2026, 9, 1)
THREE_DAYS = Steps(datetime(2019, 6, 1), 60, 72)
PRMS = ("30000000000000", "30000000000001")
STEPS = Steps.between(date(2025, 3, 30), date(2025, 3, 31), 60).part(0, 4)


def returns(folder: Path) -> Path:
    path = folder / "returns.csv"
    path.write_text(
        "prm;jour;cons;autocons\n" + "".join(f"{p};2025-01-0{d};1 234,5;20\n" for p in PRMS for d in (1, 2))
    )
    return path


def r15(folder: Path) -> Path:
    path = folder / "returns.xml"
    registers = register("3", "500") + register("5", "70", "HP")
    path.write_text(R15.format(registers=registers), encoding="utf-8")
    return path


def interfaced(folder: Path) -> Path:
    path = folder / "returns.json"
    path.write_text(json.dumps([interface()], indent=1), encoding="utf-8")
    return path


def coefficients(folder: Path) -> Path:
    path = folder / "coefficients_2025-03.csv"
    lines = [f"{prm};2025-03-30T0{hour}:00:00Z;0.500000" for hour in range(4) for prm in PRMS]
    path.write_text("\n".join(["prm_consommateur;horodate_fin_utc;coefficient", *lines]))
    return path


def orders(folder: Path) -> Path:
    path = folder / "orders.csv"
    given = Orders(("a", "b"), ("2026-01", "2026-02"), np.ones(2), np.array([[0.0, 0.1], [0.2, 0.0]]))
    path.write_text(orders_text(given))
    return path


def text_of(name: str, text: str) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        (folder / name).write_text(text, encoding="utf-8")
        return folder / name

    return write


def operation(folder: Path) -> Path:
    table = made(folder / "op") / PARTICIPANTS
    table.write_text(table.read_text(encoding="utf-8").replace(";mairie;;", ";mairie;45000;"), "utf-8")
    return folder / "op"


def answered(folder: Path) -> Path:
    """Write an operation and the form of its first member, laid where answers are."""
    operation(folder)
    first = next(path for path in make_forms(folder / "op", folder / "forms", DAY) if path.suffix == ".xlsx")
    return first.rename(folder / "op" / "answers" / first.name)


def journal(folder: Path) -> Path:
    """Write the journal of an answer that was taken."""
    answer = answered(folder)
    table = answer.parent.parent / PARTICIPANTS
    table.write_text(table.read_text(encoding="utf-8").replace(";62 100;", ";61 000;"), encoding="utf-8")
    accept(find_answers(folder / "op"), DAY, keep=True)
    return folder / "op" / "answers" / "journal.csv"


def book(folder: Path) -> Path:
    source = read_source(operation(folder))
    (folder / "book").mkdir()
    (folder / "book" / WORKBOOK).write_bytes(workbook_bytes(source))
    return folder / "book" / WORKBOOK


def territory(name: str) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        write_demo(folder, sites=6, roofs=2, communes=2, seed=1)
        return folder / name

    return write


def layer(folder: Path) -> Path:
    write_demo(folder, sites=6, roofs=2, communes=2, seed=1)
    (folder / "territory" / "roofs.csv").unlink()
    path = folder / "territory" / "roofs.gpkg"
    rows = [{"kwp": 36.5, "name": "Toit"}, {"kwp": 9.0, "name": None}]
    path.write_bytes(geopackage([Layer("toits", [[(0.48, 44.85)], [(0.51, 44.9)]], rows)], DAY))
    return path


def weather(write: Callable[[Made], str]) -> Callable[[Path], Path]:
    return text_of("weather", write(made_hours("2019-06-01", "2019-06-04")))


def read_weather(path: Path) -> object:
    """Read a weather file whole, where it is one."""
    return describe_weather(path) and file_weather(path, THREE_DAYS, PLACE)


@dataclass(frozen=True)
class Kind:
    """A file: what writes a good one in a folder, what reads it, broken files each day."""

    write: Callable[[Path], Path]
    read: Callable[[Path], object]
    daily: int = 40


KINDS = {
    "returns, CSV": Kind(returns, read_returned),
    "returns, R15": Kind(r15, read_returned),
    "returns, JSON": Kind(interfaced, read_returned),
    "coefficients": Kind(coefficients, lambda path: check_file(path, prms=PRMS, period=STEPS)),
    "orders": Kind(orders, lambda path: read_orders(path.parent, path.name)),
    "contracts": Kind(text_of("c68.csv", CONTRACTS), read_contracts),
    "density": Kind(text_of("grille.csv", GRID), read_grid),
    "form": Kind(answered, read_form, daily=4),
    "journal": Kind(journal, lambda path: read_journal(path.parent.parent)),
    "workbook": Kind(book, lambda path: scenario_of(read_source(path.parent)), daily=4),
    "territory": Kind(territory("operation.toml"), lambda path: read_territory(path.parent), daily=6),
    "sites": Kind(territory("territory/sites.csv"), lambda path: read_territory(path.parents[1]), daily=6),
    "roofs": Kind(territory("territory/roofs.csv"), lambda path: read_territory(path.parents[1]), daily=6),
    **{
        f"weather, {write.__name__}": Kind(weather(write), read_weather, daily=20)
        for write in (tmy_csv, tmy_json, hourly_csv, hourly_json, epw, meteo_france)
    },
    "layer": Kind(layer, lambda path: read_territory(path.parents[1]), daily=6),
}


def ends(name: str, folder: Path, count: int, seed: int) -> Counter[str]:
    """Return how many of `count` broken files of a kind were read, and how many refused with a sentence."""
    kind, dice, found = KINDS[name], random.Random(f"{name} {seed}"), Counter[str]()
    path = kind.write(folder)
    whole = path.read_bytes()
    kind.read(path)
    for _number in range(count):
        broken = broken_copy(whole, dice)
        path.write_bytes(broken)
        began = time.process_time()
        try:
            kind.read(path)
            found["read"] += 1
        except InputError as fault:
            found[
                "refused" if fault.problems and all(one.message for one in fault.problems) else "silent"
            ] += 1
        except Exception as fault:
            raise AssertionError(broken[:20_000]) from fault
        assert time.process_time() - began < SECONDS, broken[:20_000]
    return found


@pytest.mark.parametrize("name", KINDS)
def test_a_broken_file_is_read_or_refused_in_a_sentence(name: str, tmp_path: Path) -> None:
    found = ends(name, tmp_path, KINDS[name].daily, 36)
    assert found.keys() <= {"read", "refused"}


@pytest.mark.parametrize("name", ["returns, CSV", "returns, R15", "returns, JSON"])
@pytest.mark.parametrize("year", ["0001", "1910", "9999"])
def test_a_return_of_another_time_is_refused(name: str, year: str, tmp_path: Path) -> None:
    kind = KINDS[name]
    path = kind.write(tmp_path)
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"\b20\d\d(?=-)", year, text), encoding="utf-8")
    with pytest.raises(InputError, match=r"from 1990 to 2100|startDate, endDate"):
        kind.read(path)


@pytest.mark.parametrize("name", ["returns, CSV", "orders", "density", "journal"])
def test_a_quote_that_is_never_closed_is_told(name: str, tmp_path: Path) -> None:
    kind = KINDS[name]
    path = kind.write(tmp_path)
    head, line, *_rest = path.read_text(encoding="utf-8").splitlines()
    # Beyond what Python reads of a cell, 131,072 characters.
    path.write_text("\n".join([head, f'"{line}', *[line] * 9_000]), encoding="utf-8")
    with pytest.raises(InputError, match=f"{path.name}: a cell between quotes cannot be read"):
        kind.read(path)
