"""What stands on a screen where nothing was computed: every fault of an input; and one JSON document."""

import re
from collections.abc import Sequence
from gettext import gettext as _

from acc.i18n import semicolons
from acc.problem import Problem
from profiles.files.letters import stripped


def json_text(document: object) -> str:
    """Return a document as the one JSON text that `--json` prints."""
    from reports.data.encode import to_json  # noqa: PLC0415 - heavy, and only where it is asked for

    return to_json(document)


def problems_json(problems: Sequence[Problem]) -> str:
    """Return `{"problems": [{"path", "message"}]}`, what is faulty and where."""
    places = [{"path": stripped(p.path), "message": stripped(p.message)} for p in problems]
    return json_text({"problems": places})


def format_problems(problems: Sequence[Problem]) -> list[str]:
    """Return a line for each problem, whose it is first, and how many they are."""
    count = _("{count} problems, all shown.").format(count=len(problems))
    ends = [count] if len(problems) > 1 else []
    if any(problem.where for problem in problems):
        ends.append(_("Correct, save, then the same command again."))
    return [*map(stripped, _lines(problems)), *ends]


MOST_LISTED = 3
"""Faults of a column that are told one by one; the places alone of more that say the same."""


def _lines(problems: Sequence[Problem]) -> list[str]:
    """Return a line a problem; of a column that says the same, the first one and where the others are."""
    alike: dict[object, list[Problem]] = {}
    for rank, problem in enumerate(problems):
        column = problem.about.rpartition(", ")[2]
        words = re.sub(r"“[^”]*”|« [^»]* »|[-+]?\d[\d\s\u00a0\u202f.,]*", "", problem.message)
        alike.setdefault((column, words) if column else rank, []).append(problem)
    lines = []
    for same in alike.values():
        shown = same if len(same) <= MOST_LISTED else same[:1]
        lines += [f"✗ {problem.text}" for problem in shown]
        if others := same[len(shown) :]:
            text = _("  the same in {count} other places: {places}")
            places = semicolons(problem.where for problem in others)
            lines.append(text.format(count=len(others), places=places))
    return lines
