"""The files that a run keeps for who keeps the folder, and the one of its brief that all may read."""

import json
from collections.abc import Callable
from functools import partial
from math import isfinite
from typing import BinaryIO

from acc.i18n import to_hundreds
from acc.result.result import Result
from reports.data.pairs import write_pairs
from reports.data.results import write_results
from reports.data.shown_rows import saving_range, shown_participants, shown_plants, shown_totals
from reports.data.steps import write_steps
from reports.format.money import range_ends
from reports.view.view import View, view_of

PUBLIC = "results-public.json"
"""The end of its name says to the page of contents that it is for all."""


def result_files(result: Result) -> dict[str, Callable[[BinaryIO], None]]:
    """Return the files of a run by name."""
    return {
        "results.json": partial(write_results, result),
        "steps.parquet": partial(write_steps, result),
        "pairs.csv": partial(write_pairs, result),
    }


def public_file(result: Result) -> bytes:
    """Public file of a run, written with the brief.

    Raises:
        InputError: homes that may not be shown.
    """
    return json.dumps(public_document(view_of(result)), ensure_ascii=False, indent=2).encode()


def public_document(view: View) -> dict[str, object]:
    """Public data of a run: the rows of the brief, with the same rounding."""
    scenario, provenance = view.result.scenario, view.result.provenance
    kwh = partial(_rounded_kwh, view)
    total_eur = shown_totals(view)["saving_eur_ht"]
    return {
        "name": scenario.name,
        "key": scenario.key.name,
        "fictitious": scenario.fictitious,
        "status": view.result.status.document,
        "start_utc": f"{scenario.steps.start_utc.isoformat()}Z",
        "end_utc": f"{scenario.steps.end_utc.isoformat()}Z",
        "rounded_to_kwh": view.scale.kwh * 10.0**-view.scale.decimals,
        "participants": [
            {
                "name": row.name,
                "consumption_kwh": kwh(row.consumption_kwh),
                "received_kwh": kwh(row.received_kwh),
                **_saving(row.saving_eur_ht, row.range_eur_ht),
            }
            for row in shown_participants(view)
        ],
        "plants": [
            {
                "name": row.name,
                "production_kwh": kwh(row.production_kwh),
                "own_use_kwh": kwh(row.own_use_kwh),
                "shared_kwh": kwh(row.shared_kwh),
                "surplus_kwh": kwh(row.surplus_kwh),
            }
            for row in shown_plants(view)
        ],
        "total": {"received_kwh": kwh(view.chosen.shared_kwh), **_saving(total_eur, saving_range(view))},
        "keys": [
            {"name": key.name, "shared_kwh": kwh(key.shared_kwh), **_saving(key.total_saving_eur_ht, None)}
            for key in view.keys
        ],
        "provenance": {"digest": provenance.digest, "ran_on": provenance.ran_on},
        "confidential": False,
    }


def _rounded_kwh(view: View, energy_kwh: float) -> float:
    return round(energy_kwh / view.scale.kwh, view.scale.decimals) * view.scale.kwh


def _saving(eur: float | None, drawn: tuple[float, float, float] | None) -> dict[str, object]:
    """Return a saving with its ends as they are printed; null where it is not known."""
    ends = {} if drawn is None else dict(zip(("p10", "p90"), range_ends(drawn[0], drawn[2]), strict=True))
    return {"saving_eur_ht": to_hundreds(eur) if eur is not None and isfinite(eur) else None, **ends}
