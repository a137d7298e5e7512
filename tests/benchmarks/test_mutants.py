"""The faults that the script makes: one change each, where a hand could make it, and the tree as it was."""

from collections import Counter
from pathlib import Path

import pytest

from benchmarks.mutants import ROOMS, ROOT, copied, drawn, is_seen, mutants_of, room_tests
from tests.architecture.test_budget import code_lines

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


def test_a_seed_draws_the_same_faults_of_every_package_more_of_where_there_is_more_code() -> None:
    faults = drawn(100, seed=5)
    assert faults[:3] == drawn(3, seed=5)
    assert len(set(faults)) == len(faults)
    count = Counter(fault.path.partition("/")[0] for fault in faults)
    lines = {room: sum(map(code_lines, (ROOT / room).rglob("*.py"))) for room in ROOMS}
    for room, number in lines.items():
        # Four standard deviations of a count, and one.
        expected = len(faults) * number / sum(lines.values())
        assert abs(count[room] - expected) <= 4.0 * expected**0.5 + 1.0
    path = faults[0].path
    assert {fault.path for fault in drawn(3, 5, [path])} == {path}


def test_every_file_has_its_own_tests_and_those_of_its_name_first() -> None:
    for file in (file for room in ROOMS for file in (ROOT / room).rglob("*.py")):
        path = file.relative_to(ROOT).as_posix()
        own, *tests = room_tests(path)
        assert own == path
        assert tests or not mutants_of(path, file.read_bytes()), path
    assert room_tests("acc/settle.py")[1] == "tests/acc/test_settle.py"
    for path in ("scenarios/studies/size/run.py", "reports/studies/size/screen.py", "commands/size.py"):
        assert {test.rpartition("/")[0] for test in room_tests(path)[1:]} == {"tests/studies/size"}


@pytest.mark.slow
def test_a_fault_is_seen_in_a_copy_that_is_then_as_before(tmp_path: Path) -> None:
    tree, path = copied(tmp_path), "acc/sides.py"
    source = (tree / path).read_bytes()
    (tree / "test_it.py").write_text("from acc import sides\n\n\ndef test_it() -> None:\n    assert sides\n")
    fault = mutants_of(path, source)[0]
    assert not is_seen(tree, fault, ["test_it.py"])
    (tree / "test_it.py").write_text(
        "from pathlib import Path\n\n\ndef test_it() -> None:\n"
        f"    assert len(Path({path!r}).read_bytes()) == {len(source)}\n"
        f"    assert Path({path!r}).read_bytes().startswith({source[: fault.stop]!r})\n"
    )
    assert is_seen(tree, fault, ["test_it.py"])
    (tree / "test_it.py").write_text("def test_it() -> None:\n    assert False\n")
    with pytest.raises(ValueError, match="fails without any fault"):
        is_seen(tree, fault, ["test_it.py"])
    assert (tree / path).read_bytes() == source
