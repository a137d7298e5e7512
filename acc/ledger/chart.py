"""Who is behind each site and each plant: the accounts that a ledger moves euros between."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np

from acc.arrays import BoolArray, FloatArray, IntArray
from acc.finance import Finance
from acc.holders import holders_of
from acc.scenario import Scenario
from acc.sites import Person, Plant


class Account(StrEnum):
    """Who is no person of the operation, and pays or receives."""

    SUPPLIERS = "suppliers"
    NETWORK = "network"
    STATE = "state"
    """Accise, and the VAT that is not recovered."""
    CTA = "cta"
    """Pensions of the electricity and gas industries, paid by the contribution tarifaire."""
    PMO = "pmo"
    MARKET = "surplus-buyers"
    """Who buys the surplus."""
    WORKS = "works"
    """Who builds and runs the plants for their owners."""
    LEFT_OUT = "left-out"
    """Sites whose euros are unknown, and who buy local kWh all the same."""
    POOL = "pool"
    """Where buyers pay and sellers are paid, when who bought from whom is not told: it keeps nothing."""


OUTSIDE = tuple(Account)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LedgerChart:
    """The accounts of a scenario: P persons, N sites, M plants. A number is a person's, then an account's.

    Attributes:
        persons: ids, in the order in which sites and then plants name them.
        site, plant: the person of each site, (N,), and of each plant, (M,).
        host: whose bill the own use of each plant spares, (M,): its owner's on the network.
        landlord: who receives its rent, (M,).
        tax_ratio: on the profit of each person, (P,); 0 where it pays none.
        bears_vat, host_bears_vat: sites that recover no VAT, (N,); plants behind the meter of one, (M,).
    """

    persons: tuple[str, ...]
    site: IntArray
    plant: IntArray
    host: IntArray
    landlord: IntArray
    tax_ratio: FloatArray
    bears_vat: BoolArray
    host_bears_vat: BoolArray

    @property
    def names(self) -> tuple[str, ...]:
        """Ids of persons, then accounts outside."""
        return (*self.persons, *OUTSIDE)

    @property
    def buys_itself_and_others(self) -> bool:
        """Whether a site that bears VAT may buy of its own plants and of others: VAT is on these."""
        own = self.bears_vat & (self.plant[:, None] == self.site)
        return bool((own.any(axis=0) & ~own.all(axis=0)).any())

    def of(self, account: Account) -> int:
        """Return the number of an account outside."""
        return len(self.persons) + OUTSIDE.index(account)


class Owned(Protocol):
    """A plant that somebody owns, priced or earning."""

    @property
    def owner(self) -> str:
        """Return the producer: a participant's id, a third party's name, or the plant's own id."""


def chart_of(scenario: Scenario, plants: Sequence[Owned], recovers_vat: Sequence[bool]) -> LedgerChart:
    """Return the accounts of a scenario.

    Args:
        plants: in the order of the scenario.
        recovers_vat: of each site, as counted.
    """
    of_site, of_plant = holders(scenario, plants)
    persons = tuple(dict.fromkeys((*of_site, *of_plant)))
    number = {person: at for at, person in enumerate(persons)}
    row = {site.id: n for n, site in enumerate(scenario.participants)}
    behind = [row.get(plant.behind or "") for plant in scenario.plants]
    hosts = [owner if n is None else of_site[n] for n, owner in zip(behind, of_plant, strict=True)]
    works = len(persons) + OUTSIDE.index(Account.WORKS)
    bears = [not recovers for recovers in recovers_vat]
    taxes = {} if scenario.finance is None else tax_ratios(scenario, of_plant, scenario.finance)
    return LedgerChart(
        persons=persons,
        site=_numbers([number[person] for person in of_site]),
        plant=_numbers([number[person] for person in of_plant]),
        host=_numbers([number[person] for person in hosts]),
        landlord=_numbers([number.get(landlord, works) for landlord in landlords_of(scenario)]),
        tax_ratio=np.array([taxes.get(person, 0.0) for person in persons], dtype=np.float64),
        bears_vat=np.array(bears, dtype=np.bool_),
        host_bears_vat=np.array([n is not None and bears[n] for n in behind], dtype=np.bool_),
    )


def holders(scenario: Scenario, plants: Sequence[Owned]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the person of each participant and of each plant, by id; see `holders_of`."""
    return holders_of(scenario, [owned.owner for owned in plants])


def owner_of(scenario: Scenario, plant: Plant) -> Person | None:
    """Return the person who owns a plant, where `persons.csv` tells of it: by id, by name, by its site."""
    sites = {site.id: site.person for site in scenario.participants}
    names = {plant.producer, sites.get(plant.producer)}
    return next((p for p in scenario.persons or () if p.id in names or p.name in names), None)


def landlords_of(scenario: Scenario) -> tuple[str, ...]:
    """Who receives the rent of each plant, (M,): a person, or `Account.WORKS` for who holds nothing here."""
    sites, owners = holders_of(scenario, [plant.producer for plant in scenario.plants])
    _sites, named = holders_of(scenario, [plant.landlord or "" for plant in scenario.plants])
    inside = {*sites, *owners}
    return tuple(landlord if landlord in inside else Account.WORKS for landlord in named)


def tax_ratios(scenario: Scenario, of_plant: Sequence[str], finance: Finance) -> dict[str, float]:
    """Profit tax ratio of each taxed person, by id: from `persons.csv`, else `[finance]` for owners."""
    general = dict.fromkeys(of_plant, finance.tax_ratio)
    own = {p.id: p.profit_tax_ratio for p in scenario.persons or () if p.profit_tax_ratio is not None}
    return {id_: ratio for id_, ratio in (general | own).items() if ratio > 0.0}


def _numbers(values: Sequence[int]) -> IntArray:
    return np.array(values, dtype=np.int64)
