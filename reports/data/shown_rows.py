"""Rows as a document may show them: in the order of the view, members that stand together as one."""

from collections.abc import Sequence
from dataclasses import replace
from gettext import gettext as _
from gettext import ngettext
from math import nan

from acc.accounts.person_values import PersonMoney
from acc.accounts.persons import pooled
from acc.units import eur_per_mwh
from reports.data.rows import KeyResultRow, ParticipantResultRow, PlantResultRow, plant_rows
from reports.data.table import Need, Unit
from reports.view.places import plant_groups
from reports.view.view import KeyView, View

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
    """Return the totals of participants that rows do not sum to: a hidden row may be known in part."""
    low, _middle, high = saving_range(view) or (nan, nan, nan)
    return {SAVING: view.chosen.total_saving_eur_ht, "low_eur_ht": low, "high_eur_ht": high}


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
