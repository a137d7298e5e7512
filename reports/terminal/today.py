"""The day that documents carry."""

import os
import re
from datetime import UTC, date, datetime
from gettext import gettext as _

from acc.problem import InputError, Problem

MOST_SECONDS = 4_102_444_800
"""Of 1 January 2100: a later day is none on which a study was made."""


def today() -> date:
    """Return the date printed on documents: SOURCE_DATE_EPOCH when set, so that a run can be repeated.

    Raises:
        InputError: it is no count of seconds of this century or the last.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return datetime.now().astimezone().date()
    if not re.fullmatch(r"[0-9]{1,10}", epoch) or int(epoch) > MOST_SECONDS:
        message = _("a count of seconds since 1970 is expected: `unset SOURCE_DATE_EPOCH` takes it away")
        raise InputError([Problem("SOURCE_DATE_EPOCH", message)])
    return datetime.fromtimestamp(int(epoch), UTC).date()
