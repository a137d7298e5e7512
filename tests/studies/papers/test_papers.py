"""Papers to sign: each field filled from the folder or left blank, and what must never be printed."""

import re
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import docx
import openpyxl
import pypdf
import pytest

from acc.finance import Finance
from acc.ledger.chart import LOCAL, OWN_SALE
from acc.ledger.sums import Entry
from acc.parties import Organiser, PaperSignature, Party, agreed
from acc.problem import InputError
from acc.result.result import Result
from acc.rules.check import Check, State
from acc.sites import Kind, PlantCosts, PlantKind, Vat
from reports.format.numbers import fr
from reports.nodes.tree import Boxes, Bullets, Document, Fields, Heading, PlaceToSign, TextTable
from reports.studies.notes.treasurer import treasurer_pages
from reports.studies.papers.catalogue import PAPERS
from reports.studies.papers.common import nameless
from reports.studies.papers.files import (
    bodies_apart,
    drafts_of,
    followed,
    paper,
    papers_files,
    signatures_of,
)
from reports.studies.papers.texts import TEXTS, text_nodes
from reports.view.view import holders_shown, view_of
from tests.reports.make_money import with_money
from tests.studies.papers.folder import (
    apart,
    blanks_of,
    cases_of,
    filled,
    nodes_of,
    organiser,
    papers_of,
    text_of,
)

OF_A_FIRM = ("legal_name", "legal_form", "siret", "address", "signatory", "signs_as", "contact")
OF_THE_PMO = ("name", "legal_form", "siret", "address", "signatory", "signs_as", "contact")
RULES = ("key_decision", "fee_vat", "exit_notice", "exclusion", "mandatary", "retention", "mediator")

PERSONAL = ("membership", "sale", "deliberation")

OF_A_PARTY: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "membership": (
        "membership-cave",
        "cave",
        (*OF_A_FIRM, "supplier", "surplus_taker", "consented_on", "signed_on"),
    ),
    "sale": ("sale-cave", "cave", (*OF_A_FIRM, "surplus_taker", "sales_vat", "billing")),
    "deliberation": (
        "deliberation-ville",
        "ville",
        (
            *("legal_name", "siret", "address", "signatory", "signs_as"),
            "sales_vat",
            "deliberation",
            "deliberated_on",
        ),
    ),
    "roof": ("roof-hangar", "cave", (*OF_A_FIRM, "parcel", "roof_title")),
}
"""Of each paper: its file, whose party it tells, and what of it."""

OF_THE_ORGANISER: dict[str, tuple[str, tuple[str, ...]]] = {
    "membership": ("membership-cave", (*OF_THE_PMO, *RULES)),
    "sale": ("sale-cave", (*OF_THE_PMO, "exit_notice")),
    "deliberation": ("deliberation-ville", ("name",)),
    "operator": ("grid-operator-letter", (*OF_THE_PMO, "mandatary")),
    "derogation": ("derogation-request", OF_THE_PMO),
    "statutes": ("pmo-decision", (*OF_THE_PMO, *RULES, "decided_on")),
}


@pytest.fixture(scope="module")
def result() -> Result:
    return filled()


def one(result: Result, name: str, file: str) -> Document:
    return papers_of(result, name, {file.rpartition("-")[2]} if name in PERSONAL else ())[file]


def with_scenario(result: Result, **changed: object) -> Result:
    return replace(result, scenario=replace(result.scenario, **changed))


def test_no_value_of_a_party_nor_of_the_pmo_is_asked_for_that_no_paper_shows() -> None:
    of_parties = {field for _file, _id, fields in OF_A_PARTY.values() for field in fields}
    # The holder, and where a home signs: see their own tests below.
    assert {*Party.__dataclass_fields__} - of_parties == {"id", "holder", "signed_at"}
    of_the_pmo = {field for _file, fields in OF_THE_ORGANISER.values() for field in fields}
    assert {*Organiser.__dataclass_fields__} == of_the_pmo


@pytest.mark.parametrize(
    ("name", "field"), [(name, field) for name, (_f, _i, fields) in OF_A_PARTY.items() for field in fields]
)
def test_what_is_said_of_a_party_stands_in_its_paper_and_only_what_is_absent_is_blank(
    result: Result, name: str, field: str
) -> None:
    file, id_, _fields = OF_A_PARTY[name]
    parties = {
        key: replace(party, **{field: None}) if key in {id_, "hangar"} else party
        for key, party in result.scenario.parties.items()
    }
    before, absent = one(result, name, file), one(with_scenario(result, parties=parties), name, file)
    new = date(2031, 4, 23) if field.endswith("_on") else "Zythum & Cie <12>"
    told = {
        key: replace(p, **{field: new}) if key in {id_, "hangar"} else p
        for key, p in result.scenario.parties.items()
    }
    changed = one(with_scenario(result, parties=told), name, file)
    shown = "23 April 2031" if field.endswith("_on") else str(new)
    assert shown in text_of(changed)
    assert shown not in text_of(before)
    assert blanks_of(changed) == blanks_of(before)
    more = list(blanks_of(absent))
    for label in blanks_of(before):
        more.remove(label)
    # One field a point: a member of several points has as many.
    assert len(set(more)) == 1
    assert more[0] in text_of(absent).partition("To complete\n")[2]


@pytest.mark.parametrize(
    ("name", "field"), [(name, field) for name, (_f, fields) in OF_THE_ORGANISER.items() for field in fields]
)
def test_what_is_said_of_the_pmo_stands_in_the_paper_and_only_what_is_absent_is_blank(
    result: Result, name: str, field: str
) -> None:
    file, _fields = OF_THE_ORGANISER[name]
    before = one(result, name, file)
    new = date(2031, 4, 23) if field == "decided_on" else "Zythum & Cie <12>"
    shown = "23 April 2031" if field == "decided_on" else new
    changed = one(with_scenario(result, organiser=replace(organiser(), **{field: new})), name, file)
    assert str(shown) in text_of(changed)
    assert blanks_of(changed) == blanks_of(before)
    if name == "statutes" and field in {"name", "legal_form"}:
        return  # of a body that is not known statutes are proposed in place of its decision
    absent = one(with_scenario(result, organiser=replace(organiser(), **{field: None})), name, file)
    more = list(blanks_of(absent))
    for label in blanks_of(before):
        more.remove(label)
    assert len(set(more)) == 1


def test_what_the_folder_says_of_points_prices_and_key_changes_in_the_papers(result: Result) -> None:
    scenario, prices = result.scenario, result.scenario.prices
    cave = next(site for site in scenario.participants if site.id == "cave")
    people = tuple(
        replace(site, prm="39999999999999", commune="Zyville") if site is cave else site
        for site in scenario.participants
    )
    plants = tuple(
        replace(plant, kwp=312.25, prm="49999999999999", inverter_kva=287.0, surplus=None)
        if plant.id == "hangar"
        else plant
        for plant in scenario.plants
    )
    other = with_scenario(
        result,
        participants=people,
        plants=plants,
        prices=replace(prices, local_eur_per_kwh=0.06337, local_years=11, pmo_eur_per_kwh=0.0057),
        words=replace(scenario.words, commitments=("Une promesse de plus.",)),
        finance=Finance(indexation_ratio=0.0125),
    )
    agreement, sale = (
        text_of(one(other, "membership", "membership-cave")),
        text_of(one(other, "sale", "sale-cave")),
    )
    for value in (
        "39999999999999",
        "Zyville",
        "49999999999999",
        "312.25",
        "287",
        "5.7",
        "33.1",
        "Une promesse de plus.",
    ):
        assert value in agreement, value
    for value in ("49999999999999", "312.25", "63.37", "1.25%", "11 years"):
        assert value in sale, value
    silent = with_scenario(
        result, prices=replace(prices, local_eur_per_kwh=None, local_years=None, surplus=None)
    )
    more = set(blanks_of(one(silent, "sale", "sale-cave"))) - set(blanks_of(one(result, "sale", "sale-cave")))
    assert more == {"Price of a shared kWh, without tax", "Term"}


MARKS = re.compile(r"\{[^}]*\}|^(?:# |## |### |1\. |- |\[ \] |> |\| |@.*|---|[a-z]+: )|^$", re.MULTILINE)


@pytest.mark.parametrize("path", sorted((TEXTS / "en").glob("*.md")), ids=lambda path: path.stem)
def test_a_text_has_the_same_items_conditions_and_fields_in_both_languages(path: Path) -> None:
    english, french = (
        [sorted(MARKS.findall(line)) for line in text.read_text(encoding="utf-8").split("\n")]
        for text in (path, TEXTS / "fr" / path.name)
    )
    assert french == english


def test_each_text_is_written_in_both_languages() -> None:
    english, french = ({path.name for path in (TEXTS / name).iterdir()} for name in ("en", "fr"))
    assert english == french


def test_a_text_says_its_items_its_conditions_and_its_blanks() -> None:
    values = {"name": "{Zoé} | > 1.", "sites": (), "day": date(2031, 4, 23), "told": ""}
    text = """## About {name}

1. First of {name}
{if sites} 1. Never
1. {told}
{if not sites} 1. Last

| Day | {day} |
| By pen | |
| {name} | {told} |
| Both | {name}, {told}. |
"""
    heading, clauses, fields = text_nodes(text, values)
    assert heading == Heading("About {Zoé} | > 1.")
    assert clauses == Bullets(("First of {Zoé} | > 1.", "Last"), is_ordered=True)
    assert isinstance(fields, Fields)
    assert [(field.label, field.is_blank) for field in fields.items] == [
        ("Day", False),
        ("By pen", True),
        ("{Zoé} | > 1.", True),
        ("Both", False),
    ]
    assert fields.items[-1].value == "{Zoé} | > 1., ."
    with pytest.raises(InputError, match=r"seller\.name is no field of this paper"):
        text_nodes("- {seller.name}", values)


def test_statutes_where_no_other_body_is_named(result: Result) -> None:
    for given in (None, Organiser(), Organiser(name="Le soleil", legal_form="Association loi 1901")):
        made = papers_of(with_scenario(result, organiser=given), "statutes")
        assert list(made) == ["statutes"]
        assert "1 July 1901" in text_of(made["statutes"])


def names_of_others(result: Result, own: set[str]) -> set[str]:
    scenario = result.scenario
    every = (*scenario.participants, *scenario.plants, *(scenario.persons or ()))
    return {site.name for site in every if site.id not in own}


def test_a_member_reads_the_names_of_its_producers_alone_and_no_number_of_others(result: Result) -> None:
    culprit = Check(
        rule="distance",
        state=State.TO_VERIFY,
        title="Usine agroalimentaire and EHPAD des Tilleuls are 5 km apart",
        remedy="Take out: Cave coopérative, EHPAD des Tilleuls.",
    )
    told = replace(result, checks=(*result.checks, culprit))
    for holder in holders_shown(told):
        own = {holder.id, *(told.scenario.participants[n].id for n in holder.sites)}
        own |= {told.scenario.plants[m].id for m in holder.plants}
        sites = (*told.scenario.participants, *told.scenario.plants)
        numbers = {site.prm for site in sites if site.id not in own}
        producers = {one.id for one in holders_shown(told) if one.plants} if holder.sites else set()
        named = own | producers | {plant.id for plant in told.scenario.plants}
        text = text_of(papers_of(told, "membership", {holder.id})[f"membership-{holder.id}"])
        assert not [other for other in names_of_others(told, named) if other in text]
        assert not [number for number in numbers if number and number in text]


def test_a_framework_contract_lists_every_buyer_with_the_day_on_which_it_joined(result: Result) -> None:
    day = PaperSignature(id="a", paper="membership", who="usine", signed=date(2031, 4, 23))
    cases = cases_of(result, ids=("cave",), signatures=(day,))
    (draft,) = PAPERS["sale"](cases)
    document = paper(cases, draft)
    (table,) = (n for n in nodes_of(document) if isinstance(n, TextTable) and n.name == "buyers")
    rows = {row[1].text: [cell.text.replace("\xa0", " ") for cell in row] for row in table.rows}
    assert len(rows) == sum(site.id != "cave" for site in result.scenario.participants)
    assert rows["Usine agroalimentaire"][3] == "23 April 2031"
    assert {row[3] for name, row in rows.items() if name != "Usine agroalimentaire"} == {"to complete: ……"}
    assert {name.rpartition("-")[2] for name in papers_of(result, "sale")} == {
        one.id for one in holders_shown(result) if one.plants
    }


def test_an_act_tells_price_and_value_of_each_producer_and_each_part_is_signed_apart(result: Result) -> None:
    told = with_money(result)
    money, prices = told.money, replace(told.scenario.prices, local_years=17)
    told = with_scenario(told, prices=prices)
    assert money is not None
    assert money.pair_eur_ht is not None
    cases = cases_of(told, ids=("usine",), signatures=(GRANTED,))
    (draft,) = PAPERS["membership"](cases)
    document = paper(cases, draft)
    (table,) = (n for n in nodes_of(document) if isinstance(n, TextTable) and n.name == "purchases")
    usine = next(n for n, site in enumerate(told.scenario.participants) if site.id == "usine")
    producers = [one for one in holders_shown(told) if one.plants and one.id != "usine"]
    yearly = [sum(money.pair_eur_ht[m, usine] for m in one.plants) / money.period_years for one in producers]
    assert [row[0].text for row in table.rows] == [one.name for one in producers]
    assert [row[4].text for row in table.rows] == [fr(eur) for eur in yearly]
    assert [row[5].text for row in table.rows] == [fr(17 * eur) for eur in yearly]
    signed = [node.who for node in nodes_of(document) if isinstance(node, PlaceToSign)]
    assert signed == [
        "Part 1, for the member",
        "Part 1, for the PMO",
        "Part 2, for the member",
        "Part on data, for the member",
    ]


def test_a_deliberation_holds_no_site_of_others_but_producers_and_no_whole_number(
    result: Result,
) -> None:
    made = papers_of(with_money(result), "deliberation")
    scenario = result.scenario
    bodies = {
        one.id: one for one in holders_shown(result) if one.kind in {Kind.COMMUNE, Kind.EPCI, Kind.PUBLIC}
    }
    assert {file.removeprefix("deliberation-") for file in made} == set(bodies)
    for file, document in made.items():
        body = bodies[file.removeprefix("deliberation-")]
        own = {body.id, *(scenario.participants[n].id for n in body.sites)}
        own |= {one.id for one in holders_shown(result) if one.plants} | {p.id for p in scenario.plants}
        text = text_of(document)
        assert not [name for name in names_of_others(result, own) if name in text]
        assert all(scenario.participants[n].name in text for n in body.sites)
        assert not re.search(r"\b[34]000\d{10}\b", text)


def test_budget_lines_are_those_of_the_treasurer_with_a_nature_and_no_account(result: Result) -> None:
    told = with_money(result)
    assert told.money is not None
    flows = (
        ("usine", "ville", LOCAL, 1000.25),
        ("ville", "ville", LOCAL, 70.0),
        ("ville", "suppliers", "supply_eur_ht", -500.0),
        ("ville", "usine", OWN_SALE, 33.35),
    )
    ledger = tuple(Entry(*flow) for flow in flows)
    told = replace(told, money=replace(told.money, ledger=ledger, period_years=0.5))
    document = one(told, "deliberation", "deliberation-ville")
    (table,) = (node for node in nodes_of(document) if isinstance(node, TextTable) and node.name == "budget")
    lines = {row[0].text: [cell.text for cell in row[1:]] for row in table.rows}
    assert lines["Sales of electricity to members"][:1] == ["running, receipts"]
    assert lines["From its own plants to its own sites"][:2] == ["for memory, no receipt", "140"]
    assert lines["Purchases avoided"][:2] == ["for memory, no receipt", "1,000"]
    assert {account for _section, _eur, account in lines.values()} == {"account: ……", ""}
    assert "FCTVA, as the folder says" in text_of(document)
    # The same amounts as in the note to its treasurer.
    view = view_of(told)
    (note,) = (
        node
        for node in treasurer_pages(view)
        if isinstance(node, TextTable) and "Ville d’Exemple" in node.title
    )
    amounts = {row[0].text: row[2].text for row in note.rows}
    own = {name: eur for name, (section, eur, _account) in lines.items() if section.startswith("running")}
    assert own == {name: amounts[name] for name in own}
    assert own["Electricity bought from members"] == "−67"
    assert lines["Balance of the year"][1] == amounts["Balance of the year"]


def body_of(result: Result, **said: object) -> str:
    parties = {**result.scenario.parties, "ville": replace(result.scenario.parties["ville"], **said)}
    persons = tuple(
        replace(person, kind=Kind.PUBLIC) if person.id == "ville" else person
        for person in result.scenario.persons or ()
    )
    told = with_scenario(result, parties=parties, persons=persons)
    return text_of(one(told, "deliberation", "deliberation-ville"))


@pytest.mark.parametrize(
    ("legal_form", "cited"),
    [
        ("centre hospitalier", "L6143-7"),
        ("collège public", "L421-4"),
        ("département", "L3211-1"),
        ("syndicat intercommunal", "L5711-1"),
        ("commune", "L2121-29"),
        ("établissement public", "Texts that say who decides for this body"),
        (None, "Texts that say who decides for this body"),
    ],
)
def test_a_body_cites_the_texts_of_its_kind(result: Result, legal_form: str | None, cited: str) -> None:
    text = body_of(result, legal_form=legal_form)
    others = {"L6143-7", "L421-4", "L3211-1", "L5211-1", "L2121-29"}
    assert cited in text
    assert {name for name in others if name in text} <= {cited, *({"L5211-1"} if cited == "L5711-1" else ())}


def test_a_body_that_lets_a_roof_cites_the_public_domain(result: Result) -> None:
    """The roof of the EHPAD bears a plant of another; that of the town, its own."""
    public = tuple(
        replace(site, kind=Kind.PUBLIC) if site.id == "ehpad" else site
        for site in result.scenario.participants
    )
    told = with_scenario(result, participants=public)
    assert "L2122-1-1" in text_of(one(told, "deliberation", "deliberation-ehpad"))
    assert "L2122-1-1" not in text_of(one(told, "deliberation", "deliberation-ville"))
    assert "L2122-1-1" in text_of(one(told, "roof", "roof-hangar"))


def test_the_request_lists_every_pair_beyond_two_kilometres(result: Result) -> None:
    document = one(result, "derogation", "derogation-request")
    tables = {node.name: node for node in nodes_of(document) if isinstance(node, TextTable)}
    far = apart(result)
    count = int((far > 2.0).sum()) // 2
    assert len(tables["pairs"].rows) == count
    # The limit asked for is 2 km in the check of this folder: each of them is beyond it.
    assert {row[3].text for row in tables["pairs"].rows} == {"yes"}
    assert [cell.text for cell in tables["communes_asked"].rows[0]] == ["Exemple-sur-Dordogne", "24901", "6"]
    near = replace(
        result, scenario=replace(result.scenario, plants=(), participants=result.scenario.participants[:2])
    )
    assert not papers_of(near, "derogation")


BROKEN = Check(rule="distance", state=State.NOT_MET, title="Usine agroalimentaire is too far")
UNKNOWN = Check(rule="density", state=State.TO_VERIFY, title="The class of a commune is unknown")


REQUEST = PaperSignature(id="a", paper="derogation", sent=date(2026, 12, 1))
GRANTED = replace(REQUEST, signed=date(2027, 2, 1))


def places(given: Result, name: str, signatures: tuple[PaperSignature, ...] = (GRANTED,)) -> int:
    cases = cases_of(given, signatures=signatures)
    papers = [paper(cases, draft) for draft in PAPERS[name](cases)]
    return sum(isinstance(node, PlaceToSign) for each in papers for node in nodes_of(each))


@pytest.mark.parametrize("name", PAPERS)
def test_nothing_is_signed_where_the_law_or_the_perimeter_forbids(result: Result, name: str) -> None:
    assert places(result, name)
    for given in (
        replace(result, checks=(*result.checks, BROKEN)),
        replace(result, checks=(*result.checks, UNKNOWN)),
        with_scenario(result, fictitious=True),
    ):
        assert places(given, name) == 0
        for document in papers_of(given, name).values():
            assert "Do not sign" in text_of(document)
            assert "too far" not in text_of(document) or name in {"membership", "deliberation"}


@pytest.mark.parametrize("name", PAPERS)
def test_nothing_but_the_pmo_and_the_request_is_signed_before_the_derogation_is_granted(
    result: Result, name: str
) -> None:
    assert result.status.on_derogation
    for awaited in ((), (REQUEST,)):
        assert bool(places(result, name, awaited)) == (name in {"statutes", "derogation"})
    assert places(result, name, (replace(GRANTED, operation=2),)) == places(result, name, ())
    assert places(result, name)


def test_one_box_a_purpose_none_ticked_and_the_early_start_apart(result: Result) -> None:
    (boxes,) = (n for n in nodes_of(one(result, "membership", "membership-cave")) if isinstance(n, Boxes))
    assert len(set(boxes.items)) == 5
    early, consents = (
        n for n in nodes_of(one(result, "membership", "membership-foyers")) if isinstance(n, Boxes)
    )
    assert len(set(consents.items)) == 6
    assert len(early.items) == 1
    text = text_of(one(result, "membership", "membership-foyers"))
    assert "14 days" in text
    assert "signed_at of foyers" in text
    assert "14 days" not in text_of(one(result, "membership", "membership-cave"))
    assert not re.search(r"waive|renonc", text, re.IGNORECASE)


def test_the_letter_declares_only_what_the_folder_says(result: Result) -> None:
    members = [one.id for one in holders_shown(result)]
    signed = tuple(
        PaperSignature(id=id_, paper="membership", who=id_, signed=date(2027, 1, 9)) for id_ in members
    )
    whole = cases_of(result, signatures=signed)
    (draft,) = PAPERS["operator"](whole)
    told = text_of(paper(whole, draft))
    for words in ("has a supplier for what", "surplus of each plant has a taker", "holds the signed act"):
        assert f"It declares that {'it ' if words.startswith('holds') else ''}" in told
        assert words in told
    silent = with_scenario(result, parties={})
    text = text_of(one(silent, "operator", "grid-operator-letter"))
    assert "It declares that" not in text
    assert f"0 signed of {len(members)}" in text
    assert "Type of key declared: dynamique par défaut" in text


def test_a_change_of_price_that_nobody_wrote_is_told_as_a_default(result: Result) -> None:
    mark = "what the calculation takes where nothing is said"
    assert mark in text_of(one(with_scenario(result, finance=Finance()), "sale", "sale-cave"))
    said = with_scenario(result, finance=Finance(indexation_ratio=0.01))
    assert mark not in text_of(one(said, "sale", "sale-cave"))


def test_the_papers_of_a_plan_are_one_an_operation_but_statutes_and_deliberations(result: Result) -> None:
    cases = cases_of(result, result)
    made = [draft.file for draft in drafts_of(cases)]
    assert len(made) == len(set(made))
    assert made.count("pmo-decision") == 1
    bodies = [file for file in made if file.startswith("deliberation")]
    assert len(bodies) == len(papers_of(result, "deliberation"))
    both = next(draft for draft in drafts_of(cases, ("deliberation",)) if draft.who == "ville")
    assert both.operations == (1, 2)
    acts = [file for file in made if "membership" in file]
    assert acts == [f"op{n}-membership-{one.id}" for n in (1, 2) for one in holders_shown(result)]


def test_the_lines_of_signatures_are_the_papers_and_keep_what_is_filled(result: Result) -> None:
    lines = signatures_of(cases_of(result))
    assert [line.id for line in lines[:-1]] == [draft.file for draft in drafts_of(cases_of(result))]
    assert lines[-1].paper == "convention"
    filled_in = replace(lines[3], due=date(2027, 1, 31))
    gone = PaperSignature(id="membership-gone", paper="membership", who="gone")
    left = replace(gone, who="left", sent=date(2026, 12, 4))
    again = signatures_of(cases_of(result, ids=("cave",), signatures=(filled_in, gone, left)))
    assert again == (*lines[:3], filled_in, *lines[4:], left)
    counts = agreed(again)
    assert counts["membership"].count == counts["membership"].sent + len(holders_shown(result))
    assert sum(one.count for one in counts.values()) == len(lines) + 1


@pytest.mark.parametrize("name", PAPERS)
def test_nothing_is_invented_where_the_folder_says_nothing(result: Result, name: str) -> None:
    scenario = result.scenario
    people = tuple(replace(site, prm=None) for site in scenario.participants)
    plants = tuple(replace(plant, prm=None) for plant in scenario.plants)
    silent = with_scenario(result, parties={}, organiser=None, participants=people, plants=plants)
    for document in papers_of(silent, name).values():
        text = text_of(document)
        assert not re.search(r"\b\d{9}(\d{5})?\b", text)
        assert "☑" not in text
        assert "☒" not in text
        assert "2.2" not in text
        assert "Draft" in text
        assert "no legal advice" in text
        # Delays: the fourteen days of the law alone.
        assert set(re.findall(r"(\d+) (?:days?|months?)\b", text)) <= {"14"}


ODD = 'École «"Zoé"» & <b>#let</b> *🌞* مدرسة ' + "long" * 30


def test_odd_names_survive_and_two_runs_give_the_same_bytes(result: Result, tmp_path: Path) -> None:
    people = tuple(
        replace(site, name=ODD) if site.id == "cave" else site for site in result.scenario.participants
    )
    persons = tuple(replace(p, name=ODD) if p.id == "cave" else p for p in result.scenario.persons or ())
    odd = with_scenario(
        result, participants=people, persons=persons, parties={"cave": Party(id="cave", legal_name=ODD)}
    )
    ask = (cases_of(odd, ids=("cave",)), ["membership"], ("docx", "pdf"))
    made = papers_files(*ask)
    assert set(made) == {"membership-cave.docx", "membership-cave.pdf"}
    assert papers_files(*ask) == made
    read = docx.Document(BytesIO(made["membership-cave.docx"]))
    words = [line.text for line in read.paragraphs]
    words += [cell.text for table in read.tables for row in table.rows for cell in row.cells]
    assert ODD in words
    assert read.core_properties.created is not None
    assert read.core_properties.created.year == 2026
    assert read.core_properties.author == ""
    with ZipFile(BytesIO(made["membership-cave.docx"])) as archive:
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    pages = pypdf.PdfReader(BytesIO(made["membership-cave.pdf"])).pages
    assert "#let" in "".join(page.extract_text() for page in pages)


def test_a_name_is_hidden_as_a_whole_word_and_the_own_one_stays(result: Result) -> None:
    text = "Usine agroalimentaire, Cave coopérative, Hangar de la cave"
    assert nameless(result.scenario, text, {"cave"}) == "another participant, Cave coopérative, a plant"


def test_a_purchase_under_a_threshold_is_never_told_as_settled(result: Result) -> None:
    under = Check(rule="procurement", state=State.MET, title="Under it", measured=10.0, limit=60.0)
    told = replace(result, checks=(*result.checks, under))
    document = one(told, "deliberation", "deliberation-ville")
    (table,) = (n for n in nodes_of(document) if isinstance(n, TextTable) and n.name == "rules-of-party")
    assert {row[1].text for row in table.rows if row[0].text.startswith("Under it")} == {"To verify"}


@pytest.mark.slow
def test_papers_of_one_member_are_its_own_and_those_of_the_operation_are_asked_for(result: Result) -> None:
    own = papers_files(cases_of(result, ids=("ville",)), (), ("docx",))
    assert {"membership-ville.docx", "deliberation-ville.docx"} <= set(own)
    assert "sale-ville.docx" in own
    assert "sale-cave.docx" not in own
    assert not [
        name for name in own if name.startswith(("statutes", "pmo", "points", "deliberation-piscine"))
    ]
    asked = papers_files(cases_of(result), ("operator",), ("docx",))
    assert {"grid-operator-letter.docx", "annex-2.1.xlsx"} <= set(asked)


def test_without_persons_each_public_site_deliberates_alone_and_it_is_said_once(result: Result) -> None:
    assert bodies_apart([result], ()) == ()
    alone = with_scenario(result, persons=None)
    (told,) = bodies_apart([alone], ())
    count = len(papers_of(alone, "deliberation"))
    assert f"each of its {count} public sites" in told
    assert bodies_apart([alone], ("statutes",)) == ()


def test_a_group_of_homes_consents_home_by_home(result: Result) -> None:
    homes = next(site for site in result.scenario.participants if site.id == "foyers").households
    act = text_of(one(result, "membership", "membership-foyers"))
    assert f"stands for {homes} homes: one copy for each" in act


def test_paragraphs_of_a_paper_do_not_run_into_each_other(result: Result) -> None:
    made = papers_files(cases_of(result), ("operator",), ("pdf",))
    pages = pypdf.PdfReader(BytesIO(made["grid-operator-letter.pdf"])).pages
    text = "".join(page.extract_text() for page in pages)
    assert re.findall(r"D315-9\)\.(.)", text, re.DOTALL) == ["\n"]


def test_the_desk_reads_distance_and_power_beside_what_is_allowed(result: Result) -> None:
    checks = tuple(
        Check(rule=rule, state=State.MET, title="", measured=measured, limit=limit, unit=name)
        for rule, measured, limit, name in (("distance", 1.434, 2.0, "km"), ("power", 420.4, 5000.0, "kWp"))
    )
    letter = text_of(one(replace(result, checks=checks), "operator", "grid-operator-letter"))
    assert "1.43 km, 2 km allowed: respected" in letter
    assert "420 kWp, 5,000 kWp allowed: respected" in letter
    assert "allowed:" not in text_of(one(replace(result, checks=()), "operator", "grid-operator-letter"))


def test_the_list_for_the_grid_operator_says_each_holder_and_marks_what_is_absent(result: Result) -> None:
    def rows(given: Result) -> list[tuple[object, ...]]:
        data = papers_files(cases_of(given), ("operator",), ())["annex-2.1.xlsx"]
        book = openpyxl.load_workbook(BytesIO(data))
        assert len(book.worksheets) == 3
        return [row for sheet in book.worksheets for row in sheet.iter_rows(values_only=True)]

    said, silent = rows(result), rows(with_scenario(result, parties={}, organiser=None))
    flat = {str(cell) for row in said for cell in row}
    assert {
        "holder of usine",
        "40000000024800",
        "PMO mandatary",
        "surplus_taker of toit",
        "supplier of usine",
    } <= flat
    assert sum("to complete" in row for row in silent) > len(result.scenario.participants)
    assert sum("to complete" in row for row in said) == 1


def test_vat_reason_rent_and_life_are_those_of_the_folder(result: Result) -> None:
    scenario = result.scenario
    costs = PlantCosts(rent_eur_per_year=777.0, life_years=31)
    other = with_scenario(
        result,
        persons=tuple(replace(one, vat=Vat.RECOVERED) for one in scenario.persons or ()),
        words=replace(scenario.words, promise="Moins de pertes sur les lignes"),
        plants=tuple(replace(plant, costs=costs, kind=PlantKind.GROUND) for plant in scenario.plants),
    )
    assert "VAT that the body pays: recovered" in text_of(one(other, "deliberation", "deliberation-ville"))
    assert "Moins de pertes sur les lignes" in text_of(one(other, "derogation", "derogation-request"))
    lease = text_of(one(other, "roof", "roof-hangar"))
    for told in ("Rent a year: 777 €", "Technical life of the plant: 31 years", "What it stands on: ground"):
        assert told in lease
    bare = with_scenario(
        other, plants=tuple(replace(p, costs=None, kind=None) for p in other.scenario.plants)
    )
    more = set(blanks_of(one(bare, "roof", "roof-hangar"))) - set(
        blanks_of(one(other, "roof", "roof-hangar"))
    )
    assert more == {"Rent a year", "Technical life of the plant", "What it stands on"}


def test_the_form_to_withdraw_is_that_of_a_home_that_buys_after_the_signatures(result: Result) -> None:
    cases = cases_of(result, ids=("foyers",), signatures=(GRANTED,))
    (draft,) = PAPERS["membership"](cases)
    text = text_of(paper(cases, draft))
    assert text.rindex("Place, date and") < text.index("Form to withdraw") < text.index("To complete")
    assert "Form to withdraw" not in text_of(one(result, "membership", "membership-cave"))


def test_prices_that_differ_by_plant_or_by_hours_stand_in_a_table(result: Result) -> None:
    prices = replace(result.scenario.prices, local_by_slot_eur_per_kwh={"hph": 0.1234})
    document = one(with_scenario(result, prices=prices), "sale", "sale-cave")
    (table,) = (n for n in nodes_of(document) if isinstance(n, TextTable) and n.name == "prices")
    rows = [[cell.text.replace("\xa0", " ").replace("\u202f", " ") for cell in row] for row in table.rows]
    assert ["Hangar de la cave", "Usine agroalimentaire", "peak, high season", "123.4 €/MWh"] in rows
    own = replace(result.scenario.prices, local_by_plant_eur_per_kwh={"hangar": 0.0555})
    assert "55.5 €/MWh" in text_of(one(with_scenario(result, prices=own), "sale", "sale-cave"))


def test_the_holder_of_a_contract_is_the_party_where_no_other_is_said(result: Result) -> None:
    def told(**changed: object) -> Document:
        own = replace(result.scenario.parties["cave"], **changed)
        parties = {**result.scenario.parties, "cave": own}
        return one(with_scenario(result, parties=parties), "membership", "membership-cave")

    label = "Holder of the supply contract"
    assert f"{label}: Somebody else" in text_of(told(holder="Somebody else"))
    assert f"{label}: legal_name of cave" in text_of(told(holder=None))
    assert label in blanks_of(told(holder=None, legal_name=None))


def test_a_class_that_nobody_knows_is_left_to_complete(result: Result) -> None:
    people = tuple(replace(site, density_class=None) for site in result.scenario.participants)
    told = text_of(one(with_scenario(result, participants=people), "derogation", "derogation-request"))
    assert "Communes and density classes: Density class" in told.partition("To complete\n")[2]


def test_a_list_to_print_has_every_paper_under_the_name_of_its_member_with_its_days(result: Result) -> None:
    lines = signatures_of(cases_of(result))
    signed = replace(
        next(line for line in lines if line.key[:2] == ("membership", "cave")), signed=date(2027, 1, 12)
    )
    document = followed(cases_of(result, signatures=(signed,)))
    (table,) = (node for node in nodes_of(document) if isinstance(node, TextTable))
    rows = [[cell.text for cell in row] for row in table.rows]
    assert len(rows) == len(lines)
    assert ["Les Vignerons réunis", "Act of membership", "", "", "12/01/2027"] in rows
    assert "PMO" in {row[0] for row in rows}
    assert not {"cave", "ville"} & {row[0] for row in rows}
