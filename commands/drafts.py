"""Lines begun on the page, as commands that do not count them tell them."""

from pathlib import Path


def begun_notes(folder: Path | None) -> list[str]:
    """Say that lines begun on the page are not counted, and the act that finishes them."""
    from reports.sentences.steps import begun_acts
    from scenarios.entry.editing.drafts import begun_lines

    return [f"{act.what} → {act.do}" for act in begun_acts(begun_lines(folder), folder)] if folder else []
