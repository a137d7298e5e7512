"""What the law says of a state: the lamp, the band of a broken rule, what is to be verified; the map."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from gettext import gettext as _
from gettext import ngettext
from typing import NamedTuple

from acc.result.lawful_plan import LawfulPlan, PlannedOperation
from acc.result.result import Result
from acc.rules.check import Check, State
from acc.scenario import Scenario
from acc.sites import Plant, Site
from reports.format.numbers import fr, plants_count, sites_count, unit
from reports.format.unlawful import doubt_text, left_out_text, operation_worth, perimeter_text, way_text
from reports.format.wording import sentence, word_tables
from reports.page.names import Names
from reports.view.places import KM_PER_DEG


class LawfulGroup(NamedTuple):
    """One operation of a plan.

    Attributes:
        number: from 1, as its outline on the map says.
        title: how many sites and plants.
        text: its worth and its perimeter.
        sets, without, powers: words that make it of the state: its perimeter, who is out, its roofs.
        ids: of its sites and plants.
    """

    number: int
    title: str
    text: str
    sets: tuple[str, ...]
    without: tuple[str, ...]
    powers: tuple[str, ...]
    ids: frozenset[str]


def lawful_groups(scenario: Scenario, plan: LawfulPlan | None) -> tuple[LawfulGroup, ...]:
    """Return the operations of a plan of a state; none where none was looked for."""
    operations = plan.operations if plan else ()
    roofs = {roof.id: roof.kwp for roof in plan.roofs} if plan else {}
    return tuple(_group(scenario, rank, each, roofs) for rank, each in enumerate(operations, start=1))


def _group(
    scenario: Scenario, rank: int, operation: PlannedOperation, powers_kwp: Mapping[str, float]
) -> LawfulGroup:
    ids = frozenset({*operation.participant_ids, *operation.plant_ids})
    out = [site.id for site in (*scenario.participants, *scenario.plants) if site.id not in ids]
    here = (roof for roof in scenario.plants if roof.id in ids)
    moved = [roof for roof in here if roof.kwp != powers_kwp.get(roof.id, roof.kwp)]
    return LawfulGroup(
        rank,
        _("{sites}, {plants}").format(
            sites=sites_count(len(operation.participant_ids)), plants=plants_count(len(operation.plant_ids))
        ),
        _("{worth}, {perimeter}").format(
            worth=operation_worth(operation), perimeter=perimeter_text(operation)
        ),
        () if operation.regime is scenario.regime else (f"perimetre={operation.regime}",),
        tuple(out),
        tuple(f"{roof.id}={powers_kwp[roof.id]:g}" for roof in moved),
        ids,
    )


def outline(points: Sequence[tuple[float, float]], room_share: float) -> tuple[float, float, float, float]:
    """Return the frame around some places, with room: x, y, width, height.

    >>> outline([(1.0, 2.0), (3.0, 3.0)], 0.5)
    (0.5, 1.5, 3.0, 2.0)
    """
    xs, ys = [x for x, _y in points], [y for _x, y in points]
    low_x, low_y = min(xs) - room_share, min(ys) - room_share
    return low_x, low_y, max(xs) + room_share - low_x, max(ys) + room_share - low_y


BARS_KM = (0.01, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
"""Lengths of the scale bar of a map."""

ASPECT = 280.0 / 140.0
"""How much wider than high a map is drawn."""

LETTERS = 0.1
"""The least distance of the letters of the ends of the longest pair, as a part of the width."""

LABEL = 0.4
"""How wide the length of the longest pair and its two letters are, as a part of the width."""

WORST = (State.NOT_MET, State.TO_VERIFY, State.ON_DEROGATION, State.MET)


class Broken(NamedTuple):
    """The band of a broken rule.

    Attributes:
        short: the lamp and how many others there are, for a room.
        culprit: (id, name) of the one site whose leaving mends it, where it is one.
    """

    title: str
    text: str
    short: str
    culprit: tuple[str, str] | None


class Law(NamedTuple):
    """The lamp (state, words), the ends of the longest pair, what to verify, the band where one breaks."""

    state: str
    words: str
    ends: tuple[str, ...]
    pair: tuple[str, ...]
    pair_text: str
    verify: tuple[tuple[str, str, str], ...]
    verify_title: str
    broken: Broken | None


@dataclass(frozen=True, slots=True)
class MapSpot:
    """A site of the map: its place (0 to 1, north at the top), its letter, whether it loses, or is not in."""

    x_share: float
    y_share: float
    is_plant: bool
    letter: str
    is_culprit: bool
    loses: bool = False
    could_come: bool = False


class Map(NamedTuple):
    """The sites of a state, seen from above; a scale bar, as a part of the width, and its words.

    Attributes:
        label_share: where the length of the longest pair is written, above the middle of the two.
        frames: number, x, y, width, height around each lawful group.
    """

    spots: tuple[MapSpot, ...]
    bar_share: float
    bar_text: str
    label_share: tuple[float, float] = (0.5, 0.5)
    frames: tuple[tuple[str, float, float, float, float], ...] = ()


def law_of(result: Result, names: Names) -> Law:
    """Legal status of a result; the worst binding rule decides."""
    binding = [check for check in result.checks if check.binding]
    # What is to be verified with the operator stands in the list below: the lamp is for what is measured.
    measured = [c for c in binding if c.state is State.NOT_MET or c.measured is not None] or binding
    worst = min(measured, key=lambda check: WORST.index(check.state)) if measured else None
    distance = next((check for check in binding if check.rule == "distance"), None)
    pair = distance.between if distance else ()
    verify = [check for check in result.rules if check.state is State.TO_VERIFY]
    broken = [check for check in binding if check.state is State.NOT_MET]
    words = names.veiled(_lamp(worst, distance)) if worst else _("No rule is looked at.")
    return Law(
        state=str(worst.state) if worst else "",
        words=words,
        ends=tuple(names.sites.get(end, end) for end in pair),
        pair=pair,
        pair_text=_km(distance) if distance and pair else "",
        verify=tuple(
            (names.bare(check.title), names.bare(check.remedy), check.reference) for check in verify
        ),
        verify_title=sentence("points-to-verify", len(verify)),
        broken=_broken(broken, names, result.way, words) if broken else None,
    )


def _km(check: Check) -> str:
    return unit(check.measured or 0.0, check.unit, 1)


def _lamp(worst: Check, distance: Check | None) -> str:
    shown = distance if distance and distance.state is worst.state else worst
    if shown.measured is None or shown.rule != "distance":
        words = word_tables()["lamp"]
        return _(words[shown.state]).format(title=shown.title)
    words = word_tables()["perimeter-lamp"]
    return _(words[shown.state]).format(km=_km(shown))


def _broken(broken: Sequence[Check], names: Names, plan: LawfulPlan | None, short: str) -> Broken:
    first = broken[0]
    title = _("Rule broken: {title}").format(title=names.veiled(first.title))
    if first.rule == "distance" and len(first.between) == 2:
        name, other = (names.sites.get(end, end) for end in first.between)
        title = sentence("rule-broken-by-two", one=name, other=other, km=_km(first))
    if len(broken) > 1:
        more = ngettext("and {count} other rule", "and {count} other rules", len(broken) - 1)
        more = more.format(count=len(broken) - 1)
        title, short = (f"{words.removesuffix('.')}, {more}" for words in (title, short))
        title += "."
    text = _("Figures to compare: this scenario cannot be filed.")
    if first.limit is not None and first.rule == "distance":
        limit = _("{limit} at most ({reference}).").format(
            limit=f"{fr(first.limit)}{chr(0xA0)}{first.unit}", reference=_short(first.reference)
        )
        text = f"{limit} {text}"
    text = f"{text} {way_text(plan)}"
    if plan is not None:
        text = " ".join(filter(None, [text, doubt_text(plan), left_out_text(plan)]))
    alone = first.culprits[0] if len(first.culprits) == 1 else None
    return Broken(title, text, short, (alone, names.sites.get(alone, alone)) if alone else None)


def _short(reference: str) -> str:
    """Return a text of law as a bracket holds it: where it was published is left out.

    >>> _short("Arrêté du 21 novembre 2019, art. 1 (JO du 24 novembre 2019)")
    'arrêté du 21 novembre 2019, art. 1'
    """
    text = reference.partition(" (")[0]
    return text[:1].lower() + text[1:]


def obstacle_text(check: Check | None, names: Names) -> str:
    """Obstacle to a site's entry, or a note that no rule examined forbids it."""
    if check is None:
        return _("may come")
    if check.rule == "distance" and check.measured is not None:
        return _("out of the perimeter: {km}").format(km=_km(check))
    return names.veiled(check.title)


def map_of(
    result: Result,
    law: Law,
    groups: Sequence[LawfulGroup] = (),
    losing: frozenset[str] = frozenset(),
    coming: Sequence[Site] = (),
) -> Map:
    """Map of the sites, the longest side of the ground as 0 to 1, with frames around `groups`.

    Who did not agree stands on none that others see, and no pair of which it is an end.

    Args:
        coming: who is not in, and could come.
    """
    within, moved_ids = (*result.scenario.participants, *result.scenario.plants), result.scenario.moved_ids
    sites = [site for site in (*within, *coming) if site.position and site.id not in moved_ids]
    pair = law.pair if moved_ids.isdisjoint(law.pair) else ()
    if not sites:
        return Map((), 0.0, "")
    middle = math.radians(sum(s.position.latitude_deg for s in sites if s.position) / len(sites))
    east = [s.position.longitude_deg * KM_PER_DEG * math.cos(middle) for s in sites if s.position]
    north = [s.position.latitude_deg * KM_PER_DEG for s in sites if s.position]
    wide = max(max(east) - min(east), (max(north) - min(north)) * ASPECT, 0.05)
    plants = {site.id for site in sites if isinstance(site, Plant)}
    inside = {site.id for site in within}
    x0, y0 = (max(east) + min(east)) / 2.0, (max(north) + min(north)) / 2.0
    spots = tuple(
        MapSpot(
            0.5 + (x - x0) / wide,
            0.5 - (y - y0) * ASPECT / wide,
            site.id in plants,
            "AB"[pair.index(site.id)] if site.id in pair else "",
            bool(law.broken and site.id in pair),
            site.id in losing,
            site.id not in inside,
        )
        for site, x, y in zip(sites, east, north, strict=True)
    )
    places = {site.id: (spot.x_share, spot.y_share) for site, spot in zip(sites, spots, strict=True)}
    frames = tuple(
        (str(group.number), *outline([places[id_] for id_ in group.ids & places.keys()], 0.03))
        for group in groups
        if group.ids & places.keys()
    )
    km = max(step for step in BARS_KM if step <= max(wide / 3.0, BARS_KM[0]))
    text = unit(km, "km") if km >= 1.0 else unit(km * 1000.0, "m")
    ends = [spot for spot in spots if spot.letter]
    if len(ends) == 2:
        apart = _letters_apart(ends[0], ends[1])
        spots = (*(spot for spot in spots if not spot.letter), *apart)
        heights = [spot.y_share for spot in apart]
        near = abs(apart[0].x_share - apart[1].x_share) < LABEL  # no room between them: above both
        label = ((apart[0].x_share + apart[1].x_share) / 2.0, min(heights) if near else sum(heights) / 2.0)
        return Map(spots, km / wide, text, label, frames)
    return Map(spots, km / wide, text, frames=frames)


def _letters_apart(map_spot: MapSpot, other: MapSpot) -> tuple[MapSpot, MapSpot]:
    """Return the two ends, moved sideways where the letter of one would hide that of the other.

    >>> here, there = MapSpot(0.5, 0.5, False, "A", False), MapSpot(0.5, 0.5, False, "B", False)
    >>> [round(spot.x_share, 2) for spot in _letters_apart(here, there)]
    [0.45, 0.55]
    >>> _letters_apart(here, replace(there, x_share=0.9))[1].x_share
    0.9
    """
    if math.hypot(map_spot.x_share - other.x_share, (map_spot.y_share - other.y_share) / ASPECT) >= LETTERS:
        return map_spot, other
    middle = (map_spot.x_share + other.x_share) / 2.0
    side = math.copysign(LETTERS / 2.0, other.x_share - map_spot.x_share)
    return replace(map_spot, x_share=middle - side), replace(other, x_share=middle + side)
