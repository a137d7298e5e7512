"""Tariffs of members, the market reference and contracts of the surplus, from the dated rows and the folder.

The network operator tells each site its own hours one month before: these are supposed. In winter the whole
night window; in summer as many hours as are allowed in the middle of the day, centred, and the others at the
end of the night.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from gettext import gettext as _
from gettext import ngettext
from math import isfinite

import numpy as np

from acc.bills.bill import BROAD_SLOTS, by_slot, own_local_price
from acc.bills.tariff_slots import SLOTS, SlotClock, Windows, clock_of, off_peak_of
from acc.bills.tariffs import (
    MARKET,
    NOT_SOLD,
    Accise,
    MarketPrice,
    MemberTariff,
    Segment,
    SurplusContract,
    TurpeVersion,
)
from acc.bills.turpe import BT_HIGHEST_KVA, FORMULAS, TurpeFormula, power_problem, turpe_formula
from acc.i18n import among, hours_text
from acc.keys.rule import unknown_name
from acc.problem import Problem
from acc.scenario import Prices, Scenario
from acc.sites import ContractCode, FixedPrice, Kind, MarketFile, Participant, Plant, SupplyContract
from acc.steps import Steps, local_calendar, years_later
from acc.units import eur_per_kwh, kw
from scenarios.rates.reader import RateReader

REFORM_PREFIX = "offpeak.reform."
DAY_MINUTES, HOUR_MINUTES = 1440, 60


def reformed_hours(reader: RateReader) -> tuple[Windows, Windows]:
    """Return the off-peak windows of winter, then of summer, as minutes of the day."""
    start, end, opens, closes, most = (
        reader.newest(f"{REFORM_PREFIX}{name}", "h")
        for name in ("night.start", "night.end", "midday.start", "midday.end", "midday.most")
    )
    first = opens + (closes - opens - most) / 2.0
    night_h = (end - start) % 24.0 - most
    winter = ((_minute(start), DAY_MINUTES), (0, _minute(end)))
    summer = ((_minute(end - night_h), _minute(end)), (_minute(first), _minute(first + most)))
    return winter, summer


def reformed(clock: SlotClock, contract: SupplyContract, hours: tuple[Windows, Windows]) -> SlotClock:
    """Return the hours of a site once the reform has come; hours given by season have moved already."""
    if contract.off_peak_winter_hours is not None:
        return clock
    winter, summer = hours
    return replace(clock, off_peak=winter, off_peak_summer=summer)


def _minute(clock_hours: float) -> int:
    return int(clock_hours * HOUR_MINUTES) % (DAY_MINUTES + 1)


LONGEST_PLAN_YEARS = 50


def accise_of(reader: RateReader, scenario: Scenario) -> Accise:
    """Return the accise at the date of the rates; a day that the folder gives counts, no announced one."""
    small = reader.get("accise.up-to-36-kva", "EUR/kWh")
    large = reader.get("accise.over-36-kva", "EUR/kWh")
    exempt = reader.get("accise.local.ratio", "ratio")
    announced = reader.get("accise.local.full.year", "year")
    full_accise_from = scenario.prices.full_accise_from
    day = full_accise_from or (None if np.isnan(announced) else date(int(announced), 1, 1))
    return Accise(
        eur_per_kwh={Segment.BT_INF: small, Segment.BT_SUP: large, Segment.HTA: large},
        local_ratio=exempt,
        full_from=day,
        full_shares=(0.0,) if day is None else full_ratios(day, scenario.steps),
        in_full=full_accise_from is not None,
    )


def accise_limit_kwp(reader: RateReader) -> float | None:
    """Return the power of a site from which local kWh bear the accise; None where no such rule is known."""
    rows = reader.rates.in_force(reader.on, "perimeter_accise_site_power")
    return kw(rows[0].value) if rows else None


def full_ratios(day: date, steps: Steps) -> tuple[float, ...]:
    """Fraction of the days from `day` on, in the period, then in each year from the second.

    The last holds on; a plan is no longer than `LONGEST_PLAN_YEARS`.

    >>> full_ratios(date(2027, 7, 2), Steps.between(date(2026, 1, 1), date(2027, 1, 1), 60))
    (0.0, 0.5013698630136987, 1.0)
    """
    first, last = (day.item() for day in local_calendar(steps).day[[0, -1]])
    ratios = [_part_from(day, first, last + timedelta(days=1))]
    while ratios[-1] < 1.0 and len(ratios) < LONGEST_PLAN_YEARS:
        ratios.append(_part_from(day, *(years_later(first, len(ratios) + more) for more in (0, 1))))
    return tuple(ratios)


def _part_from(day: date, start: date, end: date) -> float:
    return min(max((end - day) / (end - start), 0.0), 1.0)


STANDARD_KVA = (3.0, 6.0, 9.0, 12.0, 15.0, 18.0, 24.0, 30.0, 36.0)
HOME_KVA = 6.0
OFF_PEAK_MINUTES = 480
SLOT_NAMES = frozenset({*SLOTS, *BROAD_SLOTS})


class Defaults:
    """Defaults taken, one line for each kind of default; plants are named, participants counted.

    Assumptions are printed where others read them: who is silent about what is not for all to see.
    """

    def __init__(self, plants: int = 0) -> None:
        """Note nothing yet; `plants` is how many there are."""
        self._total = plants
        self._plants: dict[tuple[str, str, str], list[str]] = {}
        self._members: dict[tuple[str, str, str], int] = {}

    def take(self, what: str, value: str, why: str, plant: str = "") -> None:
        """Note a default of the operation, or of a plant."""
        self._plants.setdefault((what, value, why), []).append(plant)

    def take_for_member(self, what: str, value: str, why: str) -> None:
        """Note a default of one more participant."""
        self._members[what, value, why] = self._members.get((what, value, why), 0) + 1

    @property
    def lines(self) -> tuple[tuple[str, str, str], ...]:
        """The assumptions: (what, value, why)."""
        return (
            *(
                (what, value, why + among([name for name in plants if name], self._total))
                for (what, value, why), plants in self._plants.items()
            ),
            *((what, value, why + _counted(n)) for (what, value, why), n in self._members.items()),
        )


def _counted(count: int) -> str:
    text = ngettext("{count} participant", "{count} participants", count)
    return f" ({text.format(count=count)})"


def member_tariff(
    reader: RateReader,
    member: Participant,
    prices: Prices,
    peak_kw: float | None,
    taken: Defaults,
    version: Callable[[TurpeFormula], TurpeVersion],
) -> MemberTariff | None:
    """Build the tariff of a participant, or None after adding its faults to `reader.problems`.

    Args:
        version: `turpe_version` of the reader, which may be kept.
    """
    contract = member.contract
    problems = [*slot_price_problems(_place(member, "supply"), contract.energy_eur_per_kwh)]
    problems += _hours_problems(member)
    try:
        formula, powers = _formula_and_powers(member, peak_kw, taken)
        fault = power_problem(formula, powers)
        problems += [Problem(_place(member, "kva"), fault)] if fault else []
    except ValueError as fault_:
        problems.append(Problem(_place(member, "turpe"), str(fault_)))
    if problems:
        reader.problems += problems
        return None
    recovers, stated = _vat(member, taken)
    if set(contract.energy_eur_per_kwh) == {"all"} and len(formula.energy_slots) > 1:
        why = _("supplier's prices by slot of hours are not given: one price at every hour")
        taken.take_for_member(_("Supplier's price"), _("one price"), why)
    return MemberTariff(
        turpe=version(formula),
        subscribed_kva=powers,
        points=_points(member, taken),
        clock=_clock(reader, member, formula, taken, reform=prices.off_peak_reform),
        supply_eur_per_kwh=by_slot(contract.energy_eur_per_kwh),
        subscription_eur_per_year=contract.subscription_eur_per_year or 0.0,
        recovers_vat=recovers,
        vat_stated=stated,
        accise_eur_per_kwh=contract.accise_eur_per_kwh,
        local_eur_per_kwh=own_local_price(prices, member),
    )


def _formula_and_powers(
    member: Participant, peak_kw: float | None, taken: Defaults
) -> tuple[TurpeFormula, tuple[float, ...]]:
    contract = member.contract
    stated = None if contract.turpe is None else turpe_formula(contract.turpe)
    powers = contract.subscribed_kva
    if not powers:
        kva = _default_kva(member, peak_kw, stated)
        why = _(
            "no subscribed power given: a standard one above the highest load; it changes the bills, not the "
            "saving"
        )
        taken.take_for_member(_("Subscribed power"), f"{kva:g} kVA", why)
        powers = (kva,)
    if stated is not None:
        return stated, powers
    formula = FORMULAS[_default_code(max(powers))]
    why = _("no version of the TURPE given: a usual one for this power")
    taken.take_for_member(_("TURPE version"), formula.code, why)
    return formula, powers


def _default_kva(member: Participant, peak_kw: float | None, formula: TurpeFormula | None) -> float:
    if member.kind in {Kind.HOUSEHOLD, Kind.HOUSEHOLD_GROUP} and formula is None:
        return HOME_KVA
    if peak_kw is None:
        raise ValueError(_("no subscribed power: fill in `kva`"))
    kva = next((size for size in STANDARD_KVA if size >= peak_kw), float(math.ceil(peak_kw)))
    if formula is not None and formula.segment is Segment.BT_INF:
        return min(kva, STANDARD_KVA[-1])
    if formula is not None and formula.segment is Segment.BT_SUP:
        return min(max(kva, STANDARD_KVA[-1] + 1.0), BT_HIGHEST_KVA)
    return kva


def _default_code(power_kva: float) -> str:
    if power_kva <= STANDARD_KVA[-1]:
        return "CU4"
    return "BTSUP-CU" if power_kva <= BT_HIGHEST_KVA else "HTA-CU-PF"


def _clock(
    reader: RateReader, member: Participant, formula: TurpeFormula, taken: Defaults, *, reform: bool
) -> SlotClock:
    contract, hta = member.contract, formula.segment is Segment.HTA
    clock = clock_of(contract, hta=hta)
    if reform and contract.off_peak_winter_hours is None and len(formula.energy_slots) > 1:
        why = _("hours of after the reform: supposed, until the grid operator tells those of each site")
        taken.take_for_member(_("Off-peak hours"), _("after the reform"), why)
    elif not any(off_peak_of(contract)) and len(formula.energy_slots) > 1:
        why = _("off-peak hours not given: they are local to each delivery point")
        taken.take_for_member(_("Off-peak hours"), hours_text(clock.off_peak), why)
    if hta and not contract.peak_hours:
        why = _("peak hours not given: they are local to each delivery point")
        taken.take_for_member(_("Peak hours (HTA)"), hours_text(clock.peak), why)
    if formula.code.endswith("-PM"):
        why = _("the days of a mobile peak are not known beforehand: the hours of a fixed peak are counted")
        taken.take_for_member(_("Mobile peak"), formula.code, why)
    return reformed(clock, contract, reformed_hours(reader)) if reform else clock


def _vat(member: Participant, taken: Defaults) -> tuple[bool, bool]:
    stated = member.contract.recovers_vat
    if stated is not None:
        return stated, True
    if member.kind in {Kind.HOUSEHOLD, Kind.HOUSEHOLD_GROUP}:
        return False, True
    recovers = member.kind is Kind.COMPANY
    value = _("recovered") if recovers else _("not recovered")
    taken.take_for_member(_("VAT"), value, _("not said: to be confirmed by the accountant"))
    return recovers, False


def _points(member: Participant, taken: Defaults) -> int:
    if member.kind is not Kind.HOUSEHOLD_GROUP:
        return 1
    if member.households is None:
        why = _("the number of homes is not given: fixed parts are counted once")
        taken.take_for_member(_("Homes of a group"), "1", why)
    return member.households or 1


def slot_price_problems(path: str, prices_eur_per_kwh: Mapping[str, float]) -> Iterator[Problem]:
    """Return the faults of prices by slot: an unknown slot, a negative or impossible price."""
    for slot, price in prices_eur_per_kwh.items():
        if slot not in SLOT_NAMES:
            yield Problem(f"{path}.{slot}", unknown_name(slot, SLOT_NAMES))
        if not 0.0 <= price < math.inf:
            message = _("{price:g} EUR/kWh is not a price: a number at or above 0 is expected")
            yield Problem(f"{path}.{slot}", message.format(price=price))


def _hours_problems(member: Participant) -> Iterator[Problem]:
    contract: SupplyContract = member.contract
    fee = contract.subscription_eur_per_year
    if fee is not None and not 0.0 <= fee < math.inf:
        message = _("{price:g} EUR/year is not a price: a number at or above 0 is expected")
        yield Problem(_place(member, "subscription"), message.format(price=fee))
    hours = (
        ("off_peak", contract.off_peak_hours),
        ("off_peak_winter", contract.off_peak_winter_hours or ()),
        ("off_peak_summer", contract.off_peak_summer_hours or ()),
        ("peak", contract.peak_hours),
    )
    for column, windows in hours:
        if any(not (0 <= start <= 1440 and 0 <= end <= 1440 and start != end) for start, end in windows):
            message = _("these are not minutes of a day: two different numbers from 0 to 1440 are expected")
            yield Problem(_place(member, column), message)


def hours_warnings(members: Sequence[Participant]) -> list[str]:
    """Return a sentence for each participant whose off-peak hours are not eight a day."""
    message = _("{name}: {hours:g} off-peak hours a day are given; the grid operator gives 8")
    return [
        message.format(name=member.name, hours=minutes / 60.0)
        for member in members
        for windows in dict.fromkeys(off_peak_of(member.contract))
        if windows and (minutes := SlotClock(off_peak=windows).off_peak_minutes) != OFF_PEAK_MINUTES
    ]


def _place(member: Participant, column: str) -> str:
    return f"participants.csv, {member.id}, {column}"


FORWARD, LOW, HIGH = "market.forward.base", "market.firms.low", "market.firms.high"
REGULATED = "market.regulated.base"


def market_prices(reader: RateReader, members: list[MemberTariff]) -> Mapping[Segment, MarketPrice]:
    """Return the reference by class: renewed contracts of firms, the regulated tariff up to 36 kVA.

    The newest rows, whatever the date of the tariffs: a supplier's contract to come is compared with them.
    """
    if not members:
        return {}
    forward, low, high = (reader.newest(name, "EUR/kWh") for name in (FORWARD, LOW, HIGH))
    rate = reader.rates.rows(HIGH)[-1]
    large = MarketPrice(
        low_eur_per_kwh=forward,
        eur_per_kwh=(low + high) / 2.0,
        high_eur_per_kwh=high,
        in_force_from=rate.in_force_from.isoformat(),
        confidence=rate.confidence,
    )
    small = _small(reader, large, counted=any(m.turpe.segment is Segment.BT_INF for m in members))
    return {Segment.BT_INF: small, Segment.BT_SUP: large, Segment.HTA: large}


def at_market(members: Sequence[MemberTariff], market: Mapping[Segment, MarketPrice]) -> list[MemberTariff]:
    """Return the members, each known price of their suppliers replaced by the reference of their class."""
    return [
        replace(
            member,
            supply_eur_per_kwh=tuple(
                market[member.turpe.segment].eur_per_kwh if isfinite(price) else price
                for price in member.supply_eur_per_kwh
            ),
        )
        for member in members
    ]


def _small(reader: RateReader, large: MarketPrice, *, counted: bool) -> MarketPrice:
    row = reader.rates.rows(REGULATED)[-1]
    price = reader.newest(REGULATED, "EUR/kWh") if counted else eur_per_kwh(row.value)
    return MarketPrice(
        low_eur_per_kwh=large.low_eur_per_kwh,
        eur_per_kwh=price,
        high_eur_per_kwh=price,
        in_force_from=row.in_force_from.isoformat(),
        confidence=row.confidence,
    )


SURPLUS_PREFIX = "surplus."

NO_CONTRACT = SurplusContract(code=NOT_SOLD, eur_per_kwh=0.0)
"""Of a plant that the contract named does not take: what its surplus is worth is not known."""


def surplus_contract(
    reader: RateReader, plant: Plant, scenario: Scenario, warnings: list[str]
) -> SurplusContract | None:
    """Return the contract of a plant, None when undecided; faults go to `reader.problems`.

    Args:
        scenario: whose own choice is used where the plant names none.
        warnings: takes a sentence when the plant is out of the bounds of its contract.
    """
    surplus = scenario.prices.surplus if plant.surplus is None else plant.surplus
    match surplus:
        case None:
            return None
        case ContractCode(code):
            path = "[prices] surplus" if plant.surplus is None else f"plants.csv, {plant.id}, surplus"
            return _of_rates(reader, plant, code, path, warnings)
        case MarketFile(file):
            return _market(scenario, file, stops=plant.stops_at_negative_price)
        case FixedPrice(price) if 0.0 <= price < float("inf"):
            return SurplusContract(code="price", eur_per_kwh=price)
        case FixedPrice(price):
            message = _("{price:g} EUR/kWh is not a price: a number at or above 0 is expected")
            reader.problems.append(Problem("[prices] surplus", message.format(price=price)))
            return None


def _market(scenario: Scenario, file: str, *, stops: bool) -> SurplusContract:
    """Return a sale at prices by the hour, as long as the plan, growing as the market does."""
    market, finance = scenario.markets[file], scenario.finance
    fee = scenario.prices.surplus_fee_eur_per_kwh
    return SurplusContract(
        code=MARKET,
        eur_per_kwh=market.mean - fee,
        indexation_ratio=0.0 if finance is None else finance.market_growth_ratio,
        market=market,
        fee_eur_per_kwh=fee,
        stops=stops,
    )


def _of_rates(
    reader: RateReader, plant: Plant, code: str, path: str, warnings: list[str]
) -> SurplusContract | None:
    known = tuple(dict.fromkeys(name.split(".")[1] for name in reader.names(SURPLUS_PREFIX)))
    if code not in known:
        priced = _("A price is a figure alone, in €/MWh: 45, or 0 where nothing is sold.")
        problem = Problem(path, f"{unknown_name(code, known)} {priced}")
        # The choice of the operation is that of each plant that has none: told once.
        reader.problems += [] if problem in reader.problems else [problem]
        return None
    prefix = f"{SURPLUS_PREFIX}{code}."
    names = reader.names(prefix)
    sizes = _sizes(names, prefix + "price.")
    if not _has_size(reader, plant, code, sizes[-1], warnings):
        return NO_CONTRACT
    size = next(s for s in sizes if plant.kwp <= s)
    premium_sizes = _sizes(names, prefix + "premium.")
    premium = next((s for s in premium_sizes if plant.kwp <= s), None)
    return SurplusContract(
        code=code,
        eur_per_kwh=reader.newest(f"{prefix}price.{size:g}", "EUR/kWh"),
        indexation_ratio=reader.newest(prefix + "indexation", "ratio/yr"),
        cap_hours=reader.newest(prefix + "cap_hours", "h/yr") if prefix + "cap_hours" in names else None,
        years=int(reader.newest(prefix + "years", "yr")),
        premium_eur_per_kwp=0.0
        if premium is None
        else reader.newest(f"{prefix}premium.{premium:g}", "EUR/kWp"),
    )


def _sizes(names: Sequence[str], prefix: str) -> list[float]:
    """Return the upper powers of the classes of a contract, in kWp, smallest first."""
    return sorted(float(name.removeprefix(prefix)) for name in names if name.startswith(prefix))


def _has_size(reader: RateReader, plant: Plant, code: str, largest_kwp: float, warnings: list[str]) -> bool:
    lowest = f"{SURPLUS_PREFIX}{code}.kwp_min"
    smallest = reader.newest(lowest, "kWp") if reader.names(lowest) else 0.0
    if smallest <= plant.kwp <= largest_kwp:
        return True
    message = _(
        "{name}: the contract {code} is for {smallest:g} to {largest:g} kWp, the plant has {kwp:g} and "
        "cannot have it: the euros of its surplus are unknown, not counted. Name another contract or a price "
        "(`surplus`)"
    )
    warnings.append(
        message.format(name=plant.name, code=code, smallest=smallest, largest=largest_kwp, kwp=plant.kwp)
    )
    return False
