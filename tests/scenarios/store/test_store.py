"""The store: made once for equal parts, never stale, bounded, shared by threads."""

import os
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Barrier, Event, Thread

import numpy as np
import pytest

from scenarios.operation.metering.kept_meters import MadeNotes, arrays
from scenarios.operation.ready import request
from scenarios.operation.ready.request import SOURCE, kept_meters
from scenarios.operation.store.store import KeptForm, KeptKind, KeptStore, Same
from scenarios.variants import shared_store
from tests.scenarios.metering.test_cache_keys import SCENARIO

WORDS: KeptKind[str] = KeptKind("words")
WRITTEN: KeptKind[str] = KeptKind("written", form=KeptForm(str.encode, bytes.decode))


def counted(made: list[str], name: str) -> Callable[[], str]:
    return lambda: made.append(name) or name  # type: ignore[func-returns-value]


def asked(store: KeptStore, kind: KeptKind[str], *names: str) -> list[str]:
    """Ask for things by their own names; return those that had to be made."""
    made: list[str] = []
    for name in names:
        assert store.get(kind, name, counted(made, name)) == name
    return made


def test_equal_parts_are_made_once_and_parts_without_hash_too() -> None:
    store, made = KeptStore(None, most=6), list[str]()
    for _time in range(2):
        store.get(WORDS, ({"a": 1}, "x"), counted(made, "x"))
        store.get(WORDS, ({"a": 2}, "x"), counted(made, "y"))
    assert made == ["x", "y"]


def test_six_of_a_kind_are_held_and_the_one_used_longest_ago_goes() -> None:
    store = KeptStore(None, most=6)
    assert asked(store, WORDS, *"abcdef", "a", "g") == list("abcdefg")
    assert asked(store, WORDS, *"acdefg") == []
    assert asked(store, WORDS, "b") == ["b"]
    assert asked(store, KeptKind("words of others"), "a") == ["a"]
    assert asked(store, KeptKind("one", most=1), "a", "b", "a") == ["a", "b", "a"]


def test_what_was_made_of_files_before_they_changed_is_never_given_after() -> None:
    first = KeptStore(None, most=6, stamp="1")
    second = replace(first, stamp="2")

    def while_a_file_changes() -> str:
        assert asked(second, WORDS, "a") == ["a"]
        return "old"

    assert first.get(WORDS, "a", while_a_file_changes) == "old"
    assert second.get(WORDS, "a", lambda: "made again") == "a"
    assert first.get(WORDS, "a", lambda: "made again") == "old"


def test_an_array_is_a_part_by_itself_not_by_its_values() -> None:
    store, one, made = KeptStore(None, most=6), np.zeros(2), list[str]()
    for array in (one, one, np.zeros(2)):
        store.get(WORDS, Same(array), counted(made, "x"))
    assert made == ["x", "x"]


def test_the_oldest_array_goes_under_the_limit_of_bytes_and_one_is_always_held() -> None:
    store, kind = KeptStore(None, most=6, most_bytes=100), arrays((4,))  # 32 bytes each
    for n in range(4):
        store.keep(kind, {"n": n}, (np.full(4, float(n)), MadeNotes()))
    assert [store.known(kind, {"n": n}) is None for n in range(4)] == [True, False, False, False]
    for _again in range(9):  # the same, kept again, counts once
        store.keep(kind, {"n": 3}, (np.full(4, 3.0), MadeNotes()))
    assert store.known(kind, {"n": 1}) is not None
    large = arrays((40,))
    store.keep(large, {"n": 9}, (np.zeros(40), MadeNotes()))
    found = store.known(large, {"n": 9})
    assert found is not None
    assert not found[0].flags.writeable  # several runs share it
    assert store.known(kind, {"n": 3}) is None


def test_other_meters_let_go_of_all_but_what_was_read_of_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, made = shared_store(tmp_path, use_cache=False), list[str]()
    monkeypatch.setattr(request, "meter", lambda scenario, *_more: made.append(scenario.holes) or "kWh")
    others = replace(SCENARIO, holes="other")
    for scenario in (SCENARIO, SCENARIO, others):
        asked(store, SOURCE, "s")  # type: ignore[arg-type]  # a text in place of a folder
        kept_meters(scenario, tmp_path, store, print)
        made += asked(store, WORDS, "key")
    assert made == [SCENARIO.holes, "key", "other", "key"]
    assert asked(store, SOURCE, "s") == []  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())


def test_asked_four_times_at_once_it_is_made_once_and_another_question_does_not_wait() -> None:
    store, made, found = KeptStore(None, most=6), list[str](), list[str]()
    asking, go_on = Barrier(5), Event()

    def slow() -> str:
        assert go_on.wait(10)
        made.append("slow")
        return "slow"

    def ask() -> None:
        asking.wait()
        found.append(store.get(WORDS, "slow", slow))

    threads = [Thread(target=ask) for _n in range(4)]
    for thread in threads:
        thread.start()
    asking.wait()
    assert asked(store, WORDS, "quick", "quick") == ["quick"]  # while the slow one is made
    assert store.last(WORDS) == "quick"
    go_on.set()
    for thread in threads:
        thread.join(10)
    assert made == ["slow"]
    assert found == ["slow"] * 4


def test_what_fails_is_not_kept_and_lets_the_next_one_try() -> None:
    store = KeptStore(None, most=6)

    def fails() -> str:
        raise ValueError("no")

    for _time in range(2):
        with pytest.raises(ValueError, match="no"):
            store.get(WORDS, "a", fails)
    assert asked(store, WORDS, "a") == ["a"]


def test_the_last_one_is_shown_while_another_is_made() -> None:
    kind: KeptKind[str] = KeptKind("front", most=1)
    store = KeptStore(None, most=6, stamp="1")
    assert store.last(kind) is None
    asked(store, kind, "old")
    later = replace(store, stamp="2")
    assert later.get(kind, "new", lambda: f"{later.last(kind)}, then new") == "old, then new"
    assert later.last(kind) == "old, then new"


def test_what_is_written_is_found_by_another_program_and_held_by_none_that_holds_nothing(
    tmp_path: Path,
) -> None:
    assert asked(KeptStore(tmp_path / "kept"), WRITTEN, "a", "a", "b") == ["a", "b"]
    assert asked(KeptStore(tmp_path / "kept"), WRITTEN, "a", "b", "c") == ["c"]
    assert asked(KeptStore(tmp_path / "kept"), WORDS, "a", "a") == ["a", "a"]
    assert asked(KeptStore(None), WRITTEN, "a", "a") == ["a", "a"]
    store = KeptStore(tmp_path / "kept", most=6)
    asked(store, WRITTEN, "a")
    for path in (tmp_path / "kept").iterdir():
        path.unlink()
    assert asked(store, WRITTEN, "a") == []  # in memory now


def test_what_no_longer_fits_is_made_again_in_memory_and_in_the_folder(tmp_path: Path) -> None:
    stands = replace(WRITTEN, fits=lambda text: text != "a")
    for store in (KeptStore(tmp_path), KeptStore(tmp_path, most=6)):
        assert asked(store, WRITTEN, "a") in (["a"], [])
        assert asked(store, stands, "a") == ["a"]


def test_an_entry_is_signed_closed_and_none_is_left_torn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = KeptStore(tmp_path / "kept")
    store.keep(WRITTEN, "a", "four")
    (entry,) = (tmp_path / "kept").iterdir()
    if os.name == "posix":
        assert stat.S_IMODE(entry.stat().st_mode) == 0o600
        assert stat.S_IMODE(entry.parent.stat().st_mode) == 0o700
    entry.write_bytes(entry.read_bytes().replace(b"four", b"nine"))
    assert store.known(WRITTEN, "a") is None

    def killed(*_names: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        store.keep(WRITTEN, "b", "five")
    assert list((tmp_path / "kept").iterdir()) == [entry]
