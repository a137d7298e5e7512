"""What is set beside a folder: its variants, and questions asked over it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from gettext import gettext as _
from itertools import product
from pathlib import Path
from typing import Annotated, TypeAlias
from weakref import ReferenceType, ref

from pydantic import BeforeValidator, Field

from acc.arrays import FloatArray
from acc.i18n import typed
from acc.problem import InputError, Problem, refuse
from acc.result.result import Result
from acc.scenario import Scenario
from acc.settle import Allocation
from profiles.files.atomic_write import PartError
from scenarios.entry.columns.schema import Model
from scenarios.entry.folder.load import scenario_of
from scenarios.entry.folder.phrases import settings_of_phrases, without_year
from scenarios.entry.folder.question import read_ask, read_question, resolve_key, source_with_settings
from scenarios.entry.folder.raw import COMPARE, RawFolder, read_source
from scenarios.entry.folder.sections import as_list, read_section
from scenarios.entry.folder.settings import SEVERAL, SHORT_NAMES, Setting, check_single_values, values_of
from scenarios.operation.metering.memory import spooled
from scenarios.operation.store.store import KeptStore

KEY_PATH, PRICE_PATH = SHORT_NAMES["cle"], SHORT_NAMES["prix"]

Typed: TypeAlias = int | float | str
"""A value that the row or the section that it is set in checks."""


class CompareSection(Model):
    """`[compare]`: what `acc compare` crosses where nothing else is asked; `kwp` is by plant."""

    keys: Annotated[tuple[str, ...], BeforeValidator(as_list)] = ()
    prices: tuple[Typed, ...] = ()
    kwp: dict[str, tuple[Typed, ...]] = Field(default_factory=dict)


def compared_axes(source: RawFolder) -> list[list[Setting]]:
    """Axes crossed by `[compare]`: the keys, then the prices, then the powers of each plant.

    Raises:
        InputError: a section that cannot be read; what a value means is not looked at yet.
    """
    faults: list[Problem] = []
    table = read_section(source, COMPARE, source.sections.get(COMPARE, {}), CompareSection, faults)
    if table is None:
        raise InputError(faults)
    powers = [(f"kwp.{name}", f"kwp.{name}", name, values) for name, values in table.kwp.items()]
    axes = [("keys", KEY_PATH, "cle", table.keys), ("prices", PRICE_PATH, "prix", table.prices), *powers]
    return [
        [
            Setting(path, value, source.place(COMPARE, f"{key}.{rank}"), f"{word}={value}")
            for rank, value in enumerate(values, start=1)
        ]
        for key, path, word, values in axes
        if values or path == KEY_PATH
    ]


ALL = "all"

Case: TypeAlias = tuple[str | None, tuple[Setting, ...]]
"""A variant, None for the folder as it stands, and what is asked over it."""

MOST_MADE, MOST_BYTES = 2, 1_000_000
"""Of each kind, with and without a battery, before and after loads moved; and few figures."""

RESTING_BYTES = 1 << 22
"""Arrays from which they wait on the disk (4 MB: a year at 15 minutes of 15 sites)."""


def shared_store(folder: Path, *, use_cache: bool = True) -> KeptStore:
    """Store shared by compared scenarios, kept while their meters are the same.

    A price, a key move no meter: loads and what a key makes of them are made once for all such scenarios.
    Of scenarios whose meters differ those of one alone are in memory. Loads are held side by side: the
    store itself holds few of them.
    """
    of = KeptStore.of(folder, use_cache=use_cache)
    return replace(of, most=MOST_MADE, most_bytes=MOST_BYTES, single_meter=True)


class SpilledResults:
    """Lays the steps of results in files without a name, each array once, but for those of the first one.

    Attributes:
        folder: where the files are.
    """

    def __init__(self, folder: Path, first: Result) -> None:
        self.folder = folder
        self._spilled: dict[int, tuple[ReferenceType[FloatArray], FloatArray]] = {}
        for values in _arrays(first):
            self._spilled[id(values)] = ref(values), values

    def at_rest(self, result: Result) -> Result:
        """Return a result whose arrays lie in files, those of few sites as they are, and without its ledger.

        No comparison reads the payments of each to each, half of all that is told of many participants.

        Raises:
            InputError: the disk is full, or refuses.
        """
        exchange, allocation = result.exchange, result.allocation
        pairs = allocation.received_by_plant_kwh
        try:
            shared = Allocation(
                self._once(allocation.received_kwh),
                self._once(allocation.surplus_kwh),
                None if pairs is None else self._once(pairs),
            )
            money = result.money and replace(result.money, ledger=(), year_ledger=())
            return replace(result, exchange=exchange.with_memmap(self._once), allocation=shared, money=money)
        except PartError as fault:
            message = _("cannot be written: {fault}. Choose another folder with --out")
            raise InputError([Problem(str(self.folder), message.format(fault=fault.reason))]) from None

    def _once(self, values: FloatArray) -> FloatArray:
        if values.nbytes < RESTING_BYTES:
            return values
        known = self._spilled.get(id(values))
        if known is None or known[0]() is not values:
            known = self._spilled[id(values)] = ref(values), spooled(values, self.folder)
        return known[1]


def _arrays(result: Result) -> Iterator[FloatArray]:
    exchange, allocation = result.exchange, result.allocation
    yield from (exchange.consumption_kwh, exchange.production_kwh, exchange.own_use_kwh)
    yield from (allocation.received_kwh, allocation.surplus_kwh)
    if allocation.received_by_plant_kwh is not None:
        yield allocation.received_by_plant_kwh


@dataclass(frozen=True, slots=True)
class ComparedScenarios:
    """What is set side by side: the first scenario, and the others.

    Attributes:
        settings: asked over the folder in the first one.
        cases: the variant and the settings of each other one.
        keys: compared on the exchange of the first one.
        words: what a person typed of what differs; none where nothing was asked.
        order: in which the first and the others are made: those on the same meters one after the other.
        cache: what they share in memory.
    """

    settings: tuple[Setting, ...]
    cases: tuple[Case, ...]
    keys: tuple[str, ...]
    words: tuple[str, ...]
    order: tuple[int, ...]
    cache: KeptStore | None


def _settings_of_ask(source: RawFolder, text: str) -> tuple[Setting, ...]:
    """Settings of one `--ask`, or of the words of a meeting: they have no sign =, and no year."""
    if "=" in text:
        return read_ask(text)
    settings, year = without_year(settings_of_phrases(source, [text]))
    if year:
        message = _(
            "“{text}”: all years of a plan are one scenario. `acc run {folder} --year {year}` shows it"
        )
        words = message.format(text=text, folder=typed(source.folder), year=year)
        raise InputError([Problem("--ask", words)])
    return settings


def scenarios_to_compare(  # noqa: PLR0913 - what a person may set side by side
    folder: Path,
    *,
    variant: str | None = None,
    key: str | None = None,
    variants: str | None = None,
    asks: Sequence[str] = (),
    settings: Sequence[Setting] = (),
    keys: str | None = None,
    save: str | None = None,
    use_cache: bool = True,
) -> ComparedScenarios:
    """Scenarios of a comparison: each variant, each question, keys x powers x prices.

    A case that is the first one, or an earlier one, in other words is left out.

    Args:
        variant, key: under which all stand, unless they say otherwise.
        variants: names between commas, or "all"; None for none.
        settings: asked over all; where one has several values (`80/95`), each makes scenarios of its own.
        keys: names between commas, crossed with all others; on one exchange where there is no other. Where
            nothing is set beside the folder, it is what its `[compare]` says.
        save: name under which what is asked over all is kept.

    Raises:
        InputError: every key, power and price that cannot be, of all scenarios at once.
    """
    check_single_values(settings)
    common = tuple(setting for setting in settings if not values_of(setting))
    axes = [values for setting in settings if (values := values_of(setting))]
    if save and axes:
        message = _("one value of each is kept as a variant: give --set and --kwp one value")
        raise InputError([Problem("--save", message)])
    source = read_source(folder)
    names = list(source.known_variants) if variants == ALL else _names(variants)
    apart: list[Case] = [
        *((name, ()) for name in names),
        *((variant, _settings_of_ask(source, text)) for text in asks),
    ]
    key_axis = [Setting(KEY_PATH, name, f"--keys cle={name}") for name in _names(keys)]
    if variants is None and not (asks or key_axis or axes):
        key_axis, *axes = compared_axes(source)
    if crossed := [*([key_axis] if key_axis and (apart or axes) else []), *axes]:
        apart = [(of, (*own, *point)) for of, own in apart or [(variant, ())] for point in product(*crossed)]
    first = (*read_question(key=key), *common)
    cases = [(of, (*first, *own)) for of, own in apart]
    alone = [(variant, (*first, value)) for axis in (key_axis, *axes) for value in axis]
    kept, order = _distinct_cases(source, (variant, first), cases, alone)
    same_exchange = () if apart else tuple(resolve_key(str(setting.value)) for setting in key_axis)
    start = len(first) - len(common)  # the key is asked beside
    return ComparedScenarios(
        settings=common,
        cases=tuple((of, settings[start:]) for of, settings in kept),
        keys=same_exchange,
        words=tuple(
            filter(None, (*(str(setting.value) for setting in key_axis), variants, *asks, *map(_words, axes)))
        ),
        order=order,
        cache=shared_store(folder, use_cache=use_cache) if kept else None,
    )


def _words(axis: Sequence[Setting]) -> str:
    """Return the values of one thing as a person types them: `prix=80/95`."""
    heads, _signs, values = zip(*(setting.words.partition("=") for setting in axis), strict=True)
    return f"{heads[0]}={SEVERAL.join(values)}"


def _names(text: str | None) -> list[str]:
    return [name.strip() for name in (text or "").split(",") if name.strip()]


def _distinct_cases(
    source: RawFolder, first: Case, cases: Sequence[Case], alone: Sequence[Case]
) -> tuple[list[Case], tuple[int, ...]]:
    """Return the cases that are not another one in other words, and in which order they are made.

    Args:
        alone: each value that is crossed, by itself: its fault is then told beside those of the others.

    Raises:
        InputError: every fault of all of them.
    """
    kept: list[Case] = []
    seen: list[Scenario] = []
    problems: list[Problem] = []
    for case in (first, *alone, *cases):
        try:
            scenario = _read(source, case)
        except InputError as fault:
            problems += fault.problems
            continue
        if case is first or (case in cases and scenario not in seen):
            seen.append(scenario)
            kept.append(case)
    refuse(list(dict.fromkeys(problems)))
    meters = [(known.participants, known.plants, known.battery) for known in seen]
    return kept[1:], tuple(sorted(range(len(seen)), key=lambda at: meters.index(meters[at])))


def _read(source: RawFolder, case: Case) -> Scenario:
    variant, settings = case
    return scenario_of(source_with_settings(source, variant=variant, settings=settings), variant=variant)
