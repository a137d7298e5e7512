"""What is compared: keys of one result, or scenarios one beside the other, on the same rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite

import numpy as np

from acc.accounts.values import Money
from acc.arrays import BoolArray, FloatArray
from acc.fairness import Fairness, fairness, fairness_of_each
from acc.indicators import Energy
from acc.result.change import PairedDraws
from acc.result.outcomes import Outcomes, compared_proposal, key_outcomes, outcomes
from acc.result.proposal import Proposal, Ranking, ranking
from acc.result.result import Result
from reports.format.labels import case_titles, compared_titles
from reports.format.unlawful import titles_with_status
from reports.format.wording import sentence
from reports.view.privacy import LEAST_CLOSED
from reports.view.view import View, view_of


@dataclass(frozen=True, slots=True, eq=False)
class ComparedScenario:
    """One key or one scenario.

    Attributes:
        received_kwh, saving_eur_ht: of each row compared, shape (R,); nan for who does not take part, or
            whose euros are unknown.
        name: of the key, or label of the scenario; `title` is what it is called.
    """

    name: str
    title: str
    energy: Energy
    money: Money | None
    fairness: Fairness
    received_kwh: FloatArray
    saving_eur_ht: FloatArray
    parts: tuple[str, ...] = ()
    """What tells it from the others, in a few words each."""
    is_lawful: bool = True
    able: BoolArray | None = None
    """Which participants can receive, (N,); None where all can."""
    left_out: tuple[str, ...] = ()
    """Rows where nobody can."""

    @property
    def served(self) -> tuple[float, float] | None:
        """The part of its need that the least and the most served cover, among those who can receive."""
        ratio = self.energy.participant_ratio
        kept = ratio[np.isfinite(ratio) if self.able is None else self.able & np.isfinite(ratio)]
        return (float(kept.min()), float(kept.max())) if len(kept) else None

    @property
    def shared_kwh(self) -> float:
        """What the group receives."""
        return float(self.energy.received_kwh.sum())

    @property
    def total_saving_eur_ht(self) -> float:
        """What the group saves, nan when unknown."""
        total = self.money.saving_eur_ht if self.money else None
        return float("nan") if total is None else total


@dataclass(frozen=True, slots=True)
class ComparedPerson:
    """A person, or those together whom the document does not name.

    Attributes:
        ids: whose gains are summed.
        amounts_eur: what it gains in each case, in the measure that ranks them; None where it has no part,
            or euros are unknown.
        received_kwh: what its sites receive in each case, over the period; None where it has no part.
    """

    name: str
    ids: frozenset[str]
    amounts_eur: tuple[float | None, ...]
    received_kwh: tuple[float | None, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Cases on the same rows; the first one is the key of the folder, or the reference scenario.

    Attributes:
        proposal: what the group's criteria choose; None where nothing may be proposed.
        persons: what each gains, where euros are known.
        drawn: the same in paired draws, where scenarios were drawn.
    """

    view: View
    rows: tuple[str, ...]
    cases: tuple[ComparedScenario, ...]
    are_keys: bool
    proposal: Proposal | None
    persons: tuple[ComparedPerson, ...] = ()
    drawn: PairedDraws | None = None

    @property
    def in_euros(self) -> bool:
        """Whether every case has its euros."""
        return all(isfinite(case.total_saving_eur_ht) for case in self.cases)

    @property
    def ranking(self) -> Ranking | None:
        """What everybody gains in each case, producers included; None where some euros are unknown."""
        return ranking([case.money for case in self.cases]) if self.in_euros else None

    @property
    def best(self) -> ComparedScenario | None:
        """The case that the criteria choose; None where nothing may be proposed."""
        if self.proposal is None:
            return None
        if not self.are_keys:
            return self.cases[self.proposal.index]
        # More keys may have been weighed than are shown; the chosen one always is.
        return next(case for case in self.cases if case.name == self.proposal.name)

    @property
    def reference(self) -> int:
        """The case that others are set against: what the criteria choose, else the first."""
        best = self.best
        return 0 if best is None else self.cases.index(best)

    @property
    def left_out(self) -> tuple[str, ...]:
        """Rows that are not counted in the least served of some case."""
        return tuple(dict.fromkeys(name for case in self.cases for name in case.left_out))

    def amounts(self, person: ComparedPerson) -> tuple[float | None, ...]:
        """Amounts of a person in each case: EUR in the measure that ranks them, kWh received without."""
        return person.received_kwh if self.ranking is None else person.amounts_eur

    def gains(self, case: ComparedScenario) -> FloatArray:
        """Return the gain of each row over the first case, EUR where known, else kWh, shape (R,)."""
        first = self.cases[0]
        if self.in_euros:
            return case.saving_eur_ht - first.saving_eur_ht
        return case.received_kwh - first.received_kwh


def compared(results: Sequence[Result], drawn: PairedDraws | None = None) -> Comparison:
    """Return the keys of one result, or several results as scenarios, with what was drawn of them.

    Raises:
        InputError: households that may not be shown, alone or by difference.
    """
    if len(results) == 1:
        return _keys(results[0])
    return replace(_scenarios(results), drawn=drawn)


def _keys(result: Result) -> Comparison:
    view, keys = view_of(result), key_outcomes(result)
    measured = fairness_of_each(result.exchange, [key.energy.received_kwh for key in keys])
    cases = tuple(
        ComparedScenario(
            key.name,
            key.title,
            key.energy,
            outcome.money,
            evenness,
            key.received_kwh,
            key.saving_eur_ht,
            able=result.can_receive,
            left_out=view.left_out,
        )
        for key, outcome, evenness in zip(view.keys, keys, measured, strict=True)
    )
    kwh = [_members_kwh(outcomes(result, key)) for key in keys]
    return Comparison(
        view,
        tuple(group.name for group in view.groups),
        cases,
        are_keys=True,
        proposal=compared_proposal([result]),
        persons=_persons([key.money for key in keys], [view] * len(cases), kwh),
    )


def _members_kwh(every: Outcomes) -> dict[str, float]:
    return {member.id: member.received_kwh for member in every.members if member.site_ids}


def _scenarios(results: Sequence[Result]) -> Comparison:
    views, scenarios = [view_of(result) for result in results], [result.scenario for result in results]
    names = {id_: name for view in reversed(views) for id_, name in view.names.items()}
    titles = titles_with_status(case_titles(scenarios, names), [result.status for result in results])
    rows = tuple(dict.fromkeys(group.name for view in views for group in view.groups if not group.is_untold))
    cases = tuple(
        replace(_scenario(result, view, rows, title), parts=parts)
        for result, view, title, parts in zip(
            results, views, titles, compared_titles(scenarios, names), strict=True
        )
    )
    kwh = [_members_kwh(view.outcomes) for view in views]
    return Comparison(
        views[0],
        rows,
        cases,
        are_keys=False,
        proposal=compared_proposal(results),
        persons=_persons([result.money for result in results], views, kwh),
    )


def _persons(
    cases: Sequence[Money | None], views: Sequence[View], kwh: Sequence[Mapping[str, float]]
) -> tuple[ComparedPerson, ...]:
    """Return the persons whom every view that has them names, then all others together."""
    ranked = ranking(cases)
    known = [() if ranked is None or money is None else money.persons for money in cases]
    own = [{p.id: ranked.own_eur(p) for p in persons} if ranked else {} for persons in known]
    eur: Sequence[Mapping[str, float | None]] = own if ranked is not None else kwh
    every = dict.fromkeys(id_ for case in eur for id_ in case)
    named = {
        id_: next(view.named_members[id_] for view in views if id_ in view.named_members)
        for id_ in every
        if all(id_ in view.named_members for view, case in zip(views, eur, strict=True) if id_ in case)
    }
    hidden = {id_ for view in views for id_ in view.homes_without_row}
    others = [id_ for id_ in every if id_ not in named and id_ not in hidden]
    if others:  # an owner without a site is in no row that hides it
        smallest = sorted(named, key=lambda id_: sum(abs(case.get(id_) or 0.0) for case in eur))
        others += smallest[: max(LEAST_CLOSED - len(others), 0)]
    rows = [(name, [id_]) for id_, name in named.items() if id_ not in others]
    if others:
        rows.append((sentence("other-persons", len(others)), others))
    return tuple(
        ComparedPerson(
            name,
            frozenset(ids),
            *(tuple(_sum([case.get(id_) for id_ in ids]) for case in of) for of in (own, kwh)),
        )
        for name, ids in rows
    )


def _sum(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _scenario(result: Result, view: View, rows: Sequence[str], title: str) -> ComparedScenario:
    names, chosen = [group.name for group in view.groups], view.chosen
    received, savings = (
        dict(zip(names, values.tolist(), strict=True))
        for values in (chosen.received_kwh, chosen.saving_eur_ht)
    )
    return ComparedScenario(
        result.scenario.label or "",
        title,
        result.energy,
        result.money,
        fairness(result.exchange, result.energy.received_kwh),
        np.array([received.get(name, np.nan) for name in rows]),
        np.array([savings.get(name, np.nan) for name in rows]),
        is_lawful=result.is_lawful,
        able=result.can_receive,
        left_out=view.left_out,
    )
