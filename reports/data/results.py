"""The result as data: what `--json` prints and a run keeps. Numbers, not sentences."""

import io
import json
import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, fields, is_dataclass, replace
from pathlib import Path
from typing import BinaryIO

from acc.accounts.values import Money
from acc.fairness import MEASURES
from acc.finance import Finance
from acc.indicators import Energy
from acc.problem import Problem
from acc.result.change import Chance, ExplainedChange, PairedDraws
from acc.result.files import FormsState
from acc.result.outcomes import compared_proposal, key_outcomes
from acc.result.proposal import ranking
from acc.result.rates import expiring_rates
from acc.result.result import KeyOutcome, Ranges, Result
from acc.rules.check import Check
from reports.data import columns
from reports.data.cancelling import cancelling_document
from reports.data.change import change_document
from reports.data.forms import state_document
from reports.data.lawful_plans import lawful_plan_document
from reports.data.money import money_document, npv_steps, plan_document, total_document
from reports.data.proposal import proposal_document
from reports.data.rows import have, key_row, participant_rows, plant_rows
from reports.data.table import Need
from reports.data.understood import understood
from reports.data.years import years_document


def results_document(result: Result) -> dict[str, object]:
    """Document of `--json` for one result: kWh over the period, EUR excl. VAT, ratios 0 to 1."""
    sums, scenario = result.energy, result.scenario
    return {
        "name": scenario.name,
        "variant": scenario.variant,
        **({"asked": list(scenario.questions)} if scenario.questions else {}),
        "key": scenario.key.name,
        **proposal_document("recommended_key", result.proposal),
        "fictitious": scenario.fictitious,
        "status": result.status.document,
        "start_utc": f"{scenario.steps.start_utc.isoformat()}Z",
        "end_utc": f"{scenario.steps.end_utc.isoformat()}Z",
        "step_minutes": scenario.steps.step_minutes,
        **totals(sums),
        **(_changed(result) | years_document(result)),
        **_money(result.money, result.persons_ranges, scenario.finance),
        **_ranges(result.ranges, ""),
        **({} if result.ranges_draws is None else {"ranges_draws": result.ranges_draws}),
        **({} if result.drawn is None else {"drawn": asdict(result.drawn)}),
        "participants": [
            {**row, **_ranges(result.ranges, str(row["id"]))}
            for row in _participants(result, sums, result.money, {Need.QUALITY})
        ],
        "plants": _plants(result, sums, result.money),
        "cancelling": [cancelling_document(cancelling) for cancelling in result.cancelling],
        "checks": [_check(check) for check in result.rules],
        "expiring_rates": [asdict(expiring_rate) for expiring_rate in expiring_rates(result)],
        **({} if result.way is None else {"lawful_way": lawful_plan_document(result.way)}),
        "weather": asdict(result.weather),
        "provenance": asdict(result.provenance),
        "confidential": True,
    }


def _ranges(ranges: Ranges | None, member: str) -> dict[str, object]:
    """Return the ranges of a member ("" is the group) by indicator; nothing where none was drawn."""
    drawn = {name: by[member] for name, by in (ranges or {}).items() if member in by}
    if not drawn:
        return {}
    return {"ranges": {name: dict(zip(("p10", "p50", "p90"), of, strict=True)) for name, of in drawn.items()}}


def comparison_document(
    results: Sequence[Result], drawn: PairedDraws | None = None, changes: Sequence[ExplainedChange] = ()
) -> dict[str, object]:
    """Document of `compare --json`: each key on the same exchange, or each variant as a scenario.

    Args:
        drawn: what the scenarios bring in the same draws.
        changes: why each one but the first differs from it, where that is told.
    """
    first = results[0]
    ranked = {"keys": _ranking([(outcome.name, outcome.money) for outcome in key_outcomes(first)])}
    document: dict[str, object] = {
        "status": first.status.document,
        "keys": {outcome.name: _outcome(first, outcome) for outcome in key_outcomes(first)},
        "left_out": first.left_out,
        "never_ids": [
            site.id
            for site, able in zip(first.scenario.participants, first.can_receive, strict=True)
            if not able
        ],
        "measures": {name: asdict(measure) for name, measure in MEASURES.items()},
        **proposal_document(
            "recommended_variant" if len(results) > 1 else "recommended_key", compared_proposal(results)
        ),
        **_changed(first),
        "provenance": asdict(first.provenance),
        "confidential": True,
        "ranking": ranked,
    }
    if len(results) > 1:
        document["variants"] = EachDocument({result.scenario.label or "": result for result in results})
        ranked["variants"] = _ranking([(r.scenario.label or "", r.money) for r in results])
    if drawn is not None:
        document["paired"] = _paired(drawn, [result.scenario.label or "" for result in results])
    if changes:
        others = zip(results[1:], changes, strict=True)
        document["why"] = {other.scenario.label or "": change_document(change) for other, change in others}
    return document


def _paired(drawn: PairedDraws, labels: Sequence[str]) -> dict[str, object]:
    """Return the ranges of scenarios in the same draws, and how often each brings more than the reference."""
    return {
        "draws": drawn.count,
        "by": "npv_eur_ht" if drawn.is_value else "gain_eur_ht",
        "reference": labels[drawn.reference],
        "cases": {
            label: {
                **_chance(drawn.chance(case)),
                "persons": {id_: _chance(drawn.chance(case, (id_,))) for id_ in drawn.persons},
            }
            for case, label in enumerate(labels)
        },
    }


def _chance(chance: Chance) -> dict[str, object]:
    return {**asdict(chance), "is_equal": chance.is_equal}


class EachDocument(Mapping[str, dict[str, object]]):
    """The document of each of many results by name, made when it is read: a hundred weigh 150 MB."""

    def __init__(self, results: Mapping[str, Result]) -> None:
        self._results = results

    def __getitem__(self, name: str) -> dict[str, object]:
        return results_document(self._results[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._results)

    def __len__(self) -> int:
        return len(self._results)


def _ranking(cases: Sequence[tuple[str, Money | None]]) -> dict[str, object] | None:
    """Return the cases, that in which everybody gains most first; None where some euros are unknown."""
    ranked = ranking([money for _name, money in cases])
    if ranked is None:
        return None
    return {
        "by": "npv_eur_ht" if ranked.is_value else "gain_eur_ht",
        "plan_years": list(ranked.plan_years),
        "cases": [
            {
                "rank": ranked.rank(case),
                "name": cases[case][0],
                "together_eur_ht": ranked.together_eur[case],
                "losers": ranked.losers[case],
                "persons": {p.id: ranked.own_eur(p) for p in (money.persons if money else ())},
            }
            for case in ranked.order
            for money in [cases[case][1]]
        ],
    }


def _outcome(result: Result, outcome: KeyOutcome) -> dict[str, object]:
    sums, money = outcome.energy, outcome.money
    return {
        **totals(sums),
        **columns.KEYS.record(key_row(result, outcome), have(money)),
        **_money(money),
        "participants": _participants(result, sums, money),
        "plants": _plants(result, sums, money),
    }


def _participants(
    result: Result, sums: Energy, money: Money | None, others: Collection[Need] = ()
) -> list[dict[str, object]]:
    needs = have(money, others)
    return [columns.PARTICIPANTS.record(row, needs) for row in participant_rows(result, sums, money)]


def _plants(result: Result, sums: Energy, money: Money | None) -> list[dict[str, object]]:
    return [columns.PLANTS.record(row, have(money)) for row in plant_rows(result.scenario, sums, money)]


def _changed(result: Result) -> dict[str, object]:
    """Changes from a battery and flexible loads; empty where there are none."""
    document: dict[str, object] = {}
    if result.storage is not None:
        used = {field.name: getattr(result.storage, field.name) for field in fields(result.storage)}
        document["storage"] = {**used, "without": totals(result.storage.without)}
    if result.shift is not None:
        loads = [{"participant": p, "kwh": kwh, "moved_kwh": moved} for p, kwh, moved in result.shift.loads]
        without = totals(result.shift.without)
        document["shift"] = {"moved_kwh": result.shift.moved_kwh, "loads": loads, "without": without}
    return document


def _money(
    money: Money | None, ranges: Ranges | None = None, finance: Finance | None = None
) -> dict[str, object]:
    """Return the euros: saving and plan beside the totals, all the rest under `money`."""
    if money is None:
        return {"saving_eur_ht": None, "plan": None, "persons": [], "total": None, "money": None}
    plan = plan_document(money.plan) if money.plan else None
    return {
        "saving_eur_ht": money.saving_eur_ht,
        "full_accise_saving_eur_ht": money.full_accise_saving_eur_ht,
        "plan": plan,
        "persons": [
            {**columns.PERSONS.record(person), **_ranges(ranges, person.id)} for person in money.persons
        ],
        "total": {**total_document(money.total), "npv_steps": npv_steps(money, finance)}
        if money.total
        else None,
        "money": money_document(money),
    }


def totals(sums: Energy) -> dict[str, object]:
    """Return the sums of an operation and its two ratios."""
    return columns.INDICATORS.record(sums)


def _check(check: Check) -> dict[str, object]:
    document = asdict(check)
    document["in_force_from"] = check.in_force_from.isoformat() if check.in_force_from else None
    return document


def to_json(document: object) -> str:
    """Return a document as JSON text; what is not a number is null, never NaN (RFC 8259)."""
    return "".join(json_parts(document))


def json_parts(value: object, margin: str = "\n") -> Iterator[str]:
    r"""Yield the JSON text of a value piece by piece: of thousands of sites the whole would weigh 0.2 GB.

    >>> "".join(json_parts({"a": [1, float("nan")], "b": ()}))
    '{\n  "a": [\n    1,\n    null\n  ],\n  "b": []\n}'
    """
    inside = margin + "  "
    if is_dataclass(value):
        value = {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, Mapping):
        comma = "{"
        for key, item in value.items():
            yield f"{comma}{inside}{_leaf(str(key))}: "
            yield from json_parts(item, inside)
            comma = ","
        yield "{}" if comma == "{" else f"{margin}}}"
    elif isinstance(value, list | tuple):
        comma = "["
        for item in value:
            yield f"{comma}{inside}"
            yield from json_parts(item, inside)
            comma = ","
        yield "[]" if comma == "[" else f"{margin}]"
    else:
        yield _leaf(value)


def _leaf(value: object) -> str:
    if isinstance(value, float):  # most of a result: the encoder, asked of each, takes four times as long
        return float.__repr__(value) if math.isfinite(value) else "null"
    return _encoded(value)


_encoded = json.JSONEncoder(ensure_ascii=False).encode


def write_results(result: Result, file: BinaryIO) -> None:
    """Write the document of a result as JSON, piece by piece."""
    write_document(results_document(result), file)


def write_document(document: object, file: BinaryIO) -> None:
    """Write a document as JSON, piece by piece."""
    out = io.TextIOWrapper(file, encoding="utf-8", newline="")
    out.writelines(json_parts(document))
    out.detach()  # flushed; the file stays open for who gave it


def check_document(
    result: Result, refused: Sequence[Problem] = (), forms: FormsState | None = None
) -> dict[str, object]:
    """Document of `check --json` for a valid folder, with the refusals of other commands."""
    return {
        "problems": [],
        "refused": [{"command": problem.path, "message": problem.message} for problem in refused],
        "checks": results_document(result)["checks"],
        "warnings": result.provenance.warnings,
        "accepted": [asdict(accepted) for accepted in result.scenario.accepted or ()],
        "understood": understood(result),
        "forms": state_document(forms),
    }


def dated(result: Result, folder: Path) -> Result:
    """Return the result with the date of its first run: the same inputs keep the same bytes."""
    ran_on = first_run_on(folder, result)
    return on_day(result, ran_on) if ran_on else result


def first_run_on(folder: Path, result: Result) -> str | None:
    """Return the date of the run that `folder` keeps, None when it keeps none of these inputs."""
    try:
        kept = json.loads((folder / "results.json").read_bytes())["provenance"]
        return str(kept["ran_on"]) if kept["digest"] == result.provenance.digest else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def on_day(result: Result, ran_on: str) -> Result:
    """Return the result as of another day: only the date on documents changes."""
    return replace(result, provenance=replace(result.provenance, ran_on=ran_on))


def is_same_run(folder: Path, result: Result) -> bool:
    """Return whether a folder holds results of the same inputs, under the same key.

    They may differ: of another day, with other ranges, in another language or of another version of the
    program, which can all be made again.
    """
    try:
        kept = json.loads((folder / "results.json").read_bytes())
        inputs = (kept["key"], kept["variant"], kept["provenance"]["digest"])
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return inputs == (result.scenario.key.name, result.scenario.variant, result.provenance.digest)
