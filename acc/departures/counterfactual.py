"""What the others keep when one member leaves: the exchange settled again without it.

Sums come from the fast path of batches where a key allows it, from `settle` otherwise; who is out keeps its
column, with nothing to need and nothing to give, so that one set of arrays serves every question.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from acc.arrays import BoolArray, FloatArray, IntArray
from acc.batch.key_forms import SumSplits, group_of_steps, settled_sums, split_of
from acc.batch.sums import KeySums, Needs, ProductiveSteps, Split, split_sums
from acc.bills.bill import BillTerms, option_gain_eur, priced, savings_eur_ht
from acc.bills.surplus import paid_surplus_kwh
from acc.bills.tariff_slots import SLOTS, SlotClock, kwh_by_slot, slot_index
from acc.bills.tariffs import SurplusContract
from acc.departures.game import Player
from acc.devices.battery import ServedLast, context_with_battery, with_battery, without_battery
from acc.exchange import Exchange
from acc.indicators import Energy, energy, together
from acc.keys import KeyContext, build_key
from acc.problem import InputError
from acc.scenario import Battery, KeyChoice
from acc.settle import Allocation, Key, looks_back, settle

STRETCH_VALUES = 1 << 20
"""Energies settled together without the one who leaves (8 MB): all of them would double the loads."""


@dataclass(frozen=True, slots=True, eq=False)
class Departure:
    """The operation without one participant; its plants, if any, stay.

    Attributes:
        participant_id: who leaves.
        energy: of those who stay, in their order, and of all the plants.
        lost_kwh: shared energy that nobody takes in its place.
        lost_ratio: the same over what was shared with everybody; nan when nothing was.
    """

    participant_id: str
    energy: Energy
    lost_kwh: float
    lost_ratio: float


def without_participant(
    exchange: Exchange,
    allocation: Allocation,
    context: KeyContext,
    choice: KeyChoice,
    leaver: int,
    battery: Battery | None = None,
    battery_km: FloatArray | None = None,
) -> Departure:
    """Sharing under the same key after the departure of participant `leaver`.

    Args:
        exchange, allocation, context: of the members and plants, the battery left out.
        battery: driven again for those who stay; `battery_km` is its distance to each participant, (N,).

    Raises:
        InputError: the key cannot be built without this participant.
    """
    stay = np.flatnonzero(np.arange(len(context.participants)) != leaver)
    known = context.part(stay.tolist())
    if battery is None:
        left = _energy_of(exchange, stay, build_key(choice.name, choice.parameters, known))
    else:
        rest = _of(exchange, stay)
        known = context_with_battery(known, battery, None if battery_km is None else battery_km[stay])
        key = ServedLast(build_key(choice.name, choice.parameters, known))
        combined = with_battery(rest, battery).exchange
        left = without_battery(energy(combined, settle(combined, key)))
    before = float(allocation.received_kwh.sum())
    lost = before - float(left.received_kwh.sum())
    return Departure(
        context.participants[leaver].id, left, lost, lost / before if before > 0.0 else float("nan")
    )


def _energy_of(exchange: Exchange, stay: IntArray, key: Key) -> Energy:
    """Return the sums of those who stay, a stretch of the period at a time where the key forgets the past."""
    if looks_back(key):
        return energy(rest := _of(exchange, stay), settle(rest, key))
    stretches = exchange.blocks(max(1, STRETCH_VALUES // max(1, len(stay))))
    return together([energy(rest := _of(part, stay), settle(rest, key)) for part in stretches])


def _of(exchange: Exchange, stay: IntArray) -> Exchange:
    return replace(exchange, consumption_kwh=exchange.consumption_kwh[:, stay])


@dataclass(frozen=True, slots=True, eq=False)
class PriceBook:
    """What turns the kWh of an operation into euros.

    Attributes:
        contracts: how each plant sells what is not shared; None when undecided.
        clocks: tariff slots of each participant.
        period_years: length of the period.
    """

    terms: BillTerms
    contracts: tuple[SurplusContract | None, ...]
    clocks: tuple[SlotClock, ...]
    period_years: float


@dataclass(frozen=True, eq=False)
class Baseline:
    """One operation, made ready to be looked at without some of its sites: N participants, M plants.

    Attributes:
        prices: None when no local price is decided.
        sheet: the steps with production, grouped so that every tariff slot is constant in a group.
        slot_by_group: slot of each group on each participant's own clock, shape (N, G).
        consumption_kwh: withdrawn by slot, shape (N, S); zeros without prices.
        needs_kwh, made_kwh: on the sheet, shapes (N, D) and (M, D).
    """

    exchange: Exchange
    context: KeyContext
    prices: PriceBook | None
    sheet: ProductiveSteps
    slot_by_group: IntArray
    consumption_kwh: FloatArray
    needs_kwh: FloatArray
    made_kwh: FloatArray
    sum_splits: SumSplits = split_sums

    @cached_property
    def is_in_slot(self) -> FloatArray:
        """1 where a group is in a slot on a participant's own clock, shape (N, G, S)."""
        hot: FloatArray = (self.slot_by_group[:, :, None] == np.arange(len(SLOTS))).astype(np.float64)
        return hot

    @cached_property
    def by_plant(self) -> bool:
        """Whether local kWh must be told plant by plant, because their prices or taxes differ."""
        if self.prices is None:
            return False
        local, ratio = self.prices.terms.local_eur_per_kwh, self.prices.terms.local_accise_ratio
        return not bool(np.all(local == local[:1, :1, :1]) and np.all(ratio == ratio[:1]))


def baseline_of(
    exchange: Exchange, context: KeyContext, prices: PriceBook | None, sum_splits: SumSplits = split_sums
) -> Baseline:
    """Return an operation made ready.

    Args:
        sum_splits: `acc.batch.sums.split_sums`, or the compiled one.
    """
    steps, members = exchange.steps, len(context.participants)
    clocks = list(dict.fromkeys(prices.clocks)) if prices else []
    group, values = group_of_steps([slot_index(steps, clock) for clock in clocks], steps.count)
    sheet = ProductiveSteps.of(exchange.production_kwh.sum(axis=1) > 0.0, group, values.shape[1])
    rows = [clocks.index(clock) for clock in prices.clocks] if prices else []
    return Baseline(
        exchange=exchange,
        context=context,
        prices=prices,
        sheet=sheet,
        slot_by_group=values[rows] if prices else np.zeros((members, values.shape[1]), dtype=np.int64),
        consumption_kwh=kwh_by_slot(steps, prices.clocks, exchange.consumption_kwh)
        if prices
        else np.zeros((members, len(SLOTS))),
        needs_kwh=sheet.take(exchange.consumption_kwh),
        made_kwh=sheet.take(exchange.production_kwh),
        sum_splits=sum_splits,
    )


@dataclass(frozen=True, slots=True, eq=False)
class SubsetOutcome:
    """What everyone has under one key; who is not in has zeros, unknown euros are nan.

    Attributes:
        received_kwh, saving_eur: of each participant, without tax, shape (N,).
        shared_kwh, surplus_kwh: of each plant, shape (M,).
        gain_eur: what the operation brings each plant over selling everything outside, shape (M,).
    """

    received_kwh: FloatArray
    saving_eur: FloatArray
    shared_kwh: FloatArray
    surplus_kwh: FloatArray
    gain_eur: FloatArray

    def of(self, player: Player) -> tuple[float, float, float]:
        """Totals of a player: kWh received, kWh delivered, EUR."""
        who = [] if player.participant is None else [player.participant]
        plants = list(player.plants)
        eur = self.saving_eur[who].sum() + self.gain_eur[plants].sum()
        return float(self.received_kwh[who].sum()), float(self.shared_kwh[plants].sum()), float(eur)


def nobody(members: int, plants: int) -> SubsetOutcome:
    """Outcome of N participants and M plants without an operation: all zeros."""
    none, nothing = np.zeros(members), np.zeros(plants)
    return SubsetOutcome(none, none, nothing, nothing, nothing)


def subset_outcomes(
    stage: Baseline, choices: Sequence[KeyChoice], absent: Sequence[int] = (), idle: Sequence[int] = ()
) -> tuple[SubsetOutcome | InputError, ...]:
    """Outcomes under each key, without the participants `absent` and the plants `idle`.

    A key that cannot be built for those who stay gives its fault instead. Without a participant or a plant
    there is no operation: nobody receives, pays or gains anything.
    """
    members = np.setdiff1d(np.arange(len(stage.context.participants)), absent)
    plants = np.setdiff1d(np.arange(len(stage.context.plants)), idle)
    if not len(members) or not len(plants):
        ended = nobody(len(stage.context.participants), len(stage.context.plants))
        return tuple(ended for _choice in choices)
    context = stage.context.part(members.tolist(), plants.tolist())
    keys: list[Key | InputError] = []
    for choice in choices:
        try:
            keys.append(build_key(choice.name, choice.parameters, context))
        except InputError as fault:
            keys.append(fault)
    sums = _sums(stage, [key for key in keys if not isinstance(key, InputError)], members, plants)
    sum_of_each = iter(sums)
    return tuple(
        key if isinstance(key, InputError) else subset_outcome(stage, next(sum_of_each), members, plants)
        for key in keys
    )


def _sums(stage: Baseline, keys: Sequence[Key], members: IntArray, plants: IntArray) -> list[KeySums]:
    """Return the sums of keys built for some members, in arrays of all of them."""
    count = len(stage.context.participants)
    splits = [_spread(split_of(key, len(members), stage.sheet), members, count) for key in keys]
    stays, makes = _column_mask(members, count), _column_mask(plants, len(stage.context.plants))
    needs = Needs(stage.needs_kwh, stays, np.zeros(0, dtype=np.int64), np.zeros((0, len(stage.sheet.rows))))
    known = [split for split in splits if split is not None]
    output = stage.made_kwh * makes[:, None]
    fast = iter(stage.sum_splits(stage.sheet, needs, output, known, by_plant=stage.by_plant) if known else ())
    return [
        next(fast) if split is not None else _settled(stage, key, members, plants)
        for key, split in zip(keys, splits, strict=True)
    ]


def _column_mask(columns: IntArray, count: int) -> FloatArray:
    mask = np.zeros(count)
    mask[columns] = 1.0
    return mask


def _spread(split: Split | None, members: IntArray, count: int) -> Split | None:
    """Return a split of some participants over the columns of all: the others have no needs to be served."""
    if split is None:
        return None
    number = np.zeros((*split.number.shape[:-1], count))
    number[..., members] = split.number
    return replace(split, number=number)


def _settled(stage: Baseline, key: Key, members: IntArray, plants: IntArray) -> KeySums:
    rest = replace(
        stage.exchange,
        consumption_kwh=stage.exchange.consumption_kwh[:, members],
        production_kwh=stage.exchange.production_kwh[:, plants],
        own_use_kwh=stage.exchange.own_use_kwh[:, plants],
    )
    sums = settled_sums(rest, key, stage.sheet, by_plant=stage.by_plant)
    full = _nothing(stage)
    full.shared_kwh[plants] = sums.shared_kwh
    lanes = plants if stage.by_plant else np.zeros(1, dtype=np.int64)
    full.local_kwh[np.ix_(lanes, np.arange(sums.local_kwh.shape[1]), members)] = sums.local_kwh
    return full


def _nothing(stage: Baseline) -> KeySums:
    members, plants = len(stage.context.participants), len(stage.context.plants)
    lanes = plants if stage.by_plant else 1
    return KeySums(np.zeros((lanes, len(stage.sheet.starts) - 1, members)), np.zeros(plants))


def subset_outcome(stage: Baseline, sums: KeySums, members: IntArray, plants: IntArray) -> SubsetOutcome:
    """Outcome of a subset from the sums of its participants and plants, in arrays of all of them."""
    makes = _column_mask(plants, len(sums.shared_kwh))
    surplus = np.maximum(stage.made_kwh.sum(axis=1) * makes - sums.shared_kwh, 0.0)
    saving, gain = np.zeros(len(sums.received_kwh)), np.zeros(len(sums.shared_kwh))
    if stage.prices is None:
        saving[members], gain[plants] = np.nan, np.nan
    else:
        local = _by_slot(stage, sums)
        saving[members] = _savings(stage, stage.prices, local, members, plants)
        gain[plants] = _gains(stage, stage.prices, local, sums.shared_kwh, surplus)[plants]
    return SubsetOutcome(sums.received_kwh, saving, sums.shared_kwh, surplus, gain)


def _by_slot(stage: Baseline, sums: KeySums) -> FloatArray:
    """Return local kWh by slot of each participant's own clock, from each plant or all of them, (M, N, S)."""
    local: FloatArray = np.einsum("mgn,ngs->mns", sums.local_kwh, stage.is_in_slot)
    return local


def option_taken(stage: Baseline, choice: KeyChoice) -> BoolArray:
    """Participants that take the ACC option of the TURPE under a key, where open and cheaper, (N,).

    Raises:
        InputError: parameters that the key cannot use.
    """
    members, plants = len(stage.context.participants), len(stage.context.plants)
    if stage.prices is None or not stage.prices.terms.option_counted or not plants:
        return np.zeros(members, dtype=np.bool_)
    key = build_key(choice.name, choice.parameters, stage.context)
    (sums,) = _sums(stage, [key], np.arange(members), np.arange(plants))
    received = _by_slot(stage, sums).sum(axis=0)
    return option_gain_eur(stage.prices.terms, stage.consumption_kwh, received) > 0.0


def _savings(
    stage: Baseline, prices: PriceBook, local: FloatArray, members: IntArray, plants: IntArray
) -> FloatArray:
    terms = prices.terms.part(members, plants if stage.by_plant else np.arange(min(1, len(plants))))
    lanes = plants if stage.by_plant else np.arange(len(terms.local_accise_ratio))
    return savings_eur_ht(terms, stage.consumption_kwh[members], local[np.ix_(lanes, members)])


def _gains(
    stage: Baseline, prices: PriceBook, local: FloatArray, shared: FloatArray, surplus: FloatArray
) -> FloatArray:
    terms, plants = prices.terms, stage.context.plants
    if stage.by_plant:
        sold = priced(local, terms.local_eur_per_kwh).sum(axis=1)
    else:
        sold = shared * (terms.local_eur_per_kwh[0, 0, 0] if len(plants) else 0.0)
    lost = np.full(len(plants), np.nan)
    for i, (plant, contract) in enumerate(zip(plants, prices.contracts, strict=True)):
        if contract is not None:
            everything = paid_surplus_kwh(
                contract, plant.kwp, surplus[i] + shared[i], 0.0, prices.period_years
            )
            rest = paid_surplus_kwh(contract, plant.kwp, surplus[i], shared[i], prices.period_years)
            lost[i] = (everything - rest) * contract.eur_per_kwh
    gains: FloatArray = sold - lost
    return gains
