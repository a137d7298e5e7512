"""From an operation folder to the front of fairness, and from a point of it to a variant of the folder.

A point of the front as a variant of the folder: its orders in a file, the key in `operation.toml`.

The front of the working page: made once, its points chosen while prices move.

The front of fairness at hand: its points chosen one after the other, while prices move around it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from gettext import gettext as _
from pathlib import Path
from typing import Unpack

import numpy as np

from acc.accounts.values import Money
from acc.arrays import CellValue
from acc.front.result import Front, FrontPoint, KeptPoint, KeyPlace, PointKind, PointValues
from acc.grid_operator.coefficients import coefficients_of
from acc.keys import KEYS
from acc.keys.custom import Custom
from acc.keys.optimal import OPTIMAL
from acc.problem import InputError, Problem, refuse
from acc.result.outcomes import proposed_key
from acc.result.result import KeyOutcome
from acc.scenario import KeyChoice, Scenario
from acc.settle import settle
from acc.years.states import later_ids
from profiles.files.atomic_write import write_atomic
from scenarios.entry.columns.csv_tables import read_text
from scenarios.entry.columns.names import plain
from scenarios.entry.folder.load import load
from scenarios.entry.folder.put import keep, keep_data
from scenarios.entry.folder.question import all_settings, read_question
from scenarios.entry.folder.raw import OPERATION, read_source
from scenarios.entry.folder.settings import Setting
from scenarios.operation.coefficient_files.write import orders_text
from scenarios.operation.departures.cancelling import balances_of
from scenarios.operation.draws.settings import read_sweep
from scenarios.operation.fair_front.passes import Ground, ground_of
from scenarios.operation.fair_front.search import FrontSearch
from scenarios.operation.ready.operation import Operation, open_operation
from scenarios.operation.ready.other_keys import keys_left_out, other_key_outcomes
from scenarios.operation.ready.request import (
    OperationRequest,
    first_year_notes,
    later_rows,
    operation_status,
    progress_of,
    source_of,
)
from scenarios.operation.store.store import KeptKind
from scenarios.session import AtHand, PageQuestion
from scenarios.studies.front.points import (
    DrawnYear,
    EuroScale,
    distances,
    drawn_years,
    even_splits,
    front_points,
    judged,
    robust_points,
)

DECIMALS = 6
"""Of the coefficients whose rounding is told."""

MOST_PATTERNS = 100
PROVEN = (PointKind.SAME_WORST, PointKind.BETTER_ON_BOTH, PointKind.NO_COST)
"""Points that a group would choose: those judged on other weather years."""


def front_folder(  # noqa: PLR0913 - what a person may ask of a front, each part optional
    folder: Path,
    *,
    points: int = 20,
    draws: int = 4,
    gini: bool = False,
    keep: str | None = None,
    point: int | None = None,
    monthly: bool = False,
    force: bool = False,
    **request: Unpack[OperationRequest],
) -> tuple[Front, KeptPoint | None]:
    """Return the front of a folder, and the point of it that was kept as a variant.

    Args:
        points: evenly spaced floors, beside the named ones.
        draws: of needs, sun and prices, that try the named points, half to choose, half to judge; 0: none.
        gini: seek the best splits at each Gini index too.
        monthly: judge the points solved anew each month too, and keep that form; see `keep_point`.
        keep, point, force: see `keep_point`.
        request: which scenario; see `OperationRequest`.

    Raises:
        InputError: every fault of the folder, a battery, a price that is missing; see `keep_point`.
    """
    if (keep is None) != (point is None):
        message = _("--keep NAME and --point N go together: which point, under which name")
        raise InputError([Problem("--keep", message)])
    operation, metered = open_operation(folder, **request)
    sweep = read_sweep(source_of(folder, request), draws=max(draws, 1))
    years = partial(drawn_years, operation, metered, sweep, progress_of(request))
    front = front_of(operation, points=points, years=years if draws > 1 else list, gini=gini, monthly=monthly)
    if later := later_rows(operation.scenario):
        front = replace(
            front,
            over_plan=_over_plan(operation, front, progress_of(request)),
            status=front.status.leaving_out("later"),
            notes=(*first_year_notes(len(later)), *front.notes),
        )
    if keep is None:
        return front, None
    settings, known = request.get("settings", ()), keep in source_of(folder, request).variants
    kept = keep_point(front, operation, keep, point or 0, settings=settings, monthly=monthly, force=force)
    if known:
        note = _("“{name}” was there already, the same: left as it is")
        front = replace(front, notes=(*front.notes, note.format(name=keep)))
    return front, kept


def _over_plan(operation: Operation, front: Front, progress: Callable[[str], None]) -> dict[PointKind, float]:
    """Additional gain of each named point over the plan, against today's key, EUR."""

    def worth(choice: KeyChoice) -> float:
        shared = replace(operation, scenario=replace(operation.scenario, key=choice))
        return sum(person.npv_eur_ht or 0.0 for person in balances_of(shared))

    if operation.years(operation.scenario.key) is None:
        return {}
    progress(_("the points over the plan"))
    today = worth(operation.scenario.key)
    named = [point for point in front.points if point.kind in PROVEN]
    return {
        point.kind: worth(KeyChoice(name=OPTIMAL.name, parameters={"orders": point.orders})) - today
        for point in named
    }


def front_of(
    operation: Operation,
    *,
    points: int = 20,
    years: Callable[[], list[DrawnYear]] = list,
    gini: bool = False,
    monthly: bool = False,
) -> Front:
    """Return the front of an operation; see `front_folder`.

    Args:
        years: makes the draws that try the named points; asked only where there are such points.
    """
    scenario, exchange = operation.scenario, operation.exchange
    check_front(operation)
    default = operation.outcome(KeyChoice())
    _check_known(default)
    ground = ground_of(exchange, operation.worth(exchange))
    here = operation.outcome(scenario.key)
    others, left_out = other_key_outcomes(
        operation, [name for name in KEYS if name != OPTIMAL.name], lenient=True
    )
    scale = _scale(operation, default, ground)
    keys = {other.name: _values(other, ground) for other in (here, *others.values())}
    search = FrontSearch(ground)
    front = front_points(search, scale, keys[here.name], points)
    today = ground.coverage(here.energy.received_kwh - ground.fixed_kwh)
    fewer = search.split(today * (1.0 - 1e-9))
    apart = dict(zip(keys, distances(search, scale, list(keys.values())), strict=True))
    worst = int(np.where(ground.can_receive, today, np.inf).argmin())
    named = [point for point in front if point.kind in PROVEN]
    drawn = years() if named else []
    status = operation_status(scenario, here.money)
    outcomes, lawful = [here, *others.values()], not status.is_unlawful
    return Front(
        scenario=scenario,
        today=here.name,
        keys={
            name: KeyPlace(name=name, values=value, distance_eur_ht=apart[name])
            for name, value in keys.items()
        },
        points=front,
        levels=search.levels,
        never_ids=_never(scenario, ground),
        nobody_fewer_eur_ht=scale.gain_eur_ht + fewer.total_eur - keys[here.name].gain_eur_ht,
        patterns=len(ground.starts) - 1,
        worst_id=scale.ids[worst] if ground.can_receive.any() else None,
        even_points=_even_points(search, scale, points) if gini else (),
        robust=tuple(robust_points(named, drawn, scale.ids, scale.able, monthly=monthly)) if drawn else (),
        notes=(*_notes(operation, ground), *keys_left_out(scenario, left_out)),
        status=status,
        proposal=proposed_key(exchange, outcomes, scenario.decide, lawful=lawful),
    )


def _never(scenario: Scenario, ground: Ground) -> tuple[str, ...]:
    """Sites that cannot receive, except those that come after the first year."""
    outside = later_ids(scenario.changes, scenario.steps)
    pairs = zip(scenario.participants, ground.can_receive, strict=True)
    return tuple(site.id for site, able in pairs if not able and site.id not in outside)


def _even_points(search: FrontSearch, scale: EuroScale, count: int) -> tuple[FrontPoint, ...]:
    steps = [scale.point(PointKind.STEP, 0.0, split) for split in even_splits(search, count)]
    return tuple(replace(point, floor_ratio=point.values.worst_ratio) for point in steps)


def check_front(operation: Operation) -> None:
    """Refuse operations without a front, with the remedy.

    Raises:
        InputError: each thing that stands in the way.
    """
    scenario, problems = operation.scenario, []
    if operation.tariffs is None:
        message = _("a local price is needed for euros: give local_eur_per_mwh")
        problems.append(Problem("[prices]", message))
    if scenario.battery is not None:
        message = _(
            "the front does not know batteries, which serve who the key left out: leave it out, --set "
            "battery.active=false"
        )
        problems.append(Problem("[battery]", message))
    if not scenario.plants:
        problems.append(Problem("plants.csv", _("no plant, nothing to share: at least one is expected")))
    refuse(problems)


def _check_known(outcome: KeyOutcome) -> None:
    """Refuse participants whose euros are unknown: everybody's gain would leave them out."""
    message = _("no supply price: give supply_eur_per_mwh, or leave it out: --without {name}")
    unknown = outcome.money.unknown_ids if outcome.money else ()
    if unknown:
        raise InputError(
            [Problem(f"participants.csv, {name}", message.format(name=name)) for name in unknown]
        )


def _scale(operation: Operation, outcome: KeyOutcome, ground: Ground) -> EuroScale:
    """Build the conversion from the euros of a split to those of the accounts, at the default key."""
    worth = operation.worth(operation.exchange)
    received = outcome.allocation.received_kwh
    gain, saving = _euros(outcome.money)
    pool = operation.exchange.production_kwh.sum(axis=1)
    return EuroScale(
        gain_eur_ht=gain - float((received * worth.everyone).sum()),
        saving_eur_ht=saving - float((received * worth.paid).sum()),
        ids=tuple(participant.id for participant in operation.scenario.participants),
        able=ground.can_receive,
        most_kwh=float(np.minimum(pool, operation.exchange.consumption_kwh.sum(axis=1)).sum()),
    )


def _euros(money: Money | None) -> tuple[float, float]:
    """Return the gain of everybody and the savings of the participants."""
    assert money is not None  # `_check` asked for prices
    assert money.total is not None
    return money.total.gain_eur_ht, money.saving_eur_ht or 0.0


def _values(outcome: KeyOutcome, ground: Ground) -> PointValues:
    coverage = ground.coverage(outcome.energy.received_kwh - ground.fixed_kwh)
    worst, even = judged(coverage, ground.can_receive)
    return PointValues(worst, even, *_euros(outcome.money))


def _notes(operation: Operation, ground: Ground) -> Iterator[str]:
    scenario, tariffs = operation.scenario, operation.tariffs
    assert tariffs is not None  # `_check` asked for prices
    if scenario.flexible:
        yield _("Flexible loads stand where the surplus of the folder draws them, under every split.")
    if any(plant.surplus is None for plant in tariffs.plants):
        yield _("A surplus whose price is not decided is counted as bringing nothing.")
    plants = {(p.accise_exempt, p.surplus.market or p.surplus if p.surplus else None) for p in tariffs.plants}
    if len(plants) > 1:
        yield _(
            "Plants differ in accise or in surplus price: the front is that of keys that pool them; a "
            "key pair by pair (full dynamique) may stand above it."
        )
    if tariffs.option_open:
        yield _("Who takes the ACC option of the network tariff is counted as under the default key.")
    if len(ground.starts) - 1 > MOST_PATTERNS:
        yield _("Prices differ at nearly every step: the search takes longer.")
    if scenario.weather.source != "generated":
        yield _("The sun comes from a file: only its level differs in the draws that try the points.")


def keep_point(
    front: Front,
    operation: Operation,
    name: str,
    number: int,
    *,
    settings: Sequence[Setting] = (),
    monthly: bool = False,
    force: bool = False,
) -> KeptPoint:
    """Write a point as a variant of the folder: the key `optimal`, with its orders or solved each month.

    Args:
        settings: what was asked over the folder for this front.

    Raises:
        InputError: no point of that number, a variant or a file of that name already.
    """
    if not 1 <= number <= len(front.points):
        message = _("{number}: a point from 1 to {count} is expected")
        raise InputError([Problem("--point", message.format(number=number, count=len(front.points)))])
    point = front.points[number - 1]
    text = None if monthly else orders_text(point.orders)
    file = keep_variant(
        operation.folder,
        name,
        point.floor_ratio,
        text,
        FrontRequest(variant=operation.scenario.variant, settings=settings),
        force=force,
    )
    lost_eur, lost_ratio = _lost(operation, point)
    return KeptPoint(variant=name, file=file, decimals=DECIMALS, lost_eur_ht=lost_eur, lost_ratio=lost_ratio)


def _lost(operation: Operation, point: FrontPoint) -> tuple[float, float]:
    """Cost of the rounding of coefficients for all, EUR, and for one, as a part of its need."""
    exchange, scenario = operation.exchange, operation.scenario
    key = operation.key(KeyChoice(name=OPTIMAL.name, parameters={"orders": point.orders}))
    ids = [participant.id for participant in scenario.participants]
    exact = coefficients_of(exchange, key, ids, [plant.id for plant in scenario.plants])
    sent = exact.rounded(DECIMALS, exchange)
    lost = (
        settle(exchange, Custom(exact.steps, exact.share)).received_kwh
        - settle(exchange, Custom(sent.steps, sent.share)).received_kwh
    )
    need = exchange.consumption_kwh.sum(axis=0)
    ratio = lost.sum(axis=0)[need > 0.0] / need[need > 0.0]
    worth = operation.worth(exchange).everyone
    return float((lost * worth).sum()), float(ratio.max(initial=0.0))


ORDERS_FOLDER = "cles"


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontRequest:
    """What a front was made of over the folder; `about` says how the choice came to be, see `keep`."""

    variant: str | None = None
    settings: Sequence[Setting] = ()
    about: Mapping[str, CellValue] | None = None


def keep_variant(
    folder: Path,
    name: str,
    floor_ratio: float,
    orders: str | None,
    request: FrontRequest,
    *,
    force: bool = False,
) -> str | None:
    """Add a variant with the key `optimal`; return the file of its orders, None where each month is solved.

    One that is there already, the same to the letter, is left as it is.

    Args:
        request: what the front was asked of, which the new variant holds too.

    Raises:
        InputError: another variant of that name, or a file of it that is there already and not `force`.
    """
    source, file = read_source(folder), None
    if orders is not None:
        file = f"{ORDERS_FOLDER}/optimal-{'-'.join(plain(name).split()) or 'point'}.csv"
    form = ("key.monthly", True) if file is None else ("key.file", file)
    added = [Setting(path, value, "--keep") for path, value in (("key.floor_ratio", floor_ratio), form)]
    settings = [*request.settings, *added]
    if name in source.variants:
        both = (
            all_settings(source, request.variant, OPTIMAL.name, settings),
            all_settings(source, name, None, ()),
        )
        new, known = ({setting.path: setting.value for setting in each} for each in both)
        if new == known and (not file or ((folder / file).is_file() and read_text(folder / file) == orders)):
            return file
        message = _("“{name}” is there already: choose another name, or take the variant out of {file}")
        raise InputError([Problem("--keep", message.format(name=name, file=source.book or OPERATION))])
    if file is not None and (folder / file).exists() and not force:
        message = _("there already: use --force to write it again")
        raise InputError([Problem(str(folder / file), message)])
    keep(folder, name, variant=request.variant, key=OPTIMAL.name, settings=settings, about=request.about)
    if file is not None and orders is not None:
        write_atomic(folder / file, orders)
        keep_data(folder, name)
    return file


FLOOR = "key.floor_ratio"
ORDERS = "key.orders"


@dataclass(frozen=True, slots=True)
class CachedFront:
    """A front, and whether it was made for other prices or other members than those asked for."""

    front: Front
    is_stale: bool

    def nearest(self, floor_ratio: float) -> FrontPoint:
        """Return the point whose floor is the nearest."""
        return min(self.front.points, key=lambda point: abs(point.floor_ratio - floor_ratio))


def floor_of(settings: Sequence[Setting], key: str | None) -> float | None:
    """Return the floor that is asked of the key `optimal` without a file of orders, None otherwise."""
    values = {setting.path: setting.value for setting in settings}
    value = values.get(FLOOR)
    alone = not {"key.file", "key.monthly", ORDERS} & set(values)
    if key != OPTIMAL.name or not alone or isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value)


def without_floor(settings: Sequence[Setting]) -> tuple[Setting, ...]:
    """Return the settings that a front is made for."""
    return tuple(setting for setting in settings if setting.path != FLOOR)


def with_point(settings: Sequence[Setting], point: FrontPoint) -> tuple[Setting, ...]:
    """Return the settings by which `run` shares as a point does."""
    place = "key.floor_ratio"
    kept = (
        replace(setting, value=point.floor_ratio) if setting.path == FLOOR else setting
        for setting in settings
    )
    return (*kept, Setting(ORDERS, point.orders, place))


FRONT: KeptKind[Front] = KeptKind("front", 1)
FLOORS = 20
"""Points of a front beside the named ones."""


def front_of_page(hand: AtHand, question: PageQuestion, *, anew: bool) -> CachedFront:
    """Return the front of fairness of a question, its key and its floor left out.

    Args:
        anew: make it where the one kept is of other prices; without it that one is given, said stale.

    Raises:
        InputError: what the front cannot say something of: a battery, a price that is missing.
    """
    settings = without_floor(read_question(question.sets, question.without, question.powers))
    store = hand.store()
    whose = question.each, question.holder
    parts = (question.variant, whose, tuple((setting.path, str(setting.value)) for setting in settings))
    last = None if anew or store.known(FRONT, parts) is not None else store.last(FRONT)
    if last is not None:
        sites = load(hand.folder, variant=question.variant, settings=settings).participants
        if [site.id for site in last.scenario.participants] == [site.id for site in sites]:
            return CachedFront(last, is_stale=True)

    def make() -> Front:
        own: OperationRequest = {"variant": question.variant, "settings": settings, "cache": store}
        own["mask"] = hand.mask(question)
        operation, _metered = open_operation(hand.folder, **own)
        return front_of(operation, points=FLOORS)

    return CachedFront(store.get(FRONT, parts, make), is_stale=False)


def point_of_page(hand: AtHand, question: PageQuestion, *, anew: bool) -> FrontPoint | None:
    """Return the point of the front that a question asks for by its floor; None where it asks for none.

    Raises:
        InputError: what the front cannot say something of.
    """
    floor = floor_of(read_question(question.sets, question.without, question.powers), question.key)
    return None if floor is None else front_of_page(hand, question, anew=anew).nearest(floor)


def settings_of_page(
    hand: AtHand, question: PageQuestion, settings: tuple[Setting, ...], *, anew: bool
) -> tuple[Setting, ...]:
    """Return the settings by which `run` shares as the point that a question asks for.

    Raises:
        InputError: what the front cannot say something of.
    """
    point = point_of_page(hand, question, anew=anew)
    return settings if point is None else with_point(settings, point)
