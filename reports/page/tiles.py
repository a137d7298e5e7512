"""The figures of the band: what members gain, what is shared, when it is paid back, or what is covered."""

from dataclasses import dataclass
from gettext import gettext as _
from math import inf, isinf

from acc.plan.values import Plan
from acc.result.outcomes import Outcomes
from acc.result.result import Result
from reports.format.connection import payback_quantity
from reports.format.drawn_ends import borne_ends
from reports.format.money import range_ends
from reports.format.numbers import Quantity, fr, percent, span
from reports.page.amounts import eur_text, signed_eur, signed_units
from reports.page.lines import range_of, tone_of

UNLIKE = "≠"
"""What differs, and no number says by how much."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure of the band, its range, its difference from the kept one; `tone` is better, worse or empty.

    Attributes:
        is_good: whether it may be green: a payback that never comes may not.
        is_drawn: whether its range comes with the draws.
    """

    number: str
    unit: str
    words: str
    range: str
    difference: str
    kept: str
    tone: str
    is_good: bool = True
    is_drawn: bool = True


def tiles_of(
    results: tuple[Result, Result], states: tuple[Outcomes, Outcomes], *, year: int | None
) -> tuple[Tile, ...]:
    """Return the figures of a state and of the kept one, in this order, and what they bring whom.

    Args:
        year: of the plan, where a later one is told.
    """
    gains = [state.together.gain_eur_ht for state in states]
    now, before = (
        None if gain is None else gain / state.period_years for gain, state in zip(gains, states, strict=True)
    )
    kwh, kept_kwh = (state.together.received_kwh / state.period_years / 1000.0 for state in states)
    drawn_eur, years = states[0].range_eur_ht, states[0].period_years
    drawn_kwh = range_of(results[0], "later_received_kwh" if year else "received_kwh", years, year=year)
    euros = Tile(
        eur_text(now),
        _("€/year"),
        _("for the members"),
        span(*range_ends(*(drawn_eur[n] / years for n in (0, 2, 1)))) if drawn_eur else "",
        signed_eur(now - before) if now is not None and before is not None else "",
        eur_text(before),
        tone_of(signed_eur(now - before)) if now is not None and before is not None else "",
    )
    shared = Tile(
        fr(kwh),
        _("MWh/year"),
        _("shared together"),
        span(*borne_ends(drawn_kwh[0] / 1000.0, drawn_kwh[1] / 1000.0, 0, kwh)) if drawn_kwh else "",
        signed_units(kwh - kept_kwh),
        fr(kept_kwh),
        tone_of(signed_units(kwh - kept_kwh)),
    )
    return euros, shared, _covered(*states) if year else _payback(*results)


def _covered(now: Outcomes, before: Outcomes) -> Tile:
    """Return the part of the need that is received in a later year."""
    parts = [
        state.together.received_kwh / state.together.need_kwh if state.together.need_kwh > 0.0 else 0.0
        for state in (now, before)
    ]
    points = signed_units(100.0 * (parts[0] - parts[1]))
    return Tile(
        fr(100.0 * parts[0]),
        "%",
        _("of what they need"),
        "",
        points,
        percent(parts[1]),
        tone_of(points),
        is_drawn=False,
    )


def _payback(result: Result, kept: Result) -> Tile:
    """Return the years to pay back, with connections at nothing and at their most; more of them is worse."""
    plan, before = (r.money.plan if r.money else None for r in (result, kept))
    drawn = range_of(result, "payback_years")
    never = plan is not None and plan.payback_years is None
    horizon = result.scenario.finance.horizon_years if result.scenario.finance else None
    words = _("to pay back")
    if never and horizon:
        words = _("in {years} years").format(years=fr(horizon))
    back = _payback_years(plan) or Quantity("–", _("years"))
    old = _payback_years(before)
    difference, tone = _payback_difference(plan, before)
    return Tile(
        _("never") if never else back.number,
        "" if never else back.unit,
        words,
        span(*borne_ends(drawn[0], drawn[1], 0)) if drawn else "",
        difference,
        "–" if old is None else old.number if old.unit == _("years") else str(old),
        tone,
        is_good=not never and (plan is None or plan.latest_payback_years != inf),
    )


def _payback_years(plan: Plan | None) -> Quantity | None:
    if plan is None or plan.payback_years is None:
        return None
    return payback_quantity(plan.payback_years, plan.latest_payback_years)


def _payback_difference(plan: Plan | None, kept: Plan | None) -> tuple[str, str]:
    """Return by how many years both ends move, and whether that is better, worse or neither.

    Where only one of the two may never be paid back no number says the difference.
    """
    now, before = _payback_ends(plan), _payback_ends(kept)
    if now is None or before is None:
        return "", ""
    if isinf(now[1]) != isinf(before[1]):
        return UNLIKE, "worse" if isinf(now[1]) else "better"
    early = round(now[0]) - round(before[0])
    late = early if isinf(now[1]) else round(now[1]) - round(before[1])
    tone = "worse" if max(early, late) > 0 else "better" if min(early, late) < 0 else ""
    if early == late:
        return signed_units(early), tone
    both = _("{least} to {most}").format(least=signed_units(early), most=signed_units(late))
    return both, tone if early * late >= 0 else ""


def _payback_ends(plan: Plan | None) -> tuple[float, float] | None:
    """Return the years to pay back with connections at nothing and at their most; None: never."""
    if plan is None or plan.payback_years is None:
        return None
    latest = plan.latest_payback_years
    return plan.payback_years, plan.payback_years if latest is None else latest
