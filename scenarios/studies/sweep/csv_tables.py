"""The tables of a sweep, for a spreadsheet: what `summary.json` holds, one figure a row."""

import csv
from collections.abc import Iterable
from io import StringIO

from acc.result.sweep import SweepReport, VariantDraws

RANGES = ("variant", "key", "member", "indicator", "p10", "p50", "p90")
KEYS = ("variant", "indicator", "key", "member", "best_ratio", "regret")
BEATS = ("variant", "indicator", "key", "rival", "member", "beats_ratio")


def sweep_tables(report: SweepReport) -> dict[str, bytes]:
    """Return ranges.csv, keys.csv and beats.csv; the member "" is the whole operation.

    A regret is in the unit of its indicator.
    """
    variants = report.variants
    return {
        "ranges.csv": _csv(RANGES, (row for variant in variants for row in _ranges(variant))),
        "keys.csv": _csv(KEYS, (row for variant in variants for row in _keys(variant))),
        "beats.csv": _csv(BEATS, (row for variant in variants for row in _beats(variant))),
    }


def _ranges(variant: VariantDraws) -> Iterable[tuple[str, ...]]:
    for key, results in variant.keys.items():
        for indicator, rows in results.ranges.items():
            for member, values in rows.items():
                yield (variant.name, key, member, indicator, *(repr(float(v)) for v in values))


def _keys(variant: VariantDraws) -> Iterable[tuple[str, ...]]:
    for indicator, by_key in variant.regret.items():
        for key, by_member in by_key.items():
            for member, regret in by_member.items():
                best = variant.best[indicator][key].get(member)
                ratio = "" if best is None else repr(best)
                yield (variant.name, indicator, key, member, ratio, repr(regret))


def _beats(variant: VariantDraws) -> Iterable[tuple[str, ...]]:
    for indicator, by_key in variant.beats.items():
        for key, rivals in by_key.items():
            for rival, by_member in rivals.items():
                for member, ratio in by_member.items():
                    yield (variant.name, indicator, key, rival, member, repr(ratio))


def _csv(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> bytes:
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().encode()
