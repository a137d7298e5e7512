"""Why a figure changed: the causes sum to the difference of two runs, to the cent, whatever the two are."""

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from random import Random

import pytest

from acc.result.change import ChangeCause, ExplainedChange
from acc.result.proposal import ranking
from acc.result.result import Result
from reports.sentences.paired import change_words
from scenarios.entry.catalogue import copy_example
from scenarios.entry.columns.input_columns import columns
from scenarios.entry.folder.differences import cause_of
from scenarios.entry.folder.question import read_question
from scenarios.operation.ready.request import OperationRequest
from scenarios.operation.store.store import KeptStore
from scenarios.run import RunParts, run
from scenarios.studies.why.run import explained_change
from scenarios.study import ScenarioAtDate
from scenarios.variants import shared_store

DAY = date(2026, 11, 28)
CENT = 0.005
FEW, MANY = 4, 30


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("change") / "example"
    copy_example("bergerac", where)
    text = (where / "operation.toml").read_text(encoding="utf-8")
    month = text.replace("start = 2026-01-01", "start = 2026-05-01").replace("end = 2027", "end = 2026-06")
    (where / "operation.toml").write_text(month.replace("2026-06-01-01", "2026-06-01"), encoding="utf-8")
    return where


@pytest.fixture(scope="module")
def store(folder: Path) -> KeptStore:
    return shared_store(folder)


def asked(
    store: KeptStore, *words: str, key: str | None = None, variant: str | None = None
) -> OperationRequest:
    return {"settings": read_question(words), "key": key, "variant": variant, "cache": store}


def made(folder: Path, request: OperationRequest) -> Result:
    return run(folder, ran_on=DAY, parts=RunParts(advice=False), **request)


def explained_runs(
    folder: Path, before: OperationRequest, after: OperationRequest
) -> tuple[ExplainedChange, list[Result]]:
    results = [made(folder, request) for request in (before, after)]
    stands = [ScenarioAtDate(folder, of, made) for of, made in zip((before, after), results, strict=True)]
    return explained_change(*stands), results


def gain_eur(results: Sequence[Result]) -> list[float]:
    ranked = ranking([result.money for result in results])
    assert ranked is not None
    return list(ranked.together_eur)


CHOICES: tuple[tuple[str, ...], ...] = (
    ("", "prices.local_eur_per_mwh=60", "prices.local_eur_per_mwh=110.5"),
    ("", "prices.supply_ratio=1.2"),
    ("", "plants.toit-gymnase.kwp=90", "plants.hangar-cave.active=false", "plants.ombrieres.active=true"),
    (
        "",
        "participants.cave.active=false",
        "participants.usine.active=true",
        "participants.froid.active=false",
    ),
    ("", "key.name=equal", "key.name=priority", "key.name=static"),
    ("", "participants.ecole.annual_kwh=120000", "weather.seed=7"),
    ("", "prices.full_accise_from=2026-05-10", 'participants.mairie.kva="24"'),
    ("", "finance.horizon_years=15", "finance.discount_ratio=0.02"),
    ("", "operation.perimeter=20km"),
)


def drawn(random: Random, store: KeptStore) -> OperationRequest:
    words = [word for choice in CHOICES if (word := random.choice(choice))]
    if "participants.usine.active=true" in words and "key.name=priority" in words:
        words.remove("key.name=priority")  # the ranks of the example do not name the factory
    return asked(store, *words, variant=random.choice((None, None, "sans la cave", "avec les ombrières")))


@pytest.mark.parametrize(
    "seed", [*range(FEW), *(pytest.param(n, marks=pytest.mark.slow) for n in range(FEW, MANY))]
)
def test_causes_sum_to_the_difference_of_two_runs(folder: Path, store: KeptStore, seed: int) -> None:
    random = Random(seed)
    found, results = explained_runs(folder, drawn(random, store), drawn(random, store))
    before, after = gain_eur(results)
    assert sum(effect.amount_eur or 0.0 for effect in found.effects) == pytest.approx(
        after - before, abs=CENT
    )
    kwh = [float(result.energy.received_kwh.sum()) for result in results]
    assert sum(effect.shared_kwh for effect in found.effects) == pytest.approx(kwh[1] - kwh[0], abs=CENT)
    for effect in found.effects:
        assert sum(effect.persons_eur.values()) == pytest.approx(effect.amount_eur, abs=CENT)
    causes = [cause for effect in found.effects for cause in effect.causes]
    assert causes == [cause for cause in ChangeCause if cause in causes], "each once, in their order"


def test_each_cause_is_the_difference_of_two_runs_of_their_own(folder: Path, store: KeptStore) -> None:
    """The key, then the price, then the length of the plan: three runs more."""
    words = ("prices.local_eur_per_mwh=95", "finance.horizon_years=15")
    found, results = explained_runs(folder, asked(store), asked(store, *words, key="equal"))
    key = made(folder, asked(store, key="equal"))
    price = made(folder, asked(store, words[0], key="equal"))
    levels = gain_eur([results[0], key, price, results[1]])
    assert [effect.causes for effect in found.effects] == [
        (ChangeCause.KEY,),
        (ChangeCause.PRICES,),
        (ChangeCause.PLAN,),
    ]
    assert list(found.levels_eur) == pytest.approx(levels, abs=CENT)
    assert found.effects[1].shared_kwh == 0.0


def test_a_step_that_cannot_be_is_told_with_the_next_one(folder: Path, store: KeptStore) -> None:
    """The ranks do not name the factory: it cannot enter before the key changes too."""
    before = asked(store, key="priority")
    enters = asked(store, "participants.usine.active=true", "prices.local_eur_per_mwh=90", key="equal")
    found, results = explained_runs(folder, before, enters)
    causes = [effect.causes for effect in found.effects]
    assert causes == [(ChangeCause.MEMBERS, ChangeCause.KEY), (ChangeCause.PRICES,)]
    levels = gain_eur(results)
    assert sum(effect.amount_eur or 0.0 for effect in found.effects) == pytest.approx(
        levels[1] - levels[0], abs=CENT
    )


def test_two_that_are_the_same_differ_by_nothing(folder: Path, store: KeptStore) -> None:
    found, _results = explained_runs(folder, asked(store), asked(store, "prices.local_eur_per_mwh=80"))
    assert found.effects == ()
    assert change_words(found, {}, is_year=False).causes == ()


def test_printed_amounts_sum_to_the_printed_whole(folder: Path, store: KeptStore) -> None:
    words = ("prices.local_eur_per_mwh=97.3", "plants.toit-gymnase.kwp=33", "prices.supply_ratio=1.07")
    found, _results = explained_runs(folder, asked(store), asked(store, *words, key="equal"))
    said = change_words(found, {}, is_year=False)
    *shown, whole = [
        int(
            re.sub(r"[^0-9\u2212]", "", text.rpartition("\u00a0€")[0].rpartition(":")[2]).replace(
                "\u2212", "-"
            )
        )
        for text in (*said.causes, said.total)
    ]
    assert len(shown) == 3
    assert sum(shown) == whole == round(found.levels_eur[-1]) - round(found.levels_eur[0])


def test_nobody_is_named_who_may_not_be(folder: Path, store: KeptStore) -> None:
    out = asked(store, "participants.cave.active=false")
    found, _results = explained_runs(folder, asked(store), out)
    assert "cave" not in change_words(found, {}, is_year=False).causes[0].lower()
    assert "La cave" in change_words(found, {"cave": "La cave"}, is_year=False).causes[0]


def test_every_column_and_setting_has_its_cause() -> None:
    for table in ("participants", "plants", "persons"):
        for name in columns(f"{table}.csv"):
            assert cause_of(f"{table}.x.{name}") is not ChangeCause.OTHER
