"""Sharing beside its alternatives as data: what `acc worth --json` prints and worth.json holds."""

from math import isfinite
from pathlib import Path

from acc.worth.result import USUAL_DRAWS, Alternative, Gain, Way, Worth
from reports.data.encode import Document, Picked, document, ends, pick, proposal_document, to_json
from reports.files import slug
from reports.format.gains import before_investment, value_basis
from reports.paper.typeset import pages, pdf
from reports.register import publish
from reports.studies.worth import labels
from reports.studies.worth.brief import worth_page
from reports.view.publications import ShownRows


def worth_document(worth: Worth) -> Document:
    """Return the alternatives: EUR without tax beside nothing, ratios of the draws."""
    by_way = {way: row for row in worth.distinct for way in (row.choice, *row.also)}
    ways = [alternative.choice for alternative in worth.alternatives]
    tipping = worth.tipping and pick(
        worth.tipping,
        "ahead_eur_ht=ahead_eur surplus_change_eur_per_kwh without_kind=kinds words",
        words=labels.tipping_sentences(worth),
    )
    return document(
        worth,
        "name=scenario.name variant=scenario.variant status draws bases lawful_way?=way alternatives "
        "sharing_ratio connected_sharing_ratio folder_chance=own_chance ahead_eur_ht verdict chances "
        "*proposed roofs tipping notes confidential",
        bases={"gain_eur_ht": before_investment("", is_taxed=worth.is_taxed), "npv_eur_ht": value_basis()},
        alternatives=[_alternative(way, by_way[way], worth) for way in ways],
        ahead_eur_ht=worth.ahead_eur and ends(worth.ahead_eur),
        verdict=labels.verdict(worth),
        chances=labels.chances_sentence(worth),
        proposed=proposal_document("recommended_choice", worth.proposal),
        roofs=[pick(roof, "* words", words=labels.roof_sentence(worth, roof)) for roof in worth.roofs],
        tipping=tipping,
        confidential=True,
    )


def _alternative(way: Way, alternative: Alternative, worth: Worth) -> Picked:
    """Return a choice; of one that is another one here, the figures of both together."""
    same = None if way is alternative.choice else alternative.choice
    if alternative.total is None:
        return pick(alternative, "name set=words same_as? state reason", name=way, same_as=same)
    late = alternative.latest_payback_years
    connected = alternative.payback_years if late is None else late if isfinite(late) else None
    paybacks = pick(alternative, "payback_years connected_payback_years", connected_payback_years=connected)
    return pick(
        alternative,
        "name set=words same_as? changes state total best_ratio=total.best_ratio persons plants",
        name=way,
        same_as=same,
        changes=labels.changes_text(worth, way),
        total={**_gain(alternative.total), **paybacks},
        persons=[
            {"id": id_, "name": worth.names[id_], **_gain(gain)} for id_, gain in alternative.persons.items()
        ],
        plants=[{"id": id_, "npv_eur_ht": eur} for id_, eur in alternative.plants_npv_eur.items()],
    )


def _gain(gain: Gain) -> Picked:
    return pick(
        gain,
        "gain_eur_ht npv_eur_ht connected_npv_eur_ht=at_most.npv_eur_ht drawn_eur_ht loss_ratio "
        "connected_loss_ratio=at_most.loss_ratio best_ratio",
        drawn_eur_ht=ends((gain.at_most.low_eur, gain.middle_eur, gain.high_eur)),
    )


def worth_files(
    worth: Worth, key: str | None, out: Path, *, draws: int, ppa: float | None, brief: bool, day: str
) -> dict[str, bytes]:
    """Return the document of the alternatives, named after what was asked, and the page where it was.

    Raises:
        InputError: as `publish`, where the page is asked for.
    """
    settings = (None if ppa is None else f"ppa {ppa:g}", f"{draws}" if draws != USUAL_DRAWS else None)
    name = "-".join(slug(word) for word in ("worth", worth.scenario.label, key, *settings) if word)
    files = {f"{name}.json": to_json(worth_document(worth)).encode()}
    if brief:
        pages = worth_pages(worth, name, day)
        publish(out, out, dict.fromkeys(pages, (ShownRows.of_all(worth.scenario, day),)))
        files |= pages
    return files


def worth_pages(worth: Worth, name: str, ran_on: str) -> dict[str, bytes]:
    """Return the page on the alternatives of sharing as files, named `name`."""
    drawn = worth_page(worth, ran_on)
    first, *others = pages(drawn)
    more = {f"{name}-page-{n}.png": page for n, page in enumerate(others, start=2)}
    return {f"{name}.pdf": pdf(drawn), f"{name}.png": first, **more}
