"""Who gains, who loses, who gains less than in the kept scenario: two sentences, functions of results."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from gettext import gettext as _
from gettext import ngettext
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from acc.household_privacy import LEAST_HOUSEHOLDS, together_id
from acc.result.outcomes import MemberOutcome, Outcomes, pooled
from acc.result.result import Result
from acc.sides import Side
from reports.format.labels import lowered
from reports.format.money import price
from reports.format.numbers import fr, some
from reports.format.wording import text_of
from reports.page.amounts import Amounts, eur_text, gap, printed_text, rounded_eur, signed_eur, with_unit
from reports.page.names import CLOSED_ROW, HOMES_ROW, Names
from reports.view.privacy import LEAST_CLOSED, may_tell_together

ROWS = (HOMES_ROW, CLOSED_ROW)

NAMED, FEW_NAMED = 4, 2
"""Names that the second line holds, and each half of it where losers come first; the others are counted."""


@dataclass(frozen=True, slots=True)
class MemberSituation:
    """A member as the page shows it: what the operation brings it, in euros and kWh a year.

    Attributes:
        name: what the page calls it.
        row: id of the row of several in which it is shown; empty where it stands alone.
        homes: how many it stands for, in the row of homes.
        hides: how many of those in its row are no homes: they hide one another.
        may_show: whether homes under ten all agreed to figures of theirs.
        is_dominated: whether one of its row needs nearly all that they need.
    """

    outcome: MemberOutcome
    name: str
    period_years: float = 1.0
    row: str = ""
    homes: int = 0
    hides: int = 0
    may_show: bool = False
    is_dominated: bool = False

    @property
    def is_pooled(self) -> bool:
        """Whether it is shown in a row of several only."""
        return bool(self.row)

    @property
    def id(self) -> str:
        """Of the member."""
        return self.outcome.id

    @property
    def eur(self) -> float | None:
        """Its gain a year, before the investment; None where it is unknown."""
        gain = self.outcome.gain_eur_ht
        return None if gain is None else gain / self.period_years

    @property
    def kwh(self) -> float:
        """What its sites receive in a year."""
        return self.outcome.received_kwh / self.period_years

    @property
    def range_eur(self) -> tuple[float, float] | None:
        """Low and high of its gain a year; None where it was not drawn."""
        drawn = self.outcome.range_eur_ht
        return None if drawn is None else (drawn[0] / self.period_years, drawn[2] / self.period_years)

    @property
    def is_hidden(self) -> bool:
        """Whether it stands for too few for a figure of them to be shown."""
        if self.row == CLOSED_ROW:
            return self.is_dominated or self.hides < LEAST_CLOSED
        return self.is_pooled and not self.may_show and self.homes < LEAST_HOUSEHOLDS

    @property
    def loses(self) -> bool:
        """Whether it loses."""
        return self.outcome.side is Side.LOSES

    @property
    def gains(self) -> bool:
        """Whether it gains."""
        return self.outcome.side is Side.GAINS


class Sentence(NamedTuple):
    """The answer in three parts: at which price, who gains, who loses."""

    lead: str
    gain: str
    tail: str

    def __str__(self) -> str:
        return f"{self.lead}{self.gain}{self.tail}"


def member_situations(outcomes: Outcomes, names: Names) -> tuple[MemberSituation, ...]:
    """Position of each member, in the order of the scenario."""
    return tuple(
        MemberSituation(
            member,
            names.members.get(member.id, member.name),
            outcomes.period_years,
            row=names.row(member.id),
            homes=names.homes.get(member.id, 0),
            hides=int(member.id in names.together),
            may_show=names.may_show,
        )
        for member in outcomes.members
    )


def homes_name(count: int) -> str:
    """Name of a number of homes shown together."""
    if not count:  # a group that does not say how many it holds
        return _("Households")
    return ngettext("{count} household", "{count} households", count).format(count=fr(count))


def closed_name(count: int) -> str:
    """Name of a number of members in the anonymous row."""
    return ngettext("{count} member (together)", "{count} members (together)", count).format(count=fr(count))


def pooled_name(members: Sequence[MemberSituation]) -> str:
    """Name of the members of a shared row: the homes, or those who are not named."""
    if members and members[0].row == CLOSED_ROW:
        return closed_name(len(members))
    return homes_name(sum(member.homes for member in members))


def price_text(result: Result) -> str:
    """Return the local price where it is one, None decided or a grid in words; that figures only compare."""
    prices = result.scenario.prices
    if prices.local_eur_per_kwh is None and not prices.is_grid:
        text = _("Without a local price")
    elif prices.local_eur_per_kwh is None or prices.is_grid:
        text = _("At the prices of the file")
    else:
        text = _("At {price}").format(price=price(prices.local_eur_per_kwh))
    return _("To compare only: {text}").format(text=lowered(text)) if result.status.is_unlawful else text


def total_eur(members: Sequence[MemberSituation]) -> float:
    """Total gain of the members with known euros, EUR."""
    return sum(member.eur for member in members if member.eur is not None)


def sentence(
    lead: str,
    members: Sequence[MemberSituation],
    before: str = "",
    printed_eur: float | None = None,
) -> Sentence:
    """Sentence on gainers and losers against the present bill.

    Args:
        lead: at which price, as `price_text` says it.
        before: what the gain does not count, after its amount.
        printed_eur: what all gain, as the list prints it; rounded by itself by default.
    """
    lead, known = f"{lead}, ", [member for member in members if member.eur is not None]
    unknown = _names_of([member for member in members if member.eur is None])
    if not known:
        return Sentence(lead, "", _("the euros of the members are not known."))
    counted = ""
    if unknown:
        counted = _("{known} members known out of {count}: ").format(known=len(known), count=len(members))
    shown = eur_text(total_eur(known)) if printed_eur is None else printed_text(printed_eur)
    total = with_unit(shown, _("€/year"))
    gain, end = _gain(known, f"{total} {before}".strip()), _end(known)
    if unknown:
        end = end.removesuffix(".") + _("; price unknown for {names}.").format(names=some(unknown, NAMED))
    return Sentence(lead + counted, gain, end)


def _gain(known: Sequence[MemberSituation], together: str) -> str:
    gain = sum(member.gains for member in known)
    if len(known) == 1 and not known[0].is_pooled and (gain or known[0].loses):
        lost = with_unit(eur_text(-total_eur(known)), _("€/year"))
        text = _("{name} gains {total}") if gain else _("{name} loses {lost}")
        return text.format(name=known[0].name, total=together, lost=lost)
    if not gain:
        return _("no member gains: together {total}").format(total=together)
    if gain == len(known):
        return _("the {count} members gain, together {total}").format(count=gain, total=together)
    return text_of("members-gain-together", gain).format(gain=gain, count=len(known), total=together)


def _end(known: Sequence[MemberSituation]) -> str:
    lose = [member for member in known if member.loses]
    if not lose or not any(member.gains for member in known):
        return "."
    return ngettext("; {count} loses.", "; {count} lose.", len(lose)).format(count=len(lose))


@dataclass(frozen=True, slots=True)
class Moved:
    """A member beside itself in the kept scenario: what it gains more; None where it enters or is unknown."""

    situation: MemberSituation
    kept: MemberSituation | None

    @property
    def enters(self) -> bool:
        """Whether it was not in."""
        return self.kept is None

    @property
    def eur(self) -> float | None:
        """The difference of the exact values, EUR a year."""
        return None if self.kept is None else gap(self.situation.eur, self.kept.eur)

    @property
    def amounts(self) -> Amounts:
        """What its row tells."""
        member = self.situation
        return Amounts(None if member.is_hidden else member.kwh / 1000.0, member.eur, self.eur)

    @property
    def sign(self) -> int:
        """-1 gains less, 1 gains more, 0 the same as printed or not known."""
        shown = rounded_eur(self.eur) if self.eur is not None else 0.0
        return (shown > 0.0) - (shown < 0.0)

    @property
    def tone(self) -> str:
        """Worse, better or nothing, as it is printed."""
        return ("worse", "", "better")[self.sign + 1]


def changes(members: Sequence[MemberSituation], kept: Sequence[MemberSituation]) -> tuple[Moved, ...]:
    """Return each member beside itself, in the order of `members`."""
    before = {member.id: member for member in kept}
    return tuple(Moved(member, before.get(member.id)) for member in members)


def second_line(moveds: Sequence[Moved], face: str, *, same: bool) -> str:
    """Losers, then members who gain less than in the kept scenario.

    Args:
        face: the kept scenario, as it is called.
        same: whether nothing was asked beside it.
    """
    losing = (change.situation for change in moveds if change.situation.loses)
    lose = sorted(losing, key=lambda member: (member.is_pooled, member.eur or 0.0))
    named = FEW_NAMED if len(lose) > 1 else NAMED
    losers = list(dict.fromkeys(_with_loss(member, lose) for member in lose))
    words = ngettext("Loses: {names}. ", "Lose: {names}. ", len(lose)).format(names=some(losers, named))
    words = words if lose and len(moveds) > 1 else ""
    if same:
        return words + _("This is the kept scenario, {face}.").format(face=face)
    # Those of one row last: which of them is hit worst would be told by their place.
    less = sorted((c for c in moveds if c.sign < 0), key=lambda c: (c.situation.is_pooled, c.eur or 0.0))
    entering = _names_of([c.situation for c in moveds if c.enters])
    enters = ngettext("{names} enters.", "{names} enter.", len(entering)).format(names=some(entering, NAMED))
    if less:
        worst, *others = _names_of([c.situation for c in less])
        if not less[0].situation.is_pooled:
            worst = f"{worst} ({signed_eur(less[0].eur or 0.0)}{chr(0xA0)}€)"
        text = text_of("gain-less-beside-face", len(less))
        names = some([worst, *others], named)
        words += text.format(face=face, count=len(less), names=names)
    else:
        words += _("Beside {face}, nobody gains less.").format(face=face)
    return f"{words} {enters}" if entering else words


def _with_loss(member: MemberSituation, among: Sequence[MemberSituation]) -> str:
    """Return a loser with its amount; those of a row of several without one."""
    if member.is_pooled:
        return pooled_name([other for other in among if other.row == member.row])
    return f"{member.name} ({signed_eur(member.eur or 0.0)}{chr(0xA0)}€)"


def _names_of(members: Sequence[MemberSituation]) -> list[str]:
    """Names of members, those of a shared row together at the first of them."""
    rows = {row: pooled_name([member for member in members if member.row == row]) for row in ROWS}
    return list(dict.fromkeys(rows.get(member.row, member.name) for member in members))


def list_title(moveds: Sequence[Moved], *, same: bool = False) -> str:
    """Title of the list: numbers of members with less, more, or the same as in the kept scenario."""
    if same:
        return ngettext("{count} member", "{count} members", len(moveds)).format(count=fr(len(moveds)))
    less, more = (sum(change.sign == sign for change in moveds) for sign in (-1, 1))
    enter = sum(change.enters for change in moveds)
    unknown = sum(change.situation.eur is None and not change.enters for change in moveds)
    rest = len(moveds) - less - more - enter - unknown
    counts = {"gain-less": less, "gain-more": more, "enter": enter, "without-change": rest}
    counts["gain-unknown"] = unknown
    return ", ".join(text_of(name, count).format(count=fr(count)) for name, count in counts.items() if count)


Drawn: TypeAlias = Mapping[str, tuple[float, float, float]]


def in_rows(moveds: Sequence[Moved], drawn_eur: Drawn = MappingProxyType({})) -> list[Moved]:
    """Return the rows to show: each member, and those of a row of several where the first of them stands.

    Args:
        drawn_eur: low, middle and high of what members gain, those of homes together under `together_id`.
    """
    rows = list(moveds)
    for row in ROWS:
        some = [change for change in rows if change.situation.row == row]
        if not some:
            continue
        member = _pool(drawn_eur, [change.situation for change in some])
        before = [change.kept for change in some if change.kept is not None]
        moved = Moved(member, _pool(drawn_eur, before) if before else None)
        rows = [moved if change is some[0] else change for change in rows if change not in some[1:]]
    return rows


def _pool(drawn_eur: Drawn, situations: Sequence[MemberSituation]) -> MemberSituation:
    """Return several as one, with the range that was drawn together; bare where too few are told together."""
    name = pooled_name(situations)
    members = pooled(situations[0].row, name, [situation.outcome for situation in situations])
    drawn = drawn_eur.get(together_id(situation.id for situation in situations))
    row = replace(
        situations[0],
        outcome=replace(members, range_eur_ht=drawn),
        name=name,
        homes=sum(situation.homes for situation in situations),
        hides=sum(situation.hides for situation in situations),
        is_dominated=not may_tell_together([situation.outcome.need_kwh for situation in situations]),
    )
    if not row.is_hidden:
        return row
    return replace(row, outcome=replace(members, gain_eur_ht=None, range_eur_ht=None, received_kwh=0.0))
