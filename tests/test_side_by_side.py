"""Every document and screen of an operation side by side: one band, one proposal, one gain a member.

Nothing is offered of what is not lawful, and a sentence of gain says that it is before the investment.
Operations: the example, six sites of which one is 44 km away, the same without it; and, where third-party
data is there, the operation of forty, a lawful group of it and the worked commune.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path

import pytest

from acc.result.outcomes import outcomes
from acc.result.result import Result
from reports.data.results import results_document
from reports.documents.audiences import AUDIENCES
from reports.documents.brief import brief_document
from reports.documents.comparison import comparison_document
from reports.documents.sheet import sheet_document
from reports.documents.worth import worth_page
from reports.figures.drawn import Illustrated
from reports.format.labels import key_title
from reports.format.numbers import fr
from reports.nodes.tree import Callout
from reports.page.names import names_of
from reports.page.question import question_screen
from reports.page.seance import Beside, Seance, seance_of
from reports.terminal.answer import answer_nodes
from reports.terminal.persons import details
from reports.view.privacy import PUBLIC_BODIES
from reports.view.view import holders_shown, view_of
from reports.workbook.write import sheets
from scenarios.entry.folder.load import scenario_of
from scenarios.entry.folder.question import read_question
from scenarios.entry.folder.raw import read_source
from scenarios.run import run
from scenarios.worth import worth_folder
from tests.reports.told import tiles
from tests.test_one_outcome import DAY, folder_of

CENTRE = (
    "ecole-cyrano",
    "college-lacoste",
    "piscine-picquecailloux",
    "hopital",
    "supermarche-nord",
    "fabcoop",
)
"""Sites of a lawful group of the operation of forty, within 2 km, with the canopies of the supermarket."""

SHARED = [
    pytest.param("commune", marks=pytest.mark.shared),
    *(pytest.param(name, marks=[pytest.mark.shared, pytest.mark.slow]) for name in ("op40", "centre")),
]
OFFERS = r"\(proposed\)|^yes,|what is proposed|would sell their|to be signed by|a sale contract of"
GAINS = r"(?:would gain|members gain|gain, together|gains, together)[^.;]* €"
GREEN = {"shared", "shared_dark", "better"}


@dataclass(frozen=True)
class Told:
    """What is said of an operation, by where it is said."""

    result: Result
    documents: Mapping[str, Illustrated]
    page: Seance
    texts: Mapping[str, list[str]]


def strings(told: object) -> Iterator[str]:
    """Every text that a value holds, however deep."""
    if isinstance(told, str):
        yield re.sub(r"\s+", " ", told)
    elif isinstance(told, tuple | list):
        for one in told:
            yield from strings(one)
    elif is_dataclass(told):
        for field in fields(told):
            yield from strings(getattr(told, field.name))


@pytest.fixture(scope="module", params=["example", "far", "near", *SHARED])
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Told:
    name: str = request.param
    shared = request.getfixturevalue("shared_data") if name in {"op40", "centre", "commune"} else None
    base = {"far": "sites", "near": "sites", "centre": "op40"}.get(name, name)
    folder = folder_of(base, tmp_path_factory.mktemp("side") / base, shared)
    settings, without = ["operation.perimeter=2km"] if base != name else [], []
    if name == "far":
        path = folder / "participants.csv"
        path.write_text(path.read_text(encoding="utf-8").replace("44.8450;0.4920", "45.2450;0.4920"))
    if name == "centre":
        scenario = scenario_of(read_source(folder))
        without = [one.id for one in scenario.participants if one.id not in CENTRE]
        without += [plant.id for plant in scenario.plants if "supermarche" not in plant.id]
    asked = read_question(settings, without)
    result = run(folder, ran_on=DAY, others=None, leaving=True, settings=asked)
    return side_by_side(result, folder, asked)


def side_by_side(result: Result, folder: Path, asked: object) -> Told:
    worth = worth_folder(folder, draws=0, settings=asked)  # type: ignore[arg-type]
    documents = {f"note {audience}": brief_document(result, audience) for audience in AUDIENCES}
    holders = holders_shown(result)
    for holder in {*holders[:2], *[one for one in holders if one.plants][:2]}:
        documents[f"sheet {holder.id}"] = sheet_document(result, holder.id)
    documents |= {"comparison": comparison_document([result]), "worth": worth_page(worth, "2026-09-01")}
    names = names_of(result.scenario)
    page = seance_of(result, Beside(kept=result, face="", same=True, everyone=result.scenario, names=names))
    said: dict[str, object] = {name: made.document for name, made in documents.items()}
    said |= {"page": page, "question": question_screen(worth, result, names)}
    said |= {"screen": (*answer_nodes(result), *details(result))}
    said |= {"workbook": [c.value for s in sheets(view_of(result)) for row in s.rows for c in row if c]}
    return Told(result, documents, page, {name: list(strings(one)) for name, one in said.items()})


def test_all_say_that_it_is_not_lawful_or_none_does(told: Told) -> None:
    bands = [made.document.status.told for made in told.documents.values()]
    assert {isinstance(band, Callout) for band in bands} == {not told.result.is_lawful}
    assert (told.page.law.broken is not None) == (not told.result.is_lawful)
    barred = {name: any("not lawful" in text.lower() for text in said) for name, said in told.texts.items()}
    if told.result.is_lawful:
        assert not any(barred.values()), barred
    else:
        assert all(barred[name] for name in {*told.documents, "workbook"}), barred
        assert len({text for name, text in _bands(told) if name.startswith("note")}) == 1


def _bands(told: Told) -> Iterator[tuple[str, str]]:
    for name, made in told.documents.items():
        band = made.document.status.told
        if isinstance(band, Callout):
            yield name, f"{band.title} {band.text}"


def test_nothing_is_offered_of_what_is_not_lawful(told: Told) -> None:
    offers = [(name, text) for name, text in _all(told) if re.search(OFFERS, text, re.IGNORECASE)]
    assert bool(offers) == told.result.is_lawful, offers[:5]
    if not told.result.is_lawful:
        verdicts = {f"{name}: {tone}" for name, tone in _verdicts(told) if tone in GREEN}
        assert not verdicts


def _all(told: Told) -> Iterator[tuple[str, str]]:
    yield from ((name, text) for name, said in told.texts.items() for text in said)


def _verdicts(told: Told) -> Iterator[tuple[str, str | None]]:
    for name, made in told.documents.items():
        blocks = [block for section in made.document.sections for block in section.blocks]
        yield from (
            (name, one.tone) for one in [*blocks, made.document.status.told] if isinstance(one, Callout)
        )


def test_all_propose_the_same_key(told: Told) -> None:
    proposal = told.result.proposal
    marked = {text.partition(" (")[0] for _name, text in _all(told) if text.endswith("(proposed)")}
    known = results_document(told.result).get("proposal")
    if told.result.is_lawful:
        assert proposal is not None
        assert marked == {key_title(proposal.name)}
        assert isinstance(known, dict)
        assert known["chosen"] == proposal.name
    else:
        assert not marked


def test_all_tell_each_member_the_same_gain(told: Told) -> None:
    known = {one.id: one for one in outcomes(told.result).known}
    persons = results_document(told.result)["persons"]
    assert isinstance(persons, list)
    by_id = {one["id"]: one["gain_eur_ht"] for one in persons}
    rows = {line.id: line.eur for group in told.page.groups for line in (*group.lines, *group.rest)}
    sheet_ids = [name.partition(" ")[2] for name in told.documents if name.startswith("sheet")]
    assert set(sheet_ids) <= known.keys()
    for id_ in sheet_ids:
        gain = known[id_].gain_eur_ht or 0.0
        assert by_id[id_] == pytest.approx(gain, abs=1e-9)
        assert tiles(told.documents[f"sheet {id_}"])[0].number == fr(gain)
        assert id_ in rows


def test_a_sentence_of_gain_says_that_it_is_before_the_investment(told: Told) -> None:
    owners = {one.id for one in outcomes(told.result).members if one.plant_ids}
    public = {one.id for one in holders_shown(told.result) if one.kind in PUBLIC_BODIES}
    for name, text in _all(told):
        readers = {name.partition(" ")[2]} if name.startswith("sheet") else owners
        readers = public if name == "note commune" else readers
        if readers & owners and re.search(GAINS, text) and "All the others" not in text:
            assert "investment" in text, (name, text)
