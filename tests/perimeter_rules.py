"""The perimeter rules of 2026 with invented references, for tests of the core that read no rates."""

from datetime import date

from acc.rules.perimeter import PerimeterRules, QuotedFigure
from acc.scenario import Regime


def figure(value: float) -> QuotedFigure:
    """Return a figure with a text and a date."""
    return QuotedFigure(value, "text", date(2025, 3, 6), "H")


RULES = PerimeterRules(
    on=date(2026, 11, 1),
    distance_km={Regime.KM_2: figure(2), Regime.KM_10: figure(10), Regime.KM_20: figure(20)},
    class_min={Regime.KM_10: figure(3), Regime.KM_20: figure(5)},
    class_max=figure(7),
    power_mw=figure(5),
    power_zni_mw=figure(0.5),
    power_epci_mw=figure(10),
    accise_site_mw=figure(1),
    margin_ratio=figure(0.01),
    same_place_km=figure(0.3),
)
