"""The perimeter rules in force on a day, from the dated rows of `rates/perimeter.csv`."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from acc.rules.perimeter import PerimeterRules, QuotedFigure
from acc.scenario import Regime
from scenarios.rates.table import Rate, Rates


@lru_cache(maxsize=8)
def perimeter_rules(rates: Rates, on: date) -> PerimeterRules:
    """Return the rules of `on`; a regime that did not exist yet has no figure.

    Raises:
        InputError: a date before the first text (arrêté of 21 November 2019).
    """
    rows = {row.name.removeprefix("perimeter_"): _figure(row) for row in rates.in_force(on, "perimeter_")}

    def required(name: str) -> QuotedFigure:
        return rows[name] if name in rows else _figure(rates.at(f"perimeter_{name}", on))

    return PerimeterRules(
        on=on,
        distance_km={Regime.KM_2: required("distance_2km")} | _by_regime(rows, "distance"),
        class_min=_by_regime(rows, "class_min"),
        class_max=rows.get("class_max"),
        power_mw=required("power"),
        power_zni_mw=required("power_zni"),
        power_epci_mw=rows.get("power_epci"),
        accise_site_mw=rows.get("accise_site_power"),
        margin_ratio=required("distance_margin"),
        same_place_km=required("same_place"),
    )


def _by_regime(rows: Mapping[str, QuotedFigure], name: str) -> dict[Regime, QuotedFigure]:
    return {regime: rows[f"{name}_{regime}"] for regime in Regime if f"{name}_{regime}" in rows}


def _figure(row: Rate) -> QuotedFigure:
    return QuotedFigure(row.value, row.reference, row.in_force_from, row.confidence)
