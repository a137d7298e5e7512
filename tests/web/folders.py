"""Folders that pages are made of."""

from pathlib import Path

from scenarios.entry.catalogue import copy_example
from web.page_study import screen_titles

MONTH = (("start = 2026-01-01 ", "start = 2026-05-01 "), ("end = 2027-01-01", "end = 2026-06-01"))


def a_month(where: Path) -> Path:
    """Copy the example, of May alone: a state of it takes a tenth of a year's time."""
    copy_example("bergerac", where)
    text = (where / "operation.toml").read_text(encoding="utf-8")
    for old, new in MONTH:
        assert old in text
        text = text.replace(old, new)
    (where / "operation.toml").write_text(text, encoding="utf-8")
    return where


def installed(*addresses: str) -> list[str]:
    """Keep the addresses whose screen is that of the core or of an installed study."""
    return [one for one in addresses if one.split("?")[0].split("/")[1] in screen_titles()]
