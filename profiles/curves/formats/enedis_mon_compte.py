"""The CSV of Enedis' client area ("Mon compte"), up to early 2025: the meter, then the curve."""

from collections.abc import Sequence
from gettext import gettext as _

from acc.i18n import N_
from profiles.curves.formats.base import CurveFile, Format, Reading, Series
from profiles.curves.formats.delimited import first_cells, kind_of, plain, read_series, read_table
from profiles.curves.formats.units import file_unit
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
    prm = about.get("identifiant prm") or None
    series = Series(
        column=prm or _("curve"),
        unit=file_unit(source, about.get("unite", ""), line=2),
        stamp="end",
        prm=prm,
        kind=kind_of(about.get("grandeur metier", "")),
    )
    table = read_table(source, 2, ";")
    return read_series(source, table.lines, table.columns[0], {"Valeur": (table.columns[1], series)})


FORMAT = Format(name="enedis-mon-compte", title=N_("Enedis client area, CSV"), detect=detect, read=read)
