"""Words of a French bill that are no version of the TURPE: what each is, which version is likely meant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from gettext import gettext as _

from acc.bills.turpe import (
    BT_HIGHEST_KVA,
    BT_LIMIT_KVA,
    FORMULAS,
    TurpeFormula,
    power_eur_per_year,
    turpe_formula,
)
from acc.i18n import N_, grouped
from scenarios.rates.reader import RateReader
from scenarios.rates.table import read_rates
from scenarios.rates.turpe_versions import turpe_version

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


def turpe_fault(name: str, kva: float | None, kwh: float | None) -> str | None:
    """Fault in the name of a version, with the likely one; None where it is valid.

    Args:
        kva: highest subscribed power; None where it is not known.
        kwh: of a year; None where it is not known.
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
        return message.format(name=name, what=_(word.what), likely=_likely(word.versions, kva, kwh))
    return None


def _letters(name: str) -> str:
    bare = name.upper().replace("≤", "INF").replace("<=", "INF").replace(">", "SUP").replace("É", "E")
    return "".join(letter for letter in bare if letter.isalnum())


def _likely(versions: Sequence[str], kva: float | None, kwh: float | None) -> str:
    """Likely version in words, with its basis."""
    left = [code for code in versions if kva is None or _holds(FORMULAS[code], kva)]
    if kva is None:
        message = _("One of {versions}; with the subscribed power in kVA, the likely one is told")
        return message.format(versions=", ".join(versions))
    if not left:
        message = _("It does not go with the {kva} kVA that are subscribed: check both")
        return message.format(kva=f"{kva:g}")
    if kwh is None or len(left) == 1:
        return _("For {kva} kVA: {versions}").format(kva=f"{kva:g}", versions=", ".join(left))
    costs = {code: _eur(FORMULAS[code], kva, kwh) for code in left}
    cheapest = min(costs, key=lambda code: costs[code])
    rests = ", ".join(f"{code} {grouped(eur)} €" for code, eur in costs.items())
    message = _(
        "Likely {code}, the cheapest for {kva} kVA and {kwh} kWh a year at {hours} h ({costs} a year, "
        "kWh spread over all hours)"
    )
    hours = grouped(kwh / kva)
    return message.format(code=cheapest, kva=f"{kva:g}", kwh=grouped(kwh), hours=hours, costs=rests)


def _holds(formula: TurpeFormula, kva: float) -> bool:
    if formula.code in SMALL:
        return kva <= BT_LIMIT_KVA
    return kva > BT_HIGHEST_KVA if formula.code in HTA else BT_LIMIT_KVA < kva <= BT_HIGHEST_KVA


def _eur(formula: TurpeFormula, kva: float, kwh: float) -> float:
    """Yearly network cost at the newest rates, EUR, with the same kWh at all hours."""
    rates = read_rates()
    version = turpe_version(RateReader(rates, rates.newest), formula)
    by_name = dict(zip(("pointe", *HOURS_OF_SLOTS), version.energy_eur_per_kwh, strict=True))
    total = sum(HOURS_OF_SLOTS.values())
    mean = sum(by_name[slot] * hours for slot, hours in HOURS_OF_SLOTS.items()) / total
    return power_eur_per_year(version, (kva,) * formula.power_count) + mean * kwh
