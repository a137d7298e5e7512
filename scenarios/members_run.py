"""Who adds what in a folder: each site's leaving, and the Shapley value of each member in shared kWh."""

from dataclasses import asdict, dataclass
from typing import Any

from acc.coalition import Player, game_of, players_of
from acc.coming import Change, leavings
from acc.shapley import Shapley, shapley
from acc.stage import Prices, Stage, stage_of
from acc.terms import bill_terms, period_years
from scenarios.run import Ground


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MembersReport:
    """What each one brings.

    Attributes:
        changes: what each participant, then each plant, changes by leaving, in their order.
        refused: sites without which the key cannot be built, with the reason.
        players: who decides as one, in the order of `value`.
        value: Shapley value of each player in shared kWh; received_kwh and delivered_kwh are what the key
            lets it receive as a participant and deliver as a producer.
    """

    changes: tuple[Change, ...]
    refused: dict[str, str]
    players: tuple[Player, ...]
    value: Shapley
    received_kwh: tuple[float, ...]
    delivered_kwh: tuple[float, ...]


def members_of_folder(ground: Ground, seed: int) -> MembersReport:
    """Return who adds what under the folder's own key.

    Raises:
        InputError: a key that cannot be built.
    """
    scenario = ground.scenario
    players = players_of(scenario.participants, scenario.plants)
    changes, faults = leavings(stage_for(ground), [scenario.key], players)
    chosen = ground.outcome(scenario.key).energy
    return MembersReport(
        changes=changes[scenario.key.name],
        refused={name.split(" ", 1)[1]: str(fault) for name, fault in faults.items()},
        players=players,
        value=shapley(game_of(ground.exchange, players), seed=seed),
        received_kwh=tuple(
            0.0 if p.participant is None else float(chosen.received_kwh[p.participant]) for p in players
        ),
        delivered_kwh=tuple(float(chosen.shared_kwh[list(p.plants)].sum()) for p in players),
    )


def stage_for(ground: Ground) -> Stage:
    """Return the operation made ready to be looked at without some of its sites."""
    tariffs, steps = ground.tariffs, ground.exchange.steps
    if tariffs is None:
        return stage_of(ground.exchange, ground.context, None)
    years = period_years(steps)
    prices = Prices(
        terms=bill_terms(tariffs, ground.scenario.prices, ground.scenario.plants, years),
        contracts=tuple(plant.surplus for plant in tariffs.plants),
        clocks=tuple(member.clock for member in tariffs.members),
        years=years,
    )
    return stage_of(ground.exchange, ground.context, prices)


def members_document(report: MembersReport) -> dict[str, Any]:
    """Return who adds what as data."""
    return {
        "leaving": [
            {
                "id": change.id,
                "is_plant": change.is_plant,
                "together_ids": list(change.together_ids),
                "shared_change_kwh": change.shared_change_kwh,
                "surplus_change_kwh": change.surplus_change_kwh,
                "others_change_eur": change.others_change_eur,
                "own_kwh": change.own_kwh,
                "own_eur": change.own_eur,
                "worst": asdict(change.worst) if change.worst else None,
            }
            for change in report.changes
        ],
        "refused": report.refused,
        "shapley": {
            "exact": report.value.exact,
            "confidence": report.value.confidence,
            "orders": report.value.orders,
            "players": [
                {
                    "id": player.id,
                    "value_kwh": float(report.value.kwh[k]),
                    "half_width_kwh": float(report.value.half_width[0][k]),
                    "received_kwh": report.received_kwh[k],
                    "delivered_kwh": report.delivered_kwh[k],
                }
                for k, player in enumerate(report.players)
            ],
        },
    }
