"""Every regulatory check of an operation, in the order in which they are shown.

A check says whether a rule holds for the regime asked for, who breaks it, by how much, and what to
do. Nothing is assumed: what the folder does not say is "to verify".
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from gettext import gettext as _
from types import MappingProxyType

from acc.rules.check import Check, State
from acc.rules.distance import check_building, check_density, check_distance, distance_state
from acc.rules.epci import check_local_authority, check_mainland, check_public_bodies, check_territory
from acc.rules.perimeter import Members, PerimeterRules
from acc.rules.power import check_accise, check_power
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
