"""Cells that hold several values (powers, windows, planes, losses), and the columns of a bill.

What is wrong between the cells of a bill, of off-peak hours by season and of a start; what is kept.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from gettext import gettext as _
from operator import attrgetter

from acc.bills.tariff_slots import HIGH_SEASON_MONTHS
from acc.bills.turpe import in_amperes
from acc.i18n import decimal
from acc.kept_bill import KeptBill
from acc.plant_model import Plane
from acc.sites import ContractCode, FixedPrice, Kind, MarketFile, PlantKind, SurplusChoice
from acc.units import eur_per_kwh
from scenarios.entry.columns.row_models import ParticipantRow, PlantRow

DEFAULT_TILT_DEG, DEFAULT_AZIMUTH_DEG = 30.0, 180.0
CANOPY_TILT_DEG = 10.0
"""Of the modules above a car park; laid at 30, six published canopies would yield 9 % more than they do."""


def read_powers(text: str | None) -> tuple[float, ...]:
    """Return subscribed powers: one, or one a slot ("180/240/240/240").

    >>> read_powers("36"), read_powers("90/90/120/120")
    ((36.0,), (90.0, 90.0, 120.0, 120.0))
    """
    if text is None:
        return ()
    parts = re.split(r"[/|+ ]+", str(text).strip().replace(",", "."))
    try:
        powers = tuple(float(part) for part in parts)
    except ValueError:
        powers = ()
    if not powers or not all(0.0 < power <= 50_000.0 for power in powers) or len(powers) > 5:
        message = _("{value} is not a subscribed power: 36, or 90/90/120/120 by slot")
        amperes = re.fullmatch(r"(?:3 ?[x×] ?)?(\d+) ?A(?:mp.*)?", str(text).strip())
        breaker = in_amperes(float(amperes[1])).values() if amperes else ()
        raise ValueError(". ".join([message.format(value=text), *breaker]))
    return powers


def read_windows(text: str | None) -> tuple[tuple[int, int], ...]:
    """Return off-peak windows as minutes of the day, cut at midnight.

    >>> read_windows("22:00-06:00"), read_windows("de 22 h à 6 h")
    (((1320, 1440), (0, 360)), ((1320, 1440), (0, 360)))
    """
    windows: list[tuple[int, int]] = []
    spelt = re.sub(r"\bde\b|\bet\b|(?<=\d) (?=h)|(?<=h) (?=\d\d\b)", " ", (text or "").lower())
    spelt = re.sub(r"\s*(?:\bà\b|-|–)\s*", "-", re.sub(r"(?<=\d)\s+(?=h)", "", spelt))
    for part in re.split(r"[,;+ ]+", spelt.strip()) if text else []:
        match = re.fullmatch(r"(\d{1,2})[:h](\d{2})?-(\d{1,2})[:h](\d{2})?", part)
        hours = [int(g or 0) for g in match.groups()] if match else []
        if not hours or max(hours[0], hours[2]) > 24 or max(hours[1], hours[3]) > 59:
            message = _("{value} is not a window of hours: 22:00-06:00 is expected")
            raise ValueError(message.format(value=text))
        start, end = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
        windows += [(start, end)] if start < end else [(start, 1440), (0, end)]
    return tuple(window for window in windows if window[0] < window[1])


def is_plane_written(row: PlantRow) -> bool:
    """Return whether a person wrote where the modules look, whatever they read it on."""
    return bool(row.planes) or (row.surface_tilt is not None and row.surface_azimuth is not None)


def read_planes(row: PlantRow) -> tuple[Plane, ...]:
    """Return the planes of a plant: one tilt and azimuth, or `planes` as "10/90/0.5 10/270/0.5"."""
    if not row.planes:
        usual = CANOPY_TILT_DEG if row.kind is PlantKind.CANOPY else DEFAULT_TILT_DEG
        tilt = usual if row.surface_tilt is None else row.surface_tilt
        azimuth = DEFAULT_AZIMUTH_DEG if row.surface_azimuth is None else row.surface_azimuth
        return (Plane(surface_tilt_deg=tilt, surface_azimuth_deg=azimuth),)
    expected = _("{value} is not a list of planes: tilt/azimuth/share, as in `10/90/0.5 10/270/0.5`")
    try:
        cells = [[float(x) for x in part.replace(",", ".").split("/")] for part in row.planes.split()]
        planes = tuple(Plane(surface_tilt_deg=t, surface_azimuth_deg=a, share=s) for t, a, s in cells)
    except ValueError:
        raise ValueError(expected.format(value=row.planes)) from None
    if not all(0 <= p.surface_tilt_deg <= 90 and 0 <= p.surface_azimuth_deg < 360 for p in planes):
        raise ValueError(expected.format(value=row.planes))
    total = sum(p.share for p in planes)
    if not all(p.share > 0 for p in planes) or abs(total - 1.0) > 1e-6:
        raise ValueError(_("the shares of the planes sum to {total:g}: 1 is expected").format(total=total))
    return planes


def read_losses(text: str | None) -> dict[str, float]:
    """Return losses named one by one, as ratios.

    >>> read_losses("soiling=0.02 inverter=0,03")
    {'soiling': 0.02, 'inverter': 0.03}
    """
    losses: dict[str, float] = {}
    for part in text.split() if text else []:
        name, _sign, value = part.partition("=")
        ratio = _number(value)
        if not name or ratio is None or not 0.0 <= ratio < 1.0 or name in losses:
            message = _("{value} is not a loss: a name once and a ratio are expected, as in soiling=0.02")
            raise ValueError(message.format(value=part))
        losses[name] = ratio
    return losses


def read_horizon(text: str | None) -> tuple[float, ...]:
    """Return the heights of the far horizon, degrees, at equal steps of azimuth from north, clockwise.

    >>> read_horizon("0 5 12,5 3")
    (0.0, 5.0, 12.5, 3.0)
    """
    heights = _numbers(text)
    if any(height is None or not 0.0 <= height < 90.0 for height in heights):
        message = _("{value} is not a horizon: heights in degrees from north, clockwise, as in `0 5 12 3`")
        raise ValueError(message.format(value=text))
    return tuple(height for height in heights if height is not None)


def read_shading(text: str | None) -> tuple[float, ...]:
    """Return the part of the output lost to near shading in each month, as ratios.

    >>> len(read_shading("0.1 0.05 0 0 0 0 0 0 0 0 0.05 0.1"))
    12
    """
    ratios = _numbers(text)
    if len(ratios) not in {0, 12} or any(r is None or not 0.0 <= r <= 1.0 for r in ratios):
        message = _("{value} is not a shading table: twelve ratios from 0 to 1, January to December")
        raise ValueError(message.format(value=text))
    return tuple(ratio for ratio in ratios if ratio is not None)


def _numbers(text: str | None) -> list[float | None]:
    return [_number(part) for part in text.split()] if text else []


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def curve_file(curve: str) -> str:
    """Return the file of a curve, without the options and the column that may follow its name.

    >>> curve_file("usine.csv?clock=winter#total"), curve_file("usine.csv")
    ('usine.csv', 'usine.csv')
    """
    return curve.partition("#")[0].partition("?")[0]


def read_surplus(text: str) -> SurplusChoice:
    """Read a surplus cell: the code of a contract, a file of hourly prices, or EUR/MWh.

    >>> read_surplus("oa-2026-06"), read_surplus("62,5")
    (ContractCode(code='oa-2026-06'), FixedPrice(eur_per_kwh=0.0625))
    """
    if re.fullmatch(r"[0-9]+([.,][0-9]+)?", text):
        return FixedPrice(eur_per_kwh(float(text.replace(",", "."))))
    return code_or_file(text)


def code_or_file(text: str) -> SurplusChoice:
    """Return the code of a contract; a name with a suffix is a file of `curves/`.

    >>> code_or_file("spot-2025.csv#Prix"), code_or_file("oa-2026-06")
    (MarketFile(file='spot-2025.csv#Prix'), ContractCode(code='oa-2026-06'))
    """
    return MarketFile(text) if "." in text else ContractCode(text)


COMPOUND: Mapping[str, Callable[[str | None], object]] = {
    "kva": read_powers,
    **dict.fromkeys(("off_peak", "off_peak_winter", "off_peak_summer", "peak"), read_windows),
    "losses": read_losses,
    "horizon_deg": read_horizon,
    "shading_ratio": read_shading,
}
"""By column, how a cell of several values is read; a ValueError says what is wrong in it."""


FIVE_SLOTS, TWO_SLOTS = ("hph", "hch", "hpb", "hcb", "pointe"), ("hp", "hc")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
SEASONS = (
    (("hph", "hch", "pointe"), frozenset(HIGH_SEASON_MONTHS)),
    (("hpb", "hcb"), frozenset(range(1, 13)) - frozenset(HIGH_SEASON_MONTHS)),
)
"""The postes of a season, and its months: November to March, April to October."""

ROUNDING_RATIO = 5e-4
"""As `profiles.reference.bill_fit`: 62 000 kWh is said of 61 970."""

YEAR_DAYS = 365
Faults = Iterator[tuple[str, str]]


def energy_faults(row: ParticipantRow, bill: KeptBill | None) -> list[tuple[str, str]]:
    """Return (column, message) of each figure of a bill that the others contradict."""
    if bill is None:
        return []
    return [*_year_faults(row, bill), *_season_faults(bill), *_month_faults(bill), *_peak_faults(row, bill)]


def _year_faults(row: ParticipantRow, bill: KeptBill) -> Faults:
    """Yield contradictions of `annual_kwh` with the postes, and with the months."""
    slots, months = bill.kwh_by_slot, bill.kwh_by_month
    if bill.total_kwh == 0.0:
        column = f"{next(iter(slots), MONTHS[0])}_kwh"
        yield column, _("0 kWh in the whole bill: leave its cells empty, or set `active` to no")
    if row.annual_kwh is None:
        return
    complete = _has_all_slots(bill), len(months) == len(MONTHS)
    sums = (_("the postes"), slots, complete[0]), (_("the months"), months, complete[1])
    for words, figures, is_complete in sums:
        total = sum(figures.values())
        gap = total - row.annual_kwh
        if figures and (abs(gap) if is_complete else gap) > _rounding(len(figures), row.annual_kwh):
            message = _(
                "{annual:.10g} kWh, but {figures} sum to {total:.10g}: correct one, or leave this empty"
            )
            yield "annual_kwh", message.format(annual=row.annual_kwh, figures=words, total=total)


def _season_faults(bill: KeptBill) -> Faults:
    """Yield the months of a season against its postes."""
    slots, months = bill.kwh_by_slot, bill.kwh_by_month
    for names, numbers in SEASONS:
        stated = [name for name in names if name in slots]
        own = {number: kwh for number, kwh in months.items() if number in numbers}
        if not own or not set(names[:2]) <= slots.keys():
            continue
        of_slots, of_months = sum(slots[name] for name in stated), sum(own.values())
        gap = of_months - of_slots
        if (abs(gap) if len(own) == len(numbers) else gap) > _rounding(len(own) + len(stated), of_slots):
            message = _(
                "{slots} sum to {of_slots:.10g} kWh, the months of their season ({months}) to "
                "{of_months:.10g}: correct one of them (high season: November to March)"
            )
            columns = ", ".join(f"{MONTHS[number - 1]}_kwh" for number in own)
            words = " + ".join(f"{name}_kwh" for name in stated)
            filled = message.format(slots=words, of_slots=of_slots, months=columns, of_months=of_months)
            yield f"{stated[0]}_kwh", filled


def _month_faults(bill: KeptBill) -> Faults:
    """Yield the months of a year against HP and HC."""
    if not {"hp", "hc"} <= bill.kwh_by_slot.keys() or not bill.kwh_by_month:
        return
    of_slots, of_months = sum(bill.kwh_by_slot.values()), sum(bill.kwh_by_month.values())
    gap, count = of_months - of_slots, len(bill.kwh_by_month)
    if (abs(gap) if count == len(MONTHS) else gap) > _rounding(count + 2, of_slots):
        message = _("hp_kwh + hc_kwh sum to {of_slots:.10g} kWh, the months to {of_months:.10g}: correct one")
        yield "hp_kwh", message.format(of_slots=of_slots, of_months=of_months)


def _peak_faults(row: ParticipantRow, bill: KeptBill) -> Faults:
    """Yield a highest power that would not make the energy of the bill, used all the time."""
    total_kwh = row.annual_kwh if bill.total_kwh is None else bill.total_kwh
    if bill.peak_kw is None or total_kwh is None:
        return
    days = YEAR_DAYS if bill.start is None or bill.end is None else (bill.end - bill.start).days + 1
    mean_kw = total_kwh / (24.0 * days) if days > 0 else 0.0
    if bill.peak_kw < mean_kw:
        message = _(
            "{peak} kW is less than the mean power of the bill, {mean} kW: the highest power in kW "
            "is expected"
        )
        yield "peak_kw", message.format(peak=decimal(bill.peak_kw, 1), mean=decimal(mean_kw, 1))


def _has_all_slots(bill: KeptBill) -> bool:
    return {"hp", "hc"} <= bill.kwh_by_slot.keys() or {"hph", "hch", "hpb", "hcb"} <= bill.kwh_by_slot.keys()


def _rounding(count: int, total_kwh: float) -> float:
    """Largest difference between sums of `count` rounded figures, kWh."""
    return max(0.5 * (count + 1), ROUNDING_RATIO * total_kwh)


DAYS_OF_A_YEAR, MOST_DAYS_AWAY = 365, 6
"""Meters are not read on the same day each year: five days away from 365 or 366."""


KWH = {name: f"{name}_kwh" for name in (*FIVE_SLOTS, *TWO_SLOTS, *MONTHS)}
"""Columns of energy, by the slot or the month that they are of."""

CELLS = attrgetter(*KWH.values(), "bill_start", "bill_end", "peak_kw")
"""All that a bill is kept in: most rows have none of it, and are asked for it eight times a question."""


def _given(row: ParticipantRow, names: tuple[str, ...]) -> dict[str, float]:
    kwh = {name: getattr(row, KWH[name]) for name in names}
    return {name: value for name, value in kwh.items() if value is not None}


def kept_bill(row: ParticipantRow) -> KeptBill | None:
    """Return the bill of a participant, None where no cell of it is filled."""
    cells = CELLS(row)
    if cells.count(None) == len(cells):
        return None
    months = _given(row, MONTHS)
    return KeptBill(
        kwh_by_slot=_given(row, FIVE_SLOTS + TWO_SLOTS),
        kwh_by_month={MONTHS.index(name) + 1: kwh for name, kwh in months.items()},
        start=row.bill_start,
        end=row.bill_end,
        peak_kw=row.peak_kw,
    )


def energy_of(site: ParticipantRow) -> float | None:
    """Return the kWh of a year that a row states, in one figure or in those of a bill."""
    bill = kept_bill(site)
    return site.annual_kwh if site.annual_kwh is not None or bill is None else bill.total_kwh


def kva_of(site: ParticipantRow) -> float | None:
    """Return the highest subscribed power that a row states, None where it says none of its own."""
    powers: Sequence[float] = ()
    if site.kind is not Kind.HOUSEHOLD_GROUP:  # of one home of the group, or of none
        with suppress(ValueError):  # what is no power is told where the cell is read
            powers = read_powers(site.kva)
    return max(powers, default=None)


def has_energy(row: ParticipantRow) -> bool:
    """Return whether a profile knows how many kWh a year it has to hold."""
    bill = kept_bill(row)
    has_total = bill is not None and bill.total_kwh is not None
    return has_total or row.annual_kwh is not None or row.quantity is not None


def without_energy(row: ParticipantRow) -> str:
    """Message for a profile without yearly energy."""
    if _given(row, (*FIVE_SLOTS, *TWO_SLOTS, *MONTHS)):
        return _("some postes or months are missing: give them all, or the kWh of the year in `annual_kwh`")
    return _("a profile needs `annual_kwh`, the postes of a bill, or a `quantity` with its `quantity_unit`")


def bill_faults(row: ParticipantRow) -> list[tuple[str, str]]:
    """Return (column, message) of cells that contradict each other in a line of participants.csv."""
    faults = []
    two, five = _given(row, TWO_SLOTS), _given(row, FIVE_SLOTS)
    if two and five:
        column = f"{next(iter(two))}_kwh"
        message = _(
            "{value:g} beside {other}: keep hp_kwh and hc_kwh, or the postes hph, hch, hpb, hcb, pointe"
        )
        others = ", ".join(f"{name}_kwh" for name in five)
        faults.append((column, message.format(value=next(iter(two.values())), other=others)))
    else:
        faults += energy_faults(row, kept_bill(row))
    return [*faults, *_day_faults(row), *_off_peak_faults(row)]


def _day_faults(row: ParticipantRow) -> list[tuple[str, str]]:
    start, end = row.bill_start, row.bill_end
    if (start is None) != (end is None):
        missing = "bill_start" if start is None else "bill_end"
        return [(missing, _("missing: the first and the last day of a bill go together"))]
    if start is not None and end is not None and end < start:
        message = _("{end} comes before bill_start, {start}: the last day of the bill is expected")
        return [("bill_end", message.format(end=end, start=start))]
    days = DAYS_OF_A_YEAR if start is None or end is None else (end - start).days + 1
    if abs(days - DAYS_OF_A_YEAR) > MOST_DAYS_AWAY:
        message = _(
            "{days} days from bill_start, {start}: a bill of twelve months is expected, within five days; "
            "add several bills up, or keep only the kWh of one year"
        )
        return [("bill_end", message.format(days=days, start=start))]
    return []


def _off_peak_faults(row: ParticipantRow) -> list[tuple[str, str]]:
    winter, summer = row.off_peak_winter, row.off_peak_summer
    if row.off_peak and (winter or summer):
        message = _(
            "{value} beside hours by season: keep `off_peak`, or `off_peak_winter` and `off_peak_summer`"
        )
        return [("off_peak", message.format(value=row.off_peak))]
    if (winter is None) != (summer is None):
        missing = "off_peak_winter" if winter is None else "off_peak_summer"
        return [(missing, _("missing: give both seasons, or `off_peak` for the whole year"))]
    return []


def commissioning_faults(row: PlantRow) -> list[tuple[str, str]]:
    """Return (column, message) where the day and the year of start of a plant differ."""
    day, year = row.commissioned_on, row.commissioned_year
    if day is None or year is None or day.year == year:
        return []
    message = _("{day} is not in commissioned_year, {year}: keep the right one of the two")
    return [("commissioned_on", message.format(day=day, year=year))]
