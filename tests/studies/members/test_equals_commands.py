"""The screen "Membres" is what `acc members --json` finds."""

import json
from pathlib import Path

import pytest

from reports.data.encode import to_json
from reports.studies.members.files import members_document
from scenarios.session import AtHand, PageQuestion
from scenarios.studies.members.run import members_of_page
from tests.web.folders import a_month
from tests.web.test_equals_commands import command, plain
from tests.web.test_guard import today


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_month(tmp_path_factory.mktemp("equals") / "demo")


@pytest.fixture(scope="module")
def at_hand(folder: Path) -> AtHand:
    return AtHand(folder, today)


@pytest.mark.parametrize(
    ("key", "variant"),
    [
        ("equal", None),
        pytest.param(None, None, marks=pytest.mark.slow),
        pytest.param(None, "sans la cave", marks=pytest.mark.slow),
        pytest.param("static", "avec les ombrières", marks=pytest.mark.slow),
    ],
)
def test_who_brings_what_is_what_members_finds(
    folder: Path, at_hand: AtHand, key: str | None, variant: str | None
) -> None:
    asked = PageQuestion(key=key, variant=variant)
    line = [part for pair in (("--key", key), ("--variant", variant)) if pair[1] for part in pair]
    told = command("members", str(folder), *map(str, line))
    found = members_document(members_of_page(at_hand, asked, lambda _text: None))
    assert plain(json.loads(to_json(found))) == told
