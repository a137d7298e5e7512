"""A public buyer's purchase of shared energy is a public contract: its amount beside the threshold."""

from collections.abc import Mapping
from datetime import date
from gettext import gettext as _
from math import ceil

import numpy as np

from acc.bills.bill import local_prices, own_local_price, priced
from acc.i18n import amount, grouped, semicolons
from acc.legal.case import LegalCase, holder_of, is_public, name_of
from acc.rules.check import Check, State
from acc.rules.perimeter import QuotedFigure

IN_FORCE = date(2023, 3, 12)


def bought_eur_per_year(case: LegalCase, *, most: bool = False) -> dict[str, float]:
    """Purchases of local kWh by each public buyer, EUR/year excl. tax, from other persons; nan if unknown.

    What a person receives from its own plants is no purchase. Who buys nothing is left out.

    Args:
        most: where each of its sites receives the upper end of its range, if one was drawn.
    """
    money, scenario = case.money, case.scenario
    if money is None or money.pair_by_slot_kwh is None:
        return {}
    own = [own_local_price(scenario.prices, site) for site in scenario.participants]
    price = local_prices(scenario.prices, [plant.id for plant in scenario.plants], own)
    kwh = money.pair_by_slot_kwh
    # A slot without kWh needs no price.
    paid = priced(kwh, price.reshape(kwh.shape)) / money.period_years
    owner = np.array([case.owner_ids[plant.id] for plant in scenario.plants], dtype=object)
    bought: dict[str, float] = {}
    for n, member in enumerate(scenario.participants):
        buyer = holder_of(member)
        eur = float(paid[owner != buyer, n].sum()) * (_most_ratio(case, n) if most else 1.0)
        if case.is_of(buyer) and is_public(case, buyer) and eur != 0.0:
            bought[buyer] = bought.get(buyer, 0.0) + eur
    return bought


def _most_ratio(case: LegalCase, site: int) -> float:
    """Return how many times what a site receives it receives at most, by the range that was drawn."""
    received = float(case.energy.received_kwh[site])
    most = case.most_received_kwh.get(case.scenario.participants[site].id, received)
    return max(1.0, most / received) if received > 0.0 else 1.0


def check_procurement(case: LegalCase) -> Check:
    """Return whether some public buyer's purchases over the contract owe a procedure, and which one."""
    if not _has_public_buyer(case):
        return _check(case, State.MET, _("No public buyer buys shared energy from another person"))
    if case.money is None or case.procurement is None:
        title = _("Purchases of shared energy by public buyers are public contracts")
        return _check(case, State.TO_VERIFY, title, remedy=_("Decide a local price to know their amount."))
    bought = bought_eur_per_year(case)
    years = case.scenario.prices.local_years
    if not bought:
        title, least = _("Public buyers pay nothing for shared energy"), case.dispense or case.procurement
        return _check(case, State.MET, title, measured=0.0, limit=least.value)
    largest = max(bought, key=bought.__getitem__)
    if years is None:
        return _without_length(case, bought, largest)
    return _over_the_contract(case, bought, largest, years)


def _has_public_buyer(case: LegalCase) -> bool:
    owners = set(case.owner_ids.values())
    buyers = {holder_of(member) for member in case.points}
    return any(is_public(case, buyer) and owners - {buyer} for buyer in buyers)


def _without_length(case: LegalCase, bought_per_year: dict[str, float], largest: str) -> Check:
    assert case.procurement is not None  # the caller looked
    message = _(
        "Say for how long (`local_years`): {name} buys for {eur} EUR HT a year, the formal procedure is "
        "reached in {years} years."
    )
    yearly = bought_per_year[largest]
    years = ceil(case.procurement.value / yearly)
    return _check(
        case,
        State.TO_VERIFY,
        _("Purchases of shared energy by public buyers are public contracts, of a length not yet said"),
        culprits=_points(case, {largest}),
        remedy=message.format(name=name_of(case, largest), eur=amount(yearly), years=years),
    )


def _over_the_contract(case: LegalCase, bought_per_year: dict[str, float], largest: str, years: int) -> Check:
    assert case.procurement is not None  # the caller looked
    least = case.dispense or case.procurement
    eur = {buyer: years * yearly for buyer, yearly in bought_per_year.items()}
    formal = _reached(eur, case.procurement.value)
    adapted = _reached(eur, least.value) - formal
    most_eur = {buyer: years * yearly for buyer, yearly in bought_eur_per_year(case, most=True).items()}
    perhaps_formal = _reached(most_eur, case.procurement.value) - formal
    perhaps = _reached(most_eur, least.value) - formal - adapted
    threshold = case.procurement if formal else least
    title = _("Public contract: {name} buys for {eur} EUR HT in {years} years, threshold {limit}").format(
        name=name_of(case, largest), eur=amount(eur[largest]), years=years, limit=grouped(threshold.value)
    )
    remedies = [_formal_procedure()] if formal else []
    remedies += [_adapted_procedure(least)] if adapted else []
    if perhaps_formal:
        remedies.append(_in_range(case, perhaps_formal, most_eur, case.procurement))
    elif perhaps:
        remedies.append(_in_range(case, perhaps, most_eur, least))
    owing = formal | adapted | perhaps | perhaps_formal
    return _check(
        case,
        State.TO_VERIFY if owing else State.MET,
        title,
        measured=eur[largest],
        limit=threshold.value,
        culprits=_points(case, owing),
        remedy=" ".join(remedies),
    )


def _reached(bought_eur: Mapping[str, float], limit_eur: float) -> set[str]:
    return {buyer for buyer, amount_eur in bought_eur.items() if amount_eur >= limit_eur}


def _in_range(case: LegalCase, buyers: set[str], most_eur: Mapping[str, float], limit: QuotedFigure) -> str:
    """Return that purchases may reach a threshold within the range of what is received."""
    buyer = max(buyers, key=most_eur.__getitem__)
    message = _(
        "{name} may buy for up to {most} EUR HT by the range of what it receives: count on the procedure "
        "owed from {limit} EUR HT, or sign for fewer years."
    )
    return message.format(name=name_of(case, buyer), most=amount(most_eur[buyer]), limit=grouped(limit.value))


def _formal_procedure() -> str:
    return _(
        "A formal procedure before signing, unless in-house or public cooperation; or a shorter contract, "
        "whose length follows depreciation."
    )


def _adapted_procedure(least: QuotedFigure) -> str:
    message = _(
        "Publicity and competition before signing, from {least} EUR HT (adapted procedure), unless in-house "
        "or public cooperation."
    )
    return message.format(least=grouped(least.value))


def _points(case: LegalCase, holders: set[str]) -> tuple[str, ...]:
    return tuple(member.id for member in case.scenario.participants if holder_of(member) in holders)


def _check(
    case: LegalCase,
    state: State,
    title: str,
    *,
    measured: float | None = None,
    limit: float | None = None,
    culprits: tuple[str, ...] = (),
    remedy: str = "",
) -> Check:
    threshold = case.procurement
    text = _("Code de l'énergie, L331-5 (public contract)")
    references = [figure.reference for figure in (threshold, case.dispense) if figure is not None]
    return Check(
        rule="procurement",
        state=state,
        title=title,
        measured=measured,
        limit=limit,
        unit="" if measured is None else "EUR HT",
        culprits=culprits,
        remedy=remedy,
        reference=text if threshold is None or measured is None else semicolons([text, *references]),
        in_force_from=IN_FORCE,
        confidence="H" if threshold is None or measured is None else threshold.confidence,
        binding=False,
    )
