"""Which operation each site joins, as a table for a spreadsheet or a mail."""

import csv
import io
from collections.abc import Mapping
from gettext import gettext as _
from typing import Any

from reports.format.labels import regime_word

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def groups_csv(document: Mapping[str, Any]) -> bytes:
    """Return one row a site, in the form that Excel reads in French; `document` is what `--json` prints."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    regimes = [outlook["regime"] for outlook in document["regimes"]]
    writer.writerow([*_heads(), *(regime_word(name) for name in regimes), _("Remark")])
    for site in document["sites"]:
        opened = [_("yes") if name in site["regimes"] else _("no") for name in regimes]
        writer.writerow([*_cells(site), *opened, _text(site["reason"] or "")])
    # The mark at the head tells Excel that the accents are UTF-8.
    return ("\ufeff" + out.getvalue()).encode()


def _heads() -> list[str]:
    return [
        _("Group"),
        _("Perimeter"),
        "id",
        _("Name"),
        _("What"),
        _("Commune"),
        _("Density class"),
        "EPCI",
        _("Received or shared kWh"),
        _("Saved or gained €"),
    ]


def _cells(site: Mapping[str, Any]) -> list[str]:
    return [
        _whole(site["group"]),
        regime_word(site["regime"]) if site["regime"] else "",
        site["id"],
        _text(site["name"]),
        _("plant") if site["is_plant"] else _("participant"),
        _text(site["commune"] or ""),
        _whole(site["density_class"]) or _("to verify"),
        _text(site["epci"] or ""),
        _whole(site["kwh"]),
        _whole(site["eur"]),
    ]


def _text(text: str) -> str:
    """Return a text that a spreadsheet takes as words: a partner's name must not run as a formula."""
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def _whole(value: float | None) -> str:
    return "" if value is None else str(round(value))
