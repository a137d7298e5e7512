"""What the columns of a dated change say together."""

from acc.changes import ADDED, What
from profiles.reference.added_uses import usual_figure
from scenarios.entry.columns.row_models import ChangeRow


def size_of(change: ChangeRow) -> float | None:
    """Return the size of a change: the ratio of a need, or kWh of twelve months; None for the others."""
    if change.what is What.SCALE:
        return change.ratio
    return added_kwh(change) if change.what in ADDED else None


def added_kwh(change: ChangeRow) -> float:
    """Return the kWh of twelve months of a use that is added: as said, or from what it replaces."""
    if change.kwh is not None:
        return change.kwh
    if change.what is What.HEAT_PUMP:
        scop = change.scop or usual_figure("heat-pump", "scop")
        return (change.fuel_kwh or 0.0) * usual_figure("heat-pump", "boiler_ratio") / scop
    if change.what is What.EV_FLEET:
        per_km = usual_figure("ev-fleet", "kwh_per_km") * (
            1.0 + usual_figure("ev-fleet", "charging_loss_ratio")
        )
        return (change.quantity or 0.0) * (change.km or 0.0) * per_km
    return (change.quantity or 0.0) * usual_figure("ev-home", "kwh_per_year")
