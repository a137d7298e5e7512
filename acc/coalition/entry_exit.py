"""Who leaves, who joins: what it changes for the operation, for everyone else, and who is hit worst.

Who leaves takes its needs and what the plants behind its meter inject along; its plants elsewhere stay. A
plant that leaves stays built: own use behind its meter goes on, and all that it injects is sold under its
surplus contract. Keys are built again for those who stay, as their parameters allow.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from acc.arrays import BoolArray, FloatArray
from acc.coalition.counterfactual import Standing
from acc.coalition.game import Player
from acc.keys import KeyContext
from acc.problem import InputError
from acc.scenario import KeyChoice


@dataclass(frozen=True, slots=True)
class Hit:
    """Who loses most of what it had; in euros where they are known, else None."""

    id: str
    name: str
    change_kwh: float
    change_eur: float | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Change:
    """What one site changes by leaving, or by joining: of the operation, of everyone else, of itself.

    Attributes:
        together_ids: all that leaves or joins as one, itself first (a participant and the plants behind it).
        before_kwh, after_kwh: shared by the operation; `surplus_...` what nobody takes.
        received_change_kwh, saving_change_eur: of each participant of the operation, shape (N,), and
            `gain_change_eur` of each plant, shape (M,); zero for those who leave, nan when unknown.
        own_kwh: what it receives or delivers while it is in; `own_eur` what it then gains.
        worst: who is hit worst among the others, by members (a participant and its plants); None when
            nobody else is there.
    """

    id: str
    name: str
    is_plant: bool
    together_ids: tuple[str, ...]
    before_kwh: float
    after_kwh: float
    surplus_before_kwh: float
    surplus_after_kwh: float
    received_change_kwh: FloatArray
    saving_change_eur: FloatArray
    gain_change_eur: FloatArray
    own_kwh: float
    own_eur: float | None
    worst: Hit | None

    @property
    def shared_change_kwh(self) -> float:
        """What the operation shares more once it is done; negative when it shares less."""
        return self.after_kwh - self.before_kwh

    @property
    def surplus_change_kwh(self) -> float:
        """What nobody takes more once it is done."""
        return self.surplus_after_kwh - self.surplus_before_kwh

    @property
    def others_change_eur(self) -> float | None:
        """What all the others together gain or lose; None when the euros of one are unknown."""
        total = float(self.saving_change_eur.sum() + self.gain_change_eur.sum())
        return None if np.isnan(total) else total


Stand = Callable[[Sequence[int], Sequence[int]], Sequence[Standing | InputError]]
"""Tells what everyone has under each key, without the participants and the plants of some columns."""


def leavings_by(
    context: KeyContext, choices: Sequence[KeyChoice], players: Sequence[Player], stand: Stand
) -> tuple[Mapping[str, tuple[Change, ...]], Mapping[str, InputError]]:
    """Return, for each key, what each participant and then each plant changes by leaving.

    Also the fault of each site without which a key cannot be built, by `key site`: it has no change.

    Args:
        stand: tells what everyone has without some: `standings` for the fast sums, or a run for each case.

    Raises:
        InputError: a key that cannot be built with everyone.
    """
    before = stand((), ())
    faults: dict[str, InputError] = {}
    found: dict[str, list[Change]] = {choice.name: [] for choice in choices}
    for site in _sites(context):
        for choice, old, new in zip(choices, before, stand(site.gone, site.idle), strict=True):
            if isinstance(old, InputError):
                raise old
            if isinstance(new, InputError):
                faults[f"{choice.name} {site.id}"] = new
            else:
                found[choice.name].append(_change(site, players, old, new))
    return {name: tuple(changes) for name, changes in found.items()}, faults


@dataclass(frozen=True, slots=True)
class MovingSite:
    """One site that may leave or has joined: the columns that come and go with it.

    Attributes:
        gone, idle: columns of participants and of plants; a plant by itself has no participant.
    """

    id: str
    name: str
    gone: tuple[int, ...]
    idle: tuple[int, ...]
    together_ids: tuple[str, ...]


def _sites(context: KeyContext) -> list[MovingSite]:
    members, plants = context.participants, context.plants
    sites = []
    for column, member in enumerate(members):
        own = tuple(i for i, plant in enumerate(plants) if plant.behind == member.id)
        together = (member.id, *(plants[i].id for i in own))
        sites.append(MovingSite(member.id, member.name, (column,), own, together))
    sites += [MovingSite(p.id, p.name, (), (column,), (p.id,)) for column, p in enumerate(plants)]
    return sites


def _change(site: MovingSite, players: Sequence[Player], old: Standing, new: Standing) -> Change:
    members, plants = len(old.received_kwh), len(old.shared_kwh)
    stays, makes = _others(site.gone, members), _others(site.idle, plants)
    own = Player(site.id, site.name, site.gone[0] if site.gone else None, site.idle)
    received, delivered, eur = old.of(own)
    return Change(
        id=site.id,
        name=site.name,
        is_plant=not site.gone,
        together_ids=site.together_ids,
        before_kwh=float(old.received_kwh.sum()),
        after_kwh=float(new.received_kwh.sum()),
        surplus_before_kwh=float(old.surplus_kwh.sum()),
        surplus_after_kwh=float(new.surplus_kwh.sum()),
        received_change_kwh=np.where(stays, new.received_kwh - old.received_kwh, 0.0),
        saving_change_eur=np.where(stays, new.saving_eur - old.saving_eur, 0.0),
        gain_change_eur=np.where(makes, new.gain_eur - old.gain_eur, 0.0),
        own_kwh=received if site.gone else delivered,
        own_eur=None if np.isnan(eur) else eur,
        worst=worst_hit([p for p in players if not _owns(p, own)], old, new),
    )


def _others(columns: Sequence[int], count: int) -> BoolArray:
    others = np.ones(count, dtype=np.bool_)
    others[list(columns)] = False
    return others


def _owns(player: Player, site: Player) -> bool:
    same = player.participant is not None and player.participant == site.participant
    return same or bool(set(player.plants) & set(site.plants))


def worst_hit(players: Sequence[Player], old: Standing, new: Standing) -> Hit | None:
    """Return the player who loses most from `old` to `new`: in euros, or in kWh where no euros are known."""
    hits = []
    for player in players:
        was, now = old.of(player), new.of(player)
        eur = now[2] - was[2]
        kwh = now[0] - was[0] + now[1] - was[1]
        hits.append(Hit(player.id, player.name, kwh, None if np.isnan(eur) else eur))
    known = [hit for hit in hits if hit.change_eur is not None]
    if known:
        return min(known, key=lambda hit: hit.change_eur or 0.0)
    return min(hits, key=lambda hit: hit.change_kwh, default=None)


def joined(
    site: MovingSite, old: Standing, new: Standing, players: Sequence[Player], owners: Sequence[Player]
) -> Change:
    """Return what a candidate changes by joining.

    Args:
        site: the columns of the candidate once it has joined.
        old, new: what everyone has without it and with it, whose columns come first.
        players: the members without it; `owners` those who then own it: it is their own choice.
    """
    members, plants = len(old.received_kwh), len(old.shared_kwh)
    kept = Standing(
        new.received_kwh[:members],
        new.saving_eur[:members],
        new.shared_kwh[:plants],
        new.surplus_kwh[:plants],
        new.gain_eur[:plants],
    )
    received = float(new.received_kwh[list(site.gone)].sum())
    delivered = float(new.shared_kwh[list(site.idle)].sum())
    eur = float(new.saving_eur[list(site.gone)].sum() + new.gain_eur[list(site.idle)].sum())
    own = {player.id for player in owners}
    return Change(
        id=site.id,
        name=site.name,
        is_plant=not site.gone,
        together_ids=site.together_ids,
        before_kwh=float(old.received_kwh.sum()),
        after_kwh=float(new.received_kwh.sum()),
        surplus_before_kwh=float(old.surplus_kwh.sum()),
        surplus_after_kwh=float(new.surplus_kwh.sum()),
        received_change_kwh=kept.received_kwh - old.received_kwh,
        saving_change_eur=kept.saving_eur - old.saving_eur,
        gain_change_eur=kept.gain_eur - old.gain_eur,
        own_kwh=received if site.gone else delivered,
        own_eur=None if np.isnan(eur) else eur,
        worst=worst_hit([p for p in players if p.id not in own], old, kept),
    )
