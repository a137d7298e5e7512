"""The ends of the settings of `[size]`, `[sweep]`, `[compare]` and `[key]`: read, or refused in a sentence.

What a figure of theirs may be is a type of `scenarios.entry.columns.input_columns`, as that of a cell.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from math import inf
from pathlib import Path
from typing import Any

import pytest

from acc.problem import InputError
from reports.format.language import use
from scenarios.check import check_sections
from scenarios.entry.columns.input_columns import DOMAINS, columns
from scenarios.operation.ready.operation import open_operation
from scenarios.run import RunParts, run
from scenarios.schema import operation_sections, schema_document
from scenarios.variants import scenarios_to_compare
from tests.effort import few
from tests.scenarios.folder.test_domains import answered
from tests.scenarios.folder.test_mutated import an_end, write_folder

DAY = date(2026, 9, 1)
SPREAD = 'load_growth = { shape = "triangular", low = -0.1, middle = 0.0, high = 0.1 }'
NORMAL = 'capex = { shape = "normal", middle = 1.0, spread = 0.1 }'
WRITTEN = {
    "size": """[size]
objective = "npv-everyone"
floor_ratio = 0.2
budget_eur = 100000
%s
[size.roofs.gymnase]
min_kwp = 1
max_kwp = 90
step_kwp = 0.5
fixed_eur = 100

[size.battery]
min_kwh = 1
max_kwh = 20
step_kwh = 1
hours = 2
round_trip_ratio = 0.9
capex_eur_per_kwh = 300
fixed_eur = 100
opex_eur_per_kwh_year = 1
replacement_year = 12
replacement_eur_per_kwh = 150
""",
    "sweep": f"""[sweep]
draws = 3
seed = 24
weather_years = 1
load_noise = 1.0
withdrawal_ratio = 0.1
off_peak_reform_ratio = 0.5
{SPREAD}
{NORMAL}
""",
}
KEY = 'name = "weighted"\nweights = { mairie = 3, ecole = 1, cave = 2 }'
KEYS = {
    "weights": 'name = "weighted"\nweights = { mairie = VALUE, ecole = 1, cave = 2 }',
    "shares": 'name = "static"\nshares = { mairie = VALUE, ecole = 0, cave = 0 }',
    "floor_ratio": 'name = "optimal"\nmonthly = true\nfloor_ratio = VALUE',
}
LATER = "npv_min_eur = 1000"


@dataclass(frozen=True)
class End:
    """A value of a setting at an end of what it may be, or beyond."""

    section: str
    name: str
    value: str
    is_inside: bool


def figures(definition: dict[str, Any], defs: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the figures of a section of the schema, those of the tables in it too, with their bounds."""
    for name, part in definition.get("properties", {}).items():
        for one in (part, *part.get("anyOf", ()), part.get("additionalProperties", {})):
            if not isinstance(one, dict):
                continue
            if one.get("type") in {"number", "integer"}:
                yield name, one
            elif "$ref" in one:
                yield from figures(defs[one["$ref"].rpartition("/")[2]], defs)


def bounds_of(part: dict[str, Any]) -> tuple[tuple[float, bool], tuple[float, bool]]:
    """Return the least and the greatest value of a figure, each with whether it is allowed."""
    lows = [(part.get("minimum", -inf), True), (part.get("exclusiveMinimum", -inf), False)]
    highs = [(part.get("maximum", inf), True), (part.get("exclusiveMaximum", inf), False)]
    return max(lows, key=lambda low: (low[0], not low[1])), min(highs, key=lambda high: (high[0], high[1]))


def of_sections() -> Iterator[tuple[str, str, dict[str, Any]]]:
    defs = schema_document()["files"]["operation.toml"]["$defs"]
    models = operation_sections()
    for section in WRITTEN.keys() & models.keys():
        yield from ((section, name, part) for name, part in figures(defs[models[section].__name__], defs))


def ends() -> Iterator[End]:
    for section, name, part in of_sections():
        for (bound, is_allowed), sign in zip(bounds_of(part), (-1.0, 1.0), strict=True):
            step = 1.0 if part["type"] == "integer" else max(1e-6, abs(bound) * 1e-6)
            for value, is_inside in (
                (bound, is_allowed),
                (bound - sign * step, True),
                (bound + sign * step, False),
                (sign * 1e300, False),
                (sign * 1e10, False),
            ):
                is_whole = part["type"] == "integer" and abs(value) < 1e12
                yield End(section, name, f"{value:.0f}" if is_whole else f"{value:.12g}", is_inside)
    price, kwp = columns("prices")["local_eur_per_mwh"], columns("plants.csv")["kwp"]
    for name, column in (("prices", price), ("kwp", kwp)):
        low, high = (float(bound) for bound in column.bounds.values())  # type: ignore[arg-type]
        for value, is_inside in ((low, name == "prices"), (low - 1, False), (high, True), (high + 1, False)):
            yield End("compare", name, f"{value:.12g}", is_inside)
        yield End("compare", name, "1e300", is_inside=False)
    weight = DOMAINS["weight"]
    above = float(weight.high) * 1.001  # type: ignore[arg-type]
    for value, is_inside in (
        *((weight.low, False), (1e-9, True), (weight.high, True), (-1, False), (above, False)),
        *((1e300, False), (inf, False)),
    ):
        yield End("key", "weights", f"{value:.12g}", is_inside)
    for name in ("shares", "floor_ratio"):
        for value in (-1e-6, 1.000001, -1e300, 1e300, inf):
            yield End("key", name, f"{value:.12g}", is_inside=False)
    yield from (End("key", "shares", f"{value:g}", is_inside=True) for value in (0.0, 1.0))


ENDS = list(ends())


def write_end(folder: Path, end: End) -> Path:
    """Write a small folder whose setting is at an end."""
    write_folder(folder)
    path = folder / "operation.toml"
    text = path.read_text("utf-8")
    if end.section == "compare":
        value = f"{{ gymnase = [{end.value}] }}" if end.name == "kwp" else f"[{end.value}]"
        text += f"\n[compare]\n{end.name} = {value}\n"
    elif end.section == "key":
        text = text.replace(
            'name = "weighted"\nweights = { mairie = 3, ecole = 1, cave = 2 }', KEYS[end.name]
        )
        text = text.replace("VALUE", end.value)
    else:
        section = WRITTEN[end.section]
        section = section % (LATER if end.name == "npv_min_eur" else "") if "%s" in section else section
        if end.name == "npv_min_eur":
            section = section.replace('"npv-everyone"', '"kwh"')
        told, count = re.subn(rf"\b{end.name} = [-.\w]+", f"{end.name} = {end.value}", section, count=1)
        assert count == 1, end
        text += f"\n{told}"
    path.write_text(text, "utf-8")
    return folder


def outcome(folder: Path, end: End) -> str:
    """Return "read", or "refused" where a sentence and a place say why; anything else goes through."""
    try:
        check_sections(folder)
        if end.section == "compare":
            for words in scenarios_to_compare(folder).cases:
                open_operation(folder, settings=words[1], use_cache=False)
        if end.section == "key":
            operation, _metered = open_operation(folder, use_cache=False)
            operation.outcome(operation.scenario.key, leaving=False)
    except InputError as fault:
        return refused(fault, "" if end.is_inside else end.name)
    return "read"


def refused(fault: InputError, name: str = "") -> str:
    assert fault.problems
    assert all(one.path and one.message for one in fault.problems)
    assert name in " ".join(f"{one.path} {one.message}" for one in fault.problems)
    return "refused"


def drawn_ends(count: int, seed: int) -> list[End]:
    """Return so many ends of each setting, those outside and inside in turns."""
    dice, names = random.Random(seed), dict.fromkeys((end.section, end.name) for end in ENDS)
    found = []
    for name in names:
        of_name = [end for end in ENDS if (end.section, end.name) == name]
        found += dice.sample(of_name, min(count, len(of_name)))
    return found


def test_every_figure_of_a_section_has_the_ends_of_a_type() -> None:
    for section, name, part in of_sections():
        (low, _allowed), (high, _within) = bounds_of(part)
        types = [one for one in DOMAINS.values() if isinstance(one.low, int | float)]
        assert any(one.low <= low < high <= one.high for one in types), (section, name)  # type: ignore[operator]


@pytest.mark.parametrize("count", few(1, [2, 10_000]))
def test_the_ends_of_a_section_are_read_and_what_is_outside_is_refused(count: int, tmp_path: Path) -> None:
    for number, end in enumerate(drawn_ends(count, seed=49)):
        told = outcome(write_end(tmp_path / f"op{number}", end), end)
        assert end.is_inside or told == "refused", end


@pytest.mark.parametrize("count", few(1, [1, 10_000]))
def test_a_run_with_its_draws_tells_each_end_of_what_is_drawn(count: int, tmp_path: Path) -> None:
    for number, end in enumerate(one for one in drawn_ends(count, seed=50) if one.section == "sweep"):
        folder = write_end(tmp_path / f"op{number}", end)
        if end.name in {"draws", "weather_years"} and end.is_inside:
            continue  # a million draws are read, and take their time
        parts = RunParts(ranges_folder=folder / "out")
        assert answered(partial(run, ran_on=DAY, parts=parts), folder) in {"read", "refused"}


def test_a_value_out_of_sight_is_told_in_french_with_its_place_and_what_is_expected(tmp_path: Path) -> None:
    told = {}
    use("fr")
    try:
        for section, name, value in (
            ("size", "budget_eur", "1e10"),
            ("sweep", "load_noise", "1e300"),
            ("sweep", "low", "-1e300"),
            ("key", "weights", "1e300"),
            ("compare", "prices", "1e300"),
        ):
            folder = write_end(tmp_path / f"{section}-{name}", End(section, name, value, is_inside=False))
            with pytest.raises(InputError) as fault:
                checked_and_opened(folder)
            told[section, name] = str(fault.value.problems[0])
    finally:
        use("en")
    assert {name: plain(text) for name, text in told.items()} == {
        ("size", "budget_eur"): "operation.toml, ligne 37, [size] budget_eur : 10 000 000 000 est refusé : "
        "1 000 000 000 au plus est attendu",
        ("sweep", "load_noise"): "operation.toml, ligne 38, [sweep] load_noise : 1e+300 est refusé : "
        "5 au plus est attendu",
        ("sweep", "low"): "operation.toml, ligne 41, [sweep] load_growth.low : -1e+300 est refusé : "
        "-1 au moins est attendu",
        ("key", "weights"): "key.weights.mairie : 1e+300 est refusé : un nombre de 0 à 1e+09 est attendu",
        ("compare", "prices"): "operation.toml, ligne 35, [compare] prices.1 : 1e+300 est refusé : "
        "2 000 au plus est attendu",
    }


def checked_and_opened(folder: Path) -> None:
    check_sections(folder)
    open_operation(folder, use_cache=False)


def plain(text: str) -> str:
    """Return a sentence with plain spaces, a figure of three hundred digits as the file has it."""
    spaced = text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
    return re.sub(r"1 000 000 000 000 000 052[\d .]+(?= est refusé)", "1e+300", spaced)


@pytest.mark.parametrize("seed", few(1, [51, 52, 53]))
def test_the_mutator_puts_ends_into_sections_and_each_is_read_or_told(seed: int, tmp_path: Path) -> None:
    path, dice = write_folder(tmp_path / "op") / "operation.toml", random.Random(seed)
    texts = [text.replace("%s", "") for name, text in WRITTEN.items() if name in operation_sections()]
    whole = "\n".join([path.read_text("utf-8"), *texts, "[compare]\nprices = [80, 95]\n"]).encode()
    check_sections(tmp_path / "op")
    for _number in range(60):
        broken = an_end(whole, dice)
        path.write_bytes(broken)
        assert checked(tmp_path / "op") in {"read", "refused"}, broken


def checked(folder: Path) -> str:
    try:
        check_sections(folder)
    except InputError as fault:
        return refused(fault)
    return "read"
