"""What is set beside a folder: its variants, and questions asked over it."""

from collections.abc import Sequence
from pathlib import Path

from scenarios.folder.question import read_ask
from scenarios.folder.raw import read_source
from scenarios.folder.settings import Setting

ALL = "all"


def beside(
    folder: Path, variants: str, asks: Sequence[str], settings: tuple[Setting, ...]
) -> list[tuple[str | None, tuple[Setting, ...]]]:
    """Return each variant with the settings of the folder, then each question as settings of its own.

    Args:
        variants: names between commas, or "all".

    Raises:
        InputError: a folder that cannot be read, a question that cannot be understood.
    """
    names = [name.strip() for name in variants.split(",") if name.strip()]
    if variants == ALL:
        names = list(read_source(folder).known_variants)
    asked = [(None, (*settings, *read_ask(text))) for text in asks]
    return [*((name, settings) for name in names), *asked]
