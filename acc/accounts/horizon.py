"""Members and persons over the years of the plan: what each gains each year, and what that is worth today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from acc.accounts.ledger import RUNNING_VAT, VAT, LedgerInputs
from acc.accounts.person_values import PersonMoney, YearEntry, losing_year
from acc.accounts.site_years import SiteYears, site_years
from acc.accounts.values import Money, ParticipantMoney, PlantMoney
from acc.accounts.year_ledger import (
    INVESTMENT_VAT,
    TAX,
    PersonYears,
    lines_by_person,
    taxed_years,
    year_ledger,
)
from acc.arrays import FloatArray
from acc.finance import Finance
from acc.ledger.chart import Account, holders, tax_ratios
from acc.plan.cash_flows import present_value_eur
from acc.plan.plan_terms import nominal_discount_ratio
from acc.plan.taxes import profit_eur
from acc.plan.values import Plan
from acc.scenario import Scenario


@dataclass(frozen=True, slots=True, eq=False)
class Horizon:
    """The years of the plan, for all; nothing without a plan.

    Attributes:
        entries: every payment of every year, taxes on profit with them.
        lines: what each line brings each person.
        tax_ratios: tax on profit of each person who pays one.
    """

    finance: Finance | None = None
    sites: SiteYears | None = None
    entries: tuple[YearEntry, ...] = ()
    lines: Mapping[str, Mapping[str, FloatArray]] | None = None
    tax_ratios: Mapping[str, float] | None = None

    def told(self, members: Sequence[ParticipantMoney]) -> tuple[ParticipantMoney, ...]:
        """Return the participants with the saving of each year; those whose euros are unknown stay as is."""
        if self.sites is None:
            return tuple(members)
        savings, full = self.sites.saving_eur, self.sites.full_accise_saving_eur
        return tuple(
            member
            if member.after is None
            else replace(
                member,
                by_year_eur_ht=tuple(savings[n].tolist()),
                loses_from_year=losing_year(savings[n].tolist()),
                full_accise_loses_from_year=losing_year(full[n].tolist()),
            )
            for n, member in enumerate(members)
        )

    def told_person(self, person: PersonMoney, rows: Sequence[int]) -> PersonMoney:
        """Return a person with what its years are worth.

        Args:
            rows: places of its sites among the participants.
        """
        if self.finance is None or self.sites is None:
            return person
        years, full = self._years(person.id), self._years(person.id, untaxed=rows)
        gain, bare = years.gain_eur, full.gain_eur
        return replace(
            person,
            npv_eur_ht=self._worth(gain),
            full_accise_npv_eur_ht=self._worth(bare),
            profit_tax_npv_eur=self._worth(years.tax_eur),
            plant_vat_npv_eur=self._worth(years.paid_eur(INVESTMENT_VAT, RUNNING_VAT)),
            lost_vat_npv_eur=self._worth(years.paid_eur(VAT)),
            by_year_eur_ht=tuple(gain.tolist()),
            loses_from_year=losing_year(gain[1:].tolist()),
            full_accise_loses_from_year=losing_year(bare[1:].tolist()),
        )

    def value_eur(self, id_: str, lines: Mapping[str, FloatArray]) -> float:
        """Return what the years of a person would be worth with other lines, its tax paid."""
        assert self.finance is not None
        ratio = (self.tax_ratios or {}).get(id_, 0.0)
        return self._worth(taxed_years(lines, self.finance.horizon_years, ratio).gain_eur)

    def _years(self, id_: str, *, untaxed: Sequence[int] = ()) -> PersonYears:
        """Return the years of a person, the accise of local kWh paid by the sites of `untaxed`."""
        assert self.finance is not None
        assert self.sites is not None
        lines = dict((self.lines or {}).get(id_, {}))
        if len(untaxed):
            paid = np.concatenate(([0.0], self.sites.untaxed_eur[list(untaxed)].sum(axis=0)))
            lines["accise_eur_ht"] = lines.get("accise_eur_ht", np.zeros_like(paid)) - paid
        return taxed_years(lines, self.finance.horizon_years, (self.tax_ratios or {}).get(id_, 0.0))

    def _worth(self, eur: FloatArray) -> float:
        assert self.finance is not None
        return present_value_eur(eur, nominal_discount_ratio(self.finance))


def horizon_of(
    scenario: Scenario,
    members: Sequence[ParticipantMoney],
    plants: Sequence[PlantMoney],
    plans: Sequence[Plan],
    parts: LedgerInputs,
) -> Horizon:
    """Return the years of the plan, each payment of them, and the taxes on profit that they bear."""
    finance = scenario.finance
    if finance is None or not plans:
        return Horizon()
    of_site, of_plant = holders(scenario, plants)
    sites = site_years(finance, members, parts, parts.internal_eur(of_site, of_plant))
    entries = year_ledger(scenario, plants, plans, parts, sites)
    lines = lines_by_person(entries)
    ratios = tax_ratios(scenario, of_plant, finance)
    taxes = [
        YearEntry(id_, Account.STATE, TAX, taxed_years(lines[id_], finance.horizon_years, ratio).tax_eur)
        for id_, ratio in ratios.items()
        if id_ in lines
    ]
    return Horizon(finance, sites, (*entries, *(tax for tax in taxes if tax.eur.any())), lines, ratios)


def pays_tax(scenario: Scenario) -> bool:
    """Return whether somebody pays a tax on profit: plants and bills are then taxed together."""
    own = [person.profit_tax_ratio for person in scenario.persons or ()]
    general = 0.0 if scenario.finance is None else scenario.finance.tax_ratio
    return general > 0.0 or any((ratio or 0.0) > 0.0 for ratio in own)


def losses_kept_eur(scenario: Scenario, money: Money) -> float:
    """Return how much more tax is paid than if the State gave back its part of each loss, worth today.

    Never negative: a loss is deducted from later profits, or from none.
    """
    finance = scenario.finance
    if finance is None or not money.year_ledger:
        return 0.0
    lines = lines_by_person(entry for entry in money.year_ledger if entry.line != TAX)
    more = 0.0
    for id_, ratio in tax_ratios(scenario, holders(scenario, money.plants)[1], finance).items():
        years = taxed_years(lines.get(id_, {}), finance.horizon_years, ratio)
        more += present_value_eur(years.tax_eur - ratio * years.profit_eur, nominal_discount_ratio(finance))
    return more


def plants_losses_kept_eur(scenario: Scenario, money: Money) -> float:
    """Return the same for the plans of producers, each taxed on its plants alone."""
    more, finance = 0.0, scenario.finance
    if finance is None:
        return 0.0
    for plan in money.plans:
        flows = plan.flows
        profit = profit_eur(flows.operating_eur_ht, flows.investment_eur_ht, flows.grant_eur)
        tax = -flows.tax_eur - plan.tax_ratio * profit
        more += present_value_eur(tax, nominal_discount_ratio(finance))
    return more
