"""Rows of the tables of columns: a plant, a participant, a key, with their energies and their euros."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from math import nan

from acc.accounts.values import Money, ParticipantMoney, PlantMoney
from acc.fairness import Fairness, fairness
from acc.indicators import Energy
from acc.result.proposal import Ranking, ranking
from acc.result.result import KeyOutcome, LoadQuality, Result
from acc.scenario import Scenario
from acc.sites import Plant
from acc.units import eur_per_mwh, for_each_kwh
from reports.data.table import Need
from reports.format.labels import key_title


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantResultRow:
    """One plant over the period, kWh; `name` as the medium may print it, `money` None without euros."""

    plant: Plant
    name: str
    production_kwh: float
    own_use_kwh: float
    shared_kwh: float
    surplus_kwh: float
    money: PlantMoney | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantResultRow:
    """One participant, or several that a document shows together, over the period.

    Attributes:
        id: empty for several together, whose `money` and `quality` are None.
        kind: the code of a participant in data, the word of a row in a document.
        saving_eur_ht: nan or None where it is not known.
        local_eur_per_mwh: the mean local price of the operation; nan when it is not decided.
        range_eur_ht: low, middle and high of the saving over the draws; None when they were not made.
    """

    id: str
    name: str
    kind: str
    consumption_kwh: float
    received_kwh: float
    saving_eur_ht: float | None = None
    money: ParticipantMoney | None = None
    quality: LoadQuality | None = None
    local_eur_per_mwh: float = nan
    range_eur_ht: tuple[float, float, float] | None = None

    @property
    def complement_kwh(self) -> float:
        """What is still bought from suppliers; a rounding below zero would read as a sale."""
        return max(self.consumption_kwh - self.received_kwh, 0.0)

    @property
    def worth_eur_per_mwh(self) -> float:
        """What a local kWh spares; nan for who loses at any price: a worth below zero would say nothing."""
        saving_eur = nan if self.saving_eur_ht is None else self.saving_eur_ht
        for_each = for_each_kwh(saving_eur, self.received_kwh)
        if for_each is None:
            return nan
        worth = eur_per_mwh(for_each) + self.local_eur_per_mwh
        return worth if worth > 0.0 else nan

    @property
    def break_even_eur_per_mwh(self) -> float | None:
        """The supplier's price under which one who gains gains nothing; None for several together."""
        money = self.money
        if money is None or money.loses or money.break_even_supply_eur_per_kwh is None:
            return None
        return eur_per_mwh(money.break_even_supply_eur_per_kwh)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyResultRow:
    """One key on the exchange; `worst` is the member that gains the least, and what it saves, EUR.

    Attributes:
        fairness: None in a document, which does not show it.
    """

    name: str
    title: str
    energy: Energy
    fairness: Fairness | None = None
    saving_eur_ht: float | None = None
    full_accise_saving_eur_ht: float | None = None
    losers: int | None = None
    worst: tuple[str, float | None] | None = None
    everybody_eur_ht: float | None = None
    everybody_npv_eur_ht: float | None = None
    full_accise_everybody_eur_ht: float | None = None


@dataclass(frozen=True, slots=True)
class MonthRow:
    """One month, or one day, of the whole group, kWh."""

    label: str
    production_kwh: float
    consumption_kwh: float
    received_kwh: float
    surplus_kwh: float

    @property
    def complement_kwh(self) -> float:
        """What is still bought from suppliers."""
        return max(self.consumption_kwh - self.received_kwh, 0.0)


@dataclass(frozen=True, slots=True)
class PairRow:
    """What one plant gave to one participant in a month or a tariff slot."""

    plant: str
    participant: str
    by: str
    name: str
    kwh: float


def have(money: Money | None, others: Collection[Need] = ()) -> set[Need]:
    """Needs met by a result, for the columns that require them."""
    return {*others, Need.EUROS} if money is not None else set(others)


def shown_of(result: Result, *others: Need) -> set[Need]:
    """Needs met by a result, for the displayed columns."""
    served = {Need.OWN_USE} if result.energy.own_use_kwh.any() else set()
    return have(result.money, served.union(others))


def plant_rows(scenario: Scenario, energy: Energy, money: Money | None) -> list[PlantResultRow]:
    """Return the plants in the order of the scenario."""
    return [
        PlantResultRow(
            plant=plant,
            name=plant.name,
            production_kwh=float(energy.production_kwh[i]),
            own_use_kwh=float(energy.own_use_kwh[i]),
            shared_kwh=float(energy.shared_kwh[i]),
            surplus_kwh=float(energy.surplus_kwh[i]),
            money=money.plants[i] if money else None,
        )
        for i, plant in enumerate(scenario.plants)
    ]


def participant_rows(result: Result, energy: Energy, money: Money | None) -> list[ParticipantResultRow]:
    """Return the participants in the order of the scenario, under the key of `energy` and `money`."""
    return [
        ParticipantResultRow(
            id=participant.id,
            name=participant.name,
            kind=str(participant.kind),
            consumption_kwh=float(energy.consumption_kwh[i]),
            received_kwh=float(energy.received_kwh[i]),
            saving_eur_ht=money.participants[i].saving_eur_ht if money else None,
            money=money.participants[i] if money else None,
            quality=result.quality[i],
        )
        for i, participant in enumerate(result.scenario.participants)
    ]


def key_rows(result: Result, compared: Sequence[KeyOutcome]) -> tuple[list[KeyResultRow], Ranking | None]:
    """Return keys side by side, who loses in the measure that ranks them, and that ranking."""
    ranked = ranking([outcome.money for outcome in compared])
    rows = [key_row(result, outcome) for outcome in compared]
    if ranked is None:
        return rows, None
    return [replace(row, losers=count) for row, count in zip(rows, ranked.losers, strict=True)], ranked


def key_row(result: Result, outcome: KeyOutcome) -> KeyResultRow:
    """Return a key with its fairness, and its euros where they are known."""
    names, money = {p.id: p.name for p in result.scenario.participants}, outcome.money
    return KeyResultRow(
        name=outcome.name,
        title=key_title(outcome.name),
        energy=outcome.energy,
        fairness=fairness(result.exchange, outcome.energy.received_kwh),
        saving_eur_ht=money.saving_eur_ht if money else None,
        full_accise_saving_eur_ht=money.full_accise_saving_eur_ht if money else None,
        worst=(names[money.worst.id], money.worst.saving_eur_ht) if money and money.worst else None,
        everybody_eur_ht=money.total.gain_eur_ht if money and money.total else None,
        everybody_npv_eur_ht=money.total.npv_eur_ht if money and money.total else None,
        full_accise_everybody_eur_ht=money.total.full_accise_gain_eur_ht if money and money.total else None,
    )
