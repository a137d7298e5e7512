"""Members' sheets: two pages, or three, for the holder alone, made side by side on several processes."""

import os
import pickle
from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from gettext import gettext as _
from multiprocessing import get_context, parent_process
from multiprocessing.queues import Queue
from pathlib import Path
from threading import Thread
from typing import TypeAlias

from acc.accounts.persons import Holding
from acc.keys.rule import unknown_name
from acc.problem import InputError, Problem
from acc.result.result import Result
from acc.settle import Allocation
from profiles.files.letters import usable
from reports.documents.sheet import sheet_document
from reports.figures.style import font_folder
from reports.files import slug, write_files
from reports.format.language import current, hold, use
from reports.format.wording import text_of
from reports.html.page import own_page
from reports.paper.bound import bound
from reports.paper.typeset import page_files
from reports.sentences.overview import scenario_name
from reports.view.view import holders_shown

PDF_ALONE = frozenset({"pdf"})
Sheet: TypeAlias = tuple[str, dict[str, bytes]]
"""A person's id, and its files by name."""

Own: TypeAlias = Callable[[Holding, Result], Result]
"""Gives the result that the sheet of a holder stands on: its own data are not moved in it."""


def as_all_read(_holder: Holding, result: Result) -> Result:
    """Return the one result of all sheets."""
    return result


FEW = 10
"""Up to this many sheets, one process has made them before another has started."""


def write_sheets(  # noqa: PLR0913 - what a person may ask of sheets, each part optional
    result: Result,
    ids: Sequence[str],
    folder: Path,
    progress: Callable[[str], None] = lambda _id: None,
    *,
    own: Own = as_all_read,
    formats: Collection[str] = PDF_ALONE,
    force: bool = False,
    workers: int | None = None,
) -> list[Path]:
    """Write the sheet of each person of `ids` ("all" for everyone) into `folder`.

    Args:
        result: as all read it.
        ids: of persons, or of their sites and plants: each gives the sheet of who holds it.
        formats: "pdf" (`<id>.pdf`), "docx", "png" (`<id>-page-1.png`...), "html" (`<id>.html`,
            which tells nothing of the others).
        progress: called with the id of each sheet as soon as it is made.
        workers: processes; as many as processors by default.

    Raises:
        InputError: an unknown id, with the nearest one.
    """
    return write_files(folder, _all(result, ids, progress, formats, own, workers), force=force)


def write_bound(
    result: Result,
    ids: Sequence[str],
    folder: Path,
    progress: Callable[[str], None],
    *,
    own: Own = as_all_read,
    force: bool = False,
) -> list[Path]:
    """Write the sheets of `ids` one after the other as one PDF, to be printed.

    Raises:
        InputError: an unknown id, with the nearest one.
    """
    parts = list(_all(result, ids, progress, PDF_ALONE, own).values())
    book = bound(parts, _("Members’ sheets · {name}").format(name=scenario_name(result.scenario)))
    return write_files(folder, {_("all-sheets") + ".pdf": book}, force=force)


def _all(
    result: Result,
    ids: Sequence[str],
    progress: Callable[[str], None],
    formats: Collection[str],
    own: Own,
    workers: int | None = None,
) -> dict[str, bytes]:
    persons, sheets = checked_ids(result, ids, _("NAME")), dict[str, dict[str, bytes]]()
    holders = {holder.id: holder for holder in holders_shown(result)}
    for id_ in persons:
        if (alone := own(holders[id_], result)) is not result:
            sheets[id_] = sheet(alone, id_, formats)
            progress(id_)
    others = [id_ for id_ in persons if id_ not in sheets]
    for id_, files in _built(result, others, formats, workers or os.cpu_count() or 1):
        sheets[id_] = files
        progress(id_)
    return {name: data for id_ in persons for name, data in sheets[id_].items()}


def checked_ids(result: Result, ids: Sequence[str], where: str) -> list[str]:
    """Return the persons whose sheets to make, in the order of the operation, each once.

    Args:
        where: the word of the command line that has the ids.

    Raises:
        InputError: an unknown id, with the nearest one.
    """
    persons, scenario = holders_shown(result), result.scenario
    known = [person.id for person in persons]
    if list(ids) == ["all"]:
        return known
    of_site = {scenario.participants[n].id: person.id for person in persons for n in person.sites}
    of_plant = {scenario.plants[m].id: person.id for person in persons for m in person.plants}
    holder = {**of_plant, **of_site, **{id_: id_ for id_ in known}}
    problems = [Problem(where, unknown_name(id_, holder)) for id_ in ids if id_ not in holder]
    if problems:
        raise InputError(problems)
    wanted = {holder[id_] for id_ in ids}
    return [id_ for id_ in known if id_ in wanted]


def sheet(result: Result, person_id: str, formats: Collection[str] = PDF_ALONE) -> dict[str, bytes]:
    """Return the files of the sheet of one person, by name."""
    stem = usable(person_id if person_id.replace("-", "").replace("_", "").isalnum() else slug(person_id))
    files = {f"{stem}.html": own_page(result, person_id)} if "html" in formats else {}
    if not {"pdf", "png", "docx"} & {*formats}:
        return files
    return files | page_files(sheet_document(result, person_id), stem, formats)


def _built(result: Result, ids: Sequence[str], formats: Collection[str], workers: int) -> Iterator[Sheet]:
    """Yield each sheet as soon as it is made.

    Raises:
        InputError: a process that made some was killed.
    """
    others = min(workers, len(ids)) - 1
    if len(ids) <= FEW or others < 1:
        yield from ((id_, sheet(result, id_, formats)) for id_ in ids)
        return
    # Never fork: after a compile the typesetter's threads would hang the children for ever.
    context = get_context("spawn")
    # A thread of the queue hands the result over: with the call that starts a process, this one would wait.
    sent, kept = context.Queue(), pickle.dumps(_sent(result), pickle.HIGHEST_PROTOCOL)
    sent.cancel_join_thread()
    for _other in range(others):
        sent.put(kept)
    given = (sent, tuple(formats), current())
    pool = ProcessPoolExecutor(others, context, initializer=_start, initargs=given)
    try:
        yield from _with_others(pool, others, ids, lambda id_: sheet(result, id_, formats))
    except BrokenProcessPool:
        raise InputError([Problem("acc sheets", text_of("sheets-worker-killed"))]) from None
    finally:
        pool.shutdown(cancel_futures=True)
        sent.close()


def _sent(result: Result) -> Result:
    """Result for other processes: sums of the other keys, without their settlement by step."""
    others = {name: replace(other, settled=_left_here) for name, other in result.others.items()}
    return replace(result, others=others)


def _left_here() -> Allocation:
    raise RuntimeError("a sheet reads the sums of the other keys, not their steps")  # a fault of ours


def _with_others(
    pool: ProcessPoolExecutor, others: int, ids: Sequence[str], here: Callable[[str], dict[str, bytes]]
) -> Iterator[Sheet]:
    """Yield all sheets: this process makes the first ones while others start, then they the last ones.

    None is asked for and then cancelled: a pool of which a process was killed would never end.
    """
    left, running = deque(ids), dict[Future[dict[str, bytes]], str]()
    while left or running:
        while left and len(running) < 2 * others:  # one being made, one that waits
            id_ = left.pop()
            running[pool.submit(_sheet_here, id_)] = id_
        if left:
            id_ = left.popleft()
            yield id_, here(id_)
        else:
            wait(running, return_when=FIRST_COMPLETED)
        for done in [future for future in running if future.done()]:
            yield running.pop(done), done.result()


_here: list[tuple[Result, tuple[str, ...]]] = []
"""The result that this process makes sheets of, and their formats; sent once, not with each id."""


def _start(sent: "Queue[bytes]", formats: tuple[str, ...], lang: str) -> None:
    Thread(target=_end_with_parent, daemon=True).start()
    use(lang)
    hold()
    _here[:] = [(pickle.loads(sent.get()), formats)]  # noqa: S301 - what the process that started this one sent


def _end_with_parent() -> None:
    """End, and leave no folder, once the process that started this one is gone: killed, it tells nobody."""
    parent = parent_process()
    assert parent is not None  # `_start` runs in a process that another one started
    parent.join()
    font_folder().cleanup()
    os._exit(1)


def _sheet_here(person_id: str) -> dict[str, bytes]:
    result, formats = _here[0]
    return sheet(result, person_id, formats)
