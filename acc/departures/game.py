"""What any part of the members would share and gain by itself: players, and the game they play.

A coalition shares `min(P, C)` at each step, what its plants make and its participants need: no key shares
more, and the key by default, which applies when a group says nothing, shares exactly that. In euros a
coalition gains what its local kWh spare (supplier, accise, network option) less what its producers give up
(surplus contract) and the fixed costs of an operation; what members pay each other stays inside.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from acc.arrays import BoolArray, FloatArray, IntArray
from acc.bills.bill import BillTerms
from acc.bills.surplus import spared_eur_per_kwh
from acc.bills.tariff_slots import SlotClock, slot_patterns
from acc.exchange import Exchange
from acc.sites import Participant, Plant
from acc.water_filling import divided

KWH, EUR = 0, 1
"""The two outcomes of a game; the second is there where euros are known."""


@dataclass(frozen=True, slots=True)
class Player:
    """Who decides as one: a participant with the plants that are its own, or another owner with its plants.

    Attributes:
        participant: its column, None for an owner who does not consume here.
        plants: columns of its plants.
    """

    id: str
    name: str
    participant: int | None
    plants: tuple[int, ...]


def players_of(participants: Sequence[Participant], plants: Sequence[Plant]) -> tuple[Player, ...]:
    """Return the players, participants first; a plant goes with the meter it stands behind, else its owner.

    A plant without owner that is known here is a player by itself.
    """
    column_of = {participant.id: column for column, participant in enumerate(participants)}
    owned: dict[str, list[int]] = {name: [] for name in column_of}
    names = {participant.id: participant.name for participant in participants}
    for column, plant in enumerate(plants):
        who = plant.behind if plant.behind in owned else plant.owner or plant.id
        owned.setdefault(who, []).append(column)
        names.setdefault(who, plant.name if who == plant.id else who)
    return tuple(
        Player(who, names[who], column_of.get(who), tuple(columns)) for who, columns in owned.items()
    )


@dataclass(frozen=True, slots=True, eq=False)
class LocalWorths:
    """What a local kWh is worth to each side, and what taking part costs: N participants, M plants, S slots.

    Attributes:
        spared_eur_per_kwh: supplier and network option, less the fee of the PMO, shape (N, S).
        accise_eur_per_kwh: shape (N,); the part `exempt_ratio` (M,) of it is spared on each plant's kWh.
        floor_eur_per_kwh: what the surplus contract of each plant pays, shape (M,).
        fixed_eur: what taking part costs each participant whatever it receives, shape (N,).
        pmo_eur: what running any operation costs.
    """

    spared_eur_per_kwh: FloatArray
    accise_eur_per_kwh: FloatArray
    exempt_ratio: FloatArray
    floor_eur_per_kwh: FloatArray
    fixed_eur: FloatArray
    pmo_eur: float

    @property
    def is_known(self) -> bool:
        """Whether every price is known."""
        return not (np.isnan(self.spared_eur_per_kwh).any() or np.isnan(self.floor_eur_per_kwh).any())

    @property
    def has_common_accise(self) -> bool:
        """Whether the accise spared on a kWh does not depend on the plant that it comes from."""
        return bool(np.all(self.exempt_ratio == self.exempt_ratio[:1]))

    @property
    def with_accise_eur_per_kwh(self) -> FloatArray:
        """What a local kWh spares, accise included, where it is one for all plants, shape (N, S)."""
        exempt = float(self.exempt_ratio[0]) if self.exempt_ratio.size else 0.0
        return self.spared_eur_per_kwh + self.accise_eur_per_kwh[:, None] * exempt


def worths_of(
    terms: BillTerms, floor_eur_per_kwh: FloatArray, consumption_kwh: FloatArray, option: BoolArray
) -> LocalWorths:
    """Return the worths behind the terms of the bills; a slot without consumption needs no price.

    Args:
        consumption_kwh: withdrawn over the period by slot, (N, S).
        option: who has the ACC option of the TURPE, (N,): each keeps it in every coalition.
    """
    dearer = consumption_kwh * terms.option_eur_per_kwh
    management = terms.option_fixed_eur
    needed = replace(
        terms, supply_eur_per_kwh=np.where(consumption_kwh == 0.0, 0.0, terms.supply_eur_per_kwh)
    )
    return LocalWorths(
        spared_eur_per_kwh=spared_eur_per_kwh(needed, option=option) - terms.pmo_eur_per_kwh,
        accise_eur_per_kwh=terms.accise_eur_per_kwh,
        exempt_ratio=1.0 - terms.local_accise_ratio,
        floor_eur_per_kwh=floor_eur_per_kwh,
        fixed_eur=management + np.where(option, dearer.sum(axis=1), 0.0),
        pmo_eur=terms.pmo_eur,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Fixed:
    """What an operation costs whatever it shares, euros; nothing for who has no plant or no participant.

    Attributes:
        produces, consumes: which players have a plant, a participant, shape (K,).
        own_eur: of each player who takes part, shape (K,).
        pmo_eur: once, for any operation.
    """

    produces: BoolArray
    consumes: BoolArray
    own_eur: FloatArray
    pmo_eur: float


@dataclass(frozen=True, slots=True, eq=False)
class Flows:
    """What K players bring at each step with production, made when asked for: whole, it is several loads.

    Attributes:
        lit: the steps with production, shape (D,).
        member: column of each player's participant, N for none, shape (K,).
        makers: players with a plant, shape (P,), and `made` what their plants bring, shape (Q / 2, D, P).
        worths: None where euros are not known, with what a kWh spares each participant in each pattern of
            slots, shape (R, N), and the `pattern` of each step, shape (T,).
    """

    exchange: Exchange
    lit: IntArray
    member: IntArray
    makers: IntArray
    made: FloatArray
    worths: LocalWorths | None = None
    spared_eur_per_kwh: FloatArray | None = None
    pattern: IntArray | None = None

    def part(self, steps: IntArray) -> FloatArray:
        """Return the flows of some of the steps with production, shape (Q, d, K); see `Game`."""
        rows, worths = self.lit[steps], self.worths
        need = self.exchange.consumption_kwh[rows]
        needed = [need]
        if worths is not None and self.spared_eur_per_kwh is not None and self.pattern is not None:
            needed += [need * self.spared_eur_per_kwh[self.pattern[rows]]]
            needed += [] if worths.has_common_accise else [need * worths.accise_eur_per_kwh]
        flows = np.zeros((2 * len(needed), len(steps), len(self.member)))
        users = np.flatnonzero(self.member < need.shape[1])
        # In this order: made, needed; needs in euros, plants in euros; accise of needs, exempt plants.
        for at, values in zip((1, 2, 4), needed, strict=False):
            flows[at][:, users] = values[:, self.member[users]]
        for at, plant_values in zip((0, 3, 5), self.made[:, steps], strict=False):
            flows[at][:, self.makers] = plant_values
        return flows


@dataclass(frozen=True, slots=True, eq=False)
class Game:
    """The worth of every coalition of K players: a sum over D steps, less fixed costs.

    Attributes:
        flows: what each player brings at each step, shape (Q, D, K): kWh made and needed (Q = 2), then in
            euros what its needs would spare and its plants give up (Q = 4), then the accise of its needs
            and the exempt kWh of its plants where plants differ (Q = 6).
        fixed: None where euros are not known.
    """

    players: tuple[Player, ...]
    flows: FloatArray | Flows
    fixed: Fixed | None = None

    @property
    def outcomes(self) -> int:
        """How many outcomes a coalition has: kWh, and euros where they are known."""
        return 1 if self.fixed is None else 2

    @property
    def steps(self) -> int:
        """How many steps have production."""
        return len(self.flows.lit) if isinstance(self.flows, Flows) else self.flows.shape[1]

    def part(self, steps: IntArray) -> FloatArray:
        """Return the flows of some steps, shape (Q, d, K)."""
        flows = self.flows
        return flows.part(steps) if isinstance(flows, Flows) else flows[:, steps]


def worth(sums: FloatArray) -> FloatArray:
    """Worth of a coalition at each step, (V, ...), kWh and EUR, from the sums of its flows, (Q, ...).

    Under the key by default everyone is served the same part of their need, by each plant in proportion.

    >>> worth(np.array([1.0, 2.0, 0.3, 0.04])).round(3).tolist()  # half of the needs, all that is made
    [1.0, 0.11]
    """
    production, need = sums[0], sums[1]
    shared: FloatArray = np.minimum(production, need)
    if len(sums) == 2:
        return shared[None]
    served = divided(shared, need)
    gained: FloatArray = served * sums[2] - divided(shared, production) * sums[3]
    if len(sums) == 6:
        gained = gained + served * sums[4] * divided(sums[5], production)
    return np.stack([shared, gained])


def game_of(
    exchange: Exchange,
    players: Sequence[Player],
    worths: LocalWorths | None = None,
    clocks: Sequence[SlotClock] = (),
) -> Game:
    """Return the game of an exchange; steps where no plant injects are worth nothing and left out.

    Args:
        clocks: tariff slots of each participant, with `worths`.
    """
    lit = np.flatnonzero(exchange.production_kwh.sum(axis=1) > 0.0)
    members, plants = exchange.consumption_kwh.shape[1], exchange.production_kwh.shape[1]
    member = np.array([members if p.participant is None else p.participant for p in players], dtype=np.int64)
    of_plant = np.zeros((plants, len(players)))
    for column, player in enumerate(players):
        of_plant[list(player.plants), column] = 1.0
    makers = np.flatnonzero(of_plant.any(axis=0))
    brought = [exchange.production_kwh[lit]]
    if worths is not None:
        brought += [brought[0] * worths.floor_eur_per_kwh]
        brought += [] if worths.has_common_accise else [brought[0] * worths.exempt_ratio]
    flows = Flows(exchange, lit, member, makers, np.stack(brought) @ of_plant[:, makers])
    if worths is None:
        return Game(tuple(players), flows)
    spared = worths.with_accise_eur_per_kwh if worths.has_common_accise else worths.spared_eur_per_kwh
    slots, pattern = slot_patterns(exchange.steps, clocks)  # distinct rows, and the row of each step
    by_pattern = spared[np.arange(len(clocks)), slots]
    flows = replace(flows, worths=worths, spared_eur_per_kwh=by_pattern, pattern=pattern)
    own = np.append(worths.fixed_eur, 0.0)[member]
    produces, consumes = of_plant.sum(axis=0) > 0.0, member < members
    return Game(tuple(players), flows, Fixed(produces, consumes, own, worths.pmo_eur))
