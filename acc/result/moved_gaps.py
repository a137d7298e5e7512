"""How far what others read is from the true figures, whose verdicts it takes."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from math import inf

from acc.accounts.person_values import PersonMoney
from acc.result.cancelling import with_true_losers
from acc.result.moved import MovedData
from acc.result.outcomes import key_outcomes
from acc.result.result import KeyOutcome, Result
from acc.sides import loses, side

STEPS = (0.005, 0.01, 0.02, 0.03, 0.05, 0.10, 0.15, 0.20, 0.30, 0.50, 1.0, 2.0, 5.0, 10.0)
"""Bounds that are told: the gap itself would lead back to the true figure."""

SMALL_EUR, SMALL_KWH = 100.0, 100.0
"""Gaps of less than these are told as parts of them: of next to nothing, any gap is large."""


def moved_from(shown: Result, truth: Result, ends: Iterable[Result]) -> MovedData:
    """Return how far a result that others read may be from that of the true figures, of the same scenario.

    Args:
        ends: of data at both ends of where true ones may be. A bound from the true figures alone tells which
            way they were moved: the sign is half of the secret, and of two members both were found.
    """
    ids = shown.scenario.moved_ids
    pairs = _persons(key_outcomes(shown)[0], key_outcomes(truth)[0])
    bounds = [_bounds(shown, truth), *(_bounds(shown, end) for end in ends)]
    totals, rows, keys, plans = (
        max((bound for bound in some if bound is not None), default=None)
        for some in zip(*bounds, strict=True)
    )
    return MovedData(
        holders=len({site.person or site.id for site in shown.scenario.participants if site.id in ids}),
        totals_ratio=totals or 0.0,
        rows_ratio=rows or 0.0,
        keys_ratio=keys,
        plan_ratio=plans,
        losers=sum(loses(true.gain_eur_ht) for _own, true in pairs),
        unsure_ids=frozenset(
            own.id
            for own, true in pairs
            if own.id not in ids and side(own.gain_eur_ht) != side(true.gain_eur_ht)
        ),
    )


def _bounds(shown: Result, other: Result) -> tuple[float, float, float | None, float | None]:
    """Return the bounds of totals, of rows, of rows under other keys, of the plan."""
    both = [(key_outcomes(shown)[0], key_outcomes(other)[0])]
    both += [(shown.others[name], other.others[name]) for name in shown.others if name in other.others]
    rows = [bound_of(_row_gaps(shown, *pair)) for pair in both]
    plan = _plan_bound(*both[0], shown.scenario.moved_ids)
    return bound_of(_total_gaps(*both[0])), rows[0], max(rows[1:], default=None), plan


def with_true_verdicts(shown: Result, truth: Result, ends: Iterable[Result]) -> Result:
    """Return a result that others read with the verdicts of the true one: the key, the law; the gap.

    Args:
        ends: see `moved_from`.
    """
    proposal, true = shown.proposal, truth.proposal
    if proposal is not None and true is not None and proposal.names == true.names:
        proposal = replace(true, totals=proposal.totals, ginis=proposal.ginis)
    same = [check.state for check in shown.checks] == [check.state for check in truth.checks]
    return replace(
        shown,
        proposal=proposal,
        checks=shown.checks if same else truth.checks,
        cancelling=with_true_losers(shown.cancelling, truth.cancelling),
        moved=moved_from(shown, truth, ends),
    )


def _persons(own: KeyOutcome, true: KeyOutcome) -> list[tuple[PersonMoney, PersonMoney]]:
    if own.money is None or true.money is None:
        return []
    known = {person.id: person for person in true.money.persons if person.is_known}
    return [(person, known[person.id]) for person in own.money.persons if person.id in known]


def _row_gaps(shown: Result, own: KeyOutcome, true: KeyOutcome) -> Iterator[float]:
    ids = shown.scenario.moved_ids
    received = zip(
        shown.scenario.participants, own.energy.received_kwh, true.energy.received_kwh, strict=True
    )
    yield from (_gap(float(kwh), float(was), SMALL_KWH) for site, kwh, was in received if site.id not in ids)
    pairs = [(own.gain_eur_ht, true.gain_eur_ht) for own, true in _persons(own, true) if own.id not in ids]
    yield from (_gap(eur, was, SMALL_EUR) for eur, was in pairs if eur is not None and was is not None)


def _total_gaps(own: KeyOutcome, true: KeyOutcome) -> Iterator[float]:
    for name in ("consumption_kwh", "production_kwh", "received_kwh"):
        kwh, was = (float(getattr(outcome.energy, name).sum()) for outcome in (own, true))
        yield _gap(kwh, was, SMALL_KWH)
    eur = [(person.gain_eur_ht or 0.0, was.gain_eur_ht or 0.0) for person, was in _persons(own, true)]
    yield _gap(sum(gain for gain, _was in eur), sum(was for _gain, was in eur), SMALL_EUR)


def _plan_bound(own: KeyOutcome, true: KeyOutcome, ids: frozenset[str]) -> float | None:
    """Bound of the gaps of what is invested, and of the values of all and of who is named, by investment."""
    if own.money is None or true.money is None or own.money.plan is None or true.money.plan is None:
        return None
    plan, was = own.money.plan, true.money.plan
    invested, true_invested = (each.capex_eur_ht + each.connection_eur_ht for each in (plan, was))
    known = [(p.npv_eur_ht, t.npv_eur_ht) for p, t in _persons(own, true) if p.id not in ids]
    known.append((plan.npv_eur_ht, was.npv_eur_ht))
    if own.money.total and true.money.total:
        known.append((own.money.total.npv_eur_ht, true.money.total.npv_eur_ht))
    gaps = [abs(npv - before) for npv, before in known if npv is not None and before is not None]
    return bound_of(gap / max(true_invested, SMALL_EUR) for gap in (abs(invested - true_invested), *gaps))


def _gap(value: float, was: float, small: float) -> float:
    return abs(value - was) / max(abs(was), small)


def bound_of(gaps: Iterable[float]) -> float:
    """Return the least bound that is told of some gaps; infinite beyond the last one."""
    most = max(gaps, default=0.0)
    return next((step for step in STEPS if most <= step), inf)
