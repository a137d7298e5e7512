"""The picture of what was understood of a folder: its sites by kind, its plants, its members, its places."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from acc.result.result import Result
from acc.sites import Grade, Kind
from acc.years.states import first_plants


@dataclass(frozen=True, slots=True)
class UnderstoodSite:
    """One site: what it needs over the period, how its curve is known, where it is."""

    id: str
    name: str
    kind: Kind
    consumption_kwh: float
    grade: Grade
    commune: str | None
    is_placed: bool


@dataclass(frozen=True, slots=True)
class UnderstoodKind:
    """The sites of a kind together; of all kinds where it is None."""

    kind: Kind | None
    sites: int
    consumption_kwh: float
    grades: Mapping[Grade, int]


@dataclass(frozen=True, slots=True)
class Understood:
    """What was understood of a folder.

    Attributes:
        kinds: those that have sites, then all together.
        producers: ids of those who own plants, each once.
        communes: sites and plants in each, the most first; those that name none are left out.
        placed: sites and plants whose position is known, of `places`.
    """

    sites: tuple[UnderstoodSite, ...]
    kinds: tuple[UnderstoodKind, ...]
    plants: int
    kwp: float
    production_kwh: float
    producers: tuple[str, ...]
    members: int
    communes: Mapping[str, int]
    placed: int
    places: int


def understood(result: Result) -> Understood:
    """Contents of the folder of a result, as read by the program."""
    scenario = result.scenario
    needs = result.exchange.consumption_kwh.sum(axis=0).tolist()
    sites = tuple(
        UnderstoodSite(p.id, p.name, p.kind, kwh, load.grade, p.commune or p.insee, p.position is not None)
        for p, kwh, load in zip(scenario.participants, needs, result.quality, strict=True)
    )
    groups = [_together(sites, kind) for kind in Kind if any(site.kind is kind for site in sites)]
    places = (*scenario.participants, *scenario.plants)
    running = first_plants(scenario)
    ids, away = {p.producer for p in scenario.plants}, {p.id: p.name for p in scenario.absent}
    producers = tuple(sorted(away.get(id_, id_) for id_ in ids))
    return Understood(
        sites=sites,
        kinds=(*groups, _together(sites, None)),
        plants=len(running),
        kwp=sum(plant.kwp for plant in running),
        production_kwh=float(result.energy.production_kwh.sum()),
        producers=producers,
        members=len({*(p.person or p.id for p in scenario.participants), *ids}),
        communes=_communes([name for site in places if (name := site.commune or site.insee)]),
        placed=sum(site.position is not None for site in places),
        places=len(places),
    )


def _communes(names: Sequence[str]) -> dict[str, int]:
    """Number of items per commune, largest first; two spellings are one commune."""
    spelt: dict[str, str] = {}
    for name in names:
        spelt.setdefault(name.casefold(), name)
    return {spelt[name]: count for name, count in Counter(map(str.casefold, names)).most_common()}


def _together(sites: tuple[UnderstoodSite, ...], kind: Kind | None) -> UnderstoodKind:
    own = [site for site in sites if kind in {None, site.kind}]
    grades = Counter(site.grade for site in own)
    return UnderstoodKind(kind, len(own), sum(s.consumption_kwh for s in own), dict(grades.most_common()))
