"""Reads dated figures in the unit that the code wants, and remembers which ones, and what is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from gettext import gettext as _
from gettext import ngettext
from types import MappingProxyType

from acc.bills.bill import by_slot
from acc.bills.tariffs import RateUsed, TurpeVersion
from acc.bills.turpe import (
    BT_HIGHEST_KVA,
    BT_LIMIT_KVA,
    FORMULAS,
    TurpeFormula,
    power_eur_per_year,
    turpe_formula,
)
from acc.i18n import N_, grouped
from acc.problem import InputError, Problem
from acc.units import CENTS, THOUSAND
from scenarios.rates.table import Rate, Rates, read_rates

CONVERSIONS: Mapping[str, tuple[str, float]] = MappingProxyType(
    {
        "c€/kWh": ("EUR/kWh", 1.0 / CENTS),
        "EUR/MWh": ("EUR/kWh", 1.0 / THOUSAND),
        "EUR/kWh": ("EUR/kWh", 1.0),
        "EUR TTC/kWh": ("EUR TTC/kWh", 1.0),
        "EUR/kVA/yr": ("EUR/kVA/yr", 1.0),
        "EUR/kW/yr": ("EUR/kVA/yr", 1.0),
        "EUR/yr": ("EUR/yr", 1.0),
        "EUR/h": ("EUR/h", 1.0),
        "EUR": ("EUR", 1.0),
        "EUR/Wp": ("EUR/kWp", THOUSAND),
        "EUR TTC/Wp": ("EUR TTC/kWp", THOUSAND),
        "%": ("ratio", 1.0 / CENTS),
        "%/yr": ("ratio/yr", 1.0 / CENTS),
        "ratio": ("ratio", 1.0),
        "h/yr": ("h/yr", 1.0),
        "h": ("h", 1.0),
        "yr": ("yr", 1.0),
        "kWp": ("kWp", 1.0),
        "kVA": ("kVA", 1.0),
        "year": ("year", 1.0),
        "g/kWh": ("g/kWh", 1.0),
    }
)
"""Published unit -> unit of the core, and what to multiply by. The one place where rates are converted."""

NOT_PUBLISHED = ("DÉRIVÉ", "ESTIMÉ")
"""How a reference starts when its figure was worked out, not read."""


class RateReader:
    """The figures in force at one date; collects the rows used and every fault, raised once by `close`."""

    def __init__(self, rates: Rates, on: date) -> None:
        self.rates = rates
        self.on = on
        self.problems: list[Problem] = []
        self._used: dict[str, Rate] = {}

    def get(self, name: str, unit: str, *, noted: bool = True) -> float:
        """Return a figure in `unit`; nan when it is missing at the date, the fault being kept.

        A figure that may end up unused is not `noted` at once, but by `note`.
        """
        row = self._row(name, self.on)
        if row is None:
            return float("nan")
        if noted:
            self._used[name] = row
        return _converted(row, unit)

    def newest(self, name: str, unit: str) -> float:
        """Return the last figure whatever the date: a contract belongs to its own date, not to the run's."""
        self._used[name] = self.rates.at(name, date.max)
        return _converted(self._used[name], unit)

    def note(self, *names: str) -> None:
        """Count figures among those used."""
        self._used |= {name: self.rates.at(name, self.on) for name in names}

    def names(self, prefix: str) -> list[str]:
        """Return every known name that starts with `prefix`."""
        return [name for name in self.rates.names if name.startswith(prefix)]

    @property
    def used(self) -> tuple[RateUsed, ...]:
        """The rows read so far, by name."""
        return tuple(self._used[name].used for name in sorted(self._used))

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences on rows that are stale at the date, or that were worked out, not published."""
        stale = sorted({r.subject for r in self._used.values() if r.is_stale(self.on)})
        message = _("{subject}: the figures used are older than their usual rhythm; look for newer ones")
        worked_out = sum(row.reference.startswith(NOT_PUBLISHED) for row in self._used.values())
        return (
            *(message.format(subject=subject) for subject in stale),
            *([_worked_out(worked_out)] if worked_out else []),
        )

    def close(self) -> None:
        """Raise every fault met.

        Raises:
            InputError: figures missing at the date, and what callers added to `problems`.
        """
        if self.problems:
            raise InputError(self.problems)

    def _row(self, name: str, on: date) -> Rate | None:
        rows = self.rates.rows(name)
        if rows and rows[0].in_force_from <= on:
            return self.rates.at(name, on)
        self.problems += [fault for fault in _missing(name, rows, on) if fault not in self.problems]
        return None


def _missing(name: str, rows: tuple[Rate, ...], on: date) -> list[Problem]:
    if not rows:
        return [Problem(name, _("this figure is in no table of the rates"))]
    # One line for a whole table: a date before the first grid would give fifty of them.
    message = _("no figure in force on {on}: the first one starts on {first}; choose a later rates_on")
    return [Problem(f"rates/{rows[0].subject}.csv", message.format(on=on, first=rows[0].in_force_from))]


def _converted(row: Rate, unit: str) -> float:
    own, factor = CONVERSIONS[row.unit]
    if own != unit:
        raise ValueError(f"{row.name} is in {row.unit}, asked for in {unit}")
    return row.value * factor


def _worked_out(count: int) -> str:
    text = ngettext(
        "{count} figure in use was worked out, not read in its text: the sources tell which",
        "{count} figures in use were worked out, not read in their text: the sources tell which",
        count,
    )
    return text.format(count=count)


def turpe_version(reader: RateReader, formula: TurpeFormula) -> TurpeVersion:
    """Return the figures of a version in force at the reader's date."""
    name, segment = f"turpe.{formula.code.lower()}", f"turpe.{formula.segment}"
    powers = [f"{name}.power.{slot}" for slot in formula.power_slots] or [f"{name}.power"]

    def coefficients(part: str) -> tuple[float, ...]:
        return by_slot({s: reader.get(f"{name}.{part}.{s}", "EUR/kWh") for s in formula.energy_slots})

    return TurpeVersion(
        code=formula.code,
        segment=formula.segment,
        management_eur_per_year=reader.get(f"{segment}.management", "EUR/yr"),
        management_acc_eur_per_year=reader.get(f"{segment}.management.acc", "EUR/yr"),
        metering_eur_per_year=reader.get(f"{segment}.metering", "EUR/yr"),
        power_eur_per_kva_per_year=tuple(reader.get(power, "EUR/kVA/yr") for power in powers),
        energy_eur_per_kwh=coefficients("energy"),
        autoproduit_eur_per_kwh=coefficients("acc.autoproduit") if formula.has_option else None,
        alloproduit_eur_per_kwh=coefficients("acc.alloproduit") if formula.has_option else None,
    )


SMALL, LARGE, HTA = ("CU4", "MU4", "LU"), ("BTSUP-CU", "BTSUP-LU"), ("HTA-CU-PF", "HTA-LU-PF")
HOURS_OF_SLOTS = {"hph": 2416.0, "hch": 1208.0, "hpb": 3424.0, "hcb": 1712.0}
"""Of a year: 16 hours out of 24 are peak ones, 151 days are of the high season, November to March."""


@dataclass(frozen=True, slots=True)
class BillWord:
    """What a word is, in a sentence to translate; the versions that it leaves, none where it says nothing."""

    what: str
    versions: tuple[str, ...] = ()


_C5 = BillWord(N_("the segment of connections up to 36 kVA"), SMALL)
_C4 = BillWord(N_("the segment of low voltage above 36 kVA"), LARGE)
_HTA = BillWord(N_("a segment in medium voltage"), HTA)
_LOW = BillWord(N_("a voltage domain, low voltage"), (*SMALL, *LARGE))
_OPTION = BillWord(N_("an option of the supplier's price, not the tariff of the network"), (*SMALL, *LARGE))
_DAYS = BillWord(N_("an offer of the supplier by coloured days, not the tariff of the network"), SMALL)
_SUPPLIER = BillWord(N_("a supplier: the sheet of parties has a column for it"), (*SMALL, *LARGE, *HTA))

WORDS: Mapping[str, BillWord] = {
    **dict.fromkeys(
        ("C5", "BTINF", "BTINF36", "BTINF36KVA", "BT36", "BT36KVA", "P4", "TARIFBLEU", "BLEU"), _C5
    ),
    **dict.fromkeys(("C4", "BTSUP", "BTSUP36", "BTSUP36KVA", "TARIFJAUNE", "JAUNE"), _C4),
    **dict.fromkeys(("C1", "C2", "C3", "HTA", "HTA1", "HTB", "TARIFVERT", "VERT"), _HTA),
    **dict.fromkeys(("BT", "BASSETENSION", "SEGMENT", "DOMAINE", "DOMAINEDETENSION"), _LOW),
    **dict.fromkeys(
        ("BASE", "HPHC", "HCHP", "HEURESCREUSES", "HEURESPLEINES", "DOUBLETARIF", "HP", "HC"), _OPTION
    ),
    **dict.fromkeys(("TEMPO", "EJP", "ZENFLEX", "BLEUBLANCROUGE"), _DAYS),
    **dict.fromkeys(
        (
            *(
                "EDF",
                "ENGIE",
                "TOTALENERGIES",
                "TOTALENERGIE",
                "EKWATEUR",
                "ENERCOOP",
                "OCTOPUS",
                "ILEK",
                "ALPIQ",
            ),
            *(
                "GAZEL",
                "GAZELENERGIE",
                "VATTENFALL",
                "IBERDROLA",
                "AXPO",
                "PRIMEO",
                "OHM",
                "MINT",
                "PLUM",
                "SEFE",
            ),
            *("EDFOA", "ENI", "PLENITUDE", "URBANSOLAR", "VOLTERRES", "SOLVAY", "ELMY", "LLUM", "DYNEFF"),
        ),
        _SUPPLIER,
    ),
}
"""By the letters and digits of what stands on a bill."""


def turpe_fault(name: str, power_kva: float | None, energy_kwh: float | None) -> str | None:
    """Fault in the name of a version, with the likely one; None where it is valid.

    Args:
        power_kva: highest subscribed power; None where it is not known.
        energy_kwh: of a year; None where it is not known.
    """
    try:
        turpe_formula(name)
    except ValueError as fault:
        word = WORDS.get(_letters(name))
        if word is None:
            return str(fault)
        message = _(
            "“{name}” is {what}. The bill has the version as “FTA”, formule tarifaire d’acheminement. "
            "{likely}"
        )
        return message.format(
            name=name, what=_(word.what), likely=_likely(word.versions, power_kva, energy_kwh)
        )
    return None


def _letters(name: str) -> str:
    bare = name.upper().replace("≤", "INF").replace("<=", "INF").replace(">", "SUP").replace("É", "E")
    return "".join(letter for letter in bare if letter.isalnum())


def _likely(versions: Sequence[str], power_kva: float | None, energy_kwh: float | None) -> str:
    """Likely version in words, with its basis."""
    left = [code for code in versions if power_kva is None or _holds(FORMULAS[code], power_kva)]
    if power_kva is None:
        message = _("One of {versions}; with the subscribed power in kVA, the likely one is told")
        return message.format(versions=", ".join(versions))
    if not left:
        message = _("It does not go with the {kva} kVA that are subscribed: check both")
        return message.format(kva=f"{power_kva:g}")
    if energy_kwh is None or len(left) == 1:
        return _("For {kva} kVA: {versions}").format(kva=f"{power_kva:g}", versions=", ".join(left))
    costs = {code: _eur(FORMULAS[code], power_kva, energy_kwh) for code in left}
    cheapest = min(costs, key=lambda code: costs[code])
    rests = ", ".join(f"{code} {grouped(eur)} €" for code, eur in costs.items())
    message = _(
        "Likely {code}, the cheapest for {kva} kVA and {kwh} kWh a year at {hours} h ({costs} a year, "
        "kWh spread over all hours)"
    )
    hours = grouped(energy_kwh / power_kva)
    return message.format(
        code=cheapest, kva=f"{power_kva:g}", kwh=grouped(energy_kwh), hours=hours, costs=rests
    )


def _holds(formula: TurpeFormula, power_kva: float) -> bool:
    if formula.code in SMALL:
        return power_kva <= BT_LIMIT_KVA
    return power_kva > BT_HIGHEST_KVA if formula.code in HTA else BT_LIMIT_KVA < power_kva <= BT_HIGHEST_KVA


def _eur(formula: TurpeFormula, power_kva: float, energy_kwh: float) -> float:
    """Yearly network cost at the newest rates, EUR, with the same kWh at all hours."""
    rates = read_rates()
    version = turpe_version(RateReader(rates, rates.newest), formula)
    by_name = dict(zip(("pointe", *HOURS_OF_SLOTS), version.energy_eur_per_kwh, strict=True))
    total = sum(HOURS_OF_SLOTS.values())
    mean = sum(by_name[slot] * hours for slot, hours in HOURS_OF_SLOTS.items()) / total
    return power_eur_per_year(version, (power_kva,) * formula.power_count) + mean * energy_kwh
