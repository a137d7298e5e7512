"""Every regulatory check of an operation, in the order in which they are shown.

A check says whether a rule holds for the regime asked for, who breaks it, by how much, and what to
do. Nothing is assumed: what the folder does not say is "to verify".

Which regime would allow whom: for each, the fewest who must leave for its rules to hold.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from gettext import gettext as _
from types import MappingProxyType

from acc.rules.check import Check, State
from acc.rules.distance import (
    check_building,
    check_density,
    check_distance,
    distance_state,
    needs_no_derogation,
)
from acc.rules.epci import (
    check_accise,
    check_local_authority,
    check_mainland,
    check_power,
    check_public_bodies,
    check_territory,
    outside_mainland,
)
from acc.rules.perimeter import Members, PerimeterRules, smallest_leaving_set
from acc.scenario import Regime

Rule = Callable[[Members, Regime, PerimeterRules], list[Check]]

RULES: Mapping[Regime, tuple[Rule, ...]] = MappingProxyType(
    {
        Regime.KM_2: (check_distance, check_power),
        Regime.KM_10: (check_distance, check_density, check_mainland, check_power),
        Regime.KM_20: (check_distance, check_density, check_mainland, check_power),
        Regime.EPCI: (
            check_territory,
            check_public_bodies,
            check_local_authority,
            check_mainland,
            check_power,
        ),
        Regime.BUILDING: (check_building,),
    }
)
"""What each regime asks of who takes part and where they stand."""

SEVERITY = (State.MET, State.ON_DEROGATION, State.TO_VERIFY, State.NOT_MET)


def worst_state(checks: Iterable[Check]) -> State:
    """Return the state of several rules together: that of the worst."""
    return max((check.state for check in checks), key=SEVERITY.index, default=State.MET)


def checks(members: Members, regime: Regime, rules: PerimeterRules) -> tuple[Check, ...]:
    """Return every check of an operation under the regime it asks for.

    Args:
        members: the active sites and the distances between them.
        rules: the figures in force on the day of the request.
    """
    return (
        *check_perimeter(members, regime, rules),
        *check_accise(members, rules),
        check_network(rules),
        check_meters(),
    )


def check_perimeter(members: Members, regime: Regime, rules: PerimeterRules) -> tuple[Check, ...]:
    """Return the checks of place, of bodies and of power; the first that fails names the other regimes."""
    of_regime = regime_checks(members, regime, rules)
    failed = next((i for i, check in enumerate(of_regime) if check.state is State.NOT_MET), None)
    if failed is not None:
        words = other_regimes(members, regime, rules)
        of_regime[failed] = replace(of_regime[failed], remedy=f"{of_regime[failed].remedy} {words}".strip())
    return tuple(of_regime)


def regime_checks(members: Members, regime: Regime, rules: PerimeterRules) -> list[Check]:
    """Checks of one regime on the members, whatever regime they apply for."""
    return [check for rule in RULES[regime] for check in rule(members, regime, rules)]


def regime_state(members: Members, regime: Regime, rules: PerimeterRules) -> State:
    """Return the state of one regime; who breaks it is not looked for where the distance alone does."""
    if regime in rules.distance_km and distance_state(members, regime, rules) is State.NOT_MET:
        return State.NOT_MET
    return worst_state(regime_checks(members, regime, rules))


def other_regimes(members: Members, regime: Regime, rules: PerimeterRules) -> str:
    """Return a sentence on the regimes that the same members could ask for instead."""
    states = {
        other: regime_state(members, other, rules)
        for other in RULES
        if other not in {regime, Regime.BUILDING}
    }
    opened = [name for name, state in states.items() if state in {State.MET, State.ON_DEROGATION}]
    unsure = [name for name, state in states.items() if state is State.TO_VERIFY]
    if opened:
        return _("Open to the same members: the regime {regimes}.").format(regimes=", ".join(opened))
    if unsure:
        return _("To verify for the same members: the regime {regimes}.").format(regimes=", ".join(unsure))
    return _("No other regime is open to the same members.")


def check_network(rules: PerimeterRules) -> Check:
    """Return the reminder that one operator must run the network of every site: no file says it."""
    figure = rules.distance_km[Regime.KM_2]
    return Check(
        rule="network",
        state=State.TO_VERIFY,
        title=_("Every site is connected to the public network of one operator"),
        remedy=_("Ask the network operator (Enedis or a local company) with the list of delivery points."),
        **figure.quoted,
    )


def check_meters() -> Check:
    """Return the reminder that every site needs a meter read at the settlement step."""
    return Check(
        rule="meters",
        state=State.TO_VERIFY,
        title=_("Every site has a smart meter whose load curve is collected every 15 minutes"),
        remedy=_("Ask the network operator to confirm it for each delivery point."),
        reference=_("Code de l'énergie, D315-1: the settlement step of the imbalances"),
        confidence="M",
    )


REGIMES = (Regime.KM_2, Regime.KM_10, Regime.KM_20, Regime.EPCI)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What one regime would allow.

    Attributes:
        state: with everyone.
        leaving: sites that must leave, as few as it takes, by id.
        staying: the others, by id; empty when the regime is not in force.
        shares: whether a plant and a participant are among them; if not, the regime is of no use.
        state_without: once they have left: "to verify" where a position, a class or an owner is missing.
        checks: of those who stay.
    """

    regime: Regime
    state: State
    leaving: tuple[str, ...]
    staying: tuple[str, ...]
    shares: bool
    state_without: State
    checks: tuple[Check, ...]


def what_if(members: Members, rules: PerimeterRules) -> tuple[Outlook, ...]:
    """Outlook of each regime for the members, 2 km first.

    The largest group that keeps a plant and a participant (exact, but for the power). Sites whose data are
    missing stay, and are to verify.
    """
    return tuple(_outlook(members, regime, rules) for regime in REGIMES)


def _outlook(members: Members, regime: Regime, rules: PerimeterRules) -> Outlook:
    # Largest set of sites for which the rules of a regime may hold.
    if regime is Regime.EPCI:
        kept = _bodies_of_main_epci(members, rules)
    elif regime in rules.distance_km:
        # Largest set in communes that the regime takes, or within 2 km of each other: these need no class.
        allowed = _of_class(members, regime, rules)
        groups = [_within(members, allowed, rules.distance_km[regime].value)]
        if len(allowed) < len(members.sites):
            limit_km = rules.distance_km[Regime.KM_2].value * (1.0 - rules.margin_ratio.value)
            placed = sorted(set(range(len(members.sites))) - set(members.unplaced))
            groups.append(_within(members, placed, limit_km))
        kept = max(groups, key=lambda kept: (_shares(members, kept), len(kept)))
    else:
        kept = []
    too_much = {name for check in check_power(members.part(kept), regime, rules) for name in check.culprits}
    sites = members.sites
    staying = [index for index in kept if sites[index].id not in too_much]
    leaving = sorted(set(range(len(members.sites))) - set(staying))
    checks = _checks_of(members, staying, regime, rules)
    return Outlook(
        regime=regime,
        state=regime_state(members, regime, rules),
        leaving=members.ids(leaving),
        staying=members.ids(staying),
        shares=_shares(members, staying),
        state_without=worst_state(checks) if staying else State.NOT_MET,
        checks=checks,
    )


def _checks_of(
    members: Members, staying: Sequence[int], regime: Regime, rules: PerimeterRules
) -> tuple[Check, ...]:
    """Checks of the remaining members alone."""
    if not staying:
        return ()
    return tuple(regime_checks(members.part(staying), regime, rules))


def _shares(members: Members, kept: Sequence[int]) -> bool:
    count = len(members.participants)
    return any(index < count for index in kept) and any(index >= count for index in kept)


def _of_class(members: Members, regime: Regime, rules: PerimeterRules) -> list[int]:
    """Return the sites whose commune the regime does not refuse."""
    lowest, highest = rules.class_min.get(regime), rules.class_max
    everyone = list(range(len(members.sites)))
    if lowest is None or highest is None or needs_no_derogation(members, rules):
        return everyone
    outside = set(outside_mainland(members))
    classes = [site.density_class for site in members.sites]
    return [
        index
        for index, density in enumerate(classes)
        if index not in outside and (density is None or lowest.value <= density <= highest.value)
    ]


def _within(members: Members, allowed: Sequence[int], limit_km: float) -> list[int]:
    part = members.part(allowed)
    leaving = set(smallest_leaving_set(part.distances, limit_km, len(part.participants)))
    return [index for place, index in enumerate(allowed) if place not in leaving]


def _bodies_of_main_epci(members: Members, rules: PerimeterRules) -> list[int]:
    """Return the public bodies of the EPCI that holds most of them; what is not known stays.

    An EPCI where they could share, with a commune or the EPCI itself among them, goes first.
    """
    if rules.power_epci_mw is None:
        return []
    outside = set(outside_mainland(members))
    bodies = [
        (index, site.epci)
        for index, (site, body) in enumerate(zip(members.sites, members.persons, strict=True))
        if index not in outside and body.is_public is not False
    ]
    names = sorted({epci for _index, epci in bodies if epci})
    groups = [[index for index, epci in bodies if epci in {name, None}] for name in names]

    def use(kept: Sequence[int]) -> tuple[bool, bool, int]:
        with_authority = check_local_authority(members.part(kept), Regime.EPCI, rules)
        may_be = worst_state(with_authority) is not State.NOT_MET
        return _shares(members, kept), may_be, len(kept)

    return max(groups, key=use, default=[index for index, _epci in bodies])
