"""What a search of powers rests on, and what it finds: values only."""

from dataclasses import dataclass

from acc.arrays import FloatArray
from scenarios.size_columns import Column


@dataclass(frozen=True, slots=True, eq=False)
class SizeGround:
    """What a search rests on: n columns, D steps with sun, all kWh over one year.

    Attributes:
        unit_kwh: made by a kWp of each column, (n, D).
        need_kwh: used by all sites together, behind their meters included, (D,).
        year_kwh: used by them in the whole year.
        local: worth today of a local kWh made by each column, (n, D); `own` of one used behind the meter.
        surplus: worth today of a kWh of surplus of each column, (n,).
        cost_eur_per_kwp, entry_eur: costs over the plan, worth today, (n,).
        capex_eur_per_kwp: investment, (n,); `entry_eur` is part of it.
        hosts: for each meter with plants behind it, its columns and its need (D,).
        members: saving of each member for a shared kWh of the step, its bill and what it pays anyway.
    """

    columns: tuple[Column, ...]
    unit_kwh: FloatArray
    need_kwh: FloatArray
    year_kwh: float
    local: FloatArray
    own: FloatArray
    surplus: FloatArray
    cost_eur_per_kwp: FloatArray
    capex_eur_per_kwp: FloatArray
    entry_eur: FloatArray
    hosts: tuple[tuple[FloatArray, FloatArray], ...] = ()
    members: "MemberGains | None" = None

    @property
    def made_kwh(self) -> FloatArray:
        """Yearly output of a kWp of each column, (n,)."""
        made: FloatArray = self.unit_kwh.sum(axis=1)
        return made


@dataclass(frozen=True, slots=True, eq=False)
class MemberGains:
    """What each member saves, for the aim of the worst member.

    Attributes:
        per_kwh: saving for a kWh shared by all at a step, as a part of its yearly bill, (N, D): its part of
            the needs times what a local kWh spares it.
        fixed: what taking part costs it anyway, as a part of its bill, (N,).
    """

    ids: tuple[str, ...]
    per_kwh: FloatArray
    fixed: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class SizedRoof:
    """What one roof gets.

    Attributes:
        column: the class built, None when the roof stays empty.
        next_kwp_eur: what one more kWp on this roof would add to the aim (a ratio of bills, or kWh, under
            those aims), at the class built, or at the cheapest one.
    """

    roof: int
    kwp: float
    column: Column | None
    next_kwp_eur: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sized:
    """One solution.

    Attributes:
        value: of the aim; `bound` is proven: no powers within the limits give more.
        npv_eur: of the producers (or of everyone, under that aim).
        autoconsommation_ratio: own use and shared kWh over what is made.
        autoproduction_ratio: the same over what is used.
    """

    roofs: tuple[SizedRoof, ...]
    value: float
    bound: float
    gap_ratio: float
    npv_eur: float
    capex_eur: float
    made_kwh: float
    used_kwh: float
    autoconsommation_ratio: float
    autoproduction_ratio: float
    worst_member: str | None = None

    @property
    def kwp(self) -> float:
        """All roofs together."""
        return sum(roof.kwp for roof in self.roofs)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassOutcome:
    """The best solution with one roof held in one class: what a breakpoint is worth; None when impossible."""

    column: Column
    sized: Sized | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeResult:
    """The best powers, and what stands around them.

    Attributes:
        frontier: present value against ratio, from the best value to the highest ratio.
        compared: each class of each roof that has several, by roof.
        without_cap: the best solution without the cap on the power of the operation, where the cap binds.
        highest_ratio: the most that any powers reach.
    """

    best: Sized
    frontier: tuple[Sized, ...]
    compared: tuple[ClassOutcome, ...]
    without_cap: Sized | None
    highest_ratio: float
    power_cap_kwp: float | None
    notes: tuple[str, ...] = ()
