"""What one year of the plan brings each member, each site and everybody, in the values of the first one."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from acc.accounts.values import Money
from acc.arrays import FloatArray
from acc.result.outcomes import Outcomes, outcomes
from acc.result.result import Result


def outcomes_in(result: Result, year: int) -> Outcomes:
    """Outcomes of a year of the plan: its own kWh and prices, before investments of that year.

    What each gains in it is not drawn, what all gain is; nor is it compared with the same without sharing.

    Args:
        result: of a plan whose years are settled one by one.
        year: from 1.
    """
    assert result.years is not None  # only then is a year asked for
    base, money, sums = outcomes(result), result.money, result.years.energies[year - 1]
    savings = (
        {participant.id: participant.by_year_eur_ht for participant in money.participants} if money else {}
    )
    gains = _gains(money, year) if money else {}
    people = result.scenario.participants
    received = dict(zip((site.id for site in people), sums.received_kwh.tolist(), strict=True))
    needs = dict(zip((site.id for site in people), sums.consumption_kwh.tolist(), strict=True))
    sites = tuple(
        replace(
            site,
            received_kwh=received[site.id],
            saving_eur_ht=_of_year(savings.get(site.id, ()), year - 1),
            reasons=(),
        )
        for site in base.sites
    )
    saved = {site.id: site.saving_eur_ht or 0.0 for site in sites}
    members = tuple(
        replace(
            member,
            received_kwh=sum(received[site] for site in member.site_ids),
            need_kwh=sum(needs[site] for site in member.site_ids),
            gain_eur_ht=None if member.gain_eur_ht is None else gains.get(member.id),
            saving_eur_ht=sum(saved[site] for site in member.site_ids),
            bill_eur_ht=0.0,
            without_sharing_eur_ht=None,
            full_accise_gain_eur_ht=None,
            range_eur_ht=None,
        )
        for member in base.members
    )
    return replace(
        base,
        members=members,
        sites=sites,
        period_years=1.0,
        range_eur_ht=drawn_in(result, "later_gain_eur_ht", year),
    )


def drawn_in(result: Result, indicator: str, year: int) -> tuple[float, float, float] | None:
    """Return low, middle and high of what is told of all in a year of the plan; None where none is drawn."""
    return (result.ranges or {}).get(indicator, {}).get(str(year))


def gains_eur_ht(money: Money | None) -> FloatArray:
    """Gain of all in each year of the plan, counted as that of the first, (H + 1,), EUR excl. VAT.

    Before what is built, tax on profit and VAT on bills. Nothing without a plan: (0,).
    """
    return np.array([] if money is None or money.total is None else money.total.gain_by_year_eur_ht)


def _gains(money: Money, year: int) -> dict[str, float]:
    """Gain of each person in a year, by id, EUR; year 0 holds the initial investment."""
    return {
        person.id: person.gain_by_year_eur_ht[year] for person in money.persons if person.gain_by_year_eur_ht
    }


def _of_year(amounts: Sequence[float], at: int) -> float | None:
    return amounts[at] if at < len(amounts) else None
