"""The table of reference profiles, their parameters and those of added uses, how much a site uses in a year.

A new profile is one entry here and its rows in `data/reference_uses.csv`. A profile is a sum of uses. A use
has a share of the yearly kWh and a shape in time: `hours of the day x season x closures x driver`
(temperature, daylight, night), each given by rows `kind, parameter, value, unit, source, confidence` where
`parameter` is `<use>.<property>`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from functools import lru_cache
from gettext import gettext as _
from types import MappingProxyType

from acc.i18n import N_, is_french
from acc.problem import InputError, Problem
from acc.sites import Position
from profiles.data.sourced_figures import table_rows

ANY_KIND = "*"
"""Kind of the rows that hold for every profile without a row of its own."""

Knots = tuple[tuple[int, float], ...]
"""Points (position, level) of a curve; position in minutes of the day, or in days from 1 January."""

MONTH_STARTS = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)
"""Days from 1 January to the first of each month, in a common year."""


@dataclass(frozen=True, slots=True)
class ParameterRow:
    """A parameter as its table gives it, with where it comes from."""

    kind: str
    parameter: str
    value: str
    unit: str
    source: str
    confidence: str


class Driver(StrEnum):
    """What a use follows besides clock and calendar."""

    NONE = "none"
    DAYLIGHT = "daylight"
    """Lamps of rooms that people are in: full after sunset, `level_ratio` under a high sun."""
    NIGHT = "night"
    """On while the sun stands below `threshold_deg`."""
    HEATING = "heating"
    """Grows with the degrees below `threshold_c`, of the day's mean but for `air_ratio`."""
    COOLING = "cooling"
    """Grows with the degrees of the air, half of them those of the day's mean, above `threshold_c`."""
    REFRIGERATION = "refrigeration"
    """Cold rooms: 1 at `threshold_c`, `slope_per_c` more for each degree above."""


@dataclass(frozen=True, slots=True)
class ClosedDays:
    """Days of the year, both included, in which a use runs at `level_ratio` of its usual."""

    first: int
    last: int
    level_ratio: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ElectricityUse:
    """One use of electricity: its part of the year's kWh, and its shape.

    Attributes:
        hours: level by minute of the day, for Monday to Sunday; public holidays follow Sunday.
        season: level by day from 1 January, periodic; empty for none.
        school_holidays_ratio: level on the school holidays of zone A.
        air_ratio: part of the degrees of heating that are of the hour's air, the rest of the day's mean.
        flow_c: of the water that a heat pump heats, 0 for what heats otherwise; `cop_constant`, `cop_per_k`
            and `cop_per_k2` give its coefficient of performance by the degrees from the air to that water.
    """

    name: str
    share_ratio: float
    hours: tuple[Knots, ...]
    season: Knots = ()
    closures: tuple[ClosedDays, ...] = ()
    school_holidays_ratio: float = 1.0
    driver: Driver = Driver.NONE
    threshold_c: float = 0.0
    threshold_deg: float = 0.0
    slope_per_c: float = 0.0
    level_ratio: float = 0.0
    air_ratio: float = 0.0
    flow_c: float = 0.0
    cop_constant: float = 0.0
    cop_per_k: float = 0.0
    cop_per_k2: float = 0.0


@dataclass(frozen=True, slots=True)
class SiteSpread:
    """How one site differs from the next of its kind: standard deviations, and the noise of its curve.

    Attributes:
        shift_minutes: of the hours of the whole site.
        share_ratio: of the share of each use, relative.
        day_ratio, step_ratio: of the level from day to day, and from step to step, relative.
        fine_ratio: of the level of each quarter hour by itself, relative.
        lone_ratio: the same of a single home around the mean of homes; n homes together stray by its nth
            root less.
        day_memory_h, step_memory_h, lone_memory_h: time in which their correlation falls to 1/e.
        band_ratio: half width of the uncertainty of the curve once scaled to a bill.
        estimate_band_ratio: the same when the yearly kWh is itself estimated from a size.
    """

    shift_minutes: float
    share_ratio: float
    day_ratio: float
    day_memory_h: float
    step_ratio: float
    step_memory_h: float
    fine_ratio: float
    lone_ratio: float
    lone_memory_h: float
    band_ratio: float
    estimate_band_ratio: float


@lru_cache(maxsize=1)
def rows() -> Mapping[tuple[str, str], ParameterRow]:
    """Return every row of the parameter tables by (kind, parameter)."""
    by_name: dict[tuple[str, str], ParameterRow] = {}
    for name in ("reference_uses.csv", "reference_sites.csv"):
        for row in read_rows(name):
            assert (row.kind, row.parameter) not in by_name, row  # a table with a double is a fault of ours
            by_name[row.kind, row.parameter] = row
    return by_name


def read_rows(name: str) -> tuple[ParameterRow, ...]:
    """Return the rows of one table of `profiles/data`, in its order."""
    return tuple(ParameterRow(**line) for line in table_rows(name))


@lru_cache(maxsize=64)
def uses_of(kind: str) -> tuple[ElectricityUse, ...]:
    """Return the uses of a profile, in the order of the table."""
    properties: dict[str, dict[str, str]] = {}
    for (row_kind, parameter), row in rows().items():
        use, _, name = parameter.partition(".")
        if row_kind == kind and use not in {"site", "intensity"}:
            properties.setdefault(use, {})[name] = row.value
    return tuple(use_of_rows(name, values) for name, values in properties.items())


@lru_cache(maxsize=64)
def spread_of(kind: str) -> SiteSpread:
    """Spread between the sites of a kind: its own rows, or those of every kind."""
    known = rows()
    values = {
        name: float(known.get((kind, f"site.{name}"), known[ANY_KIND, f"site.{name}"]).value)
        for name in SiteSpread.__slots__
    }
    return SiteSpread(**values)


def intensities_of(kind: str) -> Mapping[str, ParameterRow]:
    """Return the rows of yearly kWh per unit of size, by unit (m2, m3, hl, inhabitants, EH, homes)."""
    start = "intensity."
    return {
        parameter.removeprefix(start): row
        for (row_kind, parameter), row in rows().items()
        if row_kind == kind and parameter.startswith(start)
    }


NUMBERS = (
    *("school_holidays_ratio", "threshold_c", "threshold_deg", "slope_per_c", "level_ratio", "air_ratio"),
    *("flow_c", "cop_constant", "cop_per_k", "cop_per_k2"),
)


def use_of_rows(name: str, values: Mapping[str, str]) -> ElectricityUse:
    """Return a use from the values of its rows, by property."""
    return ElectricityUse(
        name=name,
        share_ratio=float(values["share_ratio"]),
        hours=_week(values),
        season=season_knots(values.get("season", "")),
        closures=tuple(closed_days(text) for text in values.get("closures", "").split()),
        driver=Driver(values.get("driver", "none")),
        **{number: float(values[number]) for number in NUMBERS if number in values},
    )


def _week(values: Mapping[str, str]) -> tuple[Knots, ...]:
    """Return the hours of Monday to Sunday; a day without a row is like a weekday."""
    weekday = values.get("weekday", "00:00=1")
    saturday = values.get("saturday", weekday)
    days = [weekday, weekday, values.get("wednesday", weekday), weekday, weekday]
    return tuple(hour_knots(text) for text in [*days, saturday, values.get("sunday", saturday)])


def hour_knots(text: str) -> Knots:
    """Read the points of a day.

    >>> hour_knots("07:30=0 08:30=1")
    ((450, 0.0), (510, 1.0))
    """
    points = (point.split("=") for point in text.split())
    return tuple((60 * int(clock[:2]) + int(clock[3:]), float(level)) for clock, level in points)


def season_knots(text: str) -> Knots:
    """Read the points of a year.

    >>> season_knots("01-01=0.5 09-10=1")
    ((0, 0.5), (252, 1.0))
    """
    points = (point.split("=") for point in text.split())
    return tuple((_day_of_year(day), float(level)) for day, level in points)


def closed_days(text: str) -> ClosedDays:
    """Read days of closure and the level that stays.

    >>> closed_days("08-01..08-31=0.2")
    ClosedDays(first=212, last=242, level_ratio=0.2)
    """
    days, level = text.split("=")
    first, last = days.split("..")
    return ClosedDays(_day_of_year(first), _day_of_year(last), float(level))


def _day_of_year(text: str) -> int:
    month, day = text.split("-")
    return MONTH_STARTS[int(month) - 1] + int(day) - 1


@dataclass(frozen=True, slots=True)
class AddedUse:
    """A use that a site has not yet, for 1 kWh in twelve months; or a part of what it uses.

    Attributes:
        kind: of `data/added_uses.csv`.
        hours: local windows as minutes of the day, in place of the usual ones; empty for these.
        profile: of the site: a heat pump heats at the hours of its kind.
        position: where it stands; None for Bergerac.
    """

    kind: str
    hours: tuple[tuple[int, int], ...] = ()
    profile: str | None = None
    position: Position | None = None

    @property
    def is_part(self) -> bool:
        """Whether it is a part of what the site uses, not a use beside."""
        return "uses" in added_rows()[self.kind]


@lru_cache(maxsize=1)
def added_rows() -> Mapping[str, Mapping[str, str]]:
    """Return the rows of each new use, by property."""
    return _by_kind("added_uses.csv")


def _by_kind(name: str) -> dict[str, dict[str, str]]:
    kinds: dict[str, dict[str, str]] = {}
    for row in read_rows(name):
        kinds.setdefault(row.kind, {})[row.parameter] = row.value
    return kinds


def usual_figure(kind: str, name: str) -> float:
    """Return a sourced figure of a new use.

    >>> usual_figure("heat-pump", "scop"), usual_figure("ev-home", "kwh_per_year")
    (2.9, 2600.0)
    """
    return float(added_rows()[kind][name])


def uses_within(kind: str, profile: str) -> tuple[ElectricityUse, ...]:
    """Return the uses of a profile that a change of a part of the need bears on; none where it has none.

    >>> [use.name for use in uses_within("renovation", "office")], uses_within("led", "water-pumping")
    (['heating', 'cooling'], ())
    """
    names = added_rows()[kind]["uses"].split()
    return tuple(use for use in uses_of(profile) if use.name in names)


@lru_cache(maxsize=1)
def usual_doubts() -> Mapping[str, Mapping[str, float]]:
    """Usual deviation of each kind of change from its statement, by the name of its figure.

    >>> usual_doubts()["heat-pump"]["high_ratio"], usual_doubts()["starts"]["delay_years"]
    (1.4, 1.5)
    """
    doubts = _by_kind("change_doubts.csv")
    return {kind: {name: float(value) for name, value in own.items()} for kind, own in doubts.items()}


@dataclass(frozen=True, slots=True)
class ProfileKind:
    """A kind of site whose load can be drawn without a meter.

    Attributes:
        name: what is written in `participants.csv`.
        title: marked for the catalogue.
        french: usual French names, to guess what a person meant.
    """

    name: str
    title: str
    french: tuple[str, ...]


_KINDS = (
    ProfileKind("town-hall", N_("town hall"), ("mairie", "hôtel de ville")),
    ProfileKind("office", N_("offices"), ("bureaux", "bureau", "tertiaire", "siège", "administration")),
    ProfileKind(
        "primary-school", N_("primary school"), ("école", "école primaire", "maternelle", "groupe scolaire")
    ),
    ProfileKind("swimming-pool", N_("indoor swimming pool"), ("piscine", "centre aquatique")),
    ProfileKind("sports-hall", N_("sports hall"), ("gymnase", "salle de sport", "complexe sportif")),
    ProfileKind("hospital", N_("hospital"), ("hôpital", "clinique", "centre hospitalier")),
    ProfileKind("workshop", N_("SME workshop"), ("atelier", "artisan", "menuiserie", "garage")),
    ProfileKind("supermarket", N_("supermarket"), ("supermarché", "grande surface")),
    ProfileKind("cold-store", N_("cold store"), ("entrepôt frigorifique", "frigo", "station fruitière")),
    ProfileKind("wine-cooperative", N_("wine cooperative"), ("cave coopérative", "chai", "cave")),
    ProfileKind("wastewater-plant", N_("wastewater plant"), ("station d’épuration", "step", "steu")),
    ProfileKind("street-lighting", N_("street lighting, all night"), ("éclairage public",)),
    ProfileKind("college", N_("lower secondary school"), ("collège", "lycée")),
    ProfileKind("care-home", N_("care home"), ("ehpad", "maison de retraite", "résidence autonomie")),
    ProfileKind("metalworking", N_("metalworking"), ("usine", "métallurgie", "mécanique", "usinage")),
    ProfileKind("shop", N_("shop"), ("commerce", "magasin", "boutique")),
    ProfileKind("hotel-restaurant", N_("hotel and restaurant"), ("hôtel", "restaurant", "hébergement")),
    ProfileKind(
        "water-pumping", N_("drinking-water pumping"), ("pompage", "forage", "eau potable", "château d’eau")
    ),
    ProfileKind(
        "street-lighting-part-night",
        N_("street lighting, off from 23 h to 5 h"),
        ("éclairage public coupé la nuit", "extinction nocturne"),
    ),
    ProfileKind(
        "household-group",
        N_("group of homes"),
        ("logements", "foyers", "lotissement", "immeuble", "particuliers"),
    ),
)

PROFILES: Mapping[str, ProfileKind] = MappingProxyType({kind.name: kind for kind in _KINDS})

_TRADES = (
    ("shop", "boulangerie, pâtisserie, boucherie, épicerie, pharmacie, coiffeur, banque, tabac, presse"),
    ("hotel-restaurant", "camping, gîte, bar, café, traiteur"),
    ("office", "médiathèque, bibliothèque, maison de santé, cabinet médical, gendarmerie, caserne"),
    ("primary-school", "crèche, centre de loisirs, cantine"),
    ("sports-hall", "salle des fêtes, salle polyvalente, salle communale, dojo"),
    ("workshop", "imprimerie, ferme, exploitation agricole, déchetterie, centre technique"),
)
NEAR_TRADES: Mapping[str, str] = MappingProxyType(
    {trade: name for name, trades in _TRADES for trade in trades.split(", ")}
)
"""Trades that have no profile, with the one whose hours are nearest: told to who names them, never assumed.

Their own hours differ (a baker's ovens heat before dawn): only a curve or a bill by poste tells them.
"""


@dataclass(frozen=True, slots=True)
class Scale:
    """The yearly kWh of a site and how it is known.

    Attributes:
        row: the intensity it was estimated with; None when it is a bill.
        notes, source: sentences for a person, translated.
    """

    annual_kwh: float
    row: ParameterRow | None
    notes: tuple[str, ...]
    source: str


def known_profile(kind: str, site_id: str) -> ProfileKind:
    """Return the profile named `kind`.

    Raises:
        InputError: an unknown name, with the nearest one, guessed from French names too.
    """
    if kind in PROFILES:
        return PROFILES[kind]
    raise InputError([Problem(_where(site_id, "profile"), unknown_profile(kind))])


def unknown_profile(kind: str) -> str:
    """Return the message for a profile that is none, with the nearest one."""
    shown = {name: profile.french[0] if is_french() else name for name, profile in PROFILES.items()}
    names = {word: profile.name for profile in PROFILES.values() for word in (profile.name, *profile.french)}
    near = get_close_matches(kind.lower(), {**names, **NEAR_TRADES}, n=1, cutoff=0.65)
    hint = _("Did you mean {near}?") if near else ""
    if near and near[0] not in names:
        hint = _("No profile was made of this trade: the nearest is {near}, its curve would say more.")
    hint = hint.format(near=shown[{**NEAR_TRADES, **names}[near[0]]]) if near else ""
    message = _("“{kind}” is not a reference profile. {hint} Known profiles: {known}")
    return message.format(kind=kind, hint=hint, known=", ".join(shown.values())).replace("  ", " ")


def scale_of(
    profile: ProfileKind, annual_kwh: float | None, size: tuple[float | None, str | None], site_id: str
) -> Scale:
    """Return the yearly kWh of a site, from its bill or else from its size (quantity, unit).

    Raises:
        InputError: neither of them, a value that is not above 0, or a unit that the profile does not know.
    """
    title = _(profile.title)
    if annual_kwh is not None:
        _refuse_unless_positive(annual_kwh, _where(site_id, "annual_kwh"), "kWh")
        source = _("reference profile “{title}” scaled to the yearly bill").format(title=title)
        return Scale(annual_kwh, None, (), source)
    quantity, unit = size
    if quantity is None:
        message = _("neither annual_kwh nor quantity is given: one of them is needed to scale a profile")
        raise InputError([Problem(_where(site_id, "annual_kwh"), message)])
    if wrong := unknown_size(profile, unit):
        raise InputError([Problem(_where(site_id, "quantity_unit"), wrong)])
    row = intensities_of(profile.name)[unit or ""]
    _refuse_unless_positive(quantity, _where(site_id, "quantity"), row.parameter.partition(".")[2])
    facts = {"quantity": f"{quantity:.10g}", "unit": unit, "value": row.value, "source": row.source}
    source = _(
        "reference profile “{title}”, yearly kWh estimated: {quantity} {unit} x {value} kWh per {unit}"
    )
    note = _("{quantity} {unit} at {value} kWh per {unit} and year: {source}")
    return Scale(
        quantity * float(row.value), row, (note.format(**facts),), source.format(title=title, **facts)
    )


def unknown_size(profile: ProfileKind, unit: str | None) -> str:
    """Fault in the size unit of a profile, translated; empty if valid."""
    known = intensities_of(profile.name)
    if unit in known:
        return ""
    name = profile.french[0] if is_french() else profile.name
    message = _("“{unit}” is not a size of the profile {name}: {known} is expected, or give `annual_kwh`")
    return message.format(unit=unit or "", name=name, known=_(" or ").join(known))


def _refuse_unless_positive(value: float, where: str, unit: str) -> None:
    if not 0 < value < float("inf"):
        message = _("{value} is not usable: a number of {unit} above 0 is expected")
        raise InputError([Problem(where, message.format(value=value, unit=unit))])


def _where(site_id: str, field: str) -> str:
    return f"participants.{site_id}.{field}"
