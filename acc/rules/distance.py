"""The rules on how far apart the sites may be: distance, density classes, one building.

Arrêté of 21 November 2019, art. 1 and 1 bis, as amended in 2020 and 2023. Around 10 and 20 km are
derogations of the energy minister, so at best "possible on derogation".
"""

from collections import Counter
from gettext import gettext as _

from acc.i18n import decimal, kilometres, long_day
from acc.rules.check import Check, State
from acc.rules.distances import Pair
from acc.rules.perimeter import Leaving, Members, PerimeterRules, QuotedFigure, longest_pair, who_leaves
from acc.scenario import Regime


def check_distance(members: Members, regime: Regime, rules: PerimeterRules) -> list[Check]:
    """Return the check on the two most distant sites, against the limit of the regime.

    The culprits are the fewest sites whose leaving makes the rule hold, those farthest out first.
    """
    figure = rules.distance_km.get(regime)
    if figure is None:
        return [not_in_force(regime, rules)]
    pair = longest_pair(members.distances)
    state = distance_state(members, regime, rules)
    leaving = (
        who_leaves(members.distances, figure.value, len(members.participants))
        if state is State.NOT_MET
        else None
    )
    culprits = leaving.sites if leaving else _uncertain(members, pair, state)
    return [
        Check(
            rule="distance",
            state=state,
            title=_distance_title(members, pair, figure.value, state),
            measured=pair.distance_km if pair else None,
            limit=figure.value,
            unit="km",
            culprits=members.ids(culprits),
            between=members.ids((pair.first, pair.second)) if pair else (),
            remedy=_distance_remedy(members, state, leaving, regime, rules),
            act="" if leaving is None or pair is None else _too_far(pair.distance_km - figure.value),
            **figure.quoted,
        )
    ]


def distance_state(members: Members, regime: Regime, rules: PerimeterRules) -> State:
    """State of the longest pair against the limit of a regime in force."""
    pair = longest_pair(members.distances)
    measured_km = pair.distance_km if pair else 0.0
    limit_km, margin = rules.distance_km[regime].value, rules.margin_ratio.value
    slack_km = members.slack_km
    if measured_km - slack_km > limit_km * (1.0 + margin):
        return State.NOT_MET
    if measured_km + slack_km > limit_km * (1.0 - margin) or members.unplaced:
        return State.TO_VERIFY
    return State.MET if needs_no_derogation(members, rules) else State.ON_DEROGATION


def needs_no_derogation(members: Members, rules: PerimeterRules) -> bool:
    """Return whether the rule of the 2 km surely holds."""
    pair = longest_pair(members.distances)
    limit_km = rules.distance_km[Regime.KM_2].value * (1.0 - rules.margin_ratio.value)
    return not members.unplaced and (pair is None or pair.distance_km + members.slack_km <= limit_km)


def _uncertain(members: Members, pair: Pair | None, state: State) -> tuple[int, ...]:
    """Sites that make the distance uncertain."""
    if state is not State.TO_VERIFY:
        return ()
    return (*members.unplaced, *members.approximate) or ((pair.first, pair.second) if pair else ())


def _distance_title(members: Members, pair: Pair | None, limit_km: float, state: State) -> str:
    if pair is None:
        return _("The two most distant sites are at most {limit:g} km apart").format(limit=limit_km)
    sites = members.sites
    if state is State.NOT_MET:
        return _("{first} and {second} are {distance} apart, {limit:g} at most").format(
            first=sites[pair.first].name,
            second=sites[pair.second].name,
            distance=_beyond(pair.distance_km, limit_km),
            limit=limit_km,
        )
    return _("The two most distant sites, {first} and {second}, are at most {limit:g} km apart").format(
        first=sites[pair.first].name, second=sites[pair.second].name, limit=limit_km
    )


def _distance_remedy(
    members: Members, state: State, leaving: Leaving | None, regime: Regime, rules: PerimeterRules
) -> str:
    limit_km = rules.distance_km[regime].value
    if leaving is not None:
        return " ".join([_leaving_words(members, leaving, limit_km), *_unplaced_words(members)])
    if state is State.TO_VERIFY:
        margin_km = limit_km * rules.margin_ratio.value
        return " ".join([*_near_words(members, limit_km, margin_km), *_unplaced_words(members)])
    if state is State.ON_DEROGATION:
        return derogation_words()
    return "" if regime is Regime.KM_2 else _("No derogation is needed: the 2 km regime holds.")


def _beyond(distance_km: float, limit_km: float) -> str:
    """Return a distance above a limit with the decimals that it takes to read above it."""
    decimals = 1 if distance_km - limit_km >= 0.1 else 3
    return f"{decimal(distance_km, decimals)}\u00a0km"


def _too_far(excess_km: float) -> str:
    text = _("{distance} too far: those named leave, or form another operation.")
    return text.format(distance=kilometres(excess_km))


def _leaving_words(members: Members, leaving: Leaving, limit_km: float) -> str:
    pair = longest_pair(members.distances)
    excess_km = pair.distance_km - limit_km if pair else 0.0
    words = _("{excess} too far. Take out: {names}.").format(
        excess=_metres(excess_km), names=members.places(leaving.sites)
    )
    return words if leaving.proven else f"{words} {unproven_words(leaving)}"


def _metres(length_km: float) -> str:
    """Return a length in metres below 1 km, in km to a tenth above."""
    metres = round(1000.0 * length_km)
    return f"{metres}\u00a0m" if metres < 1000 else f"{decimal(length_km, 1)}\u00a0km"


def unproven_words(leaving: Leaving) -> str:
    """Lower bound in words, when the search for the fewest departures stopped before its end."""
    message = _(
        "The search stopped before its end: {count} sites leave here, and at least {least} must in any case."
    )
    return message.format(count=len(leaving.sites), least=leaving.at_least)


def _near_words(members: Members, limit_km: float, margin_km: float) -> list[str]:
    pair = longest_pair(members.distances)
    if pair is None or pair.distance_km <= limit_km - margin_km:
        return []
    message = _(
        "{metres} m from the limit of {limit:g} km: no text says how to measure, so have the network "
        "operator confirm the distance."
    )
    return [message.format(metres=round(1000.0 * abs(pair.distance_km - limit_km)), limit=limit_km)]


def _unplaced_words(members: Members) -> list[str]:
    missing, near = members.unplaced, members.approximate
    message = _("Give the latitude and longitude of: {names}.")
    words = [message.format(names=members.names(missing))] if missing else []
    if near:
        message = _(
            "Only the commune is known of {names}: distances may change by up to {km}. Give their latitude "
            "and longitude."
        )
        words.append(message.format(names=members.names(near), km=_metres(members.slack_km)))
    return words


def derogation_words() -> str:
    """Procedure of a derogation, in words."""
    return _(
        "The organising body (PMO) asks the energy minister for the derogation, with reasons; it is "
        "valid as long as its conditions hold."
    )


def not_in_force(regime: Regime, rules: PerimeterRules) -> Check:
    """Return the failed check of a regime that did not exist yet."""
    return Check(
        rule="regime",
        state=State.NOT_MET,
        title=_("The regime {regime} is not in force").format(regime=regime),
        remedy=_("It did not exist on {on}: choose another regime, or a later date.").format(
            on=long_day(rules.on)
        ),
    )


def check_density(members: Members, regime: Regime, rules: PerimeterRules) -> list[Check]:
    """Return the check on the density class of every commune; nothing where no derogation is needed."""
    if regime not in rules.distance_km or needs_no_derogation(members, rules):
        return []
    figure = rules.class_min.get(regime)
    if figure is None or rules.class_max is None:
        return [_before_the_grid(rules.distance_km[regime])]
    return [_density_check(members, figure, rules.class_max.value)]


def _density_check(members: Members, figure: QuotedFigure, class_max: float) -> Check:
    classes = {i: site.density_class for i, site in enumerate(members.sites)}
    known = {i: c for i, c in classes.items() if c is not None}
    refused = sorted(
        (i for i, c in known.items() if not figure.value <= c <= class_max), key=known.__getitem__
    )
    unknown = [i for i, c in classes.items() if c is None]
    title = _("Every site stands in a commune of density class {low:g} to {high:g}")
    if refused:
        title = _(
            "Too dense for this perimeter: {communes} (density class {found:g}, {low:g} to {high:g} asked)"
        )
    return Check(
        rule="density",
        state=State.NOT_MET if refused else State.TO_VERIFY if unknown else State.MET,
        title=title.format(
            low=figure.value,
            high=class_max,
            communes=", ".join(_communes(members, refused)),
            found=min(known.values(), default=0),
        ),
        measured=float(min(known.values())) if known else None,
        limit=figure.value,
        culprits=members.ids(sorted(refused, key=known.__getitem__) or unknown),
        remedy=_density_remedy(members, refused, unknown),
        act=_("Those named leave.") if refused else "",
        **figure.quoted,
    )


def _communes(members: Members, indexes: list[int]) -> list[str]:
    sites = members.sites
    return list(Counter(sites[i].commune or sites[i].insee or sites[i].name for i in indexes))


def _density_remedy(members: Members, refused: list[int], unknown: list[int]) -> str:
    if refused:
        return _("Take out: {names}.").format(names=members.places(refused))
    if unknown:
        message = _("Read the class of the commune in INSEE's grid for: {names}.")
        return message.format(names=members.names(unknown))
    return _("The grid in force on the day of the request counts.")


def _before_the_grid(figure: QuotedFigure) -> Check:
    return Check(
        rule="density",
        state=State.TO_VERIFY,
        title=_("The place is isolated, its housing scattered and its population sparse"),
        remedy=_("Before October 2023 the minister judged case by case, without a grid."),
        **figure.quoted,
    )


def check_building(members: Members, regime: Regime, rules: PerimeterRules) -> list[Check]:
    """Return the check that all sites are in one building: positions can only refute it."""
    figure = rules.same_place_km
    pair = longest_pair(members.distances)
    culprits: tuple[int, ...] = ()
    remedy = _("Positions cannot show it: have the land registry or the network operator confirm it.")
    if pair and pair.distance_km - members.slack_km > figure.value:
        leaving = who_leaves(members.distances, figure.value, len(members.participants))
        culprits = leaving.sites
        remedy = _("Too far apart to be one building. Take out: {names}.").format(
            names=members.names(culprits)
        )
        remedy = remedy if leaving.proven else f"{remedy} {unproven_words(leaving)}"
    return [
        Check(
            rule="building",
            state=State.NOT_MET if culprits else State.TO_VERIFY,
            title=_("The sites are not in one building: two are {distance} apart").format(
                distance=kilometres(pair.distance_km)
            )
            if culprits and pair
            else _("Every delivery and injection point is in the same building"),
            measured=pair.distance_km if pair else None,
            limit=figure.value,
            unit="km",
            culprits=members.ids(culprits),
            remedy=remedy,
            **figure.quoted,
        )
    ]
