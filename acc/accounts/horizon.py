"""Members and persons over the years of the plan: what each gains each year, and what that is worth today."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from acc.accounts.person_values import PersonMoney, losing_year
from acc.accounts.producers import Plans
from acc.accounts.values import Money, ParticipantMoney
from acc.arrays import FloatArray
from acc.ledger.chart import Account, LedgerChart
from acc.ledger.fill import Block, fill, plant_blocks
from acc.ledger.lines import INVESTMENT_VAT, RUNNING_VAT, TAX, paces_of
from acc.ledger.sums import Entry, PersonGains, brought, entries, person_gains, site_savings_eur, summed
from acc.ledger.year import YearEuros
from acc.plan.plan_terms import PlanTerms
from acc.plan.taxes import losses_kept_eur
from acc.scenario import Scenario


@dataclass(frozen=True, slots=True, eq=False)
class Horizon:
    """The years of the plan, for all: P persons, N sites, years 0 to H.

    Attributes:
        blocks: every payment of every year, taxes on profit apart.
        gains: of persons; `full` where local kWh come to bear the accise in full, `connected` where
            connections that nobody knows cost their upper figure, None where none has one.
        savings_eur, full_savings_eur: of sites, (N, H + 1).
        vat_ratio: on what who does not recover it is billed.
    """

    chart: LedgerChart
    terms: PlanTerms
    blocks: tuple[Block, ...]
    gains: PersonGains
    full: PersonGains
    connected: PersonGains | None
    savings_eur: FloatArray
    full_savings_eur: FloatArray
    vat_ratio: float

    @property
    def entries(self) -> tuple[Entry[FloatArray], ...]:
        """Every payment that plants and operation change in each year, taxes on profit with them."""
        every = np.arange(len(self.chart.persons))
        state = np.full(len(every), self.chart.of(Account.STATE))
        taxes = Block(TAX, every, state, self.gains.tax_eur)
        return tuple(entries(self.chart, (*self.blocks, taxes)))

    @property
    def losses_kept_eur(self) -> float:
        """How much more tax is paid than if the State gave back its part of each loss, worth today."""
        own = self.gains
        more = losses_kept_eur(own.result_eur, own.invested_eur, own.given_eur, own.tax_ratio)
        return float((more @ self.terms.discounting).sum())

    def with_years(self, members: Sequence[ParticipantMoney]) -> tuple[ParticipantMoney, ...]:
        """Return the participants with the saving of each year; those whose euros are unknown stay as is."""
        savings, full = self.savings_eur[:, 1:].tolist(), self.full_savings_eur[:, 1:].tolist()
        return tuple(
            member
            if member.after is None
            else replace(
                member,
                by_year_eur_ht=tuple(savings[n]),
                loses_from_year=losing_year(savings[n]),
                full_accise_loses_from_year=losing_year(full[n]),
            )
            for n, member in enumerate(members)
        )

    def persons_with_years(self, persons: Sequence[PersonMoney]) -> tuple[PersonMoney, ...]:
        """Return the persons with what their years are worth."""
        count, worth = len(persons), self.terms.discounting
        gain, bare, tax = self.gains.gain_eur, self.full.gain_eur, self.gains.tax_eur
        lost = (block for block in self.blocks if block.line in {INVESTMENT_VAT, RUNNING_VAT})
        plant_vat = np.broadcast_to(-brought(lost, count), gain.shape)
        bill_vat = np.broadcast_to(self.gains.bill_vat_eur, gain.shape)
        running = np.broadcast_to(self.gains.running_eur_ht, gain.shape).tolist()
        dear = gain if self.connected is None else self.connected.gain_eur
        values = (np.array([gain, bare, tax, plant_vat, bill_vat, dear]) @ worth).T.tolist()
        known = self.connected is not None
        years_of = (gain.tolist(), bare.tolist(), dear.tolist(), running)
        by_person = zip(persons, values, *years_of, strict=True)
        return tuple(
            replace(
                person,
                npv_eur_ht=of[0],
                full_accise_npv_eur_ht=of[1],
                profit_tax_npv_eur=of[2],
                plant_vat_npv_eur=of[3],
                lost_vat_npv_eur=of[4],
                by_year_eur_ht=tuple(years),
                gain_by_year_eur_ht=tuple(of_years),
                loses_from_year=losing_year(years[1:]),
                full_accise_loses_from_year=losing_year(full[1:]),
                connected_npv_eur_ht=of[5] if known else None,
                connected_by_year_eur_ht=tuple(connected) if known else (),
            )
            for person, of, years, full, connected, of_years in by_person
        )


def horizon_of(chart: LedgerChart, euros: YearEuros, plans: Plans) -> Horizon | None:
    """Return the years of the plan; None without one."""
    if plans.terms is None or plans.flows is None:
        return None
    paces = paces_of(plans.terms, by_year=euros.by_year)
    filled = fill(chart, euros, paces, pairs=True)
    blocks = (*filled.blocks, *plant_blocks(chart, plans.flows))
    gains, left = person_gains(chart, blocks), euros.untaxed_eur * filled.left
    untaxed = left * (paces.dated(euros.fully_taxed_by_year) - paces.dated(euros.taxed_by_year))
    savings = site_savings_eur(filled)
    return Horizon(
        chart=chart,
        terms=plans.terms,
        blocks=blocks,
        gains=gains,
        full=gains.with_more(summed(untaxed * euros.billed_ratio(chart), chart.site, len(chart.persons))),
        connected=_connected(chart, gains, plans),
        savings_eur=savings,
        full_savings_eur=savings - untaxed,
        vat_ratio=euros.vat_ratio,
    )


def _connected(chart: LedgerChart, gains: PersonGains, plans: Plans) -> PersonGains | None:
    """Return the gains where unknown connections cost their upper figure; None where none has one."""
    if plans.connected is None or plans.connected.flows is None:
        return None
    blocks = plant_blocks(chart, plans.connected.flows)
    return gains.with_invested(chart, blocks)


def pays_tax(scenario: Scenario) -> bool:
    """Return whether somebody pays a tax on profit: plants and bills are then taxed together."""
    own = [person.profit_tax_ratio for person in scenario.persons or ()]
    general = 0.0 if scenario.finance is None else scenario.finance.tax_ratio
    return general > 0.0 or any((ratio or 0.0) > 0.0 for ratio in own)


def plants_losses_kept_eur(money: Money) -> float:
    """Return `Horizon.losses_kept_eur` for the plans of producers, each taxed on its plants alone."""
    if money.plan_terms is None:
        return 0.0
    every = [(plan.flows, plan.tax_ratio) for plan in money.plans]
    more = [
        losses_kept_eur(flows.operating_eur_ht, flows.investment_eur_ht, flows.grant_eur, ratio)
        for flows, ratio in every
    ]
    return float(sum(more, np.zeros(1)) @ money.plan_terms.discounting) if more else 0.0
