"""A column whose cells are all wrong alike is told once, with where the others stand."""

from acc.problem import Problem
from reports.format.language import use
from reports.terminal.problems import format_problems


def fault(line: int, message: str, column: str = "besoin annuel") -> Problem:
    place = f"participants.csv, ligne {line}"
    return Problem(f"{place}, annual_kwh", message, f"Site {line}, {column}", place)


def test_a_whole_column_of_negative_figures_is_told_once() -> None:
    use("fr")
    faults = [fault(line, f"-{line}\u202f000 est refusé : plus de 0") for line in range(2, 7)]
    other = fault(9, "vide", "nature")
    assert [line.replace("\u00a0", " ") for line in format_problems([*faults, other])[:3]] == [
        "✗ Site 2, besoin annuel : -2\u202f000 est refusé : plus de 0 (participants.csv, ligne 2)",
        "  de même à 4 autres endroits : participants.csv, ligne 3 ; participants.csv, ligne 4 ; "
        "participants.csv, ligne 5 ; participants.csv, ligne 6",
        "✗ Site 9, nature : vide (participants.csv, ligne 9)",
    ]


def test_three_alike_are_told_one_by_one() -> None:
    assert (
        len(
            [
                line
                for line in format_problems([fault(line, "-3 is refused") for line in (2, 3, 4)])
                if "✗" in line
            ]
        )
        == 3
    )
