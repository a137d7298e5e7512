"""The network tariff (TURPE 7 HTA-BT): its versions by name, and what the fixed part of one costs.

Figures come as values of `acc.bills.tariffs.TurpeVersion`; the structure stands here. Reference: CRE,
délibération 2025-78 of 13 March 2025.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from gettext import gettext as _
from types import MappingProxyType

from acc.bills.tariff_slots import SLOTS
from acc.bills.tariffs import Segment, TurpeVersion

BT_LIMIT_KVA = 36.0
"""Low voltage splits here: at most 36 kVA, and above."""

BT_HIGHEST_KVA = 250.0
"""Above it a point is in medium voltage (technical rules of the network operator)."""

SMALL_KVA = (3.0, 6.0, 9.0, 12.0, 15.0, 18.0, 24.0, 30.0, 36.0)
"""What is subscribed up to 36 kVA, in single phase or in three."""

FOUR, FIVE = SLOTS[1:], SLOTS


def in_amperes(amperes: float) -> dict[float, str]:
    """Powers of a contract by a breaker, kVA, each in words: 0.2 kVA by ampere in single phase, 0.6 in three.

    >>> in_amperes(45.0)
    {9.0: '45 A in single phase (230 V): 9 kVA?'}
    >>> list(in_amperes(30.0)), list(in_amperes(37.0))
    ([6.0, 18.0], [])
    """
    phases = {
        amperes / 5.0: _("{amperes:g} A in single phase (230 V): {kva:g} kVA?"),
        3.0 * amperes / 5.0: _("{amperes:g} A in three phases (400 V): {kva:g} kVA?"),
    }
    return {kva: text.format(amperes=amperes, kva=kva) for kva, text in phases.items() if kva in SMALL_KVA}


@dataclass(frozen=True, slots=True, kw_only=True)
class TurpeFormula:
    """What one version is made of.

    Attributes:
        code: the name used here and in the rates, lower case there.
        aliases: other usual names; `BTINF...`, `BTSUP...`, `HTA...` are those of Enedis' flows.
        energy_slots: names of its energy coefficients.
        power_slots: names of its power coefficients, empty when there is one.
        has_option: whether an ACC option (autoproduit / alloproduit) exists for it.
    """

    code: str
    title: str
    segment: Segment
    energy_slots: tuple[str, ...]
    power_slots: tuple[str, ...] = ()
    has_option: bool = False
    aliases: tuple[str, ...] = ()

    @property
    def power_count(self) -> int:
        """How many subscribed powers it has."""
        return len(self.power_slots) or 1


def _bt_inf(
    code: str, title: str, slots: tuple[str, ...], alias: str, *, option: bool = False
) -> TurpeFormula:
    return TurpeFormula(
        code=code,
        title=title,
        segment=Segment.BT_INF,
        energy_slots=slots,
        has_option=option,
        aliases=(alias,),
    )


def _by_slot(code: str, title: str, segment: Segment, aliases: tuple[str, ...]) -> TurpeFormula:
    slots = FIVE if segment is Segment.HTA else FOUR
    return TurpeFormula(
        code=code,
        title=title,
        segment=segment,
        energy_slots=slots,
        power_slots=slots,
        has_option=segment is Segment.BT_SUP,
        aliases=aliases,
    )


FORMULAS: Mapping[str, TurpeFormula] = MappingProxyType(
    {
        formula.code: formula
        for formula in (
            _bt_inf("CU4", "BT ≤ 36 kVA, courte utilisation, 4 plages", FOUR, "BTINFCU4", option=True),
            _bt_inf("MU4", "BT ≤ 36 kVA, moyenne utilisation, 4 plages", FOUR, "BTINFMU4", option=True),
            _bt_inf("LU", "BT ≤ 36 kVA, longue utilisation", ("all",), "BTINFLU"),
            _bt_inf("CU", "BT ≤ 36 kVA, courte utilisation, dérogatoire", ("all",), "BTINFCUST"),
            _bt_inf("MUDT", "BT ≤ 36 kVA, moyenne utilisation, dérogatoire", ("hp", "hc"), "BTINFMUDT"),
            _by_slot("BTSUP-CU", "BT > 36 kVA, courte utilisation", Segment.BT_SUP, ("BTSUPCU4",)),
            _by_slot("BTSUP-LU", "BT > 36 kVA, longue utilisation", Segment.BT_SUP, ("BTSUPLU4",)),
            _by_slot("HTA-CU-PF", "HTA, courte utilisation, pointe fixe", Segment.HTA, ("HTACU5", "HTA-CU")),
            _by_slot("HTA-LU-PF", "HTA, longue utilisation, pointe fixe", Segment.HTA, ("HTALU5", "HTA-LU")),
            _by_slot("HTA-CU-PM", "HTA, courte utilisation, pointe mobile", Segment.HTA, ("HTACUPM5",)),
            _by_slot("HTA-LU-PM", "HTA, longue utilisation, pointe mobile", Segment.HTA, ("HTALUPM5",)),
        )
    }
)
"""Every version, by code."""


def _plain(name: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", name.upper())


_BY_NAME = {_plain(name): f for f in FORMULAS.values() for name in (f.code, *f.aliases)}


def turpe_formula(name: str) -> TurpeFormula:
    """Return the version called `name`, by its code or its name in Enedis' flows.

    Raises:
        ValueError: an unknown name, with the nearest known one.

    >>> turpe_formula("BTSUPLU4").code, turpe_formula("hta cu pf").code
    ('BTSUP-LU', 'HTA-CU-PF')
    """
    formula = _BY_NAME.get(_plain(name))
    if formula is not None:
        return formula
    near = get_close_matches(_plain(name), _BY_NAME, n=1, cutoff=0.5)
    if near:
        raise ValueError(
            _("{name} is not a version of the TURPE: did you mean {near}?").format(
                name=name, near=_BY_NAME[near[0]].code
            )
        )
    raise ValueError(
        _("{name} is not a version of the TURPE: one of {known} is expected").format(
            name=name, known=", ".join(FORMULAS)
        )
    )


def power_problem(formula: TurpeFormula, subscribed_kva: Sequence[float]) -> str | None:
    """Fault in the subscribed powers of a version, translated; None if valid.

    Powers must not fall from a slot to the next, as the tariff asks (P1 <= P2 <= P3 <= P4).
    """
    lowest, highest = min(subscribed_kva), max(subscribed_kva)
    if formula.segment is Segment.BT_INF and highest > BT_LIMIT_KVA:
        message = _(
            "{kva:g} kVA under {code}: at most 36 kVA are expected, or a version BTSUP-CU or BTSUP-LU"
        )
        return ". ".join([message.format(kva=highest, code=formula.code), *in_amperes(highest).values()])
    if formula.segment is Segment.BT_SUP and highest <= BT_LIMIT_KVA:
        message = _("{kva:g} kVA under {code}: more than 36 kVA are expected, or a version CU4, MU4 or LU")
        return message.format(kva=highest, code=formula.code)
    if formula.segment is Segment.BT_SUP and highest > BT_HIGHEST_KVA:
        message = _("{kva:g} kVA under {code}: low voltage ends at 250 kVA; give HTA-CU-PF or HTA-LU-PF")
        return message.format(kva=highest, code=formula.code)
    if len(subscribed_kva) not in {1, formula.power_count}:
        message = _("{count} powers under {code}: one, or one for each of {slots}, is expected")
        if not formula.power_slots:
            message = _("{count} powers under {code}: one is expected")
        slots = ", ".join(formula.power_slots)
        return message.format(count=len(subscribed_kva), code=formula.code, slots=slots)
    if list(subscribed_kva) != sorted(subscribed_kva):
        return _(
            "the powers {powers} fall from a slot to the next: {low:g} then {high:g} is expected"
        ).format(powers="/".join(f"{kva:g}" for kva in subscribed_kva), low=lowest, high=highest)
    return None


def power_eur_per_year(version: TurpeVersion, subscribed_kva: Sequence[float]) -> float:
    """Yearly cost of the subscribed power, EUR: `b1 P1 + sum(bi (Pi - Pi-1))`.

    One power stands for the same power in every slot.

    >>> from acc.bills.tariffs import Segment
    >>> cu4 = TurpeVersion(code="CU4", segment=Segment.BT_INF, management_eur_per_year=16.8,
    ...     management_acc_eur_per_year=21.27, metering_eur_per_year=22.0,
    ...     power_eur_per_kva_per_year=(10.11,), energy_eur_per_kwh=(0.0749, 0.0749, 0.0397, 0.0166, 0.0116))
    >>> round(power_eur_per_year(cu4, [9.0]), 2)
    90.99
    """
    steps = zip(subscribed_kva, (0.0, *subscribed_kva[:-1]), strict=True)
    return sum(
        b * (power - before)
        for b, (power, before) in zip(version.power_eur_per_kva_per_year, steps, strict=False)
    )
