"""What is set side by side, keys of one result or several results, and what the criteria choose of it."""

from collections.abc import Sequence

from acc.exchange import Exchange
from acc.result.proposal import CaseToCompare, Proposal, propose
from acc.result.result import KeyOutcome, Result, kept
from acc.scenario import Decide


def key_outcomes(result: Result) -> list[KeyOutcome]:
    """Return the chosen key, then the others, as outcomes of the same exchange."""
    chosen = KeyOutcome(
        name=result.scenario.key.name,
        settled=kept(result.allocation),
        energy=result.energy,
        money=result.money,
    )
    return [chosen, *(other for name, other in result.others.items() if name != chosen.name)]


def compared_proposal(results: Sequence[Result]) -> Proposal | None:
    """Proposal by the criteria of the first result: among its keys, or among several results by label.

    None where nothing may be proposed, as in `propose`. Keys are those that were weighed when the result was
    made, else those that stand beside its own.
    """
    first = results[0]
    if len(results) > 1:
        cases = [
            CaseToCompare(
                result.scenario.label or "",
                result.exchange,
                result.energy.received_kwh,
                result.money,
                result.is_lawful,
            )
            for result in results
        ]
    elif first.proposal is not None:
        return first.proposal
    else:
        outcomes = key_outcomes(first)
        return proposed_key(first.exchange, outcomes, first.scenario.decide, lawful=first.is_lawful)
    return propose(cases, first.scenario.decide)


def proposed_key(
    exchange: Exchange, outcomes: Sequence[KeyOutcome], decide: Decide, *, lawful: bool
) -> Proposal | None:
    """Proposal of a key for an exchange, the key of the folder being the first case; see `propose`."""
    cases = [
        CaseToCompare(outcome.name, exchange, outcome.energy.received_kwh, outcome.money, lawful)
        for outcome in outcomes
    ]
    return propose(cases, decide)
