"""Who adds what, as data: what `acc members --json` prints."""

from acc.departures.entry_exit import Change
from acc.members.report import MembersReport
from reports.data.encode import Document, document, pick

BROKEN = "rule title measured limit unit"
"""Keys of a rule that is not met."""


def members_document(report: MembersReport) -> Document:
    """Return a report as data: kWh and EUR over the period, without tax; unknown euros are null."""
    player = (
        "id=player.id name=player.name value_kwh half_width_kwh=half_kwh key_kwh reward_kwh value_eur "
        "half_width_eur=half_eur key_eur reward_eur"
    )
    players = [
        pick(
            brought,
            player,
            **({"half_width_eur": None} if brought.value_eur is None else {}),
            reward_eur=brought.reward_eur or None,
        )
        for brought in report.brought
    ]
    stability = (
        "key verdict whole_eur=total_eur better_key_eur worst best_price_eur_per_kwh best_verdict at_best "
        "low_eur_per_kwh high_eur_per_kwh"
    )
    return document(
        report,
        "name=scenario.name variant=scenario.variant fictitious=scenario.fictitious status key shared_kwh "
        "surplus_kwh leaving persons_leaving over_plan joining order order_is_proven shapley stability "
        "broken missing notes",
        leaving={key: [_change(report, c) for c in changes] for key, changes in report.leaving.items()},
        persons_leaving=[_change(report, change) for change in report.persons_leaving],
        joining=[
            {
                **_change(report, joining.change),
                "state": joining.state,
                "broken": [pick(check, BROKEN) for check in joining.broken],
            }
            for joining in report.joining
        ],
        shapley=pick(report.shapley, "exact confidence orders reached players", players=players),
        stability=[pick(row, stability) for row in report.stability],
        broken=[pick(check, f"{BROKEN} culprits remedy") for check in report.broken],
    )


def _change(report: MembersReport, change: Change) -> Document:
    return pick(
        change,
        "id name is_plant together_ids shared_kwh=after_kwh shared_change_kwh surplus_kwh=surplus_after_kwh "
        "surplus_change_kwh others_change_eur own_kwh own_eur worst participants plants",
        **_of_each(report, change),
    )


def _of_each(report: MembersReport, change: Change) -> Document:
    """Change of each of the others, as data; left out for thousands of sites."""
    members, plants = report.scenario.participants, report.scenario.plants
    if len(change.received_change_kwh) != len(members):
        return {"participants": None, "plants": None}
    rows = zip(members, change.received_change_kwh, change.saving_change_eur, strict=True)
    return {
        "participants": [
            {"id": member.id, "received_change_kwh": float(kwh), "saving_change_eur": float(eur)}
            for member, kwh, eur in rows
        ],
        "plants": [
            {"id": plant.id, "gain_change_eur": float(eur)}
            for plant, eur in zip(plants, change.gain_change_eur, strict=True)
        ],
    }
