"""Prices that suit everyone and what the group's criteria choose: the same sentences in every medium."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from gettext import gettext as _
from math import ceil, floor

from acc.accounts.values import Corridor, Money, PriceMoved
from acc.i18n import semicolons
from acc.result.proposal import Proposal
from acc.scenario import Scenario
from acc.sides import NOTHING_EUR
from acc.time_aggregates import is_year
from acc.units import eur_per_mwh
from reports.format.gains import period_words, plan_words, ranked_words
from reports.format.money import eur_text, per_mwh
from reports.format.numbers import fr, listed, mwh_text, span, unit
from reports.format.wording import sentence, word_tables

MOST_NAMES = 3
NOTHING_MWH = 1e-9
"""Of a price in EUR/MWh: what a computation leaves of a whole number."""

People = Callable[[Sequence[str]], str]
"""What names some persons, by id."""

MOVED: Mapping[str, str] = word_tables()["moved-prices"]


def price_texts(money: Money, scenario: Scenario, people: People) -> list[str]:
    """Return the prices at which no member loses, by the period and by the plan, a sentence each."""
    finance = scenario.finance
    whens = period_words(is_year=is_year(scenario.steps)), plan_words(finance.horizon_years if finance else 0)
    today = scenario.prices.local_eur_per_kwh
    return corridor_texts((money.corridor, money.plan_corridor), whens, today, people)


def corridor_texts(
    corridors: Sequence[Corridor | None],
    whens: Sequence[str],
    today_eur_per_kwh: float | None,
    people: People,
) -> list[str]:
    """Return a sentence for each measure, and which price moves where it is not the only one.

    Args:
        whens: what each measure counts; see `reports.format.gains`.
        today_eur_per_kwh: the local price of the folder, EUR/kWh; None while it is not decided.
    """
    both = [(corridor, when) for corridor, when in zip(corridors, whens, strict=True) if corridor is not None]
    sentences = [_sentence(corridor, when, today_eur_per_kwh, people) for corridor, when in both]
    moved = [_(MOVED[corridor.moved]) for corridor, _when in both[:1] if corridor.moved in MOVED]
    return [*sentences, *moved]


def _sentence(corridor: Corridor, when: str, today_eur_per_kwh: float | None, people: People) -> str:
    low, high, never = corridor.low, corridor.high, people(corridor.never_ids)
    fields = {"when": when, "names": never}
    if high is None and not never:
        return _("Which local prices suit everyone {when} cannot be computed.").format(**fields)
    if high is not None and low is not None and not corridor.is_open:
        text = _("No local price suits everyone {when}: {seller} loses below {low}, {buyer} above {high}.")
        most, least = _apart(eur_per_mwh(high.eur_per_kwh), eur_per_mwh(low.eur_per_kwh))
        line = text.format(when=when, seller=people([low.id]), buyer=people([high.id]), low=least, high=most)
        return line if not never else f"{line} " + _("At any price: {names}.").format(**fields)
    if never and high is None:
        return sentence("no-price-at-all", **fields)
    prices = band_text(corridor, today_eur_per_kwh)
    if never:
        return sentence("no-price-suits-all", **fields, prices=prices)
    if corridor.unknown_ids:
        return _("Local prices that suit all who are known {when}: {prices}.").format(**fields, prices=prices)
    return _("Local prices that suit everyone {when}: {prices}.").format(**fields, prices=prices)


def _apart(low_eur_per_mwh: float, high_eur_per_mwh: float) -> tuple[str, str]:
    """Return two prices in EUR/MWh with the decimals that keep them apart."""
    decimals = next((d for d in range(4) if fr(low_eur_per_mwh, d) != fr(high_eur_per_mwh, d)), 4)
    return unit(low_eur_per_mwh, "€/MWh", decimals), unit(high_eur_per_mwh, "€/MWh", decimals)


def band_ends(corridor: Corridor, today_eur_per_kwh: float | None) -> tuple[float | None, float, int]:
    """Return the ends in EUR/MWh as they are printed, rounded to within, and with how many decimals.

    As many as leave the price of today on its side: a printed band holds it where nobody loses, and nowhere
    else. The lower one is None where nobody loses at a price of nothing.
    """
    assert corridor.high is not None
    low = 0.0 if corridor.low is None else eur_per_mwh(corridor.low.eur_per_kwh)
    high = eur_per_mwh(corridor.high.eur_per_kwh)
    flat = corridor.moved is PriceMoved.FLAT
    today = None if today_eur_per_kwh is None or flat else eur_per_mwh(today_eur_per_kwh)
    for decimals in range(4):
        scale = 10.0**decimals
        least = ceil(low * scale - NOTHING_MWH) / scale
        most = floor(high * scale + NOTHING_MWH) / scale
        if least <= most and (today is None or (least <= today <= most) == (low <= today <= high)):
            break
    else:
        least, most = low, high
    return (None if corridor.low is None else least), most, decimals


def band_text(corridor: Corridor, today_eur_per_kwh: float | None) -> str:
    """Return "from 76 to 83 €/MWh", or "up to 83 €/MWh" where nobody needs a price."""
    low, high, decimals = band_ends(corridor, today_eur_per_kwh)
    if low is None:
        return _("up to {price}").format(price=unit(high, "€/MWh", decimals))
    if low == high:
        return unit(high, "€/MWh", decimals)
    return span(low, high, decimals, "€/MWh")


def named(names: Sequence[str], others: int = 0) -> str:
    """Return a few names, and how many members more."""
    shown = list(names[:MOST_NAMES])
    if more := len(names) - len(shown) + others:
        shown.append(sentence("other-members" if shown else "members", more))
    return listed(shown) if shown else ""


def key_words(title: str, *, is_written: bool, is_chosen: bool) -> str:
    """Return a key with its mark: the one that the criteria choose is proposed, and no other one."""
    if is_chosen:
        return _("{key} (proposed)").format(key=title)
    return _("{key} (of the folder)").format(key=title) if is_written else title


def unweighed_price(local_eur_per_kwh: float | None) -> str:
    """Return that keys were weighed at one local price; empty where none is decided."""
    return sentence("keys-at-folder-price", price=per_mwh(local_eur_per_kwh)) if local_eur_per_kwh else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalWords:
    """A proposal as it is told to somebody.

    Attributes:
        title: what a case is called, by name.
        people: names or counts some persons, by id; empty where their number says enough.
        is_year: whether the period is a year.
        are_own: whether the criteria are the group's; else the usual ones, as its folder says none.
    """

    proposal: Proposal
    title: Callable[[str], str]
    is_year: bool
    people: People = lambda _ids: ""
    are_own: bool = True

    @property
    def sentences(self) -> list[str]:
        """What the criteria choose and what it changes, then what another aim would choose."""
        most = self.proposal.most
        return [self.chosen, *([] if most is None else [self.left(most)])]

    @property
    def chosen(self) -> str:
        """What the criteria choose; where that is not what is written, what it changes."""
        proposal = self.proposal
        if proposal.keeps_folder:
            name = "criteria-keep" if self.are_own else "usual-criteria-keep"
            return sentence(name, title=self.title(proposal.name))
        name = "criteria-choose" if self.are_own else "usual-criteria-choose"
        return sentence(name, title=self.title(proposal.name), change=self._change(proposal.index))

    def left(self, case: int) -> str:
        """Return a case that the criteria leave, and what it would change."""
        text = _("They leave “{title}”: {change}.")
        return text.format(title=self.title(self.proposal.names[case]), change=self._change(case))

    @property
    def evener(self) -> str:
        """Which case would only serve more evenly than what is written; empty where none would."""
        proposal, case = self.proposal, self.proposal.result.equal
        if case is None:
            return ""
        return sentence(
            "only-more-even",
            title=self.title(proposal.names[case]),
            gini=fr(proposal.ginis[case], 2),
            first=fr(proposal.ginis[0], 2),
        )

    def _change(self, case: int) -> str:
        """Change of all from the folder to a case, and its losers."""
        return semicolons(filter(None, [self._more(case), self._losers(case)]))

    def _more(self, case: int) -> str:
        more = self.proposal.more(case)
        if abs(more) <= NOTHING_EUR:
            return _("as much for everybody")
        if not self.proposal.in_euros:
            text = _("{amount} more shared") if more > 0.0 else _("{amount} less shared")
            return text.format(amount=mwh_text(abs(more)))
        when = ranked_words(self.proposal.plan_years, is_year=self.is_year)
        name = "more-for-everybody" if more > 0.0 else "less-for-everybody"
        return sentence(name, amount=eur_text(abs(more)), when=when)

    def _losers(self, case: int) -> str:
        if not self.proposal.in_euros:
            return ""
        ids, before = self.proposal.loser_ids[case], len(self.proposal.loser_ids[0])
        if not ids:
            return _("nobody would lose")
        name = "would-lose" if len(ids) == before else "lose-in-place-of"
        losers, who = sentence(name, len(ids), before=fr(before)), self.people(ids)
        return f"{losers}{_(': ')}{who}" if who else losers
