"""By which id a line of `changes.csv` is set over a folder: `changes.ecole-closes-2029.active`."""

import re
from collections import Counter
from collections.abc import Sequence

from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.names import plain, word_of


def change_ids(rows: Sequence[Row]) -> list[str]:
    """Return an id for each line: who changes, what, in which year; of several alike, a rank too.

    >>> cells = {"id": "ecole", "what": "Ferme", "since": "01/09/2029"}
    >>> change_ids([Row("changes.csv", 2, cells), Row("changes.csv", 3, cells)])
    ['ecole-closes-2029', 'ecole-closes-2029-2']
    """
    seen: Counter[str] = Counter()
    ids = []
    for row in rows:
        id_, what, since = (str(row.cells.get(name) or "") for name in ("id", "what", "since"))
        year = re.search(r"\d{4}", since)
        words = (plain(id_), word_of("change", what) or plain(what), year[0] if year else "")
        name = re.sub(r"[^\w]+", "-", "-".join(filter(None, words))).strip("-")
        seen[name] += 1
        ids.append(name if seen[name] == 1 else f"{name}-{seen[name]}")
    return ids
