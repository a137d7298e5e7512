"""The result as data: what `--json` prints and a run keeps. Numbers, not sentences."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from acc.accounts.persons import value_steps
from acc.accounts.values import Money
from acc.arrays import JsonObject, JsonValue
from acc.fairness import MEASURES
from acc.finance import Finance
from acc.indicators import Energy
from acc.problem import Problem
from acc.result.change import ExplainedChange, PairedDraws
from acc.result.files import FormsState
from acc.result.outcomes import compared_proposal, key_outcomes
from acc.result.proposal import ranking
from acc.result.rates import expiring_rates
from acc.result.result import KeyOutcome, Ranges, Result
from reports.data import columns
from reports.data.encode import (
    Picked,
    document,
    encode,
    ends,
    keyed,
    measure,
    pick,
    proposal_document,
    write_document,
)
from reports.data.rows import have, key_row, participant_rows, plant_rows
from reports.data.table import Need
from reports.data.understood import understood
from reports.data.years import years_document

TOTAL = (
    "gain_eur_ht without_sharing_eur_ht sharing_eur_ht npv_eur_ht without_sharing_npv_eur_ht "
    "sharing_npv_eur_ht connected_npv_eur_ht full_accise_gain_eur_ht full_accise_npv_eur_ht unknown_ids"
)
"""Keys of the gains of all together."""


def results_document(result: Result) -> JsonObject:
    """Document of `--json` for one result: kWh over the period, EUR excl. VAT, ratios 0 to 1."""
    sums, money, steps = result.energy, result.money, result.scenario.steps
    return document(
        result,
        "name=scenario.name variant=scenario.variant asked? key=scenario.key.name *proposed "
        "fictitious=scenario.fictitious status start_utc end_utc step_minutes=scenario.steps.step_minutes "
        "*energy storage? shift? *years *euros *ranges ranges_draws? drawn? participants plants cancelling "
        "checks=rules expiring_rates lawful_way?=way weather provenance confidential",
        asked=result.scenario.questions or None,
        proposed=proposal_document("recommended_key", result.proposal),
        start_utc=f"{steps.start_utc.isoformat()}Z",
        end_utc=f"{steps.end_utc.isoformat()}Z",
        years=years_document(result),
        euros=_money(money, result.persons_ranges, result.scenario.finance),
        ranges=_ranges(result.ranges, ""),
        participants=[
            {**row, **_ranges(result.ranges, str(row["id"]))}
            for row in _participants(result, sums, money, {Need.QUALITY})
        ],
        plants=_plants(result, sums, money),
        expiring_rates=expiring_rates(result),
        confidential=True,
    )


def _ranges(ranges: Ranges | None, member: str) -> JsonObject:
    """Return the ranges of a member ("" is the group) by indicator; nothing where none was drawn."""
    drawn = {name: ends(by[member]) for name, by in (ranges or {}).items() if member in by}
    return {"ranges": drawn} if drawn else {}


def comparison_document(
    results: Sequence[Result], drawn: PairedDraws | None = None, changes: Sequence[ExplainedChange] = ()
) -> JsonObject:
    """Document of `compare --json`: each key on the same exchange, or each variant as a scenario.

    Args:
        drawn: what the scenarios bring in the same draws.
        changes: why each one but the first differs from it, where that is told.
    """
    first, labels = results[0], [result.scenario.label or "" for result in results]
    outcomes, able = key_outcomes(first), zip(first.scenario.participants, first.can_receive, strict=True)
    ranked = {"keys": _ranking([(outcome.name, outcome.money) for outcome in outcomes])}
    if len(results) > 1:
        ranked["variants"] = _ranking([(name, r.money) for name, r in zip(labels, results, strict=True)])
    chosen = "recommended_variant" if len(results) > 1 else "recommended_key"
    compared = document(
        first,
        "status keys left_out never_ids measures *proposed storage? shift? provenance confidential ranking",
        keys={outcome.name: _outcome(first, outcome) for outcome in outcomes},
        never_ids=[site.id for site, can_receive in able if not can_receive],
        measures=MEASURES,
        proposed=proposal_document(chosen, compared_proposal(results)),
        confidential=True,
        ranking=ranked,
    )
    if len(results) > 1:
        compared["variants"] = EachDocument(dict(zip(labels, results, strict=True)))
    if drawn is not None:
        compared["paired"] = encode(_paired(drawn, labels))
    if changes:
        compared["why"] = encode(dict(zip(labels[1:], changes, strict=True)))
    return compared


def _paired(drawn: PairedDraws, labels: Sequence[str]) -> Picked:
    """Return the ranges of scenarios in the same draws, and how often each brings more than the reference."""
    return {
        "draws": drawn.count,
        "by": measure(is_value=drawn.is_value),
        "reference": labels[drawn.reference],
        "cases": {
            label: {
                **keyed(drawn.chance(case)),
                "persons": {id_: drawn.chance(case, (id_,)) for id_ in drawn.persons},
            }
            for case, label in enumerate(labels)
        },
    }


class EachDocument(Mapping[str, JsonValue]):
    """The document of each of many results by name, made when it is read: a hundred weigh 150 MB."""

    def __init__(self, results: Mapping[str, Result]) -> None:
        self._results = results

    def __getitem__(self, name: str) -> JsonObject:
        return results_document(self._results[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._results)

    def __len__(self) -> int:
        return len(self._results)


def _ranking(cases: Sequence[tuple[str, Money | None]]) -> Picked | None:
    """Return the cases, that in which everybody gains most first; None where some euros are unknown."""
    ranked = ranking([money for _name, money in cases])
    if ranked is None:
        return None
    return {
        "by": measure(is_value=ranked.is_value),
        "plan_years": ranked.plan_years,
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


def _outcome(result: Result, outcome: KeyOutcome) -> Picked:
    sums, money = outcome.energy, outcome.money
    return {
        **keyed(sums),
        **columns.KEYS.record(key_row(result, outcome), have(money)),
        **_money(money),
        "participants": _participants(result, sums, money),
        "plants": _plants(result, sums, money),
    }


def _participants(
    result: Result, sums: Energy, money: Money | None, others: Collection[Need] = ()
) -> list[Picked]:
    needs = have(money, others)
    return [columns.PARTICIPANTS.record(row, needs) for row in participant_rows(result, sums, money)]


def _plants(result: Result, sums: Energy, money: Money | None) -> list[Picked]:
    return [columns.PLANTS.record(row, have(money)) for row in plant_rows(result.scenario, sums, money)]


def _money(money: Money | None, ranges: Ranges | None = None, finance: Finance | None = None) -> Picked:
    """Return the euros: saving and plan beside the totals, all the rest under `money`."""
    if money is None:
        return {"saving_eur_ht": None, "plan": None, "persons": [], "total": None, "money": None}
    steps = value_steps(money, finance)
    return pick(
        money,
        "saving_eur_ht full_accise_saving_eur_ht plan persons total money",
        persons=[{**keyed(person), **_ranges(ranges, person.id)} for person in money.persons],
        total=money.total and pick(money.total, f"{TOTAL} npv_steps", npv_steps=steps),
        money=money,
    )


def write_results(result: Result, file: BinaryIO) -> None:
    """Write the document of a result as JSON, piece by piece."""
    write_document(results_document(result), file)


def check_document(
    result: Result, refused: Sequence[Problem] = (), forms: FormsState | None = None
) -> JsonObject:
    """Document of `check --json` for a valid folder, with the refusals of other commands."""
    return document(
        result,
        "problems refused checks=rules warnings=provenance.warnings accepted understood forms",
        problems=(),
        refused=[{"command": problem.path, "message": problem.message} for problem in refused],
        accepted=result.scenario.accepted or (),
        understood=understood(result),
        forms=forms,
    )


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
