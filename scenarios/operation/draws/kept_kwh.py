"""The kWh of quick draws, kept beside the meters: another local price shares none of them anew."""

import io
from collections.abc import Callable, Mapping

import numpy as np

from acc.arrays import FloatArray
from scenarios.operation.draws.digest import sweep_digest
from scenarios.operation.draws.euros import FACTORS, OF_KWH, KwhRows, LaterRows, Volumes, joined
from scenarios.operation.draws.results import DrawResults
from scenarios.operation.draws.worker import SweepPlan, draw_kwh, empty_results, rows_waiting
from scenarios.operation.metering.depends_on import sharing_parts
from scenarios.operation.store.store import KeptForm, KeptKind, KeptStore


def _write(volumes: Volumes) -> bytes:
    arrays = {name: getattr(volumes, name) for name in FACTORS} | _named(volumes.kwh, "")
    if later := volumes.later:
        arrays |= {"weights": later.weights, "runs": later.runs} | _named(later.kwh, LATER)
    out = io.BytesIO()
    np.savez(out, **arrays)
    return out.getvalue()


LATER = "later "


def _named(kwh: KwhRows, head: str) -> dict[str, FloatArray]:
    return {f"{head}{name}": getattr(kwh, name) for name in OF_KWH}


def _read(body: bytes) -> Volumes:
    with np.load(io.BytesIO(body), allow_pickle=False) as scenario:

        def kwh(head: str) -> KwhRows:
            return KwhRows(*(scenario[f"{head}{name}"] for name in OF_KWH))

        later = (
            LaterRows(kwh(LATER), scenario["weights"], scenario["runs"]) if "weights" in scenario else None
        )
        return Volumes(kwh=kwh(""), later=later, **{name: scenario[name] for name in FACTORS})


DRAWN = KeptKind("kWh of draws", form=KeptForm(write=_write, read=_read, suffix=".draws", has_words=False))


def work_kept(
    plan: SweepPlan, draws: int, parts: Mapping[str, object] | None, cache: KeptStore
) -> DrawResults:
    """Return the results of the first draws of a plan of one case and one key, their kWh from what was kept.

    Args:
        parts: what these kWh rest on, see `kwh_parts`.
    """
    results = empty_results(plan, draws)
    (waiting,) = rows_waiting(plan, results)
    kept = parts and cache.known(DRAWN, parts)
    if kept:
        waiting.rows, waiting.volumes = [(draw, 0) for draw in range(draws)], [kept]
    else:
        draw_kwh(plan, 0, draws, [waiting])
        if parts and len(waiting.rows) == draws:  # all of them wait, and each has a result
            waiting.volumes = [joined(waiting.volumes)]
            cache.keep(DRAWN, parts, waiting.volumes[0])
    waiting.write()
    return results


def kept_kwh(parts: Mapping[str, object] | None, cache: KeptStore, make: Callable[[], Volumes]) -> Volumes:
    """Return kWh of draws, from what was kept of the same parts; made each time where there is none."""
    return make() if parts is None else cache.get(DRAWN, parts, make)


def kwh_parts(plan: SweepPlan, inputs: Mapping[str, str]) -> Mapping[str, object] | None:
    """Return all that the kWh of draws rest on, what is asked but the local price; None where it moves them.

    Args:
        inputs: sha256 of each file that the operation rests on.
    """
    (case,) = plan.cases
    scenario = sharing_parts(case.scenario)
    return scenario and {
        "choice": sweep_digest(plan.choice, plan.keys, plan.engine, inputs, []),
        "draws": plan.choice.draws,
        "by plant": case.by_plant,
        "years": case.later_years,
        "scenario": scenario,
    }
