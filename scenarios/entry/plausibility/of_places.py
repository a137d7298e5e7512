"""Positions that somebody rounded: a spreadsheet that shows two decimals saves no more of them as text."""

from collections.abc import Iterator
from gettext import gettext as _
from gettext import ngettext

from acc.i18n import decimal
from scenarios.entry.plausibility.rules import Doubt, FolderToCheck, rules

HALF_A_DEGREE_KM = 111.2 / 2.0
"""From the south to the north: what a position without decimals may be away."""

BY_CHANCE = 2
"""So many positions of a folder may well end in zeros; of one decimal, none does."""


def rough_place(folder: FolderToCheck) -> Iterator[Doubt]:
    """Positions within half a kilometre or more; told once, it is one cause."""
    rough = [
        (decimals, table, row, site)
        for table, row, site in folder.sites
        if site.latitude is not None and site.longitude is not None
        if not rules()["rough_place"].is_usual(decimals := _decimals(site.latitude, site.longitude))
    ]
    if not rough:
        return
    decimals, table, row, site = min(rough, key=lambda entry: entry[0])
    if decimals > 1 and len(rough) <= BY_CHANCE:
        return
    message = _("{latitude:g}, {longitude:g} is rounded, right within {km} km. A map gives five decimals")
    km = decimal(HALF_A_DEGREE_KM / 10**decimals, 1)
    text = message.format(latitude=site.latitude, longitude=site.longitude, km=km)
    if others := len(rough) - 1:
        text += ngettext("; {count} other line too", "; {count} other lines too", others).format(count=others)
    yield Doubt(table, row, site, "latitude", text)


def _decimals(*degrees: float) -> int:
    """Number of decimals of both, three at most.

    >>> _decimals(44.8, 0.48), _decimals(44.84780, 0.5)
    (2, 3)
    """
    return next((n for n in range(3) if all(round(degree, n) == degree for degree in degrees)), 3)
