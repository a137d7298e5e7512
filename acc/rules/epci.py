"""The rules of the EPCI derogation: one territory, public bodies only, a local authority among them.

Arrêté of 21 November 2019 as amended on 21 February 2025. No limit of distance; a company, a shop
or a household closes it to everyone.

The rules on power: the cap of the operation, and the power of one site that bears the accise.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from gettext import gettext as _
from gettext import ngettext

import numpy as np

from acc.i18n import decimal
from acc.rules.check import Check, State
from acc.rules.distance import derogation_words, not_in_force
from acc.rules.perimeter import Members, PerimeterRules, QuotedFigure
from acc.scenario import Regime
from acc.sites import Kind

NOT_MAINLAND = ("2A", "2B", "97", "98")
"""First characters of the INSEE codes outside continental France, where no derogation exists."""


def check_territory(members: Members, regime: Regime, rules: PerimeterRules) -> list[Check]:
    """Return the check that every site lies in the territory of one EPCI with its own taxes."""
    figure = rules.power_epci_mw
    if figure is None:
        return [not_in_force(regime, rules)]
    known = Counter(site.epci for site in members.sites if site.epci)
    main = known.most_common(1)[0][0] if known else None
    outside = [i for i, site in enumerate(members.sites) if site.epci and site.epci != main]
    unknown = [i for i, site in enumerate(members.sites) if not site.epci]
    state, remedy = State.ON_DEROGATION, derogation_words()
    if outside:
        state = State.NOT_MET
        remedy = _("Take out the sites of another EPCI: {names}.").format(names=members.names(outside))
    elif unknown:
        state = State.TO_VERIFY
        remedy = _("Give the commune or the EPCI of: {names}.").format(names=members.names(unknown))
    return [
        Check(
            rule="territory",
            state=state,
            title=_outside_words(len(outside))
            if outside
            else _("Every site lies in the territory of one EPCI"),
            act=_("Those named leave.") if outside else "",
            culprits=members.ids(outside or unknown),
            remedy=remedy,
            **figure.quoted,
        )
    ]


def check_public_bodies(members: Members, regime: Regime, rules: PerimeterRules) -> list[Check]:
    """Return the check that every consumer and every producer has a public-service mission."""
    figure = rules.power_epci_mw
    if figure is None:
        return []
    public = [body.is_public for body in members.persons]
    private = [i for i, is_public in enumerate(public) if is_public is False]
    unknown = [i for i, is_public in enumerate(public) if is_public is None]
    return [
        Check(
            rule="public-bodies",
            state=State.NOT_MET if private else State.TO_VERIFY if unknown else State.MET,
            title=_private_words(len(private))
            if private
            else _("Every consumer and every producer has a public-service mission"),
            act=_("Those named leave.") if private else "",
            culprits=members.ids(private or unknown),
            remedy=_public_remedy(members, private, unknown),
            **figure.quoted,
        )
    ]


def _outside_words(count: int) -> str:
    text = ngettext(
        "{count} site lies outside the EPCI of the others",
        "{count} sites lie outside the EPCI of the others",
        count,
    )
    return text.format(count=count)


def _private_words(count: int) -> str:
    text = ngettext(
        "{count} site is that of a body without a public-service mission",
        "{count} sites are those of bodies without a public-service mission",
        count,
    )
    return text.format(count=count)


def _public_remedy(members: Members, private: list[int], unknown: list[int]) -> str:
    if private:
        message = _(
            "Take out: {names}; or say who has a public-service mission or is a local semi-public company, "
            "SEML (`kind = public`, or `public_mission` in persons.csv)."
        )
        return message.format(names=members.names(private))
    if unknown:
        message = _(
            "Make sure that the owner has a public-service mission: {names} (persons.csv, `kind` or "
            "`public_mission`)."
        )
        return message.format(names=members.names(unknown))
    return ""


def check_local_authority(members: Members, regime: Regime, rules: PerimeterRules) -> list[Check]:
    """Return the check that a commune, or the EPCI itself, takes part."""
    figure = rules.power_epci_mw
    if figure is None:
        return []
    bodies = members.persons
    kinds = {body.kind for body in bodies}
    state, remedy = State.MET, ""
    if Kind.COMMUNE not in kinds and Kind.EPCI in kinds:
        remedy = _("The EPCI that takes part must be the one whose territory holds every site.")
    elif Kind.COMMUNE not in kinds:
        state = State.TO_VERIFY if any(body.is_public is None for body in bodies) else State.NOT_MET
        remedy = _("Invite a commune, or the EPCI, as a consumer or a producer.")
    title = _("A commune or the EPCI takes part")
    if state is State.NOT_MET:
        title = _("No commune takes part, nor the EPCI")
    return [Check(rule="local-authority", state=state, title=title, remedy=remedy, **figure.quoted)]


def check_mainland(members: Members, regime: Regime, rules: PerimeterRules) -> list[Check]:
    """Return a failed check when a derogation is asked for outside continental France, else nothing."""
    outside = outside_mainland(members)
    figure = rules.distance_km.get(regime) or rules.power_epci_mw
    if not outside or figure is None:
        return []
    return [
        Check(
            rule="mainland",
            state=State.NOT_MET,
            title=_("Not in continental France, where alone derogations exist"),
            act=_("Those named leave."),
            culprits=members.ids(outside),
            remedy=_("Take out: {names}.").format(names=members.names(outside)),
            **figure.quoted,
        )
    ]


def outside_mainland(members: Members) -> list[int]:
    """Return the sites whose INSEE code is of Corsica or overseas."""
    return [i for i, site in enumerate(members.sites) if (site.insee or "").startswith(NOT_MAINLAND)]


def check_power(members: Members, regime: Regime, rules: PerimeterRules) -> list[Check]:
    """Return the check that the cumulated peak power stays under the cap; none in one building.

    "Inférieure à": the cap itself is too much. The culprits are the largest plants, as few as it takes.
    """
    figure = _cap(members, regime, rules)
    if figure is None:
        return []
    total_kwp = sum(plant.kwp for plant in members.plants)
    limit_kwp = 1000.0 * figure.value
    excess_kwp = total_kwp - limit_kwp
    culprits = _largest_plants(members, excess_kwp) if excess_kwp >= 0.0 else []
    message = _("Take out more than {kwp} kWp: {names}.")
    return [
        Check(
            rule="power",
            state=State.NOT_MET if culprits else State.MET,
            title=_power_title(figure.value, total_kwp, fails=bool(culprits)),
            measured=total_kwp,
            limit=limit_kwp,
            unit="kWp",
            culprits=members.ids(culprits),
            remedy=message.format(kwp=round(excess_kwp), names=members.names(culprits)) if culprits else "",
            act=_("Take plants out.") if culprits else "",
            **figure.quoted,
        )
    ]


def _power_title(limit_mw: float, total_kwp: float, *, fails: bool) -> str:
    if fails:
        text = _("The plants together reach {total} MW, less than {limit:g} is asked")
        return text.format(total=decimal(total_kwp / 1000.0, 2), limit=limit_mw)
    return _("The plants together stay under {limit:g} MW").format(limit=limit_mw)


def _accise_title(limit_mw: float, state: State) -> str:
    if state is State.NOT_MET:
        text = _("A production site reaches {limit:g} MW: its local kWh bear the accise")
        return text.format(limit=limit_mw)
    text = _("Each production site stays under {limit:g} MW and its local kWh bear no accise")
    return text.format(limit=limit_mw)


def _cap(members: Members, regime: Regime, rules: PerimeterRules) -> QuotedFigure | None:
    if regime is Regime.BUILDING:
        return None
    if outside_mainland(members):
        return rules.power_zni_mw
    return rules.power_epci_mw if regime is Regime.EPCI else rules.power_mw


def _largest_plants(members: Members, excess_kwp: float) -> list[int]:
    """Return the fewest plants whose leaving brings the total under the cap, as positions of sites."""
    order = sorted(range(len(members.plants)), key=lambda plant: -members.plants[plant].kwp)
    leaving: list[int] = []
    for plant in order:
        leaving.append(plant + len(members.participants))
        excess_kwp -= members.plants[plant].kwp
        if excess_kwp < 0.0:
            break
    return leaving


@dataclass(frozen=True, slots=True)
class _OwnersSite:
    """Plants at one place that are one owner's, or that may be where an owner is not known."""

    plants: tuple[int, ...]
    power_kwp: float
    is_sure: bool


def check_accise(members: Members, rules: PerimeterRules) -> list[Check]:
    """Return the check that no production site loses the zero rate of accise.

    A site is what one owner has at one place (plants without position stand alone): the plant of a neighbour
    neither softens nor harms it. The operation stays lawful without it: its kWh are taxed.
    """
    figure = rules.accise_site_mw
    if figure is None or not members.plants:
        return []
    limit_kwp = 1000.0 * figure.value
    sites = _production_sites(members, rules.same_place_km.value)
    over = [site for site in sites if site.power_kwp >= limit_kwp]
    plants = [
        plant + len(members.participants) for plant in sorted({p for site in over for p in site.plants})
    ]
    return [
        Check(
            rule="accise",
            state=_accise_state(over),
            title=_accise_title(figure.value, _accise_state(over)),
            measured=max(site.power_kwp for site in sites),
            limit=limit_kwp,
            unit="kWp",
            culprits=members.ids(plants),
            remedy=_accise_remedy(members, over, plants),
            binding=False,
            **figure.quoted,
        )
    ]


def _accise_state(over: Sequence[_OwnersSite]) -> State:
    if not over:
        return State.MET
    return State.NOT_MET if any(site.is_sure for site in over) else State.TO_VERIFY


def _accise_remedy(members: Members, over: Sequence[_OwnersSite], plants: list[int]) -> str:
    if not over:
        return ""
    if _accise_state(over) is State.NOT_MET:
        message = _("The operation stays lawful, but the local kWh of {names} bear the full rate.")
    else:
        message = _(
            "At one place, and of one owner if those unknown are the same: fill in the owner of {names}, or "
            "ask customs."
        )
    return message.format(names=members.names(plants))


def _production_sites(members: Members, same_place_km: float) -> list[_OwnersSite]:
    """Production sites of each owner by place, then with plants of unknown owners."""
    owners = [plant.person or plant.owner for plant in members.plants]
    unknown = [plant for plant, owner in enumerate(owners) if owner is None]
    sites = [_site(members, [plant], is_sure=True) for plant in unknown]
    for name in dict.fromkeys((*owners, None)):
        own = [plant for plant, owner in enumerate(owners) if owner == name and name is not None]
        sites += [_site(members, place, is_sure=True) for place in places(members, own, same_place_km)]
        wider = places(members, [*own, *unknown], same_place_km) if unknown else []
        sites += [_site(members, place, is_sure=False) for place in wider if len(place) > 1]
    return sites


def _site(members: Members, plants: Sequence[int], *, is_sure: bool) -> _OwnersSite:
    return _OwnersSite(tuple(plants), sum(members.plants[plant].kwp for plant in plants), is_sure)


def places(members: Members, plants: Sequence[int], same_place_km: float) -> list[list[int]]:
    """Return some plants place by place: neighbours within `same_place_km`, step by step."""
    # A plant without position is near nobody: it stands alone.
    near = members.apart.part([len(members.participants) + plant for plant in plants]).near(same_place_km)
    left, by_place = set(range(len(plants))), list[list[int]]()
    while left:
        place, grown = {min(left)}, 0
        while grown != len(place):
            grown = len(place)
            place |= set(np.flatnonzero(near[sorted(place)].any(axis=0)).tolist()) & left
        by_place.append(sorted(plants[index] for index in place))
        left -= place
    return by_place
