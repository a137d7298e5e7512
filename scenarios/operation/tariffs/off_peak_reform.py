"""Off-peak hours after the reform of 2025 to 2027: hours of midday in summer, from the dated rows.

The network operator tells each site its own hours one month before: these are supposed. In winter the whole
night window; in summer as many hours as are allowed in the middle of the day, centred, and the others at the
end of the night.
"""

from dataclasses import replace

from acc.bills.tariff_slots import SlotClock, Windows
from acc.sites import SupplyContract
from scenarios.rates.reader import RateReader

PREFIX = "offpeak.reform."
DAY_MINUTES, HOUR_MINUTES = 1440, 60


def reformed_hours(reader: RateReader) -> tuple[Windows, Windows]:
    """Return the off-peak windows of winter, then of summer, as minutes of the day."""
    start, end, opens, closes, most = (
        reader.newest(f"{PREFIX}{name}", "h")
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


def _minute(hours: float) -> int:
    return int(hours * HOUR_MINUTES) % (DAY_MINUTES + 1)
