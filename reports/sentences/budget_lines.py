"""The budget of a body, line by line: the note to its treasurer and its deliberation print the same.

Receipts are positive and expenses negative, EUR. VAT on a line is that in force, as the plan counts it; nan
where the status of somebody else decides it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from gettext import gettext as _
from math import isfinite, nan
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

import numpy as np

from acc.i18n import N_
from acc.plan.values import PaybackState, Plan
from acc.result.lending import Treasury
from acc.sites import Vat
from reports.format.gains import payback_quantity
from reports.format.numbers import exact, fr
from reports.format.quantity import Basis, Notion, Quantity
from reports.format.rounding import closed_parts
from reports.format.wording import sentence
from reports.view import quantities

Of: TypeAlias = Callable[[Treasury], float]
Taxed: TypeAlias = Mapping[Vat | None, float]
"""Part of the VAT in force that a line BEARS, by what the body does with VAT; 0 of what it does not say."""

RECEIPTS, EXPENSES, WORKS = N_("running, receipts"), N_("running, expenses"), N_("investment")
"""Sections of a budget."""


BEARS: Taxed = dict.fromkeys((None, *Vat), 1.0)
"""Of who is billed with VAT."""
EXEMPT: Taxed = MappingProxyType({})
"""Of what bears no VAT: a loan, an insurance, a tax, a grant."""
TO_ASK: Taxed = dict.fromkeys((None, *Vat), nan)
"""Where the status of the other side decides."""
OF_SALES: Taxed = {None: nan, Vat.RECOVERED: 1.0}
"""On sales: taxed of who recovers VAT, in franchise of others, unknown where unsaid."""
OF_OTHERS: Taxed = {None: nan, Vat.RECOVERED: nan}
"""On what is sold out of the operation: as its buyer says, but in franchise."""


class BudgetLine(NamedTuple):
    """A line of a budget: its section, its amount in the first year without VAT, its paper, its VAT."""

    section: str
    of: Of
    paper: str = ""
    taxed: Taxed = EXEMPT


def _insurance(book: Treasury) -> float:
    return book.taxed_running_eur_ht - book.budget.running_eur_ht


YEAR_0: Mapping[str, BudgetLine] = MappingProxyType(
    {
        N_("Works, connection"): BudgetLine(
            WORKS, lambda t: -t.works_eur_ht, N_("year 0; book life to be voted"), BEARS
        ),
        N_("Grants"): BudgetLine(WORKS, lambda t: -t.paid_eur("grant_eur", year=0), N_("year 0")),
        N_("Loan"): BudgetLine(WORKS, lambda t: -t.paid_eur("loan_eur", year=0), N_("year 0")),
        N_("FCTVA on the works"): BudgetLine(
            WORKS, lambda _t: 0.0, N_("year {year}, of who has a right to it")
        ),
    }
)
"""What is paid and received for the works, before the first year."""

LINES: Mapping[str, BudgetLine] = MappingProxyType(
    {
        N_("Sales of electricity to members"): BudgetLine(
            RECEIPTS,
            lambda t: t.budget.sold_to_members_eur_ht + t.budget.sold_own_use_eur_ht,
            N_("a titre per buyer and month"),
            OF_SALES,
        ),
        N_("Sales of the surplus"): BudgetLine(
            RECEIPTS,
            lambda t: t.budget.sold_surplus_eur_ht,
            N_("statement of the buyer, then a titre"),
            OF_OTHERS,
        ),
        N_("Rents of roofs"): BudgetLine(
            RECEIPTS, lambda t: t.budget.rent_received_eur_ht, N_("a titre"), OF_OTHERS
        ),
        N_("Electricity bought from members"): BudgetLine(
            EXPENSES,
            lambda t: -t.budget.bought_from_members_eur_ht - t.budget.bought_own_use_eur_ht,
            N_("invoice, then a mandat; no VAT from a seller in franchise"),
            BEARS,
        ),
        N_("Fee of the PMO"): BudgetLine(
            EXPENSES, lambda t: -t.budget.fee_eur_ht, N_("VAT to ask: status of the PMO"), BEARS
        ),
        N_("Upkeep of the plants"): BudgetLine(EXPENSES, lambda t: -t.paid_eur("opex_eur_ht"), "", BEARS),
        N_("Network, points of injection"): BudgetLine(
            EXPENSES, lambda t: -t.paid_eur("injection_turpe_eur_ht"), "", BEARS
        ),
        N_("Insurance and IFER of the plants"): BudgetLine(EXPENSES, _insurance),
        N_("Rents paid for roofs"): BudgetLine(
            EXPENSES, lambda t: -t.budget.rent_paid_eur_ht, N_("VAT to ask: the owner of the roof"), TO_ASK
        ),
        N_("Interest"): BudgetLine(EXPENSES, lambda t: -t.paid_eur("interest_eur")),
        N_("Principal"): BudgetLine(WORKS, lambda t: -t.paid_eur("principal_eur")),
    }
)
"""What is paid and received in the first year; these add up to the balance."""

SALES = "Sales of electricity to members"
"""The line that tells what buyers pay."""
FCTVA = "FCTVA on the works"
"""The line that no amount without tax has."""

MAKERS: Mapping[str, Callable[[Plan], Quantity]] = MappingProxyType(
    {
        "Works, connection": quantities.investment,
        "Grants": lambda plan: quantities.grants(plan.flows, quantities.plants_scope(plan)),
        "Loan": lambda plan: quantities.loan(plan.flows, quantities.plants_scope(plan)),
        "Upkeep of the plants": quantities.upkeep,
    }
)
"""Lines that other documents tell too."""


@dataclass(frozen=True, slots=True)
class BudgetAmounts:
    """A line in euros, without VAT and with it."""

    eur_ht: float
    eur: float

    @property
    def vat_eur(self) -> float:
        """The VAT on it: nan where it is not known."""
        return self.eur - self.eur_ht


def note_line(book: Treasury, owner: str, name: str, text: str) -> None:
    """Note that a document prints a line of a person's budget, for who compares documents to the cent."""
    line = {**YEAR_0, **LINES}[name]
    Quantity(
        notion=Notion.BUDGET_LINE, value=line.of(book), of=frozenset({owner}), basis=Basis.NO_VAT, given=name
    ).note(text)


def lines_eur(book: Treasury) -> dict[str, float]:
    """Amounts of the works and of the first year, EUR without tax, to the euro.

    Those of `LINES` add up to the balance.
    """
    parts = closed_parts([line.of(book) for line in LINES.values()], book.balance_eur, 0)
    works = {name: float(round(line.of(book))) for name, line in YEAR_0.items()}
    return works | dict(zip(LINES, parts, strict=True))


def budget_lines(book: Treasury, vat: Vat | None) -> dict[str, BudgetAmounts]:
    """Return the lines of the works and of the first year that there are, to the euro.

    Args:
        vat: what the body does with the VAT that it pays; None where the folder does not say.
    """
    lines, every = {}, {**YEAR_0, **LINES}
    for name, eur_ht in lines_eur(book).items():
        taxed_ratio = every[name].taxed.get(vat, 0.0)
        lines[name] = BudgetAmounts(eur_ht, with_vat(eur_ht, taxed_ratio, book.vat_ratio))
    if vat is Vat.FCTVA and book.works_vat is not None:
        lines[FCTVA] = BudgetAmounts(0.0, float(round(book.works_vat.franchise_returned_eur)))
    return {name: amounts for name, amounts in lines.items() if amounts != BudgetAmounts(0.0, 0.0)}


def with_vat(eur_ht: float, taxed: float, vat_ratio: float) -> float:
    """Return an amount with the VAT on it, to the euro: nan where its part or its rate is not known.

    >>> with_vat(-1320.0, 1.0, 0.2), with_vat(224.0, 0.0, float("nan")), with_vat(50.0, float("nan"), 0.2)
    (-1584.0, 224.0, nan)
    """
    if taxed == 0.0 or eur_ht == 0.0:
        return eur_ht
    amount = eur_ht * (1.0 + taxed * vat_ratio)
    return float(round(amount)) if isfinite(amount) else nan


def payback_text(plan: Plan) -> str:
    """Return when a plan pays back, without VAT and, where it bears some, with it and what comes back."""
    if plan.payback_state is PaybackState.NO_OUTLAY:
        return ""
    ends = quantities.payback(plan), (quantities.payback_without_vat(plan), None)
    borne, without = (payback_quantity(*end) if end[0].is_known else _("never") for end in ends)
    name = "payback-with-vat" if quantities.works_vat(plan).value else "payback-without-tax"
    return sentence(name, borne=borne, without=without)


def works_text(plan: Plan) -> str:
    """Return the investment of a plan: without tax, the VAT on it that is not deducted, what comes back."""
    works, vat, back = quantities.investment(plan), quantities.works_vat(plan), quantities.fctva(plan)
    later_eur = works.value + float(plan.flows.investment_eur_ht[0])
    later = [sentence("works-later", later=exact(later_eur, "€"))] if later_eur >= 1.0 else []
    name = "works-with-fctva" if back.value else "works-with-vat" if vat.value else "works-without-vat"
    year = fr(int(np.argmax(plan.flows.investment_vat_eur > 0.0)))
    shown = {"works": works.as_("€ exact"), "vat": vat.as_("€ exact"), "back": back.as_("€ exact")}
    return " ".join([sentence(name, **shown, year=year), *later])
