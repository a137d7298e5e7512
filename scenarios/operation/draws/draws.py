"""The draws of a sweep: each from the seed and its own number, so that no order or worker changes them.

Twenty draws in a row take one value in each twentieth of every law, in an order of its own (Latin hypercube:
McKay, Beckman and Conover 1979): P10, P50 and P90 move less from one seed to another than by pure chance.

Draws are paired: every key and variant sees the same weather year, loads and prices. Each uncertain
thing has its own stream, named by what it is, so that drawing one more thing changes none of the others.

The shape of a load has a part common to its family (one stream for the family) and one of its own, which
shrinks as a row holds more homes: however many rows describe the same homes, their total strays as far.

How large has a part that all changes of a kind share (where heat pumps do badly, all do) and one of the row
alone. Each is named by its site, what changes and when: every key and variant sees the same futures.
"""

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import lru_cache, partial

import numpy as np

from acc.arrays import BoolArray, FloatArray, IntArray
from acc.changes import ADDED, LATE, DatedChange
from acc.result.result import NINE_IN_TEN, OutputDoubt
from acc.sites import Plant
from acc.steps import Steps
from acc.years.states import never
from profiles.reference.kinds import PROFILES
from profiles.reference.shape_library import (
    Library,
    daytime_share,
    library,
    mode_of_cells,
    profile_kwh,
    usual_hours,
)
from scenarios.operation.draws.outputs import DrawnOutputs, output_doubt
from scenarios.operation.draws.settings import MODEL, SPREADS, PartOf, Spread, SweepChoice, cut_normal
from scenarios.operation.draws.unknowns import (
    UNSAID,
    DrawnUnsaid,
    Rule,
    Unknown,
    curve_spreads,
    drawn_unsaid,
)

PLANE = "plane"
FACTORS = ("weather", *SPREADS, PLANE, *UNSAID, "load_noise", "withdrawal", "off_peak_reform")
"""What a tornado tells apart."""

LOWEST_FACTOR = 0.05
"""A load is never drawn below a twentieth of its curve."""

STRATA = 20
"""Draws in a row that share out each law evenly; parts of a sweep hold as many."""

DRAWN_AGAIN = 10 * STRATA
"""Draws that are made again for a question, as if it were answered."""

Streams = Callable[[str], np.random.Generator]


@dataclass(frozen=True, slots=True)
class Draw:
    """One draw.

    Attributes:
        weather: which weather year, 0 to `weather_years` - 1.
        values: of each spread, by name.
        load_ratio: factor of each participant's level, growth included, by id.
        leaver: the participant who leaves, None when all stay.
        daytime: by id, what the drawn shape makes of the use in the middle of the day, a factor.
        reformed: whether off-peak hours have moved (told where postes have prices of their own).
        shape: by id, what the curve is bent by in each cell, up to a factor, shape (CELLS,); empty when
            curves stay as they stand.
        unsaid: what is drawn of what the folder does not say, by name.
        output: what is drawn of the output of each plant; None draws nothing of it.
        chances: which part of its law the draw takes of whatever else is drawn, by name; None draws none.
    """

    number: int
    weather: int
    values: Mapping[str, float]
    load_ratio: Mapping[str, float]
    leaver: str | None
    daytime: Mapping[str, float] = field(default_factory=dict)
    shape: Mapping[str, FloatArray] = field(default_factory=dict, compare=False)
    reformed: bool = False
    unsaid: Mapping[str, float] = field(default_factory=dict)
    output: DrawnOutputs | None = field(default=None, compare=False)
    chances: PartOf | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, eq=False)
class _Family:
    """What the members of a family share in one draw: buildings likelier than others, modes, a level."""

    likely: FloatArray
    bent: FloatArray
    level_ratio: float


def draw(
    choice: SweepChoice, number: int, unknowns: Mapping[str, Unknown], shapes: Library | None = None
) -> Draw:
    """Return draw `number`.

    Args:
        unknowns: what is not known of each participant's curve, by id.
        shapes: the measured shapes, those of the program when None.
    """
    stream, part = partial(_stream, choice, number), partial(_part, choice.seed, number)
    values = {
        name: spread.quantile(0.5 if name == MODEL else part(name)) for name, spread in choice.spreads.items()
    }
    leaving = _leaving(choice, number)
    unsaid = drawn_unsaid(choice.load_noise, unknowns, part)
    load, shape = _curves(choice.load_noise, unknowns, unsaid, (stream, part), shapes or library())
    ids = sorted(unknowns)
    return Draw(
        number,
        weather_of(choice, number),
        values,
        {
            name: (1.0 + values["load_growth"]) * level * unsaid.load_ratio.get(name, 1.0)
            for name, level in load.items()
        },
        ids[int(leaving.integers(len(ids)))] if leaving is not None and ids else None,
        _daytime(shape, unknowns, shapes or library()),
        shape,
        reformed=_is_reformed(choice, number),
        unsaid=unsaid.values,
        output=drawn_outputs(choice.spreads[MODEL], choice.seed, number, choice.load_noise),
        chances=part if choice.rows_drawn else None,
    )


def drawn_outputs(model: Spread, seed: int, number: int, doubt_share: float = 1.0) -> DrawnOutputs:
    """Outputs of plants in draw `number`; see `DrawnOutputs`."""
    return DrawnOutputs(model, doubt_share, partial(_part, seed, number))


MOST_OUTPUTS, OUTPUTS_AT_ONCE = 400, 8000
"""Draws that the doubt of all plants is told by, fewer where plants are many."""


def doubts_of_outputs(
    spreads: Mapping[str, Spread], plants: Sequence[Plant], seed: int, doubt_share: float = 1.0
) -> dict[str, OutputDoubt]:
    """Uncertainty of the output of all plants together (""), and of those of each producer, by id."""
    if not plants:
        return {}
    count = max(STRATA, min(MOST_OUTPUTS, OUTPUTS_AT_ONCE // len(plants)))
    outputs = [drawn_outputs(spreads[MODEL], seed, number, doubt_share) for number in range(count)]
    ratios = np.array([each.ratios(plants) for each in outputs])
    doubts = {}
    for owner in ("", *(plant.producer for plant in plants)):
        own = [m for m, plant in enumerate(plants) if owner in {"", plant.producer}]
        some = [plants[m] for m in own]
        doubts[owner] = output_doubt(ratios[:, own], spreads[MODEL], some, spreads["solar_yield"])
    return doubts


def usual_draws(choice: SweepChoice, *, has_reform: bool) -> BoolArray:
    """Draws with all members present and, where a reform of hours counts, present hours, (draws,)."""
    return np.array(
        [
            _leaving(choice, number) is None and not (has_reform and _is_reformed(choice, number))
            for number in range(choice.draws)
        ],
        dtype=np.bool_,
    )


def _is_reformed(choice: SweepChoice, number: int) -> bool:
    """Return whether off-peak hours have moved in draw `number`."""
    return _part(choice.seed, number, "off_peak_reform") < choice.off_peak_reform_ratio


def _leaving(choice: SweepChoice, number: int) -> np.random.Generator | None:
    """Random generator of the departure in draw `number`; None where all stay."""
    chance = _stream(choice, number, "withdrawal") if choice.withdrawal_ratio else None
    leaves = chance is not None and bool(chance.random() < choice.withdrawal_ratio)
    return chance if leaves else None


def weather_of(choice: SweepChoice, number: int) -> int:
    """Return the weather year of draw `number`."""
    return int(_part(choice.seed, number, "weather") * choice.weather_years)


def _stream(choice: SweepChoice, number: int, name: str) -> np.random.Generator:
    seed = np.random.SeedSequence([choice.seed, number, zlib.crc32(name.encode())])
    return np.random.default_rng(seed)


def _part(seed: int, number: int, name: str) -> float:
    """Quantile of a law in draw `number`, 0 to 1: each twentieth once in twenty draws."""
    block, place = divmod(number, STRATA)
    return float(_parts(seed, block, name)[place])


@lru_cache(maxsize=4096)
def _parts(seed: int, block: int, name: str) -> FloatArray:
    """Return the parts that a block of draws takes of one law, (STRATA,)."""
    words = [seed, block, zlib.crc32(name.encode()), STRATA]
    generator = np.random.default_rng(np.random.SeedSequence(words))
    return np.asarray((generator.permutation(STRATA) + generator.random(STRATA)) / STRATA)


def _curves(
    doubt_share: float,
    unknowns: Mapping[str, Unknown],
    unsaid: DrawnUnsaid,
    chance: tuple[Streams, PartOf],
    shapes: Library,
) -> tuple[dict[str, float], dict[str, FloatArray]]:
    """Return the level and the shape of each curve; no shape when nothing of it is drawn."""
    if not doubt_share:
        return dict.fromkeys(unknowns, 1.0), {}
    part_of = chance[1]
    shared: dict[str, _Family] = {}
    levels, drawn = {}, {}
    for name, unknown in unknowns.items():
        if unknown.family not in shared:
            shared[unknown.family] = _family(f"family:{unknown.family}", unknown.common_ratio, chance, shapes)
        family, own = shared[unknown.family], f"load:{name}"
        far = unknown.common_level_ratio * family.level_ratio
        if unknown.own_level_ratio:
            far += unknown.own_level_ratio * cut_normal(part_of(f"level:{name}"))
        picked = _picked(_chance(unknown, family, shapes), unknown.sites, own, chance)
        shape = _shape(
            doubt_share * unknown.doubt_share, unknown, (family, unsaid.shape.get(name)), picked, shapes
        )
        drawn[name], change = shape
        levels[name] = max(LOWEST_FACTOR, (1.0 + doubt_share * far) * change)
    return levels, drawn


def _family(name: str, common_ratio: float, chance: tuple[Streams, PartOf], shapes: Library) -> _Family:
    stream, part_of = chance
    weight = curve_spreads()["library.weight"]
    likely = stream(name).dirichlet(np.full(len(shapes.log_kwh), weight))
    modes = np.array([cut_normal(part_of(f"{name}:{mode}")) for mode in range(len(shapes.modes))])
    bent = np.exp(common_ratio * (modes[:, None] * shapes.modes).sum(axis=0))[mode_of_cells()]
    return _Family(likely, bent, cut_normal(part_of(f"{name}:level")))


def _chance(unknown: Unknown, family: _Family, shapes: Library) -> FloatArray:
    """Probability of each building, or pair of years, sum 1."""
    if unknown.rule is Rule.OTHER_YEAR:
        return np.full(len(shapes.other_year), 1.0 / len(shapes.other_year))
    chance = family.likely * unknown.weight
    return np.asarray(chance / chance.sum())


def _shape(
    doubt_share: float,
    unknown: Unknown,
    common: tuple[_Family, FloatArray | None],
    own: tuple[IntArray, FloatArray],
    shapes: Library,
) -> tuple[FloatArray, float]:
    """Shape multiplier of a curve, and level multiplier where the kWh are those of another year.

    Args:
        common: what it shares with its family, and with all of whom nothing more is said.
        own: the buildings, or pairs of years, picked for it, as many times as it has sites.
    """
    picked, weight = own
    measured = shapes.shape if unknown.rule is Rule.MEASURED else shapes.own
    rows = (shapes.other_year if unknown.rule is Rule.OTHER_YEAR else measured)[picked]
    change = float((shapes.other_level[picked] * weight).sum()) ** doubt_share if unknown.changes else 1.0
    family, unsaid = common
    bent = family.bent[None, :] * rows
    if doubt_share != 1.0:
        middle = shapes.middle_of(unknown.weight) if unknown.rule is Rule.MEASURED else 1.0
        bent = middle * (bent / middle) ** doubt_share
    if unsaid is not None:
        bent = bent * unsaid
    if len(picked) == 1:
        return bent[0], change
    # Each site keeps its own kWh, as in a row of its own: else, whenever all use more by day, those that
    # use most by day would weigh more.
    is_profile = unknown.rule is Rule.PROFILE and unknown.family in PROFILES
    even_kwh = profile_kwh(unknown.family)[1] if is_profile else usual_hours()
    kwh = (bent * even_kwh).sum(axis=1)
    mixed: FloatArray = (bent * (weight / kwh)[:, None]).sum(axis=0)
    return mixed, change


def _picked(
    likely: FloatArray, sites: int, name: str, chance: tuple[Streams, PartOf]
) -> tuple[IntArray, FloatArray]:
    """Return the rows picked and the weight of each."""
    stream, part_of = chance
    if sites == 1:
        place = int(np.searchsorted(np.cumsum(likely), part_of(name)))
        return np.array([min(place, len(likely) - 1)]), np.ones(1)
    count = stream(name).multinomial(sites, likely)
    picked = np.flatnonzero(count)
    return picked, count[picked] / sites


def _daytime(
    shape: Mapping[str, FloatArray], unknowns: Mapping[str, Unknown], shapes: Library
) -> dict[str, float]:
    if not shape:
        return dict.fromkeys(unknowns, 1.0)
    middle = shapes.middle[None, :]
    even, measured = daytime_share(np.vstack([np.ones_like(middle), middle])).tolist()
    shares = daytime_share(np.stack(list(shape.values()))).tolist()
    return {
        name: share / (measured if unknowns[name].rule is Rule.MEASURED else even)
        for name, share in zip(shape, shares, strict=True)
    }


def factor_table(
    draws: Sequence[Draw], yearly_kwh: Mapping[str, float], plants: Sequence[Plant] = ()
) -> dict[str, FloatArray]:
    """Return each factor of each draw as a number, shape (D,): what the variance is shared between.

    The noise of loads is told by what participants use in the middle of the day, a mean by their kWh; outputs
    by means by kWp; weather and withdrawal by numbers that stand for categories (-1: nobody leaves).
    """
    ids = sorted(yearly_kwh)
    weight = np.array([yearly_kwh[name] for name in ids])
    weight = weight / max(weight.sum(), np.finfo(float).tiny)
    growth = np.array([1.0 + d.values["load_growth"] for d in draws])
    noise = np.array([[d.load_ratio[name] * d.daytime.get(name, 1.0) for name in ids] for d in draws])
    unsaid = {name: np.array([d.unsaid.get(name, 0.0) for d in draws]) for name in UNSAID}
    of_model, of_plane = (
        [sum(plant.kwp * getattr(d.output, part)(plant) for plant in plants if d.output) for d in draws]
        for part in ("of_model", "of_plane")
    )
    leaver = [-1.0 if d.leaver is None else float(ids.index(d.leaver)) for d in draws]
    return {
        "weather": np.array([float(d.weather) for d in draws]),
        **{name: np.array([d.values[name] for d in draws]) for name in SPREADS},
        MODEL: np.array(of_model),
        PLANE: np.array(of_plane),
        **unsaid,
        "load_noise": _apart_from(noise.reshape(len(draws), len(ids)) @ weight / growth, unsaid),
        "withdrawal": np.array(leaver),
        "off_peak_reform": np.array([float(d.reformed) for d in draws]),
    }


def _apart_from(noise: FloatArray, others: Mapping[str, FloatArray]) -> FloatArray:
    """Residual of the noise of loads after regression on the named doubts, around the same mean."""
    named = [column - column.mean() for column in others.values() if column.any()]
    if not named or len(noise) <= len(named) + 1:
        return noise
    apart = noise - noise.mean()
    basis: list[FloatArray] = []
    for column in named:  # no matrix product: threads change its last bits
        own = column - sum(((column * b).sum() * b for b in basis), start=np.zeros_like(column))
        size = float((own**2).sum()) ** 0.5
        if size > 0.0:
            basis.append(own / size)
    for b in basis:
        apart = apart - (apart * b).sum() * b
    rest: FloatArray = apart + noise.mean()
    return rest


OF_KIND = 0.5**0.5
"""Part of the doubt about a size that all changes of a kind share, as much as is of the row alone."""

DAYS_A_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class DrawnChange:
    """A change that was said, and what a draw makes of it: None where nothing of it happens."""

    said: DatedChange
    drawn: DatedChange | None


def drawn_changes(changes: Sequence[DatedChange], steps: Steps, part_of: PartOf) -> tuple[DrawnChange, ...]:
    """Return each change as one draw has it.

    Args:
        part_of: from the name of what is drawn to which part of its law, 0 to 1.
    """
    return tuple(DrawnChange(change, _drawn(change, steps, part_of)) for change in changes)


def _drawn(change: DatedChange, steps: Steps, part_of: PartOf) -> DatedChange | None:
    name = f"change:{change.site}:{change.what}:{change.since}"
    # What one decision does at all sites of a kind happens at all of them, on the same day.
    decided = f"change:{change.of_all or change.site}:{change.what}:{change.since}"
    if change.chance_ratio < 1.0 and part_of(f"{decided}:chance") >= change.chance_ratio:
        return never(change, steps) if change.what in LATE else None
    drawn = change
    if change.delay_years:
        late = timedelta(days=int(DAYS_A_YEAR * change.delay_years * part_of(f"{decided}:delay")))
        drawn = replace(drawn, since=change.since + late, until=change.until and change.until + late)
    if change.low is None or change.high is None:
        return drawn
    own, common = cut_normal(part_of(f"{name}:size")), cut_normal(part_of(f"changes:{change.what}:size"))
    size = drawn_size(change, OF_KIND * (own + common))
    return replace(drawn, kwh=size) if change.what in ADDED else replace(drawn, ratio=size)


def drawn_size(change: DatedChange, strays_ratio: float) -> float:
    """Return the size of a change that strays so many standard deviations from what was said.

    >>> from datetime import date
    >>> from acc.changes import What
    >>> one = DatedChange(site="a", what=What.SCALE, since=date(2030, 1, 1), ratio=2.0, low=1.7, high=2.6)
    >>> round(drawn_size(one, -NINE_IN_TEN), 9), round(drawn_size(one, NINE_IN_TEN), 9)
    (1.7, 2.6)
    """
    assert change.low is not None
    assert change.high is not None
    end = change.high if strays_ratio > 0.0 else change.low
    return max(0.0, change.size + abs(strays_ratio) / NINE_IN_TEN * (end - change.size))
