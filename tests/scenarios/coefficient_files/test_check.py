"""Every rule that a file of coefficients must obey, broken one by one and together."""

from datetime import date
from pathlib import Path

import pytest

from acc.problem import InputError
from acc.steps import Steps
from scenarios.operation.coefficient_files.check import RULES, check_file, read_file

PRMS = ("30000000000000", "30000000000001")
STEPS = Steps.between(date(2025, 3, 30), date(2025, 3, 31), 60).part(0, 4)
"""Midnight to 4 h 59 on the day of 23 h: ends at 23:00 to 02:00 UTC, plus an hour."""

HEADER = "prm_consommateur;horodate_fin_utc;coefficient"
ENDS = ("2025-03-30T00:00:00Z", "2025-03-30T01:00:00Z", "2025-03-30T02:00:00Z", "2025-03-30T03:00:00Z")
LINES = [HEADER, *(f"{prm};{end};0.500000" for end in ENDS for prm in PRMS)]
LOCAL = ["Horodate;30000000000000;30000000000001"] + [
    f"30/03/2025 {hour:02}:00;50,00;50,00" for hour in (0, 1, 3, 4)
]


def rules_broken(
    folder: Path, text: str | bytes, name: str = "coefficients_2025-03.csv", **options: object
) -> set[str]:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    check = check_file(path, prms=PRMS, period=STEPS, **options)  # type: ignore[arg-type]
    return {finding.rule for finding in check.findings}


def changed(line: int, before: str, after: str) -> str:
    lines = list(LINES)
    assert before in lines[line]
    lines[line] = lines[line].replace(before, after)
    return "\n".join(lines)


def test_a_right_file_breaks_no_rule(tmp_path: Path) -> None:
    assert rules_broken(tmp_path, "\n".join(LINES)) == set()
    assert rules_broken(tmp_path, "\r\n".join(LINES) + "\r\n") == set()
    assert rules_broken(tmp_path, "\n".join(LOCAL), "ACC00000000_60_01032025_30032025.txt") == set()


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        pytest.param("", {"empty"}, id="nothing"),
        pytest.param("PK\x03\x04\0\0", {"encoding", "empty"}, id="a workbook"),
        pytest.param("\ufeff" + "\n".join(LINES), {"encoding"}, id="byte order mark"),
        pytest.param(
            "\n".join(LINES).encode() + "\n# été".encode("cp1252"), {"encoding", "columns"}, id="cp1252"
        ),
        pytest.param("a;b;c\n" + "\n".join(LINES[1:]), {"header"}, id="unknown header"),
        pytest.param("\n".join(LINES).replace(";", ","), {"separator"}, id="commas between cells"),
        pytest.param("\n".join(LINES).replace(";", "\t"), {"separator"}, id="tabs between cells"),
        pytest.param(
            changed(3, ";0.500000", ""), {"columns", "missing-step", "sum-below"}, id="a cell missing"
        ),
        pytest.param(
            changed(3, "T01:00:00Z", " 01:00"), {"timestamp", "missing-step", "sum-below"}, id="moment"
        ),
        pytest.param(
            changed(3, "-03-30T", "-02-30T"), {"timestamp", "missing-step", "sum-below"}, id="30 February"
        ),
        pytest.param(
            changed(3, "T01:00:00Z", "T01:07:00Z"), {"timestamp", "missing-step", "sum-below"}, id="off step"
        ),
        pytest.param(changed(3, "0.5", "0,5"), {"number", "missing-step", "sum-below"}, id="decimal comma"),
        pytest.param(
            changed(3, "0.500000", "nan"), {"number", "missing-step", "sum-below"}, id="not a number"
        ),
        pytest.param(changed(3, "0.500000", "0.4999999"), {"decimals", "sum-below"}, id="seven decimals"),
        pytest.param(changed(3, "0.5", "-0.5"), {"negative", "sum-below"}, id="negative"),
        pytest.param(changed(3, "0.5", "1.5"), {"above-one", "sum-above"}, id="above 100 %"),
        pytest.param(changed(3, "0.500000", "0.500001"), {"sum-above"}, id="a millionth too much"),
        pytest.param(changed(3, "0.500000", "0.499999"), {"sum-below"}, id="a millionth short"),
        pytest.param("\n".join(LINES[:-2]), {"missing-step"}, id="the last step missing"),
        pytest.param(
            "\n".join(LINES[:-1]), {"missing-step", "sum-below"}, id="one meter's last step missing"
        ),
        pytest.param("\n".join([*LINES, LINES[1]]), {"double-step", "sum-above"}, id="a step twice"),
        pytest.param(
            "\n".join([LINES[0], *LINES[3:5], *LINES[1:3], *LINES[5:]]), {"order"}, id="two steps swapped"
        ),
        pytest.param(
            "\n".join([*LINES, f"{PRMS[0]};2025-04-01T00:00:00Z;1", f"{PRMS[1]};2025-04-01T00:00:00Z;0"]),
            {"month"},
            id="a step of April",
        ),
        pytest.param(
            "\n".join(LINES).replace(PRMS[1], "3000"), {"prm-format", "missing-prm"}, id="short meter"
        ),
        pytest.param(
            "\n".join(LINES).replace(PRMS[1], "30000000000009"),
            {"unknown-prm", "missing-prm"},
            id="unknown meter",
        ),
    ],
)
def test_each_rule_is_seen_alone(tmp_path: Path, text: str | bytes, rules: set[str]) -> None:
    assert rules_broken(tmp_path, text) == rules


def test_the_name_of_the_file_says_its_month(tmp_path: Path) -> None:
    assert rules_broken(tmp_path, "\n".join(LINES), "coefficients_2025-04.csv") == {"file-name"}


@pytest.mark.parametrize(
    ("line", "rules"),
    [
        pytest.param(
            "30/03/2025 02:00;50,00;50,00", {"timestamp", "missing-step"}, id="an hour that is skipped"
        ),
        pytest.param(
            "30/03/2025 01:00;50,00;50,00", {"double-step", "sum-above", "missing-step"}, id="twice"
        ),
        pytest.param(
            "30/03/2025 03:00;50.00;50,00", {"number", "missing-step", "sum-below"}, id="decimal point"
        ),
        pytest.param("30/03/2025 03:00;50,000;50,00", {"decimals"}, id="three decimals of percent"),
        pytest.param("2025-03-30 03:00;50,00;50,00", {"timestamp", "missing-step"}, id="another date"),
    ],
)
def test_the_public_layout_is_held_to_the_same_rules(tmp_path: Path, line: str, rules: set[str]) -> None:
    text = "\n".join([*LOCAL[:3], line, *LOCAL[4:]])
    assert rules_broken(tmp_path, text, "ACC00000000_60_01032025_30032025.txt") == rules


def test_every_fault_is_shown_at_once_with_its_line(tmp_path: Path) -> None:
    lines = list(LINES)
    lines[2] = lines[2].replace("0.5", "-0.5")
    lines[4] = lines[4].replace("0.500000", "0.6")
    lines[6] = lines[6].replace(";0.500000", ";half")
    path = tmp_path / "coefficients_2025-03.csv"
    path.write_text("\n".join([*lines, lines[1]]), encoding="utf-8")
    check = check_file(path, prms=PRMS, period=STEPS)
    found = [(finding.line, finding.rule) for finding in check.findings]
    assert found == [
        (None, "missing-step"),
        (2, "sum-below"),
        (3, "negative"),
        (4, "sum-above"),
        (7, "number"),
        (10, "double-step"),
    ]
    assert [finding.rule for finding in check.faults] == [
        "missing-step",
        "negative",
        "sum-above",
        "number",
        "double-step",
    ]
    assert check.counts == {
        "number": 1,
        "negative": 1,
        "sum-above": 1,
        "sum-below": 1,
        "missing-step": 1,
        "double-step": 1,
    }
    with pytest.raises(InputError) as refused:
        read_file(path, prms=PRMS, period=STEPS)
    shown = [str(problem) for problem in refused.value.problems]
    assert (
        shown[1] == "coefficients_2025-03.csv, line 3: “-0.500000” is negative: from 0 to 100 % is expected"
    )
    assert "1 steps missing from 2025-03-30 03:00 (UTC+2)" in shown[0]
    assert "•••• 0001" in shown[0]
    assert PRMS[1] not in "".join(shown)


def test_a_file_that_cannot_be_read_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="file missing"):
        check_file(tmp_path / "none.csv")


def test_a_whole_month_is_expected_when_no_period_is_given(tmp_path: Path) -> None:
    path = tmp_path / "coefficients_2025-03.csv"
    path.write_text("\n".join(LINES), encoding="utf-8")
    check = check_file(path, step_minutes=60)
    assert check.counts == {"missing-step": 2}
    assert check.first_day == date(2025, 3, 1)
    other = check_file(path, step_minutes=60, first_day=date(2025, 4, 1))
    assert other.counts["month"] == 8


def test_every_rule_can_be_met_in_a_test() -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    untested = [rule for rule in RULES if f'"{rule}"' not in text]
    assert untested == []
    assert len(RULES) >= 10
