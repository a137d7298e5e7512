"""What is unlikely in the curves of a folder, beside what its rows say: one function a rule, see `rules`."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from gettext import gettext as _

from acc.i18n import N_, decimal, long_day
from acc.scenario import Accepted
from profiles.curves.facts import CurveFacts
from scenarios.entry.columns.bill_columns import energy_of, kva_of
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.names import plain, said
from scenarios.entry.columns.row_models import ParticipantRow, PlantRow
from scenarios.entry.plausibility.of_rows import HOMES, has_few_hours, profiles_in
from scenarios.entry.plausibility.rules import Doubt, FolderToCheck, ImplausibleValue, rules

DAYS_OF_A_YEAR, DEGREES_AN_HOUR = 365.25, 15.0
LIGHT_RATIO, SUMMERY = 0.8, 1.6
"""What a plant makes from 9 h to 19 h, of all, and in summer, over winter: at least so much."""

LAMPS = frozenset({"eclairage", "lampes", "lampadaires", "lighting"})
BY_NIGHT = LAMPS | {"boulangerie", "fournil", "pompage", "bornes", "recharge"}
"""Words of the names of sites that use most by night."""

SCHOOLS = frozenset({"primary-school", "college"})
OF_THE_WEEK = SCHOOLS | {"office", "town-hall", "workshop", "metalworking"}
"""Profiles that rest on Saturday and Sunday, or on Sunday and Monday, never on Monday and Tuesday."""

OF_THE_DAY = OF_THE_WEEK - {"workshop"} | {"supermarket", "hospital", "care-home", "wine-cooperative"}
"""Profiles that are busiest by day, Monday to Friday."""

NEVER_ZERO = 0.01
"""Part of the time at zero, whole days apart, of a meter that always reads a standby, at most."""


@dataclass(frozen=True, slots=True)
class KnownCurve:
    """A site beside the figures of its curve, measured or made.

    Attributes:
        start: the first day that is studied.
        is_host: whether a plant of the folder stands behind its meter.
        first: of each digest, the first curve of the folder.
    """

    table: str
    row: Row
    site: ParticipantRow | PlantRow
    facts: CurveFacts
    start: date
    is_host: bool
    first: Mapping[str, "KnownCurve"]

    @property
    def is_measured(self) -> bool:
        """Whether a file of its own says it."""
        return bool(self.facts.digest)

    @property
    def is_scaled(self) -> bool:
        """Whether the curve of another site is meant, brought to the kWh of this one."""
        return isinstance(self.site, ParticipantRow) and self.site.scale_to_kwh is not None

    @property
    def words(self) -> frozenset[str]:
        """Words of its name."""
        return frozenset(plain(self.site.name or self.site.id).split())

    def is_of(self, profiles: frozenset[str]) -> bool:
        """Whether its line or its name says a profile, and none but these."""
        site = self.site
        if isinstance(site, PlantRow):
            return False
        own = frozenset({site.profile}) if site.profile else profiles_in(site.name or "")
        return bool(own) and own <= profiles

    def doubt(self, message: str, brief: str, column: str = "curve") -> Doubt:
        """Return a doubt of this site."""
        return Doubt(self.table, self.row, self.site, column, message, brief)


QUIET_DAYS: Mapping[int | None, str] = {
    0: N_("Monday and Tuesday"),
    1: N_("Tuesday and Wednesday"),
    2: N_("Wednesday and Thursday"),
    3: N_("Thursday and Friday"),
    4: N_("Friday and Saturday"),
    6: N_("Sunday and Monday"),
}
"""By the first of two quiet days other than Saturday and Sunday."""

BUSY_PROFILES = {0: OF_THE_WEEK, 6: SCHOOLS}
"""Two quiet days that are usual but for these profiles: a shop rests on Monday, a restaurant on Tuesday."""


def is_odd(rule: str, value: float | None) -> bool:
    """Return whether a figure is known, and not where it usually lies."""
    return value is not None and not rules()[rule].is_usual(value)


def curve_oddities(
    folder: FolderToCheck, facts: Mapping[str, CurveFacts], start: date, accepted: Iterable[Accepted] = ()
) -> Iterator[ImplausibleValue]:
    """Yield implausible values in curves: for a site, the first rule that applies, with its consequences.

    Args:
        facts: by `participants.ID` and `plants.ID`; who is not there is not judged.
        start: the first day that is studied.
        accepted: what a person has looked at and keeps; what it explained is told then.
    """
    first: dict[str, KnownCurve] = {}
    hosts = {host.id for _row, _plant, host in folder.hosted}
    known = [
        KnownCurve(table, row, site, facts[f"{table}.{site.id}"], start, site.id in hosts, first)
        for table, row, site in folder.sites
        if f"{table}.{site.id}" in facts
    ]
    for curve in known:
        # What a plant makes as a need, or the reverse: the other place of it is right.
        if curve.is_measured and not curve.is_scaled and not (curve_sun(curve) or curve_dark(curve)):
            first.setdefault(curve.facts.digest, curve)
    for curve in known:
        doubts = [(name, doubt) for name, find in OF_CURVES.items() if (doubt := find(curve))]
        doubts = [(name, d) for name, d in doubts if not d.as_problem(name).is_accepted(accepted)]
        if doubts:
            (name, main), *others = doubts
            briefs = " ; ".join(doubt.brief for _name, doubt in others)
            more = _("That may explain the rest too: {briefs}.").format(briefs=briefs) if briefs else ""
            yield main.as_problem(name, more if others else "")


def curve_prm(curve: KnownCurve) -> Doubt | None:
    """A file of another meter."""
    own, named = curve.site.prm, curve.facts.prm
    if not own or not named or own == named or curve.is_scaled:
        return None
    message = _(
        "the file is of another meter: its PRM ends by {file}, that of the line by {line}. Name the file "
        "of this meter, or mend the PRM"
    )
    return curve.doubt(message.format(file=named[-4:], line=own[-4:]), _("another PRM"))


def same_curve(curve: KnownCurve) -> Doubt | None:
    """One curve for two sites."""
    other = curve.first.get(curve.facts.digest)
    if other is None or other is curve or curve.is_scaled:
        return None
    message = _(
        "the very curve of {other}, line {line}: two meters never read the same. Name the file of this one; "
        "to lend a curve, give the kWh to bring it to (`scale_to_kwh`)"
    )
    name = other.site.name or other.site.id
    return curve.doubt(message.format(other=name, line=other.row.line), _("the same curve twice"))


def curve_sun(curve: KnownCurve) -> Doubt | None:
    """What a plant makes, as the need of a site."""
    facts = curve.facts
    if isinstance(curve.site, PlantRow) or not curve.is_measured:
        return None
    by_day, summer = is_odd("curve_sun", facts.dark_ratio), facts.summer_winter
    looks = by_day and (facts.day_ratio or 0.0) > LIGHT_RATIO and (summer is None or summer > SUMMERY)
    if not facts.is_production and not looks:
        return None
    message = _(
        "this looks like what a solar plant makes: nothing at night, more in summer. Name the curve of what "
        "the site uses, and this one in the table of plants"
    )
    if facts.is_production:
        message = _(
            "the file says that it is a production: name the curve of what the site uses, and this one in "
            "the table of plants"
        )
    return curve.doubt(message, _("the output of a plant"))


def curve_dark(curve: KnownCurve) -> Doubt | None:
    """What a site uses, as the output of a plant."""
    dark = curve.facts.dark_ratio
    if isinstance(curve.site, ParticipantRow) or not curve.is_measured or not is_odd("curve_dark", dark):
        return None
    message = _(
        "{percent} % of this output is made while the sun is down: what a site uses, or a file whose times "
        "are hours late or early? Name the curve of what the plant makes, or say the clock of the file "
        "(`?clock=utc`, `?clock=winter`)"
    )
    return curve.doubt(message.format(percent=decimal(100.0 * (dark or 0.0), 0)), _("made at night"))


def curve_noon(curve: KnownCurve) -> Doubt | None:
    """An output that is not made around noon: a clock of another place, or hours that slid."""
    site, hour = curve.site, curve.facts.mean_hour
    if isinstance(site, ParticipantRow) or not curve.is_measured or hour is None or site.longitude is None:
        return None
    late = hour - (12.0 - site.longitude / DEGREES_AN_HOUR)
    if not is_odd("curve_noon", late):
        return None
    message = _(
        "this output is made {hours} h later than the sun, on average: the clock of another place, or lines "
        "that slid? Say the clock of the file (`?clock=utc`, `?clock=winter`), or ask for it again"
    )
    if late < 0.0:
        message = _(
            "this output is made {hours} h earlier than the sun, on average: the clock of another place, or "
            "lines that slid? Say the clock of the file (`?clock=utc`, `?clock=winter`), or ask for it again"
        )
    hours = decimal(abs(late), 1)
    return curve.doubt(message.format(hours=hours), _("{hours} h off the sun").format(hours=hours))


def curve_hours(curve: KnownCurve) -> Doubt | None:
    """A need at hours that are not those of its trade: a clock that is hours late or early."""
    site, facts = curve.site, curve.facts
    if isinstance(site, PlantRow) or not curve.is_measured or is_odd("curve_net", facts.noon_dip):
        return None  # panels are taken off its day
    is_lit, by_night = bool(LAMPS & curve.words), site.kind in HOMES or BY_NIGHT & curve.words
    is_busy, hours = curve.is_of(OF_THE_DAY), "school_hours" if curve.is_of(SCHOOLS) else "day_hours"
    dark, day = facts.dark_ratio, facts.day_ratio
    if is_lit and is_odd("lit_hours", dark):
        message = _("{percent} % of this lighting burns while the sun is up")
        seen = message.format(percent=decimal(100.0 * (1.0 - (dark or 0.0)), 0))
    elif is_busy and is_odd(hours, facts.busy_hour):
        rule = rules()[hours]
        message = _("busiest around {hour} h from Monday to Friday, and such a site from {low} to {high} h")
        words = {"hour": facts.busy_hour or 0.0, "low": rule.low, "high": rule.high}
        seen = message.format(**{name: decimal(value, 0) for name, value in words.items()})
    elif not is_busy and not by_night and is_odd("curve_hours", day):
        message = _("{percent} % of this need is used from 9 h to 19 h, less than of an even one")
        seen = message.format(percent=decimal(100.0 * (day or 0.0), 0))
    else:
        return None
    message = _(
        "{seen}: a file whose times are hours late or early? Ask for it again, or say its clock "
        "(`?clock=utc`)"
    )
    return curve.doubt(message.format(seen=seen), _("at other hours"))


def curve_swapped(curve: KnownCurve) -> Doubt | None:
    """Dates read as in America: 1 February on 2 January."""
    if not curve.is_measured or not is_odd("curve_swapped", curve.facts.swapped_ratio):
        return None
    message = _(
        "its days up to the 12th fit the others once day and month change places: were dates read as in "
        "America (02/01 for 1 February)? Ask for the file again and do not open it first, or write them as "
        "2025-02-01"
    )
    return curve.doubt(message, _("days and months swapped"))


def curve_net(curve: KnownCurve) -> Doubt | None:
    """What is left once panels are taken off, given as the need of the site that they stand behind."""
    dip = curve.facts.noon_dip
    if not curve.is_host or not curve.is_measured or not is_odd("curve_net", dip):
        return None
    message = _(
        "in {percent} % of summer noons it falls below half of what the site uses at night: panels are taken "
        "off already, and the plant behind this meter would be once more. Give the whole need (withdrawal "
        "plus own use); keep it where these panels are others"
    )
    return curve.doubt(message.format(percent=decimal(100.0 * dip, 0)), _("panels taken off already"))


def curve_top(curve: KnownCurve) -> Doubt | None:
    """A need whose highest values were cut."""
    top = curve.facts.top_ratio
    if isinstance(curve.site, PlantRow) or not curve.is_measured or not is_odd("curve_top", top):
        return None
    message = _(
        "{percent} % of the time at its very highest, {peak} kW, and varied values little below: was the top "
        "cut off? Ask for the file again; keep it where the site holds its power to that"
    )
    words = {"percent": decimal(100.0 * top, 1), "peak": decimal(curve.facts.peak_kw, 1)}
    return curve.doubt(message.format(**words), _("cut at {peak} kW").format(**words))


def curve_bill(curve: KnownCurve) -> Doubt | None:
    """A curve that does not sum to the bill."""
    site = curve.site
    if isinstance(site, PlantRow) or curve.is_scaled:
        return None
    kwh, billed = curve.facts.yearly_kwh, energy_of(site)
    if not kwh or not billed or not is_odd("curve_bill", kwh / billed):
        return None
    message = _(
        "{kwh} kWh a year, and {billed} on the bill: they usually differ by less than a fourth. {cause}"
        "The curve is counted: mend it, or the kWh; to keep the bill, write its kWh in `scale_to_kwh`"
    )
    causes = {
        2.0: _("Twice as much: mean powers (kW) read as energies (kWh) by the half-hour? "),
        0.5: _("Half as much: energies (kWh) read as powers (kW) by the half-hour? "),
        4.0: _("Four times as much: mean powers (kW) read as energies (kWh) by the quarter of an hour? "),
        0.25: _("A fourth: energies (kWh) read as powers (kW) by the quarter of an hour? "),
        1000.0: _("A thousand times as much: is the bill in MWh, or the curve in W? "),
        0.001: _("A thousandth: is the curve in MWh? "),
    }
    cause = next((text for factor, text in causes.items() if abs(kwh / billed / factor - 1.0) < 0.1), "")
    words = {"kwh": said(kwh), "billed": said(billed), "cause": cause}
    brief = _("{kwh} kWh for {billed} billed").format(**words)
    return curve.doubt(message.format(**words), brief)


def used_power(curve: KnownCurve) -> Doubt | None:
    """A need that does not go with the power that is subscribed for it."""
    site, peak = curve.site, curve.facts.peak_kw
    kva = kva_of(site) if isinstance(site, ParticipantRow) else None
    if isinstance(site, PlantRow) or kva is None or not is_odd("used_power", peak / kva):
        return None
    if not curve.is_measured and has_few_hours(site):
        return None  # told of the row already
    column = "curve" if curve.is_measured else "annual_kwh"
    words = {"peak": said(peak), "kva": said(kva)}
    message = _("{peak} kW at most, and {kva} kVA subscribed: check the unit of the curve, and the power")
    if peak < kva:
        message = _(
            "{peak} kW at most, and {kva} kVA subscribed: eight times too much? Check the kWh (of twelve "
            "months, and not euros), and the power"
        )
    brief = _("{peak} kW for {kva} kVA").format(**words)
    return curve.doubt(message.format(**words), brief, column)


def curve_year(curve: KnownCurve) -> Doubt | None:
    """A curve of long ago."""
    last = date.fromisoformat(curve.facts.last_day or str(curve.start))
    if not curve.facts.last_day or not is_odd("curve_year", (curve.start - last).days / DAYS_OF_A_YEAR):
        return None
    message = _(
        "a curve that ends in {year}, and {start} is studied: has the site changed since? Ask the grid "
        "operator for the last twelve months"
    )
    brief = _("of {year}").format(year=last.year)
    return curve.doubt(message.format(year=last.year, start=curve.start.year), brief)


def curve_week(curve: KnownCurve) -> Doubt | None:
    """A week whose end is elsewhere: days that are not those of the calendar."""
    first, is_known = curve.facts.quiet_from, curve.is_of(OF_THE_WEEK)
    if isinstance(curve.site, PlantRow) or first not in QUIET_DAYS:
        return None
    if first in BUSY_PROFILES and not curve.is_of(BUSY_PROFILES[first]):
        return None
    if not is_odd("known_week" if is_known else "curve_week", curve.facts.quiet_ratio):
        return None
    message = _(
        "quiet on {days}: are the days of the file those of its year? A curve of another year keeps its own "
        "dates"
    )
    days = _(QUIET_DAYS[first])
    return curve.doubt(message.format(days=days), _("quiet on {days}").format(days=days))


def curve_zeros(curve: KnownCurve) -> Doubt | None:
    """A meter that read nothing for weeks."""
    facts, is_plant = curve.facts, isinstance(curve.site, PlantRow)
    rule = "zeros_alone" if facts.zero_ratio < NEVER_ZERO else "curve_zeros"
    if not curve.is_measured or not is_odd("curve_stopped" if is_plant else rule, facts.zero_days):
        return None
    message = _(
        "{days} days in a row at zero, from {first}: a reading that lacks, or a site that was closed? Where "
        "it lacks, empty these values: a hole is filled, a zero is counted"
    )
    days = said(round(facts.zero_days))
    brief = _("{days} days at zero").format(days=days)
    first = long_day(date.fromisoformat(facts.zero_from)) if facts.zero_from else ""
    return curve.doubt(message.format(days=days, first=first), brief)


def curve_stuck(curve: KnownCurve) -> Doubt | None:
    """A meter that read one value for days."""
    days = curve.facts.stuck_days
    if not curve.is_measured or not is_odd("curve_stuck", days):
        return None
    message = _(
        "{days} days in a row at one value: a cell dragged down, or a reading repeated? Empty these values: "
        "a hole is filled"
    )
    brief = _("{days} days at one value").format(days=said(round(days)))
    return curve.doubt(message.format(days=said(round(days))), brief)


def copied_days(curve: KnownCurve) -> Doubt | None:
    """Days that read what another time did: a week or a month copied."""
    days = curve.facts.copied_days
    is_judged = curve.is_measured and isinstance(curve.site, ParticipantRow)
    if not is_judged or not is_odd("copied_days", days) or BY_NIGHT & curve.words:
        return None
    message = _(
        "{days} days in a row read, value by value, what others do: a week or month copied? Ask for it whole"
    )
    return curve.doubt(message.format(days=days), _("{days} days copied").format(days=days))


def curve_holes(curve: KnownCurve) -> Doubt | None:
    """A curve full of holes."""
    missing = curve.facts.missing_ratio
    if not is_odd("curve_holes", missing):
        return None
    percent = decimal(100.0 * missing, 0)
    message = _(
        "{percent} % of the time has no value, filled after the weeks around: ask for the whole curve, or "
        "give the profile and the kWh of the bill"
    )
    return curve.doubt(message.format(percent=percent), _("{percent} % of holes").format(percent=percent))


def plant_yield(curve: KnownCurve) -> Doubt | None:
    """An output that its power does not explain."""
    site, kwh, rule = curve.site, curve.facts.yearly_kwh, rules()["plant_yield"]
    if isinstance(site, ParticipantRow) or not kwh or rule.is_usual(kwh / site.kwp):
        return None
    message = _(
        "{per} kWh a year for each kWp: usually from {low} to {high}. Check the power ({kwp} kWp), and the "
        "unit of the curve"
    )
    words = {"per": kwh / site.kwp, "low": rule.low, "high": rule.high, "kwp": site.kwp}
    text = message.format(**{name: said(value) for name, value in words.items()})
    return curve.doubt(text, _("{per} kWh for each kWp").format(per=said(kwh / site.kwp)))


_RULES: tuple[Callable[[KnownCurve], Doubt | None], ...] = (
    *(curve_prm, curve_sun, curve_dark, curve_noon, curve_swapped, curve_net, curve_hours, same_curve),
    *(curve_bill, plant_yield, used_power, curve_year, curve_week, curve_zeros, curve_stuck, curve_top),
    *(copied_days, curve_holes),
)
OF_CURVES = {find.__name__: find for find in _RULES}
"""By rule of the table, what finds it; those that explain the others come first."""
