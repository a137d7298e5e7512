"""Scenarios side by side tell nothing of homes that did not agree: not by their differences either."""

from pathlib import Path
from typing import TypeAlias

import pytest

from acc.result.change import PairedDraws
from acc.result.result import Result
from reports.documents.comparison import comparison_document
from reports.paper.typeset import pdf
from reports.studies.workbook.comparison import comparison_workbook
from reports.view.comparison import compared
from scenarios.entry.folder.mask import Mask
from scenarios.entry.folder.question import read_question
from scenarios.operation.ready.request import OperationRequest
from scenarios.run import RunParts, run
from scenarios.side_by_side import paired_draws
from tests.attacker import Attacker
from tests.few_homes import write_homes
from tests.test_few_homes import DAY, Operation, attacker, read_book, text_of

REQUESTS: list[OperationRequest] = [
    {},
    {"key": "equal"},
    {"settings": read_question(("prix=120",))},
    {"key": "equal", "settings": read_question(("prix=120",))},
]
Drawn: TypeAlias = tuple[list[Result], PairedDraws]
Scenarios: TypeAlias = tuple[list[str], Drawn, Drawn]
"""The homes of a folder; its scenarios and their draws, as others read them and as they are."""

MIXES = {"none agreed": "0", "one of three agreed": "100", "nine, one did not": "111111110"}


@pytest.fixture(scope="module", params=MIXES.values(), ids=list(MIXES))
def scenarios(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Scenarios:
    """Homes of a folder, its scenarios, and what they bring in the same draws."""
    folder: Path = tmp_path_factory.mktemp("compared") / "op"
    write_homes(folder, [agreed == "1" for agreed in request.param])
    moved: list[OperationRequest] = [{**asked, "mask": Mask(folder)} for asked in REQUESTS]
    made = [_made(folder, requests) for requests in (moved, REQUESTS)]
    return [f"home{n}" for n in range(len(request.param))], *made


def _made(folder: Path, requests: list[OperationRequest]) -> Drawn:
    results = [run(folder, ran_on=DAY, parts=RunParts(advice=False), **asked) for asked in requests]
    drawn = paired_draws(folder, requests, results, range(len(requests)), 3)
    assert drawn is not None
    return results, drawn


def attackers(homes: list[str], results: list[Result], drawn: PairedDraws) -> Attacker:
    """Return who looks for what homes have in each scenario, and gain more in one than in another."""
    secrets = dict(drawn_secrets(homes, drawn))
    for number, result in enumerate(results):
        own = attacker(Operation(Path(), result, result, homes)).secrets
        secrets |= {f"{name}, scenario {number}": value for name, value in own.items()}
    return Attacker({name: value for name, value in secrets.items() if value})


def drawn_secrets(homes: list[str], drawn: PairedDraws) -> list[tuple[str, float]]:
    """Return the middle of what homes gain in the draws, each and together."""
    known = [home for home in homes if home in drawn.persons]
    return [
        (f"gain of {'+'.join(ids)}, scenario {case}", drawn.chance(case, ids).middle_eur)
        for ids in [*([home] for home in known), known]
        for case in range(len(drawn.eur))
    ]


def test_no_document_of_a_comparison_tells_homes_that_did_not_all_agree(
    scenarios: Scenarios,
) -> None:
    homes, (results, drawn), truth = scenarios
    attack = attackers(homes, *truth)
    text = text_of(pdf(comparison_document(results, drawn)))
    attack.read_text(text, "the pages")
    read_book(attack, comparison_workbook(results, drawn))
    assert "Dupont" not in text
    assert attack.found == []


def test_homes_that_did_not_agree_have_no_row_in_a_comparison(
    scenarios: Scenarios,
) -> None:
    homes, (results, drawn), _truth = scenarios
    assert not {id_ for one in compared(results, drawn).persons for id_ in one.ids} & {*homes}


def test_the_attack_finds_homes_that_are_told(
    scenarios: Scenarios,
) -> None:
    homes, _shown, truth = scenarios
    attack = attackers(homes, *truth)
    name, secret = max(attack.secrets.items(), key=lambda one: abs(one[1]))
    attack.read_text(f"{secret:.0f}", "a document")
    assert any(found.startswith(name) for found in attack.found)
