"""Files that a run keeps: JSON, kWh of each step and each pair, GeoJSON; and the one that all may read."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import repeat
from math import isfinite
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from numpy.typing import NDArray

from acc.arrays import FloatArray
from acc.bills.tariff_slots import SLOTS
from acc.from_plants import from_plants
from acc.i18n import to_hundreds
from acc.result.result import Result
from acc.sites import Participant, Plant
from acc.steps import local_calendar
from reports.data import columns
from reports.data.encode import Document, Picked, document, pick
from reports.data.results import write_results
from reports.data.rows import PairRows, saving_range, shown_participants, shown_plants, shown_totals
from reports.data.table import Medium
from reports.format.money import range_ends
from reports.format.rounding import closed_parts
from reports.view.view import View, view_of


def operation_geojson(view: View) -> bytes:
    """Return a point for each site with a position that may be shown under its own name (RFC 7946)."""
    scenario = view.result.scenario
    shown: list[Participant | Plant] = [p for p in scenario.participants if p.id in view.open_sites]
    shown += [plant for plant in scenario.plants if view.names[plant.id] == plant.name]
    features = [_feature(site) for site in shown if site.position is not None]
    text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, indent=1)
    return f"{text}\n".encode()


def _feature(site: Participant | Plant) -> Picked:
    assert site.position is not None
    role, own = ("plant", "kwp") if isinstance(site, Plant) else ("participant", "kind")
    place = [site.position.longitude_deg, site.position.latitude_deg]
    return {
        "type": "Feature",
        "id": site.id,
        "geometry": {"type": "Point", "coordinates": place},
        "properties": document(site, f"name role commune insee substation {own}", role=role),
    }


def write_pairs(result: Result, file: BinaryIO) -> None:
    """Write one row a plant, participant and month (2026-01), then a slot (hph...) where euros are known.

    With a battery only slots are told: what it gives back at night has no plant of the same step.
    """
    out = io.TextIOWrapper(file, encoding="utf-8", newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(column.name for column in columns.PAIRS.shown(Medium.DATA))
    if result.storage is None:
        writer.writerows(_by_month(result))
    if result.money is not None and result.money.pair_by_slot_kwh is not None:
        writer.writerows(
            _rows(result, "slot", list(SLOTS), np.moveaxis(result.money.pair_by_slot_kwh, -1, 0))
        )
    out.detach()  # flushed; the file stays open for who gave it


def _by_month(result: Result) -> Iterator[tuple[object, ...]]:
    months, group = np.unique(
        local_calendar(result.exchange.steps).day.astype("datetime64[M]"), return_inverse=True
    )
    sums = from_plants(result.exchange.production_kwh, result.allocation.finest_kwh, group, len(months))
    return _rows(result, "month", [str(month) for month in months], sums)


def _rows(result: Result, by: str, names: list[str], sums: FloatArray) -> Iterator[tuple[object, ...]]:
    """Yield the rows of a table a plant at a time, columns side by side: there are millions of them."""
    plants, members = result.scenario.plants, [member.id for member in result.scenario.participants]
    values = [columns.PAIRS.reader(column) for column in columns.PAIRS.shown(Medium.DATA)]
    for name, of_plants in zip(names, sums, strict=True):
        for plant, kwh in zip(plants, of_plants, strict=True):
            rows = PairRows(repeat(plant.id), members, repeat(by), repeat(name), kwh)
            cells = (value(rows) for value in values)
            texts = [of.tolist() if isinstance(of, np.ndarray) else of for of in cells]
            yield from zip(*texts, strict=False)  # what repeats has no end


if TYPE_CHECKING:
    import pyarrow as pa

GROUP_ROWS = 1 << 18
"""Rows of the table of steps made and written together (some 10 MB)."""


def write_steps(result: Result, file: BinaryIO) -> None:
    """Write the tidy table of steps, a stretch of the period at a time: one row a step and participant."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - 0.1 s that only this file needs

    count, members = result.exchange.consumption_kwh.shape
    height = max(1, GROUP_ROWS // max(1, members))
    first = steps_table(result, slice(0, min(height, count)))
    # Words for what repeats only: looking for repeated kWh takes longer than all the rest.
    words = ["time", "participant"]
    with pq.ParquetWriter(file, first.schema, compression="snappy", use_dictionary=words) as writer:
        writer.write_table(first)
        for start in range(height, count, height):
            writer.write_table(steps_table(result, slice(start, min(start + height, count))))


def steps_table(result: Result, rows: slice) -> "pa.Table":
    """Return the tidy table of some steps: one row a step and participant, kWh."""
    import pyarrow as pa  # noqa: PLC0415 - 0.1 s that only this table needs

    need, received = result.exchange.consumption_kwh[rows], result.allocation.received_kwh[rows]
    count, members = need.shape
    position = np.tile(np.arange(members, dtype=np.int16), count)
    steps = result.exchange.steps.part(rows.start, rows.stop)
    starts = np.repeat(steps.starts_utc, members).astype("datetime64[s]").view(np.int64)
    given = {
        "time": _column(pa.timestamp("s", tz="UTC"), starts),
        "participant": pa.DictionaryArray.from_arrays(
            _column(pa.int16(), position), _words([p.id for p in result.scenario.participants])
        ),
        "consumption_kwh": _column(pa.float64(), need.ravel()),
        "received_kwh": _column(pa.float64(), received.ravel()),
        "complement_kwh": _column(pa.float64(), np.maximum(need - received, 0.0).ravel()),
    }
    return pa.table(given)


def _column(kind: "pa.DataType", values: NDArray[np.generic]) -> "pa.Array":
    """Return an array of what memory holds; `pa.array` would import pandas, 0.4 s, to ask whose it is."""
    import pyarrow as pa  # noqa: PLC0415 - as above

    return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(np.ascontiguousarray(values))])


def _words(words: Sequence[str]) -> "pa.StringArray":
    """Return an array of texts, without pandas; see `_column`."""
    import pyarrow as pa  # noqa: PLC0415 - as above

    texts = [word.encode() for word in words]
    ends = np.cumsum([0, *map(len, texts)], dtype=np.int32)
    return pa.StringArray.from_buffers(len(texts), pa.py_buffer(ends), pa.py_buffer(b"".join(texts)))


PUBLIC = "results-public.json"
"""The end of its name says to the page of contents that it is for all."""


STEPS = "steps.parquet"
"""Of two thousand sites it takes 7 s and 1.4 GB, so that it is written when asked for."""


def result_files(result: Result, *, steps: bool) -> dict[str, Callable[[BinaryIO], None]]:
    """Return the files of a run by name, its table of steps where asked."""
    writers = {"results.json": write_results, "pairs.csv": write_pairs, STEPS: write_steps}
    return {name: partial(write, result) for name, write in writers.items() if steps or name != STEPS}


def public_file(result: Result) -> bytes:
    """Public file of a run, written with the brief.

    Raises:
        InputError: homes that may not be shown.
    """
    return json.dumps(public_document(view_of(result)), ensure_ascii=False, indent=2).encode()


def public_document(view: View) -> Document:
    """Public data of a run: the rows of the brief, with the same rounding, which closes on what all have."""
    scenario, scale, people = view.result.scenario, view.scale, shown_participants(view)

    def closed(name: str, total_kwh: float) -> list[float]:
        parts = [getattr(site, name) / scale.unit_kwh for site in people]
        closing = closed_parts(parts, total_kwh / scale.unit_kwh, scale.decimals)
        return [round(part, scale.decimals) * scale.unit_kwh for part in closing]

    def row(source: object, *names: str) -> Document:
        rounded = {
            name: round(getattr(source, name) / scale.unit_kwh, scale.decimals) * scale.unit_kwh
            for name in names
        }
        return {"name": getattr(source, "name", None)} | rounded

    total = row(view.chosen, "shared_kwh")["shared_kwh"]
    return document(
        scenario,
        "name key=key.name fictitious status start_utc end_utc rounded_to_kwh participants plants total keys "
        "provenance confidential",
        status=view.result.status,
        start_utc=f"{scenario.steps.start_utc.isoformat()}Z",
        end_utc=f"{scenario.steps.end_utc.isoformat()}Z",
        rounded_to_kwh=scale.unit_kwh * 10.0**-scale.decimals,
        participants=[
            {"name": site.name, "consumption_kwh": need, "received_kwh": received}
            | _saving(site.saving_eur_ht, site.range_eur_ht)
            for site, need, received in zip(
                people,
                closed("consumption_kwh", view.total_need_kwh),
                closed("received_kwh", view.chosen.shared_kwh),
                strict=True,
            )
        ],
        plants=[
            row(plant, "production_kwh", "own_use_kwh", "shared_kwh", "surplus_kwh")
            for plant in shown_plants(view)
        ],
        total={"received_kwh": total} | _saving(shown_totals(view)["saving_eur_ht"], saving_range(view)),
        keys=[row(key, "shared_kwh") | _saving(key.total_saving_eur_ht, None) for key in view.keys],
        provenance=pick(view.result.provenance, "digest ran_on"),
        confidential=False,
    )


def _saving(amount_eur: float | None, drawn_eur: tuple[float, float, float] | None) -> Picked:
    """Return a saving with its ends as they are printed; null where it is not known."""
    low, high = (None, None) if drawn_eur is None else range_ends(drawn_eur[0], drawn_eur[2], drawn_eur[1])
    saving_eur = to_hundreds(amount_eur) if amount_eur is not None and isfinite(amount_eur) else None
    return pick(None, "saving_eur_ht p10? p90?", saving_eur_ht=saving_eur, p10=low, p90=high)
