"""Files that people take for load curves and that are not: recognised, and refused with the way out."""

import re
from collections.abc import Callable, Sequence
from gettext import gettext as _

from acc.i18n import N_
from profiles.curves.formats.base import CurveFile, Format, Reading
from profiles.curves.formats.delimited import first_cells
from profiles.text.delimited import text_lines

WAY_OUT = N_(
    "Ask Enedis for the load curve (courbe de charge, 5 to 60 min): client area, “Mes mesures”, “Courbe de "
    "charge”; for a Linky its recording must first be switched on. Without it, give the yearly kWh and a "
    "profile"
)


def _names(source: CurveFile, line: int = 0) -> tuple[str, ...]:
    lines = text_lines(source.head)
    return first_cells(lines[line], 40) if line < len(lines) else ()


def is_index(source: CurveFile) -> bool:
    """Return whether the file holds meter indexes or daily energies (R64, R65, R15x, client area)."""
    if source.head.lstrip().startswith("{"):
        return '"mesures"' in source.head and ('"classeTemporelle"' in source.head or '"P1D"' in source.head)
    if source.head.lstrip().startswith("<"):
        return re.search(r"<(?:\w+:)?(?:R15\d?|R17\d|R64|R65)\b", source.head) is not None
    top, third = _names(source), _names(source, 2)
    about_meter = top[:1] == ("identifiant prm",)
    return (
        (about_meter and "horodate" in top and "pas" not in top)
        or (about_meter and "type de releve" in third)
        or (
            about_meter
            and first_cells(text_lines(source.head)[min(1, source.head.count("\n"))], 2)[1:] == ("index",)
        )
        or any(_is_daily(source, line) for line in range(4))
    )


def _is_daily(source: CurveFile, line: int) -> bool:
    names, row = _names(source, line), _names(source, line + 1)
    if len(names) < 2 or names[0] not in {"date", "jour"} or (row and ":" in row[0]):
        return False
    return re.fullmatch(r"(?:valeur|consommation|energie)[ \w]*\((?:en )?k?wh\)", names[1]) is not None


def is_contract(source: CurveFile) -> bool:
    """Return whether the file is a C68, the contract data of meters."""
    return _names(source)[:1] == ("prm",) and any(
        "situation contractuelle" in name for name in _names(source)
    )


def is_reference(source: CurveFile) -> bool:
    """Return whether the file is one of Enedis' open data: profile coefficients or regional means."""
    names = {name.replace("_", " ") for name in _names(source)}
    return {"horodate", "sous profil"} <= names or {
        "horodate",
        "profil",
        "plage de puissance souscrite",
    } <= names


def _refuse(message: str, *, way_out: str = "") -> Callable[[CurveFile], Sequence[Reading]]:
    def read(source: CurveFile) -> Sequence[Reading]:
        raise source.fault(f"{_(message)}. {_(way_out)}" if way_out else _(message))

    return read


DAILY_TITLE = "export consommation quotidienne"


def is_daily_export(source: CurveFile) -> bool:
    """Return whether the file is the client area's export of one value a day, known by its title."""
    lines = text_lines(source.head)[:40]
    return any(DAILY_TITLE in cell for line in lines for cell in first_cells(line, 12))


DAILY_EXPORT = Format(
    name="enedis-portal-daily",
    title=N_("Enedis client area, daily (refused)"),
    detect=is_daily_export,
    read=_refuse(
        N_(
            "“Export Consommation Quotidienne”: one value a day, not a load curve. In the same place, ask "
            "for “Consommation Horaire”"
        ),
        way_out=WAY_OUT,
    ),
    is_refused=True,
)
INDEX = Format(
    name="index",
    title=N_("Indexes or daily energies (refused)"),
    detect=is_index,
    read=_refuse(N_("indexes or one value a day, not a load curve"), way_out=WAY_OUT),
    is_refused=True,
)
CONTRACT = Format(
    name="c68",
    title=N_("C68 contract data (not a curve)"),
    detect=is_contract,
    read=_refuse(
        N_("contract data (C68), not a curve: it fills the columns kva and turpe of participants.csv")
    ),
    is_refused=True,
)
REFERENCE = Format(
    name="enedis-reference",
    title=N_("Enedis reference shapes (not a meter)"),
    detect=is_reference,
    read=_refuse(N_("reference shapes of Enedis' open data, not the curve of a meter: use one as a profile")),
    is_refused=True,
)
