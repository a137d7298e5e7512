"""The document of a sweep: written on disk, printed by `--json`, read back for a brief. One layout, here."""

import json
from dataclasses import asdict, replace
from functools import lru_cache
from gettext import gettext as _
from pathlib import Path

from pydantic import TypeAdapter

from acc.arrays import JsonObject
from acc.result.result import Drawn
from acc.result.sweep import KeyDraws, SweepReport, VariantDraws
from acc.scenario import Scenario
from profiles.files.open_file import open_regular
from scenarios.entry.folder.raw import inputs_of
from scenarios.operation.draws.draws import doubts_of_outputs
from scenarios.operation.draws.quick import KeptRanges
from scenarios.operation.draws.settings import figures_of, spread_drawn
from scenarios.operation.draws.unknowns import published_yields
from scenarios.operation.store.store import MAX_BYTES, code_sha256, file_sha256, signed_code

SUMMARY = "summary.json"


def summary_document(report: SweepReport) -> JsonObject:
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
        "spreads": {
            name: {
                "shape": spread.shape,
                **{figure: getattr(spread, figure) for figure in figures_of(spread.shape)},
                "source": spread.source,
                "default": spread.default,
            }
            for name, spread in report.spreads.items()
        },
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


def _variant(variant: VariantDraws) -> JsonObject:
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


def _key(draws: KeyDraws) -> JsonObject:
    return {
        "ranges": draws.ranges,
        "persons": draws.persons,
        "chances": asdict(draws.chances) if draws.chances else {},
        "alone": {name: asdict(of) for name, of in draws.alone.items()},
        "narrowing": draws.narrowing,
    }


def kept_ranges(scenario: Scenario, folder: Path, out: Path) -> KeptRanges:
    """Ranges of the last sweep, which a run shows; empty over a modified folder."""
    return KeptRanges() if scenario.questions else kept(folder, out, scenario=scenario)


def kept(folder: Path, out: Path, *, scenario: Scenario) -> KeptRanges:
    """Ranges of the last sweep of these exact inputs, empty when there is none.

    A summary that this user did not sign as it is, or that other code made, is named and not read: one
    sentence, of the newest, whatever their number.
    """
    refused: tuple[str, ...] = ()
    summaries = sorted(out.glob(f"sweep-*/{SUMMARY}"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in summaries:
        try:
            with open_regular(path, MAX_BYTES) as file:
                content = file.read()
            code = signed_code(path, content)
            if code != code_sha256():
                refused = refused or (_refusal(path, code),)
                continue
            report = read_summary(content)
            same = all(file_sha256(folder / name) == sha for name, sha in report.inputs.items())
            known = {*inputs_of(folder), *scenario.files} <= set(report.inputs)
            if same and known:
                return replace(_kept_of(report, scenario), warnings=refused)
        except (OSError, ValueError):
            continue
    return KeptRanges(warnings=refused)


def _refusal(path: Path, code: str | None) -> str:
    """Reason why a summary is not used, and remedy."""
    text = _("{path} was made by another version of the program: not used; run `acc sweep` again")
    if code is None:
        text = _(
            "{path} is not as `acc sweep` wrote it here (changed, or come from elsewhere): not used; run "
            "`acc sweep` again"
        )
    return text.format(path=f"{path.parent.name}/{path.name}")


def _kept_of(report: SweepReport, scenario: Scenario) -> KeptRanges:
    for of_variant in report.variants:
        if (of_variant.name or None) == scenario.variant and scenario.key.name in of_variant.keys:
            key = of_variant.keys[scenario.key.name]
            return KeptRanges(
                ranges=key.ranges,
                persons=key.persons,
                draws=report.draws,
                alone=key.alone,
                drawn=_ranges_of_key(report, key, scenario),
            )
    return KeptRanges()


def _ranges_of_key(report: SweepReport, draws: KeyDraws, scenario: Scenario) -> Drawn:
    model, modelled = report.spreads.get("model_yield"), any(p.curve is None for p in scenario.plants)
    spreads = {name: spread_drawn(spread) for name, spread in report.spreads.items()}
    known = {"solar_yield", "model_yield"} <= spreads.keys()
    return Drawn(
        weather_years=report.weather_years,
        model_yield_ratio=model.middle if model is not None and modelled else None,
        paid_back_ratio=None if draws.chances is None else draws.chances.paid_back,
        outputs=doubts_of_outputs(spreads, scenario.plants, report.seed) if known else {},
        published=published_yields(),
        narrowing=draws.narrowing,
    )
