"""A sweep is resumed over the same rates, code and inputs only: otherwise one document holds two tariffs."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from acc.bills.tariffs import Tariffs
from scenarios.entry.folder.load import load
from scenarios.entry.folder.raw import read_source
from scenarios.operation.draws.settings import SweepChoice, read_sweep, sweep_digest
from scenarios.operation.store import store
from scenarios.operation.tariffs.build import tariffs
from scenarios.rates.table import Rate, Rates, read_rates
from scenarios.studies.sweep.run import Sweep, prepare
from tests.scenarios.operation import write_operation


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    short = {"end = 2027-01-01": "end = 2026-01-04"}
    return write_operation(tmp_path_factory.mktemp("digest") / "op", **short)


def rows() -> list[Rate]:
    rates = read_rates()
    return [row for name in rates.names for row in rates.rows(name)]


def edited(name: str) -> Rates:
    """Return the rates, every row of one name a little higher."""
    return Rates(replace(row, value=row.value * 1.1 + 0.01) if row.name == name else row for row in rows())


def digest(choice: SweepChoice, priced_with: Tariffs, **changes: object) -> str:
    about = {"keys": ("prorata",), "engine": "numpy", "inputs": {"plants.csv": "ab"}} | changes
    return sweep_digest(choice, tariffs=[priced_with], **about)  # type: ignore[arg-type]


def test_a_sweep_is_not_resumed_over_an_edited_rate(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def at(rates: Rates) -> Sweep:
        monkeypatch.setattr("scenarios.operation.tariffs.price.read_rates", lambda: rates)
        return prepare(folder, folder / "out", draws=1, engine="numpy")

    first = at(Rates(rows()))
    assert at(Rates(rows())).folder == first.folder
    dearer = next(rate.name for rate in read_rates_of(first) if rate.name.startswith("accise"))
    assert at(edited(dearer)).folder != first.folder


def read_rates_of(sweep: Sweep) -> list[Rate]:
    priced_with = sweep.plan.cases[0].tariffs
    assert priced_with is not None
    return [read_rates().at(rate.name, date.max) for rate in priced_with.rates]


def test_every_rate_that_was_read_counts(folder: Path) -> None:
    scenario, choice = load(folder), read_sweep(read_source(folder), draws=1)
    kva = [36.0] * len(scenario.participants)
    priced_with = tariffs(Rates(rows()), scenario, kva)
    first = digest(choice, priced_with)
    names = {rate.name for rate in priced_with.rates}
    assert len(names) > 20
    assert [n for n in names if digest(choice, tariffs(edited(n), scenario, kva)) == first] == []


@pytest.mark.parametrize(
    "changes", [{"keys": ("equal",)}, {"engine": "numba"}, {"inputs": {"plants.csv": "cd"}}]
)
def test_keys_engine_and_inputs_count_and_the_number_of_draws_does_not(
    folder: Path, changes: dict[str, object]
) -> None:
    choice = read_sweep(read_source(folder), draws=1)
    priced_with = tariffs(read_rates(), load(folder), [36.0] * 6)
    first = digest(choice, priced_with)
    assert digest(replace(choice, draws=500), priced_with) == first
    assert digest(replace(choice, seed=choice.seed + 1), priced_with) != first
    assert digest(choice, priced_with, **changes) != first


def test_sentences_in_a_language_do_not_count(folder: Path) -> None:
    choice = read_sweep(read_source(folder), draws=1)
    priced_with = tariffs(read_rates(), load(folder), [36.0] * 6)
    said = replace(priced_with, warnings=("une phrase",), assumptions=(("a", "b", "c"),))
    assert digest(choice, said) == digest(choice, priced_with)


def test_the_hash_of_the_code_holds_all_that_makes_a_figure() -> None:
    files = store.code_files()
    for expected in (
        "acc/settle.py",
        "profiles/data/reference_uses.csv",
        "scenarios/operation/metering/make.py",
        "scenarios/operation/draws/compute.py",
        "scenarios/rates/turpe.csv",
        "scenarios/data/sweep_spreads.csv",
    ):
        assert expected in files
    assert files == sorted(files)
    assert not [name for name in files if name.endswith(".pyc")]


def raised(text: str) -> str:
    return text.replace("26.58", "36.58")


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("scenarios/rates/accise.csv", raised),
        ("scenarios/operation/metering/make.py", lambda text: text + "# scaled otherwise\n"),
        ("acc/settle.py", lambda text: text + "# shared otherwise\n"),
    ],
)
def test_an_edited_row_or_line_changes_the_hash(
    tmp_path: Path, name: str, change: Callable[[str], str]
) -> None:
    texts = {
        "scenarios/rates/accise.csv": "accise.bt-inf,2026-02-01,26.58\n",
        "scenarios/operation/metering/make.py": "pass\n",
        "acc/settle.py": "pass\n",
    }

    def hashed(files: dict[str, str]) -> str:
        for path, text in files.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text, encoding="utf-8")
        store.code_sha256.cache_clear()
        return store.code_sha256(tmp_path)

    try:
        first = hashed(texts)
        assert hashed(texts) == first
        assert hashed(texts | {name: change(texts[name])}) != first
    finally:
        store.code_sha256.cache_clear()
