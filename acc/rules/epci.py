"""The rules of the EPCI derogation: one territory, public bodies only, a local authority among them.

Arrêté of 21 November 2019 as amended on 21 February 2025. No limit of distance; a company, a shop
or a household closes it to everyone.
"""

from collections import Counter
from gettext import gettext as _
from gettext import ngettext

from acc.rules.check import Check, State
from acc.rules.distance import derogation_words, not_in_force
from acc.rules.perimeter import Members, PerimeterRules
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
