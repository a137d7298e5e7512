"""Which sites and roofs may stand together: one regime of the law for all, its power, its public bodies.

Sets of sites and roofs are bits of an int, sites first. Nothing unsure is taken as allowed: a missing
position, one known by its commune only, a distance within the margin of the limit, an unknown class, EPCI or
owner keep two apart.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from acc.arrays import BoolArray
from acc.rules.epci import outside_mainland
from acc.rules.largest_group import bits_of, positions_of
from acc.rules.perimeter import Members, PerimeterRules
from acc.scenario import Regime

ORDER = (Regime.KM_2, Regime.KM_10, Regime.KM_20, Regime.EPCI)
"""The regimes that may be used, the simplest to obtain first; all but the first need a derogation."""

MOST_PLACES = 1_000
"""Largest sets of a regime that are listed: of more, none is."""


class TooManyPlacesError(Exception):
    """So many sites overlap that the places of the law cannot be listed."""


@dataclass(frozen=True, slots=True)
class LawfulPlace:
    """Where an operation may stand: a largest set of sites and roofs of which all may stand together."""

    regime: Regime
    bits: int
    cap_kwp: float


@dataclass(frozen=True, slots=True, eq=False)
class GroupLaw:
    """Who may stand with whom.

    Attributes:
        sites: how many participants stand before the roofs.
        near: by regime, for each site and roof, those that may stand with it (itself where it is allowed).
        cap_kwp: by regime, the power that must not be reached; `cap_zni_kwp` outside continental France.
        outside, authorities: sites outside the mainland; those of a commune or of the EPCI, roofs included.
    """

    sites: int
    near: Mapping[Regime, tuple[int, ...]]
    cap_kwp: Mapping[Regime, float]
    cap_zni_kwp: float
    outside: int
    authorities: int

    def regime(self, bits: int, power_kwp: float, regimes: Sequence[Regime] = ORDER) -> Regime | None:
        """Return the simplest of the regimes that allows a group, None when none does."""
        return next(
            (regime for regime in regimes if regime in self.near and self._allows(regime, bits, power_kwp)),
            None,
        )

    def _allows(self, regime: Regime, bits: int, power_kwp: float) -> bool:
        near, left = self.near[regime], bits
        while left:
            lowest = left & -left
            if bits & ~near[lowest.bit_length() - 1]:
                return False
            left ^= lowest
        cap = self.cap_zni_kwp if bits & self.outside else self.cap_kwp[regime]
        return power_kwp < cap and (regime is not Regime.EPCI or bool(bits & self.authorities))

    def reach(self, unit: int, regimes: Sequence[Regime] = ORDER) -> int:
        """Return those that may stand with a site or a roof under some regime."""
        reached = 0
        for regime in regimes:
            near = self.near.get(regime)
            if near is not None and near[unit] >> unit & 1:
                reached |= near[unit]
        return reached & ~(1 << unit)

    def places(self, regimes: Sequence[Regime] = ORDER) -> tuple[LawfulPlace, ...]:
        """Possible places of operations: none inside another of equal or larger power.

        Raises:
            TooManyPlacesError: there are more than `MOST_PLACES`.
        """
        places = []
        for regime in regimes:
            near = self.near.get(regime)
            if near is None:
                continue
            cap = self.cap_kwp[regime]
            places += [LawfulPlace(regime, bits, cap) for bits in cliques(near) if self._may_share(bits)]
        # Outside the mainland another cap holds: the larger of both leaves the bound a bound.
        return tuple(place for at, place in enumerate(places) if not _is_inside(places, at))

    def _may_share(self, bits: int) -> bool:
        return bool(bits >> self.sites) and bool(bits & (1 << self.sites) - 1)


def _is_inside(places: Sequence[LawfulPlace], at: int) -> bool:
    place = places[at]
    wider = [k for k, other in enumerate(places) if _holds(other, place) and k != at]
    return any(k < at or not _holds(place, places[k]) for k in wider)


def _holds(other: LawfulPlace, place: LawfulPlace) -> bool:
    return place.bits & ~other.bits == 0 and place.cap_kwp <= other.cap_kwp


def cliques(near: Sequence[int]) -> Iterator[int]:
    """Yield the maximal sets of which all are near all, as bits (Bron and Kerbosch, 1973, with pivot).

    Raises:
        TooManyPlacesError: there are more than `MOST_PLACES`.
    """
    allowed = [at for at, bits in enumerate(near) if bits >> at & 1]
    others = {at: near[at] & ~(1 << at) & bits_of(allowed) for at in allowed}
    pile = [(0, bits_of(allowed), 0)]
    count = 0
    while pile:
        chosen, candidates, seen = pile.pop()
        if not candidates and not seen:
            count += 1
            if count > MOST_PLACES:
                raise TooManyPlacesError
            if chosen:
                yield chosen
            continue
        pivot = max(positions_of(candidates | seen), key=lambda at: (others[at] & candidates).bit_count())
        for at in positions_of(candidates & ~others[pivot]):
            bit = 1 << at
            pile.append((chosen | bit, candidates & others[at], seen & others[at]))
            candidates, seen = candidates & ~bit, seen | bit


def law_of(members: Members, rules: PerimeterRules) -> GroupLaw:
    """Legal pairs of sites under each regime in force."""
    sites = len(members.participants)
    near = {regime: _as_bits(_near(members, rules, regime)) for regime in ORDER if _in_force(rules, regime)}
    bodies = members.persons
    return GroupLaw(
        sites=sites,
        near=near,
        cap_kwp={regime: _cap_kwp(rules, regime) for regime in near},
        cap_zni_kwp=1000.0 * rules.power_zni_mw.value,
        outside=bits_of(outside_mainland(members)),
        authorities=bits_of([i for i, body in enumerate(bodies) if body.is_local_authority]),
    )


def _near(members: Members, rules: PerimeterRules, regime: Regime) -> BoolArray:
    """Return whether two sites, as they are surely known, may stand together under a regime, (S, S)."""
    if regime is Regime.EPCI:
        _names, place = np.unique([site.epci or "" for site in members.sites], return_inverse=True)
        known = np.array([bool(site.epci) for site in members.sites], dtype=np.bool_)
        together = (place[:, None] == place) & known
        allowed = np.array([body.is_public is True for body in members.persons], dtype=np.bool_)
    else:
        limit_km = rules.distance_km[regime].value * (1.0 - rules.margin_ratio.value)
        together = members.apart.near(limit_km)  # a missing position is near nobody
        allowed = np.array(
            [class_allowed(c.density_class, rules, regime) for c in members.sites], dtype=np.bool_
        )
        allowed[members.approximate] = False  # a commune's middle is no position
    if regime is not Regime.KM_2:
        allowed[outside_mainland(members)] = False
    # In place: of 12,500 sites and roofs each table more would take 160 MB.
    together &= allowed[:, None]
    together &= allowed
    near: BoolArray = together
    return near


def class_allowed(density_class: int | None, rules: PerimeterRules, regime: Regime) -> bool:
    """Return whether a regime surely takes a commune of this class; an unknown one (None) at 2 km only."""
    if regime is Regime.KM_2:
        return True
    lowest, highest = rules.class_min.get(regime), rules.class_max
    if density_class is None or lowest is None or highest is None:
        return False
    return lowest.value <= density_class <= highest.value


def _in_force(rules: PerimeterRules, regime: Regime) -> bool:
    return rules.power_epci_mw is not None if regime is Regime.EPCI else regime in rules.distance_km


def _cap_kwp(rules: PerimeterRules, regime: Regime) -> float:
    epci = rules.power_epci_mw
    figure = epci if regime is Regime.EPCI and epci is not None else rules.power_mw
    return 1000.0 * figure.value


def _as_bits(table: BoolArray) -> tuple[int, ...]:
    packed = np.packbits(table, axis=1, bitorder="little")
    return tuple(int.from_bytes(row.tobytes(), "little") for row in packed)
