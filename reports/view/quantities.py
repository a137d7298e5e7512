"""The figures that documents tell, each made here alone, totals of members too.

Members are given by their ids among all outcomes of an operation; all of them are `EVERYBODY`, however they
are asked for. What is not known is nan, and printed as a dash.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from math import nan

from acc.accounts.person_values import PersonMoney
from acc.arrays import FloatArray
from acc.plan.cash_flows import payback as payback_of
from acc.plan.cash_flows import sum_flows
from acc.plan.values import CashFlows, Plan, debt_cover
from acc.result.cancelling import Cancelling, Condition
from acc.result.outcomes import MemberOutcome, Outcomes
from acc.result.result import Result
from acc.sides import loses
from acc.sites import Plant
from reports.format.numbers import EnergyScale
from reports.format.quantity import EVERYBODY, FIRST_YEAR, FULL_ACCISE_YEAR, PLAN, Basis, Notion, Quantity
from reports.view.selection import OwnHomes

Ids = Collection[str] | None
"""Of members; None for all."""

EnergyMaker = Callable[[Result, EnergyScale, Ids], Quantity]
"""Makes an energy of some sites: `shared`, `need`."""

CONNECTED, FULL_ACCISE = "connected", "full accise"
"""Conditions of a value: connections that nobody knows at their upper cost; local kWh bear the accise."""

Ends = tuple[Quantity, Quantity | None]
"""A figure, and the same where connections cost their upper figure; None where none has one."""


def scope(everybody: Outcomes, ids: Ids) -> frozenset[str]:
    """Whose figure it is; an only member is everybody."""
    known = everybody.ids
    return EVERYBODY if ids is None or known <= set(ids) else known & set(ids)


def _of(everybody: Outcomes, ids: Ids) -> MemberOutcome:
    """Outcome of members together: of those whose euros are known, in what is told of the plan too."""
    shown = _among(everybody, ids)
    return replace(shown, members=shown.known or shown.members).together


def _among(everybody: Outcomes, ids: Ids) -> Outcomes:
    return everybody if ids is None else everybody.of(ids)


def gain(everybody: Outcomes, ids: Ids = None) -> Quantity:
    """Gain of members in the period, before the investment, EUR."""
    return _eur(Notion.GAIN, _of(everybody, ids).gain_eur_ht, scope(everybody, ids))


def full_accise_gain(everybody: Outcomes, ids: Ids = None) -> Quantity:
    """Gain of the period if local kWh bore the accise in full, EUR."""
    amount_eur = _of(everybody, ids).full_accise_gain_eur_ht
    return _eur(Notion.GAIN, amount_eur, scope(everybody, ids), year=FULL_ACCISE_YEAR, given=FULL_ACCISE)


def gain_parts(everybody: Outcomes, ids: Ids = None) -> tuple[Quantity, Quantity]:
    """Parts of a gain: without sharing, by sharing alone, EUR."""
    outcome, of = _of(everybody, ids), scope(everybody, ids)
    return (
        _eur(Notion.GAIN_WITHOUT_SHARING, outcome.without_sharing_eur_ht, of),
        _eur(Notion.GAIN_OF_SHARING, outcome.sharing_eur_ht, of),
    )


def value(everybody: Outcomes, ids: Ids = None) -> Quantity:
    """Present value of members over the plan, the investment counted, EUR."""
    return _value(_of(everybody, ids).plan_eur_ht, scope(everybody, ids))


def value_ends(everybody: Outcomes, ids: Ids = None) -> Ends:
    """Present value of members, and where connections cost their upper figure, EUR."""
    connected, of = _of(everybody, ids).connected_plan_eur_ht, scope(everybody, ids)
    return value(everybody, ids), None if connected is None else _value(connected, of, CONNECTED)


def full_accise_value(everybody: Outcomes, ids: Ids = None) -> Quantity:
    """Present value of members if local kWh bear the accise in full, EUR."""
    return _value(_of(everybody, ids).full_accise_plan_eur_ht, scope(everybody, ids), FULL_ACCISE)


def value_parts(everybody: Outcomes, ids: Ids = None) -> tuple[Quantity, Quantity]:
    """Parts of a present value: without sharing, by sharing alone, EUR."""
    without, of = _of(everybody, ids).without_sharing_plan_eur_ht, scope(everybody, ids)
    sharing = nan if without is None else value(everybody, ids).value - without
    return (
        _eur(Notion.VALUE_WITHOUT_SHARING, without, of, basis=Basis.VAT_BORNE, year=PLAN),
        _eur(Notion.VALUE_OF_SHARING, sharing, of, basis=Basis.VAT_BORNE, year=PLAN),
    )


def given(line: Cancelling, everybody: Outcomes, ids: Ids = None) -> tuple[Quantity, Quantity]:
    """Gain of members under a condition, in the year that it tells, and their present value, EUR."""
    of, outcome = scope(everybody, ids), line.of(everybody.ids if ids is None else ids)
    year, condition = _condition(line)
    gain_ = _eur(Notion.GAIN, outcome.gain_eur_ht, of, year=year, given=condition)
    return gain_, _value(outcome.plan_eur_ht, of, condition)


def losers_given(line: Cancelling, everybody: Outcomes, ids: Ids = None) -> tuple[Quantity, Quantity]:
    """Number of losers among members under a condition, in the year that it tells and over the plan."""
    own = [member for id_, member in line.members.items() if ids is None or id_ in ids]
    counts = sum(loses(each.gain_eur_ht) for each in own), sum(loses(each.plan_eur_ht) for each in own)
    return _losers(counts, scope(everybody, ids), *_condition(line))


def _condition(line: Cancelling) -> tuple[str, str]:
    """Year that a condition tells, and its name."""
    if line.condition is Condition.FULL_ACCISE:
        return FULL_ACCISE_YEAR, FULL_ACCISE
    year = str(line.gain_from.year) if line.gain_from else FIRST_YEAR
    if line.condition is Condition.UNCHANGED:
        return year, ""
    return year, f"{line.condition} {line.plant_id or ''}".strip()


def gain_with_vat(everybody: Outcomes, mine: PersonMoney, at_home: OwnHomes | None = None) -> Quantity:
    """Gain of a member who does not recover the VAT on its bills, of one of its homes, EUR."""
    gain_ = _eur(Notion.GAIN, mine.gain_eur, scope(everybody, [mine.id]), basis=Basis.WITH_VAT)
    if at_home is None:
        return gain_
    return replace(gain_, value=gain_.value / at_home.count, basis=_home_basis(at_home))


def for_home(amount: Quantity, at_home: OwnHomes | None) -> Quantity:
    """Amount of a holder as its sheet tells it: where it is a home, that of one home, with the VAT it pays.

    A present value counts that VAT already.
    """
    if at_home is None:
        return amount
    ratio = 1.0 / at_home.count if amount.notion is Notion.VALUE else at_home.bill_ratio
    return replace(amount, value=amount.value * ratio, basis=_home_basis(at_home))


def _home_basis(at_home: OwnHomes) -> Basis:
    return Basis.PER_HOME if at_home.count > 1 else Basis.WITH_VAT


def members(everybody: Outcomes, ids: Ids = None) -> Quantity:
    """Number of members whose euros are known."""
    known = _among(everybody, ids).known
    return Quantity(notion=Notion.MEMBERS, value=len(known), of=scope(everybody, ids))


def winners(everybody: Outcomes, ids: Ids = None) -> Quantity:
    """Number of members who gain in the period."""
    gaining = _among(everybody, ids).winners
    return Quantity(notion=Notion.WINNERS, value=len(gaining), of=scope(everybody, ids))


def losers(everybody: Outcomes, ids: Ids = None) -> tuple[Quantity, Quantity]:
    """Number of members who lose in the period, and over the plan."""
    shown = _among(everybody, ids)
    return _losers((len(shown.losers), len(shown.losers_over_plan)), scope(everybody, ids))


def _losers(
    counts: tuple[int, int], of: frozenset[str], year: str = FIRST_YEAR, condition: str = ""
) -> tuple[Quantity, Quantity]:
    return (
        Quantity(notion=Notion.LOSERS, value=counts[0], of=of, year=year, given=condition),
        Quantity(notion=Notion.LOSERS_OVER_PLAN, value=counts[1], of=of, year=PLAN, given=condition),
    )


def investment(plan: Plan) -> Quantity:
    """Cost of plants before grants, connections as far as they are known, EUR without tax."""
    return _eur(Notion.INVESTMENT, plan.capex_eur_ht + plan.connection_eur_ht, plants_scope(plan), year=PLAN)


def investment_ends(plan: Plan) -> Ends:
    """Cost of plants with connections at their upper figure, then as far as they are known."""
    known = investment(plan)
    if not plan.connection_more_eur_ht:
        return known, None
    return replace(known, value=known.value + plan.connection_more_eur_ht, given=CONNECTED), known


def grants(flows: CashFlows, of: frozenset[str] = EVERYBODY) -> Quantity:
    """Grants of the plan, EUR."""
    return _eur(Notion.GRANT, float(flows.grant_eur.sum()), of, basis=Basis.PLAIN, year=PLAN)


def own_money(flows: CashFlows, of: frozenset[str] = EVERYBODY) -> Quantity:
    """Money of the owners themselves in year 0, EUR."""
    return _eur(Notion.OWN_MONEY, -float(flows.equity_eur_ht[0]), of, basis=Basis.VAT_BORNE)


def loan(flows: CashFlows, of: frozenset[str] = EVERYBODY) -> Quantity:
    """Money that is borrowed, EUR."""
    return _eur(Notion.LOAN, float(flows.loan_eur.sum()), of, basis=Basis.PLAIN, year=PLAN)


def annuity(flows: CashFlows, of: frozenset[str] = EVERYBODY) -> Quantity:
    """Interest and principal of the first year, EUR."""
    return _eur(Notion.ANNUITY, float(flows.debt_service_eur[1]), of, basis=Basis.PLAIN)


def annuity_parts(flows: CashFlows, of: frozenset[str] = EVERYBODY) -> tuple[Quantity, Quantity]:
    """Interest, then principal, of the first year, EUR."""
    paid = annuity(flows, of)
    return (
        replace(paid, value=-float(flows.interest_eur[1]), given="interest"),
        replace(paid, value=-float(flows.principal_eur[1]), given="principal"),
    )


def outlay(by_year_eur: FloatArray, of: frozenset[str]) -> Quantity:
    """Payment of a member in year 0, EUR: grants deducted, VAT that it does not recover counted."""
    return _eur(Notion.OUTLAY, -float(by_year_eur[0]), of, basis=Basis.VAT_BORNE)


def plants_value(plan: Plan) -> Ends:
    """Present value of plants, and where connections cost their upper figure, EUR."""
    known = _eur(Notion.PLANTS_VALUE, plan.npv_eur_ht, plants_scope(plan), basis=Basis.VAT_BORNE, year=PLAN)
    connected = plan.connected
    return known, None if connected is None else replace(known, value=connected.npv_eur_ht, given=CONNECTED)


def payback(plan: Plan) -> Ends:
    """Payback of plants, years; see `paybacks`."""
    return paybacks(Notion.PAYBACK, plan.payback_years, plan.latest_payback_years, plants_scope(plan))


def paybacks(
    notion: Notion, years: float | None, latest: float | None, of: frozenset[str] = EVERYBODY
) -> Ends:
    """Years to pay back, and those at the upper cost of connections: inf where it then never comes."""
    back = Quantity(notion=notion, value=nan if years is None else years, of=of, year=PLAN)
    return back, None if latest is None else replace(back, value=latest, given=CONNECTED)


def payback_without_vat(plan: Plan) -> Quantity:
    """Payback of plants where no VAT is borne, years."""
    flows = plan.flows
    years = payback_of(flows.project_eur_ht - flows.investment_vat_eur - flows.running_vat_eur)[0]
    return replace(paybacks(Notion.PAYBACK, years, None, plants_scope(plan))[0], given="no VAT")


def plants_scope(plan: Plan) -> frozenset[str]:
    """Whose plants a plan counts: those of one owner, or all."""
    return frozenset({plan.owner}) if plan.owner else EVERYBODY


def shared(result: Result, scale: EnergyScale, sites: Ids = None) -> Quantity:
    """Energy that some sites receive, or all, kWh."""
    return _energy(Notion.SHARED, result, result.energy.received_kwh, scale, sites)


def need(result: Result, scale: EnergyScale, sites: Ids = None) -> Quantity:
    """Need of some sites, or of all, after own use, kWh."""
    return _energy(Notion.NEED, result, result.energy.consumption_kwh, scale, sites)


def injected(result: Result, scale: EnergyScale) -> Quantity:
    """Energy that the plants feed in, after own use, kWh."""
    return energy(Notion.INJECTED, float(result.energy.production_kwh.sum()), scale)


def surplus(result: Result, scale: EnergyScale) -> Quantity:
    """Energy that is fed in and finds no taker, kWh."""
    return energy(Notion.SURPLUS, float(result.energy.surplus_kwh.sum()), scale)


def energy(notion: Notion, kwh: float, scale: EnergyScale, case: str = "") -> Quantity:
    """Energy of all; `case`: a key or a scenario that is not the folder's."""
    return Quantity(notion=notion, value=kwh, unit=scale.writer, given=case)


def _energy(notion: Notion, result: Result, kwh: FloatArray, scale: EnergyScale, sites: Ids) -> Quantity:
    own = [n for n, site in enumerate(result.scenario.participants) if sites is None or site.id in sites]
    of = EVERYBODY if len(own) == len(kwh) else frozenset(result.scenario.participants[n].id for n in own)
    return replace(energy(notion, float(kwh[own].sum()), scale), of=of)


def gain_in_case(everybody: Outcomes, ids: Ids, amount_eur: float, case: str) -> Quantity:
    """Gain of members under a key or a price that is not the folder's, EUR."""
    return _eur(Notion.GAIN, amount_eur, scope(everybody, ids), given=case)


def case_worth(amount_eur: float | None, case: str, *, is_value: bool) -> Quantity:
    """Worth of a key or a scenario to all: a present value, or a gain of the period, EUR."""
    if is_value:
        return _value(amount_eur, EVERYBODY, case)
    return _eur(Notion.GAIN, amount_eur, EVERYBODY, given=case)


def saving(result: Result, sites: Ids = None) -> Quantity:
    """Saving of sharing on the bills of some sites, or of those of all that are known, EUR."""
    known = result.money.participants if result.money else ()
    amounts_eur = [site.saving_eur_ht for site in known if sites is None or site.id in sites]
    if sites is None or len(amounts_eur) == len(result.scenario.participants):
        amount_eur = None if result.money is None else result.money.saving_eur_ht
        return _eur(Notion.SAVING, amount_eur, EVERYBODY)
    amount_eur = None if None in amounts_eur else sum(filter(None, amounts_eur))
    return _eur(Notion.SAVING, amount_eur, frozenset(sites))


def shared_of_need(result: Result) -> Quantity:
    """Part of the need of all that is shared, a ratio."""
    return Quantity(notion=Notion.SHARED_OF_NEED, value=result.energy.autoproduction_ratio)


def shared_of_injected(result: Result) -> Quantity:
    """Part of what is fed in that is shared, a ratio."""
    return Quantity(notion=Notion.SHARED_OF_INJECTED, value=result.energy.autoconsommation_ratio)


def peak_power(plants: Sequence[Plant]) -> Quantity:
    """Power of the plants of the first year, kWp."""
    return Quantity(notion=Notion.PEAK_POWER, value=sum(plant.kwp for plant in plants))


def works(plans: Sequence[Plan], everybody: Outcomes) -> Quantity:
    """Payment of owners in year 0, EUR: grants deducted, VAT that they do not recover counted."""
    paid_eur = -sum(float(plan.flows.built_eur[0]) for plan in plans)
    return _eur(Notion.OUTLAY, paid_eur, _owners(plans, everybody), basis=Basis.VAT_BORNE)


def works_before_vat(plans: Sequence[Plan], everybody: Outcomes) -> Quantity:
    """The same without VAT, before grants: what is known of the connections counted, EUR."""
    paid_eur = -sum(float(plan.flows.investment_eur_ht[0]) for plan in plans)
    return _eur(Notion.INVESTMENT, paid_eur, _owners(plans, everybody))


def owners_vat(plans: Sequence[Plan], everybody: Outcomes) -> Quantity:
    """VAT that owners pay on it in year 0 and do not deduct, EUR."""
    vat_eur = -sum(float(plan.flows.investment_vat_eur[0]) for plan in plans)
    return _eur(Notion.WORKS_VAT, vat_eur, _owners(plans, everybody))


def members_loan(plans: Sequence[Plan], everybody: Outcomes, ids: Ids = None) -> Quantity:
    """Loan of the members among some, EUR."""
    own = [plan for plan in plans if ids is None or plan.owner in ids]
    lent_eur = sum(float(plan.flows.loan_eur.sum()) for plan in own)
    return _eur(Notion.LOAN, lent_eur, scope(everybody, ids))


def members_annuity(plans: Sequence[Plan], everybody: Outcomes, ids: Ids = None) -> Quantity:
    """Payment of the same to the lender in the first year, EUR."""
    own = [plan for plan in plans if ids is None or plan.owner in ids]
    paid_eur = sum(float(plan.flows.debt_service_eur[1]) for plan in own)
    return _eur(Notion.ANNUITY, paid_eur, scope(everybody, ids))


def covers(plans: Sequence[Plan], everybody: Outcomes) -> tuple[Quantity, Quantity]:
    """Mean and lowest cover of loans by the plants of who borrows, ratios; nan without any."""
    lent = [plan for plan in plans if plan.dscr_mean is not None]
    lowest, mean = (lent and debt_cover(sum_flows([plan.flows for plan in lent]))) or (nan, nan)
    cover = Quantity(notion=Notion.COVER, value=mean, of=_owners(lent, everybody), year=PLAN)
    return cover, replace(cover, notion=Notion.LOWEST_COVER, value=lowest)


def _owners(plans: Sequence[Plan], everybody: Outcomes) -> frozenset[str]:
    """Owners of some plans; all who build are everybody."""
    of = frozenset(plan.owner for plan in plans)
    builders = {member.id for member in everybody.members if member.plant_ids}
    return EVERYBODY if builders <= of else of


def _value(amount_eur: float | None, of: frozenset[str], condition: str = "") -> Quantity:
    return _eur(Notion.VALUE, amount_eur, of, basis=Basis.VAT_BORNE, year=PLAN, given=condition)


def _eur(
    notion: Notion,
    amount_eur: float | None,
    of: frozenset[str],
    *,
    basis: Basis = Basis.NO_VAT,
    year: str = FIRST_YEAR,
    given: str = "",
) -> Quantity:
    amount = nan if amount_eur is None else amount_eur
    return Quantity(notion=notion, value=amount, of=of, basis=basis, year=year, given=given)


def works_vat(plan: Plan) -> Quantity:
    """VAT paid on plants in year 0 that their owner does not deduct, EUR; the FCTVA comes later."""
    return _eur(Notion.WORKS_VAT, -float(plan.flows.investment_vat_eur[0]), plants_scope(plan), year=PLAN)


def fctva(plan: Plan) -> Quantity:
    """First payment of the FCTVA on plants, that on the works, EUR."""
    back_eur = plan.flows.investment_vat_eur
    amount_eur = next((eur for eur in back_eur.tolist() if eur > 0.0), 0.0)
    return _eur(Notion.FCTVA, amount_eur, plants_scope(plan), year=PLAN)


def upkeep(plan: Plan) -> Quantity:
    """Upkeep of plants in the first year, insurance and network left out, EUR without tax."""
    return _eur(Notion.UPKEEP, -float(plan.flows.opex_eur_ht[1]), plants_scope(plan))
