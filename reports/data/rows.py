"""Rows of the tables of columns: a plant, a participant, a key, with energies and euros; those to show."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from gettext import gettext as _
from gettext import ngettext
from math import nan
from typing import NamedTuple

from acc.accounts.person_values import PersonMoney
from acc.accounts.persons import pooled
from acc.accounts.values import Money, ParticipantMoney, PlantMoney
from acc.arrays import FloatArray
from acc.fairness import Fairness, fairness_of_each
from acc.indicators import Energy
from acc.result.proposal import Ranking, ranking
from acc.result.result import KeyOutcome, LoadQuality, Result
from acc.scenario import Scenario
from acc.sites import Plant
from acc.units import eur_per_mwh, for_each_kwh
from reports.data.table import Need, Unit
from reports.format.labels import key_title
from reports.view.places import plant_groups
from reports.view.view import KeyView, View


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
    losers: int | None = None
    worst: tuple[str, float | None] | None = None
    money: Money | None = None


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


class PairRows(NamedTuple):
    """What one plant gave to each participant in a month or a tariff slot, column by column."""

    plant: Iterable[str]
    participant: Iterable[str]
    by: Iterable[str]
    name: Iterable[str]
    kwh: FloatArray


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
    measured = fairness_of_each(result.exchange, [outcome.energy.received_kwh for outcome in compared])
    rows = [_key_row(result, outcome, fairness) for outcome, fairness in zip(compared, measured, strict=True)]
    if ranked is None:
        return rows, None
    return [replace(row, losers=count) for row, count in zip(rows, ranked.losers, strict=True)], ranked


def _key_row(result: Result, outcome: KeyOutcome, fairness: Fairness) -> KeyResultRow:
    """Return a key with its fairness, and its euros where they are known."""
    names, money = {p.id: p.name for p in result.scenario.participants}, outcome.money
    return KeyResultRow(
        name=outcome.name,
        title=key_title(outcome.name),
        energy=outcome.energy,
        fairness=fairness,
        saving_eur_ht=money.saving_eur_ht if money else None,
        worst=(names[money.worst.id], money.worst.saving_eur_ht) if money and money.worst else None,
        money=money,
    )


SAVING = "saving_eur_ht"


def shown_needs(view: View) -> set[Need]:
    """Needs met by the documents of a view, for the columns that require them."""
    served = {Need.OWN_USE} if view.has_own_use else set[Need]()
    if not view.has_savings:
        return served
    return served | ({Need.EUROS} if view.result.ranges is None else {Need.EUROS, Need.RANGES})


def shown_participants(view: View) -> list[ParticipantResultRow]:
    """Return the rows that may be shown, those who save or receive most first."""
    return [_participant(view, row) for row in view.order]


def _participant(view: View, row: int) -> ParticipantResultRow:
    group, result = view.groups[row], view.result
    member = group.members[0] if len(group.members) == 1 else None
    id_ = "" if member is None else result.scenario.participants[member].id
    return ParticipantResultRow(
        id=id_,
        name=group.name,
        kind=group.kind,
        consumption_kwh=float(view.need_kwh[row]),
        received_kwh=float(view.chosen.received_kwh[row]),
        saving_eur_ht=float(view.chosen.saving_eur_ht[row]),
        money=result.money.participants[member] if result.money and member is not None else None,
        local_eur_per_mwh=local_eur_per_mwh(view),
        range_eur_ht=saving_range(view, id_) if id_ else None,
    )


def saving_range(view: View, member: str = "") -> tuple[float, float, float] | None:
    """Return low, middle and high of the saving of a member ("" is the group); None when not drawn."""
    return None if view.result.ranges is None else view.result.ranges.get(SAVING, {}).get(member)


def shown_totals(view: View) -> dict[str, float]:
    """Return the totals of participants, which rows need not sum to: some have none, or are known in part."""
    low, _middle, high = saving_range(view) or (nan, nan, nan)
    return {
        "consumption_kwh": view.total_need_kwh,
        "received_kwh": view.chosen.shared_kwh,
        "complement_kwh": float(view.result.energy.complement_kwh.sum()),
        SAVING: view.chosen.total_saving_eur_ht,
        "low_eur_ht": low,
        "high_eur_ht": high,
    }


def shown_plants(view: View) -> list[PlantResultRow]:
    """Return the plants under the names that may be printed."""
    rows = plant_rows(view.result.scenario, view.result.energy, view.result.money)
    return [_plants([rows[i] for i in group.plants], group.name) for group in plant_groups(view)]


def _plants(rows: Sequence[PlantResultRow], name: str) -> PlantResultRow:
    """Return a plant, or several as one, without an id nor euros of its own."""
    if len(rows) == 1:
        return replace(rows[0], name=name)
    return PlantResultRow(
        plant=replace(rows[0].plant, id="", kwp=sum(row.plant.kwp for row in rows)),
        name=name,
        production_kwh=sum(row.production_kwh for row in rows),
        own_use_kwh=sum(row.own_use_kwh for row in rows),
        shared_kwh=sum(row.shared_kwh for row in rows),
        surplus_kwh=sum(row.surplus_kwh for row in rows),
    )


def shown_persons(view: View) -> list[PersonMoney]:
    """Return the persons who may be named, who gain most first, and all the others as one."""
    money, named_ids = view.result.money, view.named_members
    if money is None:
        return []
    named = [person for person in money.persons if person.id in named_ids]
    others = [person for person in money.persons if person.id not in named_ids]
    rows = sorted(named, key=lambda person: -person.gain_eur_ht)
    if not others:
        return rows
    name = ngettext("{count} other person", "{count} other persons", len(others)).format(count=len(others))
    return [*rows, pooled("", name, others)]


def shown_key(key: KeyView, title: str) -> KeyResultRow:
    """Return a key with its totals, under the title of a document."""
    return KeyResultRow(name=key.name, title=title, energy=key.energy, saving_eur_ht=key.total_saving_eur_ht)


def local_eur_per_mwh(view: View) -> float:
    """Return the mean local price; nan when it is not decided."""
    money = view.result.money
    return nan if money is None or money.local_eur_per_kwh is None else eur_per_mwh(money.local_eur_per_kwh)


def shown_unit(view: View, unit: Unit) -> str:
    """Name of a unit in a document, per year where the period is one; empty for none."""
    if unit is Unit.EUR:
        return view.eur_unit
    name = {Unit.KWH: "kWh", Unit.KWH_PER_KWP: _("kWh/kWp")}.get(unit)
    if name is None:
        return _("kWp") if unit is Unit.KWP else ""
    return _("{unit}/year").format(unit=name) if view.is_year else name
