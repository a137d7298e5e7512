"""The document of a sweep: written on disk, printed by `--json`, read back for a brief. One layout, here."""

import json
from dataclasses import asdict
from functools import lru_cache

from pydantic import TypeAdapter

from acc.result.sweep import DrawnSpread, KeyDraws, SweepReport, VariantDraws
from scenarios.operation.draws.settings import figures_of

SUMMARY = "summary.json"


def summary_document(report: SweepReport) -> dict[str, object]:
    """Return a sweep as data: what it rests on, what was drawn, what the draws gave for each variant."""
    return {
        **({} if report.status is None else {"status": report.status.document}),
        "version": report.version,
        "inputs": report.inputs,
        "notes": list(report.notes),
        "draws": report.draws,
        "seed": report.seed,
        "engine": report.engine,
        "weather_years": report.weather_years,
        "spreads": {name: _spread(spread) for name, spread in report.spreads.items()},
        "variants": [_variant(variant) for variant in report.variants],
    }


def summary_bytes(report: SweepReport) -> bytes:
    """Return the file that a sweep keeps beside its draws."""
    return json.dumps(summary_document(report), ensure_ascii=False, indent=1).encode()


def read_summary(content: bytes) -> SweepReport:
    """Read the bytes of `summary_bytes`.

    Raises:
        ValueError: another layout, or not JSON.
    """
    document = json.loads(content)
    try:
        keys = [key for variant in document["variants"] for key in variant["keys"].values()]
        for key in keys:
            key["chances"] = key["chances"] or None
    except (KeyError, TypeError, AttributeError) as fault:
        raise ValueError(f"not the summary of a sweep: {fault!r}") from None
    return _reader().validate_python(document)


@lru_cache(maxsize=1)
def _reader() -> TypeAdapter[SweepReport]:
    """Made once: it takes longer than reading a summary."""
    return TypeAdapter(SweepReport)


def _spread(spread: DrawnSpread) -> dict[str, object]:
    own = {name: getattr(spread, name) for name in figures_of(spread.shape)}
    return {"shape": spread.shape, **own, "source": spread.source, "default": spread.default}


def _variant(variant: VariantDraws) -> dict[str, object]:
    return {
        "name": variant.name,
        "keys": {name: _key(key) for name, key in variant.keys.items()},
        "beats": variant.beats,
        "ahead": {
            indicator: {
                first: {second: asdict(rival) for second, rival in rivals.items()}
                for first, rivals in by_key.items()
            }
            for indicator, by_key in variant.ahead.items()
        },
        "best": variant.best,
        "regret": variant.regret,
        "variance_shares": variant.variance_shares,
    }


def _key(draws: KeyDraws) -> dict[str, object]:
    return {
        "ranges": draws.ranges,
        "persons": draws.persons,
        "chances": asdict(draws.chances) if draws.chances else {},
        "alone": {name: asdict(of) for name, of in draws.alone.items()},
        "narrowing": draws.narrowing,
    }
