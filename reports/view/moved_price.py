"""Where the local price may be moved by hand: savings are linear in it, each kWh received costs more."""

from gettext import gettext as _
from math import isfinite

from acc.keys import KEYS
from reports.view.view import View

SAME_EUR_PER_KWH = 1e-9


def why_fixed(view: View) -> str:
    """Reason why savings are not linear in the local price; empty where they are."""
    prices, money = view.result.scenario.prices, view.result.money
    if prices.local_eur_per_kwh is None or money is None or not view.has_savings:
        return _("The local price cannot be moved here: euros are not computed.")
    if prices.is_grid or any(
        p.local_eur_per_kwh is not None
        and p.received_kwh > 0.0
        and abs(p.local_eur_per_kwh - prices.local_eur_per_kwh) > SAME_EUR_PER_KWH
        for p in money.participants
    ):
        return _("The local price cannot be moved here: it is not the same for every kWh.")
    if view.chosen.name not in KEYS or KEYS[view.chosen.name].reads_prices:
        return _("The local price cannot be moved here: this key reads prices, it has to be computed anew.")
    return ""


def paid_kwh(view: View, rows: list[int]) -> float | None:
    """Return the kWh that rows pay at the local price, None where their saving is not known or stays."""
    if why_fixed(view) or not all(isfinite(view.chosen.saving_eur_ht[row]) for row in rows):
        return None
    return float(view.chosen.received_kwh[rows].sum())
