"""Operations of 3 to 60 members and 1 to 20 plants, full of what a document holds, without the engine."""

from dataclasses import replace
from functools import lru_cache

from acc.result.result import Result
from acc.rules.check import Check, State
from acc.scenario import Regime, Scenario
from acc.sites import Kind, Person
from tests.reports.make import MEMBERS, PLANTS, YEAR, make_result, scenario
from tests.reports.make_money import with_leaving
from tests.reports.make_plan import planned
from tests.reports.make_ranges import with_calendar, with_ranges

SIZES, ROOFS = (3, 12, 25, 40, 60), (1, 8, 20)
CELLS = tuple((members, plants) for members in SIZES for plants in ROOFS)
LONG = frozenset({(3, 20), (12, 8), (25, 1), (40, 20), (60, 8)})
"""Where every name has 40 letters."""
UNLAWFUL = frozenset({(3, 8), (12, 20), (25, 8), (40, 20), (60, 1)})
WITHOUT_RANGES = frozenset({(12, 1), (25, 20), (60, 20)})
WITHOUT_EUROS = frozenset({(12, 8), (60, 20)})
COMMUNES = ("Bergerac", "Prigonrieux", "Saint-Pierre-d’Eyraud", "Gardonne", "Monbazillac", "Mouleydier")
WITH_PERSONS = frozenset({(12, 1), (25, 8), (40, 8), (60, 20)})
"""Where a commune holds its sites and a third of the plants."""
TOWN = Person(id="ville", name="Exemple-sur-Dordogne (commune)", kind=Kind.COMMUNE)
PLANTS_KWP = (240.0, 480.0, 300.0, 90.0, 36.0, 100.0, 9.0)
LONG_END = " de la communauté d’agglomération du Bergeracois"


@lru_cache(maxsize=2)
def operation(members: int, plants: int) -> Result:
    """Return an operation: a year of hours, a third of its companies closed, every part filled."""
    cell = (members, plants)
    rows = [_member(index, cell in LONG) for index in range(members)]
    roofs = [_plant(index, cell in LONG) for index in range(plants)]
    given = scenario(rows, roofs, YEAR, step_minutes=60)
    given = replace(
        given,
        participants=tuple(
            replace(
                site,
                publish=site.kind is not Kind.COMPANY or index % 3 > 0,
                commune=COMMUNES[index % len(COMMUNES)] if members > 12 else site.commune,
            )
            for index, site in enumerate(given.participants)
        ),
    )
    if cell in WITH_PERSONS:
        given = _held(given)
    result = make_result(
        given, [row[3] for row in rows], [row[4] for row in rows], others=("static", "equal", "catch-up")
    )
    if cell not in WITHOUT_EUROS:
        result = with_leaving(result)
    if cell not in WITHOUT_RANGES and result.money is not None:
        result = with_ranges(result)
    result = replace(with_calendar(result, 4), checks=_of_its_sites(result))
    return _unlawful(result) if cell in UNLAWFUL else result


def _of_its_sites(result: Result) -> tuple[Check, ...]:
    """Return the checks with sites of this operation in the way."""
    known = {
        site.id.partition("-")[0]: site.id
        for site in (*result.scenario.plants, *result.scenario.participants)
    }
    return tuple(
        replace(
            check,
            culprits=tuple(known.get(id_, "") for id_ in check.culprits if id_ in known),
            between=tuple(known[id_] for id_ in check.between) if set(check.between) <= known.keys() else (),
        )
        for check in result.checks
    )


def _held(given: Scenario) -> Scenario:
    people = tuple(replace(p, person=TOWN.id) if p.kind is Kind.COMMUNE else p for p in given.participants)
    plants = tuple(
        replace(p, person=TOWN.id, owner=TOWN.id) if index % 3 == 0 else p
        for index, p in enumerate(given.plants)
    )
    return replace(given, participants=people, plants=plants, persons=(TOWN,))


def _member(index: int, long: bool) -> tuple[str, str, Kind, float, str, float, float]:
    id_, name, kind, mwh, shape, latitude, longitude = MEMBERS[(index * 5 + 8) % len(MEMBERS)]
    turn, shift = index // len(MEMBERS), 0.0007 * index
    name = f"{name} {turn + 1}" if turn else name
    return (
        f"{id_}-{index}",
        _named(name, long),
        kind,
        mwh / (1.0 + turn),
        shape,
        latitude + shift,
        longitude - shift,
    )


def _plant(index: int, long: bool) -> tuple[str, str, float, float, float]:
    id_, name, _kwp, latitude, longitude = PLANTS[index % len(PLANTS)]
    turn = index // len(PLANTS)
    name = f"{name} {turn + 1}" if turn else name
    kwp = PLANTS_KWP[index % len(PLANTS_KWP)]
    return f"{id_}-{index}", _named(name, long), kwp, latitude + 0.001 * turn, longitude - 0.002 * turn


def _named(name: str, long: bool) -> str:
    return f"{name}{LONG_END}"[:40] if long else name


def _unlawful(result: Result) -> Result:
    """Return an operation that two rules forbid, with what would be lawful."""
    far = result.scenario.participants[0], result.scenario.participants[-1]
    broken = tuple(
        Check(
            rule=rule,
            state=State.NOT_MET,
            title=title,
            measured=21.3,
            limit=20.0,
            unit="km",
            culprits=tuple(site.id for site in result.scenario.participants),
            between=(far[0].id, far[1].id) if rule == "distance" else (),
            remedy="1,3 km de trop. Pour tenir les 20 km, retirez : quelques sites au nord.",
            act="1,3 km de trop : ceux qui sont nommés partent.",
        )
        for rule, title in (
            ("distance", f"{far[0].name} et {far[1].name} sont à 21,3 km l’un de l’autre, 20 au plus"),
            ("density", "Exemple-sur-Dordogne est trop dense pour 20 km : 13 sites, 2 centrales"),
        )
    )
    way = planned(result, (Regime.KM_2, Regime.KM_20, Regime.EPCI))
    return replace(result, checks=(*broken, *result.checks[1:]), way=way)
