"""What is set beside a folder: its variants, and questions asked over it."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from gettext import gettext as _
from pathlib import Path

from acc.problem import InputError, Problem
from acc.result.result import Result
from acc.settle import Allocation
from scenarios.folder.atomic_write import PartError
from scenarios.folder.question import read_ask
from scenarios.folder.raw import read_source
from scenarios.folder.settings import Setting
from scenarios.sweeping.spool import SPOOLED_BYTES, spooled

ALL = "all"


def at_rest(result: Result, count: int, folder: Path) -> Result:
    """Return a result that is one of `count`, its steps laid in files without a name where all are too many.

    Raises:
        InputError: the disk is full, or refuses.
    """
    exchange, allocation = result.exchange, result.allocation
    if count * exchange.consumption_kwh.nbytes < SPOOLED_BYTES:
        return result
    laid = partial(spooled, folder=folder)
    pairs = allocation.received_by_plant_kwh
    try:
        shared = Allocation(
            laid(allocation.received_kwh),
            laid(allocation.surplus_kwh),
            None if pairs is None else laid(pairs),
        )
        return replace(result, exchange=exchange.laid(laid), allocation=shared)
    except PartError as fault:
        message = _("cannot be written: {fault}. Choose another folder with --out").format(fault=fault.reason)
        raise InputError([Problem(str(folder), message)]) from None


def beside(
    folder: Path, variants: str, asks: Sequence[str], settings: tuple[Setting, ...]
) -> list[tuple[str | None, tuple[Setting, ...]]]:
    """Return each variant with the settings of the folder, then each question as settings of its own.

    Args:
        variants: names between commas, or "all".

    Raises:
        InputError: a folder that cannot be read, a question that cannot be understood.
    """
    names = [name.strip() for name in variants.split(",") if name.strip()]
    if variants == ALL:
        names = list(read_source(folder).known_variants)
    asked = [(None, (*settings, *read_ask(text))) for text in asks]
    return [*((name, settings) for name in names), *asked]
