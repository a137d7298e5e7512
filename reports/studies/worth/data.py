"""Sharing beside its alternatives as data: what `acc worth --json` prints and worth.json holds."""

from dataclasses import asdict
from math import isfinite

from acc.worth.choices import Way
from acc.worth.result import Alternative, Gain, Worth
from reports.data.lawful_plans import lawful_plan_document
from reports.data.proposal import proposal_document
from reports.format.gains import before_investment, value_basis
from reports.studies.worth.labels import (
    chances_sentence,
    changes_text,
    roof_sentence,
    tipping_sentences,
    verdict,
)


def worth_document(worth: Worth) -> dict[str, object]:
    """Return the alternatives: EUR without tax beside nothing, ratios of the draws."""
    tipping, by_way = worth.tipping, {way: row for row in worth.distinct for way in (row.choice, *row.also)}
    return {
        "name": worth.scenario.name,
        "variant": worth.scenario.variant,
        "status": worth.status.document,
        "draws": worth.draws,
        "bases": {"gain_eur_ht": before_investment("", is_taxed=worth.is_taxed), "npv_eur_ht": value_basis()},
        **({} if worth.way is None else {"lawful_way": lawful_plan_document(worth.way)}),
        "alternatives": [
            _alternative(alternative.choice, by_way[alternative.choice], worth)
            for alternative in worth.alternatives
        ],
        "sharing_ratio": worth.sharing_ratio,
        "connected_sharing_ratio": worth.connected_sharing_ratio,
        "folder_chance": None if worth.own_chance is None else asdict(worth.own_chance),
        "ahead_eur_ht": None
        if worth.ahead_eur is None
        else dict(zip(("p10", "p50", "p90"), worth.ahead_eur, strict=True)),
        "verdict": verdict(worth),
        "chances": chances_sentence(worth),
        **proposal_document("recommended_choice", worth.proposal),
        "roofs": [{**asdict(roof), "words": roof_sentence(worth, roof)} for roof in worth.roofs],
        "tipping": None
        if tipping is None
        else {
            "ahead_eur_ht": tipping.ahead_eur,
            "surplus_change_eur_per_kwh": tipping.surplus_change_eur_per_kwh,
            "without_kind": [asdict(kind) for kind in tipping.kinds],
            "words": tipping_sentences(worth),
        },
        "notes": list(worth.notes),
        "confidential": True,
    }


def _alternative(way: Way, alternative: Alternative, worth: Worth) -> dict[str, object]:
    """Return a choice; of one that is another one here, the figures of both together."""
    common: dict[str, object] = {"name": way.value, "set": list(alternative.words)}
    if way is not alternative.choice:
        common["same_as"] = alternative.choice.value
    if alternative.total is None:
        return {**common, "state": alternative.state.value, "reason": alternative.reason}
    persons = [
        {"id": id_, "name": worth.names[id_], **_gain(gain)} for id_, gain in alternative.persons.items()
    ]
    return {
        **common,
        "changes": changes_text(worth, way),
        "state": alternative.state.value,
        "total": {**_gain(alternative.total), **_paybacks(alternative)},
        "best_ratio": alternative.total.best_ratio,
        "persons": persons,
        "plants": [{"id": id_, "npv_eur_ht": eur} for id_, eur in alternative.plants.items()],
    }


def _paybacks(alternative: Alternative) -> dict[str, object]:
    """Payback times of all together; null: never, or nothing is invested."""
    late = alternative.latest_payback_years
    return {
        "payback_years": alternative.payback_years,
        "connected_payback_years": alternative.payback_years
        if late is None
        else late
        if isfinite(late)
        else None,
    }


def _gain(gain: Gain) -> dict[str, object]:
    return {
        "gain_eur_ht": gain.gain_eur_ht,
        "npv_eur_ht": gain.npv_eur_ht,
        "connected_npv_eur_ht": gain.at_most.npv_eur_ht,
        "drawn_eur_ht": {"p10": gain.at_most.low_eur, "p50": gain.middle_eur, "p90": gain.high_eur},
        "loss_ratio": gain.loss_ratio,
        "connected_loss_ratio": gain.at_most.loss_ratio,
        "best_ratio": gain.best_ratio,
    }
