"""The layouts of coefficient files: what a line says, how a moment and a number are written.

No text of Enedis gives the layout of dynamic coefficients (the documents that do could not be read). So two
layouts are known here: one of this program's own, documented, and the one seen in a public tool, to be
checked against the Enedis guide before it is sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

import numpy as np

from acc.arrays import FloatArray
from acc.i18n import N_
from acc.steps import Steps, paris_offset_minutes


class LayoutName(StrEnum):
    """The layouts by the name that a person writes."""

    DOCUMENTED = "documented"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One layout.

    Attributes:
        title: English, translated where shown.
        first_cells: the first cells of its header.
        suffix: of the file name.
        decimal: sign of the decimals.
        percent: whether coefficients are written in percent.
        decimals: of the ratio, usual number.
        verified: whether a text of the network operator describes it.
        source: where the layout comes from.
    """

    name: LayoutName
    title: str
    first_cells: tuple[str, ...]
    suffix: str
    decimal: str
    percent: bool
    decimals: int
    verified: bool
    source: str


LAYOUTS: Mapping[LayoutName, Layout] = MappingProxyType(
    {
        LayoutName.DOCUMENTED: Layout(
            name=LayoutName.DOCUMENTED,
            title=N_("documented CSV of this program: one line a participant and step"),
            first_cells=("prm_consommateur", "horodate_fin_utc", "coefficient"),
            suffix=".csv",
            decimal=".",
            percent=False,
            decimals=6,
            verified=False,
            source="docs/cles.md",
        ),
        LayoutName.PUBLIC: Layout(
            name=LayoutName.PUBLIC,
            title=N_("layout seen in a public tool, not verified with Enedis: one column a participant"),
            first_cells=("Horodate",),
            suffix=".txt",
            decimal=",",
            percent=True,
            decimals=4,
            verified=False,
            source="sample file of a public repository (RepartKey), 2025",
        ),
    }
)


def file_name(layout: Layout, agreement: str, steps: Steps, first_day: date, plant_id: str | None) -> str:
    """Return the name of the file of a month, of one plant when coefficients are given plant by plant."""
    plant = f"_{plant_id}" if plant_id else ""
    if layout.name is LayoutName.DOCUMENTED:
        return f"coefficients_{first_day:%Y-%m}{plant}{layout.suffix}"
    last_day = _local(steps.end_utc - timedelta(minutes=steps.step_minutes)).date()
    start = _local(steps.start_utc).date()
    return f"{agreement}_{steps.step_minutes}_{start:%d%m%Y}_{last_day:%d%m%Y}{plant}{layout.suffix}"


def text_of(layout: Layout, steps: Steps, prms: list[str], share: FloatArray, decimals: int) -> str:
    """Return the file for coefficients (T, N) that are already rounded to `decimals`."""
    stamps = stamps_of(layout, steps)
    if layout.name is LayoutName.DOCUMENTED:
        lines = [
            f"{prm};{stamp};{value:.{decimals}f}"
            for stamp, row in zip(stamps, share.tolist(), strict=True)
            for prm, value in zip(prms, row, strict=True)
        ]
        return "\n".join([";".join(layout.first_cells), *lines, ""])
    shown = max(decimals - 2, 0)
    rows = [
        ";".join([stamp, *(f"{value * 100.0:.{shown}f}".replace(".", ",") for value in row)])
        for stamp, row in zip(stamps, share.tolist(), strict=True)
    ]
    return "\n".join([";".join([*layout.first_cells, *prms]), *rows, ""])


def stamps_of(layout: Layout, steps: Steps) -> list[str]:
    """Stamps of the steps as text: end in UTC, or local start as in the public sample."""
    if layout.name is LayoutName.DOCUMENTED:
        ends = steps.starts_utc + np.timedelta64(steps.step_minutes, "m")
        return [f"{text}:00Z" for text in np.datetime_as_string(ends, unit="m")]
    local = steps.starts_utc + paris_offset_minutes(steps.starts_utc).astype("timedelta64[m]")
    return [f"{moment:%d/%m/%Y %H:%M}" for moment in local.astype("datetime64[s]").tolist()]


def _local(moment_utc: datetime) -> datetime:
    offset = paris_offset_minutes(np.array([moment_utc], dtype="datetime64[m]"))[0]
    return moment_utc + timedelta(minutes=int(offset))
