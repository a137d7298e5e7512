"""Dated changes in words, and what would cancel an operation."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from gettext import gettext as _

from acc.accounts.values import Money
from acc.bills.tariffs import Segment
from acc.changes import OPERATION, DatedChange, What
from acc.i18n import N_, hours_text
from acc.result.cancelling import Cancelling, Condition
from acc.units import eur_per_mwh
from acc.years.plan_years import year_name
from acc.years.row_values import RowValue
from reports.format.labels import KINDS
from reports.format.money import signed_euros
from reports.format.numbers import fr, fr_exact, long_date, mwh, percent, short_date, sites_count, unit
from reports.format.wording import sentence, word_tables

WORDS: Mapping[str, str] = word_tables()["changes"]


def change_text(change: DatedChange, name: str, *, dated: bool = True) -> str:
    """Return a change in words: `School closes (10 % stays), from 01/09/2029`; its days where `dated`."""
    hours = hours_text(change.hours)
    is_local = change.what is What.PRICE and change.site == OPERATION
    words = N_("Local price multiplied by {ratio}") if is_local else WORDS[change.what]
    event = _(words).format(name=name, ratio=fr_exact(change.ratio), kwh=unit(change.kwh, "kWh"), hours=hours)
    if change.what is What.CLOSES and change.ratio > 0.0:
        event = _("{said} ({part} stays)").format(said=event, part=percent(change.ratio))
    if not dated:
        return event
    days = {"since": short_date(change.since), "until": change.until and short_date(change.until)}
    text = _("{said}, from {since} to {until}") if change.until is not None else _("{said}, from {since}")
    return text.format(said=event, **days) + _in_time(change)


def by_decision(changes: Iterable[DatedChange]) -> list[list[DatedChange]]:
    """Return changes as they were announced: those of all sites of a kind, by one row, together."""
    dated_changes: dict[DatedChange, list[DatedChange]] = {}
    for change in changes:
        alike = replace(change, site="", kwh=0.0, ratio=0.0, low=None, high=None, profile=None)
        dated_changes.setdefault(change if change.of_all is None else alike, []).append(change)
    return list(dated_changes.values())


def decision_text(changes: Sequence[DatedChange], names: Mapping[str, str], *, dated: bool = True) -> str:
    """Return the changes of one decision in words: `Commune (3 sites): cooling, 9,000 kWh a year`."""
    kind, site = changes[0].of_all, changes[0].site
    if kind is None or len(changes) == 1:
        return change_text(changes[0], names.get(site, site), dated=dated)
    total = replace(changes[0], kwh=sum(change.kwh for change in changes))
    return change_text(total, f"{_(KINDS[kind])} ({sites_count(len(changes))})", dated=dated)


def _in_time(change: DatedChange) -> str:
    """Return whether a change may not happen, or come later; nothing where it is sure."""
    doubts = []
    if change.chance_ratio < 1.0:
        doubts.append(_("{part} sure").format(part=percent(change.chance_ratio)))
    if change.delay_years > 0.0:
        months = max(1, round(12.0 * change.delay_years))
        doubts += [sentence("months-late", months) if months % 12 else sentence("years-late", months // 12)]
    return f" ({', '.join(doubts)})" if doubts else ""


LITTLE_RATIO = 0.01
"""A use of which less is local changes nothing."""


def worth_text(worth: RowValue, year: str) -> str:
    """Value of a change for all: `+7.4 MWh shared in 2035, 2 % of its kWh are local`.

    Then the gain of all in that year, and that of the holder, where they are shown.
    """
    text = _("{mwh} MWh shared in {year}").format(mwh=signed_mwh(worth.last_kwh), year=year)
    if worth.last_eur is not None:
        text = _("{said}, {eur} for all").format(said=text, eur=signed_euros(worth.last_eur))
    if worth.own_last_eur is not None:
        text = _("{said}, {eur} for its member").format(said=text, eur=signed_euros(worth.own_last_eur))
    if worth.local_ratio is None:
        return text
    return _("{said}, {part} of its kWh are local").format(said=text, part=local_text(worth.local_ratio))


def signed_mwh(energy_kwh: float) -> str:
    """Return MWh with their sign, none where nothing is printed: `+7.4`, `0.0`."""
    text = mwh(abs(energy_kwh))
    if not any(digit in text for digit in "123456789"):
        return text
    return f"+{text}" if energy_kwh >= 0.0 else f"−{text}"


def local_text(local_ratio: float) -> str:
    """Return the part of a use that is local, as far as it says something."""
    if local_ratio < LITTLE_RATIO:
        return _("less than {part}").format(part=percent(LITTLE_RATIO))
    return percent(local_ratio)


def condition_text(line: Cancelling, money: Money | None, names: Mapping[str, str]) -> str:
    """Condition of a cancelling line, in words.

    Args:
        money: that of the operation, which holds the market reference.
        names: what each plant may be called, by id.
    """
    if line.condition is Condition.UNCHANGED:
        return _("This folder, as it stands")
    if line.day is not None:
        return _("Accise in full from {day} (one source)").format(day=long_date(line.day))
    if line.condition is Condition.MARKET_SUPPLY:
        return _market(money)
    if line.condition is Condition.DEPARTURES:
        ratio = percent(line.leaving_ratio or 0.0)
        if line.gain_from is None:
            return _("{ratio} of the members leave each year").format(ratio=ratio)
        return sentence("members-leave-each-year", ratio=ratio, year=year_name(line.gain_from))
    return _("Not built: {name}").format(name=names[line.plant_id or ""])


def _market(money: Money | None) -> str:
    market = None if money is None else money.market
    if market is None:
        return _("Suppliers at the market reference")
    large, small = (fr(eur_per_mwh(market.prices[of].eur_per_kwh)) for of in (Segment.HTA, Segment.BT_INF))
    return sentence("suppliers-at-market", large=large, small=small)
