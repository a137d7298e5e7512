"""What CONTRIBUTING's recipes add, place by place: a key, a format, a column, a question of the forms."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Place:
    """One place of a recipe: a line below another of a file, or a new file where there is none above."""

    file: str
    text: str
    below: str = ""

    def write(self, root: Path) -> None:
        """Write it in a copy of the project."""
        path = root / self.file
        if not self.below:
            path.write_text(self.text, encoding="utf-8")
            return
        whole = path.read_text(encoding="utf-8")
        assert whole.count(self.below) == 1, f"{self.file}: {self.below!r}"
        path.write_text(whole.replace(self.below, self.below + self.text), encoding="utf-8")


@dataclass(frozen=True)
class Recipe:
    """One recipe: its places, in their order; the tests that it names, and the French of its texts."""

    name: str
    places: Sequence[Place]
    held_by: Sequence[str]
    french: Sequence[tuple[str, str]] = ()
    columns: bool = False


KEY_MODULE = '''"""The same number of kWh for everyone, under another name."""

from acc.i18n import N_
from acc.keys.weighted import build_equal
from acc.keys.rule import EnedisType, KeyRule, Rewards

ALIKE = KeyRule(
    name="alike",
    title=N_("Alike shares"),
    short=N_("alike"),
    sentence=N_("As equal shares do, under another name."),
    enedis=EnedisType.SIMPLE,
    rewards=Rewards(N_("those who consume more than an alike share"), consuming=False, splitting=True),
    build=build_equal,
)
'''
TYPES_LINE = "from types import MappingProxyType\n\n"
KEY = Recipe(
    "a key",
    (
        Place("acc/keys/alike.py", KEY_MODULE),
        Place("acc/keys/__init__.py", "from acc.keys.alike import ALIKE\n", TYPES_LINE),
        Place("acc/keys/__init__.py", "            ALIKE,\n", "            EQUAL,\n"),
        Place("scenarios/data/words.csv", "key;alike;Parts pareilles;\n", "key;equal;Parts égales;égales\n"),
        Place(
            "docs/cles.md",
            "| `alike` | 2,00 | 3,00 | 3,00 | 0,00 | dynamique simple |\n",
            "| `equal` | 2,00 | 3,00 | 3,00 | 0,00 | dynamique simple |\n",
        ),
        Place(
            "docs/cles.md",
            "### `alike` : parts pareilles\n\nComme des parts égales. **À choisir** pour un essai.\n\n",
            "aider les petits consommateurs : ils sont vite servis en entier.\n\n",
        ),
        Place(
            "docs/cles.md",
            "| `alike` | non | oui | rien à déclarer | les mêmes |\n",
            "| rien à déclarer | ceux qui consomment plus que leur part égale |\n",
        ),
    ),
    ("tests/acc/test_laws.py", "tests/acc/keys", "tests/scenarios/folder/test_names.py"),
    (
        ("Alike shares", "Parts pareilles"),
        ("alike", "pareilles"),
        ("As equal shares do, under another name.", "Comme des parts égales, sous un autre nom."),
        ("those who consume more than an alike share", "ceux qui consomment plus que leur part"),
    ),
)

FORMAT_MODULE = '''"""Bars: times in UTC and watts, parted by bars."""

from collections.abc import Sequence
from gettext import gettext as _

import numpy as np

from profiles.curves.formats.base import CurveFile, Reading, Series
from profiles.curves.formats.delimited import read_series
from profiles.text.delimited import text_lines

HEADER = "debut|watts"


def detect(source: CurveFile) -> bool:
    """Return whether the file begins with the header of this export."""
    return source.head.startswith(HEADER)


def read(source: CurveFile) -> Sequence[Reading]:
    """Return the one series of the file, in W."""
    rows = [line.split("|") for line in text_lines(source.text or "")[1:] if line]
    lines = np.arange(2, 2 + len(rows))
    series = Series(column=_("curve"), unit="W", stamp="start")
    stamps, values = ([row[place] for row in rows] for place in (0, 1))
    return read_series(source, lines, stamps, {_("value"): (values, series)})
'''
SAMPLE = """def bars(case: Case) -> bytes:
    rows = [f"{start}Z|{whole(value)}" for start, value in zip(case.starts, case.watts, strict=True)]
    return "\\n".join(["debut|watts", *rows]).encode()


"""
SAMPLE_ABOVE = '    return "\\n".join(["time,ecole_w", *rows]).encode()\n\n\n'
FORMAT = Recipe(
    "a format of load curves",
    (
        Place("profiles/curves/formats/bars.py", FORMAT_MODULE),
        Place(
            "profiles/curves/formats/__init__.py",
            "from profiles.curves.formats import bars\n",
            "from profiles.curves.formats import edf, generic\n",
        ),
        Place(
            "profiles/curves/formats/__init__.py",
            '    Format("bars", N_("Bars, times in UTC"), bars.detect, bars.read),\n',
            '    Format("edf-30min", N_("EDF, powers reached each half-hour"), edf.detect, edf.read),\n',
        ),
        Place(
            "docs/formats.md",
            "\n`bars` : des instants UTC et des watts, séparés par des barres.\n",
            "ferme le jour ; lignes hors demi-heure écartées |\n",
        ),
        Place("tests/profiles/writers.py", SAMPLE, SAMPLE_ABOVE),
        Place("tests/profiles/writers.py", '    "bars": bars,\n', '    "edf-30min": edf,\n'),
    ),
    ("tests/profiles/curves/test_formats.py",),
    (("Bars, times in UTC", "Barres, instants UTC"),),
)

LAST_LINE = "à qui un foyer s’adresse en cas de désaccord\n"
COLUMN = Recipe(
    "an input column",
    (
        Place(
            "scenarios/data/input_columns.csv",
            "plants.csv;cabinet_kva;Coffret;kVA;amount >0;;0.4..4 per kwp;output;79;118;;"
            "oui;power;kept;250;armoire;puissance du coffret\n",
            LAST_LINE,
        ),
    ),
    ("tests/scenarios/folder/test_input_columns.py", "tests/test_docs.py"),
    columns=True,
)
QUESTION = Recipe(
    "a question of the forms",
    (
        Place(
            "scenarios/data/input_columns.csv",
            "participants.csv;meter_room;Local du compteur;;text <=80;;;identity;;155;225;;;kept;sous-sol;"
            "emplacement du compteur;où se trouve le compteur\n",
            LAST_LINE,
        ),
    ),
    ("tests/scenarios/folder/test_input_columns.py", "tests/scenarios/collecting", "tests/test_docs.py"),
    columns=True,
)
RECIPES = (KEY, FORMAT, COLUMN, QUESTION)
