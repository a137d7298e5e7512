"""Sharing beside its alternatives as data: what `acc worth --json` prints and worth.json holds."""

from typing import Annotated, NamedTuple, TypedDict

from acc.worth.result import USUAL_DRAWS, Alternative, Gain, Roof, Tipping, Way, Worth
from reports.data.encode import Bases, Document, Ends, Keys, Picked, keyed
from reports.files import slug
from reports.format.gains import before_investment, value_basis
from reports.paper.typeset import pages, pdf
from reports.studies.worth import labels
from reports.studies.worth.brief import worth_page

GAIN = Keys(
    Gain,
    "gain_eur_ht npv_eur_ht connected_npv_eur_ht=at_most.npv_eur_ht drawn_eur_ht loss_ratio "
    "connected_loss_ratio=at_most.loss_ratio best_ratio",
    drawn_eur_ht=(Ends, lambda gain: Ends(gain.at_most.low_eur, gain.middle_eur, gain.high_eur)),
)


class Paybacks(NamedTuple):
    """Years to be paid back; the second where connections that nobody knows cost their upper figure."""

    payback_years: float | None
    connected_payback_years: float | None


class NamedPerson(TypedDict):
    """A person."""

    id: str
    name: str


class PlantValue(NamedTuple):
    """Present value of a plant, EUR excl. VAT."""

    id: str
    npv_eur_ht: float


CHOICE = Keys(
    Alternative,
    "name set=words same_as? changes? state reason? total? best_ratio?=total.best_ratio persons? plants?",
    name=(Way, None),
    same_as=(Way | None, None),
    changes=(str | None, None),
    reason=(str | None, lambda own: own.reason if own.total is None else None),
    total=(Annotated[Picked, GAIN, Paybacks] | None, None),
    persons=(list[Annotated[Picked, NamedPerson, GAIN]] | None, None),
    plants=(
        list[PlantValue] | None,
        lambda own: own.total and [PlantValue(*own) for own in own.plants_npv_eur.items()],
    ),
)
TIPPING = Keys(
    Tipping,
    "ahead_eur_ht=ahead_eur surplus_change_eur_per_kwh without_kind=kinds words",
    words=(list[str], None),
)
ROOF = Keys(Roof, "* words", words=(str, None))


def _alternatives(worth: Worth) -> list[Annotated[Picked, CHOICE]]:
    by_way = {way: row for row in worth.distinct for way in (row.choice, *row.also)}
    ways = [alternative.choice for alternative in worth.alternatives]
    return [_alternative(way, by_way[way], worth) for way in ways]


def _alternative(way: Way, alternative: Alternative, worth: Worth) -> Annotated[Picked, CHOICE]:
    """A choice; of one that is another one here, the figures of both together."""
    same = None if way is alternative.choice else alternative.choice
    if alternative.total is None:
        return CHOICE.record(alternative, name=way, same_as=same, changes=None, total=None, persons=None)
    years, late = alternative.payback_years, alternative.latest_payback_years
    paybacks = Paybacks(years, years if late is None else late)
    return CHOICE.record(
        alternative,
        name=way,
        same_as=same,
        changes=labels.changes_text(worth, way),
        total={**GAIN.record(alternative.total), **keyed(paybacks)},
        persons=[
            {"id": id_, "name": worth.names[id_], **GAIN.record(gain)}
            for id_, gain in alternative.persons.items()
        ],
    )


def _bases(worth: Worth) -> Bases:
    return {"gain_eur_ht": before_investment("", is_taxed=worth.is_taxed), "npv_eur_ht": value_basis()}


def _tipping(worth: Worth) -> Annotated[Picked, TIPPING] | None:
    if worth.tipping is None:
        return None
    return TIPPING.record(worth.tipping, words=labels.tipping_sentences(worth))


WORTH = Keys(
    Worth,
    "name=scenario.name variant=scenario.variant status draws bases lawful_way?=way alternatives "
    "sharing_ratio connected_sharing_ratio folder_chance=own_chance ahead_eur_ht verdict chances "
    "recommended_choice?=proposal.name proposal? roofs tipping notes confidential",
    bases=_bases,
    alternatives=_alternatives,
    ahead_eur_ht=(Ends | None, lambda worth: worth.ahead_eur and Ends(*worth.ahead_eur)),
    verdict=labels.verdict,
    chances=labels.chances_sentence,
    roofs=(
        list[Annotated[Picked, ROOF]],
        lambda worth: [ROOF.record(roof, words=labels.roof_sentence(worth, roof)) for roof in worth.roofs],
    ),
    tipping=_tipping,
    confidential=(bool, lambda _worth: True),
)


def worth_document(worth: Worth) -> Annotated[Document, WORTH]:
    """Document of the alternatives: EUR excl. VAT against doing nothing, ratios of the draws."""
    return WORTH.document(worth)


DOCUMENTS = {"worth": worth_document}
"""For `acc schema`."""


def worth_file(worth: Worth, key: str | None, *, draws: int, ppa: float | None) -> str:
    """Return the name of the files of the alternatives, after what was asked."""
    settings = (None if ppa is None else f"ppa {ppa:g}", f"{draws}" if draws != USUAL_DRAWS else None)
    return "-".join(slug(word) for word in ("worth", worth.scenario.label, key, *settings) if word)


def worth_pages(worth: Worth, name: str, ran_on: str) -> dict[str, bytes]:
    """Return the page on the alternatives of sharing as files, named `name`."""
    drawn = worth_page(worth, ran_on)
    first, *others = pages(drawn)
    more = {f"{name}-page-{n}.png": page for n, page in enumerate(others, start=2)}
    return {f"{name}.pdf": pdf(drawn), f"{name}.png": first, **more}
