"""What is set beside a folder: its variants, and questions asked over it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from gettext import gettext as _
from pathlib import Path
from weakref import ReferenceType, ref

from acc.arrays import FloatArray
from acc.problem import InputError, Problem
from acc.result.result import Result
from acc.settle import Allocation
from files.atomic_write import PartError
from scenarios.entry.folder.question import read_ask
from scenarios.entry.folder.raw import read_source
from scenarios.entry.folder.settings import Setting
from scenarios.operation.store.store import KeptStore
from scenarios.studies.sweeping.disk_space import spooled

ALL = "all"
MOST_MADE, MOST_BYTES = 2, 1_000_000
"""Of each kind, with and without a battery, before and after loads moved; and few figures."""

RESTING_BYTES = 1 << 22
"""Arrays from which they wait on the disk (4 MB: a year at 15 minutes of 15 sites)."""


def shared_store(folder: Path, *, use_cache: bool = True) -> KeptStore:
    """Return what scenarios set beside one another share, held while their meters are the same.

    A price, a key move no meter: loads and what a key makes of them are made once for all such scenarios.
    Of scenarios whose meters differ those of one alone are in memory. Loads are held side by side: the
    store itself holds few of them.
    """
    of = KeptStore.of(folder, use_cache=use_cache)
    return replace(of, most=MOST_MADE, most_bytes=MOST_BYTES, one_meter=True)


class SpilledResults:
    """Lays the steps of results in files without a name, each array once, but for those of the first one.

    Attributes:
        folder: where the files are.
    """

    def __init__(self, folder: Path, first: Result) -> None:
        self.folder = folder
        self._laid: dict[int, tuple[ReferenceType[FloatArray], FloatArray]] = {}
        for values in _arrays(first):
            self._laid[id(values)] = ref(values), values

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
            return replace(result, exchange=exchange.laid(self._once), allocation=shared, money=money)
        except PartError as fault:
            message = _("cannot be written: {fault}. Choose another folder with --out")
            raise InputError([Problem(str(self.folder), message.format(fault=fault.reason))]) from None

    def _once(self, values: FloatArray) -> FloatArray:
        if values.nbytes < RESTING_BYTES:
            return values
        known = self._laid.get(id(values))
        if known is None or known[0]() is not values:
            known = self._laid[id(values)] = ref(values), spooled(values, self.folder)
        return known[1]


def _arrays(result: Result) -> Iterator[FloatArray]:
    exchange, allocation = result.exchange, result.allocation
    yield from (exchange.consumption_kwh, exchange.production_kwh, exchange.own_use_kwh)
    yield from (allocation.received_kwh, allocation.surplus_kwh)
    if allocation.received_by_plant_kwh is not None:
        yield allocation.received_by_plant_kwh


def beside(
    folder: Path, variants: str | None, asks: Sequence[str], settings: tuple[Setting, ...]
) -> list[tuple[str | None, tuple[Setting, ...]]]:
    """Return each variant with the settings of the folder, then each question as settings of its own.

    Args:
        variants: names between commas, or "all"; None for none.

    Raises:
        InputError: a folder that cannot be read, a question that cannot be understood.
    """
    names = [name.strip() for name in (variants or "").split(",") if name.strip()]
    if variants == ALL:
        names = list(read_source(folder).known_variants)
    asked = [(None, (*settings, *read_ask(text))) for text in asks]
    return [*((name, settings) for name in names), *asked]
