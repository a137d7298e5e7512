"""The screen of a meeting: a result beside the kept one, as strings, with places of marks from 0 to 1."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from gettext import gettext as _
from gettext import ngettext

from acc.result.result import Result
from acc.rules.check import Check
from acc.scenario import Scenario
from reports.format.numbers import fr, span
from reports.page.amounts import eur_text, rounded_eur, signed_eur, signed_whole
from reports.page.day import Day, day_asked, day_of
from reports.page.law import Law, Map, law_of, map_of
from reports.page.lines import Axis, Line, axis_of, gain_range, line_of, range_of, tone_of
from reports.page.names import Names
from reports.page.rows import FEW, Looking, RowGroup, groups_of
from reports.page.standing import (
    Moved,
    Sentence,
    Stand,
    changes,
    list_title,
    price_text,
    second_line,
    sentence,
    stands_of,
    total_eur,
    years_of,
)
from reports.page.together import homes_together
from reports.page.unfolded import Unfolding


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure of the band, its range, its difference from the kept one; `tone` is better, worse or empty."""

    number: str
    unit: str
    words: str
    range: str
    difference: str
    kept: str
    tone: str


@dataclass(frozen=True, slots=True)
class Seance:
    """Everything that the screen prints of a state.

    Attributes:
        apart: who is not in, and what stands in the way.
        about: what the gains are made of, where they are more than savings.
        notes: what has to be looked at in the state and not in the kept one: what followed a power.
    """

    sentence: Sentence
    second: str
    tiles: tuple[Tile, ...]
    title: str
    total: Line
    groups: tuple[RowGroup, ...]
    axis: Axis
    law: Law
    map: Map
    day: Day | None
    has_ranges: bool
    draws: str
    is_long: bool
    apart: tuple[Line, ...] = ()
    about: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What a state is shown beside.

    Attributes:
        kept: the result of the kept scenario, called `face`.
        same: whether the state is the kept one.
        everyone: the folder with everyone in, `names` what to call them.
        obstacles: see `Unfolding`.
        looking: how the rows are sorted and grouped.
        day: the day drawn: `sunny`, `winter`, or a date.
        axis: ends of the axis while a control is held.
    """

    kept: Result
    face: str
    same: bool
    everyone: Scenario
    names: Names
    obstacles: Mapping[str, Check | None] = field(default_factory=dict)
    looking: Looking = field(default_factory=Looking)
    day: str = "sunny"
    axis: tuple[float, float] | None = None


def seance_of(result: Result, beside: Beside) -> Seance:
    """Return what the screen prints of a result."""
    names = beside.names
    stands, before = stands_of(result, names), stands_of(beside.kept, names)
    found = changes(stands, before)
    rows = homes_together(found)
    law = law_of(result, names.sites)
    axis = axis_of(result, rows, beside.axis)
    day = day_asked(result, beside.day)
    holders = Unfolding(result, beside.kept, beside.everyone, names, beside.obstacles)
    lines = {row.stand.id: holders.unfolded(row, line_of(result, row, axis, law)) for row in rows}
    return Seance(
        sentence=sentence(price_text(result), stands),
        second=second_line(found, beside.face, same=beside.same),
        tiles=_tiles(result, beside.kept, (stands, before)),
        title=list_title(found, same=beside.same),
        total=_total(result, found, total_eur(before)),
        groups=groups_of(result, rows, lines, beside.looking),
        axis=axis,
        law=law,
        map=map_of(result, law),
        day=day_of(result, day) if day else None,
        has_ranges=result.ranges is not None,
        draws=_draws(result),
        is_long=len(rows) > FEW,
        apart=holders.apart(found),
        about=_about(result),
        notes=tuple(note for note in result.scenario.notes if note not in beside.kept.scenario.notes),
    )


def _about(result: Result) -> str:
    if result.scenario.persons is None or not result.scenario.plants or result.money is None:
        return ""
    return _("A member's gain: what its sites save and what its plants bring, before the investment.")


def _draws(result: Result) -> str:
    if result.ranges is None or result.ranges_draws is None:
        return ""
    return ngettext("{count} draw", "{count} draws", result.ranges_draws).format(
        count=fr(result.ranges_draws)
    )


def _tiles(result: Result, kept: Result, stands: tuple[Sequence[Stand], Sequence[Stand]]) -> tuple[Tile, ...]:
    now, before = (total_eur(own) if r.money else None for r, own in zip((result, kept), stands, strict=True))
    kwh, kept_kwh = (float(r.energy.received_kwh.sum()) / years_of(r) / 1000.0 for r in (result, kept))
    drawn_eur, drawn_kwh = gain_range(result), range_of(result, "received_kwh", "")
    euros = Tile(
        eur_text(now),
        _("€/year"),
        _("for the members"),
        span(rounded_eur(drawn_eur[0]), rounded_eur(drawn_eur[1])) if drawn_eur else "",
        signed_eur(now - before) if now is not None and before is not None else "",
        eur_text(before),
        tone_of(signed_eur(now - before)) if now is not None and before is not None else "",
    )
    shared = Tile(
        fr(kwh),
        _("MWh/year"),
        _("shared together"),
        span(drawn_kwh[0] / 1000.0, drawn_kwh[1] / 1000.0) if drawn_kwh else "",
        signed_whole(kwh - kept_kwh),
        fr(kept_kwh),
        tone_of(signed_whole(kwh - kept_kwh)),
    )
    return euros, shared, _payback(result, kept)


def _payback(result: Result, kept: Result) -> Tile:
    """Return the years to pay back; more of them is worse."""
    now, before = (r.money.plan.payback_years if r.money and r.money.plan else None for r in (result, kept))
    drawn = range_of(result, "payback_years", "")
    never = bool(result.money and result.money.plan and now is None)
    horizon = result.scenario.finance.horizon_years if result.scenario.finance else None
    difference = signed_whole(round(now) - round(before)) if now is not None and before is not None else ""
    words = _("to pay back")
    if never and horizon:
        words = _("in {years} years").format(years=fr(horizon))
    return Tile(
        _("never") if never else "–" if now is None else fr(now),
        "" if never else _("years"),
        words,
        span(drawn[0], drawn[1]) if drawn else "",
        difference,
        "–" if before is None else fr(before),
        {"better": "worse", "worse": "better"}.get(tone_of(difference), "") if difference else "",
    )


def _total(result: Result, found: Sequence[Moved], kept_eur: float) -> Line:
    """Return the row of everyone: beside everyone of the kept scenario, who enters and who left counted."""
    now = [c.stand.eur for c in found if c.stand.eur is not None]
    difference = signed_eur(sum(now) - kept_eur) if now else "–"
    tone = tone_of(difference) if now else ""
    kwh = float(result.energy.received_kwh.sum()) / years_of(result)
    eur = eur_text(sum(now)) if now else "–"
    return Line("", _("Together"), fr(kwh / 1000.0), eur, difference, tone, loses=sum(now) < 0.0)
