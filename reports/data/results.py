"""The result as data: what `--json` prints and a run keeps. Numbers, not sentences."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, BinaryIO, NamedTuple, NotRequired, TypeAlias, TypedDict

from acc.accounts.person_values import PersonMoney
from acc.accounts.persons import ValueStep, value_steps
from acc.accounts.values import Money
from acc.arrays import JsonObject, JsonValue
from acc.fairness import MEASURES, Measure
from acc.finance import Finance
from acc.indicators import Energy
from acc.plan.values import Plan
from acc.problem import Problem
from acc.result.change import Chance, ExplainedChange, PairedDraws
from acc.result.files import FormsState
from acc.result.outcomes import compared_proposal, key_outcomes
from acc.result.proposal import Proposal, ranking
from acc.result.rates import expiring_rates
from acc.result.result import KeyOutcome, Ranges, Result
from acc.scenario import Accepted
from reports.data import columns
from reports.data.encode import Ends, Keys, Picked, Ranged, encode, keyed, measure, write_document
from reports.data.rows import KeyResultRow, have, key_rows, participant_rows, plant_rows
from reports.data.table import Need
from reports.data.understood import Understood, understood
from reports.data.years import years_document

TOTAL = Keys(
    PersonMoney,
    "gain_eur_ht without_sharing_eur_ht sharing_eur_ht npv_eur_ht without_sharing_npv_eur_ht "
    "sharing_npv_eur_ht connected_npv_eur_ht full_accise_gain_eur_ht full_accise_npv_eur_ht unknown_ids",
)
"""Keys of the gains of all together."""


class ResultEuros(TypedDict):
    """ResultEuros of a result: saving and plan beside the totals, all the rest under `money`."""

    saving_eur_ht: float | None
    full_accise_saving_eur_ht: NotRequired[float | None]
    plan: Plan | None
    persons: list[Annotated[Picked, columns.PERSONS, Ranged]]
    total: Annotated[Picked, TOTAL, ("npv_steps", Sequence[ValueStep])] | None
    money: Money | None


Participants: TypeAlias = list[Annotated[Picked, columns.PARTICIPANTS, Ranged]]
Plants: TypeAlias = list[Annotated[Picked, columns.PLANTS]]


def _participants_of(result: Result) -> Participants:
    return [
        {**row, **_ranges(result.ranges, str(row["id"]))}
        for row in _participants(result, result.energy, result.money, {Need.QUALITY})
    ]


RESULTS = Keys(
    Result,
    "name=scenario.name variant=scenario.variant asked? key=scenario.key.name recommended_key?=proposal.name "
    "proposal? fictitious=scenario.fictitious status start_utc end_utc "
    "step_minutes=scenario.steps.step_minutes *energy storage? shift? *years *euros *ranges ranges_draws? "
    "drawn? participants plants cancelling checks=rules expiring_rates lawful_way?=way weather provenance "
    "confidential",
    asked=(tuple[str, ...] | None, lambda result: result.scenario.questions or None),
    start_utc=(str, lambda result: f"{result.scenario.steps.start_utc.isoformat()}Z"),
    end_utc=(str, lambda result: f"{result.scenario.steps.end_utc.isoformat()}Z"),
    years=years_document,
    euros=(ResultEuros, lambda result: _money(result.money, result.persons_ranges, result.scenario.finance)),
    ranges=(Ranged, lambda result: _ranges(result.ranges, "")),
    participants=_participants_of,
    plants=(Plants, lambda result: _plants(result, result.energy, result.money)),
    expiring_rates=expiring_rates,
    confidential=(bool, lambda _result: True),
)


def results_document(result: Result) -> Annotated[JsonObject, RESULTS]:
    """Document of `--json` for one result: kWh over the period, EUR excl. VAT, ratios 0 to 1."""
    return RESULTS.document(result)


def _ranges(ranges: Ranges | None, member: str) -> Ranged:
    """Ranges of a member ("" is the group) by indicator; nothing where none was drawn."""
    drawn = {name: Ends(*by[member]) for name, by in (ranges or {}).items() if member in by}
    return {"ranges": drawn} if drawn else {}


@dataclass(frozen=True, slots=True)
class ComparedResults:
    """Results to compare: the keys of one, or several scenarios.

    Attributes:
        drawn: what the scenarios bring in the same draws.
        changes: why each one but the first differs from it, where that is known.
        proposal: the key, or the scenario, that the criteria choose.
    """

    results: Sequence[Result]
    drawn: PairedDraws | None
    changes: Sequence[ExplainedChange]
    proposal: Proposal | None

    @property
    def first(self) -> Result:
        """The folder's own."""
        return self.results[0]

    @property
    def labels(self) -> list[str]:
        """Name of each scenario."""
        return [result.scenario.label or "" for result in self.results]

    @property
    def is_of_scenarios(self) -> bool:
        """Whether scenarios are compared, and not keys alone."""
        return len(self.results) > 1


class Paired(TypedDict):
    """Ranges of scenarios in the same draws, and how often each brings more than the reference."""

    draws: int
    by: str
    reference: str
    cases: Mapping[str, Annotated[Picked, Chance, ("persons", Mapping[str, Chance])]]


class RankedCase(NamedTuple):
    """A case and its rank, EUR excl. VAT."""

    rank: int
    name: str
    together_eur_ht: float
    losers: int
    persons: Mapping[str, float | None]


class RankedCases(NamedTuple):
    """Cases, that in which everybody gains most first."""

    by: str
    plan_years: Sequence[int]
    cases: list[RankedCase]


class Rankings(TypedDict):
    """Ranking of the keys, and of the scenarios where several are compared."""

    keys: RankedCases | None
    variants: NotRequired[RankedCases | None]


class Sites(TypedDict):
    """Outcome of each site and of each plant under a key."""

    participants: Participants
    plants: Plants


Outcome: TypeAlias = Annotated[Picked, Energy, columns.KEYS, ResultEuros, Sites]


def _never_ids(compared: ComparedResults) -> list[str]:
    able = zip(compared.first.scenario.participants, compared.first.can_receive, strict=True)
    return [site.id for site, can_receive in able if not can_receive]


def _rankings(compared: ComparedResults) -> Rankings:
    ranked: Rankings = {"keys": _ranking([(key.name, key.money) for key in key_outcomes(compared.first)])}
    if compared.is_of_scenarios:
        moneys = [result.money for result in compared.results]
        ranked["variants"] = _ranking(list(zip(compared.labels, moneys, strict=True)))
    return ranked


def _variants(compared: ComparedResults) -> Mapping[str, Annotated[JsonValue, RESULTS]] | None:
    if not compared.is_of_scenarios:
        return None
    return EachDocument(dict(zip(compared.labels, compared.results, strict=True)))


def _paired(compared: ComparedResults) -> Paired | None:
    """Ranges of scenarios in the same draws, and how often each brings more than the reference."""
    if (drawn := compared.drawn) is None:
        return None
    return {
        "draws": drawn.count,
        "by": measure(is_value=drawn.is_value),
        "reference": compared.labels[drawn.reference],
        "cases": {
            label: {
                **keyed(drawn.chance(case)),
                "persons": {id_: drawn.chance(case, (id_,)) for id_ in drawn.persons},
            }
            for case, label in enumerate(compared.labels)
        },
    }


def _why(compared: ComparedResults) -> Mapping[str, ExplainedChange] | None:
    return dict(zip(compared.labels[1:], compared.changes, strict=True)) if compared.changes else None


COMPARISON = Keys(
    ComparedResults,
    "status=first.status keys left_out=first.left_out never_ids measures recommended_key? "
    "recommended_variant? proposal? storage?=first.storage shift?=first.shift provenance=first.provenance "
    "confidential ranking variants? paired? why?",
    keys=(Mapping[str, Outcome], lambda own: _outcomes(own.first)),
    never_ids=_never_ids,
    measures=(Mapping[str, Measure], lambda _compared: MEASURES),
    recommended_key=(
        str | None,
        lambda own: own.proposal.name if own.proposal and not own.is_of_scenarios else None,
    ),
    recommended_variant=(
        str | None,
        lambda own: own.proposal.name if own.proposal and own.is_of_scenarios else None,
    ),
    confidential=(bool, lambda _compared: True),
    ranking=_rankings,
    variants=_variants,
    paired=_paired,
    why=_why,
)


def comparison_document(
    results: Sequence[Result], drawn: PairedDraws | None = None, changes: Sequence[ExplainedChange] = ()
) -> Annotated[JsonObject, COMPARISON]:
    """Document of `compare --json`: each key on the same exchange, or each variant as a scenario."""
    record = COMPARISON.record(ComparedResults(results, drawn, changes, compared_proposal(results)))
    return {key: value if isinstance(value, EachDocument) else encode(value) for key, value in record.items()}


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


def _ranking(cases: Sequence[tuple[str, Money | None]]) -> RankedCases | None:
    """Cases, that in which everybody gains most first; None where some euros are unknown."""
    ranked = ranking([money for _name, money in cases])
    if ranked is None:
        return None
    ranks = []
    for case in ranked.order:
        name, money = cases[case]
        persons = {p.id: ranked.own_eur(p) for p in (money.persons if money else ())}
        eur, losers = ranked.together_eur[case], ranked.losers[case]
        ranks.append(RankedCase(ranked.rank(case), name, eur, losers, persons))
    return RankedCases(measure(is_value=ranked.is_value), ranked.plan_years, ranks)


def _outcomes(result: Result) -> Mapping[str, Outcome]:
    outcomes = key_outcomes(result)
    rows = key_rows(result, outcomes)[0]
    return {row.name: _outcome(result, outcome, row) for outcome, row in zip(outcomes, rows, strict=True)}


def _outcome(result: Result, outcome: KeyOutcome, row: KeyResultRow) -> Outcome:
    sums, money = outcome.energy, outcome.money
    return {
        **keyed(sums),
        **columns.KEYS.record(row, have(money)),
        **_money(money),
        "participants": _participants(result, sums, money),
        "plants": _plants(result, sums, money),
    }


def _participants(
    result: Result, sums: Energy, money: Money | None, others: Collection[Need] = ()
) -> list[Picked]:
    return columns.PARTICIPANTS.records(participant_rows(result, sums, money), have(money, others))


def _plants(result: Result, sums: Energy, money: Money | None) -> list[Picked]:
    return columns.PLANTS.records(plant_rows(result.scenario, sums, money), have(money))


def _money(money: Money | None, ranges: Ranges | None = None, finance: Finance | None = None) -> ResultEuros:
    if money is None:
        return {"saving_eur_ht": None, "plan": None, "persons": [], "total": None, "money": None}
    total = None if money.total is None else TOTAL.record(money.total)
    return {
        "saving_eur_ht": money.saving_eur_ht,
        "full_accise_saving_eur_ht": money.full_accise_saving_eur_ht,
        "plan": money.plan,
        "persons": [{**keyed(person), **_ranges(ranges, person.id)} for person in money.persons],
        "total": total and {**total, "npv_steps": value_steps(money, finance)},
        "money": money,
    }


def write_results(result: Result, file: BinaryIO) -> None:
    """Write the document of a result as JSON, piece by piece."""
    write_document(results_document(result), file)


@dataclass(frozen=True, slots=True)
class CheckedFolder:
    """A valid folder, what other commands refuse of it, where its forms stand, lines that are not counted."""

    result: Result
    refused: Sequence[Problem] = ()
    forms: FormsState | None = None
    begun: Sequence[str] = ()


class Refusal(NamedTuple):
    """Why a command refuses a folder."""

    command: str
    message: str


CHECK = Keys(
    CheckedFolder,
    "problems refused checks=result.rules warnings accepted understood forms",
    warnings=(Sequence[str], lambda own: (*own.begun, *own.result.provenance.warnings)),
    problems=(Sequence[Problem], lambda _folder: ()),
    refused=(
        list[Refusal],
        lambda own: [Refusal(problem.path, problem.message) for problem in own.refused],
    ),
    accepted=(Sequence[Accepted], lambda own: own.result.scenario.accepted or ()),
    understood=(Understood, lambda own: understood(own.result)),
)


def check_document(
    result: Result,
    refused: Sequence[Problem] = (),
    forms: FormsState | None = None,
    begun: Sequence[str] = (),
) -> Annotated[JsonObject, CHECK]:
    """Document of `check --json` for a valid folder, with the refusals of other commands."""
    return CHECK.document(CheckedFolder(result, refused, forms, begun))


def dated(result: Result, folder: Path) -> Result:
    """Return the result with the date of its first run: the same inputs keep the same bytes."""
    *_scenario, digest, ran_on = _kept(folder)
    if ran_on is None or digest != result.provenance.digest:
        return result
    return replace(result, provenance=replace(result.provenance, ran_on=ran_on))


def is_same_run(folder: Path, result: Result) -> bool:
    """Return whether a folder holds results of the same inputs, under the same key.

    They may differ: of another day, with other ranges, in another language or of another version of the
    program, which can all be made again.
    """
    scenario = result.scenario
    return _kept(folder)[:3] == (scenario.key.name, scenario.variant, result.provenance.digest)


def _kept(folder: Path) -> tuple[str | None, ...]:
    """Key, variant, digest and day of the results that a folder keeps, None of those it does not."""
    try:
        kept = json.loads((folder / "results.json").read_bytes())
        return kept["key"], kept["variant"], kept["provenance"]["digest"], str(kept["provenance"]["ran_on"])
    except (OSError, ValueError, KeyError, TypeError):
        return (None,) * 4
