"""The screen of a meeting: a result beside the kept one, as strings, with places of marks from 0 to 1."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from gettext import gettext as _
from gettext import ngettext
from math import inf, isinf
from typing import NamedTuple

from acc.i18n import N_
from acc.plan.values import Plan
from acc.result.outcomes import Outcomes, outcomes, outcomes_in
from acc.result.result import Result
from acc.rules.check import Check
from acc.scenario import Scenario
from acc.sides import loses
from reports.format.gains import before_investment, connection_text, payback_quantity
from reports.format.labels import capital
from reports.format.money import range_ends
from reports.format.numbers import NumberWithUnit, fr, percent, span
from reports.format.quantity import Quantity
from reports.format.rounding import borne_ends
from reports.format.wording import sentence as sentence_of
from reports.nodes.tree import TextTable
from reports.page.amounts import (
    Amounts,
    PrintedList,
    parts_a_year,
    printed_list,
    printed_text,
    signed_text,
    signed_units,
    with_unit,
)
from reports.page.day import Day, day_of, resolve_day
from reports.page.law import Law, LawfulGroup, Map, law_of, lawful_groups, map_of
from reports.page.member_outcome import (
    MemberSituation,
    Moved,
    Sentence,
    changes,
    in_rows,
    list_title,
    member_situations,
    price_text,
    second_line,
    sentence,
    total_eur,
)
from reports.page.names import Names, in_year, year_notes
from reports.page.row_detail import Unfolding
from reports.page.rows import (
    FEW,
    Axis,
    Bars,
    Line,
    Looking,
    MarkScale,
    RowGroup,
    axis_of,
    bars_of,
    groups_of,
    line_of,
    losing_sites,
    range_of,
    tone_of,
)
from reports.sentences.answer import cancelling_table
from reports.view import quantities

UNCOUNTED = N_("No change is counted: each year of the plan is the first one, its output fading.")
"""Where a later year is asked for."""

UNLIKE = "≠"
"""What differs, and no number says by how much."""


class Tile(NamedTuple):
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
    results: tuple[Result, Result], states: tuple[Outcomes, Outcomes], printed: Amounts, *, year: int | None
) -> tuple[Tile, ...]:
    """Return the figures of a state and of the kept one, in this order, and what they bring whom.

    Args:
        printed: amounts of everybody as the list below prints them.
        year: of the plan, where a later one is told.
    """
    gain, kept = (_a_year(state, when) for state, when in zip(states, (year, None), strict=True))
    kwh, kept_kwh = (state.together.received_kwh / state.period_years / 1000.0 for state in states)
    drawn_eur, years, number = states[0].range_eur_ht, states[0].period_years, printed_text(printed.gain_eur)
    gain.note(with_unit(number, _("€/year")))
    drawn_kwh = range_of(results[0], "later_received_kwh" if year else "received_kwh", years, year=year)
    ends = [drawn_eur[n] / years for n in (0, 2, 1)] if drawn_eur else []
    if ends:
        gain.between(ends[0], ends[1]).note(number)
    difference = signed_text(printed.gap_eur) if gain.is_known and kept.is_known else ""
    before_eur = None if printed.gain_eur is None else printed.gain_eur - (printed.gap_eur or 0.0)
    euros = Tile(
        number,
        _("€/year"),
        _("for the members"),
        span(*range_ends(*ends)) if ends else "",
        difference,
        kept.printed().number if printed.gap_eur is None else printed_text(before_eur),
        tone_of(difference) if difference else "",
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


def _a_year(state: Outcomes, year: int | None, ids: Sequence[str] | None = None) -> Quantity:
    """Gain of members in a year, of the plan where a later one is told; of all by default."""
    gain = quantities.gain(state, ids).a_year(state.period_years)
    return replace(gain, year=str(year)) if year else gain


def _covered(now: Outcomes, before: Outcomes) -> Tile:
    """Return the part of the need that is received in a later year."""
    parts = [
        state.together.received_kwh / state.together.need_kwh if state.together.need_kwh > 0.0 else 0.0
        for state in (now, before)
    ]
    points = signed_units(100.0 * (parts[0] - parts[1]))
    shown, before_text = fr(100.0 * parts[0]), percent(parts[1])
    tone = tone_of(points)
    return Tile(shown, "%", _("of what they need"), "", points, before_text, tone, is_drawn=False)


def _payback(result: Result, kept: Result) -> Tile:
    """Return the years to pay back, with connections at nothing and at their most; more of them is worse."""
    plan, before = (r.money.plan if r.money else None for r in (result, kept))
    drawn = range_of(result, "payback_years")
    never = plan is not None and plan.payback_years is None
    horizon = result.scenario.finance.horizon_years if result.scenario.finance else None
    words = _("to pay back")
    if never and horizon:
        words = _("in {years} years").format(years=fr(horizon))
    back = _payback_years(plan) or NumberWithUnit("–", _("years"))
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


def _payback_years(plan: Plan | None) -> NumberWithUnit | None:
    if plan is None or plan.payback_years is None:
        return None
    return payback_quantity(*quantities.payback(plan))


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


@dataclass(frozen=True, slots=True)
class Seance:
    """Everything that the screen prints of a state.

    Attributes:
        is_favourable: whether more gain than lose, all together gain, no rule is broken: the band is green.
        pinned: the row that stays in view; `rows` those that may, by name.
        has_closed: whether a room sees some together, whom the keeper may see one by one.
        apart: who is not in, and what stands in the way.
        way_out: the lawful operations of a state that is not, where they were looked for.
        about: what the gains are made of, where they are more than savings.
        notes: what has to be looked at in the state and not in the kept one: what followed a power.
        cancelling: what would cancel it; it comes with the ranges.
        is_later: whether it is of a later year of the plan, in which what each gains is not drawn.
    """

    sentence: Sentence
    is_favourable: bool
    second: str
    tiles: tuple[Tile, ...]
    title: str
    total: Line
    groups: tuple[RowGroup, ...]
    pinned: Line | None
    rows: tuple[tuple[str, str], ...]
    axis: Axis
    bars: Bars
    law: Law
    way_out: tuple[LawfulGroup, ...]
    map: Map
    day: Day | None
    has_ranges: bool
    draws: str
    is_long: bool
    has_closed: bool
    apart: tuple[Line, ...] = ()
    about: str = ""
    notes: tuple[str, ...] = ()
    cancelling: TextTable | None = None
    is_later: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SeanceInputs:
    """What a state is shown beside.

    Attributes:
        kept: the result of the kept scenario, called `face`.
        folder: the result of the folder as it stands.
        same: whether the state is the kept one.
        everyone: the folder with everyone in, `names` what to call them.
        obstacles: see `Unfolding`.
        looking: how the rows are sorted and grouped.
        day: the day drawn: `sunny`, `winter`, or a date.
        axis: ends of the axis while a control is held.
        year: of the plan, from 2 on, where a later one is shown; the kept scenario stays in its first one.
        each: the keeper alone looks: who did not agree to be named has a row, under no name.
    """

    kept: Result
    folder: Result
    face: str
    same: bool
    everyone: Scenario
    names: Names
    obstacles: Mapping[str, Check | None] = field(default_factory=dict)
    looking: Looking = field(default_factory=Looking)
    day: str = "sunny"
    axis: tuple[float, float] | None = None
    year: int | None = None
    each: bool = False


def seance_of(result: Result, inputs: SeanceInputs) -> Seance:
    """Contents of the screen for a result."""
    year = None if result.years is None else inputs.year
    result = replace(result, persons_ranges={}, cancelling=()) if year else result
    now, kept = outcomes_in(result, year) if year else outcomes(result), outcomes(inputs.kept)
    in_room, at_desk = (inputs.names.in_rows(each=e) for e in (False, True))
    names = at_desk if inputs.each else in_room
    members, before = member_situations(now, names), member_situations(kept, names)
    moves = changes(members, before)
    rows = in_rows(moves, result.persons_ranges.get("gain_eur_ht", {}))
    law = law_of(result, names)
    way_out = lawful_groups(result.scenario, result.way) if law.broken else ()
    axis = axis_of(rows, inputs.axis, scale := MarkScale.EUR if year else inputs.looking.scale)
    holders = Unfolding(result, inputs.kept, now, kept, inputs.everyone, names, inputs.obstacles)
    printed = _printed(rows, holders, _total_amounts(now, total_eur(members), total_eur(before)))
    bars = bars_of(tuple(printed.rows.values()))

    def line(row: Moved) -> Line:
        amounts, parts = printed.rows[row.situation.id], printed.parts[row.situation.id]
        return holders.unfolded(row, line_of(row, axis, law, amounts, bars, scale), parts, amounts.gain_eur)

    _note(rows, now, printed, year)
    lead, uncounted, about, notes = _words(result, inputs, now, names, printed.total.gain_eur)
    return Seance(
        sentence=sentence(lead, members, uncounted, printed.total.gain_eur),
        is_favourable=not law.broken and _is_good(members),
        second=second_line(moves, inputs.face, same=inputs.same),
        tiles=tiles_of((result, inputs.kept), (now, kept), printed.total, year=year),
        title=list_title(moves, same=inputs.same),
        total=_total(printed.total, total_eur(members)),
        groups=groups_of(result, rows, inputs.looking, line, partial(_place, axis, scale), printed.rows),
        pinned=next((line(row) for row in rows if row.situation.id == inputs.looking.pinned), None),
        rows=_names_by_id(rows),
        axis=axis,
        bars=bars,
        law=law,
        way_out=way_out,
        map=map_of(result, law, way_out, losing_sites(rows, names)),
        day=None if year else _day(result, inputs.day),
        has_ranges=result.ranges is not None and not year,
        draws=_draws(result),
        is_long=len(rows) > FEW,
        has_closed=in_room != at_desk,
        apart=holders.apart(moves),
        about=about,
        notes=notes,
        cancelling=cancelling_table(result, now, names.sites, now.ids),
        is_later=bool(year),
    )


def _place(axis: Axis, scale: MarkScale, row: Moved) -> float | None:
    """Return the place of the gain of a row on the axis."""
    return axis.place(scale.place(row.situation, row.situation.eur))


def _printed(rows: Sequence[Moved], holders: Unfolding, total: Amounts) -> PrintedList:
    """Amounts of the list of members, rounded together."""
    by_id = {row.situation.id: row for row in rows}
    own = {id_: row.amounts for id_, row in by_id.items()}
    return printed_list(own, {id_: holders.parts(row) for id_, row in by_id.items()}, total)


def _note(rows: Sequence[Moved], now: Outcomes, printed: PrintedList, year: int | None) -> None:
    """Note the gains of the list, of members who have a row of their own and of all."""
    for id_ in (row.situation.id for row in rows if not row.situation.is_pooled):
        if (gain_eur := printed.rows[id_].gain_eur) is not None:
            _a_year(now, year, [id_]).printed_as(gain_eur).printed("€/year exact")
    _a_year(now, year).note(with_unit(printed_text(printed.total.gain_eur), _("€/year")))


def _names_by_id(rows: Sequence[Moved]) -> tuple[tuple[str, str], ...]:
    """Id and name of each member, by name."""
    names = [(row.situation.id, row.situation.name) for row in rows]
    return tuple(sorted(names, key=lambda row: row[1].lower()))


def _words(
    result: Result, inputs: SeanceInputs, now: Outcomes, names: Names, printed_eur: float | None
) -> tuple[str, str, str, tuple[str, ...]]:
    """Opening of the sentence, costs left out, composition of the gains, and notes."""
    # New doubts since the kept scenario; those on unnamed persons are for the keeper's screen.
    before, new = inputs.kept.scenario.notes, result.scenario.notes
    notes = tuple(note for note in new if note not in before and names.veiled(note) == note)
    if result.scenario.moved_ids:
        notes = (*notes, sentence_of("data-moved"))
    uncounted = before_investment("", is_taxed=now.together.is_taxed) if now.together.plant_ids else ""
    if inputs.year and result.years is not None:
        year = result.years.name(inputs.year)
        notes = (*year_notes(result, inputs.year, names), *notes)
        title = in_year(year, is_unlawful=result.status.is_unlawful)
        return title, uncounted, sentence_of("figures-of-year", year=year), notes
    about = " ".join(filter(None, [_about(now, printed_eur), _connection(result)]))
    return price_text(result), uncounted, about, (_(UNCOUNTED), *notes) if inputs.year else notes


def _is_good(members: Sequence[MemberSituation]) -> bool:
    gain, lose = (sum(each) for each in ([s.gains for s in members], [s.loses for s in members]))
    return total_eur(members) > 0.0 and gain > lose


def _day(result: Result, request: str) -> Day | None:
    day = resolve_day(result, request)
    return None if day is None else day_of(result, day)


def _about(now: Outcomes, printed_eur: float | None) -> str:
    """Composition of the gains, where plants bring a part of them."""
    all_ = now.together
    if all_.gain_eur_ht is None or not all_.plant_ids:
        return ""
    parts = parts_a_year(now, now.ids, printed_eur)
    text = _("A member's gain: what its sites save and what its plants bring, {before}.")
    return text.format(before=before_investment(parts, is_taxed=all_.is_taxed))


def _connection(result: Result) -> str:
    plan = result.money.plan if result.money else None
    text = "" if plan is None else connection_text(plan)
    return f"{capital(text)}." if text else ""


def _draws(result: Result) -> str:
    if result.ranges is None or result.ranges_draws is None:
        return ""
    draws = result.ranges_draws
    return ngettext("{count} draw", "{count} draws", draws).format(count=fr(draws))


def _total_amounts(now: Outcomes, amount_eur: float, kept_eur: float) -> Amounts:
    """Amounts of everyone, beside everyone of the kept scenario, who enters and who left counted."""
    mwh = now.together.received_kwh / now.period_years / 1000.0
    return Amounts(mwh, amount_eur, amount_eur - kept_eur) if now.known else Amounts(mwh)


def _total(printed: Amounts, amount_eur: float) -> Line:
    """Return the row of everyone."""
    difference = signed_text(printed.gap_eur)
    return Line(
        "",
        _("Together"),
        printed_text(printed.received_mwh),
        printed_text(printed.gain_eur),
        difference,
        tone_of(difference) if printed.gap_eur is not None else "",
        loses=loses(amount_eur),
    )
