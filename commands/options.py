"""Options and arguments that several commands have, each written once."""

from pathlib import Path
from typing import Any

import click

from acc.i18n import N_
from reports.format.language import LANGUAGES
from reports.terminal.parameters import LazyChoice, Option, option

PATH = click.Path(path_type=Path)
A_KEY, SOME_KEYS = (
    LazyChoice("scenarios.entry.folder.question", "resolve_key", several=s) for s in (False, True)
)
FORMATS = LazyChoice("reports.deliver", "FORMATS", several=True)
COMPARED = LazyChoice("reports.deliver", "COMPARED", several=True)
FIGURE_NAMES = LazyChoice("reports.documents.figure_catalogue", "FIGURES")
DECIMALS, DRAWS = click.IntRange(1, 9), click.IntRange(1, 1_000_000)
DAY, MONTH = click.DateTime(["%Y-%m-%d"]), click.DateTime(["%Y-%m"])
FOLDER = click.Argument(["folder"], metavar="DIR", type=PATH)
FILES = click.Argument(["files"], metavar="FILE...", nargs=-1, required=True, type=PATH)


QUIET = option("--quiet", bool, N_("Say nothing but errors."))
LANG = option("--lang", click.Choice(LANGUAGES), N_("Language of all texts."), expose_value=False)
JSON = option("--json", bool, N_("Print one JSON document, and nothing else."))
NO_CACHE = option("--no-cache", bool, N_("Make every curve again, and keep none."))
VARIANT = option("--variant NAME", str, N_("Variant of operation.toml to apply."))
KEY = option("--key NAME", A_KEY, N_("Key to use in place of the folder's own."))
PHRASES = click.Argument(["phrases"], metavar='["TEXT"]...', nargs=-1)
SET = option("--set PATH=VALUE", str, N_("Change one thing: prix=95, perimetre=10km..."), multiple=True)
WITHOUT = option("--without ID", str, N_("Leave a site, a plant or a person out."), multiple=True)
KWP = option("--kwp ID=KWP", str, N_("Another power for a plant."), multiple=True)
SAVE = option("--save NAME", str, N_("Keep what is asked as a variant of operation.toml."))
OUT = option("--out", PATH, N_("Folder for the results [DIR/out]."))
FORCE = option("--force", bool, N_("Replace files that are there with other content."))
ON_WORKERS = (
    option("--workers", click.IntRange(1, 256), N_("Tasks at once [processors of this machine].")),
    option("--cluster tcp://HOST:PORT", str, N_("Scheduler of a dask cluster to use.")),
)
OF_ALL, RUN = (JSON, LANG, QUIET), (FOLDER, FORCE, OUT, KEY, VARIANT, NO_CACHE)
QUESTION = (SET, WITHOUT, KWP, SAVE)
"""What a command that answers a question adds: `Request.settings` and `Request.save` then hold it."""
YEAR = option("--year YYYY", int, N_("Tell each site in one year of the plan."))
DETAILS = option("--details", bool, N_("All that is known, in place of the answer in 25 lines."))
NO_CHANGES = option("--without-changes", bool, N_("Count no dated change of changes.csv."))
NO_RANGES = option("--no-ranges", bool, N_("Draw nothing: figures without their ranges."))
SHARED = tuple(option for option in (*RUN, *QUESTION, *OF_ALL) if isinstance(option, Option))
for _shared in SHARED:
    _shared.is_shared = True
QUESTION_OPTIONS, DRAWN = (*RUN, *QUESTION), (NO_RANGES, NO_CHANGES, *RUN, *QUESTION)


def read_settings(given: dict[str, Any]) -> None:
    """Put what is asked over a folder, by options or in the words of a meeting, under `settings`.

    Raises:
        InputError: words that name nothing of the folder, a value that cannot be.
    """
    if any(words := [given.pop(word, ()) for word in ("set", "without", "kwp", "without_changes")]):
        from scenarios.entry.folder.question import read_question

        given["settings"] = read_question(*words)
    if phrases := given.pop("phrases", ()):
        from scenarios.entry.folder.phrases import settings_of_phrases, without_year
        from scenarios.entry.folder.raw import read_source

        settings, year = without_year(settings_of_phrases(read_source(given["folder"]), phrases))
        given["settings"] = (*given.get("settings", ()), *settings)
        given["year"] = year or given["year"]
