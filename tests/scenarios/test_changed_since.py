"""Why a kept scenario changed once the data of its folder did: by cause, to the cent, whatever changed."""

import csv
import shutil
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import TypeAlias

import pytest

from acc.problem import InputError
from acc.result.change import ChangeCause
from acc.result.proposal import ranking
from acc.result.result import Result
from reports.sentences.paired import change_words
from scenarios.entry.folder.put import KEPT, keep, kept_data
from scenarios.entry.folder.question import read_question
from scenarios.run import RunParts, run
from scenarios.side_by_side import changed_since
from scenarios.studies.why.run import compare_with_saved, explained_change
from tests.web.folders import a_month

DAY = date(2026, 11, 28)
CENT = 0.005
FEW, MANY = 1, 30
NAME = "à 98"


def curve(level_kw: float) -> str:
    """Return a curve of May, hour by hour, higher by day."""
    hours = [datetime(2026, 5, 1) + timedelta(hours=hour) for hour in range(31 * 24)]
    lines = [f"{hour:%d/%m/%Y %H:%M};{level_kw * (2 if 7 < hour.hour < 19 else 1):.2f}" for hour in hours]
    return "\n".join(["horodate;kW", *lines, ""])


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that holds a scenario and a measured curve."""
    where = a_month(tmp_path_factory.mktemp("since") / "demo")
    (where / "curves" / "ecole.csv").write_text(curve(9.0), encoding="utf-8")
    cells(where, "participants.csv", "ecole", curve="ecole.csv", profile="", annual_kwh="")
    keep(where, NAME, variant=None, key=None, settings=read_question(["prix=98"]))
    return where


@pytest.fixture
def folder(kept: Path, tmp_path: Path) -> Path:
    return shutil.copytree(kept, tmp_path / "demo")


Rows: TypeAlias = list[dict[str, str]]


def rewritten(folder: Path, file: str, change: Callable[[Rows], Rows]) -> None:
    path = folder / file
    with path.open(encoding="utf-8-sig", newline="") as read:
        rows = list(csv.DictReader(read, delimiter=";"))
    rows = change(rows)
    with path.open("w", encoding="utf-8", newline="") as written:
        heads = list(dict.fromkeys(name for row in rows for name in row))
        table = csv.DictWriter(written, heads, delimiter=";")
        table.writeheader()
        table.writerows(rows)


def cells(folder: Path, file: str, id_: str, **new: str) -> None:
    rewritten(folder, file, lambda rows: [{**row, **new} if row["id"] == id_ else row for row in rows])


def without(folder: Path, id_: str) -> None:
    rewritten(folder, "participants.csv", lambda rows: [row for row in rows if row["id"] != id_])


def come(folder: Path) -> None:
    """A second school, a person of the town, comes with the curve of the first."""
    new = {"id": "ecole-2", "name": "Seconde école", "prm": ""}

    def more(rows: Rows) -> Rows:
        return [*rows, *({**row, **new} for row in rows if row["id"] == "ecole")]

    rewritten(folder, "participants.csv", more)


def setting(folder: Path, old: str, new: str) -> None:
    path = folder / "operation.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


CHANGES: dict[str, Callable[[Path], object]] = {
    "curve": lambda at: (at / "curves" / "ecole.csv").write_text(curve(14.0), encoding="utf-8"),
    "profile": lambda at: cells(at, "participants.csv", "mairie", annual_kwh="75000"),
    "prices": lambda at: cells(at, "participants.csv", "froid", supply_hpb_eur_per_mwh="131,5"),
    "gone": lambda at: without(at, "atelier"),
    "out": lambda at: cells(at, "participants.csv", "froid", active="non"),
    "come": come,
    "roof": lambda at: cells(at, "plants.csv", "toit-gymnase", kwp="120", capex_eur="118000"),
    "tariff": lambda at: cells(at, "participants.csv", "mairie", kva="30"),
    "plan": lambda at: setting(at, "discount_ratio = 0.04", "discount_ratio = 0.05"),
    "key": lambda at: setting(at, 'name = "prorata"', 'name = "equal"'),
    "name": lambda at: cells(at, "participants.csv", "cave", name="Autre cave"),
}


def together_eur(*results: Result) -> list[float]:
    ranked = ranking([result.money for result in results])
    assert ranked is not None
    return list(ranked.together_eur)


@pytest.mark.parametrize(
    "seed", [*range(FEW), *(pytest.param(n, marks=pytest.mark.slow) for n in range(FEW, MANY))]
)
def test_causes_sum_to_the_difference_with_the_data_of_the_day_when_it_was_kept(
    kept: Path, folder: Path, seed: int
) -> None:
    names = Random(seed).sample(sorted(CHANGES), 2 + seed % 4)
    for name in names:
        CHANGES[name](folder)
    before, after = compare_with_saved(folder, NAME, DAY, use_cache=False)
    found = explained_change(before, after)
    # By another way: the folder as it was, copied elsewhere, and the folder as it is.
    was, now = (
        run(at, ran_on=DAY, variant=NAME, use_cache=False, parts=RunParts(advice=False))
        for at in (kept, folder)
    )
    levels = together_eur(was, now)
    assert sum(effect.amount_eur or 0.0 for effect in found.effects) == pytest.approx(
        levels[1] - levels[0], abs=CENT
    )
    for effect in found.effects:
        assert sum(effect.persons_eur.values()) == pytest.approx(effect.amount_eur, abs=CENT)
    causes = [cause for effect in found.effects for cause in effect.causes]
    assert causes == [cause for cause in ChangeCause if cause in causes], "each once, in their order"
    assert changed_since(folder, NAME) == (names != ["name"])
    said = " ".join(change_words(found, {}, is_year=False, closed=()).causes)
    assert "cave" not in said.lower(), "who has no name that may be told"


def test_each_cause_is_told_apart_and_is_the_difference_of_two_folders(kept: Path, folder: Path) -> None:
    """The curve, then who left, then the prices: the folder as it would have stood in between."""
    results = [run(kept, ran_on=DAY, variant=NAME, use_cache=False, parts=RunParts(advice=False))]
    for name in ("curve", "gone", "prices"):
        CHANGES[name](folder)
        results.append(run(folder, ran_on=DAY, variant=NAME, use_cache=False, parts=RunParts(advice=False)))
    found = explained_change(*compare_with_saved(folder, NAME, DAY, use_cache=False))
    assert [effect.causes for effect in found.effects] == [
        (ChangeCause.CURVES,),
        (ChangeCause.MEMBERS,),
        (ChangeCause.PRICES,),
    ]
    assert list(found.levels_eur) == pytest.approx(together_eur(*results), abs=CENT)
    said = change_words(found, {"ecole": "L’école"}, is_year=False).causes
    assert "L’école" in said[0]


def test_nothing_that_moves_a_figure_is_nothing(folder: Path) -> None:
    CHANGES["name"](folder)
    assert not changed_since(folder, NAME)
    assert explained_change(*compare_with_saved(folder, NAME, DAY, use_cache=False)).effects == ()


def test_a_word_of_a_list_is_the_same_in_french_and_in_english(folder: Path) -> None:
    cells(folder, "participants.csv", "mairie", kind="Commune", profile="mairie", recovers_vat="no")
    assert not changed_since(folder, NAME)


def test_files_that_are_the_same_are_written_once_and_those_of_who_is_gone_go(folder: Path) -> None:
    keep(folder, "encore", variant=None, key=None, settings=read_question(["prix=90"]))
    first, second = (kept_data(folder, name) for name in (NAME, "encore"))
    assert first is not None
    assert second is not None
    # Copying the folder parted the links; two kept in it share what is the same.
    keep(folder, "tiers", variant=None, key=None, settings=read_question(["prix=91"]))
    third = kept_data(folder, "tiers")
    assert third is not None
    assert (third / "curves" / "ecole.csv").samefile(first / "curves" / "ecole.csv")
    assert not (third / "curves" / "ecole.csv").samefile(folder / "curves" / "ecole.csv")
    setting(folder, f'name = "{NAME}"', 'name = "autre nom"')
    keep(folder, "quatre", variant=None, key=None, settings=read_question(["prix=92"]))
    assert kept_data(folder, NAME) is None
    assert len(list((folder / KEPT).iterdir())) == 3


def test_an_older_copy_of_the_folder_serves_and_what_is_neither_is_refused(kept: Path, folder: Path) -> None:
    CHANGES["profile"](folder)
    before, after = compare_with_saved(folder, str(kept), DAY, variant=NAME, use_cache=False)
    by_name = explained_change(*compare_with_saved(folder, NAME, DAY, use_cache=False))
    assert explained_change(before, after).levels_eur == pytest.approx(by_name.levels_eur, abs=CENT)
    for word in ("à 89", "avec l'usine de Prigonrieux"):
        with pytest.raises(InputError) as fault:
            compare_with_saved(folder, word, DAY)
        assert fault.value.problems[0].path == "NAME"
