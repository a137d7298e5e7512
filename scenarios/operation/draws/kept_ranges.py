"""The ranges of a result: of the last sweep of the same inputs, or of quick draws where there is none."""

from collections.abc import Mapping
from dataclasses import replace
from gettext import gettext as _
from pathlib import Path

from acc.result.result import Drawn, Result
from acc.result.sweep import KeyDraws, SweepReport
from acc.scenario import Scenario
from profiles.files.open_file import open_regular
from scenarios.entry.folder.raw import inputs_of, read_source
from scenarios.operation.draws.load_uncertainty import published_yields
from scenarios.operation.draws.quick import KeptRanges, quick_ranges
from scenarios.operation.draws.settings import output_doubt, read_sweep, spread_drawn
from scenarios.operation.draws.summary_file import SUMMARY, read_summary
from scenarios.operation.metering.meter import Metered
from scenarios.operation.ready.operation import Operation
from scenarios.operation.store.digests import MAX_BYTES, code_sha256, file_sha256
from scenarios.operation.store.signed_files import signed_code
from scenarios.operation.store.store import KeptStore


def drawn(
    operation: Operation, metered: Metered, inputs: Mapping[str, str], out: Path, cache: KeptStore
) -> KeptRanges:
    """Return the ranges of an operation under its key; a warning where only a sweep can draw them.

    Args:
        inputs: sha256 of each file that the operation rests on.

    Raises:
        InputError: every fault of `[sweep]`.
    """
    scenario = operation.scenario
    kept_ranges = _of_sweep(scenario, operation.folder, out)
    if kept_ranges.ranges is not None:
        return kept_ranges
    choice = read_sweep(read_source(operation.folder))
    quick = quick_ranges(operation, metered, choice, inputs, cache)
    if quick is None:
        text = _("the key {name} is settled step by step: its ranges are drawn by `acc sweep` only")
        quick = KeptRanges(warnings=(text.format(name=scenario.key.name),))
    return replace(quick, warnings=(*kept_ranges.warnings, *quick.warnings))


def with_ranges(result: Result, folder: Path, out: Path) -> Result:
    """Return the result with what a sweep of the same inputs found, where one was made."""
    kept_ranges = _of_sweep(result.scenario, folder, out)
    warnings = (*result.provenance.warnings, *kept_ranges.warnings)
    return kept_ranges.add_to(replace(result, provenance=replace(result.provenance, warnings=warnings)))


def _of_sweep(scenario: Scenario, folder: Path, out: Path) -> KeptRanges:
    """Ranges of the last sweep; empty over a modified folder."""
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
        output=output_doubt(spreads, modelled=modelled) if known else None,
        published=published_yields(),
        narrowing=draws.narrowing,
    )
