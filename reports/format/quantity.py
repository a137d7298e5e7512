"""A figure of a document: what it is, of whom, on which basis, of which year; printed in one way only.

Two figures of one `key` are the same figure, whatever document prints them: a test collects all that is
printed and compares. Amounts that differ by their basis (VAT, investment, connection) have different keys.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, replace
from enum import StrEnum
from gettext import gettext as _
from math import isfinite
from types import MappingProxyType

from acc.i18n import N_
from reports.format.money import eur, millions, price, thousands
from reports.format.numbers import SCALES, NumberWithUnit, fr, power, quantity, signed

EVERYBODY = frozenset({"*"})
"""Scope of a figure of all members of the operation."""

FIRST_YEAR, FULL_ACCISE_YEAR, PLAN = "first-year", "full-accise-year", "plan"
"""Years of a figure, beside the number of a later year ("2035")."""


class Notion(StrEnum):
    """What a figure is: the one list of what documents print."""

    GAIN = "gain"
    GAIN_WITHOUT_SHARING = "gain-without-sharing"
    GAIN_OF_SHARING = "gain-of-sharing"
    SAVING = "saving"
    VALUE = "value"
    PLANTS_VALUE = "plants-value"
    VALUE_WITHOUT_SHARING = "value-without-sharing"
    VALUE_OF_SHARING = "value-of-sharing"
    LEAD = "lead-of-sharing"
    INVESTMENT = "investment"
    OUTLAY = "outlay"
    OWN_MONEY = "own-money"
    WORKS_VAT = "works-vat"
    FCTVA = "fctva"
    GRANT = "grant"
    LOAN = "loan"
    ANNUITY = "annuity"
    COVER = "cover"
    LOWEST_COVER = "lowest-cover"
    PAYBACK = "payback"
    BILLS_PAYBACK = "bills-payback"
    UPKEEP = "upkeep"
    BUDGET_LINE = "budget-line"
    SHARED = "shared"
    NEED = "need"
    INJECTED = "injected"
    SURPLUS = "surplus"
    PEAK_POWER = "peak-power"
    SHARED_OF_INJECTED = "shared-of-injected"
    SHARED_OF_NEED = "shared-of-need"
    MEMBERS = "members"
    WINNERS = "winners"
    LOSERS = "losers"
    LOSERS_OVER_PLAN = "losers-over-plan"


class Basis(StrEnum):
    """What is counted in a figure; printed where a document has two bases of one notion."""

    PLAIN = ""
    NO_VAT = "no-vat"
    VAT_BORNE = "vat-borne"
    WITH_VAT = "with-vat"
    PER_HOME = "per-home"


BASES: Mapping[Basis, str] = MappingProxyType(
    {
        Basis.PLAIN: "",
        Basis.NO_VAT: N_("without tax"),
        Basis.VAT_BORNE: N_("VAT that is not recovered counted"),
        Basis.WITH_VAT: N_("with tax"),
        Basis.PER_HOME: N_("with tax, per home"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A figure and all that says what it is; as text, its number and its unit.

    Attributes:
        value: in EUR, kWh, kWp, years, a ratio or a count, as the notion says.
        of: ids of the members, sites or plants whose figure it is.
        year: `FIRST_YEAR`, `FULL_ACCISE_YEAR`, `PLAN`, or the number of a year.
        given: the condition under which it stands ("accise", "plant-1 not built"); empty for the folder.
        low, high: ends of its range (8 chances of 10); None where nothing was drawn.
        unit: one of `WRITERS`; that of the notion by default.
        shown: the value as it is printed, where parts are rounded to add up to their printed total.

    >>> gain = Quantity(notion=Notion.GAIN, value=12_345.0, basis=Basis.NO_VAT)
    >>> f"{gain}".replace(chr(160), " "), f"{gain:k€}".replace(chr(160), " "), gain.printed("€").number
    ('12,300 €', '12 k€', '12,300')
    """

    notion: Notion
    value: float
    of: frozenset[str] = EVERYBODY
    basis: Basis = Basis.PLAIN
    year: str = FIRST_YEAR
    given: str = ""
    low: float | None = None
    high: float | None = None
    unit: str = ""
    shown: float | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """What makes two figures one and the same."""
        return self.notion, ",".join(sorted(self.of)), self.basis, self.year, self.given

    def printed(self, unit: str = "") -> NumberWithUnit:
        """Return the number and its unit, for whoever shows them apart.

        Args:
            unit: one of `WRITERS`; that of the notion by default.
        """
        value = self.value if self.shown is None else self.shown
        shown = WRITERS[unit or self.unit or UNITS[self.notion]](value)
        self.note(str(shown))
        return shown

    @property
    def is_known(self) -> bool:
        """Whether there is a figure to print; a dash stands for it elsewhere."""
        return isfinite(self.value)

    def note(self, text: str) -> None:
        """Note that the figure is printed in `text`, for who collects what is printed."""
        if (printed := PRINTED.get()) is not None:
            printed.append((self, text))

    def as_(self, unit: str) -> "Quantity":
        """Return the same figure, to be written in another unit of `WRITERS`."""
        return replace(self, unit=unit)

    def a_year(self, period_years: float) -> "Quantity":
        """Return an amount of a period as one a year: the same figure where the period is a year."""
        if period_years == 1.0:
            return self.as_("€/year")
        return replace(self, value=self.value / period_years, given=f"{self.given} a year", unit="€/year")

    def between(self, low: float, high: float) -> "Quantity":
        """Return the same figure with the ends of its range."""
        return replace(self, low=low, high=high)

    def printed_as(self, shown: float) -> "Quantity":
        """Return the same figure, rounded with others that add up to their printed total."""
        return replace(self, shown=shown)

    @property
    def basis_text(self) -> str:
        """What is counted, in words."""
        return _(BASES[self.basis]) if BASES[self.basis] else ""

    def __str__(self) -> str:
        return str(self.printed())

    def __format__(self, unit: str) -> str:
        return str(self.printed(unit))


WRITERS: Mapping[str, Callable[[float], NumberWithUnit]] = MappingProxyType(
    {
        "€": lambda eur_: NumberWithUnit(eur(eur_), "€"),
        "€/year": lambda eur_: NumberWithUnit(eur(eur_), _("€/year")),
        "€/year exact": lambda eur_: NumberWithUnit(fr(eur_), _("€/year")),
        "|€| exact": lambda eur_: NumberWithUnit(fr(abs(eur_)), "€"),
        "|€| tenths": lambda eur_: NumberWithUnit(fr(abs(eur_), 1), "€"),
        "€ exact": lambda eur_: NumberWithUnit(fr(eur_), "€"),
        "±€ exact": lambda eur_: NumberWithUnit(signed(eur_), "€"),
        "k€": thousands,
        "M€": millions,
        "€/MWh": price,
        "years": lambda years: quantity(years, _("years")),
        "MWh": lambda kwh: quantity(kwh / 1000.0, "MWh", 0 if abs(kwh) >= 100_000.0 else 1),
        **{scale.writer: scale.printed for scale in SCALES},
        "kWp": power,
        "%": lambda ratio: quantity(ratio * 100.0, "%"),
        "ratio": lambda ratio: NumberWithUnit(fr(ratio, 2), ""),
        "count": lambda count: NumberWithUnit(fr(count), ""),
    }
)
"""How a value is written, by unit."""

UNITS: Mapping[Notion, str] = MappingProxyType(
    dict.fromkeys(Notion, "€")
    | dict.fromkeys((Notion.SHARED, Notion.NEED, Notion.INJECTED, Notion.SURPLUS), "MWh")
    | dict.fromkeys((Notion.MEMBERS, Notion.WINNERS, Notion.LOSERS, Notion.LOSERS_OVER_PLAN), "count")
    | dict.fromkeys((Notion.SHARED_OF_INJECTED, Notion.SHARED_OF_NEED), "%")
    | {
        Notion.COVER: "ratio",
        Notion.LOWEST_COVER: "ratio",
        Notion.PAYBACK: "years",
        Notion.BILLS_PAYBACK: "years",
    }
    | {Notion.PEAK_POWER: "kWp"}
)
"""The unit in which a notion is printed unless another is asked."""


def printed_together(figures: Iterable[Quantity], texts: Sequence[str]) -> Sequence[str]:
    """Note the figures of a column that were rounded together, the total last, and return their texts."""
    *parts, total = figures
    for part, text in zip(parts, texts, strict=False):
        part.printed_as(part.value).note(text)
    total.note(texts[-1])
    return texts


PRINTED: ContextVar[list[tuple[Quantity, str]] | None] = ContextVar("printed", default=None)
"""Collects each figure that is printed, with its text, where the tests of one truth ask for it."""
