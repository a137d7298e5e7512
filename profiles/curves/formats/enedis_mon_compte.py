"""The CSV of Enedis' client area ("Mon compte"), up to early 2025: the meter, then the curve."""

from collections.abc import Sequence
from dataclasses import replace
from gettext import gettext as _

from acc.i18n import N_
from profiles.curves.formats.base import CurveFile, Format, Reading
from profiles.curves.formats.delimited import blank_reading, first_cells, plain, read_series, read_table
from profiles.curves.formats.units import find_unit, unknown_unit
from profiles.text.delimited import text_lines


def detect(source: CurveFile) -> bool:
    """Return whether the first line describes a meter and the third one is `Horodate;Valeur`."""
    lines = text_lines(source.head)
    return (
        len(lines) >= 3
        and first_cells(lines[0], 2) == ("identifiant prm", "type de donnees")
        and first_cells(lines[2], 2) == ("horodate", "valeur")
    )


def read(source: CurveFile) -> Sequence[Reading]:
    """Return the one series of the file: ISO stamps with offset, end of step, blanks where nothing was read.

    The file may change step on its way, so the step is found from the stamps.

    Raises:
        InputError: a unit that is not one of active power or energy, cells that cannot be read.
    """
    lines = text_lines(source.text or "")
    about = dict(zip(map(plain, lines[0].split(";")), map(str.strip, lines[1].split(";")), strict=False))
    unit = find_unit(source.options.unit or about.get("unite", ""))
    if unit is None:
        raise source.fault(unknown_unit(about.get("unite", "")), 2)
    table = read_table(source, 2, ";")
    prm = about.get("identifiant prm") or None
    like = replace(
        blank_reading(prm or _("curve"), unit.name, "end"),
        prm=prm,
        kind="production" if plain(about.get("grandeur metier", "")).startswith("prod") else "consumption",
    )
    return read_series(source, table.lines, table.columns[0], {"Valeur": (table.columns[1], like)})


FORMAT = Format(name="enedis-mon-compte", title=N_("Enedis client area, CSV"), detect=detect, read=read)
