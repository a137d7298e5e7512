"""Public money and public places: a grant beside obligation d'achat, a third party on a public roof."""

from gettext import gettext as _

from acc.i18n import amount, grouped
from acc.legal.case import LegalCase, holder_of, is_public
from acc.rules.check import Check, State
from acc.scenario import Scenario
from acc.sites import ContractCode, Plant

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
