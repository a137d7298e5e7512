"""Numbers, dates and lists as people write them, in French or in English.

French: thousands U+202F, decimal comma, minus U+2212, U+00A0 before a unit (Lexique des règles
typographiques en usage à l'Imprimerie nationale, 2002).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from gettext import gettext as _
from gettext import ngettext
from math import isfinite

from babel.dates import format_date, get_day_names, get_month_names
from babel.numbers import get_decimal_symbol, get_group_symbol

from acc.indicators import Energy
from reports.format.language import current

MINUS = "\u2212"
FIXED = "\u00a0"
MISSING = "–"
FEW_NAMES = 3
"""Names that a sentence tells; the others are counted."""


def fr(value: float, decimals: int = 0) -> str:
    """Return a number in the language in use; a dash where there is none.

    >>> fr(1234.5, 1), fr(-0.04), fr(float("nan"))
    ('1,234.5', '0', '–')
    """
    if not isfinite(value):
        return MISSING
    rounded = round(value, decimals) + 0.0  # -0.0 becomes 0.0
    return f"{rounded:,.{max(decimals, 0)}f}".translate(_marks(_locale()))


def fr_exact(value: float) -> str:
    """Return a published figure with all its decimals.

    >>> fr_exact(0.0385), fr_exact(1600.0)
    ('0.0385', '1,600')
    """
    text = f"{value:.12g}"
    return fr(value, len(text.partition(".")[2]))


def exact(value: float, name: str) -> str:
    """Return a value with all its decimals and its unit, for what is signed.

    >>> exact(199.5, "kWp").replace(chr(160), " ")
    '199.5 kWp'
    """
    return str(NumberWithUnit(fr_exact(value), name))


@dataclass(frozen=True, slots=True)
class NumberWithUnit:
    """A printed number and its unit; as text, joined by the space that no line break parts.

    Attributes:
        number: as people write it, in the language in use; a dash where there is none.
        unit: its symbol ("kWh") or word ("years"), in the language in use.
    """

    number: str
    unit: str

    def __str__(self) -> str:
        if not self.unit:
            return self.number
        space = "" if self.unit == "%" and current() == "en" else FIXED
        return f"{self.number}{space}{self.unit}"


def quantity(value: float, unit: str, decimals: int = 0) -> NumberWithUnit:
    """Return a number and its unit, for whoever shows them apart.

    >>> quantity(1234.5, "kWh", 1)
    NumberWithUnit(number='1,234.5', unit='kWh')
    """
    return NumberWithUnit(fr(value, decimals), unit)


def unit(value: float, name: str, decimals: int = 0) -> str:
    """Return a number and its unit as one text, which no line break parts.

    >>> unit(12.3, "MWh", 1).replace(FIXED, " ")
    '12.3 MWh'
    """
    return str(quantity(value, name, decimals))


def mwh(energy_kwh: float) -> str:
    """Return an energy in MWh to 0.1 MWh, without unit: a cell of a table headed MWh.

    >>> mwh(1_234_560.0)
    '1,234.6'
    """
    return fr(energy_kwh / 1000.0, 1)


def mwh_text(energy_kwh: float) -> str:
    """Return an energy in MWh with its unit, to 0.1 MWh below 100 MWh."""
    return str(NumberWithUnit(mwh_cell(energy_kwh), "MWh"))


def mwh_cell(energy_kwh: float) -> str:
    """Return an energy in MWh, to 0.1 MWh below 100 MWh, without unit.

    >>> mwh_cell(1_234_560.0), mwh_cell(34_560.0)
    ('1,235', '34.6')
    """
    return fr(energy_kwh / 1000.0, 0 if abs(energy_kwh) >= 100_000.0 else 1)


def percent(part_ratio: float, decimals: int = 0) -> str:
    """Return a ratio as a percentage, with the space that the language wants.

    >>> percent(0.335)
    '34%'
    """
    if not isfinite(part_ratio):
        return MISSING
    return str(quantity(part_ratio * 100.0, "%", decimals))


def rate(yearly_ratio: float) -> str:
    """Return a yearly rate as a percentage, with a decimal only where it has one.

    >>> rate(0.04), rate(0.035)
    ('4%', '3.5%')
    """
    return percent(yearly_ratio, 0 if abs(yearly_ratio * 100.0 - round(yearly_ratio * 100.0)) < 0.05 else 1)


def signed(value: float, decimals: int = 0) -> str:
    """Return a number that shows its sign, zero without."""
    text = fr(value, decimals)
    return f"+{text}" if value > 0.0 and text != fr(0.0, decimals) else text


def signed_percent(change_ratio: float) -> str:
    """Return a change as a percentage that shows its sign, with a decimal below 1 %.

    >>> signed_percent(0.178), signed_percent(-0.0512), signed_percent(0.004)
    ('+18%', '−5%', '+0.4%')
    """
    shown = percent(change_ratio, 0 if abs(change_ratio) >= 0.0095 else 1)
    return f"+{shown}" if change_ratio > 0.0 else shown


def span(low: float, high: float, decimals: int = 0, name: str = "") -> str:
    """Return "from 12 to 31 MWh", with the decimals that keep the two ends apart.

    >>> span(4.1, 4.4).replace(FIXED, " ")
    'from 4.1 to 4.4'
    >>> span(4.0, 4.0).replace(FIXED, " ")
    '4, no spread'
    """
    while fr(low, decimals) == fr(high, decimals) and low != high and decimals < 3:
        decimals += 1
    if fr(low, decimals) == fr(high, decimals):
        only = quantity(low, name, decimals)
        return _("{value}, no spread").format(value=only if name else only.number)
    text = _("from {low} to {high}").format(low=fr(low, decimals), high=fr(high, decimals))
    if name == "%":
        return text.removesuffix(fr(high, decimals)) + percent(high / 100.0, decimals)
    return str(NumberWithUnit(text, name)) if name else text


@dataclass(frozen=True, slots=True)
class EnergyScale:
    """How the energies of one document are printed: one unit and one number of decimals everywhere."""

    name: str
    unit_kwh: float
    decimals: int

    def value(self, energy_kwh: float) -> float:
        """Return the number in the unit of the document."""
        return energy_kwh / self.unit_kwh

    def plain(self, energy_kwh: float) -> str:
        """Return the number alone; what is there but rounds to zero is "< 1", never "0"."""
        number = fr(energy_kwh / self.unit_kwh, self.decimals)
        if energy_kwh > 0.0 and number == fr(0.0, self.decimals):
            return f"<{FIXED}{fr(10.0**-self.decimals, self.decimals)}"
        return number

    def text(self, energy_kwh: float) -> str:
        """Return the number and its unit."""
        return str(self.printed(energy_kwh))

    def printed(self, energy_kwh: float) -> NumberWithUnit:
        """Return the same, for whoever shows them apart."""
        return NumberWithUnit(self.plain(energy_kwh), self.name)

    @property
    def writer(self) -> str:
        """Name of this scale among those of a quantity."""
        return f"{self.name}.{self.decimals}"

    def finest(self, energy_kwh: float) -> "EnergyScale":
        """Return this scale, or kWh for an energy that it would round to nothing."""
        return SCALES[0] if self.plain(energy_kwh).startswith("<") else self


SCALES = EnergyScale("kWh", 1.0, 0), EnergyScale("MWh", 1000.0, 0), EnergyScale("MWh", 1000.0, 1)
"""Of documents whose largest site takes less than 20 MWh, 100 MWh and more, and what is between."""


def energy_scale(largest_kwh: float) -> EnergyScale:
    """Return the scale of a document whose largest participant consumes `largest_kwh`.

    >>> energy_scale(880_000.0).text(4_100.0).replace(FIXED, " "), energy_scale(9_000.0).text(4.2)[0]
    ('4 MWh', '4')
    """
    if largest_kwh < 20_000.0:
        return SCALES[0]
    return SCALES[2 if largest_kwh < 100_000.0 else 1]


def scale_of(energy: Energy) -> EnergyScale:
    """Return the scale of an operation: that of its largest site or plant, in every document."""
    return energy_scale(max([*energy.consumption_kwh, *energy.production_kwh], default=0.0))


def of_place(place: str) -> str:
    """Return "of Bergerac", with French elision and article ("d’Eymet", "du Fleix", "des Eyzies").

    >>> of_place("Bergerac")
    'of Bergerac'
    """
    if current() != "fr":
        return _("of {place}").format(place=place)
    if place.startswith("Le "):
        return f"du {place[3:]}"
    if place.startswith("Les "):
        return f"des {place[4:]}"
    return f"d’{place}" if place[:1].lower() in "aeiouyéèêâîôûh" else f"de {place}"


def long_date(day: date) -> str:
    """Return "12 janvier 2026" or "12 January 2026"."""
    return f"{day_month(day)} {day.year}"


def day_month(day: date) -> str:
    """Return "12 janvier" or "12 January"."""
    return f"{_day_number(day)}{FIXED}{format_date(day, 'MMMM', locale=_locale())}"


def _day_number(day: date) -> str:
    """Return the day of the month; French writes the first one "1er"."""
    return "1er" if day.day == 1 and current() == "fr" else str(day.day)


def days_text(first: date, last: date) -> str:
    """Return a period in words, nothing said twice.

    >>> days_text(date(2025, 6, 1), date(2025, 6, 30)).replace(FIXED, " ")
    'from 1 to 30 June 2025'
    """
    if first == last:
        return _("on {day}").format(day=long_date(first))
    start = long_date(first)
    if first.year == last.year:
        start = _day_number(first) if first.month == last.month else day_month(first)
    return _("from {first} to {last}").format(first=start, last=long_date(last))


def short_date(day: date) -> str:
    """Return "12/01/2026", day first in both languages."""
    return day.strftime("%d/%m/%Y")


def month_name(month: int) -> str:
    """Name of a month, from 1 to 12, in the current language."""
    return _names("wide")[month - 1]


def month_letter(month: int) -> str:
    """Return the initial of a month, 1 to 12."""
    return _names("narrow")[month - 1]


def day_letters() -> tuple[str, ...]:
    """Return the initials of the days, Monday first."""
    names = get_day_names("narrow", context="stand-alone", locale=_locale())
    return tuple(names[index] for index in range(7))


def clock(minute: int) -> str:
    """Return a time of day, "13 h 30" or "13:30"."""
    hour, rest = divmod(minute, 60)
    if current() == "en":
        return f"{hour}:{rest:02d}"
    return f"{hour}{FIXED}h" + (f"{FIXED}{rest:02d}" if rest else "")


def sites_count(count: int) -> str:
    """Return "5 sites"."""
    return ngettext("{count} site", "{count} sites", count).format(count=fr(count))


def plants_count(count: int) -> str:
    """Return "1 plant"."""
    return ngettext("{count} plant", "{count} plants", count).format(count=fr(count))


def listed(words: Sequence[str]) -> str:
    """Return "a, b and c".

    >>> listed(["a", "b", "c"]), listed(["a"]), listed([])
    ('a, b and c', 'a', '')
    """
    if len(words) < 2:
        return "".join(words)
    return _("{first} and {last}").format(first=", ".join(words[:-1]), last=words[-1])


def some(names: Sequence[str], named: int = FEW_NAMES, *, unnamed: int = 0) -> str:
    """Return the first names, the others counted, and those that have no name here."""
    rest = len(names[named:]) + unnamed
    others = [ngettext("{count} other", "{count} others", rest).format(count=fr(rest))] if rest else []
    return listed([*names[:named], *others])


@lru_cache(maxsize=4)
def _marks(locale: str) -> dict[int, str]:
    """Translation table of the marks of a number in a language, for `str.translate`."""
    return str.maketrans({",": get_group_symbol(locale), ".": get_decimal_symbol(locale), "-": MINUS})


@lru_cache(maxsize=4)
def _month_names(width: str, locale: str) -> tuple[str, ...]:
    names = get_month_names(width, context="stand-alone", locale=locale)
    return tuple(names[index] for index in range(1, 13))


def _names(width: str) -> tuple[str, ...]:
    return _month_names(width, _locale())


def _locale() -> str:
    return "fr_FR" if current() == "fr" else "en_GB"


def power(power_kwp: float) -> NumberWithUnit:
    """Return a peak power, kWp, to 0.1 kWp below 20 kWp."""
    return quantity(power_kwp, _("kWp"), 0 if power_kwp >= 20.0 else 1)
