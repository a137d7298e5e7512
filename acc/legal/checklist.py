"""The legal checks of an operation, in the order in which they are shown.

What each signs: the statutes of the PMO, and the supplier's contract that the operation meets.

Public money and public places: a grant beside obligation d'achat, a third party on a public roof.
"""

from datetime import date, timedelta
from gettext import gettext as _
from gettext import ngettext

from acc.accounts.person_values import OptionState
from acc.accounts.values import PmoBudget
from acc.household_privacy import HOMES
from acc.i18n import amount, grouped, long_day
from acc.legal.case import LegalCase, holder_of, is_public
from acc.legal.procurement import check_procurement
from acc.rules.check import Check, State
from acc.scenario import Scenario
from acc.sites import ContractCode, Participant, Plant

SHOWN = 3


def check_pmo(case: LegalCase) -> Check:
    """Return whether all are bound in one legal person: sure where one person alone holds everything."""
    count = len(case.holders)
    budget = None if case.money is None else case.money.pmo
    message = _("Choose its form and have its statutes signed by the {count} persons.")
    remedy = "" if count <= 1 else f"{message.format(count=count)} {_budget(budget)}".strip()
    return Check(
        rule="pmo",
        state=State.MET if count <= 1 else State.TO_VERIFY,
        title=_("Producers and participants are bound in one legal person (PMO)"),
        measured=None if budget is None else budget.fees_per_year_eur_ht,
        limit=None if budget is None else budget.usual_yearly_eur[1],
        unit="" if budget is None else "EUR/yr",
        remedy=remedy,
        reference=_("Code de l'énergie, L315-2"),
        confidence="M",
        binding=False,
    )


def _budget(budget: PmoBudget | None) -> str:
    if budget is None:
        return ""
    low, high = budget.usual_yearly_eur
    message = _("Its fees here: {eur} EUR a year; elsewhere {low} to {high} (confidence L).")
    return message.format(eur=amount(budget.fees_per_year_eur_ht), low=amount(low), high=amount(high))


def check_volume(case: LegalCase) -> Check:
    """Check of minimum purchase clauses of supply contracts; homes have no such clause."""
    rows = zip(
        case.scenario.participants,
        case.energy.received_kwh.tolist(),
        case.energy.consumption_kwh.tolist(),
        strict=True,
    )
    parts = {
        m.id: got / need
        for m, got, need in rows
        if m.kind not in HOMES and got > 0.0 and case.is_of(holder_of(m))
    }
    # Equal parts stay in the order of the folder.
    order = sorted(parts, key=lambda name: -(parts[name] // 1e-9))
    return Check(
        rule="supply-volume",
        state=State.TO_VERIFY if parts else State.MET,
        title=_("The supplier's contract lets its buyer take fewer kWh (volume clause)"),
        measured=100.0 * parts[order[0]] if order else None,
        unit="%" if order else "",
        culprits=tuple(order),
        remedy=_volume_remedy(case, order, parts) if order else "",
        reference=_("Contracts of supply: volume clause; no text read"),
        confidence="L",
        binding=False,
    )


def _volume_remedy(case: LegalCase, order: list[str], spared_shares: dict[str, float]) -> str:
    names, moved = {member.id: member.name for member in case.scenario.participants}, case.scenario.moved_ids
    most, text = next((id_ for id_ in order if id_ not in moved), None), _("Read each contract")
    if most is not None:  # of who is not named, the largest is told to nobody
        text = _("Read each contract: {name} would buy {percent:.0f} % fewer kWh from its supplier")
        text = text.format(name=names[most], percent=100.0 * spared_shares[most])
    spared = _not_bought_eur_per_year(case)
    if spared is None:
        return f"{text}."
    return text + _("; together they would buy for {eur} EUR HT less a year.").format(eur=amount(spared))


def _not_bought_eur_per_year(case: LegalCase) -> float | None:
    if case.money is None:
        return None
    firms = {member.id for member in case.points if member.kind not in HOMES}
    bills = [(p.before, p.after) for p in case.money.participants if p.id in firms]
    known = [b.supply_eur_ht - a.supply_eur_ht for b, a in bills if b is not None and a is not None]
    return sum(known) / case.money.period_years if known else None


def check_supply_end(case: LegalCase) -> Check:
    """Check of the date from which each member can take part, with its first-year kWh from the next day."""
    people, on = case.points, case.scenario.on
    silent = [member for member in people if member.contract.until is None]
    later = sorted((m for m in people if (m.contract.until or date.min) >= on), key=_end)
    met = not silent and not later
    full, counted = _first_year_eur(case)
    return Check(
        rule="supply-end",
        state=State.MET if met else State.TO_VERIFY,
        title=_("The contract of each supplier is over when the operation begins"),
        measured=counted,
        limit=full,
        unit="" if full is None else "EUR HT",
        culprits=tuple(member.id for member in (*later, *silent)),
        remedy="" if met else _end_remedy(case, later, len(silent)),
        reference=_("Contracts of supply: end date (`supply_until`)"),
        confidence="M",
        binding=False,
    )


def _end(member: Participant) -> date:
    return member.contract.until or date.min


def _first_year_eur(case: LegalCase) -> tuple[float | None, float | None]:
    """Return the known savings of a whole year, and those of the first year, from each one's first day."""
    if case.money is None or not case.money.known:
        return None, None
    own = {member.id for member in case.points}
    known = {p.id: p.saving_eur_ht or 0.0 for p in case.money.known if p.id in own}
    years = case.money.period_years
    parts = {m.id: first_year_ratio(m.contract.until, case.scenario.on) for m in case.scenario.participants}
    return sum(known.values()) / years, sum(eur * parts[name] for name, eur in known.items()) / years


def first_year_ratio(until: date | None, on: date) -> float:
    """Return the part of the year from `on` that is left once a contract is over; unknown counts it whole.

    >>> first_year_ratio(date(2026, 9, 30), date(2026, 9, 1)) == 335 / 365
    True
    """
    if until is None or until < on:
        return 1.0
    taken = (until - on).days + 1
    return max(0.0, 1.0 - taken / 365.0)


def _end_remedy(case: LegalCase, later: list[Participant], silent: int) -> str:
    begin = _("{name} can begin on {day}")
    shown = [
        begin.format(name=member.name, day=long_day(_end(member) + timedelta(days=1)))
        for member in later[-SHOWN:]
    ]
    if silent:
        message = ngettext(
            "{count} contract without end date (`supply_until`)",
            "{count} contracts without end date (`supply_until`)",
            silent,
        )
        shown.append(message.format(count=silent))
    full, counted = _first_year_eur(case)
    if later and full is not None and counted is not None:
        message = _("first year counted from then: {counted} EUR HT saved, not {full}")
        shown.append(message.format(counted=amount(counted), full=amount(full)))
    return f"{'; '.join(shown)}."


def check_network_option(case: LegalCase) -> Check | None:
    """Check of the members that should take the ACC option of the network tariff; None if nobody gains.

    Low voltage alone, and only where all are behind one HTA/BT substation: see `TurpeOption`.
    """
    if case.money is None:
        return None
    own = {member.id for member in case.points}
    states = {OptionState.CHOSEN, OptionState.TO_VERIFY}
    options = {
        participant.id: participant.option for participant in case.money.participants if participant.id in own
    }
    gains = {
        id_: option.gain_eur_ht
        for id_, option in options.items()
        if option.state in states and option.gain_eur_ht is not None and option.gain_eur_ht > 0.0
    }
    if not gains:
        return None
    eur = sum(gains.values()) / case.money.period_years
    remedy = _("Ask the supplier for it, in writing: {eur} EUR HT a year are counted with it.")
    if any(options[id_].state is OptionState.TO_VERIFY for id_ in gains):
        remedy = _(
            "Ask the grid operator whether all sites are behind one HTA/BT substation: the option would then "
            "spare {eur} EUR HT a year, counted nowhere here."
        )
    return Check(
        rule="network-option",
        state=State.TO_VERIFY,
        title=_("The supplier takes the ACC option of the network tariff, and keeps it"),
        measured=eur,
        unit="EUR HT",
        culprits=tuple(gains),
        remedy=remedy.format(eur=amount(eur)),
        reference=_("CRE, TURPE: ACC option (autoproduit, alloproduit), low voltage"),
        confidence="M",
        binding=False,
    )


PURCHASE_OBLIGATION = "oa-"
"""How the codes of contracts under obligation d'achat start."""


def is_bought(scenario: Scenario, plant: Plant) -> bool:
    """Return whether a plant asks for obligation d'achat."""
    surplus = scenario.prices.surplus if plant.surplus is None else plant.surplus
    return isinstance(surplus, ContractCode) and surplus.code.startswith(PURCHASE_OBLIGATION)


def granted_eur(plant: Plant) -> float:
    """Return the grant of one plant, 0 where none is given."""
    return 0.0 if plant.costs is None or plant.costs.grant_eur is None else plant.costs.grant_eur


def check_aid(case: LegalCase) -> Check:
    """Return whether no grant meets obligation d'achat; a grant of all is whose it is, which no file says."""
    scenario = case.scenario
    common = scenario.finance.grant_eur if scenario.finance else 0.0
    total = common + sum(granted_eur(plant) for plant in case.plants)
    bought = [plant for plant in case.plants if is_bought(scenario, plant)]
    sure = [plant for plant in bought if granted_eur(plant) > 0.0]
    if common > 0.0 and len(bought) == len(case.plants):
        sure = bought
    unsure = bought if common > 0.0 else []
    state = State.NOT_MET if sure else State.TO_VERIFY if unsure else State.MET
    message = _("Give up {eur} EUR of grants, or sell the surplus otherwise; or show that they are apart.")
    return Check(
        rule="aid",
        state=state,
        title=_("No grant is added to obligation d'achat"),
        measured=total,
        unit="EUR",
        culprits=tuple(plant.id for plant in sure or unsure),
        remedy="" if state is State.MET else message.format(eur=grouped(total)),
        reference=_("Arrêté of 6 October 2021 (S21), art. 13")
        if case.grant is None
        else case.grant.reference,
        in_force_from=None if case.grant is None else case.grant.in_force_from,
        confidence="M" if case.grant is None else case.grant.confidence,
        binding=False,
    )


def check_public_domain(case: LegalCase) -> Check:
    """Return whether a third party may stand on a public roof, which asks for a selection first."""
    plants = [plant for plant in case.plants if _may_occupy(case, plant)]
    rent = sum((plant.costs.rent_eur_per_year or 0.0) if plant.costs else 0.0 for plant in plants)
    return Check(
        rule="public-domain",
        state=State.TO_VERIFY if plants else State.MET,
        title=_("No third party has a public roof without a selection"),
        measured=rent if rent > 0.0 else None,
        unit="EUR/yr" if rent > 0.0 else "",
        culprits=tuple(plant.id for plant in plants),
        remedy=_domain_remedy(case, rent) if plants else "",
        reference=_("CG3P, L2122-1-1 (occupation of public domain)"),
        confidence="M",
        binding=False,
    )


def _may_occupy(case: LegalCase, plant: Plant) -> bool:
    """Return whether the roof may be public and another's: known by its meter, else its owner has no site."""
    owner, hosts = case.owner_ids[plant.id], {m.id: holder_of(m) for m in case.scenario.participants}
    if plant.behind in hosts:
        host = hosts[plant.behind]
        return host != owner and is_public(case, host)
    return owner not in hosts.values() and not is_public(case, owner)


def _domain_remedy(case: LegalCase, rent_eur_per_year: float) -> str:
    text = _("If the roof is public: a selection before its owner signs.")
    if rent_eur_per_year <= 0.0:
        return f"{text} " + _("The rent is not known (`rent_eur_per_year`).")
    years = case.scenario.prices.local_years or (
        case.scenario.finance.horizon_years if case.scenario.finance else 1
    )
    message = _("Rent: {eur} EUR over {years} years.")
    return f"{text} " + message.format(eur=amount(rent_eur_per_year * years), years=years)


CHECKS = (
    check_procurement,
    check_pmo,
    check_volume,
    check_supply_end,
    check_aid,
    check_public_domain,
)


def legal_checks(case: LegalCase) -> tuple[Check, ...]:
    """Return every legal check; none makes sharing itself unlawful (`binding` is False).

    Of one person, the option of its network tariff too, where it has one to ask for.
    """
    option = None if case.holder is None else check_network_option(case)
    return (*(check(case) for check in CHECKS), *([] if option is None else [option]))
