"""The screen of a meeting: a result beside the kept one, as strings, with places of marks from 0 to 1."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from gettext import gettext as _
from gettext import ngettext

from acc.result.outcomes import Outcomes, outcomes
from acc.result.result import Result
from acc.result.year_outcomes import outcomes_in
from acc.rules.check import Check
from acc.scenario import Scenario
from acc.sides import loses
from reports.format.connection import connection_text
from reports.format.gains import before_investment, two_parts
from reports.format.labels import capital
from reports.format.numbers import fr
from reports.nodes.tree import TextTable
from reports.page.amounts import a_year, eur_text, printed_text, signed_text, with_unit
from reports.page.day import Day, day_of, resolve_day
from reports.page.groups import LawfulGroup, lawful_groups
from reports.page.law import Law, Map, law_of, map_of
from reports.page.lines import Axis, Line, MarkScale, axis_of, line_of, tone_of
from reports.page.member_outcome import (
    MemberSituation,
    Moved,
    Sentence,
    changes,
    list_title,
    member_situations,
    price_text,
    second_line,
    sentence,
    total_eur,
)
from reports.page.names import Names
from reports.page.pooled import in_rows
from reports.page.printed import Amounts, PrintedList, printed_list
from reports.page.row_detail import Unfolding, apart_text
from reports.page.rows import FEW, Looking, RowGroup, groups_of, losing_sites
from reports.page.tiles import Tile, tiles_of
from reports.page.years import about_year, in_year, uncounted_note, year_notes
from reports.sentences.cancelling import cancelling_table
from reports.view.publications import disclosed_by_moves


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
    in_room, at_desk = _names_in(inputs, kept)
    names = at_desk if inputs.each else in_room
    members, before = member_situations(now, names), member_situations(kept, names)
    moves = changes(members, before)
    is_bare = not inputs.each and disclosed_by_moves((inputs.folder, inputs.kept), result, names.of_several)
    rows = in_rows(moves, result.persons_ranges.get("gain_eur_ht", {}), is_bare=is_bare)
    law = law_of(result, names)
    way_out = lawful_groups(result.scenario, result.way) if law.broken else ()
    axis = axis_of(rows, inputs.axis, scale := MarkScale.EUR if year else inputs.looking.scale)
    holders = Unfolding(result, inputs.kept, now, kept, inputs.everyone, names, inputs.obstacles)
    printed = _printed(rows, holders, _total_amounts(now, total_eur(members), total_eur(before)))

    def line(row: Moved) -> Line:
        id_ = row.situation.id
        return holders.unfolded(row, line_of(row, axis, law, printed.rows[id_], scale), printed.parts[id_])

    def place(row: Moved) -> float | None:
        return axis.at(scale.place(row.situation, row.situation.eur))

    lead, uncounted, about, notes = _words(result, inputs, now, names)
    seance = Seance(
        sentence=sentence(lead, members, uncounted, is_bare=is_bare),
        is_favourable=not law.broken and _is_good(members),
        second=second_line(moves, inputs.face, same=inputs.same),
        tiles=tiles_of((result, inputs.kept), (now, kept), year=year),
        title=list_title(moves, same=inputs.same),
        total=_total(printed.total, total_eur(members)),
        groups=groups_of(result, rows, inputs.looking, line, place, printed.rows),
        pinned=next((line(row) for row in rows if row.situation.id == inputs.looking.pinned), None),
        rows=_names_by_id(rows),
        axis=axis,
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
        cancelling=cancelling_table(result, names.sites, {member.id for member in now.members}),
        is_later=bool(year),
    )
    return _without_totals(seance) if is_bare else seance


def _printed(rows: Sequence[Moved], holders: Unfolding, total: Amounts) -> PrintedList:
    """Amounts of the list of members, rounded together."""
    by_id = {row.situation.id: row for row in rows}
    own = {id_: row.amounts for id_, row in by_id.items()}
    return printed_list(own, {id_: holders.parts(row) for id_, row in by_id.items()}, total)


def _names_by_id(rows: Sequence[Moved]) -> tuple[tuple[str, str], ...]:
    """Id and name of each member, by name."""
    names = [(row.situation.id, row.situation.name) for row in rows]
    return tuple(sorted(names, key=lambda row: row[1].lower()))


def _without_totals(seance: Seance) -> Seance:
    """Return the screen of a state whose totals, beside those of the folder, would tell who moved."""
    tiles = (
        replace(tile, number="–", range="", difference="", tone="", is_good=False) for tile in seance.tiles
    )
    total = replace(seance.total, mwh="–", eur="–", gap="–", tone="", loses=False)
    return replace(
        seance,
        is_favourable=False,
        tiles=tuple(tiles),
        total=total,
        day=None,
        about="",
        notes=(apart_text(), *seance.notes),
        cancelling=None,
    )


def _words(
    result: Result, inputs: SeanceInputs, now: Outcomes, names: Names
) -> tuple[str, str, str, tuple[str, ...]]:
    """Opening of the sentence, costs left out, composition of the gains, and notes."""
    notes = _new_notes(result, inputs, names)
    uncounted = before_investment("", is_taxed=now.together.is_taxed) if now.together.plant_ids else ""
    if inputs.year and result.years is not None:
        year = result.years.name(inputs.year)
        notes = (*year_notes(result, inputs.year, names), *notes)
        return in_year(year, is_unlawful=result.status.is_unlawful), uncounted, about_year(year), notes
    about = " ".join(filter(None, [_about(now), _connection(result)]))
    return price_text(result), uncounted, about, (uncounted_note(), *notes) if inputs.year else notes


def _new_notes(result: Result, inputs: SeanceInputs, names: Names) -> tuple[str, ...]:
    """New doubts since the kept scenario; those on unnamed persons are for the keeper's screen."""
    before = inputs.kept.scenario.notes
    return tuple(note for note in result.scenario.notes if note not in before and names.veiled(note) == note)


def _names_in(inputs: SeanceInputs, kept: Outcomes) -> tuple[Names, Names]:
    """Return the names where a room looks, and where the keeper alone does."""
    in_room, at_desk = (inputs.names.in_rows(inputs.kept, kept.members, each=each) for each in (False, True))
    return in_room, at_desk


def _is_good(members: Sequence[MemberSituation]) -> bool:
    gain, lose = (sum(each) for each in ([s.gains for s in members], [s.loses for s in members]))
    return total_eur(members) > 0.0 and gain > lose


def _day(result: Result, request: str) -> Day | None:
    day = resolve_day(result, request)
    return None if day is None else day_of(result, day)


def _about(now: Outcomes) -> str:
    """Composition of the gains, where plants bring a part of them."""
    all_ = now.together
    if all_.gain_eur_ht is None or not all_.plant_ids:
        return ""
    parts = two_parts(
        a_year(all_.without_sharing_eur_ht, now.period_years),
        a_year(all_.sharing_eur_ht, now.period_years),
        lambda eur: with_unit(eur_text(eur), _("€/year")),
    )
    text = _("A member's gain: what its sites save and what its plants bring, {before}.")
    return text.format(before=before_investment(parts, is_taxed=all_.is_taxed))


def _connection(result: Result) -> str:
    plan = result.money.plan if result.money else None
    text = "" if plan is None else connection_text(plan)
    return f"{capital(text)}." if text else ""


def _draws(result: Result) -> str:
    if result.ranges is None or result.ranges_draws is None:
        return ""
    return ngettext("{count} draw", "{count} draws", result.ranges_draws).format(
        count=fr(result.ranges_draws)
    )


def _total_amounts(now: Outcomes, eur: float, kept_eur: float) -> Amounts:
    """Amounts of everyone, beside everyone of the kept scenario, who enters and who left counted."""
    mwh = now.together.received_kwh / now.period_years / 1000.0
    return Amounts(mwh, eur, eur - kept_eur) if now.known else Amounts(mwh)


def _total(printed: Amounts, eur: float) -> Line:
    """Return the row of everyone."""
    difference = signed_text(printed.gap_eur)
    return Line(
        "",
        _("Together"),
        printed_text(printed.mwh),
        printed_text(printed.eur),
        difference,
        tone_of(difference) if printed.gap_eur is not None else "",
        loses=loses(eur),
    )
