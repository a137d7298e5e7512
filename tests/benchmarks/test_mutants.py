"""The faults that the script makes: one change each, where a hand could make it, and the tree as it was."""

from pathlib import Path

import pytest

from benchmarks.mutants import ROOMS, ROOT, copied, drawn, is_seen, mutants_of

SOURCE = b'''"""What is 1 + 1."""
LIMIT: float = 2.0


def least(values: list[int], *, is_strict: bool = True) -> int | None:
    """Return the first below 1."""
    if not values or values[0] >= LIMIT - 1:
        return None
    return -values[0]
'''


def test_each_rule_makes_its_changes_and_no_text_or_type_is_touched() -> None:
    found = {(one.line, one.old, one.new) for one in mutants_of("a.py", SOURCE)}
    assert found == {
        (2, "2.0", "5.0"),
        (5, "True", "False"),
        (7, "not values or values[0] >= LIMIT - 1", "((not values) and (values[0] >= LIMIT - 1))"),
        (7, "not values", "(values)"),
        (7, "values[0] >= LIMIT - 1", "(values[0]) > (LIMIT - 1)"),
        (7, "0", "1"),
        (7, "0", "-1"),
        (7, "LIMIT - 1", "((LIMIT) + (1))"),
        (7, "1", "2"),
        (7, "1", "0"),
        (9, "-values[0]", "(values[0])"),
        (9, "0", "1"),
        (9, "0", "-1"),
    }
    changed = [one.of(SOURCE) for one in mutants_of("a.py", SOURCE)]
    for source in changed:
        compile(source, "a.py", "exec")
    assert len(set(changed)) == len(found)


def test_a_seed_draws_the_same_faults_of_every_room() -> None:
    faults = drawn(2 * len(ROOMS), seed=5)
    assert faults == drawn(2 * len(ROOMS), seed=5)
    assert {name for name, _fault in faults} == set(ROOMS)
    assert {fault.path for _name, fault in drawn(3, 5, ["acc/settle.py"])} == {"acc/settle.py"}
    assert all((ROOT / test).exists() for room in ROOMS.values() for test in room.tests)


@pytest.mark.slow
def test_a_fault_is_seen_in_a_copy_that_is_then_as_before(tmp_path: Path) -> None:
    tree, path = copied(tmp_path), "acc/sides.py"
    source = (tree / path).read_bytes()
    (tree / "test_it.py").write_text("from acc import sides\n\n\ndef test_it() -> None:\n    assert sides\n")
    fault = mutants_of(path, source)[0]
    assert not is_seen(tree, fault, ["test_it.py"])
    (tree / "test_it.py").write_text("def test_it() -> None:\n    assert False\n")
    assert is_seen(tree, fault, ["test_it.py"])
    assert (tree / path).read_bytes() == source
