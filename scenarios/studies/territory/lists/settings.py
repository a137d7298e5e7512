"""Settings to begin a territory with: what an operation asks for and no list says."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.places.geography import commune_of

SETTINGS = (Path(__file__).parent / "settings.toml").read_text("utf-8")
"""Of an operation, with the places of what a territory says."""

EXAMPLES = "Les prix sont des exemples, que personne n’a dits : y mettre les vôtres, puis ôter cette ligne."
INVENTED = (
    "Territoire inventé : les communes et leurs classes sont vraies ; sites, toitures et besoins sont tirés."
)


def demo_settings() -> str:
    """Return the settings of an invented territory."""
    return SETTINGS.format(
        remark=INVENTED,
        name="Territoire inventé",
        place="Bergerac",
        fictitious="fictitious = true\n",
        latitude=44.85,
        longitude=0.48,
        asked="",
    )


def readable_name(folder: str) -> str:
    """Return the name of a folder as a title; hyphens stay where capitals tell a name of a place.

    >>> readable_name("communes_du_bergeracois-2026"), readable_name("Saint-Pierre_et_Eyraud")
    ('Communes du bergeracois 2026', 'Saint-Pierre et Eyraud')
    """
    text = folder.replace("_", " ")
    words = (text.replace("-", " ") if text == text.lower() else text).split()
    text = " ".join(words) or folder
    return text[0].upper() + text[1:]


def new_settings(name: str, sites: Sequence[Row]) -> str:
    """Return the settings of a territory of which files alone are known: its weather of the middle site."""
    codes = Counter(str(row.cells["insee"]) for row in sites if "insee" in row.cells)
    commune = commune_of(codes.most_common(1)[0][0]) if codes else None
    placed = [row for row in sites if "latitude" in row.cells]
    latitude, longitude = (
        median(float(str(row.cells[column])) for row in placed) if placed else 0.0
        for column in ("latitude", "longitude")
    )
    if not placed and commune is not None:
        latitude, longitude = commune.position.latitude_deg, commune.position.longitude_deg
    return SETTINGS.format(
        remark=EXAMPLES,
        name=name.replace('"', "").replace("\\", ""),
        place=commune.name if commune else name,
        fictitious="",
        latitude=latitude,
        longitude=longitude,
        asked="# ",
    )
