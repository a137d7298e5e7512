"""Kept scenarios side by side: what each brings, to whom, how often it is better, and why they differ."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from gettext import gettext as _
from gettext import ngettext

from acc.i18n import N_
from acc.result.change import ExplainedChange
from acc.result.paired import PairedDraws
from acc.result.ranking import Ranking
from acc.result.result import Result
from reports.format.axis import root_of, root_ticks
from reports.format.measures import ranked_words
from reports.format.numbers import MISSING, fr, listed, signed
from reports.format.unlawful import titles_with_status
from reports.page.amounts import eur_text, rounded_eur, signed_eur, signed_units, with_unit
from reports.page.compared_rows import NAMED, CompareRow, better_counts, eur_with_unit, euro_rows, other_rows
from reports.page.lines import Axis, apart, tone_of
from reports.sentences.paired import ChangeWords, change_words, persons_rows
from reports.view.comparison import ComparedPerson, Comparison, compared

SHAPES = ("disc", "diamond", "square")
"""Of the marks, one a scenario: as many are set side by side."""


@dataclass(frozen=True, slots=True)
class ComparedMember:
    """What a scenario changes for a member beside the reference: euros, kWh, draws in which it is better."""

    eur: str
    kwh: str
    better: str
    tone: str


@dataclass(frozen=True, slots=True)
class PersonLine:
    """The row of a member: its gain in the reference, its marks (shape, place), the other scenarios."""

    name: str
    eur: str
    marks: tuple[tuple[str, float], ...]
    others: tuple[ComparedMember, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparerScreen:
    """Everything that the screen prints; the first scenario is the reference.

    Attributes:
        names: of the scenarios, in their order.
        when: over what gains are counted.
        why: of each scenario but the first, what makes the difference.
        is_drawn: whether chances are told.
    """

    title: str
    second: str
    names: tuple[str, ...]
    rows: tuple[CompareRow, ...]
    persons: tuple[PersonLine, ...]
    axis: Axis
    when: str
    why: tuple[tuple[str, ChangeWords], ...]
    is_drawn: bool
    note: str


def comparer_screen(
    results: Sequence[Result],
    names: Sequence[str],
    kept: Sequence[date | None],
    drawn: PairedDraws | None,
    changes: Sequence[ExplainedChange],
    sites: Mapping[str, str],
    closed: Collection[str] = (),
) -> ComparerScreen:
    """Return the screen of two or three scenarios.

    Args:
        names: how the page calls each.
        kept: when each was kept.
        sites: what to call each site and plant, by id.
        closed: ids of whom no figure of their own is told.

    Raises:
        InputError: homes that may not be shown, alone or by difference between scenarios.
    """
    comparison = compared(results, drawn if drawn is None else replace(drawn, reference=0))
    ranked, is_year = comparison.ranking, comparison.view.is_year
    when = ranked_words(ranked.plan_years if ranked else (), is_year=is_year)
    axis = _axis(comparison)
    return ComparerScreen(
        title=_title(comparison, names, when),
        second=_second(comparison, names),
        names=titles_with_status(names, [result.status for result in results]),
        rows=(*euro_rows(comparison, results, ranked, when), *other_rows(comparison, results, kept)),
        persons=tuple(_person(comparison, person, axis) for person in persons_rows(comparison)),
        axis=axis,
        when=when,
        why=tuple(
            (name, change_words(change, sites, is_year=is_year, closed=closed))
            for name, change in zip(names[1:], changes, strict=False)
        ),
        is_drawn=comparison.drawn is not None,
        note=_note(comparison),
    )


def _title(comparison: Comparison, names: Sequence[str], when: str) -> str:
    ranked = comparison.ranking
    if ranked is None:
        shared = [case.shared_kwh / 1000.0 for case in comparison.cases]
        most = max(range(1, len(shared)), key=lambda case: shared[case])
        text = _("“{name}” shares {change} MWh beside “{reference}”")
        change = signed_units(shared[most] - shared[0])
        return text.format(name=names[most], change=change, reference=names[0])
    at = _subject(comparison, ranked)
    if at is None:
        return _("To compare only: none of these scenarios is lawful")
    change_eur = ranked.together_eur[at] - ranked.together_eur[0]
    if not rounded_eur(change_eur):
        text = _("“{name}” brings everybody as much as “{reference}” {when}")
    elif change_eur > 0.0:
        text = _("“{name}” brings everybody {amount} more than “{reference}” {when}")
    else:
        text = _("“{name}” brings everybody {amount} less than “{reference}” {when}")
    return text.format(name=names[at], amount=eur_with_unit(abs(change_eur)), reference=names[0], when=when)


def _subject(comparison: Comparison, ranked: Ranking) -> int | None:
    """Return the lawful scenario of which the title speaks: that which brings most, but the reference."""
    lawful = [case for case in ranked.order if case and comparison.cases[case].is_lawful]
    return lawful[0] if lawful else None


def _second(comparison: Comparison, names: Sequence[str]) -> str:
    """Members who gain less than in the reference, worst first."""
    ranked = comparison.ranking
    at = None if ranked is None else _subject(comparison, ranked)
    if at is None:
        return ""
    less = sorted(
        (
            (change, person)
            for person in comparison.persons
            if (change := _change(person, at)) is not None and rounded_eur(change) < 0.0
        ),
        key=lambda pair: pair[0],
    )
    if not less:
        return _("Beside “{reference}”, nobody gains less.").format(reference=names[0])
    count = sum(len(person.ids) for _change_eur, person in less)
    named = [f"{person.name} ({with_unit(signed_eur(change), '€')})" for change, person in less[:NAMED]]
    if len(less) > NAMED:
        rest = len(less) - NAMED
        named.append(ngettext("{count} other", "{count} others", rest).format(count=rest))
    text = ngettext(
        "{count} member gains less than with “{reference}”: {names}.",
        "{count} members gain less than with “{reference}”: {names}.",
        count,
    )
    return text.format(count=count, reference=names[0], names=listed(named))


def _change(person: ComparedPerson, case: int) -> float | None:
    now, before = person.eur[case], person.eur[0]
    return None if now is None or before is None else now - before


LETTER, EDGE = 0.026, 0.08
"""Width of a letter of the marks, as a part of the axis."""


def _axis(comparison: Comparison) -> Axis:
    values = [eur for person in comparison.persons for eur in person.eur if eur is not None]
    low, high = root_of(min([*values, 0.0])), root_of(max([*values, 1.0]))
    room = (high - low) * 0.04
    axis = Axis(low - room, high + room, 0.0, ())
    wide = ((axis.at(root_of(mark)) or 0.0, fr(mark)) for mark in root_ticks(low, high, 5))
    zero = axis.at(0.0) or 0.0
    return replace(axis, zero=zero, marks=apart(tuple(wide), LETTER, EDGE, zero=zero))


def _person(comparison: Comparison, person: ComparedPerson, axis: Axis) -> PersonLine:
    marks = tuple(
        (shape, at)
        for shape, eur in zip(SHAPES, person.eur, strict=False)
        if eur is not None and (at := axis.at(root_of(eur))) is not None
    )
    others = tuple(_compared_member(comparison, person, case) for case in range(1, len(comparison.cases)))
    return PersonLine(person.name, eur_text(person.eur[0]), marks, others)


def _compared_member(comparison: Comparison, person: ComparedPerson, case: int) -> ComparedMember:
    change = _change(person, case)
    eur = MISSING if change is None else signed_eur(change)
    now, before = person.kwh[case], person.kwh[0]
    kwh = MISSING if now is None or before is None else _energy((now - before) / 1000.0)
    known = comparison.drawn is not None and change is not None
    better = (
        better_counts(comparison.drawn, case, person.ids)
        if known and comparison.drawn is not None
        else MISSING
    )
    return ComparedMember(eur, kwh, better, "" if change is None else tone_of(eur))


def _energy(mwh: float) -> str:
    """Return a change in MWh, with a decimal below ten; "=" where it rounds to nothing."""
    if abs(mwh) >= 9.95:
        return signed_units(mwh)
    return signed(mwh, 1) if round(mwh, 1) else "="


NOTE = N_(
    "{count} draws, the same for all scenarios. Two counts: connections that nobody knows are free / at "
    "their highest; the low end of a range counts them at their highest."
)


def _note(comparison: Comparison) -> str:
    return "" if comparison.drawn is None else _(NOTE).format(count=fr(comparison.drawn.count))
