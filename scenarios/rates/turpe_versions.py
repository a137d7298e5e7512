"""The figures of the versions of the TURPE, as published, for the core."""

from acc.bills.tariffs import TurpeVersion
from acc.bills.terms import by_slot
from acc.bills.turpe import TurpeFormula
from scenarios.rates.reader import RateReader


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
        power_eur_per_kva_year=tuple(reader.get(power, "EUR/kVA/yr") for power in powers),
        energy_eur_per_kwh=coefficients("energy"),
        autoproduit_eur_per_kwh=coefficients("acc.autoproduit") if formula.has_option else None,
        alloproduit_eur_per_kwh=coefficients("acc.alloproduit") if formula.has_option else None,
    )
