"""A small operation with a few homes, each with what it agreed to; four weeks, prices known."""

from collections.abc import Sequence
from pathlib import Path

OPERATION = """[operation]
name = "Essai"
start = 2025-06-02
rates_on = 2026-09-01
end = 2025-06-29

[prices]
local_eur_per_mwh = 90.0
surplus = "oa-2026-06"
"""
PLANTS = """id;name;owner;behind;latitude;longitude;insee;kwp;surface_tilt;surface_azimuth
toit;Toit;ecole;ecole;44,8575;0,4048;24340;60;20;180
halle;Halle;mairie;;44,8575;0,4048;24340;36;20;180
"""
ROOF = "roof;Toit Dupont;home0;home0;44,8575;0,4048;24340;9;30;180\n"
HEAD = (
    "id;name;kind;publish;counted_below_ten;latitude;longitude;insee;profile;annual_kwh;kva;turpe;"
    "supply_eur_per_mwh"
)
OTHERS = (
    ("mairie", "Mairie", "commune", "", 45_317),
    ("ecole", "Ecole", "commune", "", 61_733),
    ("gymnase", "Gymnase", "commune", "", 81_119),
    ("scierie", "Scierie", "company", "oui", 123_457),
)


def write_homes(folder: Path, consents: Sequence[bool], *, roof: bool = False) -> Path:
    """Write the operation; with `roof` the first home has a plant behind its meter."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "operation.toml").write_text(OPERATION, encoding="utf-8")
    (folder / "plants.csv").write_text(PLANTS + (ROOF if roof else ""), encoding="utf-8")
    rows = [(*other[:4], "", "mairie", other[4], 150) for other in OTHERS]
    rows += [
        (
            f"home{n}",
            f"Dupont {n}",
            "household",
            "",
            "oui" if agreed else "",
            "logements",
            23_571 + 4_613 * n,
            180,
        )
        for n, agreed in enumerate(consents)
    ]
    lines = [
        f"{id_};{name};{kind};{publish};{agreed};44,8561;0,4011;24340;{profile};{kwh};36;MU4;{eur}"
        for id_, name, kind, publish, agreed, profile, kwh, eur in rows
    ]
    (folder / "participants.csv").write_text("\n".join([HEAD, *lines, ""]), encoding="utf-8")
    return folder
