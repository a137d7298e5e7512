"""An operation whose every field of a paper is said, by values that stand nowhere else; nothing is real."""

import re
from collections.abc import Collection, Sequence
from dataclasses import fields, replace
from datetime import date

import numpy as np

from acc.arrays import FloatArray
from acc.parties import Organiser, PaperSignature, Party
from acc.result.result import Result
from acc.scenario import Prices, Words
from acc.sites import ContractCode, FixedPrice, Kind, Participant, Person, Plant, PlantCosts, PlantKind, Vat
from reports.nodes.tree import (
    Boxes,
    Bullets,
    Callout,
    Document,
    Fields,
    Group,
    Heading,
    Node,
    Paragraph,
    PlaceToSign,
    TextTable,
    walk,
)
from reports.studies.papers.catalogue import PAPERS
from reports.studies.papers.common import PaperCase
from reports.studies.papers.files import paper, paper_cases
from tests.reports.make import MEMBERS, PLANTS, make_result, scenario

WEEK = (date(2025, 1, 1), date(2025, 1, 8))
PERSONS = {"ecole": "ville", "mairie": "ville", "gymnase": "ville", "toit": "ville", "hangar": "cave"}
DAYS = {
    name: date(2026, 3, 1 + at) for at, name in enumerate(("deliberated_on", "consented_on", "signed_on"))
}


def party(id_: str, number: int) -> Party:
    """Return a party of which all is said; its SIRET is no real one."""
    said = {f.name: f"{f.name} of {id_}" for f in fields(Party) if f.name not in {"id", *DAYS}}
    return Party(**said | DAYS | {"id": id_, "siret": f"{number:014d}"})


def organiser() -> Organiser:
    """Return an organising legal person of which all is said."""
    said = {f.name: f"PMO {f.name}" for f in fields(Organiser) if f.name != "decided_on"}
    return Organiser(**said | {"decided_on": date(2026, 2, 7)})


def filled(**changed: object) -> Result:
    """Return the operation with every field said; `changed` replaces values of its scenario."""
    given = scenario(days=WEEK, step_minutes=60)
    people = tuple(_member(one) for one in given.participants)
    ids = [*dict.fromkeys(p.person or p.id for p in people), "toit", "ombriere", "hangar"]
    whole = replace(
        given,
        fictitious=False,
        participants=people,
        plants=tuple(_plant(one) for one in given.plants),
        persons=(
            Person(id="ville", name="Ville d’Exemple", kind=Kind.COMMUNE, vat=Vat.FCTVA, public_buyer=True),
            Person(id="cave", name="Les Vignerons réunis", kind=Kind.COMPANY),
        ),
        prices=Prices(
            local_eur_per_kwh=0.0871,
            local_years=17,
            surplus=FixedPrice(0.0331),
            pmo_eur_per_kwh=0.0041,
            pmo_eur_per_year=3217.0,
        ),
        words=Words(promise="Partager entre voisins", commitments=("Rester au marché du dimanche.",)),
        parties={id_: party(id_, 10_000_000_000_000 + at) for at, id_ in enumerate(ids)},
        organiser=organiser(),
    )
    # Short curves: papers tell no curve.
    return make_result(replace(whole, **changed), [row[3] for row in MEMBERS], [row[4] for row in MEMBERS])


def _member(one: Participant) -> Participant:
    until = replace(one.contract, until=date(2027, 5, 9))
    home = one.kind is Kind.HOUSEHOLD_GROUP
    return replace(one, person=PERSONS.get(one.id), insee="24901", contract=until, publish=not home)


def _plant(one: Plant) -> Plant:
    number = [row[0] for row in PLANTS].index(one.id)
    return replace(
        one,
        prm=f"4000{number:06d}4800",
        insee="24901",
        person=PERSONS.get(one.id),
        inverter_kva=one.kwp - 7.0,
        kind=PlantKind.ROOF,
        landlord="ehpad" if one.id == "hangar" else None,
        behind="marche" if one.id == "ombriere" else None,
        own_use_eur_per_kwh=0.0712 if one.id == "ombriere" else None,
        surplus=ContractCode("oa-2026-06") if one.id == "hangar" else None,
        costs=PlantCosts(rent_eur_per_year=1234.0, life_years=29),
    )


def apart(result: Result, km: float = 1.0) -> FloatArray:
    """Return distances of sites in a line, each `km` from the next."""
    count = len(result.scenario.participants) + len(result.scenario.plants)
    places = np.arange(count, dtype=float) * km
    return np.abs(places[:, None] - places[None, :])


def cases_of(
    *results: Result, ids: Sequence[str] | None = None, signatures: Sequence[PaperSignature] = ()
) -> tuple[PaperCase, ...]:
    """Return what the papers of an operation, or of a plan of several, are made from."""
    return paper_cases(results, [apart(result) for result in results], ids, signatures)


def papers_of(result: Result, name: str, ids: Collection[str] = ()) -> dict[str, Document]:
    """Return the papers of one name by file, of these persons, of everybody where none is named."""
    cases = cases_of(result, ids=tuple(ids) or None)
    return {draft.file: paper(cases, draft) for draft in PAPERS[name](cases)}


def nodes_of(document: Document) -> list[Node]:
    """Return every node of a paper, what stands above it among them."""
    told = [document.status.text, *(one for section in document.sections for one in section.blocks)]
    return list(walk(Group(tuple(told))))


def text_of(document: Document) -> str:
    """Return all that a paper says."""
    frame = document.frame
    said = [frame.kind, frame.title, frame.subtitle, frame.label, frame.footer]
    for node in nodes_of(document):
        match node:
            case Heading(text=text) | Paragraph(text=text):
                said.append(text)
            case Bullets(items=items) | Boxes(items=items):
                said += items
            case Fields(items=items):
                said += [f"{one.label}: {one.value}" for one in items]
            case Callout():
                said += [node.title, node.text, *node.lines, node.strong]
            case PlaceToSign():
                said += [node.who, *node.lines]
            case TextTable():
                said += [column.head for column in node.columns]
                said += [f"{cell.text} {cell.note}" for row in node.rows for cell in row]
            case _:
                pass
    return re.sub(r"[\u00a0\u202f]", " ", "\n".join(said))


def blanks_of(document: Document) -> list[str]:
    """Return the labels of the fields that are left blank."""
    held = (one for node in nodes_of(document) if isinstance(node, Fields) for one in node.items)
    return [one.label for one in held if one.is_blank]
