"""What stands on a screen where nothing was computed: every fault of an input; and one JSON document."""

from collections.abc import Sequence
from gettext import gettext as _

from acc.problem import Problem


def json_text(document: object) -> str:
    """Return a document as the one JSON text that `--json` prints."""
    from reports.data.results import to_json  # noqa: PLC0415 - heavy, and only where it is asked for

    return to_json(document)


def problems_json(problems: Sequence[Problem]) -> str:
    """Return `{"problems": [{"path", "message"}]}`, what is faulty and where."""
    return json_text({"problems": [{"path": p.path, "message": p.message} for p in problems]})


def told(problems: Sequence[Problem]) -> list[str]:
    """Return a line for each problem, whose it is first, and how many they are."""
    count = _("{count} problems, all shown.").format(count=len(problems))
    ends = [count] if len(problems) > 1 else []
    if any(problem.where for problem in problems):
        ends.append(_("Correct, save, then the same command again."))
    return [*(f"✗ {problem.told}" for problem in problems), *ends]
