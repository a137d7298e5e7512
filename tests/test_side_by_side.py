"""Every document and screen of an operation side by side: one band, one proposal, one gain a member.

Nothing is offered of what is not lawful, and a sentence of gain says that it is before the investment.
Operations: the example, six sites of which one is 44 km away, the same without it, with every study of them
too (size, front, members, sweep); and, where third-party data is there, the operation of forty, a lawful
group of it and the worked commune.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path

import pytest

from acc.front.result import Front
from acc.household_privacy import PUBLIC_BODIES
from acc.members.report import MembersReport
from acc.result.outcomes import outcomes
from acc.result.proposal import Proposal
from acc.result.result import Result
from acc.result.sweep import SweepReport
from acc.size.result import PowersFor, Sizing
from reports.data.results import results_document
from reports.documents.brief import brief_document
from reports.documents.comparison import comparison_document
from reports.documents.sheet import sheet_document
from reports.figures.drawn import Illustrated
from reports.figures.mailed import caption as mailed_head
from reports.format.labels import key_title
from reports.format.numbers import fr
from reports.nodes.tree import Callout, Node, Paragraph, Tiles
from reports.page.names import names_of
from reports.page.seance import Seance, SeanceInputs, seance_of
from reports.studies.front.screen import front_nodes
from reports.studies.html.sections import page_document
from reports.studies.members.screen import members_nodes
from reports.studies.size.screen import size_nodes
from reports.studies.sweep.screen import sweep_nodes
from reports.studies.workbook.write import sheets
from reports.studies.worth.brief import worth_page
from reports.studies.worth.page import question_screen
from reports.studies.worth.screen import worth_nodes
from reports.terminal.answer import answer_nodes
from reports.terminal.blocks import site_names
from reports.terminal.persons import details
from reports.view.view import holders_shown, view_of
from scenarios.operation.draws.compute import work
from scenarios.operation.draws.ranges import Summary
from scenarios.operation.ready.request import operation_status
from scenarios.run import RunParts, run
from scenarios.studies.front.run import front_folder
from scenarios.studies.members.run import members
from scenarios.studies.size.run import size_folder
from scenarios.studies.sweep.run import prepare
from scenarios.studies.sweep.statistics import sweep_report
from scenarios.studies.worth.run import worth_folder
from tests.effort import kept
from tests.reports.audiences import EVERY_AUDIENCE
from tests.reports.document_texts import nodes, tiles
from tests.test_one_outcome import DAY, folder_of

CENTRE = (
    "ecole-cyrano",
    "college-lacoste",
    "piscine-picquecailloux",
    "hopital",
    "supermarche-nord",
    "fabcoop",
    "ombrieres-supermarche",
)
"""Sites of a lawful group of the operation of forty, within 2 km, and the canopies of the supermarket."""

SHARED = [
    pytest.param(name, marks=[pytest.mark.shared, pytest.mark.slow]) for name in ("commune", "op40", "centre")
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
    studies: "Studies | None"
    choice: Proposal | None
    """Of `worth`: among the choices that share."""


@dataclass(frozen=True)
class Studies:
    """What is asked of an operation beside its run, and the screen of each."""

    size: Sizing
    front: Front
    members: MembersReport
    sweep: SweepReport
    screens: Mapping[str, list[Node]]


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


@pytest.fixture(scope="module", params=[*kept(("near", "far"), ("near", "far", "example")), *SHARED])
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Told:
    name: str = request.param
    shared = request.getfixturevalue("shared_data") if name in {"op40", "centre", "commune"} else None
    base = {"far": "sites", "near": "sites", "centre": "op40"}.get(name, name)
    folder = folder_of(base, tmp_path_factory.mktemp("side") / base, shared)
    if base == "sites":
        path = folder / "operation.toml"
        text = path.read_text(encoding="utf-8").replace("[operation]", '[operation]\nperimeter = "2km"', 1)
        path.write_text(text, encoding="utf-8")
    if name == "far":
        path = folder / "participants.csv"
        path.write_text(path.read_text(encoding="utf-8").replace("44.8450;0.4920", "45.2450;0.4920"))
    if name == "centre":
        for file in ("participants.csv", "plants.csv"):
            head, *rows = (folder / file).read_bytes().splitlines()  # of any encoding
            cells = [
                row + (b";oui" if row.partition(b";")[0].decode() in CENTRE else b";non") for row in rows
            ]
            (folder / file).write_bytes(b"\n".join([head + b";active", *cells, b""]))
        path = folder / "operation.toml"
        path.write_text(path.read_text(encoding="utf-8").replace('"20km"', '"2km"', 1), encoding="utf-8")
    result = run(folder, ran_on=DAY, parts=RunParts(other_keys=None, departures=True))
    return side_by_side(result, folder, studies(result, folder) if name != "op40" else None)


def studies(result: Result, folder: Path) -> Studies:
    found, (front, _kept) = size_folder(folder), front_folder(folder, points=2, draws=0)
    made = prepare(folder, folder / "out", draws=2, seed=1, engine="numpy")
    drawn = sweep_report(Summary(made.plan, work(made.plan, 0, 2)), made.inputs, made.notes)
    swept, known = replace(drawn, status=operation_status(made.scenario, None)), members(folder)
    names = site_names(result.scenario)
    screens = {
        "size": list(size_nodes(found, names)),
        "front": list(front_nodes(front)),
        "members": list(members_nodes(known)),
        "sweep": list(sweep_nodes(swept, [], made.scenario)),
    }
    return Studies(found, front, known, swept, screens)


def side_by_side(result: Result, folder: Path, studied: Studies | None) -> Told:
    worth = worth_folder(folder, draws=0)
    documents = {f"note {audience}": brief_document(result, audience) for audience in EVERY_AUDIENCE}
    holders = holders_shown(result)
    for holder in {*holders[:2], *[one for one in holders if one.plants][:2]}:
        documents[f"sheet {holder.id}"] = sheet_document(result, holder.id)
    documents |= {"comparison": comparison_document([result]), "worth": worth_page(worth, "2026-09-01")}
    names = names_of(result.scenario)
    page = seance_of(
        result,
        SeanceInputs(
            kept=result, folder=result, face="", same=True, everyone=result.scenario, names=names, each=True
        ),
    )
    said: dict[str, object] = {name: made.document for name, made in documents.items()}
    said |= {"page": page, "question": question_screen(worth, result, names)}
    said |= {"screen": (*answer_nodes(result), *details(result)), "worth screen": list(worth_nodes(worth))}
    said |= {"html": page_document(view_of(result)), **(studied.screens if studied else {})}
    said |= {"workbook": [c.value for s in sheets(view_of(result)) for row in s.rows for c in row if c]}
    texts = {name: list(strings(one)) for name, one in said.items()}
    return Told(result, documents, page, texts, studied, worth.proposal)


def test_all_say_that_it_is_not_lawful_or_none_does(told: Told) -> None:
    bands = [made.document.status.text for made in told.documents.values()]
    assert {isinstance(band, Callout) for band in bands} == {not told.result.is_lawful}
    assert (told.page.law.broken is not None) == (not told.result.is_lawful)
    barred = {name: any("not lawful" in text.lower() for text in said) for name, said in told.texts.items()}
    if told.result.is_lawful:
        assert not any(barred.values()), barred
    else:
        open_ = {name for name in told.texts if name not in {"page", "question", "screen"}}
        assert all(barred[name] for name in open_), barred
        assert len({text for name, text in _bands(told) if name.startswith("note")}) == 1


def _bands(told: Told) -> Iterator[tuple[str, str]]:
    for name, made in told.documents.items():
        band = made.document.status.text
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
            (name, one.tone) for one in [*blocks, made.document.status.text] if isinstance(one, Callout)
        )


def test_all_propose_the_same_key(told: Told) -> None:
    proposal = told.result.proposal
    marked = {text.partition(" (")[0] for _name, text in _all(told) if text.endswith("(proposed)")}
    known = results_document(told.result).get("proposal")
    if told.result.is_lawful:
        assert proposal is not None
        # A folder without criteria has no key that they propose.
        assert marked == ({key_title(proposal.name)} if told.result.scenario.has_criteria else set())
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
        if told.result.is_lawful:
            assert tiles(told.documents[f"sheet {id_}"])[0].number == fr(gain)
        else:  # of what is forbidden no sheet tells a gain
            assert not [node for node in nodes(told.documents[f"sheet {id_}"]) if isinstance(node, Tiles)]
        assert id_ in rows


def test_a_sentence_of_gain_says_that_it_is_before_the_investment(told: Told) -> None:
    owners = {one.id for one in outcomes(told.result).members if one.plant_ids}
    public = {one.id for one in holders_shown(told.result) if one.kind in PUBLIC_BODIES}
    for name, text in _all(told):
        readers = {name.partition(" ")[2]} if name.startswith("sheet") else owners
        readers = public if name == "note commune" else readers
        if readers & owners and re.search(GAINS, text) and "All the others" not in text:
            assert "investment" in text, (name, text)


def test_each_study_stands_as_the_operation_does(told: Told) -> None:
    if told.studies is None:
        return
    lawful, asked = told.result.is_lawful, told.studies
    for name, stands in (
        ("size", asked.size.status),
        ("front", asked.front.status),
        ("members", asked.members.status),
        ("sweep", asked.sweep.status),
    ):
        assert stands is not None
        assert stands.is_unlawful == (not lawful), name
        assert bool(mailed_head(told.result.scenario, stands, name).warning) == (not lawful)  # of its picture
        greens = [node for node in asked.screens[name] if isinstance(node, Paragraph) and node.tone in GREEN]
        assert lawful or not greens
    assert (asked.size.proposal is None) == (asked.front.proposal is None) == (not lawful)


def test_each_study_tells_the_gain_that_the_run_tells(told: Told) -> None:
    if told.studies is None:
        return
    money = told.result.money
    assert money is not None
    assert money.total is not None
    year, plan = money.total.gain_eur_ht, money.total.npv_eur_ht
    front, sizing = told.studies.front, told.studies.size
    assert front.here.gain_eur_ht == pytest.approx(year, abs=1e-6)
    written = next(one for one in sizing.reference_powers if one.name == PowersFor.WRITTEN)
    assert written.total.npv_eur_ht == pytest.approx(plan, abs=1e-6)
    given = sum(one.key_eur or 0.0 for one in told.studies.members.brought)  # of sharing alone
    assert given == pytest.approx(money.total.sharing_eur_ht, abs=1e-6)
    if told.result.is_lawful:  # of keys, the criteria choose one wherever they are asked
        assert front.proposal is not None
        assert told.result.proposal is not None
        assert front.proposal.name == told.result.proposal.name


def test_another_aim_is_told_in_a_sentence_with_what_it_changes_for_everybody(told: Told) -> None:
    """The same criteria weigh powers and choices: what says other than the folder says what it changes."""
    if told.studies is None or not told.result.is_lawful:
        return
    for proposal, name in ((told.studies.size.proposal, "size"), (told.choice, "worth screen")):
        assert proposal is not None
        changed = [text for text in told.texts[name] if "criteria choose" in text]
        assert bool(changed) == (not proposal.keeps_folder), name
        assert all(re.search(r"(more|less) for everybody|nobody would lose", text) for text in changed)
