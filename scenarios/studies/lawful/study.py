"""What `acc members --split` adds to the core."""

from dataclasses import replace
from pathlib import Path
from typing import Unpack

from acc.result.result import Result
from scenarios.operation.ready.request import OperationRequest
from scenarios.study import Study


def with_plan(_folder: Path, result: Result, **_request: Unpack[OperationRequest]) -> Result:
    """Return the result with itself kept for the pages of its lawful plan, where one was found for it."""
    if result.way is None or not result.way.operations:
        return result
    return replace(result, studies={**result.studies, "lawful": result})


STUDY = Study(add_to_brief=with_plan)
