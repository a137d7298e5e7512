"""`acc forms --json`: the answers, what they change, what was written, who has answered."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from acc.result.files import FormAnswer, FormsState


def forms_document(
    answers: Sequence[FormAnswer], files: Sequence[Path], state: FormsState | None
) -> Mapping[str, object]:
    """Document of `acc forms --json`."""
    return {
        "answers": [asdict(answer) for answer in answers],
        "files": [str(path) for path in files],
        "state": state_document(state),
    }


def state_document(state: FormsState | None) -> Mapping[str, object] | None:
    """State of the forms by id: answers, values still estimated; None without forms."""
    if state is None:
        return None
    return {
        "members": len(state.names),
        "answered": list(state.answered),
        "waiting": [id_ for id_ in state.names if id_ not in state.answered],
        "consents": dict(state.consents),
        "unread": list(state.unread),
        "estimated": {what: list(names) for what, names in state.estimated.items()},
    }
