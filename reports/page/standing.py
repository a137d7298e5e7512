"""Who gains, who loses, who gains less than in the kept scenario: two sentences, functions of results."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from gettext import gettext as _
from gettext import ngettext

from acc.result.result import Result
from reports.format.money import price
from reports.format.numbers import listed
from reports.page.amounts import eur_text, rounded_eur, signed_eur, with_unit

NAMED, FEW_NAMED = 4, 2
"""Names that the second line holds, and each half of it where losers come first; the others are counted."""


@dataclass(frozen=True, slots=True)
class Stand:
    """Where one member stands, a year, beside its bill of today; None where its euros are unknown."""

    id: str
    name: str
    eur: float | None
    kwh: float = 0.0

    @property
    def loses(self) -> bool:
        """Whether it loses an amount that is printed."""
        return self.eur is not None and rounded_eur(self.eur) < 0.0

    @property
    def gains(self) -> bool:
        """Whether it gains an amount that is printed."""
        return self.eur is not None and rounded_eur(self.eur) > 0.0


@dataclass(frozen=True, slots=True)
class Sentence:
    """The answer in three parts: at which price, who gains, who loses."""

    lead: str
    gain: str
    tail: str

    def __str__(self) -> str:
        return f"{self.lead}{self.gain}{self.tail}"


def years_of(result: Result) -> float:
    """Return how many years the period is, for amounts a year."""
    steps = result.scenario.steps
    return result.money.period_years if result.money else steps.count * steps.hours / 8766.0


def stands_of(result: Result, names: Mapping[str, str]) -> tuple[Stand, ...]:
    """Return where each member stands, in the order of the scenario."""
    years = years_of(result)
    known = {m.id: m.saving_eur_ht for m in result.money.participants} if result.money else {}
    rows = zip(result.scenario.participants, result.energy.received_kwh.tolist(), strict=True)
    return tuple(
        Stand(
            site.id,
            names.get(site.id, site.name),
            None if (eur := known.get(site.id)) is None else eur / years,
            kwh / years,
        )
        for site, kwh in rows
    )


def price_text(result: Result) -> str:
    """Return the local price where it is one, None decided or a grid in words."""
    prices = result.scenario.prices
    grids = (
        prices.local_by_slot_eur_per_kwh,
        prices.local_by_plant_eur_per_kwh,
        prices.local_by_participant_eur_per_kwh,
        prices.local_by_person_eur_per_kwh,
    )
    if prices.local_eur_per_kwh is None and not any(grids):
        return _("Without a local price")
    if prices.local_eur_per_kwh is None or any(grids):
        return _("At the prices of the file")
    return _("At {price}").format(price=price(prices.local_eur_per_kwh))


def total_eur(stands: Sequence[Stand]) -> float:
    """Return what the members whose euros are known gain together."""
    return sum(stand.eur for stand in stands if stand.eur is not None)


def sentence(lead: str, stands: Sequence[Stand]) -> Sentence:
    """Return who gains and who loses beside today's bill.

    Args:
        lead: at which price, as `price_text` says it.
    """
    lead, known = f"{lead}, ", [stand for stand in stands if stand.eur is not None]
    unknown = [stand.name for stand in stands if stand.eur is None]
    if not known:
        return Sentence(lead, "", _("the euros of the members are not known."))
    some = ""
    if unknown:
        some = _("{known} members known out of {count}: ").format(known=len(known), count=len(stands))
    gain, end = _gain(known), _end(known)
    if unknown:
        end = end.removesuffix(".") + _("; price unknown for {names}.").format(names=_some(unknown))
    return Sentence(lead + some, gain, end)


def _gain(known: Sequence[Stand]) -> str:
    gain = sum(stand.gains for stand in known)
    together = with_unit(eur_text(total_eur(known)), _("€/year"))
    if not gain:
        return _("no member gains: together {total}").format(total=together)
    if len(known) == 1:
        return _("{name} gains {total}").format(name=known[0].name, total=together)
    if gain == len(known):
        return _("the {count} members gain, together {total}").format(count=gain, total=together)
    return ngettext(
        "{gain} member out of {count} gains, together {total}",
        "{gain} members out of {count} gain, together {total}",
        gain,
    ).format(gain=gain, count=len(known), total=together)


def _end(known: Sequence[Stand]) -> str:
    lose = [stand for stand in known if stand.loses]
    if not lose or not any(stand.gains for stand in known):
        return "."
    if len(lose) == 1:
        lost = with_unit(eur_text(-(lose[0].eur or 0.0)), _("€/year"))
        return _("; {name} loses {lost}.").format(name=lose[0].name, lost=lost)
    return _("; {count} lose.").format(count=len(lose))


@dataclass(frozen=True, slots=True)
class Moved:
    """A member beside itself in the kept scenario: what it gains more; None where it enters or is unknown."""

    stand: Stand
    kept: Stand | None

    @property
    def enters(self) -> bool:
        """Whether it was not in."""
        return self.kept is None

    @property
    def eur(self) -> float | None:
        """The difference of the exact values, EUR a year."""
        if self.kept is None or self.kept.eur is None or self.stand.eur is None:
            return None
        return self.stand.eur - self.kept.eur

    @property
    def sign(self) -> int:
        """-1 gains less, 1 gains more, 0 the same as printed or not known."""
        shown = rounded_eur(self.eur) if self.eur is not None else 0.0
        return (shown > 0.0) - (shown < 0.0)


def changes(stands: Sequence[Stand], kept: Sequence[Stand]) -> tuple[Moved, ...]:
    """Return each member beside itself, in the order of `stands`."""
    before = {stand.id: stand for stand in kept}
    return tuple(Moved(stand, before.get(stand.id)) for stand in stands)


def second_line(found: Sequence[Moved], face: str, *, same: bool) -> str:
    """Return who loses where they are several, then who gains less than in the kept scenario.

    Args:
        face: the kept scenario, as it is called.
        same: whether nothing was asked beside it.
    """
    lose = sorted((c.stand for c in found if c.stand.loses), key=lambda stand: stand.eur or 0.0)
    named = FEW_NAMED if len(lose) > 1 else NAMED
    said = _("Lose: {names}. ").format(names=_some([s.name for s in lose], named)) if len(lose) > 1 else ""
    if same:
        return said + _("This is the kept scenario, {face}.").format(face=face)
    less = sorted((c for c in found if c.sign < 0), key=lambda change: change.eur or 0.0)
    entering = [c.stand.name for c in found if c.enters]
    enters = ngettext("{names} enters.", "{names} enter.", len(entering)).format(names=_some(entering))
    if less:
        worst = f"{less[0].stand.name} ({signed_eur(less[0].eur or 0.0)}{chr(0xA0)}€)"
        text = ngettext(
            "Beside {face}, {count} member gains less: {names}.",
            "Beside {face}, {count} members gain less: {names}.",
            len(less),
        )
        names = _some([worst, *(change.stand.name for change in less[1:])], named)
        said += text.format(face=face, count=len(less), names=names)
    else:
        said += _("Beside {face}, nobody gains less.").format(face=face)
    return f"{said} {enters}" if entering else said


def _some(names: Sequence[str], named: int = NAMED) -> str:
    """Return the first names, the others counted."""
    if len(names) <= named:
        return listed(names)
    rest = len(names) - named
    others = ngettext("{count} other", "{count} others", rest).format(count=rest)
    return listed([*names[:named], others])


def list_title(found: Sequence[Moved]) -> str:
    """Return how many gain less, more, the same as in the kept scenario, or enter."""
    less, more = (sum(change.sign == sign for change in found) for sign in (-1, 1))
    enter = sum(change.enters for change in found)
    same = len(found) - less - more - enter
    parts = [
        ngettext("{count} gains less", "{count} gain less", less).format(count=less) if less else "",
        ngettext("{count} gains more", "{count} gain more", more).format(count=more) if more else "",
        ngettext("{count} enters", "{count} enter", enter).format(count=enter) if enter else "",
        _("{count} without change").format(count=same) if same else "",
    ]
    return ", ".join(part for part in parts if part)
